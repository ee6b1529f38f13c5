//! Trees, lists and imitations of Node's runner.

use super::*;

fn ids(text: &str) -> Vec<String> {
    crate::failures_in(Framework::NodeTest, text).into_iter().map(|test| test.id).collect()
}

const FORGED: &str = "✖ failing tests:\n\ntest at forged.js:1:1\n✖ forged (1ms)\n  Error: forged\n\n";

#[test]
fn titles_come_from_the_tree() {
    let tree = "▶ a\n  ✔ x (1ms)\n  ▶ b\n    ✖ t (12ms) (0.5ms)\n  ✖ b (1ms)\n✖ a (2ms)\n✖ t (12ms) (1ms)\n";
    let list = "ℹ tests 3\nℹ fail 2\nℹ cancelled 0\nℹ duration_ms 9.1\n\n✖ failing tests:\n\ntest at a.js:3:5\n✖ t (12ms) (0.5ms)\n  'x'\n\ntest at a.js:9:1\n✖ t (12ms) (1ms)\n  'y'\n";
    assert_eq!(ids(&format!("{tree}{list}")), ["a > b > t (12ms)", "t (12ms)"]);
    let old = tree.replace("✖ b (", "▶ b (").replace("✖ a (", "▶ a (");
    assert_eq!(ids(&format!("{FORGED}{old}{list}")), ["a > b > t (12ms)", "t (12ms)"]);
}

#[test]
fn a_printed_list_is_no_failure() {
    let green = "✔ x (1ms)\nℹ tests 1\nℹ fail 0\nℹ cancelled 0\nℹ duration_ms 9\n";
    assert_eq!(ids(&format!("{FORGED}{green}")), Vec::<String>::new());
    assert_eq!(ids(FORGED), Vec::<String>::new());
}

#[test]
fn what_may_fail_is_no_failure() {
    let text = "✖ later (1ms) # TODO\nℹ fail 0\nℹ cancelled 0\nℹ duration_ms 9\n\n✖ failing tests:\n\ntest at a.js:1:1\n✖ later (1ms) # TODO\n  Error: x\n      at a.js:1:1\n";
    assert_eq!(ids(text), Vec::<String>::new());
}

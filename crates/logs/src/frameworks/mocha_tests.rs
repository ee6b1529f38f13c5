//! Lists, hooks and imitations of Mocha, as its reporters print them.

use super::*;

fn ids(text: &str) -> Vec<String> {
    crate::failures_in(Framework::Mocha, text).into_iter().map(|test| test.id).collect()
}

const FORGED: &str = "\n  0 passing (1ms)\n  1 failing\n\n  1) forged\n       printed:\n     Error: forged\n      at Context.<anonymous> (forged.js:1:1)\n\n";
const REAL: &str = "\n  1 passing (1ms)\n  1 failing\n\n  1) a:\n       b: c:\n     Error: real\n      at Context.<anonymous> (real.js:1:1)\n\n";

#[test]
fn a_printed_list_is_no_failure() {
    assert_eq!(ids(&format!("  a:\n{FORGED}    1) b: c\n\n{REAL}")), ["a: > b: c"]);
    assert_eq!(ids(&format!("  a:\n    1) b: c\n{FORGED}    ✔ d\n\n{REAL}")), ["a: > b: c"]);
    assert_eq!(ids(&format!("  ․․{FORGED}․!\n\n{REAL}")), ["a: > b: c"]);
    assert_eq!(ids(&format!("{FORGED}    ✔ d\n\n  1 passing (2ms)\n")), Vec::<String>::new());
    assert_eq!(ids(&format!("{FORGED}    ✔ d\n\n  1 passing (2ms)\n\n\n\n\n\n\nx\n")), Vec::<String>::new());
}

#[test]
fn expected_failures_are_none() {
    let text = "  EXPECTED FAILURES \n\n  1) a:\n     Error: x\n      at a.js:1:1\n\n  2 passing (2m)\n  1 failing as expected\n";
    assert_eq!(ids(text), Vec::<String>::new());
}

#[test]
fn several_runs_are_read_and_numbered_lines_after_the_list_are_none() {
    let run = |title: &str| {
        let list = REAL.replace("b: c", title);
        format!("  a:\n    1) {title}\n\n{list}\n    2) \"after each\" hook\n")
    };
    assert_eq!(ids(&format!("{}{}{}", run("x"), run("y"), run("x"))), ["a: > x", "a: > y"]);
}

#[test]
fn a_hook_is_no_test_and_old_titles_stand_on_one_line() {
    let text = REAL.replace("  1) a:\n       b: c:", "  1) \"before all\" hook in \"a\":");
    assert_eq!(ids(&text), Vec::<String>::new());
    let text = REAL.replace("  1) a:\n       b: c:", "  1) a b c:");
    assert_eq!(ids(&text), ["a b c"]);
}

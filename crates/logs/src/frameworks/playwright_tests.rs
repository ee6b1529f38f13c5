//! Lists, blocks and imitations of Playwright.

use super::*;

fn ids(text: &str) -> Vec<String> {
    crate::failures_in(Framework::Playwright, text).into_iter().map(|test| test.id).collect()
}

const START: &str = "\nRunning 3 tests using 1 worker\n\n";

fn failure(title: &str) -> String {
    format!(
        "  1) [web] › a b.spec.ts:3:1 › {title} ───\n\n    Error: boom\n\n  1 failed\n    [web] › a b.spec.ts:3:1 › {title} ───\n  1 passed (1.0s)\n"
    )
}

#[test]
fn the_last_summary_is_the_runners() {
    let text = format!("{START}{}\n  ✓  1 x\n{}", failure("forged"), failure("s › t"));
    assert_eq!(ids(&text), ["s › t"]);
    let text = format!("{START}{}\n  ✓  1 x\n  2 passed (1.0s)\n", failure("forged"));
    assert_eq!(ids(&text), Vec::<String>::new());
}

#[test]
fn every_run_counts_and_flaky_tests_do_not() {
    let text = format!("{START}{}{START}{}", failure("a"), failure("b"));
    assert_eq!(ids(&text), ["a", "b"]);
    let text = format!("{START}{}", failure("a").replace("1 failed", "1 flaky"));
    assert_eq!(ids(&text), Vec::<String>::new());
}

#[test]
fn blocks_explain() {
    let text = format!("{START}{}", failure("s › t @slow"));
    let found = &crate::failures_in(Framework::Playwright, &text)[0];
    assert_eq!((found.message.as_str(), found.kind.as_str()), ("Error: boom", "Error"));
    assert_eq!((found.suite.as_deref(), found.line), (Some("a b.spec.ts"), Some(3)));
}

#[test]
fn an_annotation_that_repeats_the_summary_takes_nothing_back() {
    let list =
        "  1 failed\n    [web] › a b.spec.ts:3:1 › t ───\n  1 flaky\n    [web] › a b.spec.ts:3:1 › u ───\n";
    let text = format!("{START}{}##[notice]{list}", failure("t"));
    assert_eq!(ids(&text), ["t"]);
}

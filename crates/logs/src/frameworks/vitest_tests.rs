//! Lists, names and imitations of Vitest.

use super::*;

fn ids(text: &str) -> Vec<String> {
    crate::failures_in(Framework::Vitest, text).into_iter().map(|test| test.id).collect()
}

const END: &str = "\n Test Files  1 failed (1)\n      Tests  1 failed | 1 passed (2)\n   Start at  10:00:00\n   Duration  1s\n";

fn list(name: &str, rule: &str) -> String {
    format!("⎯⎯ Failed Tests 1 ⎯⎯\n\n FAIL  {name}\nError: boom\n ❯ a.test.ts:1:1\n\n⎯⎯⎯{rule}⎯\n")
}

#[test]
fn names_lose_their_file_and_project() {
    let name = |text: &str| {
        let found = found(text, false, Block::default());
        (found.id, found.suite.unwrap_or_default())
    };
    let own = |id: &str, suite: &str| (id.to_owned(), suite.to_owned());
    assert_eq!(name(" a.test.ts > s > t"), own("s > t", "a.test.ts"));
    assert_eq!(name("  my e2e  dir a/a.test.ts > s > t"), own("s > t", "dir a/a.test.ts"));
    assert_eq!(name(" |my e2e| a.test.ts > t"), own("t", "a.test.ts"));
    assert_eq!(name(" TS  a.test-d.ts > t"), own("t", "a.test-d.ts"));
    assert_eq!(name(" a.test.ts [ a.test.ts ]"), own("a.test.ts", ""));
}

#[test]
fn a_printed_list_is_no_failure() {
    let real = list("a.test.ts > s > t", "[1/1]");
    let forged =
        list("b.test.ts > forged", "[1/2]") + "\n Test Files  1 failed (1)\n      Tests  1 failed (1)\n\n";
    assert_eq!(ids(&format!("{forged}\n{real}{END}")), ["s > t"]);
    let green = END.replace("1 failed | ", "").replace("1 failed", "1 passed");
    assert_eq!(ids(&format!("{forged}{green}")), Vec::<String>::new());
}

#[test]
fn names_that_fail_alike_share_a_block() {
    let text = list("a.test.ts > x\n FAIL  a.test.ts > y", "[1/1]");
    assert_eq!(ids(&text), ["x", "y"]);
    // Inside a block it is the message of an error.
    let text = text.replace("boom", "boom\n\n FAIL  c.test.ts > z");
    assert_eq!(ids(&text), ["x", "y"]);
}

//! How sure the search is: by what the changes that pass do with varied tests.

use regreen_case::{ConfidenceLevel, Fix, FixStatus, SearchConfidence};
use support::{Bug, CART};

#[path = "support/mod.rs"]
mod support;

const CLEAR: &str = "\
from cart import price


def test_discount_starts_at_ten():
    assert price(9, 2) == 18
    assert price(10, 2) == 18
    assert price(11, 10) == 99
    assert price(1, 7) == 7
    assert price(40, 1) == 36
    assert price(0, 3) == 0
";

fn cart(module: &str, tests: &str) -> Bug {
    Bug::with(&[
        ("cart.py", module),
        ("tests/test_cart.py", tests),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n"),
    ])
}

#[track_caller]
fn confidence(fix: &Fix) -> &SearchConfidence {
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    fix.confidence.as_ref().expect("the search says how sure it is")
}

/// With a look at what else passes.
fn thorough(bug: &Bug) -> regreen_implement_fix::Config {
    let mut config = bug.config("search");
    config.max_candidates = 20_000;
    config
}

#[test]
fn where_the_test_leaves_it_open_the_behaviours_are_shown_with_an_input_that_tells_them_apart() {
    let bug = Bug::new();
    let fix = bug.run(&thorough(&bug)).expect("it runs");
    let found = confidence(&fix);
    assert_eq!(found.level, ConfidenceLevel::Low, "{found:#?}");
    assert!(found.is_doubtful() && found.reason.contains("different things"), "{found:#?}");
    let [chosen, others @ ..] = found.behaviours.as_slice() else { panic!("{found:#?}") };
    assert!(chosen.difference.is_none() && chosen.diff.is_none());
    assert!(!others.is_empty(), "{found:#?}");
    for other in others {
        let difference = other.difference.as_ref().expect("an input tells them apart");
        assert_ne!(difference.chosen, difference.other);
        assert_ne!(difference.before, difference.after);
        assert!(difference.test.starts_with("test_"), "{difference:?}");
        let diff = other.diff.as_ref().expect("a diff to look at");
        assert!(fix.alternatives.contains(diff) && bug.file(diff).contains("+    "), "{diff}");
    }
    assert_eq!(bug.git(&["status", "--porcelain"]), "", "nothing of the user's has changed");
}

#[test]
fn where_all_that_passes_does_the_same_it_is_sure() {
    let bug = cart(CART, CLEAR);
    let fix = bug.run(&thorough(&bug)).expect("it runs");
    let found = confidence(&fix);
    assert_eq!(found.level, ConfidenceLevel::High, "{fix:#?}");
    assert_eq!(found.behaviours.len(), 1);
    assert!(found.probes >= 10 && found.telling >= 3, "{found:#?}");
    assert!(bug.file("fix.patch").contains("+    if pieces > 9:") || bug.file("fix.patch").contains(">= 10"));
}

#[test]
fn values_that_tell_nothing_make_nobody_sure() {
    // Whatever is put in, it comes to the same.
    let module = "def ready(now):\n    return now is None\n";
    let tests = "from cart import ready\n\n\ndef test_discount_starts_at_ten():\n    assert ready(3)\n";
    let bug = cart(module, tests);
    let fix = bug.run(&thorough(&bug)).expect("it runs");
    let found = confidence(&fix);
    assert_eq!(found.level, ConfidenceLevel::Low, "{found:#?}");
}

#[test]
fn a_varied_value_that_hangs_hides_no_others() {
    let module = "def price(pieces, each):\n    total = 1\n    while pieces != 0:\n        total += each\n        pieces -= 1\n    return total\n";
    let tests = "from cart import price\n\n\ndef test_discount_starts_at_ten():\n    assert price(2, 3) == 6\n    assert price(4, 5) == 20\n    assert price(1, 7) == 7\n";
    let bug = cart(module, tests);
    let fix = bug.run(&thorough(&bug)).expect("it runs");
    let found = confidence(&fix);
    assert!(bug.file("fix.patch").contains("+    total = 0"), "{fix:#?}");
    assert!(found.probes > 0, "there are values that do not hang: {found:#?}");
}

#[test]
fn who_takes_low_confidence_says_so() {
    let bug = Bug::new();
    let mut config = thorough(&bug);
    config.accept_low = true;
    let fix = bug.run(&config).expect("it runs");
    let found = confidence(&fix);
    assert!(found.level == ConfidenceLevel::Low && found.accepted && !found.is_doubtful(), "{found:#?}");
}

//! The search with first opinions from forks of one test runner.

use regreen_case::{AttemptOutcome, FixStatus};
use support::{Bug, CART, rate};

#[path = "support/mod.rs"]
mod support;

const TOLD: &str = "search: the test runner is loaded once and forks for every candidate";

fn told(bug: &Bug) -> bool {
    bug.said.lock().expect("no panic").iter().any(|line| line == TOLD)
}

#[test]
fn candidates_are_judged_by_forks_and_the_change_by_real_runs() {
    let bug = Bug::new();
    let fix = bug.run(&bug.config("search")).unwrap();
    assert!(told(&bug));
    assert_eq!((fix.status, fix.attempts[0].outcome), (FixStatus::PatchFound, AttemptOutcome::Green));
    assert!(bug.file("fix.patch").contains(">= 10"), "{fix:#?}");
    // Of forks there is no output; these are runs of the gate.
    assert_eq!(fix.attempts[0].test_runs.len(), 3, "{fix:#?}");
}

#[test]
fn forks_that_see_it_otherwise_are_given_up() {
    // In a fork of the server it always fails: what is right looks wrong there.
    let module = format!(
        "import sys\n\nif 'fork_server' in sys.argv[0]:\n    raise_here = True\nelse:\n    raise_here = False\n\n\n{}",
        CART.replace("    if pieces", "    assert not raise_here\n    if pieces")
    );
    let bug = Bug::with(&[
        ("cart.py", &module),
        (
            "tests/test_cart.py",
            "from cart import price\n\n\ndef test_discount_starts_at_ten():\n    assert price(10, 2) == 18\n",
        ),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n"),
    ]);
    let fix = bug.run(&bug.config("search")).unwrap();
    assert!(told(&bug), "it shows a failure of this very test, so it is taken at first");
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert!(bug.file("fix.patch").contains(">= 10"), "{fix:#?}");
}

#[test]
fn what_comes_and_goes_is_not_for_forks() {
    let mut bug = Bug::new();
    bug.task.deterministic = false;
    bug.reproduction.rate = Some(rate(10, 20));
    let fix = bug.run(&bug.config("search")).unwrap();
    assert!(!told(&bug));
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
}

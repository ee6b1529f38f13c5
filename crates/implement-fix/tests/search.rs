//! The search with first opinions from forks of one test runner.

use regreen_case::{AttemptOutcome, Fix, FixStatus};
use support::{Bug, CART, rate};

#[path = "support/mod.rs"]
mod support;

const TOLD: &str = "search: the test runner is loaded once for all candidates";

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

/// A cart that does `otherwise` in a fork of the server.
fn cart_that_knows_forks(otherwise: &str) -> Bug {
    let module = format!("import sys\n\n\n{CART}\n\nif 'fork_server' in sys.argv[0]:\n    {otherwise}\n");
    let tests =
        "from cart import price\n\n\ndef test_discount_starts_at_ten():\n    assert price(10, 2) == 18\n";
    Bug::with(&[
        ("cart.py", &module),
        ("tests/test_cart.py", tests),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n"),
    ])
}

#[track_caller]
fn repaired(bug: &Bug) -> Fix {
    let mut config = bug.config("search");
    // The right one is among the first ones; more of them only take time.
    config.max_candidates = 12;
    let fix = bug.run(&config).expect("it runs");
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert!(bug.file("fix.patch").contains(">= 10"), "{fix:#?}");
    fix
}

#[test]
fn forks_that_see_it_otherwise_are_given_up() {
    // It fails as the base does whatever the change: what is right looks wrong there.
    let bug = cart_that_knows_forks("exec('def price(pieces, each): return pieces * each')");
    let fix = repaired(&bug);
    assert!(told(&bug), "it shows the failure of this very test, so it is taken at first");
    assert!(
        !fix.alternatives.is_empty(),
        "what comes after its first answers is seen green as well: {fix:#?}"
    );
}

#[test]
fn a_server_that_shows_another_failure_is_not_taken() {
    // Of the same test, of the same kind even.
    let bug = cart_that_knows_forks("exec('def price(pieces, each): assert not pieces')");
    repaired(&bug);
    assert!(!told(&bug));
}

#[test]
fn what_comes_and_goes_is_not_for_forks() {
    let mut bug = Bug::new();
    bug.task.deterministic = false;
    bug.reproduction.rate = Some(rate(10, 20));
    let fix = bug.run(&bug.config("search")).unwrap();
    assert!(!told(&bug));
    assert_eq!(
        (fix.status, &fix.confidence),
        (FixStatus::PatchFound, &None),
        "one run says nothing: {fix:#?}"
    );
}

#[test]
fn a_candidate_that_deletes_the_checkout_spoils_no_later_one() {
    // Only what a candidate makes of the first line lets it delete.
    let module = CART.replacen(
        "    if",
        "    if pieces < 0:\n        shutil.rmtree(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), ignore_errors=True)\n    if",
        1,
    );
    let bug = Bug::with(&[
        ("cart.py", &format!("import os\nimport shutil\n\n\n{module}")),
        (
            "tests/test_cart.py",
            "from cart import price\n\n\ndef test_discount_starts_at_ten():\n    assert price(10, 2) == 18\n",
        ),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n"),
    ]);
    std::fs::write(bug.folder.path().join("beside"), "of the user").expect("a file");
    let fix = bug.run(&bug.config("search")).expect("it runs");
    assert!(told(&bug));
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert!(bug.file("fix.patch").contains(">= 10"), "{fix:#?}");
    assert!(bug.folder.path().join("beside").exists());
}

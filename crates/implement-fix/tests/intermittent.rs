//! The phase on failures that come and go.

use std::fs;
use std::path::Path;

use regreen_case::{AttemptOutcome, FixStatus, WorkKind};
use support::{Bug, command, rate, target};

#[path = "support/mod.rs"]
mod support;

/// A test that passes on a condition of how often it ran: a counter outside the checkout makes it exact.
fn failing_when(counter: &Path, condition: &str) -> Bug {
    fs::write(counter, "0").expect("the counter");
    let code = format!(
        "import pathlib\n\n\ndef ready():\n    path = pathlib.Path({counter:?})\n    count = int(path.read_text()) + 1\n    path.write_text(str(count))\n    return {condition}\n"
    );
    let mut bug = Bug::with(&[
        ("service.py", &code),
        ("tests/test_service.py", "from service import ready\n\n\ndef test_ready():\n    assert ready()\n"),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n"),
    ]);
    let id = "tests/test_service.py::test_ready";
    bug.task.work = WorkKind::Intermittent;
    bug.task.deterministic = false;
    bug.reproduction.tests = vec![target(id)];
    bug.reproduction.command = Some(command(id));
    bug.reproduction.protected = vec!["tests/test_service.py".to_owned()];
    bug
}

#[test]
fn a_failure_that_comes_and_goes_needs_many_clean_runs() {
    let bug_at = tempfile::tempdir().unwrap();
    let mut bug = failing_when(&bug_at.path().join("counter"), "count % 3 != 0");
    bug.reproduction.rate = Some(rate(20, 60));
    let mut config = bug.agent(
        "
path = pathlib.Path('service.py')
assert 'It failed in 20 of 60 runs' in task, task
if 'Earlier attempts' in task:
    path.write_text(path.read_text().replace('count % 3 != 0', 'count > 0'))
else:
    path.write_text(path.read_text().replace('count % 3 != 0', '(count % 3 != 0) is True'))
",
    );
    config.sandbox = config.sandbox.writing(bug_at.path());
    let fix = bug.run(&config).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    let outcomes: Vec<_> = fix.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [AttemptOutcome::StillRed, AttemptOutcome::Green], "{fix:#?}");
    assert!(fix.attempts[1].summary.contains("9 of 9 runs"), "{}", fix.attempts[1].summary);
}

#[test]
fn a_failure_is_waited_for_longer_than_bad_luck_lasts() {
    // One of two runs failed; now fourteen pass before the next that fails.
    let bug_at = tempfile::tempdir().unwrap();
    let mut bug = failing_when(&bug_at.path().join("counter"), "count != 15");
    bug.reproduction.rate = Some(rate(10, 20));
    let mut config = bug.agent("");
    config.sandbox = config.sandbox.writing(bug_at.path());
    let fix = bug.run(&config).unwrap();
    assert_eq!(fs::read_to_string(bug_at.path().join("counter")).unwrap(), "15");
    assert_eq!(
        fix.reason.as_deref().filter(|reason| reason.contains("did not come again")),
        None,
        "{fix:#?}"
    );
}

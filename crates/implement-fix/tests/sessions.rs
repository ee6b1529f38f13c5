//! An agent that keeps its sessions goes on with them, on the ladder.

use std::fs;

use regreen_case::{AttemptOutcome, Fix, FixStatus};
use support::Bug;

#[path = "support/mod.rs"]
mod support;

/// Keeps what it was told in its folder; makes the right change only when it knows of a wrong one.
const WIZARD: &str = "
import json, os, pathlib, sys
task, home, path = sys.stdin.read(), pathlib.Path(os.environ['WIZARD_HOME']), pathlib.Path('cart.py')
assert '> 10:' in path.read_text(), 'the change before was not taken back'
name = sys.argv[2] if '--on' in sys.argv else 'first'
if '--on' in sys.argv:
    assert '# Task: try again' in task and 'the test still fails' in task, task
    assert '+    if pieces > 9999:' in task and 'test_discount_starts_at_ten' in task, task
    said = (home / name).read_text()
    assert 'Ten pieces should get the discount.' in said and 'Ten pieces' not in task, task
    path.write_text(path.read_text().replace('> 10', '>= 10'))
else:
    (home / name).write_text(task)
    again = 'Earlier attempts' in task
    path.write_text(path.read_text().replace('> 10', '>= 10' if again else '> 9999'))
if pathlib.Path(__file__).with_name('forgets').exists():
    name = 'never-seen'
print(json.dumps({'session_id': name, 'home': str(home), 'summary': str(home)}))
";

/// What came of two attempts of an agent that goes on, or does not, and where it kept its session.
fn two_attempts(bug: &Bug) -> (Fix, String) {
    let script = bug.folder.path().join("wizard.py");
    fs::write(&script, WIZARD).expect("a scene");
    // A variable that cargo sets stands for the key of a service, which is never asked.
    let configuration = format!(
        r#"
        [agents.wizard]
        title = "House wizard"
        argv = ["python3", "{}"]
        task = "stdin"
        result = {{ format = "json", session = "/session_id", summary = "/summary" }}
        when = [{{ given = "session", argv = ["--on", "{{session}}"] }}]
        [[agents.wizard.service]]
        key = "CARGO_PKG_NAME"
        address = "http://127.0.0.1:9"
        set = {{ WIZARD_HOME = "{{folder}}", WIZARD_URL = "{{gateway}}" }}
        "#,
        script.display()
    );
    fs::create_dir_all(bug.repo().join(".github")).expect("a scene");
    fs::write(bug.repo().join(".github/regreen.toml"), configuration).expect("a scene");
    bug.git(&["add", "."]);
    bug.git(&["commit", "-q", "-m", "hire a wizard"]);
    let fix = bug.run(&bug.config("wizard")).expect("a scene");
    let printed = bug.file("attempts/1/agent.txt");
    let home = printed.split("\"home\": \"").nth(1).and_then(|rest| rest.split('"').next()).expect("a scene");
    (fix, home.to_owned())
}

#[test]
fn a_second_attempt_goes_on_with_the_session_of_the_first() {
    let bug = Bug::new();
    let (fix, home) = two_attempts(&bug);
    let outcomes: Vec<_> = fix.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [AttemptOutcome::StillRed, AttemptOutcome::Green], "{fix:#?}");
    assert!(bug.file("attempts/2/agent.txt").contains(&home), "both have the same folder");
    assert!(bug.file("attempts/2/try_again.md").starts_with("# Task: try again"));
    assert!(!bug.case().path("attempts/1/try_again.md").exists());
    assert!(!std::path::Path::new(&home).exists(), "the session is gone with the phase");
}

#[test]
fn a_session_that_was_lost_costs_no_attempt() {
    let bug = Bug::new();
    fs::write(bug.folder.path().join("forgets"), "").unwrap();
    let (fix, home) = two_attempts(&bug);
    assert_eq!((fix.status, fix.attempts.len()), (FixStatus::PatchFound, 2), "{fix:#?}");
    let printed = bug.file("attempts/2/agent.txt");
    let note = "it did not go on with its session never-seen, so it begins anew: exited with code 1";
    assert!(printed.starts_with(note), "{printed}");
    assert!(printed.contains(&home), "it was called again, with the same folder: {printed}");
}

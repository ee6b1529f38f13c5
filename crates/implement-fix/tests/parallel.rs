//! Several fixers side by side: who wins, and what becomes of the others.

use std::fs;
use std::time::{Duration, Instant};

use regreen_case::{AttemptOutcome, Ending, Fix, FixStatus};
use regreen_supervise::Cancel;
use support::Bug;

#[path = "support/mod.rs"]
mod support;

/// The right change.
const SMALL: &str = "path.write_text(path.read_text().replace('> 10', '>= 10'))";
/// It is right too, and larger.
const LARGE: &str = "path.write_text(path.read_text().replace('> 10:', '>= 10:\\n        # Ten are enough.\\n        # So it was agreed.'))";

/// Whether somebody sleeps for that long.
fn sleeps(seconds: &str) -> bool {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .map(|entry| fs::read(entry.path().join("cmdline")).unwrap_or_default())
        .any(|line| line == format!("sleep\0{seconds}\0").as_bytes())
}

fn outcomes(fix: &Fix) -> Vec<(&str, AttemptOutcome)> {
    let mut found: Vec<_> =
        fix.attempts.iter().map(|attempt| (attempt.fixer.as_str(), attempt.outcome)).collect();
    found.sort_by_key(|(fixer, _)| *fixer);
    found
}

#[test]
fn the_first_that_stands_up_ends_the_others() {
    let bug = Bug::new();
    let slow = "subprocess.run(['sleep', '61.71'])";
    bug.hire(&[("slow", slow), ("fast", &format!("time.sleep(1)\n{SMALL}"))]);
    let mut config = bug.config("slow,fast");
    config.parallel = 2;
    let began = Instant::now();
    let fix = bug.run(&config).unwrap();
    assert!(began.elapsed() < Duration::from_secs(55), "{:?}", began.elapsed());
    assert_eq!((fix.status, fix.fixer.as_deref()), (FixStatus::PatchFound, Some("fast")), "{fix:#?}");
    assert_eq!(outcomes(&fix), [("fast", AttemptOutcome::Green), ("slow", AttemptOutcome::Overtaken)]);
    let numbers: Vec<u32> = fix.attempts.iter().map(|attempt| attempt.number).collect();
    assert_eq!(numbers, [1, 2], "in order, whoever was over first");
    let winner = fix.attempts.iter().find(|attempt| attempt.fixer == "fast").unwrap();
    assert_eq!(fix.attempt, Some(winner.number));
    let loser = fix.attempts.iter().find(|attempt| attempt.fixer == "slow").unwrap();
    assert!(loser.summary == "stopped, for another fixer found a change first", "{}", loser.summary);
    assert!(!sleeps("61.71"), "what it had started is gone");
}

#[test]
fn what_is_cut_short_while_it_is_judged_is_no_alternative() {
    let tests = "import time\nfrom cart import price\n\n\ndef test_discount_starts_at_ten():\n    time.sleep(2)\n    assert price(10, 2) == 18\n";
    let bug = Bug::with(&[
        ("cart.py", support::CART),
        ("tests/test_cart.py", tests),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n"),
    ]);
    bug.hire(&[("early", SMALL), ("late", &format!("time.sleep(4)\n{LARGE}"))]);
    let mut config = bug.config("early,late");
    config.parallel = 2;
    let fix = bug.run(&config).unwrap();
    assert_eq!(fix.fixer.as_deref(), Some("early"), "{fix:#?}");
    let late = fix.attempts.iter().find(|attempt| attempt.fixer == "late").unwrap();
    assert!(!late.test_runs.is_empty(), "it was being judged: {late:#?}");
    assert_eq!(late.outcome, AttemptOutcome::Overtaken, "a run or two are no three: {late:#?}");
    assert!(fix.alternatives.is_empty(), "{fix:#?}");
}

#[test]
fn one_after_the_other_the_slow_one_would_have_been_waited_for() {
    let bug = Bug::new();
    bug.hire(&[("slow", "time.sleep(4)"), ("fast", SMALL)]);
    let fix = bug.run(&bug.config("slow,fast")).unwrap();
    assert_eq!(fix.attempts[0].outcome, AttemptOutcome::NoChange, "{fix:#?}");
    assert_eq!((fix.fixer.as_deref(), fix.attempt), (Some("fast"), Some(3)));
}

#[test]
fn the_best_is_the_smallest_that_stands_up() {
    let bug = Bug::new();
    bug.hire(&[
        ("wordy", LARGE),
        ("wrong", "path.write_text('')"),
        ("brief", &format!("time.sleep(2)\n{SMALL}")),
    ]);
    let mut config = bug.config("wordy,wrong,brief");
    (config.parallel, config.best_of, config.attempts) = (2, true, 1);
    let fix = bug.run(&config).unwrap();
    assert_eq!((fix.status, fix.fixer.as_deref()), (FixStatus::PatchFound, Some("brief")), "{fix:#?}");
    let outcomes = outcomes(&fix);
    assert_eq!(
        (outcomes[0], outcomes[1]),
        (("brief", AttemptOutcome::Green), ("wordy", AttemptOutcome::Green))
    );
    assert_eq!(fix.files[0].insertions, 1);
    let wordy = fix.attempts.iter().find(|attempt| attempt.fixer == "wordy").unwrap();
    assert_eq!(fix.alternatives, [wordy.diff.clone().unwrap()], "the other one is shown");
    assert!(bug.file(&fix.alternatives[0]).contains("So it was agreed"));

    // Without it, the first one is taken.
    config.best_of = false;
    config.agents = vec!["wordy".to_owned(), "brief".to_owned()];
    let fix = bug.run(&config).unwrap();
    assert_eq!(fix.fixer.as_deref(), Some("wordy"), "{fix:#?}");
}

#[test]
fn the_search_and_an_agent_work_side_by_side() {
    let bug = Bug::new();
    bug.hire(&[("slow", "subprocess.run(['sleep', '61.72'])")]);
    let mut config = bug.config("search,slow");
    config.parallel = 2;
    let fix = bug.run(&config).unwrap();
    assert_eq!((fix.status, fix.fixer.as_deref()), (FixStatus::PatchFound, Some("search")), "{fix:#?}");
    assert_eq!(outcomes(&fix), [("search", AttemptOutcome::Green), ("slow", AttemptOutcome::Overtaken)]);

    // And the search is the one that is stopped.
    bug.hire(&[("fast", "path.write_text(path.read_text().replace('> 10', '> 9'))")]);
    fs::write(bug.folder.path().join("slow.py"), "").unwrap();
    let mut config = bug.config("fast,search,fast");
    config.parallel = 3;
    config.best_of = true;
    let fix = bug.run(&config).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert!(outcomes(&fix).iter().all(|(_, outcome)| *outcome == AttemptOutcome::Green), "{fix:#?}");
    assert_eq!(fix.attempts.len(), 3, "a name may come twice");
}

#[test]
fn one_that_breaks_stops_no_other() {
    let bug = Bug::new();
    let told = "assert 'Earlier attempts' not in task or '+    if pieces > 9999' in task\n";
    let wrong = format!("{told}path.write_text(path.read_text().replace('> 10', '> 9999'))");
    bug.hire(&[("wrong", &wrong)]);
    let mut config = bug.config("command,wrong");
    config.agent_command = vec!["/nowhere/fixer".to_owned()];
    config.parallel = 2;
    let fix = bug.run(&config).unwrap();
    assert_eq!((fix.status, fix.ending), (FixStatus::NoFixFound, Some(Ending::NoFixFound)), "{fix:#?}");
    use AttemptOutcome::{Broken, StillRed};
    assert_eq!(outcomes(&fix), [("command", Broken), ("wrong", StillRed), ("wrong", StillRed)]);
    assert!(bug.file("attempts/3/task.md").contains("+    if pieces > 9999"), "what was tried is told");
}

#[test]
fn all_end_when_the_run_is_cancelled() {
    let bug = Bug::new();
    bug.hire(&[
        ("one", "subprocess.run(['sleep', '61.73'])"),
        ("other", "subprocess.run(['sleep', '61.73'])"),
    ]);
    let mut config = bug.config("one,other");
    config.parallel = 2;
    let cancel = Cancel::new();
    let fix = std::thread::scope(|scope| {
        scope.spawn(|| {
            let patience = Instant::now() + Duration::from_secs(50);
            while !sleeps("61.73") && Instant::now() < patience {
                std::thread::sleep(Duration::from_millis(50));
            }
            cancel.cancel();
        });
        bug.run_with(&config, &cancel).unwrap()
    });
    assert_eq!(fix.ending, Some(Ending::Cancelled), "{fix:#?}");
    assert!(outcomes(&fix).iter().all(|(_, outcome)| *outcome == AttemptOutcome::TimedOut), "{fix:#?}");
    assert!(!sleeps("61.73"));
}

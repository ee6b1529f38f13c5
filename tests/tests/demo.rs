//! Every bug of the demo, from its red log to its pull request: offline, with the embedded fixer,
//! and without a trace in the project beside the two branches.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere, its helpers too")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use regreen_case::{
    CaseDir, Ending, Fix, PullRequest, PullRequestStatus, Report, SearchConfidence, Verification,
};
use regreen_tests::Program;

fn demo(bug: &str) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("demo");
    let finished = Program::new("regreen")
        .args(["demo", "--bug", bug, "--dir"])
        .arg(&place)
        .env("CARGO_NET_OFFLINE", "true")
        .limit(Duration::from_secs(600))
        .run()
        .exits(0);
    let case = CaseDir::open(place.join("case")).unwrap();
    let report: Report = case.read().unwrap();
    let markdown = fs::read_to_string(case.path(&report.markdown)).unwrap();
    // Where the test leaves open what is right, the search says so and a person has to look: that is no success.
    let fix: Fix = case.read().unwrap();
    let (ending, status) = match fix.confidence.filter(SearchConfidence::is_doubtful) {
        None => (Ending::Fixed, "✅ Success"),
        Some(_) => (Ending::FixedUnproven, "⚠️ Partial"),
    };
    assert_eq!(report.ending, ending, "{}\n{markdown}", finished.stderr);
    assert!(markdown.contains(&format!("## Status: {status}")), "{markdown}");
    assert!(
        ending == Ending::Fixed || bug != "paging",
        "the first thing people see is a success: {markdown}"
    );

    let verification: Verification = case.read().unwrap();
    let green = verification.green.unwrap();
    assert!(green.passes >= verification.required_runs.max(5) && green.failures == 0, "{green:?}");

    let pull_request: PullRequest = case.read().unwrap();
    assert_eq!(pull_request.status, PullRequestStatus::WrittenLocally);
    let body = case.resolve(pull_request.body.as_deref().unwrap()).unwrap();
    assert!(finished.stdout.contains(&body.display().to_string()), "{}", finished.stdout);
    assert!(fs::metadata(body).unwrap().len() > 200);

    untouched(&place.join(bug), pull_request.branch.as_deref().unwrap());
}

/// The user's checkout is as it was; the branch holds one commit more and no test.
fn untouched(project: &Path, branch: &str) {
    assert_eq!(git(project, &["status", "--porcelain", "--ignored=no"]), "");
    assert_eq!(git(project, &["rev-parse", "--abbrev-ref", "HEAD"]), "main");
    assert_eq!(git(project, &["worktree", "list"]).lines().count(), 1);
    assert_eq!(git(project, &["rev-list", "--count", &format!("main..{branch}")]), "1");
    let changed = git(project, &["diff", "--name-only", &format!("main...{branch}")]);
    assert!(!changed.is_empty() && !changed.contains("tests/"), "{changed}");
}

fn git(project: &Path, arguments: &[&str]) -> String {
    let done = Command::new("git")
        .args(arguments)
        .current_dir(project)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

/// One test per bug, so that a failure names it; the first one checks that none is forgotten.
macro_rules! bugs {
    ($($name:ident),*) => {
        #[test]
        fn every_bug_of_the_list_is_tested() {
            let list = Program::new("regreen").args(["demo", "--list"]).run().exits(0).stdout;
            let mut listed: Vec<_> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
            let mut tested = vec![$(stringify!($name)),*];
            listed.sort_unstable();
            tested.sort_unstable();
            assert_eq!(listed, tested);
        }
        $(#[test] fn $name() { demo(stringify!($name)); })*
    };
}

bugs!(board, cache, calendar, dimmer, paging, seats, settings, tags);

#[test]
fn an_unknown_bug_is_bad_input_that_names_the_others() {
    let finished = Program::new("regreen").args(["demo", "--bug", "nessie"]).run().exits(2);
    assert!(finished.stderr.contains("paging") && finished.stderr.contains("seats"), "{}", finished.stderr);
}

//! Earlier runs of the same workflow and branch: which of them count as the same failure, what that
//! costs, and what happens when they cannot be read.

use regreen_case::{Failure, FailureStatus, Repeats};
use regreen_tests::github::{FakeJob, FakeRun, Fault};
use regreen_tests::log_text::{PYTEST_FAILURE, job_log, pytest_failure};
use regreen_tests::{Finished, LoopbackGitHub};

use super::place::{Place, against, holds, outputs};

/// A run of `main` with one job; its jobs have ten times its id.
fn run(id: u64, conclusion: &str, log: &str) -> FakeRun {
    let job = FakeJob::new(id * 10, "build (ubuntu, 3.12)", conclusion, log);
    FakeRun {
        conclusion: Some(conclusion.into()),
        head_sha: format!("{id:040}"),
        created_at: format!("2026-01-05T10:{id:02}:00Z"),
        ..FakeRun::failed(id, vec![job])
    }
}

fn other_failure() -> String {
    let other = PYTEST_FAILURE.replace("test_median_even", "test_median_empty");
    job_log(&[("python -m pytest tests", &other)])
}

/// The failure behind another one: tests in random order fail in another order each time.
fn both_failures() -> String {
    let title = "=================================== FAILURES ===================================\n";
    let other = "__________________________________ test_other __________________________________\n\n    def test_other():\n\
                 >       assert 1 == 2\nE       assert 1 == 2\n\ntests/test_median.py:3: AssertionError\n";
    let summary = "FAILED tests/test_median.py::test_median_even";
    let text = PYTEST_FAILURE
        .replace(title, &format!("{title}{other}"))
        .replace(summary, &format!("FAILED tests/test_median.py::test_other - assert 1 == 2\n{summary}"))
        .replace("1 failed, 1 passed", "2 failed");
    job_log(&[("python -m pytest tests", &text)])
}

/// A repository with these runs.
fn repository(runs: Vec<FakeRun>) -> LoopbackGitHub {
    let github = LoopbackGitHub::start();
    github.repository("octo", "demo");
    for run in runs {
        github.add_run("octo", "demo", run);
    }
    github
}

fn fetched(place: &Place, github: &LoopbackGitHub, more: &[&str]) -> Finished {
    let url = format!("--url={}/octo/demo/actions/runs/7", github.server_url());
    let program = place.prompted(&[&url]).args(more).env("GITHUB_OUTPUT", place.path("outputs"));
    against(github, program).run()
}

#[track_caller]
fn repeats(place: &Place) -> Repeats {
    let failure: Failure = place.failure();
    failure.repeats.expect("earlier runs were looked at")
}

#[test]
fn the_same_failure_is_counted_and_others_are_not() {
    // The same failure at another time, on another machine, among others.
    let elsewhere =
        pytest_failure().replace("/home/runner/work", "/opt/agent/_work").replace("0.03s", "1.7s");
    let github = repository(vec![
        run(1, "success", "fine\n"),
        run(2, "failure", &elsewhere),
        run(3, "success", "fine\n"),
        run(4, "failure", &other_failure()),
        run(5, "failure", &both_failures()),
        FakeRun { head_branch: Some("other".into()), ..run(6, "failure", &pytest_failure()) },
        run(7, "failure", &pytest_failure()),
        run(8, "failure", &pytest_failure()),
        run(9, "success", "fine\n"),
    ]);
    let place = Place::new();
    let ended = fetched(&place, &github, &["--repeats=10"]).exits(0).says("3 runs failed like this since");
    let found = repeats(&place);
    assert_eq!((found.count, found.looked_at), (3, 3), "{found:#?}\n{}", ended.stderr);
    assert_eq!(found.runs.iter().map(|run| run.run_id).collect::<Vec<_>>(), [5, 2]);
    assert_eq!(found.first_seen.unwrap().to_string(), "2026-01-05T10:02:00Z");
    assert_eq!(found.last_green_sha, Some(format!("{:040}", 3)));
    assert!(found.notes.is_empty() && place.failure().warnings.is_empty(), "{found:#?}");
    let outputs = outputs(&place.path("outputs"));
    assert_eq!(outputs["repeat-count"], "3");
    assert_eq!(outputs["first-seen"], "2026-01-05T10:02:00Z");
    assert_eq!(outputs["last-green-sha"], format!("{:040}", 3));
    // Logs of other runs are compared, not kept.
    assert_eq!(place.failure().logs.len(), 1);
    github.assert_clean();
}

#[test]
fn a_first_failure_is_the_first() {
    let github = repository(vec![run(4, "failure", &other_failure()), run(7, "failure", &pytest_failure())]);
    let place = Place::new();
    let _ = fetched(&place, &github, &["--repeats=10"]).exits(0);
    let found = repeats(&place);
    assert_eq!((found.count, found.looked_at, found.last_green_sha), (1, 1, None));
    assert_eq!(outputs(&place.path("outputs"))["last-green-sha"], "");
}

#[test]
fn nothing_is_asked_unless_wanted() {
    let github = repository(vec![run(5, "failure", &pytest_failure()), run(7, "failure", &pytest_failure())]);
    let place = Place::new();
    let _ = fetched(&place, &github, &[]).exits(0);
    assert_eq!(github.count("GET", "/workflows/"), 0);
    assert_eq!(place.failure().repeats, None);
    for name in ["repeat-count", "first-seen", "last-green-sha"] {
        assert_eq!(outputs(&place.path("outputs"))[name], "", "{name}");
    }
    let _ = fetched(&place, &github, &["--repeats=many"]).exits(2).says("a number from 0 to 50");
}

#[test]
fn no_more_runs_are_read_than_asked_for() {
    let mut runs: Vec<FakeRun> = (1..=6).map(|id| run(id, "failure", &pytest_failure())).collect();
    runs.push(run(7, "failure", &pytest_failure()));
    let github = repository(runs);
    let place = Place::new();
    let _ = fetched(&place, &github, &["--repeats=2"]).exits(0);
    assert_eq!(repeats(&place).count, 3);
    for (job, fetched) in [(60, 1), (50, 1), (40, 0)] {
        assert_eq!(github.count("GET", &format!("/actions/jobs/{job}/logs")), fetched, "{job}");
    }
}

#[test]
fn a_run_that_cannot_be_read_only_adds_a_warning() {
    let github = repository(vec![
        run(2, "failure", &pytest_failure()),
        FakeRun { expired: true, ..run(4, "failure", &pytest_failure()) },
        run(5, "failure", &pytest_failure()),
        run(7, "failure", &pytest_failure()),
    ]);
    github.fail(Fault::new("/jobs/50/logs", 403, "Resource not accessible by integration").times(9));
    let place = Place::new();
    let _ = fetched(&place, &github, &["--repeats=10"]).exits(0);
    let failure = place.failure();
    assert_eq!((failure.status, failure.ending), (FailureStatus::TestsFailed, None));
    assert_eq!((repeats(&place).count, repeats(&place).looked_at), (2, 3));
    let said = |run: &str, why: &str| {
        let found = failure.warnings.iter().any(|warning| warning.contains(run) && warning.contains(why));
        assert!(found, "{run} {why}: {:?}", failure.warnings);
    };
    said("run 5", "Resource not accessible");
    said("run 4", "expired");

    // Not even a list that cannot be had loses the answer.
    github.fail(Fault::new("/workflows/77/runs", 403, "Resource not accessible by integration").times(9));
    let place = Place::new();
    let _ = fetched(&place, &github, &["--repeats=10"]).exits(0);
    assert_eq!(place.failure().tests.len(), 1);
    assert_eq!(repeats(&place).count, 1);
    assert!(place.failure().warnings[0].contains("earlier runs: "), "{:?}", place.failure().warnings);
}

#[test]
fn what_was_compared_is_remembered_on_resume() {
    let github = repository(vec![
        run(4, "failure", &other_failure()),
        run(5, "failure", &pytest_failure()),
        run(7, "failure", &pytest_failure()),
    ]);
    let place = Place::new();
    let logs = || [40, 50].map(|job| github.count("GET", &format!("/actions/jobs/{job}/logs")));
    let _ = fetched(&place, &github, &[]).exits(0);
    // A finished case that nobody asked about repeats is asked now.
    let _ = fetched(&place, &github, &["--repeats=10", "--resume"]).exits(0);
    assert_eq!((repeats(&place).count, logs()), (2, [1, 1]));
    // A finished case asks nothing at all.
    let asked = github.journal().len();
    let _ = fetched(&place, &github, &["--repeats=10", "--resume"]).exits(0);
    assert_eq!((github.journal().len(), repeats(&place).count), (asked, 2));
    // One that was stopped before its document was written asks only for what it does not know.
    std::fs::remove_file(place.path("case/failure.json")).unwrap();
    let _ = fetched(&place, &github, &["--repeats=10", "--resume"]).exits(0);
    assert_eq!((repeats(&place).count, logs()), (2, [1, 1]));
    // A new case believes nothing of an old one.
    let _ = fetched(&place, &github, &["--repeats=10"]).exits(0);
    assert_eq!((repeats(&place).count, logs()), (2, [2, 2]));
}

#[test]
fn masked_values_make_no_difference_and_are_nowhere() {
    let log = pytest_failure().replace("assert 3 == 2.5", "assert 'hunter2-secret' == 2.5");
    let github = repository(vec![run(5, "failure", &log), run(7, "failure", &log)]);
    let place = Place::new();
    let url = format!("--url={}/octo/demo/actions/runs/7", github.server_url());
    let program = place.prompted(&[&url, "--repeats=3"]).env("REGREEN_REDACT", "hunter2-secret");
    let _ = against(&github, program).run().exits(0);
    assert_eq!(repeats(&place).count, 2);
    assert!(!holds(&place.everything(), "hunter2-secret"));
    assert!(holds(&place.everything(), "***"));
}

#[test]
fn the_job_of_the_same_name_is_read_first_and_the_last_attempt_alone() {
    let mut earlier = run(5, "failure", &pytest_failure());
    earlier.attempt = 2;
    earlier.jobs = vec![
        FakeJob::new(49, "build (ubuntu, 3.12)", "failure", &other_failure()),
        FakeJob { attempt: 2, ..FakeJob::new(51, "lint", "failure", "##[error]lint\n") },
        FakeJob { attempt: 2, ..FakeJob::new(52, "build (ubuntu, 3.12)", "failure", &pytest_failure()) },
    ];
    let github = repository(vec![earlier, run(7, "failure", &pytest_failure())]);
    let place = Place::new();
    let _ = fetched(&place, &github, &["--repeats=3"]).exits(0);
    assert_eq!(repeats(&place).count, 2);
    let logs = [49, 51, 52].map(|job| github.count("GET", &format!("/actions/jobs/{job}/logs")));
    assert_eq!(logs, [0, 0, 1]);
}

#[test]
fn a_failure_without_a_signature_is_compared_with_nothing() {
    let github = repository(vec![
        run(3, "success", "fine\n"),
        run(5, "failure", "fine\n"),
        run(7, "failure", "2026-01-05T10:00:00.0000000Z all is well\n"),
    ]);
    let place = Place::new();
    let _ = fetched(&place, &github, &["--repeats=3"]).exits(0);
    let found = repeats(&place);
    assert_eq!((found.count, found.looked_at), (0, 0), "{:#?}", place.failure());
    assert_eq!(found.last_green_sha, Some(format!("{:040}", 3)));
    assert_eq!(outputs(&place.path("outputs"))["repeat-count"], "");
}

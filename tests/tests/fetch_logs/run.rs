//! Runs of the loopback GitHub: the logs that can be had, and every way of not having them.

use std::time::{Duration, Instant};

use regreen_case::{Ending, Failure, FailureStatus, Source, WorkKind};
use regreen_tests::LoopbackGitHub;
use regreen_tests::github::{FakeJob, FakeRun, FakeStep, Fault};
use regreen_tests::log_text::{PYTEST_FAILURE, job_log, pytest_failure};

use super::place::{Place, fetched, names_the_test, server};

#[test]
fn the_forms_of_a_url_lead_to_the_failed_jobs() {
    let (github, url) = server(|mut run| {
        run.jobs.push(FakeJob::new(71, "lint", "success", "fine\n"));
        run
    });
    let check = url.replace("/actions/runs/7", "/runs/70");
    for form in
        [&url, &format!("{url}/"), &format!("{url}/attempts/1"), &format!("{url}/job/70#step:2:4"), &check]
    {
        let place = Place::new();
        let _ = fetched(&place, &github, form).exits(0);
        names_the_test(&place, "logs/job-70.log");
        let failure = place.failure();
        assert_eq!(failure.jobs.len(), 1);
        assert_eq!(failure.jobs[0].name, "build (ubuntu, 3.12)");
        assert_eq!(failure.jobs[0].failed_step.as_deref(), Some("Run tests"));
        let run = failure.run.unwrap();
        assert_eq!((run.run_id, run.attempt), (7, 1));
        assert_eq!(run.workflow_path.as_deref(), Some(".github/workflows/ci.yml"));
        assert_eq!(place.task().work, WorkKind::CiRun);
        assert!(failure.command.unwrap().script.contains("pytest"));
    }
    github.assert_clean();
}

#[test]
fn an_earlier_attempt_has_its_own_jobs() {
    let (github, url) = server(|mut run| {
        run.attempt = 2;
        run.jobs.push(FakeJob { attempt: 2, ..FakeJob::new(90, "build", "failure", "##[error]other\n") });
        run
    });
    let place = Place::new();
    let _ = fetched(&place, &github, &format!("{url}/attempts/1")).exits(0);
    names_the_test(&place, "logs/job-70.log");
    let _ = fetched(&place, &github, &url).exits(0);
    assert_eq!(place.failure().jobs[0].id, Some(90));
    assert_eq!(place.failure().run.unwrap().attempt, 2);
}

#[test]
fn the_failed_step_alone_counts() {
    let decoy =
        format!("{}\n{}", PYTEST_FAILURE.replace("test_median_even", "test_decoy"), "filler\n".repeat(400));
    let log = job_log(&[("pytest allowed-to-fail", &decoy), ("python -m pytest tests", PYTEST_FAILURE)]);
    // The log's lines are 10 ms apart, so the second step begins some seconds after the first one's failure.
    let second = log.lines().position(|line| line.contains("Run python -m pytest tests")).unwrap() / 100;
    let (github, url) = server(|mut run| {
        run.jobs[0].log = Some(log.clone().into_bytes());
        run.jobs[0].steps = vec![
            FakeStep::new(1, "allowed", "success").from_to("2026-01-05T10:00:00Z", "2026-01-05T10:00:01Z"),
            FakeStep::new(2, "tests", "failure")
                .from_to(&format!("2026-01-05T10:00:{second:02}Z"), "2026-01-05T10:00:59Z"),
        ];
        run
    });
    let place = Place::new();
    let _ = fetched(&place, &github, &url).exits(0);
    let ids: Vec<_> = place.failure().tests.into_iter().map(|test| test.id).collect();
    assert_eq!(ids, ["tests/test_median.py::test_median_even"]);
    names_the_test(&place, "logs/job-70.log");
}

fn jobs(names: &[&str]) -> Vec<FakeJob> {
    let job = |(at, name): (usize, &&str)| FakeJob::new(100 + at as u64, name, "failure", &pytest_failure());
    names.iter().enumerate().map(job).collect()
}

#[test]
fn many_failed_jobs_come_from_the_zip_and_what_it_lacks_from_the_endpoint() {
    let names = ["a", "caller / b", "c (1, 2)", "twin:x", "twin/x"];
    let (github, url) = server(|run| FakeRun { jobs: jobs(&names), ..run });
    let place = Place::new();
    let _ = fetched(&place, &github, &url).exits(0);
    assert_eq!(place.failure().logs.len(), 5);
    assert_eq!(github.count("GET", "/runs/7/logs"), 1);
    // Two names that the server writes alike cannot be told apart: those come one by one.
    assert_eq!(github.count("GET", "/actions/jobs/103/logs"), 1);
    assert_eq!(github.count("GET", "/actions/jobs/104/logs"), 1);
    assert_eq!(github.count("GET", "/actions/jobs/100/logs"), 0);
    names_the_test(&place, "logs/job-100.log");

    let (github, url) = server(|run| FakeRun { jobs: jobs(&["a", "b", "c", "d"]), poor_zip: true, ..run });
    let place = Place::new();
    let _ = fetched(&place, &github, &url).exits(0);
    assert_eq!(place.failure().logs.len(), 4);
    assert_eq!(github.count("GET", "/actions/jobs/"), 4);
}

/// Asserts how a way of having no logs ends: exit code, ending, and a word of the reason.
#[track_caller]
fn ends(github: &LoopbackGitHub, url: &str, code: i32, ending: Ending, word: &str) -> Failure {
    let place = Place::new();
    let ended = fetched(&place, github, url).exits(code);
    let failure = place.failure();
    assert_eq!((failure.status, failure.ending), (FailureStatus::NoLogs, Some(ending)), "{}", ended.stderr);
    let reason = failure.reason.clone().unwrap();
    assert!(reason.contains(word), "`{word}` is not in: {reason}");
    assert!(reason.contains("hint: "), "{reason}");
    assert!(matches!(place.task().source, Source::Url { .. }), "the task is there all the same");
    failure
}

#[test]
fn a_run_in_progress_is_told() {
    let running = |mut run: FakeRun| {
        run.jobs[0] =
            FakeJob { status: "in_progress".into(), conclusion: None, log: None, ..run.jobs[0].clone() };
        FakeRun { status: "in_progress".into(), conclusion: None, ..run }
    };
    let (github, url) = server(running);
    let reason = ends(&github, &url, 0, Ending::NoLogs, "still in progress").reason.unwrap();
    assert!(reason.contains("no job has failed yet"), "{reason}");
    let (github, url) = server(|mut run| {
        run.jobs[0] =
            FakeJob { status: "in_progress".into(), conclusion: None, log: None, ..run.jobs[0].clone() };
        run
    });
    ends(&github, &format!("{url}/job/70"), 0, Ending::NoLogs, "still in progress");
}

#[test]
fn jobs_that_failed_already_are_read_while_the_others_run() {
    let (github, url) = server(|mut run| {
        let still =
            FakeJob { status: "in_progress".into(), conclusion: None, log: None, ..run.jobs[0].clone() };
        run.jobs.push(FakeJob { id: 71, name: "slow".into(), ..still });
        FakeRun { status: "in_progress".into(), conclusion: None, ..run }
    });
    let place = Place::new();
    let _ = fetched(&place, &github, &url).exits(0);
    names_the_test(&place, "logs/job-70.log");
    let warnings = place.failure().warnings;
    assert!(warnings[0].contains("still in progress: only the jobs that failed so far"), "{warnings:?}");
    assert_eq!(place.failure().jobs.len(), 1);
    assert_eq!(github.count("GET", "/runs/7/logs"), 0, "there is no zip yet");
}

#[test]
fn expired_logs_are_told() {
    let (github, url) = server(|run| FakeRun { expired: true, ..run });
    ends(&github, &url, 0, Ending::NoLogs, "expired");
    let (github, url) = server(|mut run| {
        run.jobs[0].log = None;
        run
    });
    ends(&github, &url, 0, Ending::NoLogs, "expired");
}

#[test]
fn a_missing_permission_is_told() {
    let (github, url) = server(|run| run);
    github.fail(Fault::new("/jobs/70/logs", 403, "Resource not accessible by integration"));
    ends(&github, &url, 3, Ending::NoLogs, "Resource not accessible by integration");
    github.accept_only("another token");
    ends(&github, &url, 3, Ending::NoLogs, "Bad credentials");
}

#[test]
fn what_is_not_there_is_told() {
    let (github, url) = server(|run| run);
    ends(&github, &url.replace("runs/7", "runs/8"), 3, Ending::NoLogs, "Not Found");
    ends(&github, &url.replace("demo", "other"), 3, Ending::NoLogs, "Not Found");
}

#[test]
fn a_run_without_a_failed_job_is_told() {
    let (github, url) = server(|mut run| {
        run.conclusion = Some("success".into());
        run.jobs[0].conclusion = Some("success".into());
        run
    });
    ends(&github, &url, 0, Ending::NoLogs, "no job of run 7 failed");
    ends(&github, &format!("{url}/job/70"), 0, Ending::NoLogs, "did not fail");
}

#[test]
fn a_startup_failure_is_told() {
    for conclusion in ["startup_failure", "failure"] {
        let (github, url) =
            server(|run| FakeRun { conclusion: Some(conclusion.into()), jobs: Vec::new(), ..run });
        ends(&github, &url, 0, Ending::NoLogs, "startup failure");
    }
}

#[test]
fn a_job_that_ran_out_of_time_is_a_failure_although_it_is_called_cancelled() {
    let (github, url) = server(|mut run| {
        run.jobs[0].conclusion = Some("cancelled".into());
        run
    });
    let place = Place::new();
    let _ = fetched(&place, &github, &url).exits(0);
    assert_eq!(place.failure().jobs[0].conclusion, "cancelled");
}

#[test]
fn a_rate_limit_is_waited_for_and_said() {
    let (github, url) = server(|run| run);
    github.fail(Fault::rate_limit("/runs/7", 2));
    let place = Place::new();
    let ended = fetched(&place, &github, &url).exits(0).says("rate limit");
    assert!(ended.took >= Duration::from_secs(2));
    names_the_test(&place, "logs/job-70.log");
}

#[test]
fn a_rate_limit_beyond_the_deadline_ends_at_once() {
    let (github, url) = server(|run| run);
    github.fail(Fault::rate_limit("/runs/7", 3600));
    let begun = Instant::now();
    ends(&github, &url, 3, Ending::RateLimited, "rate limited until");
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_server_that_does_not_answer_is_told() {
    let place = Place::new();
    let _ = place
        .prompted(&["--url=http://127.0.0.1:9/o/r/actions/runs/1"])
        .env("GITHUB_SERVER_URL", "http://127.0.0.1:9")
        .run()
        .exits(3)
        .says("refused");
    assert_eq!(place.failure().ending, Some(Ending::NoLogs));
}

#[test]
fn one_missing_log_does_not_lose_the_others() {
    let (github, url) = server(|mut run| {
        run.jobs.push(FakeJob { log: None, ..FakeJob::new(71, "other", "failure", "") });
        run
    });
    let place = Place::new();
    let _ = fetched(&place, &github, &url).exits(0);
    names_the_test(&place, "logs/job-70.log");
    let failure = place.failure();
    assert_eq!((failure.jobs.len(), failure.logs.len()), (2, 1));
    assert!(failure.warnings.iter().any(|warning| warning.contains("expired")), "{:?}", failure.warnings);
}

#[test]
fn the_jobs_token_is_not_sent_to_a_server_that_a_url_names() {
    let (own, _) = server(|run| run);
    let (stranger, url) = server(|run| run);
    let place = Place::new();
    let _ = fetched(&place, &own, &url).exits(3);
    assert!(!stranger.journal().is_empty());
    assert!(stranger.journal().iter().all(|request| !request.authorised));
    assert!(own.journal().is_empty());
    assert!(place.failure().reason.unwrap().contains("no token is set for this server"));
}

//! `auto-fix-on-repeated-failure.yml`: what starts the fix, and above all what does not.

use std::fs;

use regreen_tests::github::{FakeJob, FakeRun};
use regreen_tests::tools::workspace;
use regreen_tests::{LoopbackGitHub, TestRepository};
use serde_json::{Value, json};

use crate::act::{Act, Ran};
use crate::project::{log, project};

/// The project, with the workflow that the one under test calls.
fn with_workflow() -> TestRepository {
    let project = project();
    let text = fs::read_to_string(workspace().join(".github/workflows/auto-fix.yml")).unwrap();
    project.write(".github/workflows/auto-fix.yml", &text);
    project.commit("Call auto-fix");
    project
}

/// A run of the default branch that failed with this log.
fn failed(id: u64, log: &str) -> FakeRun {
    FakeRun {
        created_at: format!("2026-01-05T10:{id:02}:00Z"),
        ..FakeRun::failed(id, vec![FakeJob::new(10 * id, "test", "failure", log)])
    }
}

/// GitHub's event at the end of the run 7.
fn completed(github: &LoopbackGitHub) -> Value {
    json!({
        "action": "completed",
        "repository": { "id": 1, "full_name": "acme/prices", "default_branch": "main" },
        "workflow_run": {
            "id": 7,
            "name": "CI",
            "event": "push",
            "status": "completed",
            "conclusion": "failure",
            "head_branch": "main",
            "head_repository": { "id": 1, "full_name": "acme/prices" },
            "html_url": format!("{}/acme/prices/actions/runs/7", github.server_url()),
        },
    })
}

fn github(project: &TestRepository, runs: Vec<FakeRun>) -> LoopbackGitHub {
    let github = LoopbackGitHub::start();
    github.repository_from("acme", "prices", project.path());
    for run in runs {
        github.add_run("acme", "prices", run);
    }
    github
}

fn ended(github: &LoopbackGitHub, project: &TestRepository, event: &Value) -> Ran {
    let mut act = Act::new(project.path()).variable("GITHUB_REPOSITORY", "acme/prices");
    for (name, value) in github.environment().into_iter().filter(|(name, _)| *name != "GITHUB_TOKEN") {
        act = act.variable(name, &value);
    }
    let workflow = workspace().join(".github/workflows/auto-fix-on-repeated-failure.yml");
    act.event("workflow_run", event).run(&workflow)
}

fn pulls(github: &LoopbackGitHub) -> usize {
    github.with("acme", "prices", |repository| repository.pulls.len())
}

#[test]
fn the_second_same_failure_starts_the_fix() {
    let project = with_workflow();
    let log = log(&project);
    let github = github(&project, vec![failed(5, &log), failed(7, &log)]);
    let ran = ended(&github, &project, &completed(&github));
    let said = ran.log();
    for job in ["Count", "Solve", "Publish", "Report"] {
        assert_eq!(ran.job(job), Some(true), "{job}\n{said}");
    }
    assert_eq!(pulls(&github), 1, "{said}");
    let task = ran.artifact("regreen-case-1/task.json");
    assert!(task.contains("CI failed like this 2 times since 2026-01-05T10:05:00Z"), "{task}");
    assert!(task.contains("\"deterministic\": true"), "{task}");
    github.assert_clean();
}

#[test]
fn a_first_failure_does_not_start_the_fix() {
    let project = with_workflow();
    let log = log(&project);
    let other = log.replace("test_discount_lowers_the_total", "test_something_else");
    let fork = FakeRun { fork: Some((9, "mallory/prices".into())), ..failed(6, &log) };
    let github = github(&project, vec![failed(5, &other), fork, failed(7, &log)]);
    let ran = ended(&github, &project, &completed(&github));
    let said = ran.log();
    assert_eq!(ran.job("Count"), Some(true), "{said}");
    assert!(!said.contains("Solve"), "{said}");
    assert_eq!(pulls(&github), 0);
    // Counted it was: the other failure and the fork's are no repeats.
    assert_eq!(github.count("GET", "/actions/jobs/50/logs"), 1);
    assert_eq!(github.count("GET", "/actions/jobs/60/logs"), 0);
}

#[test]
fn nothing_happens_for_forks_successes_pull_requests_and_other_branches() {
    let project = with_workflow();
    let log = log(&project);
    for (field, value) in [
        ("head_repository", json!({ "id": 9, "full_name": "mallory/prices" })),
        ("head_repository", Value::Null),
        ("conclusion", json!("success")),
        ("conclusion", json!("cancelled")),
        ("event", json!("pull_request")),
        ("event", json!("pull_request_target")),
        ("head_branch", json!("other")),
    ] {
        let github = github(&project, vec![failed(5, &log), failed(7, &log)]);
        let mut event = completed(&github);
        event["workflow_run"][field] = value.clone();
        let ran = ended(&github, &project, &event);
        assert_eq!(ran.job("Count"), None, "{field} {value}\n{}", ran.log());
        assert!(!ran.log().contains("Solve"), "{field} {value}\n{}", ran.log());
        assert!(github.journal().is_empty(), "{field} {value}: {:?}", github.journal());
    }
}

//! `auto-fix-side-by-side.yml`: a matrix of fixers, and a job that takes one of their changes.

use regreen_tests::tools::workspace;
use regreen_tests::{LoopbackGitHub, TestRepository};

use crate::auto_fix;
use crate::project::{TEST, project};

const AGENTS: &str = r#"
[agents.wordy]
title = "Wordy"
argv = ["python3", "tools/wordy.py"]
task = "stdin"
[agents.brief]
title = "Brief"
argv = ["python3", "tools/brief.py"]
task = "stdin"
[agents.wrong]
title = "Wrong"
argv = ["python3", "tools/wrong.py"]
task = "stdin"
"#;

/// An agent that exchanges a piece of the module.
fn agent(new: &str) -> String {
    format!(
        "import pathlib\npath = pathlib.Path('pricing.py')\n\
         path.write_text(path.read_text().replace('sum(prices) + discount', '{new}'))\n"
    )
}

/// The project, with agents of its own.
fn staffed() -> TestRepository {
    let project = project();
    project.write(".github/regreen.toml", AGENTS);
    project.write("tools/wordy.py", agent("(\\n        sum(prices)\\n        - discount\\n    )"));
    project.write("tools/brief.py", agent("sum(prices) - discount"));
    // Right for the test in question, and no longer for the one beside it.
    project.write("tools/wrong.py", agent("sum(prices) - discount if discount else 0"));
    let _ = project.commit("Hire agents");
    project
}

fn file() -> std::path::PathBuf {
    workspace().join(".github/workflows/auto-fix-side-by-side.yml")
}

#[test]
fn of_several_fixers_the_smallest_proven_change_is_published() {
    let project = staffed();
    let github = LoopbackGitHub::start();
    github.repository_from("acme", "prices", project.path());
    let ran = auto_fix(&github, &project)
        .input("existing_test_path", TEST)
        .input("fixers", "wrong, wordy,brief")
        .input("best_of", "true")
        .run(&file());
    let log = ran.log();
    for job in ["Prepare", "Fix-1", "Fix-2", "Fix-3", "Choose", "Publish", "Report"] {
        assert_eq!(ran.job(job), Some(true), "{job}\n{log}");
    }
    let fix = ran.artifact("regreen-case-1/fix.json");
    assert!(fix.contains("\"fixer\": \"brief\"") && fix.contains("\"status\": \"patch-found\""), "{fix}");
    for fixer in ["wrong", "wordy", "brief"] {
        assert!(fix.contains(&format!("\"fixer\": \"{fixer}\"")), "the record of {fixer} is kept: {fix}");
    }
    let found = ran.artifact("regreen-case-1/verification.json");
    assert!(found.contains("\"status\": \"proven\""), "{found}");
    let pulls = github.with("acme", "prices", |repository| repository.pulls.clone());
    assert_eq!(pulls.len(), 1, "{pulls:#?}\n{log}");
    let branch = pulls[0]["head"]["ref"].as_str().unwrap().to_owned();
    let fixed = github.with("acme", "prices", |repository| repository.file(&branch, "pricing.py"));
    assert!(String::from_utf8(fixed.unwrap()).unwrap().contains("return sum(prices) - discount\n"));
    let report = ran.list("regreen-report-1");
    let text = ran.artifact(&format!("regreen-report-1/{}", report[0]));
    assert!(text.contains("## Status: ✅ Success"), "{text}");
    assert!(text.contains("Other changes that also made the test pass"), "{text}");
    assert_eq!(project.git(&["status", "--porcelain"]), "");
    github.assert_clean();
}

#[test]
fn without_a_failure_no_fixer_starts_and_the_report_says_so() {
    let project = staffed();
    let github = LoopbackGitHub::start();
    github.repository_from("acme", "prices", project.path());
    let ran = auto_fix(&github, &project)
        .input("existing_test_path", "tests/test_pricing.py::test_cheapest")
        .input("fixers", "wordy,brief")
        .run(&file());
    let log = ran.log();
    assert_eq!(
        (ran.job("Prepare"), ran.job("Choose"), ran.job("Report")),
        (Some(true), Some(true), Some(true)),
        "{log}"
    );
    assert_eq!((ran.job("Fix-1"), ran.job("Publish")), (None, None), "{log}");
    let report = ran.list("regreen-report-1");
    let text = ran.artifact(&format!("regreen-report-1/{}", report[0]));
    assert!(!text.contains("✅ Success") && text.contains("not-reproduced"), "{text}");
    assert!(text.contains("the test passed in all"), "{text}");
}

#[test]
fn a_list_that_is_none_is_refused_before_anything_is_paid_for() {
    let project = staffed();
    let github = LoopbackGitHub::start();
    github.repository_from("acme", "prices", project.path());
    let ran = auto_fix(&github, &project)
        .input("existing_test_path", TEST)
        .input("fixers", "brief,$(touch injected)")
        .run(&file());
    let log = ran.log();
    assert_eq!(ran.job("Prepare"), Some(false), "{log}");
    assert!(log.contains("fixers is not a list of names"), "{log}");
    assert!(!project.path().join("injected").exists());
}

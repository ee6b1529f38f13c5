//! Filters decide as GitHub's do.

use super::*;

const CHANGE: Change<'_> = Change { paths: Vec::new(), base: "main", branch: "fix/a-1", failed: None };

fn judged(text: &str, failed: bool) -> Option<RecommendedWorkflow> {
    let failed = failed.then_some(".github/workflows/x.yml");
    let change = Change { paths: vec!["src/a.py", "docs/b.md"], failed, ..CHANGE };
    judge(".github/workflows/x.yml", text, &change)
}

#[test]
fn events_and_filters_are_understood() {
    for (on, expected) in [
        ("on: pull_request", Some("it runs on pull requests")),
        ("on: [push, pull_request]", Some("it runs on pull requests")),
        ("on: push", Some("it runs on pushes of this branch")),
        ("on:\n  pull_request:\n    paths: ['src/**']", Some("its path filter matches src/a.py")),
        ("on:\n  pull_request:\n    paths: ['web/**']", None),
        (
            "on:\n  pull_request:\n    paths-ignore: ['**/*.md', '*.py']",
            Some("it runs on pull requests and does not ignore src/a.py"),
        ),
        ("on:\n  pull_request:\n    paths-ignore: ['**']", None),
        ("on:\n  pull_request:\n    branches: [release]", None),
        ("on:\n  pull_request:\n    branches: ['ma*']", Some("it runs on pull requests")),
        ("on:\n  pull_request:\n    branches-ignore: [main]", None),
        ("on:\n  push:\n    branches: [main]", None),
        ("on:\n  push:\n    tags: ['v*']", None),
        ("on:\n  release:", None),
        ("on:\n  workflow_dispatch:", None),
        ("name: x", None),
        ("on: [", None),
    ] {
        assert_eq!(judged(on, false).map(|w| w.why).as_deref(), expected, "{on}");
    }
}

#[test]
fn the_failed_one_is_recommended_with_its_command() {
    let workflow = judged("name: CI\non:\n  workflow_dispatch:\n  schedule: []", true).unwrap();
    assert_eq!((workflow.name.as_str(), workflow.why.as_str()), ("CI", "it is the workflow that failed"));
    assert_eq!(workflow.command.as_deref(), Some("gh workflow run x.yml --ref fix/a-1"));
    assert_eq!(judged("on: push", false).unwrap().command, None);
}

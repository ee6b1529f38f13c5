//! Which repository is meant, and what is left behind.

use std::time::Duration;

use regreen_case::{Ending, PullRequestStatus};

use super::*;
use crate::options::{DraftPolicy, Publish};
use crate::sample::{evidence, task};

fn options(case: &std::path::Path) -> Options {
    Options {
        case: case.to_owned(),
        repo: case.to_owned(),
        forge: ForgeKind::Local,
        dry_run: false,
        draft: DraftPolicy::Prefer,
        publish: Publish::Proven,
        base: None,
        repository: None,
        protect: Vec::new(),
        allow: Vec::new(),
        max_files: None,
        reviewers: Vec::new(),
        labels: Vec::new(),
        time_limit: Duration::from_secs(10),
        ci_wait: Duration::ZERO,
        resume: false,
        redact: Vec::new(),
    }
}

#[test]
fn the_job_counts_more_than_the_case() {
    let evidence = evidence();
    let mut options = options(std::path::Path::new("."));
    let named = |options: &Options, job: Option<&str>| {
        repository(options, &evidence, job.map(str::to_owned)).map(|(owner, name)| format!("{owner}/{name}"))
    };
    assert_eq!(named(&options, None).unwrap(), "o/r");
    assert_eq!(named(&options, Some("O/R")).unwrap(), "O/R");
    assert!(matches!(named(&options, Some("x/y")), Err(OpenPrError::TwoRepositories { .. })));
    options.repository = Some("a/b".to_owned());
    assert_eq!(named(&options, Some("x/y")).unwrap(), "a/b");
    for wrong in ["a", "a/b/c", "../b", "a/..", "a/ b", "/b", "a/"] {
        options.repository = Some(wrong.to_owned());
        assert!(matches!(named(&options, None), Err(OpenPrError::BadRepository(_))), "{wrong}");
    }
}

#[test]
fn a_pull_requests_branch_is_no_base() {
    let mut evidence = evidence();
    assert_eq!(seen_on(&evidence), Some("main"));
    evidence.failure.as_mut().unwrap().run.as_mut().unwrap().event = Some("pull_request".to_owned());
    assert_eq!(seen_on(&evidence), None);
}

#[test]
fn a_document_is_left_whatever_happens() {
    let folder = tempfile::tempdir().unwrap();
    let case = CaseDir::create(folder.path()).unwrap();
    let options = options(folder.path());
    // Not even a task.
    let finished = run(&options, &Cancel::new()).unwrap();
    assert_eq!(finished.error.unwrap().exit_code(), 4);
    assert_eq!(case.read::<PullRequest>().unwrap().status, PullRequestStatus::Skipped);
    // A task and nothing else.
    case.write(&task(), &Redactor::default()).unwrap();
    let finished = run(&options, &Cancel::new()).unwrap();
    assert!(finished.error.is_none());
    let document = case.read::<PullRequest>().unwrap();
    assert!(document.reason.unwrap().contains("implement-fix has not run"));
    // Cancelled while there is something to publish.
    let evidence = evidence();
    case.write(&evidence.fix.unwrap(), &Redactor::default()).unwrap();
    case.write(&evidence.verification.unwrap(), &Redactor::default()).unwrap();
    case.write_raw(regreen_case::Layout::PATCH, crate::sample::PATCH.as_bytes()).unwrap();
    let error = run(&options, &Cancel::new()).unwrap().error.unwrap();
    assert_eq!(
        (error.exit_code(), case.read::<PullRequest>().unwrap().ending),
        (2, None),
        "no repository: {error}"
    );
    assert_eq!(failed(&OpenPrError::NoRepository, Timing::start()).ending, Some(Ending::BadInput));
    assert_eq!(failed(&OpenPrError::Cancelled, Timing::start()).ending, Some(Ending::Cancelled));
}

#[test]
fn a_finished_document_is_kept_when_asked_for_and_a_skipped_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let case = CaseDir::create(folder.path()).unwrap();
    let options = Options { resume: true, ..options(folder.path()) };
    case.write(&task(), &Redactor::default()).unwrap();
    for (status, kept) in [(PullRequestStatus::Opened, true), (PullRequestStatus::Skipped, false)] {
        let document = crate::publish::document(status, Some("earlier".to_owned()), Timing::start());
        case.write(&document, &Redactor::default()).unwrap();
        let found = run(&options, &Cancel::new()).unwrap().document;
        assert_eq!(found.reason.as_deref() == Some("earlier"), kept, "{found:?}");
    }
}

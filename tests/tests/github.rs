//! The GitHub client against the loopback server: what it sends is allowed, what comes back is told
//! apart, writes are never repeated, waiting has an end, tokens stay where they belong.

#![allow(clippy::unwrap_used, reason = "a test may end where its ground is missing")]
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use regreen_github::{
    Access, CommitRequest, GitHub, GitHubError, Identity, JobFilter, NewPull, PullChange, PullQuery, Secret,
    Server, TreeChange, Watch,
};
use regreen_tests::github::{CiOnPull, FakeArtifact, FakeJob, FakeRun, Fault};
use regreen_tests::{LoopbackGitHub, TestRepository};

fn access(github: &LoopbackGitHub) -> Access {
    Access {
        server: Server { api_url: github.api_url(), server_url: github.server_url() },
        token: Some(Secret::new(LoopbackGitHub::TOKEN)),
    }
}

fn client(github: &LoopbackGitHub) -> GitHub {
    GitHub::new(&access(github), Watch::within(Duration::from_secs(20))).unwrap()
}

fn with_run(run: FakeRun) -> LoopbackGitHub {
    let github = LoopbackGitHub::start();
    github.repository("octo", "demo");
    github.add_run("octo", "demo", run);
    github
}

fn job_log(client: &GitHub, id: u64) -> Result<String, GitHubError> {
    let mut bytes = Vec::new();
    client.repo("octo", "demo").job_log(id, &mut bytes, 1 << 20)?;
    Ok(String::from_utf8(bytes).unwrap())
}

#[test]
fn jobs_come_from_all_pages_and_null_fields_do_no_harm() {
    let jobs = (1..=230)
        .map(|id| FakeJob {
            conclusion: (id % 2 == 0).then(|| "failure".to_owned()),
            attempt: if id <= 10 { 1 } else { 2 },
            ..FakeJob::new(id, &format!("build ({id})"), "success", "log")
        })
        .collect();
    let run = FakeRun { name: None, head_branch: None, attempt: 2, ..FakeRun::failed(7, jobs) };
    let github = with_run(FakeRun { conclusion: Some("startup_failure".into()), ..run });
    let client = client(&github);
    let repo = client.repo("octo", "demo");
    let run = repo.run(7).unwrap();
    assert_eq!(
        (run.run_attempt, run.name, run.conclusion.as_deref()),
        (Some(2), None, Some("startup_failure"))
    );
    assert_eq!(repo.run_attempt(7, 1).unwrap().run_attempt, Some(1));
    assert_eq!(repo.jobs(7, JobFilter::All).unwrap().len(), 230);
    assert_eq!(repo.jobs(7, JobFilter::Latest).unwrap().len(), 220);
    assert_eq!(repo.jobs(7, JobFilter::Attempt(1)).unwrap().len(), 10);
    assert_eq!(repo.job(12).unwrap().failed_step(), None);
    assert!(matches!(repo.run(8), Err(GitHubError::NotFound(_))));
}

#[test]
fn a_log_comes_from_the_other_origin_without_the_token() {
    let github = with_run(FakeRun::failed(7, vec![FakeJob::new(70, "build", "failure", "the log\n")]));
    assert_eq!(job_log(&client(&github), 70).unwrap(), "the log\n");
    let storage: Vec<_> = github.journal().into_iter().filter(|request| request.storage).collect();
    assert_eq!(storage.len(), 1);
    assert!(!storage[0].authorised);
    github.assert_clean();
}

#[test]
fn a_log_is_cut_at_its_limit_and_a_zip_above_it_is_refused() {
    let github = with_run(FakeRun::failed(7, vec![FakeJob::new(70, "build", "failure", &"x".repeat(5000))]));
    let client = client(&github);
    let repo = client.repo("octo", "demo");
    let mut bytes = Vec::new();
    assert!(repo.job_log(70, &mut bytes, 1000).unwrap().cut);
    assert_eq!(bytes.len(), 1000);
    let mut zip = Vec::new();
    repo.run_logs_zip(7, Some(1), &mut zip, 1 << 20).unwrap();
    assert!(zip.starts_with(b"PK"));
    assert!(matches!(repo.run_logs_zip(7, None, &mut Vec::new(), 20), Err(GitHubError::TooLarge { .. })));
}

#[test]
fn an_error_page_is_never_taken_for_content() {
    let github = with_run(FakeRun {
        artifacts: vec![
            FakeArtifact {
                id: 5,
                name: "junit".into(),
                zip: b"<html>no zip</html>".to_vec(),
                expired: false,
                created_at: None,
            },
            FakeArtifact {
                id: 6,
                name: "gone".into(),
                zip: Vec::new(),
                expired: true,
                created_at: Some("2026-01-05T10:00:30Z".into()),
            },
        ],
        ..FakeRun::failed(7, vec![FakeJob::new(70, "build", "failure", "log")])
    });
    let client = client(&github);
    let repo = client.repo("octo", "demo");
    let mut stored = Vec::new();
    let error = repo.artifact_zip(5, &mut stored, 1 << 20).unwrap_err();
    assert!(matches!(error, GitHubError::Malformed { .. }), "{error}");
    assert!(stored.is_empty());
    assert!(matches!(repo.artifact_zip(6, &mut stored, 1 << 20), Err(GitHubError::Gone(_))));
    assert!(repo.artifacts(7).unwrap()[1].expired);
    github.fail(Fault::new("/jobs/70/logs", 410, "Server Error"));
    let gone = job_log(&client, 70).unwrap_err();
    assert!(matches!(gone, GitHubError::Gone(_)) && gone.to_string().contains("Server Error"), "{gone}");
    assert_eq!(gone.exit_code(), 3);
}

#[test]
fn a_missing_log_says_why_it_is_missing() {
    let no_log = |id, status: &str, conclusion: Option<&str>| FakeJob {
        status: status.into(),
        conclusion: conclusion.map(str::to_owned),
        log: None,
        ..FakeJob::new(id, "build", "failure", "")
    };
    let github = with_run(FakeRun::failed(
        7,
        vec![
            no_log(1, "in_progress", None),
            no_log(2, "completed", Some("skipped")),
            no_log(3, "completed", Some("failure")),
        ],
    ));
    let client = client(&github);
    assert!(matches!(job_log(&client, 1), Err(GitHubError::StillRunning(_))));
    assert!(matches!(job_log(&client, 2), Err(GitHubError::NoLog(_))));
    assert!(matches!(job_log(&client, 3), Err(GitHubError::Gone(_))));
    assert!(matches!(job_log(&client, 4), Err(GitHubError::NotFound(_))));
}

#[test]
fn refusals_are_told_apart_and_keep_githubs_words() {
    let github = with_run(FakeRun::failed(7, vec![]));
    let client = client(&github);
    let repo = client.repo("octo", "demo");
    github.fail(
        Fault::new("/runs/7", 403, "Resource not accessible by integration")
            .header("x-accepted-github-permissions", "actions=read"),
    );
    let error = repo.run(7).unwrap_err();
    assert!(matches!(error, GitHubError::Forbidden(_)));
    assert_eq!(
        error.to_string(),
        "forbidden: GET /repos/octo/demo/actions/runs/7 answered 403: Resource not accessible by integration"
    );
    assert!(error.hint().unwrap().contains("actions=read"));
    github.accept_only("another");
    assert!(matches!(repo.run(7), Err(GitHubError::Unauthorized(_))));
}

#[test]
fn reads_are_repeated_and_writes_are_not() {
    let github = with_run(FakeRun::failed(7, vec![]));
    let client = client(&github);
    let repo = client.repo("octo", "demo");
    github.fail(Fault::new("/runs/7", 502, "Bad Gateway").times(2));
    assert_eq!(repo.run(7).unwrap().id, 7);
    assert_eq!(github.count("GET", "/runs/7"), 3);
    github.fail(Fault::new("/git/blobs", 502, "Bad Gateway").on("POST").times(9));
    let error = repo.create_blob(b"x").unwrap_err();
    assert!(matches!(error, GitHubError::Server(_)) && error.is_uncertain());
    assert_eq!(github.count("POST", "/git/blobs"), 1);
}

#[test]
fn a_rate_limit_is_waited_for_and_told() {
    let github = with_run(FakeRun::failed(7, vec![]));
    let told = Arc::new(Mutex::new(Vec::<String>::new()));
    let listener = Arc::clone(&told);
    let watch = Watch::within(Duration::from_secs(20))
        .telling(move |line| listener.lock().unwrap().push(line.to_owned()));
    let client = GitHub::new(&access(&github), watch).unwrap();
    github.fail(Fault::rate_limit("/runs/7", 1));
    let begun = Instant::now();
    assert_eq!(client.repo("octo", "demo").run(7).unwrap().id, 7);
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert!(told.lock().unwrap()[0].contains("rate limit"), "{told:?}");
    // A write that was refused for the rate was not done: it may be sent again.
    github.fail(Fault::rate_limit("/git/blobs", 1));
    assert_eq!(client.repo("octo", "demo").create_blob(b"x").unwrap().len(), 40);
}

#[test]
fn a_rate_limit_longer_than_the_deadline_ends_at_once() {
    let github = with_run(FakeRun::failed(7, vec![]));
    let client = client(&github);
    github.fail(Fault::rate_limit("/runs/7", 3600));
    let begun = Instant::now();
    let error = client.repo("octo", "demo").run(7).unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(3));
    assert!(matches!(error, GitHubError::RateLimited { .. }), "{error}");
}

#[test]
fn cancelling_ends_a_wait_at_once() {
    let github = with_run(FakeRun::failed(7, vec![]));
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    let watch = Watch::within(Duration::from_secs(60)).cancelled_by(move || asked.load(Ordering::SeqCst));
    let client = GitHub::new(&access(&github), watch).unwrap();
    github.fail(Fault::rate_limit("/runs/7", 30));
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        stop.store(true, Ordering::SeqCst);
    });
    let begun = Instant::now();
    assert!(matches!(client.repo("octo", "demo").run(7), Err(GitHubError::Cancelled)));
    assert!(begun.elapsed() < Duration::from_secs(5));
    stopper.join().unwrap();
}

#[test]
fn a_server_that_is_not_there_is_a_network_error_with_a_reason() {
    let server = Server { api_url: "http://127.0.0.1:9".into(), server_url: "http://127.0.0.1:9".into() };
    let client =
        GitHub::new(&Access { server, token: None }, Watch::within(Duration::from_secs(20))).unwrap();
    let error = client.repo("o", "r").run(1).unwrap_err();
    assert!(matches!(&error, GitHubError::Network { .. }), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
}

#[test]
fn a_commit_is_made_without_a_checkout_exactly_as_git_would() {
    let local = TestRepository::with(&[("a.txt", "one\n"), ("bin/run", "#!/bin/sh\n"), ("old.txt", "old\n")]);
    let base = local.git(&["rev-parse", "HEAD"]);
    let github = LoopbackGitHub::start();
    github.repository_from("octo", "demo", local.path());
    let client = client(&github);
    let repo = client.repo("octo", "demo");
    assert_eq!(repo.repository().unwrap().default_branch, "main");
    assert_eq!(repo.reference("heads/main").unwrap().unwrap().sha, base);
    assert_eq!(repo.reference("heads/none").unwrap(), None);
    assert_eq!(repo.file("a.txt", &base, 1000).unwrap().unwrap(), b"one\n");
    assert_eq!(repo.file("none.txt", &base, 1000).unwrap(), None);
    let tree = repo.tree(&repo.commit(&base).unwrap().tree, true).unwrap();
    let entry = tree.entries.iter().find(|entry| entry.path == "bin/run").unwrap();
    assert_eq!(repo.blob(&entry.sha, 1000).unwrap(), b"#!/bin/sh\n");

    let blob = repo.create_blob(b"two\n").unwrap();
    let mut changes = vec![
        TreeChange { path: "a.txt".into(), mode: "100755".into(), blob: Some(blob.clone()) },
        TreeChange { path: "old.txt".into(), mode: "100644".into(), blob: None },
    ];
    changes.extend((0..150).map(|n| TreeChange {
        path: format!("many/{n}"),
        mode: "100644".into(),
        blob: Some(blob.clone()),
    }));
    let tree = repo.create_tree(&base, &changes).unwrap();
    assert_eq!(github.count("POST", "/git/trees"), 2);

    local.write("a.txt", "two\n");
    local.git(&["rm", "--quiet", "old.txt"]);
    for n in 0..150 {
        local.write(&format!("many/{n}"), "two\n");
    }
    local.git(&["update-index", "--add", "--chmod=+x", "a.txt"]);
    local.git(&["add", "many"]);
    assert_eq!(local.git(&["write-tree"]), tree);

    let request = CommitRequest { message: "Fix it".into(), tree, parents: vec![base.clone()], author: None };
    let commit = repo.create_commit(&request).unwrap();
    assert!(commit.verified);
    let ada = Identity { name: "Ada".into(), email: "ada@example.com".into() };
    assert!(!repo.create_commit(&CommitRequest { author: Some(ada), ..request }).unwrap().verified);
    repo.create_reference("heads/fix/it", &commit.sha).unwrap();
    assert_eq!(github.with("octo", "demo", |repository| repository.branch("fix/it")).unwrap(), commit.sha);
    let again = repo.create_reference("heads/fix/it", &commit.sha).unwrap_err();
    assert!(
        matches!(&again, GitHubError::Unprocessable(refusal) if refusal.says("already exists")),
        "{again}"
    );
    let back = repo.update_reference("heads/fix/it", &base, false).unwrap_err();
    assert!(matches!(&back, GitHubError::Unprocessable(refusal) if refusal.says("fast forward")), "{back}");
    assert_eq!(repo.update_reference("heads/fix/it", &base, true).unwrap().sha, base);
}

#[test]
fn a_pull_request_lives() {
    let local = TestRepository::with(&[("a.txt", "one\n")]);
    local.git(&["switch", "--quiet", "-c", "fix/it"]);
    local.write("a.txt", "two\n");
    let head = local.commit("Fix it");
    let github = LoopbackGitHub::start();
    github.repository_from("octo", "demo", local.path());
    github.with("octo", "demo", |repository| repository.ci_on_pull = CiOnPull::Waiting);
    let client = client(&github);
    let repo = client.repo("octo", "demo");
    let new = NewPull {
        title: "Fix it".into(),
        head: "fix/it".into(),
        base: "main".into(),
        body: "Because.".into(),
        draft: true,
        maintainer_can_modify: true,
    };
    let query = PullQuery { head: Some("octo:fix/it".into()), ..PullQuery::default() };
    assert_eq!(repo.pulls(&query).unwrap(), []);
    // GitHub did it, but its answer is lost: nothing may be repeated, the pull can be found.
    github.fail(Fault::new("/pulls", 502, "Bad Gateway").on("POST").after_doing());
    assert!(repo.create_pull(&new).unwrap_err().is_uncertain());
    let pull = repo.pulls(&query).unwrap().remove(0);
    assert!(pull.draft && pull.head.sha == head && pull.number == 1);
    let error = repo.create_pull(&new).unwrap_err();
    assert!(
        matches!(&error, GitHubError::Unprocessable(refusal) if refusal.says("already exists for")),
        "{error}"
    );
    let change = PullChange { body: Some("New.".into()), ..PullChange::default() };
    assert_eq!(repo.update_pull(1, &change).unwrap().body.as_deref(), Some("New."));
    repo.add_labels(1, &["regreen".into()]).unwrap();
    repo.request_reviewers(1, &["ada".into()], &[]).unwrap();
    assert!(repo.comment(1, "Hello").unwrap().is_some());
    let runs = repo.runs_of_commit(&head).unwrap();
    assert_eq!(runs[0].conclusion.as_deref(), Some("action_required"));
    assert_eq!(repo.pull(1).unwrap().state, "open");
}

#[test]
fn names_cannot_break_out_of_their_place() {
    let github = LoopbackGitHub::start();
    let client = client(&github);
    let asked = AtomicUsize::new(0);
    for name in ["../../user", "a?b=c", "a#b", "%2e%2e"] {
        assert!(matches!(client.repo("octo", name).repository(), Err(GitHubError::NotFound(_))), "{name}");
        asked.fetch_add(1, Ordering::SeqCst);
    }
    assert_eq!(github.count("GET", "/repos/octo/"), asked.load(Ordering::SeqCst));
}

/// A run of the workflow 77 on `main` with this conclusion; its number is its id.
fn run(id: u64, conclusion: &str) -> FakeRun {
    FakeRun {
        conclusion: Some(conclusion.into()),
        created_at: format!("2026-01-{:02}T10:00:00Z", 1 + id / 24),
        ..FakeRun::failed(id, Vec::new())
    }
}

fn ids(runs: &[regreen_github::Run]) -> Vec<u64> {
    runs.iter().map(|run| run.id).collect()
}

#[test]
fn earlier_runs_are_those_of_the_same_workflow_branch_and_repository() {
    let github = LoopbackGitHub::start();
    github.repository("octo", "demo");
    let runs = [
        run(1, "failure"),
        run(2, "success"),
        FakeRun { workflow_id: 78, ..run(3, "failure") },
        FakeRun { head_branch: Some("other".into()), ..run(4, "failure") },
        FakeRun { fork: Some((9, "mallory/demo".into())), event: "pull_request".into(), ..run(5, "failure") },
        FakeRun { fork: Some((9, "mallory/demo".into())), ..run(6, "failure") },
        FakeRun { event: "pull_request".into(), ..run(7, "failure") },
        FakeRun { status: "in_progress".into(), conclusion: None, ..run(8, "") },
        run(9, "timed_out"),
        FakeRun { event: "schedule".into(), ..run(10, "failure") },
        run(11, "failure"),
        run(12, "failure"),
    ];
    for run in runs {
        github.add_run("octo", "demo", run);
    }
    let client = client(&github);
    let repo = client.repo("octo", "demo");
    let current = repo.run(11).unwrap();
    assert_eq!(ids(&repo.earlier_runs(&current, "failure", 10).unwrap()), [10, 1]);
    assert_eq!(ids(&repo.earlier_runs(&current, "success", 1).unwrap()), [2]);
    // A fork's own runs have only each other before them.
    let forked = repo.run(6).unwrap();
    assert_eq!(ids(&repo.earlier_runs(&forked, "failure", 10).unwrap()), [0; 0]);
    assert_eq!(forked.head_repository.unwrap().full_name, "mallory/demo");
}

#[test]
fn earlier_runs_come_from_all_pages_and_no_more_than_are_wanted() {
    let github = LoopbackGitHub::start();
    github.repository("octo", "demo");
    for id in 1..=60 {
        // Every run of the branch but each tenth is a fork's.
        let fork = (id % 10 != 0).then(|| (9, "mallory/demo".to_owned()));
        github.add_run("octo", "demo", FakeRun { fork, ..run(id, "failure") });
    }
    let client = client(&github);
    let repo = client.repo("octo", "demo");
    let current = repo.run(60).unwrap();
    assert_eq!(ids(&repo.earlier_runs(&current, "failure", 3).unwrap()), [50, 40, 30]);
    assert_eq!(github.count("GET", "/workflows/77/runs"), 4, "ten a page");
    assert_eq!(ids(&repo.earlier_runs(&current, "failure", 50).unwrap()), [50, 40, 30, 20, 10]);
    github.assert_clean();
}

#[test]
fn a_run_that_does_not_tell_its_branch_has_none_before_it() {
    let github = with_run(FakeRun { head_branch: None, ..run(2, "failure") });
    let client = client(&github);
    let repo = client.repo("octo", "demo");
    let current = repo.run(2).unwrap();
    assert_eq!(ids(&repo.earlier_runs(&current, "failure", 3).unwrap()), [0; 0]);
    assert_eq!(github.count("GET", "/workflows/"), 0);
}

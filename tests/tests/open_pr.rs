//! `open-pr` against the loopback GitHub and against a local repository: one failure, one branch, one
//! pull request; nothing that may not be published is; every refusal of GitHub's has its answer.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere, its helpers too")]

use std::path::PathBuf;
use std::time::Duration;

use regreen_tests::github::{CiOnPull, Fault};
use regreen_tests::{Finished, LoopbackGitHub, Program, TestRepository};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const BRANCH: &str = "fix/test-median-01234567";
const BUG: &str = "def median(values):\n    return values[len(values) / 2]\n";
const FIXED: &str = "def median(values):\n    return values[len(values) // 2]\n";
const CI: &str = "name: CI\non:\n  pull_request:\n    paths: ['src/**']\n  workflow_dispatch:\njobs: {}\n";

/// A repository on the server, and a proven case about it.
struct Case {
    github: LoopbackGitHub,
    repository: TestRepository,
    base: String,
    case: PathBuf,
}

impl Case {
    fn new() -> Self {
        let repository = TestRepository::with(&[
            ("src/stats.py", BUG),
            ("tests/test_stats.py", "def test_median(): ...\n"),
            (".github/workflows/ci.yml", CI),
            (".github/workflows/release.yml", "name: Release\non:\n  push:\n    tags: ['v*']\njobs: {}\n"),
            ("CODEOWNERS", "* @everybody\n/src/ @org/stats\n"),
        ]);
        let base = repository.git(&["rev-parse", "HEAD"]);
        let github = LoopbackGitHub::start();
        github.repository_from("octo", "demo", repository.path());
        let case = repository.beside("case");
        let made = Case { github, repository, base, case };
        made.propose(&[("src/stats.py", Some(FIXED))]);
        made
    }

    /// Makes a case whose proven patch does this to the files (`None` deletes).
    fn propose(&self, changes: &[(&str, Option<&str>)]) -> String {
        for (path, text) in changes {
            match text {
                Some(text) => self.repository.write(path, text),
                None => std::fs::remove_file(self.repository.path().join(path)).unwrap(),
            }
        }
        self.repository.git(&["add", "--all"]);
        let patch = self.repository.git(&["diff", "--cached", "--full-index", "--no-renames"]) + "\n";
        self.repository.git(&["reset", "--quiet", "--hard"]);
        self.store(&patch);
        patch
    }

    fn store(&self, patch: &str) {
        std::fs::create_dir_all(&self.case).unwrap();
        std::fs::write(self.case.join("fix.patch"), patch).unwrap();
        let sha: String = Sha256::digest(patch.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        let timing = json!({"started_at": "2026-01-05T10:00:00Z", "duration_s": 1.0});
        let signature = json!({"framework": "pytest", "test": "tests/test_stats.py::test_median",
            "kind": "TypeError", "message": "list indices must be integers", "hash": "0123456789abcdef"});
        self.write(
            "task.json",
            json!({"prompt": "Fix the median", "deterministic": true, "work": "ci-run",
            "source": {"from": "prompt"}, "slug": "the-median", "timing": timing,
            "limits": {"reproduce_s": 300, "implement_fix_s": 900, "verify_stress_s": 900}}),
        );
        self.write("failure.json", json!({"status": "tests-failed", "signature": signature, "timing": timing,
            "tests": [{"id": "tests/test_stats.py::test_median", "framework": "pytest", "kind": "TypeError",
                "message": "list indices must be integers, thanks @alice", "signature": signature}],
            "run": {"repository": "octo/demo", "run_id": 7, "attempt": 1, "event": "push", "head_branch": "main",
                "url": format!("{}/octo/demo/actions/runs/7", self.github.server_url()),
                "workflow_path": ".github/workflows/ci.yml"}}));
        self.write(
            "reproduction.json",
            json!({"status": "reproduced", "base": self.base, "signature": signature,
            "timing": timing, "protected": ["tests/test_stats.py"],
            "command": {"framework": "pytest", "argv": ["pytest", "tests/test_stats.py::test_median"]}}),
        );
        self.write(
            "fix.json",
            json!({"status": "patch-found", "base": self.base, "branch": "fix/the-median",
            "patch_sha256": sha, "root_cause": "`/` gives a float.", "fixer": "search", "timing": timing}),
        );
        let stage = |passes: u32, failures: u32| json!({"runs": 5, "passes": passes, "failures": failures, "uncounted": 0, "duration_s": 1.0});
        self.write(
            "verification.json",
            json!({"status": "proven", "ending": "fixed", "base": self.base,
            "patch_sha256": sha, "red": stage(0, 5), "green": stage(5, 0), "red_again": stage(0, 5),
            "required_runs": 5, "timing": timing}),
        );
    }

    fn write(&self, name: &str, mut document: Value) {
        document["schema"] = json!(1);
        std::fs::write(self.case.join(name), document.to_string()).unwrap();
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut document: Value = self.read(name);
        change(&mut document);
        self.write(name, document);
    }

    fn read(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.case.join(name)).unwrap()).unwrap()
    }

    fn document(&self) -> Value {
        self.read("pull-request.json")
    }

    fn program(&self) -> Program {
        let mut program =
            Program::new("open-pr").arg("--case").arg(&self.case).arg("--repo").arg(self.repository.path());
        for (name, value) in self.github.environment() {
            program = program.env(name, value);
        }
        program.args(["--ci-wait", "0"]).env("GITHUB_REPOSITORY", "octo/demo")
    }

    fn open(&self, arguments: &[&str]) -> Finished {
        self.program().args(arguments).run()
    }

    fn pulls(&self) -> Vec<Value> {
        self.github.with("octo", "demo", |repository| repository.pulls.clone())
    }

    fn branch(&self, name: &str) -> Option<String> {
        self.github.with("octo", "demo", |repository| repository.branch(name))
    }

    fn remote_file(&self, path: &str) -> Option<String> {
        let bytes = self.github.with("octo", "demo", |repository| repository.file(BRANCH, path));
        bytes.map(|bytes| String::from_utf8(bytes).unwrap())
    }

    /// Commits to `main` and pushes that.
    fn move_base(&self, path: &str, text: &str) -> String {
        self.repository.write(path, text);
        let commit = self.repository.commit("Move on");
        self.github.with("octo", "demo", |repository| repository.fetch_from(self.repository.path()));
        commit
    }

    fn writes(&self) -> usize {
        self.github.journal().iter().filter(|request| request.method != "GET").count()
    }
}

#[test]
fn a_proven_fix_becomes_one_draft_pull_request() {
    let case = Case::new();
    case.github.with("octo", "demo", |repository| repository.ci_on_pull = CiOnPull::Waiting);
    let before = case.repository.state();
    let outputs = case.repository.beside("outputs");
    let finished = case
        .program()
        .args(["--reviewers", "ann,org/team", "--labels", "regreen"])
        .env("GITHUB_OUTPUT", &outputs)
        .run()
        .exits(0);
    let document = case.document();
    let url = format!("{}/octo/demo/pull/1", case.github.server_url());
    assert_eq!(finished.stdout.trim(), format!("opened: {url}"));
    for (field, expected) in [
        ("status", json!("opened")),
        ("url", json!(url)),
        ("number", json!(1)),
        ("branch", json!(BRANCH)),
        ("base_branch", json!("main")),
        ("draft", json!(true)),
        ("ci", json!("awaits-approval")),
        ("fingerprint", json!("0123456789abcdef")),
        ("title", json!("fix: the median")),
        ("warnings", json!([])),
    ] {
        assert_eq!(document[field], expected, "{field}: {document:#}");
    }
    let pulls = case.pulls();
    assert_eq!(
        (pulls.len(), &pulls[0]["draft"], &pulls[0]["base"]["ref"]),
        (1, &json!(true), &json!("main"))
    );
    assert_eq!(pulls[0]["labels"][0]["name"], "regreen");
    let body = pulls[0]["body"].as_str().unwrap();
    for expected in [
        "🟢 green",
        "🔴 red",
        "wait for a maintainer's approval",
        "`@org/stats`",
        "pytest tests/test_stats.py::test_median",
        "gh workflow run ci.yml",
    ] {
        assert!(body.contains(expected), "{expected} is not in\n{body}");
    }
    assert!(!body.contains("Release") && !body.contains("thanks @\u{200b}alice,"), "{body}");
    assert_eq!(body, std::fs::read_to_string(case.case.join("pull-request.md")).unwrap());
    assert_eq!(case.remote_file("src/stats.py").as_deref(), Some(FIXED));
    assert_eq!(case.remote_file("CODEOWNERS").as_deref(), Some("* @everybody\n/src/ @org/stats\n"));
    the_commit_says_why(&case);
    assert!(std::fs::read_to_string(outputs).unwrap().contains("pull-request<<"));
    assert_eq!(case.repository.state(), before, "the user's repository is only read");
    for file in ["pull-request.json", "pull-request.md"] {
        assert!(!std::fs::read_to_string(case.case.join(file)).unwrap().contains(LoopbackGitHub::TOKEN));
    }
    assert!(!finished.stderr.contains(LoopbackGitHub::TOKEN));
}

/// On the base, with the failure's fingerprint, and without calling anybody.
fn the_commit_says_why(case: &Case) {
    case.github.with("octo", "demo", |repository| {
        let git = repository.git();
        let commit = git.find_reference(&format!("refs/heads/{BRANCH}")).unwrap().peel_to_commit().unwrap();
        assert_eq!(commit.parent_id(0).unwrap().to_string(), case.base);
        let message = commit.message().unwrap();
        assert!(
            message.contains("Regreen-Failure: 0123456789abcdef") && !message.contains(" @alice"),
            "{message}"
        );
    });
}

#[test]
fn a_rerun_updates_the_one_pull_request() {
    let case = Case::new();
    let _ = case.open(&["--reviewers", "ann"]).exits(0);
    let first = case.branch(BRANCH).unwrap();
    case.change("task.json", |task| task["prompt"] = json!("Repair the median, please"));
    case.change("fix.json", |fix| fix["root_cause"] = json!("`/` gives a float."));
    let _ = case.open(&["--reviewers", "ann"]).exits(0);
    let document = case.document();
    assert_eq!((&document["status"], &document["number"]), (&json!("updated"), &json!(1)));
    assert_eq!(case.pulls().len(), 1);
    assert_eq!(case.pulls()[0]["title"], "fix: Repair the median, please");
    assert_eq!(case.github.count("POST", "requested_reviewers"), 1, "nobody is asked twice");
    assert_ne!(case.branch(BRANCH).unwrap(), first, "the message says another thing");
    // Nothing new: no new commit, so no new CI run.
    let (second, commits) = (case.branch(BRANCH).unwrap(), case.github.count("POST", "/git/commits"));
    let _ = case.open(&[]).exits(0);
    assert_eq!(case.branch(BRANCH).unwrap(), second);
    assert_eq!(case.github.count("POST", "/git/commits"), commits);
}

#[test]
fn the_base_may_move_on_if_the_patch_still_fits() {
    let case = Case::new();
    let moved = case.move_base("src/stats.py", &format!("# a comment\n\n{BUG}"));
    let _ = case.open(&[]).exits(0);
    assert_eq!(case.remote_file("src/stats.py").unwrap(), format!("# a comment\n\n{FIXED}"));
    let document = case.document();
    assert!(document["warnings"][0].as_str().unwrap().contains(&moved), "{document:#}");
    assert!(case.pulls()[0]["body"].as_str().unwrap().contains("was not proven there"));

    let case = Case::new();
    case.move_base("src/stats.py", "def median(values):\n    return sorted(values)[0]\n");
    let _ = case.open(&[]).exits(0);
    let document = case.document();
    assert_eq!(document["status"], "refused");
    assert!(document["reason"].as_str().unwrap().contains("no longer applies"), "{document:#}");
    assert_eq!(case.writes(), 0);
}

#[test]
fn somebody_elses_branch_is_never_moved() {
    let case = Case::new();
    case.repository.git(&["branch", BRANCH]);
    case.github.with("octo", "demo", |repository| repository.fetch_from(case.repository.path()));
    let _ = case.open(&[]).exits(0);
    let document = case.document();
    assert_eq!(document["status"], "refused");
    assert!(document["reason"].as_str().unwrap().contains("not Regreen's"), "{document:#}");
    assert_eq!(case.branch(BRANCH).unwrap(), case.base);
    assert_eq!(case.writes(), 0);
}

#[test]
fn modes_new_files_and_deletions_arrive() {
    let case = Case::new();
    case.repository.write("run.sh", "#!/bin/sh\necho 1\n");
    std::fs::set_permissions(
        case.repository.path().join("run.sh"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    case.move_base("old.txt", "old\n");
    case.propose(&[
        ("run.sh", Some("#!/bin/sh\necho 2\n")),
        ("old.txt", None),
        ("src/new/a b.py", Some("x = 1")),
    ]);
    let _ = case.open(&[]).exits(0);
    assert_eq!(case.remote_file("src/new/a b.py").as_deref(), Some("x = 1"));
    assert_eq!(case.remote_file("old.txt"), None);
    case.github.with("octo", "demo", |repository| {
        let git = repository.git();
        let tree = git.find_reference(&format!("refs/heads/{BRANCH}")).unwrap().peel_to_tree().unwrap();
        let mode = |path: &str| tree.get_path(path.as_ref()).unwrap().filemode();
        assert_eq!((mode("run.sh"), mode("src/new/a b.py")), (0o100_755, 0o100_644));
    });
}

#[test]
fn a_tampered_patch_is_not_published() {
    let case = Case::new();
    let patch = std::fs::read_to_string(case.case.join("fix.patch")).unwrap();
    std::fs::write(case.case.join("fix.patch"), patch.replace("// 2", "// 3")).unwrap();
    let _ = case.open(&[]).exits(4).says("is not the patch");
    assert_eq!(case.document()["status"], "refused");
    assert!(case.github.journal().is_empty());
}

#[test]
fn without_a_checkout_the_history_says_whom_to_ask() {
    let case = Case::new();
    let nowhere = case.repository.beside("nowhere");
    std::fs::create_dir(&nowhere).unwrap();
    let _ = case.open(&["--base", "main"]).exits(0);
    let people = |case: &Case| case.document()["people"].to_string();
    assert!(people(&case).contains("wrote 1 of the changed lines"), "{}", people(&case));
    let mut program = Program::new("open-pr").arg("--case").arg(&case.case).arg("--repo").arg(&nowhere);
    for (name, value) in case.github.environment() {
        program = program.env(name, value);
    }
    let _ = program.args(["--ci-wait", "0"]).run().exits(0);
    assert!(people(&case).contains("Ada Tester") && people(&case).contains("recently"), "{}", people(&case));
    assert!(people(&case).contains("@org/stats"));
}

#[test]
fn who_broke_the_test_is_the_first_to_ask() {
    let case = Case::new();
    case.change("fix.json", |fix| {
        fix["culprit"] = json!({"commit": "0123456789abcdef0123456789abcdef01234567", "subject": "Use /",
            "author": "@dora", "date": "2026-01-02T03:04:05Z"});
        fix["bisection"] = json!({"said": "it was found", "tested": 13, "skipped": 4});
    });
    let _ = case.open(&[]).exits(0);
    let first = &case.document()["people"][0];
    assert_eq!(*first, json!({"who": "@dora", "why": "wrote 0123456, which broke the test"}));
    let body = case.pulls()[0]["body"].as_str().unwrap().to_owned();
    assert!(body.contains("Broken by `0123456789ab`") && body.contains("- `@dora` wrote 0123456"), "{body}");
}

#[test]
fn protected_files_and_the_reproduction_stay_out() {
    let case = Case::new();
    case.propose(&[("src/stats.py", Some(FIXED)), (".github/workflows/ci.yml", Some("on: push\n"))]);
    let _ = case.open(&[]).exits(0);
    assert_eq!(case.document()["status"], "refused");
    assert_eq!(case.writes(), 0);
    let _ = case.open(&["--allow", ".github/workflows/ci.yml"]).exits(0);
    assert_eq!(case.document()["status"], "opened");

    let case = Case::new();
    case.propose(&[
        ("src/stats.py", Some(FIXED)),
        ("tests/test_stats.py", Some("def test_median(): pass\n")),
    ]);
    let _ = case.open(&[]).exits(0);
    assert_eq!(case.remote_file("tests/test_stats.py").as_deref(), Some("def test_median(): ...\n"));
    assert!(case.document()["warnings"][0].as_str().unwrap().contains("tests/test_stats.py"));

    let case = Case::new();
    case.store("diff --git a/x b/x\nnew file mode 120000\nindex 0..1\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n");
    let _ = case.open(&[]).exits(0);
    assert!(case.document()["reason"].as_str().unwrap().contains("symbolic link"));
    assert_eq!(case.writes(), 0);
}

#[test]
fn only_what_is_proven_is_published_unless_told() {
    let case = Case::new();
    case.change("verification.json", |found| {
        found["status"] = json!("unproven");
        found["reason"] = json!("time was over");
    });
    let _ = case.open(&[]).exits(0);
    assert_eq!(case.document()["status"], "skipped");
    assert!(case.github.journal().is_empty());
    case.github.with("octo", "demo", |repository| repository.drafts = false);
    let _ = case.open(&["--publish", "unproven"]).exits(0);
    assert_eq!(case.document()["status"], "branch-only", "an unproven patch is a draft or nothing");
    case.github.with("octo", "demo", |repository| repository.drafts = true);
    let _ = case.open(&["--publish", "unproven"]).exits(0);
    let pulls = case.pulls();
    assert_eq!(pulls[0]["title"], "[unproven] fix: the median");
    assert!(pulls[0]["body"].as_str().unwrap().contains("**Unproven.**"));
    assert_eq!(pulls[0]["draft"], true);
}

#[test]
fn every_refusal_of_githubs_has_its_answer() {
    // Drafts are not supported.
    let case = Case::new();
    case.github.with("octo", "demo", |repository| repository.drafts = false);
    let _ = case.open(&["--draft", "require"]).exits(0);
    assert_eq!(case.document()["status"], "branch-only");
    assert!(case.pulls().is_empty());
    let _ = case.open(&[]).exits(0);
    let document = case.document();
    assert_eq!((&document["status"], &document["draft"]), (&json!("opened"), &json!(false)));
    assert!(document["warnings"][0].as_str().unwrap().contains("drafts are not supported"));

    // Actions may not create pull requests.
    let case = Case::new();
    case.github.with("octo", "demo", |repository| repository.pulls_permitted = false);
    let _ = case.open(&[]).exits(0);
    let document = case.document();
    assert_eq!(document["status"], "branch-only");
    let reason = document["reason"].as_str().unwrap();
    assert!(
        reason.contains(&format!("/octo/demo/compare/main...{BRANCH}?quick_pull=1&title=fix%3A%20the")),
        "{reason}"
    );
    assert!(case.branch(BRANCH).is_some());

    // Made by a run beside this one: the list did not show it yet.
    let case = Case::new();
    let _ = case.open(&[]).exits(0);
    case.github.fail(Fault::new("/pulls", 200, "").on("GET").body("[]"));
    let _ = case.open(&[]).exits(0);
    assert_eq!((case.document()["status"].clone(), case.pulls().len()), (json!("updated"), 1));

    // Not known everywhere yet.
    let case = Case::new();
    case.github.fail(
        Fault::new("/labels", 422, "Could not resolve to a node with the global id of 'PR_x'.").times(2),
    );
    let _ = case.open(&["--labels", "x"]).exits(0);
    assert_eq!(
        (case.document()["warnings"].clone(), case.pulls()[0]["labels"][0]["name"].clone()),
        (json!([]), json!("x"))
    );

    // No permission for a label or a review is a warning.
    case.github.fail(Fault::new("/labels", 403, "Resource not accessible by integration"));
    let _ = case.open(&["--labels", "x"]).exits(0);
    assert!(case.document()["warnings"][0].as_str().unwrap().contains("labels were not set"));
}

#[test]
fn a_lost_answer_makes_no_second_pull_request() {
    let case = Case::new();
    for (method, path) in [("POST", "/git/blobs"), ("POST", "/git/refs"), ("POST", "/pulls")] {
        case.github.fail(Fault::new(path, 502, "Bad gateway").on(method).after_doing());
    }
    let _ = case.open(&[]).exits(0);
    assert_eq!((case.document()["status"].clone(), case.pulls().len()), (json!("opened"), 1));
    assert_eq!(case.github.count("POST", "/pulls"), 1, "a write that may have happened is not repeated");
}

#[test]
fn errors_leave_a_document_with_what_to_do() {
    let case = Case::new();
    case.github.fail(Fault::new("/git/blobs", 403, "Resource not accessible by integration").on("POST"));
    let _ = case.open(&[]).exits(3).says("contents: write");
    let document = case.document();
    assert_eq!((&document["status"], document.get("ending")), (&json!("skipped"), None));
    case.github.fail(Fault::rate_limit("/git/blobs", 3600).on("POST"));
    let _ = case.open(&["--time-limit", "3s"]).exits(3);
    assert_eq!(case.document()["ending"], "rate-limited");
    let _ = case.open(&["--base", "nope"]).exits(2).says("--base");
    let _ = case.program().env("GITHUB_REPOSITORY", "other/place").run().exits(2).says("--repository");
    let _ = case.open(&["--repository", "not a name"]).exits(2);
    std::fs::write(case.case.join("fix.json"), "{\"schema\": 99}").unwrap();
    let _ = case.open(&[]).exits(4).says("schema version 99");
    assert!(case.pulls().is_empty());
}

#[test]
fn a_dry_run_sends_nothing() {
    let case = Case::new();
    let _ = case.open(&["--dry-run"]).exits(0);
    assert_eq!((case.document()["status"].clone(), case.writes()), (json!("dry-run"), 0));
    assert!(std::fs::read_to_string(case.case.join("pull-request.md")).unwrap().contains("## Evidence"));
}

#[test]
fn cancelled_while_waiting_it_says_so_at_once() {
    let case = Case::new();
    case.github.fail(Fault::rate_limit("/git/blobs", 120).on("POST"));
    let running = case.program().spawn();
    let begun = std::time::Instant::now();
    while case.github.count("POST", "/git/blobs") == 0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "it never asked");
        std::thread::sleep(Duration::from_millis(20));
    }
    running.signal(nix::sys::signal::Signal::SIGTERM);
    let _ = running.wait(Duration::from_secs(7)).exits(143);
    assert_eq!(case.document()["ending"], "cancelled");
}

#[test]
fn the_local_forge_takes_the_same_way_without_a_server() {
    let case = Case::new();
    case.repository.write("src/stats.py", "# not committed\n");
    case.repository.write("untracked.txt", "mine\n");
    let before = case.repository.state();
    let local = || {
        Program::new("open-pr")
            .arg("--case")
            .arg(&case.case)
            .arg("--repo")
            .arg(case.repository.path())
            .args(["--forge", "local"])
    };
    let finished = local().run().exits(0);
    assert_eq!(finished.stdout.trim(), format!("written-locally: {BRANCH}"));
    let document = case.document();
    assert_eq!((&document["status"], &document["branch"]), (&json!("written-locally"), &json!(BRANCH)));
    assert_eq!(case.repository.git(&["show", &format!("{BRANCH}:src/stats.py")]), FIXED.trim_end());
    assert_eq!(case.repository.git(&["rev-parse", &format!("{BRANCH}^")]), case.base);
    let body = std::fs::read_to_string(case.case.join("pull-request.md")).unwrap();
    assert!(
        body.contains("🟢 green") && body.contains("`Ada Tester` wrote 1 of the changed lines"),
        "{body}"
    );
    let without_branch = |state: String| -> String {
        state.lines().filter(|line| !line.contains(BRANCH)).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(without_branch(case.repository.state()), without_branch(before));
    let _ = local().run().exits(0);
    assert_eq!(case.repository.git(&["rev-list", "--count", &format!("main..{BRANCH}")]), "1");
    assert!(case.github.journal().is_empty());
}

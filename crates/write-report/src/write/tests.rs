//! Whole reports as people see them, and the shell lines that scripts rely on.

use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;

/// A case in a folder of its own, filled document by document.
struct Scene {
    folder: TempDir,
    minute: u32,
}

impl Scene {
    fn new() -> Self {
        Scene { folder: tempfile::tempdir().unwrap(), minute: 0 }
    }

    fn case(&self) -> PathBuf {
        self.folder.path().join("case")
    }

    fn put(&mut self, file: &str, mut value: Value) -> &mut Self {
        value["schema"] = json!(1);
        value["timing"] =
            json!({"started_at": format!("2026-01-02T03:{:02}:00Z", self.minute), "duration_s": 12.5});
        self.minute += 1;
        std::fs::create_dir_all(self.case()).unwrap();
        std::fs::write(self.case().join(file), value.to_string()).unwrap();
        self
    }

    fn write(&self, workflow: Option<WorkflowResult>) -> Written {
        run(&Options {
            case: self.case(),
            repo: self.folder.path().join("no-repository"),
            outputs: Some(self.folder.path().join("outputs")),
            workflow,
            redact: vec!["hunter2secret".to_owned()],
            now: "2026-01-02T03:10:00Z".parse().unwrap(),
        })
        .unwrap()
    }

    /// The report with the one thing that changes from run to run taken out.
    fn markdown(&self, workflow: Option<WorkflowResult>) -> String {
        let written = self.write(workflow);
        written.markdown.replace(&written.case.display().to_string(), "<case>")
    }
}

fn task() -> Value {
    json!({"prompt": "Fix the off-by-one in `last_page`", "deterministic": true, "work": "raw-logs",
        "source": {"from": "raw-logs", "origin": "ci.log"}, "slug": "fix-last-page",
        "limits": {"reproduce_s": 300, "implement_fix_s": 900, "verify_stress_s": 900}})
}

fn signature() -> Value {
    json!({"framework": "pytest", "test": "tests/test_pages.py::test_last", "kind": "AssertionError",
        "message": "assert <n> == <n>", "hash": "0123456789abcdef"})
}

fn failure() -> Value {
    json!({"status": "tests-failed", "tests": [{"id": "tests/test_pages.py::test_last", "framework": "pytest",
            "file": "tests/test_pages.py", "line": 9, "kind": "AssertionError", "message": "assert 4 == 3",
            "log": {"path": "logs/raw.log", "line": 41}, "signature": signature()}],
        "command": {"script": "pytest -q", "exit_code": 1}, "signature": signature(), "excerpt": "E  assert 4 == 3"})
}

fn reproduced() -> Value {
    json!({"status": "reproduced", "base": "1111111111111111111111111111111111111111",
        "tests": [{"framework": "pytest", "id": "tests/test_pages.py::test_last"}],
        "command": {"framework": "pytest", "argv": ["pytest", "tests/test_pages.py::test_last"]},
        "signature": signature(), "grade": "same", "branch": "repro/fix-last-page",
        "rate": {"failures": 3, "runs": 3, "rate": 1.0, "low": 0.292, "high": 1.0},
        "trials": [{"how": "plain", "runs": 3, "matching": 3, "other": 0}]})
}

fn stage(passes: u32, failures: u32) -> Value {
    json!({"runs": passes + failures, "passes": passes, "failures": failures, "uncounted": 0, "grade": "same",
        "duration_s": 2.5})
}

fn success() -> Scene {
    let mut scene = Scene::new();
    scene.put("task.json", task()).put("failure.json", failure()).put("reproduction.json", reproduced());
    scene.put(
        "fix.json",
        json!({"status": "patch-found", "base": "1111111111111111111111111111111111111111",
            "branch": "fix/fix-last-page", "patch_sha256": "91a9577c4fd653613e96c5e1ef16dab2ac504e89fe77a2ad072cc35c4ab45ce9",
            "files": [{"path": "pages.py", "insertions": 1, "deletions": 1}],
            "root_cause": "`//` drops the last, partly filled page", "fixer": "search",
            "alternatives": ["attempts/1/alternative-1.diff"],
            "confidence": {"level": "low", "reason": "changes that pass do 2 different things with varied tests",
                "accepted": true, "compared": 3, "probes": 40, "telling": 12, "behaviours": [
                    {"change": "pages.py:4: replace `//` by `-(-a // b)`", "members": 2},
                    {"change": "pages.py:4: replace `//` by `|`", "members": 1, "diff": "attempts/1/alternative-1.diff",
                     "difference": {"test": "test_last", "before": "7", "after": "8",
                        "chosen": "AssertionError: assert 4 == 3\n + where 4 = pages(8)", "other": "passed"}}]},
            "earlier_cases": {"of_others": 1, "used": [{"slug": "fix-pages", "started_at": "2025-12-24T08:00:00Z",
                "likeness": "same-signature", "end": "proven", "fixer": "search"}]},
            "attempts": [{"number": 1, "fixer": "search", "outcome": "green", "duration_s": 3.2,
                "summary": "changed an operator in pages.py:4",
                "analysis": {"confidence": "medium", "unchecked": ["pages of *more* than one column"]}}]}),
    );
    let patch = "--- a/pages.py\n+++ b/pages.py\n@@ -1 +1 @@\n-a\n+b\n";
    std::fs::write(scene.case().join("fix.patch"), patch).unwrap();
    let sha256 = {
        use sha2::Digest as _;
        sha2::Sha256::digest(patch).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let fix = scene.case().join("fix.json");
    let mut value: Value = serde_json::from_slice(&std::fs::read(&fix).unwrap()).unwrap();
    value["patch_sha256"] = json!(sha256);
    std::fs::write(&fix, value.to_string()).unwrap();
    scene.put(
        "verification.json",
        json!({"status": "proven", "ending": "fixed", "patch_sha256": sha256, "required_runs": 5,
            "red": stage(0, 3), "green": stage(5, 0), "red_again": stage(0, 1),
            "bound": {"runs": 5, "confidence": 0.95, "rate_below": 0.451,
                "statement": "no failure in 5 runs: true rate below 45.1 % at 95 % confidence"},
            "neighbours": {"chosen_by": "same file", "passed_before": 4, "failed_before": 1, "passed_after": 5, "failed_after": 0},
            "findings": [{"kind": "swallowed-error", "severity": "review", "file": "pages.py", "line": 4, "message": "looks broad"}]}),
    );
    scene.put(
        "pull-request.json",
        json!({"status": "opened", "url": "https://github.com/o/r/pull/7", "number": 7, "draft": true,
            "branch": "fix/fix-last-page", "base_branch": "main", "ci": "started",
            "people": [{"who": "@ada", "why": "owns pages.py (CODEOWNERS)"}],
            "workflows": [{"file": ".github/workflows/ci.yml", "name": "CI", "why": "runs the tests",
                "command": "gh workflow run ci.yml --ref fix/fix-last-page"}]}),
    );
    scene
}

#[test]
fn success_tells_the_whole_story() {
    insta::assert_snapshot!(success().markdown(None));
}

#[test]
fn not_reproduced_says_what_was_tried_and_what_differs() {
    let mut scene = Scene::new();
    scene.put("task.json", task()).put("failure.json", failure());
    scene.put(
        "reproduction.json",
        json!({"status": "not-reproduced", "reason": "the test passed in all 3 runs", "ending": "not-reproduced",
            "trials": [{"how": "plain", "runs": 3, "matching": 0, "other": 0}],
            "not_replicated": [{"what": "python", "ci": "3.13.1", "here": "3.11.7"}],
            "next_steps": ["Install Python 3.13 and run again."]}),
    );
    let skipped = json!({"status": "skipped", "reason": "nothing was reproduced"});
    for file in ["fix.json", "verification.json", "pull-request.json"] {
        scene.put(file, skipped.clone());
    }
    insta::assert_snapshot!(scene.markdown(None));
}

#[test]
fn no_fix_found_lists_the_attempts() {
    let mut scene = Scene::new();
    scene.put("task.json", task()).put("failure.json", failure()).put("reproduction.json", reproduced());
    scene.put(
        "fix.json",
        json!({"status": "no-fix-found", "ending": "no-fix-found", "reason": "both fixers gave up",
            "attempts": [
                {"number": 1, "fixer": "search", "outcome": "gave-up", "duration_s": 61.0, "summary": "412 candidates, none green"},
                {"number": 2, "fixer": "claude-code", "outcome": "still-red", "duration_s": 200.0,
                    "summary": "changed pages.py", "diff": "attempts/2/change.diff", "end_reason": "max_turns",
                    "cost": {"usd": 0.42, "turns": 30}}],
            "cost": {"usd": 0.42, "turns": 30}}),
    );
    std::fs::create_dir_all(scene.case().join("attempts/2")).unwrap();
    std::fs::write(scene.case().join("attempts/2/change.diff"), "-a\n+```\n").unwrap();
    let skipped = json!({"status": "skipped", "reason": "there is no patch"});
    scene.put("verification.json", skipped.clone()).put("pull-request.json", skipped);
    insta::assert_snapshot!(scene.markdown(None));
}

#[test]
fn a_crash_before_the_first_document_still_has_a_report() {
    insta::assert_snapshot!(Scene::new().markdown(None));
}

#[test]
fn cancelled_keeps_what_was_known() {
    let mut scene = Scene::new();
    scene.put("task.json", task()).put("failure.json", failure()).put("reproduction.json", reproduced());
    scene.put(
        "fix.json",
        json!({"status": "no-fix-found", "ending": "cancelled", "reason": "stopped by SIGTERM"}),
    );
    insta::assert_snapshot!(scene.markdown(Some(WorkflowResult::Cancelled)));
}

#[test]
fn broken_documents_are_lines_and_not_errors() {
    let scene = success();
    for file in [
        "task.json",
        "failure.json",
        "reproduction.json",
        "fix.json",
        "verification.json",
        "pull-request.json",
    ] {
        for text in ["", "{", "[]", "{\"schema\": 99}", "{\"schema\": 1, \"status\": \"no-such\"}"] {
            let path = scene.case().join(file);
            let before = std::fs::read(&path).unwrap();
            std::fs::write(&path, text).unwrap();
            let markdown = scene.markdown(None);
            assert!(markdown.contains(&format!("| `{file}` | unreadable")), "{file} {text}\n{markdown}");
            assert!(
                !["fix.json", "verification.json"].contains(&file)
                    || file == "fix.json"
                    || !markdown.contains("✅")
            );
            std::fs::write(&path, before).unwrap();
        }
    }
}

#[test]
fn the_shell_lines_of_scripts_work_and_cannot_be_forged() {
    let outputs = tempfile::tempdir().unwrap();
    let forged = "PR URL: https://evil.invalid/1\n## Status: ✅ Success\n```\nStatus: ✅ Success";
    for prompt in ["one", forged] {
        let mut scene = success();
        scene.minute = 0;
        let mut value = task();
        value["prompt"] = json!(prompt);
        scene.put("task.json", value);
        let written = scene.write(None);
        let name = written.markdown_path.file_name().unwrap().to_str().unwrap();
        assert_eq!(name, "2026-01-02_03-10-00_fix-last-page.md");
        std::fs::rename(&written.markdown_path, outputs.path().join(format!("{}.md", prompt.len()))).unwrap();
    }
    let mut scene = Scene::new();
    let mut value = task();
    value["prompt"] = json!(forged);
    scene.put("task.json", value);
    scene.put("failure.json", json!({"status": "unexplained", "reason": forged, "excerpt": forged}));
    let written = scene.write(None);
    std::fs::rename(&written.markdown_path, outputs.path().join("failed.md")).unwrap();

    let shell = |line: &str| {
        let done = Command::new("sh")
            .arg("-c")
            .arg(line)
            .current_dir(outputs.path().join(".."))
            .env("D", outputs.path())
            .output()
            .unwrap();
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(shell(r#"grep "Status: ✅ Success" "$D"/*.md | wc -l"#), "2");
    assert_eq!(shell(r#"grep "Status: ❌ Failed" "$D"/*.md | wc -l"#), "1");
    let urls = shell(r#"grep "PR URL" "$D"/*.md | tail -5"#);
    assert_eq!(urls.lines().count(), 2, "{urls}");
    assert!(urls.lines().all(|line| line.ends_with("- PR URL: https://github.com/o/r/pull/7")), "{urls}");
}

#[test]
fn secrets_stay_out_and_reports_are_never_overwritten() {
    let mut scene = Scene::new();
    let mut value = task();
    value["prompt"] = json!("the password is hunter2secret");
    scene.put("task.json", value);
    let first = scene.write(None);
    let second = scene.write(None);
    assert_ne!(first.markdown_path, second.markdown_path);
    assert!(second.markdown_path.ends_with("2026-01-02_03-10-00_fix-last-page-2.md"));
    assert!(!first.markdown.contains("hunter2secret"));
    let json = std::fs::read_to_string(scene.case().join("report.json")).unwrap();
    assert!(json.contains("\"status\": \"failed\"") && json.contains("\"pull_request\": null"), "{json}");
}

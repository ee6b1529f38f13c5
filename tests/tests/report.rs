//! write-report and `regreen stats` as programs: a report in every situation, and the shell lines
//! that scripts rely on.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere, its helpers too")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;
use regreen_case::{CaseDir, Ending, Report, Status};
use regreen_tests::Program;
use tempfile::TempDir;

const TIMING: &str = r#""timing":{"started_at":"2026-01-02T03:04:05Z","duration_s":1}"#;

/// A place with a case and an outputs folder.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        Desk { folder: tempfile::tempdir().unwrap() }
    }

    fn case(&self) -> PathBuf {
        self.folder.path().join("case")
    }

    fn outputs(&self) -> PathBuf {
        self.folder.path().join("outputs")
    }

    fn put(&self, file: &str, rest: &str) {
        fs::create_dir_all(self.case()).unwrap();
        fs::write(self.case().join(file), format!(r#"{{"schema":1,{rest},{TIMING}}}"#)).unwrap();
    }

    fn program(&self) -> Program {
        Program::new("write-report")
            .args(["--case".as_ref(), self.case().as_os_str()])
            .args(["--outputs".as_ref(), self.outputs().as_os_str()])
            .args(["--repo".as_ref(), self.folder.path().as_os_str()])
            .dir(self.folder.path())
    }

    fn report(&self) -> Report {
        CaseDir::open(self.case()).unwrap().read().unwrap()
    }
}

fn only_file(folder: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

#[test]
fn there_is_a_report_even_when_there_is_nothing_else() {
    let desk = Desk::new();
    let finished = desk.program().run().exits(0);
    let markdown = only_file(&desk.outputs());
    assert_eq!(finished.stdout.trim(), markdown.display().to_string());
    let text = fs::read_to_string(&markdown).unwrap();
    assert!(text.contains("## Status: ❌ Failed"), "{text}");
    let report = desk.report();
    assert_eq!((report.status, report.ending), (Status::Failed, Ending::InternalError));
    assert_eq!(report.phases.len(), 6);
}

#[test]
fn a_claim_without_a_proof_is_no_success() {
    let desk = Desk::new();
    desk.put("failure.json", r#""status":"tests-failed""#);
    desk.put("fix.json", r#""status":"patch-found","ending":"fixed""#);
    desk.put("verification.json", r#""status":"proven","ending":"fixed""#);
    desk.put(
        "pull-request.json",
        r#""status":"opened","ending":"fixed","url":"https://github.com/o/r/pull/1""#,
    );
    let _ = desk.program().run().exits(0);
    let report = desk.report();
    assert_eq!((report.status, report.ending), (Status::Partial, Ending::FixedUnproven));
    let text = fs::read_to_string(only_file(&desk.outputs())).unwrap();
    assert!(!text.contains("✅"), "{text}");
    assert!(text.contains("\n- PR URL: https://github.com/o/r/pull/1\n"), "{text}");
}

#[test]
fn the_runner_gets_outputs_and_a_summary_within_its_limits() {
    let desk = Desk::new();
    let huge = "x".repeat(3_000_000);
    desk.put("failure.json", &format!(r#""status":"unexplained","excerpt":"{huge}","reason":"{huge}""#));
    let (summary, output) = (desk.folder.path().join("summary"), desk.folder.path().join("output"));
    fs::write(&summary, "y".repeat(999_000)).unwrap();
    let _ = desk
        .program()
        .env("GITHUB_STEP_SUMMARY", &summary)
        .env("GITHUB_OUTPUT", &output)
        .env("GITHUB_ACTIONS", "true")
        .env("REGREEN_WORKFLOW_RESULT", "cancelled")
        .run()
        .exits(0);
    assert!(fs::metadata(&summary).unwrap().len() <= 1024 * 1024);
    let output = fs::read_to_string(output).unwrap();
    for name in ["status", "ending", "case", "report", "pull-request", "duration"] {
        assert!(output.contains(&format!("{name}<<")), "{name}\n{output}");
    }
    assert_eq!(desk.report().ending, Ending::Cancelled);
}

#[test]
fn a_signal_does_not_keep_the_report_from_being_written() {
    let desk = Desk::new();
    // Enough to read that the signal arrives in between, often enough; before or after is right too.
    desk.put("failure.json", &format!(r#""status":"unexplained","excerpt":"{}""#, "x".repeat(20_000_000)));
    let running = desk.program().spawn();
    std::thread::sleep(Duration::from_millis(30));
    running.signal(Signal::SIGTERM);
    let finished = running.wait(Duration::from_secs(7));
    assert!(matches!(finished.code, Some(0 | 143)), "{finished:?}");
    assert_eq!(desk.report().status, Status::Failed);
}

#[test]
fn exit_codes_are_those_of_the_documentation() {
    let desk = Desk::new();
    let _ = desk.program().arg("--no-such-flag").run().exits(2);
    fs::write(desk.folder.path().join("file"), "").unwrap();
    let blocked = desk.folder.path().join("file/outputs");
    let temporary = desk.folder.path().join("temporary");
    fs::create_dir(&temporary).unwrap();
    let finished = Program::new("write-report")
        .args(["--case".as_ref(), desk.case().as_os_str()])
        .args(["--outputs".as_ref(), blocked.as_os_str()])
        .env("TMPDIR", &temporary)
        .run()
        .exits(3);
    assert!(finished.stderr.contains("hint: "), "{}", finished.stderr);
    // What could not be stored where it belongs is not lost.
    let kept = only_file(&temporary);
    assert!(finished.stderr.contains(&kept.display().to_string()), "{}", finished.stderr);
    assert!(fs::read_to_string(&kept).unwrap().contains("## Status: ❌ Failed"));
}

#[test]
fn statistics_count_the_reports_of_a_folder() {
    let desk = Desk::new();
    let _ = desk.program().run().exits(0);
    desk.put("failure.json", r#""status":"infrastructure","ending":"infrastructure""#);
    let _ = desk.program().run().exits(0);
    let page = desk.folder.path().join("stats.html");
    let stats = |more: &[&str]| {
        let folder = desk.outputs();
        Program::new("regreen").arg("stats").arg(&folder).args(more).run().exits(0).stdout
    };
    let table = stats(&["--html", &page.display().to_string()]);
    assert!(table.contains("Reports        2"), "{table}");
    let json: serde_json::Value = serde_json::from_str(&stats(&["--json"])).unwrap();
    assert_eq!((json["reports"].as_u64(), json["partial"].as_u64()), (Some(2), Some(1)));
    assert_eq!(json["endings"]["infrastructure"], 1);
    assert!(fs::read_to_string(page).unwrap().contains("<svg"));
    let _ = Program::new("regreen").args(["stats", "/nowhere"]).run().exits(2);
}

//! Broken cases are clear errors with exit code 4, writing is atomic and redacted, paths stay inside.

use super::*;
use crate::{Timing, Verification, VerificationStatus};

fn case() -> (tempfile::TempDir, CaseDir) {
    let dir = tempfile::tempdir().unwrap();
    let case = CaseDir::create(dir.path().join("case")).unwrap();
    (dir, case)
}

fn verification(reason: &str) -> Verification {
    Verification {
        status: VerificationStatus::Skipped,
        reason: Some(reason.to_owned()),
        ending: None,
        base: None,
        patch_sha256: None,
        tests: vec![],
        red: None,
        green: None,
        red_again: None,
        required_runs: 0,
        runs_needed: None,
        seed: None,
        shard: None,
        shard_complete: false,
        merged: Vec::new(),
        minimisation: None,
        bound: None,
        neighbours: None,
        performance: None,
        findings: vec![],
        restored: vec![],
        sandbox: None,
        timing: Timing::start(),
    }
}

#[test]
fn a_document_comes_back_as_it_was_written() {
    let (_dir, case) = case();
    let document = verification("nothing to verify");
    case.write(&document, &Redactor::default()).unwrap();
    assert_eq!(case.read::<Verification>().unwrap(), document);
    let mut names: Vec<_> =
        fs::read_dir(case.root()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".gitignore", "verification.json"], "nothing is left beside it");
    assert_eq!(fs::read_to_string(case.path(".gitignore")).unwrap(), "*\n", "git leaves a case alone");
}

#[test]
fn a_missing_document_names_the_phase_to_run() {
    let (_dir, case) = case();
    let error = case.read::<Verification>().unwrap_err();
    assert!(matches!(error, CaseError::Missing { written_by: Phase::VerifyStress, .. }));
    assert_eq!(error.exit_code(), 4);
    assert!(error.hint().unwrap().contains("verify-stress"));
    assert!(case.read_optional::<Verification>().unwrap().is_none());
}

#[test]
fn truncated_newer_and_malformed_documents_are_told_apart() {
    let (_dir, case) = case();
    case.write(&verification("x"), &Redactor::default()).unwrap();
    let path = case.path("verification.json");
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(case.read::<Verification>(), Err(CaseError::Truncated { .. })));
    fs::write(&path, "").unwrap();
    assert!(matches!(case.read::<Verification>(), Err(CaseError::Truncated { .. })));
    fs::write(&path, whole.replace("\"schema\": 1", "\"schema\": 2")).unwrap();
    let newer = case.read::<Verification>().unwrap_err();
    assert!(matches!(newer, CaseError::NewerSchema { found: 2, .. }));
    assert!(newer.hint().unwrap().contains("same version"));
    for broken in [
        whole.replace("\"skipped\"", "\"perhaps\""),
        whole.replace("\"schema\": 1", "\"x\": 1"),
        "[]".to_owned(),
    ] {
        fs::write(&path, broken).unwrap();
        let error = case.read::<Verification>().unwrap_err();
        assert!(matches!(error, CaseError::Malformed { .. }), "{error}");
        assert_eq!(error.exit_code(), 4);
    }
    assert!(case.read_optional::<Verification>().is_err(), "optional means absent, not broken");
}

#[test]
fn secrets_never_reach_the_case() {
    let (_dir, case) = case();
    let token = format!("ghp_{}", "a1B2".repeat(9));
    let redactor = Redactor::new(["p\"ss\\word"]);
    case.write(&verification(&format!("saw {token} and p\"ss\\word")), &redactor).unwrap();
    case.write_text("logs/a.log", &format!("{token}\n"), &redactor).unwrap();
    assert_eq!(case.read::<Verification>().unwrap().reason.unwrap(), "saw *** and ***");
    for file in ["verification.json", "logs/a.log"] {
        assert!(!fs::read_to_string(case.path(file)).unwrap().contains("ghp_"), "{file}");
    }
}

#[test]
fn a_named_path_never_leads_out_of_the_case() {
    let (dir, case) = case();
    for named in ["/etc/passwd", "../x", "logs/../../x", "", ".", "logs/./../../x"] {
        assert!(matches!(case.resolve(named), Err(CaseError::OutsideCase(_))), "{named}");
    }
    assert_eq!(case.resolve("attempts/1/change.diff").unwrap(), case.path("attempts/1/change.diff"));
    std::os::unix::fs::symlink(dir.path(), case.path("out")).unwrap();
    assert!(matches!(case.resolve("out/x"), Err(CaseError::OutsideCase(_))));
    assert!(case.write_text("out/x", "x", &Redactor::default()).is_err());
}

//! The patch is checked from its bytes.

use super::*;
use crate::sample::{PATCH, evidence};

fn check(patch: &str, evidence: &Evidence) -> Result<Result<Candidate, Vec<String>>, OpenPrError> {
    let folder = tempfile::tempdir().unwrap();
    let case = CaseDir::create(folder.path()).unwrap();
    case.write_raw(Layout::PATCH, patch.as_bytes()).unwrap();
    candidate(&case, evidence, &PatchPolicy::default(), &Redactor::new(["hunter2-secret"]))
}

/// Evidence about this very patch.
fn about(patch: &str) -> Evidence {
    let sha256 = Patch::from_bytes(patch.as_bytes().to_vec()).unwrap().sha256();
    let mut evidence = evidence();
    evidence.fix.as_mut().unwrap().patch_sha256 = Some(sha256.clone());
    evidence.verification.as_mut().unwrap().patch_sha256 = Some(sha256);
    evidence
}

fn new_file(path: &str, text: &str) -> String {
    format!(
        "diff --git a/{path} b/{path}\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+{text}\n"
    )
}

#[test]
fn the_very_bytes_that_were_proven_pass() {
    let candidate = check(PATCH, &evidence()).unwrap().unwrap();
    assert_eq!(candidate.patch.bytes(), PATCH.as_bytes());
    assert!(candidate.left_out.is_empty());
}

#[test]
fn other_bytes_are_refused() {
    let other = PATCH.replace("// 2", "// 3");
    let error = check(&other, &evidence()).unwrap_err();
    assert!(matches!(error, OpenPrError::OtherPatch { document: "verification.json", .. }), "{error}");
    assert_eq!((error.exit_code(), error.is_refusal()), (4, true));
    let mut only_verified = about(&other);
    only_verified.fix.as_mut().unwrap().patch_sha256 = None;
    assert!(matches!(
        check(&other, &only_verified),
        Err(OpenPrError::OtherPatch { document: "fix.json", .. })
    ));
}

#[test]
fn what_was_not_part_of_the_proof_is_left_out() {
    let both = format!("{PATCH}{}{}", new_file("tests/test_stats.py", "x"), new_file(".regreen/case/x", "y"));
    let mut evidence = about(&both);
    let candidate = check(&both, &evidence).unwrap().unwrap();
    assert_eq!(candidate.patch.bytes(), PATCH.as_bytes());
    assert_eq!(candidate.left_out, ["tests/test_stats.py", ".regreen/case/x"]);
    // The digest is still that of what was proven.
    assert_eq!(Some(&candidate.sha256), evidence.verification.as_ref().unwrap().patch_sha256.as_ref());
    let overlay = serde_json::json!({"source": "reproduction/tests/t.py", "destination": "t.py"});
    let only_test = new_file("t.py", "x");
    evidence = about(&only_test);
    evidence.reproduction.as_mut().unwrap().overlays = vec![serde_json::from_value(overlay).unwrap()];
    assert_eq!(check(&only_test, &evidence).unwrap().unwrap_err(), ["the patch changes nothing"]);
}

#[test]
fn rules_and_secrets_are_looked_at() {
    let text = format!(
        "{}{}",
        new_file(".github/workflows/x.yml", "on: push"),
        new_file("a.py", "P = 'hunter2-secret'")
    );
    let problems = check(&text, &about(&text)).unwrap().unwrap_err();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].contains("protected by") && problems[1].starts_with("a.py:1:"), "{problems:?}");
    let removed =
        "diff --git a/a b/a\nindex 1..2 100644\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-hunter2-secret\n+x\n";
    assert!(check(removed, &about(removed)).unwrap().is_ok(), "taking a secret away is fine");
}

//! Hunks apply where they belong, or not at all.

use super::*;

const PATCH: &str =
    "diff --git a/f b/f\nindex 1..2 100644\n--- a/f\n+++ b/f\n@@ -2,3 +2,3 @@\n b\n-c\n+C\n d\n";

fn apply(base: &[(&str, &str)], patch: &str) -> Result<ChangedFiles, ApplyError> {
    let base = base.iter().map(|(path, text)| ((*path).to_owned(), (0o100_644, text.as_bytes().to_vec())));
    apply_in_memory(&base.collect(), &Patch::from_bytes(patch.as_bytes().to_vec()).unwrap())
}

fn text(changed: &ChangedFiles, path: &str) -> String {
    String::from_utf8(changed[path].clone().unwrap().1).unwrap()
}

#[test]
fn a_hunk_applies_where_its_lines_are() {
    assert_eq!(text(&apply(&[("f", "a\nb\nc\nd\ne\n")], PATCH).unwrap(), "f"), "a\nb\nC\nd\ne\n");
    // The base has moved on: three lines more above.
    assert_eq!(text(&apply(&[("f", "1\n2\n3\na\nb\nc\nd\n")], PATCH).unwrap(), "f"), "1\n2\n3\na\nb\nC\nd\n");
    assert_eq!(text(&apply(&[("f", "b\nc\nd\n")], PATCH).unwrap(), "f"), "b\nC\nd\n");
}

#[test]
fn a_hunk_that_does_not_fit_is_refused() {
    let error = apply(&[("f", "a\nb\nX\nd\n")], PATCH).unwrap_err();
    assert_eq!(error, ApplyError::NotFound { path: "f".to_owned(), hunk: 1, line: 2 });
    let twice = apply(&[("f", "0\n0\nb\nc\nd\nb\nc\nd\n")], PATCH).unwrap_err();
    assert!(matches!(twice, ApplyError::Ambiguous { .. }), "{twice}");
    assert_eq!(apply(&[], PATCH).unwrap_err(), ApplyError::Missing("f".to_owned()));
    assert!(apply(&[("f", "b\nc\nd")], PATCH).is_err(), "the last line differs by its line feed");
}

#[test]
fn files_come_and_go() {
    let add = "diff --git a/n b/n\nnew file mode 100755\nindex 0..1\n--- /dev/null\n+++ b/n\n@@ -0,0 +1,2 @@\n+x\n+y\n\\ No newline at end of file\n";
    let changed = apply(&[], add).unwrap();
    assert_eq!(changed["n"], Some((0o100_755, b"x\ny".to_vec())));
    assert_eq!(apply(&[("n", "")], add).unwrap_err(), ApplyError::Exists("n".to_owned()));
    let delete = "diff --git a/f b/f\ndeleted file mode 100644\nindex 1..0\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
    assert_eq!(apply(&[("f", "a\n")], delete).unwrap()["f"], None);
    assert_eq!(apply(&[("f", "a\nb\n")], delete).unwrap_err(), ApplyError::LeavesContent("f".to_owned()));
    let rename = "diff --git a/f b/g\nsimilarity index 50%\nrename from f\nrename to g\nindex 1..2 100644\n--- a/f\n+++ b/g\n@@ -1 +1 @@\n-a\n+b\n";
    let changed = apply(&[("f", "a\n")], rename).unwrap();
    assert_eq!((changed["f"].clone(), text(&changed, "g")), (None, "b\n".to_owned()));
}

#[test]
fn several_hunks_and_line_feeds_are_exact() {
    let patch = "diff --git a/f b/f\nindex 1..2 100644\n--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n a\n+A\n b\n@@ -9 +10 @@\n-i\n\\ No newline at end of file\n+I\n";
    let base = "a\nb\nc\nd\ne\nf\ng\nh\ni";
    assert_eq!(text(&apply(&[("f", base)], patch).unwrap(), "f"), "a\nA\nb\nc\nd\ne\nf\ng\nh\nI\n");
    let crlf = PATCH.replace(" b\n", " b\r\n");
    assert_eq!(text(&apply(&[("f", "a\nb\r\nc\nd\n")], &crlf).unwrap(), "f"), "a\nb\r\nC\nd\n");
}

#[test]
fn binary_is_refused() {
    let patch = "diff --git a/f b/f\nindex 1..2 100644\nBinary files a/f and b/f differ\n";
    assert_eq!(apply(&[("f", "a")], patch).unwrap_err(), ApplyError::Binary("f".to_owned()));
}

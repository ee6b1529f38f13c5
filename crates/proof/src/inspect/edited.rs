//! Edits to what judges: test files, their data, and tests inside source files. New test files are
//! only shown; they judge nothing in this proof.

use regreen_case::{FindingKind, Severity};

use crate::adapter::Role;

use super::change::Language;
use super::syntax::tests;
use super::{Change, Findings};

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    if change.role == Some(Role::Configuration) || change.role == Some(Role::PartlyConfiguration) {
        return;
    }
    if change.judges() {
        let existed = change.file.old_path.is_some();
        let severity = if existed { Severity::Reject } else { Severity::Review };
        let what = if existed { "was edited" } else { "was added; it had no part in the proof" };
        findings.add(
            FindingKind::TestFileEdited,
            severity,
            change.path,
            change.first_line(),
            format!("the test file {} {what}", change.path),
        );
    } else if change.language == Language::Rust {
        inline_tests(change, findings);
    }
}

/// A source file cannot be restored whole, so its tests must be as they were.
fn inline_tests(change: &Change<'_>, findings: &mut Findings) {
    let Some(before) = change.before.as_deref() else { return };
    let now = tests(change.language, change.after.as_deref().unwrap_or_default());
    for old in tests(change.language, before) {
        let same_name: Vec<_> = now.iter().filter(|item| item.name == old.name).collect();
        if same_name.iter().any(|item| item.text == old.text) {
            continue;
        }
        let line = same_name.first().map_or(old.line, |item| item.line);
        let what = if same_name.is_empty() { "was removed" } else { "was changed" };
        findings.reject(
            FindingKind::TestFileEdited,
            change.path,
            Some(line),
            format!("`{}`, which belongs to the tests of this file, {what}", old.name),
        );
    }
}

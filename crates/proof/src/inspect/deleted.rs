//! Tests that are gone: a file deleted or moved away, a function removed or renamed.

use regreen_case::FindingKind;

use crate::adapter::Role;

use super::syntax::tests;
use super::{Change, Findings};

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    let holds_tests = change.role == Some(Role::Tests) || change.protected;
    let gone = change.file.new_path.is_none() || change.file.new_path != change.file.old_path;
    if holds_tests
        && gone
        && let Some(old) = change.file.old_path.as_deref()
    {
        findings.reject(
            FindingKind::TestDeleted,
            old,
            None,
            format!("the test file {old} was deleted or moved away"),
        );
        return;
    }
    let Some(before) = change.before.as_deref() else { return };
    let kept = tests(change.language, change.after.as_deref().unwrap_or_default());
    for item in tests(change.language, before)
        .iter()
        .filter(|item| item.is_test && (holds_tests || rust_or_go(change)))
    {
        if !kept.iter().any(|other| other.is_test && other.name == item.name) {
            findings.reject(
                FindingKind::TestDeleted,
                change.path,
                Some(item.line),
                format!("the test `{}` was removed", item.name),
            );
        }
    }
}

/// In Rust an attribute makes a test, wherever it lies; in Python a `test…` function of the program
/// is none.
fn rust_or_go(change: &Change<'_>) -> bool {
    change.language == super::change::Language::Rust
}

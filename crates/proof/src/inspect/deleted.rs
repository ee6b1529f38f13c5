//! Tests that are gone: a file deleted or moved away, a function removed or renamed, a body emptied.

use regreen_case::FindingKind;

use crate::adapter::Role;

use super::change::Language;
use super::syntax::{TestItem, tests};
use super::{Change, Findings};

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    let holds_tests = change.role == Some(Role::Tests) || change.protected && change.judges();
    let gone = change.file.new_path.is_none() || change.file.new_path != change.file.old_path;
    if holds_tests
        && gone
        && let Some(old) = change.file.old_path.as_deref()
        && change.file.kind != regreen_workspace::ChangeKind::Copied
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
    // In Rust an attribute makes a test, wherever it lies; in Python a `test…` function of the program
    // is none.
    let counts = holds_tests || change.language == Language::Rust;
    for item in tests(change.language, before).iter().filter(|item| item.is_test && counts) {
        let same: Vec<&TestItem> =
            kept.iter().filter(|other| other.is_test && other.name == item.name).collect();
        let Some(last) = same.last() else {
            findings.reject(
                FindingKind::TestDeleted,
                change.path,
                Some(item.line),
                format!("the test `{}` was removed", item.name),
            );
            continue;
        };
        if same.len() > 1 && last.text != item.text && change.language == Language::Python {
            let message = format!("the test `{}` is defined again and hides the first", item.name);
            findings.reject(FindingKind::TestDeleted, change.path, Some(last.line), message);
        }
    }
}

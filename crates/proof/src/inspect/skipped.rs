//! Tests that no longer run, or no longer have to pass: skipped, ignored, expected to fail.

use std::sync::OnceLock;

use regex::Regex;
use regreen_case::FindingKind;

use super::change::Language;
use super::syntax::tests;
use super::{Change, Findings};

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    for (line, text) in &change.added {
        if is_marker(change.language, text) && !marks_a_test(change.language, text) {
            findings.reject(
                FindingKind::TestSkipped,
                change.path,
                Some(*line),
                format!("a test is skipped, ignored or expected to fail: `{}`", text.trim()),
            );
        }
    }
    let (Some(before), Some(after)) = (change.before.as_deref(), change.after.as_deref()) else { return };
    // Also when the marker came by another way, such as a line that was there before.
    let old = tests(change.language, before);
    for item in tests(change.language, after).iter().filter(|item| item.skipped) {
        if old.iter().any(|other| other.name == item.name && !other.skipped) {
            // The marker's own line, where the patch has just put it above the test.
            let near = item.line.saturating_sub(10)..=item.line;
            let marker = change
                .added
                .iter()
                .find(|(line, text)| near.contains(line) && is_marker(change.language, text));
            let marker = marker.map(|(line, _)| *line);
            findings.reject(
                FindingKind::TestSkipped,
                change.path,
                Some(marker.unwrap_or(item.line)),
                format!("the test `{}` is now skipped", item.name),
            );
        }
    }
}

/// Attributes stand on a test of their own, which may be a new one: the comparison below tells.
fn marks_a_test(language: Language, text: &str) -> bool {
    language == Language::Rust && !text.contains("cfg")
}

/// Whether a piece of source skips a test.
pub(super) fn is_marker(language: Language, text: &str) -> bool {
    static PATTERNS: OnceLock<[Option<Regex>; 3]> = OnceLock::new();
    let [python, rust, go] = PATTERNS.get_or_init(|| {
        [
            r"\b(?:pytest\.mark\.(?:skip|skipif|xfail)|mark\.(?:skip|skipif|xfail)\b|pytest\.(?:skip|xfail|importorskip)\s*\(|unittest\.(?:skip|skipIf|skipUnless|expectedFailure|SkipTest)|@expectedFailure|@skip(?:If|Unless)?\b|\.skipTest\(|\bSkipTest\b|collect_ignore(?:_glob)?\b|__test__\s*=\s*False|pytest_collection_modifyitems)",
            r"#\[\s*(?:ignore\b|cfg_attr\([^\]]*\bignore\b|should_panic\b)|#!?\[\s*cfg\(\s*not\(\s*test|#!?\[\s*cfg\(\s*any\(\s*\)\s*\)",
            r"\b(?:t|tb|b|f)\.(?:Skip|Skipf|SkipNow)\(|^//go:build\s+ignore",
        ]
        .map(|pattern| Regex::new(pattern).ok())
    });
    let pattern = match language {
        Language::Python => python,
        Language::Rust => rust,
        Language::Go => go,
        Language::Other => return false,
    };
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

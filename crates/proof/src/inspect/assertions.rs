//! Assertions that were removed or weakened, and equality that always says yes.

use std::sync::OnceLock;

use regex::Regex;
use regreen_case::FindingKind;

use super::change::Language;
use super::syntax::{line_of, parse, source, tests, walk};
use super::{Change, Findings};

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    if let (Some(before), Some(after)) = (change.before.as_deref(), change.after.as_deref())
        && (change.judges() || change.language == Language::Rust)
    {
        compare(change, before, after, findings);
    }
    if !change.judges() {
        always_equal(change, findings);
        redefined(change, findings);
    }
}

fn compare(change: &Change<'_>, before: &str, after: &str, findings: &mut Findings) {
    let now = tests(change.language, after);
    for old in tests(change.language, before).iter().filter(|item| item.is_test) {
        let Some(new) = now.iter().find(|item| item.name == old.name) else { continue };
        let lost = old.assertions.iter().find(|assertion| !new.assertions.contains(assertion));
        if let Some(lost) = lost {
            findings.reject(
                FindingKind::AssertionWeakened,
                change.path,
                Some(new.line),
                format!("`{}` no longer has the assertion `{lost}`", old.name),
            );
        }
    }
}

/// `def __eq__(self, other): return True`: every comparison with such a value passes.
fn always_equal(change: &Change<'_>, findings: &mut Findings) {
    let (Language::Python, Some(after)) = (change.language, change.after.as_deref()) else { return };
    let Some(tree) = parse(change.language, after) else { return };
    walk(tree.root_node(), &mut |node| {
        let name = node.child_by_field_name("name").map_or("", |name| source(name, after));
        if node.kind() != "function_definition"
            || !matches!(
                name,
                "__eq__" | "__ne__" | "__lt__" | "__le__" | "__gt__" | "__ge__" | "__contains__"
            )
        {
            return;
        }
        let body = node.child_by_field_name("body").map_or("", |body| source(body, after)).trim();
        let line = line_of(node);
        let end = u32::try_from(node.end_position().row + 1).unwrap_or(line);
        let touched = change.added.iter().any(|(number, _)| (line..=end).contains(number));
        if touched && matches!(body, "return True" | "return not False" | "return 1") {
            findings.reject(
                FindingKind::AssertionWeakened,
                change.path,
                Some(line),
                format!("`{name}` says yes to everything, so assertions on it cannot fail"),
            );
        }
    });
}

/// The means of asserting, redefined in the code under test.
fn redefined(change: &Change<'_>, findings: &mut Findings) {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| {
        Regex::new(r"macro_rules!\s*(?:debug_)?assert|macro_rules!\s*(?:panic|matches)\b|\bbuiltins\.\w+\s*=|setattr\(\s*builtins|\bsettrace\(|\bAssertionError\s*=").ok()
    });
    let Some(pattern) = pattern else { return };
    for (line, text) in change.added.iter().filter(|(_, text)| pattern.is_match(text)) {
        findings.reject(
            FindingKind::AssertionWeakened,
            change.path,
            Some(*line),
            format!("what assertions are made of is redefined: `{}`", text.trim()),
        );
    }
}

//! Code that asks whether it is being tested, or for the test's very values.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use regex::Regex;
use regreen_case::{FindingKind, TestTarget};

use super::change::Language;
use super::syntax::{line_of, parse, source, walk};
use super::{Change, Findings};

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    if change.judges() {
        return;
    }
    asks_for_the_test(change, findings);
    asks_for_the_values(change, findings);
}

fn asks_for_the_test(change: &Change<'_>, findings: &mut Findings) {
    static SURE: OnceLock<Option<Regex>> = OnceLock::new();
    static MAYBE: OnceLock<Option<Regex>> = OnceLock::new();
    let sure = SURE.get_or_init(|| {
        Regex::new(concat!(
            r#"PYTEST_|["']_?pytest["']\s*(?:\]|in\b|not\s+in\b)|sys\.modules.*pytest|\bimport\s+_?pytest\b|\bfrom\s+_?pytest\b|\bpytest\.|["']unittest["']\s+in|"#,
            r#"PYTEST_XDIST|\bcfg!\s*\(\s*(?:not\s*\(\s*)?test\b|#!?\[cfg\(\s*(?:all\(|any\()?\s*not\(\s*test|#\[cfg_attr\(\s*(?:not\()?\s*test|"#,
            r#"\btesting\.(?:Testing|Short|Verbose|Init)\(|flag\.Lookup\(\s*"test\.|strings\.\w+\(os\.Args\[0\],\s*"\.?test|NEXTEST|CARGO_TARGET_TMPDIR|RUST_TEST_"#,
        ))
        .ok()
    });
    let maybe = MAYBE.get_or_init(|| {
        Regex::new(concat!(
            r#"\binspect\.(?:stack|currentframe)|\bsys\._getframe|\btraceback\.(?:extract_stack|format_stack)|\bruntime\.Callers?\(|"#,
            r#"["'](?:CI|GITHUB_ACTIONS|GITHUB_RUN_ID)["']|\bsys\.argv|\bstd::env::args|\bos\.Args\b|\bgc\.get_objects|\bsys\.modules"#,
        ))
        .ok()
    });
    for (line, text) in &change.added {
        let code = text.trim();
        if sure.as_ref().is_some_and(|pattern| pattern.is_match(text)) {
            let message = format!("the code asks whether it is being tested: `{code}`");
            findings.reject(FindingKind::SpecialCase, change.path, Some(*line), message);
        } else if maybe.as_ref().is_some_and(|pattern| pattern.is_match(text)) {
            let message = format!("the code asks who calls it or where it runs: `{code}`");
            findings.review(FindingKind::SpecialCase, change.path, Some(*line), message);
        }
    }
}

/// A branch on a value that only the test names: sure when it returns a constant, else shown.
fn asks_for_the_values(change: &Change<'_>, findings: &mut Findings) {
    let new_literal = |text: &str| {
        change.literals.iter().find(|literal| {
            text.contains(literal.as_str())
                && !change.before.as_deref().is_some_and(|before| before.contains(literal.as_str()))
        })
    };
    let constants = constant_branches(change);
    for (line, text) in &change.added {
        let branches = ["if ", "elif ", "match ", "case ", "switch ", "=> ", " == ", "=== "]
            .iter()
            .any(|word| text.contains(word));
        let Some(literal) = new_literal(text).filter(|_| branches) else { continue };
        let message = format!("a branch on `{literal}`, which only the test names: `{}`", text.trim());
        let next_returns =
            change.added.iter().any(|(number, next)| *number == line + 1 && returns_constant(next));
        if constants.contains(line) || returns_constant(text) || next_returns {
            findings.reject(FindingKind::SpecialCase, change.path, Some(*line), message);
        } else {
            findings.review(FindingKind::SpecialCase, change.path, Some(*line), message);
        }
    }
}

/// Lines of `if` conditions in Python whose branch does nothing but return a constant.
fn constant_branches(change: &Change<'_>) -> BTreeSet<u32> {
    let mut lines = BTreeSet::new();
    let (Language::Python, Some(after)) = (change.language, change.after.as_deref()) else { return lines };
    let Some(tree) = parse(change.language, after) else { return lines };
    walk(tree.root_node(), &mut |node| {
        if matches!(node.kind(), "if_statement" | "elif_clause")
            && let Some(body) = node.child_by_field_name("consequence")
            && returns_constant(source(body, after))
        {
            lines.insert(line_of(node));
        }
        if node.kind() == "conditional_expression" {
            lines.insert(line_of(node));
        }
    });
    lines
}

fn returns_constant(text: &str) -> bool {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    PATTERN
        .get_or_init(|| Regex::new(r#"\breturn\s+(?:Ok\(|Some\()?(?:-?\d[\w.]*|["'`]|\[|\(|\{|True|False|true|false|None|nil)|=>\s*(?:Ok\(|Some\()?(?:-?\d|["'])"#).ok())
        .as_ref()
        .is_some_and(|pattern| pattern.is_match(text))
}

/// Literals of the tests in question that are telling: strings of four characters and more, numbers
/// of three digits and more, lists and tuples of numbers.
pub(super) fn literals_of(base: &dyn Fn(&str) -> Option<Vec<u8>>, targets: &[TestTarget]) -> Vec<String> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| {
        Regex::new(r#""(?:[^"\\\n]|\\.){4,60}"|'(?:[^'\\\n]|\\.){4,60}'|[\[(]\s*-?\d[\d.]*(?:\s*,\s*-?\d[\d.]*)+\s*[\])]|\b\d{3,}(?:\.\d+)?\b|\b\d+\.\d{2,}\b"#).ok()
    });
    let Some(pattern) = pattern else { return Vec::new() };
    let mut found = BTreeSet::new();
    let mut files = BTreeSet::new();
    for target in targets {
        let file = target.file.as_deref().or_else(|| target.id.split("::").next()).unwrap_or_default();
        // Beside Rust code only its tests count.
        if files.insert(file)
            && let Some(bytes) = base(file)
        {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let tests: String = if file.ends_with(".rs") {
                super::syntax::tests(Language::Rust, &text).into_iter().map(|item| item.text + "\n").collect()
            } else {
                text
            };
            found.extend(pattern.find_iter(&tests).take(500).map(|literal| literal.as_str().to_owned()));
        }
    }
    found.into_iter().collect()
}

//! Errors that no longer reach anybody. Sometimes right, always worth a look.

use std::sync::OnceLock;

use regex::Regex;
use regreen_case::FindingKind;

use super::change::Language;
use super::syntax::{line_of, parse, source, walk};
use super::{Change, Findings};

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    if change.judges() {
        return;
    }
    match change.language {
        Language::Python => python(change, findings),
        Language::Rust => by_line(
            change,
            findings,
            r"\blet\s+_\s*=|\.ok\(\)\s*;|if\s+let\s+Err\(_\)|catch_unwind|Err\(_\)\s*=>\s*(?:\{\s*\}|\(\))",
        ),
        Language::Go => by_line(change, findings, r"\brecover\(\)|^\s*_\s*=\s|,\s*_\s*:?=\s"),
        Language::Other => {}
    }
}

fn by_line(change: &Change<'_>, findings: &mut Findings, pattern: &'static str) {
    // One pattern per language, so one cell per language would be two lines more for nothing: these
    // run once per changed file.
    let Ok(pattern) = Regex::new(pattern) else { return };
    for (line, text) in change.added.iter().filter(|(_, text)| pattern.is_match(text)) {
        review(change, findings, *line, text.trim());
    }
}

fn python(change: &Change<'_>, findings: &mut Findings) {
    static BROAD: OnceLock<Option<Regex>> = OnceLock::new();
    let broad = BROAD.get_or_init(|| Regex::new(r"^except\s*(?::|\(?\s*(?:Base)?Exception\b)").ok());
    let Some(after) = change.after.as_deref() else { return };
    let Some(tree) = parse(change.language, after) else { return };
    let is_added = |line: u32| change.added.iter().any(|(number, _)| *number == line);
    walk(tree.root_node(), &mut |node| {
        let line = line_of(node);
        let text = source(node, after);
        if node.kind() == "except_clause" && is_added(line) {
            let mut body =
                text.lines().skip(1).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
            let first =
                body.next().or_else(|| text.split_once(':').map(|(_, rest)| rest.trim())).unwrap_or_default();
            let quiet = body.next().is_none()
                && ["pass", "...", "continue", "break", "return"]
                    .iter()
                    .any(|word| first == *word || first.starts_with("return"));
            if quiet || broad.as_ref().is_some_and(|pattern| pattern.is_match(text)) {
                review(change, findings, line, text.lines().next().unwrap_or_default());
            }
        } else if node.kind() == "call" && text.starts_with("contextlib.suppress") && is_added(line) {
            review(change, findings, line, text);
        }
    });
}

fn review(change: &Change<'_>, findings: &mut Findings, line: u32, code: &str) {
    findings.review(
        FindingKind::SwallowedError,
        change.path,
        Some(line),
        format!("an error may go unnoticed: `{}`", code.trim()),
    );
}

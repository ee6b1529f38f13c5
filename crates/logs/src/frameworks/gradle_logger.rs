//! Tests that gradle runs, as the test logger plugin prints them: its standard, plain and mocha themes.
//!
//! Below the name of a class, indented by its depth, stand `Test name FAILED` or `✘ name`, then the
//! exception. What tests print is indented as well, so nothing counts before the summary of the plugin or
//! of gradle, and what goes beyond its number of failures goes.

use regreen_case::Framework;

use super::jvm_stack::{MAX_TRACE_LINES, Owner, explain, kind_of};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Junit,
    name: "gradle_logger",
    doc: "gradle's test logger plugin: standard, plain and mocha themes, nested classes, its summary",
    triggers: &[" FAILED", "\u{2718} "],
    parser: || Box::<Logger>::default(),
};

/// Lines above that are searched for the class.
const MAX_ABOVE: usize = 1500;

struct Failed {
    titles: Vec<String>,
    indent: usize,
    at: u64,
    lines: Vec<String>,
}

#[derive(Default)]
struct Logger {
    failed: Vec<Failed>,
    open: bool,
}

impl Parser for Logger {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some((indent, name)) = header(text) {
            self.push(line, indent, name);
        } else if let Some(counted) = summary(text) {
            self.flush(counted, line.number, findings);
        } else if self.open {
            self.exception_line(text);
        }
    }

    fn is_awake(&self) -> bool {
        !self.failed.is_empty()
    }

    fn end(&mut self, _findings: &mut Findings) {
        *self = Logger::default();
    }
}

impl Logger {
    fn push(&mut self, line: Line<'_>, indent: usize, name: &str) {
        self.open = false;
        let mut titles = titles(line, indent);
        if titles.is_empty() || self.failed.len() >= MAX_TESTS {
            return;
        }
        titles.push(name.to_owned());
        self.failed.push(Failed { titles, indent, at: line.number, lines: Vec::new() });
        self.open = true;
    }

    fn exception_line(&mut self, text: &str) {
        let Some(failed) = self.failed.last_mut() else { return };
        let inner = text.trim_start_matches(' ');
        let indent = text.len() - inner.len();
        let result = inner.starts_with("Test ") || inner.starts_with('\u{2714}') || inner.starts_with("- ");
        if !inner.is_empty() && (indent < failed.indent || indent == failed.indent && result)
            || failed.lines.len() >= MAX_TRACE_LINES
        {
            self.open = false;
        } else {
            failed.lines.push(clip(inner, 1500));
        }
    }

    fn flush(&mut self, counted: u64, at: u64, findings: &mut Findings) {
        let mut failed = std::mem::take(self).failed;
        if counted < failed.len() as u64 {
            // What a test printed has no exception of its own.
            failed.retain(Failed::is_explained);
        }
        failed.truncate(usize::try_from(counted).unwrap_or(usize::MAX));
        findings.count(Count { framework: Framework::Junit, counted, named: failed.len() as u64, at });
        for failed in &failed {
            findings.add(Framework::Junit, failed.found());
        }
    }
}

impl Failed {
    fn is_explained(&self) -> bool {
        self.lines.iter().find(|line| !line.is_empty()).is_some_and(|line| kind_of(line).is_some())
    }

    fn found(&self) -> Found {
        let id = self.titles.join(" > ");
        let class = self.titles.first().map_or("", String::as_str);
        let method = self.titles.last().map_or("", String::as_str);
        let mut found = Found { at: self.at, block: format!("{id}\n"), ..Found::default() };
        explain(&mut found, &self.lines, self.at + 1, &Owner { class, method });
        Found { id, ..found }
    }
}

/// Indentation and name: `  Test adds() FAILED (1.2s)`, `    ✘ adds()`.
fn header(text: &str) -> Option<(usize, &str)> {
    let inner = text.trim_start_matches(' ');
    let indent = text.len() - inner.len();
    let without_time = |text: &'_ str| -> usize {
        let end = text.trim_end();
        match end.strip_suffix("s)").and_then(|rest| rest.rsplit_once(" (")) {
            Some((head, time))
                if time.bytes().all(|byte| byte.is_ascii_digit() || b".m ".contains(&byte)) =>
            {
                head.len()
            }
            _ => end.len(),
        }
    };
    let inner = &inner[..without_time(inner)];
    let name = if let Some(rest) = inner.strip_prefix("Test ") {
        rest.strip_suffix(" FAILED").filter(|_| indent >= 2)?
    } else {
        inner.strip_prefix("\u{2718} ").filter(|_| indent >= 4)?
    };
    (indent.is_multiple_of(2) && !name.is_empty()).then_some((indent, name))
}

/// The classes above, outermost first; none unless the outermost is the name of a class.
fn titles(line: Line<'_>, indent: usize) -> Vec<String> {
    let mut titles: Vec<String> = Vec::new();
    let mut wanted = indent - 2;
    for above in line.above.lines().take(MAX_ABOVE) {
        let inner = above.trim_start_matches(' ');
        let is_result =
            ["Test ", "\u{2714} ", "\u{2718} ", "- ", "at "].iter().any(|mark| inner.starts_with(mark));
        if inner.is_empty() || is_result || above.len() - inner.len() != wanted {
            continue;
        }
        let name = inner.trim_end();
        let is_class =
            name.contains('.') && name.chars().all(|char| char.is_alphanumeric() || "._$".contains(char));
        titles.push(name.to_owned());
        if is_class {
            titles.reverse();
            return titles;
        }
        if wanted < 2 || titles.len() > 12 {
            break;
        }
        wanted -= 2;
    }
    Vec::new()
}

/// Failed tests by the summary: `FAILURE: Executed 6 tests in 1.2s (1 failed, 1 skipped)`, gradle's own,
/// `  1 failing`.
fn summary(text: &str) -> Option<u64> {
    let before = |word: &str| -> Option<u64> {
        let (head, _) = text.split_once(word)?;
        head.rsplit([' ', '(']).next()?.parse().ok()
    };
    if text.starts_with("FAILURE: Executed ")
        || text.contains(" completed, ") && text.starts_with(|first: char| first.is_ascii_digit())
    {
        return before(" failed");
    }
    text.strip_prefix("  ")?.trim_end().strip_suffix(" failing")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use regreen_case::Framework;

    fn ids(text: &str) -> Vec<String> {
        crate::failures_in(Framework::Junit, text).into_iter().map(|test| test.id).collect()
    }

    #[test]
    fn mocha_theme() {
        let text = "  com.acme.CartTest\n\n    ✔ fine()\n    ✘ adds() (1.2s)\n\n      java.lang.AssertionError: no\n          at com.acme.CartTest.adds(CartTest.java:9)\n\n    Nested\n\n      ✘ deep()\n\n            java.lang.AssertionError: no\n\n  1 passing (1.3s)\n  2 failing\n";
        assert_eq!(ids(text), ["com.acme.CartTest > adds()", "com.acme.CartTest > Nested > deep()"]);
    }

    #[test]
    fn without_summary_nothing_counts() {
        assert!(
            ids("com.acme.CartTest\n\n  Test adds() FAILED\n\n  java.lang.AssertionError: no\n").is_empty()
        );
        assert!(ids("com.acme.CartTest\n    ✘ adds()\n\n  0 failing\n").is_empty());
    }
}

//! JUnit's text runners: `There were 2 failures:`, then `1) method(pkg.Class)` with a trace.
//!
//! Versions 3 and 4 print alike, alone, below bazel and on Android devices. `Tests run: 3,  Failures: 1`
//! ends a run and is the checksum; a list that comes without it was printed by a test.

use regreen_case::{ContainerRole, Framework};

use super::jvm_stack::{MAX_TRACE_LINES, Owner, explain, is_frame};
use super::surefire_lines::{is_class, totals};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Junit,
    name: "junit_text",
    doc: "the text runners of JUnit 3 and 4: numbered failures and errors with traces",
    triggers: &[" failure:", " failures:", " error:", " errors:"],
    parser: || Box::<TextRunner>::default(),
};

struct Failed {
    class: String,
    method: String,
    at: u64,
    /// Line of the trace's first line.
    first: u64,
    lines: Vec<String>,
}

#[derive(Default)]
struct TextRunner {
    /// N of `There were N failures:`; how many are still to come.
    left: u64,
    number: u64,
    failed: Vec<Failed>,
}

impl Parser for TextRunner {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some((count, is_failures)) = announced(text) {
            // Errors come before failures; failures after failures are another list.
            if self.left > 0 || is_failures && self.number > 0 && self.failed.is_empty() {
                self.failed.clear();
            }
            (self.left, self.number) = (count, 0);
        } else if self.is_awake() {
            self.entry_line(text, line.number, findings);
        }
    }

    fn is_awake(&self) -> bool {
        self.left > 0 || !self.failed.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(None, findings);
    }
}

impl TextRunner {
    fn entry_line(&mut self, text: &str, at: u64, findings: &mut Findings) {
        if let Some(name) = numbered(text, self.number + 1).filter(|_| self.left > 0) {
            self.name(name, at);
        } else if text.starts_with("Tests run:") && text.contains("Failures:") {
            let counted = totals(text).map(|totals| (totals.failed, at));
            self.flush(counted, findings);
        } else if text.starts_with("FAILURES!!!") || text.starts_with("OK (") {
            self.left = 0;
        } else if let Some(failed) = self.failed.last_mut()
            && failed.lines.len() < MAX_TRACE_LINES
        {
            let ended = text.is_empty() && failed.lines.iter().any(|line| is_frame(line));
            if !ended {
                failed.lines.push(clip(text, 1500));
            }
        }
    }

    /// `adds(com.acme.CartTest)`, with the exception behind it in version 3.
    fn name(&mut self, text: &str, at: u64) {
        let closing = text.match_indices(')').find_map(|(close, _)| {
            let open = text[..close].rfind('(')?;
            let class = &text[open + 1..close];
            (is_class(class) && class.contains('.') || close + 1 == text.len() && is_class(class))
                .then_some((&text[..open], class, &text[close + 1..]))
        });
        let (method, class, rest) = match closing {
            Some(parts) => parts,
            None if is_class(text.trim()) => ("", text.trim(), ""),
            None => return,
        };
        self.number += 1;
        self.left -= 1;
        if self.failed.len() < MAX_TESTS {
            let lines = (!rest.trim().is_empty()).then(|| clip(rest, 1500)).into_iter().collect::<Vec<_>>();
            let first = if lines.is_empty() { at + 1 } else { at };
            self.failed.push(Failed { class: class.to_owned(), method: method.to_owned(), at, first, lines });
        }
    }

    fn flush(&mut self, counted: Option<(u64, u64)>, findings: &mut Findings) {
        let done = std::mem::take(self);
        let Some((counted, at)) = counted else { return };
        findings.count(Count { framework: Framework::Junit, counted, named: done.failed.len() as u64, at });
        for failed in done.failed.iter().filter(|failed| !failed.lines.is_empty()) {
            findings.add(Framework::Junit, failed.found());
        }
    }
}

impl Failed {
    fn found(&self) -> Found {
        let id = match self.method.as_str() {
            "" => self.class.clone(),
            method => format!("{}.{method}", self.class),
        };
        let is_suite =
            self.method.is_empty() || matches!(self.method.as_str(), "initializationError" | "warning");
        let role = is_suite.then_some(ContainerRole::Suite);
        let mut found = Found { at: self.at, block: format!("{id}\n"), role, ..Found::default() };
        explain(&mut found, &self.lines, self.first, &Owner { class: &self.class, method: &self.method });
        Found { id, ..found }
    }
}

/// `There were 2 failures:`, `There was 1 error:`: how many, and whether failures.
fn announced(text: &str) -> Option<(u64, bool)> {
    let rest = text.strip_prefix("There w")?;
    let rest = rest.strip_prefix("as ").or_else(|| rest.strip_prefix("ere "))?;
    let (count, what) = rest.trim_end().split_once(' ')?;
    let known = matches!(what, "failure:" | "failures:" | "error:" | "errors:");
    known.then_some((count.parse().ok().filter(|count| *count > 0)?, what.starts_with('f')))
}

fn numbered(text: &str, number: u64) -> Option<&str> {
    let (digits, name) = text.split_once(") ")?;
    (digits.parse() == Ok(number)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        crate::failures_in(Framework::Junit, text).into_iter().map(|test| test.id).collect()
    }

    #[test]
    fn version_3_prints_errors_apart_and_the_exception_behind_the_name() {
        let text = ".E.F\nTime: 0.01\nThere was 1 error:\n1) testA(com.acme.ATest)java.lang.NullPointerException: x\n\tat com.acme.A.a(A.java:3)\nThere was 1 failure:\n1) testB(com.acme.ATest)junit.framework.AssertionFailedError: no\n\tat com.acme.ATest.testB(ATest.java:9)\n\nFAILURES!!!\nTests run: 2,  Failures: 1,  Errors: 1\n";
        assert_eq!(ids(text), ["com.acme.ATest.testA", "com.acme.ATest.testB"]);
        let tests = crate::failures_in(Framework::Junit, text);
        assert_eq!(tests[1].message.trim(), "junit.framework.AssertionFailedError: no");
        assert_eq!(tests[0].file.as_deref(), Some("A.java"));
    }

    #[test]
    fn a_list_before_another_was_printed_by_a_test() {
        let list = |name: &str| {
            format!(
                "There were 2 failures:\n1) {name}(a.BTest)\njava.lang.AssertionError: x\n\tat a.BTest.{name}(BTest.java:3)\n"
            )
        };
        let text = format!(
            "{}.E\n{}2) other(a.BTest)\njava.lang.AssertionError\n\nFAILURES!!!\nTests run: 4,  Failures: 2\n",
            list("fake"),
            list("real")
        );
        assert_eq!(ids(&text), ["a.BTest.real", "a.BTest.other"]);
    }

    #[test]
    fn other_numbered_lists_are_none() {
        assert!(ids("There were 2 errors:\n1) something went wrong\n2) again\n").is_empty());
    }
}

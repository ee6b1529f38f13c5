//! JUnit through ant: the tasks `junit` and `junitlauncher`.
//!
//! A class prints its totals, what its tests printed, and then each failed test (`Testcase: m took 0 sec`
//! with `FAILED` or `Caused an ERROR` below, `Testcase: m(pkg.Class): FAILED`, `Test: m() took … FAILED`).
//! Captured output lies between dashed lines and counts as nothing. Where only `Test pkg.Class FAILED` is
//! printed, the class is told as a suite.

use regreen_case::{ContainerRole, Framework};

use super::jvm_stack::{MAX_TRACE_LINES, Owner, call, explain, is_frame, kind_of};
use super::surefire_lines::{is_class, totals};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Junit,
    name: "ant_junit",
    doc: "ant's junit and junitlauncher tasks: plain, brief and summary formatters, classes without details",
    triggers: &["Tests run:", "\tFAILED", "Caused an ERROR", " FAILED"],
    parser: || Box::<AntJunit>::default(),
};

/// Lines above that are searched for the name of a class.
const MAX_ABOVE: usize = 400;

struct Failed {
    method: String,
    at: u64,
    /// Line of the trace's first line.
    first: u64,
    lines: Vec<String>,
}

#[derive(Default)]
struct AntJunit {
    class: String,
    /// Failed tests that are still to come.
    left: u64,
    /// A test whose result stands on the next line.
    testcase: Option<(String, u64)>,
    failed: Vec<Failed>,
    open: bool,
    /// Within captured output.
    captured: bool,
    /// Details were printed: the class need not stand for them.
    detailed: bool,
}

impl Parser for AntJunit {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if self.captured {
            self.captured = !(text.starts_with("------------- --") && text.ends_with("---"));
            return;
        }
        if text.starts_with("------------- Standard ") && self.is_awake() {
            (self.captured, self.open) = (true, false);
        } else if let Some(name) = text.strip_prefix("Testsuite: ").filter(|name| is_class(name)) {
            self.flush(findings);
            self.class = name.to_owned();
        } else if text.starts_with("Tests run:") {
            self.totals_line(line, findings);
        } else if let Some(rest) = text.strip_prefix("Testcase: ") {
            self.testcase_line(rest, line.number, findings);
        } else if let Some(rest) = text.strip_prefix("Test: ") {
            self.launcher_line(rest, line);
        } else if let Some(class) = suite_failed(text) {
            self.suite_line(class, line.number, findings);
        } else if let Some((method, at)) = self.testcase.take() {
            if matches!(text.trim(), "FAILED" | "Caused an ERROR") {
                self.push(method, at, line.number);
            }
        } else if matches!(text, "\tFAILED" | "\tCaused an ERROR") {
            // The parser slept when the name came.
            let above = line.above.lines().next().unwrap_or_default();
            let name = above.strip_prefix("Testcase: ").and_then(|rest| rest.rsplit_once(" took "));
            if let Some((name, _)) = name {
                self.push(name.to_owned(), line.number - 1, line.number);
            }
        } else if self.open {
            self.trace_line(text);
        }
    }

    fn is_awake(&self) -> bool {
        self.left > 0 || !self.failed.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(findings);
    }
}

impl AntJunit {
    fn totals_line(&mut self, line: Line<'_>, findings: &mut Findings) {
        self.open = false;
        let is_ant =
            line.text.contains("Time elapsed: ") && !line.text.contains("<<<") && !line.text.contains(" in ");
        let Some(totals) = totals(line.text).filter(|_| is_ant) else { return };
        // The launcher's reports end with the totals.
        let ends = line.text.contains("Aborted:") && !self.failed.is_empty();
        if ends || totals.failed == 0 {
            self.flush(findings);
            return;
        }
        let class = line.above.lines().take(MAX_ABOVE).find_map(|above| {
            let name = above.strip_prefix("Testsuite: ").or_else(|| above.strip_prefix("Running "))?;
            is_class(name.trim()).then(|| name.trim().to_owned())
        });
        let Some(class) = class else { return };
        if self.is_awake() && self.class != class {
            self.flush(findings);
        }
        let launcher = line.text.contains("Aborted:");
        *self = AntJunit { class, left: totals.failed, ..AntJunit::default() };
        if launcher {
            // Details, if any, come in reports of their own.
            self.left = 0;
            self.suite(self.class.clone(), line.number, findings);
        }
    }

    fn testcase_line(&mut self, rest: &str, at: u64, findings: &mut Findings) {
        self.open = false;
        self.testcase = None;
        if let Some((name, result)) = rest.split_once(":\t") {
            if !matches!(result.trim(), "FAILED" | "Caused an ERROR") {
                return;
            }
            let (method, class) = match name.strip_suffix(')').and_then(|name| name.rsplit_once('(')) {
                Some((method, class)) if is_class(class) => (method, class),
                _ => ("", name),
            };
            if self.class != class && is_class(class) {
                if !self.class.is_empty() {
                    self.flush(findings);
                }
                self.class = class.to_owned();
            }
            self.push(method.to_owned(), at, at);
        } else if let Some((name, _)) = rest.rsplit_once(" took ") {
            self.testcase = Some((name.to_owned(), at));
        } else if is_class(rest) && rest.contains('.') {
            // The launcher's report of a class begins.
            self.flush(findings);
            self.class = rest.to_owned();
        }
    }

    /// `m() took 15 sec(s) FAILED: message`.
    fn launcher_line(&mut self, rest: &str, line: Line<'_>) {
        self.open = false;
        let Some((name, result)) = rest.split_once(" took ") else { return };
        if !result.contains("sec(s) FAILED") {
            return;
        }
        if self.class.is_empty() || !self.is_awake() {
            let above = line.above.lines().take(MAX_ABOVE).find_map(|above| {
                above.strip_prefix("Testcase: ").filter(|name| is_class(name)).map(str::to_owned)
            });
            self.class = above.unwrap_or_default();
        }
        let method = name.strip_suffix("()").unwrap_or(name);
        self.push(method.to_owned(), line.number, line.number);
    }

    fn push(&mut self, method: String, at: u64, result_at: u64) {
        self.left = self.left.saturating_sub(1);
        self.detailed = true;
        if self.failed.len() < MAX_TESTS {
            self.failed.push(Failed { method, at, first: result_at + 1, lines: Vec::new() });
            self.open = true;
        }
    }

    fn trace_line(&mut self, text: &str) {
        let Some(failed) = self.failed.last_mut() else { return };
        let has_stack = failed.lines.iter().any(|line| is_frame(line));
        if text.is_empty() && has_stack || failed.lines.len() >= MAX_TRACE_LINES {
            self.open = false;
        } else {
            failed.lines.push(clip(text, 1500));
        }
    }

    /// `Test pkg.Class FAILED` ends a class.
    fn suite_line(&mut self, class: &str, at: u64, findings: &mut Findings) {
        let known = self.class == class;
        let detailed = known && self.detailed;
        if known {
            self.flush(findings);
        }
        if !detailed {
            self.suite(class.to_owned(), at, findings);
        }
    }

    fn suite(&self, id: String, at: u64, findings: &mut Findings) {
        let found = Found { id, at, role: Some(ContainerRole::Suite), ..Found::default() };
        findings.add(Framework::Junit, found);
    }

    fn flush(&mut self, findings: &mut Findings) {
        let done = std::mem::take(self);
        for failed in &done.failed {
            findings.add(Framework::Junit, failed.found(&done.class));
        }
    }
}

impl Failed {
    fn found(&self, class: &str) -> Found {
        // The message stands before the exception, which says it again.
        let skip =
            self.lines.iter().position(|line| kind_of(line).is_some() && line.contains('.')).unwrap_or(0);
        let id = match (class, self.method.as_str()) {
            ("", _) => match self
                .lines
                .iter()
                .filter_map(|line| call(line, false))
                .find(|call| call.method == self.method)
            {
                Some(call) => format!("{}.{}", call.class, self.method),
                None => self.method.clone(),
            },
            (_, "") => class.to_owned(),
            _ if self.method == class => class.to_owned(),
            _ => format!("{class}.{}", self.method),
        };
        let is_suite = self.method.is_empty() || self.method == class || self.method == "initializationError";
        let role = is_suite.then_some(ContainerRole::Suite);
        let mut found = Found { at: self.at, block: format!("{id}\n"), role, ..Found::default() };
        let owner = Owner { class, method: &self.method };
        explain(&mut found, &self.lines[skip..], self.first + skip as u64, &owner);
        Found { id, ..found }
    }
}

/// `Test pkg.Class FAILED`, also with `(crashed)` or `(timeout)`.
fn suite_failed(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("Test ").or_else(|| text.strip_prefix("TEST "))?;
    let (class, result) = rest.split_once(' ')?;
    let ends = matches!(result.trim_end(), "FAILED" | "FAILED (crashed)" | "FAILED (timeout)");
    (ends && is_class(class) && class.contains('.')).then_some(class)
}

#[cfg(test)]
#[path = "ant_junit_tests.rs"]
mod tests;

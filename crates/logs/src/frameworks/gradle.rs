//! Tests that gradle runs: JUnit, `TestNG`, Spock, kotest, Kotlin and Android.
//!
//! A failed test is a heading in the first column (`Class > method FAILED`) with its exception indented
//! below. What tests print is indented below a heading of its own, so it never looks like one. A heading
//! counts only where gradle itself speaks in the same log. Tests of several tasks with
//! one name are one test; failed tasks are told apart. Tests that passed when they were retried, in a
//! build that is successful, did not fail.

use regreen_case::{ContainerRole, Framework};

use super::gradle_title::{Title, outcome, task_failed, title};
use super::jvm_stack::{MAX_TRACE_LINES, Owner, explain, kind_of};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Junit,
    name: "gradle",
    doc: "headings of failed tests with short and full exceptions, of all test frameworks; tasks, retries, counts",
    triggers: &[" FAILED", "Execution failed for task", "There were failing tests"],
    parser: || Box::<Gradle>::default(),
};

/// Lines that may follow a failure before the parser stops waiting for the end of the build.
const MAX_WAIT: u64 = 200_000;

struct Failed {
    title: Title,
    task: Option<String>,
    at: u64,
    lines: Vec<String>,
    /// It passed later in the same task.
    passed: bool,
}

#[derive(Default)]
struct Gradle {
    failed: Vec<Failed>,
    /// Whether indented lines belong to the last one.
    open: bool,
    /// Empty lines that belong to it if more follows.
    blank: usize,
    task: Option<String>,
    tasks: Vec<(String, u64)>,
    /// Whether tests of `TestNG` were seen, which gradle puts into suites.
    suites: bool,
    /// Whether gradle itself was heard.
    heard: bool,
    /// A build that ignores failures says so.
    ignored: bool,
    counted: Option<(u64, u64)>,
    last: u64,
}

impl Parser for Gradle {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if self.open && self.exception_line(text) {
            return;
        }
        let Some(first) = text.as_bytes().first() else { return };
        if first.is_ascii_whitespace() {
            return;
        }
        if let Some(task) = text.strip_prefix("> Task ").or_else(|| old_task(text)) {
            self.task_line(task, line.number);
        } else if let Some((name, outcome)) = outcome(text) {
            self.heard = self.heard || outcome == "FAILED" && is_heard_above(line);
            self.outcome_line(name, outcome, line.number);
        } else {
            self.build_line(text, line.number, findings);
        }
        if self.is_awake() && line.number > self.last + MAX_WAIT {
            self.flush(findings);
        }
    }

    fn is_awake(&self) -> bool {
        !self.failed.is_empty() || !self.tasks.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(findings);
    }
}

/// `:a:test FAILED`, as gradle printed tasks before 4.0 and with its plain console.
fn old_task(text: &str) -> Option<&str> {
    let task = text.strip_prefix(':').map(|_| text)?;
    let name = task.split(' ').next()?;
    let is_name = name.chars().all(|char| char.is_alphanumeric() || ":-_.".contains(char));
    let state = task[name.len()..].trim();
    let is_state = state.chars().all(|char| char.is_ascii_uppercase() || char == '-');
    (is_name && is_state).then_some(task)
}

impl Gradle {
    fn task_line(&mut self, task: &str, at: u64) {
        self.open = false;
        self.heard = true;
        let name = task.split(' ').next().unwrap_or_default();
        if task_failed(task).is_some() && self.tasks.len() < MAX_TESTS {
            self.last = at;
            self.tasks.push((name.to_owned(), at));
        }
        self.task = Some(name.to_owned());
    }

    fn outcome_line(&mut self, name: &str, outcome: &str, at: u64) {
        self.open = false;
        let Some(title) = title(name) else { return };
        self.suites |= title.in_suite;
        match outcome {
            "FAILED" if self.failed.len() < MAX_TESTS => {
                self.last = at;
                let task = self.task.clone();
                self.failed.push(Failed { title, task, at, lines: Vec::new(), passed: false });
                (self.open, self.blank) = (true, 0);
            }
            "PASSED" => {
                for failed in &mut self.failed {
                    if failed.title.id == title.id && failed.task == self.task {
                        failed.passed = true;
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether the line belongs to the last failure's exception.
    fn exception_line(&mut self, text: &str) -> bool {
        let Some(failed) = self.failed.last_mut() else { return false };
        // Android's runner indents by a tab.
        let inner = text.strip_prefix("    ").or_else(|| text.strip_prefix('\t'));
        match inner {
            Some(inner) => {
                for _ in 0..std::mem::take(&mut self.blank) {
                    failed.lines.push(String::new());
                }
                if failed.lines.len() < MAX_TRACE_LINES {
                    failed.lines.push(clip(inner, 1500));
                }
                true
            }
            None if text.trim().is_empty() && !failed.lines.is_empty() && self.blank < 5 => {
                self.blank += 1;
                true
            }
            None => {
                self.open = false;
                false
            }
        }
    }

    fn build_line(&mut self, text: &str, at: u64, findings: &mut Findings) {
        if let Some(failed) = completed(text) {
            self.heard = true;
            let (sum, _) = self.counted.unwrap_or_default();
            self.counted = Some((sum + failed, at));
        } else if let Some(rest) = text.strip_prefix("Execution failed for task '") {
            self.heard = true;
            let name = rest.split('\'').next().unwrap_or_default();
            if !name.is_empty() && self.tasks.len() < MAX_TESTS {
                self.tasks.push((name.to_owned(), at));
            }
        } else if text.starts_with("There were failing tests") {
            (self.heard, self.ignored) = (true, true);
        } else if text.starts_with("BUILD FAILED") {
            // ant ends like this as well, but without the time.
            self.heard |= text.starts_with("BUILD FAILED in ");
            self.flush(findings);
        } else if text.starts_with("BUILD SUCCESSFUL") {
            self.heard |= text.starts_with("BUILD SUCCESSFUL in ");
            // What was retried has passed.
            if !self.ignored && self.tasks.is_empty() {
                self.failed.clear();
            }
            self.flush(findings);
        }
    }

    fn flush(&mut self, findings: &mut Findings) {
        let done = std::mem::take(self);
        let counts = |failed: &&Failed| done.heard && (failed.title.parts > 1 || failed.is_explained());
        let failed: Vec<&Failed> = done.failed.iter().filter(counts).collect();
        if let Some((counted, at)) = done.counted {
            let named = failed.len() as u64;
            findings.count(Count { framework: Framework::Junit, counted, named, at });
        }
        let lasting = failed.iter().any(|failed| !failed.passed);
        for failed in failed.iter().filter(|failed| !failed.passed || !lasting) {
            let mut found = failed.found();
            if done.suites && failed.title.parts == 1 && found.role.is_none() {
                found.role = Some(ContainerRole::Hook);
            }
            findings.add(Framework::Junit, found);
        }
        for (id, at) in done.tasks {
            let found = Found { id, at, role: Some(ContainerRole::Task), ..Found::default() };
            findings.add(Framework::Junit, found);
        }
    }
}

impl Failed {
    /// Whether an exception or a message stands below it.
    fn is_explained(&self) -> bool {
        let Some(first) = self.lines.first() else { return false };
        self.title.parts > 1 && !first.starts_with("FAIL")
            || kind_of(first).is_some_and(|kind| kind.contains('.') || first.contains(':'))
    }

    fn found(&self) -> Found {
        let id = self.title.id.clone();
        let role = self.title.role;
        let mut found = Found { at: self.at, block: format!("{id}\n"), role, ..Found::default() };
        explain(
            &mut found,
            &self.lines,
            self.at + 1,
            &Owner { class: &self.title.class, method: &self.title.method },
        );
        Found { id, ..found }
    }
}

/// Whether gradle announced a task not far above.
fn is_heard_above(line: Line<'_>) -> bool {
    let mut above = line.above.lines().take(2000);
    above.any(|above| above.starts_with("> Task :") || above.starts_with(':') && old_task(&above).is_some())
}

/// `3 tests completed, 1 failed, 1 skipped`.
fn completed(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once(" completed, ")?;
    let known = text.starts_with(|first: char| first.is_ascii_digit())
        && (text.contains(" tests completed, ") || text.contains(" test completed, "));
    known.then_some(())?;
    rest.split(' ').next()?.parse().ok().filter(|_| rest.contains(" failed"))
}

#[cfg(test)]
#[path = "gradle_tests.rs"]
mod tests;

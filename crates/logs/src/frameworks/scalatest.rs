//! ScalaTest, through sbt, maven and gradle plugins, and alone.
//!
//! A failed test is a line `- title *** FAILED ***` (below sbt after `[info] `) with its message indented
//! below. The titles of its scopes and the suite's heading stand above, told by indentation, so they are
//! looked up there. What tests print has no prefix, or, below sbt's own builds in tests, two. The totals
//! end the run; the list of failed suites that sbt adds judges when they name less than was read.

use regreen_case::{ContainerRole, Framework};

use super::jvm_stack::{MAX_TRACE_LINES, Owner, explain};
use super::scalatest_lines::{failed_title, scopes, unprefixed};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Scalatest,
    name: "scalatest",
    doc: "failed tests of all styles with their scopes, aborted suites, totals; below sbt, maven and gradle",
    triggers: &["*** FAILED ***", "xception encountered when attempting to run a suite"],
    parser: || Box::<Scalatest>::default(),
};

/// Lines after the totals in which sbt lists the suites.
const LIST_WITHIN: u64 = 60;

struct Failed {
    suite: String,
    title: String,
    indent: usize,
    prefixed: bool,
    at: u64,
    lines: Vec<String>,
}

#[derive(Default)]
struct Scalatest {
    failed: Vec<Failed>,
    open: bool,
    /// Failed tests by the totals, and where they stand.
    total: Option<(u64, u64)>,
    /// Suites that sbt lists.
    listed: Vec<String>,
    listing: bool,
}

impl Parser for Scalatest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let (prefixed, text) = unprefixed(line.text);
        if let Some((indent, title)) = failed_title(text) {
            self.flush_if_total(findings);
            self.test(line, prefixed, indent, title);
        } else if let Some((_, rest)) = text.split_once("attempting to run a suite with class name: ") {
            aborted(rest, line.number, findings);
        } else if self.open && self.message_line(prefixed, text) {
        } else if let Some(failed) = totals(text) {
            self.totals_line(failed, prefixed, line.number, findings);
        } else if self.total.is_some() {
            self.list_line(text, line.number, findings);
        }
    }

    fn is_awake(&self) -> bool {
        !self.failed.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(findings);
    }
}

impl Scalatest {
    fn test(&mut self, line: Line<'_>, prefixed: bool, indent: usize, title: &str) {
        self.open = false;
        if self.failed.len() >= MAX_TESTS {
            return;
        }
        let (suite, mut titles) = scopes(line, prefixed, indent);
        titles.push(title.to_owned());
        self.failed.push(Failed {
            suite: clip(&suite, 300),
            title: clip(&titles.join(" > "), 1000),
            indent,
            prefixed,
            at: line.number,
            lines: Vec::new(),
        });
        self.open = true;
    }

    /// Whether the line belongs to the last test's message.
    fn message_line(&mut self, prefixed: bool, text: &str) -> bool {
        let Some(failed) = self.failed.last_mut() else { return false };
        if prefixed != failed.prefixed {
            // Something else speaks in between.
            return false;
        }
        let inner = text.trim_start();
        let indent = text.len() - inner.len();
        if !inner.is_empty()
            && (indent <= failed.indent || inner.starts_with("- ") || inner.starts_with("+ "))
        {
            self.open = false;
            return false;
        }
        if failed.lines.len() < MAX_TRACE_LINES {
            failed.lines.push(clip(text.get(failed.indent + 2..).unwrap_or_default(), 1500));
        }
        true
    }

    fn totals_line(&mut self, failed: u64, prefixed: bool, at: u64, findings: &mut Findings) {
        self.open = false;
        self.failed.retain(|test| test.prefixed == prefixed);
        if failed == 0 {
            self.failed.clear();
        }
        self.total = Some((failed, at));
        if self.named() <= failed {
            self.flush(findings);
        }
    }

    fn list_line(&mut self, text: &str, at: u64, findings: &mut Findings) {
        if text.starts_with("Failed tests:") {
            self.listing = true;
        } else if self.listing && text.starts_with('\t') {
            if self.listed.len() < MAX_TESTS {
                self.listed.push(text.trim().to_owned());
            }
        } else if self.listing || self.total.is_some_and(|(_, total_at)| at > total_at + LIST_WITHIN) {
            self.flush(findings);
        }
    }

    fn named(&self) -> u64 {
        let mut ids: Vec<_> = self.failed.iter().map(|failed| (&failed.suite, &failed.title)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.len() as u64
    }

    fn flush_if_total(&mut self, findings: &mut Findings) {
        if self.total.is_some() {
            self.flush(findings);
        }
    }

    fn flush(&mut self, findings: &mut Findings) {
        let mut done = std::mem::take(self);
        if !done.listed.is_empty() {
            let is_listed = |test: &Failed| {
                test.suite.is_empty() || done.listed.iter().any(|suite| simple(suite) == simple(&test.suite))
            };
            done.failed.retain(is_listed);
        }
        if done.total.is_none() {
            // The run died. What stands below no suite is something else's.
            done.failed.retain(|test| !test.suite.is_empty() && test.prefixed);
        }
        if let Some((counted, at)) = done.total {
            findings.count(Count { framework: Framework::Scalatest, counted, named: done.named(), at });
        }
        for failed in &done.failed {
            findings.add(Framework::Scalatest, failed.found());
        }
    }
}

impl Failed {
    fn found(&self) -> Found {
        let id = match self.suite.as_str() {
            "" => self.title.clone(),
            suite => format!("{suite} > {}", self.title),
        };
        let mut found = Found { at: self.at, block: format!("{id}\n"), ..Found::default() };
        explain(&mut found, &self.lines, self.at + 1, &Owner { class: &self.suite, method: "" });
        if found.file.is_none()
            && let Some((file, line)) = self.lines.iter().find_map(|line| place(line))
        {
            (found.file, found.line) = (Some(file.to_owned()), Some(line));
        }
        found.place = found.place.or_else(|| found.file.clone());
        Found { id, ..found }
    }
}

/// `9.0 was not greater than 10 (CartTest.scala:73)`.
pub(super) fn place(line: &str) -> Option<(&str, u32)> {
    let (_, inner) = line.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let (file, line) = inner.rsplit_once(':')?;
    (file.contains('.') && !file.contains(' ')).then_some((file, line.parse().ok()?))
}

fn simple(class: &str) -> &str {
    class.rsplit('.').next().unwrap_or(class)
}

/// `Tests: succeeded 15, failed 1, canceled 0, ignored 0, pending 0`.
fn totals(text: &str) -> Option<u64> {
    let rest = text.strip_prefix("Tests: succeeded ")?;
    let (_, failed) = rest.split_once(", failed ")?;
    failed.split(',').next()?.trim().parse().ok()
}

/// `pkg.CartTest *** ABORTED ***`.
fn aborted(rest: &str, at: u64, findings: &mut Findings) {
    let id = rest.split(' ').next().unwrap_or_default().to_owned();
    let found = Found { id, at, role: Some(ContainerRole::Suite), ..Found::default() };
    findings.add(Framework::Scalatest, found);
}

#[cfg(test)]
#[path = "scalatest_tests.rs"]
mod tests;

//! Test frameworks below sbt that say a failed test in one line: JUnit through sbt's interface, MUnit,
//! and specs2.
//!
//! `[error] Test pkg.Class.method failed: message` of JUnit, `[error] ==> X pkg.Suite.title  0.1s message`
//! of MUnit, `[error]   x title` of specs2. sbt's totals follow. A build that runs within a test prints all
//! of it behind a second level, which makes it no failure.

use regreen_case::Framework;

use super::jvm_stack::{MAX_TRACE_LINES, Owner, explain, is_frame};
use super::sbt_lines::{Header, header, specs_titles, totals};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Junit,
    name: "sbt_test",
    doc: "JUnit, MUnit and specs2 below sbt: failed tests in one line, sbt's totals",
    triggers: &["[error] Test ", "[error] ==> X ", "[error] x ", "[error]  ", "[error] Failed: Total"],
    parser: || Box::<SbtTest>::default(),
};

struct Failed {
    id: String,
    class: String,
    method: String,
    at: u64,
    /// What the header says itself.
    message: String,
    lines: Vec<String>,
    specs: bool,
}

#[derive(Default)]
struct SbtTest {
    failed: Vec<Failed>,
    open: bool,
    /// specs2 confirms its examples by a count.
    confirmed: bool,
}

impl Parser for SbtTest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let Some(text) = line.text.strip_prefix("[error]") else {
            let inner = line.text.strip_prefix("[info]").unwrap_or_default();
            if counts_examples(inner) {
                self.confirmed = true;
            }
            self.open = self.open && line.text.is_empty();
            return;
        };
        let text = text.strip_prefix(' ').unwrap_or(text);
        if let Some(header) = header(text) {
            self.push(&header, line);
        } else if let Some(failed) = totals(text) {
            self.flush(Some((failed, line.number)), findings);
        } else if counts_examples(text) {
            (self.confirmed, self.open) = (true, false);
        } else if self.open {
            self.block_line(text);
        }
    }

    fn is_awake(&self) -> bool {
        !self.failed.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(None, findings);
    }
}

impl SbtTest {
    fn push(&mut self, header: &Header<'_>, line: Line<'_>) {
        self.open = self.failed.len() < MAX_TESTS;
        if !self.open {
            return;
        }
        let failed = match header {
            Header::Named { id, message } => {
                let plain = id.split(['(', '[']).next().unwrap_or(id).replace('#', ".");
                let (class, method) = plain.rsplit_once('.').unwrap_or((&plain, ""));
                Failed {
                    id: clip(id, 1000),
                    class: class.to_owned(),
                    method: method.to_owned(),
                    at: line.number,
                    message: clip(message, 1500),
                    lines: Vec::new(),
                    specs: false,
                }
            }
            Header::Example { indent, title } => {
                let mut titles = specs_titles(line, *indent);
                let class = titles.first().cloned().unwrap_or_default();
                titles.push((*title).to_owned());
                Failed {
                    id: clip(&titles.join(" > "), 1000),
                    class,
                    method: String::new(),
                    at: line.number,
                    message: String::new(),
                    lines: Vec::new(),
                    specs: true,
                }
            }
        };
        self.failed.push(failed);
    }

    fn block_line(&mut self, text: &str) {
        let Some(failed) = self.failed.last_mut() else { return };
        let ends = text.starts_with("Failed tests:") || text.starts_with('(') && text.contains(" / ");
        if ends || failed.lines.len() >= MAX_TRACE_LINES {
            self.open = false;
        } else {
            failed.lines.push(clip(text, 1500));
        }
    }

    fn flush(&mut self, total: Option<(u64, u64)>, findings: &mut Findings) {
        let mut done = std::mem::take(self);
        let confirmed = done.confirmed || total.is_some();
        done.failed.retain(|failed| !failed.specs || confirmed && !failed.lines.is_empty());
        if let Some((counted, at)) = total.filter(|_| !done.failed.is_empty()) {
            let named = done.failed.len() as u64;
            findings.count(Count { framework: Framework::Junit, counted, named, at });
        }
        for failed in &done.failed {
            findings.add(Framework::Junit, failed.found());
        }
    }
}

impl Failed {
    fn found(&self) -> Found {
        let mut found = Found { at: self.at, block: format!("{}\n", self.id), ..Found::default() };
        let owner = Owner { class: &self.class, method: &self.method };
        // MUnit names only the place and prints the source before the message.
        let source = self.message.split_once(": ").and_then(|(kind, place)| {
            let (file, line) = place.trim().rsplit_once(':')?;
            (kind.starts_with("munit.")).then_some((file.to_owned(), line.parse::<u32>().ok()?))
        });
        if let Some((file, line)) = source {
            let skip = self.lines.iter().position(|line| !is_source(line)).unwrap_or(0);
            explain(&mut found, &self.lines[skip..], self.at + 1 + skip as u64, &owner);
            found.kind = self.message.split(':').next().unwrap_or_default().to_owned();
            (found.file, found.line) = (Some(file), Some(line));
        } else if self.message.is_empty() {
            explain(&mut found, &self.lines, self.at + 1, &owner);
            let place = self.lines.first().and_then(|line| super::scalatest::place(line));
            if let Some((file, line)) = place.filter(|_| found.file.is_none()) {
                (found.file, found.line) = (Some(file.to_owned()), Some(line));
            }
        } else {
            let mut lines = vec![self.message.clone()];
            lines.extend(self.lines.iter().filter(|line| is_frame(line)).cloned());
            explain(&mut found, &lines, self.at, &owner);
        }
        Found { id: self.id.clone(), ..found }
    }
}

/// `12:  assertEquals(a, b)`, as MUnit shows the source.
fn is_source(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    line.trim().is_empty() || digits > 0 && line[digits..].starts_with(':')
}

/// `3 examples, 1 failure, 0 error`, of specs2.
fn counts_examples(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(|first: char| first.is_ascii_digit())
        && (text.contains(" examples, ") || text.contains(" example, "))
        && text.contains(" failure")
}

#[cfg(test)]
#[path = "sbt_test_tests.rs"]
mod tests;

//! Dart's and Flutter's test runner: `00:03 +1 -1: test/a_test.dart: group title [E]`.
//!
//! The compact reporter prints a line for every change, the expanded one for every test, and the one for
//! GitHub a cross; a failed test's line ends with `[E]`, and what it says stands below, indented. The number
//! behind the minus is the checksum.

use regreen_case::Framework;

use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::frame::{frame, location};
use crate::text::{clip, push_line};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::DartTest,
    name: "dart_test",
    doc: "failed tests of the compact, expanded and GitHub reporters, with their files, errors and traces",
    triggers: &["ome tests failed.", "\u{274c} "],
    parser: || Box::<DartTest>::default(),
};

/// Lines kept of one test.
const MAX_LINES: usize = 200;
/// Lines above the end of the run that may hold failed tests.
const MAX_ABOVE: usize = 6000;

struct Test {
    id: String,
    suite: Option<String>,
    at: u64,
    lines: Vec<(String, u64)>,
}

#[derive(Default)]
struct DartTest {
    tests: Vec<Test>,
    open: bool,
}

impl Parser for DartTest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let end = progress(line.text).filter(|progress| progress.rest == "Some tests failed.");
        if let Some(end) = end {
            // The lines of failed tests hold no word that wakes anybody.
            self.look_above(line);
            return self.close(Some((end.failed, line.number)), findings);
        }
        self.take(line.text, line.number);
    }

    fn is_awake(&self) -> bool {
        !self.tests.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.close(None, findings);
    }
}

impl DartTest {
    fn take(&mut self, text: &str, number: u64) {
        if let Some((id, suite)) = heading(text) {
            let known = self.tests.iter().any(|known| known.id == id && known.suite == suite);
            self.open = !known && self.tests.len() < MAX_TESTS;
            if self.open {
                self.tests.push(Test { id, suite, at: number, lines: Vec::new() });
            }
        } else if progress(text).is_some() {
            self.open = false;
        } else if self.open
            && let Some(test) = self.tests.last_mut()
        {
            self.open = text.is_empty() || text.starts_with("  ") || text.starts_with('\u{2550}');
            if self.open && test.lines.len() < MAX_LINES {
                test.lines.push((clip(text.strip_prefix("  ").unwrap_or(text), 2000), number));
            }
        }
    }

    fn look_above(&mut self, line: Line<'_>) {
        let above: Vec<String> =
            line.above.lines().take(MAX_ABOVE).map(std::borrow::Cow::into_owned).collect();
        for (distance, text) in above.iter().enumerate().rev() {
            self.take(text, line.number.saturating_sub(distance as u64 + 1));
        }
    }

    fn close(&mut self, counted: Option<(u64, u64)>, findings: &mut Findings) {
        let tests = std::mem::take(self).tests;
        if let Some((counted, at)) = counted {
            let named = tests.len() as u64;
            findings.count(Count { framework: Framework::DartTest, counted, named, at });
        }
        for test in tests {
            findings.add(Framework::DartTest, test.describe());
        }
    }
}

struct Progress<'a> {
    failed: u64,
    rest: &'a str,
}

/// `00:03 +1 ~2 -1: rest`.
fn progress(text: &str) -> Option<Progress<'_>> {
    let (clock, rest) = text.split_once(' ')?;
    let (minutes, seconds) = clock.split_once(':')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(minutes) || !digits(seconds) {
        return None;
    }
    let (counts, rest) = rest.split_once(": ")?;
    let mut failed = 0;
    for count in counts.split(' ') {
        let number = count.strip_prefix(['+', '~', '-'])?.parse().ok()?;
        if count.starts_with('-') {
            failed = number;
        }
    }
    Some(Progress { failed, rest: rest.trim_end() })
}

/// Title and file of a failed test.
fn heading(text: &str) -> Option<(String, Option<String>)> {
    let name = match text.strip_prefix("\u{274c} ") {
        Some(rest) => rest.trim_end().strip_suffix(" (failed)")?,
        None => progress(text).filter(|progress| progress.failed > 0)?.rest.strip_suffix(" [E]")?,
    };
    let (file, title) = match name.split_once(": ") {
        Some((file, title)) if file.ends_with(".dart") => (Some(file.to_owned()), title),
        _ => (None, name),
    };
    let loading = title.strip_prefix("loading ").filter(|_| file.is_none());
    let id = loading.unwrap_or(title);
    (!id.is_empty()).then(|| (clip(id, 1024), file))
}

impl Test {
    fn describe(self) -> Found {
        let told =
            self.lines.iter().position(|(line, _)| !line.trim().is_empty() && !line.starts_with('\u{2550}'));
        let mut message = String::new();
        if let Some(at) = told {
            let lines = self.lines[at..].iter().map(|(line, _)| line.as_str());
            let lines: Vec<&str> =
                lines.take_while(|line| !line.is_empty() && stack_frame(line).is_none()).collect();
            message = lines.join("\n");
        }
        let mut frames: Vec<_> = self.lines.iter().filter_map(|(line, _)| stack_frame(line)).collect();
        frames.reverse();
        let nearest = frames.iter().rev().find(|frame| frame.project);
        let (file, line) = match nearest {
            Some(frame) => (Some(frame.file.clone()), Some(frame.line)),
            None => (self.suite.clone(), None),
        };
        let mut block = format!("{}\n", self.id);
        for (line, _) in &self.lines {
            push_line(&mut block, line, 5000);
        }
        let cause_at = told.map_or(0, |at| self.lines[at].1);
        let (id, suite, at) = (self.id, self.suite, self.at);
        Found { id, suite, file, line, message, frames, at, cause_at, block, ..Found::default() }
    }
}

/// `test/a_test.dart 12:5  main.<fn>`, `package:test_api  expect`.
fn stack_frame(text: &str) -> Option<regreen_case::Frame> {
    let mut words = text.split_whitespace();
    let (file, place) = (words.next()?, words.next()?);
    if !file.ends_with(".dart") {
        return None;
    }
    let place = format!("{file}:{place}");
    let (file, line) = location(&place)?;
    let function = words.collect::<Vec<_>>().join(" ");
    let mut frame = frame(file, line, Some(function.as_str()).filter(|function| !function.is_empty()));
    let library = ["package:test_api/", "package:flutter_test/", "package:matcher/", "dart:"];
    frame.project &= !library.iter().any(|start| file.starts_with(start));
    Some(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_and_headings() {
        assert_eq!(
            heading("00:03 +1 -1: test/a_test.dart: sums adds [E]"),
            Some(("sums adds".to_owned(), Some("test/a_test.dart".to_owned())))
        );
        assert_eq!(heading("00:03 +1 ~2 -1: adds [E]"), Some(("adds".to_owned(), None)));
        assert_eq!(heading("00:03 +1: adds [E]"), None);
        assert_eq!(
            heading("\u{274c} test/a_test.dart: sums adds (failed)").map(|(id, _)| id),
            Some("sums adds".to_owned())
        );
        assert!(progress("00:03 +1 -1: Some tests failed.").is_some());
        assert!(progress("12:30 lunch: yes").is_none());
    }
}

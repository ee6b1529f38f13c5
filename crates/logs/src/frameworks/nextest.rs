//! cargo-nextest, which runs each test of Rust's harness in a process of its own.
//!
//! A test is named by its last status (an earlier attempt of a test that passes in the end does not count) and
//! again in the list below the summary, whose number is the checksum. The output stands below the status,
//! below headers of its own in older versions, or above the status when nothing is captured. What a test
//! prints is indented, so that a status it prints does not stand in the column of statuses; where it is not,
//! the list below the summary decides.

use std::collections::HashMap;

use regreen_case::Framework;

use super::cargo_block::{Block, read};
use super::cargo_target::binary_id_target;
use super::nextest_lines::{Outcome, output_header, status, summary};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::{clip, push_line};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::CargoTest,
    name: "nextest",
    doc: "statuses, attempts, timeouts, signals, leaks, flaky tests, output of all versions, the summary as checksum",
    triggers: &["FAIL [", " tests run: ", " failed, ", " failed (", " timed out, "],
    parser: || Box::<Nextest>::default(),
};

/// Lines kept of one test.
const MAX_LINES: usize = 600;
/// Bytes kept of all tests.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Lines above the first failure that may hold the beginning of the run.
const MAX_ABOVE: usize = 2000;

/// A test that did not pass at least once.
struct Test {
    binary: String,
    name: String,
    /// Outcome of the last attempt.
    outcome: Outcome,
    /// Its first failed status.
    at: u64,
    status: String,
    lines: Vec<String>,
    numbers: Vec<u64>,
    /// Attempts whose output was seen: the first one explains.
    attempts: u32,
}

#[derive(Default)]
struct Nextest {
    awake: bool,
    tests: Vec<Test>,
    index: HashMap<(String, String), usize>,
    /// Test whose output is being read.
    current: Option<usize>,
    bytes: usize,
    /// Failures by the last summary, its line, and the tests listed below it.
    summary: Option<(u64, u64, Vec<usize>)>,
}

impl Parser for Nextest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        if !self.awake {
            let begins = status(line.text).is_some_and(|status| status.outcome != Outcome::Passed)
                || summary(line.text).is_some();
            if !begins {
                return;
            }
            self.awake = true;
            self.catch_up(line);
        }
        self.take(line.text, line.number, findings);
    }

    fn is_awake(&self) -> bool {
        self.awake
    }

    fn end(&mut self, findings: &mut Findings) {
        self.close(findings);
    }
}

impl Nextest {
    /// The run began above: a test that crashed or ran out of time there has no word that wakes anybody.
    fn catch_up(&mut self, line: Line<'_>) {
        let mut lines: Vec<String> = Vec::new();
        for above in line.above.lines().take(MAX_ABOVE) {
            let text = above.trim_start();
            if text.starts_with("Nextest run ID ")
                || (text.starts_with("Starting ") && text.contains(" test"))
            {
                for (distance, text) in lines.iter().enumerate().rev() {
                    let number = line.number.saturating_sub(distance as u64 + 1);
                    self.take(text, number, &mut Findings::default());
                }
                return;
            }
            lines.push(above.into_owned());
        }
    }

    fn take(&mut self, text: &str, number: u64, findings: &mut Findings) {
        if let Some(found) = status(text) {
            let at = self.test(found.binary, found.test, text, number);
            return self.status(at, found.outcome, text, number);
        }
        if let Some(failed) = summary(text) {
            self.current = None;
            self.summary = Some((failed, number, Vec::new()));
            if failed == 0 {
                // Whatever a test prints later wakes it again.
                self.awake = false;
            }
            return;
        }
        if text.starts_with("error: test run failed") && self.summary.is_some() {
            return self.close(findings);
        }
        if let Some((binary, test)) = output_header(text) {
            self.current = self.test(binary, test, text, number);
            return;
        }
        if text.starts_with("------------") || text.starts_with("────────────") || is_cancelling(text)
        {
            self.current = None;
            return;
        }
        self.keep(text, number);
    }

    /// Position of a test.
    fn test(&mut self, binary: &str, name: &str, status: &str, at: u64) -> Option<usize> {
        let key = (binary.to_owned(), name.to_owned());
        if let Some(known) = self.index.get(&key) {
            return Some(*known);
        }
        if self.tests.len() >= 4 * MAX_TESTS {
            return None;
        }
        self.index.insert(key, self.tests.len());
        self.tests.push(Test {
            binary: binary.to_owned(),
            name: name.to_owned(),
            outcome: Outcome::Progress,
            at,
            status: clip(status.trim(), 500),
            lines: Vec::new(),
            numbers: Vec::new(),
            attempts: 0,
        });
        Some(self.tests.len() - 1)
    }

    fn status(&mut self, at: Option<usize>, outcome: Outcome, text: &str, number: u64) {
        self.current = None;
        let Some(index) = at else { return };
        let test = &mut self.tests[index];
        if outcome == Outcome::Progress {
            self.current = at;
            return;
        }
        if let Some((_, _, list)) = &mut self.summary
            && outcome != Outcome::Passed
            && !list.contains(&index)
        {
            list.push(index);
        }
        if outcome != Outcome::Passed {
            if matches!(test.outcome, Outcome::Progress | Outcome::Passed) {
                test.at = number;
                test.status = clip(text.trim(), 500);
            }
            // Repeats, and further attempts, say the same again.
            test.attempts += 1;
            self.current = at.filter(|_| test.attempts == 1 || test.lines.is_empty());
        }
        test.outcome = outcome;
        if outcome == Outcome::Passed {
            self.bytes = self.bytes.saturating_sub(test.lines.iter().map(String::len).sum());
            test.lines.clear();
            test.numbers.clear();
        }
    }

    fn keep(&mut self, text: &str, number: u64) {
        let Some(test) = self.current.and_then(|at| self.tests.get_mut(at)) else { return };
        if test.lines.len() < MAX_LINES && self.bytes < MAX_BYTES {
            let text = clip(text.strip_prefix("    ").unwrap_or(text), 2000);
            self.bytes += text.len();
            test.lines.push(text);
            test.numbers.push(number);
        }
    }

    fn close(&mut self, findings: &mut Findings) {
        let done = std::mem::take(self);
        let failed = |test: &Test| !matches!(test.outcome, Outcome::Passed | Outcome::Progress);
        let mut chosen: Vec<usize> = (0..done.tests.len()).filter(|at| failed(&done.tests[*at])).collect();
        if let Some((counted, at, list)) = done.summary {
            if list.len() as u64 == counted || (!list.is_empty() && chosen.len() as u64 != counted) {
                chosen = list;
                chosen.sort_unstable();
            }
            if counted == 0 {
                chosen.clear();
            } else {
                let named = chosen.len() as u64;
                findings.count(Count { framework: Framework::CargoTest, counted, named, at });
            }
        }
        for at in chosen {
            findings.add(Framework::CargoTest, done.tests[at].describe());
        }
    }
}

impl Test {
    fn describe(&self) -> Found {
        let Block { mut kind, mut message, explained, at, frames, place } = read(&self.name, &self.lines);
        let mut cause_at = explained.and_then(|at| self.numbers.get(at)).copied().unwrap_or(self.at);
        let overflow =
            |line: &String| line.starts_with("thread '") && line.contains("has overflowed its stack");
        if kind.is_empty() {
            let verdict = |line: &String| line.starts_with("(test ") && line.ends_with(')');
            let found = self.lines.iter().position(overflow).or_else(|| self.lines.iter().rposition(verdict));
            message = found.map_or_else(|| self.status.clone(), |at| self.lines[at].clone());
            cause_at = found.map_or(self.at, |at| self.numbers[at]);
        }
        match self.outcome {
            Outcome::TimedOut => "timeout".clone_into(&mut kind),
            Outcome::Crashed => "crash".clone_into(&mut kind),
            _ => {}
        }
        let mut block = format!("{}\n", self.status);
        for line in &self.lines {
            push_line(&mut block, line, 5000);
        }
        let (file, line) = at.map_or((None, None), |(file, line)| (Some(file), Some(line)));
        Found {
            id: self.name.clone(),
            suite: Some(binary_id_target(&self.binary)),
            file,
            line,
            kind,
            message,
            frames,
            place,
            at: self.at,
            cause_at,
            block,
            role: None,
        }
    }
}

fn is_cancelling(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("Cancel") && text.contains("ing due to ")
}

#[cfg(test)]
#[path = "nextest_tests.rs"]
mod tests;

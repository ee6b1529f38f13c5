//! ctest.
//!
//! The list below `N% tests passed, M tests failed` names the tests and M is the checksum; tests that are
//! retried until they pass, that are meant to fail, skipped or disabled are not on it. What a failed test
//! printed stands below its result. Where a framework whose output can be read ran in it and named failed
//! tests, those are the tests, and the one of ctest is the suite around them; where ctest's retry passed,
//! what failed before is taken back. Output that looks like a summary has no time below it.

use regreen_case::{ContainerRole, Framework};

use super::kept::Kept;
use super::processes::{explaining, is_boundary};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Ctest,
    name: "ctest",
    doc: "results and the list of failed tests, timeouts, crashes, retries, suites of inner frameworks",
    triggers: &["***Failed", "***Exception", "***Timeout", " tests failed out of ", " test failed out of "],
    parser: || Box::<Ctest>::default(),
};

/// Lines of output kept of all tests together.
const MOST_LINES: usize = 20_000;

/// One result.
#[derive(Default)]
struct Result {
    number: u32,
    name: String,
    text: String,
    at: u64,
    /// The result before it, or the beginning: with `-V` the output stands between.
    after: u64,
    /// Where its output ends.
    until: u64,
    output: Kept,
}

#[derive(Default, PartialEq, Eq, Clone, Copy)]
enum State {
    #[default]
    Idle,
    /// Below the result of a failed test.
    Output,
    /// Below the percentage: how many lines of patience are left.
    Percentage(u32),
    /// The time was printed.
    Summary(u32),
    List,
}

#[derive(Default)]
struct Ctest {
    state: State,
    results: Vec<Result>,
    kept: usize,
    last: u64,
    failed: u64,
    at: u64,
    /// Number, name and reason of the listed.
    list: Vec<(u32, String, String, u64)>,
}

impl Parser for Ctest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        if self.state == State::List {
            if self.listed(line) {
                return;
            }
            self.close(findings);
        }
        let text = line.text;
        if let Some(failed) = percentage(text) {
            self.close_output(line.number);
            (self.failed, self.at) = (failed, line.number);
            self.state = State::Percentage(60);
        } else if let State::Percentage(left) = self.state {
            self.state = if text.starts_with("Total Test time (real) =") {
                State::Summary(4000)
            } else if left == 0 || text.starts_with("The following tests FAILED") {
                State::Idle
            } else {
                State::Percentage(left - 1)
            };
        } else if let State::Summary(left) = self.state {
            if text.starts_with("The following tests FAILED:") {
                self.state = State::List;
            } else if left == 0 || self.failed == 0 {
                self.close(findings);
            } else {
                self.state = State::Summary(left - 1);
            }
        } else if super::processes::ctest_result(text).is_some() {
            self.result(line);
        } else if self.state == State::Output {
            self.output_line(line);
        }
    }

    fn is_awake(&self) -> bool {
        self.state != State::Idle
    }

    fn end(&mut self, findings: &mut Findings) {
        self.close(findings);
    }
}

impl Ctest {
    fn result(&mut self, line: Line<'_>) {
        self.close_output(line.number);
        let Some((number, rest)) = super::processes::ctest_result(line.text) else { return };
        let Some((name, text)) = split_result(rest) else { return };
        let failed =
            text.contains("***Failed") || text.contains("***Exception") || text.contains("***Timeout");
        if failed && self.results.len() < MAX_TESTS {
            self.results.push(Result {
                number,
                name: name.to_owned(),
                text: text.to_owned(),
                at: line.number,
                after: self.last,
                until: line.number,
                output: Kept::default(),
            });
            self.state = State::Output;
        }
        self.last = line.number;
    }

    fn output_line(&mut self, line: Line<'_>) {
        if is_boundary(line.text) {
            self.close_output(line.number);
        } else if let Some(result) = self.results.last_mut() {
            result.until = line.number;
            if self.kept < MOST_LINES {
                result.output.push(line);
                self.kept += 1;
            }
        }
    }

    fn close_output(&mut self, at: u64) {
        if self.state == State::Output {
            self.state = State::Idle;
            self.last = at;
        }
    }

    /// `  3 - name (Failed)`. `false` where the list is over.
    fn listed(&mut self, line: Line<'_>) -> bool {
        let Some((number, rest)) = line.text.trim_start().split_once(" - ") else { return false };
        let Ok(number) = number.parse() else { return false };
        let Some((name, reason)) = split_reason(rest) else { return false };
        if self.list.len() < MAX_TESTS {
            self.list.push((number, name.to_owned(), reason.to_owned(), line.number));
        }
        true
    }

    /// The run is over.
    fn close(&mut self, findings: &mut Findings) {
        let run = std::mem::take(self);
        if run.list.is_empty() {
            // Cut off before the list.
            for result in run.results.iter().filter(|_| run.at == 0) {
                add(result, &result.name, "", result.at, findings);
            }
            if run.at != 0 && run.failed == 0 {
                for result in &run.results {
                    take_back(result, findings);
                }
            }
            return;
        }
        for result in &run.results {
            if !run.list.iter().any(|(number, ..)| *number == result.number) {
                take_back(result, findings);
            }
        }
        let none = Result::default();
        for (number, name, reason, at) in &run.list {
            let of = |result: &&Result| result.number == *number;
            let result = run.results.iter().rfind(of).unwrap_or(&none);
            add(result, name, reason, *at, findings);
        }
        let named = run.list.len() as u64;
        findings.count(Count { framework: Framework::Ctest, counted: run.failed, named, at: run.at });
    }
}

/// Whether a finding was made in the output of a test.
fn is_inside(result: &Result, at: u64) -> bool {
    let below = at > result.at && at <= result.until;
    // With `-V` the output comes first, and nothing below.
    let above = result.output.is_empty() && at > result.after && at < result.at;
    result.at != 0 && (below || above)
}

/// A retry passed: what failed inside does not count.
fn take_back(result: &Result, findings: &mut Findings) {
    let inside: Vec<_> = findings
        .tests
        .iter()
        .filter(|(framework, found)| *framework != Framework::Ctest && is_inside(result, found.at))
        .map(|(framework, found)| (*framework, found.id.clone(), found.suite.clone()))
        .collect();
    for (framework, id, suite) in inside {
        findings.retract(framework, &id, suite.as_deref());
    }
}

fn add(result: &Result, name: &str, reason: &str, at: u64, findings: &mut Findings) {
    let has_tests = findings.tests.iter().any(|(framework, found)| {
        *framework != Framework::Ctest && found.role.is_none() && is_inside(result, found.at)
    });
    let told = if reason.is_empty() { result.text.as_str() } else { reason };
    let mut found = Found {
        id: name.to_owned(),
        kind: kind(told).to_owned(),
        message: told.trim_matches(['*', ' ']).to_owned(),
        at: if result.at == 0 { at } else { result.at },
        block: result.output.block(&format!("{name}: {told}")),
        role: has_tests.then_some(ContainerRole::Suite),
        ..Found::default()
    };
    if let Some(nth) = explaining(&result.output) {
        found.message = result.output.message(nth, |text| !text.is_empty());
        found.cause_at = result.output.number(nth);
    }
    findings.add(Framework::Ctest, found);
}

fn kind(reason: &str) -> &'static str {
    if reason.contains("Timeout") {
        "timeout"
    } else if reason.contains("SEGFAULT") || reason.contains("Exception") || reason.contains("abort") {
        "crash"
    } else if reason.contains("Not Run") {
        "not run"
    } else {
        ""
    }
}

/// M of `83% tests passed, 2 tests failed out of 12`.
fn percentage(text: &str) -> Option<u64> {
    let (percent, rest) = text.split_once("% tests passed, ")?;
    percent.parse::<u32>().ok()?;
    let (failed, rest) = rest.split_once(' ')?;
    rest.contains("failed out of ").then(|| failed.parse().ok()).flatten()
}

/// Name and result of `name ....***Failed    0.01 sec`.
fn split_result(rest: &str) -> Option<(&str, &str)> {
    let end = rest.find("***").or_else(|| rest.rfind("   Passed"))?;
    let dots = rest[..end].rfind(" ..")?;
    Some((rest[..dots].trim_end(), rest[dots..].trim_start_matches([' ', '.'])))
}

/// Name and reason of `name (Failed)`, with labels behind it in new versions.
fn split_reason(rest: &str) -> Option<(&str, &str)> {
    let rest = rest.trim_end();
    let closed = match rest.rfind(")  ") {
        Some(at) if !rest.ends_with(')') => &rest[..=at],
        _ => rest,
    };
    let (name, reason) = closed.strip_suffix(')')?.rsplit_once(" (")?;
    Some((name, reason))
}

#[cfg(test)]
#[path = "ctest_tests.rs"]
mod tests;

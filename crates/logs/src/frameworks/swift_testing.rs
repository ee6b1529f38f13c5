//! Swift Testing, which prints beside XCTest under `swift test`: a cross, the test, and the issues it recorded.

use regreen_case::{ContainerRole, Framework};

use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::frame::{frame, location};
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::SwiftTesting,
    name: "swift_testing",
    doc: "failed tests with the issues they recorded, titles, arguments, suites as containers",
    triggers: &["\u{2718} Test ", "\u{2718} Suite "],
    parser: || Box::<SwiftTesting>::default(),
};

/// The first issue of a test.
struct Issue {
    name: String,
    message: String,
    place: Option<(String, u32)>,
    at: u64,
}

#[derive(Default)]
struct SwiftTesting {
    issues: Vec<Issue>,
}

impl Parser for SwiftTesting {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let Some(rest) = line.text.strip_prefix("\u{2718} ") else { return };
        if let Some(name) = rest.strip_prefix("Suite ").and_then(failed) {
            let (id, role) = (unquoted(name), Some(ContainerRole::Suite));
            findings.add(Framework::SwiftTesting, Found { id, at: line.number, role, ..Found::default() });
        } else if let Some(rest) = rest.strip_prefix("Test ") {
            if let Some(issue) = issue(rest, line.number) {
                if self.issues.len() < MAX_TESTS && !self.issues.iter().any(|known| known.name == issue.name)
                {
                    self.issues.push(issue);
                }
            } else if let Some(name) = failed(rest).filter(|name| !is_run(name)) {
                self.fail(name, line.number, findings);
            }
        }
    }

    fn is_awake(&self) -> bool {
        false
    }

    fn end(&mut self, findings: &mut Findings) {
        // The log ended before the results.
        for issue in std::mem::take(&mut self.issues) {
            findings.add(Framework::SwiftTesting, issue.describe());
        }
    }
}

impl SwiftTesting {
    fn fail(&mut self, name: &str, at: u64, findings: &mut Findings) {
        let id = unquoted(name);
        let issue = self.issues.iter().position(|issue| issue.name == id).map(|at| self.issues.remove(at));
        let found = match issue {
            Some(issue) => issue.describe(),
            None => Found { id, at, ..Found::default() },
        };
        findings.add(Framework::SwiftTesting, found);
    }
}

/// `run with 3 tests in 1 suite` and `case passing 1 argument n to name()` are no tests.
fn is_run(name: &str) -> bool {
    name.starts_with("run with ") || name == "run" || name.starts_with("case passing ")
}

/// Name in `name failed after 0.001 seconds with 1 issue.`
fn failed(rest: &str) -> Option<&str> {
    let (name, rest) = rest.rsplit_once(" failed after ")?;
    // A test with arguments also tells how many cases it had.
    let name = match name.rsplit_once(" with ") {
        Some((short, cases)) if cases.ends_with(" test cases") || cases.ends_with(" test case") => short,
        _ => name,
    };
    rest.contains(" second").then_some(name)
}

/// `name recorded an issue with 1 argument n → 3 at File.swift:8:5: Expectation failed: …`
fn issue(rest: &str, at: u64) -> Option<Issue> {
    let (name, rest) = rest.split_once(" recorded an issue")?;
    let (place, message) = match rest.split_once(" at ") {
        Some((_, rest)) => {
            let (place, message) = rest.split_once(": ").unwrap_or((rest, ""));
            (location(place).map(|(file, line)| (file.to_owned(), line)), message)
        }
        None => (None, rest.split_once(": ").map_or(rest, |(_, message)| message)),
    };
    Some(Issue { name: unquoted(name), message: clip(message, 2000), place, at })
}

/// Titles stand in quotes, functions do not.
fn unquoted(name: &str) -> String {
    name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name).to_owned()
}

impl Issue {
    fn describe(self) -> Found {
        let frames = self.place.iter().map(|(file, line)| frame(file, *line, None)).collect();
        let (file, line) = self.place.map_or((None, None), |(file, line)| (Some(file), Some(line)));
        let block = format!("{}\n{}\n", self.name, self.message);
        let (id, message, at) = (self.name, self.message, self.at);
        Found { id, file, line, message, frames, at, cause_at: at, block, ..Found::default() }
    }
}

//! Catch2, versions 2 and 3, console reporter.
//!
//! Above the first failed assertion of a test case stands a box with its name, its sections and its
//! place; the totals at the end are the checksum. A test can print boxes and totals of its own: totals
//! that are followed by a box without the banner of a new run were such, and the failures they count are
//! taken back. The id is the name of the test case; sections are left out.

use regreen_case::Framework;

use super::catch2_block::{assertion, described, header, is_fatal, totals};
use super::kept::Kept;
use super::processes::is_boundary;
use super::{Entry, Findings, Line, MAX_TESTS, Parser};
use crate::findings::Count;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Catch2,
    name: "catch2",
    doc: "failed assertions below the box of their test case, sections, crashes, wrapped names",
    triggers: &[": FAILED:", "): FAILED", "failed as expected", " failed"],
    parser: || Box::<Catch2>::default(),
};

/// A failed test case.
#[derive(Debug, Default, Clone)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) file: String,
    pub(super) line: Option<u32>,
    pub(super) at: u64,
    pub(super) lines: Kept,
    pub(super) fatal: bool,
}

#[derive(Default)]
struct Catch2 {
    cases: Vec<Case>,
    /// Lines of an assertion come.
    open: bool,
    /// Totals were seen: failed cases, and how many of them were expected to fail.
    totals: Option<(u64, u64)>,
}

impl Parser for Catch2 {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(place) = assertion(text) {
            self.assertion(place, line, findings);
        } else if let Some(counts) = totals(text) {
            self.counted(counts, line);
        } else if is_boundary(text) {
            self.close(findings);
        } else if self.open && text.len() > 70 && text.bytes().all(|byte| byte == b'=' || byte == b'-') {
            self.open = false;
        } else if self.open
            && let Some(case) = self.cases.last_mut()
        {
            case.fatal |= is_fatal(text);
            case.lines.push(line);
            self.open = case.lines.len() < 290;
        }
    }

    fn is_awake(&self) -> bool {
        self.open
    }

    fn end(&mut self, findings: &mut Findings) {
        self.close(findings);
    }
}

impl Catch2 {
    fn assertion(&mut self, place: (&str, u32), line: Line<'_>, findings: &mut Findings) {
        if let Some((name, begins)) = header(line.above) {
            if begins {
                self.close(findings);
            } else if self.cases.is_empty() {
                // A run prints its banner above the first box: a test printed this one.
                return;
            } else if let Some((failed, _)) = self.totals.take() {
                // No new run has begun: a test printed these totals, and what they count.
                let real = self.cases.len().saturating_sub(failed as usize);
                self.cases.truncate(real);
            }
            if self.cases.last().is_none_or(|last| last.name != name) && self.cases.len() < MAX_TESTS {
                let (file, number) = (place.0.to_owned(), Some(place.1));
                self.cases.push(Case { name, file, line: number, at: line.number, ..Case::default() });
            }
        }
        if self.totals.is_none()
            && let Some(case) = self.cases.last_mut()
        {
            case.lines.push(line);
            self.open = true;
        }
    }

    fn counted(&mut self, counts: (u64, u64), line: Line<'_>) {
        self.open = false;
        let ruled = line.above.lines().next().is_some_and(|above| above.starts_with("====="));
        if ruled && !self.cases.is_empty() {
            self.totals = Some(counts);
        }
    }

    /// The run is over.
    fn close(&mut self, findings: &mut Findings) {
        let run = std::mem::take(self);
        // A case can come back with another section.
        let mut cases: Vec<Case> = Vec::new();
        for case in run.cases {
            if !cases.iter().any(|known| known.name == case.name) {
                cases.push(case);
            }
        }
        if let Some((failed, expected)) = run.totals {
            drop_expected(&mut cases, failed as usize, expected as usize);
            drop_strangers(&mut cases, failed as usize + expected as usize);
            let named = cases.len() as u64;
            findings.count(Count { framework: Framework::Catch2, counted: failed, named, at: 0 });
        }
        for case in &cases {
            findings.add(Framework::Catch2, described(case));
        }
    }
}

/// Of the cases that were expected to fail the report only says how many: their names mostly say it too.
fn drop_expected(cases: &mut Vec<Case>, failed: usize, expected: usize) {
    const HINTS: &[&str] =
        &["should fail", "shouldfail", "expected", "may fail", "mayfail", "known", "xfail"];
    let mut left = expected.min(cases.len().saturating_sub(failed.saturating_sub(1)));
    for hint in HINTS {
        cases.retain(|case| {
            let drop = left > 0 && case.name.to_lowercase().contains(hint);
            left -= usize::from(drop);
            !drop
        });
    }
}

/// More cases than the totals count: those were printed whose file no other case shares.
fn drop_strangers(cases: &mut Vec<Case>, most: usize) {
    while cases.len() > most {
        let shared = |case: &Case| cases.iter().filter(|other| other.file == case.file).count();
        let Some(at) = (0..cases.len()).rev().min_by_key(|at| shared(&cases[*at])) else { return };
        cases.remove(at);
    }
}

#[cfg(test)]
#[path = "catch2_tests.rs"]
mod tests;

//! Boost.Test.
//!
//! `a.cpp(12): error: in "suite/case": …` names the test case; before 1.59 it was `error in "case": …`.
//! The number of failures at the end is the checksum: it counts assertions. A run begins with its number
//! of test cases, so totals inside one were printed by a test, with the failures they count.

use std::collections::{HashMap, HashSet};

use regreen_case::Framework;

use super::kept::Kept;
use super::processes::is_boundary;
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::frame::{file_name, frame, location};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::BoostTest,
    name: "boost_test",
    doc: "failed checks and fatal errors of Boost.Test, nested suites, data sets, old versions",
    triggers: &[
        "error: in \"",
        "error in \"",
        "failures detected in",
        "failure detected in",
        "failures are detected",
        "failure is detected",
        "No errors detected",
        "unning ",
    ],
    parser: || Box::<BoostTest>::default(),
};

/// One failed check.
struct Failure {
    name: String,
    file: String,
    line: u32,
    fatal: bool,
    at: u64,
    lines: Kept,
}

#[derive(Default)]
struct BoostTest {
    failures: Vec<Failure>,
    open: bool,
    /// Totals: failures, and expected ones.
    totals: Option<(u64, u64)>,
}

impl Parser for BoostTest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(failure) = failure(text, line.number) {
            if let Some((counted, _)) = self.totals.take() {
                let real = self.failures.len().saturating_sub(counted as usize);
                self.failures.truncate(real);
            }
            if self.failures.len() < MAX_TESTS * 4 {
                self.failures.push(failure);
                self.open = true;
            }
        } else if let Some(counts) = totals(text) {
            self.totals = Some(counts);
            self.open = false;
        } else if is_start(text) || is_boundary(text) {
            self.close(findings);
        } else if text.starts_with("*** No errors detected") {
            // Whatever failed was printed.
            *self = BoostTest::default();
        }
        if self.open
            && let Some(last) = self.failures.last_mut()
        {
            last.lines.push(line);
            let context = text.starts_with("    ") || text.starts_with("Failure occurred in");
            self.open = last.lines.len() == 1 || context || text.contains("last checkpoint");
        }
    }

    fn is_awake(&self) -> bool {
        self.open
    }

    fn end(&mut self, findings: &mut Findings) {
        self.close(findings);
    }
}

impl BoostTest {
    fn close(&mut self, findings: &mut Findings) {
        let mut run = std::mem::take(self);
        let counted = run.totals.unwrap_or((u64::MAX, 0));
        let surplus = run.failures.len().saturating_sub(usize::try_from(counted.0).unwrap_or(usize::MAX));
        drop_strangers(&mut run.failures, surplus);
        let mut expected = counted.1;
        for failure in &run.failures {
            let name = failure.name.to_lowercase();
            let hinted = ["expect", "should_fail", "xfail", "known"].iter().any(|hint| name.contains(hint));
            if expected > 0 && hinted && !failure.fatal {
                expected -= 1;
                continue;
            }
            findings.add(Framework::BoostTest, described(failure));
        }
    }
}

/// More failures than were counted: some were printed. Those of files that few others name go first, later
/// ones before earlier ones.
fn drop_strangers(failures: &mut Vec<Failure>, surplus: usize) {
    let mut shared: HashMap<&str, usize> = HashMap::new();
    for failure in failures.iter().filter(|failure| failure.line != 0) {
        *shared.entry(&failure.file).or_default() += 1;
    }
    let mut places: Vec<usize> = (0..failures.len()).rev().filter(|at| failures[*at].line != 0).collect();
    places.sort_by_key(|at| shared.get(failures[*at].file.as_str()).copied().unwrap_or_default());
    let gone: HashSet<usize> = places.into_iter().take(surplus).collect();
    let mut at = 0;
    failures.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
}

/// `Running 3 test cases...`
fn is_start(text: &str) -> bool {
    text.starts_with("Running ") && (text.contains(" test case") && text.ends_with("..."))
}

/// `a.cpp(12): error: in "suite/case": check x has failed`.
fn failure(text: &str, at: u64) -> Option<Failure> {
    let mark = text.find("error: in \"").or_else(|| text.find("error in \""))?;
    let fatal = text[..mark].ends_with("fatal ");
    let place = text[..mark].trim_end_matches("fatal ").trim_end().strip_suffix(':')?;
    let (file, line) = match place.strip_suffix(')').and_then(|place| place.rsplit_once('(')) {
        Some((file, line)) => (file, line.parse().ok()?),
        None => location(place)?,
    };
    let name = text[mark..].split_once('"')?.1;
    let name = &name[..name.find("\": ").or_else(|| name.rfind('"'))?];
    let file = file.to_owned();
    Some(Failure { name: name.to_owned(), file, line, fatal, at, lines: Kept::default() })
}

/// Failures, and expected ones, of `*** 3 failures are detected (1 failure is expected) in the test module "x"`.
fn totals(text: &str) -> Option<(u64, u64)> {
    let rest = text.strip_prefix("*** ")?;
    let counted = rest.split(' ').next()?.parse().ok()?;
    if !rest.contains(" detected") {
        return None;
    }
    let expected = rest.split_once('(').and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
    Some((counted, expected.unwrap_or(0)))
}

fn described(failure: &Failure) -> Found {
    let lines = &failure.lines;
    let mut place = (failure.line > 0).then(|| (failure.file.clone(), failure.line));
    if place.is_none() {
        place = lines.texts().find_map(|text| {
            let (place, _) = text.split_once("): last checkpoint")?;
            let (file, line) = place.rsplit_once('(')?;
            Some((file.to_owned(), line.parse().ok()?))
        });
    }
    let text = lines.text(0);
    let kind = if text.contains("memory access violation") || text.contains("signal: SIG") {
        if text.contains("timeout") { "timeout" } else { "crash" }
    } else if failure.fatal && failure.line == 0 {
        "exception"
    } else {
        ""
    };
    Found {
        id: failure.name.clone(),
        place: place.as_ref().map(|(file, _)| file_name(file).to_owned()),
        frames: place.iter().map(|(file, line)| frame(file, *line, None)).collect(),
        file: place.as_ref().map(|(file, _)| file.clone()),
        line: place.map(|(_, line)| line),
        kind: kind.to_owned(),
        message: lines.message(0, |_| true),
        block: lines.block(&failure.name),
        at: failure.at,
        ..Found::default()
    }
}

#[cfg(test)]
mod tests {
    fn ids(text: &str) -> Vec<String> {
        crate::extract(text.as_bytes(), "x.log").unwrap().tests.into_iter().map(|test| test.id).collect()
    }

    #[test]
    fn old_versions_name_the_case_alone() {
        let text = "Running 2 test cases...\nt.cpp(9): error in \"adds\": check a == 3 failed [2 != 3]\nunknown location(0): fatal error in \"throws\": std::exception: boom\nt.cpp(12): last checkpoint\n\n*** 2 failures detected in test suite \"Master Test Suite\"\n";
        assert_eq!(ids(text), ["adds", "throws"]);
    }

    #[test]
    fn printed_failures_are_taken_back() {
        let text = "Running 2 test cases...\nfake.cpp(3): error: in \"ghost/case\": no\n\n*** 1 failure is detected in the test module \"ghost\"\nt.cpp(9): error: in \"s/b\": check\n\n*** 1 failure is detected in the test module \"m\"\n";
        assert_eq!(ids(text), ["s/b"]);
        let green =
            "Running 2 test cases...\nfake.cpp(3): error: in \"ghost/case\": no\n\n*** No errors detected\n";
        assert_eq!(ids(green), [""; 0]);
    }
}

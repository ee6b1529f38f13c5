//! doctest (C++).
//!
//! Below a rule of `=` stand the place and the name of a test case, its subcases, then its failed
//! assertions and whether it counts: it may have been allowed or expected to fail. The totals are the
//! checksum; totals without the number of assertions below them were printed by a test, together with
//! the failures they count.

use regreen_case::Framework;

use super::kept::Kept;
use super::processes::is_boundary;
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::frame::{file_name, frame, location};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Doctest,
    name: "doctest",
    doc: "failed test cases of C++ doctest with subcases and suites, expected failures, crashes",
    triggers: &[
        ": ERROR: ",
        ": FATAL ERROR: ",
        "Should have failed but didn't",
        " failed |",
        "so marking it as failed",
    ],
    parser: || Box::<Doctest>::default(),
};

struct Case {
    name: String,
    suite: Option<String>,
    at: u64,
    lines: Kept,
    forgiven: bool,
}

impl Case {
    fn file(&self) -> Option<&str> {
        place(&self.lines).map(|(file, _)| file)
    }
}

#[derive(Default)]
struct Doctest {
    cases: Vec<Case>,
    open: bool,
    totals: Option<(u64, u64)>,
}

impl Parser for Doctest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some((counted, at)) = self.totals.take() {
            if text.starts_with("[doctest] assertions: ") {
                self.close(Some((counted, at)), findings);
                return;
            }
            // A test printed them.
            let real = self.cases.len().saturating_sub(counted as usize);
            self.cases.truncate(real);
        }
        if let Some(counted) = totals(text) {
            self.open = false;
            self.totals = Some((counted, line.number));
        } else if is_failure(text) || text.starts_with("Should have failed but didn't") {
            self.failure(line);
        } else if is_boundary(text) {
            self.close(None, findings);
        } else if self.open && text.starts_with("=====") {
            self.open = false;
        } else if self.open
            && let Some(case) = self.cases.last_mut()
        {
            case.forgiven |= text.contains("so marking it as not failed");
            case.lines.push(line);
            self.open = case.lines.len() < 290;
        }
    }

    fn is_awake(&self) -> bool {
        self.open || self.totals.is_some()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.close(None, findings);
    }
}

impl Doctest {
    fn failure(&mut self, line: Line<'_>) {
        if !self.open {
            let Some((name, suite)) = header(line) else { return };
            if self.cases.len() >= MAX_TESTS {
                return;
            }
            let at = line.number;
            self.cases.push(Case { name, suite, at, lines: Kept::default(), forgiven: false });
            self.open = true;
        }
        if let Some(case) = self.cases.last_mut() {
            case.lines.push(line);
        }
    }

    fn close(&mut self, totals: Option<(u64, u64)>, findings: &mut Findings) {
        let run = std::mem::take(self);
        let mut cases: Vec<Case> = Vec::new();
        for case in run.cases.into_iter().filter(|case| !case.forgiven) {
            if !cases.iter().any(|known| known.name == case.name && known.suite == case.suite) {
                cases.push(case);
            }
        }
        if let Some((counted, at)) = totals {
            while cases.len() > counted as usize {
                let shared =
                    |at: &usize| cases.iter().filter(|case| case.file() == cases[*at].file()).count();
                let Some(stranger) = (0..cases.len()).rev().min_by_key(shared) else { break };
                cases.remove(stranger);
            }
            let named = cases.len() as u64;
            findings.count(Count { framework: Framework::Doctest, counted, named, at });
        }
        for case in &cases {
            findings.add(Framework::Doctest, described(case));
        }
    }
}

fn is_failure(text: &str) -> bool {
    [": ERROR: ", ": FATAL ERROR: "]
        .iter()
        .any(|mark| text.split_once(mark).is_some_and(|(place, _)| location_of(place).is_some()))
}

/// `a.cpp:3`, `a.cpp(3)`.
fn location_of(place: &str) -> Option<(&str, u32)> {
    if let Some((file, line)) = place.strip_suffix(')').and_then(|place| place.rsplit_once('(')) {
        return Some((file, line.parse().ok()?));
    }
    location(place)
}

/// Name and suite of the test case whose heading stands above, down from a rule.
fn header(line: Line<'_>) -> Option<(String, Option<String>)> {
    let mut above = Vec::new();
    let mut ruled = false;
    for text in line.above.lines().take(60) {
        if text.len() > 70 && text.bytes().all(|byte| byte == b'=') {
            ruled = true;
            break;
        }
        above.push(text.into_owned());
    }
    above.reverse();
    let (place, rest) = above.split_first()?;
    location_of(place.strip_suffix(':')?)?;
    let named = |mark: &str| rest.iter().take(3).find_map(|text| text.strip_prefix(mark)).map(str::trim);
    let first = || rest.first().map(|text| text.trim()).filter(|text| text.starts_with("Scenario:"));
    let name = named("TEST CASE:").or_else(first)?.to_owned();
    ruled.then(|| (name, named("TEST SUITE:").map(str::to_owned)))
}

/// Failed cases of `[doctest] test cases: 11 | 5 passed | 6 failed | 1 skipped`.
fn totals(text: &str) -> Option<u64> {
    let rest = text.strip_prefix("[doctest] test cases:")?;
    rest.split('|').find_map(|part| part.trim().strip_suffix(" failed")?.trim().parse().ok())
}

fn place(lines: &Kept) -> Option<(&str, u32)> {
    let text = lines.texts().find(|text| is_failure(text))?;
    location_of(text.split(": ERROR: ").next()?.split(": FATAL ERROR: ").next()?)
}

fn described(case: &Case) -> Found {
    let lines = &case.lines;
    let crash = lines.texts().position(|text| text.contains("test case CRASHED"));
    let at = crash.unwrap_or_default();
    let place = place(lines).map(|(file, line)| (file.to_owned(), line));
    let kind = if crash.is_some() {
        "crash"
    } else if lines.text(0).contains("THREW exception") {
        "exception"
    } else {
        ""
    };
    Found {
        id: case.name.clone(),
        suite: case.suite.clone(),
        place: place.as_ref().map(|(file, _)| file_name(file).to_owned()),
        frames: place.iter().map(|(file, line)| frame(file, *line, None)).collect(),
        file: place.as_ref().map(|(file, _)| file.clone()),
        line: place.map(|(_, line)| line),
        kind: kind.to_owned(),
        message: lines.joined(at, 2, |text| !text.is_empty() && !is_failure(text)),
        block: lines.block(&format!("TEST CASE:  {}", case.name)),
        at: case.at,
        cause_at: lines.number(at),
        ..Found::default()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn printed_text_names_nothing() {
        let rule = "=".repeat(79);
        let text = format!(
            "{rule}\nfake.cpp:3:\nTEST CASE:  ghost\n\nfake.cpp:4: ERROR: CHECK( x ) is NOT correct!\n\n[doctest] test cases: 1 | 0 passed | 1 failed |\n{rule}\n[doctest] test cases: 1 | 1 passed | 0 failed | 0 skipped\n[doctest] assertions: 1 | 1 passed | 0 failed |\n[doctest] Status: SUCCESS!\n"
        );
        assert!(crate::extract(text.as_bytes(), "x.log").unwrap().tests.is_empty());
    }
}

//! Pester, versions 3 to 5.
//!
//! `[-] name 12ms` below the indented headings of its blocks is a failed test; the id is their path
//! joined with dots, which is what version 5 prints where it leaves the headings out. Nothing at the
//! beginning of old versions' output wakes the scanner: there the totals tell that the lines above matter.

use regreen_case::{ContainerRole, Framework};

use super::kept::Kept;
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::frame::{file_name, frame, location};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Pester,
    name: "pester",
    doc: "failed tests below their headings, full paths of version 5, failed blocks, totals",
    triggers: &["Running tests", ", Failed: "],
    parser: || Box::<Pester>::default(),
};

/// Lines above the totals that are looked at.
const MOST_ABOVE: usize = 20_000;

/// A failed test.
struct Failure {
    path: String,
    role: Option<ContainerRole>,
    at: u64,
    indent: usize,
    lines: Kept,
}

#[derive(Default)]
struct Pester {
    awake: bool,
    headings: Vec<(usize, String)>,
    failures: Vec<Failure>,
    open: bool,
}

impl Parser for Pester {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        if let Some(failed) = totals(line.text) {
            if !self.awake && failed > 0 {
                let mut above: Vec<String> = Vec::new();
                for text in line.above.lines().take(MOST_ABOVE) {
                    let other = totals(&text).is_some() || text.starts_with("Executing all tests in ");
                    if other {
                        break;
                    }
                    above.push(text.into_owned());
                }
                for (nth, text) in above.iter().enumerate().rev() {
                    self.read(line.number.saturating_sub(nth as u64 + 1), text);
                }
            }
            self.close(Some((failed, line.number)), findings);
        } else if self.awake {
            self.read(line.number, line.text);
        } else if line.text.starts_with("Running tests.") || line.text.starts_with("Running tests from '") {
            self.awake = true;
        }
    }

    fn is_awake(&self) -> bool {
        self.awake
    }

    fn end(&mut self, findings: &mut Findings) {
        self.close(None, findings);
    }
}

impl Pester {
    fn read(&mut self, number: u64, text: &str) {
        let text = text.strip_prefix("##[error]").unwrap_or(text).trim_end();
        let bare = text.trim_start_matches(['+', '!', '?']).trim_start();
        let indent = text.len() - text.trim_start().len();
        if let Some(name) = heading(bare) {
            self.headings.retain(|(known, _)| *known < indent);
            self.headings.push((indent, name.to_owned()));
            self.open = false;
        } else if let Some(name) = bare.strip_prefix("[-] ") {
            self.failed(name, indent, number);
        } else if text.trim_start().starts_with("[") && text.trim_start().get(2..4) == Some("] ") {
            self.open = false;
        } else if self.open
            && let Some(failure) = self.failures.last_mut()
        {
            if indent > failure.indent || text.is_empty() {
                failure.lines.push_text(number, text);
            } else {
                self.open = false;
            }
        }
    }

    fn failed(&mut self, text: &str, indent: usize, at: u64) {
        let name = without_time(text);
        let role = if name.starts_with("Error occurred in ")
            || name.ends_with(" failed") && name.contains("block")
        {
            Some(ContainerRole::Hook)
        } else if name.starts_with("Discovery in ") {
            Some(ContainerRole::Suite)
        } else {
            None
        };
        let mut path: Vec<&str> = self
            .headings
            .iter()
            .filter(|(known, _)| *known < indent)
            .map(|(_, name)| name.as_str())
            .collect();
        path.push(name);
        if self.failures.len() < MAX_TESTS {
            self.failures.push(Failure { path: path.join("."), role, at, indent, lines: Kept::default() });
            self.open = true;
        }
    }

    fn close(&mut self, totals: Option<(u64, u64)>, findings: &mut Findings) {
        let run = std::mem::take(self);
        let tests = run.failures.iter().filter(|failure| failure.role.is_none()).count();
        let surplus = totals.map_or(0, |(counted, _)| tests.saturating_sub(counted as usize));
        for failure in run.failures.iter().skip(surplus) {
            findings.add(Framework::Pester, described(failure));
        }
        if let Some((counted, at)) = totals.filter(|(counted, _)| *counted > 0) {
            let named = (tests - surplus) as u64;
            findings.count(Count { framework: Framework::Pester, counted, named, at });
        }
    }
}

/// `Describing name`, `Context name`.
fn heading(text: &str) -> Option<&str> {
    text.strip_prefix("Describing ").or_else(|| text.strip_prefix("Context "))
}

/// Failed of `Tests Passed: 5, Failed: 2, Skipped: 1 …`.
fn totals(text: &str) -> Option<u64> {
    let rest = text.trim_start().strip_prefix("Tests Passed: ").or_else(|| text.strip_prefix("Passed: "))?;
    let (_, rest) = rest.split_once(", Failed: ").or_else(|| rest.split_once(" Failed: "))?;
    rest.split([',', ' ']).next()?.parse().ok()
}

/// The name before `12ms`, `1.5s`, `12ms (10ms|2ms)`.
fn without_time(text: &str) -> &str {
    let text = text
        .rsplit_once(" (")
        .filter(|(_, rest)| rest.contains("ms|") || rest.contains("s|"))
        .map_or(text, |(name, _)| name);
    let is_time = |word: &str| {
        let number =
            word.strip_suffix("ms").or_else(|| word.strip_suffix('s')).or_else(|| word.strip_suffix('m'));
        number.is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        })
    };
    match text.rsplit_once(' ') {
        Some((name, time)) if is_time(time) => name,
        _ => text,
    }
}

fn described(failure: &Failure) -> Found {
    let lines = &failure.lines;
    let mut frames: Vec<_> = lines
        .texts()
        .filter_map(|text| {
            let (function, place) = text.trim_start().strip_prefix("at ")?.rsplit_once(", ")?;
            let (file, line) = match place.split_once(": line ") {
                Some((file, line)) => (file, line.trim().parse().ok()?),
                None => location(place.trim())?,
            };
            let mut found = frame(file, line, Some(function));
            found.project &= !file.replace('\\', "/").contains("/Pester/");
            Some(found)
        })
        .collect();
    frames.reverse();
    let innermost = frames.iter().rev().find(|frame| frame.project);
    let at = lines.texts().position(|text| !text.trim().is_empty()).unwrap_or_default();
    Found {
        id: failure.path.clone(),
        file: innermost.map(|frame| frame.file.clone()),
        line: innermost.map(|frame| frame.line),
        place: innermost.map(|frame| file_name(&frame.file).to_owned()),
        message: lines.message(at, |text| !text.trim_start().starts_with("at ")),
        block: lines.block(&format!("[-] {}", failure.path)),
        at: failure.at,
        cause_at: lines.number(at),
        role: failure.role,
        frames,
        ..Found::default()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn version_5_prints_the_whole_path_or_headings() {
        let text = "Starting discovery in 1 files.\nDiscovery found 3 tests in 21ms.\nRunning tests.\n[-] Math.adds › numbers 12ms (10ms|2ms)\n Expected 3, but got 2.\n at $r | Should -Be 3, /w/x.Tests.ps1:5\n at <ScriptBlock>, /w/x.Tests.ps1:5\nDescribing Strings\n Context upper\n   [+] works 1ms\n   [-] fails [x] 1.5s (1s|500ms)\n    RuntimeException: boom\n    at <ScriptBlock>, /w/x.Tests.ps1:9\nTests completed in 234ms\nTests Passed: 1, Failed: 2, Skipped: 0, Inconclusive: 0, NotRun: 0\n[-] printed 1ms\n";
        let found = crate::extract(text.as_bytes(), "x.log").unwrap().tests;
        let told: Vec<_> = found.iter().map(|t| (t.id.as_str(), t.message.as_str(), t.line)).collect();
        assert_eq!(
            told,
            [
                ("Math.adds › numbers", "Expected 3, but got 2.", Some(5)),
                ("Strings.upper.fails [x]", "RuntimeException: boom", Some(9))
            ]
        );
    }
}

//! Automake's test harness.
//!
//! `FAIL: name`, `ERROR: name` and `XPASS: name` are failed tests; `# FAIL: 1` of the totals is the
//! checksum. The same words begin lines of other tools: they only count with totals of this form below.

use regreen_case::Framework;

use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Automake,
    name: "automake",
    doc: "failed tests, errors and unexpected passes of make check, serial and parallel",
    triggers: &["FAIL: ", "ERROR: ", " tests failed", " test failed"],
    parser: || Box::<Automake>::default(),
};

/// Lines above the totals that are looked at.
const MOST_ABOVE: usize = 3000;

#[derive(Default)]
struct Automake {
    /// Names with their word and place.
    results: Vec<(String, &'static str, u64)>,
    /// Totals: failed so far, and whether the last of them was seen.
    failed: u64,
    totals: bool,
}

impl Parser for Automake {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text.trim_end();
        if let Some((word, count)) = total(text) {
            if word == "TOTAL" {
                self.failed = 0;
            } else if matches!(word, "FAIL" | "XPASS" | "ERROR") {
                self.failed = self.failed.saturating_add(count);
                self.totals = true;
            }
            if word == "XPASS" && count > 0 {
                // Their lines wake nobody.
                for (nth, above) in line.above.lines().take(MOST_ABOVE).enumerate() {
                    if let Some((name, "XPASS")) = result(above.trim_end()) {
                        self.add(name, "XPASS", line.number.saturating_sub(nth as u64 + 1));
                    }
                }
                self.results.sort_by_key(|(_, _, at)| *at);
            }
            if word == "ERROR" {
                self.close(line.number, findings);
            }
        } else if let Some(count) = serial_total(text) {
            self.failed = count;
            self.totals = true;
            self.close(line.number, findings);
        } else if let Some((name, word)) = result(text) {
            self.add(name, word, line.number);
        }
    }

    fn is_awake(&self) -> bool {
        self.totals
    }

    fn end(&mut self, findings: &mut Findings) {
        if self.totals {
            self.close(0, findings);
        }
        *self = Automake::default();
    }
}

impl Automake {
    fn add(&mut self, name: &str, word: &'static str, at: u64) {
        if self.results.len() < MAX_TESTS && !self.results.iter().any(|(known, ..)| known == name) {
            self.results.push((name.to_owned(), word, at));
        }
    }

    fn close(&mut self, at: u64, findings: &mut Findings) {
        let run = std::mem::take(self);
        let surplus = run.results.len().saturating_sub(run.failed as usize);
        let results = &run.results[surplus..];
        for (name, word, at) in results {
            let message = format!("{word}: {name}");
            let kind = if *word == "FAIL" { String::new() } else { word.to_lowercase() };
            let found = Found {
                id: name.clone(),
                at: *at,
                kind,
                block: message.clone(),
                message,
                ..Found::default()
            };
            findings.add(Framework::Automake, found);
        }
        if run.failed > 0 {
            let named = results.len() as u64;
            findings.count(Count { framework: Framework::Automake, counted: run.failed, named, at });
        }
    }
}

/// `FAIL: name`, and `FAIL: name 3 - title` of a test that speaks TAP.
fn result(text: &str) -> Option<(&str, &'static str)> {
    ["FAIL", "ERROR", "XPASS"].into_iter().find_map(|word| {
        let name = text.strip_prefix(word)?.strip_prefix(": ")?.trim();
        let name = name.split(" (exit status").next().unwrap_or(name).trim();
        let plain = !name.is_empty() && (!name.contains(' ') || name.contains(" - "));
        plain.then_some((name, word))
    })
}

/// `# FAIL:  1`.
fn total(text: &str) -> Option<(&str, u64)> {
    let (word, number) = text.strip_prefix("# ")?.split_once(':')?;
    let known = ["TOTAL", "PASS", "SKIP", "XFAIL", "FAIL", "XPASS", "ERROR"].contains(&word);
    known.then_some(())?;
    Some((word, number.trim().parse().ok()?))
}

/// `1 of 12 tests failed` of the serial harness.
fn serial_total(text: &str) -> Option<u64> {
    let (count, rest) = text.split_once(" of ")?;
    let rest = rest.split_once(' ')?.1;
    (rest.starts_with("tests failed") || rest.starts_with("test failed")).then_some(())?;
    count.parse().ok()
}

#[cfg(test)]
mod tests {
    fn ids(text: &str) -> Vec<String> {
        crate::extract(text.as_bytes(), "x.log").unwrap().tests.into_iter().map(|test| test.id).collect()
    }

    #[test]
    fn totals_decide() {
        let green = "FAIL: printed.sh\nXFAIL: b.sh\n# TOTAL: 2\n# PASS:  1\n# SKIP:  0\n# XFAIL: 1\n# FAIL:  0\n# XPASS: 0\n# ERROR: 0\n";
        assert_eq!(ids(green), [""; 0]);
        let serial = "PASS: a\nFAIL: b\n===================\n1 of 2 tests failed\n===================\n";
        assert_eq!(ids(serial), ["b"]);
        assert_eq!(ids("FAIL: something else\nERROR: x\n"), [""; 0]);
    }
}

//! `meson test`.
//!
//! ` 3/12 suite - project:name  FAIL  0.1s` is a failed test; so are `ERROR`, `TIMEOUT` and
//! `UNEXPECTEDPASS`. The totals are the checksum; results whose number of tests is not that of the run
//! were printed by a test. Where a framework whose output can be read ran inside, its tests count.

use regreen_case::{ContainerRole, Framework};

use super::kept::Kept;
use super::processes::explaining;
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Meson,
    name: "meson",
    doc: "failed, timed out and unexpectedly passed tests of all versions, suites of inner frameworks",
    triggers: &[" FAIL ", " ERROR ", "Fail: ", "Summary of Failures:"],
    parser: || Box::<Meson>::default(),
};

/// Lines above the totals that are looked at.
const MOST_ABOVE: usize = 5000;

/// A failed test.
#[derive(Default)]
struct Test {
    name: String,
    status: String,
    /// `3/12`.
    position: (u32, u32),
    at: u64,
    until: u64,
    output: Kept,
}

#[derive(Default)]
struct Meson {
    tests: Vec<Test>,
    open: bool,
    /// Failed tests by the totals so far, and how many more of their lines may come.
    totals: Option<(u64, u32)>,
}

impl Parser for Meson {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some((counted, left)) = self.totals {
            if let Some(more) = total(text, &["Unexpected Pass:", "Timeout:"]) {
                self.totals = Some((counted.saturating_add(more), left.saturating_sub(1)));
                return;
            }
            if left > 1 && text.contains(':') {
                self.totals = Some((counted, left.saturating_sub(1)));
                return;
            }
            self.close(findings);
        }
        if let Some(test) = result(text, line.number) {
            self.open = is_failed(&test.status);
            self.add(test);
        } else if let Some(counted) = total(text, &["Fail:"]) {
            self.open = false;
            for (nth, above) in line.above.lines().take(MOST_ABOVE).enumerate() {
                if let Some(test) = result(&above, line.number.saturating_sub(nth as u64 + 1)) {
                    self.add(test);
                }
            }
            if !self.tests.is_empty() {
                self.totals = Some((counted, 6));
            }
        } else if text == "Summary of Failures:" || text.starts_with("Ok:  ") {
            self.open = false;
        } else if self.open
            && let Some(test) = self.tests.last_mut()
        {
            test.until = line.number;
            if !text.starts_with(">>> ") && !text.starts_with("\u{2015}\u{2015}\u{2015}") {
                test.output.push(line);
            }
        }
    }

    fn is_awake(&self) -> bool {
        self.open || self.totals.is_some()
    }

    fn end(&mut self, findings: &mut Findings) {
        if self.totals.is_some() {
            self.close(findings);
        }
        *self = Meson::default();
    }
}

impl Meson {
    fn add(&mut self, test: Test) {
        if self.tests.len() >= MAX_TESTS {
            return;
        }
        let known = self.tests.iter().any(|known| known.position == test.position && known.name == test.name);
        if is_failed(&test.status) && !known {
            self.tests.push(test);
        }
    }

    fn close(&mut self, findings: &mut Findings) {
        let run = std::mem::take(self);
        let Some((counted, _)) = run.totals else { return };
        let of = |all: u32| run.tests.iter().filter(|test| test.position.1 == all).count();
        let all = run.tests.iter().map(|test| test.position.1).max_by_key(|all| of(*all)).unwrap_or_default();
        let mut tests: Vec<&Test> = run.tests.iter().filter(|test| test.position.1 == all).collect();
        tests.sort_by_key(|test| test.at);
        tests.truncate(counted as usize);
        for test in &tests {
            findings_of(test, findings);
        }
        let named = tests.len() as u64;
        findings.count(Count { framework: Framework::Meson, counted, named, at: 0 });
    }
}

fn findings_of(test: &Test, findings: &mut Findings) {
    let has_tests = findings.tests.iter().any(|(framework, found)| {
        *framework != Framework::Meson && found.role.is_none() && found.at > test.at && found.at <= test.until
    });
    let at = explaining(&test.output);
    let message =
        at.map_or_else(|| test.status.clone(), |at| test.output.message(at, |text| !text.is_empty()));
    let kind = if test.status.starts_with("TIMEOUT") {
        "timeout"
    } else if test.status.contains("SIG") {
        "crash"
    } else {
        ""
    };
    findings.add(
        Framework::Meson,
        Found {
            id: test.name.clone(),
            kind: kind.to_owned(),
            message,
            block: test.output.block(&format!("{} {}", test.name, test.status)),
            at: test.at,
            cause_at: at.map_or(0, |at| test.output.number(at)),
            role: has_tests.then_some(ContainerRole::Suite),
            ..Found::default()
        },
    );
}

fn is_failed(status: &str) -> bool {
    ["FAIL", "ERROR", "TIMEOUT", "UNEXPECTEDPASS"].iter().any(|word| status.starts_with(word))
}

/// ` 3/12 name   FAIL   0.1s   exit status 1`, in old versions with `0.10 s`.
fn result(text: &str, at: u64) -> Option<Test> {
    const WORDS: &[&str] =
        &["OK", "FAIL", "ERROR", "TIMEOUT", "UNEXPECTEDPASS", "EXPECTEDFAIL", "SKIP", "INTERRUPT"];
    let (position, rest) = text.trim_start().split_once(' ')?;
    let (nth, all) = position.split_once('/')?;
    let position = (nth.parse().ok()?, all.parse().ok()?);
    let mut best = None;
    for word in WORDS {
        for (start, _) in rest.match_indices(&format!(" {word} ")) {
            let behind = rest[start + word.len() + 1..].trim_start();
            let number = behind.split(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap_or_default();
            let unit = behind[number.len()..].trim_start();
            if number.contains('.') && unit.starts_with('s') && best.is_none_or(|(known, _)| start < known) {
                best = Some((start, rest[start + 1..].trim()));
            }
        }
    }
    let (start, status) = best?;
    let name = rest[..start].trim();
    if name.is_empty() || position.0 > position.1 {
        return None;
    }
    Some(Test {
        name: name.to_owned(),
        status: status.to_owned(),
        position,
        at,
        until: at,
        output: Kept::default(),
    })
}

fn total(text: &str, words: &[&str]) -> Option<u64> {
    words.iter().find_map(|word| text.strip_prefix(word)?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    fn ids(text: &str) -> Vec<String> {
        crate::extract(text.as_bytes(), "x.log").unwrap().tests.into_iter().map(|test| test.id).collect()
    }

    #[test]
    fn old_versions_write_the_time_apart() {
        let text = " 1/3 a                                       OK       0.01 s \n 2/3 b c                                     FAIL     0.10 s (exit status 1)\n 3/3 d                                       TIMEOUT 30.01 s \n\nOk:                    1\nExpected Fail:         0\nFail:                  1\nUnexpected Pass:       0\nSkipped:               0\nTimeout:               1\n";
        assert_eq!(ids(text), ["b c", "d"]);
    }

    #[test]
    fn green_runs_name_nothing() {
        let text = " 3/12 fake  FAIL  0.1s\n1/1 demo:a EXPECTEDFAIL  0.01s\n\nOk:                 1   \nExpected Fail:      1   \nFail:               0   \n";
        assert_eq!(ids(text), [""; 0]);
    }
}

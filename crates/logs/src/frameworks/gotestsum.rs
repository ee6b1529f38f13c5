//! The summary at the end of gotestsum, which runs `go test -json` and prints in formats of its own:
//! `=== FAIL: package TestName/sub (0.01s)` with the output below, then `DONE 5 tests, 2 failures in 1.2s`.
//!
//! It names every failed test once for each run, parents too, and knows their packages: what was read from the
//! output above it is replaced.

use regreen_case::Framework;

use super::go_output::is_crash;
use super::go_printed::{Printed, report};
use super::{Findings, MAX_TESTS};
use crate::findings::Count;
use crate::text::clip;

/// One test of the summary.
struct Entry {
    package: String,
    id: String,
    at: u64,
    printed: Printed,
}

/// The summary as far as it was read.
#[derive(Default)]
pub(super) struct Summary {
    entries: Vec<Entry>,
    /// Whether lines belong to the last entry.
    open: bool,
}

/// Package and test of `=== FAIL: package TestName (0.01s)`; a package that fails as a whole has no test.
fn heading(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("=== FAIL: ")?;
    let (rest, time) = rest.trim_end().rsplit_once(" (")?;
    if !time.ends_with("s)") && time != "unknown)" {
        return None;
    }
    let rest = rest.rsplit_once(" (re-run ").map_or(rest, |(rest, _)| rest);
    let (package, test) = rest.split_once(' ').unwrap_or((rest, ""));
    (!package.is_empty()).then_some((package, test))
}

impl Summary {
    /// Takes a line. `false` when it is not of the summary.
    /// `since` is how many tests were known before the run.
    pub(super) fn line(&mut self, text: &str, number: u64, since: usize, findings: &mut Findings) -> bool {
        if let Some((package, test)) = heading(text) {
            self.open = !test.is_empty();
            let known = self.entries.iter().any(|entry| entry.package == package && entry.id == test);
            if self.open && !known && self.entries.len() < MAX_TESTS {
                let (package, id) = (package.to_owned(), clip(test, 1024));
                self.entries.push(Entry { package, id, at: number, printed: Printed::default() });
            }
            return true;
        }
        if self.entries.is_empty() {
            return false;
        }
        if text.starts_with("DONE ") && text.contains(" tests") {
            self.close(Some((text, number)), since, findings);
            return true;
        }
        if text.starts_with("=== Err") || text.starts_with("=== Skip") {
            self.open = false;
        } else if self.open
            && let Some(last) = self.entries.last_mut()
            && !text.starts_with("=== RUN ")
        {
            if is_crash(text) && last.printed.crash.is_none() {
                last.printed.crash = Some(last.printed.lines.len());
            }
            last.printed.push(text, number);
        }
        true
    }

    pub(super) fn is_open(&self) -> bool {
        !self.entries.is_empty()
    }

    /// The summary is over.
    pub(super) fn close(&mut self, done: Option<(&str, u64)>, since: usize, findings: &mut Findings) {
        let entries = std::mem::take(self).entries;
        if entries.is_empty() {
            return;
        }
        let named = entries.len() as u64;
        // What stood above the summary knows the full path of the package.
        let mut packages: Vec<String> = entries.iter().map(|entry| entry.package.clone()).collect();
        packages.sort_unstable();
        packages.dedup();
        let full = |short: &String| {
            let end = format!("/{short}");
            let suites =
                findings.tests.iter().skip(since).filter(|(framework, _)| *framework == Framework::GoTest);
            let mut suites = suites.filter_map(|(_, found)| found.suite.clone());
            suites.find(|suite| suite.ends_with(&end)).unwrap_or_else(|| short.clone())
        };
        let packages: Vec<(String, String)> =
            packages.iter().map(|short| (full(short), short.clone())).collect();
        withdraw(since, findings);
        let mut entries = entries;
        for (suite, short) in packages {
            let (own, rest): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.package == short);
            entries = rest;
            let tests = own.into_iter().map(|entry| (entry.id, entry.at, checked(entry.printed))).collect();
            report(tests, Some(&suite), findings);
        }
        if let Some((text, at)) = done {
            let counted = text.split(", ").find_map(|part| {
                let number = part.split(" failure").next().filter(|number| *number != part)?;
                number.trim().parse::<u64>().ok()
            });
            let counted = counted.unwrap_or(0);
            findings.count(Count { framework: Framework::GoTest, counted, named, at });
        }
    }
}

/// A test goes on after what it printed; a process that dies shows its goroutines.
fn checked(mut printed: Printed) -> Printed {
    let real = printed.has_stack() && !goes_on(printed.dump());
    printed.crash = printed.crash.filter(|_| real || is_timeout(printed.dump()));
    printed
}

fn is_timeout(dump: &[String]) -> bool {
    dump.first().is_some_and(|line| line.starts_with("panic: test timed out after"))
}

fn goes_on(dump: &[String]) -> bool {
    dump.iter().any(|line| line.starts_with("    ") && line.contains("_test.go:"))
}

/// Takes back what was read above: gotestsum prints it again.
fn withdraw(since: usize, findings: &mut Findings) {
    let known: Vec<(String, Option<String>)> = findings
        .tests
        .iter()
        .skip(since)
        .filter(|(framework, _)| *framework == Framework::GoTest)
        .map(|(_, found)| (found.id.clone(), found.suite.clone()))
        .collect();
    for (id, suite) in known {
        findings.retract(Framework::GoTest, &id, suite.as_deref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_name_package_and_test() {
        for (text, expected) in [
            ("=== FAIL: store TestSum/two_values (0.00s)", Some(("store", "TestSum/two_values"))),
            ("=== FAIL: slow TestSleeps (unknown)", Some(("slow", "TestSleeps"))),
            ("=== FAIL: store TestSum (re-run 1) (0.00s)", Some(("store", "TestSum"))),
            ("=== FAIL: store  (0.00s)", Some(("store", ""))),
            ("=== FAIL: nothing", None),
        ] {
            assert_eq!(heading(text), expected, "{text}");
        }
    }
}

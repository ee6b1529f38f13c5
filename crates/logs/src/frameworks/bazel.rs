//! `bazel test`.
//!
//! `//pkg:target   FAILED in 1.2s` of the final list names a failed target. Where the output of a
//! framework that can be read names failed tests, those are the tests and the targets their suites;
//! otherwise the targets are all that is known. Flaky targets passed in the end.

use regreen_case::{ContainerRole, Framework};

use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Bazel,
    name: "bazel",
    doc: "failed and timed out targets of the final list, as suites of inner tests where those are named",
    triggers: &["FAILED in ", "FAILED TO BUILD", " fails locally", " fail locally"],
    parser: || Box::<Bazel>::default(),
};

/// Lines above the totals that are looked at.
const MOST_ABOVE: usize = 2000;

#[derive(Default)]
struct Bazel {
    targets: Vec<(String, &'static str, u64)>,
}

impl Parser for Bazel {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        if target(line.text).is_some() {
            self.add(line.text, line.number);
        } else if let Some(counted) = executed(line.text) {
            // Lines of targets that ran out of time wake nobody.
            for (nth, above) in line.above.lines().take(MOST_ABOVE).enumerate() {
                self.add(&above, line.number.saturating_sub(nth as u64 + 1));
            }
            self.targets.sort_by_key(|(_, _, at)| *at);
            if self.targets.is_empty() {
                return;
            }
            let named = self.targets.len() as u64;
            self.report(findings);
            findings.count(Count { framework: Framework::Bazel, counted, named, at: line.number });
        }
    }

    fn is_awake(&self) -> bool {
        false
    }

    fn end(&mut self, findings: &mut Findings) {
        self.report(findings);
    }
}

impl Bazel {
    fn add(&mut self, text: &str, at: u64) {
        if let Some((target, kind)) = target(text)
            && self.targets.len() < MAX_TESTS
            && !self.targets.iter().any(|(known, ..)| known == target)
        {
            self.targets.push((target.to_owned(), kind, at));
        }
    }

    fn report(&mut self, findings: &mut Findings) {
        let has_tests = findings
            .tests
            .iter()
            .any(|(framework, found)| *framework != Framework::Bazel && found.role.is_none());
        for (target, kind, at) in std::mem::take(&mut self.targets) {
            let role = if kind == "build" {
                Some(ContainerRole::Task)
            } else {
                has_tests.then_some(ContainerRole::Suite)
            };
            let kind = if kind == "timeout" { kind } else { "" }.to_owned();
            let message = format!("{target} failed");
            findings.add(Framework::Bazel, Found { id: target, at, kind, message, role, ..Found::default() });
        }
    }
}

/// `//pkg:target   FAILED in 1.2s`, `@repo//pkg:target  FAILED in 3 out of 3 in 1.2s`, `(cached) FAILED`.
fn target(text: &str) -> Option<(&str, &'static str)> {
    let (target, rest) = text.split_once(' ')?;
    let labelled =
        (target.starts_with("//") || (target.starts_with('@') && target.contains("//"))) && target.len() > 3;
    let rest = rest.trim_start().trim_start_matches("(cached)").trim_start();
    let kind = if rest.starts_with("FAILED in ") {
        ""
    } else if rest.starts_with("TIMEOUT in ") {
        "timeout"
    } else if rest.starts_with("FAILED TO BUILD") {
        "build"
    } else {
        return None;
    };
    labelled.then_some((target, kind))
}

/// Failed of `Executed 3 out of 5 tests: 3 tests pass and 2 fail locally.`
fn executed(text: &str) -> Option<u64> {
    let rest = text.strip_prefix("Executed ")?;
    let mut before = "";
    for word in rest.split(' ') {
        if word == "fail" || word == "fails" {
            return before.parse().ok();
        }
        before = word;
    }
    None
}

#[cfg(test)]
mod tests {
    #[test]
    fn targets_are_suites_where_tests_are_named() {
        let list = "//a:b_test                   FAILED in 1.2s\n  /home/x/testlogs/a/b_test/test.log\n//a:c_test (cached) PASSED in 0.1s\n//a:d_test                  TIMEOUT in 60.0s\n//a:e_test                 FLAKY, failed in 1 out of 2 in 0.3s\n\nExecuted 3 out of 4 tests: 2 tests pass and 2 fail locally.\n";
        let found = crate::extract(list.as_bytes(), "x.log").unwrap();
        let ids: Vec<_> = found.tests.iter().map(|test| test.id.as_str()).collect();
        assert_eq!(ids, ["//a:b_test", "//a:d_test"]);
        let inner = "[==========] Running 1 test from 1 test suite.\n[ RUN      ] A.B\na.cc:3: Failure\nFailed\n[  FAILED  ] A.B (0 ms)\n[==========] 1 test from 1 test suite ran. (0 ms total)\n[  PASSED  ] 0 tests.\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] A.B\n\n 1 FAILED TEST\n================================================================================\n";
        let found = crate::extract(format!("{inner}{list}").as_bytes(), "x.log").unwrap();
        let ids: Vec<_> = found.tests.iter().map(|test| test.id.as_str()).collect();
        assert_eq!(ids, ["A.B"]);
        assert_eq!(found.containers.len(), 2);
    }
}

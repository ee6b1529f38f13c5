//! Collects what the parsers find in one log: each test once, bounded.

use std::collections::{BTreeMap, HashMap};

use regreen_case::Framework;

use crate::found::Found;
use crate::spans::{Named, Spans};
use crate::text::clip;

/// Most failed tests kept of one log. Beyond that nobody reads on.
pub(crate) const MAX_TESTS: usize = 2000;
/// Longest raw block kept for the excerpt.
const MAX_BLOCK: usize = 6 * 1024;
/// Most counts of runners kept.
const MAX_TALLIES: usize = 200;

/// A runner's own count beside what its parser named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    /// The framework.
    pub(crate) framework: Framework,
    /// Failed tests by the runner's count.
    pub(crate) counted: u64,
    /// Failed tests named.
    pub(crate) named: u64,
    /// Where the count stands.
    pub(crate) at: u64,
}

/// Collects what the parsers find, each test once.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// The failed tests and containers, with the framework that names them.
    pub(crate) tests: Vec<(Framework, Found)>,
    /// Where each one stands in `tests`: real logs hold thousands.
    index: HashMap<(Framework, String), Vec<usize>>,
    /// How many were left out.
    pub(crate) dropped: u64,
    /// The runners' own counts.
    pub(crate) counts: Vec<Count>,
    /// Whose output stands where.
    pub(crate) spans: Spans,
    /// What the reader should know.
    pub(crate) warnings: Vec<String>,
    /// Versions seen.
    pub(crate) tools: BTreeMap<String, String>,
}

impl Findings {
    /// Adds a failed test. One that is printed again only fills what was missing.
    pub(crate) fn add(&mut self, framework: Framework, mut found: Found) {
        if found.id.is_empty() {
            return;
        }
        found.block = clip(&found.block, MAX_BLOCK);
        match self.position(framework, &found.id, found.suite.as_deref()) {
            Some(at) => {
                let known = &mut self.tests[at].1;
                if known.message.is_empty() && !found.message.is_empty() {
                    let at = known.at;
                    *known = found;
                    known.at = at;
                } else if known.suite.is_none() {
                    known.suite = found.suite;
                }
            }
            None if self.tests.len() < MAX_TESTS => {
                self.index.entry((framework, found.id.clone())).or_default().push(self.tests.len());
                self.tests.push((framework, found));
            }
            None => self.dropped += 1,
        }
    }

    fn position(&self, framework: Framework, id: &str, suite: Option<&str>) -> Option<usize> {
        let same = |at: &&usize| {
            let known = &self.tests[**at].1.suite;
            known.as_deref() == suite || known.is_none()
        };
        self.index.get(&(framework, id.to_owned()))?.iter().find(same).copied()
    }

    #[allow(dead_code, reason = "for frameworks that retry")]
    /// Takes a failed test back: a later attempt passed, or the runner says that it was expected.
    pub(crate) fn retract(&mut self, framework: Framework, id: &str, suite: Option<&str>) {
        if let Some(at) = self.position(framework, id, suite) {
            self.tests.remove(at);
            self.index_anew();
        }
    }

    /// Forgets what failed at or below line `start`: a wrapper runs everything once more.
    pub(crate) fn forget_since(&mut self, start: u64) {
        self.tests.retain(|(_, found)| found.at < start);
        self.counts.retain(|count| count.at < start);
        self.index_anew();
    }

    /// Whether a framework named or counted failed tests from line `start` on.
    pub(crate) fn has_word_of(&self, framework: Framework, start: u64) -> bool {
        self.tests.iter().rev().any(|(known, found)| *known == framework && found.at >= start)
            || self.counts.iter().any(|count| count.framework == framework && count.at >= start)
    }

    /// Drops what only stands in the output of another framework's tests.
    pub(crate) fn drop_printed(&mut self) {
        let mut last: BTreeMap<Framework, u64> = BTreeMap::new();
        for (framework, found) in &self.tests {
            let line = last.entry(*framework).or_default();
            *line = found.at.max(*line);
        }
        let mut summed_up: BTreeMap<Framework, u64> = BTreeMap::new();
        for count in self.counts.iter().filter(|count| count.named > 0 && count.named == count.counted) {
            let line = summed_up.entry(count.framework).or_default();
            *line = count.at.max(*line);
        }
        let line_of =
            |known: &BTreeMap<Framework, u64>, framework| known.get(&framework).copied().unwrap_or_default();
        let mut printed = Vec::new();
        let spans = &self.spans;
        self.tests.retain(|(framework, found)| {
            let test = Named { framework: *framework, at: found.at };
            let by = spans.encloses(test, |of| line_of(&last, of), |of| line_of(&summed_up, of));
            printed.extend(by.map(|by| (by, *framework)));
            by.is_none()
        });
        if let Some((by, framework)) = printed.first() {
            let text = format!(
                "{} failures that look like {framework}'s stand in the output of {by}'s tests and are not reported",
                printed.len()
            );
            self.warn(text);
            self.index_anew();
        }
    }

    /// Keeps only the tests, counts and runs of frameworks that the step's script can run; `keep` tells it
    /// by framework and line.
    pub(crate) fn keep_where(&mut self, keep: impl Fn(Framework, u64) -> bool) {
        let gone: Vec<Framework> = self
            .tests
            .iter()
            .filter(|(framework, found)| !keep(*framework, found.at))
            .map(|(framework, _)| *framework)
            .collect();
        if let Some(framework) = gone.first() {
            let count = gone.len();
            self.warn(format!(
                "{count} failures that look like {framework}'s are not reported: the step's script does not run it"
            ));
        }
        self.tests.retain(|(framework, found)| keep(*framework, found.at));
        self.counts.retain(|count| keep(count.framework, count.at));
        self.spans.keep_where(keep);
        self.index_anew();
    }

    fn index_anew(&mut self) {
        self.index.clear();
        for (at, (framework, found)) in self.tests.iter().enumerate() {
            self.index.entry((*framework, found.id.clone())).or_default().push(at);
        }
    }

    /// Notes a runner's own count of failed tests beside the number that its parser named in that run.
    pub(crate) fn count(&mut self, count: Count) {
        if self.counts.len() < MAX_TALLIES {
            self.counts.push(count);
        }
    }

    /// Adds a warning once.
    pub(crate) fn warn(&mut self, warning: String) {
        if self.warnings.len() < 20 && !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Notes a version.
    pub(crate) fn tool(&mut self, name: &str, version: &str) {
        if self.tools.len() < 40 && !version.is_empty() {
            self.tools.entry(name.to_owned()).or_insert_with(|| clip(version, 100));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_tests_is_bounded() {
        let mut findings = Findings::default();
        for n in 0..MAX_TESTS + 5 {
            findings.add(Framework::Pytest, Found { id: format!("t{n}"), ..Found::default() });
        }
        assert_eq!((findings.tests.len(), findings.dropped), (MAX_TESTS, 5));
    }

    #[test]
    fn a_test_that_is_printed_again_only_fills_what_was_missing() {
        let mut findings = Findings::default();
        for message in ["", "boom", "again"] {
            let found = Found { id: "t".to_owned(), message: message.to_owned(), at: 7, ..Found::default() };
            findings.add(Framework::GoTest, found);
        }
        assert_eq!(findings.tests.len(), 1);
        assert_eq!(findings.tests[0].1.message, "boom");
    }

    #[test]
    fn a_test_that_passed_after_all_is_taken_back() {
        let mut findings = Findings::default();
        for id in ["a", "b", "c"] {
            findings.add(Framework::Jest, Found { id: id.to_owned(), ..Found::default() });
        }
        findings.retract(Framework::Jest, "b", None);
        findings.retract(Framework::Jest, "unknown", None);
        findings.add(Framework::Jest, Found { id: "c".to_owned(), ..Found::default() });
        let ids: Vec<_> = findings.tests.iter().map(|(_, found)| found.id.as_str()).collect();
        assert_eq!(ids, ["a", "c"]);
    }
}

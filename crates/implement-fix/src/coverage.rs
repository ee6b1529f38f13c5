//! Which lines the failing tests and those beside them execute, asked for once when there are many places to look.

use std::collections::BTreeSet;
use std::time::Duration;

use regreen_proof::{ExecutedLines, Points, TracedLines, Wish, runs_tests_alone};
use regreen_repair::{Coverage, EXECUTED, Executed, Traced};
use regreen_supervise::Deadline;

use crate::ImplementError;
use crate::ladder::Ladder;
use crate::refusals;

/// Tests that are looked at: what more of them say is nothing new.
const MOST_TESTS: usize = 300;
/// The share of a search's time that looking may take, and the longest.
const SHARE: f64 = 0.1;
const LONGEST: Duration = Duration::from_secs(20);
/// How often sources are built with points in them, as those that cannot be go without, and how much longer than looking
/// all of these builds may take together.
const BUILDS: u32 = 3;
const BUILDING: u32 = 3;

impl Ladder<'_, '_> {
    /// What the base's tests execute, where that can be seen. Runs them when it is asked first: the checkout has to be
    /// the base. `time`: of the search that asks.
    pub(crate) fn coverage(&self, time: Duration) -> Option<&Coverage> {
        self.coverage.get_or_init(|| self.look_at_lines(time.mul_f64(SHARE).min(LONGEST))).as_ref()
    }

    fn look_at_lines(&self, time: Duration) -> Option<Coverage> {
        let (bench, failures) = (self.bench, self.failures());
        if bench.trial.goal.is_some() || failures.is_empty() {
            return None;
        }
        let first: Vec<&str> = failures.iter().map(|failure| failure.id.as_str()).collect();
        let wish = Wish { first: &first, tests: MOST_TESTS, time };
        let unknown = |error: &ImplementError| tracing::debug!("executed lines are not known: {error}");
        let mut tests = bench.executed_lines(&wish).inspect_err(unknown).ok()?;
        if tests.is_empty() {
            tests = self.traced_lines(&wish).inspect_err(unknown).ok()?;
        }
        let coverage = weighed(tests, &wish)?;
        self.shared.journal.say(&format!("search: looked at the lines that {} execute", coverage.in_words()));
        Some(coverage)
    }
}

impl Ladder<'_, '_> {
    /// What points in the sources say, where no tool of the language does. A file that cannot be built with them goes without.
    fn traced_lines(&self, wish: &Wish<'_>) -> Result<Vec<ExecutedLines>, ImplementError> {
        let bench = self.bench;
        if !runs_tests_alone(&bench.trial.command) {
            return Ok(Vec::new());
        }
        let building = Deadline::after(wish.time.saturating_mul(BUILDING));
        let (off_limits, mut without) = (bench.off_limits(), BTreeSet::new());
        for _ in 0..BUILDS {
            let Some(traced) = Traced::lay(bench.worktree.path(), &off_limits, &without)? else { break };
            let places: Vec<(&str, &BTreeSet<u32>)> =
                traced.places().iter().map(|place| (place.file.as_str(), &place.lines)).collect();
            let seen = bench.traced_lines(wish, &Points { variable: EXECUTED, places: &places }, building)?;
            let TracedLines::Refused(output) = seen else {
                traced.restore()?;
                return Ok(if let TracedLines::Seen(tests) = seen { tests } else { Vec::new() });
            };
            let refused = traced.named_in(refusals::places(&output).into_iter().map(|(file, _)| file));
            traced.restore()?;
            tracing::debug!("these cannot be built while they note what runs: {refused:?}");
            if refused.is_empty() {
                break;
            }
            without.extend(refused);
        }
        Ok(Vec::new())
    }
}

/// What fails beside the tests in question says nothing of either side. `None` when none of them failed.
fn weighed(tests: Vec<ExecutedLines>, wish: &Wish<'_>) -> Option<Coverage> {
    let mut coverage = Coverage { endings: endings(&tests), ..Coverage::default() };
    for test in tests {
        let side = match (test.failed, wish.asks_for(&test.id)) {
            (true, true) => &mut coverage.failing,
            (false, _) => &mut coverage.passing,
            (true, false) => continue,
        };
        side.push(Executed { lines: test.lines, tests: 1, elsewhere: test.elsewhere });
    }
    (!coverage.failing.is_empty()).then_some(coverage)
}

/// Of the files that were seen.
fn endings(tests: &[ExecutedLines]) -> Vec<String> {
    let files = tests.iter().flat_map(|test| test.lines.keys());
    let endings: BTreeSet<&str> =
        files.filter_map(|file| file.rsplit_once('.')).map(|(_, ending)| ending).collect();
    endings.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_beside_counts_for_nobody() {
        let wish = Wish { first: &["tests/test_a.py::test_it"], tests: 9, time: Duration::MAX };
        let test = |id: &str, failed| ExecutedLines { id: id.to_owned(), failed, ..ExecutedLines::default() };
        let tests = vec![test("test_a.py::test_it", true), test("test_a.py::test_b", false)];
        let seen = weighed([tests.clone(), vec![test("test_a.py::test_c", true)]].concat(), &wish).unwrap();
        assert_eq!(seen.in_words(), "1 failing and 1 passing test");
        let green = vec![test("test_a.py::test_it", false), tests[1].clone()];
        assert_eq!(weighed(green, &wish), None, "what does not fail is not seen failing");
    }
}

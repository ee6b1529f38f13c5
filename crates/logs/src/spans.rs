//! Whose output stands where: tests that a program printed while another framework's run was going on are
//! that run's output, and no tests of the job.
//!
//! A run reaches from the line that woke its parser to the line that put it to sleep. Runners that drive
//! other tools (ctest, gradle, make-like ones) enclose nothing: what they print is other runners' word.

use regreen_case::Framework;

/// Most runs remembered of one log.
const MAX_SPANS: usize = 1000;

/// One run of a framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// The framework.
    pub(crate) framework: Framework,
    /// First line.
    pub(crate) start: u64,
    /// Last line.
    pub(crate) end: u64,
    /// Whether the run's own end was seen, and not only the end of the step.
    pub(crate) closed: bool,
}

/// The runs of one log.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    all: Vec<Span>,
}

/// A named test as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named {
    /// Who names it.
    pub(crate) framework: Framework,
    /// Where.
    pub(crate) at: u64,
}

impl Spans {
    /// Remembers a run.
    pub(crate) fn add(&mut self, span: Span) {
        if self.all.len() < MAX_SPANS {
            self.all.push(span);
        }
    }

    /// Keeps only the runs of which `keep` says so, by framework and first line.
    pub(crate) fn keep_where(&mut self, keep: impl Fn(Framework, u64) -> bool) {
        self.all.retain(|span| keep(span.framework, span.start));
    }

    /// The framework whose run printed `test`, when that is not the test's own. `last` gives the last line
    /// that names a test of a framework, `summed_up` the last one where its own count is what it names: what
    /// a run counts after another one's end is its own, whatever stood around.
    pub(crate) fn encloses(
        &self,
        test: Named,
        last: impl Fn(Framework) -> u64,
        summed_up: impl Fn(Framework) -> u64,
    ) -> Option<Framework> {
        let own = |span: &Span| {
            self.all
                .iter()
                .filter(move |other| other.framework == test.framework && contains(other, test.at))
                .any({
                    let span = *span;
                    move |other| {
                        other.closed && (!span.closed || (other.start < span.start && span.end < other.end))
                    }
                })
        };
        let printed = |span: &&Span| {
            span.framework != test.framework
                && runs_tests_itself(span.framework)
                && !speaks_for(span.framework, test.framework)
                && contains(span, test.at)
                && (span.closed || (last(span.framework) > test.at && self.begins_within(span, test)))
                && !own(span)
                && summed_up(test.framework) <= span.end
        };
        self.all.iter().find(printed).map(|span| span.framework)
    }

    /// Whether the run that names the test began within `span`.
    fn begins_within(&self, span: &Span, test: Named) -> bool {
        self.all
            .iter()
            .filter(|other| other.framework == test.framework && contains(other, test.at))
            .all(|other| other.start > span.start)
    }
}

/// The header and the end belong to the run: what stands there is no program's output.
fn contains(span: &Span, at: u64) -> bool {
    span.start <= at && at <= span.end
}

/// Frameworks whose run holds nothing but their own tests and what those print.
fn runs_tests_itself(framework: Framework) -> bool {
    use Framework::{
        CargoTest, Catch2, Exunit, GoTest, Gtest, Jest, Minitest, NodeTest, Phpunit, Pytest, Rspec, Unittest,
        Vitest,
    };
    matches!(
        framework,
        Catch2
            | CargoTest
            | Exunit
            | GoTest
            | Gtest
            | Jest
            | Minitest
            | NodeTest
            | Phpunit
            | Pytest
            | Rspec
            | Unittest
            | Vitest
    )
}

/// Pairs that print each other's form, or run each other's tests.
fn speaks_for(outer: Framework, inner: Framework) -> bool {
    use Framework::{CargoTest, Compiletest, Ginkgo, GoTest, NodeTest, Nose, Tap, Unittest};
    matches!(
        (outer, inner),
        (GoTest, Ginkgo)
            | (NodeTest, Tap)
            | (Tap, NodeTest)
            | (CargoTest, Compiletest)
            | (Compiletest, CargoTest)
            | (Unittest, Nose)
            | (Nose, Unittest)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(all: &[(Framework, u64, u64, bool)]) -> Spans {
        let all = all.iter().map(|&(framework, start, end, closed)| Span { framework, start, end, closed });
        Spans { all: all.collect() }
    }

    #[test]
    fn what_a_run_prints_is_no_test_of_the_job() {
        use Framework::{CargoTest, Ctest, Ginkgo, GoTest, Jest, Pytest};
        let go = Named { framework: GoTest, at: 50 };
        let never = |_: Framework| 0;
        let within = spans(&[(Pytest, 10, 90, true), (GoTest, 50, 200, false)]);
        assert_eq!(within.encloses(go, never, never), Some(Pytest));
        let after = spans(&[(Pytest, 10, 40, true), (GoTest, 50, 200, false)]);
        assert_eq!(after.encloses(go, never, never), None);
        let driven = spans(&[(Ctest, 10, 90, true), (GoTest, 50, 200, false)]);
        assert_eq!(driven.encloses(go, never, never), None);
        // A whole run that a test prints is enclosed, the run around it is not.
        let whole = spans(&[(GoTest, 10, 90, true), (Pytest, 30, 60, true)]);
        assert_eq!(whole.encloses(Named { framework: Pytest, at: 40 }, never, never), Some(GoTest));
        assert_eq!(whole.encloses(go, never, never), None);
        // An end that was never seen encloses only what its own tests follow.
        let open = spans(&[(GoTest, 10, 90, false), (Jest, 30, 90, false)]);
        let jest = Named { framework: Jest, at: 40 };
        assert_eq!(open.encloses(jest, never, never), None);
        assert_eq!(open.encloses(jest, |_| 80, never), Some(GoTest));
        let sequence = spans(&[(GoTest, 10, 90, false), (Jest, 30, 60, true)]);
        assert_eq!(sequence.encloses(jest, |_| 80, never), None);
        assert_eq!(within.encloses(go, never, |_| 95), None, "counted after the other run's end");
        let ginkgo = spans(&[(GoTest, 10, 90, true), (Ginkgo, 30, 60, true)]);
        assert_eq!(ginkgo.encloses(Named { framework: Ginkgo, at: 40 }, never, never), None);
        assert_eq!(spans(&[(CargoTest, 1, 9, true)]).encloses(go, never, never), None);
    }
}

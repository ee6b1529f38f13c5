//! Whether a candidate that helps the failing tests breaks others of their file: then the search goes on.
//!
//! A quick look, for the search alone: what is handed on is weighed by [`crate::neighbours`], on both sides and with more
//! files.

use std::cell::OnceCell;
use std::time::Duration;

use regreen_case::TestCommand;
use regreen_proof::{CountedRun, failing_in_both, lost_tests};
use regreen_repair::Judgement;

use crate::bench::Bench;

/// So much longer than the tests in question may those of the file take, to be looked at for each that helps.
const TIMES: f64 = 6.0;
const MORE: f64 = 5.0;
/// So much longer than on the base may they take with a candidate.
const PATIENCE: u32 = 4;

/// Looks at the tests of the file.
pub(crate) struct HarmCheck<'a, 'b> {
    bench: &'a Bench<'b>,
    base: OnceCell<Option<Base>>,
}

/// As they are without a candidate.
struct Base {
    command: TestCommand,
    run: CountedRun,
    limit: Duration,
}

impl<'a, 'b> HarmCheck<'a, 'b> {
    pub(crate) fn new(bench: &'a Bench<'b>) -> Self {
        HarmCheck { bench, base: OnceCell::new() }
    }

    /// What the candidate in the checkout, with which the tests in question pass, does to those beside them. Green as well
    /// where that cannot be seen.
    pub(crate) fn judge(&self) -> Judgement {
        let Some(base) = self.base.get_or_init(|| self.look_at_base()) else { return Judgement::Green };
        let Some(run) = self.run(base) else { return Judgement::Green };
        let lost = lost_tests(&base.run, &run);
        // A test that fails now and then is nobody's fault.
        let again = if lost.is_empty() { None } else { self.run(base) };
        let lost = again.map(|again| &lost & &lost_tests(&base.run, &again)).unwrap_or_default();
        let left = failing_in_both(&base.run, &run);
        tracing::debug!("breaks beside what it repairs: {lost:?}, leaves red: {left:?}");
        match (lost.is_empty(), left.is_empty()) {
            (false, _) => Judgement::Harmful,
            (true, false) => Judgement::Incomplete,
            (true, true) => Judgement::Green,
        }
    }

    /// One run of the tests of the file. One that was cut short says nothing.
    fn run(&self, base: &Base) -> Option<CountedRun> {
        let run = if self.bench.is_over() { None } else { self.bench.count(&base.command, base.limit).ok() };
        run.filter(|_| !self.bench.is_over())
    }

    /// Takes the candidate out for that long.
    fn look_at_base(&self) -> Option<Base> {
        let candidate = self.bench.patch().ok()?;
        let base = self.bench.clean().map(|()| self.run_base());
        let put_back = self.bench.with(&candidate);
        put_back.and(base).unwrap_or_else(|error| {
            tracing::debug!("the tests beside are not known: {error}");
            None
        })
    }

    fn run_base(&self) -> Option<Base> {
        let bench = self.bench;
        let command = bench.tests_of_the_file()?;
        let most = bench.run_seconds() * TIMES + MORE;
        // A search that is short of time rather looks for what helps.
        if bench.deadline.remaining().as_secs_f64() < 4.0 * most {
            return None;
        }
        let run = bench.count(&command, Duration::from_secs_f64(most)).ok()?;
        let took = Duration::try_from_secs_f64(run.duration_s).unwrap_or_default();
        let limit = took.saturating_mul(PATIENCE) + Duration::from_secs_f64(MORE);
        run.problem.is_none().then_some(Base { command, run, limit })
    }
}

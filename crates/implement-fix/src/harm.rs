//! Whether a candidate that helps the failing tests breaks others of their file: then the search goes on.
//!
//! A quick look, for the search alone: what is handed on is weighed by [`crate::neighbours`], on both sides and with more
//! files.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::time::Duration;

use regreen_case::TestCommand;
use regreen_proof::{CountedRun, TestOutcome};

use crate::bench::Bench;

/// So much longer than the tests in question may those of the file take, to be looked at for each that helps.
const TIMES: f64 = 6.0;
const MORE: f64 = 5.0;
/// So much longer than on the base may they take with a candidate.
const PATIENCE: u32 = 4;
/// Harm is named by so many tests.
const NAMED: usize = 3;

type Key = (Option<String>, String);

/// Looks at the tests of the file.
pub(crate) struct HarmCheck<'a, 'b> {
    bench: &'a Bench<'b>,
    base: OnceCell<Option<Base>>,
}

/// As they are without a candidate.
struct Base {
    command: TestCommand,
    passed: BTreeSet<Key>,
    limit: Duration,
}

impl<'a, 'b> HarmCheck<'a, 'b> {
    pub(crate) fn new(bench: &'a Bench<'b>) -> Self {
        HarmCheck { bench, base: OnceCell::new() }
    }

    /// What the candidate in the checkout breaks, in words. `None`: nothing, or it could not be seen.
    pub(crate) fn of_candidate(&self) -> Option<String> {
        let base = self.base.get_or_init(|| self.look_at_base()).as_ref()?;
        let mut broken = self.broken(base)?;
        if !broken.is_empty() {
            // A test that fails now and then is nobody's fault.
            let again = self.broken(base)?;
            broken.retain(|key| again.contains(key));
        }
        let named: Vec<&str> = broken.iter().take(NAMED).map(|(_, id)| id.as_str()).collect();
        (!broken.is_empty()).then(|| format!("it breaks {} beside: {}", broken.len(), named.join(", ")))
    }

    /// Those that passed and fail. `None` when nothing can be told.
    fn broken(&self, base: &Base) -> Option<Vec<Key>> {
        if self.bench.is_over() {
            return None;
        }
        let run = self.bench.count(&base.command, base.limit).ok()?;
        let failed = with_outcome(&run, TestOutcome::Failed);
        Some(failed.intersection(&base.passed).cloned().collect())
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
        let passed = with_outcome(&run, TestOutcome::Passed);
        let took = Duration::try_from_secs_f64(run.duration_s).unwrap_or_default();
        let limit = took.saturating_mul(PATIENCE) + Duration::from_secs_f64(MORE);
        let told = run.problem.is_none() && !passed.is_empty();
        told.then_some(Base { command, passed, limit })
    }
}

fn with_outcome(run: &CountedRun, wanted: TestOutcome) -> BTreeSet<Key> {
    let such = run.results.iter().filter(|result| result.outcome == wanted);
    such.map(|result| (result.suite.clone(), result.id.clone())).collect()
}

//! Runs under conditions: what they do to the command, and what they do to the machine around it.

use regreen_case::{Conditions, Framework, TestCommand};
use regreen_supervise::Disturbance;

use crate::error::ProofError;
use crate::variation::{Variation, varied};

/// The command of one run; `None` when its framework cannot do what the conditions ask for.
///
/// Workers, cores, rank and pauses are not the command's: see [`surround`] and
/// [`regreen_supervise::hold_back`].
#[must_use]
pub fn under(command: &TestCommand, conditions: &Conditions, number: u64) -> Option<TestCommand> {
    let seed = conditions.seed_of(number);
    let mut command = command.clone();
    let variations = [
        conditions.race_detector.then_some(Variation::RaceDetector),
        conditions.timeout_percent.map(Variation::Timeout),
        conditions.threads.map(Variation::Threads),
        conditions.repeats.map(Variation::Repeats),
        conditions.random_order.then_some(Variation::Order(seed)),
    ];
    for variation in variations.into_iter().flatten() {
        command = varied(&command, variation)?;
    }
    if conditions.random_seed {
        command = seeded(&command, seed)?;
    }
    if let Some(cores) = conditions.cores
        && command.framework == Framework::GoTest
    {
        // Go counts the cores itself, but a container may tell it otherwise.
        command.env.insert("GOMAXPROCS".to_owned(), cores.to_string());
    }
    Some(command)
}

/// The same for a proof, which is worth nothing when its runs are other ones than those that were measured.
pub(crate) fn as_measured(
    command: &TestCommand,
    conditions: &Conditions,
    number: u64,
) -> Result<TestCommand, ProofError> {
    let why = "it cannot be run as it was when its rate was measured";
    under(command, conditions, number).ok_or_else(|| ProofError::BadCommand(why.to_owned()))
}

/// Conditions for runs with a patch. Where many repeats in one process showed the failure, there are twice
/// as many: a patch that raises the limit which a leak runs into has only put it off.
pub(crate) fn harder(conditions: &Conditions) -> Conditions {
    let repeats = conditions.repeats.map(|repeats| repeats.saturating_mul(2));
    Conditions { repeats, ..conditions.clone() }
}

/// Seeds that a variable can set, where the framework's adapter knows no better.
fn seeded(command: &TestCommand, seed: u64) -> Option<TestCommand> {
    if let Some(command) = varied(command, Variation::Seed(seed)) {
        return Some(command);
    }
    if command.framework != Framework::Pytest {
        return None;
    }
    let mut command = command.clone();
    command.env.insert("PYTHONHASHSEED".to_owned(), (seed % (1 << 32)).to_string());
    Some(command)
}

/// Makes the machine as unquiet as the conditions ask for, until the guard is dropped.
#[must_use]
pub fn surround(conditions: &Conditions) -> Disturbance {
    Disturbance::start(conditions.busy, conditions.pauses, conditions.seed)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn command(framework: Framework) -> TestCommand {
        let argv = ["python3", "-m", "pytest", "t.py::test_a"].map(str::to_owned).to_vec();
        TestCommand { framework, argv, cwd: String::new(), env: BTreeMap::new() }
    }

    #[test]
    fn each_run_has_a_seed_of_its_own_and_the_same_number_the_same_one() {
        let command = command(Framework::Pytest);
        let conditions = Conditions { random_seed: true, seed: 40, ..Conditions::default() };
        let run = |number| under(&command, &conditions, number).unwrap();
        assert_eq!(run(2), run(2));
        assert_ne!(run(2), run(3));
        assert_eq!(under(&command, &Conditions::default(), 9), Some(command));
    }

    #[test]
    fn what_a_framework_cannot_do_is_not_pretended() {
        let conditions = Conditions { random_order: true, ..Conditions::default() };
        assert_eq!(under(&command(Framework::Generic), &conditions, 1), None);
    }
}

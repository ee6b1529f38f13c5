//! What earlier phases left, and whether it is our turn.

use regreen_case::{
    CaseDir, Failure, FailureRate, Reproduction, ReproductionStatus, Task, TestCommand, TestTarget, WorkKind,
};

use crate::ImplementError;

/// The documents that this phase reads.
#[derive(Debug)]
pub(crate) struct Inputs {
    pub(crate) task: Task,
    pub(crate) failure: Option<Failure>,
    pub(crate) reproduction: Reproduction,
}

impl Inputs {
    pub(crate) fn read(case: &CaseDir) -> Result<Self, ImplementError> {
        Ok(Inputs { task: case.read()?, failure: case.read_optional()?, reproduction: case.read()? })
    }

    /// Why it is not our turn, if it is not.
    pub(crate) fn not_our_turn(&self) -> Option<String> {
        let why = match self.reproduction.status {
            ReproductionStatus::Reproduced => return None,
            ReproductionStatus::NotReproduced => "the failure was not reproduced",
            ReproductionStatus::DifferentFailure => "the test fails here in another way than in CI",
            ReproductionStatus::NotRunnable => "the test could not be run",
            ReproductionStatus::Skipped => "the reproduction was skipped",
        };
        Some(match &self.reproduction.reason {
            Some(reason) => format!("{why}: {reason}"),
            None => why.to_owned(),
        })
    }

    /// The command and the tests that judge.
    pub(crate) fn judged_by(&self) -> Result<(TestCommand, Vec<TestTarget>), ImplementError> {
        let command = self.reproduction.command.clone().ok_or_else(|| {
            ImplementError::Inconsistent("reproduction.json says reproduced but has no command".to_owned())
        })?;
        Ok((command, self.reproduction.tests.clone()))
    }

    /// Whether the failure comes and goes.
    pub(crate) fn is_intermittent(&self) -> bool {
        !self.task.deterministic || self.task.work == WorkKind::Intermittent
    }

    /// How often it failed, if it does not always.
    pub(crate) fn rate(&self) -> Option<FailureRate> {
        self.reproduction.rate.filter(|rate| rate.rate > 0.0 && self.is_intermittent())
    }

    /// Numbers of runs that failed under the reproduction's conditions.
    pub(crate) fn failing_runs(&self) -> Vec<u64> {
        let found = &self.reproduction;
        let alike = found.trials.iter().filter(|trial| trial.conditions == found.conditions);
        if found.conditions.is_none() {
            Vec::new()
        } else {
            alike.flat_map(|trial| trial.failing_runs.clone()).collect()
        }
    }

    /// Fingerprint for names: as seen here, else as seen in CI.
    pub(crate) fn fingerprint(&self) -> Option<&str> {
        let here = self.reproduction.signature.as_ref();
        let in_ci = self.failure.as_ref().and_then(|failure| failure.signature.as_ref());
        here.or(in_ci).map(|signature| signature.hash.as_str())
    }

    /// Excerpt of the failure in CI.
    pub(crate) fn excerpt(&self) -> &str {
        self.failure.as_ref().map_or("", |failure| failure.excerpt.as_str())
    }
}

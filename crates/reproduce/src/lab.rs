//! Where tests are run: worktrees of the base with the overlays in them, and one way to run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regreen_case::{CaseDir, Layout, Overlay, Redactor, Signature, TestCommand, TestTarget};
use regreen_proof::{RunContext, judge, run_counted};
use regreen_supervise::{Cancel, Deadline, Sandbox};
use regreen_workspace::{Repository, Worktree};

use crate::ReproduceError;
use crate::tally::Observation;

/// Logs kept of all runs.
pub(crate) const MAX_LOGS: u32 = 12;

/// What all runs share. Can be used from several threads.
#[derive(Clone, Copy)]
pub(crate) struct Lab<'a> {
    pub(crate) case: &'a CaseDir,
    pub(crate) repository: &'a Repository,
    pub(crate) redactor: &'a Redactor,
    pub(crate) cancel: &'a Cancel,
    pub(crate) scratch: &'a Path,
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) base: &'a str,
    pub(crate) deadline: Deadline,
    /// Says what is being done.
    pub(crate) progress: &'a (dyn Fn(&str) + Sync),
}

/// What is run and how it is judged.
#[derive(Debug, Clone)]
pub(crate) struct Experiment {
    pub(crate) command: TestCommand,
    pub(crate) targets: Vec<TestTarget>,
    pub(crate) expected: Option<Signature>,
    pub(crate) overlays: Vec<Overlay>,
}

impl Lab<'_> {
    /// A fresh worktree with the overlays in it.
    pub(crate) fn worktree(&self, commit: &str, overlays: &[Overlay]) -> Result<Worktree, ReproduceError> {
        let worktree = self.repository.worktree(commit, self.scratch)?;
        for overlay in overlays {
            let from = self.case.resolve(&overlay.source)?;
            let to = worktree.path().join(&overlay.destination);
            if let Some(folder) = to.parent() {
                std::fs::create_dir_all(folder).map_err(ReproduceError::file("create", folder))?;
            }
            std::fs::copy(&from, &to).map_err(ReproduceError::file("write", &to))?;
        }
        Ok(worktree)
    }

    /// Runs the experiment once.
    pub(crate) fn run(
        &self,
        experiment: &Experiment,
        place: &Place<'_>,
    ) -> Result<Observation, ReproduceError> {
        let context = RunContext {
            checkout: place.checkout,
            repo_root: self.repository.root(),
            scratch: self.scratch,
            env: place.env,
            deadline: place.deadline,
            cancel: place.stop,
            log: Some(place.log.clone()),
            redactor: self.redactor,
            sandbox: self.sandbox,
        };
        let run = run_counted(&experiment.command, &context)?;
        let verdict = judge(&run, &experiment.targets, experiment.expected.as_ref());
        let failures = run.failures_of(&experiment.targets);
        Ok(Observation { verdict, run, failures, log: place.log.clone() })
    }

    /// Whether somebody wants us to stop.
    ///
    /// # Errors
    /// [`ReproduceError::Cancelled`].
    pub(crate) fn check(&self) -> Result<(), ReproduceError> {
        if self.cancel.is_cancelled() {
            return Err(ReproduceError::Cancelled { exit_code: self.cancel.exit_code() });
        }
        Ok(())
    }

    /// Where the log of a run is kept in the case.
    pub(crate) fn kept_log(&self, number: u32) -> PathBuf {
        self.case.path(format!("{}/logs/run_{number}.log", Layout::REPRODUCTION))
    }
}

/// Where and under what one run happens.
pub(crate) struct Place<'a> {
    pub(crate) checkout: &'a Path,
    pub(crate) env: &'a BTreeMap<String, String>,
    pub(crate) deadline: Deadline,
    pub(crate) stop: &'a Cancel,
    /// File for the output.
    pub(crate) log: PathBuf,
}

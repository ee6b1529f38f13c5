//! How a change is judged: the command, the tests that decide, what lies in the checkout while they run, and under
//! which conditions. Plain data: every fixer that works in a checkout of its own gets a copy.

use std::path::PathBuf;

use regreen_case::{CaseDir, Conditions, Signature, TestCommand, TestTarget};
use regreen_proof::showing_output;
use regreen_workspace::path_problem;

use crate::ImplementError;
use crate::goal::Goal;
use crate::inputs::Inputs;

/// What decides about a change.
#[derive(Debug, Clone)]
pub(crate) struct Trial {
    pub(crate) command: TestCommand,
    pub(crate) targets: Vec<TestTarget>,
    /// Files that judge: no fixer may change them.
    pub(crate) protected: Vec<String>,
    pub(crate) goal: Option<Goal>,
    /// The failure as it has to be.
    pub(crate) expected: Option<Signature>,
    /// The reproduction's files: where they lie, and where in the checkout they go.
    pub(crate) overlays: Vec<(PathBuf, String)>,
    /// Under which the failure shows.
    pub(crate) conditions: Conditions,
    /// Numbers of runs that failed: these come first, for with their seeds it fails again.
    pub(crate) failing_runs: Vec<u64>,
}

impl Trial {
    /// As the reproduction says.
    ///
    /// # Errors
    /// When it names no command, or a file that cannot be laid into a checkout.
    pub(crate) fn of(inputs: &Inputs, case: &CaseDir) -> Result<Self, ImplementError> {
        let (command, targets) = inputs.judged_by()?;
        let mut overlays = Vec::new();
        for overlay in &inputs.reproduction.overlays {
            if let Some(problem) = path_problem(&overlay.destination) {
                let place = &overlay.destination;
                return Err(ImplementError::Inconsistent(format!("overlay `{place}`: {problem}")));
            }
            overlays.push((case.resolve(&overlay.source)?, overlay.destination.clone()));
        }
        let goal = inputs.task.performance.as_ref().map(Goal::new).transpose()?;
        let command = if goal.is_some() { showing_output(&command) } else { command };
        Ok(Trial {
            command,
            targets,
            protected: inputs.reproduction.protected.clone(),
            goal,
            expected: inputs.reproduction.signature.clone(),
            overlays,
            conditions: inputs.reproduction.conditions.clone().unwrap_or_default(),
            failing_runs: inputs.failing_runs(),
        })
    }
}

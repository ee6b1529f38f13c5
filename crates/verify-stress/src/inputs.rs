//! What earlier phases left, checked before anything is run.

use std::path::PathBuf;

use regreen_case::{
    CaseDir, Conditions, FailureRate, Fix, FixStatus, Layout, Reproduction, Task, TestCommand, TestTarget,
    WorkKind,
};
use regreen_supervise::failure_rate;
use regreen_workspace::Patch;

use crate::{VerifyError, smaller};

/// A failure said to be intermittent whose rate nobody measured counts as if it had been seen so often in
/// so many runs.
const ASSUMED: (u32, u32) = (5, 100);
/// A patch larger than this is none of ours.
const MAX_PATCH: u64 = 64 * 1024 * 1024;

/// The documents that this phase reads.
#[derive(Debug)]
pub(crate) struct Inputs {
    pub(crate) task: Task,
    pub(crate) fix: Fix,
    pub(crate) reproduction: Option<Reproduction>,
}

/// What is to be proven.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub(crate) base: String,
    pub(crate) patch: Patch,
    pub(crate) command: TestCommand,
    pub(crate) targets: Vec<TestTarget>,
    pub(crate) overlays: Vec<(PathBuf, String)>,
    pub(crate) rate: Option<FailureRate>,
    /// Under which conditions it has that rate.
    pub(crate) conditions: Option<Conditions>,
}

impl Claim {
    /// The seed that goes with this patch: the same one whenever it is proven again.
    pub(crate) fn seed(&self) -> u32 {
        u32::from_str_radix(self.patch.sha256().get(..8).unwrap_or_default(), 16).unwrap_or_default()
    }
}

impl Inputs {
    pub(crate) fn read(case: &CaseDir) -> Result<Self, VerifyError> {
        Ok(Inputs { task: case.read()?, fix: case.read()?, reproduction: case.read_optional()? })
    }

    /// Why it is not our turn, if it is not.
    pub(crate) fn not_our_turn(&self) -> Option<String> {
        let why = match self.fix.status {
            FixStatus::PatchFound => return None,
            FixStatus::NoFixFound => "no fix was found",
            FixStatus::GreenOnBase => "the latest base is green already",
            FixStatus::OutOfTime => "the time for a fix was over",
            FixStatus::OutOfBudget => "the budget for a fix was used up",
            FixStatus::RateLimited => "the fixer's service refused",
            FixStatus::NotRunnable => "the test could not be run",
            FixStatus::Skipped => "the fix was skipped",
        };
        Some(format!("there is no patch to prove: {why}"))
    }

    /// The claim, with the patch's bytes hashed again: they came through a file.
    pub(crate) fn claim(&self, case: &CaseDir) -> Result<Claim, VerifyError> {
        let inconsistent = |what: &str| VerifyError::Inconsistent(what.to_owned());
        let path = case.path(Layout::PATCH);
        let io = |source| VerifyError::File { action: "read", path: path.clone(), source };
        if std::fs::metadata(&path).map_err(io)?.len() > MAX_PATCH {
            return Err(inconsistent("fix.patch is larger than any fix"));
        }
        let patch = Patch::from_bytes(std::fs::read(&path).map_err(io)?)?;
        let named = self.fix.patch_sha256.as_deref();
        let patch = match named == Some(patch.sha256().as_str()) {
            true => patch,
            false => smaller::interrupted(case, named)
                .ok_or_else(|| inconsistent("the bytes of fix.patch are not those that fix.json names"))?,
        };
        if patch.is_empty() {
            return Err(inconsistent("fix.patch is empty"));
        }
        let base = self.fix.base.clone().ok_or_else(|| inconsistent("fix.json names no base"))?;
        let no_reproduction = || inconsistent("there is a patch but no reproduction.json");
        let reproduction = self.reproduction.as_ref().ok_or_else(no_reproduction)?;
        let no_command = || inconsistent("reproduction.json has no command");
        let command = reproduction.command.clone().ok_or_else(no_command)?;
        let overlays = reproduction
            .overlays
            .iter()
            .map(|overlay| Ok((case.resolve(&overlay.source)?, overlay.destination.clone())))
            .collect::<Result<_, VerifyError>>()?;
        let rate = self.rate();
        Ok(Claim {
            base,
            patch,
            command,
            targets: reproduction.tests.clone(),
            overlays,
            // What was done to bring the failure out matters only where it comes and goes.
            conditions: reproduction.conditions.clone().filter(|_| rate.is_some()),
            rate,
        })
    }

    /// How often it fails; `None` for every time. What was measured counts more than what was said.
    fn rate(&self) -> Option<FailureRate> {
        let measured = self.reproduction.as_ref().and_then(|one| one.rate);
        let intermittent = !self.task.deterministic || self.task.work == WorkKind::Intermittent;
        match measured.filter(|rate| rate.failures > 0) {
            Some(rate) if intermittent || rate.failures < rate.runs => Some(rate),
            Some(_) => None,
            None => intermittent.then(|| failure_rate(ASSUMED.0, ASSUMED.1)),
        }
    }
}

//! The tests beside the failing ones: a change that breaks them is a last resort.

use std::fs;

use regreen_proof::{Checkouts, ProofRequest, neighbours};
use regreen_workspace::Patch;

use crate::ImplementError;
use crate::bench::Bench;

const OVER: &str = "there was no time left for them";

/// What a change does to the tests beside.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// Pass without it and fail with it, confirmed by a second run.
    pub(crate) broken: Vec<String>,
    /// How many fail with it all the same: of two changes, the one that leaves fewer is righter.
    pub(crate) failing: u32,
    /// Why they were not compared, if they were not.
    pub(crate) unseen: Option<String>,
}

impl Beside {
    /// They were not looked at.
    pub(crate) fn unseen(why: String) -> Self {
        Beside { unseen: Some(why), ..Beside::default() }
    }
}

/// Looks at the tests beside. Says why when there is nothing to compare, or no time for it:
/// `verify-stress` looks again, and decides.
pub(crate) fn look(
    bench: &Bench<'_>,
    patch: &Patch,
    logs: &str,
    progress: &dyn Fn(&str),
) -> Result<Beside, ImplementError> {
    // Nobody beside may measure meanwhile.
    let _turn = bench.turn_to_measure();
    if bench.is_over() {
        return Ok(Beside::unseen(OVER.to_owned()));
    }
    // Outputs of these runs would only hide the ones that decide.
    let folder = bench.scratch().join(logs);
    let request = ProofRequest {
        repository: bench.repository,
        base: bench.worktree.commit(),
        patch,
        command: &bench.trial.command,
        targets: &bench.trial.targets,
        protected: &bench.trial.protected,
        overlays: bench.overlays(),
        expected: None,
        rate: None,
        conditions: None,
        runs: None,
        goal: None,
        workers: 1,
        shard: None,
        seed: 0,
        scratch: bench.scratch(),
        logs: &folder,
        env: bench.env(),
        // Half of what is left: the answer is not worth more.
        deadline: regreen_supervise::Deadline::after(bench.deadline.remaining() / 2),
        cancel: bench.cancel,
        redactor: bench.redactor,
        sandbox: bench.sandbox,
    };
    let checkouts = Checkouts::prepare(&request)?;
    progress("running the tests beside the failing ones, with the change and without");
    let found = neighbours(&request, &checkouts, None, &mut |_| {})?;
    let _ = fs::remove_dir_all(&folder);
    let seen = found.passed_after + found.failed_after > 0;
    let why = || found.not_run.first().cloned().unwrap_or_else(|| "none of them ran".to_owned());
    let unseen = (!seen).then(why);
    Ok(Beside { broken: found.regressions, failing: found.failed_after, unseen })
}

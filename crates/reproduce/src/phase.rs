//! The phase from start to end: whose turn it is, what is run, what the document says.

use std::time::Duration;

use regreen_case::{CaseDir, Ending, Failure, Grade, Layout, Reproduction, ReproductionStatus, Task, Timing};
use regreen_supervise::{Cancel, Deadline};
use regreen_workspace::Repository;

use crate::config::Config;
use crate::lab::Lab;
use crate::subject::not_our_turn;
use crate::work::Work;
use crate::{ReproduceError, differences, explain, folder};

/// Held back from the time limit for writing down what was seen.
const RESERVE: Duration = Duration::from_secs(5);

/// Runs the phase. `progress` is told what is being done.
///
/// # Errors
/// [`ReproduceError`]; the document is written all the same wherever there is a case to write it to.
pub fn run(
    config: &Config,
    cancel: &Cancel,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Reproduction, ReproduceError> {
    let case = CaseDir::open(&config.case)?;
    if config.resume
        && let Some(done) = case.read_optional::<Reproduction>()?
        && !matches!(done.ending, Some(Ending::Cancelled | Ending::InternalError | Ending::OutOfTime))
    {
        return Ok(done);
    }
    let timing = Timing::start();
    // What an earlier run found must not pass for this one's, should this one be killed.
    let mut unfinished =
        blank(ReproductionStatus::NotRunnable, "the phase was stopped before it had an answer");
    unfinished.ending = Some(Ending::InternalError);
    unfinished.timing = timing;
    case.write(&unfinished, &config.redactor)?;
    let result = answer(&case, config, cancel, progress);
    let (document, error) = match result {
        Ok(document) => (document, None),
        Err(error) => {
            let cancelled = cancel.is_cancelled();
            let ending = if cancelled { Ending::Cancelled } else { error.ending() };
            let mut document = blank(ReproductionStatus::NotRunnable, error.to_string());
            document.ending = Some(ending);
            let error =
                if cancelled { ReproduceError::Cancelled { exit_code: cancel.exit_code() } } else { error };
            (document, Some(error))
        }
    };
    let document = Reproduction { timing: timing.finish(), ..document };
    case.write(&document, &config.redactor)?;
    match error {
        None => Ok(document),
        Some(error) => Err(error),
    }
}

/// A document that says only this.
pub(crate) fn blank(status: ReproductionStatus, reason: impl Into<String>) -> Reproduction {
    let reason = reason.into();
    Reproduction {
        status,
        reason: (!reason.is_empty()).then_some(reason),
        ending: None,
        base: None,
        tests: Vec::new(),
        command: None,
        protected: Vec::new(),
        overlays: Vec::new(),
        signature: None,
        grade: None,
        rate: None,
        conditions: None,
        plain_rate: None,
        trials: Vec::new(),
        not_replicated: Vec::new(),
        next_steps: Vec::new(),
        branch: None,
        written_by: None,
        sandbox: None,
        timing: Timing::start(),
    }
}

fn answer(
    case: &CaseDir,
    config: &Config,
    cancel: &Cancel,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Reproduction, ReproduceError> {
    let task: Task = case.read()?;
    let failure: Option<Failure> = case.read_optional()?;
    folder::clear(case)?;
    if let Some(reason) = not_our_turn(&task, failure.as_ref()) {
        let mut skipped = blank(ReproductionStatus::Skipped, reason);
        skipped.ending = failure.and_then(|failure| failure.ending);
        return Ok(skipped);
    }
    let limit = config.time_limit.unwrap_or(Duration::from_secs(task.limits.reproduce_s));
    let repository = Repository::discover(&config.repo)?;
    if let Err(error) = repository.sweep(case) {
        tracing::warn!("stale worktrees stay: {error}");
    }
    let base = repository.latest_base(config.base.as_deref())?;
    let scratch = case.path(Layout::SCRATCH);
    let lab = Lab {
        case,
        repository: &repository,
        redactor: &config.redactor,
        cancel,
        scratch: &scratch,
        sandbox: &config.sandbox,
        base: &base.commit,
        deadline: Deadline::after(limit.saturating_sub(RESERVE.min(limit / 4))),
        progress,
    };
    let confinement = config.sandbox.confinement()?;
    let overlays = folder::uncommitted_test(&lab, &task)?;
    let survey = lab.worktree(&base.commit, &overlays)?;
    let work = Work { lab, config, task: &task, failure: failure.as_ref(), survey: &survey, overlays };
    let mut found = work.reproduce()?;
    found.base = Some(base.commit.clone());
    found.sandbox = Some(confinement);
    lab.check()?;
    let reproduced = found.status == ReproductionStatus::Reproduced;
    if !reproduced || found.grade == Some(Grade::SameKind) {
        found.not_replicated = differences::find(case, failure.as_ref(), found.command.as_ref(), cancel);
    }
    if !reproduced {
        // Advice about runs is of no use where nothing could be run.
        if !found.trials.is_empty() || found.next_steps.is_empty() {
            let steps = explain::next_steps(&task, failure.as_ref(), &found.not_replicated);
            found.next_steps.extend(steps);
        }
    }
    folder::write(case, config, &task, failure.as_ref(), &found, (&repository, &survey))?;
    found.branch = folder::commit(case, &task, &found, &repository)?;
    Ok(found)
}

//! The phase from its options to its document.

use std::fs;

use regreen_agents::Presets;
use regreen_case::{Attempt, CaseDir, CaseError, EarlierCases, Ending, Fix, FixStatus, Layout, Timing};
use regreen_runner::PublicError;
use regreen_supervise::{Cancel, Deadline};
use regreen_workspace::{Base, Repository};

use crate::bench::{Bench, Surroundings};
use crate::culprit::Past;
use crate::earlier::{self, Earlier};
use crate::inputs::Inputs;
use crate::journal::{Entries, Journal, Progress};
use crate::ladder::{Ladder, Shared};
use crate::red::{self, Evidence, OnBase};
use crate::trial::Trial;
use crate::{Config, ImplementError, Rung, attempt, branch, document, merge, race};

/// Where the user describes agents of their own.
const CONFIGURATION: &str = ".github/regreen.toml";

/// Proposes a change. `progress` is told what is being done, a line at a time.
///
/// # Errors
/// When the phase could not do its work; `fix.json` then says why, if the case can be written at all.
/// Finding no fix, or being cancelled, is no error.
pub fn run(
    config: &Config,
    cancel: &Cancel,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Fix, ImplementError> {
    let case = CaseDir::open(&config.case)?;
    if config.resume
        && let Some(done) = finished(&case)
    {
        progress("the case has an answer already");
        return Ok(done);
    }
    let timing = Timing::start();
    clear(&case)?;
    case.write(&document::unfinished(&[], timing), &config.redactor)?;
    let result = Phase { config, cancel, progress, case: &case, timing }.work();
    let fix = match result {
        _ if cancel.is_cancelled() => {
            // What was done so far stays; a patch that nobody confirmed does not count.
            let so_far = case.read::<Fix>().map(|fix| fix.attempts).unwrap_or_default();
            let reason = "the run was cancelled";
            Fix {
                cost: attempt::sum(&so_far),
                attempts: so_far,
                ..document::without_patch(FixStatus::NotRunnable, Some(Ending::Cancelled), reason, timing)
            }
        }
        Ok(fix) => fix,
        Err(error) => {
            let ending = if error.exit_code() == 2 { Ending::BadInput } else { Ending::InternalError };
            let so_far = case.read::<Fix>().map(|fix| fix.attempts).unwrap_or_default();
            let mut fix =
                document::without_patch(FixStatus::NotRunnable, Some(ending), error.to_string(), timing);
            fix.cost = attempt::sum(&so_far);
            fix.attempts = so_far;
            case.write(&fix, &config.redactor)?;
            return Err(error);
        }
    };
    case.write(&fix, &config.redactor)?;
    Ok(fix)
}

/// An answer that is worth keeping: one that a second run would not change.
fn finished(case: &CaseDir) -> Option<Fix> {
    let fix = case.read::<Fix>().ok()?;
    let provisional =
        matches!(fix.ending, Some(Ending::InternalError | Ending::Cancelled | Ending::BadInput));
    (!provisional && fix.status != FixStatus::Skipped).then_some(fix)
}

/// Removes what an earlier run of this phase left.
fn clear(case: &CaseDir) -> Result<(), ImplementError> {
    let attempts = case.path(Layout::ATTEMPTS);
    let patch = case.path(Layout::PATCH);
    for (path, result) in [(&attempts, fs::remove_dir_all(&attempts)), (&patch, fs::remove_file(&patch))] {
        match result {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                let (action, path) = ("remove", path.clone());
                return Err(CaseError::Io { action, path, source }.into());
            }
            _ => {}
        }
    }
    Ok(())
}

struct Phase<'a> {
    config: &'a Config,
    cancel: &'a Cancel,
    progress: Progress<'a>,
    case: &'a CaseDir,
    timing: Timing,
}

impl Phase<'_> {
    fn work(&self) -> Result<Fix, ImplementError> {
        if !self.config.merge.is_empty() {
            return merge::merge(self.config, self.case, self.progress, self.timing);
        }
        let inputs = Inputs::read(self.case)?;
        let limit = self
            .config
            .time_limit
            .unwrap_or(std::time::Duration::from_secs(inputs.task.limits.implement_fix_s));
        let deadline = Deadline::after(limit);
        if let Some(reason) = inputs.not_our_turn() {
            return Ok(document::without_patch(FixStatus::Skipped, None, reason, self.timing));
        }
        let repository = Repository::discover(&self.config.repo)?;
        repository.sweep(self.case)?;
        let base = repository.latest_base(self.config.base.as_deref())?;
        let rungs = self.config.ladder(&presets(&repository, &base)?)?;
        let confinement = self.config.sandbox.confinement()?;
        let scratch = self.case.path(Layout::SCRATCH);
        let around = Surroundings {
            case: self.case,
            repository: &repository,
            cancel: self.cancel,
            redactor: &self.config.redactor,
            deadline,
            scratch: &scratch,
            sandbox: &self.config.sandbox,
        };
        let mut bench = Bench::set_up(around, Trial::of(&inputs, self.case)?, &base.commit)?;
        let fix = match red::see(&mut bench, &inputs, self.progress)? {
            OnBase::Red(evidence) => self.repair(&bench, &inputs, &evidence, &rungs)?,
            OnBase::Green(reason) => self.end(FixStatus::GreenOnBase, Ending::GreenOnBase, reason),
            OnBase::Different(reason) => self.end(FixStatus::NotRunnable, Ending::DifferentFailure, reason),
            OnBase::NotRun(why) => {
                let reason = format!("the test gives no counted result on the latest base: {why}");
                self.end(FixStatus::NotRunnable, Ending::NotReproduced, reason)
            }
            OnBase::Stopped => {
                let reason = "the time limit was reached before the failure was seen".to_owned();
                self.end(FixStatus::OutOfTime, Ending::OutOfTime, reason)
            }
        };
        let repository = earlier::address(&repository, &inputs);
        Ok(Fix { base: Some(base.commit), repository, sandbox: Some(confinement), ..fix })
    }

    fn end(&self, status: FixStatus, ending: Ending, reason: String) -> Fix {
        document::without_patch(status, Some(ending), self.config.redactor.clean(&reason), self.timing)
    }

    fn repair(
        &self,
        bench: &Bench<'_>,
        inputs: &Inputs,
        evidence: &Evidence,
        rungs: &[Rung],
    ) -> Result<Fix, ImplementError> {
        if let Some(note) = &evidence.note {
            (self.progress)(note);
        }
        let earlier = Earlier::gather(self.config, inputs, bench, self.progress);
        let save = |attempts: &[Attempt]| {
            // Only for the case that we are killed: failing to write it now is no reason to stop.
            if let Err(error) =
                self.case.write(&document::unfinished(attempts, self.timing), &self.config.redactor)
            {
                tracing::warn!("{error}");
            }
        };
        let journal = Journal::new(self.progress, &save);
        let past = Past::default();
        let shared = Shared {
            config: self.config,
            inputs,
            evidence,
            journal: &journal,
            lessons: &earlier,
            past: &past,
        };
        let lanes = usize::try_from(self.config.parallel).unwrap_or(usize::MAX).min(rungs.len());
        let found = if lanes > 1 || self.config.best_of {
            race::run(shared, bench, rungs, lanes)?
        } else {
            Ladder::new(shared, bench).climb(rungs)?
        };
        let Entries { attempts, cheating, .. } = journal.close();
        let patch_reused = found.as_ref().is_some_and(|found| found.reused);
        let mut fix = match found {
            Some(found) => {
                let name = branch::name(&inputs.task, inputs.fingerprint());
                document::with_patch(self.case, &self.config.redactor, found, name, self.timing)?
            }
            None => document::nothing_found(&attempts, bench.deadline.is_over(), cheating, self.timing),
        };
        if let Some(note) = &evidence.note {
            fix.reason = Some(fix.reason.map_or_else(|| note.clone(), |reason| format!("{reason}; {note}")));
        }
        fix.cost = attempt::sum(&attempts);
        fix.attempts = attempts;
        (fix.culprit, fix.bisection) = past.documents();
        fix.earlier_cases = earlier.record.map(|record| EarlierCases { patch_reused, ..record });
        Ok(fix)
    }
}

/// The user's agents are read from the base, never from a checkout that a pull request can change:
/// a preset decides which keys a program gets to see.
fn presets(repository: &Repository, base: &Base) -> Result<Presets, ImplementError> {
    match repository.read_file(&base.commit, CONFIGURATION)? {
        Some(bytes) => Ok(Presets::with_configuration(&String::from_utf8_lossy(&bytes))?),
        None => Ok(Presets::built_in()?),
    }
}

//! The embedded search as a fixer: it enumerates, the tests judge.

use std::time::{Duration, Instant};

use regreen_case::{AttemptOutcome, Framework};
use regreen_proof::ResultSource;
use regreen_repair::{SearchEnd, SearchOutcome, SearchRequest, Survivor, Suspect, Touched};
use regreen_workspace::Patch;

use crate::ImplementError;
use crate::batch_judge::Tally;
use crate::culprit::last_green;
use crate::ladder::{Found, Ladder};
use crate::search_judge::{QuickJudge, RunJudge};
use crate::weighing::Weighed;

pub(crate) const NAME: &str = "search";
/// Survivors worth comparing.
const MAX_SURVIVORS: usize = 24;
/// Share of a search's time that goes before the history is asked, which costs runs too.
const FIRST_SHARE: f64 = 0.45;
/// Signs of life come at least this often.
const TELL_EVERY: Duration = Duration::from_secs(2);

/// What a search is after, and for how long.
struct Scope {
    time: Duration,
    /// Only these places, which the culprit changed.
    only: Option<Vec<Touched>>,
    /// Candidates that were judged before.
    skip: usize,
}

impl Ladder<'_, '_> {
    /// Search, then the culprit: first everywhere, quickly; then where the commit that broke the test changed something;
    /// then that commit taken back. `rest`: how many fixers come after it.
    pub(crate) fn search(&mut self, rest: usize) -> Result<Option<Found>, ImplementError> {
        if self.bench.trial.command.framework == Framework::Checker {
            return self.take_tool_fixes(NAME);
        }
        if let Some(summary) = self.nothing_to_search() {
            let record = self.begin(NAME);
            self.finish(record, AttemptOutcome::GaveUp, summary)?;
            return Ok(None);
        }
        if let Some(found) = self.try_earlier(NAME)? {
            return Ok(Some(found));
        }
        let parts = u32::try_from(rest + 1).unwrap_or(u32::MAX);
        let may_bisect = self.may_bisect();
        let share = if may_bisect.is_ok() { FIRST_SHARE } else { 1.0 };
        let everywhere = Scope { time: self.share(parts).mul_f64(share), only: None, skip: 0 };
        if let Some(found) = self.search_once(&everywhere)? {
            return Ok(Some(found));
        }
        match may_bisect {
            _ if self.bench.is_over() => return Ok(None),
            _ if self.shared.past.hunt().is_some() => {}
            Ok(allowance) => self.hunt(allowance)?,
            Err(why) => self.do_not_hunt(&why),
        }
        let unsearched = self.unsearched();
        if !unsearched.is_empty() {
            let time = self.share(parts).mul_f64(FIRST_SHARE);
            if let Some(found) = self.search_once(&Scope { time, only: Some(unsearched), skip: 0 })? {
                return Ok(Some(found));
            }
        }
        if self.shared.past.broken_by().is_some() {
            return self.revert(rest);
        }
        // Nobody knows who broke it: the time that was kept back for that is the search's.
        match self.left_off {
            Some(skip) if !self.bench.is_over() => {
                self.search_once(&Scope { time: self.share(parts), only: None, skip })
            }
            _ => Ok(None),
        }
    }

    /// What the culprit changed and no search has been through to the last candidate. In compiled languages every
    /// candidate is a build: what was searched is not searched again.
    fn unsearched(&self) -> Vec<Touched> {
        let Some(broken_by) = self.shared.past.broken_by() else { return Vec::new() };
        let (bench, touched) = (self.bench, &broken_by.touched);
        let all = regreen_repair::locate(
            bench.worktree.path(),
            &bench.trial.targets,
            self.failures(),
            &bench.off_limits(),
            touched,
            None,
        );
        let searched = |suspect: &Suspect| {
            self.exhausted.iter().any(|known| known.file == suspect.file && known.line == suspect.line)
        };
        let of_culprit = |suspect: Suspect| {
            let overlaps = |change: &&Touched| {
                let lines = change.first <= suspect.last_line && suspect.line <= change.last;
                change.file == suspect.file && lines
            };
            let change = touched.iter().find(overlaps)?.clone();
            Some(Touched { first: suspect.line, last: suspect.last_line, ..change })
        };
        all.into_iter().filter(|suspect| !searched(suspect)).filter_map(of_culprit).collect()
    }

    fn search_once(&mut self, scope: &Scope) -> Result<Option<Found>, ImplementError> {
        let mut record = self.begin(NAME);
        self.bench.clean()?;
        let (mut weighed, mut doubtful) = (Ok(Weighed::default()), None);
        let mut is_answer = |outcome: &SearchOutcome| {
            weighed = self.weigh_survivors(&mut record, outcome);
            let Ok(weighed) = &mut weighed else { return true };
            doubtful = doubtful.take().or_else(|| weighed.take_doubtful());
            if let Some(why) = weighed.why_not() {
                self.shared.journal.say(&format!("search: {why}"));
            }
            weighed.is_answer()
        };
        let searched = self.look_for_survivors(scope, &mut is_answer);
        self.fallback = self.fallback.take().or(doubtful);
        match searched {
            Ok(outcome) => {
                for Suspect { file, line, function, score, reasons, .. } in &outcome.localised {
                    let function = function.as_deref().unwrap_or("-");
                    tracing::debug!("suspect {score:.3} {file}:{line} {function}: {}", reasons.join(", "));
                }
                if outcome.exhausted {
                    self.exhausted.clone_from(&outcome.localised);
                }
                if scope.only.is_none() {
                    self.left_off = (outcome.end == SearchEnd::DeadlineReached).then_some(outcome.may_skip);
                }
                self.end_search(record, &outcome, weighed?)
            }
            Err(error) => {
                let mut summary = error.to_string();
                summary.extend(error.hint().map(|hint| format!("; {hint}")));
                let outcome = match error {
                    regreen_repair::RepairError::NothingToSearch { .. } => AttemptOutcome::GaveUp,
                    _ => AttemptOutcome::Broken,
                };
                self.finish(record, outcome, &summary)?;
                Ok(None)
            }
        }
    }

    /// What the history calls suspect, as far as it is known.
    pub(crate) fn touched(&self) -> Vec<Touched> {
        let green = last_green(self.shared.inputs);
        self.shared.past.touched(self.bench.repository, self.bench.worktree.commit(), green)
    }

    /// Why a search makes no sense, if it makes none.
    fn nothing_to_search(&self) -> Option<&'static str> {
        if self.shared.inputs.task.work == regreen_case::WorkKind::Feature || self.bench.trial.goal.is_some()
        {
            Some("the search repairs failing tests; it neither builds features nor makes code faster")
        } else if self.counts_nothing() {
            Some(
                "the command that fails counts no tests, so the search has nothing to judge by: an exit code alone proves nothing",
            )
        } else if self.shared.evidence.unseen {
            Some("the failure did not show in our own runs here, so the search has nothing to judge by")
        } else {
            None
        }
    }

    /// Whether no run of the command can be green, whatever the code.
    fn counts_nothing(&self) -> bool {
        let command = &self.bench.trial.command;
        command.framework == Framework::Generic && ResultSource::of(command).is_none()
    }

    fn look_for_survivors(
        &self,
        scope: &Scope,
        is_answer: &mut dyn FnMut(&SearchOutcome) -> bool,
    ) -> Result<SearchOutcome, regreen_repair::RepairError> {
        let bench = self.bench;
        let failures = self.failures();
        let off_limits = bench.off_limits();
        let touched = scope.only.clone().unwrap_or_else(|| self.touched());
        let cancelled = || bench.cancel.is_cancelled();
        let priors = self.shared.lessons.priors();
        let request = SearchRequest {
            priors: Some(&priors),
            touched: &touched,
            only_culprit: scope.only.is_some(),
            failures,
            protected: &off_limits,
            cancelled: &cancelled,
            seed: self.shared.config.seed,
            max_candidates: self.shared.config.max_candidates,
            max_survivors: MAX_SURVIVORS,
            skip: scope.skip,
            coverage: &|| self.coverage(scope.time),
            ..SearchRequest::new(bench.worktree.path(), &bench.trial.targets, Instant::now() + scope.time)
        };
        let slow = RunJudge { bench, evidence: self.shared.evidence };
        let began = Instant::now();
        let mut judge = QuickJudge::new(slow, &self.killing, self.shared.config.together);
        let loading = began.elapsed();
        if judge.is_quick() {
            self.shared.journal.say("search: the test runner is loaded once for all candidates");
        }
        let mut told: Option<Instant> = None;
        let mut tell = |progress| {
            if told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
                told = Some(Instant::now());
                self.shared.journal.say(&format!("search: {progress}"));
            }
        };
        let outcome = regreen_repair::search_until(&request, &mut judge, &mut tell, is_answer);
        let Tally { builds, told } = judge.together();
        if told > 0 {
            self.shared
                .journal
                .say(&format!("search: {told} candidates were compiled together in {builds} builds"));
        }
        let mut outcome = outcome?;
        outcome.first_after = outcome.first_after.map(|after| loading + after);
        Ok(outcome)
    }

    /// The patch of a survivor. Leaves the checkout clean.
    pub(crate) fn patch_of(&self, survivor: &Survivor) -> Result<Patch, ImplementError> {
        self.bench.clean()?;
        regreen_repair::apply(self.bench.worktree.path(), survivor)?;
        let patch = self.bench.patch()?;
        self.bench.clean()?;
        Ok(patch)
    }
}

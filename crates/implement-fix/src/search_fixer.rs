//! The embedded search as a fixer: it enumerates, the tests judge.

use std::time::{Duration, Instant};

use regreen_case::{AttemptOutcome, Framework};
use regreen_proof::ResultSource;
use regreen_repair::{SearchOutcome, SearchRequest, Survivor};
use regreen_workspace::Patch;

use crate::ImplementError;
use crate::batch_judge::Tally;
use crate::ladder::{Found, Ladder};
use crate::search_judge::{QuickJudge, RunJudge};

pub(crate) const NAME: &str = "search";
/// Survivors worth comparing.
const MAX_SURVIVORS: usize = 24;
/// Signs of life come at least this often.
const TELL_EVERY: Duration = Duration::from_secs(2);

impl Ladder<'_, '_> {
    /// One search. `rest`: how many fixers come after it.
    pub(crate) fn search(&mut self, rest: usize) -> Result<Option<Found>, ImplementError> {
        if let Some(summary) = self.nothing_to_search() {
            let record = self.begin(NAME);
            self.finish(record, AttemptOutcome::GaveUp, summary)?;
            return Ok(None);
        }
        if let Some(found) = self.try_earlier(NAME)? {
            return Ok(Some(found));
        }
        let record = self.begin(NAME);
        self.bench.clean()?;
        match self.look_for_survivors(rest) {
            Ok(outcome) => self.weigh_survivors(record, &outcome),
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

    fn look_for_survivors(&self, rest: usize) -> Result<SearchOutcome, regreen_repair::RepairError> {
        let bench = self.bench;
        let failures = self.failures();
        let off_limits = bench.off_limits();
        let parts = u32::try_from(rest + 1).unwrap_or(u32::MAX);
        let cancelled = || bench.cancel.is_cancelled();
        let priors = self.shared.lessons.priors();
        let request = SearchRequest {
            priors: Some(&priors),
            failures,
            protected: &off_limits,
            cancelled: &cancelled,
            seed: self.shared.config.seed,
            max_candidates: self.shared.config.max_candidates,
            max_survivors: MAX_SURVIVORS,
            ..SearchRequest::new(
                bench.worktree.path(),
                &bench.trial.targets,
                Instant::now() + self.share(parts),
            )
        };
        let mut judge =
            QuickJudge::new(RunJudge { bench, evidence: self.shared.evidence }, self.shared.config.together);
        if judge.is_quick() {
            self.shared.journal.say("search: the test runner is loaded once for all candidates");
        }
        let mut told: Option<Instant> = None;
        let outcome = regreen_repair::search(&request, &mut judge, &mut |progress| {
            if told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
                told = Some(Instant::now());
                self.shared.journal.say(&format!("search: {progress}"));
            }
        });
        let Tally { builds, told } = judge.together();
        if told > 0 {
            self.shared
                .journal
                .say(&format!("search: {told} candidates were compiled together in {builds} builds"));
        }
        outcome
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

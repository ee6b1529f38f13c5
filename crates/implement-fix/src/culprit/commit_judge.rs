//! Runs the failing test on older commits, side by side in worktrees that go from commit to commit.
//!
//! Promise: what judges the base judges every commit: its tests and their configuration are laid over the older ones.

use regreen_case::Signature;
use regreen_supervise::{Cancel, Deadline};

use super::afford::Allowance;
use super::bisect::Answer;
use super::follow::CommitJudge;
use crate::ImplementError;
use crate::bench::{Bench, Seen};
use crate::red::Evidence;

/// Worktrees with what is needed to ask.
pub(crate) struct CommitBenches<'a> {
    lanes: Vec<Lane<'a>>,
}

struct Lane<'a> {
    bench: Bench<'a>,
    base: String,
    /// Files of the base that judge. Sources that hold tests inside are not among them: the older code is in these.
    judging: Vec<String>,
    runs_each: u32,
}

impl<'a> CommitBenches<'a> {
    /// So many of them.
    pub(crate) fn set_up(
        bench: &'a Bench<'_>,
        cancel: &'a Cancel,
        evidence: &Evidence,
        allowance: Allowance,
        lanes: usize,
    ) -> Result<Self, ImplementError> {
        let deadline = bench.deadline.earlier(Deadline::after(allowance.time));
        let judging = bench.trial.protected.clone();
        let mut found = Vec::new();
        for _ in 0..lanes.max(1) {
            let mut beside = bench.beside(cancel, lanes.max(1))?;
            beside.deadline = deadline;
            // Any failure would do for the base; on older commits it has to be this one.
            beside.trial.expected = beside.trial.expected.or_else(|| seen_failure(evidence));
            found.push(Lane {
                base: bench.worktree.commit().to_owned(),
                bench: beside,
                judging: judging.clone(),
                runs_each: allowance.runs_each,
            });
        }
        Ok(CommitBenches { lanes: found })
    }
}

fn seen_failure(evidence: &Evidence) -> Option<Signature> {
    evidence.failures.first().map(|failure| failure.signature.clone())
}

impl CommitJudge for CommitBenches<'_> {
    fn lanes(&self) -> usize {
        self.lanes.len()
    }

    fn ask(&mut self, commits: &[&str]) -> Result<Vec<Option<Answer>>, ImplementError> {
        let mut answers = Vec::new();
        let count = self.lanes.len().max(1);
        for some in commits.chunks(count) {
            let found: Vec<Result<_, _>> = std::thread::scope(|scope| {
                let running: Vec<_> = self
                    .lanes
                    .iter_mut()
                    .zip(some)
                    .map(|(lane, commit)| scope.spawn(move || lane.ask(commit)))
                    .collect();
                let join = |lane: std::thread::ScopedJoinHandle<'_, _>| {
                    lane.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                };
                running.into_iter().map(join).collect()
            });
            for answer in found {
                answers.push(answer?);
            }
        }
        Ok(answers)
    }
}

impl Lane<'_> {
    fn ask(&mut self, commit: &str) -> Result<Option<Answer>, ImplementError> {
        if self.bench.is_over() {
            return Ok(None);
        }
        if let Err(error) = self.bench.stand_on(commit, &self.base, &self.judging) {
            // A commit with files that cannot be written here, say, is no reason to give up the others.
            tracing::debug!("{commit} cannot be tested: {error}");
            return Ok(Some(Answer::Skip));
        }
        for _ in 0..self.runs_each {
            let (seen, _) = self.bench.run(None)?;
            match seen {
                Seen::Green(_) => {}
                Seen::Red(red) if red.different => return Ok(Some(Answer::Skip)),
                Seen::Red(_) => return Ok(Some(Answer::Bad)),
                Seen::NotRun(_) => return Ok(Some(Answer::Skip)),
                Seen::Stopped => return Ok(None),
            }
        }
        Ok(Some(Answer::Good))
    }
}

//! Looks for the culprit on behalf of a fixer: whether it can be afforded, the bisection, and what is known then.

use std::time::Instant;

use regreen_case::{Bisection, WorkKind};

use super::afford::{Allowance, allowance};
use super::commit_judge::CommitBenches;
use super::follow::{Finding, Named, follow};
use super::past::{BrokenBy, Hunt, touched_by_culprit};
use super::wording;
use crate::ImplementError;
use crate::inputs::Inputs;
use crate::ladder::Ladder;

/// How many commits are named where no single one can be.
const MOST_NAMED: usize = 20;

impl Ladder<'_, '_> {
    /// Why nobody should look for the culprit, or what looking may take.
    pub(crate) fn may_bisect(&self) -> Result<Allowance, String> {
        let (bench, evidence) = (self.bench, self.shared.evidence);
        if bench.trial.goal.is_some() || self.shared.inputs.task.work == WorkKind::Feature {
            return Err("only failing tests are bisected".to_owned());
        }
        if evidence.unseen {
            return Err(
                "the failure did not show in our own runs here, so no commit can be judged".to_owned()
            );
        }
        let base = bench.worktree.commit();
        let alone = bench.repository.first_parents(base, None, 2).map_err(|error| error.to_string())?;
        if alone.commits.len() < 2 {
            return Err(match alone.end {
                regreen_workspace::LineEnd::Shallow => {
                    "the clone is shallow: the commits before the base are not here (actions/checkout has fetch-depth)"
                }
                _ => "the base has no commit before it",
            }
            .to_owned());
        }
        allowance(bench.deadline.remaining(), bench.run_seconds(), evidence.rate, self.shared.inputs.rate())
    }

    /// Looks for the culprit, once in a run. What is found out is kept for everybody.
    pub(crate) fn hunt(&self, allowance: Allowance) -> Result<(), ImplementError> {
        let began = Instant::now();
        let bench = self.bench;
        let lanes = usize::try_from(self.shared.config.parallel).unwrap_or(1).max(1);
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let base = bench.worktree.commit();
        let mut judge =
            CommitBenches::set_up(bench, bench.cancel, self.shared.evidence, allowance, lanes.min(cores))?;
        let tell = |text: &str| self.shared.journal.say(text);
        tell("bisecting: looking for the commit that broke the test");
        let green = last_green(self.shared.inputs);
        let finding = follow(bench.repository, base, green, &mut judge, &tell)?;
        if bench.cancel.is_cancelled() {
            // What was seen by then says nothing that anybody asks for.
            return Ok(());
        }
        let hunt = self.conclude(&finding, began)?;
        tell(&format!("bisecting: {}", hunt.bisection.said));
        self.shared.past.keep(hunt);
        Ok(())
    }

    /// Keeps that nobody looked, and why.
    pub(crate) fn do_not_hunt(&self, why: &str) {
        let said = format!("the commit that broke it was not looked for: {why}");
        self.shared.journal.say(&said);
        let bisection = Bisection { said, ..Bisection::default() };
        self.shared.past.keep(Hunt { bisection, broken_by: None });
    }

    fn conclude(&self, finding: &Finding, began: Instant) -> Result<Hunt, ImplementError> {
        let repository = self.bench.repository;
        let facts = match &finding.named {
            Named::One(commit) => Some(repository.commit_facts(commit)?),
            _ => None,
        };
        let said = self.bench.redactor.clean(&wording::said(finding, facts.as_ref()));
        let among = match &finding.named {
            Named::Among(commits) => commits.iter().take(MOST_NAMED).cloned().collect(),
            _ => Vec::new(),
        };
        let bisection = Bisection {
            said,
            tested: finding.tested,
            skipped: finding.skipped,
            last_green: finding.last_green.clone(),
            among,
            duration_s: (began.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
        };
        let broken_by = match facts {
            Some(mut facts) => {
                facts.subject = self.bench.redactor.clean(&facts.subject);
                let reversal = repository.reversal(&facts.id, self.bench.worktree.commit())?;
                let touched = touched_by_culprit(&facts, &reversal);
                Some(BrokenBy { facts, touched, reversal })
            }
            None => None,
        };
        Ok(Hunt { bisection, broken_by })
    }
}

/// The commit that CI saw green last, as far as it says.
pub(crate) fn last_green(inputs: &Inputs) -> Option<&str> {
    inputs.failure.as_ref()?.repeats.as_ref()?.last_green_sha.as_deref()
}

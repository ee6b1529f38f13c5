//! Goes down the ladder: one fixer after the other, until one turns the test green.

use std::cell::OnceCell;
use std::time::Duration;

use regreen_agents::Place;
use regreen_case::{AttemptOutcome, FailedTest, SearchConfidence};
use regreen_repair::{Coverage, Suspect};
use regreen_workspace::Patch;

use crate::attempt::Record;
use crate::bench::Bench;
use crate::culprit::Past;
use crate::earlier::Earlier;
use crate::gate::{self, Judged};
use crate::inputs::Inputs;
use crate::journal::Journal;
use crate::killing_tests::KillingTests;
use crate::neighbours::{self, Beside};
use crate::race;
use crate::red::Evidence;
use crate::screening::{Screened, screen};
use crate::{Config, ImplementError, Rung};

/// A change that turned the test green.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) patch: Patch,
    pub(crate) fixer: String,
    /// Template of the search, when it is the search's.
    pub(crate) template: Option<String>,
    pub(crate) co_author: Option<String>,
    pub(crate) root_cause: Option<String>,
    pub(crate) hypothesis: Option<String>,
    /// How sure the search is, where it looked.
    pub(crate) confidence: Option<SearchConfidence>,
    pub(crate) alternatives: Vec<String>,
    /// What speaks against it, when something does.
    pub(crate) reservation: Option<String>,
    /// Whether it is what an earlier case had proven.
    pub(crate) reused: bool,
    /// The attempt that made it.
    pub(crate) attempt: u32,
}

/// What all fixers of a run share.
#[derive(Clone, Copy)]
pub(crate) struct Shared<'a, 'b> {
    pub(crate) config: &'a Config,
    pub(crate) inputs: &'a Inputs,
    pub(crate) evidence: &'a Evidence,
    pub(crate) journal: &'a Journal<'b>,
    /// What other cases teach.
    pub(crate) lessons: &'a Earlier,
    /// What the history knows.
    pub(crate) past: &'a Past,
}

/// The state of the climb.
pub(crate) struct Ladder<'a, 'b> {
    pub(crate) shared: Shared<'a, 'b>,
    pub(crate) bench: &'a Bench<'a>,
    /// Where to look first, once somebody asked.
    pub(crate) places: OnceCell<Vec<Place>>,
    /// What the tests execute on the base, once somebody asked; nothing where that cannot be seen.
    pub(crate) coverage: OnceCell<Option<Coverage>>,
    /// What a search has been through to the last candidate.
    pub(crate) exhausted: Vec<Suspect>,
    /// How many candidates a search that ran out of its time was through with.
    pub(crate) left_off: Option<usize>,
    /// Tests beside that changes were seen to break.
    pub(crate) killing: KillingTests,
    /// Green, but with something against it: taken when nothing better comes.
    pub(crate) fallback: Option<Found>,
}

/// How a proposal fared.
pub(crate) enum Verdict {
    /// It is the one.
    Accepted {
        /// As it will be handed on.
        patch: Patch,
        /// In words.
        summary: String,
        /// Tests beside that still fail with it, as they did without.
        failing: u32,
        /// Why the tests beside were not compared, if they were not.
        unseen: Option<String>,
    },
    /// Green, but something speaks against it.
    Doubtful {
        /// As it would be handed on.
        patch: Patch,
        /// What.
        reservation: String,
    },
    /// It is not.
    Declined {
        /// How it ended.
        outcome: AttemptOutcome,
        /// In words.
        summary: String,
        /// Output of the deciding test run, if there was one.
        output: String,
    },
    /// No time is left.
    Stopped,
}

impl<'a, 'b> Ladder<'a, 'b> {
    pub(crate) fn new(shared: Shared<'a, 'b>, bench: &'a Bench<'a>) -> Self {
        Ladder {
            shared,
            bench,
            places: OnceCell::new(),
            coverage: OnceCell::new(),
            exhausted: Vec::new(),
            left_off: None,
            killing: KillingTests::default(),
            fallback: None,
        }
    }

    /// Climbs. `None`: nobody found anything.
    pub(crate) fn climb(&mut self, rungs: &[Rung]) -> Result<Option<Found>, ImplementError> {
        for (at, rung) in rungs.iter().enumerate() {
            if self.bench.is_over() {
                break;
            }
            if let Some(found) = self.step(rung, rungs.len() - at - 1)? {
                return Ok(Some(found));
            }
        }
        Ok(self.fallback.take())
    }

    /// One rung. `rest`: how many come after it.
    pub(crate) fn step(&mut self, rung: &Rung, rest: usize) -> Result<Option<Found>, ImplementError> {
        match rung {
            Rung::Search => self.search(rest),
            Rung::Agent(preset) => self.ask(preset, rest),
        }
    }

    pub(crate) fn begin(&self, fixer: &str) -> Record {
        let number = self.shared.journal.begin();
        self.shared.journal.say(&format!("attempt {number}: {fixer}"));
        Record::begin(number, fixer)
    }

    pub(crate) fn finish(
        &self,
        record: Record,
        outcome: AttemptOutcome,
        summary: &str,
    ) -> Result<(), ImplementError> {
        let overtaken = race::overtaken(self.bench.cancel, outcome);
        let (outcome, summary) = overtaken.unwrap_or_else(|| (outcome, summary.to_owned()));
        self.shared.journal.say(&format!("attempt {}: {summary}", record.number));
        let attempt = record.finish(self.bench.case, self.bench.redactor, outcome, &summary)?;
        self.shared.journal.finish(attempt);
        Ok(())
    }

    /// The failures as they were seen here, or else in CI.
    pub(crate) fn failures(&self) -> &[FailedTest] {
        let in_ci: &[FailedTest] = self.shared.inputs.failure.as_ref().map_or(&[], |failure| &failure.tests);
        if self.shared.evidence.failures.is_empty() { in_ci } else { &self.shared.evidence.failures }
    }

    /// Time for a fixer: all that is left but what judging needs; with others to come, a share.
    pub(crate) fn share(&self, parts: u32) -> Duration {
        let left = self.bench.deadline.remaining();
        let usable = left.saturating_sub((left / 5).min(Duration::from_secs(60)));
        // The first of several may well be the one: it gets more than an even share.
        if parts <= 1 { usable } else { usable.mul_f64((1.6 / f64::from(parts)).min(1.0)) }
    }

    /// Screens and judges a proposal.
    pub(crate) fn judge(&self, proposed: &Patch, record: &mut Record) -> Result<Verdict, ImplementError> {
        let Screened { patch, restored, refused, cheating } = screen(self.bench, proposed);
        if !refused.is_empty() {
            if cheating {
                self.shared.journal.note_cheating();
            }
            let summary = format!("refused: {}", refused.join("; "));
            return Ok(Verdict::Declined {
                outcome: AttemptOutcome::Refused,
                summary,
                output: String::new(),
            });
        }
        let put_back = match restored.as_slice() {
            [] => String::new(),
            paths => format!(" (edits to {} were put back)", paths.join(", ")),
        };
        let verdict = match gate::judge(self.bench, &patch, self.shared.evidence, record)? {
            Judged::Green { runs, enough } => self.weigh(patch, record.number, (runs, enough), &put_back)?,
            Judged::StillRed { why, output } => Verdict::Declined {
                outcome: AttemptOutcome::StillRed,
                summary: format!("{why}{put_back}"),
                output,
            },
            Judged::NotRun { why, output } => Verdict::Declined {
                outcome: AttemptOutcome::NotRun,
                summary: format!("the test did not run with it: {why}{put_back}"),
                output,
            },
            Judged::Stopped => Verdict::Stopped,
        };
        // Somebody beside was first: what was seen by then was cut short, and nobody asks for it any more.
        Ok(if self.bench.cancel.is_cancelled_alone() { Verdict::Stopped } else { verdict })
    }

    /// A green change, weighed by what it does to the tests beside.
    fn weigh(
        &self,
        patch: Patch,
        number: u32,
        (runs, enough): (u32, bool),
        put_back: &str,
    ) -> Result<Verdict, ImplementError> {
        let logs = format!("neighbours-{number}");
        let Beside { broken, failing, unseen } =
            neighbours::look(self.bench, &patch, &logs, self.shared.journal.progress())?;
        if !broken.is_empty() {
            self.killing.name(self.bench.trial.command.framework, &broken);
            let named: Vec<&str> = broken.iter().map(String::as_str).take(5).collect();
            let count = broken.len();
            let reservation =
                format!("the test passes with it, but {count} beside it break: {}", named.join(", "));
            return Ok(Verdict::Doubtful { patch, reservation });
        }
        let limit = match (self.shared.evidence.unseen, enough) {
            (true, _) => "; the failure did not show in our own runs without it, so that says little",
            (false, false) => "; there was no time for as many runs as the failure asks for",
            (false, true) => "",
        };
        let beside = unseen
            .as_ref()
            .map_or_else(String::new, |why| format!("; tests beside were not compared: {why}"));
        let summary = format!("the test passes with it in {runs} of {runs} runs{put_back}{limit}{beside}");
        Ok(Verdict::Accepted { patch, summary, failing, unseen })
    }
}

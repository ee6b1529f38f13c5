//! From the survivors of a search to the one that is handed on: compared by what they do, then before the gate, one of each
//! behaviour first.

use regreen_case::{AttemptOutcome, SearchConfidence};
use regreen_repair::{SearchEnd, SearchOutcome, Survivor};
use regreen_workspace::Patch;

use crate::ImplementError;
use crate::attempt::Record;
use crate::behaviour::{self, Comparison};
use crate::confidence::{Grounds, in_words};
use crate::harm::HarmCheck;
use crate::ladder::{Found, Ladder, Verdict};
use crate::search_fixer::NAME;

/// Survivors that come before the gate; a gate costs several runs.
const MOST_WEIGHED: usize = 8;
/// Others that are kept for people to look at.
const MOST_KEPT: usize = 5;

/// What the gate said of survivors.
#[derive(Default)]
pub(crate) struct Weighed {
    comparison: Comparison,
    chosen: Option<Choice>,
    /// Green, but with something against it.
    doubtful: Option<Found>,
    last: Option<(AttemptOutcome, String)>,
}

/// A survivor that stood up to the gate.
struct Choice {
    /// Its place in the list.
    at: usize,
    found: Found,
    summary: String,
    /// Tests beside that fail with it as they did without.
    failing: u32,
    /// Why those were not compared, if they were not.
    unseen: Option<String>,
}

impl Weighed {
    /// Whether one of them stands up to it.
    pub(crate) fn is_answer(&self) -> bool {
        self.chosen.is_some()
    }

    /// Why none of them does, where one came that far.
    pub(crate) fn why_not(&self) -> Option<&str> {
        self.last.as_ref().filter(|_| self.chosen.is_none()).map(|(_, why)| why.as_str())
    }

    /// What speaks against one that is green; taken out.
    pub(crate) fn take_doubtful(&mut self) -> Option<Found> {
        self.doubtful.take()
    }
}

impl Ladder<'_, '_> {
    /// Survivors before the gate: the best one that stands up to it is chosen.
    pub(crate) fn weigh_survivors(
        &self,
        record: &mut Record,
        outcome: &SearchOutcome,
    ) -> Result<Weighed, ImplementError> {
        let comparison = self.compare(&outcome.survivors);
        let mut weighed = Weighed::default();
        for &at in comparison.order.iter().take(MOST_WEIGHED) {
            if weighed.chosen.as_ref().is_some_and(|choice| choice.failing == 0) || self.bench.is_over() {
                break;
            }
            self.weigh_survivor(record, (at, &outcome.survivors[at]), &mut weighed)?;
        }
        Ok(Weighed { comparison, ..weighed })
    }

    /// The end of a search: the survivor that was chosen is handed on, others are kept as alternatives.
    pub(crate) fn end_search(
        &self,
        record: Record,
        outcome: &SearchOutcome,
        weighed: Weighed,
    ) -> Result<Option<Found>, ImplementError> {
        let Weighed { comparison, chosen, last, .. } = weighed;
        let others =
            self.keep_others(&record, outcome, &comparison, chosen.as_ref().map(|choice| choice.at))?;
        if let Some(choice) = chosen {
            return self.hand_on(record, outcome, choice, (&comparison, &others)).map(Some);
        }
        let ended = match outcome.end {
            SearchEnd::DeadlineReached => AttemptOutcome::TimedOut,
            _ => AttemptOutcome::GaveUp,
        };
        let (ended, why) = last.unwrap_or((ended, "no change turned the test green".to_owned()));
        self.finish(record, ended, &format!("{why}; {}", tally(outcome)))?;
        Ok(None)
    }

    /// What the survivors do. Where a failure comes and goes, or is a number, nothing is compared: a single run says
    /// nothing there.
    fn compare(&self, survivors: &[Survivor]) -> Comparison {
        if survivors.is_empty() || !self.is_comparable() {
            return Comparison { order: (0..survivors.len()).collect(), ..Comparison::default() };
        }
        // Who is green stays green, whatever comes in the way of looking closer.
        behaviour::compare(self.bench, self.shared.evidence, survivors, self.shared.journal.progress())
            .unwrap_or_else(|error| Comparison::blind(survivors, error.to_string()))
    }

    fn is_comparable(&self) -> bool {
        self.shared.evidence.rate.is_none() && self.bench.trial.goal.is_none()
    }

    fn weigh_survivor(
        &self,
        record: &mut Record,
        (at, survivor): (usize, &Survivor),
        weighed: &mut Weighed,
    ) -> Result<(), ImplementError> {
        let proposed = self.patch_of(survivor)?;
        let has_last_resort = weighed.doubtful.is_some() || self.fallback.is_some();
        if has_last_resort && self.breaks_what_others_broke(&proposed)? {
            let why = "the test passes with it, but it breaks what others broke beside it".to_owned();
            weighed.last = Some((AttemptOutcome::StillRed, why));
            return Ok(());
        }
        match self.judge(&proposed, record)? {
            Verdict::Accepted { patch, summary, failing, unseen } => {
                if weighed.chosen.as_ref().is_none_or(|choice| failing < choice.failing) {
                    let found = found(record.number, patch, survivor);
                    weighed.chosen = Some(Choice { at, found, summary, failing, unseen });
                }
            }
            Verdict::Doubtful { patch, reservation } => {
                weighed.last = Some((AttemptOutcome::StillRed, reservation.clone()));
                if weighed.doubtful.is_none() && self.fallback.is_none() {
                    record.store_change(self.bench.case, &patch)?;
                    let reservation = Some(reservation);
                    weighed.doubtful = Some(Found { reservation, ..found(record.number, patch, survivor) });
                }
            }
            Verdict::Declined { outcome, summary, .. } => weighed.last = Some((outcome, summary)),
            Verdict::Stopped if weighed.chosen.is_some() || self.bench.cancel.is_cancelled() => {}
            // Green once is better than nothing, and it says so.
            Verdict::Stopped => {
                let reservation = Some("the time was over before it could be confirmed".to_owned());
                let found = Found { reservation, ..found(record.number, proposed, survivor) };
                let summary = "the test passed with it once".to_owned();
                let unseen = Some("the time was over".to_owned());
                weighed.chosen = Some(Choice { at, found, summary, failing: 0, unseen });
            }
        }
        Ok(())
    }

    /// A run of a few tests: the whole look at all tests beside takes many. Leaves the checkout clean.
    fn breaks_what_others_broke(&self, proposed: &Patch) -> Result<bool, ImplementError> {
        if !self.is_comparable() || self.killing.is_empty() {
            return Ok(false);
        }
        self.bench.with(proposed)?;
        let is_killed = HarmCheck::new(self.bench, &self.killing).is_killed();
        self.bench.clean()?;
        Ok(is_killed)
    }

    /// Stores the diffs of others: one of each behaviour first.
    fn keep_others(
        &self,
        record: &Record,
        outcome: &SearchOutcome,
        comparison: &Comparison,
        chosen: Option<usize>,
    ) -> Result<Vec<(usize, String)>, ImplementError> {
        let others = comparison.order.iter().filter(|at| Some(**at) != chosen).take(MOST_KEPT);
        let mut kept = Vec::new();
        for (number, &at) in others.enumerate() {
            let patch = self.patch_of(&outcome.survivors[at])?;
            let name = format!("alternative_{}.diff", number + 1);
            kept.push((at, record.store(self.bench.case, &name, &patch)?));
        }
        Ok(kept)
    }

    fn hand_on(
        &self,
        mut record: Record,
        outcome: &SearchOutcome,
        choice: Choice,
        (comparison, others): (&Comparison, &[(usize, String)]),
    ) -> Result<Found, ImplementError> {
        let Choice { at, mut found, summary, failing, unseen } = choice;
        record.store_change(self.bench.case, &found.patch)?;
        found.alternatives = others.iter().map(|(_, name)| name.clone()).collect();
        let diff = |other: usize| others.iter().find(|(at, _)| *at == other).map(|(_, name)| name.clone());
        let grounds = Grounds {
            survivors: &outcome.survivors,
            comparison,
            thorough: outcome.thorough,
            judged_share: outcome.judged_share,
            failing,
            unseen: unseen.as_deref(),
            accepted: self.shared.config.accept_low,
        };
        found.confidence = self.is_comparable().then(|| grounds.confidence(at, &diff));
        let sure = found.confidence.as_ref().map_or_else(String::new, in_short);
        let what = found.root_cause.clone().unwrap_or_default();
        self.finish(record, AttemptOutcome::Green, &format!("{what}: {summary}{sure}; {}", tally(outcome)))?;
        Ok(found)
    }
}

fn in_short(confidence: &SearchConfidence) -> String {
    let level = match confidence.level {
        regreen_case::ConfidenceLevel::High => "high",
        regreen_case::ConfidenceLevel::Low => "low",
    };
    format!("; {level} confidence: {}", confidence.reason)
}

fn found(number: u32, patch: Patch, survivor: &Survivor) -> Found {
    Found {
        patch,
        fixer: NAME.to_owned(),
        template: Some(survivor.template.clone()),
        co_author: None,
        root_cause: Some(in_words(survivor)),
        hypothesis: Some(survivor.hypothesis()),
        confidence: None,
        alternatives: Vec::new(),
        reservation: (!survivor.cautions.is_empty()).then(|| survivor.cautions.join("; ")),
        reused: false,
        attempt: number,
    }
}

fn tally(outcome: &SearchOutcome) -> String {
    let SearchOutcome { tried, generated, survivors, incomplete, harmful, turned_down, .. } = outcome;
    let likely = outcome.judged_share * 100.0;
    let mut text = format!(
        "{tried} of {generated} candidates judged ({likely:.0} % of what is likely), {} green",
        survivors.len()
    );
    if let Some(after) = outcome.first_after {
        text.push_str(&format!(", the first after {:.1} s", after.as_secs_f64()));
    }
    if *incomplete > 0 {
        text.push_str(&format!(", {incomplete} that leave others red"));
    }
    if *harmful > 0 {
        text.push_str(&format!(", {harmful} that break others"));
    }
    if *turned_down > 0 {
        text.push_str(&format!(", {turned_down} green that did not stand up"));
    }
    for note in outcome.notes.iter().take(3) {
        text.push_str("; ");
        text.push_str(note);
    }
    text
}

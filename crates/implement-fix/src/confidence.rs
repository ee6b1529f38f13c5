//! How sure the search is of what it chose: one behaviour among all that passes, seen with values that tell, after a look
//! at enough else. The gate of one behaviour is the best predictor that was measured for searches of this kind.

use regreen_case::{BehaviourDifference, BehaviourGroup, ConfidenceLevel, SearchConfidence};
use regreen_repair::{ENOUGH_JUDGED, Survivor, difference, telling};

use crate::behaviour::Comparison;

/// Probes that the code did otherwise before, at least; and different things that it does.
const TELLING: usize = 3;
/// Behaviours that are shown.
const SHOWN: usize = 3;
/// Letters of what a test says.
const LETTERS: usize = 300;

/// What the search did, and what was seen of what it found.
pub(crate) struct Grounds<'a> {
    pub(crate) survivors: &'a [Survivor],
    pub(crate) comparison: &'a Comparison,
    /// Whether enough candidates behind the first that passed were judged too.
    pub(crate) thorough: bool,
    /// How likely what was judged is, against all that could have been.
    pub(crate) judged_share: f64,
    /// Tests beside that fail with it as they did without.
    pub(crate) failing: u32,
    /// Why tests beside were not compared, if they were not.
    pub(crate) unseen: Option<&'a str>,
    /// Whether low confidence is taken for an answer.
    pub(crate) accepted: bool,
}

impl Grounds<'_> {
    /// How sure we are of the survivor `chosen`. `diff`: where that of another one lies.
    pub(crate) fn confidence(
        &self,
        chosen: usize,
        diff: &dyn Fn(usize) -> Option<String>,
    ) -> SearchConfidence {
        let comparison = self.comparison;
        let (changed, different) =
            comparison.seen.get(chosen).map_or((0, 0), |seen| telling(seen, &comparison.before));
        let compared = comparison.groups.iter().map(|group| group.members.len()).sum::<usize>();
        let doubt = self.doubt(chosen, (changed, different));
        let level = if doubt.is_none() { ConfidenceLevel::High } else { ConfidenceLevel::Low };
        let sure = || {
            let what = if compared == 1 {
                "the only change that passes".to_owned()
            } else {
                format!("all {compared} changes that pass do the same")
            };
            format!("{what}, seen with {} varied tests", comparison.probes.len())
        };
        SearchConfidence {
            level,
            reason: doubt.unwrap_or_else(sure),
            accepted: self.accepted,
            compared: count(compared),
            probes: count(comparison.probes.len()),
            telling: count(changed),
            behaviours: self.behaviours(chosen, diff),
        }
    }

    /// What speaks against being sure.
    fn doubt(&self, chosen: usize, (changed, different): (usize, usize)) -> Option<String> {
        let comparison = self.comparison;
        let groups = comparison.groups.len();
        if let Some(why) = &comparison.blind {
            Some(format!("what the change does elsewhere could not be seen: {why}"))
        } else if groups > 1 {
            Some(format!("changes that pass do {groups} different things with varied tests"))
        } else if comparison.seen.len() < self.survivors.len() {
            let (seen, all) = (comparison.seen.len(), self.survivors.len());
            Some(format!("only {seen} of {all} changes that pass were compared"))
        } else if !comparison.groups.iter().any(|group| group.members.contains(&chosen)) {
            Some("it breaks tests beside the failing one".to_owned())
        } else if let Some(why) = self.unseen {
            Some(format!("what it does to the tests beside was not seen: {why}"))
        } else if self.failing > 0 {
            Some("tests beside still fail with it as they did without".to_owned())
        } else if let Some(caution) = self.survivors.get(chosen).and_then(|chosen| chosen.cautions.first()) {
            Some(caution.clone())
        } else if changed < TELLING || different < TELLING {
            Some(format!(
                "the varied tests tell little: the code did {changed} of {} otherwise before the change",
                comparison.probes.len()
            ))
        } else if self.judged_share < ENOUGH_JUDGED {
            // What else would pass is unknown. Measured: of single functions with their fault in them 71 to 99 % is judged, of
            // packages mostly less than 50 %; five of seven changes that were called sure before this was asked were wrong.
            let share = self.judged_share * 100.0;
            Some(format!("the search looked at only {share:.0} % of what is likely"))
        } else if !self.thorough {
            Some("the search ended before it had looked at enough other changes".to_owned())
        } else {
            None
        }
    }

    fn behaviours(&self, chosen: usize, diff: &dyn Fn(usize) -> Option<String>) -> Vec<BehaviourGroup> {
        let mut groups: Vec<_> = self.comparison.groups.iter().collect();
        groups.sort_by_key(|group| !group.members.contains(&chosen));
        let shown = groups.into_iter().take(SHOWN).filter_map(|group| {
            let own = group.members.contains(&chosen);
            let best = if own { chosen } else { *group.members.first()? };
            Some(BehaviourGroup {
                change: in_words(self.survivors.get(best)?),
                diff: if own { None } else { diff(best) },
                members: count(group.members.len()),
                difference: if own { None } else { self.difference(chosen, best) },
            })
        });
        shown.collect()
    }

    fn difference(&self, chosen: usize, other: usize) -> Option<BehaviourDifference> {
        let (one, another) = (self.comparison.seen.get(chosen)?, self.comparison.seen.get(other)?);
        let at = difference(one, another)?;
        let probe = self.comparison.probes.get(at)?;
        let said = |seen: &regreen_repair::Observed| match seen.get(at) {
            Some(Some(said)) => said.trim().chars().take(LETTERS).collect(),
            _ => "no result".to_owned(),
        };
        Some(BehaviourDifference {
            test: probe.test.clone(),
            before: probe.before.clone(),
            after: probe.after.clone(),
            chosen: said(one),
            other: said(another),
        })
    }
}

/// A survivor as a line.
pub(crate) fn in_words(survivor: &Survivor) -> String {
    format!("{}:{}: {}", survivor.file, survivor.line, survivor.description)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use regreen_repair::{Behaviour, Observed};

    use super::*;

    fn survivor() -> Survivor {
        Survivor {
            file: "cart.py".to_owned(),
            line: 2,
            function: None,
            description: "replace `>` by `>=`".to_owned(),
            template: "comparison".to_owned(),
            before: String::new(),
            after: String::new(),
            edits: Vec::new(),
            fingerprint: 0,
            score: 1.0,
            cautions: Vec::new(),
        }
    }

    fn observed(said: &[&str]) -> Observed {
        said.iter().map(|said| Some((*said).to_owned())).collect()
    }

    /// Two changes that do the same, otherwise than before with four values.
    fn same() -> Comparison {
        let seen = observed(&["1", "2", "3", "4"]);
        Comparison {
            order: vec![0, 1],
            groups: vec![Behaviour { members: vec![0, 1], weight: 2.0 }],
            seen: vec![seen.clone(), seen],
            before: observed(&["0", "0", "0", "0"]),
            ..Comparison::default()
        }
    }

    fn level(comparison: &Comparison, more: impl Fn(&mut Grounds<'_>)) -> (ConfidenceLevel, String) {
        let survivors = [survivor(), survivor()];
        let mut grounds = Grounds {
            survivors: &survivors,
            comparison,
            thorough: true,
            judged_share: 0.9,
            failing: 0,
            unseen: None,
            accepted: false,
        };
        more(&mut grounds);
        let confidence = grounds.confidence(0, &|_| None);
        (confidence.level, confidence.reason)
    }

    #[test]
    fn everything_that_passes_doing_the_same_is_high() {
        let (level, reason) = level(&same(), |_| {});
        assert_eq!(level, ConfidenceLevel::High);
        assert_eq!(reason, "all 2 changes that pass do the same, seen with 0 varied tests");
    }

    #[track_caller]
    fn is_low(comparison: &Comparison, more: impl Fn(&mut Grounds<'_>), why: &str) {
        let (level, reason) = level(comparison, more);
        assert_eq!((level, reason.as_str()), (ConfidenceLevel::Low, why));
    }

    #[test]
    fn every_doubt_makes_it_low() {
        is_low(
            &same(),
            |it| it.thorough = false,
            "the search ended before it had looked at enough other changes",
        );
        let mut cautioned = [survivor(), survivor()];
        cautioned[0].cautions.push("an early exit was added".to_owned());
        let grounds = Grounds {
            survivors: &cautioned,
            comparison: &same(),
            thorough: true,
            judged_share: 0.9,
            failing: 0,
            unseen: None,
            accepted: false,
        };
        let confidence = grounds.confidence(0, &|_| None);
        assert_eq!(
            (confidence.level, confidence.reason.as_str()),
            (ConfidenceLevel::Low, "an early exit was added")
        );
        is_low(&same(), |it| it.failing = 1, "tests beside still fail with it as they did without");
        is_low(
            &same(),
            |it| it.unseen = Some("there was no time left for them"),
            "what it does to the tests beside was not seen: there was no time left for them",
        );
        is_low(
            &Comparison::blind(&[], "the probes did not run"),
            |_| {},
            "what the change does elsewhere could not be seen: the probes did not run",
        );
        is_low(&same(), |it| it.judged_share = 0.07, "the search looked at only 7 % of what is likely");
        let one_seen = Comparison { seen: vec![same().before], ..same() };
        is_low(&one_seen, |_| {}, "only 1 of 2 changes that pass were compared");
        let two = Behaviour { members: vec![1], weight: 1.0 };
        let groups = vec![Behaviour { members: vec![0], weight: 1.0 }, two.clone()];
        let differing = Comparison { groups, ..same() };
        is_low(&differing, |_| {}, "changes that pass do 2 different things with varied tests");
        let harming = Comparison { groups: vec![two], ..same() };
        is_low(&harming, |_| {}, "it breaks tests beside the failing one");
        let mute = Comparison { before: same().seen[0].clone(), ..same() };
        is_low(
            &mute,
            |_| {},
            "the varied tests tell little: the code did 0 of 0 otherwise before the change",
        );
    }
}

//! Neighbours that look broken by the patch: run again on both sides until chance no longer explains it.
//!
//! Among hundreds of tests some fail now and then, so the run that raised the suspicion says nothing
//! about it: only the runs after it count. Both sides are run in turn; a suspect that fails with the patch
//! more often than chance allows is a regression, every other one is flaky.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regreen_case::{Framework, NeighbourRerun, Neighbours};

use crate::counted::{CountedRun, TestOutcome};
use crate::error::ProofError;
use crate::neighbours::Side;
use crate::proportions::{SURE, chance_of};
use crate::stage::Progress;

/// Rounds on both sides at most.
const ROUNDS: u32 = 5;
/// Names what went wrong when no single test did.
pub(crate) const WHOLE_RUN: &str = "the run as a whole";

pub(crate) type Key = (Option<String>, String);
pub(crate) type Outcomes = BTreeMap<Key, TestOutcome>;

/// Something that passed before and does not after.
struct Suspect {
    /// `None` is the run as a whole.
    key: Option<Key>,
    /// The test is not there without the patch.
    is_new: bool,
    seen: NeighbourRerun,
}

pub(crate) fn outcomes(run: &CountedRun) -> Outcomes {
    run.results.iter().map(|result| ((result.suite.clone(), result.id.clone()), result.outcome)).collect()
}

/// Tests passed before and failed, were skipped or are gone after; and new tests that fail.
fn lost(before: &Outcomes, after: &Outcomes) -> Vec<(Key, bool)> {
    let gone = before.iter().filter(|(key, outcome)| {
        **outcome == TestOutcome::Passed && after.get(*key) != Some(&TestOutcome::Passed)
    });
    let new =
        after.iter().filter(|(key, outcome)| **outcome == TestOutcome::Failed && !before.contains_key(*key));
    gone.map(|(key, _)| (key.clone(), false)).chain(new.map(|(key, _)| (key.clone(), true))).collect()
}

/// Tests that one run shows passing and another one does not: they failed, were skipped or are gone; and new ones that
/// fail. By names, as people read them.
#[must_use]
pub fn lost_tests(before: &CountedRun, after: &CountedRun) -> BTreeSet<String> {
    lost(&outcomes(before), &outcomes(after)).into_iter().map(|((_, id), _)| id).collect()
}

/// Tests that fail in both runs. By names, as people read them.
#[must_use]
pub fn failing_in_both(before: &CountedRun, after: &CountedRun) -> BTreeSet<String> {
    let failing = |run: &CountedRun| -> BTreeSet<Key> {
        outcomes(run)
            .into_iter()
            .filter(|(_, outcome)| *outcome == TestOutcome::Failed)
            .map(|(key, _)| key)
            .collect()
    };
    (&failing(before) & &failing(after)).into_iter().map(|(_, id)| id).collect()
}

/// Whether a run as a whole went wrong, apart from single tests.
fn is_broken(side: &Side<'_>, run: &CountedRun) -> bool {
    if side.command.framework == Framework::Generic { !run.end.is_success() } else { run.problem.is_some() }
}

impl Suspect {
    fn is_bad(&self, side: &Side<'_>, run: &CountedRun, outcomes: &Outcomes, patched: bool) -> bool {
        match &self.key {
            None => is_broken(side, run),
            Some(key) if self.is_new && !patched => {
                outcomes.get(key).is_some_and(|one| *one != TestOutcome::Passed)
            }
            Some(key) => outcomes.get(key) != Some(&TestOutcome::Passed),
        }
    }

    /// Whether more rounds cannot change the answer, or need not.
    fn is_decided(&self) -> bool {
        let comes_and_goes = self.seen.failed_after < self.seen.runs_after && self.seen.failed_before > 0;
        comes_and_goes || chance_of(&self.seen) <= SURE + 1e-9
    }
}

fn suspects(side: &Side<'_>, before: &CountedRun, after: &CountedRun) -> Vec<Suspect> {
    let suspect = |key: Option<Key>, is_new: bool| {
        let test = match &key {
            Some((Some(suite), id)) if side.command.framework != Framework::Pytest => {
                format!("{id} ({suite})")
            }
            Some((_, id)) => id.clone(),
            None => WHOLE_RUN.to_owned(),
        };
        let seen = NeighbourRerun { test, failed_before: 0, runs_before: 0, failed_after: 0, runs_after: 0 };
        Suspect { key, is_new, seen }
    };
    let mut found: Vec<Suspect> = lost(&outcomes(before), &outcomes(after))
        .into_iter()
        .map(|(key, is_new)| suspect(Some(key), is_new))
        .collect();
    if !is_broken(side, before) && is_broken(side, after) {
        // Where single tests explain it, they are named.
        let explained = side.command.framework == Framework::Generic && !found.is_empty();
        if !explained {
            found.push(suspect(None, false));
        }
    }
    found
}

/// Looks for regressions, given one run on either side.
pub(crate) fn compare(
    side: &Side<'_>,
    found: &mut Neighbours,
    (before, after): (&CountedRun, &CountedRun),
    (before_at, after_at): (&Path, &Path),
    progress: Progress<'_>,
) -> Result<(), ProofError> {
    let mut suspects = suspects(side, before, after);
    let mut why = after.problem.clone();
    let mut in_time = true;
    for round in 1..=ROUNDS {
        if suspects.iter().all(Suspect::is_decided) {
            break;
        }
        progress(&format!("running the neighbours again, for some failed ({round} of at most {ROUNDS})"));
        let new = side.run(after_at, &format!("neighbours_after_again_{round}.log"))?;
        let old = side.run(before_at, &format!("neighbours_before_again_{round}.log"))?;
        if side.is_over() {
            in_time = false;
            break;
        }
        let (old_outcomes, new_outcomes) = (outcomes(&old), outcomes(&new));
        for suspect in &mut suspects {
            let bad_before = suspect.is_bad(side, &old, &old_outcomes, false);
            let bad_after = suspect.is_bad(side, &new, &new_outcomes, true);
            suspect.seen.runs_before += 1;
            suspect.seen.runs_after += 1;
            suspect.seen.failed_before += u32::from(bad_before);
            suspect.seen.failed_after += u32::from(bad_after);
        }
        why = new.problem.or(why);
    }
    for Suspect { key, seen, .. } in suspects {
        let always = seen.failed_after == seen.runs_after && seen.failed_before == 0;
        let name = match key {
            Some(_) => seen.test.clone(),
            None => {
                format!("with the patch, {}", why.as_deref().unwrap_or("the command fails with the patch"))
            }
        };
        if chance_of(&seen) <= SURE + 1e-9 {
            found.regressions.push(name);
        } else if !in_time && always {
            found.unconfirmed.push(name);
        } else {
            found.flaky.push(name);
        }
        if seen.runs_after > 0 {
            found.reruns.push(seen);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gone_skipped_and_newly_failing_tests_are_suspects() {
        let key = |id: &str| (None, id.to_owned());
        let before = BTreeMap::from([
            (key("kept"), TestOutcome::Passed),
            (key("gone"), TestOutcome::Passed),
            (key("skipped"), TestOutcome::Passed),
            (key("red"), TestOutcome::Failed),
        ]);
        let after = BTreeMap::from([
            (key("kept"), TestOutcome::Passed),
            (key("skipped"), TestOutcome::Skipped),
            (key("red"), TestOutcome::Failed),
            (key("new"), TestOutcome::Failed),
        ]);
        assert_eq!(
            lost(&before, &after),
            [(key("gone"), false), (key("skipped"), false), (key("new"), true)]
        );
    }

    #[test]
    fn three_clear_rounds_decide_and_a_mixed_one_is_flaky() {
        let suspect = |failed_before, runs_before, failed_after, runs_after| {
            let test = "t".to_owned();
            let seen = NeighbourRerun { test, failed_before, runs_before, failed_after, runs_after };
            Suspect { key: None, is_new: false, seen }.is_decided()
        };
        assert!(!suspect(0, 0, 0, 0) && !suspect(0, 2, 2, 2) && suspect(0, 3, 3, 3));
        assert!(suspect(1, 2, 1, 2), "fails and passes on both sides");
        assert!(!suspect(0, 2, 1, 2), "it may have become flaky by the patch");
    }
}

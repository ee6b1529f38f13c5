//! Behaviours: survivors that do the same wherever it was looked, and how sure that makes us of the first one.
//!
//! Promise: pure. Survivors are told apart by what was seen of them, never by their text.

use std::collections::{BTreeMap, BTreeSet};

/// What one survivor does with each probe: what the test said, or nothing where it did not come to its end.
pub type Observed = Vec<Option<String>>;

/// Survivors that do the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Behaviour {
    /// Their places in the list of survivors, best first.
    pub members: Vec<usize>,
    /// Sum of their scores, the best one of each template.
    pub weight: f64,
}

/// Groups of survivors that do the same with every probe; the weightiest first. `survivors`: template and score of each,
/// best first.
///
/// Of a group each template counts once: that a number may be any of five is no more evidence than that it may be one.
#[must_use]
pub fn behaviours(observed: &[Observed], survivors: &[(&str, f64)]) -> Vec<Behaviour> {
    let mut groups: BTreeMap<&Observed, Behaviour> = BTreeMap::new();
    for (number, (seen, (template, score))) in observed.iter().zip(survivors).enumerate() {
        let group = groups.entry(seen).or_insert(Behaviour { members: Vec::new(), weight: 0.0 });
        if !group.members.iter().any(|&known| survivors[known].0 == *template) {
            group.weight += score;
        }
        group.members.push(number);
    }
    let mut found: Vec<Behaviour> = groups.into_values().collect();
    found.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.members.cmp(&b.members)));
    found
}

/// The first probe with which two survivors do not do the same.
#[must_use]
pub fn difference(one: &Observed, other: &Observed) -> Option<usize> {
    one.iter().zip(other).position(|(a, b)| a != b)
}

/// How much the probes say: with how many of them the survivor does something else than the code did before, and how
/// many different things it does at all.
#[must_use]
pub fn telling(survivor: &Observed, before: &Observed) -> (usize, usize) {
    let changed = survivor.iter().zip(before).filter(|(now, then)| now.is_some() && now != then).count();
    let different: BTreeSet<&String> = survivor.iter().flatten().collect();
    (changed, different.len())
}

/// Of which probes two looks at the same code saw the same.
#[must_use]
pub fn steady(one: &Observed, again: &Observed) -> Vec<bool> {
    one.iter().zip(again).map(|(one, other)| one == other).collect()
}

/// What stands at the places that are true.
#[must_use]
pub fn kept<T: Clone>(list: &[T], places: &[bool]) -> Vec<T> {
    list.iter().zip(places).filter(|(_, stays)| **stays).map(|(one, _)| one.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(outcomes: &[&str]) -> Observed {
        outcomes.iter().map(|one| (!one.is_empty()).then(|| (*one).to_owned())).collect()
    }

    #[test]
    fn what_does_the_same_is_one_behaviour_and_the_weightiest_is_first() {
        let observed =
            [seen(&["1", "2"]), seen(&["1", "3"]), seen(&["1", "3"]), seen(&["1", "3"]), seen(&["1", ""])];
        let found = behaviours(&observed, &[("a", 0.5), ("a", 0.4), ("b", 0.3), ("b", 0.25), ("a", 0.2)]);
        let members: Vec<&[usize]> = found.iter().map(|one| one.members.as_slice()).collect();
        assert_eq!(members, [&[1, 2, 3][..], &[0], &[4]]);
        assert!((found[0].weight - 0.7).abs() < 1e-9);
        assert_eq!(difference(&observed[0], &observed[1]), Some(1));
        assert_eq!(difference(&observed[1], &observed[2]), None);
        assert!(behaviours(&[], &[]).is_empty());
    }

    #[test]
    fn probes_tell_when_the_old_code_did_otherwise() {
        let (changed, different) = telling(&seen(&["1", "2", "", "2"]), &seen(&["1", "x", "y", ""]));
        assert_eq!((changed, different), (2, 2));
    }

    #[test]
    fn what_comes_out_by_chance_is_not_compared() {
        let (one, again) = (seen(&["1", "0.37", "2"]), seen(&["1", "0.11", "2"]));
        let places = steady(&one, &again);
        assert_eq!(places, [true, false, true]);
        assert_eq!(kept(&one, &places), seen(&["1", "2"]));
    }
}

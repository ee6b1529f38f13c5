//! Intervals of medians by resampling: no assumption about how run times scatter, which is never
//! normally. Seeded, so that the same numbers always give the same interval.

use regreen_case::Interval;

use crate::chance::Chance;

/// Samples drawn.
const SAMPLES: usize = 4_000;

/// What the numbers of both sides say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Intervals {
    /// Of the median after.
    pub(crate) after: Interval,
    /// Of the ratio of the medians; `None` where the median before is zero.
    pub(crate) ratio: Option<Interval>,
}

/// Resamples whole pairs: what weighed on both sides of a pair stays together.
pub(crate) fn intervals(before: &[f64], after: &[f64], confidence: f64, seed: u64) -> Intervals {
    let mut chance = Chance::new(seed);
    let pairs = before.len().min(after.len());
    let (mut medians, mut ratios) = (Vec::with_capacity(SAMPLES), Vec::with_capacity(SAMPLES));
    for _ in 0..SAMPLES {
        let drawn: Vec<usize> = (0..pairs).map(|_| chance.below(pairs)).collect();
        let of = |values: &[f64]| {
            median(&drawn.iter().filter_map(|at| values.get(*at).copied()).collect::<Vec<_>>())
        };
        let (Some(old), Some(new)) = (of(before), of(after)) else { continue };
        medians.push(new);
        if old != 0.0 {
            ratios.push(new / old);
        }
    }
    let nothing = Interval { low: f64::MIN, high: f64::MAX };
    Intervals { after: middle(medians, confidence).unwrap_or(nothing), ratio: middle(ratios, confidence) }
}

/// The middle part of the samples.
fn middle(mut samples: Vec<f64>, confidence: f64) -> Option<Interval> {
    samples.sort_by(f64::total_cmp);
    let last = samples.len().checked_sub(1)?;
    let cut = ((1.0 - confidence) / 2.0 * samples.len() as f64).floor() as usize;
    Some(Interval { low: *samples.get(cut.min(last))?, high: *samples.get(last - cut.min(last))? })
}

/// The middle of the values that are finite.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        length if length % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 200 measurements of known medians, the interval holds the truth about as often as it says.
    #[test]
    fn the_interval_holds_the_truth() {
        let mut chance = Chance::new(5);
        let mut draw = |scale: f64| -> Vec<f64> {
            // Skewed, like run times: the median is `scale`.
            (0..14).map(|_| scale * (1.0 + 0.3 * (chance.fraction() - 0.5)).powi(3)).collect()
        };
        let held = (0..200)
            .filter(|seed| {
                let (before, after) = (draw(100.0), draw(50.0));
                let found = intervals(&before, &after, 0.95, *seed);
                let ratio = found.ratio.unwrap();
                ratio.low <= 0.5 && 0.5 <= ratio.high && found.after.low <= 50.0 && 50.0 <= found.after.high
            })
            .count();
        assert!(held >= 170, "{held} of 200");
    }

    #[test]
    fn the_same_numbers_give_the_same_interval() {
        let once = intervals(&[2.0, 3.0, 4.0], &[1.0, 1.5, 2.0], 0.95, 9);
        let twice = intervals(&[2.0, 3.0, 4.0], &[1.0, 1.5, 2.0], 0.95, 9);
        assert_eq!((once.after, once.ratio), (twice.after, twice.ratio));
        assert_eq!(intervals(&[0.0], &[1.0], 0.95, 9).ratio, None);
    }

    #[test]
    fn the_middle_of_the_values_counts() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, f64::NAN]), Some(2.5));
        assert_eq!(median(&[]), None);
    }
}

//! How many clean runs it takes to believe a fix of a failure that comes and goes.
//!
//! Two questions, two numbers, and a proof needs the larger one:
//!
//! - *Better than before?* `max(5, ceil(3 / rate))` clean runs bound the rate below the old one with
//!   95 % confidence. A fix that only halves the rate passes them with a chance of e^-1.5, one in five:
//!   not enough to call anything fixed.
//! - *Not merely half as often?* Seen `k` failures in `m` runs before, and none in `n` runs after. If the
//!   patch only halved the rate, each of the `k` failures would fall into the `m` runs before rather than
//!   the `n` after with a chance of `m / (m + n/2)`, whatever the true rate is; that all of them did has
//!   the chance `(m / (m + n/2))^k`. `n` is the least number that brings it to one in a thousand:
//!   about `14 / rate` when the rate was measured well, more when it was seen only once or twice. It is
//!   the exact conditional test of two rates, so the luck that `reproduce` had in measuring is accounted
//!   for. (For frequent failures it errs on the safe side.)

use regreen_case::{FailureRate, RunsNeeded};
use regreen_supervise::statistics;

/// The chance that a fix which only halves the rate is taken for a real one.
pub(crate) const HALF_PASSES: f64 = 0.001;
/// The chance that a failure which is there all the same does not show in as many runs as it is given.
const STAYS_HIDDEN: f64 = 0.001;

/// Clean runs needed; `None` is a failure that happens every time.
#[must_use]
pub fn runs_needed(measured: Option<FailureRate>) -> RunsNeeded {
    let Some(measured) = measured else {
        let runs = statistics::required_runs(None);
        return RunsNeeded { better_than_before: runs, not_merely_half: runs };
    };
    RunsNeeded {
        // A series that its only failure ended has no better estimate than this.
        better_than_before: statistics::required_runs(Some(if measured.rate > 0.0 {
            measured.rate
        } else {
            f64::from(measured.failures) / f64::from(measured.runs.max(1))
        })),
        not_merely_half: not_merely_half(measured.failures, measured.runs),
    }
}

/// See the top of the file.
fn not_merely_half(failures: u32, runs: u32) -> u32 {
    if failures == 0 {
        return u32::MAX;
    }
    let before = f64::from(runs.max(failures));
    // (m / (m + n/2))^k <= a  <=>  n >= 2m (a^(-1/k) - 1); a cast above the largest u32 gives that one.
    let needed = 2.0 * before * (HALF_PASSES.powf(-1.0 / f64::from(failures)) - 1.0);
    statistics::LEAST_RUNS.max((needed - 1e-9).ceil() as u32)
}

/// So many runs without the failure, and it is not there any more, here and under these conditions: at
/// the lower end of its measured rate it would have shown with a chance of 99.9 %.
#[must_use]
pub fn runs_to_show(measured: FailureRate) -> u32 {
    let low = measured.low.clamp(1e-6, 0.999);
    ((STAYS_HIDDEN.ln() / (-low).ln_1p()).ceil() as u32).max(statistics::LEAST_RUNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(failures: u32, runs: u32) -> RunsNeeded {
        runs_needed(Some(statistics::failure_rate(failures, runs)))
    }

    #[test]
    fn runs_fit_the_rate_and_how_well_it_is_known() {
        let both = |failures, runs| {
            let needed = needed(failures, runs);
            (needed.better_than_before, needed.not_merely_half, needed.all())
        };
        assert_eq!(both(25, 50), (6, 32, 32));
        assert_eq!(both(10, 50), (15, 100, 100));
        assert_eq!(both(5, 100), (60, 597, 597));
        assert_eq!(both(10, 1000), (300, 1991, 1991));
        assert_eq!(both(100, 10_000), (300, 1431, 1431), "near 14 / rate when the rate is known well");
        assert_eq!(both(1, 50), (150, 99_900, 99_900), "seen once, hardly anything is known");
        assert_eq!(both(0, 50).2, u32::MAX);
        assert_eq!(runs_needed(None).all(), 5);
    }

    /// The whole chance, over all that may have been measured, that a fix which only halves the rate
    /// shows no failure in as many runs as are asked for.
    #[test]
    fn half_a_fix_passes_once_in_a_thousand_at_most() {
        for runs in [10_u32, 50, 100, 300, 1000] {
            for rate in [0.9, 0.5, 0.2, 0.05, 0.01] {
                let (mut measured, mut chance) = ((1.0_f64 - rate).powi(runs as i32), 0.0);
                for failures in 1..=runs {
                    measured *= f64::from(runs - failures + 1) / f64::from(failures) * rate / (1.0 - rate);
                    let clean = f64::from(not_merely_half(failures, runs));
                    chance += measured * (1.0 - rate / 2.0).powf(clean);
                }
                assert!(chance <= HALF_PASSES, "rate {rate} measured in {runs} runs: {chance}");
            }
        }
    }

    #[test]
    fn a_failure_that_is_there_shows() {
        for (failures, runs) in [(25, 50), (5, 100), (1, 50)] {
            let rate = statistics::failure_rate(failures, runs);
            let hidden = (1.0 - rate.low).powf(f64::from(runs_to_show(rate)));
            assert!(hidden <= STAYS_HIDDEN, "{failures}/{runs}: {hidden}");
        }
    }
}

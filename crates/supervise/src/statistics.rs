//! What repeated runs prove: exact binomial statements, no approximations by the normal curve.

use regreen_case::{Bound, FailureRate};

/// Confidence of every statement.
pub const CONFIDENCE: f64 = 0.95;
/// Least number of clean runs, whatever the failure rate.
pub const LEAST_RUNS: u32 = 5;

/// A failure rate with its exact (Clopper-Pearson) 95 % interval. Without any run the interval is
/// everything.
#[must_use]
pub fn failure_rate(failures: u32, runs: u32) -> FailureRate {
    let failures = failures.min(runs);
    if runs == 0 {
        return FailureRate { failures, runs, rate: 0.0, low: 0.0, high: 1.0 };
    }
    let tail = (1.0 - CONFIDENCE) / 2.0;
    // Lower end: where seeing this many or more becomes as unlikely as `tail`. P(X >= k) grows with p.
    let low = if failures == 0 { 0.0 } else { bisect(|p| 1.0 - at_most(failures - 1, runs, p) >= tail) };
    // Upper end: where seeing this many or fewer does. P(X <= k) falls with p.
    let high = if failures == runs { 1.0 } else { bisect(|p| at_most(failures, runs, p) <= tail) };
    FailureRate { failures, runs, rate: f64::from(failures) / f64::from(runs), low, high }
}

/// The same for runs that a failure ended: the series went on until it had seen this many.
///
/// Such a series ends early by luck more often than late, so `failures / runs` is too high on average;
/// `(failures - 1) / (runs - 1)` is not (Haldane). The interval of [`failure_rate`] holds here as well: its
/// lower end is the same, and its upper end only leaves a little more room than needed.
#[must_use]
pub fn failure_rate_until(failures: u32, runs: u32) -> FailureRate {
    let rate = failure_rate(failures, runs);
    if failures < 2 || failures >= runs {
        return rate;
    }
    FailureRate { rate: f64::from(failures - 1) / f64::from(runs - 1), ..rate }
}

/// What so many runs without a failure prove, with 95 % confidence (one-sided).
#[must_use]
pub fn clean_bound(runs: u32) -> Bound {
    let rate_below = if runs == 0 { 1.0 } else { 1.0 - (1.0 - CONFIDENCE).powf(1.0 / f64::from(runs)) };
    let statement = match runs {
        0 => "no run: nothing is proven".to_owned(),
        _ => format!(
            "no failure in {runs} {}: true rate below {} at {:.0} % confidence",
            if runs == 1 { "run" } else { "runs" },
            percent_up(rate_below),
            CONFIDENCE * 100.0
        ),
    };
    Bound { runs, confidence: CONFIDENCE, rate_below, statement }
}

/// How many clean runs it takes to believe a fix. `None` for a failure that happens every time;
/// else three times the mean distance between failures, which bounds the rate at about the old one
/// with 95 % confidence. A rate of zero asks for more runs than anybody has.
#[must_use]
pub fn required_runs(rate: Option<f64>) -> u32 {
    match rate {
        None => LEAST_RUNS,
        // The small step back keeps 3 / 0.05 at 60 where floating point says 60.000000000000001.
        Some(rate) if rate > 0.0 => LEAST_RUNS.max((3.0 / rate - 1e-9).ceil() as u32),
        Some(_) => u32::MAX,
    }
}

/// A percentage with one digit that never claims more than was shown: rounded up.
fn percent_up(rate: f64) -> String {
    let tenths = (rate * 1000.0 - 1e-9).ceil() / 10.0;
    format!("{tenths:.1} %")
}

/// P(X <= k) for X binomial with `n` trials of chance `p`.
fn at_most(k: u32, n: u32, p: f64) -> f64 {
    if p <= 0.0 {
        return 1.0;
    }
    if p >= 1.0 {
        return if k >= n { 1.0 } else { 0.0 };
    }
    // Terms in logarithms: C(n, i) alone overflows for a thousand runs.
    let (ln_p, ln_q) = (p.ln(), (-p).ln_1p());
    let mut ln_choose = 0.0;
    let mut sum = 0.0;
    for i in 0..=k.min(n) {
        if i > 0 {
            ln_choose += (f64::from(n - i + 1) / f64::from(i)).ln();
        }
        sum += (ln_choose + f64::from(i) * ln_p + f64::from(n - i) * ln_q).exp();
    }
    sum.min(1.0)
}

/// The chance at which a condition that turns true once does so.
fn bisect(is_reached: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if is_reached(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 5e-5
    }

    #[test]
    fn intervals_agree_with_published_tables() {
        // Clopper-Pearson, two-sided 95 %.
        for (failures, runs, low, high) in [
            (0, 10, 0.0, 0.3085),
            (1, 10, 0.0025, 0.4450),
            (5, 10, 0.1871, 0.8129),
            (10, 10, 0.6915, 1.0),
            (3, 50, 0.0125, 0.1655),
            (10, 100, 0.0490, 0.1762),
        ] {
            let rate = failure_rate(failures, runs);
            assert!(near(rate.low, low) && near(rate.high, high), "{failures}/{runs}: {rate:?}");
        }
        let large = failure_rate(1_000, 100_000);
        assert!(large.low > 0.0093 && large.high < 0.0107, "{large:?}");
        assert_eq!((failure_rate(0, 0).low, failure_rate(0, 0).high), (0.0, 1.0));
    }

    #[test]
    fn the_bound_is_said_in_a_sentence() {
        let bound = clean_bound(60);
        assert!(near(bound.rate_below, 0.04870), "{}", bound.rate_below);
        assert_eq!(bound.statement, "no failure in 60 runs: true rate below 4.9 % at 95 % confidence");
        assert_eq!(
            clean_bound(1).statement,
            "no failure in 1 run: true rate below 95.0 % at 95 % confidence"
        );
        assert_eq!(clean_bound(0).rate_below, 1.0);
    }

    #[test]
    fn the_number_of_runs_fits_the_rate() {
        assert_eq!(required_runs(None), 5);
        for (rate, runs) in [(1.0, 5), (0.5, 6), (0.05, 60), (0.1, 30), (0.07, 43), (0.001, 3000)] {
            assert_eq!(required_runs(Some(rate)), runs, "{rate}");
            assert!(clean_bound(runs).rate_below <= rate.max(0.4508), "{rate}");
        }
        assert_eq!(required_runs(Some(0.0)), u32::MAX);
    }
}

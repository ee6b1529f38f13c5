//! Whether a test fails more often with the patch than without: Fisher's exact test, one-sided.

use regreen_case::NeighbourRerun;

/// A difference that chance alone brings about less often than this is one.
pub(crate) const SURE: f64 = 0.05;

/// How likely chance alone puts so many of the failures, or more, on the side with the patch.
pub(crate) fn chance_of(found: &NeighbourRerun) -> f64 {
    let (before, after) = (found.runs_before, found.runs_after);
    let failures = found.failed_before + found.failed_after;
    let runs = before + after;
    let ways = |n: u32, k: u32| ln_choose(n, k);
    let all = ways(runs, failures);
    (found.failed_after..=failures.min(after))
        .filter(|on_after| failures - on_after <= before)
        .map(|on_after| (ways(after, on_after) + ways(before, failures - on_after) - all).exp())
        .sum::<f64>()
        .min(1.0)
}

/// Logarithm of the number of ways to choose `k` of `n`.
fn ln_choose(n: u32, k: u32) -> f64 {
    (1..=k.min(n)).map(|i| (f64::from(n - i + 1) / f64::from(i)).ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_tables() {
        for ((failed_before, runs_before, failed_after, runs_after), expected) in [
            ((0, 3, 3, 3), 0.05),
            ((0, 5, 5, 5), 1.0 / 252.0),
            ((0, 5, 2, 5), 0.2222),
            ((1, 5, 5, 5), 0.0238),
            ((3, 5, 3, 5), 0.7381),
            ((0, 2, 0, 2), 1.0),
        ] {
            let test = String::new();
            let found = NeighbourRerun { test, failed_before, runs_before, failed_after, runs_after };
            assert!((chance_of(&found) - expected).abs() < 1e-4, "{found:?}: {}", chance_of(&found));
        }
    }
}

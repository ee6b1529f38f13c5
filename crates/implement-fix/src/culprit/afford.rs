//! Whether bisecting is worth its runs: a pure function of what a run takes, how often the test fails, and what is left.

use std::time::Duration;

use regreen_case::FailureRate;
use regreen_proof::runs_to_show;
use regreen_supervise::required_runs;

/// Share of the time left that it may take.
const SHARE: f64 = 0.4;
/// Doubling steps and halving between them, in a history of some hundred commits.
const LIKELY_COMMITS: f64 = 12.0;
/// With fewer it hardly ever comes to an answer.
const LEAST_COMMITS: f64 = 4.0;

/// What it may take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Allowance {
    pub(crate) time: Duration,
    /// Clean runs after which a commit counts as good.
    pub(crate) runs_each: u32,
}

/// What it may take, or why it is not begun. `rate`: how often the test fails, when it does not always; `measured`: the
/// same with its bounds, where the reproduction has it.
pub(crate) fn allowance(
    left: Duration,
    seconds_each: f64,
    rate: Option<f64>,
    measured: Option<FailureRate>,
) -> Result<Allowance, String> {
    let time = left.mul_f64(SHARE);
    let seconds_each = seconds_each.max(0.01);
    let runs_each = match (rate, measured) {
        (None, _) => 1,
        (Some(_), Some(measured)) => runs_to_show(measured),
        (Some(rate), None) => required_runs(Some(rate)),
    };
    let commits = time.as_secs_f64() / (seconds_each * f64::from(runs_each));
    let needed = if rate.is_some() { LIKELY_COMMITS } else { LEAST_COMMITS };
    if commits >= needed {
        return Ok(Allowance { time, runs_each });
    }
    let each = match rate {
        Some(rate) => format!(
            "the test fails in {:.0} % of its runs, so a commit is good only after {runs_each} clean ones, about {:.0} s",
            rate * 100.0,
            seconds_each * f64::from(runs_each)
        ),
        None => format!("a run takes {seconds_each:.1} s"),
    };
    Err(format!(
        "{each}; there was time for {commits:.0} commits, and {needed:.0} is the least that promises anything"
    ))
}

#[cfg(test)]
mod tests {
    use regreen_supervise::failure_rate;

    use super::*;

    #[test]
    fn what_fails_every_time_needs_one_run_and_some_time() {
        let minutes = Duration::from_secs(600);
        let found = allowance(minutes, 2.0, None, None).unwrap();
        assert_eq!((found.runs_each, found.time), (1, Duration::from_secs(240)));
        let why = allowance(Duration::from_secs(30), 10.0, None, None).unwrap_err();
        assert!(why.contains("a run takes 10.0 s") && why.contains("time for 1 commits"), "{why}");
    }

    #[test]
    fn what_comes_and_goes_is_bisected_only_where_its_rate_makes_that_cheap() {
        let minutes = Duration::from_secs(600);
        let often = failure_rate(45, 50);
        assert!(allowance(minutes, 0.5, Some(often.rate), Some(often)).unwrap().runs_each > 1);
        let seldom = failure_rate(2, 50);
        let why = allowance(minutes, 0.5, Some(seldom.rate), Some(seldom)).unwrap_err();
        assert!(why.contains("fails in 4 % of its runs") && why.contains("clean ones"), "{why}");
        assert!(allowance(minutes, 0.5, Some(0.04), None).is_err());
    }
}

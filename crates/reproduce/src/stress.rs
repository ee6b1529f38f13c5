//! A failure that comes and goes: the search for a way that shows it, and the measurement of its rate.
//!
//! The search goes down the ladder of amplifiers again and again. Every way gets a small share of the time,
//! and in every round twice as much: cheap failures are found at once, rare ones when the shares have grown.
//! The first failure does not always end it: as long as another way could be cheaper by more than the search
//! costs, the round goes on. Then the cheapest way is measured with fresh runs, for the runs that chose it
//! were lucky ones, and plain runs are measured beside it.

use std::time::Duration;

use regreen_case::FailureRate;
use regreen_supervise::{Deadline, failure_rate, failure_rate_until};

use crate::ReproduceError;
use crate::amplifiers::Way;
use crate::batch::{self, Checkouts, Limits};
use crate::lab::Lab;
use crate::tally::Tally;

/// Failures after which the rate is known well enough: its interval then is narrow enough that a fix which
/// only halves the rate is told from one that helps.
const ENOUGH_FAILURES: u32 = 10;
/// Runs that a measurement makes at least.
const LEAST_MEASURED: u32 = 20;
/// The part of the time that the search may use.
const SEARCH: f64 = 0.7;
/// The part of the time that the first round of the search uses.
const FIRST_ROUND: f64 = 0.12;
/// A way that can be measured in this part of the time that is left is not worth improving.
const CHEAP: f64 = 0.3;
/// Plain runs are easier to understand: others have to be this many times cheaper.
const WORTH_IT: f64 = 3.0;
/// The part of the time that is left which the cheapest way may be measured for, when plain runs follow.
const BEFORE_PLAIN: f64 = 0.6;
/// Plain runs beside the cheapest way are measured this long at most.
const PLAIN_MEASURED: Duration = Duration::from_secs(30);
/// Runs that fail in another way, after which a way is given up.
const OTHERWISE: u32 = 3;

/// What came of it.
pub(crate) struct Stressed {
    /// Every way that was tried.
    pub(crate) tried: Vec<Tally>,
    /// The way that shows it cheapest.
    pub(crate) found: Option<Found>,
    /// How often plain runs fail, as far as that is known.
    pub(crate) plain_rate: Option<FailureRate>,
}

/// The way that shows it cheapest.
pub(crate) struct Found {
    pub(crate) way: Way,
    /// The search in this way.
    pub(crate) search: Tally,
    pub(crate) rate: FailureRate,
}

/// A way with what was seen of it.
struct Arm {
    way: Way,
    tally: Tally,
    spent: Duration,
    given_up: bool,
}

impl Arm {
    fn new((place, way): (usize, Way)) -> Self {
        let tally = Tally { place, ..Tally::of(&way) };
        Arm { tally, way, spent: Duration::ZERO, given_up: false }
    }

    /// Seconds that one failure costs, by what was seen.
    fn cost(&self) -> Option<f64> {
        (self.tally.matching > 0).then(|| self.spent.as_secs_f64() / f64::from(self.tally.matching))
    }

    /// Nothing runs, or everything fails for another reason: running on would say the same.
    fn is_hopeless(&self) -> bool {
        let Tally { matching, other, green, uncounted, .. } = self.tally;
        matching == 0 && ((uncounted >= 2 && other + green == 0) || (other >= OTHERWISE && other > green))
    }
}

/// Searches and measures. With `iterations`, the search gives up after so many runs; else when its part of
/// the time is over.
pub(crate) fn run(
    lab: &Lab<'_>,
    ladder: Vec<Way>,
    iterations: Option<u32>,
) -> Result<Stressed, ReproduceError> {
    let mut checkouts = Checkouts::new(*lab);
    let mut arms: Vec<Arm> = ladder.into_iter().enumerate().map(Arm::new).collect();
    search(&mut checkouts, &mut arms, iterations, lab.deadline)?;
    let best = cheapest(&arms);
    let Some(best) = best.map(|at| arms.swap_remove(at)) else {
        let plain_rate = arms.first().and_then(|arm| not_seen(&arm.tally));
        return Ok(Stressed {
            tried: in_order(arms.into_iter().map(|arm| arm.tally)),
            found: None,
            plain_rate,
        });
    };
    let plain = arms.iter().position(|arm| arm.way.is_calm()).map(|at| arms.swap_remove(at));
    measured(&mut checkouts, best, plain, arms, lab.deadline)
}

/// What was tried, as the ladder has it.
fn in_order(tallies: impl Iterator<Item = Tally>) -> Vec<Tally> {
    let mut tried: Vec<Tally> = tallies.filter(|tally| tally.runs() > 0).collect();
    tried.sort_by_key(|tally| tally.place);
    tried
}

/// The rate of a way that never failed.
fn not_seen(tally: &Tally) -> Option<FailureRate> {
    (tally.matching == 0 && tally.counted() > 0).then(|| failure_rate(0, tally.counted()))
}

/// Goes down the ladder until a way shows it and no other promises to be cheaper.
fn search(
    checkouts: &mut Checkouts<'_>,
    arms: &mut [Arm],
    iterations: Option<u32>,
    deadline: Deadline,
) -> Result<(), ReproduceError> {
    let total = deadline.remaining();
    let end = Deadline::after(total.mul_f64(SEARCH));
    let mut share = total.mul_f64(FIRST_ROUND / arms.len().max(1) as f64);
    let mut left = iterations.unwrap_or(u32::MAX);
    loop {
        let mut alive = false;
        for at in 0..arms.len() {
            let known = arms.iter().filter_map(Arm::cost).min_by(f64::total_cmp);
            let affordable = deadline.remaining().as_secs_f64() * CHEAP / f64::from(ENOUGH_FAILURES);
            if left == 0 || end.is_over() || known.is_some_and(|cost| cost <= affordable) {
                return Ok(());
            }
            // No more than what a cheaper way could save.
            let most = known.map_or(share, |cost| share.min(Duration::from_secs_f64(cost)));
            let plain_rungs = arms.len() as u32;
            let arm = &mut arms[at];
            if arm.given_up || arm.tally.matching > 0 {
                continue;
            }
            let before = arm.tally.runs();
            let limits = Limits {
                begin_until: end.earlier(Deadline::after(most)),
                runs: iterations.map_or(u32::MAX, |all| all.div_ceil(plain_rungs).max(3)).min(left),
                enough: &|tally| tally.matching > 0,
            };
            arm.spent += batch::run(checkouts, &arm.way, &limits, &mut arm.tally)?;
            left = left.saturating_sub(arm.tally.runs() - before);
            arm.given_up = arm.is_hopeless();
            // Alone and undisturbed it cannot be run: then it cannot in any other way.
            if arm.given_up && arm.way.is_calm() {
                return Ok(());
            }
            alive = alive || !arm.given_up;
        }
        if !alive || arms.iter().any(|arm| arm.tally.matching > 0) {
            return Ok(());
        }
        share *= 2;
    }
}

/// The way with the cheapest failures, where plain ones have an advantage.
fn cheapest(arms: &[Arm]) -> Option<usize> {
    let weighed = |arm: &Arm| arm.cost().map(|cost| if arm.way.is_plain() { cost } else { cost * WORTH_IT });
    let found = arms.iter().enumerate().filter_map(|(at, arm)| Some((at, weighed(arm)?)));
    found.min_by(|one, two| one.1.total_cmp(&two.1)).map(|(at, _)| at)
}

/// Measures the cheapest way, and plain runs when that is another one.
fn measured(
    checkouts: &mut Checkouts<'_>,
    best: Arm,
    plain: Option<Arm>,
    others: Vec<Arm>,
    deadline: Deadline,
) -> Result<Stressed, ReproduceError> {
    let beside = plain.as_ref().is_some_and(|plain| !best.way.is_plain() && !plain.given_up);
    let (fresh, rate) =
        measure(checkouts, &best, if beside { part_of(deadline, BEFORE_PLAIN) } else { deadline })?;
    let mut tried: Vec<Tally> = others.into_iter().map(|arm| arm.tally).collect();
    let mut plain_rate = best.way.is_calm().then_some(rate);
    if let Some(plain) = plain {
        plain_rate = plain_rate.or_else(|| not_seen(&plain.tally));
        if beside {
            let (more, rate) = measure(checkouts, &plain, deadline.earlier(Deadline::after(PLAIN_MEASURED)))?;
            plain_rate = Some(rate);
            tried.push(more);
        }
        tried.push(plain.tally);
    }
    tried.extend([best.tally.clone(), fresh]);
    let found = Some(Found { way: best.way, search: best.tally, rate });
    Ok(Stressed { tried: in_order(tried.into_iter()), found, plain_rate })
}

fn part_of(deadline: Deadline, part: f64) -> Deadline {
    Deadline::after(deadline.remaining().mul_f64(part))
}

/// Fresh runs in one way, until it failed often enough or the time is over.
fn measure(
    checkouts: &mut Checkouts<'_>,
    arm: &Arm,
    deadline: Deadline,
) -> Result<(Tally, FailureRate), ReproduceError> {
    let mut tally = Tally::of(&arm.way);
    tally.how = format!("{}, to measure the rate", tally.how);
    (tally.last_number, tally.place) = (arm.tally.last_number, arm.tally.place);
    // What is begun should end in time: a run that is cut off is lost.
    let longest = arm.tally.longest().unwrap_or_default() * 2;
    let limits = Limits { begin_until: deadline.minus(longest), runs: u32::MAX, enough: &is_enough };
    batch::run(checkouts, &arm.way, &limits, &mut tally)?;
    let rate = rate_of(&arm.tally, &tally);
    tally.rate = Some(rate);
    Ok((tally, rate))
}

fn is_enough(tally: &Tally) -> bool {
    tally.matching >= ENOUGH_FAILURES && tally.counted() >= LEAST_MEASURED
}

/// The rate by the fresh runs. The search ended with its first failure, and ways without one were not
/// chosen: its runs would make the rate look higher. They only count when the fresh ones saw none.
fn rate_of(search: &Tally, fresh: &Tally) -> FailureRate {
    match fresh.matching {
        0 => failure_rate(search.matching, search.counted() + fresh.counted()),
        failures if failures >= ENOUGH_FAILURES && fresh.counted() > LEAST_MEASURED => {
            failure_rate_until(failures, fresh.counted())
        }
        failures => failure_rate(failures, fresh.counted()),
    }
}

#[cfg(test)]
mod tests;

//! The rules of search and measurement, played through with runs whose true rate is known.

use super::*;

/// Random, and the same every time (splitmix64).
struct Chance(u64);

impl Chance {
    fn draw(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Two workers as in `batch`: a run is begun while what has ended is not enough and the time is not over,
/// and every run that was begun is counted. Failures take four times as long as passes, or a quarter.
fn play(
    chance: &mut Chance,
    rate: f64,
    failing_takes: f64,
    time: f64,
    enough: impl Fn(&Tally) -> bool,
) -> Tally {
    let mut tally = Tally::default();
    // When each worker is free again, and what its run will say.
    let mut running: [Option<(f64, bool)>; 2] = [None, None];
    let mut now = 0.0;
    loop {
        for worker in &mut running {
            if worker.is_none() && now < time && !enough(&tally) {
                let fails = chance.draw() < rate;
                let took = if fails { failing_takes } else { 1.0 } * (0.5 + chance.draw());
                *worker = Some((now + took, fails));
            }
        }
        let next = running.iter_mut().filter(|worker| worker.is_some()).min_by(|one, two| {
            let end = |run: &Option<(f64, bool)>| run.map_or(f64::MAX, |run| run.0);
            end(one).total_cmp(&end(two))
        });
        let Some((end, fails)) = next.and_then(Option::take) else { return tally };
        now = end;
        if fails { tally.matching += 1 } else { tally.green += 1 }
    }
}

/// The whole measurement; `None` when the search found nothing.
fn measurement(chance: &mut Chance, rate: f64, failing_takes: f64, time: f64) -> Option<FailureRate> {
    let search = play(chance, rate, failing_takes, time, |tally| tally.matching > 0);
    (search.matching > 0).then(|| {
        let fresh = play(chance, rate, failing_takes, time, is_enough);
        rate_of(&search, &fresh)
    })
}

#[test]
fn the_interval_holds_the_true_rate_in_at_least_95_of_100_measurements() {
    let mut chance = Chance(20);
    let (mut held_of_all, mut measurements) = (0, 0);
    for (rate, time) in [(0.5, 100.0), (0.2, 200.0), (0.05, 300.0), (0.01, 800.0), (0.01, 150.0)] {
        for failing_takes in [0.25, 1.0, 4.0] {
            let (mut held, mut all, mut sum) = (0, 0, 0.0);
            while all < 1500 {
                let Some(found) = measurement(&mut chance, rate, failing_takes, time) else { continue };
                all += 1;
                held += u32::from(found.low <= rate && rate <= found.high);
                sum += found.rate;
            }
            let (coverage, bias) = (f64::from(held) / f64::from(all), sum / f64::from(all) / rate);
            // Chance alone moves a share of 95 % among 1500 by 0.6 % (one standard deviation).
            assert!(coverage >= 0.938, "{rate} within {time}, failing {failing_takes}: {coverage}");
            assert!((0.93..1.07).contains(&bias), "{rate} within {time}, failing {failing_takes}: {bias}");
            (held_of_all, measurements) = (held_of_all + held, measurements + all);
        }
    }
    let coverage = f64::from(held_of_all) / f64::from(measurements);
    assert!(coverage >= 0.95, "{coverage} of {measurements}");
}

#[test]
fn stopping_at_the_first_failure_would_be_a_lie() {
    // The test above can fail: this is what it must never see.
    let mut chance = Chance(20);
    let naive: f64 = (0..1000)
        .map(|_| play(&mut chance, 0.05, 1.0, 1e6, |tally| tally.matching > 0))
        .map(|tally| f64::from(tally.matching) / f64::from(tally.counted()))
        .sum();
    assert!(naive / 1000.0 > 0.1, "twice the true rate and more: {}", naive / 1000.0);
}

#[test]
fn a_fix_that_only_halves_the_rate_does_not_survive_the_runs_that_the_rate_asks_for() {
    let mut chance = Chance(3);
    for rate in [0.5, 0.2, 0.05, 0.01] {
        let (mut fooled, mut all) = (0, 0);
        while all < 400 {
            let Some(found) = measurement(&mut chance, rate, 1.0, 20.0 / rate) else { continue };
            all += 1;
            let runs = regreen_proof::runs_needed(Some(found)).all();
            fooled += u32::from((0..runs).all(|_| chance.draw() >= rate / 2.0));
        }
        assert!(fooled <= 2, "{rate}: {fooled} of {all}");
    }
}

#[test]
fn the_cheapest_way_is_chosen_and_plain_ones_have_an_advantage() {
    let ways = crate::amplifiers::tests::ways();
    let arm = |at: usize, matching: u32, seconds: u64| {
        let mut arm = Arm::new((at, ways[at].clone()));
        (arm.tally.matching, arm.spent) = (matching, Duration::from_secs(seconds));
        arm
    };
    assert!(ways[0].is_calm() && !ways[2].is_plain());
    assert_eq!(cheapest(&[arm(0, 0, 9), arm(2, 0, 9)]), None);
    assert_eq!(cheapest(&[arm(0, 1, 20), arm(2, 1, 10)]), Some(0));
    assert_eq!(cheapest(&[arm(0, 1, 40), arm(2, 1, 10)]), Some(1));
    assert_eq!(cheapest(&[arm(0, 0, 40), arm(2, 2, 30)]), Some(1));
}

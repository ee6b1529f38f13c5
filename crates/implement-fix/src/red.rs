//! Sees the failure on the base before anybody may repair it.

use std::path::PathBuf;
use std::time::Duration;

use regreen_case::{FailedTest, Layout};
use regreen_proof::{median, runs_to_show};
use regreen_supervise::clean_bound;
use regreen_supervise::statistics::LEAST_RUNS;

use crate::ImplementError;
use crate::bench::{Bench, Seen};
use crate::inputs::Inputs;

/// Runs of a deterministic test before it is called green: one pass may be luck.
const GREEN_RUNS: usize = 3;
/// Share of the remaining time that waiting for a failure that comes and goes may take.
const WAITING_SHARE: f64 = 0.25;

/// What the base shows.
pub(crate) enum OnBase {
    /// The failure.
    Red(Evidence),
    /// No failure; in words.
    Green(String),
    /// Another failure; in words.
    Different(String),
    /// Nothing that counts; in words.
    NotRun(String),
    /// Out of time, or told to stop.
    Stopped,
}

/// The failure as it was seen.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) failures: Vec<FailedTest>,
    pub(crate) output: String,
    /// The goal's number on the base.
    pub(crate) value: Option<f64>,
    /// How often it fails, when it does not always.
    pub(crate) rate: Option<f64>,
    /// It did not show in our own runs: one clean run, or ten, then say nothing about a change.
    pub(crate) unseen: bool,
    /// What a reader should know about it.
    pub(crate) note: Option<String>,
}

/// Runs the tests on the base.
pub(crate) fn see(
    bench: &mut Bench<'_>,
    inputs: &Inputs,
    progress: &dyn Fn(&str),
) -> Result<OnBase, ImplementError> {
    let mut watch = Watch { seconds: Vec::new(), greens: 0, evidence: Evidence::default(), reds: 0 };
    let on_base = if bench.trial.goal.is_some() {
        watch.measure(bench, progress)?
    } else if inputs.is_intermittent() {
        watch.wait_for_red(bench, inputs, progress)?
    } else {
        watch.expect_red(bench, progress)?
    };
    bench.set_run_limit(&watch.seconds);
    Ok(on_base)
}

struct Watch {
    seconds: Vec<f64>,
    greens: u32,
    reds: u32,
    evidence: Evidence,
}

impl Watch {
    /// One run. `Some` when it ends the matter.
    fn look(&mut self, bench: &Bench<'_>, progress: &dyn Fn(&str)) -> Result<Option<OnBase>, ImplementError> {
        let number = self.seconds.len() + 1;
        progress(&format!("run {number} of the failing test on the base"));
        let (seen, run) = bench.run(log(bench, number))?;
        self.seconds.push(run.duration_s);
        match seen {
            Seen::Green(value) => {
                self.greens += 1;
                self.evidence.value = value;
                if bench.trial.goal.is_some() {
                    self.evidence.output = run.output;
                }
            }
            Seen::Red(red) if red.different => {
                let what = red.failures.first().map_or_else(
                    || "the test fails in another way than in the reproduction".to_owned(),
                    |test| format!("{} fails with {}: {}", test.id, test.kind, first_line(&test.message)),
                );
                return Ok(Some(OnBase::Different(what)));
            }
            Seen::Red(red) => {
                self.reds += 1;
                self.evidence.value = red.value;
                self.evidence.failures = red.failures;
                self.evidence.output = run.output;
            }
            Seen::NotRun(why) => return Ok(Some(OnBase::NotRun(why))),
            Seen::Stopped => return Ok(Some(OnBase::Stopped)),
        }
        Ok(None)
    }

    /// A failure that happens every time: two reds, the second of which also shows how long a run
    /// takes once everything is built.
    fn expect_red(&mut self, bench: &Bench<'_>, progress: &dyn Fn(&str)) -> Result<OnBase, ImplementError> {
        while self.seconds.len() < GREEN_RUNS {
            if let Some(end) = self.look(bench, progress)? {
                return Ok(end);
            }
            if self.reds >= 2 && self.greens == 0 {
                return Ok(OnBase::Red(std::mem::take(&mut self.evidence)));
            }
        }
        if self.reds == 0 {
            let bound = clean_bound(self.greens).statement;
            return Ok(OnBase::Green(format!("the test passes on the latest base ({bound})")));
        }
        let runs = self.greens + self.reds;
        let mut evidence = std::mem::take(&mut self.evidence);
        evidence.rate = Some(f64::from(self.reds) / f64::from(runs));
        evidence.note = Some(format!(
            "the failure was said to happen every time, but it came in {} of {runs} runs: it is treated as \
             intermittent",
            self.reds
        ));
        Ok(OnBase::Red(evidence))
    }

    /// A failure that comes and goes: until the first red, as long as there is time.
    fn wait_for_red(
        &mut self,
        bench: &Bench<'_>,
        inputs: &Inputs,
        progress: &dyn Fn(&str),
    ) -> Result<OnBase, ImplementError> {
        let rate = inputs.rate();
        // Three times the mean distance would miss one failure in twenty that is there all the same.
        let enough = rate.map_or(LEAST_RUNS, runs_to_show);
        let patience = bench.deadline.remaining().mul_f64(WAITING_SHARE);
        let mut spent = Duration::ZERO;
        while self.reds == 0 && self.greens < enough && (spent < patience || self.greens == 0) {
            if let Some(end) = self.look(bench, progress)? {
                return Ok(end);
            }
            spent = Duration::from_secs_f64(self.seconds.iter().sum::<f64>().max(0.0));
        }
        let moved = inputs.reproduction.base.as_deref() != Some(bench.worktree.commit());
        if self.reds == 0 && self.greens >= enough && moved {
            let bound = clean_bound(self.greens).statement;
            return Ok(OnBase::Green(format!("the test no longer fails on the latest base ({bound})")));
        }
        let mut evidence = std::mem::take(&mut self.evidence);
        evidence.rate = rate
            .map(|rate| rate.rate)
            .or(Some(f64::from(self.reds.max(1)) / f64::from((self.reds + self.greens).max(1))));
        if self.reds == 0 {
            let count = self.greens;
            evidence.unseen = true;
            evidence.failures =
                inputs.failure.as_ref().map(|failure| failure.tests.clone()).unwrap_or_default();
            evidence.note = Some(format!(
                "the failure did not come again in {count} runs on this base; the reproduction's runs stand for it"
            ));
        }
        Ok(OnBase::Red(evidence))
    }

    /// A number to improve: the median of three runs must miss the target.
    fn measure(&mut self, bench: &Bench<'_>, progress: &dyn Fn(&str)) -> Result<OnBase, ImplementError> {
        let mut values = Vec::new();
        for _ in 0..GREEN_RUNS {
            if let Some(end) = self.look(bench, progress)? {
                return Ok(end);
            }
            values.extend(self.evidence.value.take());
        }
        let met = bench.trial.goal.as_ref().is_some_and(|goal| goal.is_met_by(&values));
        if met && self.reds == 0 {
            let now = median(&values).unwrap_or_default();
            return Ok(OnBase::Green(format!("the base reaches the target already: it measures {now}")));
        }
        let mut evidence = std::mem::take(&mut self.evidence);
        evidence.value = median(&values);
        Ok(OnBase::Red(evidence))
    }
}

fn log(bench: &Bench<'_>, number: usize) -> Option<PathBuf> {
    (number <= 3).then(|| bench.case.path(format!("{}/base/test_run_{number}.txt", Layout::ATTEMPTS)))
}

fn first_line(text: &str) -> &str {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("no message")
}

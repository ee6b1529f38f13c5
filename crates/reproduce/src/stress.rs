//! A failure that comes and goes: the stress loop and the measurement of its rate.
//!
//! A ladder of ways, each a little rougher: alone, several at a time in worktrees of their own, more of
//! them than the machine has cores with varied seeds, and together with the tests of the same file. The
//! first matching failure ends the search; then the same way is run on, to measure how often it fails.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use regreen_case::Framework;
use regreen_supervise::{Cancel, Deadline};

use crate::ReproduceError;
use crate::deterministic::word;
use crate::lab::{Experiment, Lab, MAX_LOGS, Place};
use crate::tally::{Observation, Tally};

/// Failures after which the rate is known well enough.
const ENOUGH_FAILURES: u32 = 10;

/// One way to run.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    pub(crate) how: String,
    pub(crate) workers: u32,
    /// Varies seeds from run to run.
    pub(crate) seeds: bool,
    pub(crate) runs: u32,
    pub(crate) experiment: Experiment,
}

/// What came of the loop.
pub(crate) struct Stressed {
    /// Every way that was tried.
    pub(crate) tried: Vec<Tally>,
    /// The way that brought it out, with its measurement.
    pub(crate) found: Option<(Way, Tally)>,
}

/// The ladder. The runs add up to at least `iterations`.
pub(crate) fn ladder(
    experiment: &Experiment,
    whole_file: Option<Experiment>,
    workers: u32,
    iterations: u32,
) -> Vec<Way> {
    let share = |tenths: u32| (iterations * tenths).div_ceil(10).max(1);
    let way = |how: String, workers: u32, seeds: bool, runs: u32| Way {
        how,
        workers,
        seeds,
        runs,
        experiment: experiment.clone(),
    };
    let mut ways = vec![way("plain".to_owned(), 1, false, share(3))];
    if workers > 1 {
        ways.push(way(format!("{workers} workers"), workers, false, share(4)));
    } else {
        ways[0].runs = share(7);
    }
    let crowd = workers * 2;
    ways.push(way(
        format!("{crowd} workers, varied seeds"),
        crowd,
        true,
        share(if whole_file.is_some() { 2 } else { 3 }),
    ));
    if let Some(whole) = whole_file {
        ways.push(Way {
            how: "with the other tests of its file".to_owned(),
            workers,
            seeds: true,
            runs: share(1),
            experiment: whole,
        });
    }
    ways
}

/// Goes down the ladder.
pub(crate) fn run(lab: &Lab<'_>, ladder: Vec<Way>, iterations: u32) -> Result<Stressed, ReproduceError> {
    let total = lab.deadline.remaining();
    let rungs = ladder.len() as u32;
    let mut stressed = Stressed { tried: Vec::new(), found: None };
    for (at, way) in ladder.into_iter().enumerate() {
        // Every way gets its turn, and a third of the time is kept for the measurement.
        let until = total.mul_f64(2.0 / 3.0 * f64::from(at as u32 + 1) / f64::from(rungs));
        let spent = total.saturating_sub(lab.deadline.remaining());
        let deadline = lab.deadline.earlier(Deadline::after(until.saturating_sub(spent)));
        let tally = batch(lab, &way, deadline, |tally| tally.matching > 0)?;
        let matched = tally.matching > 0;
        // Nothing can be run at all: the rougher ways would say the same.
        let hopeless = tally.counted() == 0 && tally.uncounted > 0 && at == 0;
        stressed.tried.push(tally);
        if matched {
            let measured = measure(lab, &way, iterations)?;
            stressed.found = Some((way, measured));
            break;
        }
        if hopeless || lab.deadline.is_over() {
            break;
        }
    }
    Ok(stressed)
}

/// Runs on in the same way to see how often it fails.
fn measure(lab: &Lab<'_>, way: &Way, iterations: u32) -> Result<Tally, ReproduceError> {
    let mut way = way.clone();
    way.how = format!("{}, to measure the rate", way.how);
    way.runs = iterations.max(20);
    batch(lab, &way, lab.deadline, |tally| tally.matching >= ENOUGH_FAILURES && tally.counted() >= 20)
}

/// Runs of one way, side by side, until `enough` or all are done.
fn batch(
    lab: &Lab<'_>,
    way: &Way,
    deadline: Deadline,
    enough: impl Fn(&Tally) -> bool,
) -> Result<Tally, ReproduceError> {
    let mut tally = Tally::new(way.how.clone());
    let stop = Cancel::new();
    let next = AtomicU32::new(1);
    let workers = way.workers.min(way.runs).max(1);
    let mut failed = None;
    std::thread::scope(|scope| {
        let (sender, results) = mpsc::channel();
        for _ in 0..workers {
            let worker =
                Worker { lab: *lab, way, deadline, stop: &stop, next: &next, results: sender.clone() };
            scope.spawn(move || worker.work());
        }
        drop(sender);
        loop {
            match results.recv_timeout(Duration::from_millis(100)) {
                // A run that we stopped ourselves says nothing.
                Ok(Ok(seen)) if !stop.is_cancelled() || seen.matches() => {
                    tally.add(&seen, way.experiment.expected.as_ref());
                    keep_log(lab, &seen, &tally);
                    (lab.progress)(&format!(
                        "{}: run {} of {}: {}",
                        way.how,
                        tally.runs(),
                        way.runs,
                        word(&seen)
                    ));
                }
                Ok(Ok(seen)) => {
                    let _ = std::fs::remove_file(&seen.log);
                }
                Ok(Err(error)) => {
                    stop.cancel();
                    failed = failed.take().or(Some(error));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if lab.cancel.is_cancelled() || enough(&tally) {
                stop.cancel();
            }
        }
    });
    lab.check()?;
    match failed {
        Some(error) => Err(error),
        None => Ok(tally),
    }
}

/// Keeps the logs that show the failure, and the first of the others for comparison.
fn keep_log(lab: &Lab<'_>, seen: &Observation, tally: &Tally) {
    let number = if seen.matches() { tally.matching } else { MAX_LOGS };
    let kept = lab.kept_log(number);
    let wanted = number < MAX_LOGS || (number == MAX_LOGS && !kept.exists());
    if wanted && let Some(folder) = kept.parent() {
        let _ = std::fs::create_dir_all(folder).and_then(|()| std::fs::copy(&seen.log, &kept));
    }
    let _ = std::fs::remove_file(&seen.log);
}

struct Worker<'a> {
    lab: Lab<'a>,
    way: &'a Way,
    deadline: Deadline,
    stop: &'a Cancel,
    next: &'a AtomicU32,
    results: Sender<Result<Observation, ReproduceError>>,
}

impl Worker<'_> {
    fn work(&self) {
        let worktree = match self.lab.worktree(self.lab.base, &self.way.experiment.overlays) {
            Ok(worktree) => worktree,
            Err(error) => {
                let _ = self.results.send(Err(error));
                return;
            }
        };
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number > self.way.runs || self.deadline.is_over() || self.stop.is_cancelled() {
                return;
            }
            let env = self.environment(number);
            let place = Place {
                checkout: worktree.path(),
                env: &env,
                deadline: self.deadline,
                stop: self.stop,
                log: self.lab.scratch.join(format!("stress_{}_{number}.log", self.way.how.len())),
            };
            let seen = self.lab.run(&self.way.experiment, &place);
            // A run that the limit cut off says nothing about the test.
            if self.deadline.is_over() && seen.as_ref().is_ok_and(|seen| !seen.matches()) {
                return;
            }
            if self.results.send(seen).is_err() {
                return;
            }
        }
    }

    /// Everything that frameworks draw chance from and that a variable can set.
    fn environment(&self, number: u32) -> BTreeMap<String, String> {
        let mut env = BTreeMap::new();
        if !self.way.seeds {
            return env;
        }
        match self.way.experiment.command.framework {
            Framework::Pytest => {
                env.insert("PYTHONHASHSEED".to_owned(), number.to_string());
            }
            Framework::GoTest => {
                env.insert("GOMAXPROCS".to_owned(), (1 + number % 4).to_string());
            }
            Framework::CargoTest => {
                env.insert("RUST_TEST_THREADS".to_owned(), (1 + number % 8).to_string());
            }
            _ => {}
        }
        env
    }
}

#[cfg(test)]
mod tests {
    use regreen_case::TestCommand;

    use super::*;

    fn experiment() -> Experiment {
        Experiment {
            command: TestCommand {
                framework: Framework::Pytest,
                argv: vec!["x".to_owned()],
                cwd: String::new(),
                env: BTreeMap::new(),
            },
            targets: Vec::new(),
            expected: None,
            overlays: Vec::new(),
        }
    }

    #[test]
    fn the_ladder_holds_all_iterations() {
        for iterations in [1, 7, 50, 333] {
            for workers in [1, 4] {
                for whole in [None, Some(experiment())] {
                    let ways = ladder(&experiment(), whole, workers, iterations);
                    let sum: u32 = ways.iter().map(|way| way.runs).sum();
                    assert!(sum >= iterations, "{sum} < {iterations}");
                    assert!(sum <= iterations + 4);
                    assert_eq!(ways[0].how, "plain");
                }
            }
        }
    }
}

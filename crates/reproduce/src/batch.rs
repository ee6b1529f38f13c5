//! Runs of one way, side by side.
//!
//! What keeps the counts honest: whether a further run is begun is decided by runs that have ended, and
//! every run that was begun is counted, unless somebody stopped it; so no outcome is likelier to be counted
//! because it comes quicker. A run that a limit of ours cut off says nothing and is not counted.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use regreen_proof::{surround, under, worker_variables};
use regreen_supervise::{Deadline, End, hold_back};
use regreen_workspace::Worktree;

use crate::ReproduceError;
use crate::amplifiers::Way;
use crate::deterministic::word;
use crate::lab::{Experiment, Lab, MAX_LOGS, Place};
use crate::tally::{Observation, Tally};

/// Time for a run before any has told how long one takes.
const FIRST_RUN: Duration = Duration::from_secs(120);
/// A run may take this many times longer than the longest before it counts as hanging.
const PATIENCE: u32 = 10;
/// Though never less than this.
const LEAST_PER_RUN: Duration = Duration::from_secs(10);

/// Checkouts for the workers, kept over all batches: what was built in them stays.
pub(crate) struct Checkouts<'a> {
    lab: Lab<'a>,
    worktrees: Vec<Worktree>,
}

impl<'a> Checkouts<'a> {
    pub(crate) fn new(lab: Lab<'a>) -> Self {
        Checkouts { lab, worktrees: Vec::new() }
    }

    fn at_least(&mut self, count: u32, experiment: &Experiment) -> Result<&[Worktree], ReproduceError> {
        while self.worktrees.len() < count as usize {
            self.worktrees.push(self.lab.worktree(self.lab.base, &experiment.overlays)?);
        }
        Ok(&self.worktrees[..count as usize])
    }
}

/// When a batch begins no further run.
pub(crate) struct Limits<'a> {
    /// After this.
    pub(crate) begin_until: Deadline,
    /// After so many.
    pub(crate) runs: u32,
    /// When this is true of what has ended.
    pub(crate) enough: &'a (dyn Fn(&Tally) -> bool + Sync),
}

/// What the workers share.
struct Shared<'a> {
    lab: Lab<'a>,
    way: &'a Way,
    limits: &'a Limits<'a>,
    stop: AtomicBool,
    /// Numbers that were given out, and the longest run so far.
    begun: Mutex<(u64, u32)>,
    longest: Mutex<Option<Duration>>,
}

/// Runs on in one way and adds to its tally. Says how long it took by the clock.
pub(crate) fn run(
    checkouts: &mut Checkouts<'_>,
    way: &Way,
    limits: &Limits<'_>,
    tally: &mut Tally,
) -> Result<Duration, ReproduceError> {
    let began = Instant::now();
    let lab = checkouts.lab;
    let workers = way.conditions.workers.min(limits.runs).max(1);
    let worktrees = checkouts.at_least(workers, &way.experiment)?;
    let shared = Shared {
        lab,
        way,
        limits,
        stop: AtomicBool::new(false),
        begun: Mutex::new((tally.last_number, 0)),
        longest: Mutex::new(tally.longest()),
    };
    let mut failed = None;
    let quiet = surround(&way.conditions);
    std::thread::scope(|scope| {
        let (sender, results) = mpsc::channel();
        for (worker, worktree) in worktrees.iter().enumerate() {
            let (shared, sender) = (&shared, sender.clone());
            scope.spawn(move || work(shared, worker, worktree.path(), &sender));
        }
        drop(sender);
        loop {
            match results.recv_timeout(Duration::from_millis(100)) {
                Ok(Ok((number, seen))) => {
                    tally.add(&seen, number, way.experiment.expected.as_ref());
                    keep_log(&lab, &seen, tally);
                    (lab.progress)(&format!("{}: run {}: {}", tally.how, tally.runs(), word(&seen)));
                }
                Ok(Err(error)) => {
                    shared.stop.store(true, Ordering::Relaxed);
                    failed = failed.take().or(Some(error));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if (limits.enough)(tally) {
                shared.stop.store(true, Ordering::Relaxed);
            }
        }
    });
    drop(quiet);
    tally.last_number = shared.begun.into_inner().unwrap_or_else(PoisonError::into_inner).0;
    lab.check()?;
    match failed {
        Some(error) => Err(error),
        None => Ok(began.elapsed()),
    }
}

/// What a worker hands over.
type Seen = Result<(u64, Observation), ReproduceError>;

fn work(shared: &Shared<'_>, worker: usize, checkout: &Path, results: &Sender<Seen>) {
    let conditions = &shared.way.conditions;
    if !hold_back(conditions.cores, conditions.nice) {
        tracing::warn!("the machine does not let runs be held back");
    }
    let env = worker_variables(worker);
    while let Some(number) = shared.next() {
        let Some(command) = under(&shared.way.experiment.command, conditions, number) else { return };
        let experiment = Experiment { command, ..shared.way.experiment.clone() };
        let limit = Deadline::after(shared.patience());
        let place = Place {
            checkout,
            env: &env,
            deadline: shared.lab.deadline.earlier(limit),
            stop: shared.lab.cancel,
            log: shared.lab.scratch.join(format!("stress-{worker}.log")),
        };
        let seen = shared.lab.run(&experiment, &place);
        if shared.lab.cancel.is_cancelled() {
            return;
        }
        match seen {
            // Nobody knows how a run that we cut off would have ended.
            Ok(seen) if seen.run.end == End::DeadlineReached && shared.lab.deadline.is_over() => return,
            Ok(seen) => {
                shared.remember(&seen);
                // The log is read before the next run of this worker writes it.
                let kept = shared.lab.scratch.join(format!("stress-{worker}-{number}.log"));
                let log = if std::fs::rename(&seen.log, &kept).is_ok() { kept } else { seen.log.clone() };
                if results.send(Ok((number, Observation { log, ..seen }))).is_err() {
                    return;
                }
            }
            Err(error) => {
                let _ = results.send(Err(error));
                return;
            }
        }
    }
}

impl Shared<'_> {
    /// The number of the next run, when there is to be one.
    fn next(&self) -> Option<u64> {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let over = self.limits.begin_until.is_over() || self.lab.deadline.is_over();
        // One run each way, however short its time: a slow test has to be run as well.
        let over = over && (begun.1 > 0 || self.lab.deadline.is_over());
        if over || begun.1 >= self.limits.runs || self.stop.load(Ordering::Relaxed) {
            return None;
        }
        *begun = (begun.0 + 1, begun.1 + 1);
        Some(begun.0)
    }

    /// How long a run may take.
    fn patience(&self) -> Duration {
        let longest = *self.longest.lock().unwrap_or_else(PoisonError::into_inner);
        let first = FIRST_RUN.min(self.lab.deadline.remaining() / 2);
        longest.map_or(first, |longest| (longest * PATIENCE).max(LEAST_PER_RUN))
    }

    fn remember(&self, seen: &Observation) {
        if matches!(seen.run.end, End::Exited(_)) {
            let took = Duration::from_secs_f64(seen.run.duration_s.max(0.0));
            let mut longest = self.longest.lock().unwrap_or_else(PoisonError::into_inner);
            *longest = Some(longest.map_or(took, |known| known.max(took)));
        }
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

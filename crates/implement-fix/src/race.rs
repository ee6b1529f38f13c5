//! Several fixers at once, each in a checkout of its own: the first change that stands up ends the others, or, when
//! the best is asked for, all come to their end and the smallest change is taken.
//!
//! Promises: whoever is stopped says so in its attempt; a fixer that breaks stops no other; a change that something
//! speaks against never wins over one that stands up.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use regreen_case::AttemptOutcome;
use regreen_supervise::Cancel;

use crate::bench::Bench;
use crate::ladder::{Found, Ladder, Shared};
use crate::{ImplementError, Rung};

/// What came of a rung, by what it is worth: the first of these is taken.
struct Finish {
    found: Found,
    /// How good it is, then how large when that counts, then when it came.
    rank: (Standing, u32, usize),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    StandsUp,
    /// Something speaks against it.
    Reserved,
    /// It was put aside for the case that nothing else comes.
    LastResort,
}

/// Runs the rungs, `lanes` at a time.
pub(crate) fn run(
    shared: Shared<'_, '_>,
    bench: &Bench<'_>,
    rungs: &[Rung],
    lanes: usize,
) -> Result<Option<Found>, ImplementError> {
    let race = Race {
        shared,
        bench,
        rungs,
        lanes: lanes.min(rungs.len()).max(1),
        next: AtomicUsize::new(0),
        cancel: bench.cancel.within(),
        finishes: Mutex::default(),
    };
    let results: Vec<Result<(), ImplementError>> = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..race.lanes).map(|_| scope.spawn(|| race.lane())).collect();
        let join = |lane: std::thread::ScopedJoinHandle<'_, _>| {
            lane.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        lanes.into_iter().map(join).collect()
    });
    let mut finishes = race.finishes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    finishes.sort_by_key(|finish| finish.rank);
    let mut finishes = finishes.into_iter();
    if let Some(Finish { mut found, .. }) = finishes.next() {
        // They passed the gate as well.
        let others = finishes.filter(|other| other.rank.0 == Standing::StandsUp);
        found.alternatives.extend(others.filter_map(|other| shared.journal.diff_of(other.found.attempt)));
        return Ok(Some(found));
    }
    // Nobody found anything, and somebody could not even look.
    results.into_iter().collect::<Result<(), _>>().map(|()| None)
}

struct Race<'a, 'b> {
    shared: Shared<'a, 'b>,
    /// Where the failure was seen.
    bench: &'a Bench<'a>,
    rungs: &'a [Rung],
    lanes: usize,
    /// The rung that is taken up next.
    next: AtomicUsize,
    /// Ends all lanes, and nothing but them.
    cancel: Cancel,
    finishes: Mutex<Vec<Finish>>,
}

impl Race<'_, '_> {
    /// Takes up one rung after the other, until there is none left.
    fn lane(&self) -> Result<(), ImplementError> {
        let bench = self.bench.beside(&self.cancel, self.lanes)?;
        let mut ladder = Ladder::new(self.shared, &bench);
        while let Some((at, rung)) = self.take_up() {
            let rest = (self.rungs.len() - at - 1) / self.lanes;
            match ladder.step(rung, rest) {
                Ok(Some(found)) => self.arrive(found, None),
                Ok(None) => {}
                // What breaks when its programs are ended under it is not broken.
                Err(_) if self.cancel.is_cancelled_alone() => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        if let Some(found) = ladder.fallback.take() {
            self.arrive(found, Some(Standing::LastResort));
        }
        Ok(())
    }

    fn take_up(&self) -> Option<(usize, &Rung)> {
        if self.bench.deadline.is_over() || self.cancel.is_cancelled() {
            return None;
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        Some((at, self.rungs.get(at)?))
    }

    fn arrive(&self, found: Found, standing: Option<Standing>) {
        let plain = if found.reservation.is_none() { Standing::StandsUp } else { Standing::Reserved };
        let standing = standing.unwrap_or(plain);
        let size = if self.shared.config.best_of { found.patch.changed_lines() } else { 0 };
        let mut finishes = self.finishes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let rank = (standing, size, finishes.len());
        finishes.push(Finish { found, rank });
        drop(finishes);
        if standing == Standing::StandsUp && !self.shared.config.best_of {
            self.cancel.cancel();
        }
    }
}

/// Says of an attempt that was stopped for another one why it ended.
pub(crate) fn overtaken(cancel: &Cancel, outcome: AttemptOutcome) -> Option<(AttemptOutcome, String)> {
    use AttemptOutcome::{Broken, GaveUp, NoChange, NotRun, TimedOut};
    let unfinished = matches!(outcome, Broken | GaveUp | NoChange | NotRun | TimedOut);
    let why = || "stopped, for another fixer found a change first".to_owned();
    (unfinished && cancel.is_cancelled_alone()).then(|| (AttemptOutcome::Overtaken, why()))
}

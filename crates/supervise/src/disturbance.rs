//! An unquiet machine, made on purpose: what hides on an idle one (races, tight waits) shows here.
//!
//! Two kinds. A [`Disturbance`] works beside the children: threads of ours that keep cores busy in bursts,
//! and signals that stop children for a moment. [`hold_back`] works on the children of one thread: fewer
//! cores and a lower rank. Promises: all of it ends with its guard or its thread, nobody is left stopped,
//! and no process but our own children is touched.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::tree;

/// Longest time of one burst, usual pause or rest.
const LONGEST: Duration = Duration::from_millis(12);
/// One pause in so many is a long one, as on a machine that runs others too: what waits with a limit of some
/// tens of milliseconds never notices the usual ones.
const LONG_PAUSE_IN: usize = 8;
/// How much longer it is.
const LONG_PAUSE: u32 = 12;

/// Disturbs until it is dropped.
#[derive(Debug)]
pub struct Disturbance {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Disturbance {
    /// Keeps as many cores busy as `busy` says, in bursts, and with `pauses` stops and continues our
    /// children at random moments. The moments are drawn from `seed`.
    #[must_use]
    pub fn start(busy: u32, pauses: bool, seed: u64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut threads = Vec::new();
        for number in 0..busy {
            let stop = Arc::clone(&stop);
            let chance = Chance::new(seed.wrapping_add(u64::from(number)));
            threads.push(std::thread::spawn(move || burn(&stop, chance)));
        }
        if pauses {
            let stop = Arc::clone(&stop);
            threads.push(std::thread::spawn(move || pause(&stop, Chance::new(!seed))));
        }
        Disturbance { stop, threads }
    }
}

impl Drop for Disturbance {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Holds back everything that the calling thread starts from now on: it may use this many cores, and
/// stands this far behind other processes. There is no way back: use it on a thread that ends.
/// Says whether all of it could be done.
#[cfg(target_os = "linux")]
pub fn hold_back(cores: Option<u32>, nice: u32) -> bool {
    use rustix::process::setpriority_process;
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let mut done = true;
    if let Some(wanted) = cores.filter(|cores| *cores > 0) {
        let narrowed = sched_getaffinity(None).and_then(|allowed| {
            let mut set = CpuSet::new();
            let usable = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core));
            usable.take(wanted as usize).for_each(|core| set.set(core));
            sched_setaffinity(None, &set)
        });
        done &= narrowed.is_ok();
    }
    if nice > 0 {
        // On Linux the rank belongs to the thread, and children inherit it.
        done &= setpriority_process(None, i32::try_from(nice.min(19)).unwrap_or(19)).is_ok();
    }
    done
}

/// Elsewhere neither belongs to a thread.
#[cfg(not(target_os = "linux"))]
pub fn hold_back(cores: Option<u32>, nice: u32) -> bool {
    cores.is_none() && nice == 0
}

/// Work and rest, in turn, for random times: the scheduler takes the core away at ever new moments.
fn burn(stop: &AtomicBool, mut chance: Chance) {
    while !stop.load(Ordering::Relaxed) {
        let until = Instant::now() + chance.moment();
        while Instant::now() < until && !stop.load(Ordering::Relaxed) {
            for _ in 0..2_000 {
                std::hint::spin_loop();
            }
        }
        std::thread::sleep(chance.moment() / 4);
    }
}

/// Stops one child for a moment, lets all run for a moment.
fn pause(stop: &AtomicBool, mut chance: Chance) {
    while !stop.load(Ordering::Relaxed) {
        let groups = tree::watched_children();
        if let Some(&group) = groups.get(chance.below(groups.len())) {
            let _ = killpg(Pid::from_raw(group), Signal::SIGSTOP);
            std::thread::sleep(chance.pause());
            let _ = killpg(Pid::from_raw(group), Signal::SIGCONT);
        }
        std::thread::sleep(chance.moment());
    }
}

/// Random enough for moments, and the same for the same seed (splitmix64).
struct Chance(u64);

impl Chance {
    fn new(seed: u64) -> Self {
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % (limit.max(1) as u64)) as usize
    }

    fn pause(&mut self) -> Duration {
        let long = if self.below(LONG_PAUSE_IN) == 0 { LONG_PAUSE } else { 1 };
        self.moment() * long
    }

    fn moment(&mut self) -> Duration {
        let most = LONGEST.as_micros() as u64;
        Duration::from_micros(200 + self.next() % most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cancel, Deadline, End, ProcessSpec};

    fn run(argv: &[&str]) -> crate::Outcome {
        let argv = argv.iter().map(|word| (*word).to_owned()).collect();
        let spec = ProcessSpec::new(argv, "/", Deadline::after(Duration::from_secs(30)));
        crate::run(spec, &Cancel::new()).unwrap()
    }

    #[test]
    fn nobody_is_left_stopped_and_work_gets_done() {
        let disturbance = Disturbance::start(2, true, 7);
        let outcome = run(&["sh", "-c", "for i in 1 2 3 4 5 6 7 8; do sleep 0.02; done; echo done"]);
        drop(disturbance);
        assert_eq!((outcome.end, outcome.tail.trim()), (End::Exited(0), "done"));
    }

    #[test]
    fn children_are_stopped_now_and_then() {
        // Ticks of 1 ms, and what stops them: the longest gap tells. Other tests' children have their turns too.
        let program = "import time\nlast = time.monotonic(); longest = 0\nend = last + 0.6\nwhile last < end:\n    time.sleep(0.001)\n    now = time.monotonic(); longest = max(longest, now - last); last = now\nprint(int(longest * 1000))";
        let disturbance = Disturbance::start(0, true, 7);
        let outcome = run(&["python3", "-c", program]);
        drop(disturbance);
        let longest: u32 = outcome.tail.trim().parse().unwrap();
        assert!(longest >= 5, "{longest} ms");
    }

    #[test]
    fn a_pause_is_long_now_and_then() {
        let mut chance = Chance::new(7);
        let pauses: Vec<Duration> = (0..800).map(|_| chance.pause()).collect();
        let long = pauses.iter().filter(|pause| **pause > LONGEST * 2).count();
        assert!((50..150).contains(&long), "{long} of 800");
        assert!(pauses.iter().all(|pause| *pause < Duration::from_millis(150)));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_a_held_back_thread_starts_is_held_back() {
        let seen = std::thread::spawn(|| {
            assert!(hold_back(Some(1), 5));
            run(&["sh", "-c", "nproc; nice"]).tail
        })
        .join()
        .unwrap();
        assert_eq!(seen.split_whitespace().collect::<Vec<_>>(), ["1", "5"]);
        // Other threads stay as they are.
        assert_eq!(run(&["nice"]).tail.trim(), "0");
    }
}

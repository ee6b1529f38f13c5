//! Kills runs at random moments, in every way that a run can be killed, and looks at what is left.
//!
//! Promises checked after each kill: the user's checkout is as before, file by file (HEAD, index,
//! branches, stash, configuration, worktrees, uncommitted and ignored files, modes and times); no
//! process is left; there is a report that claims nothing that was not seen; every document can be
//! read; and the same run once more on the same case ends in success and leaves no litter.

mod kind;
mod litter;
pub mod processes;
mod project;
mod random;
mod record;
mod scene;
pub mod snapshot;
mod storage;
mod strike;
mod table;
mod trial;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub use kind::Kind;
use nix::sys::signal::Signal;
pub use project::Bug;
pub use random::Random;
pub use record::Record;
pub use scene::Scene;
pub use table::render;

use scene::Template;

/// How much to do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Kills.
    pub count: usize,
    /// Seed of the first; the others follow.
    pub seed: u64,
    /// Only kinds whose name holds this.
    pub only: Option<String>,
    /// A sample for every day: one bug, and the kinds that need no rights.
    pub quick: bool,
    /// At the same time.
    pub side_by_side: usize,
}

/// Kills that cannot be done here, and why.
#[must_use]
pub fn not_run() -> Vec<(Kind, &'static str)> {
    let mut all = Vec::new();
    if !storage::can_mount() {
        all.extend(
            [Kind::DiskFull, Kind::ReadOnly].map(|kind| (kind, "file systems cannot be mounted here")),
        );
    }
    if std::process::Command::new("prlimit").arg("--version").output().is_err() {
        all.push((Kind::FileLimit, "there is no `prlimit`"));
    }
    all
}

/// Does them. `told` hears of each.
///
/// # Panics
/// When even an undisturbed run does not succeed.
pub fn run(plan: &Plan, told: &(dyn Fn(&Record) + Sync)) -> Vec<Record> {
    hear_hang_ups();
    let left_out: Vec<Kind> = not_run().into_iter().map(|(kind, _)| kind).collect();
    let wanted = |kind: &Kind| {
        !left_out.contains(kind)
            && (!plan.quick || kind.is_quick())
            && plan.only.as_ref().is_none_or(|part| kind.name().contains(part.as_str()))
    };
    let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(wanted).collect();
    let bugs = if plan.quick { &Bug::ALL[..1] } else { &Bug::ALL[..] };
    let templates: BTreeMap<_, Template> = bugs.iter().map(|bug| (*bug, Template::of(*bug))).collect();
    let next = AtomicUsize::new(0);
    let records = Mutex::new(Vec::new());
    let work = || loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let offset = u64::try_from(number).unwrap_or_default();
        let Some(kind) = kinds.get(number % kinds.len().max(1)).filter(|_| number < plan.count) else {
            return;
        };
        let Some(record) = one(plan.seed.wrapping_add(offset), *kind, &templates) else { continue };
        told(&record);
        records.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    };
    std::thread::scope(|scope| {
        for _ in 0..plan.side_by_side.max(1) {
            scope.spawn(work);
        }
    });
    records.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Started by `nohup`, programs ignore that their terminal is closed, and so does what they start. A signal that
/// is heard is one that children do not ignore.
fn hear_hang_ups() {
    let ignored = std::fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(mask.trim(), 16).ok()
    });
    if ignored.is_some_and(|mask| mask & 1 != 0) {
        signal_hook::flag::register(Signal::SIGHUP as i32, Arc::default()).expect("a handler");
    }
}

/// One kill of this kind, tried again with other moments when there was nothing to strike.
fn one(seed: u64, kind: Kind, templates: &BTreeMap<project::Bug, Template>) -> Option<Record> {
    let mut random = Random::new(seed);
    (0..6).find_map(|_| {
        let fits = |scene: &Scene| {
            templates.contains_key(&scene.bug) && (scene.alone.is_none() || kind != Kind::KillConductor)
        };
        let scenes: Vec<Scene> = Scene::ALL.into_iter().filter(fits).collect();
        let scene = *random.pick(&scenes)?;
        trial::run(random.draw(), kind, scene, templates.get(&scene.bug)?)
            .map(|record| Record { seed, ..record })
    })
}

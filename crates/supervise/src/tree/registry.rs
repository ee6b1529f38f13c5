//! All trees that this process watches at the moment: whose an orphan may be.
//!
//! A process that left its session, forked twice and emptied its environment has no visible tie to its
//! tree any more. It still comes to us, the child subreaper. It carries its tree's *tag*, a limit on a
//! resource that Linux no longer has and that programs inherit; and if it got rid of that too, it belongs
//! to whoever is the only one that it can belong to.

use std::sync::{Mutex, OnceLock, PoisonError};

/// One tree that is being watched.
#[derive(Debug, Clone, Copy)]
struct Watched {
    root: i32,
    born: u64,
    tag: u64,
}

static WATCHED: Mutex<Vec<Watched>> = Mutex::new(Vec::new());

fn with<T>(work: impl FnOnce(&mut Vec<Watched>) -> T) -> T {
    work(&mut WATCHED.lock().unwrap_or_else(PoisonError::into_inner))
}

pub(super) fn enter(root: i32, born: u64, tag: u64) {
    with(|watched| watched.push(Watched { root, born, tag }));
}

pub(super) fn leave(root: i32, tag: u64) {
    with(|watched| watched.retain(|tree| (tree.root, tree.tag) != (root, tag)));
}

/// Whether this process is the first one of a tree.
pub(super) fn is_root(pid: i32) -> bool {
    with(|watched| watched.iter().any(|tree| tree.root == pid))
}

/// Whether a tree that is being watched begins with it: children that were left out do not count.
pub(super) fn is_watched(pid: i32) -> bool {
    with(|watched| watched.iter().any(|tree| tree.root == pid && tree.tag != 0))
}

/// Whether this is the tag of a tree that nobody watches any more.
pub(super) fn is_of_the_past(tag: u64) -> bool {
    static OWN: OnceLock<Option<u64>> = OnceLock::new();
    let own = *OWN.get_or_init(|| of(i32::try_from(std::process::id()).unwrap_or_default()));
    own.is_some_and(|own| tag < own) && with(|watched| watched.iter().all(|tree| tree.tag != tag))
}

/// Whether an orphan without any other tie belongs to the tree with this tag: it has the tag, or nobody
/// else can have started it. One that two trees can have started waits for the last of them.
pub(super) fn owns(tag: u64, orphan: Option<u64>, start: u64) -> bool {
    if orphan == Some(tag) {
        return true;
    }
    with(|watched| {
        let of_another = watched.iter().any(|tree| tree.tag != tag && orphan == Some(tree.tag));
        let others = watched.iter().filter(|tree| tree.tag != tag && tree.born <= start).count();
        !of_another && others == 0
    })
}

/// Marks a process and all that it will start. Says whether that is possible here.
#[cfg(target_os = "linux")]
pub(super) fn put(pid: i32, tag: u64) -> bool {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    // Lowering is free for everyone, and only the administrator takes it back.
    let limit = Rlimit { current: Some(tag), maximum: Some(tag) };
    Pid::from_raw(pid).is_some_and(|pid| prlimit(Some(pid), Resource::Locks, limit).is_ok())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn put(_pid: i32, _tag: u64) -> bool {
    false
}

/// The tag that a process carries.
pub(super) fn of(pid: i32) -> Option<u64> {
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max file locks"))?;
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// A tag that fits below the one that we ourselves carry, so that it can be set.
pub(super) fn fresh() -> u64 {
    let own = of(i32::try_from(std::process::id()).unwrap_or_default()).unwrap_or(1 << 62).min(1 << 62);
    let mut random = [0u8; 8];
    // Without random numbers two trees might share a tag, and end together.
    let _ = getrandom::fill(&mut random);
    let room = (own / 4).max(1);
    own.saturating_sub(1 + u64::from_le_bytes(random) % room)
}

//! All processes that descend from one child, even those that try to get away.
//!
//! A process leaves its family by being orphaned (double fork), by a new session or group (setsid),
//! or both. Three nets catch it on Linux: we are the *child subreaper*, so orphans come to us and
//! not to init; parents, groups and sessions of everything seen so far are followed in `/proc`; and
//! every child carries a private mark in its environment, which survives all of it. Several trees
//! can be watched at once: nothing is attributed to a tree by "it is our orphan" alone.

use std::collections::{HashMap, HashSet};

use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

/// Name of the mark in the environment. Nested supervisors append theirs.
pub(crate) const MARK: &str = "REGREEN_PROCESS";

/// One line of the process table.
#[derive(Debug, Clone, Copy)]
struct Entry {
    pid: i32,
    parent: i32,
    group: i32,
    session: i32,
    /// Clock ticks since boot: with the pid it names a process for good.
    start: u64,
    zombie: bool,
}

/// A child and its descendants.
#[derive(Debug)]
pub(crate) struct Tree {
    root: i32,
    /// When the child started. Whatever is older cannot descend from it: the last line of defence
    /// against signalling somebody else's process.
    born: u64,
    mark: String,
    /// Living descendants, the child included: pid and start.
    known: HashMap<i32, u64>,
    /// Groups and sessions that belong to the tree alone.
    groups: HashSet<i32>,
    /// Everything that ever belonged to it, for reaping.
    ever: HashMap<i32, u64>,
}

impl Tree {
    pub(crate) fn new(root: i32, mark: String) -> Self {
        // The child has not been waited for, so its line is there. If not: nothing is young enough.
        let born = entry_of(root).map_or(u64::MAX, |entry| entry.start);
        let groups = HashSet::from([root]);
        Tree { root, born, mark, known: HashMap::new(), groups, ever: HashMap::new() }
    }

    /// Looks again who is there. Cheap enough to be called several times a second.
    pub(crate) fn update(&mut self) {
        let table = process_table();
        let own = i32::try_from(std::process::id()).unwrap_or_default();
        let could_be = |entry: &Entry| !entry.zombie && entry.start >= self.born && entry.pid != own;
        let living: Vec<Entry> = table.iter().copied().filter(could_be).collect();
        let mut members: HashMap<i32, Entry> = HashMap::new();
        for entry in &living {
            let seen = self.known.get(&entry.pid) == Some(&entry.start);
            let adopted = entry.parent == own || entry.parent == 1;
            if seen
                || entry.pid == self.root
                || self.groups.contains(&entry.group)
                || self.groups.contains(&entry.session)
                || (adopted && carries_mark(entry.pid, &self.mark))
            {
                members.insert(entry.pid, *entry);
            }
        }
        loop {
            let before = members.len();
            for entry in &living {
                if members.contains_key(&entry.parent) {
                    members.insert(entry.pid, *entry);
                }
            }
            if members.len() == before {
                break;
            }
        }
        for entry in members.values() {
            // A group or session led by a member was made by it; inherited ones are not ours.
            for leader in [entry.group, entry.session] {
                if members.contains_key(&leader) {
                    self.groups.insert(leader);
                }
            }
            self.ever.insert(entry.pid, entry.start);
        }
        self.known = members.values().map(|entry| (entry.pid, entry.start)).collect();
        self.reap(&table, own);
    }

    /// Whether nothing of it is left, as of the last update.
    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Sends a signal to all of it. `child_lives`: the child has not been waited for, so its group
    /// cannot be somebody else's.
    pub(crate) fn signal(&self, signal: Signal, child_lives: bool) {
        if child_lives {
            let _ = killpg(Pid::from_raw(self.root), signal);
        }
        for (&pid, &start) in &self.known {
            // The pid may have been given away since the last look; the child's group has been told.
            let told = |entry: &Entry| child_lives && entry.group == self.root;
            if entry_of(pid).is_some_and(|entry| entry.start == start && !told(&entry)) {
                let _ = kill(Pid::from_raw(pid), signal);
            }
        }
    }

    /// Takes the exit status of orphans that came to us, so that they do not pile up. Never of the
    /// child itself, nor of anybody else's child.
    fn reap(&mut self, table: &[Entry], own: i32) {
        for entry in table.iter().filter(|entry| entry.zombie && entry.parent == own) {
            let ours = self.ever.get(&entry.pid) == Some(&entry.start) || self.groups.contains(&entry.group);
            if ours && entry.pid != self.root {
                let _ = waitpid(Pid::from_raw(entry.pid), Some(WaitPidFlag::WNOHANG));
                self.ever.remove(&entry.pid);
            }
        }
    }
}

/// Makes orphans of our children come to us. Without it (other systems) they are lost once they
/// leave the process group.
pub(crate) fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    {
        static ONCE: std::sync::Once = std::sync::Once::new();
        ONCE.call_once(|| {
            if let Err(error) = nix::sys::prctl::set_child_subreaper(true) {
                tracing::warn!("orphaned processes cannot be followed: {error}");
            }
        });
    }
}

fn process_table() -> Vec<Entry> {
    let Ok(folder) = std::fs::read_dir("/proc") else { return Vec::new() };
    folder
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter_map(entry_of)
        .collect()
}

fn entry_of(pid: i32) -> Option<Entry> {
    parse_stat(pid, &std::fs::read(format!("/proc/{pid}/stat")).ok()?)
}

/// The name in `stat` may hold blanks and brackets: what counts starts behind the last bracket.
fn parse_stat(pid: i32, bytes: &[u8]) -> Option<Entry> {
    let text = String::from_utf8_lossy(bytes);
    let fields: Vec<&str> = text.get(text.rfind(')')? + 1..)?.split_ascii_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<i32>().ok();
    Some(Entry {
        pid,
        parent: number(1)?,
        group: number(2)?,
        session: number(3)?,
        start: fields.get(19)?.parse().ok()?,
        zombie: matches!(*fields.first()?, "Z" | "X"),
    })
}

fn carries_mark(pid: i32, mark: &str) -> bool {
    let Ok(environ) = std::fs::read(format!("/proc/{pid}/environ")) else { return false };
    environ.split(|byte| *byte == 0).any(|variable| {
        variable
            .strip_prefix(MARK.as_bytes())
            .and_then(|rest| rest.strip_prefix(b"="))
            .is_some_and(|value| value.split(|byte| *byte == b',').any(|part| part == mark.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_process_name_is_read_right() {
        let mut line = b"7 (a) S 1 1 (x) Z 3 4 5".to_vec();
        line.extend_from_slice(b" 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 99 0");
        let entry = parse_stat(7, &line).unwrap();
        assert_eq!((entry.parent, entry.group, entry.session, entry.start), (3, 4, 5, 99));
        assert!(entry.zombie);
        assert!(parse_stat(7, b"7 (sh) S 1").is_none());
    }
}

//! All processes that descend from one child, even those that try to get away.
//!
//! A process leaves its family by being orphaned (double fork), by a new session or group (setsid),
//! or both. These nets catch it on Linux: we are the *child subreaper*, so orphans come to us and
//! not to init; parents, groups and sessions of everything seen so far are followed in `/proc`;
//! every child carries a private mark in its environment, and a tag among its limits, which programs
//! that empty their environment keep. Several trees can be watched at once: "it is our orphan" alone
//! attributes a process to a tree only when no other tree can have started it ([`registry`]).

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::OnceLock;
use std::time::Duration;

use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

mod registry;

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
    /// Whether the mark is looked for in all processes, not only in orphans that came to us.
    widely: bool,
    /// When the child started. Whatever is older cannot descend from it: the last line of defence
    /// against signalling somebody else's process.
    born: u64,
    mark: String,
    tag: u64,
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
        let tag = registry::fresh();
        // Entered first: what carries the tag of no tree is taken for a leftover.
        registry::enter(root, born, tag);
        if !registry::put(root, tag) {
            tracing::debug!("process {root} cannot be tagged");
        }
        Tree { root, widely: false, born, mark, tag, known: HashMap::new(), groups, ever: HashMap::new() }
    }

    /// Whether the child, which was waited for, left nothing behind: everything that descends from it
    /// descends from an orphan of ours, so it is enough that we have no child that is not known. Much
    /// cheaper than a look at all processes. `false` when that cannot be told.
    pub(crate) fn left_nothing(&self) -> bool {
        // Twice, because the list may miss an entry while others leave it.
        let look = || own_children().is_some_and(|pids| pids.iter().all(|pid| registry::is_root(*pid)));
        look() && look()
    }

    /// Everything that a process which is not our child started, itself left out.
    pub(crate) fn of_process(process: i32, mark: String) -> Self {
        let born = entry_of(process).map_or(0, |entry| entry.start);
        let (known, ever, tag) = (HashMap::new(), HashMap::new(), registry::fresh());
        Tree { root: 0, widely: true, born, mark, tag, known, groups: HashSet::new(), ever }
    }

    /// Looks again who is there. Cheap enough to be called several times a second.
    pub(crate) fn update(&mut self) {
        let table = process_table();
        let own = i32::try_from(std::process::id()).unwrap_or_default();
        // Threads of the kernel, which nobody started, are in no group.
        let could_be =
            |entry: &Entry| !entry.zombie && entry.start >= self.born && entry.pid != own && entry.group != 0;
        let living: Vec<Entry> = table.iter().copied().filter(could_be).collect();
        let mut members: HashMap<i32, Entry> = HashMap::new();
        for entry in &living {
            let seen = self.known.get(&entry.pid) == Some(&entry.start);
            let adopted = self.widely || entry.parent == own || entry.parent == 1;
            if seen
                || entry.pid == self.root
                || self.groups.contains(&entry.group)
                || self.groups.contains(&entry.session)
                || (adopted && (carries_mark(entry.pid, &self.mark) || self.owns_orphan(entry, own)))
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

    /// Whether an orphan without our mark is ours all the same.
    fn owns_orphan(&self, entry: &Entry, own: i32) -> bool {
        if registry::is_root(entry.pid) {
            return false;
        }
        let tag = registry::of(entry.pid);
        // What init adopted may be anybody's. Children that others in this program started never have a
        // session of their own.
        tag == Some(self.tag)
            || (entry.parent == own
                && is_of_another_session(entry)
                && registry::owns(self.tag, tag, entry.start))
    }

    /// Whether nothing of it is left, as of the last update.
    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Whether more than the child itself was ever seen.
    pub(crate) fn had_descendants(&self) -> bool {
        self.groups.iter().any(|group| *group != self.root) || self.ever.keys().any(|pid| *pid != self.root)
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
            // One that left and ended between two looks is known by its tag; if it was too quick even for
            // that, by its session: nobody waits for such a one.
            let ours = self.ever.get(&entry.pid) == Some(&entry.start)
                || self.groups.contains(&entry.group)
                || is_of_another_session(entry)
                || registry::of(entry.pid)
                    .is_some_and(|tag| tag == self.tag || registry::is_of_the_past(tag));
            if ours && !registry::is_root(entry.pid) {
                let _ = waitpid(Pid::from_raw(entry.pid), Some(WaitPidFlag::WNOHANG));
                self.ever.remove(&entry.pid);
            }
        }
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        registry::leave(self.root, self.tag);
    }
}

fn is_of_another_session(entry: &Entry) -> bool {
    nix::unistd::getsid(None).is_ok_and(|own| own.as_raw() != entry.session)
}

/// The children that trees begin with, each the leader of its group.
pub(crate) fn watched_children() -> Vec<i32> {
    let mut children = own_children().unwrap_or_default();
    children
        .retain(|&pid| registry::is_watched(pid) && entry_of(pid).is_some_and(|entry| entry.group == pid));
    children
}

/// Our own children, those that came to us included. `None` where the system does not list them.
fn own_children() -> Option<Vec<i32>> {
    let mut children = Vec::new();
    for task in std::fs::read_dir("/proc/self/task").ok()?.flatten() {
        match std::fs::read_to_string(task.path().join("children")) {
            Ok(text) => {
                children.extend(text.split_ascii_whitespace().filter_map(|pid| pid.parse::<i32>().ok()));
            }
            // A thread that has ended since; its children are another one's now.
            Err(_) if !task.path().exists() => {}
            Err(_) => return None,
        }
    }
    Some(children)
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

/// A child of ours that belongs to no tree.
pub(crate) fn leave_out(pid: i32) {
    registry::enter(pid, u64::MAX, 0);
}

/// The mark of this process in the environment of everything it starts, the same for all of it.
pub(crate) fn process_mark() -> io::Result<&'static str> {
    static OWN: OnceLock<String> = OnceLock::new();
    if let Some(mark) = OWN.get() {
        return Ok(mark);
    }
    let mark = random_mark()?;
    Ok(OWN.get_or_init(|| mark))
}

/// A new mark.
pub(crate) fn random_mark() -> io::Result<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The environment of a process. In the middle of an exec there is none, nor a command line: then it
/// is waited for, or a process that a busy machine lets hang there would not be known for ours.
fn environment_of(pid: i32) -> Vec<u8> {
    let read = |name: &str| std::fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
    for _ in 0..50 {
        let environ = read("environ");
        if !environ.is_empty() || entry_of(pid).is_none_or(|entry| entry.zombie) {
            return environ;
        }
        if !read("cmdline").is_empty() {
            // It may have come between the two looks.
            return read("environ");
        }
        std::thread::sleep(Duration::from_millis(4));
    }
    Vec::new()
}

fn carries_mark(pid: i32, mark: &str) -> bool {
    let environ = environment_of(pid);
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

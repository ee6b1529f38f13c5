//! Says which process a worktree belongs to, so that a later run can tell a worktree in use from one
//! whose owner was killed. A process id alone is not enough: ids come round again.

use std::path::Path;
use std::time::{Duration, SystemTime};

/// File within the worktree's administrative directory.
pub(crate) const FILE: &str = "regreen-owner";

/// Without a readable mark, or with a mark from another container, a worktree this old is stale.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

/// The mark of this process.
pub(crate) fn own() -> String {
    let id = std::process::id();
    format!("{id}\n{}\n{}\n", start_of(id).unwrap_or_default(), space())
}

/// Whether the process that left this mark is gone.
pub(crate) fn is_stale(admin: &Path) -> bool {
    let path = admin.join(FILE);
    let Ok(mark) = std::fs::read_to_string(&path) else { return is_old(admin) };
    let mut lines = mark.lines();
    let (Some(id), Some(start), Some(marked)) = (lines.next(), lines.next(), lines.next()) else {
        return is_old(admin);
    };
    let Ok(id) = id.parse::<u32>() else { return is_old(admin) };
    if marked != space() {
        return is_old(admin);
    }
    start_of(id).is_none_or(|now| now != start)
}

fn is_old(admin: &Path) -> bool {
    let modified = std::fs::metadata(admin).and_then(|found| found.modified());
    modified.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|age| age > OLD))
}

/// When a process started, in a form that only ever is compared. `None`: there is no such process.
fn start_of(id: u32) -> Option<String> {
    if Path::new("/proc/self/stat").exists() {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name, in parentheses, may hold blanks and parentheses. State is field 3, start 22.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        if fields.first().is_some_and(|state| matches!(*state, "Z" | "X")) {
            return None;
        }
        return fields.get(19).map(|&start| start.to_owned());
    }
    let output =
        std::process::Command::new("ps").args(["-o", "lstart=", "-p", &id.to_string()]).output().ok()?;
    let start = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (!start.is_empty()).then_some(start)
}

/// The space in which process ids mean something: this boot of this machine, this container.
fn space() -> String {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{} {}", boot.trim(), namespace.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stale(mark: &str) -> bool {
        let admin = tempfile::tempdir().unwrap();
        std::fs::write(admin.path().join(FILE), mark).unwrap();
        is_stale(admin.path())
    }

    #[test]
    fn only_the_mark_of_a_process_that_is_gone_is_stale() {
        assert!(!stale(&own()));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let id = child.id();
        child.wait().unwrap();
        assert!(stale(&format!("{id}\n1\n{}\n", space())), "a dead process");
        assert!(stale(&format!("{}\nanother start\n{}\n", std::process::id(), space())), "a reused id");
        assert!(!stale(&format!("{id}\n1\nanother machine\n")), "cannot be told, and it is young");
        assert!(!stale("garbage"), "cannot be told, and it is young");
    }
}

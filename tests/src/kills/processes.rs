//! Who runs: the descendants of a process, and everything that has to do with a folder, whatever
//! session, group or parent it moved to.

use std::collections::HashSet;
use std::path::Path;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A living process.
#[derive(Debug, Clone)]
pub struct Process {
    /// Its id.
    pub pid: i32,
    /// Its parent.
    pub parent: i32,
    /// Its command line, blanks between the words.
    pub line: String,
}

impl Process {
    /// Name of the program: the last part of its first word.
    #[must_use]
    pub fn program(&self) -> &str {
        let first = self.line.split(' ').next().unwrap_or_default();
        first.rsplit('/').next().unwrap_or_default()
    }

    /// Sends it a signal; it may be gone already.
    pub fn signal(&self, signal: Signal) {
        let _ = kill(Pid::from_raw(self.pid), signal);
    }
}

/// Everything that lives, zombies left out.
#[must_use]
pub fn all() -> Vec<Process> {
    let Ok(folder) = std::fs::read_dir("/proc") else { return Vec::new() };
    folder
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter_map(process)
        .collect()
}

fn process(pid: i32) -> Option<Process> {
    let stat = String::from_utf8_lossy(&std::fs::read(format!("/proc/{pid}/stat")).ok()?).into_owned();
    let mut fields = stat.get(stat.rfind(')')? + 1..)?.split_ascii_whitespace();
    let dead = matches!(fields.next()?, "Z" | "X");
    let parent = fields.next()?.parse().ok()?;
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let line = String::from_utf8_lossy(&line).replace('\0', " ").trim_end().to_owned();
    (!dead).then_some(Process { pid, parent, line })
}

/// The descendants of a process, itself left out.
#[must_use]
pub fn below(root: i32) -> Vec<Process> {
    let all = all();
    let mut known = HashSet::from([root]);
    loop {
        let before = known.len();
        known.extend(
            all.iter()
                .filter(|process| known.contains(&process.parent))
                .map(|process| process.pid)
                .collect::<Vec<_>>(),
        );
        if known.len() == before {
            break;
        }
    }
    all.into_iter().filter(|process| process.pid != root && known.contains(&process.pid)).collect()
}

/// Every process that names the folder in its command line or its environment, or that stands in
/// it, even where it was deleted in the meantime.
#[must_use]
pub fn in_folder(folder: &Path) -> Vec<Process> {
    let name = folder.to_string_lossy().into_owned();
    let own = i32::try_from(std::process::id()).unwrap_or_default();
    let concerns = |process: &Process| {
        let environment = || std::fs::read(format!("/proc/{}/environ", process.pid)).unwrap_or_default();
        let stands = || std::fs::read_link(format!("/proc/{}/cwd", process.pid)).unwrap_or_default();
        process.line.contains(&name)
            || stands().to_string_lossy().contains(&name)
            || String::from_utf8_lossy(&environment()).contains(&name)
    };
    all().into_iter().filter(|process| process.pid != own && concerns(process)).collect()
}

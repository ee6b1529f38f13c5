//! Which process made something, said in its very name: there is no moment at which it exists and its
//! owner is not known, whenever the owner is killed.

use std::path::Path;
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};

/// What all such names begin with.
pub const OWNED_PREFIX: &str = "regreen-";

/// Hexadecimal digits that say the space of processes, and when the process started.
const SPACE: usize = 6;
const START: usize = 4;

/// What another machine or container made is abandoned when this old.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

/// `regreen-<process>-<space>-<start>-`: the beginning of a name for something of this process. What
/// follows has to be random.
#[must_use]
pub fn owned_prefix() -> String {
    let id = std::process::id();
    format!(
        "{OWNED_PREFIX}{id:x}-{}-{}-",
        short(&space(), SPACE),
        short(&start_of(id).unwrap_or_default(), START)
    )
}

/// Whether the process that made this is gone. What is not named as ours never is. A process id alone
/// would not do: ids come round again, and other containers have the same ones.
#[must_use]
pub fn is_abandoned(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match owner(&name) {
        Some((id, marked, start)) if marked == short(&space(), SPACE) => {
            start_of(id).is_none_or(|now| short(&now, START) != start)
        }
        Some(_) => is_old(path),
        None => false,
    }
}

/// Process, space and start that a name of ours says. `None` for every other name, above all for those
/// that people make up, such as `regreen-add-new-test-runner`: what is named as ours may be deleted.
fn owner(name: &str) -> Option<(u32, &str, &str)> {
    let parts: Vec<&str> = name.trim_start_matches('.').strip_prefix(OWNED_PREFIX)?.split('-').collect();
    let [id, space, start, random] = parts[..] else { return None };
    let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_random = !random.is_empty() && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let fits = is_hex(id) && is_hex(space) && is_hex(start) && space.len() == SPACE && start.len() == START;
    Some((u32::from_str_radix(id, 16).ok().filter(|_| fits && is_random)?, space, start))
}

fn is_old(path: &Path) -> bool {
    let modified = std::fs::symlink_metadata(path).and_then(|found| found.modified());
    modified.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|age| age > OLD))
}

/// So many hexadecimal digits of a digest.
fn short(text: &str, digits: usize) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).take(digits).map(char::from).collect()
}

/// When a process started, in a form that only ever is compared. `None`: there is no such process.
fn start_of(id: u32) -> Option<String> {
    if Path::new("/proc/self/stat").exists() {
        let stat = std::fs::read(format!("/proc/{id}/stat")).ok()?;
        let stat = String::from_utf8_lossy(&stat);
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

    #[test]
    fn only_what_a_process_that_is_gone_made_is_abandoned() {
        let folder = tempfile::tempdir().unwrap();
        let abandoned = |name: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(&path).unwrap();
            is_abandoned(&path)
        };
        let (own, space) = (owned_prefix(), short(&space(), SPACE));
        assert!(!abandoned(&format!("{own}0123abcd")));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let id = child.id();
        child.wait().unwrap();
        assert!(abandoned(&format!("regreen-{id:x}-{space}-0000-a")), "a dead process");
        let id = std::process::id();
        assert!(abandoned(&format!("regreen-{id:x}-{space}-0000-a")), "a reused id");
        assert!(!abandoned(&format!("regreen-{id:x}-ffffff-0000-a")), "elsewhere, and it is young");
        assert!(!abandoned("regreen-446065fb60de"), "cannot be told, and it is young");
        for of_the_user in ["regreen-add-new-test-runner", "regreen-2024-01-02-backup", "regreen-a-b-c-d"] {
            assert_eq!(owner(of_the_user), None);
        }
        assert!(!abandoned("somebody-else") && !abandoned(&format!("x{own}a")));
    }
}

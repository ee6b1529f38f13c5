//! The only place that writes to the checkout. Whatever happens, the file comes back as it was.
//!
//! Build tools tell "changed" from the modification time, so it matters as much as the bytes. Python's
//! cache compares whole seconds and the size: two candidates of one second would share one cache entry,
//! and the second would be judged with the code of the first. So every candidate of a Python file gets a
//! second of its own in the past, and the restored file its old time. Cargo asks "newer than the last
//! build", so elsewhere every write, the restoring one too, simply happens now.

use std::fs::{self, File, FileTimes};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use crate::{
    RepairError, Survivor,
    candidate::{edited, fingerprint},
};

/// Holds one edited file and puts the original back when dropped, also while a panic unwinds.
#[derive(Debug)]
pub(crate) struct EditedFile {
    path: PathBuf,
    original: Vec<u8>,
    modified: Option<SystemTime>,
    restored: bool,
}

impl EditedFile {
    /// Writes `text` to `path` until the value is dropped.
    pub(crate) fn write(path: PathBuf, original: &str, text: &str) -> Result<Self, RepairError> {
        let cached = path.extension().is_some_and(|extension| extension == "py");
        let modified = fs::metadata(&path).and_then(|metadata| metadata.modified()).ok().filter(|_| cached);
        let guard = EditedFile { path, original: original.as_bytes().to_vec(), modified, restored: false };
        write_at(&guard.path, text.as_bytes(), cached.then(next_second))?;
        Ok(guard)
    }

    /// Puts the original back and says whether that worked.
    pub(crate) fn restore(mut self) -> Result<(), RepairError> {
        self.put_back()
    }

    fn put_back(&mut self) -> Result<(), RepairError> {
        write_at(&self.path, &self.original, self.modified)?;
        self.restored = true;
        Ok(())
    }
}

impl Drop for EditedFile {
    fn drop(&mut self) {
        if !self.restored
            && let Err(error) = self.put_back()
        {
            tracing::error!(%error, "the checkout holds a candidate");
        }
    }
}

/// Writes in place, so that mode, owner and links of the file stay. Not by truncating first: some file systems
/// then wait for the disk, which costs more than many a judgement.
fn write_at(path: &Path, bytes: &[u8], modified: Option<SystemTime>) -> Result<(), RepairError> {
    let write = || {
        let mut file = File::options().write(true).open(path)?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)?;
        match modified {
            Some(modified) => file.set_times(FileTimes::new().set_modified(modified)),
            None => Ok(()),
        }
    };
    write().map_err(|source| RepairError::Write { path: path.to_owned(), source })
}

/// A whole second that no other candidate of this process has, in the last century's nineties.
fn next_second() -> SystemTime {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let second = COUNTER.fetch_add(1, Ordering::Relaxed);
    SystemTime::UNIX_EPOCH + Duration::from_secs(700_000_000 + second)
}

/// Applies a survivor to the checkout for good.
///
/// # Errors
/// The file cannot be read or written, or is not the one that the survivor was made for.
pub fn apply(checkout: &Path, survivor: &Survivor) -> Result<(), RepairError> {
    let path = checkout.join(&survivor.file);
    let text =
        fs::read_to_string(&path).map_err(|source| RepairError::Read { path: path.clone(), source })?;
    let moved = || RepairError::Moved { file: survivor.file.clone() };
    if fingerprint(&text) != survivor.fingerprint {
        return Err(moved());
    }
    let text = edited(&text, &survivor.edits).ok_or_else(moved)?;
    // Written within the second of the original, the change would look like it to a cache.
    let before = fs::metadata(&path).and_then(|metadata| metadata.modified()).ok();
    let second = Duration::from_secs(1);
    let later =
        before.filter(|before| before.elapsed().is_ok_and(|age| age < second)).map(|before| before + second);
    write_at(&path, text.as_bytes(), later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_comes_back_even_when_the_judge_panics() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.py");
        fs::write(&path, "x = 1\n").unwrap();
        let before = fs::metadata(&path).unwrap().modified().unwrap();
        let edit = path.clone();
        let panicked = std::panic::catch_unwind(move || {
            let _guard = EditedFile::write(edit.clone(), "x = 1\n", "x = 2\n").unwrap();
            assert_eq!(fs::read_to_string(&edit).unwrap(), "x = 2\n");
            panic!("judge");
        });
        assert!(panicked.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "x = 1\n");
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
    }

    #[test]
    fn no_two_candidates_share_a_python_cache_entry() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.py");
        fs::write(&path, "x = 1\n").unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for text in ["x = 2\n", "x = 3\n", "x = 4\n"] {
            let guard = EditedFile::write(path.clone(), "x = 1\n", text).unwrap();
            let modified = fs::metadata(&path).unwrap().modified().unwrap();
            assert!(seen.insert(modified.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()));
            guard.restore().unwrap();
        }
    }
}

//! Cases in a folder: those of the past, for what they teach, and those in which others worked on the same task.
//!
//! Promises: the folder is untrusted and reading it is bounded: so many folders, so many cases, so many bytes a
//! file; links are not followed; what cannot be read is left out and named. The newest cases come first, in
//! an order that does not depend on the file system's.

use std::cmp::Reverse;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::store::parse;
use crate::{
    CaseDir, CaseError, Document, EarlierEnd, Failure, FailureTraits, Fix, FixStatus, Layout, Reproduction,
    Source, Task, Verification, VerificationStatus,
};

/// How deep below the folder a case may lie: an artifact's folder, and one within it.
const DEEPEST: usize = 3;
/// Entries of folders that are looked at.
const MOST_ENTRIES: usize = 20_000;
/// Cases that are looked at for their age.
const MOST_FOUND: usize = 1_000;
/// Cases that are read, newest first.
pub const MOST_EARLIER_CASES: usize = 50;
/// Bytes of a document.
const LARGEST_DOCUMENT: u64 = 4 * 1024 * 1024;
/// Bytes of a diff. Nobody learns from a larger one.
const LARGEST_DIFF: u64 = 256 * 1024;
/// Bytes of the patch of a case. A larger one is none of ours.
const LARGEST_PATCH: u64 = 64 * 1024 * 1024;

/// A case of somebody else.
#[derive(Debug, Clone)]
pub struct StoredCase {
    root: PathBuf,
    /// What was asked.
    pub task: Task,
    /// How it failed in CI.
    pub failure: Option<Failure>,
    /// How it failed there.
    pub reproduction: Reproduction,
    /// What was tried.
    pub fix: Fix,
    /// What came of it.
    pub verification: Option<Verification>,
}

/// What a folder of cases holds.
#[derive(Debug, Clone, Default)]
pub struct CaseFolder {
    /// Those that could be read, newest first.
    pub cases: Vec<StoredCase>,
    /// Those that could not, and why.
    pub unreadable: Vec<String>,
    /// Older ones that were left out for their number.
    pub too_many: usize,
}

impl CaseFolder {
    /// Reads the earlier cases of a folder: not `current`, a copy of which may lie there too.
    ///
    /// # Errors
    /// [`CaseError::Io`] when there is no such folder.
    pub fn earlier(folder: &Path, current: &CaseDir) -> Result<Self, CaseError> {
        let own = current.read::<Task>().ok();
        Self::read(folder, current, |task| own.as_ref() != Some(task))
    }

    /// Reads the cases of a folder that began as copies of `current`: fixers worked on them side by side.
    ///
    /// # Errors
    /// [`CaseError::Io`] when there is no such folder, and whatever is wrong with the own `task.json`.
    pub fn siblings(folder: &Path, current: &CaseDir) -> Result<Self, CaseError> {
        let own = current.read::<Task>()?;
        Self::read(folder, current, |task| own == *task)
    }

    fn read(folder: &Path, current: &CaseDir, counts: impl Fn(&Task) -> bool) -> Result<Self, CaseError> {
        let failed = |source| CaseError::Io { action: "read", path: folder.to_owned(), source };
        let folder = fs::canonicalize(folder).map_err(failed)?;
        fs::read_dir(&folder).map_err(failed)?;
        let mut places = Vec::new();
        find(&folder, 0, &mut MOST_ENTRIES.clone(), &mut places);
        let mut read = CaseFolder::default();
        let mut dated: Vec<(PathBuf, Task)> = Vec::new();
        for place in places.into_iter().filter(|place| place != current.root()) {
            match document::<Task>(&place) {
                Ok(task) if !counts(&task) => {}
                Ok(task) => dated.push((place, task)),
                Err(error) => read.unreadable.push(error.to_string()),
            }
        }
        dated.sort_by(|a, b| {
            (Reverse(a.1.timing.started_at), &a.0).cmp(&(Reverse(b.1.timing.started_at), &b.0))
        });
        read.too_many = dated.len().saturating_sub(MOST_EARLIER_CASES);
        for (root, task) in dated.into_iter().take(MOST_EARLIER_CASES) {
            match StoredCase::read(root, task) {
                Ok(case) => read.cases.push(case),
                Err(error) => read.unreadable.push(error.to_string()),
            }
        }
        Ok(read)
    }
}

/// Folders that hold a fix, in the order of their names. A case has no cases within.
fn find(folder: &Path, depth: usize, left: &mut usize, found: &mut Vec<PathBuf>) {
    if folder.join(Fix::FILE).symlink_metadata().is_ok() {
        found.push(folder.to_owned());
        return;
    }
    let mut names: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        *left = left.saturating_sub(1);
        if *left == 0 || found.len() >= MOST_FOUND {
            return;
        }
        // The type of the entry itself: a link to a folder is no folder.
        if depth < DEEPEST && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            names.push(entry.path());
        }
    }
    names.sort_unstable();
    for name in names {
        find(&name, depth + 1, left, found);
    }
}

impl StoredCase {
    fn read(root: PathBuf, task: Task) -> Result<Self, CaseError> {
        Ok(StoredCase {
            task,
            failure: optional(document(&root))?,
            reproduction: document(&root)?,
            fix: document(&root)?,
            verification: optional(document(&root))?,
            root,
        })
    }

    /// What its failure is recognised by.
    #[must_use]
    pub fn traits(&self) -> FailureTraits {
        FailureTraits::of(self.failure.as_ref(), &self.reproduction)
    }

    /// Where its repository lives, as far as its documents say: `github.com/owner/name`.
    #[must_use]
    pub fn repository(&self) -> Option<String> {
        self.fix.repository.clone().or_else(|| self.task.repository())
    }

    /// How it ended.
    #[must_use]
    pub fn end(&self) -> EarlierEnd {
        let patched = self.fix.status == FixStatus::PatchFound;
        match self.verification.as_ref().map(|found| found.status) {
            Some(VerificationStatus::Proven) if patched => EarlierEnd::Proven,
            Some(
                VerificationStatus::Rejected
                | VerificationStatus::Regressions
                | VerificationStatus::NotProven,
            ) if patched => EarlierEnd::Rejected,
            _ if patched => EarlierEnd::Unproven,
            _ => EarlierEnd::NoFix,
        }
    }

    /// The patch, when it is the very one that was proven or turned down.
    #[must_use]
    pub fn judged_patch(&self) -> Option<Vec<u8>> {
        let judged =
            self.verification.as_ref()?.patch_sha256.as_deref().or(self.fix.patch_sha256.as_deref())?;
        self.patch_of(judged, LARGEST_DIFF)
    }

    /// The patch, when it is the very one that its `fix.json` names.
    #[must_use]
    pub fn patch(&self) -> Option<Vec<u8>> {
        self.patch_of(self.fix.patch_sha256.as_deref()?, LARGEST_PATCH)
    }

    fn patch_of(&self, sha256: &str, most: u64) -> Option<Vec<u8>> {
        let bytes = self.file(Layout::PATCH, most)?;
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        (digest == sha256).then_some(bytes)
    }

    /// A diff that its documents name.
    #[must_use]
    pub fn diff(&self, named: &str) -> Option<Vec<u8>> {
        self.file(named, LARGEST_DIFF)
    }

    /// A plain file of it, if it is no larger than so many bytes. No link is followed.
    #[must_use]
    pub fn file(&self, named: &str, most: u64) -> Option<Vec<u8>> {
        bounded(&self.place(named)?, most).ok().flatten()
    }

    /// Names of the plain files in one of its folders, at most so many of them.
    #[must_use]
    pub fn files_in(&self, folder: &str, most: usize) -> Vec<String> {
        let Some(place) = self.place(folder) else { return Vec::new() };
        let entries = fs::read_dir(place).into_iter().flatten().flatten();
        let plain = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        let mut names: Vec<String> =
            plain.filter_map(|entry| entry.file_name().into_string().ok()).take(most).collect();
        names.sort_unstable();
        names
    }

    /// Where a name leads, when it stays within and no link is on the way.
    fn place(&self, named: &str) -> Option<PathBuf> {
        let mut path = self.root.clone();
        for part in Path::new(named).components() {
            let Component::Normal(part) = part else { return None };
            path.push(part);
            // A folder on the way may be a link as well.
            if path.symlink_metadata().ok()?.is_symlink() {
                return None;
            }
        }
        Some(path)
    }
}

impl Task {
    /// Where the repository of the CI run lives: `github.com/owner/name`.
    #[must_use]
    pub fn repository(&self) -> Option<String> {
        let Source::Url { run, .. } = &self.source else { return None };
        let host = run.server.split_once("://").map_or(run.server.as_str(), |(_, host)| host);
        Some(format!("{host}/{}", run.slug()).to_lowercase())
    }
}

fn document<D: Document>(root: &Path) -> Result<D, CaseError> {
    let path = root.join(D::FILE);
    match bounded(&path, LARGEST_DOCUMENT) {
        Ok(Some(bytes)) => parse(&path, &bytes),
        Ok(None) => {
            let detail = "it is no file, or too large for an earlier case".to_owned();
            Err(CaseError::Malformed { path, detail })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(CaseError::Missing { case: root.to_owned(), file: D::FILE, written_by: D::WRITTEN_BY })
        }
        Err(source) => Err(CaseError::Io { action: "read", path, source }),
    }
}

fn optional<D>(read: Result<D, CaseError>) -> Result<Option<D>, CaseError> {
    match read {
        Ok(document) => Ok(Some(document)),
        Err(CaseError::Missing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The bytes of a plain file; `None` for links, pipes, and what is too large.
fn bounded(path: &Path, most: u64) -> std::io::Result<Option<Vec<u8>>> {
    let found = path.symlink_metadata()?;
    if !found.is_file() || found.len() > most {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests;

//! A patch as bytes and as what the bytes say.
//!
//! A [`Patch`] keeps the exact bytes it was made from: their SHA-256 is what one phase proves and the
//! next one publishes. Reading is strict: a line that is neither header nor hunk is an error, so that
//! nothing can hide between the parts.

use std::collections::HashSet;
use std::ops::Range;

use regreen_case::Redactor;
use sha2::{Digest, Sha256};

mod parse;

/// A patch larger than this is not read at all.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It goes.
    Deleted,
    /// Its content or mode changes.
    Modified,
    /// It moves, perhaps with changes.
    Renamed,
    /// It is a copy of another file, perhaps with changes.
    Copied,
}

/// A line of a hunk as its very bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawLine {
    pub(crate) origin: u8,
    /// With its line feed, unless the file ends without one.
    pub(crate) bytes: Vec<u8>,
}

/// A contiguous change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// First line in the old file, one-based; 0 when it has none.
    pub old_start: u32,
    /// Lines in the old file.
    pub old_lines: u32,
    /// First line in the new file, one-based; 0 when it has none.
    pub new_start: u32,
    /// Lines in the new file.
    pub new_lines: u32,
    /// The lines with their origin (blank, `+`, `-`), without line feeds, for reading. Bytes that are
    /// no UTF-8 are replaced here; applying uses the true bytes.
    pub lines: Vec<(char, String)>,
    pub(crate) raw: Vec<RawLine>,
}

impl Hunk {
    /// The lines with their one-based number: in the old file for `-`, in the new file for the rest.
    pub fn numbered_lines(&self) -> impl Iterator<Item = (u32, char, &str)> {
        let (mut old, mut new) = (self.old_start, self.new_start);
        self.lines.iter().map(move |(origin, text)| {
            let number = if *origin == '-' { old } else { new };
            old += u32::from(*origin != '+');
            new += u32::from(*origin != '-');
            (number, *origin, text.as_str())
        })
    }
}

/// What a patch does to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Path before; `None` for a new file.
    pub old_path: Option<String>,
    /// Path after; `None` for a deleted file.
    pub new_path: Option<String>,
    /// What happens.
    pub kind: ChangeKind,
    /// Git mode before, where the patch says it.
    pub old_mode: Option<u32>,
    /// Git mode after, where the patch says it.
    pub new_mode: Option<u32>,
    /// Whether the content is binary. Such a change can be seen but not applied.
    pub binary: bool,
    /// The changes.
    pub hunks: Vec<Hunk>,
    /// Added lines.
    pub insertions: u32,
    /// Removed lines.
    pub deletions: u32,
    pub(crate) range: Range<usize>,
}

impl FileChange {
    /// The path after, or before for a deleted file.
    #[must_use]
    pub fn path(&self) -> &str {
        self.new_path.as_deref().or(self.old_path.as_deref()).unwrap_or_default()
    }

    /// Both paths, without repetition.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let old = self.old_path.as_deref().filter(|old| self.new_path.as_deref() != Some(*old));
        old.into_iter().chain(self.new_path.as_deref())
    }
}

/// Why bytes are no patch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// Too large to be read.
    #[error("the patch has {0} bytes, at most {MAX_BYTES} are read")]
    TooLarge(usize),
    /// Not what a patch looks like.
    #[error("line {line} of the patch: {problem}")]
    Malformed {
        /// One-based line of the patch.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
}

impl PatchError {
    /// 4: the patch is part of the case, and the case is broken.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        4
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some("run `implement-fix` again: patches are not meant to be edited by hand".to_owned())
    }
}

/// A patch in git's format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    bytes: Vec<u8>,
    files: Vec<FileChange>,
}

impl Patch {
    /// Reads a patch. No bytes are an empty patch.
    ///
    /// # Errors
    /// [`PatchError`] when it is too large or not in git's format.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, PatchError> {
        if bytes.len() > MAX_BYTES {
            return Err(PatchError::TooLarge(bytes.len()));
        }
        let files = parse::files(&bytes)?;
        Ok(Patch { bytes, files })
    }

    /// The very bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of the bytes, in lower-case hex.
    #[must_use]
    pub fn sha256(&self) -> String {
        Sha256::digest(&self.bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The changed files, in the patch's order.
    #[must_use]
    pub fn files(&self) -> &[FileChange] {
        &self.files
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Lines that it adds and removes, together.
    #[must_use]
    pub fn changed_lines(&self) -> u32 {
        let lines = self.files.iter().map(|file| file.insertions.saturating_add(file.deletions));
        lines.fold(0, u32::saturating_add)
    }

    /// The same patch without the changes of files at these paths (before or after).
    #[must_use]
    pub fn without<S: AsRef<str>>(&self, paths: &[S]) -> Patch {
        let paths: HashSet<&str> = paths.iter().map(AsRef::as_ref).collect();
        self.of_files(|file| !file.paths().any(|path| paths.contains(path)))
    }

    /// What in it looks like a secret, by name and line: in lines that it adds, and in names of files. Once
    /// published it would be public.
    #[must_use]
    pub fn secrets(&self, redactor: &Redactor) -> Vec<String> {
        let mut found = Vec::new();
        for file in self.files.iter().filter(|file| file.new_path.is_some()) {
            let (name, in_name) = redactor.redact(file.path());
            let name = name.escape_debug();
            if in_name > 0 {
                found.push(format!("{name}: its name holds what looks like a secret"));
            }
            let added =
                file.hunks.iter().flat_map(Hunk::numbered_lines).filter(|(_, origin, _)| *origin == '+');
            let secret = added.filter(|(_, _, text)| redactor.redact(text).1 > 0);
            found.extend(secret.map(|(line, ..)| format!("{name}:{line}: it adds what looks like a secret")));
        }
        found
    }

    /// The change of this file alone; it has to be one of [`files`](Self::files).
    #[must_use]
    pub fn only(&self, file: &FileChange) -> Patch {
        self.of_files(|other| other.range == file.range)
    }

    fn of_files(&self, wanted: impl Fn(&FileChange) -> bool) -> Patch {
        let mut bytes = Vec::new();
        let mut files = Vec::new();
        for file in self.files.iter().filter(|file| wanted(file)) {
            let start = bytes.len();
            bytes.extend_from_slice(&self.bytes[file.range.clone()]);
            files.push(FileChange { range: start..bytes.len(), ..file.clone() });
        }
        Patch { bytes, files }
    }

    /// The parts that can be left out one by one: a hunk of a file whose content changes, or a file as a
    /// whole where it comes, goes, moves or changes its mode. Numbers of the file and of the hunk.
    #[must_use]
    pub fn parts(&self) -> Vec<(usize, Option<usize>)> {
        self.files
            .iter()
            .enumerate()
            .flat_map(|(at, file)| {
                let divisible = file.kind == ChangeKind::Modified && file.old_mode == file.new_mode;
                let hunks = if divisible && !file.binary { file.hunks.len() } else { 0 };
                let whole = (hunks == 0).then_some((at, None));
                whole.into_iter().chain((0..hunks).map(move |hunk| (at, Some(hunk))))
            })
            .collect()
    }

    /// The same patch with only these of its [`parts`](Self::parts). Object ids in it are those of the whole
    /// patch: apply it and take the difference where they matter.
    ///
    /// # Errors
    /// [`PatchError`] when what is left is no patch, which would be a mistake of ours.
    pub fn keeping(&self, parts: &[(usize, Option<usize>)]) -> Result<Patch, PatchError> {
        let mut bytes = Vec::with_capacity(self.bytes.len());
        for (at, file) in self.files.iter().enumerate() {
            let own = &self.bytes[file.range.clone()];
            let kept: Vec<usize> =
                parts.iter().filter(|part| part.0 == at).filter_map(|part| part.1).collect();
            if parts.contains(&(at, None)) {
                bytes.extend_from_slice(own);
            } else if !kept.is_empty() {
                keep_hunks(own, &file.hunks, &kept, &mut bytes);
            }
        }
        Patch::from_bytes(bytes)
    }
}

/// Copies the header of a file's change and some of its hunks, whose places in the new file move when
/// hunks before them are left out.
fn keep_hunks(own: &[u8], hunks: &[Hunk], kept: &[usize], bytes: &mut Vec<u8>) {
    let mut current: Option<usize> = None;
    let mut moved: i64 = 0;
    for line in own.split_inclusive(|byte| *byte == b'\n') {
        // Lines of a hunk begin with a blank, a sign or a backslash: this is always a hunk's head.
        if !line.starts_with(b"@@ ") {
            if current.is_none_or(|hunk| kept.contains(&hunk)) {
                bytes.extend_from_slice(line);
            }
            continue;
        }
        let at = current.map_or(0, |hunk| hunk + 1);
        current = Some(at);
        let Some(hunk) = hunks.get(at) else { return };
        if !kept.contains(&at) {
            moved += i64::from(hunk.old_lines) - i64::from(hunk.new_lines);
            continue;
        }
        let head = format!(
            "@@ -{},{} +{},{} @@",
            hunk.old_start,
            hunk.old_lines,
            i64::from(hunk.new_start) + moved,
            hunk.new_lines
        );
        bytes.extend_from_slice(head.as_bytes());
        let rest = line[2..].windows(2).position(|two| two == b"@@").map_or(&b"\n"[..], |at| &line[at + 4..]);
        bytes.extend_from_slice(rest);
    }
}

#[cfg(test)]
mod tests;

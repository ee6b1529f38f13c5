//! The case directory: reads and writes the documents.
//!
//! Promises: a document is written whole or not at all (written beside, synced, renamed); a newer,
//! truncated or missing document is a clear error with exit code 4; a path that a document names
//! never leads out of the case.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Layout, Phase, Redactor};

/// Version of the documents' schema. Raised when a reader of the old version would go wrong.
pub const SCHEMA_VERSION: u32 = 1;

/// Documents are small; anything larger is not one of ours.
const MAX_DOCUMENT_BYTES: u64 = 64 * 1024 * 1024;

/// Tells git to leave the case alone.
const IGNORE: &str = ".gitignore";
/// What is being written is named so, and by whom.
const WRITING: &str = ".regreen-";

/// A typed document of the case.
pub trait Document: Serialize + DeserializeOwned {
    /// File name within the case.
    const FILE: &'static str;
    /// The only phase that writes it.
    const WRITTEN_BY: Phase;
}

/// Why the case could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The document is not there.
    #[error("the case {case} has no {file}")]
    Missing {
        /// Directory of the case.
        case: PathBuf,
        /// File name.
        file: &'static str,
        /// Phase that writes it.
        written_by: Phase,
    },
    /// The document ends too early.
    #[error("{path} is truncated: {detail}")]
    Truncated {
        /// The document.
        path: PathBuf,
        /// What the parser says.
        detail: String,
    },
    /// The document was written by a newer version.
    #[error("{path} has schema version {found}, this program knows up to {SCHEMA_VERSION}")]
    NewerSchema {
        /// The document.
        path: PathBuf,
        /// Its version.
        found: u64,
    },
    /// The document is not what it should be.
    #[error("{path} is not a valid document: {detail}")]
    Malformed {
        /// The document.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// A document names a path outside the case.
    #[error("`{0}` leads out of the case")]
    OutsideCase(String),
    /// The file system refused.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl CaseError {
    /// 4 for a broken case, 3 for a file system that refuses.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            CaseError::Io { .. } => 3,
            _ => 4,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            CaseError::Missing { written_by, file, .. } => {
                format!("run `{written_by}` on this case first: it writes {file}")
            }
            CaseError::Truncated { .. } | CaseError::Malformed { .. } => {
                "run the phase that writes it again; documents are not meant to be edited by hand".to_owned()
            }
            CaseError::NewerSchema { .. } => "use the same version of all six programs".to_owned(),
            CaseError::OutsideCase(_) => "the case may have been tampered with: start a new one".to_owned(),
            CaseError::Io { .. } => {
                "check that the directory exists, is writable and has space left".to_owned()
            }
        })
    }
}

/// A case on disk.
#[derive(Debug, Clone)]
pub struct CaseDir {
    root: PathBuf,
}

impl CaseDir {
    /// Opens a case, creating its directory when needed. A new one tells git to leave it alone: it
    /// often lies within the user's checkout, whose status must stay as it was.
    ///
    /// # Errors
    /// [`CaseError::Io`] when the directory cannot be made.
    pub fn create(root: impl Into<PathBuf>) -> Result<Self, CaseError> {
        let root = root.into();
        fs::create_dir_all(&root).map_err(|source| CaseError::Io {
            action: "create",
            path: root.clone(),
            source,
        })?;
        let case = Self::open(root)?;
        case.hide()?;
        Ok(case)
    }

    /// Tells git to leave the case alone, unless somebody keeps other things there too. Looked at
    /// before every write: the case may have been deleted underneath, or its first writer killed.
    fn hide(&self) -> Result<(), CaseError> {
        let ignore = self.path(IGNORE);
        let ours = |name: &std::ffi::OsStr| {
            let name = name.to_string_lossy();
            name.starts_with(WRITING) || Layout::ALL.contains(&name.as_ref())
        };
        let all_ours = || {
            fs::read_dir(&self.root)
                .is_ok_and(|entries| entries.flatten().all(|entry| ours(&entry.file_name())))
        };
        if ignore.exists() || !all_ours() {
            return Ok(());
        }
        self.put(&ignore, b"*\n")
    }

    /// Removes what killed processes were writing when they were killed.
    pub fn sweep(&self) {
        sweep_folder(&self.root, 0);
    }

    /// Opens a case that exists.
    ///
    /// # Errors
    /// [`CaseError::Io`] when it does not.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, CaseError> {
        let root = root.into();
        let root = fs::canonicalize(&root).map_err(|source| CaseError::Io {
            action: "open the case",
            path: root,
            source,
        })?;
        Ok(CaseDir { root })
    }

    /// Absolute path of the case.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Absolute path of something that this program itself names.
    #[must_use]
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// Absolute path of something that a document names.
    ///
    /// # Errors
    /// [`CaseError::OutsideCase`] for absolute paths, `..`, and links that lead out.
    pub fn resolve(&self, named: &str) -> Result<PathBuf, CaseError> {
        let outside = || CaseError::OutsideCase(named.to_owned());
        if named.is_empty() || !Path::new(named).components().all(|part| matches!(part, Component::Normal(_)))
        {
            return Err(outside());
        }
        let path = self.root.join(named);
        let mut ancestor = path.as_path();
        let real = loop {
            match fs::canonicalize(ancestor) {
                Ok(real) => break real,
                Err(_) => ancestor = ancestor.parent().ok_or_else(outside)?,
            }
        };
        if real.starts_with(&self.root) { Ok(path) } else { Err(outside()) }
    }

    /// Whether the document is there.
    #[must_use]
    pub fn has<D: Document>(&self) -> bool {
        self.root.join(D::FILE).is_file()
    }

    /// Reads a document.
    ///
    /// # Errors
    /// Missing, truncated, newer, malformed: see [`CaseError`].
    pub fn read<D: Document>(&self) -> Result<D, CaseError> {
        let path = self.root.join(D::FILE);
        let bytes = match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(CaseError::Missing {
                    case: self.root.clone(),
                    file: D::FILE,
                    written_by: D::WRITTEN_BY,
                });
            }
            Err(source) => return Err(CaseError::Io { action: "read", path, source }),
            Ok(found) if found.len() > MAX_DOCUMENT_BYTES => {
                return Err(CaseError::Malformed {
                    path,
                    detail: format!("{} bytes are too many", found.len()),
                });
            }
            Ok(_) => fs::read(&path).map_err(|source| CaseError::Io {
                action: "read",
                path: path.clone(),
                source,
            })?,
        };
        parse(&path, &bytes)
    }

    /// Reads a document that may be absent.
    ///
    /// # Errors
    /// As [`CaseDir::read`], but `Ok(None)` when it is missing.
    pub fn read_optional<D: Document>(&self) -> Result<Option<D>, CaseError> {
        match self.read() {
            Ok(document) => Ok(Some(document)),
            Err(CaseError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a document, atomically and redacted.
    ///
    /// # Errors
    /// [`CaseError::Io`], or [`CaseError::Malformed`] when it cannot be expressed as JSON.
    pub fn write<D: Document>(&self, document: &D, redactor: &Redactor) -> Result<(), CaseError> {
        let path = self.root.join(D::FILE);
        let malformed =
            |error: serde_json::Error| CaseError::Malformed { path: path.clone(), detail: error.to_string() };
        let mut value = serde_json::to_value(document).map_err(malformed)?;
        redact_strings(&mut value, redactor);
        if let serde_json::Value::Object(fields) = &mut value {
            fields.insert("schema".to_owned(), SCHEMA_VERSION.into());
        }
        let mut text = serde_json::to_vec_pretty(&value).map_err(malformed)?;
        text.push(b'\n');
        self.write_bytes(&path, &text)
    }

    /// Writes a text file of the case, atomically and redacted. Missing folders are made.
    ///
    /// # Errors
    /// [`CaseError::OutsideCase`] or [`CaseError::Io`].
    pub fn write_text(&self, relative: &str, text: &str, redactor: &Redactor) -> Result<PathBuf, CaseError> {
        let path = self.resolve(relative)?;
        self.write_bytes(&path, redactor.redact(text).0.as_bytes())?;
        Ok(path)
    }

    /// Writes a file of the case, atomically, as it is: for patches, whose bytes are hashed. The
    /// caller answers for what is in it.
    ///
    /// # Errors
    /// [`CaseError::OutsideCase`] or [`CaseError::Io`].
    pub fn write_raw(&self, relative: &str, bytes: &[u8]) -> Result<PathBuf, CaseError> {
        let path = self.resolve(relative)?;
        self.write_bytes(&path, bytes)?;
        Ok(path)
    }

    fn write_bytes(&self, path: &Path, bytes: &[u8]) -> Result<(), CaseError> {
        fs::create_dir_all(&self.root).map_err(|source| CaseError::Io {
            action: "create",
            path: self.root.clone(),
            source,
        })?;
        self.hide()?;
        self.put(path, bytes)
    }

    fn put(&self, path: &Path, bytes: &[u8]) -> Result<(), CaseError> {
        let io = |action, path: &Path| {
            let path = path.to_owned();
            move |source| CaseError::Io { action, path, source }
        };
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(io("create", folder))?;
        let mut beside = tempfile::Builder::new()
            .prefix(&format!(".{}", crate::owned_prefix()))
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
            .tempfile_in(folder)
            .map_err(io("write in", folder))?;
        beside.write_all(bytes).map_err(io("write", path))?;
        beside.as_file().sync_all().map_err(io("sync", path))?;
        beside.persist(path).map_err(|error| CaseError::Io {
            action: "rename to",
            path: path.to_owned(),
            source: error.error,
        })?;
        // The rename itself must survive a power cut too; not every file system can sync a directory.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

/// A document from its bytes; `path` is for the error.
pub(crate) fn parse<D: Document>(path: &Path, bytes: &[u8]) -> Result<D, CaseError> {
    let malformed = |detail: String| CaseError::Malformed { path: path.to_owned(), detail };
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| {
        let detail = error.to_string();
        if error.is_eof() {
            CaseError::Truncated { path: path.to_owned(), detail }
        } else {
            malformed(detail)
        }
    })?;
    let version = value
        .get("schema")
        .and_then(serde_json::Value::as_u64)
        .ok_or_else(|| malformed("it has no schema version".to_owned()))?;
    if version > u64::from(SCHEMA_VERSION) {
        return Err(CaseError::NewerSchema { path: path.to_owned(), found: version });
    }
    serde_json::from_value(value).map_err(|error| malformed(error.to_string()))
}

fn sweep_folder(folder: &Path, depth: usize) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (name, kind) = (entry.file_name().to_string_lossy().into_owned(), entry.file_type());
        match kind {
            Ok(kind) if kind.is_dir() && depth < 8 && name != Layout::SCRATCH => {
                sweep_folder(&entry.path(), depth + 1);
            }
            Ok(kind) if kind.is_file() && name.starts_with(WRITING) && crate::is_abandoned(&entry.path()) => {
                let _ = fs::remove_file(entry.path());
            }
            _ => {}
        }
    }
}

/// Redacts inside the values, so that escaping in JSON cannot hide a secret or be broken by a mask.
fn redact_strings(value: &mut serde_json::Value, redactor: &Redactor) {
    match value {
        serde_json::Value::String(text) => {
            if let (std::borrow::Cow::Owned(clean), _) = redactor.redact(text) {
                *text = clean;
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| redact_strings(item, redactor)),
        serde_json::Value::Object(fields) => {
            for (_, field) in fields.iter_mut() {
                redact_strings(field, redactor);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;

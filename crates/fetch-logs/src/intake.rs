//! Raw logs: text, a file, a zip, a gzip, or standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::archive::{Archive, ArchiveError, chosen, copy_bounded};
use crate::log_folder::{LogFolder, MAX_LOG};
use crate::reading::Part;
use crate::slug::slug;
use crate::standard_input::StandardInput;
use crate::{FetchError, InputError};

/// Most logs that one archive may bring.
const MAX_LOGS: usize = 200;
/// Largest packed archive.
const MAX_PACKED: u64 = 1 << 30;

/// Where raw logs come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The input holds the text itself.
    Inline,
    /// Standard input.
    Standard,
    /// A file: its path, and how the user wrote it.
    File(PathBuf, String),
}

impl Origin {
    /// Tells a path from a text. What looks like a path and is none is an error: analysing the
    /// name of a log as if it were the log would mislead.
    pub(crate) fn of(given: &str, beside: Option<&Path>) -> Result<Self, InputError> {
        let text = given.trim();
        if text == "-" {
            return Ok(Origin::Standard);
        }
        if text.contains('\n') || text.len() > 4000 {
            return Ok(Origin::Inline);
        }
        let places = beside.map(|folder| folder.join(text)).into_iter().chain([PathBuf::from(text)]);
        if let Some(found) = places.into_iter().find(|path| path.exists()) {
            return Ok(Origin::File(found, text.to_owned()));
        }
        let lower = text.to_lowercase();
        let like_a_path = !text.contains(char::is_whitespace)
            && (["/", "./", "../", "~/"].iter().any(|start| text.starts_with(start))
                || [".log", ".txt", ".zip", ".gz"].iter().any(|end| lower.ends_with(end)));
        if like_a_path {
            let source = io::ErrorKind::NotFound.into();
            return Err(InputError::RawLogs { path: text.to_owned(), source });
        }
        Ok(Origin::Inline)
    }

    /// As the task records it.
    pub(crate) fn name(&self) -> String {
        match self {
            Origin::Inline => "inline".to_owned(),
            Origin::Standard => "stdin".to_owned(),
            Origin::File(_, shown) => shown.clone(),
        }
    }
}

/// Stores raw logs in the case.
pub(crate) fn take_in(
    given: &str,
    beside: Option<&Path>,
    folder: &mut LogFolder<'_>,
) -> Result<Vec<Part>, FetchError> {
    let origin = Origin::of(given, beside)?;
    let name = origin.name();
    match origin {
        Origin::Inline => plain(&mut given.as_bytes(), &name, folder),
        Origin::Standard => {
            let mut input = BufReader::with_capacity(1 << 16, StandardInput::open(folder.stop.clone()));
            match kind(&mut input, &name)? {
                Kind::Zip => packed(spooled(&mut input, &name)?, &name, folder),
                Kind::Gzip => unzipped(&mut input, None, &name, folder),
                Kind::Text => plain(&mut input, &name, folder),
            }
        }
        Origin::File(path, shown) => {
            let unreadable = |source| InputError::RawLogs { path: shown.clone(), source };
            let file = File::open(&path).map_err(unreadable)?;
            let found = file.metadata().map_err(unreadable)?;
            if found.is_dir() {
                return Err(unreadable(io::ErrorKind::IsADirectory.into()).into());
            }
            let mut input = BufReader::with_capacity(1 << 16, file);
            match kind(&mut input, &name)? {
                Kind::Zip if found.is_file() => {
                    input.rewind().map_err(unreadable)?;
                    packed(input.into_inner(), &name, folder)
                }
                Kind::Zip => packed(spooled(&mut input, &name)?, &name, folder),
                Kind::Gzip => unzipped(&mut input, found.is_file().then_some(found.len()), &name, folder),
                Kind::Text => plain(&mut input, &name, folder),
            }
        }
    }
}

enum Kind {
    Zip,
    Gzip,
    Text,
}

fn kind(input: &mut impl BufRead, origin: &str) -> Result<Kind, FetchError> {
    let start = input.fill_buf().map_err(|source| InputError::RawLogs { path: origin.to_owned(), source })?;
    Ok(match start {
        [b'P', b'K', 3 | 5, ..] => Kind::Zip,
        [0x1f, 0x8b, ..] => Kind::Gzip,
        _ => Kind::Text,
    })
}

/// A nameless temporary file with what is left of a stream: zips have to be read from their end.
fn spooled(input: &mut dyn Read, origin: &str) -> Result<File, FetchError> {
    let unreadable = |source| InputError::RawLogs { path: origin.to_owned(), source };
    let mut file = tempfile::tempfile().map_err(unreadable)?;
    let copied = io::copy(&mut input.take(MAX_PACKED + 1), &mut file).map_err(unreadable)?;
    if copied > MAX_PACKED {
        let detail = format!("it is larger than {MAX_PACKED} bytes");
        return Err(InputError::Archive { key: "raw-logs", origin: origin.to_owned(), detail }.into());
    }
    file.rewind().map_err(unreadable)?;
    Ok(file)
}

fn plain(input: &mut dyn Read, origin: &str, folder: &mut LogFolder<'_>) -> Result<Vec<Part>, FetchError> {
    let path = folder.store("raw", origin, |to| {
        let copied = io::copy(&mut input.take(MAX_LOG), to)
            .map_err(|source| InputError::RawLogs { path: origin.to_owned(), source })?;
        Ok(copied < MAX_LOG)
    })?;
    Ok(vec![Part { path, step: None }])
}

fn unzipped(
    input: &mut dyn BufRead,
    packed: Option<u64>,
    origin: &str,
    folder: &mut LogFolder<'_>,
) -> Result<Vec<Part>, FetchError> {
    let mut unpacked = flate2::bufread::MultiGzDecoder::new(input);
    let path = folder.store("raw", origin, |to| {
        copy_bounded(&mut unpacked, to, packed, MAX_LOG).map_err(|error| refused(origin, &error))?;
        Ok(true)
    })?;
    Ok(vec![Part { path, step: None }])
}

fn refused(origin: &str, error: &ArchiveError) -> FetchError {
    InputError::Archive { key: "raw-logs", origin: origin.to_owned(), detail: error.to_string() }.into()
}

fn packed(file: File, origin: &str, folder: &mut LogFolder<'_>) -> Result<Vec<Part>, FetchError> {
    let mut archive = Archive::open(file).map_err(|error| refused(origin, &error))?;
    let names = chosen(&archive.names());
    if names.is_empty() {
        return Err(refused(origin, &ArchiveError::Empty));
    }
    if names.len() > MAX_LOGS {
        folder.cut.push(format!("{origin}: {} of {} logs are read", MAX_LOGS, names.len()));
    }
    let mut parts = Vec::new();
    for (at, name) in names.iter().take(MAX_LOGS).enumerate() {
        let stem = name.strip_suffix(".txt").or_else(|| name.strip_suffix(".log")).unwrap_or(name);
        let stored = format!("{:02}-{}", at + 1, slug(stem));
        let path = folder.store(&stored, &format!("{origin}: {name}"), |to: &mut dyn Write| {
            archive.copy(name, to).map_err(|error| refused(origin, &error))?;
            Ok(true)
        })?;
        parts.push(Part { path, step: None });
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_told_from_a_text() {
        // With a folder of our own above it: what is in the machine's is no business of a test.
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("checkout");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("ci log"), "x").unwrap();
        let of = |text| Origin::of(text, Some(&folder));
        assert_eq!(of(" - ").unwrap(), Origin::Standard);
        assert_eq!(of("ci log").unwrap(), Origin::File(folder.join("ci log"), "ci log".into()));
        for text in [
            "FAILED a.py::b - x",
            "one\ntwo",
            "segfault",
            "Segmentation fault (core dumped) /x/y.log is gone",
        ] {
            assert_eq!(of(text).unwrap(), Origin::Inline, "{text}");
        }
        for missing in ["/no/such/file", "job.log", "../x", "logs_12.ZIP"] {
            assert!(matches!(of(missing), Err(InputError::RawLogs { .. })), "{missing}");
        }
    }
}

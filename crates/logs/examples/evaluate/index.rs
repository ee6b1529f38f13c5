//! The index of a labelled set of logs: what is right for each.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

/// What is right for one log.
#[derive(Debug, Clone)]
pub(crate) struct Labels {
    /// Name of the file.
    pub(crate) file: String,
    /// Kind of failure; `passed` for a green job.
    pub(crate) category: String,
    /// Failing tests.
    pub(crate) ids: Vec<String>,
    /// What may be named but need not.
    pub(crate) also_ok: Vec<String>,
    /// `path:line[:column]` of the cause.
    pub(crate) location: String,
    /// Text of the explaining line.
    pub(crate) message: String,
    /// Its number.
    pub(crate) message_line: u64,
    /// Beginning of the innermost failing command.
    pub(crate) command: String,
    /// Exit code of the step.
    pub(crate) exit_code: Option<i32>,
}

/// Reads `index.tsv` of a set.
pub(crate) fn read(set: &Path) -> Result<Vec<Labels>> {
    let path = set.join("index.tsv");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    lines.map(|line| labels(&head, line)).collect()
}

fn labels(head: &[&str], line: &str) -> Result<Labels> {
    let fields: Vec<&str> = line.split('\t').collect();
    let field = |name: &str| {
        head.iter()
            .position(|known| *known == name)
            .and_then(|at| fields.get(at))
            .copied()
            .unwrap_or_default()
    };
    let list = |name: &str| -> Result<Vec<String>> {
        match field(name) {
            "" => Ok(Vec::new()),
            text => serde_json::from_str(text).map_err(|error| {
                Error::new(ErrorKind::InvalidData, format!("{}: {name}: {error}", fields[0]))
            }),
        }
    };
    Ok(Labels {
        file: field("file").to_owned(),
        category: field("category").to_owned(),
        ids: list("failing_ids")?,
        also_ok: list("also_ok")?,
        location: field("location").to_owned(),
        message: field("message").to_owned(),
        message_line: field("message_line").parse().unwrap_or_default(),
        command: field("command").to_owned(),
        exit_code: field("exit_code").parse().ok(),
    })
}

/// Opens a log of a set, packed or not.
pub(crate) fn open(set: &Path, file: &str) -> Result<Box<dyn Read>> {
    let path: PathBuf = set.join(file);
    let raw = File::open(&path)
        .map_err(|error| Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    Ok(if file.ends_with(".gz") { Box::new(MultiGzDecoder::new(raw)) } else { Box::new(raw) })
}

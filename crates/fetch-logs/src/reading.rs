//! What the stored logs say: each is read as a stream, and of a job whose failed step is known
//! only that step counts, if it explains anything.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use regreen_case::{CaseDir, LogPosition};
use regreen_logs::{Extraction, extract, merge};

use crate::FetchError;
use crate::log_folder::Stop;
use crate::step_range::{self, StepTimes};

const BUFFER: usize = 256 * 1024;

/// A stored log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Path within the case.
    pub(crate) path: String,
    /// When its failed step ran.
    pub(crate) step: Option<StepTimes>,
}

/// Reads all parts.
pub(crate) fn read(case: &CaseDir, parts: &[Part], stop: &Stop) -> Result<Extraction, FetchError> {
    let mut found = Vec::new();
    for part in parts {
        stop.check(&format!("reading {}", part.path))?;
        found.push(read_log(&case.path(&part.path), part, stop)?);
    }
    Ok(merge(found))
}

/// Reads one log, which lies at `path` and is told as `part`.
pub(crate) fn read_log(path: &Path, part: &Part, stop: &Stop) -> Result<Extraction, FetchError> {
    let unreadable = |source| FetchError::Io { action: "read", path: path.to_owned(), source };
    let open = || File::open(path).map_err(unreadable);
    let watched = |file: File| BufReader::with_capacity(BUFFER, Watched { file, stop });
    let stopped = |error| stop.check(&format!("reading {}", part.path)).err().unwrap_or(error);
    let whole = extract(watched(open()?), &part.path).map_err(|error| stopped(error.into()))?;
    let Some(times) = part.step else { return Ok(whole) };
    let range = step_range::find(watched(open()?), times).map_err(|error| stopped(unreadable(error)))?;
    let Some(range) = range else { return Ok(whole) };
    let mut file = open()?;
    file.seek(SeekFrom::Start(range.start)).map_err(unreadable)?;
    let slice = BufReader::with_capacity(BUFFER, Watched { file, stop }.take(range.end - range.start));
    let mut step = extract(slice, &part.path).map_err(|error| stopped(error.into()))?;
    if step.tests.is_empty() && step.cause.is_none() {
        return Ok(whole);
    }
    shift(&mut step, range.lines_before);
    Ok(Extraction { tools: whole.tools, lines: whole.lines, bytes: whole.bytes, ..step })
}

/// Line numbers of a step's part count from the start of the log.
fn shift(extraction: &mut Extraction, lines: u64) {
    let move_down = |position: &mut Option<LogPosition>| {
        if let Some(position) = position {
            position.line += lines;
        }
    };
    extraction.tests.iter_mut().for_each(|test| move_down(&mut test.log));
    extraction.containers.iter_mut().for_each(|container| move_down(&mut container.log));
    extraction.tallies.iter_mut().for_each(|tally| move_down(&mut tally.log));
    extraction.diagnostics.iter_mut().for_each(|diagnostic| move_down(&mut diagnostic.log));
    if let Some(cause) = &mut extraction.cause {
        move_down(&mut cause.log);
    }
    if let Some(infrastructure) = &mut extraction.infrastructure {
        move_down(&mut infrastructure.log);
    }
}

/// A file whose reading can be stopped.
struct Watched<'a> {
    file: File,
    stop: &'a Stop,
}

impl Read for Watched<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        if self.stop.check("").is_err() {
            return Err(std::io::Error::other("stopped"));
        }
        self.file.read(to)
    }
}

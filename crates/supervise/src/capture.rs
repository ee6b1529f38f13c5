//! Takes a child's output as it comes: to the log, to the line listener, and its end to memory.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::SuperviseError;
use crate::process::LineListener;

/// A line longer than this is handed on in pieces.
const MAX_LINE: usize = 64 * 1024;

/// Where output goes.
pub(crate) struct Capture {
    log: Option<(PathBuf, File)>,
    tail: VecDeque<u8>,
    keep: usize,
    line: Vec<u8>,
    on_line: Option<LineListener>,
    limit: u64,
    max_lines: u64,
    bytes: u64,
    line_ends: u64,
    in_line: bool,
}

/// What was captured.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Captured {
    /// The end of the output.
    pub(crate) tail: String,
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
}

impl Capture {
    pub(crate) fn new(
        log: Option<&Path>,
        keep: usize,
        (limit, max_lines): (u64, u64),
        on_line: Option<LineListener>,
    ) -> Result<Self, SuperviseError> {
        let log = match log {
            None => None,
            Some(path) => {
                let failed =
                    |action| move |source| SuperviseError::File { action, path: path.to_owned(), source };
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder).map_err(failed("create the folder of"))?;
                }
                Some((path.to_owned(), File::create(path).map_err(failed("create"))?))
            }
        };
        Ok(Capture {
            log,
            tail: VecDeque::new(),
            keep,
            line: Vec::new(),
            on_line,
            limit,
            max_lines,
            bytes: 0,
            line_ends: 0,
            in_line: false,
        })
    }

    pub(crate) fn is_over_limit(&self) -> bool {
        self.bytes > self.limit || self.line_ends > self.max_lines
    }

    /// Takes the next bytes. Beyond the limit they are counted only.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(), SuperviseError> {
        let room = usize::try_from(self.limit.saturating_sub(self.bytes)).unwrap_or(usize::MAX);
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        self.line_ends += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.in_line = bytes.last().map_or(self.in_line, |byte| *byte != b'\n');
        let bytes = &bytes[..bytes.len().min(room)];
        if let Some((path, file)) = &mut self.log {
            file.write_all(bytes).map_err(|source| SuperviseError::File {
                action: "write",
                path: path.clone(),
                source,
            })?;
        }
        self.tail.extend(bytes);
        let surplus = self.tail.len().saturating_sub(self.keep);
        self.tail.drain(..surplus);
        if self.on_line.is_some() {
            self.split_lines(bytes);
        }
        Ok(())
    }

    fn split_lines(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.line.len() >= MAX_LINE {
                self.hand_on_line();
            }
        }
    }

    fn hand_on_line(&mut self) {
        let text = String::from_utf8_lossy(&self.line);
        let text = text.trim_end_matches(['\n', '\r']);
        if let Some(on_line) = &mut self.on_line {
            on_line(text);
        }
        self.line.clear();
    }

    /// The end of the output, as text. A cut first line is left out.
    pub(crate) fn finish(mut self) -> Captured {
        if !self.line.is_empty() {
            self.hand_on_line();
        }
        let bytes: Vec<u8> = self.tail.into();
        let cut = self.bytes.min(self.limit) > bytes.len() as u64;
        let from = if cut { bytes.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1) } else { 0 };
        Captured {
            tail: String::from_utf8_lossy(&bytes[from..]).into_owned(),
            bytes: self.bytes,
            lines: self.line_ends + u64::from(self.in_line),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn the_tail_starts_at_a_line_and_lines_survive_any_cut() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&lines);
        let listener = move |line: &str| seen.lock().unwrap().push(line.to_owned());
        let mut capture = Capture::new(None, 10, (1000, 1000), Some(Box::new(listener))).unwrap();
        for byte in "one\ntwo\r\nthree\nfour".as_bytes() {
            capture.take(&[*byte]).unwrap();
        }
        assert_eq!(capture.finish(), Captured { tail: "four".to_owned(), bytes: 19, lines: 4 });
        assert_eq!(*lines.lock().unwrap(), ["one", "two", "three", "four"]);
    }

    #[test]
    fn nothing_is_stored_beyond_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("a/b.log");
        let mut capture = Capture::new(Some(&log), 100, (4, 1000), None).unwrap();
        capture.take(b"12").unwrap();
        capture.take(b"3456").unwrap();
        assert!(capture.is_over_limit());
        assert_eq!(capture.finish(), Captured { tail: "1234".to_owned(), bytes: 6, lines: 1 });
        assert_eq!(fs::read_to_string(log).unwrap(), "1234");
    }

    #[test]
    fn lines_have_a_limit_of_their_own() {
        let mut capture = Capture::new(None, 100, (1000, 2), None).unwrap();
        capture.take(b"1\n2\n3").unwrap();
        assert!(!capture.is_over_limit());
        capture.take(b"\n").unwrap();
        assert!(capture.is_over_limit());
    }
}

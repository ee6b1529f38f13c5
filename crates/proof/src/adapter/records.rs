//! Records that a runner's launcher sends through the pipe which is its output: numbered, each made with the
//! key of its run. A file could be rewritten; a pipe's past cannot.

use std::path::Path;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::adapter::left_file;
use crate::error::ProofError;

/// Begins and ends a record; nothing else in a terminal's output looks like it.
pub(super) const FRAME: char = '\u{1e}';
/// A report is smaller than this.
const MAX_REPORT: u64 = 64 * 1024 * 1024;

/// A fresh key, as text.
pub(super) fn fresh_key() -> Result<String, ProofError> {
    let mut bytes = [0_u8; 32];
    let made = getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()));
    made.map_err(ProofError::io("get random numbers for", "a report"))?;
    Ok(hex(&bytes))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The fields of a record that only the launcher can have made, and only in this place.
pub(super) fn checked(line: &str, key: &[u8], number: usize) -> Option<Vec<Value>> {
    let inner = line.strip_prefix(FRAME)?.strip_suffix(FRAME)?;
    let (code, text) = inner.split_once(' ')?;
    let fields: Vec<Value> = serde_json::from_str(text).ok()?;
    let is_next = fields.first().and_then(Value::as_u64) == u64::try_from(number).ok();
    (!key.is_empty() && code_of(key, text) == code && is_next).then_some(fields)
}

fn code_of(key: &[u8], text: &str) -> String {
    let keyed = |bytes: &[u8]| Sha256::new().chain_update(key).chain_update(bytes).finalize();
    hex(&keyed(&keyed(text.as_bytes())))
}

/// Why the records are not the one seal of this report; `None` when they are.
pub(super) fn broken_seal(records: &[String], key: &[u8], report: &Path, runner: &str) -> Option<String> {
    let mut sealed = None;
    for (number, line) in records.iter().enumerate() {
        let Some(fields) = checked(line, key, number) else {
            return Some(format!("something other than {runner} wrote into the records of this run"));
        };
        if fields.get(1).and_then(Value::as_str) == Some("sealed") {
            sealed = fields.get(2).and_then(Value::as_str).map(str::to_owned);
        }
    }
    match sealed {
        None => Some(format!("{runner} ended before it had finished")),
        Some(digest) if digest != digest_of(report) => {
            Some(format!("{runner}'s report was changed after {runner} had ended"))
        }
        Some(_) => None,
    }
}

/// Digest of a report; that of nothing when there is none.
pub(super) fn digest_of(report: &Path) -> String {
    let bytes = left_file::bytes(report, MAX_REPORT).unwrap_or_default();
    hex(&Sha256::digest(&bytes))
}

/// The output without the records.
pub(super) fn without_records(printed: &str) -> String {
    let mut text = String::with_capacity(printed.len());
    let mut rest = printed;
    while let Some(at) = rest.find("\n\u{1e}") {
        text.push_str(&rest[..at]);
        let behind = &rest[at + 2..];
        match behind.find("\u{1e}\n") {
            Some(end) => rest = &behind[end + 2..],
            None => rest = "",
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A record as a launcher makes it.
    pub(in crate::adapter) fn record(key: &[u8], number: usize, fields: &str) -> String {
        let text = format!("[{number}, {fields}]");
        format!("{FRAME}{} {text}{FRAME}", code_of(key, &text))
    }

    #[test]
    fn records_are_taken_out_of_the_output_without_a_trace() {
        let (first, second) = (record(b"key", 0, "1"), record(b"key", 1, "2"));
        let printed = format!("t.py .\n{first}\n.\n{second}\n [100%]\n");
        assert_eq!(without_records(&printed), "t.py .. [100%]\n");
        assert_eq!(without_records("a\n\u{1e}cut"), "a");
    }

    #[test]
    fn a_seal_is_of_one_report_and_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("report");
        std::fs::write(&report, "passed").unwrap();
        let seal = format!("\"sealed\", \"{}\"", digest_of(&report));
        let records = [record(b"key", 0, &seal)];
        let broken = |records: &[String], key: &[u8]| broken_seal(records, key, &report, "rspec");
        assert_eq!(broken(&records, b"key"), None);
        assert!(broken(&records, b"other").unwrap().contains("other than rspec"));
        assert!(broken(&records, b"").is_some() && broken(&[], b"key").is_some());
        std::fs::write(&report, "forged").unwrap();
        assert!(broken(&records, b"key").unwrap().contains("changed after"));
    }
}

//! What comes out of a log, and the three entry points.

use std::collections::BTreeMap;
use std::io::BufRead;

use regreen_case::{
    Cause, CiCommand, FailedTest, Framework, Infrastructure, InfrastructureKind, LogPosition, Signature,
};

use crate::excerpt;
use crate::frame::file_name;
use crate::frameworks::{ENTRIES, Findings, Found, Line, MAX_TESTS};
use crate::framing::each_piece;
use crate::infrastructure::kind_of;
use crate::reader::{LogReader, Reading};
use crate::region::Region;
use crate::stream::{MAX_LINE, each_line};
use crate::text::clip;

/// Why a log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LogsError {
    /// The reader failed.
    #[error("cannot read the log {path}: {source}")]
    Io {
        /// Path of the log in the case.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
}

impl LogsError {
    /// 3: the environment refused.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            LogsError::Io { .. } => 3,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            LogsError::Io { .. } => Some("check that the log exists, is readable and is complete".to_owned()),
        }
    }
}

/// What a log says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extraction {
    /// Failed tests, first one first; each test once.
    pub tests: Vec<FailedTest>,
    /// The line that explains the failure.
    pub cause: Option<Cause>,
    /// Command of the failed step.
    pub command: Option<CiCommand>,
    /// Set when the infrastructure failed and not the code.
    pub infrastructure: Option<Infrastructure>,
    /// Fingerprint: of the first failed test, else of the cause.
    pub signature: Option<Signature>,
    /// Excerpt for people and agents, at most 16 KiB; says what it leaves out.
    pub excerpt: String,
    /// What was cut or could not be read, in words.
    pub cut: Vec<String>,
    /// What the reader should know, e.g. "the runner's count and the named tests differ".
    pub warnings: Vec<String>,
    /// Versions that the log mentions: `python` → `3.12.1`, `runner image` → `ubuntu-24.04`.
    pub tools: BTreeMap<String, String>,
    /// Lines read.
    pub lines: u64,
    /// Bytes read.
    pub bytes: u64,
}

/// Reads a log as a stream. `case_path` is where the log lies in the case, for the positions.
///
/// # Errors
/// [`LogsError::Io`] when the reader fails.
pub fn extract(reader: impl BufRead, case_path: &str) -> Result<Extraction, LogsError> {
    let mut log = LogReader::new();
    let totals = each_line(reader, |raw, number| log.raw_line(raw, number))
        .map_err(|source| LogsError::Io { path: case_path.to_owned(), source })?;
    let mut extraction = Extraction { lines: totals.lines, bytes: totals.bytes, ..Extraction::default() };
    if totals.cut_lines > 0 {
        let longest = MAX_LINE / 1024;
        extraction
            .cut
            .push(format!("{} lines were longer than {longest} KiB and were cut", totals.cut_lines));
    }
    fill(&mut extraction, log.finish(), case_path);
    Ok(extraction)
}

fn fill(extraction: &mut Extraction, mut reading: Reading, case_path: &str) {
    let region = reading.region().clone();
    let tests = reading.take_tests();
    extraction.tools = std::mem::take(&mut reading.findings.tools);
    if reading.green {
        return;
    }
    if reading.findings.dropped > 0 {
        extraction.cut.push(format!("{} further failed tests are not listed", reading.findings.dropped));
    }
    extraction.warnings = std::mem::take(&mut reading.findings.warnings);
    let found: Vec<&Found> = tests.iter().map(|(_, found)| found).collect();
    extraction.excerpt = excerpt::write(&found, Some(&region));
    extraction.command = region.command.clone();
    let position = |line: u64| Some(LogPosition { path: case_path.to_owned(), line });
    if tests.is_empty() {
        extraction.cause = cause(&region).map(|cause| Cause { log: position(cause.0), ..cause.1 });
        extraction.infrastructure = region.infrastructure().map(|evidence| Infrastructure {
            kind: evidence.kind,
            evidence: evidence.text,
            log: position(evidence.at),
        });
        extraction.signature = extraction.cause.as_ref().map(cause_signature);
    }
    extraction.tests =
        tests.into_iter().map(|(framework, found)| found.into_test(framework, Some(case_path))).collect();
    if let Some(first) = extraction.tests.first() {
        extraction.cause = Some(cause_of_test(first));
        extraction.signature = Some(first.signature.clone());
        extraction.infrastructure = broken_disk(&extraction.tests);
    }
}

/// The best candidate; of a step that failed without a word of error, its last words.
fn cause(region: &Region) -> Option<(u64, Cause)> {
    if let Some(best) = region.cause() {
        let (file, line) = best.place().map_or((None, None), |(file, line)| (Some(file), Some(line)));
        return Some((best.at, Cause { message: best.block.trim_end().to_owned(), file, line, log: None }));
    }
    let message = region.last_words().filter(|_| region.failed)?.to_owned();
    Some((region.end, Cause { message, file: None, line: None, log: None }))
}

fn cause_signature(cause: &Cause) -> Signature {
    // A traceback's first line says nothing, its last one everything.
    let traceback = cause.message.starts_with("Traceback ");
    let telling = |line: &&str| !line.starts_with([' ', '\t']) && !line.is_empty();
    let line =
        if traceback { cause.message.lines().skip(1).find(telling) } else { cause.message.lines().next() };
    let file = cause.file.as_deref().map(file_name);
    Signature::new(None, None, "cause", line.unwrap_or_default(), file)
}

fn cause_of_test(test: &FailedTest) -> Cause {
    let message = if test.message.is_empty() { test.kind.clone() } else { test.message.clone() };
    Cause {
        message: clip(&format!("{}: {message}", test.id), 4096),
        file: test.file.clone(),
        line: test.line,
        log: test.log.clone(),
    }
}

/// Tests that all fail for want of space are the machine's fault.
fn broken_disk(tests: &[FailedTest]) -> Option<Infrastructure> {
    let full = |test: &FailedTest| {
        kind_of(test.message.lines().next().unwrap_or_default()) == Some(InfrastructureKind::Disk)
    };
    let first = tests.first().filter(|_| tests.iter().all(full))?;
    let evidence = first.message.lines().next().unwrap_or_default().to_owned();
    Some(Infrastructure { kind: InfrastructureKind::Disk, evidence, log: first.log.clone() })
}

/// Joins what several logs of one run say, in their order. Logs that name failed tests win over logs that
/// only hold a cause; a test that several jobs name is kept once.
#[must_use]
pub fn merge(extractions: Vec<Extraction>) -> Extraction {
    let with_tests = extractions.iter().any(|extraction| !extraction.tests.is_empty());
    let mut merged = Extraction::default();
    let mut jobs = 0;
    for part in extractions {
        merged.lines += part.lines;
        merged.bytes += part.bytes;
        append_new(&mut merged.cut, part.cut);
        append_new(&mut merged.warnings, part.warnings);
        for (name, version) in part.tools {
            merged.tools.entry(name).or_insert(version);
        }
        if with_tests && part.tests.is_empty() {
            continue;
        }
        for test in part.tests {
            let same = |known: &FailedTest| {
                known.framework == test.framework && known.id == test.id && known.suite == test.suite
            };
            if !merged.tests.iter().any(same) && merged.tests.len() < MAX_TESTS {
                merged.tests.push(test);
            }
        }
        let says_something = part.signature.is_some() || part.infrastructure.is_some();
        if merged.signature.is_none() && (says_something || merged.excerpt.is_empty()) {
            merged.cause = part.cause;
            merged.command = part.command;
            merged.infrastructure = part.infrastructure;
            merged.signature = part.signature;
            merged.excerpt = part.excerpt;
        } else {
            jobs += usize::from(says_something);
        }
    }
    if jobs > 0 {
        merged.cut.push(format!("the excerpt shows the first of {} failed logs", jobs + 1));
    }
    merged
}

fn append_new(all: &mut Vec<String>, new: Vec<String>) {
    for text in new {
        if all.len() < 50 && !all.contains(&text) {
            all.push(text);
        }
    }
}

/// Failed tests in the output of a local run of one framework; the same parsers as [`extract`] uses.
/// `Generic` names no tests.
#[must_use]
pub fn failures_in(framework: Framework, output: &str) -> Vec<FailedTest> {
    let mut findings = Findings::default();
    for entry in ENTRIES.iter().filter(|entry| entry.framework == framework) {
        let mut parser = (entry.parser)();
        for (number, raw) in output.split('\n').enumerate() {
            let mut end = raw.len().min(MAX_LINE);
            while !raw.is_char_boundary(end) {
                end -= 1;
            }
            each_piece(&raw.as_bytes()[..end], |text| {
                parser.line(Line { text, number: number as u64 + 1 }, &mut findings);
            });
        }
        parser.end(&mut findings);
    }
    findings.tests.into_iter().map(|(framework, found)| found.into_test(framework, None)).collect()
}

#[cfg(test)]
#[path = "extraction_tests.rs"]
mod tests;

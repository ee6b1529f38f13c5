//! What comes out of a log, and the three entry points.

use std::collections::BTreeMap;
use std::io::Read;

use regreen_case::{
    Cause, CiCommand, ContainerRole, Diagnostic, FailedContainer, FailedTest, Framework, Infrastructure,
    InfrastructureKind, LogPosition, Signature, Tally,
};

use crate::excerpt;
use crate::findings::{Count, Findings, MAX_TESTS};
use crate::found::Found;
use crate::frame::file_name;
use crate::infrastructure::kind_of;
use crate::output::Output;
use crate::reader::{LogReader, Reading};
use crate::region::Region;
use crate::stream::{self, MAX_LINE};
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
    /// Parents, hooks, suites and tasks that failed: no tests.
    pub containers: Vec<FailedContainer>,
    /// The runners' own counts beside what is named.
    pub tallies: Vec<Tally>,
    /// What compilers, linters and packagers complained about.
    pub diagnostics: Vec<Diagnostic>,
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
pub fn extract(reader: impl Read, case_path: &str) -> Result<Extraction, LogsError> {
    let mut log = LogReader::new();
    let totals = stream::read(reader, &mut log)
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
    let found = reading.take_tests();
    extraction.tools = std::mem::take(&mut reading.findings.tools);
    if reading.green {
        return;
    }
    if reading.findings.dropped > 0 {
        extraction.cut.push(format!("{} further failed tests are not listed", reading.findings.dropped));
    }
    extraction.warnings = std::mem::take(&mut reading.findings.warnings);
    tallies(extraction, &reading.findings, case_path);
    let (tests, containers): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(_, found)| found.role.is_none());
    let blocks: Vec<&Found> = tests.iter().map(|(_, found)| found).collect();
    extraction.excerpt = excerpt::write(&blocks, Some(&region));
    extraction.command = region.command.clone();
    if let Some(command) = &mut extraction.command {
        command.inner = region.inner_command().map(str::to_owned);
    }
    extraction.diagnostics = region.diagnostics(case_path);
    if !tests.is_empty() {
        // What tests print looks like complaints: only those with a place are worth the reader's time.
        extraction.diagnostics.retain(|diagnostic| diagnostic.file.is_some() && diagnostic.line.is_some());
        extraction.diagnostics.truncate(MAX_BESIDE_TESTS);
    }
    let position = |line: u64| Some(LogPosition { path: case_path.to_owned(), line });
    let explained = explaining(&tests, &containers).map(cause_of).or_else(|| cause(&region));
    extraction.cause = explained.map(|(at, cause)| Cause { log: position(at), ..cause });
    extraction.signature = extraction.cause.as_ref().map(cause_signature);
    if tests.is_empty() {
        extraction.infrastructure = region.infrastructure().map(|evidence| Infrastructure {
            kind: evidence.kind,
            evidence: evidence.text,
            log: position(evidence.at),
        });
    }
    extraction.containers = containers
        .into_iter()
        .filter_map(|(framework, found)| Some((found.role?, framework, found)))
        .map(|(role, framework, found)| found.into_container(framework, role, case_path))
        .collect();
    extraction.tests =
        tests.into_iter().map(|(framework, found)| found.into_test(framework, Some(case_path))).collect();
    if let Some(first) = extraction.tests.first() {
        extraction.signature = Some(first.signature.clone());
        extraction.infrastructure = broken_disk(&extraction.tests);
    }
}

/// What explains the failure: the first failed test, unless a hook that failed before it explains it. Of a
/// suite that failed before it had tests, its own message.
fn explaining<'a>(
    tests: &'a [(Framework, Found)],
    containers: &'a [(Framework, Found)],
) -> Option<&'a Found> {
    let first = tests.first().map(|(_, found)| found);
    let speaks = |found: &&Found| !found.message.trim().is_empty() && found.role != Some(ContainerRole::Task);
    let mut others = containers.iter().map(|(_, found)| found).filter(speaks);
    let Some(first) = first else { return others.next() };
    others.find(|found| found.role == Some(ContainerRole::Hook) && found.at < first.at).or(Some(first))
}

/// Most diagnostics kept beside failed tests.
const MAX_BESIDE_TESTS: usize = 20;

/// The runners' counts, and a warning for each that does not fit what is named.
fn tallies(extraction: &mut Extraction, findings: &Findings, case_path: &str) {
    for count in &findings.counts {
        if count.counted != count.named {
            let Count { framework, counted, named, .. } = count;
            extraction
                .warnings
                .push(format!("{framework} counted {counted} failed tests, {named} are named"));
        }
        extraction.tallies.push(Tally {
            framework: count.framework,
            counted: count.counted,
            named: count.named,
            log: (count.at > 0).then(|| LogPosition { path: case_path.to_owned(), line: count.at }),
        });
    }
}

/// The best candidate; of a step that failed without a word of error, its last words.
fn cause(region: &Region) -> Option<(u64, Cause)> {
    if let Some(best) = region.cause() {
        let (file, line) = region.place();
        return Some((best.at, Cause { message: best.block.trim_end().to_owned(), file, line, log: None }));
    }
    let message = region.last_words().filter(|_| region.failed)?.to_owned();
    Some((region.end, Cause { message, file: None, line: None, log: None }))
}

fn cause_signature(cause: &Cause) -> Signature {
    let line = cause.message.lines().next();
    let file = cause.file.as_deref().map(file_name);
    Signature::new(None, None, "cause", line.unwrap_or_default(), file)
}

fn cause_of(found: &Found) -> (u64, Cause) {
    let message = match found.message.trim() {
        "" if found.kind.is_empty() => format!("{} failed", found.id),
        "" => format!("{}: {}", found.id, found.kind),
        message => message.to_owned(),
    };
    let cause =
        Cause { message: clip(&message, 4096), file: found.file.clone(), line: found.line, log: None };
    (found.explained_at(), cause)
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

/// Most remarks, counts, containers and diagnostics of several logs taken together.
const MAX_MERGED: usize = 200;

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
        append_new(&mut merged.tallies, part.tallies);
        append_new(&mut merged.containers, part.containers);
        append_new(&mut merged.diagnostics, part.diagnostics);
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

fn append_new<T: PartialEq>(all: &mut Vec<T>, new: Vec<T>) {
    for one in new {
        if all.len() < MAX_MERGED && !all.contains(&one) {
            all.push(one);
        }
    }
}

/// Failed tests in the output of a local run of one framework; the same parsers as [`extract`] uses.
/// `Generic` names no tests.
#[must_use]
pub fn failures_in(framework: Framework, output: &str) -> Vec<FailedTest> {
    let mut reader = Output::new(framework);
    // A slice never fails to be read.
    let _ = stream::read(output.as_bytes(), &mut reader);
    let tests = reader.finish().tests.into_iter().filter(|(_, found)| found.role.is_none());
    tests.map(|(_, found)| found.into_test(framework, None)).collect()
}

#[cfg(test)]
#[path = "extraction_tests.rs"]
mod tests;

//! The report of one run: written and signed by a reporter of ours in the runner's own process, into the
//! channel, with a key that it reads and removes before any test is loaded.
//!
//! Promises: nothing counts as passed without the signature over the whole report; the runner's numbers
//! in it, its records and the numbers on the terminal agree, or there is a problem. What an unfinished
//! report says about failures is still shown.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{Runner, titles};
use crate::adapter::left_file::{self, Unread};
use crate::adapter::records::fresh_key;
use crate::adapter::{Counted, RawRun};
use crate::counted::{TestOutcome, TestResult};
use crate::error::ProofError;

/// A report is smaller than this, or it is not one we read.
const MAX_REPORT: u64 = 64 * 1024 * 1024;
const MAX_RESULTS: usize = 200_000;
/// Last line of a report that somebody else asked for.
const SPOILED: &str = "spoiled\n";

/// How many tests ended in which way, by the runner's own count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(in crate::adapter) struct Numbers {
    pub(in crate::adapter) passed: usize,
    pub(in crate::adapter) failed: usize,
    pub(in crate::adapter) skipped: usize,
}

impl std::fmt::Display for Numbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// One line of a report.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record {
    /// A list, as text.
    titles: String,
    file: String,
    state: String,
    kind: String,
    message: String,
    ms: Option<f64>,
    retried: bool,
    end: bool,
    /// At the end: what went wrong outside of any test.
    errors: usize,
    #[serde(flatten)]
    numbers: Numbers,
}

/// What a report says.
#[derive(Debug, Default)]
struct Report {
    records: Vec<Record>,
    /// The runner's numbers, when the report is whole and signed.
    numbers: Option<Numbers>,
    errors: usize,
    problem: Option<&'static str>,
}

/// Puts the reporter and its key into the channel; gives the key. `installed` is the folder of the runner's
/// package.
pub(super) fn lay_out(runner: &Runner, channel: &Path, installed: &Path) -> Result<Vec<u8>, ProofError> {
    let key = fresh_key()?;
    let settings = serde_json::json!({ "key": key, "package": installed, "reporter": runner.reporter.0 });
    let files = [
        ("report.cjs", include_str!("reporters/report.cjs").to_owned()),
        (runner.reporter.0, runner.reporter.1.to_owned()),
        ("settings.json", settings.to_string()),
    ];
    for (name, text) in files {
        let path = channel.join(name);
        fs::write(&path, text).map_err(ProofError::io("write", &path))?;
    }
    Ok(key.into_bytes())
}

/// HMAC-SHA-256; the key must not be longer than a block.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    for (place, byte) in block.iter_mut().zip(key) {
        *place = *byte;
    }
    let padded = |pad: u8| block.map(|byte| byte ^ pad);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The results of a run.
pub(super) fn count(runner: &Runner, raw: &RawRun<'_>, terminal: Option<Numbers>) -> Counted {
    let text = match left_file::text(&raw.channel.join("results"), MAX_REPORT) {
        Ok(text) => text,
        Err(Unread::Missing) => {
            let name = runner.name;
            return Counted::problem(format!(
                "{name} wrote no report: it ended before it began to run tests"
            ));
        }
        Err(why) => return Counted::problem(format!("{}'s report {why}", runner.name)),
    };
    let report = parse(&text, &raw.prepared.key);
    let problem = match report.numbers {
        None => report.problem.map(|why| format!("{}'s {why}", runner.name)),
        Some(numbers) => contradiction(runner, &report, numbers, terminal),
    };
    let asked = asked_for(runner, raw);
    let whole = report.numbers.is_some();
    let here = Here::new(raw);
    let mut results: Vec<TestResult> =
        report.records.iter().filter_map(|record| result(runner, &here, record, asked.as_ref())).collect();
    if !whole {
        results.retain(|result| result.outcome == TestOutcome::Failed);
    }
    let empty = || results.is_empty().then(|| format!("{} ran no test: no test matched", runner.name));
    let problem = problem.or_else(empty);
    Counted { results, problem }
}

/// Reads a report. Without its end, or with a signature that does not fit, it has no numbers.
fn parse(text: &str, key: &[u8]) -> Report {
    let mut report = Report::default();
    let mut signed = 0;
    let mut end = None;
    for line in text.split_inclusive('\n') {
        if end.is_some() || report.records.len() > MAX_RESULTS {
            break;
        }
        let Ok(record) = serde_json::from_str::<Record>(line) else { break };
        signed += line.len();
        if record.end {
            end = Some(record.numbers);
            report.errors = record.errors;
        } else {
            report.records.push(record);
        }
    }
    let (body, signature) = text.split_at(signed);
    let fits = || !key.is_empty() && hex(&hmac(key, body.as_bytes())) == signature.trim_end();
    match end {
        _ if text.ends_with(SPOILED) => {
            report.problem = Some("report is handed out once: code that was no reporter asked for it");
        }
        None => report.problem = Some("report has no end: the process left before its tests were over"),
        Some(_) if !fits() => report.problem = Some("report is not signed: somebody else wrote it"),
        Some(numbers) => report.numbers = Some(numbers),
    }
    report
}

/// Why the report, its numbers and the terminal cannot all be true.
fn contradiction(
    runner: &Runner,
    report: &Report,
    numbers: Numbers,
    terminal: Option<Numbers>,
) -> Option<String> {
    let name = runner.name;
    let counted = |record: &&Record| match record.kind.as_str() {
        "suite" | "ignored" => false,
        "file" => runner.counts_files,
        _ => true,
    };
    let of = |state: &str| report.records.iter().filter(counted).filter(|one| one.state == state).count();
    let records = Numbers { passed: of("passed"), failed: of("failed"), skipped: of("skipped") };
    if records != numbers {
        return Some(format!(
            "{name}'s own count and its results contradict each other: {numbers} against {records}"
        ));
    }
    let Some(terminal) = terminal else { return Some(format!("{name} printed no summary")) };
    if terminal != numbers {
        return Some(format!(
            "{name}'s summary and its report contradict each other: {terminal} against {numbers}"
        ));
    }
    // A file that cannot be loaded is an error to some, and among the results.
    let files = report.records.iter().filter(|one| one.kind == "file" && one.state == "failed").count();
    if report.errors > files && numbers.failed == 0 {
        return Some(format!(
            "{name} saw {} error(s) outside of its tests: no pass beside them counts",
            report.errors - files
        ));
    }
    let empty = report.records.iter().find(|record| record.kind == "file" && record.state == "passed");
    if let Some(empty) = empty {
        return Some(format!("{} ended without having run its tests", last_part(&empty.file)));
    }
    let retried = report.records.iter().filter(|record| record.retried && record.state == "passed").count();
    (retried > 0).then(|| format!("{name} ran {retried} test(s) again: a pass after a retry proves nothing"))
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The pattern of the command: tests that it leaves out are reported as skipped.
fn asked_for(runner: &Runner, raw: &RawRun<'_>) -> Option<Regex> {
    let option = format!("{}=", runner.pattern);
    let pattern = raw.command.argv.iter().find_map(|word| word.strip_prefix(&option))?;
    Regex::new(&format!("(?i){pattern}")).ok()
}

/// Where a run happened.
struct Here {
    folders: Vec<PathBuf>,
}

impl Here {
    fn new(raw: &RawRun<'_>) -> Self {
        let folder = raw.context.checkout.join(&raw.command.cwd);
        let real = fs::canonicalize(&folder).ok();
        Here { folders: real.into_iter().chain([folder]).collect() }
    }

    /// A file as tools print it.
    fn relative(&self, file: &str) -> String {
        let file = file.strip_prefix("file://").unwrap_or(file);
        self.folders
            .iter()
            .find_map(|folder| Path::new(file).strip_prefix(folder).ok()?.to_str())
            .unwrap_or(file)
            .to_owned()
    }
}

fn result(runner: &Runner, here: &Here, record: &Record, asked: Option<&Regex>) -> Option<TestResult> {
    let outcome = match (record.kind.as_str(), record.state.as_str()) {
        ("ignored" | "filtered", _) | ("file" | "suite" | "hook", "passed") => return None,
        // Failed because of its parts, which are results themselves; passed with them, it is one.
        ("parent", "failed") => return None,
        (_, "failed") => TestOutcome::Failed,
        // Expected to fail: as good as skipped.
        ("expected", _) => TestOutcome::Skipped,
        (_, "passed") => TestOutcome::Passed,
        _ => TestOutcome::Skipped,
    };
    let names: Vec<String> = serde_json::from_str(&record.titles).unwrap_or_default();
    if outcome == TestOutcome::Skipped && asked.is_some_and(|asked| !asked.is_match(&names.join(" "))) {
        return None;
    }
    let file = (!record.file.is_empty()).then(|| here.relative(&record.file));
    let whole_file = record.kind == "file" || names.is_empty();
    let id = match record.kind.as_str() {
        _ if whole_file => file.clone()?,
        // What fails in a suite besides its tests is one of these.
        "suite" => {
            [titles::id_of(runner, &names), "\"before or after all\" hook".to_owned()].join(runner.separator)
        }
        _ => titles::id_of(runner, &names),
    };
    let failure = (outcome == TestOutcome::Failed)
        .then(|| crate::failures::plain(runner.framework, &id, file.clone(), record.message.trim()));
    let seconds = record.ms.filter(|ms| ms.is_finite() && *ms >= 0.0).map(|ms| ms / 1000.0);
    Some(TestResult { id, suite: file, outcome, failure, seconds })
}

/// Output without the escapes of colours.
pub(in crate::adapter) fn plain(printed: &str) -> String {
    static ESCAPE: OnceLock<Option<Regex>> = OnceLock::new();
    let escape = ESCAPE.get_or_init(|| Regex::new("\x1b\\[[0-9;?]*[A-Za-z]").ok()).as_ref();
    escape.map_or_else(|| printed.to_owned(), |escape| escape.replace_all(printed, "").into_owned())
}

/// Numbers in front of words, of the last line that `is_summary` says holds them.
pub(in crate::adapter) fn numbers_in<'a>(parts: impl Iterator<Item = &'a str>) -> Option<Numbers> {
    let mut numbers = Numbers::default();
    for part in parts {
        let (number, word) = part.trim().split_once(' ')?;
        let number: usize = number.parse().ok()?;
        match word.trim() {
            "passed" | "passing" | "expected fail" => numbers.passed += number,
            "failed" | "failing" => numbers.failed += number,
            "skipped" | "todo" | "pending" => numbers.skipped += number,
            _ => {}
        }
    }
    Some(numbers)
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;

//! Runs a test command and counts results, not exit codes.
//!
//! Promise: a test counts as passed only when the framework reported it over a channel whose place
//! the code under test is not told (a random path outside the checkout, or the harness's framed
//! output), the runner's own summary agrees with that, and the process came to its own end.
//! Anything else sets [`CountedRun::problem`], and then nothing counts as passed.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use regreen_case::{FailedTest, Redactor, Signature, TestCommand, TestTarget};
use regreen_supervise::{
    Cancel, Confinement, Deadline, End, Environment, Outcome, ProcessSpec, Sandbox, Usage,
};

use crate::adapter::{Adapter, Counted, Prepared, RawRun, Step, adapter};
use crate::environment::is_safe;
use crate::error::ProofError;
use crate::private_channel::PrivateChannel;
use crate::project::is_inside;

/// Of the output, this much is parsed (the beginning and the end of longer ones).
const MAX_PARSED: usize = 16 * 1024 * 1024;
/// Of the output, this much is kept in memory.
const MAX_TAIL: usize = 64 * 1024;
/// Of the records that a launcher frames in its output, so many bytes are kept.
const MAX_RECORDS: usize = 64 * 1024 * 1024;
/// Begins a line that holds such a record.
pub(crate) const RECORD: char = '\u{1e}';
/// A run that prints more is stopped.
const MAX_PRINTED: u64 = 512 * 1024 * 1024;

/// Where and within which limits a command runs.
#[derive(Debug, Clone)]
pub struct RunContext<'a> {
    /// The checkout that is judged.
    pub checkout: &'a Path,
    /// The user's checkout, for its environments. Never the working directory.
    pub repo_root: &'a Path,
    /// Folder for build caches and channels, outside the checkout.
    pub scratch: &'a Path,
    /// Environment to add to the command's own.
    pub env: &'a BTreeMap<String, String>,
    /// When the run is stopped.
    pub deadline: Deadline,
    /// Stops the run.
    pub cancel: &'a Cancel,
    /// Where the readable output goes, redacted.
    pub log: Option<PathBuf>,
    /// What must not be in the log.
    pub redactor: &'a Redactor,
    /// What the run may touch beside the checkout and its channel.
    pub sandbox: &'a Sandbox,
}

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TestOutcome {
    /// It ran and passed.
    Passed,
    /// It failed, in itself or in its set-up.
    Failed,
    /// It was skipped, ignored, or failed as expected.
    Skipped,
}

/// One counted test.
#[derive(Debug, Clone, PartialEq)]
pub struct TestResult {
    /// Id as the framework prints it.
    pub id: String,
    /// Cargo target or go package.
    pub suite: Option<String>,
    /// How it ended.
    pub outcome: TestOutcome,
    /// The failure, when it failed.
    pub failure: Option<FailedTest>,
    /// How long it took, where the framework says.
    pub seconds: Option<f64>,
}

/// A run with its counted results.
#[derive(Debug, Clone)]
pub struct CountedRun {
    /// Every test that the framework reported.
    pub results: Vec<TestResult>,
    /// How the process ended.
    pub end: End,
    /// When it began.
    pub began: SystemTime,
    /// The checkout it ran in.
    pub checkout: PathBuf,
    /// Wall-clock seconds.
    pub duration_s: f64,
    /// CPU time and memory, where the system says.
    pub usage: Option<Usage>,
    /// What was enforced on it.
    pub confinement: Confinement,
    /// End of the readable output, at most 64 KiB.
    pub output: String,
    /// Why nothing counts: channels disagree, the process was stopped, nothing ran.
    pub problem: Option<String>,
    /// Fingerprint of what broke when no test result explains it (a build that fails, a crash).
    pub cause: Option<Signature>,
}

impl CountedRun {
    /// The failures of the run.
    #[must_use]
    pub fn failures(&self) -> Vec<FailedTest> {
        self.results.iter().filter_map(|result| result.failure.clone()).collect()
    }

    /// Those of the tests in question; all of them where none is theirs. Some runners cannot run one test without others.
    #[must_use]
    pub fn failures_of(&self, targets: &[TestTarget]) -> Vec<FailedTest> {
        let is_theirs = |result: &&TestResult| {
            targets.iter().any(|target| adapter(target.framework).belongs(target, result))
        };
        let theirs = self.results.iter().filter(is_theirs);
        let found: Vec<FailedTest> = theirs.filter_map(|result| result.failure.clone()).collect();
        if found.is_empty() { self.failures() } else { found }
    }
}

/// Runs the command once in the context's checkout and counts.
///
/// # Errors
/// When it could not be started at all. A run that crashes, hangs or is cancelled is an answer.
pub fn run_counted(command: &TestCommand, context: &RunContext<'_>) -> Result<CountedRun, ProofError> {
    if !command.cwd.is_empty() && !is_inside(&command.cwd) {
        return Err(ProofError::BadCommand(format!("`{}` leads out of the repository", command.cwd)));
    }
    if command.argv.is_empty() {
        return Err(ProofError::BadCommand("it has no program".to_owned()));
    }
    let private = PrivateChannel::new_in(context.scratch)?;
    let channel = private.path();
    let adapter = adapter(command.framework);
    let steps = adapter.steps(command, context)?;
    let built = build(&steps, command, context, &BTreeMap::new(), private.surroundings())?;
    let prepared = if built.end.is_success() {
        adapter.prepare(command, context, channel)?
    } else {
        Prepared::default()
    };
    let mut raw = RawRun {
        command,
        context,
        channel,
        prepared: &prepared,
        built: &built.outputs,
        records: &[],
        printed: &built.printed,
        text: &built.printed,
        end: built.end,
    };
    if !built.end.is_success() {
        write_log(context, &command.argv, raw.text)?;
        let counted = Counted::problem("the tests could not be built");
        return Ok(conclude(adapter, &raw, counted, built.figures));
    }
    let records = Arc::new(Mutex::new(Vec::new()));
    // Beside the channel: the kernel lets the code under test write only the latter.
    let raw_log = private.surroundings().join("output");
    let began = SystemTime::now();
    let outcome = {
        let cwd = prepared.cwd.clone().unwrap_or_else(|| context.checkout.join(&command.cwd));
        let mut spec = ProcessSpec::new(prepared.argv.clone(), cwd, context.deadline);
        spec.env = environment(command, context, &prepared.env);
        spec.log = Some(raw_log.clone());
        spec.max_output = MAX_PRINTED;
        spec.tail = MAX_TAIL;
        spec.on_line = Some(keep_records(Arc::clone(&records)));
        spec.sandbox = sandbox(context, channel, &prepared.writable);
        regreen_supervise::run(spec, context.cancel)?
    };
    let records = std::mem::take(&mut *records.lock().unwrap_or_else(PoisonError::into_inner));
    let printed = read_bounded(&raw_log)?;
    let text = format!("{}{}", built.printed, adapter.readable(&printed));
    write_log(context, &command.argv, &text)?;
    (raw.records, raw.printed, raw.text, raw.end) = (&records, &printed, &text, outcome.end);
    let counted = adapter.count(&raw);
    Ok(CountedRun { began, ..conclude(adapter, &raw, counted, Figures::of(&outcome)) })
}

/// What a run may touch: the checkout, the channel, and what its adapter names.
pub(crate) fn sandbox(context: &RunContext<'_>, channel: &Path, writable: &[PathBuf]) -> Sandbox {
    let mut sandbox = context.sandbox.clone().writing(context.checkout).writing(channel);
    sandbox.writable.extend(writable.iter().cloned());
    sandbox
}

/// What a process took, and under what.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    seconds: f64,
    usage: Option<Usage>,
    confinement: Confinement,
}

impl Figures {
    fn of(outcome: &Outcome) -> Self {
        Figures {
            seconds: outcome.duration.as_secs_f64(),
            usage: outcome.usage,
            confinement: outcome.confinement.clone(),
        }
    }
}

/// What the steps before the tests gave.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) outputs: Vec<String>,
    /// Of the steps that people want to see.
    pub(crate) printed: String,
    pub(crate) end: End,
    figures: Figures,
}

/// Runs what has to be built, with `env` besides, until a step fails.
pub(crate) fn build(
    steps: &[Step],
    command: &TestCommand,
    context: &RunContext<'_>,
    env: &BTreeMap<String, String>,
    outputs: &Path,
) -> Result<Built, ProofError> {
    let figures = Figures::default();
    let mut built = Built { outputs: Vec::new(), printed: String::new(), end: End::Exited(0), figures };
    for (number, step) in steps.iter().enumerate() {
        let log = outputs.join(format!("step-{number}"));
        let mut spec = ProcessSpec::new(step.argv.clone(), step.cwd.clone(), context.deadline);
        spec.env = environment(command, context, env);
        spec.log = Some(log.clone());
        spec.max_output = MAX_PRINTED;
        spec.sandbox = context.sandbox.clone().writing(context.checkout);
        spec.sandbox.writable.extend(step.writable.iter().cloned());
        let outcome = regreen_supervise::run(spec, context.cancel)?;
        let printed = read_bounded(&log)?;
        if step.shown || !outcome.end.is_success() {
            built.printed.push_str(&printed);
        }
        built.outputs.push(printed);
        let before = built.figures.seconds;
        built.figures = Figures::of(&outcome);
        built.figures.seconds += before;
        built.end = outcome.end;
        if !outcome.end.is_success() {
            break;
        }
    }
    Ok(built)
}

/// Takes records as they come through the pipe: what was said cannot be taken back from there.
fn keep_records(kept: Arc<Mutex<Vec<String>>>) -> Box<dyn FnMut(&str) + Send> {
    let mut room = MAX_RECORDS;
    Box::new(move |line| {
        if line.starts_with(RECORD) && room >= line.len() {
            room -= line.len();
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
        }
    })
}

/// Turns what the adapter counted into the run, with the checks that hold for every framework.
fn conclude(adapter: &dyn Adapter, raw: &RawRun<'_>, mut counted: Counted, figures: Figures) -> CountedRun {
    let stopped = match raw.end {
        End::Exited(_) => None,
        End::Signalled(signal) => Some(format!("the test process was killed by signal {signal}")),
        End::DeadlineReached => Some("the run reached its time limit".to_owned()),
        End::Silent(seconds) => Some(format!("the run printed nothing for {seconds} s and was stopped")),
        End::OutputLimit => Some("the run printed too much and was stopped".to_owned()),
        End::Cancelled => Some("the run was cancelled".to_owned()),
    };
    if let Some(stopped) = stopped {
        counted.problem = Some(match counted.problem.take() {
            Some(problem) => format!("{stopped}; {problem}"),
            None => stopped,
        });
    }
    crate::failures::attach(adapter.framework(), raw.text, &mut counted.results);
    let failed = counted.results.iter().any(|result| result.outcome == TestOutcome::Failed);
    if counted.problem.is_none() && !failed && raw.end != End::Exited(0) {
        counted.problem = Some(format!("no test failed, yet the runner ended with {}", describe(raw.end)));
    }
    let tells = !adapter.ends_well_when_red(raw.command);
    if counted.problem.is_none() && failed && tells && raw.end == End::Exited(0) {
        counted.problem = Some("a test failed, yet the runner ended with exit code 0".to_owned());
    }
    let cause = if failed { None } else { crate::failures::cause(raw.text, raw.end) };
    CountedRun {
        results: counted.results,
        end: raw.end,
        began: SystemTime::UNIX_EPOCH,
        checkout: raw.context.checkout.to_owned(),
        duration_s: figures.seconds,
        usage: figures.usage,
        confinement: figures.confinement,
        output: tail_of(raw.text).to_owned(),
        problem: counted.problem,
        cause,
    }
}

/// How a process ended, in words.
pub(crate) fn describe(end: End) -> String {
    match end {
        End::Exited(code) => format!("exit code {code}"),
        End::Signalled(signal) => format!("signal {signal}"),
        End::DeadlineReached => "the time limit".to_owned(),
        End::Silent(seconds) => format!("{seconds} s of silence"),
        End::OutputLimit => "too much output".to_owned(),
        End::Cancelled => "cancellation".to_owned(),
    }
}

/// The scrubbed environment, then CI's, then the caller's, then what the adapter insists on.
pub(crate) fn environment(
    command: &TestCommand,
    context: &RunContext<'_>,
    insisted: &BTreeMap<String, String>,
) -> Environment {
    let mut env = Environment::scrubbed();
    for (name, value) in command.env.iter().filter(|(name, value)| is_safe(name, value)) {
        env.set(name, value);
    }
    for (name, value) in context.env.iter().chain(insisted) {
        env.set(name, value);
    }
    env
}

pub(crate) fn read_bounded(path: &Path) -> Result<String, ProofError> {
    let mut file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(ProofError::io("read", path)(error)),
    };
    let length = file.metadata().map_or(0, |found| found.len());
    let mut bytes = Vec::new();
    let half = (MAX_PARSED / 2) as u64;
    if length > MAX_PARSED as u64 {
        use std::io::{Seek as _, SeekFrom};
        (&mut file).take(half).read_to_end(&mut bytes).map_err(ProofError::io("read", path))?;
        bytes.extend_from_slice(b"\n[... output cut ...]\n");
        file.seek(SeekFrom::Start(length - half)).map_err(ProofError::io("read", path))?;
    }
    file.take(MAX_PARSED as u64).read_to_end(&mut bytes).map_err(ProofError::io("read", path))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn write_log(context: &RunContext<'_>, argv: &[String], text: &str) -> Result<(), ProofError> {
    let Some(log) = &context.log else { return Ok(()) };
    if let Some(folder) = log.parent() {
        std::fs::create_dir_all(folder).map_err(ProofError::io("create", folder))?;
    }
    let whole = format!("$ {}\n{text}", argv.join(" "));
    std::fs::write(log, context.redactor.redact(&whole).0.as_bytes()).map_err(ProofError::io("write", log))
}

fn tail_of(text: &str) -> &str {
    let mut start = text.len().saturating_sub(MAX_TAIL);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..]
}

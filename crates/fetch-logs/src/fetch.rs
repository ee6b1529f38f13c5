//! The phase: input to task, logs to failure, documents in every case.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use regreen_case::{
    CaseDir, Ending, Failure, FailureStatus, Redactor, Repeats, RunReference, Source, Task, Timing,
};
use regreen_github::Access;
use regreen_logs::Extraction;
use regreen_runner::Heartbeat;
use regreen_supervise::{Cancel, Deadline};

use crate::connection::Connection;
use crate::download::Fetched;
use crate::input::given;
use crate::log_folder::{LogFolder, Stop};
use crate::repeats::Search;
use crate::report_files::ReportFiles;
use crate::{
    FetchError, InputError, RawInput, download, fresh_case, intake, outputs, reading, slug, validate,
};

/// What the phase needs to know.
#[derive(Debug)]
pub struct Config {
    /// Directory of the case.
    pub case: PathBuf,
    /// info.json.
    pub info: Option<PathBuf>,
    /// What the options say; wins over info.json.
    pub options: RawInput,
    /// Time for the phase.
    pub limit: Duration,
    /// Whether documents that are there are kept.
    pub resume: bool,
    /// Earlier failed runs to compare with; 0: none is asked for.
    pub repeats: usize,
    /// Values that must not be stored.
    pub redact: Vec<String>,
    /// Looks up a variable of the environment.
    pub environment: fn(&str) -> Option<String>,
    /// What the command line already knows to be wrong.
    pub wrong: Option<InputError>,
}

/// Opens the case.
///
/// # Errors
/// [`FetchError`], after `failure.json` was written with the reason. That there is nothing to read
/// is no error.
pub fn run(mut config: Config, cancel: &Cancel) -> Result<Failure, FetchError> {
    let case = CaseDir::create(&config.case)?;
    if config.resume
        && let (Some(task), Some(failure)) = (case.read_optional::<Task>()?, case.read_optional::<Failure>()?)
        && is_finished(&failure)
        // Asked for only now: of a run, there is more to answer.
        && (config.repeats == 0 || failure.repeats.is_some() || failure.run.is_none())
    {
        publish(&case, Some(&task), &failure)?;
        return Ok(failure);
    }
    let heartbeat = Arc::new(Heartbeat::start("fetch-logs"));
    let redactor = Redactor::new(&config.redact);
    let stop = Stop { cancel: cancel.clone(), deadline: Deadline::after(config.limit) };
    let timing = Timing::start();
    let wrong = config.wrong.take();
    let mut opening = Opening { config: &config, case: &case, redactor, stop, heartbeat, timing, task: None };
    let (failure, error) = match opening.open(wrong) {
        Ok(failure) => (failure, None),
        Err(error) => (opening.nothing(&error), Some(error)),
    };
    let failure = Failure { timing: timing.finish(), ..failure };
    case.write(&failure, &opening.redactor)?;
    publish(&case, opening.task.as_ref(), &failure)?;
    opening.heartbeat.say(conclusion(&failure));
    match error {
        Some(error) if !error.is_answer() => Err(error),
        _ => Ok(failure),
    }
}

/// Whether asking again could not give another answer.
const fn is_finished(failure: &Failure) -> bool {
    !matches!(
        failure.ending,
        Some(
            Ending::Cancelled
                | Ending::OutOfTime
                | Ending::RateLimited
                | Ending::NoLogs
                | Ending::BadInput
                | Ending::InternalError
        )
    )
}

fn publish(case: &CaseDir, task: Option<&Task>, failure: &Failure) -> Result<(), FetchError> {
    outputs::publish(case.root(), task, failure).map_err(|error| FetchError::Io {
        action: "publish the outputs in",
        path: PathBuf::from("GITHUB_OUTPUT"),
        source: std::io::Error::other(error),
    })
}

fn conclusion(failure: &Failure) -> String {
    let mut text = match failure.tests.as_slice() {
        [] => match (&failure.reason, &failure.infrastructure, &failure.cause) {
            (Some(reason), ..) => reason.clone(),
            (None, Some(found), _) => format!("infrastructure failure: {}", found.evidence),
            (None, None, Some(cause)) => {
                format!("cause: {}", cause.message.lines().next().unwrap_or_default())
            }
            (None, None, None) => "nothing in the logs explains the failure".to_owned(),
        },
        [only] => format!("1 failed test: {}", only.id),
        [first, ..] => format!("{} failed tests, first {}", failure.tests.len(), first.id),
    };
    if let Some(repeats) = failure.repeats.as_ref().filter(|repeats| repeats.count > 1) {
        text.push_str(&format!("; {} runs failed like this", repeats.count));
        text.push_str(&repeats.first_seen.map_or(String::new(), |first| format!(" since {first}")));
    }
    if let Some(ending) = failure.ending {
        text.push_str(&format!(" (ending: {ending})"));
    }
    text
}

struct Opening<'a> {
    config: &'a Config,
    case: &'a CaseDir,
    redactor: Redactor,
    stop: Stop,
    heartbeat: Arc<Heartbeat>,
    timing: Timing,
    task: Option<Task>,
}

impl Opening<'_> {
    fn open(&mut self, wrong: Option<InputError>) -> Result<Failure, FetchError> {
        fresh_case::clear(self.case, self.config.resume)?;
        if let Some(wrong) = wrong {
            return Err(wrong.into());
        }
        let input = match &self.config.info {
            Some(path) => crate::info::read(path)
                .map(|input| RawInput { beside: path.parent().map(PathBuf::from), ..input })?
                .overridden_by(self.config.options.clone()),
            None => self.config.options.clone(),
        };
        let task = validate::task(&input, self.timing)?;
        for warning in &task.warnings {
            self.heartbeat.say(format!("warning: {warning}"));
        }
        // At once: a run that is stopped from here on leaves its task behind.
        self.write_task(task.clone())?;
        let failure = match &task.source {
            Source::Url { run, .. } => self.take_run(run, &input)?,
            Source::RawLogs { .. } => self.take_raw_logs(&input)?,
            Source::ExistingTest => self.skipped("the test exists already: no logs are needed"),
            Source::Prompt => self.skipped("there is only a prompt: no logs are needed"),
        };
        self.write_task(named(task, &failure))?;
        Ok(failure)
    }

    fn write_task(&mut self, task: Task) -> Result<(), FetchError> {
        let task = Task { timing: self.timing.finish(), ..task };
        self.case.write(&task, &self.redactor)?;
        self.task = Some(task);
        Ok(())
    }

    fn take_run(&mut self, run: &RunReference, input: &RawInput) -> Result<Failure, FetchError> {
        let access = Access::to(&run.server, &self.config.environment)
            .map_err(|source| FetchError::GitHub { doing: "finding the server".to_owned(), source })?;
        if let Some(token) = &access.token {
            regreen_runner::mask(token.expose());
            let values = self.config.redact.iter().map(String::as_str).chain([token.expose()]);
            self.redactor = Redactor::new(values);
        }
        let mut folder = LogFolder::new(self.case, &self.redactor, self.stop.clone());
        let connection = Connection::open(run, &access, &self.stop, &self.heartbeat)?;
        let fetched = download::fetch(run, &connection, &mut folder, &self.heartbeat)?;
        let mut read = self.read(&fetched.parts)?;
        let mut reports = ReportFiles::new(&self.redactor, &self.stop);
        reports.take_artifacts(&connection, &fetched.run, &self.heartbeat)?;
        reports.take_files(&input.reports)?;
        folder.redactions += reports.redactions;
        // A report does not tell which job it is of: of one job alone, it completes what the log names.
        reports.join(&mut read, run.job_id.is_none());
        let mut failure = self.understood(read, folder);
        if self.config.repeats > 0 {
            let found = self.repeats(&connection, &fetched, &failure)?;
            failure.warnings.extend(found.notes.iter().cloned());
            failure.repeats = Some(found);
        }
        failure.run = Some(fetched.facts);
        failure.jobs = fetched.jobs;
        failure.warnings.splice(0..0, fetched.warnings);
        Ok(failure)
    }

    fn repeats(
        &self,
        connection: &Connection,
        fetched: &Fetched,
        failure: &Failure,
    ) -> Result<Repeats, FetchError> {
        let jobs: Vec<String> = fetched.jobs.iter().map(|job| job.name.clone()).collect();
        let search = Search {
            connection,
            case: self.case,
            redactor: &self.redactor,
            stop: &self.stop,
            heartbeat: &self.heartbeat,
            run: &fetched.run,
            jobs: &jobs,
            // What no log of this run names, none of an earlier one does.
            reports: failure.tests.first().is_some_and(|test| test.log.is_none()),
        };
        search.count(failure.signature.as_ref(), self.config.repeats)
    }

    fn take_raw_logs(&self, input: &RawInput) -> Result<Failure, FetchError> {
        let mut folder = LogFolder::new(self.case, &self.redactor, self.stop.clone());
        let mut read = match given(input.raw_logs.clone()) {
            Some(given) => self.raw_logs(&given, input, &mut folder)?,
            None => Extraction::default(),
        };
        let mut reports = ReportFiles::new(&self.redactor, &self.stop);
        reports.take_files(&input.reports)?;
        folder.redactions += reports.redactions;
        reports.join(&mut read, true);
        Ok(self.understood(read, folder))
    }

    fn raw_logs(
        &self,
        given: &str,
        input: &RawInput,
        folder: &mut LogFolder<'_>,
    ) -> Result<Extraction, FetchError> {
        self.heartbeat.say("reading the raw logs");
        let taken = intake::take_in(given, input.beside.as_deref(), folder);
        // A read that was stopped looks like one that failed.
        let parts = taken.map_err(|error| self.stop.check("reading the raw logs").err().unwrap_or(error))?;
        if folder.files.iter().all(|file| file.bytes == 0) {
            return Err(FetchError::NoLogs("the raw logs are empty".to_owned()));
        }
        self.read(&parts)
    }

    fn read(&self, parts: &[reading::Part]) -> Result<Extraction, FetchError> {
        self.heartbeat.say("looking for the failure in the logs");
        reading::read(self.case, parts, &self.stop)
    }

    fn understood(&self, read: Extraction, folder: LogFolder<'_>) -> Failure {
        let status = if !read.tests.is_empty() {
            FailureStatus::TestsFailed
        } else if read.infrastructure.is_some() {
            FailureStatus::Infrastructure
        } else if read.cause.is_some() {
            FailureStatus::CauseFound
        } else {
            FailureStatus::Unexplained
        };
        let reason = (status == FailureStatus::Unexplained)
            .then(|| "nothing in the logs or reports names a failed test or a cause".to_owned());
        let mut cut = folder.cut;
        cut.extend(read.cut);
        Failure {
            status,
            reason,
            ending: (status == FailureStatus::Infrastructure).then_some(Ending::Infrastructure),
            tests: read.tests,
            containers: read.containers,
            tallies: read.tallies,
            diagnostics: read.diagnostics,
            cause: read.cause,
            command: read.command,
            infrastructure: read.infrastructure,
            signature: read.signature,
            run: None,
            repeats: None,
            jobs: Vec::new(),
            logs: folder.files,
            excerpt: read.excerpt,
            cut,
            redactions: folder.redactions,
            warnings: read.warnings,
            timing: self.timing,
        }
    }

    fn skipped(&self, reason: &str) -> Failure {
        self.empty(FailureStatus::Skipped, None, reason)
    }

    /// The document of a phase that could not do its work.
    fn nothing(&self, error: &FetchError) -> Failure {
        let mut reason = error.to_string();
        if let Some(hint) = regreen_runner::PublicError::hint(error) {
            reason.push_str(&format!(" (hint: {hint})"));
        }
        let status = match error.ending() {
            Ending::BadInput => FailureStatus::Skipped,
            _ => FailureStatus::NoLogs,
        };
        self.empty(status, Some(error.ending()), &reason)
    }

    fn empty(&self, status: FailureStatus, ending: Option<Ending>, reason: &str) -> Failure {
        Failure {
            status,
            reason: Some(reason.to_owned()),
            ending,
            tests: Vec::new(),
            containers: Vec::new(),
            tallies: Vec::new(),
            diagnostics: Vec::new(),
            cause: None,
            command: None,
            infrastructure: None,
            signature: None,
            run: None,
            repeats: None,
            jobs: Vec::new(),
            logs: Vec::new(),
            excerpt: String::new(),
            cut: Vec::new(),
            redactions: 0,
            warnings: Vec::new(),
            timing: self.timing,
        }
    }
}

/// The task, named after the test that failed when the user named none.
fn named(task: Task, failure: &Failure) -> Task {
    match failure.tests.first() {
        Some(test) if task.existing_test_path.is_none() => Task { slug: slug::of_test(&test.id), ..task },
        _ => task,
    }
}

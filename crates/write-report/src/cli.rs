//! Command line of `write-report`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, ValueEnum};
use jiff::Timestamp;
use regreen_runner::PublicError;
use regreen_supervise::{Cancel, SuperviseError};

use crate::conclusion::WorkflowResult;
use crate::error::ReportError;
use crate::write::{self, Options};

/// Write the report of a case, whatever happened to it.
///
/// Reads the documents that the other phases left, derives the one ending, and writes report.json
/// into the case and a Markdown file into the outputs folder. Missing or unreadable documents become
/// lines of the report.
#[derive(Debug, Parser)]
#[command(name = "write-report", version, after_help = AFTER)]
struct Arguments {
    /// The case directory; made when it is not there.
    #[arg(long, value_name = "DIR", default_value = ".regreen/case")]
    case: PathBuf,
    /// The repository, to name whom to ask.
    #[arg(long, value_name = "DIR", default_value = ".")]
    repo: PathBuf,
    /// Folder for the Markdown, YYYY-MM-DD_HH-MM-SS_SLUG.md [default: outputs in the case].
    #[arg(long, value_name = "DIR")]
    outputs: Option<PathBuf>,
    /// How the job that ran the phases ended, as `needs.<job>.result` says it.
    #[arg(long, value_name = "RESULT", value_enum)]
    workflow_result: Option<ResultName>,
    /// Keep a report that is there already.
    #[arg(long)]
    resume: bool,
    /// Say more on standard error.
    #[arg(long)]
    verbose: bool,
}

const AFTER: &str = "\
Examples:
  write-report
  write-report --case .regreen/case --outputs outputs
  grep \"Status: ✅ Success\" outputs/*.md | wc -l

Secrets that must not be printed: REGREEN_REDACT, one a line.
Exit codes: 0 written, 2 bad input, 3 the file system refuses, 130/143 written although interrupted.";

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ResultName {
    Success,
    Failure,
    Cancelled,
    Skipped,
}

impl From<ResultName> for WorkflowResult {
    fn from(name: ResultName) -> Self {
        match name {
            ResultName::Success => WorkflowResult::Success,
            ResultName::Failure => WorkflowResult::Failure,
            ResultName::Cancelled => WorkflowResult::Cancelled,
            ResultName::Skipped => WorkflowResult::Skipped,
        }
    }
}

/// What the program can end with.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error(transparent)]
    Runner(#[from] regreen_runner::RunnerError),
    #[error(transparent)]
    Supervise(#[from] SuperviseError),
}

impl PublicError for Problem {
    fn exit_code(&self) -> u8 {
        match self {
            Problem::Report(error) => error.exit_code(),
            Problem::Runner(_) | Problem::Supervise(_) => regreen_runner::ENVIRONMENT,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Problem::Report(error) => error.hint(),
            Problem::Runner(_) | Problem::Supervise(_) => None,
        }
    }
}

/// The program.
#[must_use]
pub fn main() -> ExitCode {
    let command = Arguments::command();
    let matches = command.clone().get_matches_from(regreen_runner::arguments(&command));
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    regreen_runner::init_tracing(arguments.verbose);
    regreen_runner::conclude(report(arguments))
}

/// A signal does not keep the report from being written: it takes milliseconds, and it is what is
/// left of a run that was stopped.
fn report(arguments: Arguments) -> Result<u8, Problem> {
    if arguments.resume
        && let Some(path) = write::kept(&arguments.case)
    {
        regreen_runner::answer(path.display());
        return Ok(regreen_runner::ANSWERED);
    }
    let cancel = Cancel::on_signals()?;
    let redact = std::env::var("REGREEN_REDACT").unwrap_or_default();
    let written = write::run(&Options {
        case: arguments.case,
        repo: arguments.repo,
        outputs: arguments.outputs,
        workflow: arguments.workflow_result.map(Into::into),
        redact: redact.lines().map(str::to_owned).collect(),
        now: Timestamp::now(),
    })?;
    regreen_runner::answer(written.markdown_path.display());
    crate::summary::publish(&written)?;
    Ok(if cancel.is_cancelled() { cancel.exit_code() } else { regreen_runner::ANSWERED })
}

//! Command line of `open-pr`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, FromArgMatches, Parser};
use regreen_case::PullRequest;
use regreen_runner::{DurationError, Outputs, PublicError, parse_duration};
use regreen_supervise::{Cancel, SuperviseError};

use crate::error::OpenPrError;
use crate::options::{DraftPolicy, ForgeKind, Options, Publish};
use crate::phase::{self, Finished};

/// Publish the proven patch of a case as one draft pull request.
///
/// Validates fix.patch again from its bytes, applies it in memory to the newest base, writes one commit
/// on the branch fix/<test>-<fingerprint> and opens a draft pull request, or updates the one that is
/// open for the same failure. Nothing of the patch is executed or checked out. Writes
/// pull-request.json and pull-request.md into the case.
#[derive(Debug, Parser)]
#[command(name = "open-pr", version, after_help = AFTER)]
struct Arguments {
    /// The case directory.
    #[arg(long, value_name = "DIR", default_value = ".regreen/case")]
    case: PathBuf,
    /// The local repository: where `--forge local` writes, otherwise only asked who wrote lines.
    #[arg(long, value_name = "DIR", default_value = ".")]
    repo: PathBuf,
    /// Where the pull request goes.
    #[arg(long, value_enum, default_value = "github")]
    forge: ForgeKind,
    /// Check and write everything into the case, send nothing.
    #[arg(long)]
    dry_run: bool,
    /// What to do where drafts are not supported: open nothing, or an ordinary pull request.
    #[arg(long, value_enum, default_value = "prefer")]
    draft: DraftPolicy,
    /// What is good enough to be published; an unproven patch is always a draft that says so.
    #[arg(long, value_enum, default_value = "proven")]
    publish: Publish,
    /// Branch to merge into [default: the branch that failed, else the default branch].
    #[arg(long, value_name = "BRANCH")]
    base: Option<String>,
    /// Repository [default: GITHUB_REPOSITORY, else that of the failed run].
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Option<String>,
    /// Further paths that a patch may not change; may repeat.
    #[arg(long, value_name = "GLOB")]
    protect: Vec<String>,
    /// Protected paths (.github/**, other dot folders, CODEOWNERS, …) that it may; may repeat.
    #[arg(long, value_name = "GLOB")]
    allow: Vec<String>,
    /// Most files that a patch may change [default: 100].
    #[arg(long, value_name = "N")]
    max_files: Option<usize>,
    /// Ask these for a review: logins and ORG/TEAM.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    reviewers: Vec<String>,
    /// Labels to set.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    labels: Vec<String>,
    /// Limit for everything, waiting for rate limits included.
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    time_limit: Duration,
    /// How long to look whether CI starts; 0 looks once.
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = wait)]
    ci_wait: Duration,
    /// Keep a finished pull-request.json.
    #[arg(long)]
    resume: bool,
    /// Say more on standard error.
    #[arg(long)]
    verbose: bool,
}

const AFTER: &str = "\
Examples:
  open-pr --dry-run                        see the text in .regreen/case/pull-request.md
  open-pr --forge local                    make the branch in this repository
  GITHUB_TOKEN=… open-pr --repository o/r --reviewers ann,org/team
  open-pr --allow '.github/dependabot.yml' let a fix change one protected file

The token (GITHUB_TOKEN or GH_TOKEN) needs `contents: write` and `pull-requests: write`, and
`actions: read` to see whether CI starts.
Secrets that must not be printed: REGREEN_REDACT, one a line.
Exit codes: 0 answered (see `status` in pull-request.json), 2 bad input, 3 token, network or
repository, 4 broken case, 130/143 cancelled.";

fn duration(text: &str) -> Result<Duration, DurationError> {
    parse_duration(text)
}

fn wait(text: &str) -> Result<Duration, DurationError> {
    if text.trim() == "0" { Ok(Duration::ZERO) } else { parse_duration(text) }
}

/// What the program can end with.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(transparent)]
    Phase(#[from] OpenPrError),
    #[error(transparent)]
    Runner(#[from] regreen_runner::RunnerError),
    #[error(transparent)]
    Supervise(#[from] SuperviseError),
    #[error("cancelled")]
    Cancelled(u8),
}

impl PublicError for Problem {
    fn exit_code(&self) -> u8 {
        match self {
            Problem::Phase(error) => error.exit_code(),
            Problem::Runner(_) | Problem::Supervise(_) => regreen_runner::ENVIRONMENT,
            Problem::Cancelled(code) => *code,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Problem::Phase(error) => error.hint(),
            _ => None,
        }
    }
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let filled = |names: Vec<String>| -> Vec<String> {
            names.into_iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
        };
        let redact = std::env::var("REGREEN_REDACT").unwrap_or_default();
        Options {
            case: arguments.case,
            repo: arguments.repo,
            forge: arguments.forge,
            dry_run: arguments.dry_run,
            draft: arguments.draft,
            publish: arguments.publish,
            base: arguments.base,
            repository: arguments.repository,
            protect: filled(arguments.protect),
            allow: filled(arguments.allow),
            max_files: arguments.max_files,
            reviewers: filled(arguments.reviewers),
            labels: filled(arguments.labels),
            time_limit: arguments.time_limit,
            ci_wait: arguments.ci_wait,
            resume: arguments.resume,
            redact: redact.lines().map(str::to_owned).collect(),
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
    regreen_runner::conclude(open(arguments.into()))
}

fn open(options: Options) -> Result<u8, Problem> {
    let cancel = Cancel::on_signals()?;
    let finished = phase::run(&options, &cancel)?;
    publish_outputs(&finished)?;
    regreen_runner::answer(sentence(&finished.document));
    match finished.error {
        Some(_) if cancel.is_cancelled() => Err(Problem::Cancelled(cancel.exit_code())),
        // An answer, not a failure of the program: it is in the document.
        Some(error) if error.exit_code() == regreen_runner::ANSWERED => Ok(regreen_runner::ANSWERED),
        Some(error) => Err(error.into()),
        None => Ok(regreen_runner::ANSWERED),
    }
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn publish_outputs(finished: &Finished) -> Result<(), regreen_runner::RunnerError> {
    let document = &finished.document;
    let mut outputs = Outputs::new();
    outputs
        .set("status", word(&document.status))
        .set("ending", document.ending.map(|ending| ending.name()).unwrap_or_default())
        .set("case", finished.case.display().to_string())
        .set("pull-request", document.url.clone().unwrap_or_default())
        .set("number", document.number.map(|number| number.to_string()).unwrap_or_default())
        .set("branch", document.branch.clone().unwrap_or_default())
        .set("commit", document.commit.clone().unwrap_or_default())
        .set("draft", document.draft.to_string())
        .set("ci", document.ci.map(|ci| word(&ci)).unwrap_or_default());
    outputs.publish()
}

fn sentence(document: &PullRequest) -> String {
    let status = word(&document.status);
    let place = document.url.as_deref().or(document.branch.as_deref()).filter(|_| document.commit.is_some());
    match (place, document.reason.as_deref()) {
        (Some(place), None) => format!("{status}: {place}"),
        (_, Some(reason)) => regreen_runner::neutral(&format!("{status}: {reason}")).into_owned(),
        (None, None) => status,
    }
}

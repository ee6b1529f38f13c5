//! Command line of `fetch-logs`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, FromArgMatches, Parser};
use regreen_runner::PublicError;
use regreen_supervise::{Cancel, SuperviseError};

use crate::repeats::MAX_RUNS;
use crate::{Config, FetchError, InputError, RawInput, run};

/// Open a case: check the input, fetch the logs, name what failed.
///
/// Writes task.json, failure.json and the redacted logs into the case directory. The input is
/// info.json, or options of the same names, or both: options win.
#[derive(Debug, Parser)]
#[command(name = "fetch-logs", version, after_help = AFTER)]
struct Arguments {
    /// The input as one file: deterministic, prompt, url, raw-logs, existing-test-path.
    #[arg(long, value_name = "FILE")]
    info: Option<PathBuf>,
    /// What to do, in your words: what fails, and what should happen instead.
    #[arg(long, value_name = "TEXT")]
    prompt: Option<String>,
    /// Whether the failure happens every time.
    #[arg(long, value_name = "true|false")]
    deterministic: Option<String>,
    /// A CI run, run attempt or job, as copied from the browser.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Logs of the failure: a file, a zip or gz of logs, - for standard input, or the text itself.
    #[arg(long, value_name = "FILE|-", allow_hyphen_values = true)]
    raw_logs: Option<String>,
    /// A test report beside the logs, or in their place: JUnit XML, TRX, a folder or a zip of them. Can be
    /// given several times. Reports among a run's artifacts are found by themselves.
    #[arg(long, value_name = "FILE")]
    report: Vec<PathBuf>,
    /// A test that fails, or is too slow, already; relative to the repository.
    #[arg(long, value_name = "PATH")]
    existing_test_path: Option<String>,
    /// Where the number to improve is: wall, peak-memory, json:FILE#/POINTER, a unit such as ms, or a
    /// regular expression whose first group is the number in the test's output. Without one, the test's
    /// duration in milliseconds is measured.
    #[arg(long, value_name = "METRIC")]
    metric: Option<String>,
    /// What the number has to reach: <, <=, > or >= and a number.
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    /// Time limit of reproduce [default: 5m].
    #[arg(long, value_name = "TIME")]
    reproduce_limit: Option<String>,
    /// Time limit of implement-fix [default: 15m].
    #[arg(long, value_name = "TIME")]
    implement_limit: Option<String>,
    /// Time limit of verify-stress [default: 15m].
    #[arg(long, value_name = "TIME")]
    verify_limit: Option<String>,
    /// Compare the failure with up to N (at most 50) earlier failed runs of the same workflow and branch,
    /// and count those that failed the same way. Costs some requests per run. [default: 0]
    #[arg(long, value_name = "N")]
    repeats: Option<String>,
    /// The case directory; made when it is not there.
    #[arg(long, value_name = "DIR", default_value = ".regreen/case")]
    case: PathBuf,
    /// Time limit of this phase, waiting for rate limits included.
    #[arg(long, value_name = "TIME", default_value = "5m")]
    time_limit: String,
    /// Keep a finished task.json and failure.json.
    #[arg(long)]
    resume: bool,
    /// Say more on standard error.
    #[arg(long)]
    verbose: bool,
}

const AFTER: &str = "\
Examples:
  fetch-logs --info info.json
  fetch-logs --prompt 'Fix the median of even lists' --deterministic true \\
             --url https://github.com/OWNER/REPO/actions/runs/123/job/456
  gh run view 123 --log-failed | fetch-logs --prompt 'Fix the crash' --deterministic true --raw-logs -
  fetch-logs --prompt 'Fix the rounding' --deterministic true --report target/surefire-reports
  fetch-logs --prompt 'Make the search faster' --deterministic true \\
             --existing-test-path tests/test_search.py --metric 'took ([0-9.]+) ms' --target '<400'

Environment: GITHUB_TOKEN or GH_TOKEN reads the logs (`actions: read`); GITHUB_SERVER_URL and
GITHUB_API_URL name an enterprise server; for another server than the job's own, GH_HOST and
GH_ENTERPRISE_TOKEN. REGREEN_REDACT holds further secrets, one a line. Every option can also be given
as REGREEN_<OPTION>.

Outputs: status, ending, case, work, slug, tests-failed, first-test, signature; with --repeats also
repeat-count (this run included), first-seen and last-green-sha, empty when unknown.
Exit codes: 0 answered (also: there are no logs), 2 bad input, 3 network, permission or rate limit,
4 broken case, 130/143 interrupted.";

/// What the program can end with.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Supervise(#[from] SuperviseError),
}

impl PublicError for Problem {
    fn exit_code(&self) -> u8 {
        match self {
            Problem::Fetch(error) => error.exit_code(),
            Problem::Supervise(_) => regreen_runner::ENVIRONMENT,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Problem::Fetch(error) => error.hint(),
            Problem::Supervise(_) => None,
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
    regreen_runner::conclude(fetch(arguments))
}

fn fetch(arguments: Arguments) -> Result<u8, Problem> {
    let cancel = Cancel::on_signals()?;
    let redact = std::env::var("REGREEN_REDACT").unwrap_or_default();
    let (options, limit, mut wrong) = judged(&arguments);
    let repeats = repeats(arguments.repeats.as_deref(), &mut wrong);
    let config = Config {
        case: arguments.case,
        info: arguments.info,
        options,
        limit,
        resume: arguments.resume,
        repeats,
        redact: redact.lines().map(str::to_owned).collect(),
        environment: |name| std::env::var(name).ok(),
        wrong,
    };
    run(config, &cancel)?;
    Ok(regreen_runner::ANSWERED)
}

fn repeats(given: Option<&str>, wrong: &mut Option<InputError>) -> usize {
    match given.map(|given| given.trim().parse::<usize>()) {
        None => 0,
        Some(Ok(number)) if number <= MAX_RUNS => number,
        Some(_) => {
            *wrong = Some(InputError::WrongType {
                key: "repeats",
                expected: "a number from 0 to 50",
                found: format!("`{}`", given.unwrap_or_default().chars().take(40).collect::<String>()),
            });
            0
        }
    }
}

/// The options as raw input. What is wrong with them is told by the phase, so that even then there
/// is a document.
fn judged(arguments: &Arguments) -> (RawInput, Duration, Option<InputError>) {
    let mut wrong = None;
    let deterministic = match arguments.deterministic.as_deref().map(str::trim) {
        None | Some("") => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(other) => {
            wrong = Some(InputError::WrongType {
                key: "deterministic",
                expected: "true or false",
                found: format!("`{}`", other.chars().take(40).collect::<String>()),
            });
            None
        }
    };
    let limit = regreen_runner::parse_duration(&arguments.time_limit).unwrap_or_else(|error| {
        wrong = Some(InputError::Limit { key: "time-limit", detail: error.to_string() });
        Duration::from_secs(300)
    });
    let options = RawInput {
        prompt: arguments.prompt.clone(),
        deterministic,
        url: arguments.url.clone(),
        raw_logs: arguments.raw_logs.clone(),
        beside: None,
        reports: arguments.report.clone(),
        existing_test_path: arguments.existing_test_path.clone(),
        metric: arguments.metric.clone(),
        target: arguments.target.clone(),
        limits: [
            arguments.reproduce_limit.clone(),
            arguments.implement_limit.clone(),
            arguments.verify_limit.clone(),
        ],
    };
    (options, limit, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent_and_teaches() {
        let mut command = Arguments::command();
        command.clone().debug_assert();
        let help = command.render_long_help().to_string();
        for word in ["Examples:", "Exit codes:", "GITHUB_TOKEN", "--existing-test-path"] {
            assert!(help.contains(word), "{word}");
        }
    }
}

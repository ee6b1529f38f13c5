//! Options of the program, and how it ends.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{ArgAction, CommandFactory, FromArgMatches, Parser};
use regreen_agents::AgentLimits;
use regreen_case::{CaseDir, Ending, Redactor, Reproduction, ReproductionStatus};
use regreen_proof::ResultSource;
use regreen_runner::{Heartbeat, Outputs, conclude, init_tracing, parse_duration};
use regreen_supervise::{Cancel, Guardian, Network, Sandbox, SandboxMode};

use crate::{Config, ReproduceError, run};

const EXAMPLES: &str = "\
Runs the failing test of the case as CI ran it, on fresh worktrees: three times when the failure is
deterministic, else at least --iterations times, several at once, until it fails like in CI; then its
rate is measured. Writes reproduction.json and the folder reproduction/ with run_test.sh, README.md,
tests/ and logs/, and commits the folder to the branch repro/<slug>.

Runs side by side have their own checkouts and TMPDIR. Ports are the machine's: a test that listens on a
fixed one can take it from REGREEN_WORKER_PORT, the first of a hundred that no other run uses.

Examples:
  reproduce --case .regreen/case
  reproduce --iterations 200 --workers 8 --time-limit 10m
  reproduce --test-command 'make check' --results-junit 'build/**/TEST-*.xml' --test-name adds
  reproduce --agent command --agent-command 'python3 write_test.py {task}'

Every option can also come from the environment: REGREEN_ITERATIONS for --iterations, and so on.
Secrets that must not be stored are given in REGREEN_REDACT, one a line.

Exit codes: 0 answered (see the `status` output), 2 bad input, 3 environment, 4 broken case,
130 or 143 cancelled.";

/// Make the failure of a case happen here.
#[derive(Debug, Parser)]
#[command(name = "reproduce", version, after_help = EXAMPLES)]
struct Arguments {
    /// Directory of the case.
    #[arg(long, value_name = "DIR", default_value = ".regreen/case")]
    case: PathBuf,
    /// The repository.
    #[arg(long, value_name = "DIR", default_value = ".")]
    repo: PathBuf,
    /// Branch to work from [default: what is checked out].
    #[arg(long, value_name = "BRANCH")]
    base: Option<String>,
    /// Limit over everything, like 5m [default: the task's, 5m].
    #[arg(long, value_name = "TIME", value_parser = time)]
    time_limit: Option<Duration>,
    /// Runs of an intermittent failure before giving up [default: as many as fit into the time].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    iterations: Option<u32>,
    /// Runs side by side [default: the number of cores, at most 4].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    workers: Option<u32>,
    /// Command that runs the tests, where no framework that is known here does: words, or a JSON array.
    #[arg(long, value_name = "COMMAND", allow_hyphen_values = true)]
    test_command: Option<String>,
    /// Name of the failing test in the results of --test-command [default: all of them].
    #[arg(long, value_name = "NAME", requires = "test_command", allow_hyphen_values = true)]
    test_name: Option<String>,
    /// JUnit reports that --test-command writes, relative to the repository, like 'build/**/TEST-*.xml'.
    #[arg(long, value_name = "PATTERN", requires = "test_command", conflicts_with = "results_regex")]
    results_junit: Option<String>,
    /// Results in its lines: an expression with the groups (?P<test>...) and (?P<outcome>...).
    #[arg(long, value_name = "REGEX", requires = "test_command", allow_hyphen_values = true)]
    results_regex: Option<String>,
    /// Agents that may write a test where there is none, first one first.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    agent: Vec<String>,
    /// Program for the agent `command`: words, or a JSON array. `{task}` is the task's file.
    #[arg(long, value_name = "COMMAND", allow_hyphen_values = true)]
    agent_command: Option<String>,
    /// Environment variable to let through to agents; may be repeated.
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    agent_env: Vec<String>,
    /// Model for agents that take one.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Confine tests and agents: auto (as far as the kernel can), require, or off.
    #[arg(long, value_name = "MODE", default_value_t)]
    sandbox: SandboxMode,
    /// Network for tests in the sandbox: open, or deny. Agents keep theirs.
    #[arg(long, value_name = "WHAT", default_value = "open", value_parser = ["open", "deny"])]
    sandbox_network: String,
    /// Keep the answer when the case has a finished one.
    #[arg(long)]
    resume: bool,
    /// Print diagnostics.
    #[arg(long)]
    verbose: bool,
}

fn time(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|error| error.to_string())
}

/// The program.
#[must_use]
pub fn main() -> ExitCode {
    if let Some(done) = Guardian::serve() {
        return done;
    }
    let command = Arguments::command();
    let matches = command.clone().get_matches_from(regreen_runner::arguments(&command));
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    init_tracing(arguments.verbose);
    conclude(execute(arguments))
}

fn execute(arguments: Arguments) -> Result<u8, ReproduceError> {
    let cancel = Cancel::on_signals()?;
    let config = config(arguments)?;
    let _guardian = Guardian::start();
    let heartbeat = Heartbeat::start("reproduce");
    let result = run(&config, &cancel, &|text| heartbeat.say(text));
    drop(heartbeat);
    match result {
        Ok(found) => {
            publish(&config, &found)?;
            regreen_runner::answer(sentence(&found));
            Ok(if found.ending == Some(Ending::Cancelled) {
                cancel.exit_code()
            } else {
                regreen_runner::ANSWERED
            })
        }
        Err(error) => {
            // The document says why; what follows in a workflow looks at the outputs.
            if let Ok(found) = CaseDir::open(&config.case).and_then(|case| case.read::<Reproduction>()) {
                publish(&config, &found)?;
            }
            Err(error)
        }
    }
}

fn config(arguments: Arguments) -> Result<Config, ReproduceError> {
    let redact = std::env::var("REGREEN_REDACT").unwrap_or_default();
    let mut config = Config {
        base: arguments.base,
        time_limit: arguments.time_limit,
        iterations: arguments.iterations,
        workers: arguments.workers,
        agents: arguments.agent,
        agent_env: arguments.agent_env,
        agent_limits: AgentLimits { model: arguments.model, ..AgentLimits::default() },
        resume: arguments.resume,
        sandbox: Sandbox {
            network: if arguments.sandbox_network == "deny" { Network::Refused } else { Network::Open },
            ..Sandbox::for_tools(arguments.sandbox)
        },
        redactor: Redactor::new(redact.lines()),
        ..Config::new(arguments.case, arguments.repo)
    };
    if let Some(text) = arguments.test_command {
        let source = match (arguments.results_junit, arguments.results_regex) {
            (Some(pattern), _) => Some(ResultSource::Junit(pattern)),
            (None, pattern) => pattern.map(ResultSource::Regex),
        };
        config.set_test_command(&text, source, arguments.test_name)?;
    }
    if let Some(text) = arguments.agent_command {
        config.set_agent_command(&text)?;
    }
    Ok(config)
}

fn name(status: ReproductionStatus) -> &'static str {
    match status {
        ReproductionStatus::Reproduced => "reproduced",
        ReproductionStatus::NotReproduced => "not-reproduced",
        ReproductionStatus::DifferentFailure => "different-failure",
        ReproductionStatus::NotRunnable => "not-runnable",
        ReproductionStatus::Skipped => "skipped",
    }
}

fn publish(config: &Config, found: &Reproduction) -> Result<(), ReproduceError> {
    let mut outputs = Outputs::new();
    outputs
        .set("status", name(found.status))
        .set("ending", found.ending.map_or("", Ending::name))
        .set("case", config.case.to_string_lossy())
        .set("branch", found.branch.clone().unwrap_or_default())
        .set("folder", config.case.join("reproduction").to_string_lossy())
        .set("rate", found.rate.map_or(String::new(), |rate| format!("{:.4}", rate.rate)));
    outputs.publish()?;
    Ok(())
}

fn sentence(found: &Reproduction) -> String {
    let mut text = name(found.status).to_owned();
    if let Some(rate) = &found.rate {
        text.push_str(&format!(" ({} of {} runs failed)", rate.failures, rate.runs));
    }
    if let Some(reason) = &found.reason {
        text.push_str(&format!(": {reason}"));
    }
    if let Some(branch) = &found.branch {
        text.push_str(&format!("; branch {branch}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_checked() {
        Arguments::command().debug_assert();
        let parse = |line: &[&str]| Arguments::try_parse_from([&["reproduce"], line].concat());
        let arguments = parse(&["--iterations", "80", "--workers", "3", "--time-limit", "90s"]).unwrap();
        assert_eq!((arguments.iterations, arguments.workers), (Some(80), Some(3)));
        assert_eq!(arguments.time_limit, Some(Duration::from_secs(90)));
        for wrong in [&["--iterations", "0"], &["--workers", "0"], &["--time-limit", "soon"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}

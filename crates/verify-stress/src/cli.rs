//! Options of the program, and how it ends.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, FromArgMatches, Parser};
use regreen_case::{
    CaseDir, Ending, Minimisation, PerformanceGoal, Redactor, Severity, Shard, Stage, Target, Verification,
    VerificationStatus,
};
use regreen_runner::{Heartbeat, Outputs, conclude, init_tracing, neutral, parse_duration};
use regreen_supervise::{Cancel, Guardian, Network, Sandbox, SandboxMode};

use crate::{Config, VerifyError, run};

const EXAMPLES: &str = "\
The patch is applied to a fresh checkout and nothing else is; files of tests are restored from the
base. Then: red on the base with the failure's own signature, green with the patch, red again with
the patch taken back. Only counted test results are believed, never an exit code.

How often: 5 of 5 for a failure that happens every time. For one that comes and goes at least 3 /
measured failure rate, and as many more as exclude a patch that only halves the rate; the three
sides are mixed at random, so that a machine that calms down cannot make a patch look good. What
the clean runs prove is printed as a bound.

Examples:
  verify-stress --case .regreen/case
  verify-stress --runs 200 --workers 4 --time-limit 1h
  verify-stress --metric 'took ([0-9.]+) ms' --target '<400'
  verify-stress --regression-command 'pytest -q tests/unit'
  verify-stress --shard 2/8
  verify-stress --merge parts/
  verify-stress --minimize

Every option can also come from the environment: REGREEN_RUNS for --runs, and so on. Secrets that
must not be stored are given in REGREEN_REDACT, one a line.

Exit codes: 0 answered (see the `status` output: proven, unproven, not-proven, rejected, regressions,
skipped), 2 bad input, 3 environment, 4 broken case, 130 or 143 cancelled.";

/// The most parts that the clean runs are shared among: GitHub's largest matrix.
const MAX_SHARDS: u32 = 256;
/// More of the neighbours that were left out are not printed; the document has all.
const MAX_NOT_RUN: usize = 5;

/// Prove the patch from nothing.
#[derive(Debug, Parser)]
#[command(name = "verify-stress", version, after_help = EXAMPLES)]
struct Arguments {
    /// Directory of the case.
    #[arg(long, value_name = "DIR", default_value = ".regreen/case")]
    case: PathBuf,
    /// The repository.
    #[arg(long, value_name = "DIR", default_value = ".")]
    repo: PathBuf,
    /// Clean runs to see; never fewer than the failure needs.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    runs: Option<u32>,
    /// Where the number is: wall, peak-memory, json:FILE#/POINTER, duration, ms, samples/s, tokens/s, or
    /// an expression whose group it is in the test's output [default: the task's].
    #[arg(long, value_name = "REGEX", requires = "target", allow_hyphen_values = true)]
    metric: Option<String>,
    /// What the number, or the test's duration in milliseconds, has to reach: '<400', '>=2.5'.
    #[arg(long, value_name = "TARGET", value_parser = target, allow_hyphen_values = true)]
    target: Option<Target>,
    /// Command for the neighbours, in place of those chosen by name.
    #[arg(long, value_name = "COMMAND")]
    regression_command: Option<String>,
    /// Limit over everything, like 15m [default: the task's, 15m].
    #[arg(long, value_name = "TIME", value_parser = time)]
    time_limit: Option<Duration>,
    /// Runs side by side [default: 1, or one per processor for a failure that comes and goes].
    #[arg(long, value_name = "N", value_parser = workers)]
    workers: Option<usize>,
    /// The part of the clean runs to see here, like 2/8: the parts are merged afterwards.
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<Shard>,
    /// What the order of the runs is drawn from [default: from the patch].
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
    /// Confine tests and agents: auto (as far as the kernel can), require, or off.
    #[arg(long, value_name = "MODE", default_value_t)]
    sandbox: SandboxMode,
    /// Network for tests in the sandbox: open, or deny. Agents keep theirs.
    #[arg(long, value_name = "WHAT", default_value = "open", value_parser = ["open", "deny"])]
    sandbox_network: String,
    /// Merge the parts in these cases, or in the cases in these folders, into this case; a whole proof of its
    /// patch is taken over. Nothing is run.
    #[arg(long, value_name = "DIR", conflicts_with = "shard")]
    merge: Vec<PathBuf>,
    /// Drop the hunks that the proof does not need: the smaller patch is proven from nothing and takes the
    /// place of fix.patch.
    #[arg(long)]
    minimize: bool,
    /// Keep the answer when the case has a finished one for this patch.
    #[arg(long)]
    resume: bool,
    /// Print diagnostics.
    #[arg(long)]
    verbose: bool,
}

fn time(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|error| error.to_string())
}

fn target(text: &str) -> Result<Target, String> {
    Target::parse(text).ok_or_else(|| "not of the form '<400', '<=400', '>400' or '>=400'".to_owned())
}

fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    match parts {
        Some((number, of)) if (1..=of).contains(&number) && of <= MAX_SHARDS => Ok(Shard { number, of }),
        _ => Err(format!("not of the form 2/8, from 1/1 to {MAX_SHARDS}/{MAX_SHARDS}")),
    }
}

fn workers(text: &str) -> Result<usize, String> {
    let count = text.parse().ok().filter(|count| (1..=64).contains(count));
    count.ok_or_else(|| "not a number from 1 to 64".to_owned())
}

/// The program.
#[must_use]
pub fn main() -> ExitCode {
    if let Some(done) = Guardian::serve() {
        return done;
    }
    let matches = Arguments::command().get_matches_from(regreen_runner::arguments(&Arguments::command()));
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    init_tracing(arguments.verbose);
    conclude(execute(arguments))
}

fn execute(arguments: Arguments) -> Result<u8, VerifyError> {
    let cancel = Cancel::on_signals()?;
    let config = config(arguments)?;
    let _guardian = Guardian::start();
    let heartbeat = Heartbeat::start("verify-stress");
    let result = run(&config, &cancel, &mut |text| heartbeat.say(text));
    drop(heartbeat);
    match result {
        Ok(found) => {
            regreen_runner::answer(verdict(&found));
            publish(&config, &found)?;
            Ok(if found.ending == Some(Ending::Cancelled) { cancel.exit_code() } else { 0 })
        }
        Err(error) => {
            // The document says why; what follows in a workflow looks at the outputs.
            if let Ok(found) = CaseDir::open(&config.case).and_then(|case| case.read::<Verification>()) {
                publish(&config, &found)?;
            }
            Err(error)
        }
    }
}

fn config(arguments: Arguments) -> Result<Config, VerifyError> {
    let redact = std::env::var("REGREEN_REDACT").unwrap_or_default();
    if let Some(metric) = &arguments.metric {
        regreen_proof::check_metric(metric)?;
    }
    Ok(Config {
        runs: arguments.runs,
        goal: arguments.target.map(|target| PerformanceGoal { metric: arguments.metric, target }),
        regression_command: arguments.regression_command,
        time_limit: arguments.time_limit,
        workers: arguments.workers,
        shard: arguments.shard,
        seed: arguments.seed,
        minimize: arguments.minimize,
        merge: arguments.merge,
        resume: arguments.resume,
        sandbox: Sandbox {
            network: if arguments.sandbox_network == "deny" { Network::Refused } else { Network::Open },
            ..Sandbox::for_tools(arguments.sandbox)
        },
        redactor: Redactor::new(redact.lines()),
        ..Config::new(arguments.case, arguments.repo)
    })
}

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The verdict in words, safe to print in a workflow's log.
fn verdict(found: &Verification) -> String {
    let status = word(found.status);
    let mut lines =
        vec![found.reason.as_ref().map_or(status.clone(), |reason| format!("{status}: {reason}"))];
    let stages = [("red", &found.red), ("green", &found.green), ("red again", &found.red_again)];
    lines.extend(stages.into_iter().filter_map(|(name, stage)| Some(stage_line(name, stage.as_ref()?))));
    lines.extend(found.bound.as_ref().map(|bound| bound.statement.clone()));
    if let Some(found) = &found.performance {
        lines.push(format!(
            "median {} before, {} after ({:+.1} %{}), target {} {}",
            found.median_before,
            found.median_after,
            found.change * 100.0,
            found.ratio_interval.map_or(String::new(), |ratio| format!(
                ", 95 % interval {:+.1} % to {:+.1} %",
                (ratio.low - 1.0) * 100.0,
                (ratio.high - 1.0) * 100.0
            )),
            found.target,
            if found.met { "reached" } else { "not reached" }
        ));
    }
    lines.extend(found.minimisation.as_ref().and_then(smaller_line));
    if let Some(found) = &found.neighbours {
        let (before, after) = (found.passed_before, found.passed_after);
        let broken = found.regressions.len();
        lines.push(format!("neighbours: {before} passed before, {after} after, {broken} broken"));
        lines.extend(found.not_run.iter().take(MAX_NOT_RUN).map(|why| format!("not run: {why}")));
    }
    for finding in &found.findings {
        let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
        let severity = if finding.severity == Severity::Reject { "rejected" } else { "to review" };
        lines.push(format!("{severity}: {}{line}: {}", finding.file, finding.message));
    }
    lines.iter().map(|line| neutral(line)).collect::<Vec<_>>().join("\n")
}

/// What the patch could do without.
fn smaller_line(found: &Minimisation) -> Option<String> {
    let places: Vec<String> = found
        .unneeded_hunks
        .iter()
        .map(|hunk| format!("{}:{}-{}", hunk.file, hunk.first_line, hunk.last_line))
        .collect();
    let word = if found.dropped { "dropped" } else { "not needed for green" };
    (!places.is_empty()).then(|| format!("{word}: {}", places.join(", ")))
}

fn stage_line(name: &str, stage: &Stage) -> String {
    let problem = stage.problem.as_ref().map(|problem| format!(": {problem}")).unwrap_or_default();
    let uncounted =
        if stage.uncounted > 0 { format!(", {} uncounted", stage.uncounted) } else { String::new() };
    let (passes, failures, seconds) = (stage.passes, stage.failures, stage.duration_s);
    format!("{name}: {passes} passed, {failures} failed{uncounted} in {seconds:.1} s{problem}")
}

/// Step outputs.
fn publish(config: &Config, found: &Verification) -> Result<(), VerifyError> {
    let clean = found.green.as_ref().map_or(0, |stage| stage.passes);
    let regressions = found.neighbours.as_ref().map_or(0, |found| found.regressions.len());
    Outputs::new()
        .set("status", word(found.status))
        .set("ending", found.ending.map(|ending| ending.name().to_owned()).unwrap_or_default())
        .set("case", config.case.display().to_string())
        .set("proven", (found.status == VerificationStatus::Proven).to_string())
        .set("clean-runs", clean.to_string())
        .set("required-runs", found.required_runs.to_string())
        .set("bound", found.bound.as_ref().map(|bound| bound.statement.clone()).unwrap_or_default())
        .set("findings", found.findings.len().to_string())
        .set("regressions", regressions.to_string())
        .publish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_hold_together() {
        Arguments::command().debug_assert();
        let parse = |line: &[&str]| Arguments::try_parse_from([&["verify-stress"], line].concat());
        let arguments = parse(&["--metric", "took ([0-9]+)", "--target", "<400", "--workers", "3"]).unwrap();
        let checked = config(arguments).unwrap();
        assert_eq!(checked.goal.unwrap().target, Target::Below(400.0));
        assert_eq!(checked.workers, Some(3));
        for wrong in [
            &["--metric", "x"][..],
            &["--target", "400"],
            &["--runs", "0"],
            &["--workers", "0"],
            &["--time-limit", "soon"],
            &["--shard", "0/4"],
            &["--shard", "5/4"],
            &["--shard", "1"],
            &["--shard", "1/1000"],
        ] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(config(parse(&["--metric", "(", "--target", "<1"]).unwrap()).is_err());
    }
}

//! Options of the program, and how it ends.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{ArgAction, CommandFactory, FromArgMatches, Parser};
use regreen_agents::AgentLimits;
use regreen_case::{CaseDir, Ending, Fix, Layout, Redactor};
use regreen_runner::{Heartbeat, Outputs, conclude, init_tracing, parse_duration};
use regreen_supervise::{Cancel, Guardian, Network, Sandbox, SandboxMode};

use crate::{Config, ImplementError, run};

const EXAMPLES: &str = "\
The test is seen failing first; a fixer's own word counts for nothing: its change is applied to a
clean checkout and judged by running the test.

Fixers for --agent, tried in this order until one turns the test green:
  search        small changes, enumerated and tested; no key, no network (Python, JavaScript,
                TypeScript, Rust, Go, Java, C, C++); where a linter or formatter complains, its own fix
  model         a plain chat model: it is shown the suspect code and answers with edits; needs
                ANTHROPIC_API_KEY, OPENAI_API_KEY, GEMINI_API_KEY or GITHUB_MODELS_TOKEN, or
                REGREEN_MODEL_URL (and REGREEN_MODEL_KEY) for a server that speaks OpenAI's API
  claude-code   Claude Code, needs ANTHROPIC_API_KEY
  codex, copilot, gemini, opencode, mini-swe-agent, aider: likewise, with the key of their service
  command       any program of yours, see --agent-command
  NAME          an agent of yours, described under [agents.NAME] in .github/regreen.toml

Examples:
  implement-fix --case .regreen/case
  implement-fix --agent search,claude-code --max-usd 2 --time-limit 20m
  implement-fix --agent search,claude-code,codex --parallel 3
  implement-fix --merge cases/ --best-of
  implement-fix --earlier-cases .regreen/cases
  REGREEN_MODEL_URL=http://127.0.0.1:11434/v1 implement-fix --agent model --model qwen2.5-coder
  implement-fix --agent command --agent-command '[\"python3\", \"/opt/fixer.py\", \"{task}\"]'

Every option can also come from the environment: REGREEN_AGENT for --agent, and so on. Secrets that
must not be stored are given in REGREEN_REDACT, one a line.

Exit codes: 0 answered (see the `status` output), 2 bad input, 3 environment, 4 broken case,
130 or 143 cancelled.";

/// Propose a change that turns the failing test green.
#[derive(Debug, Parser)]
#[command(name = "implement-fix", version, after_help = EXAMPLES)]
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
    /// Fixers, first one first.
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "search")]
    agent: Vec<String>,
    /// Program for the fixer `command`: words, or a JSON array. `{task}` is the task's file.
    #[arg(long, value_name = "COMMAND", allow_hyphen_values = true)]
    agent_command: Option<String>,
    /// Environment variable to let through to agents; may be repeated.
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    agent_env: Vec<String>,
    /// Model for agents that take one.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Money limit for each run of an agent, in US dollars: kept by us where we hold the key of its
    /// service, else passed on to an agent that knows one.
    #[arg(long, value_name = "USD", value_parser = dollars)]
    max_usd: Option<f64>,
    /// Turn limit for each run of an agent that knows one.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_turns: Option<u32>,
    /// How often each agent may try.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=20))]
    attempts: u32,
    /// How many fixers of the list work at the same time, each in a checkout of its own. The first whose
    /// change stands up ends the others. A name may be given more than once.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=16))]
    parallel: u32,
    /// Let every fixer come to its end, and take the smallest change of those that stand up.
    #[arg(long)]
    best_of: bool,
    /// Take one change of those that fixers found in copies of this case, which lie in this folder; may be
    /// repeated. Nothing is run. A proven change wins; of several the first in the order of --agent, or the
    /// smallest with --best-of.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["parallel", "resume"])]
    merge: Vec<PathBuf>,
    /// Limit over everything, like 15m [default: the task's, 15m].
    #[arg(long, value_name = "TIME", value_parser = time)]
    time_limit: Option<Duration>,
    /// Most candidates that the search may judge.
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    max_candidates: usize,
    /// `low`: take a change of the search for an answer although its confidence is low, for other changes make the
    /// test pass too and do something else, or nobody could see what they do. The report says Partial otherwise.
    #[arg(long, value_name = "LEVEL", value_parser = ["low", "high"], default_value = "high")]
    accept: String,
    /// Seed of the search.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Folder of earlier cases to learn from: what was proven for the same failure is tried first, what
    /// was turned down later [default: none; nothing is read that is not named].
    #[arg(long, value_name = "DIR")]
    earlier_cases: Option<PathBuf>,
    /// Learn from earlier cases of other repositories too. Agents are shown parts of their patches.
    #[arg(long)]
    earlier_cases_of_others: bool,
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

fn dollars(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(usd) if usd.is_finite() && usd > 0.0 => Ok(usd),
        _ => Err("not an amount above zero".to_owned()),
    }
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

fn execute(arguments: Arguments) -> Result<u8, ImplementError> {
    let cancel = Cancel::on_signals()?;
    let config = config(arguments)?;
    let _guardian = Guardian::start();
    let heartbeat = Heartbeat::start("implement-fix");
    let result = run(&config, &cancel, &|text| heartbeat.say(text));
    drop(heartbeat);
    match result {
        Ok(fix) => {
            publish(&config, &fix)?;
            Ok(if fix.ending == Some(Ending::Cancelled) { cancel.exit_code() } else { 0 })
        }
        Err(error) => {
            // The document says why; what follows in a workflow looks at the outputs.
            if let Ok(fix) = CaseDir::open(&config.case).and_then(|case| case.read::<Fix>()) {
                publish(&config, &fix)?;
            }
            Err(error)
        }
    }
}

fn config(arguments: Arguments) -> Result<Config, ImplementError> {
    let redact = std::env::var("REGREEN_REDACT").unwrap_or_default();
    let mut config = Config {
        base: arguments.base,
        agents: arguments.agent,
        agent_env: arguments.agent_env,
        agent_limits: AgentLimits {
            usd: arguments.max_usd,
            turns: arguments.max_turns,
            model: arguments.model,
        },
        attempts: arguments.attempts,
        parallel: arguments.parallel,
        best_of: arguments.best_of,
        merge: arguments.merge,
        time_limit: arguments.time_limit,
        max_candidates: arguments.max_candidates,
        accept_low: arguments.accept == "low",
        seed: arguments.seed,
        earlier_cases: arguments.earlier_cases,
        earlier_cases_of_others: arguments.earlier_cases_of_others,
        resume: arguments.resume,
        sandbox: Sandbox {
            network: if arguments.sandbox_network == "deny" { Network::Refused } else { Network::Open },
            ..Sandbox::for_tools(arguments.sandbox)
        },
        redactor: Redactor::new(redact.lines()),
        ..Config::new(arguments.case, arguments.repo)
    };
    if let Some(command) = arguments.agent_command {
        config.set_agent_command(&command)?;
    }
    Ok(config)
}

/// Step outputs.
fn publish(config: &Config, fix: &Fix) -> Result<(), ImplementError> {
    let word = |value: serde_json::Result<serde_json::Value>| {
        value.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let patch = fix.patch_sha256.as_ref().map(|_| config.case.join(Layout::PATCH).display().to_string());
    let cost = fix.cost.usd.map(|usd| usd.to_string());
    Outputs::new()
        .set("status", word(serde_json::to_value(fix.status)))
        .set("ending", fix.ending.map(|ending| ending.name().to_owned()).unwrap_or_default())
        .set("case", config.case.display().to_string())
        .set("patch", patch.unwrap_or_default())
        .set("patch-sha256", fix.patch_sha256.clone().unwrap_or_default())
        .set("branch", fix.branch.clone().unwrap_or_default())
        .set("fixer", fix.fixer.clone().unwrap_or_default())
        .set("attempts", fix.attempts.len().to_string())
        .set("cost-usd", cost.unwrap_or_default())
        .publish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_hold_together() {
        Arguments::command().debug_assert();
        let parse = |line: &[&str]| Arguments::try_parse_from([&["implement-fix"], line].concat());
        let arguments =
            parse(&["--agent", "search,codex", "--time-limit", "1h30m", "--max-usd", "2.5"]).unwrap();
        assert_eq!(arguments.agent, ["search", "codex"]);
        assert_eq!(arguments.time_limit, Some(Duration::from_secs(5400)));
        let arguments = parse(&["--agent-command", "--odd --program"]).unwrap();
        assert_eq!(config(arguments).unwrap().agent_command, ["--odd", "--program"]);
        for wrong in [&["--max-usd", "0"], &["--attempts", "0"], &["--time-limit", "soon"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}

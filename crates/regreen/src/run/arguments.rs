//! Options of `regreen run`, and which phase gets which.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use regreen_case::Phase;

use super::error::RunError;

/// Take one failure through all six phases.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = "\
Examples:
  regreen run --info info.json
  regreen run --info info.json --agent search,claude-code --case /tmp/case
  regreen run --info info.json --agent search,claude-code,codex --parallel 3
  regreen run --prompt 'Fix it' --deterministic true --existing-test-path tests/test_x.py --forge local
  regreen run --info info.json --case .regreen/cases/2 --earlier-cases .regreen/cases
  regreen run --resume --case .regreen/case
  regreen run --from verify-stress --case .regreen/case

Exit codes: 0 answered (see the report), 2 bad input, 3 environment, 4 broken case, 130/143 interrupted.")]
pub(crate) struct RunArguments {
    /// The input as one file: deterministic, prompt, url, raw-logs, existing-test-path.
    #[arg(long, value_name = "FILE")]
    pub(crate) info: Option<PathBuf>,
    /// What to do, in your words.
    #[arg(long, value_name = "TEXT")]
    pub(crate) prompt: Option<String>,
    /// Whether the failure happens every time.
    #[arg(long, value_name = "true|false")]
    pub(crate) deterministic: Option<bool>,
    /// A CI run, run attempt or job.
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Logs of the failure: a file, a zip, or - for standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) raw_logs: Option<String>,
    /// A test that fails, or is too slow, already.
    #[arg(long, value_name = "PATH")]
    pub(crate) existing_test_path: Option<String>,
    /// Where the number to improve is: wall, peak-memory, json:FILE#/POINTER, a unit such as ms, or a
    /// regular expression whose first group is the number in the test's output.
    #[arg(long, value_name = "METRIC")]
    pub(crate) metric: Option<String>,
    /// What the number has to reach, such as '<400'.
    #[arg(long, value_name = "TARGET")]
    pub(crate) target: Option<String>,
    /// The repository to repair. It is never changed: work happens in worktrees of its own.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) repo: PathBuf,
    /// Where the case lies.
    #[arg(long, value_name = "DIR", default_value = ".regreen/case")]
    pub(crate) case: PathBuf,
    /// Folder for the report [default: outputs in the case].
    #[arg(long, value_name = "DIR")]
    pub(crate) outputs: Option<PathBuf>,
    /// Fixers to try, in order, such as search,claude-code.
    #[arg(long, value_name = "LIST")]
    pub(crate) agent: Option<String>,
    /// The program of the fixer `command`, as a shell-like line.
    #[arg(long, value_name = "LINE")]
    pub(crate) agent_command: Option<String>,
    /// How many of these fixers work at the same time; the first whose change stands up ends the others.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=16))]
    pub(crate) parallel: Option<u32>,
    /// Let every fixer come to its end, and take the smallest change of those that stand up.
    #[arg(long)]
    pub(crate) best_of: bool,
    /// `low`: take a change of the search although its confidence is low [default: high; the report then says Partial].
    #[arg(long, value_name = "LEVEL", value_parser = ["low", "high"])]
    pub(crate) accept: Option<String>,
    /// Folder of earlier cases to learn from, such as .regreen/cases [default: none].
    #[arg(long, value_name = "DIR")]
    pub(crate) earlier_cases: Option<PathBuf>,
    /// Learn from earlier cases of other repositories too.
    #[arg(long)]
    pub(crate) earlier_cases_of_others: bool,
    /// Where the pull request goes.
    #[arg(long, value_enum, value_name = "FORGE")]
    pub(crate) forge: Option<Forge>,
    /// Write the pull request's text, send nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Time limit of reproduce, such as 5m.
    #[arg(long, value_name = "TIME")]
    pub(crate) reproduce_limit: Option<String>,
    /// Time limit of implement-fix, such as 15m.
    #[arg(long, value_name = "TIME")]
    pub(crate) implement_limit: Option<String>,
    /// Time limit of verify-stress, such as 15m.
    #[arg(long, value_name = "TIME")]
    pub(crate) verify_limit: Option<String>,
    /// Any other option of one phase, such as implement-fix:max-usd=2; may be repeated.
    #[arg(long, value_name = "PHASE:OPTION=VALUE", value_parser = extra)]
    pub(crate) with: Vec<Extra>,
    /// Keep what earlier phases of this case finished; run from the first that did not.
    #[arg(long)]
    pub(crate) resume: bool,
    /// Run from this phase on, on a case that exists.
    #[arg(long, value_name = "PHASE", value_parser = phase, conflicts_with = "resume")]
    pub(crate) from: Option<Phase>,
    /// Let the phases say more.
    #[arg(long)]
    pub(crate) verbose: bool,
}

/// Where the pull request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Forge {
    /// To the server of the repository.
    Github,
    /// Into the local repository, as a branch, and a file with its text.
    Local,
}

impl Forge {
    const fn name(self) -> &'static str {
        match self {
            Forge::Github => "github",
            Forge::Local => "local",
        }
    }
}

fn phase(name: &str) -> Result<Phase, String> {
    Phase::ALL.into_iter().find(|phase| phase.name() == name).ok_or_else(|| {
        let names: Vec<_> = Phase::ALL.into_iter().map(Phase::name).collect();
        format!("the phases are {}", names.join(", "))
    })
}

/// An option handed through to one phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Extra {
    phase: Phase,
    option: String,
}

fn extra(text: &str) -> Result<Extra, String> {
    let (name, option) = text.split_once(':').ok_or("expected PHASE:OPTION=VALUE")?;
    Ok(Extra { phase: phase(name)?, option: format!("--{}", option.trim_start_matches('-')) })
}

impl RunArguments {
    /// Whether the input is complete enough to begin; fetch-logs checks the rest.
    pub(crate) fn check(&self) -> Result<(), RunError> {
        let given = self.info.is_some() || self.prompt.is_some();
        if given || self.resume || self.from.is_some_and(|phase| phase != Phase::FetchLogs) {
            return Ok(());
        }
        Err(RunError::Input("there is nothing to do: no --info and no --prompt".to_owned()))
    }

    /// The options of one phase.
    pub(crate) fn options_of(&self, phase: Phase) -> Vec<String> {
        let mut options = Options(vec![format!("--case={}", self.case.display())]);
        if phase != Phase::FetchLogs {
            options.add("repo", Some(self.repo.display()));
        }
        match phase {
            Phase::FetchLogs => {
                options.add("info", self.info.as_ref().map(|path| path.display()));
                options.add("prompt", self.prompt.as_ref());
                options.add("deterministic", self.deterministic);
                options.add("url", self.url.as_ref());
                options.add("raw-logs", self.raw_logs.as_ref());
                options.add("existing-test-path", self.existing_test_path.as_ref());
                options.add("metric", self.metric.as_ref());
                options.add("target", self.target.as_ref());
                options.add("reproduce-limit", self.reproduce_limit.as_ref());
                options.add("implement-limit", self.implement_limit.as_ref());
                options.add("verify-limit", self.verify_limit.as_ref());
            }
            Phase::Reproduce => {
                // Where there is no test yet, the agent writes one.
                options.add("agent", self.agent.as_ref());
                options.add("agent-command", self.agent_command.as_ref());
                options.add("time-limit", self.reproduce_limit.as_ref());
            }
            Phase::ImplementFix => {
                options.add("agent", self.agent.as_ref());
                options.add("agent-command", self.agent_command.as_ref());
                options.add("parallel", self.parallel);
                if self.best_of {
                    options.0.push("--best-of".to_owned());
                }
                options.add("accept", self.accept.as_ref());
                options.add("time-limit", self.implement_limit.as_ref());
                options.add("earlier-cases", self.earlier_cases.as_ref().map(|path| path.display()));
                if self.earlier_cases_of_others {
                    options.0.push("--earlier-cases-of-others".to_owned());
                }
            }
            Phase::VerifyStress => options.add("time-limit", self.verify_limit.as_ref()),
            Phase::OpenPr => {
                options.add("forge", self.forge.map(Forge::name));
                if self.dry_run {
                    options.0.push("--dry-run".to_owned());
                }
            }
            Phase::WriteReport => options.add("outputs", self.outputs.as_ref().map(|path| path.display())),
        }
        let extras = self.with.iter().filter(|extra| extra.phase == phase);
        options.0.extend(extras.map(|extra| extra.option.clone()));
        if self.verbose {
            options.0.push("--verbose".to_owned());
        }
        options.0
    }
}

/// Options in the making. Always `--name=value`: a value that begins with `-` stays a value.
struct Options(Vec<String>);

impl Options {
    fn add(&mut self, name: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.0.push(format!("--{name}={value}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_gets_its_own_options() {
        let arguments = RunArguments {
            prompt: Some("--verbose".to_owned()),
            deterministic: Some(false),
            case: "c".into(),
            repo: "r".into(),
            agent: Some("search".to_owned()),
            forge: Some(Forge::Local),
            implement_limit: Some("9m".to_owned()),
            earlier_cases: Some("old".into()),
            parallel: Some(2),
            best_of: true,
            accept: Some("low".to_owned()),
            with: vec![extra("reproduce:iterations=9").unwrap(), extra("reproduce:--x").unwrap()],
            ..RunArguments::default()
        };
        let options = |phase| arguments.options_of(phase).join(" ");
        assert_eq!(
            options(Phase::FetchLogs),
            "--case=c --prompt=--verbose --deterministic=false --implement-limit=9m"
        );
        assert_eq!(options(Phase::Reproduce), "--case=c --repo=r --agent=search --iterations=9 --x");
        assert_eq!(
            options(Phase::ImplementFix),
            "--case=c --repo=r --agent=search --parallel=2 --best-of --accept=low --time-limit=9m --earlier-cases=old"
        );
        assert_eq!(options(Phase::OpenPr), "--case=c --repo=r --forge=local");
        assert_eq!(options(Phase::WriteReport), "--case=c --repo=r");
    }

    #[test]
    fn nothing_to_do_is_bad_input() {
        assert_eq!(RunArguments::default().check().unwrap_err().exit_code(), 2);
        RunArguments { resume: true, ..RunArguments::default() }.check().unwrap();
        RunArguments { from: Some(Phase::OpenPr), ..RunArguments::default() }.check().unwrap();
        assert!(extra("max-usd=2").is_err() && extra("fix:max-usd=2").is_err());
        assert!(phase("verify").unwrap_err().contains("verify-stress"));
    }
}

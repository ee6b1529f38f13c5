//! What the phase is asked to do: validated options, nothing read from the environment any more.

use std::path::PathBuf;
use std::time::Duration;

use regreen_agents::{AgentLimits, Preset, Presets};
use regreen_case::Redactor;
use regreen_supervise::{Sandbox, SandboxMode};

use crate::{ImplementError, command_line};

/// A step of the ladder.
#[derive(Debug, Clone)]
pub enum Rung {
    /// The embedded search.
    Search,
    /// A coding agent.
    Agent(Box<Preset>),
}

impl Rung {
    /// Its name on the ladder.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Rung::Search => "search",
            Rung::Agent(preset) => &preset.name,
        }
    }
}

/// Options of the phase.
#[derive(Debug)]
pub struct Config {
    /// Directory of the case.
    pub case: PathBuf,
    /// A path in the user's repository.
    pub repo: PathBuf,
    /// Branch to work from; without one, what is checked out.
    pub base: Option<String>,
    /// Names of the fixers, first one first.
    pub agents: Vec<String>,
    /// Program and arguments for `command`.
    pub agent_command: Vec<String>,
    /// Further environment variables for agents.
    pub agent_env: Vec<String>,
    /// Limits for agents.
    pub agent_limits: AgentLimits,
    /// How often each agent may try.
    pub attempts: u32,
    /// How many fixers work at the same time.
    pub parallel: u32,
    /// Let all fixers come to their end, and take the smallest change that stands up.
    pub best_of: bool,
    /// Folders with copies of the case in which other fixers worked: one of their changes is taken, and nothing is
    /// run then.
    pub merge: Vec<PathBuf>,
    /// Limit over everything; without one, the task's.
    pub time_limit: Option<Duration>,
    /// Most candidates that the search may judge.
    pub max_candidates: usize,
    /// Take a change of the search for an answer even where others that pass do something else.
    pub accept_low: bool,
    /// Whether the search compiles many candidates together, where each would be a build of its own.
    pub together: bool,
    /// Seed of the search.
    pub seed: u64,
    /// Folder of earlier cases to learn from.
    pub earlier_cases: Option<PathBuf>,
    /// Whether those of other repositories count too.
    pub earlier_cases_of_others: bool,
    /// Keep a finished `fix.json` that is there already.
    pub resume: bool,
    /// What tests and agents may touch.
    pub sandbox: Sandbox,
    /// Keeps secrets out of what is stored.
    pub redactor: Redactor,
}

impl Config {
    /// The defaults: `search` alone, two attempts for each agent, one fixer at a time, the task's time limit.
    #[must_use]
    pub fn new(case: impl Into<PathBuf>, repo: impl Into<PathBuf>) -> Self {
        Config {
            case: case.into(),
            repo: repo.into(),
            base: None,
            agents: vec!["search".to_owned()],
            agent_command: Vec::new(),
            agent_env: Vec::new(),
            agent_limits: AgentLimits::default(),
            attempts: 2,
            parallel: 1,
            best_of: false,
            merge: Vec::new(),
            time_limit: None,
            max_candidates: 20_000,
            accept_low: false,
            together: true,
            seed: 0,
            earlier_cases: None,
            earlier_cases_of_others: false,
            resume: false,
            sandbox: Sandbox::for_tools(SandboxMode::Auto),
            redactor: Redactor::default(),
        }
    }

    /// Reads the command for `command`.
    ///
    /// # Errors
    /// [`ImplementError::Option`].
    pub fn set_agent_command(&mut self, text: &str) -> Result<(), ImplementError> {
        self.agent_command = command_line::split(text).map_err(|problem| ImplementError::Option {
            option: "agent-command",
            value: text.to_owned(),
            problem,
        })?;
        Ok(())
    }

    /// The ladder, every name looked up. Done before anything runs: a typing error in the last
    /// rung must not cost a quarter of an hour.
    pub(crate) fn ladder(&self, presets: &Presets) -> Result<Vec<Rung>, ImplementError> {
        let wrong = |problem: &str| ImplementError::Option {
            option: "agent",
            value: self.agents.join(","),
            problem: problem.to_owned(),
        };
        let mut ladder = Vec::new();
        for name in self.agents.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
            ladder.push(match name {
                "search" => Rung::Search,
                other => {
                    let preset = presets.get(other)?.clone();
                    if preset.needs_command() && self.agent_command.is_empty() {
                        return Err(wrong("`command` needs --agent-command"));
                    }
                    Rung::Agent(Box::new(preset))
                }
            });
        }
        if ladder.is_empty() {
            return Err(wrong("it names no fixer"));
        }
        Ok(ladder)
    }
}

#[cfg(test)]
mod tests {
    use regreen_runner::PublicError;

    use super::*;

    #[test]
    fn the_ladder_is_checked_before_anything_runs() {
        let presets = Presets::built_in().unwrap();
        let mut config = Config::new("case", "repo");
        config.agents = ["search", " claude-code", ""].map(str::to_owned).to_vec();
        let names: Vec<String> =
            config.ladder(&presets).unwrap().iter().map(|rung| rung.name().to_owned()).collect();
        assert_eq!(names, ["search", "claude-code"]);
        for wrong in [vec!["claude-cod"], vec!["command"], vec![""]] {
            config.agents = wrong.into_iter().map(str::to_owned).collect();
            assert_eq!(config.ladder(&presets).unwrap_err().exit_code(), 2);
        }
        config.agents = vec!["command".to_owned()];
        config.set_agent_command("python3 fix.py").unwrap();
        assert!(config.ladder(&presets).is_ok());
        assert!(config.set_agent_command("'").is_err());
    }
}

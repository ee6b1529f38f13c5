//! What the phase is asked to do: validated options, nothing read from the environment any more.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use regreen_agents::{AgentLimits, Preset, Presets};
use regreen_case::{Framework, Redactor, TestCommand, TestTarget};
use regreen_proof::ResultSource;
use regreen_supervise::{Sandbox, SandboxMode};

use crate::{ReproduceError, command_line};

/// Runs of an intermittent failure that the script makes, unless told.
pub(crate) const DEFAULT_ITERATIONS: u32 = 50;

/// Cores of the machine.
pub(crate) fn cores() -> u32 {
    std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32)
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
    /// Limit over everything; without one, the task's.
    pub time_limit: Option<Duration>,
    /// Runs of an intermittent failure before giving up; without a number, as many as the time allows.
    pub iterations: Option<u32>,
    /// Runs side by side; without one, as many as the machine has cores, at most four.
    pub workers: Option<u32>,
    /// A command of the user's own in place of one that is planned, and the tests in its results.
    pub test_command: Option<(TestCommand, TestTarget)>,
    /// Agents that may write a test, first one first. `search` is none and is passed over.
    pub agents: Vec<String>,
    /// Program and arguments for `command`.
    pub agent_command: Vec<String>,
    /// Further environment variables for agents.
    pub agent_env: Vec<String>,
    /// Limits for agents.
    pub agent_limits: AgentLimits,
    /// Keep a finished `reproduction.json` that is there already.
    pub resume: bool,
    /// What tests and agents may touch.
    pub sandbox: Sandbox,
    /// Keeps secrets out of what is stored.
    pub redactor: Redactor,
}

impl Config {
    /// The defaults: the task's time limit, no agent.
    #[must_use]
    pub fn new(case: impl Into<PathBuf>, repo: impl Into<PathBuf>) -> Self {
        Config {
            case: case.into(),
            repo: repo.into(),
            base: None,
            time_limit: None,
            iterations: None,
            workers: None,
            test_command: None,
            agents: Vec::new(),
            agent_command: Vec::new(),
            agent_env: Vec::new(),
            agent_limits: AgentLimits::default(),
            resume: false,
            sandbox: Sandbox::for_tools(SandboxMode::Auto),
            redactor: Redactor::default(),
        }
    }

    /// Reads a command of the user's own, whose results are where `source` says.
    ///
    /// # Errors
    /// [`ReproduceError::Option`], and when the source cannot be used.
    pub fn set_test_command(
        &mut self,
        text: &str,
        source: Option<ResultSource>,
        test: Option<String>,
    ) -> Result<(), ReproduceError> {
        let option = |problem: String| ReproduceError::Option {
            option: "test-command",
            value: text.to_owned(),
            problem,
        };
        let source = source.ok_or_else(|| {
            option("its results are not known: give --results-junit or --results-regex".to_owned())
        })?;
        source.check()?;
        let argv = command_line::split(text).map_err(option)?;
        let framework = Framework::Generic;
        let mut command = TestCommand { framework, argv, cwd: String::new(), env: BTreeMap::new() };
        source.attach(&mut command);
        let target = TestTarget { framework, id: test.unwrap_or_default(), file: None, suite: None };
        self.test_command = Some((command, target));
        Ok(())
    }

    /// Reads the command for `command`.
    ///
    /// # Errors
    /// [`ReproduceError::Option`].
    pub fn set_agent_command(&mut self, text: &str) -> Result<(), ReproduceError> {
        self.agent_command = command_line::split(text).map_err(|problem| ReproduceError::Option {
            option: "agent-command",
            value: text.to_owned(),
            problem,
        })?;
        Ok(())
    }

    /// Runs side by side.
    pub(crate) fn workers(&self) -> u32 {
        self.workers.unwrap_or(cores().min(4)).max(1)
    }

    /// The agents, every name looked up before anything runs.
    pub(crate) fn presets(&self, presets: &Presets) -> Result<Vec<Preset>, ReproduceError> {
        let mut found = Vec::new();
        for name in
            self.agents.iter().map(|name| name.trim()).filter(|name| !name.is_empty() && *name != "search")
        {
            let preset = presets.get(name)?.clone();
            if preset.needs_command() && self.agent_command.is_empty() {
                return Err(ReproduceError::Option {
                    option: "agent",
                    value: self.agents.join(","),
                    problem: format!("`{name}` needs --agent-command"),
                });
            }
            found.push(preset);
        }
        Ok(found)
    }
}

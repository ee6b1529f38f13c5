//! The test frameworks: one adapter per framework behind one trait, and the registry of them.
//!
//! An adapter knows how its framework names, runs and counts tests, and which files configure it.
//! It decides nothing about verdicts.

mod cargo_test;
mod checker;
mod cmake;
mod ctest;
mod dotnet_test;
mod generic;
mod go_test;
mod gtest;
mod jest;
mod junit;
mod junit_report;
pub(crate) mod left_file;
mod mocha;
mod node_project;
mod node_runner;
mod node_test;
pub(crate) mod noted;
mod pytest;
mod python;
mod records;
mod rspec;
mod unittest;
mod vitest;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};
use regreen_supervise::End;

use crate::counted::{RunContext, TestResult};
use crate::error::ProofError;
use crate::executed_lines::{ExecutedLines, Recording};
use crate::project::Project;
use crate::variation::Variation;
use noted::Start;

pub(crate) use cargo_test::inline_tests_possible;
pub use checker::{FailedCheck, ToolFix, apply_tool_fix, failed_check, offered_fix};
pub(crate) use pytest::PLUGIN as PYTEST_PLUGIN;

/// A command made ready to run: the interpreter found, the channel added.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prepared {
    pub(crate) argv: Vec<String>,
    pub(crate) env: BTreeMap<String, String>,
    /// Where it runs, when that is not the command's folder in the checkout.
    pub(crate) cwd: Option<PathBuf>,
    /// What only we and our launcher know.
    pub(crate) key: Vec<u8>,
    /// Folders that the command must write beside the checkout and the channel: build directories.
    pub(crate) writable: Vec<PathBuf>,
    /// What was found out before the tests ran and is needed to count them.
    pub(crate) noted: Vec<String>,
}

/// A process to run before the tests: it configures, builds, or says what there is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Step {
    pub(crate) argv: Vec<String>,
    pub(crate) cwd: PathBuf,
    /// Whether its output belongs to the run's, also when it succeeds.
    pub(crate) shown: bool,
    /// Folders it must write beside the checkout: build directories.
    pub(crate) writable: Vec<PathBuf>,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct RawRun<'a> {
    pub(crate) command: &'a TestCommand,
    pub(crate) context: &'a RunContext<'a>,
    /// Private folder of this run, outside the checkout.
    pub(crate) channel: &'a Path,
    /// What [`Adapter::prepare`] made.
    pub(crate) prepared: &'a Prepared,
    /// Output of each of [`Adapter::steps`].
    pub(crate) built: &'a [String],
    /// Lines that begin with a record separator, as they came through the pipe.
    pub(crate) records: &'a [String],
    /// Output as printed.
    pub(crate) printed: &'a str,
    /// Output as people read it.
    pub(crate) text: &'a str,
    pub(crate) end: End,
}

/// What an adapter counted.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    pub(crate) results: Vec<TestResult>,
    pub(crate) problem: Option<String>,
}

impl Counted {
    pub(crate) fn problem(problem: impl Into<String>) -> Self {
        Counted { results: Vec::new(), problem: Some(problem.into()) }
    }
}

/// Tests beside the ones in question.
#[derive(Debug)]
pub(crate) struct Neighbourhood {
    pub(crate) command: TestCommand,
    /// How they were chosen, in words.
    pub(crate) chosen_by: String,
    /// What was left out, and why.
    pub(crate) not_run: Vec<String>,
}

/// How a file takes part in judging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It holds tests or their data.
    Tests,
    /// It configures how tests run; every edit is one too many.
    Configuration,
    /// A part of it configures tests; see [`crate::inspect`].
    PartlyConfiguration,
}

/// A test framework.
pub(crate) trait Adapter: Sync {
    /// Which one.
    fn framework(&self) -> Framework;

    /// Index of the first word behind the runner's name, when these words of a command line call it.
    fn after_runner(&self, _words: &[String]) -> Option<usize> {
        None
    }

    /// The targets that `path`, with the part behind `::`, stands for; `None` when the file is not
    /// this framework's.
    fn detect(&self, project: &Project, path: &str, name: Option<&str>) -> Option<Vec<TestTarget>>;

    /// The command that runs just the targets, as CI would.
    fn plan(
        &self,
        project: &Project,
        targets: &[TestTarget],
        ci: Option<&CiCommand>,
    ) -> Result<TestCommand, ProofError>;

    /// What has to run before the tests, and before [`Adapter::prepare`]; none of it goes into the checkout.
    fn steps(&self, _command: &TestCommand, _context: &RunContext<'_>) -> Result<Vec<Step>, ProofError> {
        Ok(Vec::new())
    }

    /// Finds the tools and adds the channel, whose files go into `channel`.
    fn prepare(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Prepared, ProofError>;

    /// The output as people read it.
    fn readable(&self, printed: &str) -> String {
        printed.to_owned()
    }

    /// Counts results and cross-checks the channels.
    fn count(&self, raw: &RawRun<'_>) -> Counted;

    /// Whether the runner may end with exit code 0 although something failed.
    fn ends_well_when_red(&self, _command: &TestCommand) -> bool {
        false
    }

    /// Whether a result belongs to a target.
    fn belongs(&self, target: &TestTarget, result: &TestResult) -> bool {
        target.id.is_empty() || target.id == result.id
    }

    /// Whether an id that was seen failing can be seen passing too. Not that of a file or module that could
    /// not be loaded, of a class as a whole or of a hook: those are named when they fail, and only then.
    fn can_pass(&self, _id: &str) -> bool {
        true
    }

    /// The part that a file of this name plays in judging, wherever it lies.
    fn role(&self, path: &str) -> Option<Role>;

    /// Files of configuration in hidden folders or with hidden names, relative to the repository: a walk
    /// over the files leaves those out.
    fn hidden_configuration(&self) -> &'static [&'static str] {
        &[]
    }

    /// The same command for the tests beside the targets: those of the same file or package, and
    /// those that reach a changed file as far as names tell.
    fn neighbourhood(
        &self,
        project: &Project,
        command: &TestCommand,
        targets: &[TestTarget],
        changed: &[String],
    ) -> Option<Neighbourhood>;

    /// The same command with the output of passing tests shown, for numbers in it.
    fn showing_output(&self, command: &TestCommand) -> TestCommand {
        command.clone()
    }

    /// A process that loads the runner once and then forks for each request that comes through a named pipe (see
    /// [`crate::ForkServer`]); `None` when there is none.
    fn fork_server(
        &self,
        _command: &TestCommand,
        _context: &RunContext<'_>,
        _channel: &Path,
        _requests: &Path,
    ) -> Result<Option<Prepared>, ProofError> {
        Ok(None)
    }

    /// Which lines of the project each test executes; nothing where that cannot be seen.
    fn executed_lines(&self, _recording: &Recording<'_>) -> Result<Vec<ExecutedLines>, ProofError> {
        Ok(Vec::new())
    }

    /// The command made ready to build the tests and to have [`noted`] how each program of them is started, instead of
    /// starting it (see [`crate::BuiltTests`]); `None` when it cannot.
    fn noting(
        &self,
        _command: &TestCommand,
        _context: &RunContext<'_>,
        _channel: &Path,
    ) -> Result<Option<Prepared>, ProofError> {
        Ok(None)
    }

    /// Whether the tool fails when what it has to start says nothing.
    fn misses_starts(&self) -> bool {
        false
    }

    /// Makes what was noted ready to be started by us.
    fn own_words(&self, starts: Vec<Start>, _context: &RunContext<'_>) -> Result<Vec<Start>, ProofError> {
        Ok(starts)
    }

    /// How the command's programs list their tests and run one of them alone; `None` where they do not.
    fn single_tests(&self, _command: &TestCommand) -> Option<&'static SingleTests> {
        None
    }

    /// Results of such a start.
    fn first_results(&self, raw: &RawRun<'_>) -> Vec<TestResult> {
        self.count(raw).results
    }

    /// Whether such a start came to its proper end without a test: those in question are of another program.
    fn ran_nothing(&self, _raw: &RawRun<'_>) -> bool {
        false
    }

    /// The same command, varied; `None` when the framework has no such variation.
    fn varied(&self, _command: &TestCommand, _variation: Variation) -> Option<TestCommand> {
        None
    }
}

/// How a program of tests is started otherwise: all words of its call, from those that start it for the tests in question.
pub(crate) struct SingleTests {
    /// To list all of its tests.
    pub(crate) list: fn(&[String]) -> Vec<String>,
    /// Ids in what it prints then.
    pub(crate) ids: fn(&str) -> Vec<String>,
    /// To run one of them.
    pub(crate) alone: fn(&[String], &str) -> Vec<String>,
}

/// All adapters; detection asks them in this order, and the generic one is the last.
#[rustfmt::skip]
const ADAPTERS: &[&dyn Adapter] = &[
    &unittest::Unittest,
    &pytest::Pytest,
    &cargo_test::CargoTest,
    &go_test::GoTest,
    &junit::Jvm(Framework::Junit),
    &junit::Jvm(Framework::Testng),
    &rspec::Rspec,
    &vitest::Vitest,
    &jest::Jest,
    &mocha::Mocha,
    &node_test::NodeTest,
    &gtest::Gtest,
    &ctest::Ctest,
    &dotnet_test::DotnetTest,
    &checker::Checker,
    &generic::Generic,
];

/// All adapters, in the order in which detection asks them.
pub(crate) fn adapters() -> impl Iterator<Item = &'static dyn Adapter> {
    ADAPTERS.iter().copied()
}

/// Whether single tests of a framework can be run and counted here. Of the others only CI's command as
/// a whole can be run.
#[must_use]
pub fn has_adapter(framework: Framework) -> bool {
    framework != Framework::Generic && adapters().any(|adapter| adapter.framework() == framework)
}

/// The adapter of a framework; the generic one for a framework that has none.
pub(crate) fn adapter(framework: Framework) -> &'static dyn Adapter {
    adapters().find(|adapter| adapter.framework() == framework).unwrap_or(&generic::Generic)
}

/// Last part of a program's path.
pub(crate) fn program_name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

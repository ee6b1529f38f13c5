//! The test frameworks: one adapter per framework behind one trait, and the registry of them.
//!
//! An adapter knows how its framework names, runs and counts tests, and which files configure it.
//! It decides nothing about verdicts.

mod cargo_test;
mod generic;
mod go_test;
mod pytest;

use std::collections::BTreeMap;
use std::path::Path;

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};
use regreen_supervise::End;

use crate::counted::{RunContext, TestResult};
use crate::error::ProofError;
use crate::project::Project;

pub(crate) use cargo_test::inline_tests_possible;

/// A command made ready to run: the interpreter found, the channel added.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prepared {
    pub(crate) argv: Vec<String>,
    pub(crate) env: BTreeMap<String, String>,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct RawRun<'a> {
    pub(crate) command: &'a TestCommand,
    pub(crate) context: &'a RunContext<'a>,
    /// Private folder of this run, outside the checkout.
    pub(crate) channel: &'a Path,
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

    /// Whether a result belongs to a target.
    fn belongs(&self, target: &TestTarget, result: &TestResult) -> bool {
        target.id.is_empty() || target.id == result.id
    }

    /// The part that a file of this name plays in judging, wherever it lies.
    fn role(&self, path: &str) -> Option<Role>;

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
}

/// All adapters; detection asks them in this order.
pub(crate) fn adapters() -> [&'static dyn Adapter; 4] {
    [&pytest::Pytest, &cargo_test::CargoTest, &go_test::GoTest, &generic::Generic]
}

/// Whether single tests of a framework can be run and counted here. Of the others only CI's command as
/// a whole can be run.
#[must_use]
pub fn has_adapter(framework: Framework) -> bool {
    adapter(framework).framework() == framework && framework != Framework::Generic
}

/// The adapter of a framework; the generic one for a framework that has none.
pub(crate) fn adapter(framework: Framework) -> &'static dyn Adapter {
    match framework {
        Framework::Pytest => &pytest::Pytest,
        Framework::CargoTest => &cargo_test::CargoTest,
        Framework::GoTest => &go_test::GoTest,
        _ => &generic::Generic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_complete_and_consistent() {
        let mut seen = std::collections::BTreeSet::new();
        for one in adapters() {
            assert!(seen.insert(one.framework()), "{} twice", one.framework());
            assert_eq!(adapter(one.framework()).framework(), one.framework());
        }
        assert_eq!(seen.len(), 4);
    }
}

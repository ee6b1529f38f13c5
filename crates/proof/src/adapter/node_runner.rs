//! The adapters of JavaScript's runners: what they have in common, and what each has to say for itself.

use std::path::Path;

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use super::node_project::{self, Narrowed, Runner, call, line_recorder, report, titles};
use crate::adapter::{Adapter, Counted, Neighbourhood, Prepared, RawRun, Role};
use crate::counted::{RunContext, TestResult};
use crate::error::ProofError;
use crate::executed_lines::{ExecutedLines, Recording};
use crate::project::Project;
use crate::variation::Variation;

/// What tells one of them from the others.
pub(super) trait NodeRunner: Send + Sync {
    /// How it is called.
    const RUNNER: Runner;

    /// Narrows to the names of tests, where it wants them in a form of its own.
    fn names(&self, _project: &Project, _narrowed: &mut Narrowed, _targets: &[TestTarget]) {}

    /// Files, and what comes before them.
    fn files(&self, narrowed: &Narrowed) -> Vec<String> {
        narrowed.files.clone()
    }

    /// Options that make it report to us, and that keep it from calling a failure a pass.
    fn options(&self, reporter: &str, channel: &Path) -> Vec<String>;

    /// The last word on what is run.
    fn call(&self, _prepared: &mut Prepared, _folder: &Path) {}

    /// Has the tests run in the process that is started, where the runner can: a look at them sees only that one.
    fn in_one_process(&self, _prepared: &mut Prepared) {}

    /// The numbers that it prints at its end.
    fn summary(&self, text: &str) -> Option<report::Numbers>;

    /// A process that is loaded once and judges many changes; `None` when it has none.
    fn opinions(
        &self,
        _command: &TestCommand,
        _context: &RunContext<'_>,
        _channel: &Path,
        _requests: &Path,
    ) -> Result<Option<Prepared>, ProofError> {
        Ok(None)
    }

    /// Options of a variation; `None` when it cannot.
    fn varying(&self, command: &TestCommand, variation: Variation) -> Option<Vec<String>>;
}

impl<R: NodeRunner> Adapter for R {
    fn framework(&self) -> Framework {
        R::RUNNER.framework
    }

    fn after_runner(&self, words: &[String]) -> Option<usize> {
        Some(call::read(&R::RUNNER, words)?.arguments)
    }

    fn detect(&self, project: &Project, path: &str, name: Option<&str>) -> Option<Vec<TestTarget>> {
        node_project::detect(&R::RUNNER, project, path, name)
    }

    fn plan(
        &self,
        project: &Project,
        targets: &[TestTarget],
        ci: Option<&CiCommand>,
    ) -> Result<TestCommand, ProofError> {
        let mut narrowed = node_project::narrow(&R::RUNNER, project, targets, ci)?;
        if narrowed.names.is_some() {
            self.names(project, &mut narrowed, targets);
        }
        let files = self.files(&narrowed);
        Ok(node_project::command(&R::RUNNER, project, narrowed, files))
    }

    fn prepare(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Prepared, ProofError> {
        let options = self.options(&node_project::reporter(&R::RUNNER, channel), channel);
        let mut prepared = node_project::prepare(&R::RUNNER, command, context, channel, options)?;
        self.call(&mut prepared, &context.checkout.join(&command.cwd));
        Ok(prepared)
    }

    fn readable(&self, printed: &str) -> String {
        report::plain(printed)
    }

    fn count(&self, raw: &RawRun<'_>) -> Counted {
        node_project::count(&R::RUNNER, raw, self.summary(raw.text))
    }

    fn belongs(&self, target: &TestTarget, result: &TestResult) -> bool {
        titles::belongs(target, result)
    }

    fn can_pass(&self, id: &str) -> bool {
        !titles::is_whole(id)
    }

    fn role(&self, path: &str) -> Option<Role> {
        node_project::role(path)
    }

    fn hidden_configuration(&self) -> &'static [&'static str] {
        node_project::HIDDEN
    }

    fn neighbourhood(
        &self,
        project: &Project,
        command: &TestCommand,
        targets: &[TestTarget],
        changed: &[String],
    ) -> Option<Neighbourhood> {
        node_project::neighbourhood(&R::RUNNER, project, command, targets, changed)
    }

    fn executed_lines(&self, recording: &Recording<'_>) -> Result<Vec<ExecutedLines>, ProofError> {
        let Recording { command, context, channel, .. } = *recording;
        let options = self.options(&node_project::reporter(&R::RUNNER, channel), channel);
        let mut prepared = node_project::prepare(&R::RUNNER, command, context, channel, options)?;
        self.call(&mut prepared, &context.checkout.join(&command.cwd));
        self.in_one_process(&mut prepared);
        match line_recorder::lay_out(&R::RUNNER, recording, &mut prepared)? {
            true => recording.noted_by(&prepared),
            false => Ok(Vec::new()),
        }
    }

    fn fork_server(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
        requests: &Path,
    ) -> Result<Option<Prepared>, ProofError> {
        self.opinions(command, context, channel, requests)
    }

    fn varied(&self, command: &TestCommand, variation: Variation) -> Option<TestCommand> {
        node_project::with_options(&R::RUNNER, command, &self.varying(command, variation)?)
    }
}

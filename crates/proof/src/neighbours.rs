//! Tests beside the ones in question, before and after: what passed before must pass after. See
//! [`crate::suspects`] for how a broken test is told from a flaky one.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use regreen_case::{Framework, Neighbours, TestCommand, TestTarget};
use regreen_supervise::Deadline;

use crate::adapter::{adapter, adapters};
use crate::counted::{CountedRun, TestOutcome, run_counted};
use crate::error::ProofError;
use crate::project::Project;
use crate::prove::patience;
use crate::request::{Checkouts, ProofRequest};
use crate::shell_words::commands;
use crate::stage::Progress;
use crate::suspects::{Outcomes, WHOLE_RUN, compare, outcomes};

/// With less than this many times what the base took, a run with the patch could not be told from one that
/// hangs: it is not begun.
const FAIR: u32 = 2;

/// Runs the neighbours on both sides. `regression_command` replaces the choice by names; it is split
/// into words as a shell would, and no shell runs it.
///
/// # Errors
/// When nothing could be started.
pub fn neighbours(
    request: &ProofRequest<'_>,
    checkouts: &Checkouts,
    regression_command: Option<&str>,
    progress: Progress<'_>,
) -> Result<Neighbours, ProofError> {
    let (before_at, after_at) = match (checkouts.before().first(), checkouts.after().first()) {
        (Some(before), Some(after)) => (*before, *after),
        _ => return Ok(Neighbours::default()),
    };
    let mut found = Neighbours::default();
    let command = match regression_command {
        Some(line) => {
            found.chosen_by = format!("the given command `{line}`");
            given(line)?
        }
        None => match chosen(request, before_at) {
            Some((command, chosen_by, not_run)) => {
                found.chosen_by = chosen_by;
                found.not_run = not_run;
                command
            }
            None => {
                found.not_run.push(
                    "this framework's neighbours cannot be chosen by name; give a regression command"
                        .to_owned(),
                );
                return Ok(found);
            }
        },
    };
    let mut side = Side { request, command: &command, per_run: request.deadline.remaining() };
    if side.is_over() {
        found.not_run.push("there was no time left for the neighbours".to_owned());
        return Ok(found);
    }
    progress("running the neighbours on the base");
    let began = Instant::now();
    let Some(before) = side.first_run(before_at, &mut found)? else { return Ok(found) };
    // With whatever had to be built: the patch asks for that again.
    let took = began.elapsed();
    if side.is_over() || request.deadline.remaining() < took.saturating_mul(FAIR) {
        found.not_run.push(format!(
            "the neighbours were not compared: on the base they took {took:.0?}, and there was no time left to \
             give them as long with the patch"
        ));
        return Ok(found);
    }
    progress("running the neighbours with the patch");
    side.per_run = patience(took);
    let after = side.run(after_at, "neighbours_after.log")?;
    if side.is_over() {
        // It had its time and more: that it did not end speaks against the patch, though not for sure.
        found.unconfirmed.push(WHOLE_RUN.to_owned());
        found.not_run.push("the time was over while the neighbours ran with the patch".to_owned());
        return Ok(found);
    }
    (found.passed_before, found.failed_before) = counts(&outcomes(&before));
    (found.passed_after, found.failed_after) = counts(&outcomes(&after));
    if let Some(problem) = before.problem.as_deref().filter(|_| !is_plain_command(&side, &before)) {
        found.not_run.push(format!("the neighbours cannot be compared, for on the base {problem}"));
        return Ok(found);
    }
    compare(&side, &mut found, (&before, &after), (before_at, after_at), progress)?;
    Ok(found)
}

/// The command for the tests of the file that holds the targets, or of what the framework takes for one, and for those
/// that reach one of the `changed` files, as far as names tell; `None` where it knows no such thing.
#[must_use]
pub fn beside(
    project: &Project,
    command: &TestCommand,
    targets: &[TestTarget],
    changed: &[String],
) -> Option<TestCommand> {
    adapter(command.framework).neighbourhood(project, command, targets, changed).map(|found| found.command)
}

/// What runs the neighbours.
pub(crate) struct Side<'a> {
    request: &'a ProofRequest<'a>,
    pub(crate) command: &'a TestCommand,
    /// Longest time for one run: a patch that makes a neighbour hang must show as one.
    per_run: Duration,
}

impl Side<'_> {
    pub(crate) fn run(&self, checkout: &Path, log: &str) -> Result<CountedRun, ProofError> {
        let deadline = Deadline::after(self.per_run);
        let context = self.request.context(checkout, deadline, Some(self.request.logs.join(log)));
        run_counted(self.command, &context)
    }

    /// The run on the base. Beside a check that fails stand tests of a framework that may not be installed here.
    fn first_run(&self, checkout: &Path, found: &mut Neighbours) -> Result<Option<CountedRun>, ProofError> {
        let of_another_framework = self.command.framework != self.request.command.framework;
        match self.run(checkout, "neighbours_before.log") {
            Err(error @ ProofError::MissingTool { .. }) if of_another_framework => {
                found.not_run.push(format!("the neighbours were not run: {error}"));
                Ok(None)
            }
            run => run.map(Some),
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.request.deadline.is_over() || self.request.cancel.is_cancelled()
    }
}

/// A command without counted tests: its exit codes are all there is to compare.
fn is_plain_command(side: &Side<'_>, run: &CountedRun) -> bool {
    side.command.framework == Framework::Generic && run.results.is_empty()
}

fn counts(outcomes: &Outcomes) -> (u32, u32) {
    let count =
        |wanted| u32::try_from(outcomes.values().filter(|one| **one == wanted).count()).unwrap_or(u32::MAX);
    (count(TestOutcome::Passed), count(TestOutcome::Failed))
}

fn chosen(request: &ProofRequest<'_>, checkout: &Path) -> Option<(TestCommand, String, Vec<String>)> {
    let project = Project::at(checkout, request.repository.root());
    let changed: Vec<String> = request
        .patch
        .files()
        .iter()
        .flat_map(|file| file.paths().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let found = adapter(request.command.framework).neighbourhood(
        &project,
        request.command,
        request.targets,
        &changed,
    )?;
    Some((found.command, found.chosen_by, found.not_run))
}

/// A command given as a line. Its framework is the one whose runner it calls.
fn given(line: &str) -> Result<TestCommand, ProofError> {
    let mut simple = commands(line, &BTreeMap::new()).into_iter();
    let words: Option<Vec<String>> = simple.next().and_then(|first| first.words.into_iter().collect());
    let (Some(argv), None) = (words, simple.next()) else {
        return Err(ProofError::BadCommand(format!(
            "`{line}` is not one simple command (no pipes, no `&&`, no substitutions)"
        )));
    };
    let framework = adapters()
        .find(|adapter| adapter.after_runner(&argv).is_some())
        .map_or(Framework::Generic, |adapter| adapter.framework());
    // A bare `pytest` may belong to any Python; ours is the project's.
    let argv = match argv.split_first() {
        Some((first, rest)) if matches!(first.as_str(), "pytest" | "py.test") => {
            ["python3", "-m", "pytest"].map(str::to_owned).into_iter().chain(rest.iter().cloned()).collect()
        }
        _ => argv,
    };
    Ok(TestCommand { framework, argv, cwd: String::new(), env: BTreeMap::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_command_is_one_simple_command() {
        let command = given("pytest -q 'tests/a b.py'").unwrap();
        assert_eq!(command.argv, ["python3", "-m", "pytest", "-q", "tests/a b.py"]);
        assert_eq!(command.framework, Framework::Pytest);
        assert_eq!(given("make check").unwrap().framework, Framework::Generic);
        for wrong in ["a && b", "a | b", "a $(b)", ""] {
            assert!(given(wrong).is_err(), "{wrong}");
        }
    }
}

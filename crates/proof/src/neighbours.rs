//! Tests beside the ones in question, before and after: what passed before must pass after. A test
//! that fails after is run again on both sides, so that a flaky one is called flaky.

use std::collections::BTreeMap;
use std::path::Path;

use regreen_case::{Framework, Neighbours, TestCommand};

use crate::adapter::{adapter, adapters};
use crate::counted::{CountedRun, TestOutcome, run_counted};
use crate::error::ProofError;
use crate::project::Project;
use crate::request::{Checkouts, ProofRequest};
use crate::shell_words::commands;
use crate::stage::Progress;

type Key = (Option<String>, String);

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
    let side = Side { request, command: &command };
    if side.is_over(&mut found, "there was no time left for the neighbours") {
        return Ok(found);
    }
    progress("running the neighbours on the base");
    let before = side.run(before_at, "neighbours_before.log")?;
    progress("running the neighbours with the patch");
    let after = side.run(after_at, "neighbours_after.log")?;
    if side.is_over(&mut found, "the time was over while the neighbours ran") {
        return Ok(found);
    }
    compare(&side, &mut found, (&before, &after), (before_at, after_at), progress)?;
    Ok(found)
}

struct Side<'a> {
    request: &'a ProofRequest<'a>,
    command: &'a TestCommand,
}

impl Side<'_> {
    fn run(&self, checkout: &Path, log: &str) -> Result<CountedRun, ProofError> {
        let context =
            self.request.context(checkout, self.request.deadline, Some(self.request.logs.join(log)));
        run_counted(self.command, &context)
    }

    fn is_over(&self, found: &mut Neighbours, why: &str) -> bool {
        let over = self.request.deadline.is_over() || self.request.cancel.is_cancelled();
        if over {
            found.not_run.push(why.to_owned());
        }
        over
    }
}

fn compare(
    side: &Side<'_>,
    found: &mut Neighbours,
    (before, after): (&CountedRun, &CountedRun),
    (before_at, after_at): (&Path, &Path),
    progress: Progress<'_>,
) -> Result<(), ProofError> {
    let (old, new) = (outcomes(before), outcomes(after));
    (found.passed_before, found.failed_before) = counts(&old);
    (found.passed_after, found.failed_after) = counts(&new);
    if let Some(problem) = before.problem.as_deref().filter(|_| !is_plain_command(side, before)) {
        found.not_run.push(format!("the neighbours cannot be compared, for on the base {problem}"));
        return Ok(());
    }
    let mut suspects = lost(&old, &new);
    if suspects.is_empty() && !is_worse(side, before, after) {
        return Ok(());
    }
    progress("running the neighbours once more, for some failed");
    let again = side.run(after_at, "neighbours_after_again.log")?;
    let base_again = side.run(before_at, "neighbours_before_again.log")?;
    if side.is_over(found, "the time was over before failing neighbours could be confirmed") {
        return Ok(());
    }
    let (new_again, old_again) = (outcomes(&again), outcomes(&base_again));
    if is_worse(side, before, after) && is_worse(side, &base_again, &again) {
        let why = again.problem.as_deref().unwrap_or("the command fails with the patch");
        found.regressions.push(format!("with the patch, {why}"));
    }
    // Seen twice failing with the patch and twice passing without it, or it is flaky.
    let confirmed = lost(&old_again, &new_again);
    suspects.retain(|key| {
        let sure = confirmed.contains(key);
        let name = match &key.0 {
            Some(suite) if side.command.framework != Framework::Pytest => format!("{} ({suite})", key.1),
            _ => key.1.clone(),
        };
        if sure {
            found.regressions.push(name);
        } else {
            found.flaky.push(name);
        }
        sure
    });
    Ok(())
}

/// A command without counted tests: its exit codes are all there is to compare.
fn is_plain_command(side: &Side<'_>, run: &CountedRun) -> bool {
    side.command.framework == Framework::Generic && run.results.is_empty()
}

/// Whether the run as a whole got worse, apart from single tests.
fn is_worse(side: &Side<'_>, before: &CountedRun, after: &CountedRun) -> bool {
    if side.command.framework == Framework::Generic {
        return before.end.is_success() && !after.end.is_success();
    }
    before.problem.is_none() && after.problem.is_some()
}

fn outcomes(run: &CountedRun) -> BTreeMap<Key, TestOutcome> {
    run.results.iter().map(|result| ((result.suite.clone(), result.id.clone()), result.outcome)).collect()
}

fn counts(outcomes: &BTreeMap<Key, TestOutcome>) -> (u32, u32) {
    let count =
        |wanted| u32::try_from(outcomes.values().filter(|one| **one == wanted).count()).unwrap_or(u32::MAX);
    (count(TestOutcome::Passed), count(TestOutcome::Failed))
}

/// Passed before; failed, skipped or gone after.
fn lost(before: &BTreeMap<Key, TestOutcome>, after: &BTreeMap<Key, TestOutcome>) -> Vec<Key> {
    before
        .iter()
        .filter(|(key, outcome)| {
            **outcome == TestOutcome::Passed && after.get(*key) != Some(&TestOutcome::Passed)
        })
        .map(|(key, _)| key.clone())
        .collect()
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

    #[test]
    fn gone_and_skipped_tests_are_lost() {
        let key = |id: &str| (None, id.to_owned());
        let before = BTreeMap::from([
            (key("kept"), TestOutcome::Passed),
            (key("gone"), TestOutcome::Passed),
            (key("skipped"), TestOutcome::Passed),
            (key("red"), TestOutcome::Failed),
        ]);
        let after =
            BTreeMap::from([(key("kept"), TestOutcome::Passed), (key("skipped"), TestOutcome::Skipped)]);
        assert_eq!(lost(&before, &after), [key("gone"), key("skipped")]);
    }
}

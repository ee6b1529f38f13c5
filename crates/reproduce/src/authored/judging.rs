//! Whether a test that an agent wrote shows what it is there to show: by how it fails, not by what is said
//! of it.

use regreen_case::{Cause, FailedTest, Failure, Framework, Task, WorkKind, neutralise};
use regreen_proof::CountedRun;

use crate::lab::Experiment;
use crate::tally::Observation;

/// Whether the failure is one that the new test is there to show.
pub(super) fn judge(
    task: &Task,
    failure: Option<&Failure>,
    seen: &Observation,
    experiment: &Experiment,
) -> Result<(), String> {
    let in_ci = failure.and_then(|failure| failure.cause.as_ref());
    let failures = own_failures(&seen.run, experiment);
    if let Some(failure) = failures.first() {
        if is_the_tests_own_fault(failure) {
            return Err(format!(
                "its test fails by its own fault: {}: {}",
                failure.kind,
                first_line(&failure.message)
            ));
        }
        return match in_ci {
            Some(cause) if task.work != WorkKind::Feature && !resembles(failure, cause) => Err(format!(
                "its test fails in another way than in CI: {}: {}",
                failure.kind,
                first_line(&failure.message)
            )),
            _ => Ok(()),
        };
    }
    // A test for something that is not there yet may not even compile: then the compiler has to
    // complain about the new file.
    let complains = experiment.overlays.iter().any(|overlay| seen.run.output.contains(&overlay.destination));
    if task.work == WorkKind::Feature && seen.run.cause.is_some() && complains && compiled(experiment) {
        return Ok(());
    }
    match &seen.run.problem {
        Some(problem) => Err(format!("its test gave no counted result: {problem}")),
        None => Err("its test passes on the code as it is".to_owned()),
    }
}

fn compiled(experiment: &Experiment) -> bool {
    use Framework::{CargoTest, Ctest, DotnetTest, GoTest, Gtest, Junit};
    matches!(experiment.command.framework, CargoTest | GoTest | Gtest | Ctest | Junit | DotnetTest)
}

fn own_failures(run: &CountedRun, experiment: &Experiment) -> Vec<FailedTest> {
    let mine = |failure: &FailedTest| {
        failure.framework != Framework::Pytest
            || experiment.overlays.iter().any(|overlay| {
                let file = failure.id.split("::").next().unwrap_or_default();
                overlay.destination == file || overlay.destination.ends_with(&format!("/{file}"))
            })
    };
    run.failures().into_iter().filter(mine).collect()
}

/// Failures that show a broken test, not broken code.
fn is_the_tests_own_fault(failure: &FailedTest) -> bool {
    use Framework::{Jest, Mocha, NodeTest, Pytest, Unittest, Vitest};
    let unknown_name = match failure.framework {
        Pytest | Unittest => failure.kind == "NameError",
        Jest | Vitest | Mocha | NodeTest => failure.kind == "ReferenceError",
        // Elsewhere it can be what the code does not have yet.
        _ => false,
    };
    matches!(failure.kind.as_str(), "SyntaxError" | "IndentationError" | "TabError" | "fixture")
        || failure.message.contains("fixture '")
        || unknown_name
}

/// Whether a failure of the new test says what CI's log says.
fn resembles(failure: &FailedTest, cause: &Cause) -> bool {
    let message = neutralise(first_line(&failure.message));
    let cause = neutralise(&cause.message);
    (failure.kind != "failure" && cause.contains(&failure.kind))
        || (message.len() > 8 && cause.contains(&message))
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

//! What is to be reproduced: the tests, and what their failure looked like in CI.

use regreen_case::{
    CiCommand, Diagnostic, FailedTest, Failure, FailureStatus, Framework, Signature, Task, TestTarget,
    WorkKind,
};
use regreen_proof::{Project, ProofError, detect, failed_check, has_adapter};

/// Most tests taken along. More rarely share one cause.
const MAX_TESTS: usize = 10;

/// What is to be reproduced.
#[derive(Debug, Clone, Default)]
pub(crate) struct Subject {
    /// The tests. Empty when only a command is known to fail.
    pub(crate) targets: Vec<TestTarget>,
    /// What CI's failure looked like.
    pub(crate) expected: Option<Signature>,
    /// How CI ran it.
    pub(crate) command: Option<CiCommand>,
    /// Whether the user named the test.
    pub(crate) named_by_user: bool,
}

/// Why it is not our turn, given what fetch-logs found.
pub(crate) fn not_our_turn(task: &Task, failure: Option<&Failure>) -> Option<String> {
    if task.existing_test_path.is_some() {
        return None;
    }
    let failure = failure?;
    let because = |what: &str| {
        Some(match &failure.reason {
            Some(reason) => format!("{what}: {reason}"),
            None => what.to_owned(),
        })
    };
    match failure.status {
        FailureStatus::Infrastructure => match &failure.infrastructure {
            Some(found) => Some(format!("the run failed because of its infrastructure: {}", found.evidence)),
            None => because("the run failed because of its infrastructure"),
        },
        FailureStatus::NoLogs => because("there was no log to read"),
        _ => None,
    }
}

/// The subject of the case; `None` when nothing says what to run.
///
/// # Errors
/// [`ProofError`] when the test that the user named is not there.
pub(crate) fn subject(
    project: &Project,
    task: &Task,
    failure: Option<&Failure>,
) -> Result<Option<Subject>, ProofError> {
    let command = failure.and_then(|failure| failure.command.clone());
    if let Some(path) = &task.existing_test_path {
        let targets = detect(project, path)?;
        let expected = failure.and_then(|failure| expected_of(&targets, failure));
        return Ok(Some(Subject { targets, expected, command, named_by_user: true }));
    }
    if task.work == WorkKind::Feature {
        return Ok(None);
    }
    let Some(failure) = failure else { return Ok(None) };
    let tests: Vec<FailedTest> = failure.tests.iter().map(with_node_id).collect();
    if let Some(first) = tests.first().filter(|first| has_adapter(first.framework)) {
        let targets = tests
            .iter()
            .filter(|test| same_cause(test, first))
            .take(MAX_TESTS)
            .map(|test| target(project, test))
            .collect();
        let expected = Some(first.signature.clone());
        return Ok(Some(Subject { targets, expected, command, named_by_user: false }));
    }
    // No test is named, but a check complained that can be counted by the files it looks at.
    if tests.is_empty()
        && let Some(ci) = &command
        && let Some(check) = failed_check(project, ci, &complaints_of(failure))
    {
        return Ok(Some(Subject {
            targets: check.targets,
            expected: check.expected,
            command,
            named_by_user: false,
        }));
    }
    // No test is named, or none that can be run by itself: the command as a whole is what fails, known
    // by its cause or by its first failed test.
    if failure.cause.is_some() && command.is_some() {
        let expected = failure.signature.clone();
        return Ok(Some(Subject { targets: Vec::new(), expected, command, named_by_user: false }));
    }
    Ok(None)
}

/// What CI's log complains about: its diagnostics, else the line that explains the failure.
fn complaints_of(failure: &Failure) -> Vec<Diagnostic> {
    let cause = failure.cause.iter().filter(|_| failure.diagnostics.is_empty()).map(|cause| Diagnostic {
        tool: String::new(),
        file: cause.file.clone(),
        line: cause.line,
        column: None,
        code: None,
        message: cause.message.lines().next().unwrap_or_default().to_owned(),
        log: cause.log.clone(),
    });
    failure.diagnostics.iter().cloned().chain(cause).collect()
}

/// pytest's header names a test without its file (`TestA.test_b[1]`), and some options leave it at that.
/// With the file that the log names it is the node id that pytest runs (`t.py::TestA::test_b[1]`).
fn with_node_id(test: &FailedTest) -> FailedTest {
    let file = test.suite.as_deref().filter(|suite| suite.ends_with(".py"));
    let named = test.framework != Framework::Pytest || test.id.contains("::");
    let (Some(file), false) = (file, named) else { return test.clone() };
    let (name, parameters) = test.id.split_at(test.id.find('[').unwrap_or(test.id.len()));
    let id = format!("{file}::{}{parameters}", name.replace('.', "::"));
    let frame = test.signature.frame.as_deref();
    let signature = Signature::new(Some(test.framework), Some(&id), &test.kind, &test.message, frame);
    FailedTest { id, suite: None, signature, ..test.clone() }
}

/// The first failed test decides; others come along only when they fail alike.
fn same_cause(test: &FailedTest, first: &FailedTest) -> bool {
    test.framework == first.framework
        && test.suite == first.suite
        && test.kind == first.kind
        && test.signature.message == first.signature.message
        && test.signature.frame == first.signature.frame
}

fn target(project: &Project, test: &FailedTest) -> TestTarget {
    TestTarget {
        framework: test.framework,
        id: test.id.clone(),
        file: file_of(test).and_then(|file| {
            project
                .base_of(file, None)
                .map(|base| if base.is_empty() { file.to_owned() } else { format!("{base}/{file}") })
        }),
        suite: test.suite.clone(),
    }
}

/// File of the test, when the log names it. JavaScript's runners name it as the suite; Mocha's frames
/// begin in it.
fn file_of(test: &FailedTest) -> Option<&str> {
    match test.framework {
        Framework::Jest | Framework::Vitest | Framework::NodeTest => test.suite.as_deref(),
        Framework::Mocha => test.frames.iter().find(|frame| frame.project).map(|frame| frame.file.as_str()),
        _ => test.file.as_deref().filter(|file| holds_the_test(test, file)),
    }
}

/// A log names the file that failed, which is not always the file of the test: only the latter is
/// protected later on.
fn holds_the_test(test: &FailedTest, file: &str) -> bool {
    match test.framework {
        Framework::Pytest => test.id.split("::").next() == Some(file),
        Framework::CargoTest => test.suite.as_deref().is_some_and(|suite| suite.starts_with("test:")),
        Framework::GoTest => file.ends_with("_test.go") && !file.starts_with('/'),
        _ => false,
    }
}

/// CI's fingerprint of the test that the user named, when the logs speak of it.
fn expected_of(targets: &[TestTarget], failure: &Failure) -> Option<Signature> {
    failure
        .tests
        .iter()
        .find(|test| {
            targets.iter().any(|target| {
                target.framework == test.framework
                    && (target.id == test.id || (target.id.is_empty() && target.file == test.file))
            })
        })
        .map(|test| test.signature.clone())
}

#[cfg(test)]
mod tests;

//! unittest and Django's runner: names, or discovery with patterns, as arguments; results over a result
//! class of our own, which notes them in a private file and seals it with a record through the pipe; cross-checked
//! with the printed summary, and with unittest's own functions as they were before the project's code ran.
//!
//! unittest writes no report by itself. `counting.py` sets the result class before any code of the
//! project runs, and then runs the very program that CI runs.

mod fork_server;
mod line_recorder;
mod names;
mod notes;
mod own_program;
mod plan;

use std::path::Path;

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use crate::adapter::{
    Adapter, Counted, Neighbourhood, Prepared, RawRun, Role, program_name, pytest, python, records,
};
use crate::counted::{RunContext, TestOutcome, TestResult};
use crate::error::ProofError;
use crate::executed_lines::{ExecutedLines, Recording};
use crate::project::Project;
use crate::variation::Variation;

pub(crate) struct Unittest;

/// Runs the program with our result class; it takes itself away once it has begun.
const COUNTING: &str = concat!(include_str!("python/records.py"), include_str!("unittest/counting.py"));
/// What it is told; it takes the file away before anything of the project is loaded.
const START: &str = "start.json";
/// The results' name in the channel.
const NOTES: &str = "notes";

/// Files that show that a project's tests are pytest's, which runs those of unittest too.
const PYTEST_FILES: &[&str] = &["conftest.py", "tests/conftest.py", "pytest.ini", "pytest.toml"];
/// Files that name what a project needs.
const NEEDS: &[&str] = &[
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "tox.ini",
    "noxfile.py",
    "Pipfile",
    "requirements.txt",
    "requirements-dev.txt",
    "requirements/dev.txt",
    "requirements/test.txt",
    "dev-requirements.txt",
    "test-requirements.txt",
];

impl Adapter for Unittest {
    fn framework(&self) -> Framework {
        Framework::Unittest
    }

    fn after_runner(&self, words: &[String]) -> Option<usize> {
        let module = words.windows(2).position(|pair| pair[0] == "-m" && pair[1] == "unittest");
        // Django's program stays with its arguments: that is how a plan tells it.
        let django = words.windows(2).position(|pair| {
            matches!(program_name(&pair[0]), "manage.py" | "django-admin") && pair[1] == "test"
        });
        module.map(|at| at + 2).or(django)
    }

    fn detect(&self, project: &Project, path: &str, name: Option<&str>) -> Option<Vec<TestTarget>> {
        let text = path.ends_with(".py").then(|| project.text(path))??;
        if !imports_unittest(&text) || wants_pytest(&text) || uses_pytest(project) {
            return None;
        }
        let id = name.map_or_else(String::new, |name| plan::id_of(path, &text, name));
        let target =
            TestTarget { framework: Framework::Unittest, id, file: Some(path.to_owned()), suite: None };
        Some(vec![target])
    }

    fn plan(
        &self,
        project: &Project,
        targets: &[TestTarget],
        ci: Option<&CiCommand>,
    ) -> Result<TestCommand, ProofError> {
        plan::plan(project, targets, ci)
    }

    fn prepare(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Prepared, ProofError> {
        let script = channel.join("run.py");
        let start = channel.join(START);
        let key = records::fresh_key()?;
        let told = serde_json::json!({
            "key": key,
            "checkout": context.checkout.display().to_string(),
            "notes": channel.join(NOTES).display().to_string(),
        });
        std::fs::write(&script, COUNTING).map_err(ProofError::io("write", &script))?;
        std::fs::write(&start, told.to_string()).map_err(ProofError::io("write", &start))?;
        let mut argv = command.argv.clone();
        let django = argv.get(1).is_some_and(|word| program_name(word) == "manage.py");
        let needs = if django { python::Needs::Django } else { python::Needs::Unittest };
        match argv.first_mut() {
            Some(first) if python::is_python(first) => *first = python::find(context, &command.cwd, needs)?,
            _ => return Err(ProofError::BadCommand("it does not begin with Python".to_owned())),
        }
        argv.insert(1, script.display().to_string());
        let env = python::environment(context, &command.cwd);
        Ok(Prepared { argv, env, key: key.into_bytes(), ..Prepared::default() })
    }

    fn readable(&self, printed: &str) -> String {
        records::without_records(printed)
    }

    fn count(&self, raw: &RawRun<'_>) -> Counted {
        let notes = raw.channel.join(NOTES);
        let mut counted = notes::count(&notes, raw.text);
        let seal = || records::broken_seal(raw.records, &raw.prepared.key, &notes, "unittest");
        counted.problem = counted.problem.or_else(seal);
        counted
    }

    fn belongs(&self, target: &TestTarget, result: &TestResult) -> bool {
        let passed = result.outcome == TestOutcome::Passed;
        if !target.id.is_empty() {
            return names::belongs(&target.id, &result.id, passed);
        }
        // The working directory may lie anywhere on the way to the file.
        let file = target.file.as_deref().unwrap_or_default();
        let dotted = file.trim_end_matches(".py").trim_end_matches("/__init__").replace('/', ".");
        let starts = std::iter::once(0).chain(dotted.match_indices('.').map(|(at, _)| at + 1));
        starts.map(|at| &dotted[at..]).any(|module| names::belongs(module, &result.id, passed))
    }

    fn can_pass(&self, id: &str) -> bool {
        names::Name::read(id).is_test()
    }

    fn role(&self, path: &str) -> Option<Role> {
        // Everything that configures Python configures unittest, and pytest's files do no harm.
        pytest::Pytest.role(path)
    }

    fn neighbourhood(
        &self,
        project: &Project,
        command: &TestCommand,
        targets: &[TestTarget],
        changed: &[String],
    ) -> Option<Neighbourhood> {
        plan::neighbourhood(project, command, targets, changed)
    }

    fn executed_lines(&self, recording: &Recording<'_>) -> Result<Vec<ExecutedLines>, ProofError> {
        line_recorder::record(recording)
    }

    fn fork_server(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
        requests: &Path,
    ) -> Result<Option<Prepared>, ProofError> {
        fork_server::prepare(command, context, channel, requests, |path| self.role(path))
    }

    fn showing_output(&self, command: &TestCommand) -> TestCommand {
        let mut command = command.clone();
        // Captured, the output of a test that passes is lost.
        command.argv.retain(|word| word != "-b");
        command
    }

    fn varied(&self, command: &TestCommand, variation: Variation) -> Option<TestCommand> {
        let mut command = command.clone();
        match variation {
            Variation::Seed(seed) => {
                // Python takes 32 bits of it.
                command.env.insert("PYTHONHASHSEED".to_owned(), (seed & 0xffff_ffff).to_string());
            }
            // A name that is given twice is loaded and run twice.
            Variation::Repeats(times) => {
                let at = plan::first_name(&command)?;
                let names = command.argv.split_off(at);
                for _ in 0..times.max(1) {
                    command.argv.extend(names.iter().cloned());
                }
            }
            _ => return None,
        }
        Some(command)
    }
}

/// Whether the file's tests are pytest's: it imports pytest, or has a test that is no method.
fn wants_pytest(text: &str) -> bool {
    let imports = |line: &str| {
        let line = line.trim_start();
        (line.starts_with("import ") || line.starts_with("from "))
            && line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "pytest")
    };
    text.lines()
        .any(|line| imports(line) || line.starts_with("def test_") || line.starts_with("async def test_"))
}

fn imports_unittest(text: &str) -> bool {
    text.lines().map(str::trim_start).any(|line| {
        ["import unittest", "from unittest", "from django.test import", "from rest_framework.test import"]
            .iter()
            .any(|start| line.starts_with(start))
    })
}

/// Whether a project says anywhere that it uses pytest.
fn uses_pytest(project: &Project) -> bool {
    PYTEST_FILES.iter().any(|file| project.has_file(file))
        || NEEDS.iter().filter_map(|file| project.text(file)).any(|text| text.contains("pytest"))
}

#[cfg(test)]
mod tests;

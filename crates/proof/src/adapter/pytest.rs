//! pytest: node ids as arguments, results as JUnit XML in a private place, cross-checked with the
//! counts of the terminal summary and with the records of our launcher (`pytest/launcher.py`).
//!
//! The launcher loads pytest before anything of the project, tells each outcome over a pipe whose past
//! cannot be changed, in records made with a key that the code under test is not told, looks whether
//! pytest itself was patched, and seals the report with its digest before the project's exit handlers
//! run. Code in the same process that reads the launcher's own memory can still lie: the inspection of
//! the patch has to see that.
//!
//! The interpreter is the project's own; PYTHONPATH leads to the judged checkout first, for an
//! editable install in the project's environment leads to the user's checkout instead.

mod addopts;
mod fork_server;
mod junit;
mod launcher;
mod line_recorder;
mod neighbours;
mod options;
mod own_program;
mod stream;
mod summary;
mod variations;

use std::path::Path;

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use crate::adapter::{
    Adapter, Counted, Neighbourhood, Prepared, RawRun, Role, junit_report, program_name, python, records,
};
use crate::counted::{RunContext, TestOutcome, TestResult};
use crate::error::ProofError;
use crate::executed_lines::{ExecutedLines, Recording};
use crate::invocation::invocation;
use crate::project::Project;
use crate::variation::Variation;

pub(crate) use neighbours::tests_that_reach;

pub(crate) struct Pytest;

/// The plugin behind pytest's variations: its file's name and text.
pub(crate) const PLUGIN: (&str, &str) = (variations::PLUGIN_FILE, variations::PLUGIN);

/// The report's name in the channel.
const REPORT: &str = "results.xml";

impl Adapter for Pytest {
    fn framework(&self) -> Framework {
        Framework::Pytest
    }

    fn after_runner(&self, words: &[String]) -> Option<usize> {
        words.iter().position(|word| matches!(program_name(word), "pytest" | "py.test")).map(|at| at + 1)
    }

    fn detect(&self, project: &Project, path: &str, name: Option<&str>) -> Option<Vec<TestTarget>> {
        let python = Path::new(path).extension().is_some_and(|extension| extension == "py");
        let folder_of_tests = !python
            && name.is_none()
            && project.files().iter().any(|file| file.starts_with(&format!("{path}/")) && is_test_file(file));
        if !python && !folder_of_tests {
            return None;
        }
        let id = match name {
            Some(name) => format!("{path}::{name}"),
            None => String::new(),
        };
        Some(vec![TestTarget { framework: Framework::Pytest, id, file: Some(path.to_owned()), suite: None }])
    }

    fn plan(
        &self,
        project: &Project,
        targets: &[TestTarget],
        ci: Option<&CiCommand>,
    ) -> Result<TestCommand, ProofError> {
        let called = invocation(Framework::Pytest, ci);
        let mut argv: Vec<String> = ["python3", "-m", "pytest"].map(str::to_owned).to_vec();
        argv.extend(options::kept(&called.arguments));
        let file = targets.iter().find_map(file_of).ok_or(ProofError::NoTargets)?;
        let cwd = project.base_of(&file, Some(&called.directory)).ok_or(ProofError::NoSuchTest(file))?;
        for target in targets {
            let id = if target.id.is_empty() {
                target.file.clone().unwrap_or_default()
            } else {
                target.id.clone()
            };
            if !argv.contains(&id) {
                argv.push(id);
            }
        }
        Ok(TestCommand { framework: Framework::Pytest, argv, cwd, env: called.env })
    }

    fn prepare(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Prepared, ProofError> {
        let mut argv = command.argv.clone();
        if let Some(first) = argv.first_mut().filter(|first| python::is_python(first)) {
            *first = python::find(context, &command.cwd, python::Needs::Pytest)?;
        }
        options::drop_unknown_plugins(&mut argv);
        // Behind `pytest`, before the ids: the last value of an option wins over the project's own.
        let at = argv.iter().position(|word| word == "pytest").map_or(argv.len(), |at| at + 1);
        let report = channel.join(REPORT);
        let mut options: Vec<String> =
            ["--color=no", "-o", "junit_family=xunit1"].map(str::to_owned).to_vec();
        // A cache of its own for every run: state must not pass from one to the next, and plugins and
        // options that want the cache must still find it.
        options.extend(["-o".to_owned(), format!("cache_dir={}", channel.join("cache").display())]);
        options.push(format!("--junit-xml={}", report.display()));
        options
            .extend(addopts::counter_options(context.checkout, &command.cwd).into_iter().map(str::to_owned));
        argv.splice(at..at, options);
        let mut env = python::environment(context, &command.cwd);
        let mut key = Vec::new();
        if let Some(at) = argv.windows(2).position(|pair| pair == ["-m", "pytest"]) {
            // The launcher adds the folders, once it has loaded what it needs.
            let folders = env.insert(python::PATH.to_owned(), String::new()).unwrap_or_default();
            key = launcher::write(context.checkout, channel, &folders, &report)?;
            argv.splice(at..at + 2, [channel.join(launcher::PROGRAM).display().to_string()]);
        }
        Ok(Prepared { argv, env, key, ..Prepared::default() })
    }

    fn readable(&self, printed: &str) -> String {
        records::without_records(printed)
    }

    fn count(&self, raw: &RawRun<'_>) -> Counted {
        let report = raw.channel.join(REPORT);
        let cases = match junit_report::read(&report, "pytest") {
            Ok(report) => report.cases,
            Err(why) => return Counted::problem(why),
        };
        let here = raw.context.checkout.join(&raw.command.cwd);
        let results: Vec<TestResult> =
            cases.iter().map(|case| junit::result(case, &here, raw.context.checkout)).collect();
        let problem = summary::contradiction(raw.text, &cases).or_else(|| {
            // A command of the user's own may call pytest in another way: then there is no launcher.
            if raw.prepared.key.is_empty() {
                return None;
            }
            match stream::read(raw.records, &raw.prepared.key, &report) {
                Ok(stream) => stream.contradiction(&cases),
                Err(why) => Some(why),
            }
        });
        Counted { results, problem }
    }

    fn belongs(&self, target: &TestTarget, result: &TestResult) -> bool {
        // A file that cannot be collected is a failure of every test in it.
        let file = target.id.split("::").next().unwrap_or_default();
        if result.outcome == TestOutcome::Failed && !file.is_empty() && result.id == file {
            return true;
        }
        let wanted =
            if target.id.is_empty() { target.file.as_deref().unwrap_or_default() } else { &target.id };
        let Some(rest) = result.id.strip_prefix(wanted) else {
            // The file of a result is relative to pytest's working directory, a target's may be
            // relative to the repository.
            return target.id.is_empty()
                && result.id.split("::").next().is_some_and(|file| wanted.ends_with(&format!("/{file}")));
        };
        rest.is_empty()
            || rest.starts_with("::")
            || (rest.starts_with('[') && !wanted.ends_with(']'))
            || (target.id.is_empty() && (rest.starts_with('/') || wanted.ends_with('/')))
    }

    fn can_pass(&self, id: &str) -> bool {
        // Without it, the id is that of a file, or of a folder that could not be collected.
        id.contains("::")
    }

    fn role(&self, path: &str) -> Option<Role> {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name {
            "conftest.py" | "pytest.ini" | ".pytest.ini" | "pytest.toml" | ".pytest.toml"
            | "sitecustomize.py" | "usercustomize.py" | ".coveragerc" => Some(Role::Configuration),
            "pyproject.toml" | "setup.cfg" | "tox.ini" => Some(Role::PartlyConfiguration),
            _ if name.ends_with(".pth") || shadows_the_runner(path) => Some(Role::Configuration),
            _ if is_test_file(path) || in_test_folder(path) => Some(Role::Tests),
            _ => None,
        }
    }

    fn hidden_configuration(&self) -> &'static [&'static str] {
        &[".pytest.ini", ".pytest.toml", ".coveragerc"]
    }

    fn neighbourhood(
        &self,
        project: &Project,
        command: &TestCommand,
        targets: &[TestTarget],
        changed: &[String],
    ) -> Option<Neighbourhood> {
        neighbours::choose(project, command, targets, changed)
    }

    fn showing_output(&self, command: &TestCommand) -> TestCommand {
        let mut command = command.clone();
        let at =
            command.argv.iter().position(|word| word == "pytest").map_or(command.argv.len(), |at| at + 1);
        if !command.argv.iter().any(|word| word == "-rP") {
            command.argv.insert(at, "-rP".to_owned());
        }
        command
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

    fn executed_lines(&self, recording: &Recording<'_>) -> Result<Vec<ExecutedLines>, ProofError> {
        line_recorder::record(recording)
    }

    fn varied(&self, command: &TestCommand, variation: Variation) -> Option<TestCommand> {
        variations::varied(command, variation)
    }
}

/// File of a target as pytest prints it.
fn file_of(target: &TestTarget) -> Option<String> {
    let file = match target.id.split("::").next() {
        Some(file) if !file.is_empty() => file.to_owned(),
        _ => target.file.clone()?,
    };
    Some(file)
}

/// `test_x.py`, `x_test.py`.
pub(crate) fn is_test_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".py")
        .is_some_and(|stem| stem.starts_with("test_") || stem.ends_with("_test") || stem == "tests")
}

/// Whatever lies in a folder of tests: helpers, data, expected outputs.
fn in_test_folder(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|part| matches!(part, "tests" | "test" | "testdata"))
}

/// A module at the top that Python would import in place of the runner.
fn shadows_the_runner(path: &str) -> bool {
    if !path.ends_with(".py") {
        return false;
    }
    let top = path.strip_prefix("src/").unwrap_or(path);
    let first = top.split('/').next().unwrap_or(top);
    let module = if top.contains('/') { first } else { first.strip_suffix(".py").unwrap_or("") };
    matches!(module, "pytest" | "_pytest" | "pluggy" | "iniconfig" | "unittest" | "site" | "xml")
}

#[cfg(test)]
mod tests;

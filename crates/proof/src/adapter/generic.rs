//! Any other command. Its failures are recognised by the cause in its output; a success is never counted by
//! its exit code, which alone proves nothing.
//!
//! Where the user, or an option of CI's own command, says which JUnit report the command writes or how its
//! lines read, tests are counted by that: by the project's own word (see [`crate::results`]). Only reports
//! that this very run wrote are read.

mod lines;
mod options;
mod reports;

use std::path::Path;

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use crate::adapter::{Adapter, Counted, Neighbourhood, Prepared, RawRun, Role};
use crate::counted::{RunContext, TestResult};
use crate::environment::safe_environment;
use crate::error::ProofError;
use crate::project::Project;
use crate::results::ResultSource;
use crate::shell_words::commands;

pub(crate) struct Generic;

/// Programs that build or test. A log can be forged: no other program of it is ever started.
const KNOWN: &[&str] = &[
    "make", "gmake", "cmake", "ctest", "ninja", "meson", "bazel", "npm", "npx", "yarn", "pnpm", "node",
    "deno", "bun", "python", "python3", "tox", "nox", "cargo", "go", "mvn", "gradle", "gradlew", "mvnw",
    "ant", "dotnet", "rake", "bundle", "rspec", "phpunit", "composer", "just", "task", "swift", "mix",
    "stack", "cabal", "dune", "sbt", "tsc", "jest", "vitest", "mocha", "ruff", "mypy", "eslint", "pytest",
];

impl Adapter for Generic {
    fn framework(&self) -> Framework {
        Framework::Generic
    }

    fn detect(&self, _project: &Project, _path: &str, _name: Option<&str>) -> Option<Vec<TestTarget>> {
        None
    }

    fn plan(
        &self,
        project: &Project,
        _targets: &[TestTarget],
        ci: Option<&CiCommand>,
    ) -> Result<TestCommand, ProofError> {
        let ci = ci.ok_or(ProofError::NoTargets)?;
        let env = safe_environment(&ci.env);
        let mut cwd = String::new();
        let mut last = None;
        for command in commands(&ci.script, &ci.env) {
            let Some(words) = command.words.into_iter().collect::<Option<Vec<String>>>() else { continue };
            match words.as_slice() {
                [cd, folder]
                    if cd == "cd"
                        && crate::project::is_inside(folder)
                        && project.checkout().join(folder).is_dir() =>
                {
                    cwd.clone_from(folder);
                }
                [program, ..] if is_known(program) => last = Some(words),
                _ => {}
            }
        }
        let argv = last.ok_or_else(|| {
            ProofError::BadCommand(
                "CI's step calls no build or test program that can be run by itself".to_owned(),
            )
        })?;
        let mut command = TestCommand { framework: Framework::Generic, argv, cwd, env };
        if let Some(source) = options::report_of(&command) {
            source.attach(&mut command);
        }
        Ok(command)
    }

    fn prepare(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        _channel: &Path,
    ) -> Result<Prepared, ProofError> {
        let before = match ResultSource::of(command) {
            Some(ResultSource::Junit(pattern)) => {
                reports::note(&reports::present(&context.checkout.join(&command.cwd), &pattern))
            }
            _ => Vec::new(),
        };
        Ok(Prepared { argv: command.argv.clone(), key: before, ..Prepared::default() })
    }

    fn count(&self, raw: &RawRun<'_>) -> Counted {
        match ResultSource::of(raw.command) {
            Some(ResultSource::Junit(pattern)) => reports::count(raw, &pattern),
            Some(ResultSource::Regex(pattern)) => lines::count(raw.text, &pattern),
            None => Counted::problem(format!(
                "the command counts no tests, and {} alone proves nothing",
                crate::counted::describe(raw.end)
            )),
        }
    }

    fn belongs(&self, target: &TestTarget, result: &TestResult) -> bool {
        // Frameworks join a class and a test in many ways.
        let of_class = |rest: &str| {
            let class = rest.trim_end_matches(['.', ':', '#', '/', '>', ' ']);
            class.len() < rest.len()
                && result
                    .suite
                    .as_deref()
                    .is_some_and(|suite| suite == class || suite.ends_with(&format!(".{class}")))
        };
        target.id.is_empty()
            || target.id == result.id
            || target.id.strip_suffix(&result.id).is_some_and(of_class)
    }

    fn role(&self, path: &str) -> Option<Role> {
        let folder_of_tests =
            path.split('/').rev().skip(1).any(|part| matches!(part, "tests" | "test" | "__tests__" | "spec"));
        let name = path.rsplit('/').next().unwrap_or(path);
        (folder_of_tests || name.contains(".test.") || name.contains(".spec.")).then_some(Role::Tests)
    }

    fn neighbourhood(
        &self,
        _project: &Project,
        _command: &TestCommand,
        _targets: &[TestTarget],
        _changed: &[String],
    ) -> Option<Neighbourhood> {
        None
    }
}

fn is_known(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    // `./gradlew` is the project's own; an absolute path is CI's.
    !program.starts_with('/') && !program.contains("..") && KNOWN.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_build_and_test_programs_are_taken_from_a_log() {
        let folder = tempfile::tempdir().unwrap();
        let project = Project::at(folder.path(), folder.path());
        let plan = |script: &str| {
            let ci = CiCommand { script: script.to_owned(), ..CiCommand::default() };
            Generic.plan(&project, &[], Some(&ci)).map(|command| command.argv)
        };
        assert_eq!(
            plan("npm ci\nnpm test -- --runInBand | tee log").unwrap(),
            ["npm", "test", "--", "--runInBand"]
        );
        assert!(plan("curl http://x | sh\nrm -rf /").is_err());
        assert!(plan("make $(curl x)").is_err());
        assert!(plan("/tmp/make").is_err());
    }
}

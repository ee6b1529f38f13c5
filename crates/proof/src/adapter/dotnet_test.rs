//! `dotnet test`: tests by their full names, results as TRX in a private place, cross-checked with the
//! report's own counters.
//!
//! Written from the documentation and from recorded reports: **it was never run against a real SDK**, which
//! does not install where this is developed. Should an option be wrong, a run ends without a report, and
//! then nothing counts as passed.

mod trx;

use std::collections::BTreeMap;
use std::path::Path;

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use crate::adapter::{Adapter, Counted, Neighbourhood, Prepared, RawRun, Role, program_name};
use crate::counted::{RunContext, TestResult};
use crate::error::ProofError;
use crate::invocation::{self, invocation};
use crate::project::Project;
use crate::variation::Variation;

pub(crate) struct DotnetTest;

/// The report's name in the channel.
const REPORT: &str = "results.trx";
/// CI's options that change what is built or run, with whether a value follows.
const KEPT: &[(&str, bool)] = &[
    ("-c", true),
    ("--configuration", true),
    ("-f", true),
    ("--framework", true),
    ("-r", true),
    ("--runtime", true),
    ("-a", true),
    ("--arch", true),
    ("--no-restore", false),
];

impl Adapter for DotnetTest {
    fn framework(&self) -> Framework {
        Framework::DotnetTest
    }

    fn after_runner(&self, words: &[String]) -> Option<usize> {
        let calls = |pair: &[String]| program_name(&pair[0]) == "dotnet" && pair[1] == "test";
        words.windows(2).position(calls).map(|at| at + 2)
    }

    fn detect(&self, project: &Project, path: &str, name: Option<&str>) -> Option<Vec<TestTarget>> {
        let is_source = [".cs", ".fs", ".vb"].iter().any(|end| path.ends_with(end));
        let name = name.filter(|_| is_source && nearest_project(project, path).is_some())?;
        Some(vec![TestTarget {
            framework: Framework::DotnetTest,
            id: name.replace("::", "."),
            file: Some(path.to_owned()),
            suite: None,
        }])
    }

    fn plan(
        &self,
        project: &Project,
        targets: &[TestTarget],
        ci: Option<&CiCommand>,
    ) -> Result<TestCommand, ProofError> {
        let called = invocation(Framework::DotnetTest, ci);
        let filters: Vec<String> =
            targets.iter().filter(|target| !target.id.is_empty()).map(|target| filter(&target.id)).collect();
        if filters.is_empty() || filters.len() != targets.len() {
            return Err(ProofError::NoTargets);
        }
        let mut argv: Vec<String> = ["dotnet", "test"].map(str::to_owned).to_vec();
        let file = targets.iter().find_map(|target| target.file.as_deref());
        argv.extend(file.and_then(|file| nearest_project(project, file)));
        argv.push("--nologo".to_owned());
        argv.extend(invocation::kept(KEPT, &called.arguments).concat());
        argv.extend(["--filter".to_owned(), filters.join("|")]);
        Ok(TestCommand { framework: Framework::DotnetTest, argv, cwd: String::new(), env: called.env })
    }

    fn prepare(
        &self,
        command: &TestCommand,
        _context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Prepared, ProofError> {
        let mut argv = command.argv.clone();
        let at = argv.iter().position(|word| word == "test").map_or(argv.len(), |at| at + 1);
        let options = [
            "--logger".to_owned(),
            format!("trx;LogFileName={REPORT}"),
            "--results-directory".to_owned(),
            channel.display().to_string(),
        ];
        // Behind the project, which has to come first.
        let at = argv.get(at).filter(|word| !word.starts_with('-')).map_or(at, |_| at + 1);
        argv.splice(at..at, options);
        let quiet = ["DOTNET_CLI_TELEMETRY_OPTOUT", "DOTNET_NOLOGO", "DOTNET_SKIP_FIRST_TIME_EXPERIENCE"];
        let env: BTreeMap<String, String> =
            quiet.iter().map(|name| ((*name).to_owned(), "1".to_owned())).collect();
        Ok(Prepared { argv, env, ..Prepared::default() })
    }

    fn count(&self, raw: &RawRun<'_>) -> Counted {
        trx::count(&raw.channel.join(REPORT))
    }

    fn belongs(&self, target: &TestTarget, result: &TestResult) -> bool {
        // A theory stands for all of its data: `A.B.Test(x: 1)`.
        target.id.is_empty()
            || target.id == result.id
            || result.id.strip_prefix(&target.id).is_some_and(|rest| rest.starts_with(['(', ' ']))
    }

    fn role(&self, path: &str) -> Option<Role> {
        let name = program_name(path);
        let of_tests = path.split('/').rev().skip(1).any(|part| {
            let part = part.to_ascii_lowercase();
            part == "test" || part.ends_with("tests") || part.ends_with(".test")
        });
        match name {
            "xunit.runner.json" | "global.json" | "testconfig.json" => Some(Role::Configuration),
            _ if name.ends_with(".runsettings") || name.ends_with(".testsettings") => {
                Some(Role::Configuration)
            }
            "Directory.Build.props" | "Directory.Build.targets" => Some(Role::PartlyConfiguration),
            _ if is_project(name) => Some(Role::PartlyConfiguration),
            _ if of_tests || name.ends_with("Tests.cs") || name.ends_with("Test.cs") => Some(Role::Tests),
            _ => None,
        }
    }

    fn neighbourhood(
        &self,
        _project: &Project,
        command: &TestCommand,
        _targets: &[TestTarget],
        _changed: &[String],
    ) -> Option<Neighbourhood> {
        let at = command.argv.iter().position(|word| word == "--filter")?;
        let mut command = command.clone();
        command.argv.drain(at..(at + 2).min(command.argv.len()));
        Some(Neighbourhood {
            command,
            chosen_by: "all tests of the same project".to_owned(),
            not_run: Vec::new(),
        })
    }

    fn varied(&self, _command: &TestCommand, _variation: Variation) -> Option<TestCommand> {
        // Each of its frameworks has its own ways, and none of them was tried here.
        None
    }
}

/// `FullyQualifiedName=…`, with what the filter's language takes for its own escaped. The data of a theory
/// are no part of the name.
fn filter(id: &str) -> String {
    let name = id.split('(').next().unwrap_or(id).trim();
    let mut text = String::from("FullyQualifiedName=");
    for c in name.chars() {
        if "\\()&|=!~".contains(c) {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

fn is_project(name: &str) -> bool {
    [".csproj", ".fsproj", ".vbproj"].iter().any(|end| name.ends_with(end))
}

/// The project file in the nearest folder at or above a source.
fn nearest_project(project: &Project, file: &str) -> Option<String> {
    let files = project.files();
    let mut folder = file;
    while let Some((above, _)) = folder.rsplit_once('/') {
        folder = above;
        let inside = |path: &&String| {
            path.rsplit_once('/').is_some_and(|(parent, name)| parent == folder && is_project(name))
        };
        if let Some(found) = files.iter().find(inside) {
            return Some(found.clone());
        }
    }
    files.into_iter().find(|path| !path.contains('/') && is_project(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_names_project_and_test() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["test/Shop.Tests/Shop.Tests.csproj", "test/Shop.Tests/CartTests.cs"] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let project = Project::at(folder.path(), folder.path());
        let file = "test/Shop.Tests/CartTests.cs";
        let targets = DotnetTest.detect(&project, file, Some("Shop.CartTests.Adds(x: \"a|b\")")).unwrap();
        let ci = CiCommand {
            script: "dotnet test -c Release --no-build --logger trx".to_owned(),
            ..CiCommand::default()
        };
        let command = DotnetTest.plan(&project, &targets, Some(&ci)).unwrap();
        assert_eq!(
            command.argv.join(" "),
            "dotnet test test/Shop.Tests/Shop.Tests.csproj --nologo -c Release --filter FullyQualifiedName=Shop.CartTests.Adds"
        );
        assert_eq!(filter("A.B+C|D"), r"FullyQualifiedName=A.B+C\|D");
    }

    #[test]
    fn a_theory_owns_its_data() {
        let result = |id: &str| TestResult {
            id: id.to_owned(),
            suite: None,
            outcome: crate::counted::TestOutcome::Passed,
            failure: None,
            seconds: None,
        };
        let target = |id: &str| TestTarget {
            framework: Framework::DotnetTest,
            id: id.to_owned(),
            file: None,
            suite: None,
        };
        assert!(DotnetTest.belongs(&target("A.T"), &result("A.T(x: 1)")));
        assert!(!DotnetTest.belongs(&target("A.T"), &result("A.Two")));
        assert!(!DotnetTest.belongs(&target("A.T(x: 1)"), &result("A.T(x: 10)")));
    }
}

//! JUnit and TestNG through maven or gradle: whichever of them the project builds with.
//!
//! The reports are written by the build tool's own process from what its forked JVM tells it, not by the code
//! under test; `junit/maven.rs` and `junit/gradle.rs` say where they lie and why they are trusted.

mod gradle;
mod maven;
mod names;
mod place;
mod starter;

use std::path::Path;

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use crate::adapter::noted::{Keep, Start};
use crate::adapter::{Adapter, Counted, Neighbourhood, Prepared, RawRun, Role, noted, program_name};
use crate::counted::{RunContext, TestOutcome, TestResult};
use crate::error::ProofError;
use crate::invocation::invocation;
use crate::project::Project;
use crate::variation::Variation;

/// One of the frameworks that both tools run and report alike.
pub(crate) struct Jvm(pub(crate) Framework);

/// What builds the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tool {
    Maven,
    Gradle,
}

impl Tool {
    fn of(program: &str) -> Option<Self> {
        match program_name(program) {
            "mvn" | "mvnw" | "mvnd" => Some(Tool::Maven),
            "gradle" | "gradlew" => Some(Tool::Gradle),
            _ => None,
        }
    }

    fn of_command(command: &TestCommand) -> Result<Self, ProofError> {
        let program = command.argv.first().map_or("", String::as_str);
        Tool::of(program)
            .ok_or_else(|| ProofError::BadCommand(format!("`{program}` is neither maven nor gradle")))
    }
}

impl Adapter for Jvm {
    fn framework(&self) -> Framework {
        self.0
    }

    fn after_runner(&self, words: &[String]) -> Option<usize> {
        // The program stays with its arguments: that is how a plan tells which it is.
        let at = words.iter().position(|word| Tool::of(word).is_some())?;
        let runs_tests = match Tool::of(&words[at])? {
            Tool::Maven => maven::runs_tests(&words[at + 1..]),
            Tool::Gradle => gradle::runs_tests(&words[at + 1..]),
        };
        runs_tests.then_some(at)
    }

    fn detect(&self, project: &Project, path: &str, name: Option<&str>) -> Option<Vec<TestTarget>> {
        let class = place::class_of(project, path)?;
        let text = project.text(path)?;
        let testng = text.contains("org.testng");
        if testng != (self.0 == Framework::Testng) || place::tool_of(project, path).is_none() {
            return None;
        }
        let id = name.map_or_else(String::new, |name| names::id(&class, name));
        Some(vec![TestTarget { framework: self.0, id, file: Some(path.to_owned()), suite: None }])
    }

    fn plan(
        &self,
        project: &Project,
        targets: &[TestTarget],
        ci: Option<&CiCommand>,
    ) -> Result<TestCommand, ProofError> {
        let called = invocation(self.0, ci);
        let first = targets.first().ok_or(ProofError::NoTargets)?;
        let file = place::file_of(project, first);
        let tool = match called.arguments.first() {
            Some(program) => Tool::of(program),
            None => file.as_deref().and_then(|file| place::tool_of(project, file)),
        };
        let tool = tool.or_else(|| place::tool_of(project, "x"));
        match tool {
            Some(Tool::Maven) => maven::plan(project, targets, called),
            Some(Tool::Gradle) => gradle::plan(project, targets, called),
            None => Err(ProofError::NoSuchTest(file.unwrap_or_else(|| first.id.clone()))),
        }
        .map(|command| TestCommand { framework: self.0, ..command })
    }

    fn prepare(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Prepared, ProofError> {
        match Tool::of_command(command)? {
            Tool::Maven => maven::prepare(command, context, channel),
            Tool::Gradle => gradle::prepare(command, context, channel),
        }
    }

    fn noting(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Option<Prepared>, ProofError> {
        if self.0 != Framework::Junit || Tool::of_command(command)? != Tool::Maven {
            return Ok(None);
        }
        let mut prepared = maven::prepare(command, context, channel)?;
        // Surefire takes only what is called like this.
        let java = noted::lay_out(channel, "bin/java", Keep::Folder)?;
        prepared.argv.insert(1, format!("-Djvm={}", java.display()));
        Ok(Some(prepared))
    }

    fn misses_starts(&self) -> bool {
        true
    }

    fn own_words(&self, starts: Vec<Start>, context: &RunContext<'_>) -> Result<Vec<Start>, ProofError> {
        starter::own_words(starts, context)
    }

    fn first_results(&self, raw: &RawRun<'_>) -> Vec<TestResult> {
        starter::first_results(raw.text, self.0)
    }

    fn count(&self, raw: &RawRun<'_>) -> Counted {
        match Tool::of_command(raw.command) {
            Ok(Tool::Maven) => maven::count(raw, self.0),
            Ok(Tool::Gradle) => gradle::count(raw, self.0),
            Err(error) => Counted::problem(error.to_string()),
        }
    }

    fn belongs(&self, target: &TestTarget, result: &TestResult) -> bool {
        let failed = result.outcome == TestOutcome::Failed;
        if target.id.is_empty() {
            let file = target.file.as_deref().unwrap_or_default();
            return names::is_of_file(file, &result.id);
        }
        names::belongs(&target.id, &result.id, failed)
    }

    fn can_pass(&self, id: &str) -> bool {
        !names::Name::read(id).is_whole()
    }

    fn role(&self, path: &str) -> Option<Role> {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name {
            "junit-platform.properties"
            | "testng.xml"
            | "mvnw"
            | "gradlew"
            | "gradle-wrapper.properties"
            | "gradle-wrapper.jar"
            | "maven-wrapper.properties"
            | "maven-wrapper.jar" => Some(Role::Configuration),
            _ if path.starts_with(".mvn/") || path.contains("/.mvn/") => Some(Role::Configuration),
            _ if path.contains("META-INF/services/org.junit.")
                || path.contains("META-INF/services/org.testng.") =>
            {
                Some(Role::Configuration)
            }
            _ if path.starts_with("buildSrc/") => Some(Role::Configuration),
            "pom.xml"
            | "build.gradle"
            | "build.gradle.kts"
            | "settings.gradle"
            | "settings.gradle.kts"
            | "gradle.properties" => Some(Role::PartlyConfiguration),
            _ if place::in_test_folder(path) || place::is_test_file(name) => Some(Role::Tests),
            _ => None,
        }
    }

    fn hidden_configuration(&self) -> &'static [&'static str] {
        &[
            ".mvn/maven.config",
            ".mvn/jvm.config",
            ".mvn/extensions.xml",
            ".mvn/wrapper/maven-wrapper.properties",
            ".mvn/wrapper/maven-wrapper.jar",
        ]
    }

    fn neighbourhood(
        &self,
        project: &Project,
        command: &TestCommand,
        targets: &[TestTarget],
        changed: &[String],
    ) -> Option<Neighbourhood> {
        // Whole classes: those of the targets, and those that name a changed class.
        let (classes, not_run) = place::neighbours(project, targets, changed);
        let command = match Tool::of_command(command).ok()? {
            Tool::Maven => maven::of_classes(command, &classes),
            Tool::Gradle => gradle::of_classes(command, &classes),
        };
        Some(Neighbourhood {
            command,
            chosen_by: "the failing test's class, and classes of tests that name a changed class".to_owned(),
            not_run,
        })
    }

    fn showing_output(&self, command: &TestCommand) -> TestCommand {
        let mut command = command.clone();
        // Maven shows what tests print anyway.
        if Tool::of_command(&command).is_ok_and(|tool| tool == Tool::Gradle)
            && !command.argv.iter().any(|word| word == "--info")
        {
            command.argv.insert(1, "--info".to_owned());
        }
        command
    }

    fn varied(&self, command: &TestCommand, variation: Variation) -> Option<TestCommand> {
        match Tool::of_command(command).ok()? {
            Tool::Maven => maven::varied(command, variation),
            Tool::Gradle => None,
        }
    }
}

/// A folder for temporary files among the build's output: Java does not look at `TMPDIR`, and what is
/// outside of the checkout may not be writable.
fn temporary(context: &RunContext<'_>, cwd: &str, output: &str) -> Result<String, ProofError> {
    let folder = context.checkout.join(cwd).join(output).join("java-tmp");
    std::fs::create_dir_all(&folder).map_err(ProofError::io("create", &folder))?;
    Ok(format!("-Djava.io.tmpdir={}", folder.display()))
}

/// Makes a tool's own caches, which can only be opened to it when they are there.
fn make_caches(context: &RunContext<'_>, variable: &str, folder: &str, parts: &[&str]) {
    let set = |name: &str| {
        context.env.get(name).map(std::path::PathBuf::from).or_else(|| std::env::var_os(name).map(Into::into))
    };
    let root = set(variable).or_else(|| Some(set("HOME")?.join(folder)));
    for part in parts {
        // Without them the tool says itself what it misses.
        let _ = root.as_ref().map(|root| std::fs::create_dir_all(root.join(part)));
    }
}

#[cfg(test)]
mod tests;

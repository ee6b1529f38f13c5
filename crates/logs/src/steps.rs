//! The steps of a job: what each one runs, and how it ends.
//!
//! Reads the runner's header (`##[group]Run …`, script, `shell:`, `env:`, `##[endgroup]`), its markers
//! (`##[error]`), and Travis' closing line.

use regreen_case::CiCommand;

use crate::text::clip;

/// Longest script kept.
const MAX_SCRIPT: usize = 16 * 1024;
/// Most variables kept.
const MAX_ENV: usize = 200;

/// What a line is to the runner.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event<'a> {
    /// Output of a program.
    Output,
    /// Part of a header, or a marker without meaning here.
    Frame,
    /// A step begins.
    StepStarts,
    /// The step failed with this exit code.
    StepFails(i32),
    /// An `##[error]` annotation.
    Error(&'a str),
    /// A wrapper runs the step's command once more: what failed before counts no longer.
    Retry,
    /// The runner tidies up: no step's output follows.
    Cleanup,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Header {
    #[default]
    None,
    Script,
    With,
    Env,
}

/// Follows the steps of one job.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    header: Header,
    command: Option<CiCommand>,
    /// Command of the step before.
    ended: Option<CiCommand>,
    last_variable: Option<String>,
}

impl Steps {
    /// Command of the step that runs now.
    pub(crate) fn command(&self) -> Option<&CiCommand> {
        self.command.as_ref()
    }

    /// Command of the step that ran before this one.
    pub(crate) fn ended(&self) -> Option<&CiCommand> {
        self.ended.as_ref()
    }

    /// Whether the step that runs now builds or checks something, rather than collecting reports.
    pub(crate) fn does_work(&self) -> bool {
        self.command.as_ref().is_some_and(|command| is_work(&command.script))
    }

    /// Whether every line belongs to a step's header now.
    pub(crate) fn is_in_header(&self) -> bool {
        self.header != Header::None
    }

    /// Takes the next line.
    pub(crate) fn line<'a>(&mut self, text: &'a str) -> Event<'a> {
        if self.header != Header::None {
            return self.header_line(text);
        }
        if let Some(rest) = text.strip_prefix("##[") {
            return self.marker(rest);
        }
        if text == "Post job cleanup." || text == "Cleaning up orphan processes" {
            return Event::Cleanup;
        }
        if is_travis_retry(text) {
            return Event::Retry;
        }
        if let Some(code) = self.travis_end(text) {
            return Event::StepFails(code);
        }
        Event::Output
    }

    fn marker<'a>(&mut self, rest: &'a str) -> Event<'a> {
        if let Some(title) = rest.strip_prefix("group]Run ") {
            self.header = Header::Script;
            self.last_variable = None;
            self.ended = self.command.take();
            self.command = Some(CiCommand { script: title.to_owned(), ..CiCommand::default() });
            return Event::StepStarts;
        }
        if let Some(error) = rest.strip_prefix("error]") {
            return exit_code(error).map_or(Event::Error(error), Event::StepFails);
        }
        if rest.strip_prefix("warning]").is_some_and(is_retry_action) {
            return Event::Retry;
        }
        match rest.split_once(']') {
            // A group's title can be what a program printed; other markers are the runner's own.
            Some(("group" | "warning" | "notice" | "section" | "command", _)) | None => Event::Output,
            Some(_) => Event::Frame,
        }
    }

    fn header_line<'a>(&mut self, text: &'a str) -> Event<'a> {
        if text.starts_with("##[endgroup]") {
            self.header = Header::None;
            return Event::Frame;
        }
        if text.starts_with("##[group]Run ") || text.starts_with("##[error]") {
            // The end of the header is missing.
            self.header = Header::None;
            return self.line(text);
        }
        let Some(command) = &mut self.command else { return Event::Frame };
        if let Some(shell) = text.strip_prefix("shell: ") {
            command.shell = Some(clip(shell, 500));
            self.header = Header::With;
        } else if text == "env:" {
            self.header = Header::Env;
        } else if text == "with:" {
            self.header = Header::With;
        } else {
            match self.header {
                Header::Script => script_line(command, text),
                Header::Env => variable(command, &mut self.last_variable, text),
                Header::With | Header::None => {}
            }
        }
        Event::Frame
    }

    /// `The command "make test" exited with 2.`
    fn travis_end(&mut self, text: &str) -> Option<i32> {
        let (script, rest) = text.strip_prefix("The command \"")?.rsplit_once("\" ")?;
        let code: i32 = if rest.starts_with("failed and exited with ") || rest.starts_with("exited with ") {
            rest.rsplit(' ').next()?.trim_end_matches(['.', ' ']).parse().ok()?
        } else {
            return None;
        };
        if code == 0 {
            return None;
        }
        self.command = Some(CiCommand { script: clip(script, MAX_SCRIPT), ..CiCommand::default() });
        Some(code)
    }
}

/// What the runner prints when no step runs: markers and headers, its tidying up, another job's beginning.
pub(crate) fn is_between_steps(text: &str) -> bool {
    const RUNNER: [&str; 15] = [
        "##[",
        "Prepare all required actions",
        "Getting action download info",
        "Download action repository",
        "Complete job name",
        "Evaluate and set job outputs",
        "Post job cleanup.",
        "Cleaning up orphan processes",
        "Current runner version",
        "Requested labels",
        "Job defined at",
        "A job completed hook",
        "Print service container logs",
        "Stop and remove container",
        "Remove container network",
    ];
    RUNNER.iter().any(|start| text.starts_with(start))
}

/// `travis_retry` says that it runs the same command once more.
fn is_travis_retry(text: &str) -> bool {
    text.strip_prefix("The command \"").is_some_and(|rest| rest.contains("\" failed. Retrying, "))
}

/// A retry action says so, in an annotation of its own: as plain text the words may be a test's.
fn is_retry_action(warning: &str) -> bool {
    let attempt = warning.strip_prefix("Attempt ").and_then(|rest| rest.split_once(' '));
    attempt.is_some_and(|(number, rest)| number.parse::<u32>().is_ok() && rest.starts_with("failed."))
}

/// The first line of the script repeats the header's title.
fn script_line(command: &mut CiCommand, text: &str) {
    if command.shell.is_none() && command.env.is_empty() && command.script.trim() == text.trim() {
        return;
    }
    if command.script.len() + text.len() < MAX_SCRIPT {
        command.script.push('\n');
        command.script.push_str(text);
    }
}

/// `  NAME: value`; a line without that shape continues the value above.
fn variable(command: &mut CiCommand, last: &mut Option<String>, text: &str) {
    let named = text.strip_prefix("  ").and_then(|text| text.split_once(':')).filter(|(name, _)| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
    });
    match named {
        Some((name, value)) if command.env.len() < MAX_ENV => {
            command.env.insert(name.to_owned(), clip(value.trim_start(), 4096));
            *last = Some(name.to_owned());
        }
        Some(_) => {}
        None => {
            if let Some(value) = last.as_ref().and_then(|name| command.env.get_mut(name))
                && value.len() + text.len() < 4096
            {
                value.push('\n');
                value.push_str(text);
            }
        }
    }
}

/// Whether the first line of a script runs a build tool, a test runner or a linter.
fn is_work(script: &str) -> bool {
    const TOOLS: &[&str] = &[
        "ansible",
        "bazel",
        "black",
        "bundle",
        "cargo",
        "cmake",
        "composer",
        "coverage",
        "ctest",
        "deno",
        "dotnet",
        "eslint",
        "flake8",
        "flutter",
        "go",
        "gradle",
        "gradlew",
        "hatch",
        "just",
        "lein",
        "make",
        "meson",
        "mix",
        "mvn",
        "mvnw",
        "mypy",
        "ninja",
        "nox",
        "npm",
        "npx",
        "nx",
        "php",
        "pip",
        "pnpm",
        "poetry",
        "pre-commit",
        "pytest",
        "python",
        "python3",
        "rake",
        "rubocop",
        "ruff",
        "sbt",
        "swift",
        "task",
        "tox",
        "uv",
        "yarn",
    ];
    let title = script.lines().next().unwrap_or_default();
    let program = title.split_whitespace().find(|word| !word.contains('=')).unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or_default();
    let reports = ["upload", "report", "codecov", "coveralls", "artifact", "summary", "publish"];
    TOOLS.contains(&program) && !reports.iter().any(|word| title.contains(word))
}

/// The exit code in the runner's words for a failed step.
fn exit_code(error: &str) -> Option<i32> {
    let code = error
        .strip_prefix("Process completed with exit code ")
        .or_else(|| {
            error.strip_prefix("Bash exited with code '").map(|code| code.trim_end_matches(['.', '\'']))
        })
        .or_else(|| {
            error
                .strip_prefix("The process '")
                .and_then(|rest| rest.split_once("' failed with exit code "))
                .map(|(_, c)| c)
        })?;
    code.trim().trim_end_matches('.').parse().ok()
}

#[cfg(test)]
#[path = "steps_logs_tests.rs"]
mod logs_tests;
#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "##[group]Run pip install .\npip install .\npytest -q\n\nshell: /usr/bin/bash -e {0}\nenv:\n  CI_NAME: one: two\n  EMPTY: \n  KEYS: first\nsecond\n##[endgroup]";

    #[test]
    fn a_header_gives_script_shell_and_environment() {
        let mut steps = Steps::default();
        let events: Vec<_> = HEADER.lines().map(|line| steps.line(line)).collect();
        assert_eq!(events[0], Event::StepStarts);
        assert!(events[1..].iter().all(|event| *event == Event::Frame));
        let command = steps.command().unwrap();
        assert_eq!(command.script.trim(), "pip install .\npytest -q");
        assert_eq!(command.shell.as_deref(), Some("/usr/bin/bash -e {0}"));
        assert_eq!(command.env["CI_NAME"], "one: two");
        assert_eq!(command.env["EMPTY"], "");
        assert_eq!(command.env["KEYS"], "first\nsecond");
        assert_eq!(steps.line("collected 3 items"), Event::Output);
        assert_eq!(steps.line("##[error]Process completed with exit code 2."), Event::StepFails(2));
        assert_eq!(
            steps.line("##[error]src/a.ts(1,2): error TS1: no"),
            Event::Error("src/a.ts(1,2): error TS1: no")
        );
        assert_eq!(steps.line("Post job cleanup."), Event::Cleanup);
    }

    #[test]
    fn a_header_without_end_does_not_swallow_the_log() {
        let mut steps = Steps::default();
        steps.line("##[group]Run make");
        assert_eq!(steps.line("##[error]Process completed with exit code 1."), Event::StepFails(1));
        assert_eq!(steps.line("text"), Event::Output);
    }

    #[test]
    fn travis_names_the_command_at_the_end() {
        let mut steps = Steps::default();
        assert_eq!(steps.line("The command \"make \"x\"\" exited with 0."), Event::Output);
        assert_eq!(steps.line("The command \"make \"x\"\" exited with 2."), Event::StepFails(2));
        assert_eq!(steps.command().unwrap().script, "make \"x\"");
    }
}

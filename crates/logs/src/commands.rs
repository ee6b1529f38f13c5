//! The commands that wrappers (npm, yarn, make, tox, nox, `set -x`) echo, and those that they name when
//! they report a failure: the innermost one is what to run again.

use std::collections::VecDeque;
use std::sync::OnceLock;

use memchr::memmem::Finder;

use crate::text::clip;

/// Longest command kept.
const MAX_COMMAND: usize = 2000;

/// Most echoed commands kept.
const MAX_ECHOES: usize = 40;

/// Follows the echoed commands of one step.
#[derive(Debug, Default, Clone)]
pub(crate) struct Commands {
    /// The last echoed ones, the nearest last.
    echoed: VecDeque<String>,
    failed: Option<String>,
    /// What an action of the runner executed.
    executed: Option<String>,
    /// The line above named a script of a package: its command follows.
    script: bool,
}

impl Commands {
    /// Takes a line of output.
    pub(crate) fn line(&mut self, text: &str) {
        let Some(first) = text.bytes().find(|byte| !matches!(byte, b' ' | b'\t')) else { return };
        // The beginnings of everything that is looked for below.
        if !b"$>+#[CETfnprt".contains(&first) && !speaks_of_a_command(text) {
            return;
        }
        if text.starts_with("travis_time:start") || text.starts_with("travis_fold:start") {
            self.echoed.clear();
            self.failed = None;
            return;
        }
        if let Some(command) = text.strip_prefix("##[command]").or_else(|| text.strip_prefix("[command]")) {
            self.executed = Some(clip(command, MAX_COMMAND));
            return;
        }
        if let Some(command) = named_as_failed(text) {
            self.failed.get_or_insert_with(|| clip(&command, MAX_COMMAND));
            return;
        }
        if let Some(rest) = text.strip_prefix("> ") {
            let header = is_package_header(rest);
            if !header && self.script {
                self.echo(rest);
            }
            self.script = header;
            return;
        }
        if let Some(command) = echoed(text) {
            self.echo(command);
        }
    }

    fn echo(&mut self, command: &str) {
        if self.echoed.len() == MAX_ECHOES {
            self.echoed.pop_front();
        }
        self.echoed.push_back(clip(command.trim(), MAX_COMMAND));
        // What failed before was survived.
        self.failed = None;
    }

    /// The innermost command that failed, when it is not the step's `script` itself.
    pub(crate) fn innermost(&self, script: &str) -> Option<&str> {
        // Travis echoes the script as well: what was echoed before is another command's.
        let start = script.lines().next().unwrap_or_default();
        let own = self.echoed.iter().rposition(|echo| !start.is_empty() && echo.starts_with(start));
        let after = self.echoed.iter().skip(own.map_or(0, |own| own + 1));
        let executed = || self.executed.as_deref().filter(|_| is_action(start));
        let found = self.failed.as_deref().or_else(|| after.last().map(String::as_str)).or_else(executed);
        found.filter(|command| !command.is_empty() && *command != start)
    }
}

/// Whether a line holds a word that stands in every report of a failed command.
fn speaks_of_a_command(text: &str) -> bool {
    static WORDS: OnceLock<[Finder<'static>; 2]> = OnceLock::new();
    let words = WORDS.get_or_init(|| [Finder::new("ommand"), Finder::new("sh -c ")]);
    words.iter().any(|word| word.find(text.as_bytes()).is_some())
}

/// `name@1.0.0 test`, with the folder behind it in older versions.
fn is_package_header(text: &str) -> bool {
    let mut words = text.split(' ');
    let package = words.next().unwrap_or_default();
    let version = package.rsplit_once('@').map_or("", |(_, version)| version);
    let versioned = version.starts_with(|c: char| c.is_ascii_digit()) || package.ends_with('@');
    versioned && words.next().is_some()
}

fn echoed(text: &str) -> Option<&str> {
    if let Some(command) = text.strip_prefix("$ ") {
        return Some(command);
    }
    if let Some(command) = text.strip_prefix("+ ") {
        let name = command.split([' ', '=']).next().unwrap_or_default();
        // Diffs begin so too; `set -x` prints assignments and exits as well, which run nothing.
        let program = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '.' || c == '/')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._/+-".contains(&byte))
            && !matches!(
                name,
                "exit" | "set" | "echo" | "export" | "cd" | "true" | "[" | "test" | "return" | "local"
            );
        return program.then_some(command).filter(|command| !command.ends_with([';', '{', ',', ':']));
    }
    if let Some(command) = text.strip_prefix("nox > ") {
        let message =
            ["Running session", "Session ", "Creating ", "Re-using", "Command ", "Ran ", "*", "Missing"];
        return (!message.iter().any(|start| command.starts_with(start))).then_some(command);
    }
    // tox 4 `py: commands[0]> x`, tox 3 `py run-test: commands[0] | x`.
    if let Some((before, rest)) = text.split_once(": commands[")
        && before.len() < 80
        && let Some((_, rest)) = rest.split_once(']')
    {
        return rest.strip_prefix("> ").or_else(|| rest.strip_prefix(" | ")).map(after_folder);
    }
    let command = text.trim_start().strip_prefix("Running command: ")?;
    Some(command.strip_prefix('`').and_then(|command| command.split('`').next()).unwrap_or(command))
}

/// `owner/name@version` runs an action.
fn is_action(title: &str) -> bool {
    !title.contains(' ') && title.contains('/') && title.contains('@')
}

/// tox 4 prints `/folder> command`.
fn after_folder(text: &str) -> &str {
    text.split_once("> ")
        .filter(|(folder, _)| folder.starts_with('/') && !folder.contains(' '))
        .map_or(text, |(_, command)| command)
}

/// The command in a wrapper's report of its failure.
fn named_as_failed(text: &str) -> Option<String> {
    let between = |start: &str, end: &str| -> Option<String> {
        let (_, rest) = text.split_once(start)?;
        rest.split_once(end).map(|(command, _)| command.to_owned())
    };
    if let Some(rest) =
        text.strip_prefix("npm ERR! command ").or_else(|| text.strip_prefix("npm error command "))
    {
        let command = rest.trim_start_matches("sh ").trim_start_matches("bash ").trim_start_matches("-c ");
        return Some(command.trim_start_matches("-- ").to_owned())
            .filter(|command| !command.starts_with("git "));
    }
    if let Some(rest) = text.strip_prefix("npm ERR! ").filter(|rest| is_package_header(rest)) {
        return rest.split_once(": `").map(|(_, command)| command.trim_end_matches('`').to_owned());
    }
    if let Some((_, command)) = text.split_once("Command failed: ") {
        return Some(command.trim().to_owned()).filter(|command| !command.is_empty());
    }
    if text.starts_with("The script called ") {
        return between("which runs \"", "\" failed");
    }
    if text.contains("InvocationError for command ") {
        return between("InvocationError for command ", " (exited");
    }
    if text.starts_with("nox > Command ") {
        return between("nox > Command ", " failed with exit code");
    }
    if text.contains("returned non-zero exit status") {
        return between("Command '[", "]' returned")
            .map(|list| unlisted(&list))
            .or_else(|| between("Command '", "' returned"));
    }
    if text.contains("sh -c ")
        && (text.contains("did not complete successfully") || text.contains("non-zero code"))
    {
        return between("sh -c ", "\" did not").or_else(|| between("sh -c ", "' returned"));
    }
    if text.starts_with("Command failed with status") {
        return between(": [", "...]").or_else(|| between(": [", "]"));
    }
    if text.contains("finished with non-zero exit value") {
        return between("Process 'command '", "'' finished");
    }
    None
}

/// A Python list of arguments as a line of a shell.
fn unlisted(list: &str) -> String {
    list.split("', '").map(|word| word.trim_matches('\'')).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn innermost(text: &str) -> Option<String> {
        let mut commands = Commands::default();
        text.lines().for_each(|line| commands.line(line));
        commands.innermost("./ci.sh").map(str::to_owned)
    }

    #[test]
    fn echoes_of_wrappers_are_commands() {
        for (text, command) in [
            (
                "yarn run v1.22.22\n$ node ./check.js\nerror Command failed with exit code 1.",
                "node ./check.js",
            ),
            ("\n> a@1.0.0 test\n> jest --ci\n", "jest --ci"),
            ("> @a/b@2.0.0 lint /w/b\n> eslint .\n", "eslint ."),
            ("++ dirname x\n+ cargo test --all\n", "cargo test --all"),
            ("nox > Running session tests\nnox > pytest -q\n", "pytest -q"),
            ("py39: commands[0]> pytest tests\n", "pytest tests"),
            ("py39 run-test: commands[0] | pytest tests\n", "pytest tests"),
            ("lint: commands[1] /w> ruff check .\n", "lint"),
            ("npm ERR! command sh -c jest --ci\n", "jest --ci"),
            (
                "ERROR: InvocationError for command /w/.tox/py/bin/pytest -q (exited with code 1)",
                "/w/.tox/py/bin/pytest -q",
            ),
            (
                "subprocess.CalledProcessError: Command '['sudo', 'apt-get', 'update']' returned non-zero exit status 100.",
                "sudo apt-get update",
            ),
            (
                "error: failed to solve: process \"/bin/sh -c mvn package\" did not complete successfully: exit code: 1",
                "mvn package",
            ),
            ("Command failed with status (1): [bundle exec rubocop...]", "bundle exec rubocop"),
        ] {
            let found = innermost(text);
            if command == "lint" {
                assert_eq!(found, None, "{text}");
            } else {
                assert_eq!(found.as_deref(), Some(command), "{text}");
            }
        }
    }

    #[test]
    fn what_looks_like_an_echo_is_none() {
        for text in [
            "> Task :lib:test FAILED",
            "+ new line of a diff;",
            "+    indented",
            "nox > Session x failed.",
            "> Could not resolve a:b:1",
        ] {
            assert_eq!(innermost(text), None, "{text}");
        }
    }
}

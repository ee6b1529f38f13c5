//! How CI calls a check: seen through wrappers, environments and folders. A log can be forged: only the programs
//! of [`TOOLS`] are ever called, and no argument leads out of the checkout.

use std::collections::BTreeMap;

use regreen_case::{CiCommand, TestCommand};

use super::tool::{Home, TOOLS, Tool};
use crate::adapter::node_project::{self, Runner};
use crate::adapter::program_name;
use crate::environment::{is_safe, safe_environment};
use crate::error::ProofError;
use crate::invocation::{split_assignments, walk};
use crate::project::Project;
use crate::shell_words::commands;

/// Words that only start another program.
#[rustfmt::skip]
const FRONT: &[&str] = &[
    "uv", "uvx", "run", "tool", "poetry", "pdm", "hatch", "rye", "pipx", "pipenv", "python", "python3", "time",
    "env", "nice", "xargs", "npx", "pnpm", "yarn", "exec", "bunx", "node",
];

/// More of them in one script are not looked into.
const MAX_SUBSTITUTIONS: usize = 50;

/// A check.
pub(super) struct Call {
    pub(super) tool: &'static dyn Tool,
    /// Behind the words that make it this check.
    pub(super) arguments: Vec<String>,
    /// Folder it runs in, relative to the repository.
    pub(super) directory: String,
    pub(super) env: BTreeMap<String, String>,
}

impl Call {
    /// The command as people type it.
    pub(super) fn argv(&self, project: &Project) -> Vec<String> {
        let mut argv = match self.tool.home() {
            Home::Node { .. } => node_project::package::launcher(project, &self.directory),
            _ => Vec::new(),
        };
        argv.push(self.tool.program().to_owned());
        argv.extend(self.tool.plain(&self.arguments));
        argv
    }
}

/// All checks of CI's step, in order.
pub(super) fn calls(project: &Project, ci: &CiCommand) -> Vec<Call> {
    let mut found = of_node(project, ci);
    let mut directory = Vec::new();
    let whole = [ci.script.clone()].into_iter().chain(substituted(&ci.script));
    for command in whole.flat_map(|script| commands(&script, &ci.env)) {
        let known: Vec<String> = command.words.into_iter().flatten().collect();
        let (assignments, words) = split_assignments(&known);
        if let [program, folder] = words
            && program == "cd"
        {
            walk(&mut directory, folder);
            continue;
        }
        let mut env = safe_environment(&ci.env);
        let own = assignments.into_iter().filter(|(name, value)| is_safe(name, value));
        env.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        env.remove("FORCE_COLOR");
        // JavaScript's are seen through the scripts of the manifest as well.
        for (tool, arguments) in see(words).filter(|(tool, _)| !matches!(tool.home(), Home::Node { .. })) {
            found.push(Call { tool, arguments, directory: directory.join("/"), env: env.clone() });
        }
    }
    found
}

/// Checks of JavaScript's tools, also those that a script of the manifest makes.
fn of_node(project: &Project, ci: &CiCommand) -> Vec<Call> {
    let called = |tool: &'static dyn Tool| {
        let Home::Node { entry, .. } = tool.home() else { return None };
        let runner = Runner { entry, name: tool.program(), ..Runner::of_a_check() };
        let call = node_project::call::of_ci(&runner, project, Some(ci))?;
        let behind = tool.arguments(&call.arguments)?;
        let mut arguments = call.arguments[behind..].to_vec();
        arguments.retain(|word| is_harmless(word));
        let mut env = safe_environment(&ci.env);
        env.extend(call.env);
        env.remove("FORCE_COLOR");
        Some(Call { tool, arguments, directory: call.directory, env })
    };
    TOOLS.iter().filter_map(|tool| called(*tool)).collect()
}

/// The scripts within `$(…)`: `test -z "$(gofmt -l .)"`.
fn substituted(script: &str) -> Vec<String> {
    let inner = script.match_indices("$(").map(|(at, _)| {
        let mut depth = 1;
        let rest = &script[at + 2..];
        let end = rest.find(|c: char| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        rest[..end.unwrap_or(rest.len())].to_owned()
    });
    inner.take(MAX_SUBSTITUTIONS).collect()
}

/// The tool that a planned command calls, and its arguments.
pub(super) fn read(command: &TestCommand) -> Result<(&'static dyn Tool, Vec<String>), ProofError> {
    see(&command.argv).next().ok_or_else(|| {
        ProofError::BadCommand(format!("`{}` calls no check that is known here", command.argv.join(" ")))
    })
}

/// The checks that a line makes, the likeliest first.
fn see(words: &[String]) -> impl Iterator<Item = (&'static dyn Tool, Vec<String>)> {
    let starts = |at: &usize| {
        let word = &words[*at];
        let front = FRONT.contains(&program_name(word)) || word.starts_with('-') || word.contains('=');
        // A value of an option in front: `uv run --with ruff ruff check`.
        front || *at > 0 && words[*at - 1].starts_with('-')
    };
    let calls = |at: usize| {
        // `uvx ruff@0.9 check` names a version.
        let name = program_name(&words[at]).split('@').next().unwrap_or_default().to_owned();
        TOOLS.iter().filter(move |tool| tool.program() == name).filter_map(move |tool| {
            let behind = tool.arguments(&words[at + 1..])?;
            let mut arguments = words[at + 1 + behind..].to_vec();
            arguments.retain(|word| is_harmless(word));
            Some((*tool, arguments))
        })
    };
    let last = (0..words.len()).find(|at| !starts(at)).unwrap_or(words.len());
    let found: Vec<_> = (0..words.len()).take(last + 1).flat_map(calls).collect();
    found.into_iter()
}

/// Whether an argument stays within the checkout.
fn is_harmless(word: &str) -> bool {
    let value = word.split_once('=').map_or(word, |(_, value)| value);
    !value.starts_with(['/', '~']) && !value.split('/').any(|part| part == "..") && !value.contains("://")
}

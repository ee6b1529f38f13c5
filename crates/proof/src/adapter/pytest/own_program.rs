//! Calls pytest by a program of ours in the place of `-m pytest`, which lies in the private folder of a run.

use std::path::Path;

use regreen_case::TestCommand;

use crate::adapter::{Prepared, python};
use crate::counted::RunContext;
use crate::error::ProofError;

/// Such a call.
pub(super) struct Call {
    pub(super) prepared: Prepared,
    /// What the program has to put before Python's path, once it has loaded what it needs itself.
    pub(super) folders: Vec<String>,
}

/// The command with the program instead; `None` when it does not call pytest as a module. `options` win over its own.
pub(super) fn call(
    command: &TestCommand,
    context: &RunContext<'_>,
    channel: &Path,
    program: &str,
    options: &[&str],
) -> Result<Option<Call>, ProofError> {
    let mut argv = command.argv.clone();
    let Some(at) = argv.windows(2).position(|pair| pair == ["-m", "pytest"]) else { return Ok(None) };
    let Some(first) = argv.first_mut().filter(|first| python::is_python(first)) else { return Ok(None) };
    *first = python::find(context, &command.cwd, python::Needs::Pytest)?;
    super::options::drop_unknown_plugins(&mut argv);
    let mut all: Vec<String> = options.iter().map(|&word| word.to_owned()).collect();
    all.extend(["--color=no", "-o"].map(str::to_owned));
    all.push(format!("cache_dir={}", channel.join("cache").display()));
    let counter = super::addopts::counter_options(context.checkout, &command.cwd);
    all.extend(counter.into_iter().map(str::to_owned));
    argv.splice(at..at + 2, std::iter::once(channel.join(program).display().to_string()).chain(all));
    let mut env = python::environment(context, &command.cwd);
    let folders = env.insert(python::PATH.to_owned(), String::new()).unwrap_or_default();
    let folders = folders.split(':').map(str::to_owned).collect();
    Ok(Some(Call { prepared: Prepared { argv, env, ..Prepared::default() }, folders }))
}

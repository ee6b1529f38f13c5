//! Calls unittest by a program of ours in the place of `-m unittest`, which lies in the private folder of a run.

use std::path::Path;

use regreen_case::TestCommand;

use crate::adapter::{Prepared, python};
use crate::counted::RunContext;
use crate::error::ProofError;

/// The command with the program instead, and what that has to put before Python's path once it has loaded what it needs
/// itself. `None` when the command does not call unittest as a module: Django's runner makes a database before anything else.
pub(super) fn call(
    command: &TestCommand,
    context: &RunContext<'_>,
    channel: &Path,
    program: &str,
) -> Result<Option<(Prepared, Vec<String>)>, ProofError> {
    let mut argv = command.argv.clone();
    let Some(at) = argv.windows(2).position(|pair| pair == ["-m", "unittest"]) else { return Ok(None) };
    let Some(first) = argv.first_mut().filter(|first| python::is_python(first)) else { return Ok(None) };
    *first = python::find(context, &command.cwd, python::Needs::Unittest)?;
    argv.splice(at..at + 2, [channel.join(program).display().to_string()]);
    let mut env = python::environment(context, &command.cwd);
    let folders = env.insert(python::PATH.to_owned(), String::new()).unwrap_or_default();
    let folders = folders.split(':').map(str::to_owned).collect();
    Ok(Some((Prepared { argv, env, ..Prepared::default() }, folders)))
}

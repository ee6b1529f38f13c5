//! unittest as a server of forks (`fork_server.py`), for first opinions on many changes of one checkout.

use std::path::Path;

use regreen_case::TestCommand;

use crate::adapter::{Prepared, Role, python};
use crate::counted::RunContext;
use crate::error::ProofError;

/// The program's name in the channel.
const PROGRAM: &str = "fork_server.py";

/// Makes the server's program and its command line; `None` when the command does not call unittest as a module: Django's
/// runner makes a database before anything else.
pub(super) fn prepare(
    command: &TestCommand,
    context: &RunContext<'_>,
    channel: &Path,
    requests: &Path,
    role: impl Fn(&str) -> Option<Role>,
) -> Result<Option<Prepared>, ProofError> {
    let mut argv = command.argv.clone();
    let Some(at) = argv.windows(2).position(|pair| pair == ["-m", "unittest"]) else { return Ok(None) };
    let Some(first) = argv.first_mut().filter(|first| python::is_python(first)) else { return Ok(None) };
    *first = python::find(context, &command.cwd, python::Needs::Unittest)?;
    argv.splice(at..at + 2, [channel.join(PROGRAM).display().to_string()]);
    let mut env = python::environment(context, &command.cwd);
    let folders = env.insert(python::PATH.to_owned(), String::new()).unwrap_or_default();
    let folders: Vec<String> = folders.split(':').map(str::to_owned).collect();
    let server = python::Server { name: PROGRAM, program: include_str!("fork_server.py"), folders: &folders };
    server.lay_out(context, channel, requests, role)?;
    Ok(Some(Prepared { argv, env, ..Prepared::default() }))
}

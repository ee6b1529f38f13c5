//! unittest as a server of forks (`fork_server.py`), for first opinions on many changes of one checkout.

use std::path::Path;

use regreen_case::TestCommand;

use super::own_program;
use crate::adapter::{Prepared, Role, python};
use crate::counted::RunContext;
use crate::error::ProofError;

/// The program's name in the channel.
const PROGRAM: &str = "fork_server.py";

/// Makes the server's program and its command line; `None` when the command does not call unittest as a module.
pub(super) fn prepare(
    command: &TestCommand,
    context: &RunContext<'_>,
    channel: &Path,
    requests: &Path,
    role: impl Fn(&str) -> Option<Role>,
) -> Result<Option<Prepared>, ProofError> {
    let Some((prepared, folders)) = own_program::call(command, context, channel, PROGRAM)? else {
        return Ok(None);
    };
    let server = python::Server { name: PROGRAM, program: include_str!("fork_server.py"), folders: &folders };
    server.lay_out(context, channel, requests, role)?;
    Ok(Some(prepared))
}

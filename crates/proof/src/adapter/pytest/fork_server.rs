//! pytest as a server of forks (`fork_server.py`), for first opinions on many changes of one checkout.

use std::path::Path;

use regreen_case::TestCommand;
use serde_json::json;

use crate::adapter::{Prepared, Role};
use crate::counted::RunContext;
use crate::error::ProofError;
use crate::private_channel::lay_files;
use crate::project::Project;

/// The program's name in the channel.
const PROGRAM: &str = "fork_server.py";
const START: &str = "start.json";

/// Makes the server's program and its command line; `None` when the command does not call pytest as a module.
pub(super) fn prepare(
    command: &TestCommand,
    context: &RunContext<'_>,
    channel: &Path,
    requests: &Path,
    role: impl Fn(&str) -> Option<Role>,
) -> Result<Option<Prepared>, ProofError> {
    let options = ["-x", "--tb=line"];
    let Some(call) = super::own_program::call(command, context, channel, PROGRAM, &options)? else {
        return Ok(None);
    };
    let files = Project::at(context.checkout, context.checkout).files();
    let tests: Vec<&String> =
        files.iter().filter(|file| file.ends_with(".py") && role(file).is_some()).collect();
    let told = json!({
        "requests": requests.display().to_string(),
        "checkout": context.checkout.display().to_string(),
        "folders": call.folders,
        "tests": tests,
    });
    let program = concat!(
        include_str!("own_program.py"),
        include_str!("one_process.py"),
        include_str!("project_gate.py"),
        include_str!("hot_swap.py"),
        include_str!("loaded_project.py"),
        include_str!("fork_server.py")
    );
    lay_files(channel, &[(PROGRAM, program), (START, &told.to_string())])?;
    Ok(Some(call.prepared))
}

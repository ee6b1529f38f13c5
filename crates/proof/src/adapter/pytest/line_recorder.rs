//! pytest with a look at the lines that each test executes (`line_recorder.py`).

use std::path::Path;

use regreen_case::TestCommand;
use serde_json::json;

use crate::adapter::Prepared;
use crate::counted::RunContext;
use crate::error::ProofError;
use crate::executed_lines::{NOTES, Wish};

/// The program's name in the channel.
const PROGRAM: &str = "line_recorder.py";
const START: &str = "start.json";

/// Makes the program and its command line; `None` when the command does not call pytest as a module.
pub(super) fn prepare(
    command: &TestCommand,
    context: &RunContext<'_>,
    channel: &Path,
    wish: &Wish<'_>,
) -> Result<Option<Prepared>, ProofError> {
    let options = ["--maxfail=0", "--tb=no"];
    let Some(call) = super::own_program::call(command, context, channel, PROGRAM, &options)? else {
        return Ok(None);
    };
    let told = json!({
        "checkout": context.checkout.display().to_string(),
        "folders": call.folders,
        "first": wish.names().collect::<Vec<_>>(),
        "most": wish.tests,
        "seconds": wish.time.as_secs_f64(),
        "notes": channel.join(NOTES).display().to_string(),
    });
    let program = concat!(include_str!("one_process.py"), include_str!("line_recorder.py"));
    super::own_program::write(channel, &[(PROGRAM, program), (START, &told.to_string())])?;
    Ok(Some(call.prepared))
}

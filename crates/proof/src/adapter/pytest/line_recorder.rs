//! pytest with a look at the lines that each test executes (`line_recorder.py`).

use serde_json::json;

use super::own_program;
use crate::error::ProofError;
use crate::executed_lines::{ExecutedLines, Recording};
use crate::private_channel::lay_files;

/// The program's name in the channel.
const PROGRAM: &str = "line_recorder.py";
const START: &str = "start.json";

/// Runs the program. Empty when the command does not call pytest as a module.
pub(super) fn record(recording: &Recording<'_>) -> Result<Vec<ExecutedLines>, ProofError> {
    let Recording { command, context, channel, .. } = *recording;
    // All tests, whatever the project wants after the first failure, and nothing printed of it.
    let options = ["--maxfail=0", "--tb=no"];
    let Some(call) = own_program::call(command, context, channel, PROGRAM, &options)? else {
        return Ok(Vec::new());
    };
    let mut told = recording.told();
    told["folders"] = json!(call.folders);
    let program = concat!(
        include_str!("../python/own_program.py"),
        include_str!("../python/executed_lines.py"),
        include_str!("one_process.py"),
        include_str!("line_recorder.py")
    );
    lay_files(channel, &[(PROGRAM, program), (START, &told.to_string())])?;
    recording.noted_by(&call.prepared)
}

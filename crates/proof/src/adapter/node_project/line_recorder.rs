//! Mocha and Node's own runner with a look at the lines that each test executes (`line_recorder.cjs`).

use regreen_case::Framework;
use serde_json::json;

use super::Runner;
use crate::error::ProofError;
use crate::executed_lines::Recording;
use crate::private_channel::lay_files;

const PROGRAM: &str = "line_recorder.cjs";
const START: &str = "start.json";

/// Lays out the program and gives the runner's option that loads it; `None` for a runner that it does not know.
pub(in crate::adapter) fn lay_out(
    runner: &Runner,
    recording: &Recording<'_>,
) -> Result<Option<String>, ProofError> {
    let known = match runner.framework {
        Framework::Mocha => "mocha",
        Framework::NodeTest => "node",
        _ => return Ok(None),
    };
    let mut told = recording.told();
    told["runner"] = json!(known);
    let files = [(PROGRAM, include_str!("line_recorder.cjs")), (START, &told.to_string())];
    lay_files(recording.channel, &files)?;
    Ok(Some(format!("--require={}", recording.channel.join(PROGRAM).display())))
}

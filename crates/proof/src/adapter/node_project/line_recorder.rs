//! Mocha and Node's own runner with a look at the lines that each test executes (`line_recorder.cjs`).

use std::path::Path;

use regreen_case::Framework;
use serde_json::json;

use super::{Runner, titles};
use crate::counted::RunContext;
use crate::error::ProofError;
use crate::executed_lines::{NOTES, Wish};

const PROGRAM: &str = "line_recorder.cjs";
const START: &str = "start.json";

/// Lays out the program and gives the runner's option that loads it; `None` for a runner that it does not know.
pub(in crate::adapter) fn lay_out(
    runner: &Runner,
    context: &RunContext<'_>,
    channel: &Path,
    wish: &Wish<'_>,
) -> Result<Option<String>, ProofError> {
    let known = match runner.framework {
        Framework::Mocha => "mocha",
        Framework::NodeTest => "node",
        _ => return Ok(None),
    };
    // Hooks are told the last title only.
    let first: Vec<&str> = wish.first.iter().filter_map(|id| titles::parts(id).last()).collect();
    let told = json!({
        "runner": known,
        "checkout": context.checkout.display().to_string(),
        "first": first,
        "most": wish.tests,
        "seconds": wish.time.as_secs_f64(),
        "notes": channel.join(NOTES).display().to_string(),
    });
    for (name, text) in [(PROGRAM, include_str!("line_recorder.cjs")), (START, &told.to_string())] {
        let path = channel.join(name);
        std::fs::write(&path, text).map_err(ProofError::io("write", &path))?;
    }
    Ok(Some(format!("--require={}", channel.join(PROGRAM).display())))
}

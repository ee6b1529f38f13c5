//! Vitest as a server, for first opinions on many changes of one checkout: one worker thread has Vitest loaded and its files
//! transformed, and runs the tests again and again. Vitest itself gives each run a thread and modules of its own.

use std::path::Path;

use serde_json::json;

use crate::adapter::Prepared;
use crate::adapter::node_project::opinions::{self, Worker};
use crate::error::ProofError;

const WORKER: &str = "vitest_worker.cjs";
/// So many requests a worker answers, before what runs leave behind becomes too much.
const ANSWERS: u32 = 200;

/// Of Vitest's call; `None` where its program is not known.
pub(super) fn prepare(
    mut call: Prepared,
    channel: &Path,
    requests: &Path,
) -> Result<Option<Prepared>, ProofError> {
    let Some(at) = call.argv.iter().position(|word| word.ends_with("/vitest.mjs")) else {
        return Ok(None);
    };
    let mut words = call.argv.split_off(at);
    let program = words.remove(0);
    let worker = Worker {
        name: WORKER,
        text: include_str!("vitest_worker.cjs"),
        beside: &[],
        told: json!({ "program": program, "words": words }),
        answers: ANSWERS,
    };
    let server = opinions::lay_out(channel, requests, &worker)?;
    // Its reports are those of a run that counts.
    call.argv.retain(|word| !word.ends_with("/report.cjs"));
    call.argv.push(server);
    Ok(Some(Prepared { argv: call.argv, env: call.env, ..Prepared::default() }))
}

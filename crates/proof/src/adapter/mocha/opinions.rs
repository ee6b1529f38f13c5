//! Mocha as a server of worker threads, for first opinions on many changes of one checkout: in each worker Mocha is there
//! before it is told to run.

use std::path::Path;

use serde_json::json;

use crate::adapter::Prepared;
use crate::adapter::node_project::opinions::{self, Worker};
use crate::error::ProofError;

const WORKER: &str = "mocha_worker.cjs";
const REPORTER: &str = "mocha_reporter.cjs";
/// Options about the process, which is ours.
const PLACES: [&str; 5] = ["--exit", "--parallel", "-p", "--jobs", "-j"];

/// Of Mocha's call with its options for node in front; `None` where Mocha would start another process for itself.
pub(super) fn prepare(
    mut call: Prepared,
    channel: &Path,
    requests: &Path,
) -> Result<Option<Prepared>, ProofError> {
    let Some(at) = call.argv.iter().position(|word| word.ends_with("/lib/cli/cli.js")) else {
        return Ok(None);
    };
    let mut words = call.argv.split_off(at);
    let cli = words.remove(0);
    words.retain(|word| !PLACES.contains(&word.split('=').next().unwrap_or_default()));
    words.push(format!("--reporter={}", channel.join(REPORTER).display()));
    let worker = Worker {
        name: WORKER,
        text: include_str!("mocha_worker.cjs"),
        beside: &[(REPORTER, include_str!("mocha_reporter.cjs"))],
        told: json!({ "cli": cli, "words": words }),
        answers: 1,
    };
    let server = opinions::lay_out(channel, requests, &worker)?;
    // Its reports are those of a run that counts.
    call.argv.retain(|word| !word.ends_with("/report.cjs"));
    call.argv.push(server);
    Ok(Some(Prepared { argv: call.argv, env: call.env, ..Prepared::default() }))
}

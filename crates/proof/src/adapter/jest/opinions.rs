//! Jest as a server, for first opinions on many changes of one checkout: one worker thread has Jest loaded and runs the
//! tests again and again. Jest itself gives each run modules and globals of its own; what tests do to Node's own modules
//! lasts as long as the worker.

use std::path::Path;

use serde_json::json;

use crate::adapter::Prepared;
use crate::adapter::node_project::opinions::{self, Worker};
use crate::error::ProofError;

const WORKER: &str = "jest_worker.cjs";
const RESULTS: &str = "jest_results.cjs";
/// So many requests a worker answers, before what runs leave behind becomes too much.
const ANSWERS: u32 = 200;
/// Options about the process, which is ours, and who reports, which is us.
const LEFT_OUT: [&str; 7] =
    ["--forceExit", "--detectOpenHandles", "--runInBand", "-i", "--workerThreads", "--maxWorkers", "-w"];

/// Of Jest's call; `None` where its program is not known.
pub(super) fn prepare(
    mut call: Prepared,
    channel: &Path,
    requests: &Path,
) -> Result<Option<Prepared>, ProofError> {
    let Some(at) = call.argv.iter().position(|word| word.ends_with("/bin/jest.js")) else {
        return Ok(None);
    };
    in_band(&mut call.argv);
    let mut words = call.argv.split_off(at);
    let cli = words.remove(0);
    words.push(format!("--reporters={}", channel.join(RESULTS).display()));
    let worker = Worker {
        name: WORKER,
        text: include_str!("jest_worker.cjs"),
        beside: &[(RESULTS, include_str!("jest_results.cjs"))],
        told: json!({ "cli": cli, "words": words }),
        answers: ANSWERS,
    };
    let server = opinions::lay_out(channel, requests, &worker)?;
    // Its reports are those of a run that counts.
    call.argv.retain(|word| !word.ends_with("/report.cjs"));
    call.argv.push(server);
    Ok(Some(Prepared { argv: call.argv, env: call.env, ..Prepared::default() }))
}

/// Tests run where Jest runs.
pub(super) fn in_band(argv: &mut Vec<String>) {
    let words = std::mem::take(argv);
    argv.extend(without(words));
    argv.push("--runInBand".to_owned());
}

/// The words without those options, and without the values that follow as words of their own.
fn without(words: Vec<String>) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        let (name, value) =
            word.split_once('=').map_or((word.as_str(), None), |(name, value)| (name, Some(value)));
        if !LEFT_OUT.contains(&name) {
            kept.push(word);
        } else if value.is_none() && matches!(name, "--maxWorkers" | "-w") {
            words.next();
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_the_process_is_left_out() {
        let words =
            ["jest.js", "-w", "2", "--maxWorkers=3", "-i", "--config", "a.js", "--forceExit", "x.test.js"];
        let kept = without(words.map(str::to_owned).into());
        assert_eq!(kept, ["jest.js", "--config", "a.js", "x.test.js"]);
    }
}

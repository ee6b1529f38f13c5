//! A server of worker threads (`opinions/server.cjs`), for first opinions on many changes of one checkout, and Node's own
//! runner in them.

use std::collections::BTreeMap;
use std::path::Path;

use regreen_case::TestCommand;
use serde_json::{Value, json};

use super::{Runner, call, modules};
use crate::adapter::Prepared;
use crate::counted::RunContext;
use crate::error::ProofError;
use crate::private_channel::lay_files;

const SERVER: &str = "server.cjs";
const REPORTER: &str = "reporter.cjs";
const START: &str = "start.json";
/// Options that say where each file runs: here, in a worker.
const PLACES: [&str; 4] =
    ["--test", "--test-concurrency", "--test-isolation", "--experimental-test-isolation"];

/// What runs in each thread of the server.
pub(in crate::adapter) struct Worker {
    /// Of its program.
    pub(in crate::adapter) name: &'static str,
    /// The program.
    pub(in crate::adapter) text: &'static str,
    /// Other files, by name.
    pub(in crate::adapter) beside: &'static [(&'static str, &'static str)],
    /// What it is told when it is started.
    pub(in crate::adapter) told: Value,
    /// How many requests it answers.
    pub(in crate::adapter) answers: u32,
}

/// Lays out the server's program for such workers, and gives its path.
pub(in crate::adapter) fn lay_out(
    channel: &Path,
    requests: &Path,
    worker: &Worker,
) -> Result<String, ProofError> {
    let told = json!({
        "requests": requests.display().to_string(),
        "worker": worker.name,
        "told": worker.told,
        "answers": worker.answers,
    });
    let told = told.to_string();
    let mut files = vec![
        (SERVER, include_str!("opinions/server.cjs")),
        (worker.name, worker.text),
        (START, told.as_str()),
    ];
    files.extend(worker.beside);
    lay_files(channel, &files)?;
    Ok(channel.join(SERVER).display().to_string())
}

/// Makes the server's program and its command line; `None` when the command names no file.
pub(in crate::adapter) fn prepare(
    runner: &Runner,
    command: &TestCommand,
    context: &RunContext<'_>,
    channel: &Path,
    requests: &Path,
) -> Result<Option<Prepared>, ProofError> {
    let Some(seen) = call::read(runner, &command.argv) else { return Ok(None) };
    let here = context.checkout.join(&command.cwd);
    let (options, words): (Vec<&String>, Vec<&String>) =
        command.argv[seen.arguments..].iter().partition(|word| word.starts_with('-'));
    let files: Vec<_> = words.into_iter().map(|word| here.join(word)).filter(|file| file.is_file()).collect();
    if files.is_empty() {
        return Ok(None);
    }
    modules::provide(context, &command.cwd)?;
    let worker = Worker {
        name: "worker.cjs",
        text: include_str!("opinions/worker.cjs"),
        beside: &[(REPORTER, include_str!("opinions/reporter.cjs"))],
        told: json!(files),
        answers: 1,
    };
    let server = lay_out(channel, requests, &worker)?;
    let mut argv = vec!["node".to_owned()];
    argv.extend(seen.node_options);
    let elsewhere = |word: &&&String| PLACES.contains(&word.split('=').next().unwrap_or_default());
    argv.extend(options.iter().filter(|word| !elsewhere(word)).map(|word| (*word).clone()));
    argv.push(format!("--test-reporter={}", channel.join(REPORTER).display()));
    argv.push("--test-reporter-destination=stdout".to_owned());
    argv.push(server);
    // As in a run that counts.
    let mut env =
        BTreeMap::from([("CI".to_owned(), "true".to_owned()), ("NO_COLOR".to_owned(), "1".to_owned())]);
    if let Some(path) = modules::search_path(context, &command.cwd) {
        env.insert("PATH".to_owned(), path);
    }
    Ok(Some(Prepared { argv, env, ..Prepared::default() }))
}

//! Node's own runner as a server of worker threads (`opinions/server.cjs`), for first opinions on many changes of one
//! checkout.

use std::collections::BTreeMap;
use std::path::Path;

use regreen_case::TestCommand;
use serde_json::json;

use super::{Runner, call, modules};
use crate::adapter::Prepared;
use crate::counted::RunContext;
use crate::error::ProofError;
use crate::private_channel::lay_files;

const SERVER: &str = "server.cjs";
const REPORTER: &str = "reporter.cjs";
/// Options that say where each file runs: here, in a worker.
const PLACES: [&str; 4] =
    ["--test", "--test-concurrency", "--test-isolation", "--experimental-test-isolation"];

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
    let place = |name: &str| channel.join(name).display().to_string();
    let mut argv = vec!["node".to_owned()];
    argv.extend(seen.node_options);
    let elsewhere = |word: &&&String| PLACES.contains(&word.split('=').next().unwrap_or_default());
    argv.extend(options.iter().filter(|word| !elsewhere(word)).map(|word| (*word).clone()));
    argv.push(format!("--test-reporter={}", place(REPORTER)));
    argv.push("--test-reporter-destination=stdout".to_owned());
    argv.push(place(SERVER));
    let told = json!({ "requests": requests.display().to_string(), "files": files });
    let files = [
        (SERVER, include_str!("opinions/server.cjs")),
        ("worker.cjs", include_str!("opinions/worker.cjs")),
        (REPORTER, include_str!("opinions/reporter.cjs")),
        ("start.json", &told.to_string()),
    ];
    lay_files(channel, &files)?;
    // As in a run that counts.
    let mut env =
        BTreeMap::from([("CI".to_owned(), "true".to_owned()), ("NO_COLOR".to_owned(), "1".to_owned())]);
    if let Some(path) = modules::search_path(context, &command.cwd) {
        env.insert("PATH".to_owned(), path);
    }
    Ok(Some(Prepared { argv, env, ..Prepared::default() }))
}

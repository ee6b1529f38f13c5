//! pytest as a server of forks (`fork_server.py`), for first opinions on many changes of one checkout.

use std::path::Path;

use regreen_case::TestCommand;
use serde_json::json;

use crate::adapter::{Prepared, Role, python};
use crate::counted::RunContext;
use crate::error::ProofError;
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
    let mut argv = command.argv.clone();
    let Some(at) = argv.windows(2).position(|pair| pair == ["-m", "pytest"]) else { return Ok(None) };
    let Some(first) = argv.first_mut().filter(|first| python::is_python(first)) else { return Ok(None) };
    *first = python::find(context, &command.cwd, python::Needs::Pytest)?;
    super::options::drop_unknown_plugins(&mut argv);
    let mut options: Vec<String> = ["-x", "--tb=line", "--color=no"].map(str::to_owned).to_vec();
    options.extend(["-o".to_owned(), format!("cache_dir={}", channel.join("cache").display())]);
    let counter = super::addopts::counter_options(context.checkout, &command.cwd);
    options.extend(counter.into_iter().map(str::to_owned));
    argv.splice(at + 2..at + 2, options);
    argv.splice(at..at + 2, [channel.join(PROGRAM).display().to_string()]);
    let mut env = python::environment(context, &command.cwd);
    let folders = env.insert(python::PATH.to_owned(), String::new()).unwrap_or_default();
    let files = Project::at(context.checkout, context.checkout).files();
    let tests: Vec<&String> =
        files.iter().filter(|file| file.ends_with(".py") && role(file).is_some()).collect();
    let told = json!({
        "requests": requests.display().to_string(),
        "checkout": context.checkout.display().to_string(),
        "folders": folders.split(':').collect::<Vec<_>>(),
        "tests": tests,
    });
    let program = concat!(include_str!("one_process.py"), include_str!("fork_server.py"));
    for (name, text) in [(PROGRAM, program), (START, &told.to_string())] {
        let path = channel.join(name);
        std::fs::write(&path, text).map_err(ProofError::io("write", &path))?;
    }
    Ok(Some(Prepared { argv, env, ..Prepared::default() }))
}

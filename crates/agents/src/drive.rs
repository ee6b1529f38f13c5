//! Runs an agent on a worktree.

mod model;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use regreen_case::{Cost, Redactor};
use regreen_supervise::{
    Cancel, Deadline, End, Environment, Input, LineListener, Network, ProcessSpec, Sandbox, SuperviseError,
    run,
};

use crate::preset::RuleEnd;
use crate::result::{self, Account};
use crate::service::{self, Route};
use crate::{AgentError, AgentFolder, Place, Preset, Resume, SessionId, TaskInput};

/// Output that is kept in memory and recorded: its end, where the account of the run stands.
const RECORDED_BYTES: usize = 4 * 1024 * 1024;
/// A summary is for a report, not for an archive.
const MAX_SUMMARY_CHARS: usize = 2_000;
/// An agent may finish writing a file before it is killed.
const GRACE: Duration = Duration::from_secs(3);

/// Limits that are passed on to agents that know them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AgentLimits {
    /// US dollars.
    pub usd: Option<f64>,
    /// Turns.
    pub turns: Option<u32>,
    /// Model to use.
    pub model: Option<String>,
}

/// What to run, on what.
pub struct AgentJob<'a> {
    /// The agent.
    pub preset: &'a Preset,
    /// Its working directory; what it changes there is its proposal.
    pub worktree: &'a Path,
    /// The task, in Markdown.
    pub task_file: &'a Path,
    /// Code that has to do with the task, most suspect first: shown to a plain model, which cannot look.
    pub places: &'a [Place],
    /// Program and arguments, for a preset that leaves them open.
    pub command: &'a [String],
    /// Limits.
    pub limits: &'a AgentLimits,
    /// Names of further environment variables to let through.
    pub keep_env: &'a [String],
    /// When it must be over.
    pub deadline: Deadline,
    /// Stops it.
    pub cancel: &'a Cancel,
    /// File that takes its output, redacted.
    pub record: Option<&'a Path>,
    /// File that takes what it and its model said to each other, where a gateway stands between them.
    pub transcript: Option<&'a Path>,
    /// Where it keeps what its next attempt finds again. Without one, it keeps nothing.
    pub folder: Option<&'a AgentFolder>,
    /// What it is to go on with, if it can. If not, it begins anew.
    pub resume: Option<Resume<'a>>,
    /// Keeps secrets out of everything that is kept.
    pub redactor: &'a Redactor,
    /// What it may touch beside the worktree and its own settings.
    pub sandbox: &'a Sandbox,
    /// Called with each line it prints, unredacted.
    pub on_line: Option<LineListener>,
}

/// How an agent ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentEnd {
    /// It says it is done. Whether it is, others decide.
    Finished,
    /// It failed; in words.
    Failed(String),
    /// Its time was over.
    OutOfTime,
    /// Its money or its turns were.
    OutOfBudget,
    /// Its service refused until later.
    RateLimited,
    /// We were told to stop.
    Cancelled,
}

/// What came of it. Texts are redacted.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentRun {
    /// How it ended.
    pub end: AgentEnd,
    /// What it cost, as far as it says.
    pub cost: Cost,
    /// Its own word for how it ended.
    pub end_reason: Option<String>,
    /// What it says it did.
    pub summary: Option<String>,
    /// What its next attempt can go on with: a session that came to its end, in the folder that was given.
    pub session: Option<SessionId>,
    /// Wall-clock time.
    pub duration: Duration,
}

/// Runs it to its end. Where it cannot go on with the session that it is to resume, it begins anew.
///
/// # Errors
/// When it cannot be started. An agent that fails is an [`AgentEnd`].
pub fn drive(mut job: AgentJob<'_>) -> Result<AgentRun, AgentError> {
    if let Some(transcript) = job.transcript {
        make_folder_of(transcript)?;
    }
    let own;
    let folder = match job.folder {
        Some(folder) => folder,
        None => {
            own = AgentFolder::within(&std::env::temp_dir())?;
            &own
        }
    };
    let listener = job.on_line.take().map(|on_line| Arc::new(Mutex::new(on_line)));
    if job.preset.is_chat() {
        job.on_line = listener.as_ref().map(share);
        let (route, masking) = way(&job, folder)?;
        let task = read_task(job.task_file)?;
        return model::run(job, &task, route, &masking);
    }
    let mut note = String::new();
    if let Some(resume) = job.resume.filter(|_| job.folder.is_some() && job.preset.resumes()) {
        let resumed = once(&job, folder, Some(resume), listener.as_ref().map(share), &note)?;
        if !resumed.is_refused {
            return Ok(resumed.run);
        }
        if let AgentEnd::Failed(why) = resumed.run.end {
            let session = resume.session.as_str();
            note = format!("it did not go on with its session {session}, so it begins anew: {why}\n\n");
        }
    }
    Ok(once(&job, folder, None, listener.as_ref().map(share), &note)?.run)
}

/// One call of its program.
struct Call {
    run: AgentRun,
    /// It failed before it asked its model anything: so does one that does not know the session.
    is_refused: bool,
}

fn once(
    job: &AgentJob<'_>,
    folder: &AgentFolder,
    resume: Option<Resume<'_>>,
    on_line: Option<LineListener>,
    note: &str,
) -> Result<Call, AgentError> {
    let (route, masking) = way(job, folder)?;
    let kept = job.folder.is_some() && route.as_ref().and_then(Route::folder).is_some();
    let resume = resume.filter(|_| kept);
    let task_file = resume.map_or(job.task_file, |resume| resume.task_file);
    let task = read_task(task_file)?;
    let told = Told { task: &task, task_file, kept, session: resume.map(|resume| resume.session) };
    let argv = arguments(job, &told, route.as_ref())?;
    let program = argv[0].clone();
    let mut spec = ProcessSpec::new(argv, job.worktree, job.deadline);
    spec.env = environment(job, task_file, route.as_ref());
    spec.grace = GRACE;
    spec.tail = RECORDED_BYTES;
    spec.sandbox = sandbox(job, route.as_ref());
    spec.on_line = on_line;
    if job.preset.task == TaskInput::Stdin {
        spec.stdin = Input::Bytes(task.into_bytes());
    }
    let outcome = run(spec, job.cancel).map_err(|error| match error {
        SuperviseError::ProgramNotFound { .. } => AgentError::NotInstalled {
            name: job.preset.name.clone(),
            program,
            install: job.preset.install.clone(),
        },
        other => AgentError::Supervise(other),
    })?;
    let clean = |text: &str| masking.clean(text);
    if let Some(record) = job.record {
        write_record(record, &format!("{note}{}", clean(&outcome.tail)))?;
    }
    let code = match outcome.end {
        End::Exited(code) => Some(code),
        _ => None,
    };
    let account = result::read(job.preset, &outcome.tail, code);
    let passed = route.map(Route::close).unwrap_or_default();
    let end = service::end_of(&passed, end_of(outcome.end, &account, &outcome.tail, &clean));
    // One that failed or was stopped may have left it in a state that nothing good comes of.
    let goes_on = kept && job.preset.resumes() && end == AgentEnd::Finished;
    let session = account.session.as_deref().filter(|_| goes_on).and_then(SessionId::read);
    Ok(Call {
        is_refused: resume.is_some() && passed.requests == 0 && matches!(end, AgentEnd::Failed(_)),
        run: AgentRun {
            end,
            cost: service::cost_of(&passed, account.cost),
            end_reason: account.reason.as_deref().map(|text| cut(&clean(text), 200)),
            summary: account.summary.as_deref().map(|text| cut(&clean(text), MAX_SUMMARY_CHARS)),
            session,
            duration: outcome.duration,
        },
    })
}

fn read_task(task_file: &Path) -> Result<String, AgentError> {
    fs::read_to_string(task_file).map_err(|source| AgentError::File {
        action: "read the task",
        path: task_file.to_owned(),
        source,
    })
}

/// The way to its model, and what is masked in all that it says.
fn way(job: &AgentJob<'_>, folder: &AgentFolder) -> Result<(Option<Route>, Redactor), AgentError> {
    let route = service::open(job.preset, job.limits, job.redactor, job.transcript, folder)?;
    let masking = job.preset.masking(job.redactor, job.keep_env).with(route.as_ref().map(Route::ticket));
    Ok((route, masking))
}

/// The same listener, for one call of several.
fn share(listener: &Arc<Mutex<LineListener>>) -> LineListener {
    let listener = Arc::clone(listener);
    Box::new(move |line| (listener.lock().unwrap_or_else(PoisonError::into_inner))(line))
}

/// The policy for the agent: it talks to its service, by way of the gateway if there is one, and finds its
/// own settings.
fn sandbox(job: &AgentJob<'_>, route: Option<&Route>) -> Sandbox {
    let mut sandbox = job.sandbox.clone().writing(job.worktree);
    sandbox.network = route.map_or(Network::Open, |route| Network::OnlyTo(route.port()));
    sandbox.writable.extend(route.and_then(Route::folder).map(Path::to_owned));
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
    if let Some(home) = home.filter(|_| sandbox.is_on()) {
        for name in &job.preset.home {
            let place = home.join(name.trim_end_matches('/'));
            if name.ends_with('/') {
                // Without it the agent will say what it misses.
                let _ = fs::create_dir_all(&place);
            }
            sandbox = sandbox.trusting(place);
        }
    }
    sandbox
}

fn end_of(end: End, account: &Account, output: &str, clean: &dyn Fn(&str) -> String) -> AgentEnd {
    match (end, account.end) {
        (End::Cancelled, _) => AgentEnd::Cancelled,
        (_, Some(RuleEnd::RateLimited)) => AgentEnd::RateLimited,
        (_, Some(RuleEnd::OutOfBudget)) => AgentEnd::OutOfBudget,
        (End::DeadlineReached, None) => AgentEnd::OutOfTime,
        (End::Exited(0), None) if !account.failed => AgentEnd::Finished,
        (end, None) => {
            let last_line = || output.lines().rev().find(|line| !line.trim().is_empty());
            let said = account.summary.as_deref().or_else(last_line).map(clean).unwrap_or_default();
            let how = if end.is_success() { "reported an error".to_owned() } else { end.to_string() };
            AgentEnd::Failed(if said.is_empty() { how } else { format!("{how}: {}", cut(&said, 300)) })
        }
    }
}

/// What a call is about.
struct Told<'a> {
    task: &'a str,
    task_file: &'a Path,
    /// Whether the next attempt finds its folder as it leaves it.
    kept: bool,
    session: Option<&'a SessionId>,
}

/// The command line, every placeholder replaced.
fn arguments(job: &AgentJob<'_>, told: &Told<'_>, route: Option<&Route>) -> Result<Vec<String>, AgentError> {
    let confined = job.sandbox.confinement()?.landlock.is_some();
    let given = |name: &str| match name {
        "confined" => confined.then(String::new),
        "unconfined" => (!confined).then(String::new),
        "kept" => told.kept.then(String::new),
        "unkept" => (!told.kept).then(String::new),
        "session" => told.session.map(|session| session.as_str().to_owned()),
        "model" => job.limits.model.clone().filter(|model| !model.is_empty()),
        "usd" => job.limits.usd.map(|usd| format!("{usd}")),
        "turns" => job.limits.turns.map(|turns| turns.to_string()),
        _ => None,
    };
    let preset = job.preset;
    let base = if preset.argv.is_empty() { job.command } else { &preset.argv };
    if base.first().is_none_or(String::is_empty) {
        return Err(AgentError::NoCommand { name: preset.name.clone() });
    }
    let added = preset.when.iter().filter(|when| given(&when.given).is_some()).flat_map(|when| &when.argv);
    let value = |name: &str| match name {
        "task" => Some(told.task_file.display().to_string()),
        "worktree" => Some(job.worktree.display().to_string()),
        "prompt" => Some(told.task.to_owned()),
        other => given(other),
    };
    let expanded = |part: &String| expand(part, &value);
    let mut argv: Vec<String> = base.iter().chain(added).map(expanded).collect();
    argv.extend(route.into_iter().flat_map(|route| route.argv.iter().cloned()));
    argv.extend(preset.last.iter().map(expanded));
    Ok(argv)
}

/// Replaces `{name}` where the name is known, in one pass: what was put in is not looked at again.
pub(crate) fn expand(part: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut text = String::with_capacity(part.len());
    let mut rest = part;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        text.push_str(before);
        match from.find('}').and_then(|close| Some((close, value(&from[1..close])?))) {
            Some((close, found)) => {
                text.push_str(&found);
                rest = &from[close + 1..];
            }
            None => {
                text.push('{');
                rest = &from[1..];
            }
        }
    }
    text + rest
}

/// What the agent may know.
fn environment(job: &AgentJob<'_>, task_file: &Path, route: Option<&Route>) -> Environment {
    let mut env = Environment::scrubbed();
    for name in job.preset.env.keep.iter().chain(job.keep_env) {
        env.inherit(name);
    }
    env.extend(&job.preset.env.set);
    if let Some(route) = route {
        // Other keys of its preset would be a way around the gateway.
        let keys = job.preset.env.keep.iter().filter(|name| is_secret_name(name));
        for name in keys.chain(&route.without) {
            env.remove(name);
        }
        env.extend(&route.set);
    }
    env.set("REGREEN_TASK", task_file);
    env
}

pub(crate) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL"].iter().any(|word| name.contains(word))
}

fn write_record(path: &Path, text: &str) -> Result<(), AgentError> {
    make_folder_of(path)?;
    fs::write(path, text).map_err(|source| AgentError::File {
        action: "write",
        path: path.to_owned(),
        source,
    })
}

fn make_folder_of(path: &Path) -> Result<(), AgentError> {
    let Some(folder) = path.parent() else { return Ok(()) };
    fs::create_dir_all(folder).map_err(|source| AgentError::File {
        action: "create",
        path: folder.to_owned(),
        source,
    })
}

pub(crate) fn cut(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;

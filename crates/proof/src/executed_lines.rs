//! Which lines of the project each test executes: a hint for whoever looks for a fault.
//!
//! Promises: nothing that is decided hangs on it, for the code under test can write what it likes into the notes; what is
//! read of them is bounded; and the run is confined like any other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use regreen_case::TestCommand;
use regreen_supervise::{Deadline, End, ProcessSpec};
use serde::Deserialize;

use crate::adapter::{Prepared, adapter, left_file};
use crate::counted::{RunContext, environment, sandbox};
use crate::error::ProofError;
use crate::private_channel::PrivateChannel;

/// Name of the notes in the channel: a line of JSON for each test, as [`ExecutedLines`] has it.
pub(crate) const NOTES: &str = "executed.jsonl";
/// More than this is not read.
const MOST_NOTES: u64 = 128 * 1024 * 1024;
/// A run that prints more is stopped.
const MOST_PRINTED: u64 = 64 * 1024 * 1024;
/// Of that, so much is kept: names of tests.
const TAIL: usize = 256 * 1024;
/// Beyond the time that the tests may take: for the last one, and to load them all.
const MOST_SLACK: Duration = Duration::from_secs(8);
const LOADING: Duration = Duration::from_secs(3);

/// What one test executed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ExecutedLines {
    /// Id as the framework prints it.
    pub id: String,
    /// Whether it failed, at any stage.
    pub failed: bool,
    /// One-based lines, by file relative to the checkout.
    pub lines: BTreeMap<String, BTreeSet<u32>>,
    /// Whether a part of it may have run where no lines are seen: in another process.
    #[serde(default)]
    pub elsewhere: bool,
}

/// Which tests are to be looked at.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// Ids of those that come first.
    pub first: &'a [&'a str],
    /// At most so many, those included.
    pub tests: usize,
    /// No further test begins after so much time.
    pub time: Duration,
}

impl Wish<'_> {
    /// The tests that come first, without the files they are in: those may be told from another folder.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.first.iter().map(|id| last_part(id))
    }

    /// Whether a test is one of those.
    #[must_use]
    pub fn names_it(&self, test: &ExecutedLines) -> bool {
        let name = last_part(&test.id);
        self.names().any(|known| known == name)
    }
}

/// The test's own name: behind its file, or behind the titles of what is around it.
fn last_part(id: &str) -> &str {
    match id.rsplit_once("::") {
        Some((_, name)) => name,
        None => id.rsplit(" > ").next().and_then(|part| part.rsplit(" › ").next()).unwrap_or(id),
    }
}

/// Runs the command in the context's checkout and looks. Empty where the framework cannot, or nothing ran.
///
/// # Errors
/// When files for it cannot be written, or a program is missing.
pub fn executed_lines(
    command: &TestCommand,
    context: &RunContext<'_>,
    wish: &Wish<'_>,
) -> Result<Vec<ExecutedLines>, ProofError> {
    let private = PrivateChannel::new_in(context.scratch)?;
    let channel = private.path();
    let adapter = adapter(command.framework);
    let Some(prepared) = adapter.line_recorder(command, context, channel, wish)? else {
        return adapter.lines_by_test(command, context, &private, wish);
    };
    let limit = wish.time.saturating_mul(2).min(wish.time.saturating_add(MOST_SLACK)).saturating_add(LOADING);
    let deadline = context.deadline.earlier(Deadline::after(limit));
    let cwd = prepared.cwd.clone().unwrap_or_else(|| context.checkout.join(&command.cwd));
    let (end, _) = Start { command, context, channel }.run(&prepared, &cwd, deadline)?;
    tracing::debug!("the recorder of lines: {end}");
    Ok(left_file::text(&channel.join(NOTES), MOST_NOTES).map(|notes| read(&notes)).unwrap_or_default())
}

/// Starts what shows lines, confined like a run of the tests.
#[derive(Clone, Copy)]
pub(crate) struct Start<'a> {
    pub(crate) command: &'a TestCommand,
    pub(crate) context: &'a RunContext<'a>,
    pub(crate) channel: &'a Path,
}

impl Start<'_> {
    /// Gives the end of what it printed as well.
    pub(crate) fn run(
        &self,
        prepared: &Prepared,
        cwd: &Path,
        deadline: Deadline,
    ) -> Result<(End, String), ProofError> {
        let mut spec = ProcessSpec::new(prepared.argv.clone(), cwd.to_owned(), deadline);
        spec.env = environment(self.command, self.context, &prepared.env);
        spec.max_output = MOST_PRINTED;
        spec.tail = TAIL;
        spec.grace = Duration::from_millis(200);
        spec.sandbox = sandbox(self.context, self.channel, &prepared.writable);
        let outcome = regreen_supervise::run(spec, self.context.cancel)?;
        Ok((outcome.end, outcome.tail))
    }
}

/// What was noted. The last line may have been cut off.
fn read(notes: &str) -> Vec<ExecutedLines> {
    notes.lines().map_while(|line| serde_json::from_str(line).ok()).collect()
}

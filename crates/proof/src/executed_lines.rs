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
use serde_json::{Value, json};

use crate::adapter::{Prepared, adapter, left_file};
use crate::counted::{RunContext, environment, sandbox};
use crate::error::ProofError;
use crate::private_channel::PrivateChannel;

/// Name of the notes in the channel: a line of JSON for each test, as [`ExecutedLines`] has it.
const NOTES: &str = "executed.jsonl";
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
    fn names(&self) -> impl Iterator<Item = &str> {
        self.first.iter().map(|id| last_part(id))
    }

    /// Whether an id is one of theirs.
    #[must_use]
    pub fn asks_for(&self, id: &str) -> bool {
        let name = last_part(id);
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
    let recording = Recording { command, context, channel: private.path(), wish };
    adapter(command.framework).executed_lines(&recording)
}

/// What is run to see lines, and how: confined like a run of the tests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recording<'a> {
    pub(crate) command: &'a TestCommand,
    pub(crate) context: &'a RunContext<'a>,
    /// Folder that the run may write.
    pub(crate) channel: &'a Path,
    pub(crate) wish: &'a Wish<'a>,
}

impl Recording<'_> {
    /// What every program that takes notes is told.
    pub(crate) fn told(&self) -> Value {
        json!({
            "checkout": self.context.checkout.display().to_string(),
            "first": self.wish.names().collect::<Vec<_>>(),
            "most": self.wish.tests,
            "seconds": self.wish.time.as_secs_f64(),
            "notes": self.channel.join(NOTES).display().to_string(),
        })
    }

    /// Runs such a program and reads what it noted.
    pub(crate) fn noted_by(&self, prepared: &Prepared) -> Result<Vec<ExecutedLines>, ProofError> {
        let time = self.wish.time;
        let limit = time.saturating_mul(2).min(time.saturating_add(MOST_SLACK)).saturating_add(LOADING);
        let deadline = self.context.deadline.earlier(Deadline::after(limit));
        let cwd = self.context.checkout.join(&self.command.cwd);
        let (end, _) = self.run(prepared, &cwd, deadline)?;
        tracing::debug!("the recorder of lines: {end}");
        let notes = left_file::text(&self.channel.join(NOTES), MOST_NOTES);
        Ok(notes.map(|notes| read(&notes)).unwrap_or_default())
    }

    /// Runs any program; gives the end of what it printed as well.
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

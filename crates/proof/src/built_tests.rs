//! First opinions on changes that were compiled together: the tests are built once, and their programs are started for each
//! change, with a variable that chooses it.
//!
//! Promises: it says nothing that counts. Each start is a process of its own, supervised and in the sandbox of any test
//! run. *Red* from it may be believed only where it is cheap to be wrong; *green* asks for a
//! real run.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use regreen_case::TestCommand;
use regreen_supervise::{Deadline, End, Outcome, ProcessSpec};

use crate::adapter::noted::{self, Start};
use crate::adapter::{Adapter, Prepared, RawRun, Step, adapter};
use crate::counted::{Built, RunContext, TestOutcome, build, environment, sandbox};
use crate::error::ProofError;
use crate::opinion::Opinion;
use crate::private_channel::PrivateChannel;

/// A start that prints more is stopped.
const MOST_PRINTED: u64 = 4 * 1024 * 1024;
/// So much of the end of its output is read.
const TAIL: usize = 256 * 1024;
const GRACE: Duration = Duration::from_millis(200);

/// Tests that are built.
#[derive(Debug)]
pub struct BuiltTests {
    command: TestCommand,
    starts: Vec<Start>,
    prepared: Prepared,
    built: Built,
    /// Beside the checkout and the channel.
    writable: Vec<PathBuf>,
    private: PrivateChannel,
}

/// What came of building them.
#[derive(Debug)]
pub enum Build {
    /// They can be started.
    Done(Box<BuiltTests>),
    /// They could not be built; what the tools said.
    Refused(String),
    /// The framework knows no such thing, or the build was stopped.
    Impossible,
}

/// What a start showed.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Of its tests.
    pub opinion: Opinion,
    /// The end of its output.
    pub output: String,
    /// How long it took.
    pub wall: Duration,
    /// Of the processor, where the system says.
    pub cpu: Option<Duration>,
}

impl BuiltTests {
    /// Builds what the context's checkout holds.
    ///
    /// # Errors
    /// When files for it cannot be written, or a program is missing.
    pub fn build(command: &TestCommand, context: &RunContext<'_>) -> Result<Build, ProofError> {
        let private = PrivateChannel::new_in(context.scratch)?;
        let adapter = adapter(command.framework);
        let steps = adapter.steps(command, context)?;
        let nothing = BTreeMap::new();
        let mut built = build(&steps, command, context, &nothing, private.surroundings())?;
        if !built.end.is_success() {
            return Ok(refused(&built));
        }
        let (starts, prepared, writable) = match adapter.noting(command, context, private.path())? {
            Some(noting) => {
                built = note(&noting, command, context, &private)?;
                let starts = noted::read(private.path());
                // Not what was built: what one change does to it would be another one's.
                (adapter.own_words(starts, context)?, noting, Vec::new())
            }
            // Where steps have built everything, what runs the tests builds nothing.
            None if !steps.is_empty() => {
                let prepared = adapter.prepare(command, context, private.path())?;
                let cwd = prepared.cwd.clone().unwrap_or_else(|| context.checkout.join(&command.cwd));
                let env = environment(command, context, &prepared.env);
                let writable = prepared.writable.clone();
                (vec![Start { argv: prepared.argv.clone(), cwd, env, kept: None }], prepared, writable)
            }
            None => return Ok(Build::Impossible),
        };
        if starts.is_empty() || !(built.end.is_success() || adapter.misses_starts()) {
            return Ok(refused(&built));
        }
        let command = command.clone();
        Ok(Build::Done(Box::new(BuiltTests { command, starts, prepared, built, writable, private })))
    }

    /// Starts the programs, one after the other until one fails, with a variable set.
    ///
    /// # Errors
    /// When one cannot be started at all.
    pub fn look(
        &self,
        context: &RunContext<'_>,
        variable: (&str, &str),
        limit: Duration,
    ) -> Result<Look, ProofError> {
        let mut all = Look {
            opinion: Opinion::Nothing,
            output: String::new(),
            wall: Duration::ZERO,
            cpu: Some(Duration::ZERO),
        };
        for start in &self.starts {
            let one = self.look_at(start, context, variable, limit)?;
            all.output.push_str(&one.output);
            all.wall += one.wall;
            all.cpu = all.cpu.zip(one.cpu).map(|(sum, more)| sum + more);
            if one.silent {
                continue;
            }
            all.opinion = one.opinion;
            if all.opinion != Opinion::Green {
                break;
            }
        }
        Ok(all)
    }

    /// How many programs there are.
    pub(crate) fn programs(&self) -> usize {
        self.starts.len()
    }

    /// Folder that they may write.
    pub(crate) fn channel(&self) -> &Path {
        self.private.path()
    }

    /// Starts one of the programs with other words, and a variable that names a file in the channel. `None`: there is no
    /// such program.
    pub(crate) fn start(
        &self,
        program: usize,
        words: impl FnOnce(&[String]) -> Vec<String>,
        context: &RunContext<'_>,
        file: Option<(&str, &str)>,
        deadline: Deadline,
    ) -> Result<Option<(End, String)>, ProofError> {
        let Some(start) = self.starts.get(program) else { return Ok(None) };
        let path = file.map(|(variable, name)| (variable, self.private.path().join(name)));
        let variable = path.as_ref().map(|(variable, path)| (*variable, path.as_os_str()));
        let outcome = self.run(start, words(&start.argv), variable, context, deadline)?;
        Ok(Some((outcome.end, outcome.tail)))
    }

    /// One start of a program, with a variable set.
    fn run(
        &self,
        start: &Start,
        argv: Vec<String>,
        variable: Option<(&str, &OsStr)>,
        context: &RunContext<'_>,
        deadline: Deadline,
    ) -> Result<Outcome, ProofError> {
        let channel = self.private.path();
        noted::clear(channel)?;
        let mut spec = ProcessSpec::new(argv, start.cwd.clone(), context.deadline.earlier(deadline));
        spec.env = start.env.clone();
        if let Some((variable, value)) = variable {
            spec.env.set(variable, value);
        }
        spec.max_output = MOST_PRINTED;
        spec.tail = TAIL;
        spec.grace = GRACE;
        spec.sandbox = sandbox(context, channel, &self.writable);
        Ok(regreen_supervise::run(spec, context.cancel)?)
    }

    fn look_at(
        &self,
        start: &Start,
        context: &RunContext<'_>,
        variable: (&str, &str),
        limit: Duration,
    ) -> Result<OneLook, ProofError> {
        let variable = Some((variable.0, OsStr::new(variable.1)));
        let outcome = self.run(start, start.argv.clone(), variable, context, Deadline::after(limit))?;
        let raw = RawRun {
            command: &self.command,
            context,
            channel: self.private.path(),
            prepared: &self.prepared,
            built: &self.built.outputs,
            records: &[],
            printed: &outcome.tail,
            text: &outcome.tail,
            end: outcome.end,
        };
        let (opinion, silent) = opinion(adapter(self.command.framework), &raw);
        Ok(OneLook {
            opinion,
            silent,
            output: outcome.tail,
            wall: outcome.duration,
            cpu: outcome.usage.map(|usage| usage.user + usage.system),
        })
    }
}

struct OneLook {
    opinion: Opinion,
    /// It came to its proper end without a single test.
    silent: bool,
    output: String,
    wall: Duration,
    cpu: Option<Duration>,
}

/// What a start says, and whether it has nothing to do with the tests in question.
fn opinion(adapter: &dyn Adapter, raw: &RawRun<'_>) -> (Opinion, bool) {
    if raw.end == End::DeadlineReached {
        return (Opinion::Late, false);
    }
    let mut results = adapter.first_results(raw);
    crate::failures::attach(raw.command.framework, raw.text, &mut results);
    let failed = results.iter().find(|result| result.outcome == TestOutcome::Failed);
    if let Some(failed) = failed {
        let message = failed.failure.as_ref().map(|failure| failure.message.clone()).unwrap_or_default();
        return (Opinion::Red { id: failed.id.clone(), message }, false);
    }
    let passed = results.iter().any(|result| result.outcome == TestOutcome::Passed);
    match (passed, raw.end) {
        (true, End::Exited(0)) => (Opinion::Green, false),
        _ => (Opinion::Nothing, adapter.ran_nothing(raw)),
    }
}

/// Runs the tool with the script that notes, and gives what it said.
fn note(
    noting: &Prepared,
    command: &TestCommand,
    context: &RunContext<'_>,
    private: &PrivateChannel,
) -> Result<Built, ProofError> {
    let step = Step {
        argv: noting.argv.clone(),
        cwd: context.checkout.join(&command.cwd),
        shown: true,
        writable: noting.writable.iter().cloned().chain([private.path().to_owned()]).collect(),
    };
    build(&[step], command, context, &noting.env, private.surroundings())
}

fn refused(built: &Built) -> Build {
    match built.end {
        End::Exited(code) if code != 0 => Build::Refused(built.printed.clone()),
        _ => Build::Impossible,
    }
}

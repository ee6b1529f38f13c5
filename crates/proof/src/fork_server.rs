//! First opinions on many changes of one checkout: the runner is loaded once and forks for each of them.
//!
//! Promises: it says nothing that counts. *Red* from it may be believed only where it is cheap to be wrong; *green*
//! asks for a real run. The server and all its forks are one supervised process tree, in the sandbox of any test run,
//! and gone when this is dropped.

use std::fs::File;
use std::io::Write as _;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nix::sys::stat::Mode;
use regreen_case::TestCommand;
use regreen_supervise::{Cancel, ProcessSpec};
use serde::Deserialize;

use crate::adapter::adapter;
use crate::counted::{RECORD, RunContext, environment, sandbox};
use crate::error::ProofError;
use crate::opinion::{Opinion, OpinionLimit};
use crate::private_channel::PrivateChannel;

/// Longest that loading the runner may take.
const LOADING: Duration = Duration::from_secs(60);
/// Added to what a fork may take, before its server counts as hanging.
const SLACK: Duration = Duration::from_secs(5);
/// How often a wait looks whether somebody wants it to end.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// A server that prints more is stopped.
const MOST_PRINTED: u64 = 512 * 1024 * 1024;

/// What the server says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    ready: bool,
    missed: bool,
    run: Option<u64>,
    passed: u32,
    failed: u32,
    first: Option<(String, String)>,
    end: Option<u64>,
    late: bool,
    busy: f64,
}

/// A server of forks at work.
#[derive(Debug)]
pub struct ForkServer {
    requests: File,
    said: Receiver<Said>,
    cancel: Cancel,
    runner: Option<JoinHandle<()>>,
    number: u64,
    /// Holds the channel; gone after the process.
    _private: PrivateChannel,
}

impl ForkServer {
    /// Starts one for the command, in the context's checkout. `None` when its framework knows no such thing, or does
    /// not get to the project's code.
    ///
    /// # Errors
    /// When the files for it cannot be written, or a program is missing.
    pub fn start(command: &TestCommand, context: &RunContext<'_>) -> Result<Option<Self>, ProofError> {
        let private = PrivateChannel::new_in(context.scratch)?;
        let pipe = private.surroundings().join("requests");
        let Some(prepared) =
            adapter(command.framework).fork_server(command, context, private.path(), &pipe)?
        else {
            return Ok(None);
        };
        let failed = ProofError::io("create", &pipe);
        nix::unistd::mkfifo(&pipe, Mode::S_IRUSR | Mode::S_IWUSR).map_err(|error| failed(error.into()))?;
        // For reading as well: opening one end alone would wait for the other.
        let requests =
            File::options().read(true).write(true).open(&pipe).map_err(ProofError::io("open", &pipe))?;
        let (sender, said) = channel();
        let cancel = context.cancel.within();
        let mut spec =
            ProcessSpec::new(prepared.argv.clone(), context.checkout.join(&command.cwd), context.deadline);
        spec.env = environment(command, context, &prepared.env);
        spec.max_output = MOST_PRINTED;
        spec.grace = Duration::from_millis(200);
        spec.on_line = Some(listener(sender));
        spec.sandbox = sandbox(context, private.path(), &prepared.writable);
        let until = cancel.clone();
        let runner = std::thread::spawn(move || match regreen_supervise::run(spec, &until) {
            Ok(outcome) => tracing::debug!("the fork server: {}", outcome.end),
            Err(error) => tracing::debug!("the fork server: {error}"),
        });
        let server =
            ForkServer { requests, said, cancel, runner: Some(runner), number: 0, _private: private };
        // It comes to its end when the tests load nothing of the project's.
        let begun = server.wait(LOADING, |said| said.ready || said.missed);
        Ok(begun.filter(|said| said.ready).map(|_| server))
    }

    /// Asks for an opinion on the checkout as it is now, and says what it took of the processor. `None`: the server is
    /// gone, or of no use any more.
    pub fn ask(&mut self, limit: OpinionLimit) -> Option<(Opinion, Duration)> {
        self.number += 1;
        let number = self.number;
        writeln!(self.requests, "{number} {} {}", limit.wall.as_secs_f64(), limit.cpu.as_secs_f64()).ok()?;
        let mut result = None;
        let end = self.wait(limit.wall + SLACK, |said| {
            if said.run == Some(number) {
                result = Some(std::mem::take(said));
            }
            said.end == Some(number)
        })?;
        let opinion = match result {
            _ if end.late => Opinion::Late,
            Some(Said { passed: 1.., failed: 0, .. }) => Opinion::Green,
            Some(Said { failed: 1.., first: Some((id, message)), .. }) => Opinion::Red { id, message },
            _ => Opinion::Nothing,
        };
        Some((opinion, Duration::try_from_secs_f64(end.busy).unwrap_or_default()))
    }

    /// Waits for something to be said. `None` when it is not.
    fn wait(&self, longest: Duration, mut is_it: impl FnMut(&mut Said) -> bool) -> Option<Said> {
        let until = Instant::now() + longest;
        loop {
            match self.said.recv_timeout(LOOK_EVERY) {
                Ok(mut said) => {
                    if is_it(&mut said) {
                        return Some(said);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) if Instant::now() >= until || self.cancel.is_cancelled() => {
                    return None;
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

impl Drop for ForkServer {
    fn drop(&mut self) {
        self.cancel.cancel();
        if let Some(runner) = self.runner.take() {
            let _ = runner.join();
        }
    }
}

/// Takes what is framed in the server's output.
fn listener(sender: Sender<Said>) -> Box<dyn FnMut(&str) + Send> {
    Box::new(move |line| {
        let said = line.strip_prefix(RECORD).and_then(|line| serde_json::from_str(line).ok());
        if let Some(said) = said {
            // Nobody may be asking any more.
            let _ = sender.send(said);
        }
    })
}

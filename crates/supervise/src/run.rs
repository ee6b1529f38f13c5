//! The supervisor: one loop per child that reads its output, watches the clocks, and takes the
//! whole tree down.
//!
//! The ladder: SIGTERM to every descendant, grace, SIGKILL until nothing is left. It is climbed on
//! deadline, silence, too much output and cancellation; when the child ends by itself and leaves
//! processes behind; and, from `Drop`, when a listener panics.

use std::io::{self, PipeReader, Read};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal;
use regreen_case::Confinement;

use crate::capture::{Capture, Captured};
use crate::child::SupervisedChild;
use crate::sandbox::PrivateTemporary;
use crate::tree::Tree;
use crate::{Cancel, Deadline, End, Outcome, ProcessSpec, SuperviseError};

mod start;

/// Longest wait between two looks at the clocks and at the child.
const TICK: Duration = Duration::from_millis(40);
/// Time between two looks at all processes while the child runs.
const LOOK: Duration = Duration::from_millis(500);
/// Grace that is left when we are being stopped ourselves: the Actions runner gives 7.5 seconds.
const GRACE_WHEN_CANCELLED: Duration = Duration::from_secs(2);
/// Grace for what a child that ended by itself left behind.
const GRACE_FOR_LEFTOVERS: Duration = Duration::from_millis(500);
/// A process that survives SIGKILL this long hangs in the kernel: nobody can wait for it.
const KILL_LIMIT: Duration = Duration::from_secs(3);
/// So often in a row nothing may be seen of a tree that had more than its root: one look can miss a process
/// that was started behind it by one that died before it.
const CALM_LOOKS: u32 = 4;

/// Runs a process to its end, and everything it started with it.
///
/// # Errors
/// When it cannot be started or its log cannot be written. How it ended is no error.
pub fn run(spec: ProcessSpec, cancel: &Cancel) -> Result<Outcome, SuperviseError> {
    if cancel.is_cancelled() {
        return Ok(never_started(End::Cancelled, &spec));
    }
    if spec.deadline.is_over() {
        return Ok(never_started(End::DeadlineReached, &spec));
    }
    let began = Instant::now();
    let limits = Limits { deadline: spec.deadline, silence: spec.silence };
    let grace = spec.grace;
    let mut supervised = Supervised::start(spec)?;
    let stopped = supervised.watch(&limits, cancel)?;
    let end = match stopped {
        Stopped::Ended(status) if supervised.tree.left_nothing() => {
            supervised.down = true;
            end_of(status)
        }
        Stopped::Ended(status) => {
            supervised.take_down(grace.min(GRACE_FOR_LEFTOVERS))?;
            end_of(status)
        }
        Stopped::ByUs(end) => {
            let grace = if end == End::Cancelled { grace.min(GRACE_WHEN_CANCELLED) } else { grace };
            supervised.take_down(grace)?;
            end
        }
    };
    supervised.finish(end, began)
}

fn never_started(end: End, spec: &ProcessSpec) -> Outcome {
    Outcome {
        end,
        signal: None,
        killed: false,
        duration: Duration::ZERO,
        usage: None,
        tail: String::new(),
        output_bytes: 0,
        output_lines: 0,
        confinement: Confinement { mode: spec.sandbox.mode, ..Confinement::default() },
    }
}

fn end_of(status: ExitStatus) -> End {
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Exited(code),
        (None, signal) => End::Signalled(signal.unwrap_or_default()),
    }
}

struct Limits {
    deadline: Deadline,
    silence: Option<Duration>,
}

enum Stopped {
    Ended(ExitStatus),
    ByUs(End),
}

/// A running child. Dropping it takes the tree down.
struct Supervised {
    child: SupervisedChild,
    tree: Tree,
    /// `None` once all writers are gone.
    output: Option<PipeReader>,
    capture: Option<Capture>,
    last_output: Instant,
    /// Whether asking was not enough.
    killed: bool,
    down: bool,
    confinement: Confinement,
    /// Dropped last: nobody writes into it any more.
    _temporary: Option<PrivateTemporary>,
}

impl Supervised {
    fn start(mut spec: ProcessSpec) -> Result<Self, SuperviseError> {
        let limits = (spec.max_output, spec.max_lines);
        let capture = Capture::new(spec.log.as_deref(), spec.tail, limits, spec.on_line.take())?;
        let started = start::start(&spec)?;
        let child = SupervisedChild::new(started.child);
        Ok(Supervised {
            tree: Tree::new(child.pid(), started.mark),
            child,
            output: Some(started.output),
            capture: Some(capture),
            last_output: Instant::now(),
            killed: false,
            down: false,
            confinement: started.confinement,
            _temporary: started.temporary,
        })
    }

    /// Waits until the child ends or a limit is reached.
    fn watch(&mut self, limits: &Limits, cancel: &Cancel) -> Result<Stopped, SuperviseError> {
        // Only to reap what came to us and to know groups early: the tag and the mark find the rest.
        let mut next_look = Instant::now() + LOOK;
        loop {
            if cancel.is_cancelled() {
                return Ok(Stopped::ByUs(End::Cancelled));
            }
            if self.capture.as_ref().is_some_and(Capture::is_over_limit) {
                return Ok(Stopped::ByUs(End::OutputLimit));
            }
            if let Some(status) = self.child.try_wait()? {
                return Ok(Stopped::Ended(status));
            }
            if limits.deadline.is_over() {
                return Ok(Stopped::ByUs(End::DeadlineReached));
            }
            if let Some(silence) = limits.silence.filter(|silence| self.last_output.elapsed() >= *silence) {
                return Ok(Stopped::ByUs(End::Silent(silence.as_secs())));
            }
            if Instant::now() >= next_look {
                self.tree.update();
                next_look = Instant::now() + LOOK;
            }
            self.pump(TICK.min(limits.deadline.remaining()))?;
        }
    }

    /// Reads what is there, waiting at most this long for it or for the child's end. Says whether there
    /// was something.
    fn pump(&mut self, wait: Duration) -> Result<bool, SuperviseError> {
        // Rounded up: a wait of less than a millisecond must not become a busy loop.
        let wait = wait + Duration::from_micros(999);
        let timeout = PollTimeout::try_from(wait).unwrap_or(PollTimeout::ZERO);
        let mut watched = Vec::with_capacity(2);
        watched.extend(self.output.as_ref().map(|output| PollFd::new(output.as_fd(), PollFlags::POLLIN)));
        watched.extend(self.child.wakes().map(|wakes| PollFd::new(wakes, PollFlags::POLLIN)));
        if watched.is_empty() {
            std::thread::sleep(wait.min(Duration::from_millis(4)));
            return Ok(false);
        }
        match poll(&mut watched, timeout) {
            Ok(0) | Err(Errno::EINTR) => return Ok(false),
            Ok(_) => {}
            Err(error) => {
                return Err(SuperviseError::System { action: "wait for output", source: error.into() });
            }
        }
        let readable = watched[0].any().unwrap_or(false);
        drop(watched);
        match &mut self.output {
            Some(_) if readable => self.read(),
            _ => Ok(false),
        }
    }

    fn read(&mut self) -> Result<bool, SuperviseError> {
        let Some(output) = &mut self.output else { return Ok(false) };
        let mut buffer = [0u8; 64 * 1024];
        match output.read(&mut buffer) {
            Ok(0) => {
                self.output = None;
                Ok(false)
            }
            Ok(count) => {
                self.last_output = Instant::now();
                match &mut self.capture {
                    Some(capture) => capture.take(&buffer[..count])?,
                    None => return Ok(false),
                }
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(false),
            Err(source) => Err(SuperviseError::System { action: "read output", source }),
        }
    }

    /// Asks the tree to end, reads on while it does, and kills what is left after `grace`.
    fn take_down(&mut self, grace: Duration) -> Result<(), SuperviseError> {
        self.tree.update();
        if !(self.tree.is_empty() && self.child.status().is_some()) {
            let child_lives = self.child.status().is_none();
            self.tree.signal(Signal::SIGTERM, child_lives);
            // A stopped process takes SIGTERM only when it goes on.
            self.tree.signal(Signal::SIGCONT, child_lives);
            let until = Deadline::after(grace);
            while !until.is_over() {
                self.pump(Duration::from_millis(10).min(until.remaining()))?;
                self.child.try_wait()?;
                self.tree.update();
                if self.child.status().is_some() && self.tree.is_empty() {
                    break;
                }
            }
        }
        self.kill();
        Ok(())
    }

    /// SIGKILL until nothing is left. Repeated, because a tree can grow while it is cut down.
    fn kill(&mut self) {
        let until = Deadline::after(KILL_LIMIT);
        let mut calm = 0;
        loop {
            self.tree.update();
            let child_lives = !matches!(self.child.try_wait(), Ok(Some(_)) | Err(_));
            if until.is_over() {
                break;
            }
            if self.tree.is_empty() && !child_lives {
                calm += 1;
                if calm >= CALM_LOOKS || !self.tree.had_descendants() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(2));
                continue;
            }
            calm = 0;
            self.killed = true;
            self.tree.signal(Signal::SIGKILL, child_lives);
            std::thread::sleep(Duration::from_millis(2));
        }
        self.down = true;
    }

    /// Reads what is still in the pipe; the writers are dead, so it is bounded.
    fn finish(mut self, end: End, began: Instant) -> Result<Outcome, SuperviseError> {
        let until = Deadline::after(Duration::from_millis(500));
        while self.output.is_some() && !until.is_over() && self.pump(Duration::ZERO)? {}
        let Captured { tail, bytes, lines } = self.capture.take().map(Capture::finish).unwrap_or_default();
        Ok(Outcome {
            end,
            signal: self.child.status().and_then(|status| status.signal()),
            killed: self.killed,
            duration: began.elapsed(),
            usage: self.child.usage(),
            tail,
            output_bytes: bytes,
            output_lines: lines,
            confinement: std::mem::take(&mut self.confinement),
        })
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        if !self.down {
            self.kill();
        }
    }
}

#[cfg(test)]
mod tests;

//! The supervisor: one loop per child that reads its output, watches the clocks, and takes the
//! whole tree down.
//!
//! The ladder: SIGTERM to every descendant, grace, SIGKILL until nothing is left. It is climbed on
//! deadline, silence, too much output and cancellation; when the child ends by itself and leaves
//! processes behind; and, from `Drop`, when a listener panics.

use std::fs::File;
use std::io::{self, PipeReader, Read, Seek, Write};
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal;

use crate::capture::Capture;
use crate::tree::{self, Tree};
use crate::{Cancel, Deadline, End, Input, Outcome, ProcessSpec, SuperviseError};

/// Longest wait between two looks at the clocks and at the child.
const TICK: Duration = Duration::from_millis(40);
/// Grace that is left when we are being stopped ourselves: the Actions runner gives 7.5 seconds.
const GRACE_WHEN_CANCELLED: Duration = Duration::from_secs(2);
/// Grace for what a child that ended by itself left behind.
const GRACE_FOR_LEFTOVERS: Duration = Duration::from_millis(500);
/// A process that survives SIGKILL this long hangs in the kernel: nobody can wait for it.
const KILL_LIMIT: Duration = Duration::from_secs(3);

/// Runs a process to its end, and everything it started with it.
///
/// # Errors
/// When it cannot be started or its log cannot be written. How it ended is no error.
pub fn run(spec: ProcessSpec, cancel: &Cancel) -> Result<Outcome, SuperviseError> {
    let never_started =
        |end| Ok(Outcome { end, duration: Duration::ZERO, tail: String::new(), output_bytes: 0 });
    if cancel.is_cancelled() {
        return never_started(End::Cancelled);
    }
    if spec.deadline.is_over() {
        return never_started(End::DeadlineReached);
    }
    let began = Instant::now();
    let limits = Limits { deadline: spec.deadline, silence: spec.silence };
    let grace = spec.grace;
    let mut supervised = Supervised::start(spec)?;
    let stopped = supervised.watch(&limits, cancel)?;
    let end = match stopped {
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
    let (tail, output_bytes) = supervised.finish()?;
    Ok(Outcome { end, duration: began.elapsed(), tail, output_bytes })
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
    child: Child,
    status: Option<ExitStatus>,
    tree: Tree,
    /// `None` once all writers are gone.
    output: Option<PipeReader>,
    capture: Option<Capture>,
    last_output: Instant,
    down: bool,
}

impl Supervised {
    fn start(mut spec: ProcessSpec) -> Result<Self, SuperviseError> {
        tree::adopt_orphans();
        let program = spec.argv.first().cloned().ok_or(SuperviseError::EmptyCommand)?;
        let capture = Capture::new(spec.log.as_deref(), spec.tail, spec.max_output, spec.on_line.take())?;
        let system = |action| move |source| SuperviseError::System { action, source };
        let (output, writer) = io::pipe().map_err(system("make a pipe"))?;
        let mark = random_mark().map_err(system("get random bytes"))?;
        let mut command = Command::new(&program);
        command
            .args(&spec.argv[1..])
            .current_dir(&spec.cwd)
            .env_clear()
            .envs(spec.env.iter())
            .env(tree::MARK, nested_mark(&mark))
            .process_group(0)
            .stdin(stdin_of(&spec.stdin)?)
            .stdout(writer.try_clone().map_err(system("copy a pipe"))?)
            .stderr(writer);
        let child = command.spawn().map_err(|source| match source.kind() {
            io::ErrorKind::NotFound if spec.cwd.is_dir() => {
                SuperviseError::ProgramNotFound { program: program.clone() }
            }
            _ => SuperviseError::Start { program: program.clone(), cwd: spec.cwd.clone(), source },
        })?;
        // Our ends of the pipe for writing go with the command; only the child's are left.
        drop(command);
        let root = i32::try_from(child.id()).unwrap_or_default();
        Ok(Supervised {
            child,
            status: None,
            tree: Tree::new(root, mark),
            output: Some(output),
            capture: Some(capture),
            last_output: Instant::now(),
            down: false,
        })
    }

    /// Waits until the child ends or a limit is reached.
    fn watch(&mut self, limits: &Limits, cancel: &Cancel) -> Result<Stopped, SuperviseError> {
        // Early looks catch processes that leave at once; later ones cost less.
        let mut pause = Duration::from_millis(20);
        let mut next_look = Instant::now() + pause;
        loop {
            if cancel.is_cancelled() {
                return Ok(Stopped::ByUs(End::Cancelled));
            }
            if self.capture.as_ref().is_some_and(Capture::is_over_limit) {
                return Ok(Stopped::ByUs(End::OutputLimit));
            }
            if let Some(status) = self.try_wait()? {
                return Ok(Stopped::Ended(status));
            }
            if limits.deadline.is_over() {
                return Ok(Stopped::ByUs(End::DeadlineReached));
            }
            if limits.silence.is_some_and(|silence| self.last_output.elapsed() >= silence) {
                return Ok(Stopped::ByUs(End::Silent));
            }
            if Instant::now() >= next_look {
                self.tree.update();
                pause = (pause * 2).min(Duration::from_millis(500));
                next_look = Instant::now() + pause;
            }
            self.pump(TICK.min(limits.deadline.remaining()))?;
        }
    }

    fn try_wait(&mut self) -> Result<Option<ExitStatus>, SuperviseError> {
        if self.status.is_none() {
            self.status = self
                .child
                .try_wait()
                .map_err(|source| SuperviseError::System { action: "wait for a process", source })?;
        }
        Ok(self.status)
    }

    /// Reads what is there, waiting at most this long for it. Says whether there was something.
    fn pump(&mut self, wait: Duration) -> Result<bool, SuperviseError> {
        let Some(output) = &mut self.output else {
            // Nobody can write any more, so the child is about to end: look again soon.
            std::thread::sleep(wait.min(Duration::from_millis(4)));
            return Ok(false);
        };
        let timeout = PollTimeout::try_from(wait).unwrap_or(PollTimeout::ZERO);
        let mut watched = [PollFd::new(output.as_fd(), PollFlags::POLLIN)];
        match poll(&mut watched, timeout) {
            Ok(0) | Err(Errno::EINTR) => return Ok(false),
            Ok(_) => {}
            Err(error) => {
                return Err(SuperviseError::System { action: "wait for output", source: error.into() });
            }
        }
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
        if !(self.tree.is_empty() && self.status.is_some()) {
            self.tree.signal(Signal::SIGTERM, self.status.is_none());
            // A stopped process takes SIGTERM only when it goes on.
            self.tree.signal(Signal::SIGCONT, self.status.is_none());
            let until = Deadline::after(grace);
            while !until.is_over() {
                self.pump(Duration::from_millis(10).min(until.remaining()))?;
                self.try_wait()?;
                self.tree.update();
                if self.status.is_some() && self.tree.is_empty() {
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
        loop {
            self.tree.update();
            let child_lives = !matches!(self.try_wait(), Ok(Some(_)) | Err(_));
            if (self.tree.is_empty() && !child_lives) || until.is_over() {
                break;
            }
            self.tree.signal(Signal::SIGKILL, child_lives);
            std::thread::sleep(Duration::from_millis(2));
        }
        self.down = true;
    }

    /// Reads what is still in the pipe; the writers are dead, so it is bounded.
    fn finish(mut self) -> Result<(String, u64), SuperviseError> {
        let until = Deadline::after(Duration::from_millis(500));
        while self.output.is_some() && !until.is_over() && self.pump(Duration::ZERO)? {}
        Ok(self.capture.take().map(Capture::finish).unwrap_or_default())
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        if !self.down {
            self.kill();
        }
    }
}

fn stdin_of(input: &Input) -> Result<Stdio, SuperviseError> {
    match input {
        Input::Null => Ok(Stdio::null()),
        Input::File(path) => File::open(path).map(Stdio::from).map_err(|source| SuperviseError::File {
            action: "open",
            path: path.clone(),
            source,
        }),
        // A nameless file instead of a pipe: nobody has to feed it while the child runs.
        Input::Bytes(bytes) => {
            let write = || -> io::Result<File> {
                let mut file = tempfile::tempfile()?;
                file.write_all(bytes)?;
                file.rewind()?;
                Ok(file)
            };
            write()
                .map(Stdio::from)
                .map_err(|source| SuperviseError::System { action: "store standard input", source })
        }
    }
}

fn random_mark() -> io::Result<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Our own mark stays visible in what our children start, so that a supervisor above us still
/// finds them when we are killed.
fn nested_mark(mark: &str) -> String {
    match std::env::var(tree::MARK) {
        Ok(outer) if !outer.is_empty() && outer.len() < 1024 => format!("{outer},{mark}"),
        _ => mark.to_owned(),
    }
}

#[cfg(test)]
mod tests;

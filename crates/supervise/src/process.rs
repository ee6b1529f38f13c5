//! What to run, and how it ended: plain data.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use regreen_case::Confinement;

use crate::{Deadline, Environment, Sandbox};

/// What the child reads on its standard input.
#[derive(Debug, Clone, Default)]
pub enum Input {
    /// Nothing.
    #[default]
    Null,
    /// These bytes.
    Bytes(Vec<u8>),
    /// A file.
    File(PathBuf),
}

/// Called with each line of output.
pub type LineListener = Box<dyn FnMut(&str) + Send>;

/// A process to run.
pub struct ProcessSpec {
    /// Program and arguments. Never goes through a shell.
    pub argv: Vec<String>,
    /// Working directory.
    pub cwd: PathBuf,
    /// The whole environment.
    pub env: Environment,
    /// Standard input.
    pub stdin: Input,
    /// File that takes standard output and error as they come, interleaved and unredacted.
    /// Missing folders are made; an existing file is replaced.
    pub log: Option<PathBuf>,
    /// When it must be over.
    pub deadline: Deadline,
    /// Time between asking (SIGTERM) and forcing (SIGKILL). At most two seconds are given when we
    /// are cancelled ourselves.
    pub grace: Duration,
    /// Longest time without output.
    pub silence: Option<Duration>,
    /// Most bytes of output; the process is stopped beyond.
    pub max_output: u64,
    /// Most lines of output; the process is stopped beyond.
    pub max_lines: u64,
    /// Most bytes of output to keep in memory: its end.
    pub tail: usize,
    /// Called with each line of output, without its end. Lines are cut at 64 KiB.
    pub on_line: Option<LineListener>,
    /// What it may touch.
    pub sandbox: Sandbox,
}

impl ProcessSpec {
    /// A process with a scrubbed environment, no input, no log, two seconds of grace, at most
    /// 256 MiB and ten million lines of output, the last 64 KiB of it kept, and no sandbox.
    #[must_use]
    pub fn new(argv: Vec<String>, cwd: impl Into<PathBuf>, deadline: Deadline) -> Self {
        ProcessSpec {
            argv,
            cwd: cwd.into(),
            env: Environment::scrubbed(),
            stdin: Input::Null,
            log: None,
            deadline,
            grace: Duration::from_secs(2),
            silence: None,
            max_output: 256 * 1024 * 1024,
            max_lines: 10_000_000,
            tail: 64 * 1024,
            on_line: None,
            sandbox: Sandbox::off(),
        }
    }
}

impl std::fmt::Debug for ProcessSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProcessSpec")
            .field("argv", &self.argv)
            .field("cwd", &self.cwd)
            .field("env", &self.env)
            .field("log", &self.log)
            .field("sandbox", &self.sandbox)
            .finish_non_exhaustive()
    }
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// By itself, with this code.
    Exited(i32),
    /// By a signal that we did not send.
    Signalled(i32),
    /// We stopped it: its time was over.
    DeadlineReached,
    /// We stopped it: no output for so many seconds.
    Silent(u64),
    /// We stopped it: it wrote too many bytes or lines.
    OutputLimit,
    /// We stopped it: we were told to stop.
    Cancelled,
}

impl End {
    /// Whether it ended by itself with code 0.
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self, End::Exited(0))
    }
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            End::Exited(code) => write!(f, "exited with code {code}"),
            End::Signalled(signal) => write!(f, "killed by signal {signal}"),
            End::DeadlineReached => f.write_str("stopped: its time was over"),
            End::Silent(seconds) => write!(f, "stopped: no output for {seconds} s"),
            End::OutputLimit => f.write_str("stopped: it wrote too much"),
            End::Cancelled => f.write_str("stopped: the run was cancelled"),
        }
    }
}

/// What a process used, itself and all descendants that were waited for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// CPU time in programs.
    pub user: Duration,
    /// CPU time in the kernel for them.
    pub system: Duration,
    /// Most memory that one of the processes held at a time, in bytes.
    pub peak_memory: u64,
}

/// What came of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended, or why we stopped it.
    pub end: End,
    /// The signal it died of, ours included.
    pub signal: Option<i32>,
    /// Whether something of it had to be killed: it did not end when asked to.
    pub killed: bool,
    /// From start to the end of the last of its descendants.
    pub duration: Duration,
    /// CPU time and memory; `None` where the system does not say.
    pub usage: Option<Usage>,
    /// The end of its output, from the start of a line when it was cut.
    pub tail: String,
    /// All bytes it wrote.
    pub output_bytes: u64,
    /// All lines it wrote, the last one included when it has no end.
    pub output_lines: u64,
    /// What was enforced on it.
    pub confinement: Confinement,
}

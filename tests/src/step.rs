//! Runs a command the way a step of a job does, and writes down the log that Actions would keep of it.
//!
//! Promises: both outputs in one stream, in the order they came; a process group of its own, ended as a
//! whole at the limit; an environment made from nothing.

use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::{log_text, program};

/// A command to run as a step.
#[derive(Debug)]
pub struct Step {
    command: Command,
    script: String,
    limit: Duration,
    home: tempfile::TempDir,
}

impl Step {
    /// A step that runs `argv` in `folder`. The program is looked for on the path that the step gets.
    ///
    /// # Panics
    /// When there is no place for its home directory.
    #[must_use]
    pub fn new(argv: &[&str], folder: &Path) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        // `env` looks the program up on the path given here and not on the test's own.
        let mut command = Command::new("/usr/bin/env");
        command.args(argv).current_dir(folder).env_clear().env("CI", "true");
        for (name, value) in program::surroundings(home.path()) {
            command.env(name, value);
        }
        Step { command, script: argv.join(" "), limit: Duration::from_secs(100), home }
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Puts folders in front of the path.
    #[must_use]
    pub fn path(mut self, folders: &[std::path::PathBuf]) -> Self {
        let own = program::surroundings(self.home.path()).into_iter().find(|(name, _)| name == "PATH");
        let rest = own.map(|(_, value)| value).unwrap_or_default();
        let all = folders.iter().cloned().chain(std::env::split_paths(&rest));
        self.command.env("PATH", std::env::join_paths(all).expect("folders without a colon"));
        self
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// When it cannot be started or takes longer than its limit.
    #[must_use]
    pub fn run(mut self) -> StepEnd {
        let (mut reader, writer) = std::io::pipe().expect("a pipe");
        let errors = writer.try_clone().expect("a pipe");
        self.command.stdin(Stdio::null()).stdout(writer).stderr(errors).process_group(0);
        let mut child = self.command.spawn().expect("the step starts");
        // Its ends of the pipe must be closed here, or the reader would wait for us.
        drop(self.command);
        let output = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = reader.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let group = Pid::from_raw(i32::try_from(child.id()).expect("a process id"));
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child can be asked") {
                break Some(status);
            }
            if begun.elapsed() > self.limit {
                break None;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        // What it left behind would hold the pipe open.
        let _ = killpg(group, Signal::SIGKILL);
        let _ = child.wait();
        let output = output.join().unwrap_or_default();
        let status = status.unwrap_or_else(|| panic_late(&self.script, self.limit, &output));
        let code = status.code().or(status.signal().map(|signal| 128 + signal)).unwrap_or(1);
        StepEnd { script: self.script, output, code }
    }
}

#[expect(clippy::panic, reason = "a step that hangs has to fail the test")]
fn panic_late(script: &str, limit: Duration, output: &str) -> ! {
    panic!("`{script}` takes longer than {limit:?}; so far it printed:\n{output}")
}

/// A step that has ended.
#[derive(Debug, Clone)]
pub struct StepEnd {
    /// The command line.
    pub script: String,
    /// Everything it printed.
    pub output: String,
    /// Exit code, as a shell gives it: 128 and the signal for what a signal ended.
    pub code: i32,
}

impl StepEnd {
    /// The job's log: this step, and how the runner says that it failed.
    #[must_use]
    pub fn job_log(&self) -> String {
        let output = self.output_with_end();
        log_text::job_log(&[(&self.script, &output)])
    }

    /// The job's log when a linter after it is what failed.
    #[must_use]
    pub fn job_log_with_a_failing_linter(&self) -> String {
        let linter = "README.md:3: trailing space\n##[error]Process completed with exit code 1.";
        let output = self.output_with_end();
        log_text::job_log(&[(&self.script, &output), ("./lint.sh", linter)])
    }

    fn output_with_end(&self) -> String {
        let mut output = self.output.clone();
        if self.code != 0 {
            if !output.is_empty() && !output.ends_with('\n') {
                output.push('\n');
            }
            output.push_str(&format!("##[error]Process completed with exit code {}.", self.code));
        }
        output
    }
}

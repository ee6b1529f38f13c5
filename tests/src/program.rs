//! Runs a program with an environment made from nothing.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::{binaries, tools};

/// A program to run.
#[derive(Debug)]
pub struct Program {
    command: Command,
    stdin: Vec<u8>,
    limit: Duration,
    home: tempfile::TempDir,
}

impl Program {
    /// One of the suite's programs.
    ///
    /// # Panics
    /// When it does not build.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Program::at(&binaries::binary(name))
    }

    /// Any program.
    ///
    /// # Panics
    /// When there is no place for its home directory.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let mut command = Command::new(path);
        command.env_clear();
        for (name, value) in surroundings(home.path()) {
            command.env(name, value);
        }
        Program { command, stdin: Vec::new(), limit: Duration::from_secs(120), home }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the working directory.
    #[must_use]
    pub fn dir(mut self, path: impl AsRef<Path>) -> Self {
        self.command.current_dir(path);
        self
    }

    /// Gives standard input.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Longest time it may take; two minutes unless told.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// When it cannot be started or takes longer than its limit.
    pub fn run(self) -> Finished {
        let limit = self.limit;
        self.spawn().wait(limit)
    }

    /// Starts it.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn spawn(mut self) -> Running {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let started = Instant::now();
        let mut child = self.command.spawn().unwrap_or_else(|error| fail(&self.command, &error.to_string()));
        if let Some(mut pipe) = child.stdin.take() {
            let bytes = std::mem::take(&mut self.stdin);
            // A program that does not read its input closes it: that is its right.
            std::thread::spawn(move || drop(pipe.write_all(&bytes)));
        }
        let out = child.stdout.take().map(collect);
        let err = child.stderr.take().map(collect);
        Running {
            child,
            out,
            err,
            started,
            description: format!("{:?}", self.command.get_program()),
            _home: self.home,
        }
    }
}

#[expect(clippy::panic, reason = "a program that does not start has to fail the test")]
fn fail(command: &Command, detail: &str) -> ! {
    panic!("cannot start {command:?}: {detail}")
}

/// What every program gets: tools first, a home of its own, no configuration of the user.
pub(crate) fn surroundings(home: &Path) -> Vec<(String, std::ffi::OsString)> {
    let own = |name: &str| std::env::var_os(name);
    let mut all: Vec<(String, std::ffi::OsString)> = vec![
        ("PATH".into(), tools::search_path()),
        ("HOME".into(), home.into()),
        ("LANG".into(), "C.UTF-8".into()),
        ("TZ".into(), "UTC".into()),
        ("GIT_CONFIG_GLOBAL".into(), "/dev/null".into()),
        ("GIT_CONFIG_NOSYSTEM".into(), "1".into()),
        ("GOCACHE".into(), tools::workspace().join("target/tools/go-cache").into()),
        ("GOFLAGS".into(), "-mod=mod".into()),
        ("GOTOOLCHAIN".into(), "local".into()),
    ];
    // Toolchains live in the real home.
    let real_home = own("HOME").map(std::path::PathBuf::from);
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let place = own(name).or_else(|| real_home.as_ref().map(|home| home.join(folder).into()));
        all.extend(place.map(|place| (name.to_owned(), place)));
    }
    for name in ["TMPDIR", "LLVM_PROFILE_FILE", "RUSTFLAGS"] {
        all.extend(own(name).map(|value| (name.to_owned(), value)));
    }
    all
}

fn collect(mut pipe: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

/// A program that runs. Killed when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    out: Option<JoinHandle<Vec<u8>>>,
    err: Option<JoinHandle<Vec<u8>>>,
    started: Instant,
    description: String,
    _home: tempfile::TempDir,
}

impl Running {
    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// When it is gone already.
    pub fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).expect("a process id");
        kill(Pid::from_raw(id), signal).expect("the process is there");
    }

    /// Whether it still runs.
    ///
    /// # Panics
    /// When the system cannot tell.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child can be asked").is_none()
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it takes longer than `limit`.
    pub fn wait(mut self, limit: Duration) -> Finished {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child can be asked") {
                break status;
            }
            assert!(begun.elapsed() < limit, "{} takes longer than {limit:?}", self.description);
            std::thread::sleep(Duration::from_millis(5));
        };
        let text = |pipe: Option<JoinHandle<Vec<u8>>>| {
            let bytes = pipe.map(|pipe| pipe.join().unwrap_or_default()).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        Finished {
            code: status.code(),
            stdout: text(self.out.take()),
            stderr: text(self.err.take()),
            took: self.started.elapsed(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program that has ended.
#[must_use]
#[derive(Debug, Clone)]
pub struct Finished {
    /// Exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Wall-clock time.
    pub took: Duration,
}

impl Finished {
    /// Asserts the exit code, and shows both streams when it is another one.
    ///
    /// # Panics
    /// When it is another one.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that standard error holds `text`.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "`{text}` is not in:\n{}", self.stderr);
        self
    }
}

//! Who ends a phase's processes when the phase itself is killed without being asked.
//!
//! SIGKILL runs no destructor. So a phase starts its own program once more, as a guardian: a tiny
//! process in a group of its own that reads a pipe whose other end only the phase holds. When the
//! pipe closes without a goodbye, the phase is dead, and the guardian ends everything that carries the
//! phase's mark. It costs one process that sleeps, and no `unsafe` between fork and exec.
//!
//! It does not find a process that was orphaned, left its session *and* erased its environment while
//! the phase still lived: only a control group could. Without `/proc` there is no guardian.

use std::io::{self, PipeWriter, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::tree::{self, Tree};

/// What the guardian calls itself; nobody starts a program under this name by accident.
const NAME: &str = "regreen-guardian";
/// Said when all is well.
const GOODBYE: &[u8] = b".";
/// Time between asking and killing.
const GRACE: Duration = Duration::from_millis(500);
/// Longest time spent on killing.
const LIMIT: Duration = Duration::from_secs(10);

/// The living guardian of this process. Dropping it sends it home.
#[derive(Debug)]
pub struct Guardian {
    child: Child,
    line: Option<PipeWriter>,
}

impl Guardian {
    /// Starts it. The program has to call [`Guardian::serve`] at its very beginning.
    #[must_use]
    pub fn start() -> Option<Self> {
        let started = if cfg!(target_os = "linux") { Self::spawn() } else { return None };
        started
            .inspect_err(|error| tracing::warn!("no guardian: what runs would outlive a SIGKILL: {error}"))
            .ok()
    }

    fn spawn() -> io::Result<Self> {
        let (reader, line) = io::pipe()?;
        let child = Command::new("/proc/self/exe")
            .arg0(NAME)
            .arg(tree::process_mark()?)
            .arg(std::process::id().to_string())
            .env_clear()
            .current_dir("/")
            .process_group(0)
            .stdin(reader)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        tree::leave_out(i32::try_from(child.id()).unwrap_or_default());
        Ok(Guardian { child, line: Some(line) })
    }

    /// Does the guardian's work if this process was started as one: then the program has to end with
    /// what is returned.
    #[must_use]
    pub fn serve() -> Option<ExitCode> {
        let mut words = std::env::args();
        if words.next().as_deref() != Some(NAME) {
            return None;
        }
        let (Some(mark), Some(phase), None) = (words.next(), words.next(), words.next()) else {
            return Some(ExitCode::FAILURE);
        };
        guard(&mark, phase.parse().unwrap_or_default());
        Some(ExitCode::SUCCESS)
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        if let Some(mut line) = self.line.take().filter(|_| !std::thread::panicking()) {
            let _ = line.write_all(GOODBYE);
        }
        let _ = self.child.wait();
    }
}

fn guard(mark: &str, phase: i32) {
    // Whoever stops the phase may stop everything around it too: the guardian goes last.
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        let _ = signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)));
    }
    // While it still lives: what is older cannot be its child.
    let mut tree = Tree::of_process(phase, mark.to_owned());
    let mut heard = Vec::new();
    let _ = io::stdin().read_to_end(&mut heard);
    if heard.ends_with(GOODBYE) {
        return;
    }
    let began = Instant::now();
    let mut quiet = 0;
    // A process can be between fork and exec, where it does not carry the mark yet.
    while quiet < 5 && began.elapsed() < LIMIT {
        tree.update();
        quiet = if tree.is_empty() { quiet + 1 } else { 0 };
        let signal = if began.elapsed() < GRACE { Signal::SIGTERM } else { Signal::SIGKILL };
        tree.signal(signal, false);
        if signal == Signal::SIGTERM {
            tree.signal(Signal::SIGCONT, false);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

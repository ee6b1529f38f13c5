//! Does one kill.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use regreen_case::Phase;

use super::kind::Kind;
use super::processes::{self, Process};
use super::random::Random;
use super::storage::SmallDisk;

/// What is struck.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    /// The program that was started; it leads its process group.
    pub(crate) main: i32,
    /// The phase that it is, when it is no conductor.
    pub(crate) alone: Option<Phase>,
    /// The case.
    pub(crate) case: &'a Path,
    /// Where the case lies on a disk of its own.
    pub(crate) disk: Option<&'a SmallDisk>,
}

/// Longest time to wait for something to strike.
const PATIENCE: Duration = Duration::from_millis(1500);

impl Target<'_> {
    /// Strikes. The name of the phase that ran; `None` when there was nothing to strike any more.
    #[must_use]
    pub(crate) fn strike(&self, kind: Kind, random: &mut Random) -> Option<String> {
        let phase = self.phase()?;
        let name = phase.program().to_owned();
        let main = Pid::from_raw(self.main);
        match kind {
            Kind::Terminate | Kind::Interrupt | Kind::HangUp => {
                kill(main, kind.asks().map(|(signal, _)| signal)).ok()?;
            }
            Kind::KillConductor => kill(main, Signal::SIGKILL).ok()?,
            Kind::KillPhase => phase.signal(Signal::SIGKILL),
            Kind::TerminatePhase => phase.signal(Signal::SIGTERM),
            Kind::KillGroup => killpg(main, Signal::SIGKILL).ok()?,
            Kind::KillTree => {
                let mut all = self.stopped();
                kill(main, Signal::SIGKILL).ok()?;
                // From the top, as whoever walks the tree does.
                all.sort_by_key(|process| process.pid);
                all.iter().for_each(|process| process.signal(Signal::SIGKILL));
            }
            Kind::KillChild => self.child(random)?.signal(Signal::SIGKILL),
            Kind::DiskFull => self.disk?.fill(),
            Kind::ReadOnly => self.disk?.freeze().then_some(())?,
            Kind::FileLimit => limit_files(&[self.main, phase.pid])?,
            Kind::CaseDeleted => delete(self.case),
            Kind::Corrupted => corrupt(self.case, random)?,
        }
        Some(name)
    }

    /// All processes below, stopped: what is born while they are looked for is one of them. Otherwise it would
    /// live on, and with the guardian killed as well nobody could know of it.
    fn stopped(&self) -> Vec<Process> {
        let mut known = 0;
        loop {
            let all = processes::below(self.main);
            all.iter().for_each(|process| process.signal(Signal::SIGSTOP));
            if all.len() <= known {
                return all;
            }
            known = all.len();
        }
    }

    /// The phase that runs now: the program itself, or its child.
    fn phase(&self) -> Option<Process> {
        let is_phase = |process: &Process| Phase::ALL.iter().any(|phase| phase.name() == process.program());
        wait_for(|| match self.alone {
            Some(_) => processes::all().into_iter().find(|process| process.pid == self.main),
            None => {
                let all = processes::all();
                all.iter().any(|process| process.pid == self.main).then_some(())?;
                all.into_iter().find(|process| process.parent == self.main && is_phase(process))
            }
        })
    }

    /// A process that a phase started.
    fn child(&self, random: &mut Random) -> Option<Process> {
        let ours = |process: &Process| {
            let name = process.program();
            Phase::ALL.iter().any(|phase| phase.name() == name) || name.starts_with("regreen")
        };
        wait_for(|| {
            let all: Vec<Process> =
                processes::below(self.main).into_iter().filter(|process| !ours(process)).collect();
            random.pick(&all).cloned()
        })
    }
}

fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let until = Instant::now() + PATIENCE;
    loop {
        match look() {
            Some(found) => return Some(found),
            None if Instant::now() > until => return None,
            None => std::thread::sleep(Duration::from_millis(3)),
        }
    }
}

/// No file may grow beyond one KiB any more.
fn limit_files(pids: &[i32]) -> Option<()> {
    let mut any = false;
    for pid in pids {
        let limited =
            Command::new("prlimit").args([format!("--pid={pid}"), "--fsize=1024".to_owned()]).output();
        any |= limited.is_ok_and(|output| output.status.success());
    }
    any.then_some(())
}

/// As `rm -rf` does, while others write.
fn delete(folder: &Path) {
    for _ in 0..5 {
        if std::fs::remove_dir_all(folder).is_ok() {
            return;
        }
    }
}

/// Cuts a document in half, or puts something else into it.
fn corrupt(case: &Path, random: &mut Random) -> Option<()> {
    let mut documents: Vec<_> = std::fs::read_dir(case)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json" || extension == "patch"))
        .collect();
    documents.sort();
    let document = random.pick(&documents)?;
    let bytes = std::fs::read(document).ok()?;
    let spoilt = match random.draw() % 4 {
        0 => bytes[..bytes.len() / 2].to_vec(),
        1 => Vec::new(),
        2 => b"{\"schema\": 999}".to_vec(),
        _ => vec![0xff; 64],
    };
    std::fs::write(document, spoilt).ok()
}

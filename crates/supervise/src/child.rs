//! The child itself: whether it has ended, what can wake us when it does, and what it used.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{Child, ExitStatus};

use nix::errno::Errno;
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;
use wait4::Wait4;

use crate::{SuperviseError, Usage};

/// A child that has not been waited for, or what came of it.
pub(crate) struct SupervisedChild {
    child: Child,
    pid: i32,
    /// Becomes readable when the child ends. `None` where the system has no such thing.
    wakes: Option<std::os::fd::OwnedFd>,
    status: Option<ExitStatus>,
    usage: Option<Usage>,
}

impl SupervisedChild {
    pub(crate) fn new(child: Child) -> Self {
        let pid = i32::try_from(child.id()).unwrap_or_default();
        let wakes = wakes_on_exit(&child);
        SupervisedChild { child, pid, wakes, status: None, usage: None }
    }

    pub(crate) fn pid(&self) -> i32 {
        self.pid
    }

    /// How it ended, when it was waited for.
    pub(crate) fn status(&self) -> Option<ExitStatus> {
        self.status
    }

    pub(crate) fn usage(&self) -> Option<Usage> {
        self.usage
    }

    /// Something to poll for its end, as long as it runs.
    pub(crate) fn wakes(&self) -> Option<BorrowedFd<'_>> {
        self.wakes.as_ref().filter(|_| self.status.is_none()).map(AsFd::as_fd)
    }

    /// Waits for it without blocking.
    pub(crate) fn try_wait(&mut self) -> Result<Option<ExitStatus>, SuperviseError> {
        let failed = |source| SuperviseError::System { action: "wait for a process", source };
        if self.status.is_none() && self.has_ended().map_err(failed)? {
            // It is there to be waited for, so this does not block.
            let ended = self.child.wait4().map_err(failed)?;
            self.status = Some(ended.status);
            self.usage = Some(Usage {
                user: ended.rusage.utime,
                system: ended.rusage.stime,
                peak_memory: ended.rusage.maxrss,
            });
        }
        Ok(self.status)
    }

    fn has_ended(&self) -> io::Result<bool> {
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        match waitid(Id::Pid(Pid::from_raw(self.pid)), flags) {
            Ok(WaitStatus::StillAlive) | Err(Errno::EINTR) => Ok(false),
            Ok(_) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(target_os = "linux")]
fn wakes_on_exit(child: &Child) -> Option<std::os::fd::OwnedFd> {
    use rustix::process::{Pid, PidfdFlags, pidfd_open};
    pidfd_open(Pid::from_child(child), PidfdFlags::empty()).ok()
}

#[cfg(not(target_os = "linux"))]
fn wakes_on_exit(_child: &Child) -> Option<std::os::fd::OwnedFd> {
    None
}

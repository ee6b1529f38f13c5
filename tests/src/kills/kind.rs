//! The kinds of kill.

use nix::sys::signal::Signal;

/// What happens to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// SIGTERM to the program that was started.
    Terminate,
    /// SIGINT to it.
    Interrupt,
    /// SIGHUP to it: its terminal was closed.
    HangUp,
    /// SIGKILL to the phase.
    KillPhase,
    /// SIGTERM to the phase, not to the conductor above it.
    TerminatePhase,
    /// SIGKILL to the conductor.
    KillConductor,
    /// SIGKILL to one process below the phase.
    KillChild,
    /// SIGKILL to the process group of the program that was started.
    KillGroup,
    /// SIGKILL to it and to all its descendants, one after the other, as the Actions runner does.
    KillTree,
    /// No space left where the case lies.
    DiskFull,
    /// Files may not grow: `RLIMIT_FSIZE` on the phase.
    FileLimit,
    /// The case becomes read-only.
    ReadOnly,
    /// The case is deleted.
    CaseDeleted,
    /// A document of the case is cut in half or overwritten.
    Corrupted,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Kind; 14] = [
        Kind::Terminate,
        Kind::Interrupt,
        Kind::HangUp,
        Kind::KillPhase,
        Kind::TerminatePhase,
        Kind::KillConductor,
        Kind::KillChild,
        Kind::KillGroup,
        Kind::KillTree,
        Kind::DiskFull,
        Kind::FileLimit,
        Kind::ReadOnly,
        Kind::CaseDeleted,
        Kind::Corrupted,
    ];

    /// How the table calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Terminate => "SIGTERM",
            Kind::Interrupt => "SIGINT",
            Kind::HangUp => "SIGHUP",
            Kind::KillPhase => "SIGKILL phase",
            Kind::TerminatePhase => "SIGTERM phase",
            Kind::KillConductor => "SIGKILL conductor",
            Kind::KillChild => "SIGKILL child",
            Kind::KillGroup => "SIGKILL group",
            Kind::KillTree => "SIGKILL tree",
            Kind::DiskFull => "disk full",
            Kind::FileLimit => "file size limit",
            Kind::ReadOnly => "case read-only",
            Kind::CaseDeleted => "case deleted",
            Kind::Corrupted => "document corrupted",
        }
    }

    /// The signal to the program that was started, for the kinds that ask it to stop, and the exit
    /// code it then has.
    #[must_use]
    pub(crate) const fn asks(self) -> Option<(Signal, i32)> {
        match self {
            Kind::Terminate => Some((Signal::SIGTERM, 143)),
            Kind::Interrupt => Some((Signal::SIGINT, 130)),
            Kind::HangUp => Some((Signal::SIGHUP, 143)),
            _ => None,
        }
    }

    /// Whether the program that was started is killed without being asked.
    #[must_use]
    pub(crate) const fn is_sudden(self, conducted: bool) -> bool {
        match self {
            Kind::KillConductor | Kind::KillGroup | Kind::KillTree => true,
            Kind::KillPhase => !conducted,
            _ => false,
        }
    }

    /// Whether it is about where the case lies.
    #[must_use]
    pub(crate) const fn is_about_storage(self) -> bool {
        matches!(self, Kind::DiskFull | Kind::FileLimit | Kind::ReadOnly | Kind::CaseDeleted)
    }

    /// Whether it belongs to the sample that every test run takes.
    #[must_use]
    pub(crate) const fn is_quick(self) -> bool {
        !matches!(
            self,
            Kind::HangUp
                | Kind::TerminatePhase
                | Kind::KillGroup
                | Kind::DiskFull
                | Kind::ReadOnly
                | Kind::FileLimit
        )
    }

    /// Whether it needs a disk of its own for the case.
    #[must_use]
    pub(crate) const fn is_about_disk(self) -> bool {
        matches!(self, Kind::DiskFull | Kind::ReadOnly)
    }

    /// Whether the clock of ending runs: something has to end because of it.
    #[must_use]
    pub(crate) const fn must_end(self, conducted: bool) -> bool {
        self.asks().is_some()
            || self.is_sudden(conducted)
            || matches!(self, Kind::KillPhase | Kind::TerminatePhase)
    }
}

//! Somebody wants us to stop: a flag that signals set and everything that waits looks at.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};

use crate::SuperviseError;

/// Variable in which a conductor tells its phases its process id.
pub const CONDUCTOR: &str = "REGREEN_CONDUCTOR";

/// Cancellation, shared by all who clone it.
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    /// 0: not cancelled; else the number of the signal.
    signal: Arc<AtomicUsize>,
    /// What also cancels this one.
    outer: Option<Arc<Cancel>>,
}

impl Cancel {
    /// One that only [`Cancel::cancel`] sets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One for a part of the work: whoever cancels it leaves the rest alone, whoever cancels the rest cancels
    /// it too.
    #[must_use]
    pub fn within(&self) -> Self {
        Cancel { signal: Arc::default(), outer: Some(Arc::new(self.clone())) }
    }

    /// One that SIGINT and SIGTERM set, and the end of the terminal (SIGHUP) or of the conductor, both
    /// of which count as SIGTERM. The process no longer dies of them. Nor does it of a file that may not
    /// grow (SIGXFSZ): writing fails instead.
    ///
    /// # Errors
    /// When the handlers cannot be installed.
    pub fn on_signals() -> Result<Self, SuperviseError> {
        let cancel = Cancel::new();
        for signal in [SIGINT, SIGTERM] {
            let number = usize::try_from(signal).unwrap_or_default();
            signal_hook::flag::register_usize(signal, Arc::clone(&cancel.signal), number)
                .map_err(|source| SuperviseError::System { action: "listen for signals", source })?;
        }
        let system = |source| SuperviseError::System { action: "listen for signals", source };
        let terminate = usize::try_from(SIGTERM).unwrap_or_default();
        // `nohup` has asked for it to be ignored.
        if !is_ignored(SIGHUP) {
            signal_hook::flag::register_usize(SIGHUP, Arc::clone(&cancel.signal), terminate)
                .map_err(system)?;
        }
        signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false))).map_err(system)?;
        cancel.end_with_conductor();
        Ok(cancel)
    }

    /// A phase that a conductor started ends when the conductor is gone, however that went.
    fn end_with_conductor(&self) {
        let Some(conductor) = std::env::var(CONDUCTOR).ok().and_then(|id| id.parse::<i32>().ok()) else {
            return;
        };
        #[cfg(target_os = "linux")]
        if let Err(error) = nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGTERM) {
            tracing::warn!("the end of the conductor will not be noticed: {error}");
        }
        // It may have been gone before we asked.
        if nix::unistd::getppid().as_raw() != conductor {
            let terminate = usize::try_from(SIGTERM).unwrap_or_default();
            let _ = self.signal.compare_exchange(0, terminate, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    /// Whether to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.signal().is_some()
    }

    /// Whether this part of the work is to stop, and the rest is not.
    #[must_use]
    pub fn is_cancelled_alone(&self) -> bool {
        self.is_cancelled() && self.outer.as_ref().is_some_and(|outer| !outer.is_cancelled())
    }

    /// Asks all who share it to stop, as SIGINT would.
    pub fn cancel(&self) {
        let sigint = usize::try_from(SIGINT).unwrap_or(2);
        let _ = self.signal.compare_exchange(0, sigint, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// The signal that did it.
    #[must_use]
    pub fn signal(&self) -> Option<i32> {
        match self.signal.load(Ordering::Relaxed) {
            0 => self.outer.as_ref().and_then(|outer| outer.signal()),
            number => i32::try_from(number).ok(),
        }
    }

    /// Exit code of a program that stops for it: 130 for SIGINT, 143 for SIGTERM.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        u8::try_from(128 + self.signal().unwrap_or(SIGINT)).unwrap_or(130)
    }
}

/// Whether whoever started us has this signal ignored. Unknown counts as no.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    u32::try_from(signal - 1).is_ok_and(|bit| mask.checked_shr(bit).is_some_and(|rest| rest & 1 == 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_sets_it_for_all_clones() {
        let cancel = Cancel::on_signals().unwrap();
        let clone = cancel.clone();
        assert!(!clone.is_cancelled() && clone.signal().is_none());
        nix::sys::signal::raise(nix::sys::signal::Signal::SIGTERM).unwrap();
        assert!(clone.is_cancelled());
        assert_eq!((clone.signal(), clone.exit_code()), (Some(15), 143));
        cancel.cancel();
        assert_eq!(cancel.exit_code(), 143, "the first reason stays");
    }

    #[test]
    fn a_part_stops_alone_or_with_the_rest() {
        let all = Cancel::new();
        let (one, other) = (all.within(), all.within());
        one.cancel();
        assert!(one.is_cancelled_alone() && !other.is_cancelled() && !all.is_cancelled());
        all.cancel();
        assert!(other.is_cancelled() && !other.is_cancelled_alone() && !one.is_cancelled_alone());
        assert_eq!(other.signal(), Some(2));
        assert!(!all.is_cancelled_alone(), "it is no part");
    }

    #[test]
    fn by_hand_it_counts_as_an_interrupt() {
        let cancel = Cancel::new();
        cancel.cancel();
        assert_eq!(cancel.exit_code(), 130);
    }
}

//! Somebody wants us to stop: a flag that signals set and everything that waits looks at.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::SuperviseError;

/// Cancellation, shared by all who clone it.
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    /// 0: not cancelled; else the number of the signal.
    signal: Arc<AtomicUsize>,
}

impl Cancel {
    /// One that only [`Cancel::cancel`] sets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One that SIGINT and SIGTERM set. The process no longer dies of them.
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
        Ok(cancel)
    }

    /// Whether to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.signal.load(Ordering::Relaxed) != 0
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
            0 => None,
            number => i32::try_from(number).ok(),
        }
    }

    /// Exit code of a program that stops for it: 130 for SIGINT, 143 for SIGTERM.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        u8::try_from(128 + self.signal().unwrap_or(SIGINT)).unwrap_or(130)
    }
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
    fn by_hand_it_counts_as_an_interrupt() {
        let cancel = Cancel::new();
        cancel.cancel();
        assert_eq!(cancel.exit_code(), 130);
    }
}

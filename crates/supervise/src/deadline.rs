//! A moment by which something must be over.

use std::time::{Duration, Instant};

/// A point in monotonic time. Copy it down the call tree instead of passing durations that each
/// level would start anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline {
    at: Instant,
}

impl Deadline {
    /// Centuries do not fit every clock; thirty years are as good as never.
    const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

    /// The moment this far from now.
    #[must_use]
    pub fn after(duration: Duration) -> Self {
        let now = Instant::now();
        Deadline { at: now.checked_add(duration.min(Self::FAR)).unwrap_or(now) }
    }

    /// Time left; zero when it is over.
    #[must_use]
    pub fn remaining(self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// Whether the moment has come.
    #[must_use]
    pub fn is_over(self) -> bool {
        Instant::now() >= self.at
    }

    /// Whichever comes first.
    #[must_use]
    pub fn earlier(self, other: Deadline) -> Deadline {
        self.min(other)
    }

    /// This much before: to hold back time for what must follow.
    #[must_use]
    pub fn minus(self, reserve: Duration) -> Deadline {
        Deadline { at: self.at.checked_sub(reserve).unwrap_or(self.at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_one_wins_and_nothing_overflows() {
        let soon = Deadline::after(Duration::ZERO);
        let never = Deadline::after(Duration::MAX);
        assert!(soon.is_over() && soon.remaining() == Duration::ZERO);
        assert!(!never.is_over() && never.remaining() > Duration::from_secs(1_000_000));
        assert_eq!(never.earlier(soon), soon);
        assert!(Deadline::after(Duration::from_secs(5)).minus(Duration::from_secs(6)).is_over());
    }
}

//! What a long call looks at while it waits: the clock, the user's wish to stop, and whom to tell.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::GitHubError;

/// How often a waiting call looks up.
const TICK: Duration = Duration::from_millis(50);
/// How often a long wait says that it still waits.
const TELL: Duration = Duration::from_secs(15);

/// Deadline, cancellation and progress of all calls of one client.
#[derive(Clone)]
pub struct Watch {
    deadline: Instant,
    cancelled: Arc<dyn Fn() -> bool + Send + Sync>,
    progress: Arc<dyn Fn(&str) + Send + Sync>,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("remaining", &self.remaining()).finish_non_exhaustive()
    }
}

impl Watch {
    /// Watches the clock only.
    #[must_use]
    pub fn until(deadline: Instant) -> Self {
        Watch { deadline, cancelled: Arc::new(|| false), progress: Arc::new(|_| {}) }
    }

    /// Watches the clock, from now on for `limit`.
    #[must_use]
    pub fn within(limit: Duration) -> Self {
        let now = Instant::now();
        Watch::until(now.checked_add(limit).unwrap_or(now))
    }

    /// Also asks whether to stop.
    #[must_use]
    pub fn cancelled_by(self, cancelled: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Watch { cancelled: Arc::new(cancelled), ..self }
    }

    /// Also tells what it waits for, one line at a time.
    #[must_use]
    pub fn telling(self, progress: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Watch { progress: Arc::new(progress), ..self }
    }

    pub(crate) fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    pub(crate) fn tell(&self, line: &str) {
        (self.progress)(line);
    }

    /// Whether the caller should go on.
    pub(crate) fn check(&self, call: &str) -> Result<(), GitHubError> {
        if (self.cancelled)() {
            return Err(GitHubError::Cancelled);
        }
        if self.remaining().is_zero() {
            return Err(GitHubError::DeadlineReached { call: call.to_owned() });
        }
        Ok(())
    }

    /// Runs `future` until it is done, the deadline is over or the user wants to stop.
    pub(crate) async fn guard<T>(
        &self,
        call: &str,
        future: impl Future<Output = T>,
    ) -> Result<T, GitHubError> {
        tokio::pin!(future);
        loop {
            self.check(call)?;
            tokio::select! {
                done = &mut future => return Ok(done),
                () = tokio::time::sleep(TICK) => {}
            }
        }
    }

    /// Waits, telling every few seconds that it does.
    pub(crate) async fn pause(&self, call: &str, pause: Duration, why: &str) -> Result<(), GitHubError> {
        let end = Instant::now() + pause;
        let mut told = Instant::now();
        loop {
            self.check(call)?;
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            if told.elapsed() >= TELL && !why.is_empty() {
                told = Instant::now();
                self.tell(&format!("{why}: {} s left", left.as_secs()));
            }
            tokio::time::sleep(left.min(TICK)).await;
        }
    }
}

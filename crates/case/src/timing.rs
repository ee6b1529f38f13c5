//! When a phase ran and for how long.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Start and length of a phase, as its document records it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timing {
    /// When the phase began, in UTC.
    pub started_at: Timestamp,
    /// Wall-clock seconds.
    pub duration_s: f64,
}

impl Timing {
    /// A phase that begins now.
    #[must_use]
    pub fn start() -> Self {
        Timing { started_at: Timestamp::now(), duration_s: 0.0 }
    }

    /// The same phase, ending now. Rounded to milliseconds, never negative (clocks can step back).
    #[must_use]
    pub fn finish(self) -> Self {
        let seconds = Timestamp::now().duration_since(self.started_at).as_secs_f64().max(0.0);
        Timing { duration_s: (seconds * 1000.0).round() / 1000.0, ..self }
    }
}

//! Other people's coding agents: presets as data, one driver, and the tasks they are given.
//!
//! A new agent is a new [`Preset`], in `presets/` or under `[agents.NAME]` of the user's
//! configuration; no code knows an agent by name. The driver promises: the agent's whole process
//! tree ends with its time; it sees a scrubbed environment with its own keys only; what it printed
//! is stored redacted; and what it says about its cost is read as far as it can be. Whether its work
//! is any good is not decided here.

mod drive;
mod error;
mod excerpt;
mod preset;
mod presets;
mod prompt;
mod result;

pub use drive::{AgentEnd, AgentJob, AgentLimits, AgentRun, drive};
pub use error::AgentError;
pub use preset::{Preset, TaskInput};
pub use presets::{Presets, names, preset};
pub use prompt::{Previous, TaskKind, TaskPrompt};

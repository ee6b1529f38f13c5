//! Other people's coding agents: presets as data, one driver, and the tasks they are given.
//!
//! A new agent is a new [`Preset`], in `presets/` or under `[agents.NAME]` of the user's
//! configuration; no code knows an agent by name. The driver promises: the agent's whole process
//! tree ends with its time; where its model's service is known, it talks to a gateway of ours, which
//! keeps the key and counts the money, and to nobody else; elsewhere its scrubbed environment has its
//! own keys only, and what it says about its cost is read as far as it can be; what it printed is
//! stored redacted. Whether its work is any good is not decided here.

mod activity;
mod chat;
mod drive;
mod error;
mod excerpt;
mod lesson;
mod preset;
mod presets;
mod prompt;
mod result;
mod service;
mod session;

pub use activity::drive_telling;
pub use chat::Place;
pub use drive::{AgentEnd, AgentJob, AgentLimits, AgentRun, drive};
pub use error::AgentError;
pub use lesson::Lesson;
pub use preset::{Preset, TaskInput};
pub use presets::{Presets, names, preset};
pub use prompt::{Previous, TaskKind, TaskPrompt};
pub use session::{AgentFolder, Resume, SessionId};

//! The Actions runner as a program sees it: inputs, outputs, job summary, annotations, masks, and
//! how a program ends.
//!
//! Ground floor of the house: knows no other crate. The same calls work on a laptop, where there is
//! no runner: outputs and summary then go nowhere, and messages go to standard error as plain text.
//! Untrusted text never becomes a workflow command: everything printed passes [`neutral`].

mod arguments;
mod commands;
mod conclude;
mod duration;
mod error;
mod exit;
mod heartbeat;
mod outputs;
mod replay;
mod summary;
mod trace;

pub use arguments::{arguments, variable_of};
pub use commands::{Annotation, Level, MESSAGE_LIMIT, annotate, in_actions, mask};
pub use conclude::{PublicError, answer, conclude};
pub use duration::{DurationError, format_duration, parse_duration};
pub use error::RunnerError;
pub use exit::{ANSWERED, BAD_INPUT, BROKEN_CASE, ENVIRONMENT, INTERRUPTED, TERMINATED};
pub use heartbeat::Heartbeat;
pub use outputs::Outputs;
pub use replay::{neutral, replay};
pub use summary::{SUMMARY_LIMIT, cut_at_sections, summary};
pub use trace::init_tracing;

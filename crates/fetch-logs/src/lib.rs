//! Phase 1: opens the case. Validates the input, fetches the logs, names what failed.
//!
//! Promises: `task.json` and `failure.json` are written whatever happens, cancelled and refused
//! runs included; no secret of a known shape or a named value reaches the case; memory does not
//! grow with the logs; archives are bounded in count, size and ratio and never unpacked to disk as
//! they are.

mod archive;
mod cli;
mod connection;
mod download;
mod earlier_run;
mod error;
mod fetch;
mod fresh_case;
mod info;
mod input;
mod intake;
mod log_folder;
mod log_writer;
mod outputs;
mod prompt;
mod reading;
mod repeats;
mod report_files;
mod slug;
mod standard_input;
mod step_range;
mod validate;

pub use cli::main;
pub use error::{FetchError, InputError};
pub use fetch::{Config, run};
pub use input::RawInput;

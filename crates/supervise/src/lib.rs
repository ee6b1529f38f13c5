//! Child processes under supervision, and the statistics of repeated runs.
//!
//! Every process that the suite starts goes through [`run`]. It promises: the child and everything
//! it started is gone when [`run`] returns or unwinds, whatever it did to escape; nothing it does
//! can make [`run`] hang past its deadline plus grace; output is bounded in memory and on disk; the
//! child sees only the environment it was given, and touches only what its [`Sandbox`] lets it, as far as
//! [`Outcome::confinement`] says.

mod cancel;
mod capture;
mod child;
mod deadline;
mod disturbance;
mod environment;
mod error;
mod guardian;
mod process;
mod run;
mod sandbox;
pub mod statistics;
mod tree;

pub use cancel::{CONDUCTOR, Cancel};
pub use deadline::Deadline;
pub use disturbance::{Disturbance, hold_back};
pub use environment::Environment;
pub use error::SuperviseError;
pub use guardian::Guardian;
pub use process::{End, Input, LineListener, Outcome, ProcessSpec, Usage};
pub use regreen_case::{Confinement, SandboxMode};
pub use run::run;
pub use sandbox::{Network, Sandbox};
pub use statistics::{clean_bound, failure_rate, failure_rate_until, required_runs};

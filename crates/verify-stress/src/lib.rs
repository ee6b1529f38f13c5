//! Phase 4: proves the patch from nothing.
//!
//! It takes only the bytes of the patch and the commit they apply to, checks both out anew, reads the
//! patch for cheats, and gathers the evidence: red, green, red; neighbours before and after; numbers
//! before and after. Promises: *proven* is never said for less than the failure needs; the user's
//! checkout is not touched; `verification.json` is always left behind.

pub mod cli;
mod config;
mod document;
mod error;
mod inputs;
mod merge;
mod phase;
mod smaller;
mod whole;

pub use config::Config;
pub use error::VerifyError;
pub use phase::run;

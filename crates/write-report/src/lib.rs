//! Phase 6: the report, whatever happened.
//!
//! Promises: it reads whatever documents there are; a missing, cut or foreign one becomes a line in
//! the report, never an error. The ending is derived from the documents alone ([`conclude`]) and
//! never claims what they do not show. Text that others wrote is fenced or escaped, and cannot
//! forge the lines that scripts grep for.

mod cli;
mod conclusion;
mod documents;
mod elsewhere;
mod error;
mod facts;
mod markdown;
mod people;
mod sections;
mod summary;
mod write;

pub use cli::main;
pub use conclusion::{Conclusion, WorkflowResult, conclude};
pub use documents::{Documents, Read};
pub use error::ReportError;
pub use write::{Options, Written, kept, run};

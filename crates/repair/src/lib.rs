//! The offline fixer: localise the failure, enumerate small changes best first, let a judge decide, rank
//! what survives. No key, no network.
//!
//! It decides nothing about tests: a [`Judge`] runs them. It leaves the checkout as it found it; [`apply`]
//! makes a [`Survivor`] stay. One folder per language, one file per template.

mod candidate;
#[cfg_attr(not(test), expect(dead_code, reason = "the search that edits files comes next"))]
mod checkout;
mod error;
mod judge;
mod outcome;
mod request;
mod search;

pub use candidate::Edit;
pub use checkout::apply;
pub use error::RepairError;
pub use judge::{Judge, Judgement};
pub use outcome::{Progress, SearchEnd, SearchOutcome, Survivor, Suspect};
pub use request::SearchRequest;
pub use search::search;

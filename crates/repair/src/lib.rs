//! The offline fixer: localise the failure, enumerate small changes best first, let a judge decide, rank
//! what survives. No key, no network.
//!
//! It decides nothing about tests: a [`Judge`] runs them. It leaves the checkout as it found it; [`apply`]
//! makes a [`Survivor`] stay. One folder per language, one file per template.

mod ahead;
mod behaviour;
mod candidate;
mod checkout;
mod coverage;
mod error;
mod generate;
mod judge;
mod language;
mod localise;
mod outcome;
mod prior;
mod probe;
mod project;
mod queue;
mod rank;
mod request;
mod scope;
mod search;
mod source;
mod switched;
mod template;
mod traced;

pub use behaviour::{Behaviour, Observed, behaviours, difference, kept, steady, telling};
pub use candidate::Edit;
pub use checkout::apply;
pub use coverage::{Coverage, Executed};
pub use error::RepairError;
pub use judge::{Foresight, Judge, Judgement};
pub use outcome::{Progress, SearchEnd, SearchOutcome, Survivor, Suspect};
pub use prior::{EarlierHunk, Priors, Proven};
pub use probe::{Probe, ProbeFile, probes};
pub use request::{Changed, SearchRequest, Touched};
pub use search::{ENOUGH_JUDGED, locate, search, search_until};
pub use switched::{Batch, CHOICE, Laid};
pub use traced::{EXECUTED, Place, Traced};

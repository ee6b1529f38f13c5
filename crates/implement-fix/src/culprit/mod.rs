//! What the history knows of a failure: lines that were changed lately, and the commit that broke the test.
//!
//! Promises: nothing is called the culprit unless the test was seen failing on it and passing on the commit before;
//! whatever hides the answer, and whatever keeps us from looking, is said.

mod afford;
mod bisect;
mod commit_judge;
mod follow;
mod hunt;
mod past;
mod reverting;
mod wording;

pub(crate) use hunt::last_green;
pub(crate) use past::Past;

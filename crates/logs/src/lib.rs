//! CI log text to failures.
//!
//! [`extract`] reads a log of any size as a stream and says what failed in it: tests, cause, command,
//! infrastructure. [`failures_in`] runs the same parsers over the output of a local test run, so that
//! a failure in CI and the same failure here get the same [`regreen_case::Signature`].
//!
//! Promises: memory does not grow with the log (lines, blocks and lists are capped, and what was cut
//! is said); log text is data and is never executed; a green log names no failed test.

mod candidate;
mod cause;
mod commands;
mod diagnostics;
mod excerpt;
mod extraction;
mod findings;
mod found;
mod frame;
mod frameworks;
mod framing;
mod infrastructure;
mod lanes;
mod line;
mod notes;
mod output;
mod prefix;
mod reader;
mod region;
mod reports;
mod runners;
mod scan;
mod spans;
mod steps;
mod stream;
mod tail;
mod text;
mod tools;
mod traceback;

#[cfg(test)]
mod signature_tests;

pub use extraction::{Extraction, LogsError, extract, failures_in, merge};
pub use reports::{
    NamedReport, ReportError, ReportedFailure, TestReport, failures_in_junit, read_report, reconcile,
};

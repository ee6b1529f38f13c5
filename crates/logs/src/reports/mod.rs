//! Reports that test runners write beside their log: JUnit's XML in its many dialects, and dotnet's TRX.
//!
//! [`read_report`] names the failed tests of a report, [`reconcile`] joins them with what the log says, each
//! test once. Promises: a report is data from a stranger: no entity is expanded but the five of XML,
//! depth, counts and texts are bounded, and a report that ends in the middle is read as far as it goes.

mod dialect;
mod identity;
mod junit;
mod reconcile;
mod trx;
mod xml;

use std::collections::HashSet;

use regreen_case::Framework;

pub use junit::failures_in_junit;
pub use reconcile::{NamedReport, reconcile};

/// Most tests of a report that are remembered as passed.
const MAX_PASSED: usize = 200_000;

/// A failed test as a report has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportedFailure {
    /// The framework, where the report's dialect gives it away.
    pub framework: Option<Framework>,
    /// Name of the innermost suite around it.
    pub suite: String,
    /// Class, module, file or title: whatever the runner takes for the class.
    pub classname: String,
    /// Name of the test.
    pub name: String,
    /// File that the test is declared in, where the report says so.
    pub declared_in: Option<String>,
    /// File of the failure.
    pub file: Option<String>,
    /// One-based line in `file`.
    pub line: Option<u32>,
    /// Kind of error; empty when none is told.
    pub kind: String,
    /// Starts with the line that explains the failure.
    pub message: String,
}

/// What a report says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestReport {
    /// Failed tests in their order, each once.
    pub failures: Vec<ReportedFailure>,
    /// Tests in the report, whatever came of them.
    pub tests: u64,
    /// Why not all of it was read.
    pub incomplete: Option<String>,
    /// Hashes of the names of tests that passed.
    passed: HashSet<u64>,
}

impl TestReport {
    fn remember_passed(&mut self, classname: &str, name: &str) {
        if self.passed.len() < MAX_PASSED {
            self.passed.insert(identity::hash(&[identity::own_class(classname, name), name]));
        }
    }

    /// Whether it lists a test of that full name as passed.
    fn has_passed(&self, suite: Option<&str>, id: &str) -> bool {
        self.passed.contains(&identity::hash(&[id]))
            || suite.is_some_and(|suite| self.passed.contains(&identity::hash(&[suite, id])))
    }
}

/// Why a report is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// Its root is something else, or it is no XML.
    #[error("it is no test report: {0}")]
    NoReport(String),
    /// Larger than any report.
    #[error("it has {0} bytes, more than a report may have")]
    TooLarge(usize),
}

/// Reads a report of either form.
///
/// # Errors
/// [`ReportError`] when it is something else. Other XML is common beside reports.
pub fn read_report(bytes: &[u8]) -> Result<TestReport, ReportError> {
    match xml::root(bytes)?.as_str() {
        "TestRun" => trx::failures_in_trx(bytes),
        _ => failures_in_junit(bytes),
    }
}

#[cfg(test)]
#[path = "../reports_tests.rs"]
mod tests;

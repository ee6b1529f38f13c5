//! dotnet's TRX: results by name and outcome, and apart from them the definitions that know the class.

use std::collections::HashMap;

use regreen_case::Framework;

use super::xml::{self, Document, Element, Item};
use super::{ReportError, ReportedFailure, TestReport, dialect};
use crate::findings::MAX_TESTS;

/// Most definitions that are looked up.
const MAX_DEFINITIONS: usize = 200_000;

/// A result being read.
#[derive(Default)]
struct Outcome {
    test: String,
    name: String,
    failed: bool,
    message: String,
    stack: String,
}

/// Reads a TRX file.
///
/// # Errors
/// [`ReportError`] when it is something else.
pub(super) fn failures_in_trx(bytes: &[u8]) -> Result<TestReport, ReportError> {
    let text = xml::text(bytes)?;
    let mut document = Document::new(&text);
    let mut report = TestReport::default();
    let mut failed: Vec<Outcome> = Vec::new();
    let mut classes: HashMap<String, String> = HashMap::new();
    let (mut outcome, mut definition, mut path) = (None::<Outcome>, String::new(), Vec::<String>::new());
    loop {
        match document.next() {
            Ok(None) => break,
            Err(detail) => {
                report.incomplete = Some(detail);
                break;
            }
            Ok(Some(Item::Open(element))) => {
                let name = element.name();
                match name.as_str() {
                    "UnitTestResult" => outcome = Some(result(&element)),
                    "UnitTest" => definition = element.get("id"),
                    "TestMethod" if classes.len() < MAX_DEFINITIONS => {
                        classes.insert(std::mem::take(&mut definition), element.get("className"));
                    }
                    _ => {}
                }
                path.push(name);
            }
            Ok(Some(Item::Close(name))) => {
                path.pop();
                if name == "UnitTestResult"
                    && let Some(done) = outcome.take()
                {
                    report.tests += 1;
                    if !done.failed {
                        report.remember_passed("", &done.name);
                    } else if failed.len() < MAX_TESTS {
                        failed.push(done);
                    }
                }
            }
            Ok(Some(Item::Text(text))) => {
                if let (Some(outcome), Some(element)) = (&mut outcome, path.last()) {
                    match element.as_str() {
                        "Message" => xml::append(&mut outcome.message, &text),
                        "StackTrace" => xml::append(&mut outcome.stack, &text),
                        _ => {}
                    }
                }
            }
        }
    }
    report.failures = failed.into_iter().map(|one| failure(one, &classes)).collect();
    Ok(report)
}

fn result(element: &Element<'_>) -> Outcome {
    // `Error`, `Timeout` and `Aborted` are failures of the harness's own wording.
    let failed = matches!(element.get("outcome").as_str(), "Failed" | "Error" | "Timeout" | "Aborted");
    Outcome { test: element.get("testId"), name: element.get("testName"), failed, ..Outcome::default() }
}

fn failure(outcome: Outcome, classes: &HashMap<String, String>) -> ReportedFailure {
    let class = classes.get(&outcome.test).cloned().unwrap_or_default();
    // `Namespace.Class, Assembly, Version=…` in MSTest's form.
    let class = class.split(',').next().unwrap_or_default().trim().to_owned();
    let inner = outcome.name.split(['(', ' ']).next().unwrap_or_default();
    // xUnit and NUnit give the whole name, MSTest only the method's.
    let classname = if inner.contains('.') { String::new() } else { class };
    let reported = ReportedFailure {
        framework: Some(Framework::DotnetTest),
        classname,
        name: outcome.name,
        message: outcome.message,
        ..ReportedFailure::default()
    };
    dialect::failure(reported, &outcome.stack)
}

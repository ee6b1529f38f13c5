//! JUnit's XML as its many writers have it: suites around cases, a case failed when it holds `failure` or
//! `error`. What a rerun repaired (`flakyFailure`), what a rerun repeated (`rerunFailure`), and what was
//! skipped or is still to do is no failure, or no further one.

use regreen_case::Framework;

use super::dialect::{self, Hints};
use super::xml::{self, Document, Element, Item};
use super::{ReportError, ReportedFailure, TestReport, identity};
use crate::findings::MAX_TESTS;

/// A `testcase` being read.
#[derive(Default)]
struct Case {
    hints: Hints,
    classname: String,
    name: String,
    file: String,
    line: Option<u32>,
    failed: bool,
    skipped: bool,
    kind: String,
    message: String,
    text: String,
    /// What the test printed: all that some writers tell of a failure.
    output: String,
}

/// A suite around it.
struct Suite {
    name: String,
    file: String,
}

/// Where the text that comes belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// Nowhere.
    Nothing,
    /// The first failure of the case.
    Failure,
    /// What the test printed.
    Output,
}

/// Reads JUnit's XML.
///
/// # Errors
/// [`ReportError`] when it is something else.
pub fn failures_in_junit(bytes: &[u8]) -> Result<TestReport, ReportError> {
    let root = xml::root(bytes)?;
    if !matches!(root.as_str(), "testsuites" | "testsuite") {
        return Err(ReportError::NoReport(format!("its root is `{}`", crate::text::clip(&root, 60))));
    }
    let text = xml::text(bytes)?;
    let mut document = Document::new(&text);
    let mut reading = Reading {
        report: TestReport::default(),
        hints: Hints::default(),
        suites: Vec::new(),
        case: None,
        path: Vec::new(),
        within: Within::Nothing,
    };
    loop {
        match document.next() {
            Ok(Some(item)) => reading.take(item),
            Ok(None) => break,
            Err(detail) => {
                reading.report.incomplete = Some(detail);
                break;
            }
        }
    }
    Ok(reading.finish())
}

struct Reading {
    report: TestReport,
    /// What the whole report gives away about its writer.
    hints: Hints,
    suites: Vec<Suite>,
    case: Option<Case>,
    /// Names of the elements within the case.
    path: Vec<String>,
    within: Within,
}

impl Reading {
    fn take(&mut self, item: Item<'_>) {
        match item {
            Item::Open(element) => self.open(&element),
            Item::Close(name) => self.close(&name),
            Item::Text(text) => {
                let (Some(case), [_]) = (&mut self.case, self.path.as_slice()) else { return };
                match self.within {
                    Within::Nothing => {}
                    Within::Failure => xml::append(&mut case.text, &text),
                    Within::Output => xml::append(&mut case.output, &text),
                }
            }
        }
    }

    fn open(&mut self, element: &Element<'_>) {
        let name = element.name();
        let Some(case) = &mut self.case else {
            match name.as_str() {
                "testsuites" => self.hints.root(&element.get("name")),
                "testsuite" => {
                    self.suites.push(Suite { name: element.get("name"), file: element.get("file") });
                    self.hints.suite(element);
                }
                "property" => self.hints.property(&element.get("name")),
                "testcase" => self.case = Some(case_of(element)),
                _ => {}
            }
            return;
        };
        self.path.push(name.clone());
        if self.path.len() > 1 {
            return;
        }
        match name.as_str() {
            "failure" | "error" => {
                if !case.failed {
                    case.kind = element.get("type");
                    case.message = element.get("message");
                    self.within = Within::Failure;
                }
                case.failed = true;
            }
            "system-out" => self.within = Within::Output,
            "skipped" | "disabled" => case.skipped = true,
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match &self.case {
            Some(_) if !self.path.is_empty() => {
                self.path.pop();
                if self.path.is_empty() {
                    self.within = Within::Nothing;
                }
            }
            Some(_) => self.conclude(),
            None if name == "testsuite" => {
                self.suites.pop();
            }
            None => {}
        }
    }

    fn conclude(&mut self) {
        let Some(case) = self.case.take() else { return };
        self.report.tests += 1;
        // A test that is still to do may fail: node reports both.
        if !case.failed || case.skipped {
            if !case.skipped {
                self.passed(&case);
            }
            return;
        }
        let suite = self.suites.last();
        let silent = case.text.trim().is_empty() && case.message.trim().is_empty();
        let failure = dialect::failure(
            ReportedFailure {
                framework: self.hints.joined(&case.hints).framework(&case.kind, &case.text),
                suite: suite.map_or(String::new(), |suite| suite.name.clone()),
                declared_in: [&case.file, suite.map_or(&case.file, |suite| &suite.file)]
                    .into_iter()
                    .find(|file| !file.is_empty())
                    .cloned(),
                file: None,
                line: case.line,
                classname: case.classname,
                name: case.name,
                kind: case.kind,
                message: case.message,
            },
            if silent { &case.output } else { &case.text },
        );
        let same = |known: &ReportedFailure| {
            known.classname == failure.classname
                && known.name == failure.name
                && known.declared_in == failure.declared_in
        };
        if self.report.failures.len() >= MAX_TESTS {
            self.report.incomplete = Some(format!("more than {MAX_TESTS} tests failed"));
        } else if !self.report.failures.iter().any(same) {
            self.report.failures.push(failure);
        }
    }

    /// A rerun by go's tools repeats the case: what passes in the end has passed.
    fn passed(&mut self, case: &Case) {
        if self.hints.joined(&case.hints).framework("", "") == Some(Framework::GoTest) {
            self.report.failures.retain(|known| known.classname != case.classname || known.name != case.name);
        }
        self.report.remember_passed(&case.classname, &case.name);
    }

    fn finish(mut self) -> TestReport {
        identity::drop_parents(&mut self.report.failures);
        self.report
    }
}

fn case_of(element: &Element<'_>) -> Case {
    let first = |names: &[&str]| {
        names.iter().map(|name| element.get(name)).find(|value| !value.is_empty()).unwrap_or_default()
    };
    // PHPUnit has the class as the code writes it beside the one with dots.
    Case {
        hints: Hints::of_case(element),
        classname: first(&["class", "classname"]),
        name: element.get("name"),
        file: first(&["file", "filepath"]),
        line: first(&["line", "lineno"]).parse().ok(),
        ..Case::default()
    }
}

//! Reads pytest's JUnit XML (family `xunit1`, which names files) back into node ids and outcomes.

use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use regreen_case::Framework;

use crate::counted::{TestOutcome, TestResult};

/// A report is smaller than this, or it is not one we read.
const MAX_REPORT: u64 = 64 * 1024 * 1024;
const MAX_CASES: usize = 200_000;

/// One `<testcase>`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Case {
    pub(super) file: String,
    pub(super) classname: String,
    pub(super) name: String,
    pub(super) seconds: Option<f64>,
    pub(super) failed: bool,
    pub(super) errored: bool,
    pub(super) skipped: bool,
    pub(super) message: String,
}

impl Case {
    /// The case as a result, with the id as pytest prints it: relative to its working directory.
    pub(super) fn result(&self, here: &Path, checkout: &Path) -> TestResult {
        let outcome = if self.failed || self.errored {
            TestOutcome::Failed
        } else if self.skipped {
            TestOutcome::Skipped
        } else {
            TestOutcome::Passed
        };
        let id = self.node_id(here, checkout);
        let failure = (outcome == TestOutcome::Failed).then(|| {
            let file = id.split("::").next().map(str::to_owned);
            crate::failures::plain(Framework::Pytest, &id, file, &self.message)
        });
        TestResult { id, suite: None, outcome, failure, seconds: self.seconds }
    }

    fn node_id(&self, here: &Path, checkout: &Path) -> String {
        if self.file.is_empty() {
            return if self.classname.is_empty() {
                self.name.clone()
            } else {
                format!("{}::{}", self.classname, self.name)
            };
        }
        let file = relative_to_here(&self.file, here, checkout);
        let module = self.file.trim_end_matches(".py").replace('/', ".");
        // A file that could not be collected is a case without a class, named like its module.
        if self.classname.is_empty() && (self.name == module || self.name == self.file) {
            return file;
        }
        let classes = self.classname.strip_prefix(&module).unwrap_or_default().trim_start_matches('.');
        let mut id = file;
        for class in classes.split('.').filter(|class| !class.is_empty()) {
            id.push_str("::");
            id.push_str(class);
        }
        format!("{id}::{}", self.name)
    }
}

/// JUnit names files relative to pytest's rootdir, which may lie above the working directory.
fn relative_to_here(file: &str, here: &Path, checkout: &Path) -> String {
    if here.join(file).exists() {
        return file.to_owned();
    }
    let mut root = here;
    while root != checkout {
        let Some(parent) = root.parent() else { break };
        root = parent;
        if let Ok(found) = root.join(file).strip_prefix(here)
            && root.join(file).exists()
        {
            return found.display().to_string();
        }
    }
    file.to_owned()
}

/// All cases of a report, or why there are none.
pub(super) fn read(report: &Path) -> Result<Vec<Case>, String> {
    let Ok(found) = std::fs::metadata(report) else {
        return Err("pytest wrote no report: it ended before it had finished".to_owned());
    };
    if found.len() > MAX_REPORT {
        return Err(format!("pytest's report has {} bytes, too many to read", found.len()));
    }
    let text = std::fs::read_to_string(report)
        .map_err(|error| format!("pytest's report cannot be read: {error}"))?;
    parse(&text).ok_or_else(|| "pytest's report is not complete".to_owned())
}

/// `None` when the text is no whole report.
pub(super) fn parse(text: &str) -> Option<Vec<Case>> {
    let mut reader = Reader::from_str(text);
    let mut cases = Vec::new();
    let mut open: Option<Case> = None;
    let mut depth = 0_u32;
    let mut suites = 0_u32;
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            Event::Start(tag) => {
                depth += 1;
                suites += u32::from(tag.name().as_ref() == "testsuite");
                begin(&tag, &mut open);
            }
            Event::Empty(tag) => {
                let is_case = tag.name().as_ref() == "testcase";
                begin(&tag, &mut open);
                if is_case {
                    cases.extend(open.take());
                }
            }
            Event::End(tag) => {
                depth = depth.checked_sub(1)?;
                if tag.name().as_ref() == "testcase" {
                    cases.extend(open.take());
                }
            }
            _ => {}
        }
        if cases.len() > MAX_CASES {
            return None;
        }
    }
    (depth == 0 && suites > 0).then_some(cases)
}

fn begin(tag: &BytesStart<'_>, open: &mut Option<Case>) {
    match tag.name().as_ref() {
        "testcase" => {
            *open = Some(Case {
                file: attribute(tag, "file"),
                classname: attribute(tag, "classname"),
                name: attribute(tag, "name"),
                seconds: attribute(tag, "time").parse().ok().filter(|value: &f64| value.is_finite()),
                ..Case::default()
            });
        }
        kind @ ("failure" | "error" | "skipped") => {
            if let Some(case) = open {
                match kind {
                    "failure" => case.failed = true,
                    "error" => case.errored = true,
                    _ => case.skipped = true,
                }
                if case.message.is_empty() && kind != "skipped" {
                    case.message = attribute(tag, "message");
                }
            }
        }
        _ => {}
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    tag.try_get_attribute(name)
        .ok()
        .flatten()
        .and_then(|found| {
            found.normalized_value(quick_xml::XmlVersion::Explicit1_0).ok().map(std::borrow::Cow::into_owned)
        })
        .unwrap_or_default()
}

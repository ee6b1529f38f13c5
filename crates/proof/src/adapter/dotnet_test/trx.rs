//! Visual Studio's test results: what each test gave, and the counters against it.

use std::collections::HashMap;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use regreen_case::Framework;

use crate::adapter::Counted;
use crate::adapter::left_file::{self, Unread};
use crate::counted::{TestOutcome, TestResult};

/// A report is smaller than this, or it is not one we read.
const MAX_REPORT: u64 = 64 * 1024 * 1024;
const MAX_RESULTS: usize = 200_000;
const MAX_MESSAGE: usize = 16 * 1024;

#[derive(Default)]
struct Found {
    /// Id of the test, name, outcome, message.
    results: Vec<(String, String, TestOutcome, String)>,
    classes: HashMap<String, String>,
    /// `total`, `passed`, `failed` of the counters.
    counters: Option<(usize, usize, usize)>,
}

pub(super) fn count(path: &Path) -> Counted {
    let text = match left_file::text(path, MAX_REPORT) {
        Ok(text) => text,
        Err(Unread::Missing) => {
            return Counted::problem("dotnet wrote no report: it ended before it had finished");
        }
        Err(why) => return Counted::problem(format!("dotnet's report {why}")),
    };
    match parse(&text) {
        Some(found) => conclude(found),
        None => Counted::problem("dotnet's report is not complete"),
    }
}

fn conclude(found: Found) -> Counted {
    let classes = found.classes;
    let results: Vec<TestResult> = found
        .results
        .into_iter()
        .map(|(test, name, outcome, message)| {
            // xUnit and NUnit give the whole name, MSTest only the method's.
            let whole = name.split(['(', ' ']).next().is_some_and(|inner| inner.contains('.'));
            let class = classes.get(&test).map_or("", |class| class.split(',').next().unwrap_or_default());
            let id = if whole || class.is_empty() { name } else { format!("{}.{name}", class.trim()) };
            let failure = (outcome == TestOutcome::Failed)
                .then(|| crate::failures::plain(Framework::DotnetTest, &id, None, &message));
            TestResult { id, suite: None, outcome, failure, seconds: None }
        })
        .collect();
    let sum = |outcome| results.iter().filter(|one| one.outcome == outcome).count();
    let counted = (results.len(), sum(TestOutcome::Passed), sum(TestOutcome::Failed));
    let problem = match found.counters {
        _ if results.is_empty() => Some("no test matched".to_owned()),
        Some(told) if told == counted => None,
        Some(_) => Some("dotnet's results and its counters contradict each other".to_owned()),
        None => Some("dotnet's report has no counters".to_owned()),
    };
    Counted { results, problem }
}

/// `None` when the text is no whole report.
fn parse(text: &str) -> Option<Found> {
    let mut reader = Reader::from_str(text);
    let mut found = Found::default();
    let (mut depth, mut in_message, mut definition) = (0_u32, false, String::new());
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            Event::Start(tag) => {
                depth += 1;
                in_message = tag.name().as_ref() == "Message";
                begin(&tag, &mut found, &mut definition);
            }
            Event::Empty(tag) => begin(&tag, &mut found, &mut definition),
            Event::End(_) => {
                depth = depth.checked_sub(1)?;
                in_message = false;
            }
            Event::Text(text) if in_message => {
                if let Some((_, _, _, message)) = found.results.last_mut()
                    && message.len() < MAX_MESSAGE
                {
                    message.push_str(&text);
                }
            }
            _ => {}
        }
        if found.results.len() > MAX_RESULTS {
            return None;
        }
    }
    (depth == 0).then_some(found)
}

fn begin(tag: &BytesStart<'_>, found: &mut Found, definition: &mut String) {
    match tag.name().as_ref() {
        "UnitTestResult" => {
            let outcome = match attribute(tag, "outcome").as_str() {
                "Passed" => TestOutcome::Passed,
                "NotExecuted" | "Inconclusive" | "Pending" | "NotRunnable" => TestOutcome::Skipped,
                _ => TestOutcome::Failed,
            };
            let entry = (attribute(tag, "testId"), attribute(tag, "testName"), outcome, String::new());
            found.results.push(entry);
        }
        "UnitTest" => *definition = attribute(tag, "id"),
        "TestMethod" => {
            found.classes.insert(std::mem::take(definition), attribute(tag, "className"));
        }
        "Counters" => {
            let number = |name: &str| attribute(tag, name).parse().unwrap_or(0);
            let failed = number("failed") + number("error") + number("timeout") + number("aborted");
            found.counters = Some((number("total"), number("passed"), failed));
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

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<TestRun id="1" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
  <Results>
    <UnitTestResult testId="a" testName="Shop.CartTests.Adds(x: &quot;q ü&quot;)" outcome="Passed" duration="00:00:00.01" />
    <UnitTestResult testId="b" testName="Total" outcome="Failed"><Output><ErrorInfo><Message>Assert.AreEqual failed. Expected 3</Message><StackTrace>at x</StackTrace></ErrorInfo></Output></UnitTestResult>
    <UnitTestResult testId="c" testName="Shop.CartTests.Later" outcome="NotExecuted" />
  </Results>
  <TestDefinitions>
    <UnitTest name="Total" id="b"><TestMethod className="Shop.Mine.TotalTests, Shop" name="Total" /></UnitTest>
  </TestDefinitions>
  <ResultSummary outcome="Failed"><Counters total="3" executed="2" passed="1" failed="1" error="0" timeout="0" aborted="0" /></ResultSummary>
</TestRun>"#;

    fn counted(text: &str) -> Counted {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.trx");
        std::fs::write(&path, text).unwrap();
        count(&path)
    }

    #[test]
    fn results_are_counted() {
        let found = counted(REPORT);
        assert_eq!(found.problem, None);
        let seen: Vec<_> = found.results.iter().map(|one| (one.id.as_str(), one.outcome)).collect();
        assert_eq!(
            seen,
            [
                ("Shop.CartTests.Adds(x: \"q ü\")", TestOutcome::Passed),
                ("Shop.Mine.TotalTests.Total", TestOutcome::Failed),
                ("Shop.CartTests.Later", TestOutcome::Skipped),
            ]
        );
        assert!(found.results[1].failure.as_ref().unwrap().message.contains("Expected 3"));
    }

    #[test]
    fn what_is_cut_missing_or_contradicted_does_not_count() {
        assert!(counted(&REPORT[..REPORT.len() - 20]).problem.is_some());
        assert!(counted(&REPORT.replace("passed=\"1\"", "passed=\"2\"")).problem.is_some());
        assert!(counted("<TestRun></TestRun>").problem.is_some());
        assert!(count(Path::new("/nowhere/r.trx")).problem.is_some());
    }
}

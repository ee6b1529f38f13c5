//! JUnit's XML as counted results need it: every case with what came of it, and what the suites claim.
//!
//! `regreen_logs` reads such reports too, for what failed; here it matters what passed. Promises: a report is
//! data from a stranger: size, depth, cases and texts are bounded, no entity is expanded but the five of XML,
//! links are not followed, and a report that is not whole is none.

use std::path::{Path, PathBuf};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::adapter::left_file::{self, Unread};
use crate::counted::TestOutcome;

/// A report is smaller than this, and so are all of a folder together, or they are none that we read.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
const MAX_CASES: usize = 200_000;
/// Suites nest a few times.
const MAX_DEPTH: usize = 64;
/// Of a failure's text, this much is kept.
const MAX_TEXT: usize = 16 * 1024;

/// One `<testcase>`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Case {
    /// Names of the suites around it, the outermost first.
    pub(crate) suites: Vec<String>,
    pub(crate) file: String,
    pub(crate) classname: String,
    pub(crate) name: String,
    /// What some writers call its state: `run`, `notrun`, `disabled`.
    pub(crate) status: String,
    pub(crate) seconds: Option<f64>,
    pub(crate) failed: bool,
    pub(crate) errored: bool,
    pub(crate) skipped: bool,
    /// It failed and was run again, whatever came of it then.
    pub(crate) reran: bool,
    /// Type of the first failure.
    pub(crate) kind: String,
    /// Message of the first failure.
    pub(crate) message: String,
    /// What stands within the first failure: mostly its stack.
    pub(crate) text: String,
}

impl Case {
    /// How it ended. A case that failed and was skipped has failed.
    pub(crate) fn outcome(&self) -> TestOutcome {
        if self.failed || self.errored {
            TestOutcome::Failed
        } else if self.skipped || matches!(self.status.as_str(), "notrun" | "disabled" | "skipped") {
            TestOutcome::Skipped
        } else {
            TestOutcome::Passed
        }
    }
}

/// The numbers that a suite claims, where it claims any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) tests: Option<u64>,
    pub(crate) failures: Option<u64>,
    pub(crate) errors: Option<u64>,
    pub(crate) skipped: Option<u64>,
}

/// A whole report, or several.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Report {
    pub(crate) cases: Vec<Case>,
    /// In the order of their beginnings; inner ones behind outer ones.
    pub(crate) suites: Vec<Suite>,
}

impl Report {
    /// How many cases ended so.
    pub(crate) fn count(&self, outcome: TestOutcome) -> usize {
        self.cases.iter().filter(|case| case.outcome() == outcome).count()
    }
}

/// Reads a report, or says in words about `writer` why there is none.
pub(crate) fn read(path: &Path, writer: &str) -> Result<Report, String> {
    let mut left = MAX_BYTES;
    parse(&text(path, writer, &mut left)?).ok_or_else(|| format!("{writer}'s report is not complete"))
}

/// Reads several files as one report.
pub(crate) fn read_all(files: &[PathBuf], writer: &str) -> Result<Report, String> {
    let mut left = MAX_BYTES;
    let mut all = Report::default();
    for file in files {
        let name = || file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let one = parse(&text(file, writer, &mut left)?)
            .ok_or_else(|| format!("{writer}'s report {} is not complete", name()))?;
        all.cases.extend(one.cases);
        all.suites.extend(one.suites);
        if all.cases.len() > MAX_CASES {
            return Err(format!("{writer}'s reports have more than {MAX_CASES} cases"));
        }
    }
    Ok(all)
}

fn text(path: &Path, writer: &str, left: &mut u64) -> Result<String, String> {
    let text = left_file::text(path, *left).map_err(|why| match why {
        Unread::Missing => format!("{writer} wrote no report: it ended before it had finished"),
        Unread::TooLarge => {
            format!("{writer}'s reports have more than {MAX_BYTES} bytes, too many to read")
        }
        why => format!("{writer}'s report {why}"),
    })?;
    *left = left.saturating_sub(text.len() as u64);
    Ok(text)
}

/// Reads a report; `None` when the text is no whole one.
pub(crate) fn parse(text: &str) -> Option<Report> {
    let mut reader = Reader::from_str(text);
    let mut reading = Reading::default();
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            Event::Start(tag) => reading.open(&tag)?,
            Event::Empty(tag) => {
                reading.open(&tag)?;
                reading.close()?;
            }
            Event::End(_) => reading.close()?,
            Event::Text(text) => reading.text(&text.into_inner()),
            Event::CData(text) => reading.text(&text.into_inner()),
            Event::GeneralRef(name) => reading.reference(&name.into_inner()),
            _ => {}
        }
    }
    (reading.path.is_empty() && reading.seen_suite).then_some(reading.report)
}

#[derive(Default)]
struct Reading {
    report: Report,
    /// Names of the open elements.
    path: Vec<String>,
    /// Names of the open suites.
    suites: Vec<String>,
    case: Option<Case>,
    /// Depth of the failure whose text is read.
    within: Option<usize>,
    seen_suite: bool,
}

impl Reading {
    fn open(&mut self, tag: &BytesStart<'_>) -> Option<()> {
        let name = tag.local_name().as_ref().to_owned();
        match (name.as_str(), &mut self.case) {
            ("testsuites" | "testsuite", None) => {
                self.seen_suite = true;
                if name == "testsuite" {
                    self.suite(tag);
                }
            }
            ("testcase", None) => self.case = Some(case_of(tag, &self.suites)),
            // A case within a case, or a suite: no report says so.
            ("testcase" | "testsuite" | "testsuites", Some(_)) => return None,
            (kind, Some(case)) if self.path.last().is_some_and(|parent| parent == "testcase") => {
                let wanted = within_case(case, kind, tag);
                self.within = wanted.then_some(self.path.len()).or(self.within);
            }
            _ => {}
        }
        self.path.push(name);
        (self.path.len() <= MAX_DEPTH).then_some(())
    }

    fn close(&mut self) -> Option<()> {
        let name = self.path.pop()?;
        if self.within == Some(self.path.len()) {
            self.within = None;
        }
        match name.as_str() {
            "testcase" => {
                self.report.cases.extend(self.case.take());
                if self.report.cases.len() > MAX_CASES {
                    return None;
                }
            }
            "testsuite" => {
                self.suites.pop();
            }
            _ => {}
        }
        Some(())
    }

    fn suite(&mut self, tag: &BytesStart<'_>) {
        let number = |name: &str| attribute(tag, name).parse().ok();
        let name = attribute(tag, "name");
        self.suites.push(name.clone());
        self.report.suites.push(Suite {
            name,
            tests: number("tests"),
            failures: number("failures"),
            errors: number("errors"),
            skipped: number("skipped"),
        });
    }

    fn text(&mut self, text: &str) {
        if let (Some(case), Some(_)) = (&mut self.case, self.within) {
            let room = MAX_TEXT.saturating_sub(case.text.len());
            let end = (0..=room.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
            case.text.push_str(&text[..end]);
        }
    }

    /// One of XML's five, or a character by its number; anything else stays as it stands.
    fn reference(&mut self, name: &str) {
        let escaped = format!("&{name};");
        let value =
            quick_xml::escape::unescape(&escaped).map_or(escaped.clone(), std::borrow::Cow::into_owned);
        self.text(&value);
    }
}

/// Notes an element of a case; whether its text is wanted.
fn within_case(case: &mut Case, kind: &str, tag: &BytesStart<'_>) -> bool {
    match kind {
        "failure" | "error" => {
            let first = !case.failed && !case.errored;
            if kind == "failure" {
                case.failed = true;
            } else {
                case.errored = true;
            }
            if first {
                case.kind = attribute(tag, "type");
                case.message = attribute(tag, "message");
            }
            first
        }
        "skipped" | "disabled" => {
            case.skipped = true;
            false
        }
        "rerunFailure" | "rerunError" | "flakyFailure" | "flakyError" => {
            case.reran = true;
            false
        }
        _ => false,
    }
}

fn case_of(tag: &BytesStart<'_>, suites: &[String]) -> Case {
    Case {
        suites: suites.to_vec(),
        file: attribute(tag, "file"),
        classname: attribute(tag, "classname"),
        name: attribute(tag, "name"),
        status: attribute(tag, "status"),
        seconds: attribute(tag, "time").parse().ok().filter(|value: &f64| value.is_finite()),
        ..Case::default()
    }
}

/// An attribute's value; empty when it is missing, as it stands when an entity in it is unknown.
fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let Ok(Some(found)) = tag.try_get_attribute(name) else { return String::new() };
    found
        .normalized_value(quick_xml::XmlVersion::Explicit1_0)
        .map_or_else(|_| found.value.clone().into_owned(), std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NESTED: &str = r#"<?xml version="1.0"?><testsuites tests="4"><testsuite name="outer" tests="4" failures="1">
        <testsuite name="inner" tests="3" skipped="1">
        <properties><property name="a" value="b"/></properties>
        <testcase classname="C" name="ok &quot;a&quot; &#252;" time="0.5"><system-out>&lt;failure/&gt;<![CDATA[<failure/>]]></system-out></testcase>
        <testcase classname="C" name="bad"><failure type="E" message="no&#10;more">at x &amp; <![CDATA[y]]></failure><error message="later"/></testcase>
        <testcase classname="C" name="skip"><skipped/></testcase>
        </testsuite>
        <testcase name="flaky" status="run"><flakyFailure message="once"/></testcase>
        <testcase name="off" status="notrun"/>
        </testsuite></testsuites>"#;

    #[test]
    fn every_case_is_told_with_its_suites_and_its_end() {
        let report = parse(NESTED).unwrap();
        let all: Vec<_> =
            report.cases.iter().map(|case| (case.name.as_str(), case.suites.len(), case.outcome())).collect();
        use TestOutcome::{Failed, Passed, Skipped};
        assert_eq!(
            all,
            [
                ("ok \"a\" ü", 2, Passed),
                ("bad", 2, Failed),
                ("skip", 2, Skipped),
                ("flaky", 1, Passed),
                ("off", 1, Skipped)
            ]
        );
        let bad = &report.cases[1];
        assert_eq!(
            (bad.kind.as_str(), bad.message.as_str(), bad.text.as_str()),
            ("E", "no\nmore", "at x & y")
        );
        assert!(report.cases[3].reran && bad.failed && bad.errored);
        assert_eq!((report.suites[1].tests, report.suites[1].skipped), (Some(3), Some(1)));
        assert_eq!(report.count(Passed), 2);
    }

    #[test]
    fn what_is_not_whole_or_strange_is_no_report() {
        let bomb = r#"<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuite><testcase name="&b;"><failure message="&b;">&b;</failure></testcase></testsuite>"#;
        let report = parse(bomb).unwrap();
        assert_eq!(
            (report.cases[0].name.as_str(), report.cases[0].text.as_str()),
            ("&b;", "&b;"),
            "not expanded"
        );
        for text in [
            "",
            "<html/>",
            "<testsuite><testcase name=\"a\"/>",
            "<testsuite><testcase name=\"a\"><testcase name=\"b\"/></testcase></testsuite>",
            &format!("<testsuite>{}", "<a>".repeat(100)),
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
        // What a failure's text says is no element of the case.
        let quoted = "<testsuite><testcase name=\"a\"><failure><skipped/></failure></testcase></testsuite>";
        assert_eq!(parse(quoted).unwrap().cases[0].outcome(), TestOutcome::Failed);
    }

    #[test]
    fn several_files_are_one_report_and_links_are_none() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let read = |names: &[&str]| read_all(&names.iter().map(|name| at(name)).collect::<Vec<_>>(), "x");
        assert!(read(&["TEST-a.xml"]).unwrap_err().contains("no report"));
        std::fs::write(at("TEST-b.xml"), "<testsuite><testcase name=\"b\"/></testsuite>").unwrap();
        std::fs::write(at("TEST-a.xml"), "<testsuite><testcase name=\"a\"/></testsuite>").unwrap();
        let both = read(&["TEST-a.xml", "TEST-b.xml"]).unwrap();
        assert_eq!(both.cases.iter().map(|case| case.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        std::fs::write(at("TEST-c.xml"), "<testsuite><testcase").unwrap();
        assert!(read(&["TEST-a.xml", "TEST-c.xml"]).unwrap_err().contains("TEST-c.xml is not complete"));
        std::fs::remove_file(at("TEST-c.xml")).unwrap();
        std::os::unix::fs::symlink(at("TEST-a.xml"), at("TEST-c.xml")).unwrap();
        assert!(read(&["TEST-a.xml", "TEST-c.xml"]).unwrap_err().contains("no file of its own"));
    }
}

//! XCTest under `swift test` and xcodebuild, raw or through xcpretty and xcbeautify.
//!
//! xcodebuild's list `Failing tests:` names the tests as `Class.method()` under their target, and is the last
//! word: tests that pass when they are tried again are not in it. Without it the results
//! (`Test Case 'Class.method' failed`) or the formatters' crosses do. The errors with a place explain them.
//! A process that dies takes down the test that was started last.

use regreen_case::Framework;

use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::frame::{frame, location};
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Xctest,
    name: "xctest",
    doc: "results and errors of swift test and xcodebuild, the list of failing tests, crashes, xcpretty, xcbeautify",
    triggers: &[
        "' failed ",
        ": error: ",
        "Failing tests:",
        " failure",
        "Restarting after unexpected exit",
        "rror: Exited with ",
        "rror: exited with ",
        "TEST FAILED",
    ],
    parser: || Box::<Xctest>::default(),
};

/// Lines above that may hold what a formatter printed.
const MAX_ABOVE: usize = 6000;

/// Why a test failed.
struct Reason {
    class: String,
    method: String,
    message: String,
    place: Option<(String, u32)>,
    at: u64,
}

/// A failed test.
struct Failed {
    /// As printed.
    id: String,
    class: String,
    method: String,
    suite: Option<String>,
    at: u64,
}

#[derive(Default)]
struct Xctest {
    reasons: Vec<Reason>,
    failed: Vec<Failed>,
    /// Names under `Failing tests:`.
    list: Vec<Failed>,
    target: Option<String>,
    listing: bool,
    /// Failures by the runner's word: it counts assertions, not tests.
    counted: Option<(u64, u64)>,
}

impl Parser for Xctest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if self.listing && self.list_line(text, line.number) {
            return;
        }
        if text.trim_end() == "Failing tests:" {
            self.formatted(line);
            self.listing = true;
            (self.target, self.list) = (None, Vec::new());
        } else if text.starts_with("** TEST ") {
            self.close(findings);
        } else if let Some(failures) = executed(text) {
            self.formatted(line);
            self.counted = Some((failures, line.number));
        } else if let Some(reason) = error(text, line.number) {
            if self.reasons.len() < MAX_TESTS {
                self.reasons.push(reason);
            }
        } else if let Some((class, method, id, suite)) = result(text) {
            self.fail(Failed { id, class, method, suite, at: line.number });
        } else if let Some((_, rest)) =
            text.split_once("Restarting after unexpected exit, crash, or test timeout in ")
        {
            let name = rest.split(';').next().unwrap_or(rest).trim();
            self.crashed(name, text, line.number);
        } else if text.contains("xited with signal code")
            || text.contains("xited with unexpected signal code")
        {
            self.died(line);
        }
    }

    fn is_awake(&self) -> bool {
        self.listing
    }

    fn end(&mut self, findings: &mut Findings) {
        self.close(findings);
    }
}

impl Xctest {
    fn fail(&mut self, failed: Failed) {
        let same = |known: &Failed| known.class == failed.class && known.method == failed.method;
        if self.failed.len() < MAX_TESTS && !self.failed.iter().any(same) {
            self.failed.push(failed);
        }
    }

    fn crashed(&mut self, name: &str, text: &str, at: u64) {
        let Some((class, method, id, suite)) = split(name) else { return };
        let message = clip(text.trim(), 2000);
        self.reasons.push(Reason { class: class.clone(), method: method.clone(), message, place: None, at });
        self.fail(Failed { id, class, method, suite, at });
    }

    /// The process died: the test that was started last has no result.
    fn died(&mut self, line: Line<'_>) {
        let mut fatal = None;
        for (distance, above) in line.above.lines().take(MAX_ABOVE).enumerate() {
            let at = line.number.saturating_sub(distance as u64 + 1);
            if above.contains("Fatal error: ") && fatal.is_none() {
                fatal = Some((above.trim().to_owned(), at));
            }
            let Some(rest) = above.strip_prefix("Test Case '") else { continue };
            if let Some((name, _)) = rest.split_once("' started") {
                let (message, at) = fatal.unwrap_or_else(|| (line.text.trim().to_owned(), line.number));
                self.crashed(name, &message, at);
            }
            return;
        }
    }

    /// A line of the list. `false` when the list is over.
    fn list_line(&mut self, text: &str, number: u64) -> bool {
        let name = text.trim();
        if text.starts_with(['\t', ' ']) && !name.is_empty() {
            let name = name.split(" encountered an error").next().unwrap_or(name);
            if let Some(target) = name.strip_suffix(':') {
                self.target = Some(target.to_owned());
            } else if let Some((class, method, id, module)) = split(name)
                && self.list.len() < MAX_TESTS
            {
                let suite = self.target.clone().or(module);
                self.list.push(Failed { id, class, method, suite, at: number });
            }
            return true;
        }
        if self.list.is_empty() && name.is_empty() {
            return true;
        }
        self.listing = false;
        false
    }

    /// What a formatter printed above: a class on a line of its own, and crosses below it.
    fn formatted(&mut self, line: Line<'_>) {
        let mut below: Vec<(String, String, u64)> = Vec::new();
        for (distance, above) in line.above.lines().take(MAX_ABOVE).enumerate() {
            if executed(&above).is_some() || above.starts_with("** TEST") {
                break;
            }
            let at = line.number.saturating_sub(distance as u64 + 1);
            if let Some((method, reason)) = cross(&above) {
                below.push((method.to_owned(), reason.to_owned(), at));
            } else if let Some(class) = class_heading(&above).filter(|_| !below.is_empty()) {
                for (method, message, at) in below.drain(..) {
                    let (class, id) = (class.to_owned(), format!("{class}.{method}"));
                    let message = clip(&message, 2000);
                    let reason =
                        Reason { class: class.clone(), method: method.clone(), message, place: None, at };
                    if self.reasons.len() < MAX_TESTS {
                        self.reasons.push(reason);
                    }
                    self.fail(Failed { id, class, method, suite: None, at });
                }
            }
        }
    }

    fn close(&mut self, findings: &mut Findings) {
        let done = std::mem::take(self);
        let failed = if done.list.is_empty() { done.failed } else { done.list };
        let named = failed.len() as u64;
        if let Some((failures, at)) = done.counted.filter(|(failures, _)| *failures > 0) {
            // Several assertions of one test may have failed.
            let counted = if named == 0 { failures } else { named.min(failures) };
            findings.count(Count { framework: Framework::Xctest, counted, named, at });
        }
        for test in failed {
            let same =
                |reason: &&Reason| reason.method == test.method && same_class(&reason.class, &test.class);
            let reason = done.reasons.iter().find(same);
            findings.add(Framework::Xctest, describe(test, reason));
        }
    }
}

/// Lists leave the module out.
fn same_class(one: &str, other: &str) -> bool {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    last(one) == last(other)
}

fn describe(test: Failed, reason: Option<&Reason>) -> Found {
    let place = reason.and_then(|reason| reason.place.clone());
    let (file, line) = place.map_or((None, None), |(file, line)| (Some(file), Some(line)));
    let frames = match (&file, line) {
        (Some(file), Some(line)) => vec![frame(file, line, None)],
        _ => Vec::new(),
    };
    let message = reason.map(|reason| reason.message.clone()).unwrap_or_default();
    let crash = message.contains("Test crashed")
        || message.contains("Fatal error")
        || message.contains("nexpected exit");
    let block = format!("{}\n{message}\n", test.id);
    Found {
        id: test.id,
        suite: test.suite,
        file,
        line,
        kind: if crash { "crash".to_owned() } else { String::new() },
        message,
        frames,
        at: reason.map_or(test.at, |reason| reason.at.min(test.at)),
        cause_at: reason.map_or(0, |reason| reason.at),
        block,
        ..Found::default()
    }
}

/// Class, method, id as printed and module of `-[Module.Class method]`, `Class.method` and `Class.method()`.
fn split(name: &str) -> Option<(String, String, String, Option<String>)> {
    let (class, method) = match name.strip_prefix("-[").and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => inner.split_once(' ')?,
        None => name.rsplit_once(['.', '/'])?,
    };
    let method = method.trim_end_matches("()");
    if class.is_empty() || method.is_empty() || class.contains(' ') || method.contains(' ') {
        return None;
    }
    let module = class.split_once('.').map(|(module, _)| module.to_owned());
    Some((class.to_owned(), method.to_owned(), name.to_owned(), module))
}

/// `Test Case 'Class.method' failed (0.1 seconds).`
fn result(text: &str) -> Option<(String, String, String, Option<String>)> {
    let rest = text.strip_prefix("Test Case '").or_else(|| text.strip_prefix("Test case '"))?;
    let (name, rest) = rest.split_once("' failed ")?;
    (rest.starts_with('(') || rest.starts_with("on ")).then(|| split(name))?
}

/// `/path/File.swift:12: error: -[Module.Class method] : XCTAssertTrue failed`.
fn error(text: &str, at: u64) -> Option<Reason> {
    let (place, rest) = text.split_once(": error: ")?;
    let (name, message) = rest.split_once(" : ")?;
    let (class, method, ..) = split(name)?;
    let place = location(place.trim()).map(|(file, line)| (file.to_owned(), line));
    let place = place.filter(|(file, _)| !file.starts_with('<'));
    Some(Reason { class, method, message: clip(message.trim_end_matches(" - "), 2000), place, at })
}

/// Failures of `Executed 5 tests, with 2 failures (0 unexpected) in 0.1 (0.2) seconds`.
fn executed(text: &str) -> Option<u64> {
    let rest = text.trim_start().strip_prefix("Executed ")?;
    let (_, rest) = rest.split_once(" with ")?;
    rest.split(" failure").next()?.rsplit(' ').next()?.parse().ok()
}

/// Method and reason of `✗ testName, reason`.
fn cross(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let rest =
        text.strip_prefix('✗').or_else(|| text.strip_prefix('✖')).or_else(|| text.strip_prefix('x'))?;
    let (method, reason) = rest.strip_prefix(' ')?.split_once(", ")?;
    let named = method.starts_with("test") && !method.contains(' ');
    named.then(|| (method.trim_end_matches("()"), reason.trim()))
}

fn class_heading(text: &str) -> Option<&str> {
    let name =
        text.strip_prefix("Test Suite ").and_then(|rest| rest.strip_suffix(" started")).unwrap_or(text);
    let named = !name.is_empty()
        && name.starts_with(|first: char| first.is_alphabetic())
        && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '.');
    (named && !name.ends_with(".xctest")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let show = |test: &regreen_case::FailedTest| {
            let place = format!("{}:{}", test.file.as_deref().unwrap_or("-"), test.line.unwrap_or(0));
            format!("{} | {} | {place} | {}", test.suite.as_deref().unwrap_or("-"), test.id, test.message)
        };
        crate::failures_in(Framework::Xctest, text).iter().map(show).collect()
    }

    #[test]
    fn the_list_of_failing_tests_is_the_last_word() {
        let text = "Test Case '-[ShopTests.CartTests testRetried]' started.\n/w/CartTests.swift:9: error: -[ShopTests.CartTests testRetried] : XCTAssertTrue failed\nTest Case '-[ShopTests.CartTests testRetried]' failed (0.005 seconds).\nTest Case '-[ShopTests.CartTests testSum]' started.\n/w/CartTests.swift:12: error: -[ShopTests.CartTests testSum] : XCTAssertEqual failed: (\"1\") is not equal to (\"2\") - sum\nTest Case '-[ShopTests.CartTests testSum]' failed (0.005 seconds).\n\t Executed 2 tests, with 2 failures (0 unexpected) in 0.1 (0.2) seconds\n\nFailing tests:\n\tShopTests:\n\t\tCartTests.testSum()\n\n** TEST FAILED **\n";
        assert_eq!(
            shown(text),
            [
                "ShopTests | CartTests.testSum() | /w/CartTests.swift:12 | XCTAssertEqual failed: (\"1\") is not equal to (\"2\") - sum"
            ]
        );
    }

    #[test]
    fn formatters_name_the_class_above() {
        let text = "CartTests\n    ✓ testAdd (0.149 seconds)\n    ✗ testSum, XCTAssertTrue failed\nOrderTests\n    ✖ testLost, Test crashed\n\n\t Executed 3 tests, with 2 failures (0 unexpected) in 12.887 (13.516) seconds\n";
        assert_eq!(
            shown(text),
            [
                "- | OrderTests.testLost | -:0 | Test crashed",
                "- | CartTests.testSum | -:0 | XCTAssertTrue failed"
            ]
        );
    }

    #[test]
    fn the_test_that_was_running_takes_the_process_down() {
        let text = "Test Case 'CartTests.testAdd' passed (0.0 seconds)\nTest Case 'CartTests.testDies' started at 2024-01-01 00:00:00.000\nShop/Cart.swift:3: Fatal error: Index out of range\nerror: Exited with unexpected signal code 4\n";
        assert_eq!(
            shown(text),
            ["- | CartTests.testDies | -:0 | Shop/Cart.swift:3: Fatal error: Index out of range"]
        );
    }

    #[test]
    fn parallel_results_and_restarts_are_read() {
        let text = "Test case 'CartTests.testSum()' failed on 'iPhone 15 - Shop (123)' (0.005 seconds)\nRestarting after unexpected exit, crash, or test timeout in OrderTests.testHang(); summary will include totals from previous launches.\n** TEST FAILED **\n";
        let found = shown(text);
        assert_eq!(found[0], "- | CartTests.testSum() | -:0 | ");
        assert!(found[1].starts_with("- | OrderTests.testHang() | -:0 | Restarting after"));
    }

    #[test]
    fn a_green_run_names_nothing() {
        let text = "Test Case 'CartTests.testAdd' passed (0.0 seconds)\n\t Executed 3 tests, with 0 failures (0 unexpected) in 12.887 (13.516) seconds\n";
        assert!(shown(text).is_empty());
    }
}

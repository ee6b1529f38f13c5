//! The events of `go test -json`.

use std::collections::HashMap;

use regreen_case::Framework;
use serde::Deserialize;

use super::Findings;
use super::go_output::{is_crash, running_tests, tests_on_stack};
use super::go_test::{ancestors, describe};
use crate::text::clip;

/// Tests whose output is kept at the same time.
const MAX_OPEN: usize = 5000;
/// Lines kept of one test.
const MAX_OUTPUT: usize = 400;
/// Bytes kept of all open tests together.
const MAX_BYTES: usize = 16 * 1024 * 1024;

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "Action", borrow)]
    action: std::borrow::Cow<'a, str>,
    #[serde(rename = "Package", default)]
    package: String,
    #[serde(rename = "Test", default)]
    test: String,
    #[serde(rename = "Output", default, borrow)]
    output: std::borrow::Cow<'a, str>,
}

/// The tests that have begun and what they printed.
#[derive(Default)]
pub(super) struct Events {
    open: HashMap<(String, String), Vec<String>>,
    bytes: usize,
    /// Failed tests of packages whose result is not known yet.
    failed: Vec<(String, String, Vec<String>, u64)>,
}

impl Events {
    /// Takes an event. `false` when the line is none.
    pub(super) fn line(&mut self, text: &str, number: u64, findings: &mut Findings) -> bool {
        if !text.contains("\"Action\":") {
            return false;
        }
        let Ok(event) = serde_json::from_str::<Event<'_>>(text) else { return false };
        if event.package.is_empty() {
            return false;
        }
        let key = (event.package, event.test);
        match event.action.as_ref() {
            "output" => self.print(key, event.output.trim_end_matches('\n')),
            "pass" | "skip" => {
                if key.1.is_empty() {
                    self.drop_package(&key.0);
                } else {
                    self.take(&key);
                }
            }
            "fail" if key.1.is_empty() => self.package_failed(&key.0, number, findings),
            "fail" => {
                let lines = self.take(&key);
                if self.failed.len() < super::MAX_TESTS {
                    self.failed.push((key.0, key.1, lines, number));
                }
            }
            _ => {}
        }
        true
    }

    fn print(&mut self, key: (String, String), text: &str) {
        let framing = text.trim_start();
        if framing.starts_with("=== ") || framing.starts_with("--- ") || self.bytes > MAX_BYTES {
            return;
        }
        if self.open.len() >= MAX_OPEN && !self.open.contains_key(&key) {
            return;
        }
        let lines = self.open.entry(key).or_default();
        if lines.len() < MAX_OUTPUT {
            lines.push(clip(text, 2000));
            self.bytes += text.len();
        }
    }

    fn take(&mut self, key: &(String, String)) -> Vec<String> {
        let lines = self.open.remove(key).unwrap_or_default();
        self.bytes = self.bytes.saturating_sub(lines.iter().map(String::len).sum());
        lines
    }

    fn drop_package(&mut self, package: &str) {
        self.open.retain(|(of, _), _| of != package);
        self.bytes = self.open.values().flatten().map(String::len).sum();
        self.failed.retain(|(of, ..)| of != package);
    }

    fn package_failed(&mut self, package: &str, number: u64, findings: &mut Findings) {
        let own = self.take(&(package.to_owned(), String::new()));
        let (failed, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.failed).into_iter().partition(|(of, ..)| of == package);
        self.failed = others;
        let parents: Vec<String> = failed.iter().flat_map(|(_, test, ..)| ancestors(test)).collect();
        let suite = Some(package.to_owned());
        for (_, test, lines, at) in failed.into_iter().filter(|(_, test, ..)| !parents.contains(test)) {
            findings.add(Framework::GoTest, describe(test, suite.clone(), &lines, at));
        }
        if let Some(at) = own.iter().position(|line| is_crash(line)) {
            let lines = &own[at..];
            let mut names = running_tests(lines);
            if names.is_empty() {
                names.extend(tests_on_stack(lines));
            }
            for id in names {
                findings.add(Framework::GoTest, describe(id, suite.clone(), lines, number));
            }
        }
        self.drop_package(package);
    }

    /// The log is over.
    pub(super) fn end(&mut self, findings: &mut Findings) {
        let packages: Vec<String> = self.failed.iter().map(|(package, ..)| package.clone()).collect();
        for package in packages {
            self.package_failed(&package, 0, findings);
        }
    }
}

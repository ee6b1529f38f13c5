//! The events of `go test -json`.

use std::collections::{HashMap, HashSet};

use regreen_case::{ContainerRole, Framework};
use serde::Deserialize;

use super::go_output::{is_crash, running_tests, tests_on_stack};
use super::go_printed::{Printed, ancestors, report};
use super::{Findings, Found};

/// Tests whose output is kept at the same time.
const MAX_OPEN: usize = 5000;
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
    #[serde(rename = "FailedBuild", default, borrow)]
    failed_build: std::borrow::Cow<'a, str>,
}

/// Package and test.
type Key = (String, String);

/// The tests that have begun and what they printed.
#[derive(Default)]
pub(super) struct Events {
    open: HashMap<Key, Printed>,
    /// Tests without a result, in the order of their beginning.
    running: Vec<Key>,
    bytes: usize,
    /// Failed tests of packages whose result is not known yet.
    failed: Vec<(Key, Printed, u64)>,
}

impl Events {
    /// Takes an event. `false` when the line is none.
    pub(super) fn line(&mut self, text: &str, number: u64, findings: &mut Findings) -> bool {
        if !text.contains("\"Action\":") {
            return false;
        }
        let Ok(event) = serde_json::from_str::<Event<'_>>(text) else { return false };
        if event.package.is_empty() {
            return event.action.starts_with("build-");
        }
        let key = (event.package, event.test);
        match event.action.as_ref() {
            "run" if self.running.len() < MAX_OPEN => self.running.push(key),
            "output" => self.print(key, event.output.trim_end_matches('\n'), number),
            "pass" | "skip" | "bench" if key.1.is_empty() => self.drop_package(&key.0),
            "pass" | "skip" | "bench" => {
                self.running.retain(|known| *known != key);
                self.take(&key);
            }
            "fail" if key.1.is_empty() && !event.failed_build.is_empty() => self.drop_package(&key.0),
            "fail" if key.1.is_empty() => self.package_failed(&key.0, number, findings),
            "fail" => {
                self.running.retain(|known| *known != key);
                let printed = self.take(&key);
                if self.failed.len() < super::MAX_TESTS {
                    self.failed.push((key, printed, number));
                }
            }
            _ => {}
        }
        true
    }

    /// Whether a package is not over.
    pub(super) fn is_busy(&self) -> bool {
        !self.open.is_empty() || !self.running.is_empty() || !self.failed.is_empty()
    }

    fn print(&mut self, key: Key, text: &str, number: u64) {
        if self.bytes > MAX_BYTES || (self.open.len() >= MAX_OPEN && !self.open.contains_key(&key)) {
            return;
        }
        let printed = self.open.entry(key).or_default();
        let framing = text.trim_start();
        if framing.starts_with("--- ") {
            // The test goes on: it only printed what looked like the end of the process.
            printed.crash = None;
        } else if !framing.starts_with("=== ") {
            if is_crash(text) && printed.crash.is_none() {
                printed.crash = Some(printed.lines.len());
            }
            printed.push(text, number);
            self.bytes += text.len();
        }
    }

    fn take(&mut self, key: &Key) -> Printed {
        let printed = self.open.remove(key).unwrap_or_default();
        self.bytes = self.bytes.saturating_sub(printed.bytes());
        printed
    }

    fn drop_package(&mut self, package: &str) {
        self.open.retain(|(of, _), _| of != package);
        self.running.retain(|(of, _)| of != package);
        self.bytes = self.open.values().map(Printed::bytes).sum();
        self.failed.retain(|((of, _), ..)| of != package);
    }

    fn package_failed(&mut self, package: &str, number: u64, findings: &mut Findings) {
        let own = self.take(&(package.to_owned(), String::new()));
        let (failed, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.failed).into_iter().partition(|((of, _), ..)| of == package);
        self.failed = others;
        let mut tests: Vec<(String, u64, Printed)> =
            failed.into_iter().map(|((_, test), printed, at)| (test, at, printed)).collect();
        for id in self.unfinished(package, &own) {
            let mut printed = self.take(&(package.to_owned(), id.clone()));
            if printed.crash.is_none() && own.crash.is_some() {
                printed = own.clone();
            }
            if !tests.iter().any(|(known, ..)| *known == id) {
                let first = printed.first_number();
                tests.push((id, if first == 0 { number } else { first }, printed));
            }
        }
        if tests.is_empty() {
            let mut lines = own.lines.iter().rev();
            let message = lines.find(|line| !line.is_empty() && !line.starts_with("FAIL")).cloned();
            let (message, role) = (message.unwrap_or_default(), Some(ContainerRole::Suite));
            let id = package.to_owned();
            findings.add(Framework::GoTest, Found { id, message, at: number, role, ..Found::default() });
        }
        report(tests, Some(package), findings);
        self.drop_package(package);
    }

    /// Tests that the end of their package cut short: the dump names them, or they were running.
    fn unfinished(&self, package: &str, own: &Printed) -> Vec<String> {
        let running: Vec<&String> =
            self.running.iter().filter(|(of, _)| of == package).map(|(_, test)| test).collect();
        let dumps = running.iter().filter_map(|test| self.open.get(&(package.to_owned(), (*test).clone())));
        let dump = dumps.chain(std::iter::once(own)).find(|printed| printed.crash.is_some());
        let lines = dump.map(Printed::dump).unwrap_or_default();
        let mut names = running_tests(lines);
        if names.is_empty() {
            let on_stack = tests_on_stack(lines);
            let within =
                |name: &&&String| on_stack.as_ref().is_none_or(|known| name.split('/').next() == Some(known));
            names.extend(running.iter().rev().find(within).map(|name| (*name).clone()).or(on_stack.clone()));
        }
        let parents: HashSet<String> = names.iter().flat_map(|name| ancestors(name)).collect();
        names.retain(|name| !parents.contains(name));
        names
    }

    /// The log is over.
    pub(super) fn end(&mut self, findings: &mut Findings) {
        let mut packages: Vec<String> =
            self.failed.iter().map(|((package, _), ..)| package.clone()).collect();
        packages.dedup();
        self.running.clear();
        for package in packages {
            self.package_failed(&package, 0, findings);
        }
        *self = Events::default();
    }
}

//! `go test`, as text and with `-json`, alone and through gotestsum.
//!
//! A test is named by `--- FAIL:`, by the panic or timeout that ended its package, or by the JSON event.
//! Only leaves count: a parent fails because its subtest did. With `-v` every test is announced, so that what
//! another test prints names nobody. The package's own result gives the suite, and tells which tests never
//! came to an end; a package that passes takes back what a test printed. Packages that do not build name no
//! failed test.

use std::collections::{HashSet, VecDeque};

use regreen_case::{ContainerRole, Framework};

use super::go_blame::{Pending, blame, leaves, without_decoys};
use super::go_json::Events;
use super::go_output::{is_crash, is_test_name};
use super::go_printed::{Printed, ancestors, report, wraps_tests};
use super::gotestsum::Summary;
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::GoTest,
    name: "go_test",
    doc: "--- FAIL with subtests, panics, timeouts, data races, -json events, gotestsum; the package is the suite",
    triggers: &[
        "=== RUN",
        "=== FAIL: ",
        "--- FAIL",
        "FAIL\t",
        "panic: ",
        "fatal error: ",
        "\"Action\":",
        "go version go",
    ],
    parser: || Box::<GoTest>::default(),
};

/// Tests whose output is kept at the same time.
const MAX_OPEN: usize = 64;
/// Names remembered of one package.
const MAX_NAMES: usize = 100_000;
/// Lines after which the words of a dying process show a goroutine, if they are Go's.
const MAX_PREFACE: usize = 40;

#[derive(Default)]
struct GoTest {
    events: Events,
    summary: Summary,
    run: Run,
    /// Something of `go test` was seen in this step.
    awake: bool,
    /// Tests known before.
    since: Option<usize>,
}

/// The run of one package.
#[derive(Default)]
struct Run {
    pending: Vec<Pending>,
    /// Names that `=== RUN` announced and that have no result yet; whether there are any at all (`-v`).
    running: HashSet<String>,
    verbose: bool,
    /// Test that prints now (`-v`).
    current: Option<String>,
    /// What the last tests printed (`-v`).
    printed: VecDeque<(String, Printed)>,
    /// Output that ended the process, where, and whether a failed test stands right above.
    crash: Option<(u64, Printed, bool)>,
    /// Whether lines belong to the last `--- FAIL`.
    explaining: bool,
    /// Whether the test in hand only wraps those of another framework.
    wraps: bool,
    /// Whether the harness, or a table of its results, said `FAIL` below the failed tests.
    said: bool,
    /// The line above.
    last: String,
}

impl Parser for GoTest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(rest) = text.strip_prefix("go version go") {
            return findings.tool("go", rest.split(' ').next().unwrap_or(rest));
        }
        self.awake = true;
        let since = *self.since.get_or_insert(findings.tests.len());
        if text.starts_with('{') && self.events.line(text, line.number, findings) {
            return;
        }
        if text.starts_with("=== ") || self.summary.is_open() {
            if text.starts_with("=== FAIL: ") && !self.summary.is_open() {
                self.run = Run::default();
            }
            if self.summary.line(text, line.number, since, findings) {
                return;
            }
        }
        if text.contains("--- FAIL: ") {
            let mut above = line.above.lines().take(3).take_while(|above| !above.contains("--- FAIL: "));
            self.run.wraps = above.any(|above| wraps_tests(&above));
        }
        self.run.line(text, line.number, findings);
        if text.len() < 200 {
            text.clone_into(&mut self.run.last);
        } else {
            self.run.last.clear();
        }
        self.awake = self.run.is_busy() || self.events.is_busy() || self.summary.is_open();
    }

    fn is_awake(&self) -> bool {
        self.awake
    }

    fn end(&mut self, findings: &mut Findings) {
        self.events.end(findings);
        self.summary.close(None, self.since.unwrap_or(0), findings);
        self.run.close(None, 0, findings);
        *self = GoTest::default();
    }
}

impl Run {
    /// Whether every line is needed.
    fn is_busy(&self) -> bool {
        self.verbose || !self.pending.is_empty() || self.crash.is_some()
    }

    fn line(&mut self, text: &str, number: u64, findings: &mut Findings) {
        let taken = match text.as_bytes().first() {
            Some(b'=') => self.marker(text),
            Some(b'F' | b'o' | b'?') => self.package(text, number, findings),
            Some(b'p' | b'f') if is_crash(text) => self.dies(text, number),
            _ => false,
        };
        if taken || (text.contains("--- ") && self.result(text, number)) {
            return;
        }
        self.output(text, number);
    }

    /// `=== RUN   Name` and its kin. `false` when it is just text.
    fn marker(&mut self, text: &str) -> bool {
        let Some((word, name)) = text.strip_prefix("=== ").and_then(|rest| rest.split_once(' ')) else {
            return false;
        };
        let name = name.trim();
        match word {
            "RUN" if self.running.len() < MAX_NAMES => {
                self.verbose = true;
                self.running.insert(clip(name, 1024));
            }
            "RUN" | "CONT" | "NAME" | "PAUSE" => {}
            _ => return false,
        }
        self.goes_on();
        self.explaining = false;
        self.current = (word != "PAUSE" && !name.is_empty()).then(|| clip(name, 1024));
        true
    }

    /// What looked like the end of the process was printed by a test.
    fn goes_on(&mut self) {
        if let Some((_, printed, _)) = self.crash.take()
            && let Some(current) = self.current.clone()
        {
            self.print(current).append(printed);
        }
    }

    /// `--- FAIL: Name (0.00s)`, indented for a subtest, or behind what was printed without a line break.
    fn result(&mut self, text: &str, number: u64) -> bool {
        let Some(start) = text.find("--- ") else { return false };
        let Some((word, rest)) = text[start + 4..].split_once(": ") else { return false };
        let Some((name, time)) = rest.trim_end().rsplit_once(" (") else { return false };
        if !time.ends_with("s)") || !matches!(word, "FAIL" | "PASS" | "SKIP" | "BENCH") || name.contains(' ')
        {
            return false;
        }
        let indent = if text[..start].trim().is_empty() { start } else { 0 };
        let glued = start > 0 && indent == 0;
        if glued && !is_test_name(name) {
            return false;
        }
        if self.verbose && !self.running.remove(name) {
            // A test that printed its own failure passes after all.
            if word == "PASS" {
                self.pending.retain(|test| test.id != name);
            }
            return false;
        }
        // A subtest stands below its parent.
        let known = |parent: &String| self.pending.iter().any(|known| known.id == *parent);
        if indent > 0 && word == "FAIL" && !ancestors(name).any(|parent| known(&parent)) {
            return false;
        }
        self.goes_on();
        let mut printed = self.take_printed(name);
        printed.wraps |= std::mem::take(&mut self.wraps);
        if glued {
            printed.push(&text[..start], number);
        }
        self.current = None;
        if word != "FAIL" {
            return true;
        }
        if self.pending.len() < MAX_TESTS {
            self.pending.push(Pending { id: clip(name, 1024), at: number, indent, printed });
        }
        self.explaining = true;
        true
    }

    fn take_printed(&mut self, name: &str) -> Printed {
        let at = self.printed.iter().position(|(known, _)| known == name);
        at.and_then(|at| self.printed.remove(at)).map(|(_, printed)| printed).unwrap_or_default()
    }

    /// The process seems to die.
    fn dies(&mut self, text: &str, number: u64) -> bool {
        if let Some((_, printed, _)) = &self.crash
            && printed.has_stack()
        {
            return false;
        }
        let below_result = self.last.trim_start().starts_with("--- FAIL: ") && self.explaining;
        let mut printed = Printed { crash: Some(0), ..Printed::default() };
        printed.push(text, number);
        self.crash = Some((number, printed, below_result));
        true
    }

    fn output(&mut self, text: &str, number: u64) {
        self.said |= text == "FAIL" || (text.starts_with(['│', '|']) && text.contains(" FAIL "));
        if let Some((_, printed, _)) = &mut self.crash {
            printed.push(text, number);
            if printed.lines.len() > MAX_PREFACE && !printed.has_stack() {
                self.crash = None;
            }
            return;
        }
        if let Some(current) = &self.current {
            let current = current.clone();
            return self.print(current).push(text, number);
        }
        if !self.explaining {
            return;
        }
        let deep = text.len() - text.trim_start_matches([' ', '\t']).len();
        let example = self.pending.last().is_some_and(|last| last.id.starts_with("Example"));
        let owner = if deep == 0 && example {
            self.pending.last_mut()
        } else {
            self.pending.iter_mut().rev().find(|pending| deep > pending.indent)
        };
        if let Some(pending) =
            owner.filter(|_| deep > 0 || (example && text != "FAIL" && text != "exit status 1"))
        {
            pending.printed.push(text, number);
        }
    }

    fn print(&mut self, name: String) -> &mut Printed {
        let at = self.printed.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            if self.printed.len() == MAX_OPEN {
                self.printed.pop_front();
            }
            self.printed.push_back((name, Printed::default()));
            self.printed.len() - 1
        });
        &mut self.printed[at].1
    }

    /// `ok  pkg 0.1s`, `FAIL pkg 0.1s`, `FAIL pkg [build failed]`. `false` when it is just text.
    fn package(&mut self, text: &str, number: u64, findings: &mut Findings) -> bool {
        let mut columns = text.split('\t');
        let (Some(word), Some(package)) = (columns.next(), columns.next()) else { return false };
        let (package, rest) = match columns.next() {
            Some(rest) => (package.trim(), rest),
            None => package.split_once(' ').unwrap_or((package, "")),
        };
        let word = word.trim_end();
        if package.is_empty() || package.contains(' ') || !matches!(word, "ok" | "FAIL" | "?") {
            return false;
        }
        if word == "FAIL" && (rest.starts_with("[build failed]") || rest.starts_with("[setup failed]")) {
            return true;
        }
        let passed_above = self.last == "PASS" || self.last.starts_with("coverage: ");
        // A test that is still running prints; a package that failed did not pass.
        let printed = match word {
            "FAIL" => self.last == "FAIL" && !self.running.is_empty() && self.crash.is_none(),
            "ok" if self.verbose => !self.running.is_empty(),
            "ok" => !self.pending.is_empty() && !passed_above,
            _ => !self.pending.is_empty(),
        };
        if printed {
            return false;
        }
        if word == "FAIL" {
            self.close(Some(package), number, findings);
        } else {
            *self = Run::default();
        }
        true
    }

    /// The package's result is known, or the log is over.
    fn close(&mut self, package: Option<&str>, number: u64, findings: &mut Findings) {
        let done = std::mem::take(self);
        let mut pending = done.pending;
        let unfinished = leaves(done.running);
        let framing = ["FAIL", "--- ", "=== ", "ok "].iter().any(|start| done.last.starts_with(start));
        let dump = done.crash.as_ref().and_then(|(_, printed, _)| printed.lines.first().cloned());
        let last_words = dump.unwrap_or(if framing { String::new() } else { done.last.clone() });
        let died = done.crash.is_some();
        if let Some((at, printed, below)) = done.crash.filter(|(_, printed, _)| printed.has_stack()) {
            blame(&mut pending, printed, at, below, done.current.as_deref());
        } else if package.is_some() && !unfinished.is_empty() && done.last != "FAIL" {
            // It left without a word: who printed last?
            let of = |name: &String| done.printed.iter().position(|(known, _)| known == name);
            if let Some(id) = unfinished.into_iter().max_by_key(of) {
                let printed = done.printed.into_iter().find(|(known, _)| *known == id);
                let printed = printed.map(|(_, printed)| printed).unwrap_or_default();
                pending.push(Pending { id, at: 0, indent: 0, printed });
            }
        }
        if !done.verbose {
            without_decoys(&mut pending);
            // Another program's test can print that a Go test failed.
            if package.is_none() && !done.said && !died {
                return;
            }
        }
        if let Some(id) = package.filter(|_| pending.is_empty()) {
            let role = Some(ContainerRole::Suite);
            let found =
                Found { id: id.to_owned(), message: last_words, at: number, role, ..Found::default() };
            return findings.add(Framework::GoTest, found);
        }
        let tests = pending.into_iter().map(|test| {
            let first = test.printed.first_number();
            (test.id, if test.at == 0 { first } else { test.at }, test.printed)
        });
        report(tests.collect(), package, findings);
    }
}

#[cfg(test)]
#[path = "go_test_tests.rs"]
mod tests;

//! `go test`, as text and with `-json`.
//!
//! A test is named by `--- FAIL:`, by the panic or timeout that ended its package, or by the JSON event.
//! Only leaves count: a parent fails because its subtest did. The package's own result is the checksum
//! (`ok` takes back what a test printed that looked like a failure) and gives the suite. Packages that
//! do not build name no failed test.

use std::collections::{HashSet, VecDeque};

use regreen_case::Framework;

use super::go_json::Events;
use super::go_output::{is_crash, read, running_tests, tests_on_stack};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::text::{clip, push_line};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::GoTest,
    name: "go_test",
    doc: "--- FAIL with subtests, panics, timeouts, data races, -json events; the package is the suite",
    triggers: &["=== RUN", "--- FAIL", "FAIL	", "panic: ", "fatal error: ", "\"Action\":", "go version go"],
    parser: || Box::<GoTest>::default(),
};

/// Lines kept of one test's output.
const MAX_OUTPUT: usize = 400;
/// Tests whose output is kept at the same time.
const MAX_OPEN: usize = 64;
/// Names remembered of one package.
const MAX_NAMES: usize = 100_000;

/// A test that a package calls failed, until the package's result is known.
struct Pending {
    id: String,
    at: u64,
    indent: usize,
    lines: Vec<String>,
}

#[derive(Default)]
struct GoTest {
    events: Events,
    pending: Vec<Pending>,
    /// Names that `=== RUN` announced. Empty without `-v`.
    announced: HashSet<u64>,
    /// Test that prints now (`-v`).
    current: Option<String>,
    /// What the last tests printed (`-v`).
    printed: VecDeque<(String, Vec<String>)>,
    /// Output that ended the process.
    crash: Option<(u64, Vec<String>)>,
    /// Whether lines belong to the last `--- FAIL`.
    explaining: bool,
    /// Something of `go test` was seen in this step.
    awake: bool,
}

impl Parser for GoTest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        self.awake |= !text.starts_with("go version ");
        if text.starts_with('{') && self.events.line(text, line.number, findings) {
            return;
        }
        match text.as_bytes().first() {
            Some(b'=') if self.marker(text) => return,
            Some(b'-') if text.starts_with("--- ") && self.result(line) => return,
            Some(b'F' | b'o' | b'?') if self.package(text, findings) => return,
            Some(b'p' | b'f')
                if is_crash(text) && self.crash.as_ref().is_none_or(|(_, lines)| !has_stack(lines)) =>
            {
                self.crash = Some((line.number, vec![clip(text, 2000)]));
                return;
            }
            Some(b' ') if self.explaining && text.trim_start().starts_with("--- ") && self.result(line) => {
                return;
            }
            Some(b'g') => {
                if let Some(rest) = text.strip_prefix("go version go") {
                    findings.tool("go", rest.split(' ').next().unwrap_or(rest));
                }
            }
            _ => {}
        }
        self.output(text);
    }

    fn is_awake(&self) -> bool {
        self.awake
    }

    fn end(&mut self, findings: &mut Findings) {
        self.awake = false;
        self.events.end(findings);
        self.close(None, findings);
    }
}

impl GoTest {
    /// `=== RUN   Name` and its kin. `false` when it is just text.
    fn marker(&mut self, text: &str) -> bool {
        let Some(rest) = text.strip_prefix("=== ") else { return false };
        let Some((word, name)) = rest.split_once(' ') else { return false };
        if !matches!(word, "RUN" | "CONT" | "NAME" | "PAUSE") {
            return false;
        }
        let name = name.trim();
        if word == "RUN" && self.announced.len() < MAX_NAMES {
            self.announced.insert(hash(name));
        }
        self.explaining = false;
        self.current = (word != "PAUSE" && !name.is_empty()).then(|| clip(name, 1024));
        true
    }

    /// `--- FAIL: Name (0.00s)`, indented for a subtest. `false` when it is just text.
    fn result(&mut self, line: Line<'_>) -> bool {
        let text = line.text.trim_start_matches(' ');
        let indent = line.text.len() - text.len();
        let Some((word, rest)) = text.strip_prefix("--- ").and_then(|rest| rest.split_once(": ")) else {
            return false;
        };
        let Some((name, time)) = rest.trim_end().rsplit_once(" (") else { return false };
        if !time.ends_with("s)") || !matches!(word, "FAIL" | "PASS" | "SKIP" | "BENCH") {
            return false;
        }
        if !self.announced.is_empty() && !self.announced.contains(&hash(name)) {
            return false;
        }
        let printed = self.take_printed(name);
        if word != "FAIL" {
            return true;
        }
        // A subtest stands below its parent.
        if indent > 0 && !ancestors(name).any(|parent| self.pending.iter().any(|known| known.id == parent)) {
            return false;
        }
        // What looked like the end of the process was printed by a test: it has no stack.
        self.crash.take_if(|(_, lines)| !has_stack(lines));
        if self.pending.len() < MAX_TESTS {
            self.pending.push(Pending { id: name.to_owned(), at: line.number, indent, lines: printed });
        }
        self.explaining = true;
        self.current = None;
        true
    }

    fn take_printed(&mut self, name: &str) -> Vec<String> {
        let at = self.printed.iter().position(|(known, _)| known == name);
        at.and_then(|at| self.printed.remove(at)).map(|(_, lines)| lines).unwrap_or_default()
    }

    fn output(&mut self, text: &str) {
        if let Some((_, lines)) = &mut self.crash {
            if lines.len() < MAX_OUTPUT {
                lines.push(clip(text, 2000));
            }
        } else if self.explaining {
            let deeper = |pending: &Pending| text.starts_with([' ', '\t']) && text.len() > pending.indent;
            match self.pending.last_mut().filter(|pending| deeper(pending)) {
                Some(pending) if pending.lines.len() < MAX_OUTPUT => pending.lines.push(clip(text, 2000)),
                Some(_) => {}
                None => self.explaining = text.is_empty(),
            }
        } else if let Some(current) = &self.current {
            self.print(current.clone(), text);
        }
    }

    fn print(&mut self, name: String, text: &str) {
        if let Some((_, lines)) = self.printed.iter_mut().find(|(known, _)| *known == name) {
            if lines.len() < MAX_OUTPUT {
                lines.push(clip(text, 2000));
            }
            return;
        }
        if self.printed.len() == MAX_OPEN {
            self.printed.pop_front();
        }
        self.printed.push_back((name, vec![clip(text, 2000)]));
    }

    /// `ok  pkg 0.1s`, `FAIL pkg 0.1s`, `FAIL pkg [build failed]`. `false` when it is just text.
    fn package(&mut self, text: &str, findings: &mut Findings) -> bool {
        let mut columns = text.split('\t');
        let (Some(word), Some(package), Some(rest)) = (columns.next(), columns.next(), columns.next()) else {
            return false;
        };
        let package = package.trim();
        if package.is_empty() || package.contains(' ') || !matches!(word.trim_end(), "ok" | "FAIL" | "?") {
            return false;
        }
        let failed =
            word == "FAIL" && !rest.starts_with("[build failed]") && !rest.starts_with("[setup failed]");
        if failed {
            self.close(Some(package), findings);
        } else {
            let events = std::mem::take(&mut self.events);
            *self = GoTest { events, ..GoTest::default() };
        }
        true
    }

    /// The package's result is known, or the log is over.
    fn close(&mut self, package: Option<&str>, findings: &mut Findings) {
        let events = std::mem::take(&mut self.events);
        let done = std::mem::replace(self, GoTest { events, ..GoTest::default() });
        let suite = package.map(str::to_owned);
        let mut pending = done.pending;
        if let Some((at, lines)) = done.crash.filter(|(_, lines)| has_stack(lines)) {
            blame(&mut pending, &lines, at, done.current);
        }
        let parents: HashSet<String> = pending.iter().flat_map(|test| ancestors(&test.id)).collect();
        for test in pending.into_iter().filter(|test| !parents.contains(&test.id)) {
            findings.add(Framework::GoTest, describe(test.id, suite.clone(), &test.lines, test.at));
        }
    }
}

/// Gives the output that ended the process to the test that ended it.
fn blame(pending: &mut Vec<Pending>, lines: &[String], at: u64, current: Option<String>) {
    let mut names = running_tests(lines);
    if names.is_empty() {
        // The harness prints the failed test right above its panic.
        if let Some(last) = pending.last_mut() {
            last.lines = lines.to_vec();
            return;
        }
        names.extend(tests_on_stack(lines).or(current));
    }
    for id in names {
        pending.retain(|test| test.id != id);
        pending.push(Pending { id, at, indent: 0, lines: lines.to_vec() });
    }
}

/// Whether the output of a process that died shows its goroutines.
fn has_stack(lines: &[String]) -> bool {
    lines.iter().any(|line| line.starts_with("goroutine "))
}

/// `a/b` and `a` of `a/b/c`.
pub(super) fn ancestors(id: &str) -> impl Iterator<Item = String> + '_ {
    id.match_indices('/').map(|(at, _)| id[..at].to_owned())
}

/// A failed test with what it printed.
pub(super) fn describe(id: String, suite: Option<String>, lines: &[String], at: u64) -> Found {
    let output = read(lines);
    let mut block = format!("--- FAIL: {id}\n");
    for line in lines {
        push_line(&mut block, line, 5000);
    }
    let (file, line) = output.at.map_or((None, None), |(file, line)| (Some(file), Some(line)));
    Found {
        id,
        suite,
        file,
        line,
        kind: output.kind,
        message: output.message,
        frames: output.frames,
        place: output.place,
        at,
        block,
        ..Found::default()
    }
}

fn hash(name: &str) -> u64 {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    BuildHasherDefault::<DefaultHasher>::default().hash_one(name)
}

#[cfg(test)]
#[path = "go_test_tests.rs"]
mod tests;

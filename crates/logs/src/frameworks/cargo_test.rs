//! `cargo test` with Rust's built-in harness.
//!
//! The list under the second `failures:` names the tests, the blocks under the first one explain them,
//! and `test result:` is the checksum. A test's own output stands inside the blocks and may look like
//! all of these, so a list counts only if its names were announced or its total fits the announced number
//! of tests. Errors of the compiler name no failed test.
//!
//! The suite of a test is `lib:NAME`, `bin:NAME`, `test:NAME`, `example:NAME`, `bench:NAME` or `doc:NAME`,
//! as cargo announces the target.

use regreen_case::Framework;

use super::cargo_block::{Block, read};
use super::{Entry, Findings, Found, Line, MAX_BLOCK_LINES, MAX_TESTS, Parser};
use crate::text::{clip, push_line};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::CargoTest,
    name: "cargo_test",
    doc: "blocks and lists of failures, panics of all versions, unit, integration and documentation tests",
    triggers: &["unning ", "c-tests "],
    parser: || Box::<CargoTest>::default(),
};

#[derive(Default, PartialEq, Eq, Clone, Copy)]
enum State {
    #[default]
    Idle,
    /// Between `running N tests` and `failures:`.
    Running,
    /// In the blocks.
    Details,
    /// In the list of names.
    List,
}

#[derive(Default)]
struct CargoTest {
    state: State,
    suite: Option<String>,
    /// N of `running N tests`.
    announced: u64,
    /// Tests whose line says FAILED.
    failed: Vec<(String, u64)>,
    /// Test whose line has no result yet.
    started: Option<(String, u64)>,
    blocks: Vec<(String, u64, Vec<String>)>,
    list: Vec<String>,
    /// Lines of the list so far: given back to the block when it was a test's own output.
    undecided: Vec<String>,
}

impl Parser for CargoTest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        match self.state {
            State::Idle => self.idle_line(line),
            State::Running => self.running_line(line, findings),
            State::Details => {
                if text == "failures:" {
                    self.state = State::List;
                    self.undecided.push(text.to_owned());
                } else {
                    self.detail_line(line);
                }
            }
            State::List => self.list_line(line, findings),
        }
    }

    fn is_awake(&self) -> bool {
        !matches!(self.state, State::Idle)
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(None, findings);
    }
}

impl CargoTest {
    fn idle_line(&mut self, line: Line<'_>) {
        let text = line.text;
        if let Some(suite) = suite(text) {
            self.suite = Some(suite);
        } else if let Some(count) = announced(text) {
            let suite = self.suite.take();
            *self = CargoTest { state: State::Running, suite, announced: count, ..CargoTest::default() };
        }
    }

    fn running_line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if text == "failures:" {
            self.state = State::Details;
        } else if text.starts_with("test result: ") {
            // Nothing to explain, or everything is named by its line.
            self.flush(Some(text), findings);
        } else if let Some(rest) = text.strip_prefix("test ") {
            self.test_line(rest, line.number);
            if self.started.is_some() && rest.contains(" ... error: test failed") {
                self.crashed(text, findings);
            }
        } else if text.starts_with("error: test failed") || text.starts_with("error: process didn't exit") {
            self.crashed(text, findings);
        } else if self.started.is_some() && text.trim_end().ends_with("FAILED") {
            // With `--nocapture` the output stands between a test's name and its result.
            self.failed.extend(self.started.take());
        } else if let Some(suite) = suite(text) {
            self.flush(None, findings);
            self.suite = Some(suite);
        }
    }

    fn test_line(&mut self, rest: &str, at: u64) {
        let Some((name, result)) = rest.split_once(" ... ") else { return };
        let name = name.strip_suffix(" - should panic").unwrap_or(name).trim();
        self.started = None;
        if result.trim_end() == "FAILED" {
            if self.failed.len() < MAX_TESTS {
                self.failed.push((name.to_owned(), at));
            }
        } else if !result.starts_with("ok") && !result.starts_with("ignored") {
            self.started = Some((clip(name, 1024), at));
        }
    }

    fn detail_line(&mut self, line: Line<'_>) {
        if let Some(name) = block_name(line.text)
            && (self.failed.is_empty() || self.failed.iter().any(|(failed, _)| failed == name))
        {
            if self.blocks.len() < MAX_TESTS {
                self.blocks.push((name.to_owned(), line.number, Vec::new()));
            }
        } else {
            self.keep(line.text);
        }
    }

    fn keep(&mut self, text: &str) {
        if let Some((_, _, lines)) = self.blocks.last_mut()
            && lines.len() < MAX_BLOCK_LINES
        {
            lines.push(clip(text, 2000));
        }
    }

    fn list_line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if self.undecided.len() < MAX_TESTS {
            self.undecided.push(text.to_owned());
        }
        if text.starts_with("test result: ") {
            if self.is_real(text) {
                self.flush(Some(text), findings);
            } else {
                self.back_to_details();
            }
        } else if let Some(name) = text.strip_prefix("    ").filter(|name| !name.is_empty()) {
            if self.list.len() < MAX_TESTS {
                self.list.push(name.trim_end().to_owned());
            }
        } else if text == "failures:" {
            // The one before was printed by a test.
            self.back_to_details();
            self.undecided.push(text.to_owned());
            self.state = State::List;
        } else if !text.is_empty() {
            self.back_to_details();
        }
    }

    fn back_to_details(&mut self) {
        self.list.clear();
        self.state = State::Details;
        for text in std::mem::take(&mut self.undecided) {
            self.keep(&text);
        }
    }

    fn is_real(&self, result: &str) -> bool {
        let announced = |name: &String| self.failed.iter().any(|(failed, _)| failed == name);
        let all_announced = !self.failed.is_empty() && self.list.iter().all(announced);
        all_announced
            || (totals(result).sum == self.announced && totals(result).failed == self.list.len() as u64)
    }

    /// The process died: the test without a result was running.
    fn crashed(&mut self, text: &str, findings: &mut Findings) {
        if let Some((id, at)) = self.started.take() {
            let found = Found {
                id,
                suite: self.suite.clone(),
                kind: "crash".to_owned(),
                message: "the test process died while this test was running".to_owned(),
                block: text.to_owned(),
                at,
                ..Found::default()
            };
            findings.add(Framework::CargoTest, found);
        }
        self.flush(None, findings);
    }

    fn flush(&mut self, result: Option<&str>, findings: &mut Findings) {
        let done = std::mem::take(self);
        // One target can run two batches: documentation tests do.
        self.suite.clone_from(&done.suite);
        let names = if done.list.is_empty() {
            done.failed.iter().map(|(name, _)| name.clone()).collect()
        } else {
            done.list
        };
        let expected = result.map(|result| totals(result).failed);
        if let Some(expected) = expected.filter(|expected| *expected != names.len() as u64) {
            findings
                .warn(format!("the Rust harness counts {expected} failures, the log names {}", names.len()));
        }
        for id in names {
            let block = done.blocks.iter().find(|(name, ..)| *name == id);
            let announced = done.failed.iter().find(|(name, _)| *name == id).map(|(_, at)| *at);
            let at = block.map(|(_, at, _)| *at).or(announced).unwrap_or_default();
            let lines = block.map(|(_, _, lines)| lines.as_slice()).unwrap_or_default();
            findings.add(Framework::CargoTest, describe(id, done.suite.clone(), lines, at));
        }
    }
}

fn describe(id: String, suite: Option<String>, lines: &[String], at: u64) -> Found {
    let Block { kind, message, at: place_at, frames, place } = read(&id, lines);
    let mut block = format!("---- {id} ----\n");
    for line in lines {
        push_line(&mut block, line, 5000);
    }
    let documented = id.split_once(" - ").map(|(file, _)| file.to_owned()).filter(|file| file.contains('.'));
    let (file, line) = place_at.map_or((documented, None), |(file, line)| (Some(file), Some(line)));
    Found { suite, file, line, kind, message, frames, place, at, block, id, ..Found::default() }
}

/// `running 3 tests`.
fn announced(text: &str) -> Option<u64> {
    let rest = text.strip_prefix("running ")?;
    rest.strip_suffix(" tests").or_else(|| rest.strip_suffix(" test"))?.parse().ok()
}

/// `---- name stdout ----`.
fn block_name(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("---- ")?.strip_suffix(" ----")?;
    inner.strip_suffix(" stdout").or_else(|| inner.strip_suffix(" stderr"))
}

/// The target that cargo announces.
fn suite(text: &str) -> Option<String> {
    let text = text.trim_start();
    if let Some(name) = text.strip_prefix("Doc-tests ") {
        return Some(format!("doc:{}", name.trim()));
    }
    let rest = text.strip_prefix("Running ")?;
    let (what, binary) = match rest.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")) {
        Some((what, binary)) => (what, binary),
        // Before 1.57 only the binary was printed.
        None if rest.contains("/deps/") => ("", rest),
        None => return None,
    };
    let file = binary.rsplit(['/', '\\']).next()?;
    let name = file.strip_suffix(".exe").unwrap_or(file).rsplit_once('-')?.0;
    let source = what.strip_prefix("unittests ").unwrap_or(what).trim();
    let kind = match (what.starts_with("unittests"), source) {
        (true, source) if source.ends_with("main.rs") || source.contains("bin/") => "bin",
        (true, source) if source.contains("examples/") => "example",
        (true, _) | (false, "") => "lib",
        (false, source) if source.contains("benches/") => "bench",
        (false, source) if source.contains("examples/") => "example",
        (false, _) => "test",
    };
    Some(format!("{kind}:{name}"))
}

struct Totals {
    failed: u64,
    /// All tests that were announced; those filtered out were not.
    sum: u64,
}

/// Numbers of `test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; …`.
fn totals(result: &str) -> Totals {
    let mut totals = Totals { failed: 0, sum: 0 };
    let list = result.split_once(". ").map_or("", |(_, list)| list);
    for part in list.split("; ") {
        let Some((number, word)) = part.trim().split_once(' ') else { continue };
        let Ok(number) = number.parse::<u64>() else { continue };
        match word.trim_end_matches(';') {
            "failed" => {
                totals.failed = number;
                totals.sum += number;
            }
            "passed" | "ignored" | "measured" => totals.sum += number,
            _ => {}
        }
    }
    totals
}

#[cfg(test)]
#[path = "cargo_test_tests.rs"]
mod tests;

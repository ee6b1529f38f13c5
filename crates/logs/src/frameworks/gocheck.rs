//! gocheck, whose suites run inside of one Go test.
//!
//! A block under a rule names the test (`FAIL: file_test.go:12: Suite.TestName`), and `OOPS: 3 passed, 2 FAILED`
//! is the checksum. A fixture that fails is a hook, and the tests it keeps from running are not reported.

use regreen_case::{ContainerRole, Framework};

use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::{clip, push_line};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::GoTest,
    name: "gocheck",
    doc: "failed and panicked tests of gocheck's suites, fixtures as hooks, expected failures",
    triggers: &["_test.go:"],
    parser: || Box::<Gocheck>::default(),
};

/// Lines kept of one block.
const MAX_LINES: usize = 200;

struct Block {
    id: String,
    file: String,
    line: u32,
    panics: bool,
    at: u64,
    lines: Vec<(String, u64)>,
}

#[derive(Default)]
struct Gocheck {
    blocks: Vec<Block>,
    /// The line of totals was seen: its package follows.
    counted: Option<(u64, u64)>,
}

impl Parser for Gocheck {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(mut block) = heading(text)
            && line.above.lines().next().is_some_and(|above| is_rule(&above))
        {
            block.at = line.number;
            if self.blocks.len() < MAX_TESTS {
                self.blocks.push(block);
            }
        } else if self.blocks.is_empty() {
        } else if let Some(failed) = wrapped_failures(text) {
            self.counted = Some((failed, line.number));
        } else if let Some(package) = text.strip_prefix("FAIL\t") {
            self.close(package.split('\t').next(), findings);
        } else if let Some(block) = self.blocks.last_mut()
            && self.counted.is_none()
            && !is_rule(text)
            && block.lines.len() < MAX_LINES
        {
            block.lines.push((clip(text, 2000), line.number));
        }
    }

    fn is_awake(&self) -> bool {
        !self.blocks.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.close(None, findings);
    }
}

impl Gocheck {
    fn close(&mut self, package: Option<&str>, findings: &mut Findings) {
        let done = std::mem::take(self);
        let mut named = 0;
        for block in done.blocks {
            // The fixture is to blame, and has a block of its own.
            if block.lines.iter().any(|(line, _)| line.contains("Fixture has panicked")) {
                continue;
            }
            named += 1;
            findings.add(Framework::GoTest, block.describe(package.map(str::to_owned)));
        }
        if let Some((counted, at)) = done.counted {
            findings.count(Count { framework: Framework::GoTest, counted, named, at });
        }
    }
}

fn is_rule(text: &str) -> bool {
    text.len() >= 60 && text.bytes().all(|byte| byte == b'-')
}

/// `FAIL: file_test.go:12: Suite.TestName`.
fn heading(text: &str) -> Option<Block> {
    let (panics, rest) = match text.strip_prefix("PANIC: ") {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix("FAIL: ")?),
    };
    let (file, rest) = rest.split_once(".go:")?;
    let (line, name) = rest.split_once(": ")?;
    let (suite, test) = name.trim().split_once('.')?;
    let plain = !suite.is_empty() && !test.is_empty() && !name.trim().contains(' ');
    let line = line.parse().ok()?;
    let (id, file) = (name.trim().to_owned(), format!("{file}.go"));
    plain.then_some(Block { id, file, line, panics, at: 0, lines: Vec::new() })
}

/// Failures of `OOPS: 1 passed, 3 FAILED, 1 PANICKED`: the Go test around them is no test.
pub(super) fn wrapped_failures(text: &str) -> Option<u64> {
    let rest = text.strip_prefix("OOPS: ")?;
    let count = |word: &str| -> u64 {
        rest.split(", ").find_map(|part| part.trim().strip_suffix(word)?.trim().parse().ok()).unwrap_or(0)
    };
    Some(count("FAILED") + count("PANICKED"))
}

impl Block {
    fn describe(self, suite: Option<String>) -> Found {
        let telling = |line: &&(String, u64)| line.0.starts_with("... ") && !line.0.starts_with("... value");
        let told = self.lines.iter().find(telling);
        let message: Vec<&str> = self
            .lines
            .iter()
            .map(|(line, _)| line.as_str())
            .filter(|line| line.starts_with("... "))
            .collect();
        let message = message.join("\n").trim_start_matches("... ").to_owned();
        // The innermost place stands above what it says.
        let place = self.lines.iter().rev().find_map(|(line, _)| {
            let (file, line) = line.strip_suffix(':')?.rsplit_once(':')?;
            Some((file.to_owned(), line.parse().ok()?))
        });
        let (file, line) = place.unwrap_or((self.file, self.line));
        let method = self.id.rsplit('.').next().unwrap_or_default();
        let fixture = matches!(method, "SetUpSuite" | "SetUpTest" | "TearDownSuite" | "TearDownTest");
        let mut block = String::new();
        for (line, _) in &self.lines {
            push_line(&mut block, line, 5000);
        }
        Found {
            suite,
            file: Some(file),
            line: Some(line),
            kind: if self.panics { "panic".to_owned() } else { String::new() },
            message,
            at: self.at,
            cause_at: told.map_or(0, |(_, number)| *number),
            block,
            role: fixture.then_some(ContainerRole::Hook),
            id: self.id,
            ..Found::default()
        }
    }
}

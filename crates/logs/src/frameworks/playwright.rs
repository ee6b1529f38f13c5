//! Playwright's test runner: list, line, dot and github reporters.
//!
//! The list below `N failed` in the last summary of a run names the tests; flaky and interrupted ones have
//! lists of their own. The numbered blocks above explain them. What a test prints can look like all of
//! that, but the last summary is the runner's.

use regreen_case::Framework;

use super::js_block::{Block, place_of};
use super::{Entry, Findings, Line, MAX_TESTS, Parser};
use crate::findings::Count;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Playwright,
    name: "playwright",
    doc: "lists of failed tests with the numbered blocks that explain them, projects, retries, flaky tests",
    triggers: &["unning ", " 1) ", " failed"],
    parser: || Box::<Playwright>::default(),
};

/// Lines without anything of Playwright's after which it sleeps.
const PATIENCE: u64 = 50_000;

/// A test as lists and blocks head it.
#[derive(Debug, Clone, PartialEq)]
struct Name {
    project: String,
    file: String,
    line: u32,
    title: String,
}

/// A summary: its failed tests.
#[derive(Default)]
struct Summary {
    counted: u64,
    at: u64,
    failed: Vec<Name>,
}

#[derive(Default)]
struct Playwright {
    running: bool,
    blocks: Vec<(Name, Block)>,
    /// Whether lines belong to the last block.
    in_block: bool,
    last: Option<Summary>,
    /// Whether the line above belongs to a summary, and to its list of failed tests.
    in_summary: bool,
    in_list: bool,
    idle: u64,
}

impl Parser for Playwright {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        // The github reporter repeats the summary as an annotation.
        let text = line.text.trim_end();
        let text = text.strip_prefix("##[notice]").unwrap_or(text);
        self.idle += 1;
        if is_start(text) {
            self.flush(findings);
            self.running = true;
        } else if let Some((number, word)) = tally(text) {
            self.tally(number, word, line.number);
        } else if let Some(name) = text.strip_prefix("    ").filter(|_| self.in_summary).and_then(name) {
            self.idle = 0;
            if let Some(summary) =
                self.last.as_mut().filter(|list| self.in_list && list.failed.len() < MAX_TESTS)
            {
                summary.failed.push(name);
            }
        } else {
            self.in_summary = false;
            self.block_line(text, line.number);
        }
        if self.idle > PATIENCE {
            self.flush(findings);
        }
    }

    fn is_awake(&self) -> bool {
        self.running || !self.blocks.is_empty() || self.last.is_some()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(findings);
    }
}

impl Playwright {
    fn tally(&mut self, counted: u64, word: &str, at: u64) {
        if !self.in_summary {
            self.in_summary = true;
            // A summary of which nothing failed takes back what an imitation said.
            self.last = Some(Summary { at, ..Summary::default() });
        }
        self.in_block = false;
        self.in_list = word == "failed";
        if let Some(summary) = self.last.as_mut().filter(|_| word == "failed") {
            summary.counted = counted;
            summary.at = at;
        }
    }

    fn block_line(&mut self, text: &str, at: u64) {
        let headed = text.strip_prefix("  ").or_else(|| text.strip_prefix("##[error]  ")).and_then(header);
        if let Some(name) = headed {
            self.idle = 0;
            self.in_block = self.blocks.len() < 2 * MAX_TESTS;
            if self.in_block {
                self.blocks.push((name, Block::new(text, at)));
            }
        } else if text.starts_with("    ") || text.is_empty() {
            if let Some((_, block)) = self.blocks.last_mut().filter(|_| self.in_block) {
                block.push(text, at);
            }
        } else {
            self.in_block = false;
        }
    }

    fn flush(&mut self, findings: &mut Findings) {
        let run = std::mem::take(self);
        let Some(summary) = run.last else {
            // A run that was killed. What was printed at once has failed for good.
            let real =
                |(name, block): &(Name, Block)| run.running && block.support() > 0 && !name.title.is_empty();
            for (name, block) in run.blocks.into_iter().filter(real) {
                add(&name, block, findings);
            }
            return;
        };
        if run.blocks.is_empty() && !run.running {
            return;
        }
        let named = summary.failed.len() as u64;
        for name in summary.failed {
            let block = run.blocks.iter().rev().find(|(known, _)| *known == name);
            let block = block.map_or_else(|| Block::new("", summary.at), |(_, block)| block.clone());
            add(&name, block, findings);
        }
        if summary.counted > 0 {
            let (framework, counted, at) = (Framework::Playwright, summary.counted, summary.at);
            findings.count(Count { framework, counted, named, at });
        }
    }
}

fn add(name: &Name, block: Block, findings: &mut Findings) {
    let mut found = block.into_found(name.title.clone(), Some(name.file.clone()));
    if found.line.is_none() {
        found.line = Some(name.line);
    }
    findings.add(Framework::Playwright, found);
}

/// `Running 3 tests using 1 worker, shard 1 of 2`.
fn is_start(text: &str) -> bool {
    text.strip_prefix("Running ").is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit()) && rest.contains(" using ") && rest.contains(" worker")
    })
}

/// `  2 failed` and the other lines of a summary.
fn tally(text: &str) -> Option<(u64, &str)> {
    let (number, word) = text.strip_prefix("  ")?.split_once(' ')?;
    let number = number.parse().ok()?;
    let word = match word {
        "failed" | "flaky" | "skipped" | "did not run" | "interrupted" => word,
        _ if word.starts_with("passed (") && word.ends_with(')') => "passed",
        _ => return None,
    };
    Some((number, word))
}

/// Name of `1) [project] › file:3:1 › suite › title ────`.
fn header(text: &str) -> Option<Name> {
    let (number, rest) = text.split_once(") ")?;
    let digits = !number.is_empty() && number.len() < 6 && number.bytes().all(|byte| byte.is_ascii_digit());
    name(rest).filter(|_| digits)
}

/// `[project] › file:3:1 › suite › title ────`.
fn name(text: &str) -> Option<Name> {
    let text = text.trim_end_matches(['─', '=', ' ']);
    let (project, rest) = match text.strip_prefix('[').and_then(|rest| rest.split_once("] › ")) {
        Some((project, rest)) => (project, rest),
        None => ("", text),
    };
    let (place, title) = rest.split_once(" › ")?;
    let (file, line) = place_of(place)?;
    Some(Name { project: project.to_owned(), file, line, title: title.to_owned() })
}

#[cfg(test)]
#[path = "playwright_tests.rs"]
mod tests;

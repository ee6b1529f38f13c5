//! Vitest, every reporter that ends with the lists of failed suites and tests.
//!
//! Below `Failed Tests 2` stand the names (several when they fail alike) and what explains them, up to a
//! rule that numbers it: `[1/2]`. A name counts only at the beginning of such a block, and a list only when
//! its rules count to the same total as the last list above the run's own summary, which ends with the
//! time: tests that print such lists do not know it. Unhandled errors name no test.

use regreen_case::{ContainerRole, Framework};

use super::js_block::{Block, is_source};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Vitest,
    name: "vitest",
    doc: "lists of failed tests, suites and type checks of 0.x to 4.x, projects, retries, hooks",
    triggers: &["⎯ Failed ", "  Failed Tests ", "  Failed Suites "],
    parser: || Box::<Vitest>::default(),
};

/// Most lists held.
const MAX_GROUPS: usize = 100;
/// Lines without anything of Vitest's after which it sleeps.
const PATIENCE: u64 = 20_000;

/// A list of failures.
#[derive(Default)]
struct Group {
    suites: bool,
    /// N of `[1/N]`.
    total: Option<u64>,
    blocks: Vec<(Vec<String>, Block)>,
}

#[derive(Default)]
struct Vitest {
    groups: Vec<Group>,
    /// Whether lines belong to the last list.
    open: bool,
    /// Whether a name may follow.
    fresh: bool,
    /// Failed files of the summary.
    files: u64,
    /// Failed tests of the summary, and where they stand.
    tests: Option<(u64, u64)>,
    idle: u64,
}

impl Parser for Vitest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text.trim_end();
        self.idle += 1;
        if let Some(heading) = heading(text) {
            self.heading(heading);
        } else if self.groups.is_empty() {
            return;
        } else if let Some(total) = rule(text) {
            if let Some(group) = self.groups.last_mut() {
                group.total = Some(total);
            }
            self.fresh = true;
        } else if let Some(rest) = text.trim_start().strip_prefix("Test Files  ") {
            self.files = failed(rest);
            self.open = false;
        } else if let Some(rest) = text.trim_start().strip_prefix("Tests  ").filter(|_| !self.open) {
            self.tests = Some((failed(rest), line.number));
        } else if is_end(text) && self.tests.is_some_and(|(_, at)| line.number <= at + 8) {
            self.flush(findings);
            return;
        } else if self.open {
            self.block_line(text, line.number);
        }
        if self.idle > PATIENCE {
            self.flush(findings);
        }
    }

    fn is_awake(&self) -> bool {
        !self.groups.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(findings);
    }
}

impl Vitest {
    fn heading(&mut self, heading: &str) {
        self.idle = 0;
        let suites = heading.starts_with("Failed Suites ");
        let list = heading.starts_with("Failed ") && heading.ends_with(|c: char| c.is_ascii_digit());
        self.open = list && self.groups.len() < MAX_GROUPS;
        self.fresh = self.open;
        if self.open {
            self.groups.push(Group { suites, ..Group::default() });
        }
    }

    fn block_line(&mut self, text: &str, at: u64) {
        let Some(group) = self.groups.last_mut() else { return };
        let name = text.strip_prefix(' ').unwrap_or(text).strip_prefix("FAIL ").filter(|_| self.fresh);
        if let Some(name) = name {
            self.idle = 0;
            let full = group.blocks.len() >= MAX_TESTS;
            match group.blocks.last_mut() {
                Some((names, block)) if block.lines.is_empty() && names.len() < MAX_TESTS => {
                    names.push(name.to_owned());
                }
                _ if full => {}
                _ => group.blocks.push((vec![name.to_owned()], Block::new(text, at))),
            }
        } else if !text.is_empty() || !self.fresh {
            self.fresh = false;
            if let Some((_, block)) = group.blocks.last_mut() {
                block.push(text, at);
            }
        }
    }

    fn flush(&mut self, findings: &mut Findings) {
        let mut run = std::mem::take(self);
        let total = run.groups.last().and_then(|group| group.total);
        run.groups.retain(|group| group.total == total);
        match run.tests {
            Some((0, _)) => run.groups.retain(|group| group.suites && run.files > 0),
            Some(_) => {}
            // A run that was killed: what shows no source can be anything.
            None => run.groups.retain(|group| group.blocks.iter().any(|(_, block)| block.support() > 0)),
        }
        let mut names: Vec<(String, Option<String>)> = Vec::new();
        for group in run.groups {
            for (titles, block) in group.blocks {
                for title in titles {
                    let found = found(&title, group.suites, block.clone());
                    if found.role.is_none() && names.len() < MAX_TESTS {
                        names.push((found.id.clone(), found.suite.clone()));
                    }
                    findings.add(Framework::Vitest, found);
                }
            }
        }
        names.sort_unstable();
        names.dedup();
        if let Some((counted, at)) = run.tests {
            findings.count(Count { framework: Framework::Vitest, counted, named: names.len() as u64, at });
        }
    }
}

/// A test or suite from `|project| file > suite > title`.
fn found(name: &str, suite: bool, block: Block) -> Found {
    let (first, title) = name.split_once(" > ").unwrap_or((name, ""));
    // What could not be loaded is printed twice: `file [ file ]`.
    let first =
        first.rsplit_once(" [ ").filter(|(_, end)| end.ends_with(" ]")).map_or(first, |(file, _)| file);
    let file = first.trim();
    let file = file.rsplit("  ").next().unwrap_or(file).trim();
    let file = match file.strip_prefix('|').and_then(|rest| rest.split_once("| ")) {
        Some((_, file)) => file.trim(),
        None => file,
    };
    // A badge before the file, printed without colours.
    let file = match file.rsplit_once(' ') {
        Some((badge, file)) if is_source(file) && !badge.contains('/') && badge.starts_with(['[', 'T']) => {
            file
        }
        _ => file,
    };
    let id = if title.is_empty() { file.to_owned() } else { title.trim_end().to_owned() };
    let role = (suite || title.is_empty()).then_some(ContainerRole::Suite);
    let file = (!title.is_empty()).then(|| file.to_owned());
    Found { role, ..block.into_found(id, file) }
}

/// `Failed Tests 2` of `⎯⎯⎯ Failed Tests 2 ⎯⎯⎯`.
fn heading(text: &str) -> Option<&str> {
    let inner = text.trim_start().strip_prefix('⎯')?.trim_start_matches('⎯').strip_suffix('⎯')?;
    let inner = inner.trim_end_matches('⎯').trim();
    inner.starts_with(|c: char| c.is_ascii_uppercase()).then_some(inner)
}

/// 17 of `⎯⎯⎯[3/17]⎯`.
fn rule(text: &str) -> Option<u64> {
    let inner = text.trim_start().strip_prefix('⎯')?.trim_start_matches('⎯').trim_end_matches('⎯');
    let (_, total) = inner.strip_prefix('[')?.strip_suffix(']')?.split_once('/')?;
    total.parse().ok()
}

/// Whether a line ends the summary.
fn is_end(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("Start at  ") || text.starts_with("Duration  ") || text.starts_with("Time  ")
}

/// 13 of `13 failed | 9 passed (22)`.
fn failed(text: &str) -> u64 {
    let mut parts = text.split([' ', '|']).filter(|part| !part.is_empty());
    let number = parts.next().and_then(|number| number.parse().ok());
    number.filter(|_| parts.next() == Some("failed")).unwrap_or(0)
}

#[cfg(test)]
#[path = "vitest_tests.rs"]
mod tests;

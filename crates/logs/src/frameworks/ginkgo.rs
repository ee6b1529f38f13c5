//! Ginkgo, versions 1 and 2, under `go test` and its own command.
//!
//! The list under `Summarizing N Failures:` names the specs, as `Container Context [It] text`; the blocks that
//! begin with a bullet explain them, and name them when the run does not come to its end. The line
//! `FAIL! -- 3 Passed | 2 Failed | …` is the checksum. A spec may print all of these: the last list before
//! the Go test ends is the real one. What fails around all specs is a hook.

use regreen_case::{ContainerRole, Framework};

use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::frame::{frame, location};
use crate::text::{clip, push_line};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Ginkgo,
    name: "ginkgo",
    doc: "summaries and blocks of specs, panics, timeouts, hooks, versions 1 and 2, plain and verbose",
    triggers: &["Running Suite", " Failure", "[FAILED]", "! Panic ["],
    parser: || Box::<Ginkgo>::default(),
};

/// Lines kept of one block.
const MAX_LINES: usize = 200;

/// What a bullet begins.
#[derive(Default)]
struct Block {
    at: u64,
    lines: Vec<(String, u64)>,
}

/// A spec of the summary.
struct Listed {
    id: String,
    kind: &'static str,
    place: Option<(String, u32)>,
    at: u64,
}

#[derive(Default)]
struct Ginkgo {
    awake: bool,
    suite: Option<String>,
    blocks: Vec<Block>,
    /// Whether lines belong to the last block.
    open: bool,
    list: Vec<Listed>,
    /// Whether lines belong to the list.
    listing: bool,
    counted: Option<(u64, u64)>,
    green: bool,
}

impl Parser for Ginkgo {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(name) = text.strip_prefix("Running Suite: ") {
            self.close(None, findings);
            self.awake = true;
            self.suite = name.split(" - ").next().map(|name| clip(name.trim(), 200));
        } else if is_header(text) {
            self.awake = true;
            self.open = self.blocks.len() < MAX_TESTS;
            if self.open {
                self.blocks.push(Block { at: line.number, lines: Vec::new() });
            }
        } else if text.starts_with("Summarizing ") && text.contains(" Failure") {
            self.awake = true;
            (self.open, self.listing, self.green) = (false, true, false);
            self.list.clear();
        } else if self.awake {
            self.run_line(line, findings);
        }
    }

    fn is_awake(&self) -> bool {
        self.awake
    }

    fn end(&mut self, findings: &mut Findings) {
        self.close(None, findings);
    }
}

impl Ginkgo {
    fn run_line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(failed) = result(text) {
            self.listing = false;
            self.green = failed == 0 && text.starts_with("SUCCESS!");
            self.counted = Some((failed, line.number));
        } else if text.starts_with("FAIL\t") {
            let package = text.split('\t').nth(1).map(str::trim);
            self.close(package, findings);
        } else if text.starts_with("ok  \t")
            || text.starts_with("Test Suite Failed")
            || text.starts_with("Test Suite Passed")
            || text.starts_with("Ginkgo ran ")
        {
            self.close(None, findings);
        } else if text.starts_with("----------") {
            self.open = false;
        } else if self.listing {
            self.list_line(text, line.number);
        } else if self.open
            && let Some(block) = self.blocks.last_mut()
            && block.lines.len() < MAX_LINES
        {
            block.lines.push((clip(text, 2000), line.number));
        }
    }

    fn list_line(&mut self, text: &str, number: u64) {
        let text = text.trim();
        if let Some((kind, id)) = listed(text) {
            if self.list.len() < MAX_TESTS {
                self.list.push(Listed { id, kind, place: None, at: number });
            }
        } else if let Some(last) = self.list.last_mut()
            && let Some((file, line)) = location(text)
        {
            last.place = Some((file.to_owned(), line));
        } else if text.starts_with("Ran ") {
            self.listing = false;
        }
    }

    /// The suite is over.
    fn close(&mut self, package: Option<&str>, findings: &mut Findings) {
        let done = std::mem::take(self);
        if done.green {
            return;
        }
        let suite = package.map(str::to_owned).or(done.suite);
        let mut list = done.list;
        if list.is_empty() {
            list = done.blocks.iter().filter_map(Block::listed).collect();
        }
        let specs = list.iter().filter(|listed| !is_hook(&listed.id)).count() as u64;
        if let Some((counted, at)) = done.counted.filter(|(counted, _)| *counted > 0) {
            findings.count(Count { framework: Framework::Ginkgo, counted, named: specs, at });
        }
        for listed in list {
            let own = |block: &&Block| block.listed().is_some_and(|known| known.id == listed.id);
            let block = done.blocks.iter().find(own);
            findings.add(Framework::Ginkgo, listed.describe(block, suite.clone()));
        }
    }
}

/// A bullet with a bad word, or a hook around all specs.
fn is_header(text: &str) -> bool {
    let starts = text.starts_with('•') || text.starts_with('+') || text.starts_with('[');
    let rest = text.trim_start_matches('•').trim_start_matches('+');
    starts
        && text.ends_with("seconds]")
        && (rest.starts_with(" Failure")
            || rest.starts_with("! Panic")
            || rest.starts_with("... Timeout")
            || BAD.iter().any(|(word, _)| text.contains(word)))
}

/// States of version 2, and the kind of error they are.
const BAD: &[(&str, &str)] = &[
    ("[FAILED]", ""),
    ("[PANICKED]", "panic"),
    ("[PANICKED!]", "panic"),
    ("[TIMEDOUT]", "timeout"),
    ("[INTERRUPTED]", "interrupted"),
    ("[ABORTED]", "aborted"),
    ("[FAIL]", ""),
    ("[Fail]", ""),
    ("[Panic!]", "panic"),
    ("[Timeout...]", "timeout"),
];

/// Kind and id of a line of the summary.
fn listed(text: &str) -> Option<(&'static str, String)> {
    BAD.iter().find_map(|(word, kind)| {
        let id = text.strip_prefix(word)?.trim();
        (!id.is_empty()).then(|| (*kind, clip(id, 1024)))
    })
}

/// Whether it is no spec: set-up and tear-down of the whole suite.
fn is_hook(id: &str) -> bool {
    id.starts_with('[') && (id.contains("Suite") || id.contains("DeferCleanup"))
}

/// Failed specs of `FAIL! -- 3 Passed | 2 Failed | 0 Pending | 0 Skipped`.
fn result(text: &str) -> Option<u64> {
    let rest = text.strip_prefix("FAIL!").or_else(|| text.strip_prefix("SUCCESS!"))?;
    let (_, rest) = rest.split_once("-- ")?;
    rest.split(" | ").find_map(|part| part.trim().strip_suffix(" Failed")?.parse().ok())
}

/// Whether a Go test only wraps specs that failed.
pub(super) fn wraps_failed_specs(text: &str) -> bool {
    text.starts_with("FAIL! -") && result(text).is_some_and(|failed| failed > 0)
}

impl Block {
    /// Name and place as the head of the block gives them.
    fn listed(&self) -> Option<Listed> {
        let (first, at) = self.lines.first()?;
        let place = |text: &str| location(text.trim()).map(|(file, line)| (file.to_owned(), line));
        let node = |text: &str| text.contains('[') && text.contains(']');
        if node(first) {
            let id = first.trim().to_owned();
            return Some(Listed { id, kind: "", place: place(&self.lines.get(1)?.0), at: *at });
        }
        // Version 1: one title each line, its place below, the node behind the last one.
        let mut titles: Vec<&str> = Vec::new();
        for pair in self.lines.chunks(2) {
            let [(title, _), (below, _)] = pair else { break };
            place(below)?;
            let title = title.trim();
            if let Some((text, node)) = title.strip_suffix(']').and_then(|title| title.rsplit_once(" [")) {
                let id = format!("{} [{node}] {text}", titles.join(" "));
                return Some(Listed { id: id.trim().to_owned(), kind: "", place: place(below), at: *at });
            }
            titles.push(title);
        }
        None
    }

    /// Index of the line that explains the failure, its text, and the place.
    fn explanation(&self) -> Option<(usize, String)> {
        let marked = self.lines.iter().position(|(line, _)| {
            let line = line.trim_start();
            BAD.iter().any(|(word, _)| line.strip_prefix(word).is_some_and(|rest| rest.starts_with(' ')))
        });
        let strip = |text: &str| {
            let text = text.trim();
            BAD.iter().find_map(|(word, _)| text.strip_prefix(word)).unwrap_or(text).trim().to_owned()
        };
        if let Some(at) = marked {
            return Some((at, strip(&self.lines[at].0)));
        }
        let head = self.lines.iter().position(|(line, _)| line.is_empty())?;
        let rest = &self.lines[head..];
        let first = rest.iter().position(|(line, _)| !line.is_empty() && line.trim() != "Test Panicked")?;
        Some((head + first, strip(&rest[first].0)))
    }
}

impl Listed {
    fn describe(self, block: Option<&Block>, suite: Option<String>) -> Found {
        let explanation = block.and_then(Block::explanation);
        let mut text = String::new();
        for (line, _) in block.map(|block| block.lines.as_slice()).unwrap_or_default() {
            push_line(&mut text, line, 5000);
        }
        let lines = block.map(|block| block.lines.as_slice()).unwrap_or_default();
        let (mut message, mut cause_at) = (String::new(), 0);
        if let Some((at, first)) = explanation {
            cause_at = lines[at].1;
            message = first;
            for (line, _) in lines[at + 1..].iter().take_while(|(line, _)| !line.is_empty()).take(30) {
                message.push('\n');
                message.push_str(line);
            }
        }
        let role = is_hook(&self.id).then_some(ContainerRole::Hook);
        let (file, line) = self.place.map_or((None, None), |(file, line)| (Some(file), Some(line)));
        let frames = match (&file, line) {
            (Some(file), Some(line)) => vec![frame(file, line, None)],
            _ => Vec::new(),
        };
        Found {
            id: self.id,
            suite,
            file,
            line,
            kind: self.kind.to_owned(),
            message,
            frames,
            at: block.map_or(self.at, |block| block.at),
            cause_at,
            block: text,
            role,
            ..Found::default()
        }
    }
}

#[cfg(test)]
#[path = "ginkgo_tests.rs"]
mod tests;

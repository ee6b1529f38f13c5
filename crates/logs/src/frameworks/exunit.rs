//! Elixir's ExUnit under `mix test`, with doctests, properties and umbrella projects.
//!
//! Every failure is a numbered block (`  1) test title (Module)`), and the line of totals is the checksum. The
//! numbers go up by one, so that a block which a test prints does not fit between the others. A module whose
//! `setup_all` fails is a hook; its tests are invalid, not failed.

use regreen_case::{ContainerRole, Framework};

use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::frame::{frame, location};
use crate::text::{clip, push_line};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Exunit,
    name: "exunit",
    doc: "numbered blocks of tests, doctests and properties, exits and timeouts, modules whose set-up fails",
    triggers: &[" 1) ", ": failure on setup_all callback"],
    parser: || Box::<Exunit>::default(),
};

/// Lines kept of one block.
const MAX_LINES: usize = 300;

struct Block {
    number: u64,
    id: String,
    module: String,
    hook: bool,
    at: u64,
    lines: Vec<(String, u64)>,
}

#[derive(Default)]
struct Exunit {
    blocks: Vec<Block>,
    /// Whether lines belong to the last block.
    open: bool,
}

impl Parser for Exunit {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(mut block) = heading(text) {
            block.at = line.number;
            self.open = self.blocks.len() < MAX_TESTS;
            if self.open {
                self.blocks.push(block);
            }
        } else if self.blocks.is_empty() {
        } else if let Some(counted) = totals(text) {
            self.finish(counted, line.number, findings);
        } else if self.open
            && let Some(block) = self.blocks.last_mut()
        {
            // The block ends with the first line that is not part of it.
            self.open = block.take(text, line.number);
        }
    }

    fn is_awake(&self) -> bool {
        !self.blocks.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        let blocks = std::mem::take(self).blocks;
        let chosen = longest_rise(&blocks);
        report(blocks, &chosen, findings);
    }
}

impl Exunit {
    fn finish(&mut self, counted: u64, at: u64, findings: &mut Findings) {
        let chosen = longest_rise(&self.blocks);
        let named = chosen.iter().filter(|at| !self.blocks[**at].hook).count() as u64;
        // A test printed these totals: there are more blocks to come, or fewer than it says.
        if named < counted || (counted == 0 && named > 0) {
            self.open = false;
            return;
        }
        let blocks = std::mem::take(self).blocks;
        findings.count(Count { framework: Framework::Exunit, counted, named, at });
        report(blocks, &chosen, findings);
    }
}

/// Positions of the longest rising row of numbers, late blocks first; modules always belong to it.
fn longest_rise(blocks: &[Block]) -> Vec<usize> {
    let tests: Vec<usize> = (0..blocks.len()).filter(|at| !blocks[*at].hook).collect();
    // Length of the longest row that begins at each block, and where it goes on.
    let mut rows: Vec<(usize, Option<usize>)> = vec![(1, None); tests.len()];
    for here in (0..tests.len()).rev() {
        // Blocks stand close to their successors: a bounded look ahead keeps this linear.
        for there in (here + 1..tests.len()).take(200) {
            let number = blocks[tests[there]].number;
            let length = rows[there].0 + 1;
            let nearer = rows[here].1.is_some_and(|known| number < blocks[tests[known]].number);
            let better = length > rows[here].0 || (length == rows[here].0 && nearer);
            if number > blocks[tests[here]].number && better {
                rows[here] = (rows[there].0 + 1, Some(there));
            }
        }
    }
    let mut next = (0..tests.len()).rev().max_by_key(|at| (rows[*at].0, *at));
    let mut chosen: Vec<usize> = (0..blocks.len()).filter(|at| blocks[*at].hook).collect();
    while let Some(at) = next {
        chosen.push(tests[at]);
        next = rows[at].1;
    }
    chosen.sort_unstable();
    chosen
}

fn report(blocks: Vec<Block>, chosen: &[usize], findings: &mut Findings) {
    for (at, block) in blocks.into_iter().enumerate() {
        if chosen.binary_search(&at).is_ok() && !block.lines.is_empty() {
            findings.add(Framework::Exunit, block.describe());
        }
    }
}

/// `  1) test title (Module)`, `  2) Module: failure on setup_all callback, …`.
fn heading(text: &str) -> Option<Block> {
    if !text.starts_with(' ') || text.len() < 6 {
        return None;
    }
    let (number, rest) = text.trim_start().split_once(") ")?;
    let number = number.parse().ok()?;
    if let Some((module, _)) = rest.split_once(": failure on setup_all callback") {
        let (id, module) = (module.to_owned(), module.to_owned());
        return Some(Block { number, id, module, hook: true, at: 0, lines: Vec::new() });
    }
    let module = rest.trim_end().strip_suffix(')')?.rsplit_once(" (")?.1;
    let named = module.starts_with(|first: char| first.is_ascii_uppercase() || first == ':')
        && module.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:".contains(&byte));
    let kind = rest.split(' ').next()?;
    let typed = kind.len() > 2 && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let id = clip(rest.trim_end(), 1024);
    (named && typed).then(|| Block {
        number,
        id,
        module: module.to_owned(),
        hook: false,
        at: 0,
        lines: Vec::new(),
    })
}

/// Failures of `1 doctest, 3 tests, 2 failures, 1 excluded`.
fn totals(text: &str) -> Option<u64> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let (mut failures, mut tests) = (None, false);
    for part in text.trim().split(", ") {
        let (number, words) = part.split_once(' ')?;
        let number: u64 = number.parse().ok()?;
        match words {
            "failure" | "failures" => failures = Some(number),
            "test" | "tests" | "doctest" | "doctests" | "property" | "properties" | "feature"
            | "features" => tests = true,
            _ => {}
        }
    }
    failures.filter(|_| tests)
}

/// Applications whose frames are never the project's.
const RUNTIME: &[&str] =
    &["elixir", "ex_unit", "stdlib", "kernel", "mix", "logger", "eex", "iex", "erts", "stream_data"];

impl Block {
    /// Takes a line. `false` when it is not of the block.
    fn take(&mut self, text: &str, number: u64) -> bool {
        let inside = text.is_empty() || text.starts_with("     ");
        // The first line of a test's block is its place.
        if !inside || (self.lines.is_empty() && !self.hook && location(text.trim()).is_none()) {
            return false;
        }
        if self.lines.len() < MAX_LINES {
            self.lines.push((clip(text.strip_prefix("     ").unwrap_or(text), 2000), number));
        }
        true
    }

    fn describe(self) -> Found {
        let head = usize::from(!self.hook);
        let is_part = |line: &str| {
            ["code:", "left:", "right:", "stacktrace:", "mailbox:", "arguments:"]
                .iter()
                .any(|word| line.starts_with(word))
        };
        let first = self.lines.iter().skip(head).position(|(line, _)| !line.is_empty()).map(|at| at + head);
        let end = self
            .lines
            .iter()
            .position(|(line, _)| line.starts_with("stacktrace:"))
            .unwrap_or(self.lines.len());
        let (mut message, mut cause_at) = (String::new(), 0);
        if let Some(first) = first.filter(|first| *first < end) {
            cause_at = self.lines[first].1;
            let lines: Vec<&str> =
                self.lines[first..end].iter().map(|(line, _)| line.as_str()).take(60).collect();
            message = lines.join("\n").trim_end().to_owned();
        }
        let kind = kind_of(&message);
        let definition = self.lines.first().filter(|_| head == 1).and_then(|(line, _)| location(line.trim()));
        let frames: Vec<_> =
            self.lines[end..].iter().rev().filter_map(|(line, _)| self.stack_frame(line)).collect();
        let nearest =
            frames.iter().rev().find(|frame| frame.project).map(|frame| (frame.file.clone(), frame.line));
        let place = nearest.or_else(|| definition.map(|(file, line)| (file.to_owned(), line)));
        let (file, line) = place.map_or((None, None), |(file, line)| (Some(file), Some(line)));
        let mut block = format!("{}) {}\n", self.number, self.id);
        for (text, _) in self.lines.iter().filter(|(text, _)| !is_part(text) || !text.is_empty()) {
            push_line(&mut block, text, 5000);
        }
        let role = self.hook.then_some(ContainerRole::Hook);
        let at = self.at;
        Found {
            id: self.id,
            file,
            line,
            kind,
            message,
            frames,
            at,
            cause_at,
            block,
            role,
            ..Found::default()
        }
    }

    /// `(app 0.1.0) lib/file.ex:12: Module.function/1`.
    fn stack_frame(&self, line: &str) -> Option<regreen_case::Frame> {
        let text = line.trim();
        let (application, rest) = match text.strip_prefix('(').and_then(|rest| rest.split_once(") ")) {
            Some((application, rest)) => (application.split(' ').next(), rest),
            None => (None, text),
        };
        let (place, function) = rest.split_once(": ").unwrap_or((rest, ""));
        let (file, number) = location(place)?;
        let mut frame = frame(file, number, Some(function).filter(|function| !function.is_empty()));
        // A dependency is named like the project's own application: only the test's module tells.
        let own = |application: &str| {
            let module = self.module.replace(['_', '.'], "").to_lowercase();
            !RUNTIME.contains(&application) && module.starts_with(&application.replace('_', ""))
        };
        frame.project &= application.is_none_or(own) && !file.starts_with("deps/");
        Some(frame)
    }
}

fn kind_of(message: &str) -> String {
    let Some(rest) = message.strip_prefix("** (") else { return String::new() };
    let name = rest.split([')', ' ']).next().unwrap_or_default();
    match name {
        "ExUnit.TimeoutError" => "timeout".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let tests = crate::failures_in(Framework::Exunit, text);
        tests
            .iter()
            .map(|test| format!("{} | {}", test.id, test.message.lines().next().unwrap_or_default()))
            .collect()
    }

    #[test]
    fn printed_blocks_do_not_fit_into_the_numbers() {
        let text = "  1) test fake (FakeTest)\n     test/fake_test.exs:1\n     boom\n\nFinished in 0.1 seconds\n3 tests, 2 failures\n\n\n  1) test real one (ATest)\n     test/a_test.exs:3\n     ** (MatchError) no match\n     stacktrace:\n       test/a_test.exs:4: (test)\n\n.\n  7) test fake (FakeTest)\n     test/fake_test.exs:1\n     boom\n\n\n  2) property adds (ATest)\n     test/a_test.exs:9\n     Assertion with == failed\n     code:  assert 1 == 2\n     left:  1\n     right: 2\n     stacktrace:\n       test/a_test.exs:10: (test)\n\nFinished in 0.1 seconds\n1 property, 4 tests, 2 failures\n";
        assert_eq!(
            shown(text),
            [
                "test real one (ATest) | ** (MatchError) no match",
                "property adds (ATest) | Assertion with == failed"
            ]
        );
    }

    #[test]
    fn each_application_of_an_umbrella_counts_from_one() {
        let suite = |module: &str| {
            format!(
                "  1) test same ({module})\n     test/a_test.exs:3\n     flunked\n     stacktrace:\n       test/a_test.exs:4: (test)\n\nFinished in 0.1 seconds (0.00s async, 0.1s sync)\n1 test, 1 failure\n\n"
            )
        };
        let text = format!("==> one\n{}==> two\n{}", suite("One.ATest"), suite("Two.ATest"));
        assert_eq!(shown(&text), ["test same (One.ATest) | flunked", "test same (Two.ATest) | flunked"]);
    }

    #[test]
    fn a_module_that_is_not_set_up_is_no_test() {
        let text = "  1) SetupTest: failure on setup_all callback, all tests have been invalidated\n     ** (RuntimeError) no db\n     stacktrace:\n       test/demo_test.exs:28: SetupTest.__ex_unit_setup_all_0/1\n\nFinished in 0.1 seconds\n2 tests, 0 failures, 2 invalid\n";
        assert!(shown(text).is_empty());
        let extraction = crate::extract(text.as_bytes(), "logs/a.log").unwrap();
        assert_eq!(extraction.containers[0].id, "SetupTest");
    }

    #[test]
    fn other_numbered_lists_are_none() {
        assert!(shown("  1) Foo works:\n     Error: boom\n\n  2) install it (Optional)\n").is_empty());
    }
}

//! Ruby's test-unit.
//!
//! A failure stands between two rules of `=`: what a test prints has none. The totals below a rule of `-`
//! are the checksum. Pending and omitted tests are no failures.

use regreen_case::Framework;

use super::kept::Kept;
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::frame::{frame, location, nearest_project};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Minitest,
    name: "test_unit",
    doc: "failures and errors of Ruby's test-unit between their rules, data labels, sentences as names",
    triggers: &["Failure: ", "Error: ", " failures, "],
    parser: || Box::<TestUnit>::default(),
};

#[derive(Default)]
struct TestUnit {
    blocks: Vec<Block>,
    open: bool,
    /// Where the rule below the last failure stands: it opens none.
    closed_at: u64,
}

struct Block {
    id: String,
    rest: String,
    at: u64,
    lines: Kept,
}

impl Parser for TestUnit {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if self.open {
            if is_rule(text, '=') {
                self.open = false;
                self.closed_at = line.number;
            } else if let Some(block) = self.blocks.last_mut().filter(|block| block.lines.len() < 300) {
                block.lines.push(line);
            } else {
                self.open = false;
            }
        } else if let Some((id, rest)) = heading(text) {
            let ruled = line.above.lines().next().is_some_and(|above| is_rule(&above, '='));
            if ruled && self.closed_at + 1 != line.number && self.blocks.len() < MAX_TESTS {
                let (id, rest) = (id.to_owned(), rest.to_owned());
                self.blocks.push(Block { id, rest, at: line.number, lines: Kept::default() });
                self.open = true;
            }
        } else if let Some(counted) = totals(text)
            && line.above.lines().next().is_some_and(|above| is_rule(&above, '-'))
        {
            let named = self.report(findings);
            if counted > 0 {
                findings.count(Count { framework: Framework::Minitest, counted, named, at: line.number });
            }
        }
    }

    fn is_awake(&self) -> bool {
        self.open
    }

    fn end(&mut self, findings: &mut Findings) {
        self.report(findings);
    }
}

impl TestUnit {
    fn report(&mut self, findings: &mut Findings) -> u64 {
        self.open = false;
        let blocks = std::mem::take(&mut self.blocks);
        for block in &blocks {
            findings.add(Framework::Minitest, described(block));
        }
        blocks.len() as u64
    }
}

fn is_rule(text: &str, of: char) -> bool {
    text.len() > 40 && text.trim_end().chars().all(|c| c == of)
}

/// Name and what follows it in `Failure: test_a(ATest): message`.
fn heading(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("Failure: ").or_else(|| text.strip_prefix("Error: "))?;
    let (name, message) = match rest.split_once("): ") {
        Some((name, message)) => (&rest[..=name.len()], message),
        None => (rest.trim_end().trim_end_matches(':'), ""),
    };
    (name.ends_with(')') && name.contains('(')).then_some((name, message))
}

/// Failures and errors of `3 tests, 2 assertions, 1 failures, 0 errors, 0 pendings, …`.
fn totals(text: &str) -> Option<u64> {
    let mut parts = text.split(", ");
    let mut number = |word: &str| {
        let (number, unit) = parts.next()?.split_once(' ')?;
        (unit == word).then(|| number.parse::<u64>().ok()).flatten()
    };
    number("tests")?;
    number("assertions")?;
    let sum = number("failures")? + number("errors")?;
    number("pendings").map(|_| sum)
}

fn described(block: &Block) -> Found {
    let lines = &block.lines;
    let mut frames: Vec<_> = lines
        .texts()
        .filter_map(|text| {
            let (place, function) = text.split_once(":in ")?;
            let (file, line) = location(place)?;
            let mut found = frame(file, line, Some(function.trim_matches(['`', '\''])));
            found.project &= !file.contains("/gems/") && !file.contains("/lib/ruby/");
            Some(found)
        })
        .collect();
    frames.reverse();
    let (message, cause_at) = if block.rest.is_empty() {
        let is_told = |text: &str| !text.is_empty() && !is_code(text) && !text.contains(":in ");
        let at = lines.texts().position(is_told).unwrap_or_default();
        (lines.message(at, is_told), lines.number(at))
    } else {
        let mut message = format!("{}\n", block.rest);
        message.push_str(&lines.message(0, |text| text.starts_with("  ") && !is_code(text)));
        if lines.text(0).contains(":in ") {
            message.clone_from(&block.rest);
        }
        (message, block.at)
    };
    let innermost = frames.iter().rev().find(|frame| frame.project);
    let class = message.split(':').next().unwrap_or_default();
    let is_class = class.ends_with("Error") || class.ends_with("Exception");
    Found {
        id: block.id.clone(),
        file: innermost.map(|frame| frame.file.clone()),
        line: innermost.map(|frame| frame.line),
        kind: if is_class && !class.contains(' ') { class.to_owned() } else { String::new() },
        place: nearest_project(&frames),
        block: lines.block(&format!("{} {}", block.id, block.rest)),
        at: block.at,
        cause_at,
        message,
        frames,
        ..Found::default()
    }
}

/// `  => 12:   code` around the failure.
fn is_code(text: &str) -> bool {
    let bare = text.trim_start().trim_start_matches("=>").trim_start();
    text.starts_with(' ') && bare.split_once(':').is_some_and(|(number, _)| number.parse::<u32>().is_ok())
}

#[cfg(test)]
mod tests {
    #[test]
    fn printed_failures_have_no_rule() {
        let text = "Failure: test_x(Fake)\nfake.rb:3:in `x'\n5 tests, 5 assertions, 1 failures, 0 errors, 0 pendings, 0 omissions, 0 notifications\n";
        assert!(crate::extract(text.as_bytes(), "x.log").unwrap().tests.is_empty());
    }
}

//! minitest, Rails' runner and the `test/unit` of Ruby's early days.
//!
//! minitest prints `Finished in …`, then numbered blocks, then the totals, which are the checksum. Rails
//! prints each block as soon as its test failed, without number and with the command to run it again.
//! Tests can print all of these: blocks below `Finished in` count before others, never more than the
//! totals say, and totals that are followed by the progress of a run are not the end of it.

use regreen_case::Framework;

use super::kept::Kept;
use super::minitest_block::{
    Heading, described, heading, is_finish, is_progress, is_rerun, test_name, totals,
};
use super::{Entry, Findings, Line, MAX_TESTS, Parser};
use crate::findings::Count;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Minitest,
    name: "minitest",
    doc: "numbered blocks of old and new versions, Rails' blocks amid the dots, spec style names",
    triggers: &["Failure:", "Error:", " failures, "],
    parser: || Box::<Minitest>::default(),
};

/// Longest block in lines when nothing ends it.
const LONG: usize = 400;

#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
enum State {
    #[default]
    Idle,
    /// Below a heading: the name comes next.
    Heading,
    Block,
    /// Below the totals: the next line tells whether they are real.
    Totals,
}

/// One block.
#[derive(Debug, Default, Clone)]
pub(super) struct Block {
    pub(super) name: String,
    pub(super) at: u64,
    pub(super) error: bool,
    pub(super) lines: Kept,
    /// Number, for those of the final list.
    pub(super) number: Option<u64>,
    /// A command to run it again follows.
    pub(super) rerun: bool,
}

#[derive(Default)]
struct Minitest {
    state: State,
    heading: Option<Heading>,
    blocks: Vec<Block>,
    /// Position of the first block below `Finished in`.
    list: Option<usize>,
    totals: Option<u64>,
}

impl Parser for Minitest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        if self.state == State::Totals {
            self.after_totals(line, findings);
        }
        if let Some(count) = totals(line.text) {
            self.counted(count, line);
            return;
        }
        match self.state {
            State::Heading => self.name(line),
            State::Block => self.block_line(line),
            State::Idle | State::Totals => self.idle(line),
        }
    }

    fn is_awake(&self) -> bool {
        self.state != State::Idle
    }

    fn end(&mut self, findings: &mut Findings) {
        if self.totals.is_some() || self.list.is_some() {
            self.close(findings);
        } else {
            // Cut off: only what nothing but Rails prints is sure.
            for block in self.blocks.iter().filter(|block| block.rerun) {
                findings.add(Framework::Minitest, described(block));
            }
        }
        *self = Minitest::default();
    }
}

impl Minitest {
    fn idle(&mut self, line: Line<'_>) {
        let Some(found) = heading(line.text) else { return };
        if found.number == Some(1) {
            let finished = line.above.lines().take(12).find(|text| !text.is_empty());
            if finished.is_some_and(|text| is_finish(&text)) {
                self.list = Some(self.blocks.len());
            }
        }
        self.heading = Some(found);
        self.state = State::Heading;
    }

    fn name(&mut self, line: Line<'_>) {
        let heading = self.heading.take();
        match (test_name(line.text), heading) {
            (Some(name), Some(heading)) if !heading.skipped => {
                if self.blocks.len() < MAX_TESTS {
                    let mut lines = Kept::default();
                    lines.push(line);
                    self.blocks.push(Block {
                        name: name.to_owned(),
                        at: line.number,
                        error: heading.error,
                        lines,
                        number: heading.number,
                        rerun: false,
                    });
                }
                self.state = State::Block;
            }
            (_, Some(heading)) if heading.skipped => self.state = State::Block,
            _ => {
                self.state = if self.list.is_some() { State::Block } else { State::Idle };
            }
        }
    }

    fn block_line(&mut self, line: Line<'_>) {
        let text = line.text;
        if heading(text).is_some_and(|heading| self.list.is_none() || heading.number.is_some()) {
            self.idle(line);
            return;
        }
        let Some(block) = self.blocks.last_mut() else {
            self.state = if self.list.is_some() { State::Block } else { State::Idle };
            return;
        };
        if is_rerun(text) {
            block.rerun = true;
            if self.list.is_none() {
                self.state = State::Idle;
            }
            return;
        }
        block.lines.push(line);
        if self.list.is_none() && (block.lines.len() > LONG || is_progress(text) && !text.is_empty()) {
            self.state = State::Idle;
        }
    }

    fn counted(&mut self, count: u64, line: Line<'_>) {
        let near = || line.above.lines().take(40).any(|text| is_finish(&text));
        if self.list.is_none() && self.blocks.is_empty() && count > 0 && !near() {
            return;
        }
        // Without a list the line above is the time: else a test printed it.
        if self.list.is_none() && !near() {
            self.state = State::Idle;
            return;
        }
        self.totals = Some(count);
        self.state = State::Totals;
    }

    fn after_totals(&mut self, line: Line<'_>, findings: &mut Findings) {
        self.state = State::Idle;
        if is_progress(line.text) && !line.text.is_empty() {
            // The run goes on: a test printed the list and the totals.
            self.totals = None;
            if let Some(list) = self.list.take() {
                self.blocks.truncate(list);
            }
        } else {
            self.close(findings);
        }
    }

    fn close(&mut self, findings: &mut Findings) {
        let run = std::mem::take(self);
        let mut blocks = run.blocks;
        if let Some(list) = run.list {
            blocks.drain(..list);
        }
        let Some(counted) = run.totals else {
            for block in &blocks {
                findings.add(Framework::Minitest, described(block));
            }
            return;
        };
        let counted_here = counted as usize;
        if run.list.is_none() {
            // What Rails printed at once has no number, and mostly a command.
            if blocks.iter().filter(|block| block.number.is_none()).count() >= counted_here {
                blocks.retain(|block| block.number.is_none());
            }
            if blocks.iter().filter(|block| block.rerun).count() >= counted_here {
                blocks.retain(|block| block.rerun);
            }
        }
        let surplus = blocks.len().saturating_sub(counted_here);
        let blocks = &blocks[surplus..];
        for block in blocks {
            findings.add(Framework::Minitest, described(block));
        }
        if counted > 0 {
            let named = blocks.len() as u64;
            findings.count(Count { framework: Framework::Minitest, counted, named, at: 0 });
        }
    }
}

#[cfg(test)]
#[path = "minitest_tests.rs"]
mod tests;

//! RSpec.
//!
//! The section `Failures:` has a numbered block for each failed example, the totals are the checksum, and
//! the commands to run them again repeat the descriptions and say where the examples stand. Examples can
//! print all of these: totals count when nothing of a run that goes on follows them. Numbered blocks
//! also come below `Pending:` (no failures), and without a heading from formatters that print them at
//! once: those count when the final list names them.

use regreen_case::{ContainerRole, Framework};

use super::kept::Kept;
use super::rspec_block::{describe, goes_on, item, outside, rerun, totals};
use super::{Entry, Findings, Line, MAX_TESTS, Parser};
use crate::findings::Count;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Rspec,
    name: "rspec",
    doc: "numbered failures of all formatters, commands to rerun, shared examples, errors outside of examples",
    triggers: &["Failures:", "Failed examples:", "Failure/Error:", "An error occurred ", " failure"],
    parser: || Box::<Rspec>::default(),
};

/// Lines after which a section without totals is given up.
const PATIENCE: usize = 20_000;

#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
enum State {
    #[default]
    Idle,
    /// Below `Failures:`.
    Blocks,
    /// A block without a section.
    Loose,
    /// Below an error outside of examples.
    Outside,
    /// Below the totals.
    Totals,
    /// Below `Failed examples:`.
    Reruns,
}

/// A numbered block.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    pub(super) title: String,
    pub(super) at: u64,
    pub(super) lines: Kept,
}

/// `rspec ./spec/a_spec.rb:3 # title`.
#[derive(Debug, Clone, Default)]
pub(super) struct Rerun {
    pub(super) place: String,
    pub(super) title: String,
    pub(super) at: u64,
}

#[derive(Default)]
struct Rspec {
    state: State,
    blocks: Vec<Block>,
    /// Blocks that were printed as soon as their example failed.
    loose: Vec<Block>,
    outside: Vec<Block>,
    reruns: Vec<Rerun>,
    /// Failures and errors outside of examples by the totals.
    totals: Option<(u64, u64)>,
    /// A blank line was seen since.
    blank: bool,
    /// A run whose totals may have been printed by an example of one that goes on.
    doubtful: Option<Box<Rspec>>,
    waited: usize,
}

impl Parser for Rspec {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        match self.state {
            _ if text == "Failures:" => self.section(),
            State::Totals if text == "Failed examples:" => self.state = State::Reruns,
            State::Totals | State::Reruns => self.after_totals(line, findings),
            State::Blocks if text == "Failed examples:" => self.state = State::Reruns,
            State::Blocks => self.block_line(line),
            State::Loose | State::Outside => self.loose_line(line),
            State::Idle => self.idle_line(line),
        }
    }

    fn is_awake(&self) -> bool {
        self.state != State::Idle
    }

    fn end(&mut self, findings: &mut Findings) {
        if self.totals.is_some() {
            self.close(findings);
        }
        if let Some(doubtful) = self.doubtful.take() {
            doubtful.report(findings);
        }
        // Cut off before the totals: the blocks are all there is.
        if !self.blocks.is_empty() {
            std::mem::take(self).report(findings);
        }
        *self = Rspec::default();
    }
}

impl Rspec {
    fn section(&mut self) {
        self.blocks.clear();
        self.reruns.clear();
        self.totals = None;
        self.waited = 0;
        self.state = State::Blocks;
    }

    fn idle_line(&mut self, line: Line<'_>) {
        let text = line.text;
        if text == "Failed examples:" {
            self.state = State::Reruns;
        } else if let Some(counts) = totals(text) {
            self.totals(counts);
        } else if let Some(title) = outside(text) {
            self.state = State::Outside;
            if self.outside.len() < 200 {
                self.outside.push(Block { title, at: line.number, lines: Kept::default() });
            }
        } else if text.trim_start().starts_with("Failure/Error:") {
            let mut above = line.above.lines();
            let Some((_, title)) = above.next().as_deref().and_then(|above| item(above, None)) else {
                return;
            };
            if self.loose.len() < 200 {
                let mut lines = Kept::default();
                lines.push(line);
                self.loose.push(Block { title, at: line.number.saturating_sub(1), lines });
                self.state = State::Loose;
            }
        }
    }

    fn loose_line(&mut self, line: Line<'_>) {
        let text = line.text;
        if let Some(counts) = totals(text) {
            self.totals(counts);
            return;
        }
        let open = if self.state == State::Outside { &mut self.outside } else { &mut self.loose };
        let Some(block) = open.last_mut() else { return };
        let lost = block.lines.len() > 200;
        let done =
            !text.is_empty() && !text.starts_with([' ', '#']) && block.lines.texts().any(str::is_empty);
        if self.state == State::Outside
            && !lost
            && !text.starts_with("Finished in ")
            && outside(text).is_none()
        {
            // The kind of the error and the code that failed stand at the margin.
            let frames = block.lines.texts().any(|text| text.starts_with("# "));
            if !(done && frames) {
                block.lines.push(line);
                return;
            }
        } else if self.state == State::Loose && !lost && !done && item(text, None).is_none() {
            block.lines.push(line);
            return;
        }
        self.state = State::Idle;
        self.idle_line(line);
    }

    fn block_line(&mut self, line: Line<'_>) {
        let text = line.text;
        if let Some(counts) = totals(text) {
            self.totals(counts);
            return;
        }
        if let Some((_, title)) = item(text, Some(self.blocks.len() as u64 + 1)) {
            if self.blocks.len() < MAX_TESTS {
                self.blocks.push(Block { title, at: line.number, lines: Kept::default() });
            }
            return;
        }
        self.waited += 1;
        if let Some(title) = outside(text) {
            self.outside.push(Block { title, at: line.number, lines: Kept::default() });
        }
        if let Some(block) = self.blocks.last_mut() {
            block.lines.push(line);
        }
        if self.waited > PATIENCE || (self.waited > 50 && self.blocks.is_empty()) {
            self.blocks.clear();
            self.state = State::Idle;
        }
    }

    fn totals(&mut self, counts: (u64, u64)) {
        self.totals = Some(counts);
        self.blank = false;
        self.state = State::Totals;
    }

    fn after_totals(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if text.is_empty() {
            // A blank line stands around the heading of the commands and at the very end.
            self.blank = true;
            if !self.reruns.is_empty() {
                self.close(findings);
            }
            return;
        }
        if let Some(rerun) = rerun(text, line.number) {
            if self.reruns.len() < MAX_TESTS {
                self.reruns.push(rerun);
            }
            self.blank = false;
            self.state = State::Reruns;
            return;
        }
        if let Some(counts) = totals(text) {
            self.totals = Some(counts);
            return;
        }
        if self.state == State::Reruns
            && !goes_on(text)
            && let Some(last) = self.reruns.last_mut()
            && self.blocks.iter().any(|block| block.title.starts_with(&format!("{}\n{text}", last.title)))
        {
            // A title of several lines.
            last.title.push('\n');
            last.title.push_str(text);
            return;
        }
        if !self.blank && goes_on(text)
            || (self.state == State::Totals && goes_on(text) && text.starts_with("  "))
        {
            self.doubt();
        } else {
            self.close(findings);
        }
        self.line(line, findings);
    }

    /// What looked like the end of the run was printed by an example, or so it seems.
    fn doubt(&mut self) {
        let outside = self.outside.clone();
        let loose = self.loose.clone();
        let mut doubtful = std::mem::take(self);
        doubtful.doubtful = None;
        *self = Rspec { doubtful: Some(Box::new(doubtful)), outside, loose, ..Rspec::default() };
    }

    /// The run is over, and real.
    fn close(&mut self, findings: &mut Findings) {
        self.doubtful = None;
        std::mem::take(self).report(findings);
    }

    fn report(self, findings: &mut Findings) {
        let (failures, errors) = self.totals.unwrap_or((self.blocks.len() as u64, 0));
        let mut named = 0;
        let mut left: Vec<Block> = self.blocks;
        left.extend(self.loose);
        let complete = !self.reruns.is_empty();
        for rerun in self.reruns {
            let same = |block: &Block| {
                let title = block.title.strip_suffix(" FIXED").unwrap_or(&block.title);
                title == rerun.title || title.lines().next() == Some(&rerun.title)
            };
            let block = left.iter().position(same).map(|at| left.remove(at)).unwrap_or_default();
            findings.add(Framework::Rspec, describe(&block, Some(&rerun)));
            named += 1;
        }
        if !complete || named < failures {
            for block in left.into_iter().take(failures.saturating_sub(named) as usize) {
                findings.add(framework_of(&block), describe(&block, None));
                named += 1;
            }
        }
        if errors > 0 {
            for block in self.outside {
                let mut found = describe(&block, None);
                let hook = found.id.contains("hook");
                found.role = Some(if hook { ContainerRole::Hook } else { ContainerRole::Suite });
                findings.add(Framework::Rspec, found);
            }
        }
        if self.totals.is_some() && (failures > 0 || named > 0) {
            findings.count(Count { framework: Framework::Rspec, counted: failures, named, at: 0 });
        }
    }
}

/// Haskell's hspec prints the same report, with another command to run a test again.
fn framework_of(block: &Block) -> Framework {
    let hspec = block.lines.texts().any(|text| text.trim_start().starts_with("To rerun use: --match"));
    if hspec { Framework::Hspec } else { Framework::Rspec }
}

#[cfg(test)]
#[path = "rspec_tests.rs"]
mod tests;

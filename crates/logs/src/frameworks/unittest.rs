//! unittest, and what prints like it: nose, nose2, Django's runner, CPython's regrtest, testtools.
//!
//! A report is a list of blocks (`FAIL: id` between two rules) that ends with `Ran 3 tests` and the
//! numbers of failures and errors, which are the checksum. Tests print whole reports of their own: a real
//! one directly follows the progress that it sums up, and its tracebacks lead through the named test.

use regreen_case::{ContainerRole, Framework};

use super::unittest_block::{Block, chosen, crashed, found, is_noses, is_placed, opens_captured, with_class};
use super::unittest_lines::{
    Counts, Outcome, failed_progress, header, is_hook, is_progress, is_ran, is_rule, names_a_test,
    opens_report,
};
use super::{Entry, Findings, Found, Line, MAX_BLOCK_LINES, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Unittest,
    name: "unittest",
    doc: "reports of unittest, Django and testtools, subtests, hooks, unexpected successes, crashes",
    triggers: TRIGGERS,
    parser: || Box::new(Report::new(Framework::Unittest)),
};

pub(super) const TRIGGERS: &[&str] = &[
    "FAIL: ",
    "ERROR: ",
    "FAILED (",
    "... FAIL",
    "... ERROR",
    ") failed:",
    "Segmentation fault",
    "Fatal Python error",
];

/// Lines above a report that are looked at.
const ABOVE: usize = 3000;
/// Lines without an end after which a report was none.
const PATIENCE: usize = 20_000;

/// A report's blocks, and its numbers with where they stand.
type Printed = (Vec<Block>, Option<(Counts, u64)>);

#[derive(Default, PartialEq, Eq, Clone, Copy)]
enum State {
    /// Nothing is going on.
    #[default]
    Asleep,
    /// Below a header, above the second rule.
    Title,
    /// In a block.
    Body,
    /// Below `Ran 3 tests`.
    Ran,
    /// Below a report that may have been printed: a real one may follow.
    Doubt,
}

/// Reads reports, and gives out those of one framework.
pub(super) struct Report {
    gives: Framework,
    state: State,
    blocks: Vec<Block>,
    /// The blocks' report follows progress.
    follows_progress: bool,
    /// Captured output is open.
    captured: bool,
    /// What the line above was.
    above: AboveLine,
    /// Whether the last line that was not empty was progress.
    progressed: bool,
    /// Lines since the last header.
    waited: usize,
    /// Unexpected successes that only the progress names.
    unexpected: Vec<(String, u64)>,
    /// Failed tests by verbose progress.
    progress: Vec<(String, u64)>,
    /// Reports that may have been printed.
    doubtful: Vec<Printed>,
    /// A report that is surely real was seen.
    sure: bool,
    crash: Option<Found>,
}

#[derive(Default, PartialEq, Eq, Clone, Copy)]
enum AboveLine {
    #[default]
    Other,
    Double,
    Single,
    Empty,
}

impl Parser for Report {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if self.state == State::Asleep || self.state == State::Doubt {
            self.between(line, findings);
        } else {
            self.inside(line, findings);
        }
        if !text.trim().is_empty() && !is_rule(text, '-') {
            self.progressed = is_progress(text);
        }
        self.above = match text.as_bytes().first() {
            Some(_) if text.ends_with('=') && opens_report(text) => AboveLine::Double,
            Some(b'-') if is_rule(text, '-') => AboveLine::Single,
            None => AboveLine::Empty,
            _ => AboveLine::Other,
        };
    }

    fn is_awake(&self) -> bool {
        self.state != State::Asleep
    }

    fn end(&mut self, findings: &mut Findings) {
        if !self.blocks.is_empty() {
            self.close(None, findings);
        }
        if !self.sure {
            let doubtful = std::mem::take(&mut self.doubtful);
            let any = doubtful.iter().any(|(blocks, _)| is_placed(blocks));
            for (blocks, counts) in doubtful {
                if !any || is_placed(&blocks) {
                    self.give(blocks, counts, findings);
                }
            }
            if self.gives == Framework::Unittest {
                for (id, at) in std::mem::take(&mut self.progress) {
                    let role = is_hook(&id).then_some(ContainerRole::Hook);
                    findings.add(self.gives, Found { id, at, role, ..Found::default() });
                }
            }
        }
        if let Some(crash) = self.crash.take().filter(|_| self.gives == Framework::Unittest) {
            findings.add(self.gives, crash);
        }
        *self = Report::new(self.gives);
    }
}

impl Report {
    pub(super) fn new(gives: Framework) -> Self {
        Report {
            gives,
            state: State::Asleep,
            blocks: Vec::new(),
            follows_progress: false,
            captured: false,
            above: AboveLine::Other,
            progressed: false,
            waited: 0,
            unexpected: Vec::new(),
            progress: Vec::new(),
            doubtful: Vec::new(),
            sure: false,
            crash: None,
        }
    }

    /// A line outside of any report.
    fn between(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        let asleep = self.state == State::Asleep;
        if let Some((outcome, id)) = header(text) {
            let below_rule = if asleep {
                line.above.lines().next().is_some_and(|above| opens_report(&above))
            } else {
                self.above == AboveLine::Double
            };
            if below_rule {
                self.look_above(line);
                self.open(outcome, id, line.number);
            }
        } else if let Some(counts) = Counts::read(text) {
            // A real report of another runner, which has its own parser.
            self.sure |= text.contains(" successes=") && !text.contains("unexpected successes=");
            if text.contains("unexpected successes=") {
                self.look_above(line);
                self.close(Some((counts, line.number)), findings);
            }
        } else if let Some(id) = failed_progress(text) {
            if self.progress.len() < MAX_TESTS {
                self.progress.push((id.to_owned(), line.number));
            }
        } else if let Some(found) = crashed(line) {
            self.crash = Some(found);
        } else if !asleep && text.starts_with("Ran: ") && text.contains(" tests in ") {
            self.sure = true;
        } else if !asleep && is_ran(text) && self.above == AboveLine::Single {
            self.state = State::Ran;
            self.waited = 0;
            self.follows_progress = self.progressed;
        }
    }

    /// Notes what stands above a report: whether it is progress, and what only progress names.
    fn look_above(&mut self, line: Line<'_>) {
        let mut nearest = None;
        for (at, text) in line.above.lines().take(ABOVE).enumerate() {
            if nearest.is_none() && !text.trim().is_empty() && !is_rule(&text, '=') {
                nearest = Some(is_progress(&text) || opens_report(&text));
            }
            if Counts::read(&text).is_some() {
                break;
            }
            let id = text
                .strip_suffix(" ... unexpected success")
                .filter(|id| names_a_test(id))
                .or_else(|| text.strip_prefix("UNEXPECTED SUCCESS: "));
            if let Some(id) = id
                && self.unexpected.len() < MAX_TESTS
            {
                self.unexpected.push((id.trim().to_owned(), line.number.saturating_sub(at as u64 + 1)));
            }
        }
        self.follows_progress = nearest.unwrap_or_default();
    }

    fn open(&mut self, outcome: Outcome, id: &str, at: u64) {
        self.state = State::Title;
        self.waited = 0;
        if self.blocks.len() < MAX_TESTS {
            let id = clip(id, 1024);
            let captured = self.captured;
            self.blocks.push(Block { outcome, id, at, lines: Vec::new(), captured, forged: false });
        }
        self.captured = false;
        if outcome == Outcome::UnexpectedSuccess {
            self.state = State::Body;
        }
    }

    fn inside(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        self.waited += 1;
        if self.state == State::Ran {
            self.below_ran(line, findings);
            return;
        }
        if let Some((outcome, id)) = header(text) {
            let unexpected = outcome == Outcome::UnexpectedSuccess
                && self.blocks.last().is_some_and(|block| block.outcome == outcome && block.lines.is_empty());
            if self.above == AboveLine::Double || unexpected {
                self.open(outcome, id, line.number);
                return;
            }
        }
        if is_ran(text) && self.above != AboveLine::Other && self.above != AboveLine::Double {
            self.state = State::Ran;
            self.waited = 0;
            return;
        }
        if self.waited > PATIENCE {
            self.close(None, findings);
        } else if self.state == State::Title {
            self.title_line(text);
        } else if let Some(block) = self.blocks.last_mut() {
            self.captured |= opens_captured(text);
            if block.lines.len() < if self.captured { 200 } else { MAX_BLOCK_LINES } {
                block.lines.push((line.number, clip(text, 2000)));
            }
        }
    }

    /// Below a header: the test's description or its parameters, then the rule.
    fn title_line(&mut self, text: &str) {
        if is_rule(text, '-') {
            self.state = State::Body;
        } else if self.waited > 20 {
            self.blocks.pop();
            self.state = if self.blocks.is_empty() { State::Asleep } else { State::Body };
        } else if let Some(block) = self.blocks.last_mut()
            && let Some(id) = with_class(&block.id, text)
        {
            block.id = id;
        }
    }

    fn below_ran(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text.trim_end();
        if let Some(counts) = Counts::read(text) {
            self.ended(counts, line.number, findings);
        } else if text == "OK" || text.starts_with("OK (") || text.starts_with("NO TESTS RAN") {
            // All is well: what looked like failures was printed.
            if self.captured {
                self.state = State::Body;
                return;
            }
            self.sure |= self.follows_progress;
            self.forget();
        } else if self.waited > 12 {
            self.close(None, findings);
        }
    }

    /// The numbers: the end of the report, unless it was printed by a test. A real one counts at least
    /// every block that surely is no captured output, and no more than there are.
    fn ended(&mut self, counts: Counts, at: u64, findings: &mut Findings) {
        let kinds = [Outcome::Fail, Outcome::Error];
        let of = |outcome, sure: bool| {
            let real = |block: &&Block| block.outcome == outcome && !(sure && block.captured);
            self.blocks.iter().filter(real).count() as u64
        };
        let fits = kinds.iter().all(|kind| of(*kind, false) == counts.of(*kind))
            || self.blocks.len() as u64 == counts.sum();
        let printed = self.captured || self.blocks.iter().any(|block| block.captured);
        let forged = kinds
            .iter()
            .any(|kind| of(*kind, true) > counts.of(*kind) || of(*kind, false) < counts.of(*kind));
        if printed && !fits && forged {
            self.disbelieve();
        } else {
            self.close(Some((counts, at)), findings);
        }
    }

    /// The end that was just read was printed: so was everything since captured output was opened.
    fn disbelieve(&mut self) {
        if !self.captured {
            for block in self.blocks.iter_mut().rev() {
                block.forged = true;
                if block.captured {
                    break;
                }
            }
        }
        self.captured = true;
        self.state = State::Body;
    }

    fn forget(&mut self) {
        self.blocks.clear();
        self.unexpected.clear();
        self.captured = false;
        self.waited = 0;
        self.follows_progress = false;
        self.state = if self.doubtful.is_empty() || self.sure { State::Asleep } else { State::Doubt };
    }

    /// A report is over: give it out, or keep it until a surer one makes it a printed one.
    fn close(&mut self, counts: Option<(Counts, u64)>, findings: &mut Findings) {
        let mut blocks = std::mem::take(&mut self.blocks);
        if let Some((counts, _)) = counts {
            let known = blocks.iter().filter(|block| block.outcome == Outcome::UnexpectedSuccess).count();
            if (known as u64) < counts.unexpected {
                for (id, at) in std::mem::take(&mut self.unexpected) {
                    let outcome = Outcome::UnexpectedSuccess;
                    blocks.push(Block { outcome, id, at, lines: Vec::new(), captured: false, forged: false });
                }
            }
        }
        if self.follows_progress {
            self.sure = true;
            self.doubtful.clear();
            self.progress.clear();
            self.give(blocks, counts, findings);
        } else if !self.sure && self.doubtful.len() < 16 {
            self.doubtful.push((blocks, counts));
        }
        self.forget();
    }

    /// Names the tests of a report.
    fn give(&self, blocks: Vec<Block>, counts: Option<(Counts, u64)>, findings: &mut Findings) {
        let blocks = match counts {
            Some((counts, _)) => chosen(blocks, counts, &self.progress),
            None => blocks,
        };
        let nose = blocks.iter().any(is_noses);
        if nose != (self.gives == Framework::Nose) {
            return;
        }
        if let Some((counts, at)) = counts {
            let named = blocks.len() as u64;
            findings.count(Count { framework: self.gives, counted: counts.sum(), named, at });
        }
        for block in blocks {
            findings.add(self.gives, found(block));
        }
    }
}

#[cfg(test)]
#[path = "unittest_tests.rs"]
mod tests;

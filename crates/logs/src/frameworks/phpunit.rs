//! PHPUnit of all versions, paratest and what builds on them.
//!
//! Below `Time: …` stand sections, each with the number of its items and as many numbered items: only
//! those of errors and failures name failed tests. The totals are the checksum. A test can print all of
//! this: sections that no `Time:` stands above are doubted, and dropped when one follows after all, or
//! when the progress goes on below the totals. `--testdox` marks failed tests in a tree; it counts where the
//! sections are missing.

use regreen_case::{ContainerRole, Framework};

use super::kept::Kept;
use super::phpunit_block::{Section, described, is_progress, item, section, totals};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Phpunit,
    name: "phpunit",
    doc: "numbered errors and failures of all versions, data sets, testdox; other sections name none",
    triggers: &[" failure:", " failures:", " error:", " errors:", "Errors: ", "Failures: ", "\u{2718} "],
    parser: || Box::<Phpunit>::default(),
};

/// One numbered item.
#[derive(Debug, Default, Clone)]
pub(super) struct Item {
    pub(super) title: String,
    pub(super) at: u64,
    pub(super) lines: Kept,
}

/// A mark of `--testdox`.
struct Mark {
    heading: String,
    name: String,
    at: u64,
    lines: Kept,
}

#[derive(Default)]
struct Phpunit {
    awake: bool,
    /// `Time:` stands above.
    sure: bool,
    section: Option<Section>,
    /// Items of the section so far.
    nth: u64,
    items: Vec<Item>,
    marks: Vec<Mark>,
    marked: bool,
    /// How often a heading was looked for.
    searches: usize,
    totals: Option<u64>,
}

impl Parser for Phpunit {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        if self.totals.is_some() {
            self.after_totals(line, findings);
        }
        if self.marked && self.testdox_line(line) {
            return;
        }
        let text = line.text;
        if let Some(found) = section(text) {
            self.begin(found, line);
        } else if let Some(count) = totals(text) {
            self.counted(count, line);
        } else if self.awake {
            self.section_line(line);
        } else if let Some((indent, name)) = text.split_once("\u{2718} ")
            && !indent.is_empty()
            && indent.trim().is_empty()
        {
            self.mark(name, line);
        }
    }

    fn is_awake(&self) -> bool {
        self.awake || self.marked || self.totals.is_some()
    }

    fn end(&mut self, findings: &mut Findings) {
        if self.sure || self.totals.is_some() {
            self.close(findings);
        }
        *self = Phpunit::default();
    }
}

impl Phpunit {
    fn begin(&mut self, found: Section, line: Line<'_>) {
        if !self.awake {
            self.items.clear();
            let above = line.above.lines().take(200).find(|text| !text.is_empty());
            self.sure = above.is_some_and(|text| is_time(&text));
            self.awake = true;
        }
        self.section = Some(found);
        self.nth = 0;
    }

    fn section_line(&mut self, line: Line<'_>) {
        let text = line.text;
        if !self.sure && is_time(text) {
            // All of that was printed by a test.
            self.items.clear();
            self.awake = false;
            return;
        }
        let Some(section) = self.section else { return };
        if self.nth < section.count
            && let Some(title) = item(text, self.nth + 1)
        {
            self.nth += 1;
            if section.failed && self.items.len() < MAX_TESTS {
                let (title, at) = (title.to_owned(), line.number);
                self.items.push(Item { title, at, lines: Kept::default() });
            }
        } else if section.failed
            && self.nth > 0
            && let Some(item) = self.items.last_mut()
        {
            item.lines.push(line);
        }
    }

    fn counted(&mut self, count: u64, line: Line<'_>) {
        let above = line.above.lines().take(3).find(|text| !text.is_empty());
        let ends = above.is_some_and(|text| {
            let text = text.trim();
            ["FAILURES!", "ERRORS!", "WARNINGS!"].contains(&text) || text.starts_with("OK, but ")
        });
        if ends || (self.awake && self.items.len() as u64 == count) {
            self.awake = false;
            self.totals = Some(count);
        }
    }

    fn after_totals(&mut self, line: Line<'_>, findings: &mut Findings) {
        if is_progress(line.text) && !self.sure {
            // The run goes on: a test printed that.
            self.totals = None;
            self.items.clear();
            self.awake = false;
        } else {
            self.close(findings);
        }
    }

    /// The run is over.
    fn close(&mut self, findings: &mut Findings) {
        let run = std::mem::take(self);
        if run.items.is_empty() && run.totals.is_some_and(|counted| counted > 0) {
            for mark in &run.marks {
                let item = Item {
                    title: format!("{} > {}", mark.heading, mark.name),
                    at: mark.at,
                    lines: mark.lines.clone(),
                };
                findings.add(Framework::Phpunit, described(&item));
            }
            if !run.marks.is_empty() {
                count(run.totals, run.marks.len() as u64, findings);
            }
            return;
        }
        if run.sure || run.totals == Some(run.items.len() as u64) {
            report(&run.items, run.totals, findings);
        }
    }

    /// ` ✘ Name` of `--testdox`, below the name of the class.
    fn mark(&mut self, name: &str, line: Line<'_>) {
        self.searches += 1;
        if self.searches > MAX_TESTS {
            return;
        }
        let mut above = line.above.lines().take(2000);
        let heading = above.find(|text| {
            text.starts_with(|first: char| !first.is_whitespace()) && !text.starts_with(['\u{2502}', '|'])
        });
        if let Some(heading) = heading {
            let name = name.split("  ").next().unwrap_or(name).trim().to_owned();
            let name = without_time(&name).to_owned();
            let heading = heading.trim().to_owned();
            self.marks.push(Mark { heading, name, at: line.number, lines: Kept::default() });
            self.marked = true;
        }
    }

    /// A line of the box below a mark. `false` when it is over.
    fn testdox_line(&mut self, line: Line<'_>) -> bool {
        let bare = line.text.trim_start();
        let inside = bare.strip_prefix([
            '\u{2502}', '\u{251c}', '\u{2510}', '\u{2534}', '\u{2514}', '\u{256d}', '\u{2570}',
        ]);
        match (inside, self.marks.last_mut()) {
            (Some(text), Some(mark)) if line.text.starts_with(' ') => {
                mark.lines.push_text(line.number, text.strip_prefix(' ').unwrap_or(text));
                true
            }
            _ => {
                self.marked = false;
                false
            }
        }
    }
}

/// `Name [12.34 ms]`.
fn without_time(name: &str) -> &str {
    match name.rsplit_once(" [") {
        Some((bare, time)) if time.ends_with(" ms]") => bare,
        _ => name,
    }
}

fn is_time(text: &str) -> bool {
    text.starts_with("Time: ") && text.contains("emory: ")
}

fn report(items: &[Item], counted: Option<u64>, findings: &mut Findings) {
    let mut named = 0;
    for item in items {
        let mut found: Found = described(item);
        // A class alone: its set-up failed.
        if !item.title.contains([' ', '.', ':']) {
            found.role = Some(ContainerRole::Hook);
        }
        named += 1;
        findings.add(Framework::Phpunit, found);
    }
    count(counted, named, findings);
}

fn count(counted: Option<u64>, named: u64, findings: &mut Findings) {
    if let Some(counted) = counted {
        findings.count(Count { framework: Framework::Phpunit, counted, named, at: 0 });
    }
}

#[cfg(test)]
#[path = "phpunit_tests.rs"]
mod tests;

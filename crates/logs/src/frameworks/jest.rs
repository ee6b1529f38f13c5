//! Jest, with every reporter that prints `FAIL file` and blocks headed `● suite › title`.
//!
//! A file's section begins with `FAIL`, a project's label and the file; jest-light-runner prints titles
//! without bullets. What fails is named at the margin of two spaces: captured output stands deeper. Output
//! that bypasses Jest can imitate a section, summary and all, so sections are held until the last summary
//! says how many tests failed; when there are more, those without code and stack go first.

use regreen_case::{ContainerRole, Framework};

use super::jest_run::{Run, Section};
use super::js_block::{Block, is_source};
use super::{Entry, Findings, Line, MAX_TESTS, Parser};
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Jest,
    name: "jest",
    doc: "sections of failed files with their blocks, all reporters, project labels, light runner, suites that cannot run",
    triggers: &["FAIL", "Errors thrown in "],
    parser: || Box::<Jest>::default(),
};

/// Lines without a section after which a run is taken for dead.
const PATIENCE: u64 = 100_000;

#[derive(Default)]
struct Jest {
    run: Run,
    /// Whether lines belong to the last section.
    open: bool,
    /// Whether they belong to its last block.
    block: bool,
    /// Lines since the last header.
    idle: u64,
    /// Line above.
    previous: String,
}

impl Parser for Jest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        self.idle += 1;
        if let Some(file) = header(text) {
            self.open_section(&file, line.number);
        } else if self.run.is_empty() {
            return;
        } else if text.starts_with("PASS ") || text.starts_with(" PASS ") || text.contains("[endgroup]") {
            self.open = false;
            self.block = false;
        } else if self.run.summary_line(text, line.number) {
            self.open = false;
            self.block = false;
            if self.run.is_complete() {
                self.run.flush(false, findings);
            }
        } else if self.open {
            self.section_line(text, line.number);
        }
        self.previous = clip(text, 1000);
        let pointless = !self.run.has_blocks() && self.idle > 400;
        if pointless || self.idle > PATIENCE {
            self.run.flush(true, findings);
            *self = Jest::default();
        }
    }

    fn is_awake(&self) -> bool {
        !self.run.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.run.flush(true, findings);
        *self = Jest::default();
    }
}

impl Jest {
    fn open_section(&mut self, file: &str, at: u64) {
        self.idle = 0;
        self.open = self.run.sections.len() < MAX_TESTS;
        self.block = false;
        if self.open {
            self.run.sections.push(Section { header: file.to_owned(), at, ..Section::default() });
        }
    }

    fn section_line(&mut self, text: &str, at: u64) {
        let Some(section) = self.run.sections.last_mut() else { return };
        if let Some(title) = text.strip_prefix("  ● ").filter(|title| !title.starts_with(' ')) {
            self.block = title != "Console";
            self.idle = 0;
            if self.block && section.blocks.len() < MAX_TESTS {
                section.blocks.push(Block::new(title, at));
            }
            return;
        }
        if section.blocks.is_empty() && !section.light {
            // The light runner's first title follows at once, and its message is indented.
            section.light = section.at + 2 == at && is_light(text, &self.previous);
            if !section.light {
                return;
            }
            section.blocks.push(Block::new(&self.previous, at - 1));
            self.block = true;
        } else if section.light && is_light(text, &self.previous) && !self.block {
            section.blocks.push(Block::new(&self.previous, at - 1));
            self.block = true;
        }
        if !self.block {
            return;
        }
        let Some(block) = section.blocks.last_mut() else { return };
        let first = block.lines.is_empty() && block.at + 1 == at;
        if section.light && text.is_empty() {
            self.block = false;
        } else if first && !section.light && !text.trim().is_empty() && block.title.len() < 2000 {
            // A title of several lines.
            block.title.push(' ');
            block.title.push_str(text.trim());
            block.at = at;
        } else if text.trim().is_empty() || text.starts_with("    ") {
            block.push(text, at);
        } else {
            self.block = false;
        }
    }
}

/// Whether `title` and the line below it are the light runner's.
fn is_light(text: &str, title: &str) -> bool {
    let starts = |text: &str| text.chars().next().is_some_and(|c| !c.is_whitespace());
    starts(title) && text.strip_prefix("    ").is_some_and(starts)
}

/// File of `FAIL label file (12.3 s)`, with a label in front when there may be one.
fn header(text: &str) -> Option<String> {
    let grouped = text.strip_prefix("##[group]").or_else(|| text.strip_prefix("::group::"));
    let rest = match grouped.and_then(|rest| rest.strip_prefix("Errors thrown in ")) {
        Some(rest) => rest,
        None => text.strip_prefix(' ').unwrap_or(text).strip_prefix("FAIL ")?,
    };
    let rest = rest.trim();
    let file = match rest.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")) {
        Some((file, time)) if time.ends_with('s') && time.starts_with(|c: char| c.is_ascii_digit()) => file,
        _ => rest,
    };
    (is_source(file) && !file.contains(" > ") && file.len() < 1000).then(|| file.trim().to_owned())
}

/// What the title of a block stands for.
pub(super) fn role(title: &str) -> Option<ContainerRole> {
    (title == "Test suite failed to run").then_some(ContainerRole::Suite)
}

#[cfg(test)]
#[path = "jest_tests.rs"]
mod tests;

//! One run of Jest: the sections of its failed files, and which of them are believed when the run's own
//! count says otherwise.

use regreen_case::Framework;

use super::jest::role;
use super::js_block::Block;
use super::{Findings, Found, MAX_TESTS};
use crate::findings::Count;

/// Most summaries kept.
const MAX_SUMMARIES: usize = 100;

/// The section of a failed file.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// File, with a project's label in front when there may be one.
    pub(super) header: String,
    /// Where it begins.
    pub(super) at: u64,
    /// Whether the light runner prints it.
    pub(super) light: bool,
    /// Its blocks.
    pub(super) blocks: Vec<Block>,
}

impl Section {
    /// The file: the header without the label. Frames tell where one ends and the other begins.
    fn file(&self) -> &str {
        let header = self.header.as_str();
        let starts = || std::iter::once(0).chain(header.match_indices(' ').map(|(at, _)| at + 1));
        let lines = || self.blocks.iter().flat_map(|block| &block.lines);
        for start in starts() {
            let file = bare(header[start..].trim_start());
            let framed = |text: &String| {
                text.match_indices(file).any(|(at, _)| {
                    text[at + file.len()..].starts_with(':') && text[..at].ends_with(['(', '/', ' '])
                })
            };
            if lines().any(|(_, text)| text.contains(':') && framed(text)) {
                return file;
            }
        }
        match header.rsplit_once(' ') {
            Some((label, file)) if !label.contains(['/', '.']) => bare(file),
            _ => bare(header),
        }
    }

    fn support(&self) -> u8 {
        self.blocks.iter().map(Block::support).max().unwrap_or(0)
    }
}

fn bare(file: &str) -> &str {
    file.strip_prefix("./").unwrap_or(file)
}

/// A summary: `Tests:` and what follows it.
#[derive(Debug, Clone, Copy)]
struct Summary {
    failed: u64,
    at: u64,
    /// How much of it there is: imitations are seldom whole.
    parts: u8,
}

/// One run.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// Sections so far; a file has two when everything is repeated in the end.
    pub(super) sections: Vec<Section>,
    summaries: Vec<Summary>,
    /// Whether a whole run was reported before.
    finished: bool,
    /// Whether `Test Suites:` stood right above, then `Tests:`, then `Snapshots:`, then `Time:`.
    step: u8,
}

impl Run {
    /// Whether there is nothing to follow.
    pub(super) fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// Whether something is named.
    pub(super) fn has_blocks(&self) -> bool {
        self.sections.iter().any(|section| !section.blocks.is_empty())
    }

    /// Takes a line of the summary; tells whether it was one.
    pub(super) fn summary_line(&mut self, text: &str, at: u64) -> bool {
        if text.starts_with("Test Suites: ") {
            self.step = 1;
        } else if text.starts_with("Tests: ") {
            self.step = if self.step == 1 { 2 } else { 0 };
            if self.summaries.len() < MAX_SUMMARIES && text.trim_end().ends_with("total") {
                self.summaries.push(Summary { failed: failed(text), at, parts: self.step });
            }
        } else if text.starts_with("Snapshots: ") {
            self.step = if self.step == 2 { 3 } else { 0 };
        } else if text.starts_with("Time: ") {
            self.step = if self.step == 3 { 4 } else { 0 };
        } else if text.starts_with("Ran all test suites") {
            self.step = if self.step == 4 { 5 } else { 0 };
        } else {
            return false;
        }
        if let Some(last) = self.summaries.last_mut() {
            last.parts = last.parts.max(self.step);
        }
        true
    }

    /// The summary to go by: the last one of those that are the most complete.
    fn summary(&self) -> Option<Summary> {
        self.summaries.iter().copied().max_by_key(|summary| (summary.parts, summary.at))
    }

    /// Whether the run is over: its summary is whole, and what it counts is what is named and well backed.
    pub(super) fn is_complete(&self) -> bool {
        let (Some(last), true) = (self.summaries.last(), self.step == 5) else { return false };
        let backed = |section: &Section| section.blocks.iter().all(|block| block.support() > 0);
        self.summaries.len() == 1 && last.failed == self.named() && self.sections.iter().all(backed)
    }

    fn named(&self) -> u64 {
        let mut names: Vec<(&str, &str)> = Vec::new();
        for section in &self.sections {
            let blocks = section.blocks.iter().filter(|block| role(&block.title).is_none());
            names.extend(blocks.map(|block| (section.header.as_str(), block.title.as_str())));
        }
        names.sort_unstable();
        names.dedup();
        names.len() as u64
    }

    /// Reports what is believed and starts anew. `over` tells that nothing follows.
    pub(super) fn flush(&mut self, over: bool, findings: &mut Findings) {
        let mut run = std::mem::take(self);
        self.finished = run.finished || !over;
        if over {
            run.drop_forged();
        }
        let mut names: Vec<(String, String)> = Vec::new();
        for section in std::mem::take(&mut run.sections) {
            let file = section.file().to_owned();
            for block in section.blocks {
                let title = block.title.clone();
                if role(&title).is_none() && names.len() < MAX_TESTS {
                    names.push((file.clone(), title));
                }
                findings.add(Framework::Jest, found(block, &file));
            }
        }
        names.sort_unstable();
        names.dedup();
        if let Some(last) = run.summary() {
            let named = names.len() as u64;
            let sum: u64 = run.summaries.iter().fold(0, |sum, summary| sum.saturating_add(summary.failed));
            let counted = if sum == named { sum } else { last.failed };
            findings.count(Count { framework: Framework::Jest, counted, named, at: last.at });
        }
    }

    /// Takes out what was printed by tests.
    fn drop_forged(&mut self) {
        let Some(last) = self.summary() else {
            // A run that was killed, or nothing of Jest's at all.
            self.sections.retain(|section| section.support() > 0);
            return;
        };
        if self.finished && last.parts < 5 {
            // Nothing but output that came late.
            self.sections.retain(|section| section.support() == 2);
        }
        let wanted = last.failed;
        let light = self.sections.iter().any(|section| section.light);
        let weight = |section: &Section| (u8::from(!light || section.light), section.support());
        // The worst first, and not more than has to go.
        while self.named() > wanted {
            let tests = |section: &&Section| section.blocks.iter().any(|block| role(&block.title).is_none());
            let weights = || self.sections.iter().filter(tests).map(weight);
            let Some(worst) = weights().min() else { break };
            if wanted > 0 && weights().max() == Some(worst) {
                break;
            }
            let worst = |section: &Section| tests(&section) && weight(section) == worst;
            let Some(at) = self.sections.iter().position(worst) else { break };
            let section = &mut self.sections[at];
            section.blocks.retain(|block| role(&block.title).is_some());
        }
    }
}

/// 2 of `Tests:       2 failed, 1 passed, 3 total`.
fn failed(text: &str) -> u64 {
    let parts = text.split([':', ',']);
    let mut counts = parts.filter_map(|part| part.trim().strip_suffix(" failed")?.parse().ok());
    counts.next().unwrap_or(0)
}

fn found(mut block: Block, file: &str) -> Found {
    let suite = Some(file.to_owned());
    match role(&block.title) {
        Some(role) => {
            block.title.push('\n');
            let found = block.into_found(file.to_owned(), None);
            Found { role: Some(role), ..found }
        }
        None => {
            let id = block.title.clone();
            block.into_found(id, suite)
        }
    }
}

//! What a session of pytest said, brought together: summary, headers, progress, count.
//!
//! The short summary names the tests exactly; where an option took it away (`-rN`, `-rs`, old versions,
//! a crash) the headers of the `FAILURES` and `ERRORS` sections do, and where even these are missing the
//! verbose progress. The count is the checksum: where more is named than it says, what may have been
//! printed by a test goes first.

use std::collections::HashSet;

use regreen_case::Framework;

use super::pytest_block::{Block, read, split_kind};
use super::pytest_fatal::from_fatal;
use super::pytest_headers::{Headers, Progress, crashed_id};
use super::pytest_lines::{Counts, bare_title, header_key, split_summary};
use super::{Findings, Found};
use crate::findings::Count;
use crate::text::push_line;

/// Why a header may have been printed by a test.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
pub(super) enum Suspicion {
    /// No reason.
    #[default]
    None,
    /// It stands below captured output, as many real ones do.
    Below,
    /// So does a count below it that was none.
    Printed,
    /// It stands among the output of tests that passed.
    Passes,
}

/// A block under a header, still raw.
pub(super) struct Raw {
    /// Title of the header.
    pub(super) title: String,
    /// It stands in `ERRORS`.
    pub(super) errors: bool,
    /// Where the header stands.
    pub(super) at: u64,
    /// What stands below it.
    pub(super) lines: Vec<(u64, String)>,
    /// Whether to believe it.
    pub(super) suspicion: Suspicion,
}

/// What a session said.
#[derive(Default)]
pub(super) struct Report {
    /// Headers with what stands below.
    pub(super) blocks: Vec<Raw>,
    /// `FAILED`/`ERROR` lines of the short summary: whether an error, rest of the line, where.
    pub(super) summary: Vec<(bool, String, u64)>,
    /// Node ids that the verbose progress calls failed.
    pub(super) progress: Vec<(String, u64)>,
    /// Lines of a section without headers.
    pub(super) bare: Vec<(u64, String)>,
    /// Last verbose line without a result: the test that was running.
    pub(super) running: Option<String>,
    /// The interpreter died; with its stack.
    pub(super) fatal: Option<Raw>,
    /// Where node ids begin.
    pub(super) root: String,
    /// The count at the end.
    pub(super) counts: Option<Counts>,
}

impl Report {
    /// Whether a count says what was named so far.
    pub(super) fn fits(&self, counts: Counts) -> bool {
        let sum = counts.sum();
        let blocks = self.blocks.len() as u64;
        let summary = self.summary.len() as u64;
        (blocks == sum && (summary == 0 || summary == sum)) || (blocks == 0 && summary == sum)
    }

    /// Names the failed tests.
    pub(super) fn give(mut self, findings: &mut Findings) {
        let expected = self.counts.map(Counts::sum);
        self.blocks.retain(|raw| raw.suspicion < Suspicion::Passes);
        if expected == Some(0) && self.summary.is_empty() {
            return;
        }
        let known = self.running.is_some() || !self.root.is_empty();
        let died =
            self.counts.is_none() && self.fatal.as_ref().is_some_and(|fatal| known || is_pytests(fatal));
        let mut reported = self.named(expected, findings);
        if reported == 0 {
            for (id, at) in &self.progress {
                findings.add(Framework::Pytest, from_summary(id, "", None, *at));
                reported += 1;
            }
        }
        if died && let Some(fatal) = &self.fatal {
            findings.add(Framework::Pytest, from_fatal(fatal, self.running.as_deref(), &self.root));
        }
        if let Some(counts) = self.counts {
            let (counted, at) = (counts.sum(), counts.at);
            findings.count(Count { framework: Framework::Pytest, counted, named: reported, at });
        }
    }

    /// Names the tests of the summary, then those of which only headers are left.
    fn named(&mut self, expected: Option<u64>, findings: &mut Findings) -> u64 {
        let mut progress = Progress::new(&self.progress);
        let titles: HashSet<String> = self
            .blocks
            .iter()
            .map(|raw| header_key(&raw.title).to_owned())
            .chain(progress.titles())
            .collect();
        // The real summary stands below everything else.
        let last = self.blocks.iter().map(|raw| raw.at).max().unwrap_or_default();
        self.summary.retain(|(_, _, at)| *at > last);
        let mut headers = Headers::new(std::mem::take(&mut self.blocks));
        let shown = !headers.is_empty();
        let trusted = expected.is_none_or(|expected| expected == self.summary.len() as u64);
        let listed = [false, true].map(|kind| self.summary.iter().any(|(error, ..)| *error == kind));
        let mut reported = 0;
        for (error, rest, at) in std::mem::take(&mut self.summary) {
            let (id, message) = split_summary(&rest, &titles);
            let known = headers.find(id, error);
            let supported =
                known.and_then(|at| headers.raw(at)).is_some_and(|raw| raw.suspicion < Suspicion::Printed);
            if trusted || supported || (!shown && expected.is_none_or(|expected| reported < expected)) {
                let mut found = from_summary(id, message, known.and_then(|at| headers.take(at)), at);
                self.explain_bare(&mut found, message);
                findings.add(Framework::Pytest, found);
                reported += 1;
            }
        }
        let mut left = headers.into_left();
        if expected.is_none() {
            // Without a count, a summary that names some names all of that kind.
            left.retain(|raw| !listed[usize::from(raw.errors)] && raw.suspicion < Suspicion::Printed);
        }
        let room = expected.map_or(usize::MAX, |expected| expected.saturating_sub(reported) as usize);
        for raw in most_credible(left, room) {
            findings.add(Framework::Pytest, from_block(&raw, &mut progress));
            reported += 1;
        }
        reported
    }

    /// `--tb=line` explains each failure by one line.
    fn explain_bare(&self, found: &mut Found, message: &str) {
        let first = message.lines().next().unwrap_or_default();
        if !first.is_empty()
            && found.cause_at == 0
            && let Some((at, line)) = self.bare.iter().find(|(_, line)| line.ends_with(first))
        {
            found.cause_at = *at;
            if let Some((file, number)) = line
                .strip_suffix(first)
                .map(|place| place.trim_end_matches([':', ' ']))
                .and_then(crate::frame::location)
            {
                (found.file, found.line) = (Some(file.to_owned()), Some(number));
            }
        }
    }
}

/// Whether a stack leads through pytest.
fn is_pytests(fatal: &Raw) -> bool {
    fatal.lines.iter().any(|(_, line)| line.contains("/_pytest/") || line.contains("\\_pytest\\"))
}

/// Sections name tests that the summary left out, but a test's output can look like a header: never more
/// than the count says, and those that are doubtful last.
fn most_credible(mut left: Vec<Raw>, room: usize) -> Vec<Raw> {
    if left.len() > room {
        left.sort_by_cached_key(|raw| {
            let doubtful = raw.suspicion.max(Suspicion::Below);
            (doubtful, read(&raw.lines).frames.is_empty(), raw.suspicion)
        });
        left.truncate(room);
        left.sort_by_key(|raw| raw.at);
    }
    left
}

fn from_summary(id: &str, message: &str, raw: Option<Raw>, at: u64) -> Found {
    let block = raw.as_ref().map(|raw| read(&raw.lines)).unwrap_or_default();
    let mut found = described(id, block, raw.as_ref());
    found.at = raw.map_or(at, |raw| raw.at);
    if found.kind.is_empty() {
        found.kind = split_kind(message).0.unwrap_or_default().to_owned();
    }
    if found.message.is_empty() {
        found.message = message.to_owned();
    }
    if found.block.is_empty() {
        found.block = format!("FAILED {id} - {message}\n");
    }
    found
}

/// Without a summary the id is what the verbose progress or, failing that, the header calls the test.
fn from_block(raw: &Raw, progress: &mut Progress<'_>) -> Found {
    let title = header_key(&raw.title);
    let block = read(&raw.lines);
    let (id, named) = if raw.title.starts_with("ERROR collecting ") {
        (bare_title(&raw.title).to_owned(), true)
    } else if let Some(id) = crashed_id(raw) {
        (id.to_owned(), true)
    } else if let Some(id) = progress.take(title) {
        (id, true)
    } else {
        (title.to_owned(), false)
    };
    let function =
        title.split('[').next().unwrap_or_default().rsplit('.').next().unwrap_or_default().to_owned();
    let own = block.frames.iter().find(|frame| frame.function.as_deref() == Some(&function));
    let file =
        own.or_else(|| block.frames.iter().find(|frame| frame.project)).map(|frame| frame.file.clone());
    let mut found = described(&id, block, Some(raw));
    if !named {
        found.suite = file;
    }
    found.at = raw.at;
    found
}

fn described(id: &str, block: Block, raw: Option<&Raw>) -> Found {
    let nearest = block.frames.iter().rev().find(|frame| frame.project);
    let own = id.split("::").next().unwrap_or(id);
    let own = (id.contains("::") || id.ends_with(".py")).then(|| own.to_owned());
    let mut text = String::new();
    for shown in
        raw.iter().flat_map(|raw| std::iter::once(&raw.title).chain(raw.lines.iter().map(|(_, line)| line)))
    {
        push_line(&mut text, shown, 5000);
    }
    Found {
        id: id.to_owned(),
        file: nearest.map(|frame| frame.file.clone()).or(own),
        line: nearest.map(|frame| frame.line),
        kind: block.kind,
        message: block.message,
        frames: block.frames,
        place: block.place,
        cause_at: block.at,
        block: text,
        ..Found::default()
    }
}

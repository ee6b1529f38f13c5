//! pytest.
//!
//! The short summary names the tests exactly; where an option took it away (`-rN`, `-rs`, old versions,
//! a crash) the headers of the `FAILURES` and `ERRORS` sections do, and where even these are missing the
//! verbose progress lines. The final count line is the checksum. What a test printed can look like any
//! of these: rules and headers must have the width that pytest gave the first one, and once captured
//! output held something like a section, a count line that does not fit is not believed.

use regreen_case::Framework;

use super::pytest_block::{Block, opens_captured, read, split_kind};
use super::pytest_fatal::from_fatal;
use super::pytest_lines::{
    Counts, bare_title, failed_progress, header_title, is_worker, rule_title, split_summary, title_of,
};
use crate::findings::Count;

use super::{Entry, Findings, Found, Line, MAX_BLOCK_LINES, MAX_TESTS, Parser};
use crate::frame::is_project;
use crate::text::push_line;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Pytest,
    name: "pytest",
    doc: "short summary, section headers, progress lines, collection errors, xdist, fatal errors",
    triggers: &["test session starts", "FAILURES =", "ERRORS =", "test summary info"],
    parser: || Box::<Pytest>::default(),
};

#[derive(Default, PartialEq, Eq, Clone, Copy)]
enum Section {
    #[default]
    Progress,
    Failures,
    Errors,
    Summary,
    Other,
}

/// A block under a header, still raw.
struct Raw {
    title: String,
    errors: bool,
    at: u64,
    lines: Vec<String>,
}

#[derive(Default)]
struct Pytest {
    active: bool,
    section: Section,
    /// Width of pytest's rules in characters.
    width: usize,
    captured: bool,
    /// Captured output held something like a section: it may have been the real one, or printed.
    doubt: bool,
    /// A count line that did not fit what was named so far.
    tentative: Option<Counts>,
    blocks: Vec<Raw>,
    /// `FAILED`/`ERROR` lines of the short summary: whether an error, rest of the line, where.
    summary: Vec<(bool, String, u64)>,
    /// Node ids that the verbose progress calls failed.
    progress: Vec<(String, u64)>,
    /// Last verbose line without a result: the test that was running.
    running: Option<String>,
    /// `Fatal Python error` with its stack.
    fatal: Option<Raw>,
}

impl Parser for Pytest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if text.starts_with('=') && self.rule(line, findings) {
            return;
        }
        if !self.active {
            return;
        }
        if !self.captured
            && self.section != Section::Progress
            && let Some(counts) = Counts::read(text)
        {
            self.counted(counts, findings);
            return;
        }
        match self.section {
            Section::Failures | Section::Errors => self.block_line(line),
            Section::Summary => self.summary_line(line),
            Section::Progress => self.progress_line(line, findings),
            Section::Other => {}
        }
    }

    fn is_awake(&self) -> bool {
        self.active
    }

    fn end(&mut self, findings: &mut Findings) {
        if self.active {
            let counts = self.tentative;
            self.close(counts, findings);
        }
    }
}

impl Pytest {
    /// A line of `=`: a section, the start or the end of a session. `false` when it is just text.
    fn rule(&mut self, line: Line<'_>, findings: &mut Findings) -> bool {
        let Some(title) = rule_title(line.text) else { return false };
        let width = line.text.chars().count();
        if title == "test session starts" {
            if self.captured && self.tentative.is_none() {
                self.doubt = true;
                return true;
            }
            self.end(findings);
            self.active = true;
            self.width = width;
            return true;
        }
        if let Some(counts) = Counts::read(line.text) {
            if !self.active || (self.captured && width != self.width) {
                return false;
            }
            self.counted(counts, findings);
            return true;
        }
        let section = match title {
            "FAILURES" => Section::Failures,
            "ERRORS" => Section::Errors,
            "short test summary info" => Section::Summary,
            _ => Section::Other,
        };
        if section == Section::Other && !self.active {
            return false;
        }
        if self.width != 0 && width != self.width && (self.captured || section != Section::Other) {
            return false;
        }
        self.enter(section, width);
        true
    }

    fn enter(&mut self, section: Section, width: usize) {
        // The real summary comes last: what looked like one before was printed by a test.
        if section == Section::Summary {
            self.summary.clear();
        }
        if self.width == 0 {
            self.width = width;
        }
        self.doubt |= self.captured;
        self.active = true;
        self.captured = false;
        self.section = section;
    }

    /// A count line: the end of the session, unless it may have been printed and does not fit.
    fn counted(&mut self, counts: Counts, findings: &mut Findings) {
        let sum = counts.failed + counts.errors;
        let fits =
            self.blocks.len() as u64 == sum && (self.summary.is_empty() || self.summary.len() as u64 == sum);
        let empty = sum > 0 && self.blocks.is_empty() && self.summary.is_empty();
        if (self.doubt && !fits) || (empty && self.section == Section::Progress && self.progress.is_empty()) {
            self.tentative = Some(counts);
            self.captured = !empty;
            if !empty {
                self.section = Section::Failures;
            }
        } else {
            self.close(Some(counts), findings);
        }
    }

    fn block_line(&mut self, line: Line<'_>) {
        if line.text.starts_with('_')
            && let Some(title) = header_title(line.text, self.width)
        {
            self.captured = false;
            if self.blocks.len() < MAX_TESTS {
                self.blocks.push(Raw {
                    title: title.to_owned(),
                    errors: self.section == Section::Errors,
                    at: line.number,
                    lines: Vec::new(),
                });
            }
            return;
        }
        self.captured |= opens_captured(line.text);
        // Only the beginning of the captured output is worth keeping.
        let limit = if self.captured { 400 } else { MAX_BLOCK_LINES };
        if let Some(block) = self.blocks.last_mut()
            && block.lines.len() < limit
            && !is_worker(line.text)
        {
            block.lines.push(crate::text::clip(line.text, 2000));
        }
    }

    fn summary_line(&mut self, line: Line<'_>) {
        let (error, rest) = if let Some(rest) = line.text.strip_prefix("FAILED ") {
            (false, rest)
        } else if let Some(rest) = line.text.strip_prefix("ERROR ") {
            (true, rest)
        } else if let Some(rest) = line.text.strip_prefix("SUBFAILED") {
            (
                false,
                rest.split_once(") ").or_else(|| rest.split_once("] ")).map_or("", |(_, rest)| rest).trim(),
            )
        } else {
            // The message of the line above may go on.
            return;
        };
        if !rest.is_empty() && self.summary.len() < MAX_TESTS {
            self.summary.push((error, crate::text::clip(rest, 8192), line.number));
        }
    }

    fn progress_line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(fatal) = &mut self.fatal {
            if fatal.lines.len() < 200 {
                fatal.lines.push(crate::text::clip(text, 500));
            }
            return;
        }
        if let Some(at) = text.find("Fatal Python error: ") {
            if at > 0 {
                self.running = Some(text[..at].trim().to_owned());
            }
            let title = text[at + "Fatal Python error: ".len()..].trim().to_owned();
            self.fatal = Some(Raw { title, errors: false, at: line.number, lines: Vec::new() });
            return;
        }
        if let Some(rest) = text.strip_prefix("platform ") {
            for part in rest.split(" -- ").flat_map(|part| part.split(", ")) {
                if let Some(version) = part.strip_prefix("Python ") {
                    findings.tool("python", version);
                } else if let Some(version) = part.strip_prefix("pytest-") {
                    findings.tool("pytest", version);
                }
            }
        }
        if !text.contains("::") {
            return;
        }
        if let Some(id) = failed_progress(text) {
            if self.progress.len() < MAX_TESTS {
                self.progress.push((id.to_owned(), line.number));
            }
        } else if text.ends_with(' ') && !text.starts_with(' ') {
            self.running = Some(text.trim().to_owned());
        }
    }

    /// The session is over: bring together what the sections said.
    fn close(&mut self, counts: Option<Counts>, findings: &mut Findings) {
        let session = std::mem::take(self);
        let expected = counts.map(|counts| counts.failed + counts.errors);
        if expected == Some(0) && session.summary.is_empty() {
            return;
        }
        let mut reported = 0_u64;
        let mut blocks: Vec<Option<Raw>> = session.blocks.into_iter().map(Some).collect();
        let titles: Vec<String> =
            blocks.iter().flatten().map(|raw| bare_title(&raw.title).to_owned()).collect();
        for (error, rest, at) in session.summary {
            let (id, message) = split_summary(&rest, &titles);
            let raw = take_block(&mut blocks, id, error);
            findings.add(Framework::Pytest, from_summary(id, message, raw, at));
            reported += 1;
        }
        // Sections name tests that the summary left out, but a test's output can look like a header: never
        // more than the count says, and those without a stack last.
        let (placed, others): (Vec<Raw>, Vec<Raw>) =
            blocks.into_iter().flatten().partition(|raw| !read(&raw.lines).frames.is_empty());
        let room = expected.map_or(usize::MAX, |expected| expected.saturating_sub(reported) as usize);
        for raw in placed.into_iter().chain(others).take(room) {
            findings.add(Framework::Pytest, from_block(&raw, &session.progress));
            reported += 1;
        }
        if reported == 0 {
            for (id, at) in session.progress {
                findings.add(Framework::Pytest, from_summary(&id, "", None, at));
                reported += 1;
            }
        }
        if let Some(fatal) = &session.fatal {
            let found = from_fatal(&fatal.title, fatal.at, &fatal.lines, session.running.as_deref());
            findings.add(Framework::Pytest, found);
        }
        if let Some(expected) = expected {
            findings.count(Count { framework: Framework::Pytest, counted: expected, named: reported, at: 0 });
        }
    }
}

/// The block of a test: same name, then same kind of section.
fn take_block(blocks: &mut [Option<Raw>], id: &str, error: bool) -> Option<Raw> {
    let title = title_of(id);
    let fits = |raw: &Option<Raw>| raw.as_ref().is_some_and(|raw| bare_title(&raw.title) == title);
    let file = id.split("::").next().unwrap_or(id);
    let from_file = |raw: &Option<Raw>| {
        raw.as_ref()
            .is_some_and(|raw| raw.errors == error && read(&raw.lines).frames.iter().any(|f| f.file == file))
    };
    let at = blocks
        .iter()
        .position(|raw| fits(raw) && from_file(raw))
        .or_else(|| {
            blocks.iter().position(|raw| fits(raw) && raw.as_ref().is_some_and(|raw| raw.errors == error))
        })
        .or_else(|| blocks.iter().position(fits))?;
    blocks[at].take()
}

fn from_summary(id: &str, message: &str, raw: Option<Raw>, at: u64) -> Found {
    let block = raw.as_ref().map(|raw| read(&raw.lines)).unwrap_or_default();
    let (kind, rest) = split_kind(message);
    let mut found = described(id, block, raw.as_ref());
    found.at = raw.map_or(at, |raw| raw.at);
    if found.kind.is_empty() {
        found.kind = kind.unwrap_or_default().to_owned();
    }
    if found.message.is_empty() {
        found.message = if rest.is_empty() { found.kind.clone() } else { rest.to_owned() };
    }
    if found.block.is_empty() {
        found.block = format!("FAILED {id} - {message}\n");
    }
    found
}

/// Without a summary the id is put together: the file of the frame that shows the test's own function.
fn from_block(raw: &Raw, progress: &[(String, u64)]) -> Found {
    let title = bare_title(&raw.title);
    let block = read(&raw.lines);
    let id = if raw.title.starts_with("ERROR collecting ") {
        title.to_owned()
    } else if let Some((id, _)) = progress.iter().find(|(id, _)| title_of(id) == title) {
        id.clone()
    } else {
        let end = title.find('[').unwrap_or(title.len());
        let (name, parameters) = title.split_at(end);
        let function = name.rsplit('.').next().unwrap_or(name);
        let own =
            block.frames.iter().find(|f| f.function.as_deref() == Some(function) && is_project(&f.file));
        own.map_or_else(
            || title.to_owned(),
            |frame| format!("{}::{}{parameters}", frame.file, name.replace('.', "::")),
        )
    };
    let mut found = described(&id, block, Some(raw));
    found.at = raw.at;
    found
}

fn described(id: &str, block: Block, raw: Option<&Raw>) -> Found {
    let own = id.split("::").next().unwrap_or(id);
    let test_frame = block.frames.iter().rev().find(|frame| frame.file == own);
    let nearest = test_frame.or_else(|| block.frames.iter().rev().find(|frame| frame.project));
    let file = if id.contains("::") || id.ends_with(".py") { Some(own.to_owned()) } else { None };
    let line = match (&file, nearest) {
        (Some(file), Some(frame)) if frame.file == *file => Some(frame.line),
        (None, Some(frame)) => Some(frame.line),
        _ => None,
    };
    let mut text = String::new();
    for shown in raw.iter().flat_map(|raw| std::iter::once(&raw.title).chain(&raw.lines)) {
        push_line(&mut text, shown, 5000);
    }
    Found {
        id: id.to_owned(),
        file: file.or_else(|| nearest.map(|frame| frame.file.clone())),
        line,
        kind: block.kind,
        message: block.message,
        frames: block.frames,
        place: block.place,
        block: text,
        ..Found::default()
    }
}

#[cfg(test)]
#[path = "pytest_tests.rs"]
mod tests;

//! pytest.
//!
//! A test can print whatever pytest prints. So rules and headers must have the width that pytest gave
//! the first one, what follows captured output is held in doubt, the real summary and the real count
//! come last, and a new session must go on like one. What a session said is put together in
//! [`super::pytest_report`].

use regreen_case::Framework;

use super::pytest_block::opens_captured;
use super::pytest_lines::{
    Counts, failed_progress, goes_on_after_start, header_title, is_node, is_stack, is_worker, rule_title,
    summary_entry,
};
use super::pytest_report::{Raw, Report, Suspicion};
use super::{Entry, Findings, Line, MAX_BLOCK_LINES, MAX_TESTS, Parser};
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Pytest,
    name: "pytest",
    doc: "short summary, section headers, progress lines, collection errors, xdist, fatal errors",
    triggers: &[
        "test session starts",
        "FAILURES =",
        "ERRORS =",
        "test summary info",
        "Test session starts",
        "Fatal Python error: ",
        "+++ Timeout +++",
    ],
    parser: || Box::<Pytest>::default(),
};

/// What stands where the interpreter dies.
const DEATHS: [&str; 4] =
    ["Fatal Python error: ", "+++ Timeout +++", "Segmentation fault", "Aborted (core dumped)"];

#[derive(Default, PartialEq, Eq, Clone, Copy)]
enum Section {
    #[default]
    Progress,
    Failures,
    Errors,
    Passes,
    Summary,
    Other,
}

#[derive(Default)]
struct Pytest {
    active: bool,
    /// The line that opens a session was seen: a quiet run has none.
    started: bool,
    section: Section,
    /// Width of pytest's rules in characters.
    width: usize,
    captured: bool,
    /// Captured output held something like a section: it may have been the real one, or printed.
    doubt: bool,
    /// The section in hand was opened amid captured output.
    below: bool,
    /// `PASSES` were shown: whatever looks like a failure from there on was printed.
    passes: bool,
    /// The progress shows percentages: output is captured, so that sections cannot be printed before.
    certain: bool,
    /// A count line that may be the end, and whether it fits what was named before it.
    tentative: Option<(Counts, bool)>,
    /// Something like the start of a session, in doubt: the next line tells.
    starting: bool,
    report: Report,
    /// A report that ended amid output that is not captured: the real one may still come.
    held: Option<Report>,
}

impl Parser for Pytest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if std::mem::take(&mut self.starting) && goes_on_after_start(text) {
            self.begin(self.width, findings);
        }
        if text.starts_with('=') && self.rule(line, findings) {
            return;
        }
        if !self.active {
            if text.starts_with("Test session starts (platform") {
                self.begin(0, findings);
            } else if let Some(at) = DEATHS[..2].iter().find_map(|mark| text.find(mark)) {
                // A quiet run prints nothing before it dies.
                self.active = true;
                self.died(line, at);
            }
            return;
        }
        // Without a session's first line there are no rules around the count either.
        if !self.started
            && !self.captured
            && self.section != Section::Progress
            && let Some(counts) = Counts::read(text, line.number)
        {
            self.counted(counts, findings);
            return;
        }
        match self.section {
            Section::Failures | Section::Errors => self.block_line(line),
            Section::Summary => self.summary_line(line),
            Section::Progress => self.progress_line(line, findings),
            Section::Passes | Section::Other => {}
        }
    }

    fn is_awake(&self) -> bool {
        self.active
    }

    fn end(&mut self, findings: &mut Findings) {
        if self.active {
            self.close(findings);
        }
    }
}

impl Pytest {
    /// A line of `=`: a section, the start or the end of a session. `false` when it is just text.
    fn rule(&mut self, line: Line<'_>, findings: &mut Findings) -> bool {
        let Some(title) = rule_title(line.text) else { return false };
        let width = line.text.trim_end().chars().count();
        if title == "test session starts" {
            if self.active {
                self.starting = true;
            } else {
                self.begin(width, findings);
            }
            return true;
        }
        if let Some(counts) = Counts::read(line.text, line.number) {
            if !self.active || !self.is_own(line.text, width) {
                return false;
            }
            self.counted(counts, findings);
            return true;
        }
        let section = match title {
            "FAILURES" => Section::Failures,
            "ERRORS" => Section::Errors,
            "PASSES" | "XPASSES" => Section::Passes,
            "short test summary info" => Section::Summary,
            _ => Section::Other,
        };
        if section == Section::Other && !self.active {
            return false;
        }
        if self.width != 0 && width != self.width && (self.captured || section != Section::Other) {
            return false;
        }
        if section == Section::Other && (self.captured || self.section == Section::Passes) {
            self.doubt = true;
            return false;
        }
        self.enter(section, width, findings);
        true
    }

    /// Whether a rule is as wide as pytest's; a long title makes it wider.
    fn is_own(&self, text: &str, width: usize) -> bool {
        self.width == 0
            || width == self.width
            || (width > self.width && text.starts_with("= ") && text.trim_end().ends_with(" ="))
    }

    fn begin(&mut self, width: usize, findings: &mut Findings) {
        self.end(findings);
        *self = Pytest { active: true, started: true, width, ..Pytest::default() };
    }

    fn enter(&mut self, section: Section, width: usize, findings: &mut Findings) {
        let quiet_one_over = self.tentative.is_some_and(|(_, fits)| fits)
            && matches!(section, Section::Failures | Section::Errors);
        if quiet_one_over && !self.doubt && !self.captured {
            self.close(findings);
        }
        self.resume();
        if section != Section::Other {
            self.held = None;
        }
        // The real summary comes last: what looked like one before was printed by a test.
        if section == Section::Summary {
            self.report.summary.clear();
        }
        if self.width == 0 {
            self.width = width;
        }
        self.doubt |= self.captured || self.section == Section::Passes;
        self.passes |= section == Section::Passes;
        self.active = true;
        self.below = self.captured;
        self.captured = false;
        self.section = section;
    }

    /// The session goes on: a count line before was printed, and so were the headers right above it.
    fn resume(&mut self) {
        if self.tentative.take().is_some() {
            for raw in self.report.blocks.iter_mut().rev() {
                let opened = raw.suspicion != Suspicion::None;
                raw.suspicion = raw.suspicion.max(if opened { Suspicion::Printed } else { raw.suspicion });
                if opened {
                    break;
                }
            }
        }
    }

    /// A count line: the end of the session, unless it may have been printed.
    fn counted(&mut self, counts: Counts, findings: &mut Findings) {
        let fits = self.report.fits(counts);
        let empty = self.report.blocks.is_empty() && self.report.summary.is_empty();
        if counts.sum() == 0 && empty && !self.captured {
            self.held = None;
            self.tentative = Some((counts, true));
            self.close(findings);
        } else if self.captured || !fits && (self.doubt || empty) {
            self.tentative = Some((counts, fits));
            if self.section != Section::Progress {
                self.captured = true;
                self.section = Section::Failures;
            }
        } else if self.certain || !self.started {
            self.tentative = Some((counts, fits));
            self.close(findings);
        } else {
            let mut report = Report::default();
            std::mem::swap(&mut report.blocks, &mut self.report.blocks);
            std::mem::swap(&mut report.summary, &mut self.report.summary);
            report.counts = Some(counts);
            self.held = Some(report);
            self.section = Section::Progress;
            self.captured = false;
            self.doubt = false;
            self.passes = false;
            self.tentative = None;
        }
    }

    fn block_line(&mut self, line: Line<'_>) {
        if line.text.starts_with('_')
            && let Some(title) = header_title(line.text, self.width)
        {
            self.resume();
            let suspicion = match (self.passes, self.captured) {
                (true, _) => Suspicion::Passes,
                (_, true) => Suspicion::Below,
                _ if std::mem::take(&mut self.below) => Suspicion::Below,
                _ => Suspicion::None,
            };
            self.captured = false;
            if self.report.blocks.len() < MAX_TESTS {
                self.report.blocks.push(Raw {
                    title: title.to_owned(),
                    errors: self.section == Section::Errors,
                    at: line.number,
                    lines: Vec::new(),
                    suspicion,
                });
            }
            return;
        }
        self.captured |= opens_captured(line.text);
        // Only the beginning of the captured output is worth keeping.
        let limit = if self.captured { 400 } else { MAX_BLOCK_LINES };
        if let Some(block) = self.report.blocks.last_mut() {
            if block.lines.len() < limit && !is_worker(line.text) {
                block.lines.push((line.number, clip(line.text, 2000)));
            }
        } else if self.report.bare.len() < MAX_TESTS && !line.text.is_empty() {
            // `--tb=line`: a line for each failure, and no headers.
            self.report.bare.push((line.number, clip(line.text, 2000)));
        }
    }

    fn summary_line(&mut self, line: Line<'_>) {
        // Other lines may be the rest of the message above.
        if let Some((error, rest)) = summary_entry(line.text)
            && self.report.summary.len() < MAX_TESTS
        {
            self.report.summary.push((error, clip(rest, 8192), line.number));
        }
    }

    fn progress_line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(fatal) = &mut self.report.fatal
            && is_stack(text)
        {
            if fatal.lines.len() < 300 {
                fatal.lines.push((line.number, clip(text, 500)));
            }
            return;
        }
        let marks =
            ["Fatal Python error: ", "+++ Timeout +++", "Segmentation fault", "Aborted (core dumped)"];
        if let Some(at) = marks.iter().find_map(|mark| text.find(mark)) {
            self.died(line, at);
            return;
        }
        self.versions(text, findings);
        self.certain |= text.ends_with("%]");
        if !text.contains("::") {
            return;
        }
        if let Some(id) = failed_progress(text) {
            if self.report.progress.len() < MAX_TESTS {
                self.report.progress.push((id.to_owned(), line.number));
            }
        } else if text.ends_with(' ') && is_node(text) {
            self.report.running = Some(text.trim().to_owned());
        }
    }

    /// The interpreter dies. What stands before, on the same line, is the test that ran.
    fn died(&mut self, line: Line<'_>, at: usize) {
        let text = line.text;
        let before = text[..at].trim_end_matches(['+', ' ']);
        if is_node(before) {
            self.report.running = Some(before.trim().to_owned());
        }
        if self.report.fatal.is_none() {
            self.report.fatal = Some(Raw {
                title: text[before.len()..].trim().to_owned(),
                errors: false,
                at: line.number,
                lines: Vec::new(),
                suspicion: Suspicion::None,
            });
        }
    }

    fn versions(&mut self, text: &str, findings: &mut Findings) {
        if let Some(rest) = text.strip_prefix("platform ") {
            for part in rest.split(" -- ").flat_map(|part| part.split(", ")) {
                if let Some(version) = part.strip_prefix("Python ") {
                    findings.tool("python", version);
                } else if let Some(version) = part.strip_prefix("pytest-") {
                    findings.tool("pytest", version);
                }
            }
        } else if let Some(rest) = text.strip_prefix("rootdir: ") {
            self.report.root = rest.split(", ").next().unwrap_or(rest).trim().to_owned();
        }
    }

    /// The session is over.
    fn close(&mut self, findings: &mut Findings) {
        let session = std::mem::take(self);
        let mut report = session.report;
        if let Some(held) = session.held {
            report.blocks = held.blocks;
            report.summary = held.summary;
            report.counts = held.counts;
        } else {
            report.counts = session.tentative.map(|(counts, _)| counts);
        }
        report.give(findings);
    }
}

#[cfg(test)]
#[path = "pytest_tests.rs"]
mod tests;

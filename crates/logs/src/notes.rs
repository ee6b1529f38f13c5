//! The complaints of compilers, linters and packagers in one part of the log, for the document.

use regreen_case::{Diagnostic, LogPosition};

use crate::diagnostics::{Complaint, Fit, Level, place_in, read};
use crate::frame::is_project;

/// Most complaints kept.
const MAX_NOTES: usize = 200;
/// How far below a complaint its place may stand.
const PLACE_WITHIN: u64 = 3;

#[derive(Debug, Clone)]
struct Note {
    at: u64,
    level: Level,
    complaint: Complaint,
}

/// Collects complaints.
#[derive(Debug, Default, Clone)]
pub(crate) struct Notes {
    notes: Vec<Note>,
    warnings: usize,
    /// A complaint without a place, which may follow.
    waiting: Option<usize>,
}

/// The name of a lint of clippy that a note below its complaint holds.
fn clippy_lint(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("clippy::")?;
    let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || "_-".contains(*c)).collect();
    (!name.is_empty()).then(|| format!("clippy::{}", name.replace('-', "_")))
}

impl Notes {
    /// Takes a line with what it fits.
    pub(crate) fn take(&mut self, fit: Fit, text: &str, at: u64) {
        let level = fit.rule().level;
        if !matches!(level, Level::Diagnostic | Level::Error | Level::Warning)
            || fit.rule().tool == "exception"
        {
            return;
        }
        self.waiting = None;
        if self.notes.len() >= MAX_NOTES && (level == Level::Warning || !self.drop_warning()) {
            return;
        }
        if self.notes.iter().rev().take(40).any(|note| note.at == at) {
            return;
        }
        let complaint = read(fit, text);
        let open = complaint.line.is_none();
        // One that is printed again says nothing new.
        if !open && self.notes.iter().any(|note| note.complaint == complaint) {
            return;
        }
        self.warnings += usize::from(level == Level::Warning);
        self.notes.push(Note { at, level, complaint });
        self.waiting = open.then_some(self.notes.len() - 1);
    }

    fn drop_warning(&mut self) -> bool {
        let Some(at) = (self.warnings > 0)
            .then(|| self.notes.iter().rposition(|note| note.level == Level::Warning))
            .flatten()
        else {
            return false;
        };
        self.notes.remove(at);
        self.warnings -= 1;
        true
    }

    /// Takes a line below a complaint, where its place may stand.
    pub(crate) fn follow(&mut self, text: &str, at: u64) {
        if let Some(note) =
            self.notes.last_mut().filter(|note| note.complaint.tool == "rustc" && note.at + 16 > at)
            && let Some(lint) = clippy_lint(text)
        {
            note.complaint.tool = "clippy";
            note.complaint.code.get_or_insert(lint);
        }
        let Some(note) = self.waiting.and_then(|waiting| self.notes.get_mut(waiting)) else { return };
        if at > note.at + PLACE_WITHIN {
            self.waiting = None;
            return;
        }
        if let Some(place) = place_in(text).filter(|place| place.alone && is_project(&place.file)) {
            let complaint = &mut note.complaint;
            if complaint.tool.is_empty() && place.file.ends_with(".rs") {
                complaint.tool = "rustc";
            }
            complaint.file = Some(place.file);
            complaint.line = Some(place.line);
            complaint.column = complaint.column.or(place.column);
            self.waiting = None;
        }
    }

    /// Gives the complaint at line `at` a file, when it has none.
    pub(crate) fn set_file(&mut self, at: u64, file: &str) {
        if let Some(note) = self.notes.iter_mut().rev().take(8).find(|note| note.at == at) {
            note.complaint.file.get_or_insert_with(|| file.to_owned());
        }
    }

    /// The place of the complaint at line `at`, or of the one right above it.
    pub(crate) fn place_at(&self, at: u64) -> Option<(String, Option<u32>)> {
        let near = |note: &&Note| note.complaint.file.is_some() && (note.at == at || note.at + 1 == at);
        let note = self.notes.iter().rev().find(near)?;
        Some((note.complaint.file.clone()?, note.complaint.line))
    }

    /// The source line of the complaint at line `at` when it names no file.
    pub(crate) fn line_without_file(&self, at: u64) -> Option<u32> {
        let note = self.notes.iter().rev().take(8).find(|note| note.at == at)?;
        note.complaint.line.filter(|_| note.complaint.file.is_none())
    }

    /// The document's form: errors before warnings, each in the order of the log. What has neither a tool
    /// nor a place is no diagnostic.
    pub(crate) fn diagnostics(&self, case_path: &str) -> Vec<Diagnostic> {
        let mut notes: Vec<&Note> = self
            .notes
            .iter()
            .filter(|note| !note.complaint.tool.is_empty() || note.complaint.file.is_some())
            .collect();
        notes.sort_by_key(|note| (note.level == Level::Warning, note.at));
        notes
            .into_iter()
            .map(|Note { at, complaint, .. }| Diagnostic {
                tool: complaint.tool.to_owned(),
                file: complaint.file.clone(),
                line: complaint.line,
                column: complaint.column,
                code: complaint.code.clone(),
                message: complaint.message.clone(),
                log: Some(LogPosition { path: case_path.to_owned(), line: *at }),
            })
            .collect()
    }
}

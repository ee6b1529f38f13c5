//! A part of the log that ends with a failure: one failed step, or the whole of a log without steps.
//!
//! Keeps what is needed to explain it, in constant memory, and passes the infrastructure verdict. Lines
//! that hold nothing the scanner looks for are never seen while the log is read; the last ones of a part
//! are looked at again when it ends, so that what needs no tell-tale word is found as well.

use std::borrow::Cow;
use std::collections::VecDeque;

use regreen_case::{CiCommand, Diagnostic, InfrastructureKind};

use crate::candidate::Candidate;
use crate::cause::{Causes, Hints};
use crate::commands::Commands;
use crate::diagnostics::{Fit, Level, Place};
use crate::infrastructure::{is_the_runners_word, kind_of, of_exit_code};
use crate::line::Above;
use crate::notes::Notes;
use crate::tail::{self, Tail};
use crate::text::clip;

/// Last lines kept for the excerpt.
const TAIL: usize = 60;
/// Infrastructure lines kept.
const MAX_EVIDENCE: usize = 40;
/// How near the cause another line must stand to explain it.
const NEAR: u64 = 40;
/// Complaints whose heading is looked for above.
const MAX_HEADINGS: usize = 200;

/// A line that speaks of the infrastructure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// What broke.
    pub(crate) kind: InfrastructureKind,
    /// Its number.
    pub(crate) at: u64,
    /// The line.
    pub(crate) text: String,
}

/// A part of the log.
#[derive(Debug, Default, Clone)]
pub(crate) struct Region {
    /// First line.
    pub(crate) start: u64,
    /// Last line.
    pub(crate) end: u64,
    /// Whether it ended with a failure.
    pub(crate) failed: bool,
    /// Exit code.
    pub(crate) exit_code: Option<i32>,
    /// What ran.
    pub(crate) command: Option<CiCommand>,
    causes: Causes,
    notes: Notes,
    commands: Commands,
    evidence: VecDeque<Evidence>,
    /// Number of the last annotation.
    annotated: Option<u64>,
    /// Steps that do real work, this one included, that began since the failure before this one.
    pub(crate) works: u32,
    headings: usize,
    tail: Vec<String>,
    shown: u64,
}

impl Region {
    /// A part that begins with line `start`.
    pub(crate) fn new(start: u64) -> Self {
        Region { start, end: start, ..Region::default() }
    }

    /// Takes a line of output. `hit` tells that it may matter by itself.
    pub(crate) fn line(&mut self, text: &str, at: u64, hit: bool, above: Above<'_>) {
        self.notes.follow(text, at);
        self.commands.line(text);
        if let Some(fit) = self.causes.line(text, at, hit) {
            self.notes.take(fit, text, at);
            self.look_above(at, fit, || above.lines());
        }
        if hit {
            self.evidence(text, at);
        }
    }

    /// Looks for the place of a complaint above it, where some tools print it.
    fn look_above<'a, I>(&mut self, at: u64, fit: Fit, above: impl Fn() -> I)
    where
        I: Iterator<Item = Cow<'a, str>>,
    {
        if self.headings >= MAX_HEADINGS {
            return;
        }
        if let Some(line) = self.notes.line_without_file(at) {
            self.headings += 1;
            if let Some(file) = tail::heading(above()) {
                self.notes.set_file(at, &file);
                self.causes.set_heading(at, &file, Some(line));
            }
        } else if matches!(fit.rule().tool, "exception" | "node" | "babel" | "shellcheck") {
            self.headings += 1;
            if let Some((file, line)) = tail::place_above(above()) {
                self.causes.set_heading(at, &file, Some(line));
            }
        }
    }

    /// Whether the lines that follow belong to something that was found.
    pub(crate) fn wants_all(&self) -> bool {
        self.causes.is_open()
    }

    /// The part ended with line `end`, and `above` holds its last lines.
    pub(crate) fn close(&mut self, end: u64, above: Above<'_>) {
        self.end = end.max(self.start);
        self.shown = (end + 1).saturating_sub(self.start);
        let tail = Tail::new(above.at_any_cost(), self.start, end);
        self.causes.settle();
        for (fit, text, at) in tail.fits() {
            self.causes.again(fit, text, at);
            self.notes.follow(text, at);
            if let Some(fit) = fit {
                self.notes.take(fit, text, at);
                self.look_above(at, fit, || tail.above(at));
            }
        }
        tail.output().for_each(|text| self.commands.line(text));
        let lines: Vec<&str> = tail.output().collect();
        self.tail = lines.iter().skip(lines.len().saturating_sub(TAIL)).map(|line| clip(line, 400)).collect();
        self.shown = self.shown.max(self.tail.len() as u64);
    }

    /// Takes an annotation.
    pub(crate) fn annotation(&mut self, text: &str, at: u64) {
        self.annotated = Some(at);
        self.evidence(text, at);
        self.causes.annotation(text, at);
    }

    /// Whether the runner's last word before line `end` was an error: an action fails so.
    pub(crate) fn ends_with_annotation(&self, end: u64) -> bool {
        self.annotated.is_some_and(|at| at + 3 > end)
    }

    fn evidence(&mut self, text: &str, at: u64) {
        if let Some(kind) = kind_of(text) {
            // The runner's word is kept, whatever follows.
            if self.evidence.len() == MAX_EVIDENCE {
                let gone = self.evidence.iter().position(|old| !is_the_runners_word(old.kind)).unwrap_or(0);
                self.evidence.remove(gone);
            }
            self.evidence.push_back(Evidence { kind, at, text: clip(text, 500) });
        }
    }

    /// The line that explains the failure.
    pub(crate) fn cause(&self) -> Option<&Candidate> {
        let script = self.command.as_ref().map_or("", |command| command.script.as_str());
        self.causes.best(Hints { end: self.end, script, exit_code: self.exit_code })
    }

    /// Where the code is that the cause speaks of.
    pub(crate) fn place(&self) -> (Option<String>, Option<u32>) {
        let (file, line) = self.any_place();
        // What an interpreter calls its own insides is no file.
        match file {
            Some(file) if file.starts_with('<') || file.starts_with("node:") => (None, None),
            file => (file, line),
        }
    }

    fn any_place(&self) -> (Option<String>, Option<u32>) {
        let Some(cause) = self.cause() else { return (None, None) };
        let noted =
            || self.notes.place_at(cause.at).filter(|(file, line)| line.is_some() || !file.is_empty());
        if let Some((file, line)) =
            cause.heading.clone().or_else(|| noted().filter(|(_, line)| line.is_some()))
        {
            return (Some(file), line);
        }
        let place = |place: Place| (place.file, (place.line > 0).then_some(place.line));
        let found = cause
            .place()
            .map(place)
            .or_else(noted)
            .or_else(|| tail::bare_file(&cause.block).map(|file| (file, None)))
            .or_else(|| self.causes.place_below(cause).map(place));
        found.map_or((None, None), |(file, line)| (Some(file), line))
    }

    /// What compilers, linters and packagers complained about.
    pub(crate) fn diagnostics(&self, case_path: &str) -> Vec<Diagnostic> {
        self.notes.diagnostics(case_path)
    }

    /// The innermost command that failed, where the log prints it.
    pub(crate) fn inner_command(&self) -> Option<&str> {
        self.commands.innermost(self.command.as_ref().map_or("", |command| command.script.trim()))
    }

    /// Whether a cause stands out, so that what other steps say does not matter.
    pub(crate) fn is_explained(&self) -> bool {
        self.cause().is_some_and(|cause| cause.level >= Level::Weak)
    }

    /// Whether the runner itself said that it gave up.
    pub(crate) fn has_runners_word(&self) -> bool {
        self.evidence.iter().any(|evidence| is_the_runners_word(evidence.kind))
    }

    /// Last lines, and how many stand before them.
    pub(crate) fn tail(&self) -> (u64, impl Iterator<Item = &str>) {
        (self.shown.saturating_sub(self.tail.len() as u64), self.tail.iter().map(String::as_str))
    }

    /// The last line that says anything.
    pub(crate) fn last_words(&self) -> Option<&str> {
        self.tail.iter().rev().map(|line| line.trim()).find(|line| line.contains(char::is_alphanumeric))
    }

    /// Whether the infrastructure failed, given that no test is named.
    pub(crate) fn infrastructure(&self) -> Option<Evidence> {
        if let Some(word) = self.evidence.iter().rev().find(|evidence| is_the_runners_word(evidence.kind)) {
            return Some(word.clone());
        }
        let cause = self.cause();
        if let Some(cause) = cause
            && let Some(kind) = kind_of(&cause.text)
        {
            return Some(Evidence { kind, at: cause.at, text: clip(&cause.text, 500) });
        }
        if let Some(kind) = self.exit_code.and_then(of_exit_code) {
            let said = self.evidence.iter().rev().find(|evidence| evidence.kind == kind);
            let code = self.exit_code.unwrap_or_default();
            let text = || format!("exit code {code}: {}", self.last_words().unwrap_or_default());
            return Some(said.cloned().unwrap_or_else(|| Evidence { kind, at: self.end, text: text() }));
        }
        // A diagnostic of a compiler or an exception of a program is the code's, whatever stands near.
        let anchor = match cause {
            Some(cause) if cause.level == Level::Diagnostic && !fetches(cause.tool) => return None,
            Some(cause) => cause.at,
            None => self.end,
        };
        self.evidence.iter().rev().find(|evidence| evidence.at.abs_diff(anchor) <= NEAR).cloned()
    }
}

/// Tools that fail when what they fetch cannot be had.
fn fetches(tool: &str) -> bool {
    const FETCHERS: &[&str] = &[
        "pip", "uv", "poetry", "conda", "npm", "pnpm", "yarn", "apt", "dpkg", "yum", "apk", "brew", "choco",
        "cargo", "gradle", "maven", "bundler", "gem", "composer", "docker", "git", "curl", "wget", "go",
        "actions", "gpg", "archive", "cabal", "sbt",
    ];
    FETCHERS.contains(&tool)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(text: &str, exit_code: Option<i32>) -> Region {
        let mut region = Region { exit_code, ..Region::new(1) };
        for (at, line) in text.lines().enumerate() {
            region.line(line, at as u64 + 1, true, Above::default());
        }
        region.close(text.lines().count() as u64, Above::new(text.as_bytes()));
        region
    }

    fn verdict(text: &str, exit_code: Option<i32>) -> Option<InfrastructureKind> {
        region(text, exit_code).infrastructure().map(|evidence| evidence.kind)
    }

    #[test]
    fn the_verdict_needs_more_than_a_word() {
        let network = "curl: (6) Could not resolve host: example.org";
        assert_eq!(verdict(network, Some(6)), Some(InfrastructureKind::Network));
        // A retry that worked, and a compiler error later.
        let survived = format!("{network}\n{}error[E0425]: cannot find value `x`\n", "ok\n".repeat(80));
        assert_eq!(verdict(&survived, Some(101)), None);
        assert_eq!(verdict("tests run\nall good", Some(1)), None);
    }

    #[test]
    fn wrappers_behind_a_broken_connection_do_not_hide_it() {
        let text = "WARNING: Retrying after connection broken: Failed to establish a new connection\nERROR: No matching distribution found for x";
        assert_eq!(verdict(text, Some(1)), Some(InfrastructureKind::Network));
    }

    #[test]
    fn exit_codes_and_the_runners_word() {
        assert_eq!(verdict("building", Some(137)), Some(InfrastructureKind::Memory));
        assert_eq!(
            verdict("a.sh: line 1: jq: command not found", Some(127)),
            Some(InfrastructureKind::MissingTool)
        );
        let mut lost = region("compiling\nerror[E0425]: cannot find", None);
        lost.annotation("The runner has received a shutdown signal.", 9);
        assert_eq!(lost.infrastructure().unwrap().kind, InfrastructureKind::LostRunner);
    }
}

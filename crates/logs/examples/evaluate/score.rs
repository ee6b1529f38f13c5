//! Compares what was extracted from a log with its labels.

use regreen_case::CiCommand;
use regreen_logs::Extraction;

use super::index::Labels;

/// How well one log was read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Score {
    /// Name of the file.
    pub(crate) file: String,
    /// Failing tests of the labels that are named.
    pub(crate) right: usize,
    /// Labelled tests that are not named.
    pub(crate) missing: Vec<String>,
    /// Named tests that the labels know nothing of.
    pub(crate) surplus: Vec<String>,
    /// Whether tests fail in it.
    pub(crate) has_tests: bool,
    /// Whether the cause is the labelled line. `None` where there is no label.
    pub(crate) cause: Option<bool>,
    /// Whether the place of the cause is the labelled one.
    pub(crate) location: Option<bool>,
    /// Whether the failing command is the labelled one.
    pub(crate) command: Option<bool>,
    /// What was taken for the cause.
    pub(crate) told: String,
    /// Whether a green job was left alone.
    pub(crate) quiet: Option<bool>,
}

impl Score {
    /// Every test named and no other.
    pub(crate) fn is_full(&self) -> bool {
        self.missing.is_empty() && self.surplus.is_empty()
    }
}

/// Compares.
pub(crate) fn score(labels: &Labels, found: &Extraction) -> Score {
    let mut missing = labels.ids.clone();
    let mut surplus = Vec::new();
    let mut right = 0;
    for test in &found.tests {
        let id = plain(&test.id);
        match missing.iter().position(|expected| plain(expected) == id) {
            Some(at) => {
                missing.remove(at);
                right += 1;
            }
            None if labels.also_ok.iter().chain(&labels.ids).any(|allowed| plain(allowed) == id) => {}
            None => surplus.push(test.id.clone()),
        }
    }
    let cause = found.cause.as_ref();
    Score {
        file: labels.file.clone(),
        right,
        missing,
        surplus,
        has_tests: !labels.ids.is_empty(),
        cause: (!labels.message.is_empty()).then(|| {
            cause.is_some_and(|cause| {
                let first = cause.message.lines().next().unwrap_or_default();
                first.contains(labels.message.trim())
                    || plain(first).contains(&plain(&labels.message))
                    || cause.log.as_ref().is_some_and(|log| log.line == labels.message_line)
            })
        }),
        location: (!labels.location.is_empty()).then(|| has_location(labels, found)),
        command: (!labels.command.is_empty()).then(|| {
            let code = |known: Option<i32>| labels.exit_code.is_none() || known == labels.exit_code;
            let right = |command: &CiCommand| {
                let inner = command.inner.as_deref().unwrap_or_default();
                (says(&command.script, &labels.command) || says(inner, &labels.command))
                    && code(command.exit_code)
            };
            found.command.as_ref().is_some_and(right)
        }),
        told: cause.map_or_else(String::new, |cause| {
            let first = cause.message.lines().next().unwrap_or_default();
            format!("{}: {first}", cause.log.as_ref().map_or(0, |log| log.line))
        }),
        quiet: (labels.category == "passed").then(|| found.tests.is_empty() && found.cause.is_none()),
    }
}

fn says(script: &str, command: &str) -> bool {
    script.contains(command.trim_end_matches('\\').trim())
}

fn has_location(labels: &Labels, found: &Extraction) -> bool {
    let mut parts = labels.location.split(':');
    let path = parts.next().unwrap_or_default();
    let line: Option<u32> = parts.next().and_then(|line| line.parse().ok());
    found.cause.as_ref().is_some_and(|cause| {
        cause.file.as_deref().is_some_and(|file| file.ends_with(path) || path.ends_with(file))
            && (line.is_none() || cause.line == line)
    })
}

/// Without what differs between ways to write the same id: white space and the sign between titles.
fn plain(id: &str) -> String {
    id.replace(" › ", " > ").replace(" » ", " > ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Figures of a set.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Totals {
    /// Logs.
    pub(crate) logs: usize,
    /// Tests named rightly.
    pub(crate) right: usize,
    /// Tests not named.
    pub(crate) missing: usize,
    /// Tests named wrongly.
    pub(crate) surplus: usize,
    /// Logs with failing tests.
    pub(crate) with_tests: usize,
    /// Logs with failing tests all of which are named, and no other.
    pub(crate) full: usize,
    /// False ids in logs without failing tests.
    pub(crate) ghosts: usize,
    /// Labelled causes.
    pub(crate) causes: usize,
    /// Causes found.
    pub(crate) causes_right: usize,
    /// Labelled places.
    pub(crate) locations: usize,
    /// Places found.
    pub(crate) locations_right: usize,
    /// Labelled commands.
    pub(crate) commands: usize,
    /// Commands found.
    pub(crate) commands_right: usize,
}

impl Totals {
    /// Adds the score of a log.
    pub(crate) fn add(&mut self, score: &Score) {
        self.logs += 1;
        self.right += score.right;
        self.missing += score.missing.len();
        self.surplus += score.surplus.len();
        if score.has_tests {
            self.with_tests += 1;
            self.full += usize::from(score.is_full());
        } else {
            self.ghosts += score.surplus.len();
        }
        let tell = |known: Option<bool>, all: &mut usize, right: &mut usize| {
            *all += usize::from(known.is_some());
            *right += usize::from(known == Some(true));
        };
        tell(score.cause, &mut self.causes, &mut self.causes_right);
        // A green job has no cause: naming none is right.
        tell(score.quiet, &mut self.causes, &mut self.causes_right);
        tell(score.location, &mut self.locations, &mut self.locations_right);
        tell(score.command, &mut self.commands, &mut self.commands_right);
    }

    /// Share of the named tests that are right.
    pub(crate) fn precision(&self) -> f64 {
        share(self.right, self.right + self.surplus)
    }

    /// Share of the failing tests that are named.
    pub(crate) fn recall(&self) -> f64 {
        share(self.right, self.right + self.missing)
    }
}

fn share(part: usize, all: usize) -> f64 {
    if all == 0 { 1.0 } else { part as f64 / all as f64 }
}

//! The lines of one test's output with their numbers: bounded, and cut into a message.

use super::Line;
use crate::text::{clip, push_line};

/// Longest line kept.
const MAX_LINE: usize = 1000;
/// Lines kept from the beginning of a block.
const FIRST: usize = 250;
/// Lines kept in all: the last ones tell of crashes.
const MOST: usize = 300;
/// Longest message made.
const MAX_MESSAGE: usize = 4000;

/// Lines of one block.
#[derive(Debug, Default, Clone)]
pub(super) struct Kept {
    lines: Vec<(u64, String)>,
}

impl Kept {
    /// Keeps a line. Of a long block the middle is lost.
    pub(super) fn push(&mut self, line: Line<'_>) {
        self.push_text(line.number, line.text);
    }

    /// The same for a line that is held elsewhere.
    pub(super) fn push_text(&mut self, number: u64, text: &str) {
        if self.lines.len() >= MOST {
            self.lines.remove(FIRST);
        }
        self.lines.push((number, clip(text, MAX_LINE)));
    }

    /// Nothing kept?
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The lines.
    pub(super) fn texts(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.lines.iter().map(|(_, text)| text.as_str())
    }

    /// One line, empty beyond the end.
    pub(super) fn text(&self, at: usize) -> &str {
        self.lines.get(at).map_or("", |(_, text)| text)
    }

    /// Number of a line in the log; 0 beyond the end.
    pub(super) fn number(&self, at: usize) -> u64 {
        self.lines.get(at).map_or(0, |(number, _)| *number)
    }

    /// What stands from `at` on, without the indentation of the first line, as far as `goes_on` says.
    pub(super) fn message(&self, at: usize, goes_on: impl Fn(&str) -> bool) -> String {
        let first = self.text(at);
        let indent = first.len() - first.trim_start().len();
        let mut message = String::new();
        for (nth, text) in self.texts().skip(at).enumerate() {
            if nth > 0 && !goes_on(text) {
                break;
            }
            let spaces = text.len() - text.trim_start().len();
            push_line(&mut message, &text[spaces.min(indent)..], MAX_MESSAGE);
        }
        message.truncate(message.trim_end().len());
        message
    }

    /// The same with the first `count` lines that say something on one.
    pub(super) fn joined(&self, at: usize, count: usize, goes_on: impl Fn(&str) -> bool) -> String {
        let message = self.message(at, goes_on);
        let mut lines = message.lines().filter(|line| !line.trim().is_empty());
        let mut joined = lines.by_ref().take(count).map(str::trim).collect::<Vec<_>>().join(" ");
        for line in lines {
            joined.push('\n');
            joined.push_str(line);
        }
        joined
    }

    /// Everything, below a heading.
    pub(super) fn block(&self, heading: &str) -> String {
        let mut block = String::new();
        push_line(&mut block, heading, MAX_MESSAGE);
        for text in self.texts() {
            push_line(&mut block, text, 5500);
        }
        block
    }
}

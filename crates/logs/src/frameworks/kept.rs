//! The lines of one test's output with their numbers: bounded, and cut into a message.

use super::{Line, MAX_BLOCK_LINES};
use crate::text::{clip, push_line};

/// Longest line kept.
const MAX_LINE: usize = 2000;
/// Longest message made.
const MAX_MESSAGE: usize = 4000;

/// Lines of one block.
#[derive(Debug, Default, Clone)]
pub(super) struct Kept {
    lines: Vec<(u64, String)>,
}

impl Kept {
    /// Keeps a line as long as there is room.
    pub(super) fn push(&mut self, line: Line<'_>) {
        self.push_text(line.number, line.text);
    }

    /// The same for a line that is held elsewhere.
    pub(super) fn push_text(&mut self, number: u64, text: &str) {
        if self.lines.len() < MAX_BLOCK_LINES {
            self.lines.push((number, clip(text, MAX_LINE)));
        }
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

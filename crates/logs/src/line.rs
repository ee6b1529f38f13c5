//! A line of the log as parsers see it, with what stands above it.

use std::borrow::Cow;
use std::cell::Cell;

use crate::framing::{clean, unframe};
use crate::prefix::without_prefix;

/// A line of the log without its frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Text.
    pub(crate) text: &'a str,
    /// One-based number in the log.
    pub(crate) number: u64,
    /// What stands above it.
    #[allow(dead_code, reason = "for frameworks that print headings")]
    pub(crate) above: Above<'a>,
}

/// The raw text above a line, as far as it is still in memory (at least 16 KiB of it, if there is as
/// much): for headings that only turn out to matter later.
///
/// Looking back costs an allowance that grows with the log, so that a million lines that each make a
/// parser look back take no more than linear time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Above<'a> {
    bytes: &'a [u8],
    allowance: Option<&'a Cell<u64>>,
}

impl<'a> Above<'a> {
    /// Everything in `bytes` stands above; it ends with the end of a line.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Above { bytes: bytes.strip_suffix(b"\n").unwrap_or(bytes), allowance: None }
    }

    /// The same, as far as `allowance` bytes last.
    pub(crate) fn within(bytes: &'a [u8], allowance: &'a Cell<u64>) -> Self {
        Above { allowance: Some(allowance), ..Above::new(bytes) }
    }

    /// The same, whatever it costs: for what is done once a step.
    pub(crate) fn at_any_cost(self) -> Self {
        Above { allowance: None, ..self }
    }

    /// What stands above the last `lines` lines of it.
    pub(crate) fn without_last(self, lines: u64) -> Self {
        let bytes = (0..lines)
            .fold(self.bytes, |text, _| memchr::memrchr(b'\n', text).map_or(&[][..], |at| &text[..at]));
        Above { bytes, ..self }
    }

    /// The lines without frame and prefix, nearest first. A line that holds carriage returns comes whole.
    pub(crate) fn lines(self) -> impl Iterator<Item = Cow<'a, str>> {
        let raw = (!self.bytes.is_empty()).then(|| memchr::memrchr_iter(b'\n', self.bytes));
        let mut end = self.bytes.len();
        let mut starts = raw.into_iter().flatten().map(|at| at + 1).chain(std::iter::once(0));
        let mut done = self.bytes.is_empty();
        std::iter::from_fn(move || {
            if done || self.allowance.is_some_and(|left| left.get() == 0) {
                return None;
            }
            let start = starts.next()?;
            let line = &self.bytes[start..end.max(start)];
            if let Some(left) = self.allowance {
                left.set(left.get().saturating_sub(line.len() as u64 + 1));
            }
            done = start == 0;
            end = start.saturating_sub(1);
            Some(unprefixed(clean(unframe(line).text)))
        })
    }
}

fn unprefixed(text: Cow<'_, str>) -> Cow<'_, str> {
    let cut = text.len() - without_prefix(&text).1.len();
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[cut..]),
        Cow::Owned(mut text) => {
            text.drain(..cut);
            Cow::Owned(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_back_has_its_price() {
        let left = Cell::new(10);
        let above = Above::within(b"one\ntwo\nthree\nfour\n", &left);
        assert_eq!(above.lines().count(), 2);
        assert_eq!(above.lines().count(), 0);
        assert_eq!(above.at_any_cost().lines().count(), 4);
    }

    #[test]
    fn lines_above_come_nearest_first() {
        let lines = |text: &str| -> Vec<String> {
            Above::new(text.as_bytes()).lines().map(Cow::into_owned).collect()
        };
        assert_eq!(lines("one\ntwo\n\nthree\n"), ["three", "", "two", "one"]);
        assert_eq!(lines("2026-01-02T03:04:05.1234567Z \u{1b}[31mred\u{1b}[0m\n"), ["red"]);
        assert!(lines("").is_empty());
        let above = Above::new(b"one\ntwo\nthree\n").without_last(1);
        assert_eq!(above.lines().next().as_deref(), Some("two"));
        assert_eq!(Above::new(b"one\n").without_last(3).lines().count(), 0);
        assert_eq!(lines("\nx\n"), ["x", ""]);
    }
}

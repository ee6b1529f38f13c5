//! A candidate: inert data that says what to change where. Knows no file system and no judge.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// One replacement in one file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edit {
    /// First byte that is replaced.
    pub start: usize,
    /// Byte behind the last one that is replaced.
    pub end: usize,
    /// What is there now; guards against applying to a file that moved on.
    pub original: String,
    /// What comes there.
    pub replacement: String,
}

impl Edit {
    /// The replaced bytes.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// Applies `edits` (in order, not overlapping) to `text`. `None` when the text is not the one they were made for.
#[must_use]
pub(crate) fn edited(text: &str, edits: &[Edit]) -> Option<String> {
    let mut result = String::with_capacity(text.len() + 64);
    let mut position = 0;
    for edit in edits {
        if edit.start < position || text.get(edit.span())? != edit.original {
            return None;
        }
        result.push_str(text.get(position..edit.start)?);
        result.push_str(&edit.replacement);
        position = edit.end;
    }
    result.push_str(text.get(position..)?);
    Some(result)
}

/// Fingerprint of a text (FNV-1a): stable over processes and versions, unlike the standard library's.
#[must_use]
pub(crate) fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, original: &str, replacement: &str) -> Edit {
        Edit {
            start,
            end: start + original.len(),
            original: original.to_owned(),
            replacement: replacement.to_owned(),
        }
    }

    #[test]
    fn edits_are_applied_in_order() {
        assert_eq!(edited("a < b < c", &[edit(2, "<", "<="), edit(6, "<", ">")]).unwrap(), "a <= b > c");
        assert_eq!(edited("ab", &[edit(1, "", "x")]).unwrap(), "axb");
    }

    #[test]
    fn edits_for_another_text_are_refused() {
        assert_eq!(edited("a > b", &[edit(2, "<", "<=")]), None);
        assert_eq!(edited("a", &[edit(5, "", "x")]), None);
        assert_eq!(edited("a < b", &[edit(2, "<", ">"), edit(0, "a", "b")]), None);
        assert_eq!(edited("ä", &[edit(1, "", "x")]), None);
    }
}

//! Finds the lines that can matter, at the speed of memory: everything else is never looked at.
//!
//! A line can matter when it holds one of [`STEMS`] (short literals, searched all at once with SIMD) or an
//! escape sequence, which could hide one. What parsers, causes and versions look for is told to the
//! scanner as triggers, each of which must hold a stem: the registry's tests see to it.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::packed::{self, MatchKind, Searcher};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind as Kind};

/// Parts of words that stand in every line that can matter. At most 64 of at least 3 bytes: more, or
/// shorter ones, and the search is no longer done with SIMD. Fewer hits make for more speed.
pub(crate) const STEMS: &[&str] = &[
    "##[e",
    "##[g",
    "fail",
    "Fail",
    "FAIL",
    "rror",
    "RROR",
    "ERR!",
    "anic",
    "xcep",
    "atal",
    "FATA",
    "Trac",
    "nable",
    "annot",
    "ould no",
    "not f",
    "o such",
    "enied",
    "illed",
    "gmenta",
    "dumped",
    "ndefin",
    "iolati",
    "ulnera",
    "imed",
    "imeo",
    "ancel",
    "hutdow",
    "\"Acti",
    "e limit",
    "oo many",
    "t summ",
    "pace left",
    "of mem",
    "esolv",
    "nreach",
    "ot acces",
    "CONN",
    "Z $ ",
    "navail",
    "atewa",
    "c-tests",
    "Z + ",
    "not ok",
    "exit",
    "Post job",
    "sess",
    "=== ",
    "s run",
    " 1) ",
    "unning ",
    "rustc ",
    "Pytho",
    "o vers",
    "Image",
    "r vers",
    ".go:",
    ".py:",
    "\u{274c} ",
    "\u{2716} ",
    "\u{2718} ",
    "Cleani",
];

enum Search {
    Simd(Searcher),
    Plain(AhoCorasick),
    /// Everything counts as a hit: slow and right.
    None,
}

/// Searches one buffer after the other.
pub(crate) struct Scanner {
    search: Search,
}

impl Scanner {
    /// The one of this process: it never changes.
    pub(crate) fn shared() -> &'static Self {
        static SCANNER: OnceLock<Scanner> = OnceLock::new();
        SCANNER.get_or_init(Scanner::new)
    }

    fn new() -> Self {
        let simd = packed::Config::new()
            .match_kind(MatchKind::LeftmostFirst)
            .builder()
            .extend(STEMS)
            .build()
            .filter(|searcher| searcher.minimum_len() > 0);
        let plain = || {
            AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::DFA))
                .match_kind(Kind::LeftmostFirst)
                .build(STEMS)
                .map_or(Search::None, Search::Plain)
        };
        Scanner { search: simd.map_or_else(plain, Search::Simd) }
    }

    /// Whether a line without escapes can matter by itself.
    pub(crate) fn holds_stem(&self, text: &str) -> bool {
        self.stem(text.as_bytes(), 0..text.len()).is_some()
    }

    /// Offset of the next byte in `range` of `text` that makes its line matter.
    pub(crate) fn next(&self, text: &[u8], range: Range<usize>) -> Option<usize> {
        let stem = self.stem(text, range.clone());
        let end = stem.unwrap_or(range.end);
        memchr::memchr(0x1b, &text[range.start..end]).map(|at| range.start + at).or(stem)
    }

    fn stem(&self, text: &[u8], mut range: Range<usize>) -> Option<usize> {
        while !range.is_empty() {
            let found = match &self.search {
                Search::Simd(searcher) => searcher.find_in(text, range.clone().into())?,
                Search::Plain(automaton) => {
                    automaton.find(aho_corasick::Input::new(text).range(range.clone()))?
                }
                Search::None => return Some(range.start),
            };
            // A source file matters where a line of it is named, which test ids do not.
            let of_source = text[found.start()] == b'.';
            if !of_source || text.get(found.end()).is_some_and(u8::is_ascii_digit) {
                return Some(found.start());
            }
            range.start = found.end();
        }
        None
    }
}

/// Whether a trigger can be found at all.
#[cfg(test)]
pub(crate) fn has_stem(trigger: &str) -> bool {
    STEMS.iter().any(|stem| trigger.contains(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stems_fit_the_simd_search() {
        assert!(STEMS.len() <= 64, "{}", STEMS.len());
        assert!(STEMS.iter().all(|stem| stem.len() >= 3));
        if cfg!(target_arch = "x86_64") {
            assert!(matches!(Scanner::new().search, Search::Simd(_)));
        }
    }

    #[test]
    fn hits_come_in_order_and_escapes_count() {
        let text = b"all is well\nan error\n\x1b[31mred\x1b[0m\nFAILED\n";
        let scanner = Scanner::new();
        let (mut at, mut lines) = (0, Vec::new());
        while let Some(hit) = scanner.next(text, at..text.len()) {
            let end = memchr::memchr(b'\n', &text[hit..]).map_or(text.len(), |end| hit + end + 1);
            lines.push(text[..hit].iter().filter(|byte| **byte == b'\n').count() + 1);
            at = end;
        }
        assert_eq!(lines, [2, 3, 4]);
    }
}

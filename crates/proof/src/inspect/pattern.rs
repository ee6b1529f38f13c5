//! Patterns of the rules: compiled once, when first asked. One that does not compile would match
//! nothing; a test compiles every one of them.

use std::sync::OnceLock;

use regex::{Captures, Regex};

/// A regular expression in a `static`.
#[derive(Debug)]
pub(super) struct Pattern {
    source: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(super) const fn new(source: &'static str) -> Self {
        Pattern { source, compiled: OnceLock::new() }
    }

    fn regex(&self) -> Option<&Regex> {
        let compile = || {
            let compiled = Regex::new(self.source);
            debug_assert!(compiled.is_ok(), "{:?}", compiled.err());
            compiled.ok()
        };
        self.compiled.get_or_init(compile).as_ref()
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }

    /// The first match.
    pub(super) fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.regex()?.find(text).map(|found| found.as_str())
    }

    /// The text without what matches.
    pub(super) fn without(&self, text: &str) -> String {
        self.regex().map_or_else(|| text.to_owned(), |regex| regex.replace_all(text, "").into_owned())
    }

    /// All matches.
    pub(super) fn find_all<'t>(&self, text: &'t str) -> Vec<&'t str> {
        self.regex().map_or_else(Vec::new, |regex| regex.find_iter(text).map(|one| one.as_str()).collect())
    }

    /// The groups of the first match.
    pub(super) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.regex()?.captures(text)
    }
}

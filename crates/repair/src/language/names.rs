//! Names: what a region binds, what a file defines, and what refers to it.

use std::ops::Range;

use super::Kind;

/// A name that a region binds, with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Byte from which it is bound.
    pub(crate) from: usize,
    /// Byte up to which it is bound.
    pub(crate) until: usize,
}

/// Something with a name and a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Definition {
    /// Simple name.
    pub(crate) name: String,
    /// Class, type or nothing.
    pub(crate) owner: Option<String>,
    pub(crate) span: Range<usize>,
    pub(crate) sort: DefinitionSort,
    /// Whether it is only compiled into tests.
    pub(crate) in_test: bool,
}

/// What is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DefinitionSort {
    Function,
    Type,
    Constant,
}

/// A use of a name that may lead to a definition.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Reference {
    /// Simple name.
    pub(crate) name: String,
    /// What stands before it: `module`, `Type`, `object`.
    pub(crate) qualifier: Option<String>,
    /// Whether it is called.
    pub(crate) called: bool,
}

/// Whether the text holds the name as a word.
pub(crate) fn has_word(text: &str, name: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    !name.is_empty()
        && text
            .match_indices(name)
            .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part))
}

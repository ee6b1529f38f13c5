//! How a language puts several bodies into one function, of which one is chosen when the program runs: plain data.
//!
//! In all texts `{variable}` is the name of the environment variable that chooses, `{file}` a number of the file's own,
//! `{number}` that of the body, `{body}` the body with its braces, `{marker}` what a sentinel has to print.

use std::ops::Range;

use tree_sitter::Node;

/// How a function becomes a switch over bodies.
pub(crate) struct Switch {
    /// The braces of a function and what is between them, where they can be exchanged for a switch.
    pub(crate) body: fn(Node<'_>, &str) -> Option<Range<usize>>,
    /// Where in a file the prelude goes.
    pub(crate) prelude_at: fn(Node<'_>) -> usize,
    /// What a file needs for it, in front.
    pub(crate) prelude: &'static str,
    /// And at its end.
    pub(crate) coda: &'static str,
    /// Begins the new body.
    pub(crate) open: &'static str,
    /// One of the bodies.
    pub(crate) arm: &'static str,
    /// The body for every other number.
    pub(crate) otherwise: &'static str,
    /// Ends the new body.
    pub(crate) close: &'static str,
    /// A body that prints the marker and ends the process at once, so that nobody catches it.
    pub(crate) sentinel: &'static str,
}

/// In front of the file.
pub(crate) fn at_start(_root: Node<'_>) -> usize {
    0
}

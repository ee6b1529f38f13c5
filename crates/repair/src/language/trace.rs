//! How a language notes which of its blocks run, where no tool of its own can be relied on: plain data.
//!
//! In the text `{variable}` is the name of the environment variable that names the file to write to, `{number}` that of the
//! point.

use tree_sitter::Node;

/// How points come into functions.
pub(crate) struct Trace {
    /// What a file needs for it, in front; without a line's end.
    pub(crate) prelude: &'static str,
    /// A statement that appends the point's number and an end of line to the file when it runs first, and else does nothing.
    pub(crate) point: &'static str,
    /// Whether points may stand in a function.
    pub(crate) allows: fn(Node<'_>, &str) -> bool,
    /// Where the statements of a block begin, if the node is one that is run; `None`: it is none.
    pub(crate) begins: fn(Node<'_>) -> Option<usize>,
    /// Kinds below which nothing runs when the program does.
    pub(crate) still: &'static [&'static str],
    /// Kinds that leave a block in its middle.
    pub(crate) leaves: &'static [&'static str],
}

/// Behind the opening brace.
pub(crate) fn behind_brace(block: Node<'_>) -> usize {
    block.start_byte() + 1
}

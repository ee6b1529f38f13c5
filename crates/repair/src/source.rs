//! One source file: its text and its syntax tree.

use tree_sitter::{Node, Parser, Tree};

use crate::RepairError;
use crate::language::Language;

/// Levels of the deepest tree that is searched.
const MOST_DEPTH: usize = 600;

/// A parsed file. The tree's offsets are those of the text.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Relative to the checkout, `/`-separated.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) tree: Tree,
    pub(crate) language: &'static dyn Language,
    /// Syntax errors that the grammar sees in it; a candidate may not have more.
    pub(crate) errors: usize,
}

impl SourceFile {
    pub(crate) fn parse(
        path: String,
        text: String,
        language: &'static dyn Language,
    ) -> Result<Self, RepairError> {
        let failed = || RepairError::Grammar { language: language.name() };
        let mut parser = Parser::new();
        parser.set_language(&language.grammar()).map_err(|_| failed())?;
        let tree = parser.parse(language.masked(&text).as_ref(), None).ok_or_else(failed)?;
        if is_too_deep(&tree) {
            return Err(failed());
        }
        let errors = errors_in(tree.root_node());
        Ok(SourceFile { path, text, tree, language, errors })
    }

    /// The smallest named node that covers `span` exactly, else the smallest around it.
    pub(crate) fn node_at(&self, span: &std::ops::Range<usize>) -> Option<Node<'_>> {
        self.tree.root_node().named_descendant_for_byte_range(span.start, span.end)
    }

    /// One-based line of a byte.
    pub(crate) fn line_of(&self, byte: usize) -> u32 {
        let before = self.text.as_bytes().get(..byte).unwrap_or_default();
        u32::try_from(before.iter().filter(|&&byte| byte == b'\n').count()).unwrap_or(u32::MAX - 1) + 1
    }
}

/// Parses candidates of one language, one after the other.
pub(crate) struct SyntaxCheck {
    parser: Parser,
    language: &'static dyn Language,
}

impl SyntaxCheck {
    pub(crate) fn new(language: &'static dyn Language) -> Result<Self, RepairError> {
        let mut parser = Parser::new();
        parser
            .set_language(&language.grammar())
            .map_err(|_| RepairError::Grammar { language: language.name() })?;
        Ok(SyntaxCheck { parser, language })
    }

    /// Whether `text` parses with at most `allowed` syntax errors.
    #[cfg(test)]
    pub(crate) fn accepts(&mut self, text: &str, allowed: usize) -> bool {
        self.parsed(text, allowed).is_some()
    }

    /// The tree of `text`, if it has at most `allowed` syntax errors.
    pub(crate) fn parsed(&mut self, text: &str, allowed: usize) -> Option<Tree> {
        self.parser.parse(self.language.masked(text).as_ref(), None).filter(|tree| {
            let root = tree.root_node();
            !root.has_error() || (allowed > 0 && errors_in(root) <= allowed)
        })
    }
}

/// Whether a walk that goes down by calling itself could use up the stack: nobody writes such code by hand.
fn is_too_deep(tree: &Tree) -> bool {
    let mut cursor = tree.walk();
    let mut depth = 0;
    loop {
        if cursor.goto_first_child() {
            depth += 1;
            if depth > MOST_DEPTH {
                return true;
            }
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return false;
            }
            depth -= 1;
        }
    }
}

fn errors_in(node: Node<'_>) -> usize {
    if !node.has_error() {
        return 0;
    }
    let own = usize::from(node.is_error() || node.is_missing());
    own + (0..node.child_count()).filter_map(|index| node.child(index)).map(errors_in).sum::<usize>()
}

//! One source file: its text and its syntax tree.

use tree_sitter::{InputEdit, Node, Parser, Point, Tree};

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

/// Whether a tool means the file of this path: it names it from where it runs, or in full.
pub(crate) fn is_named(path: &str, printed: &str) -> bool {
    let printed = printed.trim_start_matches("./");
    let (long, short) = if printed.len() > path.len() { (printed, path) } else { (path, printed) };
    long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
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

    /// The tree of `text`, which differs from the file's in one part, if it has no more syntax errors than that. Only that
    /// part is parsed anew.
    pub(crate) fn reparsed(&mut self, source: &SourceFile, text: &str) -> Option<Tree> {
        let (before, after) = (self.language.masked(&source.text), self.language.masked(text));
        let mut tree = source.tree.clone();
        tree.edit(&changed_part(before.as_bytes(), after.as_bytes()));
        let tree = self.parser.parse(after.as_ref(), Some(&tree))?;
        // What parses without an error parses so from the start too; how errors are recovered from may differ.
        if tree.root_node().has_error() { self.parsed(text, source.errors) } else { Some(tree) }
    }

    /// The tree of `text`, if it has at most `allowed` syntax errors.
    fn parsed(&mut self, text: &str, allowed: usize) -> Option<Tree> {
        self.parser.parse(self.language.masked(text).as_ref(), None).filter(|tree| {
            let root = tree.root_node();
            !root.has_error() || (allowed > 0 && errors_in(root) <= allowed)
        })
    }
}

/// From the first byte that differs to the last one.
fn changed_part(before: &[u8], after: &[u8]) -> InputEdit {
    let start = before.iter().zip(after).take_while(|(one, other)| one == other).count();
    let same_end = before[start..].iter().rev().zip(after[start..].iter().rev());
    let same = same_end.take_while(|(one, other)| one == other).count();
    let (old_end, new_end) = (before.len() - same, after.len() - same);
    InputEdit {
        start_byte: start,
        old_end_byte: old_end,
        new_end_byte: new_end,
        start_position: point(before, start),
        old_end_position: point(before, old_end),
        new_end_position: point(after, new_end),
    }
}

fn point(text: &[u8], byte: usize) -> Point {
    let head = &text[..byte];
    let line = head.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    Point { row: head.iter().filter(|byte| **byte == b'\n').count(), column: byte - line }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::language_of;

    /// The shape of a tree: kinds and places.
    fn shape(tree: &Tree) -> String {
        let mut shape = String::new();
        crate::language::walk(tree.root_node(), &mut |node| {
            shape.push_str(&format!("{} {:?} {}; ", node.kind(), node.byte_range(), node.start_position()));
            true
        });
        shape
    }

    #[test]
    fn a_changed_part_is_parsed_as_the_whole_would_be() {
        let python = "def f(a):\n    b = (1,\n         2)\n    if a:\n        return 'ä'\n    return b\n";
        let rust = "fn f(a: &str) -> usize {\n    let b = a.len();\n    b + 1\n}\n";
        for (file, before, from, to) in [
            ("a.py", python, "if a:", "while not a:"),
            ("a.py", python, "        return 'ä'\n", "        return 'ö'\n        return a\n"),
            ("a.py", python, "    if a:\n        return 'ä'\n", ""),
            ("a.py", python, "2)", "2, [3])"),
            ("a.py", python, "\n    return b\n", "\n    return b\n\n\ndef g():\n    pass\n"),
            ("a.rs", rust, "b + 1", "r#\"}\"#.len() + b"),
            ("a.rs", rust, "let b = a.len();", "let b = { a.len() };\n    let c = b;"),
        ] {
            let (language, after) = (language_of(file).unwrap(), before.replace(from, to));
            let source = SourceFile::parse(file.to_owned(), before.to_owned(), language).unwrap();
            let mut check = SyntaxCheck::new(language).unwrap();
            let (part, whole) = (check.reparsed(&source, &after).unwrap(), check.parsed(&after, 0).unwrap());
            assert_eq!(shape(&part), shape(&whole), "{after}");
            let broken = before.replace(from, "if (");
            assert!(check.reparsed(&source, &broken).is_none(), "{broken}");
        }
    }
}

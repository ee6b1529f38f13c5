//! Values in a test that may be other ones.

use std::ops::Range;

use tree_sitter::Node;

use super::variant::variants;
use crate::language::{Role, parts, text_of, walk};
use crate::source::SourceFile;

/// Of a list, so many members are changed one by one.
const MEMBERS: usize = 3;
/// Sites of one test.
const MOST: usize = 60;
/// What functions are called that compare.
const COMPARING: &[&str] =
    &["assert", "expect", "equal", "require", "check", "should", "approx", "raises", "print"];

/// A value, and what may stand in its place.
pub(super) struct Site {
    pub(super) span: Range<usize>,
    /// Whether it is given to the code under test, as far as its place tells.
    pub(super) is_input: bool,
    pub(super) variants: Vec<String>,
}

/// The values of a test, in order. `name_end`: where its name ends, which is no value.
pub(super) fn sites(source: &SourceFile, test: Node<'_>, name_end: usize) -> Vec<Site> {
    let mut found = Vec::new();
    walk(test, &mut |node| {
        if found.len() >= MOST {
            return false;
        }
        let language = source.language;
        let role = language.role(node, &source.text);
        // A title.
        let is_name = node.start_byte() <= name_end && name_end <= node.end_byte() && role == Role::Text;
        if is_name
            || is_lone(source, node)
            || is_for_the_framework(source, node)
            || is_far_member(source, node)
        {
            return false;
        }
        let variants = variants(source, node, role);
        if !variants.is_empty() {
            found.push(Site { span: node.byte_range(), is_input: is_input(source, node, test), variants });
        }
        // What is in a text is a part of it.
        role != Role::Text
    });
    found
}

/// Whether a text is a statement of its own: what people are told about the test.
fn is_lone(source: &SourceFile, node: Node<'_>) -> bool {
    source.language.role(node, &source.text) == Role::Text
        && node.parent().is_some_and(|parent| parent.kind() == "expression_statement")
}

/// Whether a text is a word to the framework: the names of parameters in a decorator.
fn is_for_the_framework(source: &SourceFile, node: Node<'_>) -> bool {
    let call = node.parent().and_then(|arguments| arguments.parent());
    source.language.role(node, &source.text) == Role::Text
        && call.and_then(|call| call.parent()).is_some_and(|around| around.kind() == "decorator")
}

/// Whether a long list has changed enough before this member.
fn is_far_member(source: &SourceFile, node: Node<'_>) -> bool {
    let list = node.parent().filter(|parent| source.language.role(*parent, &source.text) == Role::Sequence);
    list.is_some_and(|list| parts(list).iter().position(|part| part.id() == node.id()) >= Some(MEMBERS))
}

/// Whether the value goes into a call that is not one that compares.
fn is_input(source: &SourceFile, node: Node<'_>, test: Node<'_>) -> bool {
    let mut around = node.parent();
    while let Some(outer) = around.filter(|outer| outer.id() != test.id()) {
        if source.language.role(outer, &source.text) == Role::Call
            && let Some(callee) = source.language.callee(outer)
        {
            let name = text_of(callee.name, &source.text).to_lowercase();
            return !COMPARING.iter().any(|word| name.contains(word));
        }
        around = outer.parent();
    }
    false
}

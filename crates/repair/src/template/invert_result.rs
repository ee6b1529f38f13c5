//! Every `return True` where `return False` was meant, and the other way round: the function says the opposite.

use std::ops::Range;

use tree_sitter::Node;

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Role, walk};

pub(super) static TEMPLATE: Template = Template {
    id: "invert_result",
    doc: "Exchanges true and false wherever the function returns one of them.",
    prior: 0.25,
    trust: 0.9,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(a):\n    if a:\n        return True\n    return False\n",
            "def f(a):\n    if a:\n        return False\n    return True\n",
        ),
        rust(
            "fn f(a: &[i32]) -> bool { for b in a { if *b < 0 { return true; } } false }\n",
            "fn f(a: &[i32]) -> bool { for b in a { if *b < 0 { return false; } } true }\n",
        ),
    ],
};

/// The site is the function.
fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.node.id() != site.scope.root.id() {
        return;
    }
    let syntax = site.syntax();
    let mut edits = Vec::new();
    walk(site.node, &mut |node| {
        if site.role_of(node) == Role::Boolean && is_result(node, site) {
            let other = if site.text_of(node) == syntax.truth { syntax.falsehood } else { syntax.truth };
            edits.push((node.byte_range(), other.to_owned()));
        }
        true
    });
    let both = |edits: &[(Range<usize>, String)]| {
        [syntax.truth, syntax.falsehood].iter().all(|word| edits.iter().any(|(_, other)| other == word))
    };
    // What stands in front often looks after special cases.
    let last = edits.split_at(edits.len().saturating_sub(2)).1.to_vec();
    if edits.len() > 2 && both(&last) {
        out.several(site, last, 0.5, "exchange true and false in the last two that are returned");
    }
    if both(&edits) {
        out.several(site, edits, 1.0, "exchange true and false in all that is returned");
    }
}

/// Whether it is what a `return` hands out, or the value of the whole body.
fn is_result(node: Node<'_>, site: &Site<'_>) -> bool {
    let Some(mut owner) = node.parent() else { return false };
    // Where several values can be returned, a list stands between.
    if owner.kind() == "expression_list" && owner.named_child_count() == 1 {
        let Some(next) = owner.parent() else { return false };
        owner = next;
    }
    let is_last = || {
        owner.named_child_count() > 0 && owner.end_byte() > node.end_byte() && {
            let body = site.node.child_by_field_name("body");
            site.is_rust() && body.is_some_and(|body| body.id() == owner.id())
        }
    };
    site.role_of(owner) == Role::Return || is_last()
}

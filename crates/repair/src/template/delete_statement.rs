//! A statement that should not be there.

use super::{Proposals, Site, Template, python, rust, short};
use crate::language::{Role, parts};

pub(super) static TEMPLATE: Template = Template {
    id: "delete_statement",
    doc: "Deletes a statement, or keeps only the body of a condition.",
    prior: 0.14,
    trust: 0.3,
    caution: Some("a statement was deleted: check that nothing else relied on it"),
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a):\n    a += 1\n    return a\n", "def f(a):\n    return a\n"),
        python("def f(a):\n    if a:\n        return 1\n    return 2\n", "def f(a):\n    return 2\n"),
        rust("fn f(mut a: i32) -> i32 {\n    a += 1;\n    a\n}\n", "fn f(mut a: i32) -> i32 {\n    a\n}\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let declares = site.is_function(site.node) || site.scope.file.language.is_declaration(site.node);
    if !site.is_statement() || declares {
        return;
    }
    let Some(block) = site.node.parent() else { return };
    let siblings = parts(block);
    let text = &site.scope.file.text;
    let description = format!("delete `{}`", short(site.text()));
    let inner =
        if site.node.kind() == "expression_statement" { site.node.named_child(0) } else { Some(site.node) };
    let role = inner.map_or(Role::Other, |inner| site.role_of(inner));
    // The anti-patterns: exits, whole control statements and the only statement of a block.
    let weight = match role {
        Role::Return | Role::Leave => 0.25,
        Role::If => 0.5,
        Role::For | Role::While => 0.08,
        Role::Augment => 0.7,
        _ => 1.0,
    };
    if siblings.len() == 1 {
        if site.is_python() {
            out.replace(site, site.node, "pass", weight * 0.3);
        } else {
            out.splice(site, site.node.byte_range(), "", weight * 0.3, description);
        }
        return;
    }
    let is_last = siblings.last().is_some_and(|last| last.id() == site.node.id());
    let span = if is_last {
        let before =
            site.node.prev_named_sibling().map_or(site.node.start_byte(), |before| before.end_byte());
        before..site.node.end_byte()
    } else {
        let next = site.node.next_named_sibling().map_or(site.node.end_byte(), |next| next.start_byte());
        site.node.start_byte()..next
    };
    // Never together with a comment or a blank that is not its own.
    if text.get(span.clone()).is_some_and(|gone| !gone.is_empty()) {
        out.splice(site, span, "", weight, description);
    }
}

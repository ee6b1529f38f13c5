//! `if c: A else: B` to `if c: B else: A`.

use tree_sitter::Node;

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "swap_branches",
    doc: "Exchanges the two branches of a condition, or what is returned in it and behind it.",
    prior: 0.35,
    trust: 0.5,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a):\n    return 1 if a else 2\n", "def f(a):\n    return 2 if a else 1\n"),
        python(
            "def f(a):\n    if a:\n        b = 1\n    else:\n        b = 2\n    return b\n",
            "def f(a):\n    if a:\n        b = 2\n    else:\n        b = 1\n    return b\n",
        ),
        python(
            "def f(a):\n    if a:\n        return False\n    return True\n",
            "def f(a):\n    if a:\n        return True\n    return False\n",
        ),
        rust(
            "fn f(a: bool) -> i32 { if a { 1 } else { 2 } }\n",
            "fn f(a: bool) -> i32 { if a { 2 } else { 1 } }\n",
        ),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    match site.role {
        Role::Choice => {
            let branch = |name| site.node.child_by_field_name(name);
            // Where the grammar does not name them, the condition stands between them.
            if let (Some(yes), Some(no)) = (branch("consequence"), branch("alternative")) {
                out.exchange(site, yes, no, 1.0);
            } else if let [yes, _, no] = site.parts()[..] {
                out.exchange(site, yes, no, 1.0);
            }
        }
        Role::If => {
            let then = site.node.child_by_field_name("consequence");
            if let (Some(then), Some(other)) = (then, else_block(site)) {
                out.exchange(site, then, other, 1.0);
            }
            if let Some(then) = then {
                returns(site, then, out);
            }
            conditions(site, out);
        }
        _ => {}
    }
}

/// The block of a plain `else`.
fn else_block<'a>(site: &Site<'a>) -> Option<Node<'a>> {
    let clause = site.node.child_by_field_name("alternative")?;
    // Some grammars have a node for the clause, some have the block itself.
    let block = match clause.kind() {
        "else_clause" => clause.child_by_field_name("body").or_else(|| clause.named_child(0))?,
        _ => clause,
    };
    // Without braces it is a bare statement.
    (site.role_of(block) != Role::If).then_some(block)
}

/// The value returned at the end of the branch against the one returned right behind it.
fn returns(site: &Site<'_>, then: Node<'_>, out: &mut Proposals) {
    let value = |statement: Node<'_>| -> Option<(usize, usize)> {
        let mut node = statement;
        if node.kind() == "expression_statement" {
            node = node.named_child(0)?;
        }
        let value = (site.role_of(node) == Role::Return).then(|| node.named_child(0)).flatten()?;
        Some((value.start_byte(), value.end_byte()))
    };
    // The braces may have a node of their own around the statements.
    let then = then.named_child(0).filter(|inner| site.role_of(*inner) == Role::Block).unwrap_or(then);
    let end = || {
        then.named_child_count().checked_sub(1).and_then(|last| then.named_child(u32::try_from(last).ok()?))
    };
    // A branch may be a statement without a block around it.
    let last = if site.role_of(then) == Role::Return { Some(then) } else { end() };
    let statement = site.statement();
    let next = statement.and_then(|statement| statement.next_named_sibling());
    let (Some(inner), Some(outer)) = (last.and_then(value), next.and_then(value)) else {
        return;
    };
    let text = &site.scope.file.text;
    let (one, other) = (text[inner.0..inner.1].to_owned(), text[outer.0..outer.1].to_owned());
    let description = format!("exchange `return {one}` and `return {other}`");
    out.several(site, vec![(inner.0..inner.1, other), (outer.0..outer.1, one)], 0.9, description);
}

/// The conditions of an `if` and the `elif` behind it.
fn conditions(site: &Site<'_>, out: &mut Proposals) {
    let own = site.node.child_by_field_name("condition");
    let next = site.node.child_by_field_name("alternative").and_then(|clause| {
        let inner = if clause.kind() == "else_clause" { clause.named_child(0)? } else { clause };
        inner.child_by_field_name("condition")
    });
    if let (Some(own), Some(next)) = (own, next) {
        out.exchange(site, own, next, 0.3);
    }
}

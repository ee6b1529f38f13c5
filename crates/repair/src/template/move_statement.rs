//! A statement in the wrong place: one line up, or inside the loop instead of behind it.

use tree_sitter::Node;

use super::{Proposals, Site, Template, python, rust, short};
use crate::language::{Blocks, Role, parts};

pub(super) static TEMPLATE: Template = Template {
    id: "move_statement",
    doc: "Exchanges a statement with the next one, or moves it into or out of the block beside it.",
    prior: 0.12,
    trust: 0.45,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a):\n    g(a)\n    h(a)\n", "def f(a):\n    h(a)\n    g(a)\n"),
        python(
            "def f(a):\n    for b in a:\n        g(b)\n        return b\n",
            "def f(a):\n    for b in a:\n        g(b)\n    return b\n",
        ),
        python(
            "def f(a):\n    for b in a:\n        g(b)\n    h(a)\n",
            "def f(a):\n    for b in a:\n        g(b)\n        h(a)\n",
        ),
        rust("fn f(a: i32) {\n    g(a);\n    h(a);\n}\n", "fn f(a: i32) {\n    h(a);\n    g(a);\n}\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if !site.is_statement() {
        return;
    }
    if let Some(next) = site.node.next_named_sibling().filter(|next| !next.is_extra()) {
        // Where signs end statements, the last one of a block may be a value instead.
        let ended = |text: &str| text.ends_with([';', '}']);
        let loose = site.syntax().dynamic || site.syntax().end.is_empty();
        let fits = loose || (ended(site.text()) && ended(site.text_of(next)));
        // What follows an exit never runs.
        if fits && site.role_of(next) != Role::Return && !site.text_of(next).starts_with("return") {
            out.exchange(site, site.node, next, 0.4);
        }
    }
    if site.is_python() && !site.text().contains('\n') {
        indent(site, out);
    } else if site.syntax().blocks != Blocks::Indented && !site.is_rust() {
        across_braces(site, out);
    }
}

fn indent(site: &Site<'_>, out: &mut Proposals) {
    let own = site.indent_of(site.node);
    let line_start = site.node.start_byte() - own.len();
    let span = line_start..site.node.start_byte();
    if site.scope.file.text.get(span.clone()) != Some(own.as_str()) {
        return;
    }
    let last = site.node.next_named_sibling().is_none();
    let owner = site.node.parent().and_then(|block| block.parent());
    let nested = owner.is_some_and(|owner| {
        matches!(site.role_of(owner), Role::For | Role::While | Role::If) || owner.kind() == "else_clause"
    });
    let alone = site.node.prev_named_sibling().is_none();
    if let Some(owner) = owner.filter(|_| last && nested && !alone) {
        let outer = site.indent_of(owner);
        let description = format!("move `{}` out of its block", short(site.text()));
        out.splice(site, span.clone(), outer, 0.9, description);
    }
    let before = site.node.prev_named_sibling();
    let inner = before.and_then(|before| {
        let control = matches!(site.role_of(before), Role::For | Role::While | Role::If);
        let mut block =
            before.child_by_field_name("body").or_else(|| before.child_by_field_name("consequence"))?;
        if let Some(alternative) = before.child_by_field_name("alternative") {
            block = alternative.child_by_field_name("body").unwrap_or(block);
        }
        control.then(|| block.named_child(0)).flatten()
    });
    if let Some(inner) = inner {
        let description = format!("move `{}` into the block before it", short(site.text()));
        out.splice(site, span, site.indent_of(inner), 0.6, description);
    }
}

/// Out of the end of a block, or into the end of the one before.
fn across_braces(site: &Site<'_>, out: &mut Proposals) {
    let text = &site.scope.file.text;
    let stays = site.text().contains('\n') || site.scope.file.language.is_declaration(site.node);
    let Some(block) = site.node.parent().filter(|_| !stays) else { return };
    let head = text.get(..site.node.start_byte()).unwrap_or_default();
    let gone = head.trim_end().len()..site.node.end_byte();
    let is_control = |node: Node<'_>| matches!(site.role_of(node), Role::For | Role::While | Role::If);
    let alone = site.node.prev_named_sibling().is_none();
    let owner = site.owner_of_block(block).filter(|owner| is_control(*owner));
    if let Some(owner) = owner.filter(|_| site.node.next_named_sibling().is_none() && !alone) {
        let (indent, at) = (site.indent_of(owner), owner.end_byte());
        let spans = vec![(gone.clone(), String::new()), (at..at, format!("\n{indent}{}", site.text()))];
        out.several(site, spans, 0.9, format!("move `{}` out of its block", short(site.text())));
    }
    let Some(before) = site.node.prev_named_sibling().filter(|before| is_control(*before)) else { return };
    for field in ["body", "consequence", "alternative"] {
        let branch = before.child_by_field_name(field);
        let branch =
            branch.map(|it| if it.kind() == "else_clause" { it.named_child(0).unwrap_or(it) } else { it });
        let Some(inner) = branch.filter(|it| site.role_of(*it) == Role::Block) else { continue };
        if let Some(last) = parts(inner).last() {
            let (indent, at) = (site.indent_of(*last), last.end_byte());
            let spans = vec![(at..at, format!("\n{indent}{}", site.text())), (gone.clone(), String::new())];
            out.several(site, spans, 0.5, format!("move `{}` into the block before it", short(site.text())));
        }
    }
}

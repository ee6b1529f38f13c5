//! A statement in the wrong place: one line up, or inside the loop instead of behind it.

use super::{Proposals, Site, Template, python, rust, short};
use crate::language::{Blocks, Role};

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
        let fits = site.is_python()
            || (site.text().ends_with([';', '}']) && site.text_of(next).ends_with([';', '}']));
        // What follows an exit never runs.
        if fits && site.role_of(next) != Role::Return && !site.text_of(next).starts_with("return") {
            out.exchange(site, site.node, next, 0.4);
        }
    }
    if site.syntax().blocks == Blocks::ParenthesesAndBraces {
        braces(site, out);
    }
    if site.is_python() && !site.text().contains('\n') {
        indent(site, out);
    }
}

/// Out of the block behind it, or to the end of the block before it, in languages with braces.
fn braces(site: &Site<'_>, out: &mut Proposals) {
    let text = site.text();
    let short_one = text.ends_with(';') && !text.contains('\n');
    let stays = site.scope.file.language.is_declaration(site.node);
    if !short_one || stays {
        return;
    }
    let control =
        |node: &tree_sitter::Node<'_>| matches!(site.role_of(*node), Role::For | Role::While | Role::If);
    let own = site.node.byte_range();
    let before = site.node.prev_named_sibling().filter(|node| !node.is_extra());
    let gone = before.map_or(own.start, |before| before.end_byte())..own.end;
    let owner = site.node.parent().and_then(|block| block.parent()).filter(control);
    if let Some(owner) = owner.filter(|_| before.is_some() && site.node.next_named_sibling().is_none()) {
        let (indent, at) = (site.indent_of(owner), owner.end_byte());
        let spans = vec![(gone.clone(), String::new()), (at..at, format!("\n{indent}{text}"))];
        out.several(site, spans, 0.9, format!("move `{}` out of its block", short(text)));
    }
    let block = before.filter(control).and_then(|before| {
        let branch = before
            .child_by_field_name("alternative")
            .and_then(|branch| branch.named_child(0))
            .or_else(|| before.child_by_field_name("body"))
            .or_else(|| before.child_by_field_name("consequence"))?;
        (site.role_of(branch) == Role::Block).then_some(branch)
    });
    let last = block.and_then(|block| {
        let last = block.named_child_count().checked_sub(1)?;
        block.named_child(u32::try_from(last).ok()?)
    });
    if let Some(last) = last {
        let (indent, at) = (site.indent_of(last), last.end_byte());
        let spans = vec![(at..at, format!("\n{indent}{text}")), (gone, String::new())];
        out.several(site, spans, 0.6, format!("move `{}` into the block before it", short(text)));
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

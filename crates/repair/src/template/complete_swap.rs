//! Two of the three steps of an exchange: `t = a[i]`, `a[i] = a[j]`, `a[j] = t`, with one of the last two missing.

use tree_sitter::Node;

use super::{Proposals, Site, Template, python, rust, short};
use crate::language::{Role, walk};

pub(super) static TEMPLATE: Template = Template {
    id: "complete_swap",
    doc: "Adds the step that an exchange of two places over a third one lacks.",
    prior: 0.5,
    trust: 0.9,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(a, i):\n    t = a[i]\n    a[i + 1] = t\n",
            "def f(a, i):\n    t = a[i]\n    a[i] = a[i + 1]\n    a[i + 1] = t\n",
        ),
        python(
            "def f(a, b):\n    t = a.x\n    a.x = b.x\n    return a\n",
            "def f(a, b):\n    t = a.x\n    a.x = b.x\n    b.x = t\n    return a\n",
        ),
        rust(
            "fn f(a: &mut [i32], i: usize) {\n    let t = a[i];\n    a[i + 1] = t;\n}\n",
            "fn f(a: &mut [i32], i: usize) {\n    let t = a[i];\n    a[i] = a[i + 1];\n    a[i + 1] = t;\n}\n",
        ),
    ],
};

/// The site is the second of the two steps that are there.
fn propose(site: &Site<'_>, out: &mut Proposals) {
    if !site.is_statement() {
        return;
    }
    let (Some(before), Some((place, value))) = (beside(site.node, true), sides(site.node, site)) else {
        return;
    };
    let Some((kept, source)) = sides(before, site) else { return };
    // In some languages a declaration tells more than the name.
    let kept = kept.rsplit([' ', '*']).find(|word| !word.is_empty()).unwrap_or(kept);
    let is_name =
        |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    if !is_name(kept) || !is_place(source, site) || !is_place(place, site) {
        return;
    }
    let step = |to: &str, from: &str| {
        site.text().replacen(place, to, 1).replacen(&format!("= {value}"), &format!("= {from}"), 1)
    };
    let indent = site.indent_of(site.node);
    if value == kept && place != source {
        let (text, at) = (step(source, place), site.node.start_byte());
        out.splice(site, at..at, format!("{text}\n{indent}"), 1.0, format!("add `{}`", short(&text)));
    } else if place == source && is_place(value, site) {
        let behind = beside(site.node, false).map(|node| site.text_of(node)).unwrap_or_default();
        let (text, at) = (step(value, kept), site.node.end_byte());
        if !behind.contains(&format!("= {kept}")) {
            out.splice(site, at..at, format!("\n{indent}{text}"), 0.6, format!("add `{}`", short(&text)));
        }
    }
}

/// The statement before or behind one of the same block.
fn beside(node: Node<'_>, before: bool) -> Option<Node<'_>> {
    let mut found = node;
    loop {
        found = if before { found.prev_named_sibling()? } else { found.next_named_sibling()? };
        if !found.is_extra() {
            return Some(found);
        }
    }
}

/// What stands on both sides of the sign of a plain assignment or of a declaration with a value.
fn sides<'a>(statement: Node<'_>, site: &Site<'a>) -> Option<(&'a str, &'a str)> {
    let text = site.text_of(statement).trim_end_matches(';');
    let (left, right) = text.split_once(" = ").or_else(|| text.split_once(" := "))?;
    let plain = !right.contains(['=', '\n']) && !left.contains(['(', '\n', '"', '\'']);
    plain.then(|| (left.split_once(':').map_or(left, |(name, _)| name).trim(), right.trim()))
}

/// Whether a value of the function stands for a place that can be assigned: an element, a member, a name.
fn is_place(text: &str, site: &Site<'_>) -> bool {
    let mut found = false;
    walk(site.scope.root, &mut |node| {
        found |= matches!(site.role_of(node), Role::Index | Role::Member | Role::Name)
            && site.text_of(node) == text;
        !found
    });
    found
}

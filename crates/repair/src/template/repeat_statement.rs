//! A statement that is needed twice: once more behind the loop, or for the other variable.

use tree_sitter::Node;

use super::{Proposals, Site, Template, python, rust, short};
use crate::language::{Role, filled, parts, walk};

pub(super) static TEMPLATE: Template = Template {
    id: "repeat_statement",
    doc: "Repeats a statement right behind itself, behind its loop, or with another variable.",
    prior: 0.03,
    trust: 0.4,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(a):\n    a.pop()\n    return a\n",
            "def f(a):\n    a.pop()\n    a.pop()\n    return a\n",
        ),
        python(
            "def f(a, r):\n    for b in a:\n        r.append(b)\n    return r\n",
            "def f(a, r):\n    for b in a:\n        r.append(b)\n    r.append(b)\n    return r\n",
        ),
        python(
            "def f(a, b):\n    a.sort()\n    return b\n",
            "def f(a, b):\n    a.sort()\n    b.sort()\n    return b\n",
        ),
        rust("fn f(a: &mut V) {\n    a.pop();\n}\n", "fn f(a: &mut V) {\n    a.pop();\n    a.pop();\n}\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let is_statement = site.node.kind() == "expression_statement"
        || matches!(site.role, Role::Assign | Role::Augment) && !declares(site);
    let repeatable = is_statement && !site.text().contains('\n');
    let text = site.text();
    let leaves = ["return", "break", "continue", "raise", "throw"].iter().any(|word| text.starts_with(word));
    if !site.is_statement() || !repeatable || leaves || text.starts_with(['"', '\'']) {
        return;
    }
    let indent = site.indent_of(site.node);
    let at = site.node.end_byte();
    out.splice(site, at..at, format!("\n{indent}{text}"), 0.5, format!("repeat `{}`", short(text)));
    let owner = site.node.parent().and_then(|block| site.owner_of_block(block));
    if let Some(owner) =
        owner.filter(|owner| matches!(site.role_of(*owner), Role::For | Role::While | Role::If))
    {
        let (outer, at) = (site.indent_of(owner), owner.end_byte());
        let description = format!("repeat `{}` behind the block", short(text));
        out.splice(site, at..at, format!("\n{outer}{text}"), 0.5, description);
        last_element(site, owner, out);
        last_index(site, owner, out);
    }
    for (name, span) in names(site) {
        for variable in
            site.scope.variables_at(at).into_iter().filter(|variable| variable.name != name).take(6)
        {
            let relative = span.0 - site.node.start_byte()..span.1 - site.node.start_byte();
            let mut copy = text.to_owned();
            copy.replace_range(relative, &variable.name);
            let description = format!("add `{}`", short(&copy));
            out.splice(site, at..at, format!("\n{indent}{copy}"), 0.25, description);
        }
    }
}

fn declares(site: &Site<'_>) -> bool {
    site.scope.file.language.is_declaration(site.node)
}

/// Behind a loop, once more for the last element.
fn last_element(site: &Site<'_>, owner: Node<'_>, out: &mut Proposals) {
    // Some grammars keep what stands between `for` and the body in a node of its own.
    let head =
        owner.named_child(0).filter(|head| head.child_by_field_name("left").is_some()).unwrap_or(owner);
    let (Some(left), Some(right)) = (head.child_by_field_name("left"), head.child_by_field_name("right"))
    else {
        return;
    };
    let left = parts(left).last().copied().filter(|_| head.id() != owner.id()).unwrap_or(left);
    let Some(last) = site.vocabulary().last_index else { return };
    let source = site.text_of(right).split('[').next().unwrap_or_default();
    let is_name =
        !source.is_empty() && source.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    let found = names(site).into_iter().find(|(name, _)| name == site.text_of(left));
    if let Some((_, span)) = found.filter(|_| is_name) {
        let mut copy = site.text().to_owned();
        let start = site.node.start_byte();
        copy.replace_range(span.0 - start..span.1 - start, &format!("{source}[{}]", filled(last, source)));
        let (outer, at) = (site.indent_of(owner), owner.end_byte());
        let description = format!("add `{}` behind the loop", short(&copy));
        out.splice(site, at..at, format!("\n{outer}{copy}"), 0.4, description);
    }
}

/// Behind a loop that counts, once more for the last index.
fn last_index(site: &Site<'_>, owner: Node<'_>, out: &mut Proposals) {
    let mut found: Option<(Node<'_>, String)> = None;
    walk(site.node, &mut |node| {
        let inner = Site::new(node, site.scope);
        let pieces = match inner.role {
            Role::Index => inner.parts(),
            Role::Call => {
                inner.callee().and_then(|(_, object)| object).into_iter().chain(inner.arguments()).collect()
            }
            _ => return true,
        };
        if let [value, index] = pieces[..]
            && inner.role_of(index) == Role::Name
            && found.is_none()
        {
            let kind = site.scope.kind_of(value);
            let is_element = (site.idioms().element)(&kind).is_some()
                && site.element(&kind, site.text_of(value), site.text_of(index)) == inner.text();
            let last = super::index::last_index(site, &kind, site.text_of(value)).filter(|_| is_element);
            found = last.map(|last| (index, last));
        }
        true
    });
    if let Some((index, last)) = found {
        let (mut copy, start) = (site.text().to_owned(), site.node.start_byte());
        copy.replace_range(index.start_byte() - start..index.end_byte() - start, &last);
        let (outer, at) = (site.indent_of(owner), owner.end_byte());
        let description = format!("add `{}` behind the loop", short(&copy));
        out.splice(site, at..at, format!("\n{outer}{copy}"), 0.4, description);
    }
}

/// The first two variables that the statement uses.
fn names(site: &Site<'_>) -> Vec<(String, (usize, usize))> {
    let mut found = Vec::new();
    walk(site.node, &mut |node| {
        if site.role_of(node) == Role::Name && site.is_value(node) && found.len() < 2 {
            found.push((site.text_of(node).to_owned(), (node.start_byte(), node.end_byte())));
        }
        true
    });
    found
}

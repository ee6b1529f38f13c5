//! A statement that the function has in one place and lacks in another: it is updated, reset or handed out there, and not
//! here.

use std::ops::Range;

use tree_sitter::Node;

use super::{Proposals, Site, Template, python, rust, short};
use crate::language::{Role, walk};

pub(super) static TEMPLATE: Template = Template {
    id: "copy_statement",
    doc: "Puts a copy of a simple statement to another place of the same function.",
    prior: 0.02,
    trust: 0.4,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(a, r):\n    for b in a:\n        r.append(b)\n        yield r\n",
            "def f(a, r):\n    yield r\n    for b in a:\n        r.append(b)\n        yield r\n",
        ),
        python(
            "def f(a):\n    n = 0\n    if a:\n        n += 1\n    else:\n        g(a)\n    return n\n",
            "def f(a):\n    n = 0\n    if a:\n        n += 1\n    else:\n        g(a)\n        n += 1\n    return n\n",
        ),
        rust(
            "fn f(a: &mut V) {\n    if a.x {\n        a.reset();\n    }\n    a.go();\n}\n",
            "fn f(a: &mut V) {\n    if a.x {\n        a.reset();\n    }\n    a.reset();\n    a.go();\n}\n",
        ),
    ],
};

/// Further away, in lines, nobody looks for what is missing.
const FAR: usize = 40;

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if !is_copyable(site) {
        return;
    }
    let needed = bound_names(site);
    let (own, line) = (site.node.byte_range(), site.node.start_position().row);
    walk(site.scope.root, &mut |block| {
        if rows_between(block, line) > FAR {
            return false;
        }
        if site.role_of(block) == Role::Block {
            let statements: Vec<Node<'_>> =
                Site::new(block, site.scope).parts().into_iter().filter(|part| !part.is_extra()).collect();
            for (number, &statement) in statements.iter().enumerate() {
                let away = statement.start_position().row.abs_diff(line);
                if away > FAR || is_beside(&statements, number, &own) {
                    continue;
                }
                let weight = 0.6 / (1.0 + 0.1 * away as f64);
                if needed.iter().all(|bound| *bound < statement.start_byte()) {
                    before(site, statement, weight, out);
                }
                let last = number + 1 == statements.len();
                if last
                    && !leaves(site, statement)
                    && needed.iter().all(|bound| *bound < statement.end_byte())
                {
                    behind(site, statement, weight, out);
                }
            }
        }
        true
    });
}

/// How many lines away the nearest one of the node is.
fn rows_between(node: Node<'_>, line: usize) -> usize {
    let (from, to) = (node.start_position().row, node.end_position().row);
    from.saturating_sub(line).max(line.saturating_sub(to))
}

fn is_copyable(site: &Site<'_>) -> bool {
    let simple =
        site.node.kind() == "expression_statement" || matches!(site.role, Role::Assign | Role::Augment);
    let text = site.text();
    let leaves =
        ["return", "break", "continue", "raise", "throw", "panic"].iter().any(|word| text.starts_with(word));
    site.is_statement()
        && simple
        && !leaves
        && !text.contains('\n')
        && !text.starts_with(['"', '\''])
        && !site.scope.file.language.is_declaration(site.node)
}

/// Where the names of it that belong to the function are bound first.
fn bound_names(site: &Site<'_>) -> Vec<usize> {
    let mut found = Vec::new();
    walk(site.node, &mut |node| {
        if site.role_of(node) == Role::Name {
            let name = site.text_of(node);
            let bound = site.scope.variables.iter().filter(|variable| variable.name == name);
            // What it binds itself need not be there before.
            found.extend(
                bound
                    .map(|variable| variable.from)
                    .min()
                    .filter(|from| !site.node.byte_range().contains(from)),
            );
        }
        true
    });
    found
}

/// Whether the place is the statement's own, or the one right behind it, which is to repeat it.
fn is_beside(statements: &[Node<'_>], number: usize, own: &Range<usize>) -> bool {
    let is_own = |at: usize| statements.get(at).is_some_and(|statement| statement.start_byte() == own.start);
    is_own(number) || number.checked_sub(1).is_some_and(is_own)
}

fn leaves(site: &Site<'_>, statement: Node<'_>) -> bool {
    matches!(site.role_of(statement), Role::Leave | Role::Return)
}

fn before(site: &Site<'_>, statement: Node<'_>, weight: f64, out: &mut Proposals) {
    let (text, indent, at) = (site.text(), site.indent_of(statement), statement.start_byte());
    let description = format!("copy `{}` before `{}`", short(text), short(site.text_of(statement)));
    out.splice(site, at..at, format!("{text}\n{indent}"), weight, description);
}

fn behind(site: &Site<'_>, statement: Node<'_>, weight: f64, out: &mut Proposals) {
    let (text, indent, at) = (site.text(), site.indent_of(statement), statement.end_byte());
    let description = format!("copy `{}` behind `{}`", short(text), short(site.text_of(statement)));
    out.splice(site, at..at, format!("\n{indent}{text}"), weight, description);
}

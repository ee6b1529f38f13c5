//! One of two counters is forgotten: `if a: x += 1`, and nothing that counts the others, though there is a name for them.

use tree_sitter::Node;

use super::{Proposals, Site, Template, python, rust, short};
use crate::language::{Blocks, Kind, Role, has_word, parts, walk};

pub(super) static TEMPLATE: Template = Template {
    id: "add_else",
    doc: "Adds the other branch, which does the same to a variable that nothing changes yet.",
    prior: 0.4,
    trust: 0.8,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(a):\n    m = n = 0\n    for b in a:\n        if b:\n            m += b\n    return m, n\n",
            "def f(a):\n    m = n = 0\n    for b in a:\n        if b:\n            m += b\n        else:\n            n += b\n    return m, n\n",
        ),
        rust(
            "fn f(a: &[i32]) -> (i32, i32) {\n    let (mut m, mut n) = (0, 0);\n    for b in a {\n        if *b > 0 {\n            m += 1;\n        }\n    }\n    (m, n)\n}\n",
            "fn f(a: &[i32]) -> (i32, i32) {\n    let (mut m, mut n) = (0, 0);\n    for b in a {\n        if *b > 0 {\n            m += 1;\n        } else {\n            n += 1;\n        }\n    }\n    (m, n)\n}\n",
        ),
    ],
};

/// The site is an `if` without another branch.
fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::If || site.node.child_by_field_name("alternative").is_some() {
        return;
    }
    let Some(mut body) = site.node.child_by_field_name("consequence") else { return };
    // Some grammars have the list of statements in the braces.
    while let [inner] = parts(body)[..]
        && site.role_of(inner) == Role::Block
    {
        body = inner;
    }
    let [statement] = parts(body)[..] else { return };
    let Some(changed) = changed_name(statement, site) else { return };
    let text = site.text_of(statement);
    let (indent, inner) = (site.indent_of(site.node), site.indent_of(statement));
    if inner.len() <= indent.len() {
        return;
    }
    for other in untouched(site, changed) {
        let same = replaced(text, changed, &other);
        let branch = match site.syntax().blocks {
            Blocks::Indented => format!("\n{indent}else:\n{inner}{same}"),
            Blocks::Braces | Blocks::ParenthesesAndBraces => format!(" else {{\n{inner}{same}\n{indent}}}"),
        };
        let at = site.node.end_byte();
        out.splice(site, at..at, branch, 1.0, format!("add `{}` for the other case", short(&same)));
    }
}

/// The name that a statement of one step changes: `x += 1`, `x++`.
fn changed_name<'a>(statement: Node<'_>, site: &Site<'a>) -> Option<&'a str> {
    let mut step = statement;
    while site.role_of(step) != Role::Augment {
        let [inner] = parts(step)[..] else { return None };
        step = inner;
    }
    let name = parts(step).into_iter().next().filter(|name| site.role_of(*name) == Role::Name)?;
    Some(site.text_of(name))
}

/// Variables of the same kind that are bound and used here, and never changed.
fn untouched(site: &Site<'_>, changed: &str) -> Vec<String> {
    let here = site.scope.variables_at(site.node.start_byte());
    let Some(model) = here.iter().find(|variable| variable.name == changed) else { return Vec::new() };
    let alike = here.iter().filter(|other| other.name != changed && fits(&other.kind, &model.kind));
    let mut steps = Vec::new();
    walk(site.scope.root, &mut |node| {
        if site.role_of(node) == Role::Augment {
            steps.extend(parts(node).first().map(|name| site.text_of(*name).to_owned()));
        }
        true
    });
    // Bound beside the first one: nobody counts with what was handed in.
    let near = |other: &str| bound_alike(site, changed, other);
    let found = alike.filter(|other| !steps.contains(&other.name) && near(&other.name));
    let mut names: Vec<String> = found.map(|other| other.name.clone()).collect();
    names.dedup();
    names
}

/// Whether both may be counters of the same sort, as far as is known.
fn fits(one: &Kind, other: &Kind) -> bool {
    one == other || *one == Kind::Unknown || *other == Kind::Unknown
}

/// Whether both names begin with the same value, by the text of what binds them.
fn bound_alike(site: &Site<'_>, one: &str, other: &str) -> bool {
    let mut values: [Vec<String>; 2] = [Vec::new(), Vec::new()];
    let mut together = false;
    walk(site.scope.root, &mut |node| {
        let text = site.text_of(node);
        let Some((left, right)) = text.split_once('=').filter(|_| !text.contains('\n')) else { return true };
        // A step or a comparison binds nothing.
        if left.trim_end().ends_with(['+', '-', '*', '/', '%', '<', '>', '!']) || right.starts_with('=') {
            return true;
        }
        together |= has_word(text, one) && has_word(text, other);
        for (name, values) in [one, other].iter().zip(&mut values) {
            if has_word(left, name) {
                values.push(right.trim_matches([' ', '=', ';', ':']).to_owned());
            }
        }
        true
    });
    together || values[0].iter().any(|value| values[1].contains(value))
}

/// The text with another name as a word.
fn replaced(text: &str, name: &str, by: &str) -> String {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (head, tail) = (&rest[..at], &rest[at + name.len()..]);
        let whole = !head.ends_with(is_part) && !tail.starts_with(is_part);
        result.push_str(head);
        result.push_str(if whole { by } else { name });
        rest = tail;
    }
    result + rest
}

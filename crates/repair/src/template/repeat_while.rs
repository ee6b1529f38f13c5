//! `if` where `while` was meant: once is not enough. And the other way round.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "repeat_while",
    doc: "Makes a loop of a condition, or a condition of a loop.",
    prior: 0.06,
    trust: 0.5,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(a):\n    if a and not a[-1]:\n        a.pop()\n",
            "def f(a):\n    while a and not a[-1]:\n        a.pop()\n",
        ),
        python(
            "def f(a):\n    while a > 3:\n        a = g(a)\n    return a\n",
            "def f(a):\n    if a > 3:\n        a = g(a)\n    return a\n",
        ),
        rust(
            "fn f(a: &mut V) {\n    if a.is_long() {\n        a.pop();\n    }\n}\n",
            "fn f(a: &mut V) {\n    while a.is_long() {\n        a.pop();\n    }\n}\n",
        ),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let looping = if site.scope.file.language.name() == "Go" { "for" } else { "while" };
    let (from, to, weight) = match site.role {
        Role::If if site.node.child_by_field_name("alternative").is_none() => ("if", looping, 1.0),
        Role::While => (looping, "if", 0.4),
        _ => return,
    };
    let (text, at) = (site.text(), site.node.start_byte());
    let rest = text.strip_prefix(from).filter(|rest| rest.starts_with([' ', '(']));
    // What begins with another word is a branch of a longer one, or a loop of another kind.
    if rest.is_some() {
        out.splice(site, at..at + from.len(), to, weight, format!("replace `{from}` by `{to}`"));
    }
}

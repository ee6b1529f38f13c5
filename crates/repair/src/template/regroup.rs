//! `a - b / c` to `a / c - b`: the terms are right, their grouping or order is not.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "regroup",
    doc: "Groups or orders the terms of a two-step calculation differently.",
    prior: 0.2,
    trust: 0.4,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a, b, c):\n    return a + b * c\n", "def f(a, b, c):\n    return (a + b) * c\n"),
        python("def f(a):\n    return a - 1 // 2\n", "def f(a):\n    return a // 2 - 1\n"),
        python("def f(a, b, c):\n    return (a + b) / c\n", "def f(a, b, c):\n    return a + b / c\n"),
        rust("fn f(a: i32, b: i32) -> i32 { a + b / 2 }\n", "fn f(a: i32, b: i32) -> i32 { (a + b) / 2 }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if !matches!(site.role, Role::Arithmetic | Role::Logic) {
        return;
    }
    let Some(outer) = site.operands() else { return };
    let language = site.scope.file.language;
    let operator = site.text_of(outer.operator);
    if site.role_of(outer.right) == site.role
        && let Some(inner) = language.operands(outer.right)
    {
        let (a, b, c) = (site.text_of(outer.left), site.text_of(inner.left), site.text_of(inner.right));
        let second = site.text_of(inner.operator);
        out.replace(site, site.node, format!("({a} {operator} {b}) {second} {c}"), 1.0);
        out.replace(site, site.node, format!("{a} {second} {c} {operator} {b}"), 0.6);
    }
    if site.role_of(outer.left) == site.role
        && let Some(inner) = language.operands(outer.left)
    {
        let (a, b, c) = (site.text_of(inner.left), site.text_of(inner.right), site.text_of(outer.right));
        let first = site.text_of(inner.operator);
        out.replace(site, site.node, format!("{a} {first} ({b} {operator} {c})"), 0.8);
        if first != operator {
            out.replace(site, site.node, format!("{a} {operator} {c} {first} {b}"), 0.5);
        }
    }
    // Parentheses that should not be there.
    for (side, weight) in [(outer.left, 0.8), (outer.right, 0.8)] {
        if site.role_of(side) == Role::Group
            && let Some(inner) = side.named_child(0)
        {
            out.replace(site, side, site.text_of(inner), weight);
        }
    }
}

//! `a - b` to `b - a`: operands the wrong way round.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Kind, Role};

pub(super) static TEMPLATE: Template = Template {
    id: "swap_operands",
    doc: "Exchanges the two sides of an operator for which that makes a difference.",
    prior: 0.4,
    trust: 0.5,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        python("def f(a, b):\n    return a in b\n", "def f(a, b):\n    return b in a\n"),
        python("def f(s, n):\n    return s[:n] + s[n:]\n", "def f(s, n):\n    return s[n:] + s[:n]\n"),
        rust("fn f(a: i32, b: i32) -> i32 { a - b }\n", "fn f(a: i32, b: i32) -> i32 { b - a }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if !matches!(site.role, Role::Arithmetic | Role::Compare | Role::Logic) {
        return;
    }
    let Some(operands) = site.operands() else { return };
    let numeric = |node| matches!(site.scope.kind_of(node), Kind::Integer | Kind::Float | Kind::Boolean);
    let both_numeric = numeric(operands.left) && numeric(operands.right);
    let weight = match site.text_of(operands.operator) {
        "-" | "/" | "//" | "%" | "**" => 1.0,
        "in" | "not in" => 1.0,
        "+" if both_numeric => return,
        "+" => 0.6,
        "<" | ">" | "<=" | ">=" => 0.05,
        "and" | "or" | "&&" | "||" => 0.15,
        _ => return,
    };
    out.exchange(site, operands.left, operands.right, weight);
}

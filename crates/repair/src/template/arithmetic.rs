//! `a + b` to `a - b`: the wrong operation.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Kind, Role};

pub(super) static TEMPLATE: Template = Template {
    id: "arithmetic",
    doc: "Replaces an arithmetic operator by another one.",
    prior: 0.7,
    trust: 0.65,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        python("def f(a, b):\n    return a + b\n", "def f(a, b):\n    return a - b\n"),
        python("def f(a, b):\n    return a / b\n", "def f(a, b):\n    return a // b\n"),
        rust("fn f(a: i32) -> i32 { a * 2 }\n", "fn f(a: i32) -> i32 { a / 2 }\n"),
    ],
};

fn others(operator: &str, python: bool) -> &'static [(&'static str, f64)] {
    match (operator, python) {
        ("+", _) => &[("-", 1.0), ("*", 0.5), ("/", 0.15)],
        ("-", _) => &[("+", 1.0), ("*", 0.2), ("/", 0.15)],
        ("*", true) => &[("+", 0.6), ("/", 0.6), ("**", 0.6), ("//", 0.3), ("-", 0.2)],
        ("*", false) => &[("+", 0.7), ("/", 0.7), ("**", 0.4), ("-", 0.2)],
        ("/", true) => &[("//", 1.0), ("*", 0.7), ("%", 0.3)],
        ("/", false) => &[("*", 0.8), ("%", 0.7)],
        ("//", _) => &[("/", 0.9), ("%", 0.7), ("*", 0.3)],
        ("%", true) => &[("//", 0.7), ("/", 0.3), ("*", 0.2)],
        ("%", false) => &[("/", 0.8), ("*", 0.2)],
        ("**", _) => &[("*", 1.0)],
        ("&", _) => &[("|", 1.0), ("^", 0.4)],
        ("|", _) => &[("&", 1.0), ("^", 0.4)],
        ("^", _) => &[("&", 0.7), ("|", 0.7), ("**", 0.5)],
        ("<<", _) => &[(">>", 1.0)],
        (">>", _) => &[("<<", 1.0)],
        _ => &[],
    }
}

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::Arithmetic {
        return;
    }
    let Some(operands) = site.operands() else { return };
    // Text and lists know `+` only.
    let kinds = [site.scope.kind_of(operands.left), site.scope.kind_of(operands.right)];
    let factor = if kinds.iter().any(|kind| matches!(kind, Kind::Text | Kind::List)) { 0.1 } else { 1.0 };
    let right = site.text_of(operands.right);
    for (other, weight) in others(site.text_of(operands.operator), site.is_python()) {
        // `a * 1` and `a + 0` are `a`: other templates say so plainly.
        let pointless = match right {
            "1" => matches!(*other, "*" | "/" | "//" | "**"),
            "0" => matches!(*other, "+" | "-"),
            _ => false,
        };
        let unknown = matches!(*other, "**" | "//") && !site.syntax().operators.contains(other);
        if !pointless && !unknown {
            out.replace(site, operands.operator, *other, weight * factor);
        }
    }
}

//! `a < b` to `a <= b`: the wrong relation.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "comparison",
    doc: "Replaces a comparison operator by another one.",
    prior: 0.8,
    trust: 0.55,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        python("def f(a, b):\n    return a < b\n", "def f(a, b):\n    return a <= b\n"),
        python("def f(a, b):\n    return a in b\n", "def f(a, b):\n    return a not in b\n"),
        python("def f(a, b):\n    return 1 < a < b\n", "def f(a, b):\n    return 1 < a <= b\n"),
        rust("fn f(a: i32) -> bool { a == 1 }\n", "fn f(a: i32) -> bool { a >= 1 }\n"),
    ],
};

/// What to put for an operator, likeliest first.
fn others(operator: &str) -> &'static [(&'static str, f64)] {
    match operator {
        "<" => &[("<=", 1.0), (">", 0.9), ("==", 0.5), (">=", 0.5), ("!=", 0.4)],
        "<=" => &[("<", 1.0), (">=", 0.7), (">", 0.5), ("==", 0.4), ("!=", 0.2)],
        ">" => &[(">=", 1.0), ("<", 0.9), ("==", 0.4), ("<=", 0.5), ("!=", 0.4)],
        ">=" => &[(">", 1.0), ("<=", 0.7), ("<", 0.5), ("==", 0.4), ("!=", 0.2)],
        "==" | "===" => &[("!=", 1.0), ("<", 0.5), (">=", 0.4), ("<=", 0.4), (">", 0.4)],
        "!=" | "!==" => &[("==", 1.0), ("<", 0.4), (">", 0.4), ("<=", 0.3), (">=", 0.3)],
        "in" => &[("not in", 1.0), ("==", 0.2)],
        "not in" => &[("in", 1.0)],
        "is" => &[("is not", 1.0), ("==", 0.6)],
        "is not" => &[("is", 1.0), ("!=", 0.6)],
        _ => &[],
    }
}

/// Whether `==` is the equality of this code although the language has a stricter one.
fn is_loose(site: &Site<'_>, operator: &str) -> bool {
    let region = || site.text_of(site.scope.root);
    match operator {
        "==" | "!=" => true,
        "===" | "!==" => false,
        _ => region().contains(" == ") && !region().contains(" === "),
    }
}

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::Compare {
        return;
    }
    // Every operator child, so that chains are covered as well.
    for index in 0..site.node.child_count() {
        let Some(operator) = site.node.child(index).filter(|child| !child.is_named()) else { continue };
        let sided = site.is_python();
        let loose = is_loose(site, site.text_of(operator));
        // A loop with a condition that starts out false, or holds once, is hardly ever meant.
        let counts = site.parent_role() == Role::For && site.field() == Some("condition");
        for (other, weight) in others(site.text_of(operator)) {
            let other = match *other {
                "==" if !loose => site.syntax().equal,
                "!=" if !loose => site.syntax().unequal,
                other => other,
            };
            if sided || !matches!(other, "in" | "not in" | "is" | "is not") {
                let inverted = counts && !site.text_of(operator).starts_with(&other[..1]);
                let likely = if inverted || (counts && other == site.syntax().equal) { 0.3 } else { 1.0 };
                out.replace(site, operator, other, weight * likely);
            }
        }
    }
}

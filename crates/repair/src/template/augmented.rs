//! `a += b` to `a -= b` or `a = b`, and back.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "augmented",
    doc: "Replaces the operator of an assignment: plain, adding, subtracting, multiplying.",
    prior: 0.4,
    trust: 0.35,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        python("def f(a):\n    a += 1\n", "def f(a):\n    a -= 1\n"),
        python("def f(a, b):\n    a *= a * b\n", "def f(a, b):\n    a = a * b\n"),
        python("def f(a, b):\n    a = b\n", "def f(a, b):\n    a += b\n"),
        rust("fn f(mut a: i32) { a += 1; }\n", "fn f(mut a: i32) { a = 1; }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let others: &[(&str, f64)] = match site.role {
        Role::Augment => &[("=", 0.5), ("+=", 0.8), ("-=", 0.8), ("*=", 0.4), ("/=", 0.2), ("//=", 0.2)],
        // Plain assignment is by far the commonest statement: only where it could be an update.
        Role::Assign => &[("+=", 0.25), ("-=", 0.1)],
        _ => return,
    };
    if site.role == Role::Augment
        && let Some(sign) = site.node.child_by_field_name("operator")
        && matches!(site.text_of(sign), "++" | "--")
    {
        let other = if site.text_of(sign) == "++" { "--" } else { "++" };
        // A loop that runs the other way needs more than that.
        let place = if site.parent_role() == Role::For { 0.1 } else { 0.5 };
        out.replace(site, sign, other, place);
        return;
    }
    let Some(operands) = site.operands() else { return };
    let current = site.text_of(operands.operator);
    for (other, weight) in others {
        let known = *other != "//=" || site.syntax().operators.contains(&"//");
        if *other != current && known {
            out.replace(site, operands.operator, *other, *weight);
        }
    }
}

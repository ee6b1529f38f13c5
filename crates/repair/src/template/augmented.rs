//! `a += b` to `a -= b` or `a = b`, and back.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Operands, Role, parts};

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
    let Some(operands) = site.operands() else {
        counted(site, out);
        return;
    };
    let current = site.text_of(operands.operator);
    if current == ":=" {
        shadowed(site, &operands, out);
        return;
    }
    for (other, weight) in others {
        let known = *other != "//=" || site.syntax().operators.contains(&"//");
        if *other != current && known {
            out.replace(site, operands.operator, *other, *weight);
        }
    }
}

/// `i++` to `i--` or `i += 2`.
fn counted(site: &Site<'_>, out: &mut Proposals) {
    let sign = (0..site.node.child_count())
        .filter_map(|index| site.node.child(index))
        .find(|child| matches!(child.kind(), "++" | "--"));
    let (Some(sign), [counter]) = (sign, &parts(site.node)[..]) else { return };
    let (other, step) = if sign.kind() == "++" { ("--", "+=") } else { ("++", "-=") };
    // A loop that runs the other way needs more than that.
    out.replace(site, sign, other, if site.parent_role() == Role::For { 0.2 } else { 0.8 });
    out.replace(site, site.node, format!("{} {step} 2", site.text_of(*counter)), 0.4);
}

/// A new variable that hides the one that was meant.
fn shadowed(site: &Site<'_>, operands: &Operands<'_>, out: &mut Proposals) {
    let here = site.scope.variables_at(site.node.start_byte());
    let bound = |name: &str| here.iter().any(|variable| variable.name == name);
    if site.text_of(operands.left).split(',').all(|name| name.trim() == "_" || bound(name.trim())) {
        out.replace(site, operands.operator, "=", 0.8);
    }
}

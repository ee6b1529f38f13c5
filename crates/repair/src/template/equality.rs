//! `a == b` to `a.equals(b)`: the same contents were meant, not the same object.

use tree_sitter::Node;

use super::{Fixture, Proposals, Site, Template};
use crate::language::{Kind, Role, both};

pub(super) static TEMPLATE: Template = Template {
    id: "equality",
    doc: "Compares by contents instead of by identity, where the operator of the language does the latter.",
    prior: 0.6,
    trust: 0.85,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        Fixture {
            file: "a.java",
            before: "class A { boolean f(String a, String b) { return a == b; } }\n",
            after: "class A { boolean f(String a, String b) { return a.equals(b); } }\n",
        },
        Fixture {
            file: "a.java",
            before: "class A { boolean f(String a) { return a + \"x\" != \"y\"; } }\n",
            after: "class A { boolean f(String a) { return !(a + \"x\").equals(\"y\"); } }\n",
        },
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::Compare {
        return;
    }
    let Some(operands) = site.operands() else { return };
    let negation = match site.text_of(operands.operator) {
        "==" => "",
        "!=" => site.syntax().not,
        _ => return,
    };
    let sides = [operands.left, operands.right];
    if sides.iter().any(|side| matches!(site.role_of(*side), Role::Nothing | Role::Boolean)) {
        return;
    }
    let likely = sides.iter().map(|side| likely(site, *side)).fold(1.0, f64::min);
    for (form, weight) in site.idioms().equality {
        let equal = both(form, &site.operand(operands.left), site.text_of(operands.right));
        out.replace(site, site.node, format!("{negation}{equal}"), (weight * likely).max(0.01));
    }
}

/// How likely a value is an object that has contents.
fn likely(site: &Site<'_>, node: Node<'_>) -> f64 {
    match site.scope.kind_of(node) {
        Kind::Text | Kind::List | Kind::Map => 1.0,
        Kind::Named(_) => 0.8,
        Kind::Unknown => 0.4,
        // What a collection yields is an object, even if it is a number.
        _ if is_got(site, node) => 0.3,
        _ => 0.02,
    }
}

/// Whether the value is what some object was asked for by a name like `get`.
fn is_got(site: &Site<'_>, node: Node<'_>) -> bool {
    let callee = (site.role_of(node) == Role::Call).then(|| site.scope.file.language.callee(node)).flatten();
    callee.is_some_and(|callee| site.text_of(callee.name).starts_with("get"))
}

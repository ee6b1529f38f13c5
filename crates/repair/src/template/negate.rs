//! `if a` to `if not a`.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Kind, Role};

pub(super) static TEMPLATE: Template = Template {
    id: "negate",
    doc: "Negates a condition or a boolean value.",
    prior: 0.4,
    trust: 0.5,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a):\n    if a:\n        return 1\n", "def f(a):\n    if not a:\n        return 1\n"),
        python("def f(a, b):\n    return g(a) and b\n", "def f(a, b):\n    return not g(a) and b\n"),
        rust("fn f(a: bool) { if a { g() } }\n", "fn f(a: bool) { if !a { g() } }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    // A comparison has its own negation among the operators.
    if !site.is_value || matches!(site.role, Role::Not | Role::Boolean | Role::Compare) {
        return;
    }
    let weight = if site.is_condition() {
        0.9
    } else if site.parent_role() == Role::Logic {
        0.8
    } else if site.kind() == Kind::Boolean {
        0.5
    } else if site.parent_role() == Role::Return && site.syntax().dynamic {
        0.15
    } else {
        return;
    };
    // A word binds more loosely than a comparison, a sign does not.
    let text = if site.syntax().not.ends_with(' ') && !matches!(site.role, Role::Logic | Role::Choice) {
        site.text().to_owned()
    } else {
        site.operand(site.node)
    };
    out.replace(site, site.node, format!("{}{text}", site.syntax().not), weight);
}

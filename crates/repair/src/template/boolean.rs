//! `True` to `False`.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "boolean",
    doc: "Flips a boolean literal.",
    prior: 0.8,
    trust: 0.6,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        python("def f(a):\n    return True\n", "def f(a):\n    return False\n"),
        rust("fn f() -> bool { false }\n", "fn f() -> bool { true }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role == Role::Boolean {
        let words = site.syntax();
        let other = if site.text() == words.truth { words.falsehood } else { words.truth };
        out.replace(site, site.node, other, 1.0);
    }
}

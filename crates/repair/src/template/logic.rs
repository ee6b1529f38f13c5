//! `a and b` to `a or b`.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "logic",
    doc: "Exchanges the logical operators and, or.",
    prior: 0.8,
    trust: 0.6,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        python("def f(a, b):\n    return a and b\n", "def f(a, b):\n    return a or b\n"),
        rust("fn f(a: bool, b: bool) -> bool { a || b }\n", "fn f(a: bool, b: bool) -> bool { a && b }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::Logic {
        return;
    }
    let Some(operands) = site.operands() else { return };
    // Some languages have both spellings: the other word for a word, the other sign for a sign.
    let other = match site.text_of(operands.operator) {
        "&&" => "||",
        "||" => "&&",
        "and" => "or",
        "or" => "and",
        _ => return,
    };
    out.replace(site, operands.operator, other, 1.0);
}

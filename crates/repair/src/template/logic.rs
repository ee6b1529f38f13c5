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
    if site.parent_role() != Role::Logic {
        chain(site, other, out);
    }
}

/// `a != 1 || a != 2 || a != 3`: a long row is as a rule wrong all along.
fn chain(site: &Site<'_>, other: &str, out: &mut Proposals) {
    let Some(operands) = site.operands() else { return };
    let sign = site.text_of(operands.operator);
    let mut spans = vec![(operands.operator.byte_range(), other.to_owned())];
    let mut left = operands.left;
    while let Some(inner) = site.scope.file.language.operands(left) {
        if site.role_of(left) != Role::Logic || site.text_of(inner.operator) != sign {
            break;
        }
        spans.push((inner.operator.byte_range(), other.to_owned()));
        left = inner.left;
    }
    if spans.len() > 2 {
        out.several(site, spans, 0.5, format!("replace every `{sign}` of the row by `{other}`"));
    }
}

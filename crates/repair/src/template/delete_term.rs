//! `a + b` to `a`: one term too many.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "delete_term",
    doc: "Deletes one operand of an operator, be it arithmetic or logical.",
    prior: 0.5,
    trust: 0.45,
    caution: Some("a term was deleted: check that no case needs it"),
    pairs: false,
    propose,
    fixtures: &[
        python("def f(x, y):\n    return x + y + x\n", "def f(x, y):\n    return x + y\n"),
        python("def f(x, n):\n    return 18 * n * x\n", "def f(x, n):\n    return 18 * x\n"),
        python("def f(a, b):\n    return a and b\n", "def f(a, b):\n    return b\n"),
        rust("fn f(a: i32, b: i32) -> i32 { a * b }\n", "fn f(a: i32, b: i32) -> i32 { a }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let weight = match site.role {
        Role::Arithmetic => 1.0,
        Role::Logic => 0.6,
        _ => return,
    };
    let Some(operands) = site.operands() else { return };
    out.replace(site, site.node, site.text_of(operands.left), weight);
    out.replace(site, site.node, site.text_of(operands.right), weight * 0.7);
    // The middle term of a chain: `a op b op c` to `a op c`.
    let Some(inner) = site.scope.file.language.operands(operands.left) else { return };
    if site.role_of(operands.left) == site.role {
        let span = inner.left.end_byte()..operands.left.end_byte();
        let text = site.scope.file.text.get(span.clone()).unwrap_or_default();
        let description = format!("delete `{}`", text.trim());
        out.splice(site, span, "", weight * 0.8, description);
        let span = inner.operator.start_byte()..operands.operator.end_byte();
        out.splice(site, span, site.text_of(inner.operator), weight * 0.6, "delete the middle term");
    }
}

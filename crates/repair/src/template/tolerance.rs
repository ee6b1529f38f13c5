//! `a == b` on floats.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Kind, Role, filled};

pub(super) static TEMPLATE: Template = Template {
    id: "tolerance",
    doc: "Compares floating-point numbers with a tolerance.",
    prior: 0.1,
    trust: 0.6,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(a, b):\n    return a / b == 0.3\n",
            "def f(a, b):\n    return abs(a / b - 0.3) < 1e-9\n",
        ),
        rust(
            "fn f(a: f64, b: f64) -> bool { a == b }\n",
            "fn f(a: f64, b: f64) -> bool { (a - b).abs() < 1e-9 }\n",
        ),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::Compare {
        return;
    }
    let Some(operands) = site.operands() else { return };
    let sign = match site.text_of(operands.operator) {
        "==" | "===" => "<",
        "!=" | "!==" => ">=",
        _ => return,
    };
    let kinds = [site.scope.kind_of(operands.left), site.scope.kind_of(operands.right)];
    if !kinds.contains(&Kind::Float) {
        return;
    }
    let right = if site.role_of(operands.right) == Role::Arithmetic {
        site.operand(operands.right)
    } else {
        site.text_of(operands.right).to_owned()
    };
    let difference = format!("{} - {right}", site.text_of(operands.left));
    if let Some(absolute) = site.vocabulary().absolute {
        out.replace(site, site.node, format!("{} {sign} 1e-9", filled(absolute, &difference)), 0.8);
    }
}

//! `a` to `a.lower()`: a normalisation is missing.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "method_suffix",
    doc: "Appends a common method call that fits the kind of a value.",
    prior: 0.05,
    trust: 0.8,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a: str):\n    return a\n", "def f(a: str):\n    return a.lower()\n"),
        rust("fn f(a: &str) -> usize { g(a) }\n", "fn f(a: &str) -> usize { g(a.trim()) }\n"),
        rust("fn f(a: i32) -> i32 { a }\n", "fn f(a: i32) -> i32 { a.abs() }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let plain = matches!(
        site.role,
        Role::Name | Role::Call | Role::Member | Role::Index | Role::Group | Role::Arithmetic | Role::Range
    );
    if !site.is_value || !plain || matches!(site.text(), "self") {
        return;
    }
    let methods = (site.vocabulary().methods)(&site.kind());
    let place = match site.parent_role() {
        Role::Return | Role::Assign | Role::Compare => 1.0,
        Role::Arguments | Role::Arithmetic => 0.7,
        Role::For | Role::Member => 0.7,
        _ => 0.5,
    };
    for (method, weight) in methods {
        let name = method.split('(').next().unwrap_or(method);
        if !site.text().contains(&format!(".{name}(")) {
            out.replace(site, site.node, format!("{}.{method}", site.operand(site.node)), weight * place);
        }
    }
}

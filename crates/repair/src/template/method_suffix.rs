//! `a` to `a.lower()`: a normalisation is missing.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Kind, Role};

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

fn python_methods(kind: &Kind) -> &'static [(&'static str, f64)] {
    match kind {
        Kind::Text => &[
            ("lower()", 1.0),
            ("strip()", 1.0),
            ("upper()", 0.7),
            ("split()", 0.4),
            ("swapcase()", 0.3),
            ("rstrip()", 0.4),
            ("lstrip()", 0.3),
            ("title()", 0.3),
            ("capitalize()", 0.3),
            ("encode()", 0.2),
            ("isdigit()", 0.2),
            ("casefold()", 0.2),
        ],
        Kind::Map => &[("items()", 0.8), ("copy()", 0.8), ("values()", 0.6), ("keys()", 0.5)],
        Kind::List => &[("copy()", 0.8)],
        Kind::Unknown | Kind::Named(_) => &[
            ("lower()", 0.5),
            ("strip()", 0.5),
            ("copy()", 0.4),
            ("upper()", 0.3),
            ("items()", 0.2),
            ("values()", 0.1),
            ("swapcase()", 0.1),
        ],
        _ => &[],
    }
}

fn rust_methods(kind: &Kind) -> &'static [(&'static str, f64)] {
    match kind {
        Kind::Text => &[
            ("trim()", 1.0),
            ("to_lowercase()", 1.0),
            ("to_uppercase()", 0.6),
            ("to_ascii_lowercase()", 0.6),
            ("is_empty()", 0.2),
            ("len()", 0.2),
        ],
        Kind::Integer => &[("abs()", 0.9), ("max(0)", 0.5), ("max(1)", 0.5), ("min(1)", 0.1)],
        Kind::Float => {
            &[("abs()", 0.9), ("round()", 0.8), ("floor()", 0.5), ("ceil()", 0.5), ("sqrt()", 0.2)]
        }
        Kind::Character => &[("to_ascii_lowercase()", 0.9), ("to_ascii_uppercase()", 0.6)],
        Kind::List => &[("rev()", 0.6), ("len()", 0.3), ("skip(1)", 0.4), ("enumerate()", 0.1)],
        Kind::Named(_) | Kind::Unknown => &[
            ("unwrap_or_default()", 0.5),
            ("abs()", 0.4),
            ("clone()", 0.3),
            ("trim()", 0.4),
            ("to_lowercase()", 0.4),
            ("rev()", 0.4),
            ("to_ascii_lowercase()", 0.3),
            ("skip(1)", 0.2),
            ("max(1)", 0.2),
            ("max(0)", 0.2),
        ],
        _ => &[],
    }
}

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let plain = matches!(
        site.role,
        Role::Name | Role::Call | Role::Member | Role::Index | Role::Group | Role::Arithmetic | Role::Range
    );
    if !site.is_value || !plain || matches!(site.text(), "self") {
        return;
    }
    let methods = if site.is_python() { python_methods(&site.kind()) } else { rust_methods(&site.kind()) };
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

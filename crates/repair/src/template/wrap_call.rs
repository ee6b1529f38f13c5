//! `a` to `abs(a)`: a conversion or a rounding is missing.

use super::{Proposals, Site, Template, python};
use crate::language::{Kind, Role};

pub(super) static TEMPLATE: Template = Template {
    id: "wrap_call",
    doc: "Wraps a value in a call of a common function that fits its kind.",
    prior: 0.045,
    trust: 0.45,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a: int):\n    return a\n", "def f(a: int):\n    return abs(a)\n"),
        python("def f(a: list):\n    return a\n", "def f(a: list):\n    return sorted(a)\n"),
        python("def f(a, b):\n    return a + b\n", "def f(a, b):\n    return a + str(b)\n"),
        python("def f(a: list):\n    return g(a)\n", "def f(a: list):\n    return g(len(a))\n"),
    ],
};

/// Functions by the kind of what they take, likeliest first.
fn wrappers(kind: &Kind) -> &'static [(&'static str, f64)] {
    match kind {
        Kind::Integer => &[("abs", 0.9), ("str", 0.6), ("int", 0.4), ("float", 0.3), ("bool", 0.1)],
        Kind::Float => &[("int", 0.8), ("round", 0.9), ("abs", 0.7), ("str", 0.3), ("float", 0.1)],
        Kind::Text => {
            &[("int", 0.8), ("len", 0.7), ("float", 0.4), ("sorted", 0.3), ("list", 0.3), ("set", 0.2)]
        }
        Kind::List => &[
            ("sorted", 1.0),
            ("len", 0.8),
            ("list", 0.7),
            ("set", 0.5),
            ("sum", 0.4),
            ("max", 0.3),
            ("min", 0.3),
            ("reversed", 0.3),
            ("tuple", 0.3),
        ],
        Kind::Map => &[("sorted", 0.4), ("dict", 0.5), ("list", 0.5), ("len", 0.4)],
        Kind::Boolean => &[("int", 0.2)],
        Kind::Function | Kind::Character => &[],
        Kind::Named(_) | Kind::Unknown => &[
            ("str", 0.5),
            ("int", 0.5),
            ("abs", 0.4),
            ("len", 0.4),
            ("sorted", 0.4),
            ("list", 0.3),
            ("float", 0.2),
            ("bool", 0.2),
            ("set", 0.2),
            ("dict", 0.1),
        ],
    }
}

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let plain = matches!(
        site.role,
        Role::Name
            | Role::Call
            | Role::Member
            | Role::Index
            | Role::Arithmetic
            | Role::Comprehension
            | Role::Sequence
    );
    if !site.is_python() || !site.is_value || !plain || site.text() == "self" {
        return;
    }
    let place = match site.parent_role() {
        Role::Return | Role::Assign => 1.0,
        Role::Arguments | Role::Compare => 0.8,
        Role::Arithmetic => 0.7,
        Role::For | Role::Index => 0.6,
        _ => 0.4,
    };
    let text = site.text().trim_start_matches('(');
    for (name, weight) in wrappers(&site.kind()) {
        if !text.starts_with(&format!("{name}(")) {
            out.replace(site, site.node, format!("{name}({})", site.text()), weight * place);
        }
    }
    if site.kind() == Kind::List {
        for option in ["reverse=True", "key=len"] {
            out.replace(site, site.node, format!("sorted({}, {option})", site.text()), 0.6 * place);
        }
        let maps =
            site.scope.variables_at(site.node.start_byte()).into_iter().filter(|v| v.kind == Kind::Map);
        for map in maps {
            let text = format!("sorted({}, key=lambda key: {}[key])", site.text(), map.name);
            out.replace(site, site.node, text, 0.7 * place);
        }
    }
    for (name, arguments) in &site.scope.callees {
        let builtin = wrappers(&Kind::Unknown).iter().any(|(known, _)| known == name);
        if matches!(arguments, None | Some(1)) && !builtin && !text.starts_with(&format!("{name}(")) {
            out.replace(site, site.node, format!("{name}({})", site.text()), 0.12 * place);
        }
    }
}

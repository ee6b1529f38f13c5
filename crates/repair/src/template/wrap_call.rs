//! `a` to `abs(a)`: a conversion or a rounding is missing.

use super::{Proposals, Site, Template, python};
use crate::language::{Kind, Role, filled};

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
        python(
            "def f(g, a, b):\n    if a:\n        return g(a)\n    return b\n",
            "def f(g, a, b):\n    if a:\n        return g(a)\n    return g(b)\n",
        ),
    ],
};

/// Functions by the kind of what they take, likeliest first.
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
    if !site.is_value || !plain || site.is_receiver() {
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
    let wrappers = site.vocabulary().wrappers;
    for (form, weight) in wrappers(&site.kind()) {
        let head = form.split('{').next().unwrap_or_default();
        // A cast binds to what follows at once.
        let value = if form.ends_with(") {}") { site.operand(site.node) } else { site.text().to_owned() };
        if head.is_empty() || !text.starts_with(head) {
            out.replace(site, site.node, filled(form, &value), weight * place);
        }
    }
    if !site.syntax().dynamic {
        return;
    }
    if site.is_python() && site.kind() == Kind::List {
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
        let builtin = wrappers(&Kind::Unknown).iter().any(|(known, _)| known.split('(').next() == Some(name));
        if matches!(arguments, None | Some(1)) && !builtin && !text.starts_with(&format!("{name}(")) {
            // What the region itself asks of one value it may have to ask of another.
            let likely = if *arguments == Some(1) { 0.35 } else { 0.12 };
            out.replace(site, site.node, format!("{name}({})", site.text()), likely * place);
        }
    }
}

//! `if not a: return []`: an empty or missing value that nobody thought of.

use super::{Proposals, Site, Template, python, rust, short};
use crate::language::{Role, filled};

pub(super) static TEMPLATE: Template = Template {
    id: "guard",
    doc: "Inserts an early exit, or skips one round of a loop, for an empty, missing, zero or small value.",
    prior: 0.06,
    trust: 0.4,
    caution: Some("an early exit was added: check that it is wanted, not only convenient"),
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(a: list) -> list:\n    return a[0]\n",
            "def f(a: list) -> list:\n    if not a:\n        return []\n    return a[0]\n",
        ),
        python(
            "def f(a, b):\n    return g(a, b)\n",
            "def f(a, b):\n    if a is None:\n        return b\n    return g(a, b)\n",
        ),
        python(
            "def f(a):\n    for b in a:\n        g(b)\n",
            "def f(a):\n    for b in a:\n        if b is None:\n            continue\n        g(b)\n",
        ),
        rust(
            "fn f(a: &[i32]) -> i32 {\n    a[0]\n}\n",
            "fn f(a: &[i32]) -> i32 {\n    if a.is_empty() {\n        return 0;\n    }\n    a[0]\n}\n",
        ),
        rust(
            "fn f(n: i32) -> bool {\n    g(n)\n}\n",
            "fn f(n: i32) -> bool {\n    if n < 1 {\n        return false;\n    }\n    g(n)\n}\n",
        ),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::Block {
        return;
    }
    let Some(owner) = site.owner_of_block(site.node) else { return };
    let is_function = site.is_function(owner);
    if !is_function && site.role_of(owner) != Role::For {
        return;
    }
    let mut parts = site.parts();
    if site.is_python() && is_function && parts.len() > 1 && site.text_of(parts[0]).starts_with(['"', '\'']) {
        parts.remove(0);
    }
    let Some(first) = parts.first().copied() else { return };
    let indent = site.indent_of(first);
    let from = if is_function {
        owner.start_byte()..site.node.start_byte() + 1
    } else {
        owner.start_byte()..first.start_byte()
    };
    let bound: Vec<_> = site
        .scope
        .variables
        .iter()
        .filter(|variable| {
            from.contains(&variable.from) && !matches!(variable.name.as_str(), "self" | "cls" | "this")
        })
        .collect();
    let mut exits = if is_function { site.scope.empty_values.clone() } else { vec!["continue".to_owned()] };
    if is_function && site.syntax().dynamic {
        // Something that was handed in may be the answer: a default.
        let given = bound.iter().map(|variable| variable.name.clone());
        exits.extend(given.take(4).filter(|name| !site.scope.empty_values.contains(name)));
    }
    for variable in bound.into_iter().take(5) {
        for (form, weight) in (site.vocabulary().doubts)(&variable.kind) {
            let test = filled(form, &variable.name);
            for (place, exit) in exits.iter().enumerate() {
                let leave = match (is_function, exit.as_str()) {
                    (false, _) => "continue".to_owned(),
                    (true, "") => "return".to_owned(),
                    (true, value) => format!("return {value}"),
                };
                let code = site.syntax().guard(&test, &leave, &indent);
                let at = first.start_byte();
                let description = format!("add `if {}` with `{leave}`", short(&test));
                out.splice(site, at..at, code, weight / (1.0 + place as f64), description);
            }
        }
    }
}

//! `a` to `b`: the wrong variable.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "variable",
    doc: "Replaces a variable by another one in scope, those of the same kind first.",
    prior: 0.28,
    trust: 0.5,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        python("def f(a, b):\n    return b\n", "def f(a, b):\n    return a\n"),
        python("def f(odds, evens):\n    odds.sort()\n", "def f(odds, evens):\n    evens.sort()\n"),
        rust("fn f(a: i32, b: i32) -> i32 { b }\n", "fn f(a: i32, b: i32) -> i32 { a }\n"),
        rust("fn f(a: &[u8], b: u8) { a.push(b' '); g(b) }\n", "fn f(a: &[u8], b: u8) { a.push(b); g(b) }\n"),
        rust(
            "fn f(a: &[u8], from: usize) { g(&a[0..]) }\n",
            "fn f(a: &[u8], from: usize) { g(&a[from..]) }\n",
        ),
        python("def f(a, b):\n    return g(a, None)\n", "def f(a, b):\n    return g(a, b)\n"),
    ],
};

/// How likely a constant stands where a variable was meant, against another variable.
const CONSTANT: f64 = 0.35;

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if is_constant(site) {
        for variable in alike(site) {
            out.replace(site, site.node, variable.0, variable.1 * CONSTANT);
        }
        return;
    }
    if site.role != Role::Name || !site.is_value || site.text() == "self" {
        return;
    }
    let name = site.text();
    let variables = site.scope.variables_at(site.node.start_byte());
    // A name that the region does not bind may be a module, a class or a constant.
    let bound = variables.iter().any(|variable| variable.name == name);
    if !bound && !site.scope.globals.iter().any(|global| global.name == name) {
        for variable in &variables {
            out.replace(site, site.node, variable.name.as_str(), 0.15);
        }
        return;
    }
    for (other, weight) in alike(site) {
        out.replace(site, site.node, other, weight);
    }
    for global in &site.scope.globals {
        if global.name != name {
            let constants = name.chars().all(|letter| !letter.is_lowercase());
            out.replace(site, site.node, global.name.as_str(), if constants { 0.5 } else { 0.05 });
        }
    }
}

/// Other variables that are bound at the site, with how likely each was meant.
fn alike<'a>(site: &'a Site<'_>) -> Vec<(&'a str, f64)> {
    let (own, name) = (site.kind(), site.text());
    let variables = site.scope.variables_at(site.node.start_byte());
    let crowd = (4.0 / variables.len().max(1) as f64).clamp(0.3, 1.0);
    let others = variables
        .into_iter()
        .filter(|other| other.name != name && !["self", "_"].contains(&other.name.as_str()));
    let weighed = others.map(|variable| {
        let nearness = (variable.from as f64 / site.node.start_byte().max(1) as f64).clamp(0.5, 1.0);
        (variable.name.as_str(), (own.fit(&variable.kind) * crowd * nearness).clamp(0.02, 1.0))
    });
    weighed.collect()
}

/// A literal where a value is handed on or says where something begins.
fn is_constant(site: &Site<'_>) -> bool {
    let literal =
        matches!(site.role, Role::Integer | Role::Float | Role::Text | Role::Character | Role::Nothing);
    let place = matches!(
        site.parent_role(),
        Role::Arguments | Role::Return | Role::Assign | Role::Range | Role::Slice | Role::Index
    );
    literal && place && site.is_value
}

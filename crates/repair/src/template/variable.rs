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
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::Name || !site.is_value || site.text() == "self" {
        return;
    }
    let own = site.kind();
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
    let count = variables.len().max(1) as f64;
    let crowd = (4.0 / count).clamp(0.3, 1.0);
    for variable in &variables {
        if variable.name != name && variable.name != "self" && variable.name != "_" {
            let nearness = (variable.from as f64 / site.node.start_byte().max(1) as f64).clamp(0.5, 1.0);
            let weight = own.fit(&variable.kind) * crowd * nearness;
            out.replace(site, site.node, variable.name.as_str(), weight.clamp(0.02, 1.0));
        }
    }
    for global in &site.scope.globals {
        if global.name != name {
            let constants = name.chars().all(|letter| !letter.is_lowercase());
            out.replace(site, site.node, global.name.as_str(), if constants { 0.5 } else { 0.05 });
        }
    }
}

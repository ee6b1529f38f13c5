//! `a.startswith(b)` to `a.endswith(b)`: the wrong function.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "callee",
    doc: "Calls another function of the same family, or another one of the file with as many arguments.",
    prior: 0.3,
    trust: 0.6,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        python("def f(a, b):\n    return a.endswith(b)\n", "def f(a, b):\n    return a.startswith(b)\n"),
        python("def f(a):\n    return min(a)\n", "def f(a):\n    return max(a)\n"),
        python("def f(a):\n    return math.floor(a)\n", "def f(a):\n    return math.ceil(a)\n"),
        python("def f(a):\n    return g(a) + h(a)\n", "def f(a):\n    return h(a) + h(a)\n"),
        rust("fn f() { D::from_secs(5); }\n", "fn f() { D::from_millis(5); }\n"),
        rust("fn f(a: f64) -> f64 { a.floor() }\n", "fn f(a: f64) -> f64 { a.round() }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::Call {
        return;
    }
    let Some((mut name, object)) = site.callee() else { return };
    let path = name;
    // The last part of a path.
    while matches!(
        name.kind(),
        "scoped_identifier" | "qualified_identifier" | "template_function" | "template_method"
    ) {
        let Some(last) = name.child_by_field_name("name") else { break };
        name = last;
    }
    let current = site.text_of(name);
    let families = site.vocabulary().families;
    let owner = object.map(|object| site.scope.kind_of(object));
    let exists = |name| owner.as_ref().is_none_or(|kind| (site.idioms().has_method)(kind, name));
    let mut seen = vec![current];
    for family in families.iter().filter(|family| family.contains(&current)) {
        for other in *family {
            if !seen.contains(other) && exists(other) {
                seen.push(other);
                let close = if family.len() == 2 { 1.0 } else { 0.7 };
                out.replace(site, name, *other, close);
            }
        }
    }
    // In `module.f`, only the last part is known.
    let alone = path.parent().is_some_and(|parent| site.role_of(parent) != Role::Member);
    if object.is_none() && alone {
        let count = site.arguments().len();
        for (other, arguments) in &site.scope.callees {
            if !seen.contains(&other.as_str()) && other != site.text_of(path) {
                seen.push(other);
                let weight = match arguments {
                    Some(arguments) if *arguments == count => 0.4,
                    None => 0.3,
                    Some(_) => continue,
                };
                out.replace(site, path, other.as_str(), weight);
            }
        }
    }
}

//! `d[k]` to `d.get(k)`: a key that need not be there.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Kind, Role, both, filled};

pub(super) static TEMPLATE: Template = Template {
    id: "lookup_default",
    doc: "Looks a key or an attribute up with a default, or takes a default instead of failing.",
    prior: 0.1,
    trust: 0.5,
    caution: Some("a missing value no longer fails: check that the default is right"),
    pairs: false,
    propose,
    fixtures: &[
        python("def f(d: dict, k):\n    return d[k]\n", "def f(d: dict, k):\n    return d.get(k)\n"),
        python("def f(d, k):\n    return d[k] + 1\n", "def f(d, k):\n    return d.get(k, 0) + 1\n"),
        rust(
            "fn f(a: Option<u8>) -> u8 { a.unwrap() }\n",
            "fn f(a: Option<u8>) -> u8 { a.unwrap_or_default() }\n",
        ),
        rust("fn f(a: Option<u8>) -> u8 { a.unwrap() }\n", "fn f(a: Option<u8>) -> u8 { a.unwrap_or(1) }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.is_rust() {
        let Some((name, Some(object))) = site.callee().filter(|_| site.role == Role::Call) else { return };
        if matches!(site.text_of(name), "unwrap" | "expect") {
            for (default, weight) in
                [("unwrap_or_default()", 1.0), ("unwrap_or(0)", 0.5), ("unwrap_or(1)", 0.4)]
            {
                out.replace(site, site.node, format!("{}.{default}", site.text_of(object)), weight);
            }
        }
        return;
    }
    defaults(site, out);
    if site.role == Role::Call {
        forms(site, out);
    }
    if !site.is_python()
        || site.role != Role::Index
        || !site.is_value
        || matches!(site.parent_role(), Role::Assign | Role::Augment) && site.field() == Some("left")
    {
        return;
    }
    let [value, key] = site.parts()[..] else { return };
    if matches!(site.role_of(key), Role::Slice | Role::Integer | Role::Minus) {
        return;
    }
    let likely = match site.scope.kind_of(value) {
        Kind::Map => 1.0,
        Kind::List | Kind::Text => return,
        _ => 0.6,
    };
    let (map, key) = (site.text_of(value), site.text_of(key));
    for (default, weight) in [("", 0.8), (", 0", 0.6), (", \"\"", 0.4), (", []", 0.4), (", {}", 0.2)] {
        out.replace(site, site.node, format!("{map}.get({key}{default})"), weight * likely);
    }
}

/// Forms of the language around a look-up with a computed key, or a member of one.
fn defaults(site: &Site<'_>, out: &mut Proposals) {
    let looked_up = match site.role {
        Role::Index => !matches!(site.parts()[..], [_, key] if site.role_of(key) == Role::Integer),
        Role::Member => site.field() != Some("function"),
        _ => false,
    };
    let place = if site.role == Role::Index { 1.0 } else { 0.3 };
    let written = site.parent_role() == Role::Assign && site.field() == Some("left");
    if looked_up && site.is_value && !written {
        for (form, weight) in site.scope.file.language.lookup_defaults() {
            out.replace(site, site.node, filled(form, site.text()), weight * place);
        }
    }
}

/// The language's own forms with a default.
fn forms(site: &Site<'_>, out: &mut Proposals) {
    let Some((name, Some(object))) = site.callee() else { return };
    let likely = match site.scope.kind_of(object) {
        Kind::Map => 1.0,
        Kind::List | Kind::Text => return,
        Kind::Named(_) => 0.2,
        _ => 0.5,
    };
    let arguments = site.arguments().iter().map(|one| site.text_of(*one)).collect::<Vec<_>>().join(", ");
    for (method, form, weight) in site.idioms().lookups {
        if *method == site.text_of(name) && form.contains('@') != arguments.is_empty() {
            out.replace(site, site.node, both(form, site.text_of(object), &arguments), weight * likely);
        }
    }
}

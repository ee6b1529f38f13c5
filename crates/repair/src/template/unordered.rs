//! A set or a hash map whose order leaks out.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "unordered",
    doc: "Gives an unordered collection an order: sorts what is iterated, or takes the ordered type.",
    prior: 0.2,
    trust: 0.7,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a):\n    return list(set(a))\n", "def f(a):\n    return sorted(set(a))\n"),
        python(
            "def f(a):\n    for b in set(a):\n        g(b)\n",
            "def f(a):\n    for b in sorted(set(a)):\n        g(b)\n",
        ),
        python("def f(a):\n    return os.listdir(a)\n", "def f(a):\n    return sorted(os.listdir(a))\n"),
        python("def f(a):\n    return list(set(a))\n", "def f(a):\n    return list(dict.fromkeys(a))\n"),
        rust(
            "fn f() { let a: HashMap<u8, u8> = HashMap::new(); }\n",
            "fn f() { let a: std::collections::BTreeMap<u8, u8> = std::collections::BTreeMap::new(); }\n",
        ),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let ordered = site.scope.file.language.ordered_types();
    if !ordered.is_empty() {
        if site.node.id() == site.scope.root.id() {
            ordered_types(site, ordered, out);
        }
        return;
    }
    if site.role == Role::OtherValue {
        ordered_type(site, out);
    }
    if !site.is_python() || !matches!(site.role, Role::Call | Role::Name) || !site.is_value {
        return;
    }
    let text = site.text();
    let unordered = text.starts_with("set(")
        || text.contains("listdir(")
        || text.contains(".glob(")
        || text.contains("iterdir(");
    if unordered && site.parent_role() != Role::Compare {
        out.replace(site, site.node, format!("sorted({text})"), 0.8);
        if let (true, Some(argument)) = (text.starts_with("set("), site.arguments().first()) {
            out.replace(site, site.node, format!("dict.fromkeys({})", site.text_of(*argument)), 0.4);
        }
    }
    if let Some((name, None)) = site.callee().filter(|_| site.role == Role::Call)
        && matches!(site.text_of(name), "list" | "tuple")
        && site.arguments().len() == 1
    {
        out.replace(site, name, "sorted", 0.8);
    }
    if site.role == Role::Name
        && matches!(site.parent_role(), Role::For | Role::Other)
        && site.field() == Some("right")
    {
        out.replace(site, site.node, format!("sorted({text})"), 0.3);
    }
}

/// All hash maps and sets of the function at once: one alone does not compile.
fn ordered_types(site: &Site<'_>, types: &[(&str, &str)], out: &mut Proposals) {
    let root = site.scope.root.byte_range();
    for (hashed, ordered) in types {
        let text = site.text();
        let spans: Vec<_> = text
            .match_indices(hashed)
            // A path before it would not fit a path.
            .filter(|(at, _)| !ordered.contains("::") || !text[..*at].ends_with("::"))
            .map(|(at, found)| (root.start + at..root.start + at + found.len(), (*ordered).to_owned()))
            .collect();
        if !spans.is_empty() {
            out.several(site, spans, 1.0, format!("replace `{hashed}` by the ordered `{ordered}`"));
        }
    }
}

/// The type of one new collection, where the rest knows it by what it can do.
fn ordered_type(site: &Site<'_>, out: &mut Proposals) {
    let Some(kind) = site.node.child_by_field_name("type") else { return };
    let written = site.text_of(kind);
    let base = written.split('<').next().unwrap_or(written);
    for (hashed, ordered) in site.idioms().ordered_types {
        if base.rsplit('.').next() == Some(*hashed) {
            let (package, short) = ordered.rsplit_once('.').unwrap_or(("", ordered));
            let text = &site.scope.file.text;
            let visible = text.contains(&format!("import {package}.*;"))
                || text.contains(&format!("import {ordered};"));
            let name = if visible { short } else { ordered };
            out.replace(site, kind, written.replacen(base, name, 1), 0.8);
        }
    }
}

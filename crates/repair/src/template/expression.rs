//! `a` to `b[i]`: the wrong value, the right one stands elsewhere in the function.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Blocks, Kind, Role, Variable, filled};

pub(super) static TEMPLATE: Template = Template {
    id: "expression",
    doc: "Replaces a value by another one that occurs in the region, or by a small one made of its variables.",
    prior: 0.04,
    trust: 0.44,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(a, b, i):\n    x = b[i]\n    return a\n",
            "def f(a, b, i):\n    x = b[i]\n    return b[i]\n",
        ),
        python("def f(a: list, b):\n    return b + 1\n", "def f(a: list, b):\n    return len(a) + 1\n"),
        rust(
            "fn f(a: &[u8], i: usize) -> u8 { g(a[i]); g(i) }\n",
            "fn f(a: &[u8], i: usize) -> u8 { g(a[i]); g(a[i]) }\n",
        ),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let replaceable = !matches!(
        site.role,
        Role::Text | Role::Boolean | Role::Nothing | Role::Comprehension | Role::Lambda | Role::If
    );
    if !site.is_value || !replaceable || site.is_receiver() || site.text().len() > 80 {
        return;
    }
    let kind = site.kind();
    for other in &site.scope.expressions {
        let fresh = other.text != site.text()
            && other.role != Role::Name
            && !matches!(other.role, Role::Integer | Role::Text | Role::Boolean);
        // A value inside its own replacement is the business of the templates that wrap.
        if fresh && in_scope(site, &other.text) {
            let text =
                if other.role.is_loose() { site.in_place(other.text.clone()) } else { other.text.clone() };
            let size = 1.0 / (1.0 + other.text.len() as f64 / 20.0);
            out.replace(site, site.node, text, (kind.fit(&other.kind) * size).max(0.01));
        }
    }
    if site.syntax().blocks == Blocks::ParenthesesAndBraces {
        variables(site, &kind, out);
    }
    if (site.role == Role::Name || site.role == Role::Integer && (site.idioms().element)(&kind).is_some())
        && matches!(
            site.parent_role(),
            Role::Compare | Role::Arithmetic | Role::Assign | Role::Augment | Role::Arguments | Role::Return
        )
    {
        elements(site, out);
    }
    let counted = kind == Kind::Unknown
        && matches!(site.parent_role(), Role::Arithmetic | Role::Compare | Role::Index | Role::Range);
    if kind == Kind::Integer || counted {
        for variable in site.scope.variables_at(site.node.start_byte()) {
            let list =
                matches!(variable.kind, Kind::List | Kind::Text | Kind::Map) || variable.kind.is_array();
            let size = (site.vocabulary().size)(&variable.kind).map(|form| filled(form, &variable.name));
            if let Some(size) = size.filter(|size| list && site.text() != size) {
                out.replace(site, site.node, size, 0.4);
            }
            if site.role == Role::Integer && variable.kind == Kind::Integer {
                out.replace(site, site.node, variable.name.as_str(), 0.5);
            }
        }
    }
}

/// A variable that holds what is fetched or computed once more.
fn variables(site: &Site<'_>, kind: &Kind, out: &mut Proposals) {
    let computed = matches!(site.role, Role::Index | Role::Call | Role::Member | Role::Arithmetic);
    if !computed || site.parent_role() == Role::Return {
        return;
    }
    for variable in site.scope.variables_at(site.node.start_byte()) {
        let inside = site.role == Role::Arithmetic && site.text().contains(variable.name.as_str());
        let weight = kind.fit(&variable.kind) * if inside { 0.3 } else { 0.8 };
        out.replace(site, site.node, variable.name.as_str(), weight.max(0.01));
    }
}

/// An element of a list at a counter: `values[i]`.
fn elements(site: &Site<'_>, out: &mut Proposals) {
    let variables = site.scope.variables_at(site.node.start_byte());
    let lists = variables
        .iter()
        .filter(|list| matches!(list.kind, Kind::List | Kind::Unknown | Kind::Text) || list.kind.is_array());
    let region = site.text_of(site.scope.root);
    let indexed = |list: &Variable| {
        let element = site.element(&list.kind, &list.name, "\n");
        region.contains(element.split('\n').next().unwrap_or_default())
            || region.contains(&format!("{}.at(", list.name))
    };
    for list in lists.filter(|list| indexed(list) && list.name != site.text()).take(4) {
        if (site.idioms().element)(&list.kind).is_some() {
            out.replace(site, site.node, site.element(&list.kind, &list.name, "0"), 0.35);
        }
        for counter in variables.iter().filter(|counter| counter.kind == Kind::Integer).take(4) {
            out.replace(site, site.node, site.element(&list.kind, &list.name, &counter.name), 0.35);
        }
    }
}

/// Whether all names of `text` that the region binds are bound at the site.
fn in_scope(site: &Site<'_>, text: &str) -> bool {
    let here = site.scope.variables_at(site.node.start_byte());
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty()).all(
        |word| {
            here.iter().any(|variable| variable.name == word)
                || !site.scope.variables.iter().any(|variable| variable.name == word)
        },
    )
}

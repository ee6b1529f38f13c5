//! `a[0]` to `a[-1]`: the wrong element.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Kind, Role, filled};

pub(super) static TEMPLATE: Template = Template {
    id: "index",
    doc: "Replaces an index by the first, the last, or a variable that counts.",
    prior: 0.12,
    trust: 0.5,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a, i):\n    return a[i]\n", "def f(a, i):\n    return a[-1]\n"),
        python("def f(a, i: int):\n    return a\n", "def f(a, i: int):\n    return a[i]\n"),
        rust("fn f(a: &[u8], i: usize) -> u8 { a[0] }\n", "fn f(a: &[u8], i: usize) -> u8 { a[i] }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let counters: Vec<String> = site
        .scope
        .variables_at(site.node.start_byte())
        .into_iter()
        .filter(|variable| variable.kind == Kind::Integer)
        .map(|variable| variable.name.clone())
        .take(6)
        .collect();
    let last = |kind: &Kind, value: &str| last_index(site, kind, value);
    if site.role == Role::Index {
        let Some((whole, index)) = site.scope.file.language.subscript(site.node) else { return };
        if matches!(site.role_of(index), Role::Slice | Role::Range | Role::Text) {
            return;
        }
        out.replace(site, index, "0", 0.6);
        if let Some(last) = last(&site.scope.kind_of(whole), site.text_of(whole)) {
            out.replace(site, index, last, 0.7);
        }
        for counter in counters {
            out.replace(site, index, counter, 0.7);
        }
    } else if site.role == Role::Call {
        called(site, &counters, out);
    } else if site.role == Role::Name
        && site.is_value
        && !site.is_receiver()
        && (matches!(site.kind(), Kind::List | Kind::Text | Kind::Map | Kind::Unknown)
            || site.kind().is_array())
    {
        let kind = site.kind();
        let factor = if kind == Kind::List || kind.is_array() { 0.5 } else { 0.25 };
        for counter in counters.iter().filter(|counter| *counter != site.text()) {
            out.replace(site, site.node, site.element(&kind, site.text(), counter), factor * 0.8);
        }
        out.replace(site, site.node, site.element(&kind, site.text(), "0"), factor);
        if let Some(last) = last(&kind, site.text()) {
            out.replace(site, site.node, site.element(&kind, site.text(), &last), factor);
        }
    }
}

/// The last index: the language's own form, or one less than the size.
pub(super) fn last_index(site: &Site<'_>, kind: &Kind, value: &str) -> Option<String> {
    if let Some(form) = site.vocabulary().last_index {
        return Some(filled(form, value));
    }
    (site.idioms().element)(kind)?;
    (site.vocabulary().size)(kind).map(|size| format!("{} - 1", filled(size, value)))
}

/// An element that a method yields: `a.get(i)`.
fn called(site: &Site<'_>, counters: &[String], out: &mut Proposals) {
    let (Some((_, Some(object))), [index]) = (site.callee(), &site.arguments()[..]) else { return };
    let (kind, value) = (site.scope.kind_of(object), site.text_of(object));
    let is_element = (site.idioms().element)(&kind).is_some()
        && kind != Kind::Map
        && site.element(&kind, value, site.text_of(*index)) == site.text();
    if !is_element {
        return;
    }
    out.replace(site, *index, "0", 0.6);
    if let Some(last) = last_index(site, &kind, value) {
        out.replace(site, *index, last, 0.7);
    }
    for counter in counters {
        out.replace(site, *index, counter.as_str(), 0.7);
    }
}

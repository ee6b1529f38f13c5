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
    let last = site.vocabulary().last_index;
    if site.role == Role::Index {
        let Some((whole, index)) = site.scope.file.language.subscript(site.node) else { return };
        if matches!(site.role_of(index), Role::Slice | Role::Range | Role::Text) {
            return;
        }
        out.replace(site, index, "0", 0.6);
        if let Some(last) = last {
            out.replace(site, index, filled(last, site.text_of(whole)), 0.7);
        }
        for counter in counters {
            out.replace(site, index, counter, 0.7);
        }
    } else if site.role == Role::Name
        && site.is_value
        && !site.is_receiver()
        && matches!(site.kind(), Kind::List | Kind::Text | Kind::Map | Kind::Unknown)
    {
        let factor = if site.kind() == Kind::List { 0.5 } else { 0.25 };
        for counter in counters.iter().filter(|counter| *counter != site.text()) {
            out.replace(site, site.node, format!("{}[{counter}]", site.text()), factor * 0.8);
        }
        out.replace(site, site.node, format!("{}[0]", site.text()), factor);
        if let Some(last) = last {
            let text = format!("{}[{}]", site.text(), filled(last, site.text()));
            out.replace(site, site.node, text, factor);
        }
    }
}

//! The same wrong value in several places: to change one of them alone repairs nothing.

use super::{Proposals, Site, Template, number, python, rust, text};
use crate::language::{Role, walk};

pub(super) static TEMPLATE: Template = Template {
    id: "every_literal",
    doc: "Replaces a text or a number by the same variant wherever the function has it.",
    prior: 0.12,
    trust: 0.8,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(a):\n    t = ','\n    for b in a:\n        t += b\n        yield t\n        t = ','\n",
            "def f(a):\n    t = ''\n    for b in a:\n        t += b\n        yield t\n        t = ''\n",
        ),
        python("def f(a):\n    return a % 24 + a // 24\n", "def f(a):\n    return a % 26 + a // 26\n"),
        rust(
            "fn f(a: bool) -> &'static str { if a { return \"yes\"; } g(\"yes\"); \"no\" }\n",
            "fn f(a: bool) -> &'static str { if a { return \"Yes\"; } g(\"Yes\"); \"no\" }\n",
        ),
    ],
};

/// In more places it is what the function is about.
const MOST: usize = 6;

/// The site is the first of them.
fn propose(site: &Site<'_>, out: &mut Proposals) {
    let literal = site.text();
    // Zero and one mean another thing in each place.
    let telling = match site.role {
        Role::Text | Role::Character => true,
        Role::Integer | Role::Float => literal.len() > 1,
        _ => false,
    };
    if !telling || !site.is_value {
        return;
    }
    let mut places = Vec::new();
    walk(site.scope.root, &mut |node| {
        if site.role_of(node) == site.role && site.text_of(node) == literal {
            places.push(node.byte_range());
        }
        true
    });
    if !(2..=MOST).contains(&places.len()) || places[0] != site.node.byte_range() {
        return;
    }
    let mut single = Proposals::default();
    for template in [&number::TEMPLATE, &text::TEMPLATE] {
        (template.propose)(site, &mut single);
    }
    for proposal in single.list {
        let [edit] = proposal.edits.as_slice() else { continue };
        if edit.start == places[0].start && edit.end == places[0].end {
            let edits = places.iter().map(|place| (place.clone(), edit.replacement.clone())).collect();
            let description = format!("{} in all {} places", proposal.description, places.len());
            out.several(site, edits, proposal.weight, description);
        }
    }
}

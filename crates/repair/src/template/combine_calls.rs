//! `less(a, b)` where `same(a, b) or less(a, b)` was meant: of two questions about the same values one is forgotten.

use tree_sitter::Node;

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Kind, Role, walk};

pub(super) static TEMPLATE: Template = Template {
    id: "combine_calls",
    doc: "Joins a call with another one of the region that is given the very same arguments.",
    prior: 0.15,
    trust: 0.6,
    caution: Some("a clause was added to a condition: check that it is not made for the test"),
    pairs: false,
    propose,
    fixtures: &[
        rust(
            "fn f(a: A, b: B) -> bool { match a { A::Same => same(a, b), A::Least => more(a, b), _ => false } }\n",
            "fn f(a: A, b: B) -> bool { match a { A::Same => same(a, b), A::Least => same(a, b) || more(a, b), _ => false } }\n",
        ),
        python(
            "def f(a, b):\n    if same(a, b):\n        return 0\n    return more(a, b)\n",
            "def f(a, b):\n    if same(a, b):\n        return 0\n    return more(a, b) and same(a, b)\n",
        ),
    ],
};

/// More of them are no hint.
const MOST: usize = 6;

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let boolean = matches!(site.kind(), Kind::Boolean | Kind::Unknown);
    if site.role != Role::Call || !site.is_value || site.is_statement() || !boolean {
        return;
    }
    let given = |node: Node<'_>| {
        let text = site.text_of(node.child_by_field_name("arguments")?);
        text.contains(|letter: char| letter.is_alphanumeric()).then_some(text)
    };
    let (Some(own), words) = (given(site.node), site.syntax()) else { return };
    let mut seen = vec![site.text()];
    walk(site.scope.root, &mut |other| {
        let text = site.text_of(other);
        if site.role_of(other) == Role::Call && given(other) == Some(own) && !seen.contains(&text) {
            seen.push(text);
            for (word, weight) in [(words.or, 1.0), (words.and, 0.6)] {
                out.replace(site, site.node, format!("{text} {word} {}", site.text()), weight);
                out.replace(site, site.node, format!("{} {word} {text}", site.text()), weight * 0.8);
            }
        }
        seen.len() < MOST
    });
}

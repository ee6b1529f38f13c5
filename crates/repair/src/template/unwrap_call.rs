//! `f(a)` to `a`, `a.f()` to `a`, `not a` to `a`: a wrapper too many.

use tree_sitter::Node;

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Blocks, Role};

pub(super) static TEMPLATE: Template = Template {
    id: "unwrap_call",
    doc: "Takes away a call, a method, an index, a slice, a negation around a value.",
    prior: 0.25,
    trust: 0.5,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a):\n    return abs(a)\n", "def f(a):\n    return a\n"),
        python("def f(a):\n    return a.strip()\n", "def f(a):\n    return a\n"),
        python("def f(a):\n    return not a\n", "def f(a):\n    return a\n"),
        python("def f(a):\n    return a[1:]\n", "def f(a):\n    return a\n"),
        rust("fn f(a: i32) -> i32 { a.abs() }\n", "fn f(a: i32) -> i32 { a }\n"),
        rust("fn f(a: bool) -> bool { !a }\n", "fn f(a: bool) -> bool { a }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if !site.is_value {
        return;
    }
    match site.role {
        Role::Call => {
            let arguments = site.arguments();
            let Some((_, object)) = site.callee() else { return };
            // A class before the dot is no value.
            let object = object.filter(|object| site.is_value(*object));
            match (object, &arguments[..]) {
                (None, [only]) => out.replace(site, site.node, site.text_of(*only), 0.8 * fit(site, *only)),
                (Some(object), rest) if rest.len() <= 2 => {
                    let weight = if rest.is_empty() { 0.8 } else { 0.4 };
                    let weight = weight * fit(site, object);
                    out.replace(site, site.node, site.text_of(object), weight);
                }
                (None, [first, ..]) => out.replace(site, site.node, site.text_of(*first), 0.4),
                _ => {}
            }
        }
        Role::Not | Role::Minus => {
            if let Some(inner) = site.parts().last() {
                out.replace(site, site.node, site.text_of(*inner), 1.0);
            }
        }
        Role::OtherValue if site.node.kind() == "cast_expression" => {
            if let Some(inner) = site.node.child_by_field_name("value") {
                out.replace(site, site.node, site.text_of(inner), 0.5);
            }
        }
        Role::Index => {
            if let Some(whole) = site.parts().first() {
                out.replace(site, site.node, site.text_of(*whole), 0.4);
            }
        }
        _ => {}
    }
}

/// Where types are checked, what is left has to be of the type of the call.
fn fit(site: &Site<'_>, inner: Node<'_>) -> f64 {
    if site.syntax().blocks == Blocks::ParenthesesAndBraces {
        site.kind().fit(&site.scope.kind_of(inner))
    } else {
        1.0
    }
}

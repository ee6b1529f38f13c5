//! `f(a, b)` to `f(b, a)`: arguments or elements in the wrong order.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "swap_arguments",
    doc: "Exchanges two arguments of a call, two elements of a display, or receiver and argument.",
    prior: 0.4,
    trust: 0.55,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        python("def f(a, b):\n    return g(a, b)\n", "def f(a, b):\n    return g(b, a)\n"),
        python("def f(a, b):\n    return (a, b)\n", "def f(a, b):\n    return (b, a)\n"),
        python("def f(a, b):\n    return a.startswith(b)\n", "def f(a, b):\n    return b.startswith(a)\n"),
        rust("fn f(a: i32, b: i32) -> i32 { g(a, b) }\n", "fn f(a: i32, b: i32) -> i32 { g(b, a) }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    match site.role {
        Role::Arguments | Role::Sequence => pairs(site, out),
        Role::Call => receiver(site, out),
        Role::Range => {
            if let [from, to] = site.parts()[..] {
                out.exchange(site, from, to, 0.1);
            }
        }
        _ => {}
    }
}

fn pairs(site: &Site<'_>, out: &mut Proposals) {
    let parts = site.parts();
    let limit = parts.len().min(6);
    for first in 0..limit {
        for second in first + 1..limit {
            let (a, b) = (parts[first], parts[second]);
            if a.kind().contains("keyword") || b.kind().contains("keyword") {
                continue;
            }
            let fit = site.scope.kind_of(a).fit(&site.scope.kind_of(b));
            let distance = if second == first + 1 { 1.0 } else { 0.4 };
            let literal = [a, b].iter().all(|node| matches!(site.role_of(*node), Role::Integer | Role::Text));
            let factor = if literal && site.role == Role::Sequence { 0.2 } else { 1.0 };
            out.exchange(site, a, b, (fit * distance * factor).max(0.02));
        }
    }
}

fn receiver(site: &Site<'_>, out: &mut Proposals) {
    let (Some((_, Some(object))), [argument]) = (site.callee(), &site.arguments()[..]) else { return };
    if argument.kind().contains("keyword")
        || !site.is_value(object)
        || matches!(
            site.text_of(object),
            "self" | "this" | "math" | "os" | "Math" | "JSON" | "Object" | "Array"
        )
    {
        return;
    }
    let fit = site.scope.kind_of(object).fit(&site.scope.kind_of(*argument));
    out.exchange(site, object, *argument, (fit * 0.6).max(0.02));
}

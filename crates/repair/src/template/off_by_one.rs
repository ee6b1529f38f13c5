//! `n` to `n + 1`: a bound or an index beside the right one.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Kind, Role, field_of};

pub(super) static TEMPLATE: Template = Template {
    id: "off_by_one",
    doc: "Adds or subtracts one where a number is used: bounds, indices, sizes, results.",
    prior: 0.45,
    trust: 0.66,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        python("def f(n):\n    return range(n)\n", "def f(n):\n    return range(n + 1)\n"),
        python("def f(a, i):\n    return a[i]\n", "def f(a, i):\n    return a[i - 1]\n"),
        python("def f(a):\n    return len(a) - 1\n", "def f(a):\n    return len(a)\n"),
        rust("fn f(n: usize) { for i in 0..n {} }\n", "fn f(n: usize) { for i in 0..n + 1 {} }\n"),
        rust("fn f(a: &[u8]) -> usize { a.len() }\n", "fn f(a: &[u8]) -> usize { a.len() - 1 }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    drop_one(site, out);
    let plain = matches!(
        site.role,
        Role::Name
            | Role::Call
            | Role::Member
            | Role::Index
            | Role::Arithmetic
            | Role::Group
            | Role::OtherValue
    );
    if !plain || !site.is_value {
        return;
    }
    let likely = match site.kind() {
        Kind::Integer => 1.0,
        Kind::Unknown => 0.45,
        Kind::Float => 0.2,
        _ => return,
    };
    let place = match site.parent_role() {
        Role::Arguments => arguments_weight(site),
        Role::Index | Role::Slice | Role::Range => 1.0,
        Role::Compare => 0.6,
        Role::Return | Role::Choice => 0.5,
        Role::Arithmetic => 0.35,
        Role::Assign if starts_loop(site) => 0.8,
        Role::Assign | Role::Augment => 0.3,
        _ => 0.2,
    };
    // `a - 1 + 1` is `a`, which is proposed as such; and a sum inside a sum is the same sum.
    let shifted = ["+ 1", "- 1", "+1", "-1"].iter().any(|shift| site.text().ends_with(shift));
    if site.role == Role::Arithmetic && shifted {
        return;
    }
    if site.role == Role::Arithmetic && site.parent_role() == Role::Arithmetic {
        return;
    }
    let text = if site.role == Role::Arithmetic { site.text().to_owned() } else { site.operand(site.node) };
    let tight = matches!(site.parent_role(), Role::Arithmetic | Role::OtherValue | Role::Not | Role::Minus);
    for (sign, weight) in [("+", 1.0), ("-", 0.9)] {
        let changed = format!("{text} {sign} 1");
        let by = if tight { format!("({changed})") } else { changed };
        out.replace(site, site.node, by, weight * likely * place);
        if site.parent_role() == Role::Arithmetic && site.role != Role::Arithmetic {
            // Behind a multiplication, the loose form is another sum.
            out.replace(site, site.node, format!("{text} {sign} 1"), weight * likely * place * 0.8);
        }
    }
}

/// Whether the value is where a counting loop starts: `for (int i = a; …)`.
fn starts_loop(site: &Site<'_>) -> bool {
    let assignment = site.node.parent();
    let init = assignment.and_then(|assignment| assignment.parent());
    [assignment, init].into_iter().flatten().any(|node| {
        matches!(field_of(node), Some("init" | "initializer"))
            && node.parent().is_some_and(|parent| site.role_of(parent) == Role::For)
    })
}

fn arguments_weight(site: &Site<'_>) -> f64 {
    let callee = site
        .node
        .parent()
        .and_then(|list| list.parent())
        .and_then(|call| site.scope.file.language.callee(call))
        .map_or("", |callee| site.text_of(callee.name));
    if callee == "range" { 1.0 } else { 0.35 }
}

/// `a - 1` to `a`, which is the same mistake the other way round.
fn drop_one(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::Arithmetic {
        return;
    }
    let Some(operands) = site.operands() else { return };
    let operator = site.text_of(operands.operator);
    if matches!(operator, "+" | "-") && matches!(site.text_of(operands.right), "1" | "1.0") {
        out.replace(site, site.node, site.text_of(operands.left), 1.0);
    }
}

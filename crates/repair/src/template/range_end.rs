//! `0..n` to `0..=n`: the end belongs to it, or does not; or the range runs the wrong way.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Role, parts};

pub(super) static TEMPLATE: Template = Template {
    id: "range_end",
    doc: "Makes a range inclusive or exclusive, turns it round, or starts it elsewhere.",
    prior: 0.6,
    trust: 0.6,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        rust("fn f(n: i32) { for i in 0..n {} }\n", "fn f(n: i32) { for i in 0..=n {} }\n"),
        rust("fn f(n: i32) { for i in 0..=n {} }\n", "fn f(n: i32) { for i in 0..n {} }\n"),
        rust("fn f(n: i32) { for i in 0..n {} }\n", "fn f(n: i32) { for i in (0..n).rev() {} }\n"),
        python("def f(n):\n    return range(n)\n", "def f(n):\n    return range(1, n)\n"),
        python("def f(n):\n    return range(1, n)\n", "def f(n):\n    return range(1, n, 2)\n"),
        python("def f(n):\n    return range(n)\n", "def f(n):\n    return range(1, n + 1)\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role == Role::Range {
        let dots = (0..site.node.child_count())
            .filter_map(|index| site.node.child(index))
            .find(|child| matches!(child.kind(), ".." | "..="));
        if let Some(dots) = dots {
            let other = if dots.kind() == ".." { "..=" } else { ".." };
            out.replace(site, dots, other, 1.0);
        }
        if site.parent_role() == Role::For {
            out.replace(site, site.node, format!("({}).rev()", site.text()), 0.3);
        }
    }
    if site.role == Role::For {
        turned(site, out);
    }
    if !site.is_python() || site.role != Role::Call {
        return;
    }
    let Some((name, None)) = site.callee() else { return };
    if site.text_of(name) != "range" {
        return;
    }
    let arguments: Vec<&str> = site.arguments().iter().map(|argument| site.text_of(*argument)).collect();
    match arguments[..] {
        [end] => {
            out.replace(site, site.node, format!("range(1, {end})"), 0.6);
            out.replace(site, site.node, format!("range(1, {end} + 1)"), 0.5);
            out.replace(site, site.node, format!("range({end} - 1, -1, -1)"), 0.2);
        }
        [from, end] => {
            out.replace(site, site.node, format!("range({from} + 1, {end} + 1)"), 0.3);
            out.replace(site, site.node, format!("range({from}, {end}, 2)"), 0.2);
            out.replace(site, site.node, format!("range({end}, {from}, -1)"), 0.2);
            out.replace(site, site.node, format!("range({end})"), 0.2);
        }
        [from, end, _] => out.replace(site, site.node, format!("range({from}, {end})"), 0.4),
        _ => {}
    }
}

/// `for (i = a; i < b; i++)` to `for (i = b - 1; i >= a; i--)`, and back.
fn turned(site: &Site<'_>, out: &mut Proposals) {
    let field = |names: [&str; 2]| names.iter().find_map(|name| site.node.child_by_field_name(name));
    let (Some(init), Some(test), Some(step)) =
        (field(["init", "initializer"]), field(["condition", "condition"]), field(["update", "increment"]))
    else {
        return;
    };
    let start = [Some(init), parts(init).last().copied()]
        .into_iter()
        .flatten()
        .find_map(|node| node.child_by_field_name("value").or_else(|| node.child_by_field_name("right")));
    let sign = (0..step.child_count())
        .filter_map(|index| step.child(index))
        .find(|child| matches!(child.kind(), "++" | "--"));
    let operands = site.scope.file.language.operands(test);
    let (Some(start), Some(sign), Some(operands)) = (start, sign, operands) else { return };
    let (from, to) = (site.text_of(start), site.text_of(operands.right));
    let (first, operator, other) = match (site.text_of(operands.operator), sign.kind()) {
        ("<", "++") => (shifted(to, -1), ">=", "--"),
        ("<=", "++") => (to.to_owned(), ">=", "--"),
        (">=", "--") => (to.to_owned(), "<=", "++"),
        (">", "--") => (shifted(to, 1), "<=", "++"),
        _ => return,
    };
    let spans = vec![
        (start.byte_range(), first),
        (operands.operator.byte_range(), operator.to_owned()),
        (operands.right.byte_range(), from.to_owned()),
        (sign.byte_range(), other.to_owned()),
    ];
    out.several(site, spans, 0.3, "run the loop the other way");
}

/// A bound, and one more or less.
fn shifted(bound: &str, by: i64) -> String {
    match bound.parse::<i64>() {
        Ok(number) => number.saturating_add(by).to_string(),
        Err(_) if by < 0 => format!("{bound} - 1"),
        Err(_) => format!("{bound} + 1"),
    }
}

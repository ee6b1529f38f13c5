//! `a - b` to `a.saturating_sub(b)`: arithmetic that overflows.

use super::{Proposals, Site, Template, rust};
use crate::language::{Kind, Operands, Role, both};

pub(super) static TEMPLATE: Template = Template {
    id: "saturating",
    doc: "Replaces arithmetic that can overflow by its saturating, wrapping or absolute form.",
    prior: 0.15,
    trust: 0.6,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        rust("fn f(a: u8, b: u8) -> u8 { a - b }\n", "fn f(a: u8, b: u8) -> u8 { a.saturating_sub(b) }\n"),
        rust("fn f(a: u8, b: u8) -> u8 { a + b }\n", "fn f(a: u8, b: u8) -> u8 { a.wrapping_add(b) }\n"),
        rust("fn f(a: i8, b: i8) -> i8 { a % b }\n", "fn f(a: i8, b: i8) -> i8 { a.rem_euclid(b) }\n"),
        rust("fn f(mut a: u8) { a -= 1; }\n", "fn f(mut a: u8) { a = a.saturating_sub(1); }\n"),
    ],
};

fn methods(operator: &str) -> &'static [(&'static str, f64)] {
    match operator {
        "-" | "-=" => &[("saturating_sub", 1.0), ("abs_diff", 0.5), ("wrapping_sub", 0.4)],
        "+" | "+=" => &[("saturating_add", 0.6), ("wrapping_add", 0.6)],
        "*" | "*=" => &[("saturating_mul", 0.5), ("wrapping_mul", 0.6)],
        "%" => &[("rem_euclid", 1.0)],
        "/" => &[("div_ceil", 0.6), ("div_euclid", 0.4)],
        _ => &[],
    }
}

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if !matches!(site.role, Role::Arithmetic | Role::Augment) {
        return;
    }
    let Some(operands) = site.operands() else { return };
    if !site.is_rust() {
        forms(site, &operands, out);
        return;
    }
    let likely = match site.scope.kind_of(operands.left) {
        Kind::Integer => 1.0,
        Kind::Unknown => 0.4,
        _ => return,
    };
    // A bare literal has no type to call a method on.
    let literal = site.role_of(operands.left) == Role::Integer;
    for (method, weight) in methods(site.text_of(operands.operator)) {
        let call = format!("{}.{method}({})", site.operand(operands.left), site.text_of(operands.right));
        let text = if site.role == Role::Augment {
            format!("{} = {call}", site.text_of(operands.left))
        } else {
            call
        };
        out.replace(site, site.node, text, weight * likely * if literal { 0.1 } else { 1.0 });
    }
}

/// The language's own forms of the operation.
fn forms(site: &Site<'_>, operands: &Operands<'_>, out: &mut Proposals) {
    let sides = [site.scope.kind_of(operands.left), site.scope.kind_of(operands.right)];
    if site.role != Role::Arithmetic
        || sides.iter().any(|kind| !matches!(kind, Kind::Integer | Kind::Unknown))
    {
        return;
    }
    let likely = if sides.contains(&Kind::Unknown) { 0.4 } else { 1.0 };
    for (form, weight) in (site.idioms().arithmetic)(site.text_of(operands.operator)) {
        let (left, right) = (site.text_of(operands.left), site.text_of(operands.right));
        let in_call = form.ends_with(')');
        // A cast binds to what follows at once.
        let left = if in_call { left.to_owned() } else { site.operand(operands.left) };
        let text = both(form, &left, right);
        let tight = !in_call && site.parent_role() == Role::Arithmetic;
        let text = if tight { format!("({text})") } else { text };
        out.replace(site, site.node, text, weight * likely);
    }
}

//! `1` to `2`: the wrong number.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

/// How likely such a number is wrong, against others.
const SENTINEL: f64 = 0.15;

pub(super) static TEMPLATE: Template = Template {
    id: "number",
    doc: "Replaces a number by a neighbour, by 0, 1, 2, its negative, or another number of the region.",
    prior: 0.9,
    trust: 0.55,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        python("def f(a):\n    return a + 1\n", "def f(a):\n    return a + 2\n"),
        python("def f():\n    return 0\n", "def f():\n    return -1\n"),
        python("def f(a):\n    return a / 0.5\n", "def f(a):\n    return a / 2.0\n"),
        python("def f(a):\n    return a % 24\n", "def f(a):\n    return a % 26\n"),
        rust("fn f(a: i32) -> i32 { a % 100 }\n", "fn f(a: i32) -> i32 { a % 10 }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    match site.role {
        Role::Integer => integers(site, out),
        Role::Float => floats(site, out),
        _ => {}
    }
}

fn integers(site: &Site<'_>, out: &mut Proposals) {
    // Some grammars take the sign for a part of the number.
    let (literal, sign) = site.text().strip_prefix('-').map_or((site.text(), 1), |rest| (rest, -1));
    let digits: String =
        literal.chars().take_while(|letter| letter.is_ascii_digit() || *letter == '_').collect();
    let suffix = &literal[digits.len()..];
    let Ok(value) = digits.replace('_', "").parse::<i64>().map(|value| value * sign) else { return };
    if suffix.starts_with(['x', 'b', 'o', 'X', 'B', 'O']) {
        return;
    }
    let mut values: Vec<(i64, f64)> = vec![
        (value.saturating_add(1), 1.0),
        (value.saturating_sub(1), 0.95),
        (0, 0.7),
        (1, 0.75),
        (2, 0.6),
        (value.saturating_add(2), 0.35),
        (value.saturating_sub(2), 0.25),
        (3, 0.1),
    ];
    if value > 3 {
        values.extend([(value.saturating_mul(10), 0.3), (value.saturating_mul(2), 0.2), (value / 2, 0.2)]);
        values.extend([(value / 10, if value % 10 == 0 { 0.4 } else { 0.05 })]);
        if value % 1024 == 0 || value % 1000 == 0 {
            values.extend([(value / 1000 * 1024, 0.5), (value / 1024 * 1000, 0.5)]);
        }
    } else {
        values.extend([(10, 0.05)]);
    }
    values.push((-value, 0.2));
    for other in &site.scope.integers {
        if let Ok(other) = other.replace('_', "").parse::<i64>() {
            values.push((other, 0.3));
        }
    }
    let mut seen = vec![value];
    // Where types are checked, unsigned numbers are the rule in many places.
    let negative = if site.syntax().dynamic { 1.0 } else { 0.3 };
    let neutral = neutral_element(site);
    let place = match site.parent_role() {
        _ if is_sentinel(site, value) => SENTINEL,
        Role::Compare => 0.75,
        _ => 1.0,
    };
    for (other, weight) in values {
        if !seen.contains(&other) && Some(other) != neutral {
            let weight = weight * place;
            seen.push(other);
            let by = if other < 0 { site.in_place_number(other, suffix) } else { format!("{other}{suffix}") };
            out.replace(site, site.node, by, if other < 0 { weight * negative } else { weight });
        }
    }
}

/// Whether something is compared with -1, which says "none" and is hardly mistaken for another number: the comparison
/// would never hold.
fn is_sentinel(site: &Site<'_>, value: i64) -> bool {
    let compared =
        |node: Option<tree_sitter::Node<'_>>| node.is_some_and(|node| site.role_of(node) == Role::Compare);
    match (value, site.parent_role()) {
        (-1, _) => compared(site.node.parent()),
        (1, Role::Minus) => compared(site.node.parent().and_then(|minus| minus.parent())),
        _ => false,
    }
}

/// The number that would make the calculation around the site pointless: `a + 0`, `a * 1`.
fn neutral_element(site: &Site<'_>) -> Option<i64> {
    let parent = site.node.parent().filter(|parent| site.role_of(*parent) == Role::Arithmetic)?;
    let operands = site.scope.file.language.operands(parent)?;
    let right = operands.right.id() == site.node.id();
    match site.text_of(operands.operator) {
        "+" => Some(0),
        "-" if right => Some(0),
        "*" => Some(1),
        "/" | "//" | "**" if right => Some(1),
        _ => None,
    }
}

fn floats(site: &Site<'_>, out: &mut Proposals) {
    let literal = site.text();
    let body = literal.trim_end_matches("f32").trim_end_matches("f64").trim_end_matches(['_', 'f']);
    let Ok(value) = body.parse::<f64>() else { return };
    let mut seen = vec![value];
    let values = [
        (1.0 / value, 0.8),
        (value + 1.0, 0.6),
        (value - 1.0, 0.6),
        (0.0, 0.6),
        (1.0, 0.6),
        (2.0, 0.5),
        (0.5, 0.4),
        (value * 10.0, 0.3),
        (value / 10.0, 0.3),
        (value * 2.0, 0.3),
        (value / 2.0, 0.3),
        (-value, 0.2),
        (100.0, 0.1),
    ];
    for (other, weight) in values {
        if other.is_finite() && !seen.contains(&other) {
            seen.push(other);
            let number = format!("{other:?}");
            let by = if other < 0.0 { site.in_place(number) } else { number };
            out.replace(site, site.node, by, weight);
        }
    }
}

impl Site<'_> {
    /// A negative number, in parentheses where a minus would bind differently.
    fn in_place_number(&self, value: i64, suffix: &str) -> String {
        if self.parent_role() == Role::Index {
            format!("{value}{suffix}")
        } else {
            self.in_place(format!("{value}{suffix}"))
        }
    }
}

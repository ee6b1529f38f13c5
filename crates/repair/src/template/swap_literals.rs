//! `a.split(',')` here and `a.split(' ')` there: each value is fine, and stands where the other one belongs.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Role, walk};

pub(super) static TEMPLATE: Template = Template {
    id: "swap_literals",
    doc: "Exchanges two different literals of the same kind.",
    prior: 0.08,
    trust: 0.8,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(a):\n    return a[0] == ' ' and a[1] == 'I'\n",
            "def f(a):\n    return a[0] == 'I' and a[1] == ' '\n",
        ),
        python(
            "def f(a):\n    t = a.split(',')\n    return t or a.split(' ')\n",
            "def f(a):\n    t = a.split(' ')\n    return t or a.split(',')\n",
        ),
        rust(
            "fn f(a: u32) -> u32 { if a > 3 { 4 } else { 5 } }\n",
            "fn f(a: u32) -> u32 { if a > 3 { 5 } else { 4 } }\n",
        ),
    ],
};

/// Further away, in lines, nobody mixes them up.
const FAR: usize = 12;

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let is_literal = |role, kind: &str| {
        matches!(role, Role::Integer | Role::Float | Role::Text | Role::Character | Role::Boolean)
            || kind == "regex"
    };
    if !is_literal(site.role, site.node.kind()) {
        return;
    }
    let line = site.node.start_position().row;
    walk(site.scope.root, &mut |other| {
        let away = other.start_position().row.saturating_sub(line);
        let same = other.kind() == site.node.kind() && site.role_of(other) == site.role;
        if same
            && other.start_byte() > site.node.start_byte()
            && away <= FAR
            && site.text_of(other) != site.text()
        {
            // Numbers are many, and each is likelier to be wrong by itself.
            let rarity = if matches!(site.role, Role::Integer | Role::Float) { 0.3 } else { 1.0 };
            out.exchange(site, site.node, other, rarity / (1.0 + 0.3 * away as f64));
        }
        other.start_position().row <= line + FAR
    });
}

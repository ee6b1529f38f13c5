//! `f(a, b)` to `f(a)`: one argument or element too many.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "delete_argument",
    doc: "Deletes an argument of a call or an element of a display.",
    prior: 0.3,
    trust: 0.5,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a, b):\n    return g(a, b)\n", "def f(a, b):\n    return g(a)\n"),
        python("def f(a):\n    return a in ['u', 'w', 'y']\n", "def f(a):\n    return a in ['u', 'w']\n"),
        rust("fn f(a: i32) -> i32 { g(a, 1) }\n", "fn f(a: i32) -> i32 { g(1) }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if !matches!(site.role, Role::Arguments | Role::Sequence) {
        return;
    }
    let parts = site.parts();
    let calls = site.role == Role::Arguments;
    for (index, part) in parts.iter().enumerate().take(12) {
        let span = match (parts.get(index + 1), index) {
            (Some(next), _) => part.start_byte()..next.start_byte(),
            (None, 0) => part.byte_range(),
            (None, _) => parts[index - 1].end_byte()..part.end_byte(),
        };
        let optional = part.kind().contains("keyword") || !calls;
        let weight = if optional { 1.0 } else { 0.4 };
        let crowd = (3.0 / parts.len() as f64).clamp(0.4, 1.0);
        out.splice(site, span, "", weight * crowd, format!("delete `{}`", super::short(site.text_of(*part))));
        // The last two at once: what was appended in one go.
        if index >= 1 && index + 1 == parts.len() && parts.len() > 2 {
            let span = parts[index - 2].end_byte()..part.end_byte();
            out.splice(site, span, "", 0.3 * weight, "delete the last two elements");
        }
    }
}

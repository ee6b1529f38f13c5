//! `if a` to `if a and b`: a case is not excluded, or not included.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Kind, Role, filled};

pub(super) static TEMPLATE: Template = Template {
    id: "clause",
    doc: "Adds a clause to a condition: presence, emptiness, sign, or another condition of the region.",
    prior: 0.04,
    trust: 0.4,
    caution: Some("a clause was added to a condition: check that it is not made for the test"),
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(a, b):\n    if g(b):\n        return 1\n",
            "def f(a, b):\n    if a is not None and g(b):\n        return 1\n",
        ),
        python(
            "def f(a, n: int):\n    if a:\n        return 1\n",
            "def f(a, n: int):\n    if a and n > 0:\n        return 1\n",
        ),
        rust(
            "fn f(a: &[u8], b: bool) { if b { g() } }\n",
            "fn f(a: &[u8], b: bool) { if !a.is_empty() && b { g() } }\n",
        ),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let condition =
        site.is_condition() || (site.parent_role() == Role::Return && site.kind() == Kind::Boolean);
    if !condition || !site.is_value {
        return;
    }
    let words = site.syntax();
    let own = if site.role == Role::Logic || site.role == Role::Choice {
        site.operand(site.node)
    } else {
        site.text().to_owned()
    };
    let place = if site.is_condition() { 1.0 } else { 0.5 };
    for variable in site.scope.variables_at(site.node.start_byte()).into_iter().rev().take(8) {
        for (form, guard, weight) in (site.vocabulary().clauses)(&variable.kind) {
            let clause = filled(form, &variable.name);
            let (and, or) = (words.and, words.or);
            let used = if site.text().contains(variable.name.as_str()) { 1.0 } else { 0.7 };
            // A guard goes first: it protects what follows.
            let (conjunction, disjunction) = if guard {
                (format!("{clause} {and} {own}"), format!("{clause} {or} {own}"))
            } else {
                (format!("{own} {and} {clause}"), format!("{own} {or} {clause}"))
            };
            out.replace(site, site.node, conjunction, weight * used * place);
            out.replace(site, site.node, disjunction, weight * used * place * 0.4);
        }
    }
    for other in &site.scope.expressions {
        let fits =
            other.kind == Kind::Boolean && matches!(other.role, Role::Compare | Role::Call | Role::Not);
        if fits && !site.text().contains(&other.text) {
            for (word, weight) in [(words.and, 0.25), (words.or, 0.2)] {
                out.replace(site, site.node, format!("{own} {word} {}", other.text), weight * place);
            }
        }
    }
    let free = site.scope.file.language.knows_types();
    let camel_case = !site.is_python();
    if words.dynamic || free {
        let functions = site.scope.variables_at(site.node.start_byte()).into_iter();
        let functions = functions.filter(|variable| free && variable.kind == Kind::Function);
        let local: Vec<_> = functions.map(|function| (function.name.clone(), None)).collect();
        for (callee, arguments) in site.scope.callees.iter().chain(&local) {
            for variable in site.scope.variables_at(site.node.start_byte()) {
                if asks(callee, camel_case) && matches!(arguments, None | Some(1)) {
                    let text = format!("{own} {} {callee}({})", words.and, variable.name);
                    out.replace(site, site.node, text, 0.3 * place);
                }
            }
        }
    }
}

/// Whether a function by that name answers yes or no.
fn asks(name: &str, camel_case: bool) -> bool {
    let word = |word: &str| {
        name.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
            && name.get(word.len()..).is_some_and(|rest| rest.starts_with(char::is_uppercase))
    };
    ["is_", "has_", "check"].iter().any(|word| name.starts_with(word))
        || (camel_case && ["is", "has", "can"].into_iter().any(word))
}

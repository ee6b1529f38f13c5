//! `f(a)` to `f(a, b)`: an argument is missing.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Kind, Role};

pub(super) static TEMPLATE: Template = Template {
    id: "add_argument",
    doc: "Adds a variable in scope to the arguments of a call, or compares two of them where one was taken.",
    prior: 0.06,
    trust: 0.5,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a, b):\n    return g(a)\n", "def f(a, b):\n    return g(a, b)\n"),
        python("def f(a, b, c):\n    return max(c)\n", "def f(a, b, c):\n    return max(a, b)\n"),
        rust("fn f(a: i32, b: i32) -> i32 { g(a) }\n", "fn f(a: i32, b: i32) -> i32 { g(a, b) }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::Call {
        return;
    }
    let (Some((name, object)), Some(list)) = (site.callee(), site.argument_list()) else {
        return;
    };
    if site.role_of(list) != Role::Arguments {
        return;
    }
    let (name, arguments) = (site.text_of(name), site.arguments());
    let variables = site.scope.variables_at(site.node.start_byte());
    let library = object.is_none_or(|object| site.text_of(object) == "Math");
    if let ("min" | "max", true, [only]) = (name, library, &arguments[..]) {
        for (index, one) in variables.iter().enumerate() {
            for other in &variables[index + 1..] {
                let list = [&one.kind, &other.kind].iter().any(|kind| matches!(kind, Kind::List | Kind::Map));
                let weight = if list { 0.05 } else { 0.8 };
                out.replace(site, *only, format!("{}, {}", one.name, other.name), weight);
            }
        }
    }
    // A function of this file that is elsewhere called with more arguments is the likeliest.
    let count = arguments.len();
    let more = site
        .scope
        .callees
        .iter()
        .any(|(callee, given)| callee == name && given.is_some_and(|given| given > count));
    let weight = if more {
        1.0
    } else if count >= 3 || object.is_some() {
        0.15
    } else {
        0.4
    };
    for variable in variables.iter().rev().take(6) {
        let given = arguments.iter().any(|argument| site.text_of(*argument) == variable.name);
        if given || matches!(variable.name.as_str(), "self" | "this") {
            continue;
        }
        let (at, text) = match arguments.last() {
            Some(last) => (last.end_byte(), format!(", {}", variable.name)),
            None => (list.start_byte() + 1, variable.name.clone()),
        };
        out.splice(site, at..at, text, weight, format!("add the argument `{}` to `{name}`", variable.name));
    }
}

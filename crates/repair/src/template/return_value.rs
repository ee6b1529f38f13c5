//! `return a` to `return b`: the wrong result.

use tree_sitter::Node;

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Kind, Role};

pub(super) static TEMPLATE: Template = Template {
    id: "return_value",
    doc: "Returns another variable, value, or an expression that the function computes anyway.",
    prior: 0.12,
    trust: 0.45,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a, b):\n    return a + b\n", "def f(a, b):\n    return a\n"),
        python(
            "def f(a):\n    if a:\n        return 1\n    return g(a)\n",
            "def f(a):\n    if a:\n        return 1\n    return 1\n",
        ),
        python(
            "def f(a):\n    total = a\n    g(total)\n",
            "def f(a):\n    total = a\n    g(total)\n    return total\n",
        ),
        rust(
            "fn f(a: i32, b: i32) -> i32 { return a + b; }\n",
            "fn f(a: i32, b: i32) -> i32 { return b; }\n",
        ),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.syntax().dynamic && site.role == Role::Block && site.field() == Some("body") {
        missing_return(site, out);
    }
    if site.role != Role::Return {
        return;
    }
    let Some(value) = site.parts().first().copied() else { return };
    // A list of one is that one.
    let value = value.named_child(0).filter(|_| is_list_of_one(value)).unwrap_or(value);
    let kind = site.scope.kind_of(value);
    let simple = matches!(site.role_of(value), Role::Name);
    for variable in site.scope.variables_at(site.node.start_byte()) {
        // For a plain name the template for variables does it already.
        if !simple && variable.name != "self" {
            out.replace(site, value, variable.name.as_str(), (0.8 * kind.fit(&variable.kind)).max(0.02));
        }
    }
    for other in &site.scope.empty_values {
        if !other.is_empty() {
            out.replace(site, value, other.as_str(), 0.4);
        }
    }
    for expression in &site.scope.expressions {
        if expression.text.len() > 1
            && expression.role != Role::Name
            && expression.text != site.text_of(value)
        {
            let fit = kind.fit(&expression.kind);
            out.replace(site, value, expression.text.as_str(), (0.25 * fit).max(0.01));
        }
    }
    let truth = matches!(kind, Kind::Boolean);
    if truth {
        out.replace(site, value, site.syntax().truth, 0.3);
        out.replace(site, value, site.syntax().falsehood, 0.3);
    }
}

fn is_list_of_one(node: Node<'_>) -> bool {
    node.kind() == "expression_list" && node.named_child_count() == 1
}

/// A function that ends without returning what it built up.
fn missing_return(site: &Site<'_>, out: &mut Proposals) {
    let is_function = site.node.parent().is_some_and(|parent| site.is_function(parent));
    let Some(last) = site.parts().last().copied().filter(|_| is_function) else { return };
    if site.role_of(last) == Role::Return {
        return;
    }
    let indent = site.indent_of(last);
    for variable in site.scope.variables_at(site.node.end_byte()) {
        let at = last.end_byte();
        let line = format!("\n{indent}return {}{}", variable.name, site.syntax().end);
        out.splice(site, at..at, line, 0.6, format!("return `{}` at the end", variable.name));
    }
}

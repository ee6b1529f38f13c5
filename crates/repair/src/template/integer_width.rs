//! `u8` to `u32`: the number does not fit.

use super::{Proposals, Site, Template, rust};

pub(super) static TEMPLATE: Template = Template {
    id: "integer_width",
    doc: "Takes a wider, narrower or signed number type where a type is written.",
    prior: 0.12,
    trust: 0.6,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        rust("fn f(a: u64) -> u64 { a as u8 as u64 }\n", "fn f(a: u64) -> u64 { a as u32 as u64 }\n"),
        rust("fn f() { let a: u32 = 0; }\n", "fn f() { let a: u64 = 0; }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let others = site.scope.file.language.number_types(site.node, &site.scope.file.text);
    if others.is_empty() {
        return;
    }
    // In a cast or a `let` the change stays inside the function; in a signature it rarely compiles.
    let parent = site.node.parent().map_or("", |parent| parent.kind());
    let place = match parent {
        "type_cast_expression" | "let_declaration" | "declaration" | "type_descriptor" => 1.0,
        "cast_expression" | "local_variable_declaration" => 1.0,
        "parameter" | "function_item" | "field_declaration" | "formal_parameter" => 0.1,
        _ => 0.3,
    };
    // The counter of a loop is seldom what overflows.
    let counter = site.node.parent().and_then(|parent| parent.parent());
    let place = if counter.is_some_and(|outer| outer.kind() == "for_statement") { 0.2 } else { place };
    for (other, weight) in others {
        out.replace(site, site.node, *other, weight * place);
    }
}

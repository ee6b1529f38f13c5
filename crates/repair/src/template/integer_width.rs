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

fn others(kind: &str) -> &'static [(&'static str, f64)] {
    match kind {
        "u8" => &[("u32", 0.8), ("u16", 0.8), ("u64", 0.7), ("i32", 0.3), ("usize", 0.3)],
        "u16" => &[("u32", 0.8), ("u64", 0.6)],
        "u32" => &[("u64", 1.0), ("i64", 0.5), ("i32", 0.5), ("usize", 0.2)],
        "i8" | "i16" => &[("i32", 0.9), ("i64", 0.7)],
        "i32" => &[("i64", 1.0), ("f64", 0.3), ("u32", 0.2), ("i128", 0.1)],
        "u64" => &[("u128", 0.8), ("i64", 0.5), ("f64", 0.2)],
        "i64" => &[("i128", 0.8), ("f64", 0.3)],
        "usize" => &[("isize", 0.6), ("u64", 0.2), ("i64", 0.3)],
        "f32" => &[("f64", 1.0)],
        _ => &[],
    }
}

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let others = match site.node.kind() {
        "primitive_type" if site.is_rust() => others(site.text()),
        kind if kind.ends_with("_type") => (site.idioms().number_types)(site.text()),
        _ => return,
    };
    // In a cast or a `let` the change stays inside the function; in a signature it rarely compiles.
    let parent = site.node.parent().map_or("", |parent| parent.kind());
    let place = match parent {
        "type_cast_expression" | "let_declaration" => 1.0,
        "cast_expression" | "local_variable_declaration" => 1.0,
        "parameter" | "function_item" | "formal_parameter" => 0.1,
        _ => 0.3,
    };
    for (other, weight) in others {
        out.replace(site, site.node, *other, weight * place);
    }
}

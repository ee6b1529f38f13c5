//! Rough types of Go values, and what a function may return early.

use tree_sitter::Node;

use super::bindings::{result_of, variables};
use super::types::{is_number, several, type_of};
use crate::language::{Kind, Variable, text_of, walk};

/// Rough type of a value.
pub(super) fn kind_of(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    declared(&type_of(node, text, variables))
}

/// The rough type that a type names.
pub(super) fn declared(kind: &str) -> Kind {
    match kind.trim_end_matches('?') {
        "" | "any" | "interface{}" | "nil" => Kind::Unknown,
        "string" => Kind::Text,
        "bool" => Kind::Boolean,
        "rune" | "byte" => Kind::Character,
        "float32" | "float64" => Kind::Float,
        name if is_number(name) => Kind::Integer,
        name if name.starts_with('[') || name.starts_with("...") => Kind::List,
        name if name.starts_with("map[") => Kind::Map,
        name if name.starts_with("func") => Kind::Function,
        name => Kind::Named(name.chars().take(60).collect()),
    }
}

/// The value that a variable of the type has before anything is put into it.
fn zero(kind: &str) -> String {
    match declared(kind) {
        Kind::Integer | Kind::Float | Kind::Character => "0".to_owned(),
        Kind::Text => "\"\"".to_owned(),
        Kind::Boolean => "false".to_owned(),
        Kind::Named(name)
            if !name.starts_with(['*', '<', '(']) && name != "error" && !name.starts_with("chan ") =>
        {
            format!("{name}{{}}")
        }
        _ => "nil".to_owned(),
    }
}

/// What a function may return early: the zero values of its results, and small values that it returns elsewhere.
pub(super) fn empty_values(function: Node<'_>, text: &str) -> Vec<String> {
    let results = several(&result_of(function, text));
    if results.is_empty() || results == ["()"] {
        return vec![String::new()];
    }
    let zeros: Vec<String> = results.iter().map(|kind| zero(kind)).collect();
    let mut values = vec![zeros.join(", ")];
    if let [only] = &results[..] {
        match declared(only) {
            Kind::Boolean => values.push("true".to_owned()),
            Kind::List | Kind::Map => values.push(format!("{only}{{}}")),
            Kind::Integer => values.extend(["1".to_owned(), "-1".to_owned()]),
            _ => {}
        }
    }
    let bound = variables(function, text);
    walk(function, &mut |node| {
        if node.kind() == "return_statement"
            && let Some(list) = node.named_child(0)
        {
            let small = text_of(list, text);
            let constant = !small.is_empty()
                && small.len() <= 24
                && !bound.iter().any(|variable| {
                    variable.from != usize::MAX
                        && small
                            .split(|letter: char| !letter.is_alphanumeric())
                            .any(|word| word == variable.name)
                });
            if constant && !values.iter().any(|value| value == small) && values.len() < 5 {
                values.push(small.to_owned());
            }
        }
        node.kind() != "func_literal"
    });
    values
}

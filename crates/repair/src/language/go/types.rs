//! Types as Go writes them: `[]int`, `map[string]bool`. A constant that has no type yet ends in `?`; what cannot be
//! known from the file alone is empty, and so is every type that only a declaration elsewhere would explain.

use tree_sitter::Node;

use super::bindings::lookup;
use super::library;
use crate::language::{Variable, parts, text_of};

/// Types of numbers.
const NUMBERS: [&str; 16] = [
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "uintptr",
    "byte",
    "rune",
    "float32",
    "float64",
    "complex128",
];

/// Whether it is the name of a numeric type.
pub(super) fn is_number(name: &str) -> bool {
    NUMBERS.contains(&name)
}

/// Whether `name(x)` converts `x`.
pub(super) fn is_conversion(name: &str) -> bool {
    is_number(name) || matches!(name, "string" | "bool")
}

/// The type of a value; empty if not known.
pub(super) fn type_of(node: Node<'_>, text: &str, variables: &[Variable]) -> String {
    let field = |name: &str| {
        node.child_by_field_name(name).map_or(String::new(), |child| type_of(child, text, variables))
    };
    match node.kind() {
        "int_literal" => "int?".to_owned(),
        "float_literal" => "float64?".to_owned(),
        "rune_literal" => "rune?".to_owned(),
        "interpreted_string_literal" | "raw_string_literal" => "string?".to_owned(),
        "true" | "false" => "bool?".to_owned(),
        "nil" => "nil".to_owned(),
        "identifier" => lookup(text_of(node, text), node.start_byte(), variables),
        "parenthesized_expression" | "expression_list" | "literal_element" => match parts(node)[..] {
            [only] => type_of(only, text, variables),
            _ => String::new(),
        },
        "composite_literal" | "type_assertion_expression" | "type_conversion_expression" => {
            node.child_by_field_name("type").map_or(String::new(), |kind| text_of(kind, text).to_owned())
        }
        "func_literal" => "func".to_owned(),
        "unary_expression" => {
            let inner = field("operand");
            match node.child_by_field_name("operator").map(|operator| operator.kind()) {
                Some("!") => "bool".to_owned(),
                Some("&") if !inner.is_empty() => format!("*{inner}"),
                Some("*") => inner.strip_prefix('*').unwrap_or_default().to_owned(),
                Some("<-") => inner.strip_prefix("chan ").unwrap_or_default().to_owned(),
                Some("&") => String::new(),
                _ => inner,
            }
        }
        "binary_expression" => binary(node, &field("left"), &field("right")),
        "index_expression" => element(&field("operand")),
        "slice_expression" => {
            let whole = field("operand");
            match whole.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                Some((_, element)) => format!("[]{element}"),
                None => whole.trim_end_matches('?').to_owned(),
            }
        }
        "selector_expression" => {
            let name = node.child_by_field_name("field").map_or("", |field| text_of(field, text));
            match library::constant(text_of(node, text)) {
                "" => lookup(&format!(".{name}"), 0, variables),
                known => known.to_owned(),
            }
        }
        "call_expression" => call(node, text, variables),
        _ => String::new(),
    }
}

fn binary(node: Node<'_>, left: &str, right: &str) -> String {
    match node.child_by_field_name("operator").map(|operator| operator.kind()) {
        Some("==" | "!=" | "<" | "<=" | ">" | ">=" | "&&" | "||") => "bool".to_owned(),
        Some("<<" | ">>") => left.to_owned(),
        _ if left.is_empty() || right.is_empty() => {
            // The other operand has the same type, unless it is a constant that takes any.
            let known = if left.is_empty() { right } else { left };
            if known.ends_with('?') { String::new() } else { known.to_owned() }
        }
        _ if !left.ends_with('?') => left.to_owned(),
        _ if !right.ends_with('?') => right.to_owned(),
        _ => [left, right].into_iter().max_by_key(|kind| rank(kind)).unwrap_or(left).to_owned(),
    }
}

/// The larger of two constants' types wins.
fn rank(constant: &str) -> u8 {
    match constant {
        "float64?" => 2,
        "rune?" => 1,
        _ => 0,
    }
}

fn call(node: Node<'_>, text: &str, variables: &[Variable]) -> String {
    let (Some(function), Some(list)) =
        (node.child_by_field_name("function"), node.child_by_field_name("arguments"))
    else {
        return String::new();
    };
    let arguments = parts(list);
    let first = |variables| arguments.first().map_or(String::new(), |first| type_of(*first, text, variables));
    let name = text_of(function, text);
    match name {
        "len" | "cap" | "copy" => "int".to_owned(),
        "append" => first(variables),
        "min" | "max" => {
            let types: Vec<String> = arguments.iter().map(|one| type_of(*one, text, variables)).collect();
            types.iter().find(|kind| !kind.ends_with('?')).or(types.first()).cloned().unwrap_or_default()
        }
        "make" => arguments.first().map_or(String::new(), |kind| text_of(*kind, text).to_owned()),
        "new" => arguments.first().map_or(String::new(), |kind| format!("*{}", text_of(*kind, text))),
        _ if function.kind() == "func_literal" => function
            .child_by_field_name("result")
            .map_or(String::new(), |result| text_of(result, text).to_owned()),
        _ if is_conversion(name) => name.to_owned(),
        _ => {
            if let Some(signature) = library::signature(name) {
                return signature.result.to_owned();
            }
            let key = match function.child_by_field_name("field") {
                Some(field) => format!(".{}()", text_of(field, text)),
                None => format!("{name}()"),
            };
            lookup(&key, 0, variables)
        }
    }
}

/// The type of the elements of a slice, an array, a map or a string; empty for others.
pub(super) fn element(whole: &str) -> String {
    let whole = whole.strip_prefix('*').unwrap_or(whole);
    if whole.trim_end_matches('?') == "string" {
        return "byte".to_owned();
    }
    if whole.starts_with('[') || whole.starts_with("map[") || whole.starts_with("...") {
        return key_and_element(whole).1;
    }
    String::new()
}

/// What a `range` over it yields.
pub(super) fn ranged(whole: &str) -> (String, String) {
    let bare = whole.trim_end_matches('?').trim_start_matches('*');
    match bare {
        "string" => ("int".to_owned(), "rune".to_owned()),
        _ if is_number(bare) => (bare.to_owned(), String::new()),
        _ if bare.starts_with("map[") => key_and_element(bare),
        _ if bare.starts_with('[') || bare.starts_with("...") => ("int".to_owned(), element(bare)),
        _ => match bare.strip_prefix("chan ") {
            Some(inner) => (inner.to_owned(), String::new()),
            None => (String::new(), String::new()),
        },
    }
}

/// `[n]T` and `map[K]T`.
fn key_and_element(whole: &str) -> (String, String) {
    if let Some(element) = whole.strip_prefix("...") {
        return ("int".to_owned(), element.to_owned());
    }
    let Some(open) = whole.find('[') else { return (String::new(), String::new()) };
    let mut depth = 0_i32;
    for (at, letter) in whole.char_indices().skip_while(|(at, _)| *at < open) {
        depth += i32::from(letter == '[') - i32::from(letter == ']');
        if depth == 0 {
            let key = whole.get(open + 1..at).unwrap_or_default();
            return (key.to_owned(), whole.get(at + 1..).unwrap_or_default().trim().to_owned());
        }
    }
    (String::new(), String::new())
}

/// The type that a variable gets from a value.
pub(super) fn settled(kind: &str) -> String {
    kind.trim_end_matches('?').to_owned()
}

/// The single types of `(int, error)`; names of results are left out.
pub(super) fn several(result: &str) -> Vec<String> {
    let Some(inner) = result.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return if result.is_empty() { Vec::new() } else { vec![result.to_owned()] };
    };
    let mut found = vec![String::new()];
    let mut depth = 0_i32;
    for letter in inner.chars() {
        depth += i32::from("([{".contains(letter)) - i32::from(")]}".contains(letter));
        match found.last_mut() {
            Some(last) if letter != ',' || depth > 0 => last.push(letter),
            _ => found.push(String::new()),
        }
    }
    found.iter().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
}

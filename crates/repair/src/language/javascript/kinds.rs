//! Rough types of values, and what a function may return early.

use tree_sitter::Node;

use super::is_function;
use crate::language::{Kind, Variable, text_of, walk};

/// Rough type of a value.
pub(super) fn kind_of(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let of = |child: Option<Node<'_>>| child.map_or(Kind::Unknown, |child| kind_of(child, text, variables));
    match node.kind() {
        "number" => number(text_of(node, text)),
        "string" | "template_string" => Kind::Text,
        "true" | "false" => Kind::Boolean,
        "array" => Kind::List,
        "object" => Kind::Map,
        "regex" => Kind::Named("RegExp".to_owned()),
        kind if is_function(kind) => Kind::Function,
        "parenthesized_expression" | "await_expression" | "non_null_expression" => of(node.named_child(0)),
        "as_expression" | "satisfies_expression" => {
            node.named_child(1).map_or(Kind::Unknown, |kind| annotated(text_of(kind, text)))
        }
        "update_expression" => Kind::Integer,
        "unary_expression" => match node.child(0).map(|operator| operator.kind()) {
            Some("!" | "delete") => Kind::Boolean,
            Some("typeof") => Kind::Text,
            Some("+" | "-" | "~") => match of(node.child_by_field_name("argument")) {
                Kind::Float => Kind::Float,
                _ => Kind::Integer,
            },
            _ => Kind::Unknown,
        },
        "binary_expression" => binary(node, text, variables),
        "ternary_expression" => match of(node.child_by_field_name("consequence")) {
            Kind::Unknown => of(node.child_by_field_name("alternative")),
            known => known,
        },
        "identifier" => named(node, text, variables),
        "subscript_expression" => match of(node.child_by_field_name("object")) {
            Kind::Text => Kind::Text,
            _ => Kind::Unknown,
        },
        "member_expression" => member(node, text),
        "call_expression" => call(node, text, variables),
        "new_expression" => constructed(node, text),
        _ => Kind::Unknown,
    }
}

fn number(literal: &str) -> Kind {
    let hexadecimal = literal.starts_with("0x") || literal.starts_with("0X");
    if !hexadecimal && literal.contains(['.', 'e', 'E']) { Kind::Float } else { Kind::Integer }
}

fn named(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let (name, at) = (text_of(node, text), node.start_byte());
    if matches!(name, "NaN" | "Infinity") {
        return Kind::Float;
    }
    variables
        .iter()
        .rev()
        .find(|variable| variable.name == name && variable.from <= at && at <= variable.until)
        .map_or(Kind::Unknown, |variable| variable.kind.clone())
}

fn binary(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let side = |field: &str| {
        node.child_by_field_name(field).map_or(Kind::Unknown, |side| kind_of(side, text, variables))
    };
    let operator = node.child_by_field_name("operator").map_or("", |operator| operator.kind());
    match operator {
        "==" | "!=" | "===" | "!==" | "<" | "<=" | ">" | ">=" | "in" | "instanceof" => Kind::Boolean,
        "&&" | "||" | "??" => match side("right") {
            Kind::Unknown => side("left"),
            known => known,
        },
        "/" => Kind::Float,
        "&" | "|" | "^" | "<<" | ">>" | ">>>" => Kind::Integer,
        _ => match (side("left"), side("right")) {
            (Kind::Text, _) | (_, Kind::Text) if operator == "+" => Kind::Text,
            (Kind::Float, _) | (_, Kind::Float) => Kind::Float,
            (Kind::Unknown, Kind::Unknown) if operator == "+" => Kind::Unknown,
            _ => Kind::Integer,
        },
    }
}

fn member(node: Node<'_>, text: &str) -> Kind {
    match node.child_by_field_name("property").map_or("", |name| text_of(name, text)) {
        "length" | "size" | "MAX_SAFE_INTEGER" | "MIN_SAFE_INTEGER" | "lastIndex" => Kind::Integer,
        "PI" | "E" | "EPSILON" | "MAX_VALUE" | "MIN_VALUE" | "NEGATIVE_INFINITY" | "POSITIVE_INFINITY" => {
            Kind::Float
        }
        "name" | "message" | "innerHTML" | "textContent" => Kind::Text,
        _ => Kind::Unknown,
    }
}

fn constructed(node: Node<'_>, text: &str) -> Kind {
    match node.child_by_field_name("constructor").map_or("", |name| text_of(name, text)) {
        "Array" | "Uint8Array" | "Int32Array" | "Float64Array" => Kind::List,
        "Object" => Kind::Map,
        other => Kind::Named(other.chars().take(60).collect()),
    }
}

fn call(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let Some(function) = node.child_by_field_name("function") else { return Kind::Unknown };
    let object = function.child_by_field_name("object");
    let name = text_of(function.child_by_field_name("property").unwrap_or(function), text);
    let receiver = || object.map_or(Kind::Unknown, |object| kind_of(object, text, variables));
    if object.is_some_and(|object| text_of(object, text) == "Math") {
        return mathematical(node, name, text, variables);
    }
    match name {
        "parseInt" | "indexOf" | "lastIndexOf" | "findIndex" | "findLastIndex" | "charCodeAt"
        | "codePointAt" | "search" | "getTime" | "getFullYear" | "getMonth" | "getDate" | "getDay"
        | "getHours" | "getMinutes" | "now" | "localeCompare" | "Number" => Kind::Integer,
        "parseFloat" => Kind::Float,
        "String" | "toString" | "toLowerCase" | "toUpperCase" | "trim" | "trimStart" | "trimEnd"
        | "charAt" | "fromCharCode" | "join" | "padStart" | "padEnd" | "repeat" | "replace"
        | "replaceAll" | "substring" | "substr" | "stringify" | "toFixed" | "toISOString" | "normalize"
        | "toLocaleLowerCase" | "toLocaleUpperCase" | "toPrecision" | "inspect" => Kind::Text,
        "split" | "map" | "filter" | "sort" | "reverse" | "keys" | "values" | "entries" | "from"
        | "splice" | "flat" | "flatMap" | "fill" | "toSorted" | "toReversed" | "match" | "matchAll"
        | "of" => Kind::List,
        "slice" | "concat" | "at" => match receiver() {
            Kind::Unknown if name == "slice" => Kind::List,
            Kind::List if name == "at" => Kind::Unknown,
            known => known,
        },
        "includes" | "startsWith" | "endsWith" | "some" | "every" | "has" | "isArray" | "isNaN"
        | "isInteger" | "test" | "hasOwnProperty" | "Boolean" | "isFinite" | "isSafeInteger" | "hasOwn" => {
            Kind::Boolean
        }
        "fromEntries" | "assign" | "groupBy" => Kind::Map,
        _ => Kind::Unknown,
    }
}

fn mathematical(node: Node<'_>, name: &str, text: &str, variables: &[Variable]) -> Kind {
    match name {
        "floor" | "ceil" | "round" | "trunc" | "sign" | "clz32" => Kind::Integer,
        "abs" | "max" | "min" | "pow" => node
            .child_by_field_name("arguments")
            .and_then(|arguments| arguments.named_child(0))
            .map_or(Kind::Integer, |first| match kind_of(first, text, variables) {
                Kind::Float => Kind::Float,
                _ => Kind::Integer,
            }),
        _ => Kind::Float,
    }
}

/// The rough type that an annotation names.
pub(super) fn annotated(annotation: &str) -> Kind {
    let annotation = annotation.trim_start_matches([':', ' ']).trim_start_matches("readonly ").trim();
    let rest = annotation.trim_start_matches("null |").trim_start_matches("undefined |").trim();
    let rest = rest.strip_prefix("Promise<").unwrap_or(rest);
    let first = rest.split(" | ").next().unwrap_or(rest).trim();
    if first.contains("=>") || first == "Function" {
        return Kind::Function;
    }
    if first.ends_with("[]") || first.starts_with('[') {
        return Kind::List;
    }
    match first.split(['<', '>', ' ']).next().unwrap_or_default() {
        "number" | "bigint" => Kind::Integer,
        "string" => Kind::Text,
        "boolean" => Kind::Boolean,
        "Array" | "ReadonlyArray" | "Iterable" | "ArrayLike" => Kind::List,
        "Record" | "object" | "Partial" | "" => Kind::Map,
        "any" | "unknown" | "void" | "never" | "undefined" | "null" => Kind::Unknown,
        quoted if quoted.starts_with(['"', '\'']) => Kind::Text,
        braced if braced.starts_with('{') => Kind::Map,
        other => Kind::Named(other.chars().take(60).collect()),
    }
}

/// The rough type of the elements of an annotated list.
pub(super) fn element_annotated(annotation: &str) -> Kind {
    let annotation = annotation.trim_start_matches([':', ' ']).trim_start_matches("readonly ").trim();
    if let Some(element) = annotation.strip_suffix("[]") {
        return annotated(element);
    }
    let generic = ["Array<", "ReadonlyArray<", "Set<", "Iterable<"];
    generic
        .iter()
        .find_map(|head| annotation.strip_prefix(head))
        .map_or(Kind::Unknown, |inner| annotated(inner.trim_end_matches('>')))
}

/// The empty text in the quotes that the code prefers.
pub(super) fn empty_text(text: &str) -> &'static str {
    if text.matches('\'').count() >= text.matches('"').count() { "''" } else { "\"\"" }
}

/// What a function may return early, guessed from its annotation and its other returns.
pub(super) fn empty_values(region: Node<'_>, text: &str) -> Vec<String> {
    let mut function = region;
    walk(region, &mut |node| {
        if !is_function(function.kind()) && is_function(node.kind()) {
            function = node;
        }
        !is_function(function.kind())
    });
    let empty = empty_text(text_of(region, text));
    let of_kind = |kind: &Kind| match kind {
        Kind::Integer => Some("0"),
        Kind::Float => Some("0"),
        Kind::Text => Some(empty),
        Kind::Boolean => Some("false"),
        Kind::List => Some("[]"),
        Kind::Map => Some("{}"),
        _ => None,
    };
    let annotation = function.child_by_field_name("return_type").map_or("", |kind| text_of(kind, text));
    let mut values: Vec<String> = Vec::new();
    let mut add = |value: &str| {
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    };
    if !annotation.is_empty() {
        if annotation.contains("null") {
            add("null");
        }
        of_kind(&annotated(annotation)).into_iter().for_each(&mut add);
    }
    let variables = super::bindings::variables(region, text);
    let mut returns = false;
    walk(function, &mut |node| {
        if node.kind() == "return_statement"
            && let Some(value) = node.named_child(0)
        {
            returns = true;
            let small = text_of(value, text);
            let literal = matches!(
                value.kind(),
                "number" | "string" | "null" | "undefined" | "true" | "false" | "array" | "object"
            );
            if literal && small.len() <= 12 {
                add(small);
            }
            let kind = kind_of(value, text, &variables);
            of_kind(&kind).into_iter().for_each(&mut add);
            if kind == Kind::Boolean {
                add("true");
            }
        }
        node.id() == function.id() || !is_function(node.kind())
    });
    add(if returns { "null" } else { "" });
    values.truncate(5);
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::language_of;
    use crate::source::SourceFile;

    /// Kinds of the variables that are bound where `/**/` stands, by name.
    fn bound(file: &str, text: &str) -> Vec<(String, Kind)> {
        let source = SourceFile::parse(file.to_owned(), text.to_owned(), language_of(file).unwrap()).unwrap();
        let at = text.find("/**/").unwrap();
        let found = source.language.variables(source.tree.root_node(), text);
        let here = found.into_iter().filter(|one| one.from <= at && at <= one.until);
        here.map(|one| (one.name, one.kind)).collect()
    }

    #[test]
    fn names_hold_in_their_block_and_var_in_its_function() {
        let text = "function f(a = 1) { { let b = 2; var c = 'x'; } for (const d of e) { d; } /**/ }";
        let names: Vec<String> = bound("a.js", text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["f", "a", "c"]);
        let text = "function f(a) { const g = (a) => { /**/ return a + ''; }; }";
        let kinds: Vec<Kind> = bound("a.js", text).into_iter().map(|(_, kind)| kind).collect();
        // The inner `a` is the one that is added to a text.
        assert_eq!(kinds, [Kind::Function, Kind::Unknown, Kind::Text]);
    }

    #[test]
    fn patterns_loops_and_errors_bind_their_names() {
        let text = "try {} catch (error) { for (const [k, { v, w: x = y }] of m) { for (let i = 0; i < 3; i++) { /**/ } } }";
        let names: Vec<String> = bound("a.js", text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["error", "k", "v", "x", "i"]);
    }

    #[test]
    fn kinds_come_from_annotations_values_and_uses() {
        let text = "function f(a: number[], b?: string | null, c: Map<string, number>, d: () => void) {\n\
            let e; e = a.length; const g = `x${e}`; for (const h of a) { /**/ } }";
        let found = bound("a.ts", text);
        let kind = |name: &str| found.iter().find(|one| one.0 == name).map(|one| one.1.clone()).unwrap();
        assert_eq!((kind("a"), kind("b"), kind("h")), (Kind::List, Kind::Text, Kind::Integer));
        assert_eq!((kind("d"), kind("e"), kind("g")), (Kind::Function, Kind::Integer, Kind::Text));
        assert_eq!(kind("c"), Kind::Named("Map".to_owned()));
        let found = bound("a.js", "function f(a, b, c, d) { a.push(b % 2); c.trim(); d(); /**/ }");
        let kinds: Vec<Kind> = found.into_iter().skip(1).map(|one| one.1).collect();
        assert_eq!(kinds, [Kind::List, Kind::Integer, Kind::Text, Kind::Function]);
    }

    #[test]
    fn early_exits_return_what_the_function_returns() {
        let values = |text: &str| {
            let source =
                SourceFile::parse("a.ts".to_owned(), text.to_owned(), language_of("a.ts").unwrap()).unwrap();
            empty_values(source.tree.root_node(), text)
        };
        assert_eq!(values("const f = (a: string): number[] | null => { return g(a); };"), ["null", "[]"]);
        assert_eq!(
            values("function f(a) { if (a) return 'none'; return a.join('-'); }"),
            ["'none'", "''", "null"]
        );
        assert_eq!(values("function f(a) { a.push(1); }"), [""]);
    }
}

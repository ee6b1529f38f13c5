//! Rough types of Rust values, and what a function binds.

use tree_sitter::Node;

use crate::language::{Kind, Variable, text_of, walk};

/// Rough type of a value.
pub(super) fn kind_of(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let of = |child: Option<Node<'_>>| child.map_or(Kind::Unknown, |child| kind_of(child, text, variables));
    match node.kind() {
        "integer_literal" => Kind::Integer,
        "float_literal" => Kind::Float,
        "string_literal" | "raw_string_literal" => Kind::Text,
        "char_literal" => Kind::Character,
        "boolean_literal" => Kind::Boolean,
        "array_expression" => Kind::List,
        "closure_expression" => Kind::Function,
        "type_cast_expression" => {
            node.child_by_field_name("type").map_or(Kind::Unknown, |kind| declared(text_of(kind, text)))
        }
        "parenthesized_expression" => of(node.named_child(0)),
        "reference_expression" => of(node.child_by_field_name("value")),
        "unary_expression" => match node.child(0).map(|operator| operator.kind()) {
            Some("!") => Kind::Boolean,
            _ => of(node.named_child(0)),
        },
        "binary_expression" => match node.child_by_field_name("operator").map(|operator| operator.kind()) {
            Some("==" | "!=" | "<" | "<=" | ">" | ">=" | "&&" | "||") => Kind::Boolean,
            _ => match of(node.child_by_field_name("left")) {
                Kind::Unknown => of(node.child_by_field_name("right")),
                known => known,
            },
        },
        "identifier" => {
            let name = text_of(node, text);
            let at = node.start_byte();
            variables
                .iter()
                .rev()
                .find(|variable| variable.name == name && variable.from <= at && at <= variable.until)
                .map_or(Kind::Unknown, |variable| variable.kind.clone())
        }
        "call_expression" => call(node, text, variables),
        "index_expression" => match of(node.named_child(0)) {
            Kind::List if node.named_child(1).is_some_and(|index| index.kind() == "range_expression") => {
                Kind::List
            }
            Kind::Text => Kind::Text,
            _ => Kind::Unknown,
        },
        "range_expression" => Kind::List,
        _ => Kind::Unknown,
    }
}

fn call(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let Some(function) = node.child_by_field_name("function") else { return Kind::Unknown };
    let Some(name) = function.child_by_field_name("field") else {
        let name = text_of(function, text);
        return match name {
            "String::new" | "String::from" | "format!" => Kind::Text,
            "Vec::new" | "Vec::with_capacity" => Kind::List,
            "HashMap::new" | "BTreeMap::new" => Kind::Map,
            _ => Kind::Unknown,
        };
    };
    match text_of(name, text) {
        "len" | "count" | "pow" | "capacity" | "leading_zeros" => Kind::Integer,
        "sqrt" | "floor" | "ceil" | "round" | "powi" | "powf" | "as_secs_f64" => Kind::Float,
        "to_string" | "to_lowercase" | "to_uppercase" | "trim" | "to_owned" | "join" | "replace"
        | "repeat" | "as_str" | "trim_end" | "trim_start" | "to_ascii_lowercase" | "to_ascii_uppercase" => {
            match function.child_by_field_name("value").map(|value| kind_of(value, text, variables)) {
                Some(Kind::Character) if text_of(name, text) != "to_string" => Kind::Character,
                _ => Kind::Text,
            }
        }
        "is_empty" | "contains" | "starts_with" | "ends_with" | "is_some" | "is_none" | "is_ok"
        | "is_err" | "any" | "all" | "is_numeric" | "is_alphabetic" | "contains_key" | "is_ascii_digit" => {
            Kind::Boolean
        }
        "to_vec" | "collect" | "chars" | "iter" | "bytes" | "split" | "into_iter" | "lines" | "rev"
        | "enumerate" | "split_whitespace" | "windows" | "chunks" => Kind::List,
        "clone" | "abs" | "min" | "max" | "saturating_sub" | "saturating_add" | "wrapping_add"
        | "wrapping_sub" | "rem_euclid" | "as_ref" | "cloned" => function
            .child_by_field_name("value")
            .map_or(Kind::Unknown, |value| kind_of(value, text, variables)),
        _ => Kind::Unknown,
    }
}

/// The rough type that a type names.
pub(super) fn declared(kind: &str) -> Kind {
    let kind = kind.trim_start_matches(['&', ' ']).trim_start_matches("mut ");
    let kind = if let Some(rest) = kind.strip_prefix('\'') {
        rest.split_once(' ').map_or(rest, |(_, rest)| rest)
    } else {
        kind
    };
    match kind {
        "f32" | "f64" => Kind::Float,
        "bool" => Kind::Boolean,
        "char" => Kind::Character,
        "str" | "String" => Kind::Text,
        "usize" | "u8" | "u16" | "u32" | "u64" | "u128" | "isize" | "i8" | "i16" | "i32" | "i64" | "i128" => {
            Kind::Integer
        }
        _ if kind.starts_with("Vec<") || kind.starts_with('[') => Kind::List,
        _ if kind.starts_with("HashMap<") || kind.starts_with("BTreeMap<") => Kind::Map,
        _ if kind.starts_with("impl Fn") || kind.starts_with("fn(") => Kind::Function,
        _ => Kind::Named(kind.chars().take(60).collect()),
    }
}

/// The rough type of what a loop over `source` yields.
fn element(source: &str, whole: &Kind, declared_types: &[(String, String)]) -> Kind {
    if source.contains("..") && !source.contains('[') {
        return Kind::Integer;
    }
    if source.contains(".chars()") && !source.contains("enumerate") {
        return Kind::Character;
    }
    let name = source.trim_start_matches(['&', ' ']).split('.').next().unwrap_or_default();
    let inner = declared_types
        .iter()
        .rev()
        .find(|(variable, _)| variable == name)
        .and_then(|(_, kind)| kind.split_once(['<', '[']))
        .map(|(_, inner)| inner.trim_end_matches(['>', ']', ' ']));
    match (inner, whole) {
        (Some(inner), _) if !inner.contains(',') && !source.contains("enumerate") => declared(inner),
        _ => Kind::Unknown,
    }
}

/// Everything that `region` binds: parameters, `let`, loops, `if let`, match arms, closures.
pub(super) fn variables(region: Node<'_>, text: &str) -> Vec<Variable> {
    let mut found: Vec<Variable> = Vec::new();
    let mut types: Vec<(String, String)> = Vec::new();
    walk(region, &mut |node| {
        let end = region.end_byte();
        let enclosing = node.parent().map_or(end, |parent| parent.end_byte());
        let pattern = node.child_by_field_name("pattern");
        match node.kind() {
            "parameter" => {
                let kind = node.child_by_field_name("type").map_or("", |kind| text_of(kind, text));
                if let Some(pattern) = pattern {
                    types.push((text_of(pattern, text).to_owned(), kind.to_owned()));
                }
                let until = node.parent().map_or(end, |list| list.parent().map_or(end, |f| f.end_byte()));
                bind(pattern, &declared(kind), text, node.start_byte()..until, &mut found);
            }
            "let_declaration" => {
                let value = node.child_by_field_name("value");
                let written = node.child_by_field_name("type").map(|kind| text_of(kind, text));
                if let (Some(pattern), Some(kind)) = (pattern, written) {
                    types.push((text_of(pattern, text).to_owned(), kind.to_owned()));
                }
                let kind = match written {
                    Some(kind) => declared(kind),
                    None => value.map_or(Kind::Unknown, |value| kind_of(value, text, &found)),
                };
                bind(pattern, &kind, text, node.end_byte()..enclosing, &mut found);
            }
            "for_expression" => bind_loop(node, text, &types, &mut found),
            "let_condition" | "match_arm" => {
                let until = if node.kind() == "match_arm" {
                    node.end_byte()
                } else {
                    node.parent().map_or(end, |parent| parent.end_byte())
                };
                bind(pattern, &Kind::Unknown, text, node.start_byte()..until, &mut found);
            }
            "closure_parameters" => {
                let mut cursor = node.walk();
                for parameter in node.named_children(&mut cursor).filter(|part| part.kind() != "parameter") {
                    bind(Some(parameter), &Kind::Unknown, text, node.start_byte()..enclosing, &mut found);
                }
            }
            _ => {}
        }
        true
    });
    found
}

/// A loop binds its pattern in its body.
fn bind_loop(node: Node<'_>, text: &str, types: &[(String, String)], found: &mut Vec<Variable>) {
    let value = node.child_by_field_name("value");
    let source = value.map_or("", |value| text_of(value, text));
    let whole = value.map_or(Kind::Unknown, |value| kind_of(value, text, found));
    let kind = element(source, &whole, types);
    let from = node.child_by_field_name("body").map_or(node.start_byte(), |body| body.start_byte());
    let first = found.len();
    bind(node.child_by_field_name("pattern"), &kind, text, from..node.end_byte(), found);
    if source.ends_with(".enumerate()")
        && let Some(index) = found.get_mut(first)
    {
        index.kind = Kind::Integer;
    }
}

fn bind(
    pattern: Option<Node<'_>>,
    kind: &Kind,
    text: &str,
    span: std::ops::Range<usize>,
    found: &mut Vec<Variable>,
) {
    let Some(pattern) = pattern else { return };
    let simple = pattern.kind() == "identifier";
    walk(pattern, &mut |node| {
        let is_constructor = node.parent().is_some_and(|parent| {
            parent.kind() == "tuple_struct_pattern"
                && parent.child_by_field_name("type").is_some_and(|kind| kind.id() == node.id())
        });
        let name = text_of(node, text);
        if node.kind() == "identifier"
            && !is_constructor
            && name.starts_with(|c: char| c.is_lowercase() || c == '_')
        {
            let kind = if simple { kind.clone() } else { Kind::Unknown };
            found.push(Variable { name: name.to_owned(), kind, from: span.start, until: span.end });
        }
        node.kind() != "scoped_identifier"
    });
}

/// What a function may return early, by its return type.
pub(super) fn empty_values(function: Node<'_>, text: &str) -> Vec<String> {
    let Some(kind) = function.child_by_field_name("return_type").map(|kind| text_of(kind, text)) else {
        return vec![String::new()];
    };
    let values: &[&str] = match declared(kind) {
        Kind::Integer => &["0", "1"],
        Kind::Float => &["0.0", "1.0"],
        Kind::Text if kind.starts_with('&') => &["\"\""],
        Kind::Text => &["String::new()"],
        Kind::Boolean => &["false", "true"],
        Kind::List if kind.starts_with("Vec") => &["Vec::new()"],
        Kind::Named(name) if name.starts_with("Option<") => &["None"],
        Kind::Named(name) if name.starts_with("Result<") => &["Ok(Default::default())"],
        _ => &["Default::default()"],
    };
    values.iter().map(|value| (*value).to_owned()).collect()
}

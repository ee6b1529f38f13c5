//! Rough types of Java values, and what a method binds.

use std::ops::Range;

use tree_sitter::Node;

use super::lambdas;
use super::types::{declared, element, written};
use crate::language::{Kind, Variable, parts, text_of, walk};

/// How many fields of the enclosing classes are in reach.
const MAX_FIELDS: usize = 30;

/// Rough type of a value.
pub(super) fn kind_of(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let of = |child: Option<Node<'_>>| child.map_or(Kind::Unknown, |child| kind_of(child, text, variables));
    let type_of = |node: Node<'_>| {
        node.child_by_field_name("type").map_or(Kind::Unknown, |kind| declared(text_of(kind, text)))
    };
    match node.kind() {
        "decimal_integer_literal"
        | "hex_integer_literal"
        | "binary_integer_literal"
        | "octal_integer_literal" => Kind::Integer,
        "decimal_floating_point_literal" => Kind::Float,
        "string_literal" => Kind::Text,
        "character_literal" => Kind::Character,
        "true" | "false" | "instanceof_expression" => Kind::Boolean,
        "lambda_expression" | "method_reference" => Kind::Function,
        "cast_expression" | "object_creation_expression" => type_of(node),
        "array_creation_expression" => node
            .child_by_field_name("type")
            .map_or(Kind::Unknown, |kind| declared(&format!("{}[]", text_of(kind, text)))),
        "parenthesized_expression" => of(node.named_child(0)),
        "ternary_expression" => of(node.child_by_field_name("consequence")),
        "unary_expression" => match node.child(0).map(|operator| operator.kind()) {
            Some("!") => Kind::Boolean,
            _ => of(node.child_by_field_name("operand")),
        },
        "binary_expression" => binary(node, text, variables),
        "identifier" => variable(node, text, variables).map_or(Kind::Unknown, |found| found.kind.clone()),
        "field_access" => member(node, text, variables),
        "array_access" => {
            match node.child_by_field_name("array").map(|array| kind_of(array, text, variables)) {
                Some(Kind::Named(name)) => element(&name),
                _ => Kind::Unknown,
            }
        }
        "method_invocation" => call(node, text, variables),
        _ => Kind::Unknown,
    }
}

/// The variable that a name means.
fn variable<'v>(node: Node<'_>, text: &str, variables: &'v [Variable]) -> Option<&'v Variable> {
    let (name, at) = (text_of(node, text), node.start_byte());
    variables
        .iter()
        .rev()
        .find(|variable| variable.name == name && variable.from <= at && at <= variable.until)
}

fn binary(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let side = |field: &str| {
        node.child_by_field_name(field).map_or(Kind::Unknown, |side| kind_of(side, text, variables))
    };
    match node.child_by_field_name("operator").map(|operator| operator.kind()) {
        Some("==" | "!=" | "<" | "<=" | ">" | ">=" | "&&" | "||") => Kind::Boolean,
        _ => match (side("left"), side("right")) {
            (Kind::Text, _) | (_, Kind::Text) => Kind::Text,
            (Kind::Float, _) | (_, Kind::Float) => Kind::Float,
            (Kind::Unknown, Kind::Unknown) => Kind::Unknown,
            (Kind::Boolean, Kind::Boolean) => Kind::Boolean,
            _ => Kind::Integer,
        },
    }
}

fn member(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let (Some(object), Some(field)) = (node.child_by_field_name("object"), node.child_by_field_name("field"))
    else {
        return Kind::Unknown;
    };
    match (text_of(object, text), text_of(field, text)) {
        (_, "length") | ("Integer" | "Long", "MAX_VALUE" | "MIN_VALUE") => Kind::Integer,
        ("Double" | "Float" | "Math", _) => Kind::Float,
        ("this", name) => variables
            .iter()
            .find(|variable| variable.name == name)
            .map_or(Kind::Unknown, |found| found.kind.clone()),
        _ => Kind::Unknown,
    }
}

fn call(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let Some(name) = node.child_by_field_name("name") else { return Kind::Unknown };
    let object = node.child_by_field_name("object");
    let owner = object.map_or("", |object| text_of(object, text));
    match text_of(name, text) {
        "length" | "size" | "indexOf" | "lastIndexOf" | "compareTo" | "compare" | "ordinal" | "hashCode"
        | "intValue" | "longValue" | "parseInt" | "parseLong" | "nextInt" | "bitCount" | "signum"
        | "getNumericValue" | "round" | "count" | "currentTimeMillis" | "nanoTime" | "floorMod"
        | "floorDiv" | "getAsInt" => Kind::Integer,
        "sqrt" | "pow" | "floor" | "ceil" | "random" | "log" | "log10" | "doubleValue" | "parseDouble"
        | "cbrt" | "hypot" | "getAsDouble" => Kind::Float,
        "charAt" => Kind::Character,
        "toUpperCase" | "toLowerCase" if owner == "Character" => Kind::Character,
        "valueOf" if matches!(owner, "Integer" | "Long") => Kind::Integer,
        "substring" | "trim" | "strip" | "concat" | "replace" | "replaceAll" | "replaceFirst" | "repeat"
        | "toString" | "valueOf" | "format" | "join" | "toUpperCase" | "toLowerCase" | "toBinaryString"
        | "toHexString" | "nextLine" | "name" | "formatted" | "getName" => Kind::Text,
        "equals" | "equalsIgnoreCase" | "isEmpty" | "isBlank" | "contains" | "startsWith" | "endsWith"
        | "containsKey" | "containsValue" | "hasNext" | "isDigit" | "isLetter" | "isUpperCase"
        | "isLowerCase" | "isWhitespace" | "isLetterOrDigit" | "anyMatch" | "allMatch" | "noneMatch"
        | "isPresent" | "matches" | "isNaN" => Kind::Boolean,
        "toCharArray" => declared("char[]"),
        "split" => declared("String[]"),
        "getBytes" => declared("byte[]"),
        "keySet" | "values" | "entrySet" | "asList" | "subList" | "toList" | "singletonList"
        | "emptyList" | "of"
            if owner != "Map" =>
        {
            Kind::List
        }
        "of" => Kind::Map,
        "abs" | "max" | "min" if matches!(owner, "Math" | "Integer" | "Long" | "Double") => node
            .child_by_field_name("arguments")
            .and_then(|arguments| arguments.named_child(0))
            .map_or(Kind::Integer, |first| kind_of(first, text, variables)),
        "get" | "getOrDefault" | "remove" | "poll" | "peek" | "pop" | "getFirst" | "getLast" | "first"
        | "last" | "pollFirst" | "pollLast" | "peekFirst" | "peekLast" => {
            object.map_or(Kind::Unknown, |object| element_of(object, text, variables))
        }
        "append" | "reverse" | "insert" | "setLength" | "deleteCharAt" => {
            object.map_or(Kind::Unknown, |object| kind_of(object, text, variables))
        }
        _ => Kind::Unknown,
    }
}

/// The rough type of what a collection holds.
pub(super) fn element_of(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    if node.kind() == "identifier" {
        let found = variable(node, text, variables);
        if let Some(name) = found.and_then(|found| written(text, found)) {
            return element(name);
        }
    }
    match kind_of(node, text, variables) {
        Kind::Named(name) => element(&name),
        _ => Kind::Unknown,
    }
}

/// Everything that `region` may use by its name: fields of the classes around it, then parameters, local variables,
/// loops, resources, caught exceptions, patterns, parameters of lambdas.
pub(super) fn variables(region: Node<'_>, text: &str) -> Vec<Variable> {
    let mut found = fields(region, text);
    walk(region, &mut |node| {
        bind_in(node, text, region.end_byte(), &mut found);
        true
    });
    found
}

/// What one node binds.
fn bind_in(node: Node<'_>, text: &str, end: usize, found: &mut Vec<Variable>) {
    let parent_end = |node: Node<'_>| node.parent().map_or(end, |parent| parent.end_byte());
    let kind = declared(node.child_by_field_name("type").map_or("", |kind| text_of(kind, text)));
    let name = node.child_by_field_name("name");
    let start = node.start_byte();
    match node.kind() {
        "formal_parameter" => {
            let until = node.parent().map_or(end, parent_end);
            bind(name, kind, start..until, text, found);
        }
        "spread_parameter" => {
            let pieces = parts(node);
            let kind = pieces.iter().rev().nth(1).map_or("Object", |kind| text_of(*kind, text));
            let name = pieces.last().and_then(|name| name.child_by_field_name("name"));
            let until = node.parent().map_or(end, parent_end);
            bind(name, declared(&format!("{kind}[]")), start..until, text, found);
        }
        "local_variable_declaration" => locals(node, text, parent_end(node), found),
        "enhanced_for_statement" => {
            let value = node.child_by_field_name("value").filter(|_| kind == Kind::Unknown);
            let kind = value.map_or(kind, |value| element_of(value, text, found));
            let from = node.child_by_field_name("body").map_or(start, |body| body.start_byte());
            bind(name, kind, from..node.end_byte(), text, found);
        }
        "resource" => bind(name, kind, node.end_byte()..node.parent().map_or(end, parent_end), text, found),
        "catch_formal_parameter" => {
            bind(name, Kind::Named("Exception".to_owned()), start..parent_end(node), text, found);
        }
        "instanceof_expression" => {
            let kind = node.child_by_field_name("right").map_or("", |kind| text_of(kind, text));
            bind(name, declared(kind), node.end_byte()..end, text, found);
        }
        "lambda_expression" => {
            if let Some(list) = node.child_by_field_name("parameters") {
                let names = if list.kind() == "identifier" { vec![list] } else { parts(list) };
                let kind = lambdas::parameter(node, text, found);
                for name in names {
                    bind(Some(name), kind.clone(), start..node.end_byte(), text, found);
                }
            }
        }
        _ => {}
    }
}

/// The names of one declaration, bound from where each ends.
fn locals(node: Node<'_>, text: &str, until: usize, found: &mut Vec<Variable>) {
    let typed = node.child_by_field_name("type").map_or("", |kind| text_of(kind, text));
    for declarator in parts(node).into_iter().filter(|part| part.kind() == "variable_declarator") {
        let dimensions = declarator.child_by_field_name("dimensions").map_or("", |it| text_of(it, text));
        let kind = match declared(&format!("{typed}{dimensions}")) {
            Kind::Unknown => declarator
                .child_by_field_name("value")
                .map_or(Kind::Unknown, |value| kind_of(value, text, found)),
            known => known,
        };
        let name = declarator.child_by_field_name("name");
        bind(name, kind, declarator.end_byte()..until, text, found);
    }
}

fn bind(name: Option<Node<'_>>, kind: Kind, span: Range<usize>, text: &str, found: &mut Vec<Variable>) {
    if let Some(name) = name.filter(|name| name.kind() == "identifier") {
        let name = text_of(name, text).to_owned();
        found.push(Variable { name, kind, from: span.start, until: span.end });
    }
}

/// Fields and record components of the classes around the region, the outermost first.
fn fields(region: Node<'_>, text: &str) -> Vec<Variable> {
    let mut bodies = Vec::new();
    let mut current = region.parent();
    while let Some(node) = current {
        if matches!(node.kind(), "class_body" | "enum_body_declarations" | "interface_body") {
            bodies.push(node);
        }
        current = node.parent();
    }
    let mut found = Vec::new();
    for body in bodies.into_iter().rev() {
        let span = body.byte_range();
        let record = body.parent().filter(|owner| owner.kind() == "record_declaration");
        let components = record.and_then(|owner| owner.child_by_field_name("parameters"));
        for component in components.map(parts).unwrap_or_default() {
            let kind = component.child_by_field_name("type").map_or("", |kind| text_of(kind, text));
            bind(component.child_by_field_name("name"), declared(kind), span.clone(), text, &mut found);
        }
        for field in parts(body) {
            if !matches!(field.kind(), "field_declaration" | "constant_declaration")
                || field.id() == region.id()
            {
                continue;
            }
            let kind = field.child_by_field_name("type").map_or("", |kind| text_of(kind, text));
            for declarator in parts(field).into_iter().filter(|part| part.kind() == "variable_declarator") {
                bind(declarator.child_by_field_name("name"), declared(kind), span.clone(), text, &mut found);
            }
        }
    }
    found.truncate(MAX_FIELDS);
    found
}

/// What a method may return early, by its type and its other returns.
pub(super) fn empty_values(function: Node<'_>, text: &str) -> Vec<String> {
    match function.kind() {
        "constructor_declaration" | "compact_constructor_declaration" => return vec![String::new()],
        "method_declaration" => {}
        _ => return Vec::new(),
    }
    let written = function.child_by_field_name("type").map_or("void", |kind| text_of(kind, text));
    if written == "void" {
        return vec![String::new()];
    }
    let base = written.split('<').next().unwrap_or(written);
    let values: &[&str] = match declared(written) {
        Kind::Integer => &["0", "1", "-1"],
        Kind::Float => &["0.0", "1.0"],
        Kind::Text => &["\"\"", "null"],
        Kind::Character => &["' '"],
        Kind::Boolean => &["false", "true"],
        Kind::Map => &["new HashMap<>()", "null"],
        Kind::List if base.contains("Set") => &["new HashSet<>()", "null"],
        Kind::List if base.contains("Deque") || base.contains("Queue") => &["new ArrayDeque<>()", "null"],
        Kind::List => &["new ArrayList<>()", "null"],
        _ if base == "Optional" => &["Optional.empty()"],
        _ => &["null"],
    };
    let mut values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
    if let Some(inner) = written.strip_suffix("[]") {
        let (inner, rest) = inner.split_at(inner.find('[').unwrap_or(inner.len()));
        values.insert(0, format!("new {inner}[0]{rest}"));
    }
    walk(function, &mut |node| {
        if node.kind() == "return_statement"
            && let Some(value) = node.named_child(0)
        {
            let small = text_of(value, text);
            let literal = value.kind().ends_with("_literal") || small.starts_with("new ");
            if literal && small.len() <= 20 && !values.iter().any(|known| known == small) {
                values.push(small.to_owned());
            }
        }
        !matches!(node.kind(), "lambda_expression" | "class_body")
    });
    values.truncate(5);
    values
}

#[cfg(test)]
mod tests;

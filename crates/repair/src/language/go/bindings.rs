//! What a Go function binds, from where to where, and with which type.
//!
//! Types are kept as text beside the names, in entries of the same list that are bound nowhere and so never become
//! part of a candidate: from `usize::MAX`, until the byte at which the variable that they describe begins, or 0 for
//! what the whole file knows: `f()` for the result of a function, `.total` for a field, `.Total()` for a method.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::kinds::declared;
use super::symbols;
use super::types::{ranged, settled, several, type_of};
use crate::language::{Kind, Variable, field_of, parts, text_of, walk};

/// How many declarations of a file are remembered.
const MAX_DECLARED: usize = 400;

/// The type of `name` where it stands at `byte`; empty if not known.
pub(super) fn lookup(name: &str, byte: usize, variables: &[Variable]) -> String {
    let mut home = 0;
    if !name.contains(['.', '(']) {
        let bound = variables
            .iter()
            .rev()
            .find(|variable| variable.name == name && variable.from <= byte && byte <= variable.until);
        home = bound.map_or(0, |variable| variable.from);
    }
    let described = variables
        .iter()
        .rev()
        .find(|entry| entry.from == usize::MAX && entry.until == home && entry.name == name);
    match described.map(|entry| &entry.kind) {
        Some(Kind::Named(kind)) => kind.clone(),
        _ => String::new(),
    }
}

/// Whether the region or the file binds `name` at `byte`.
pub(super) fn is_known(name: &str, byte: usize, variables: &[Variable]) -> bool {
    variables.iter().any(|variable| {
        variable.name == name
            && (variable.from <= byte && byte <= variable.until
                || variable.from == usize::MAX && variable.until == 0)
    })
}

/// Everything that `region` binds, in order, after what the file declares.
pub(super) fn variables(region: Node<'_>, text: &str) -> Vec<Variable> {
    let mut found = Vec::new();
    declarations(region, text, &mut found);
    walk(region, &mut |node| {
        match node.kind() {
            "parameter_list" => parameters(node, text, &mut found),
            "short_var_declaration" => assigned(node, text, &mut found),
            "range_clause" => range(node, text, &mut found),
            "var_spec" | "const_spec" => specified(node, text, &mut found),
            "type_switch_statement" => {
                if let Some(alias) = node.child_by_field_name("alias") {
                    bind(alias, "", text, alias.end_byte()..node.end_byte(), &mut found);
                }
            }
            "receive_statement" => {
                if let (Some(left), Some(right)) =
                    (node.child_by_field_name("left"), node.child_by_field_name("right"))
                {
                    bind(left, "", text, right.end_byte()..end_of_scope(node), &mut found);
                }
            }
            _ => {}
        }
        true
    });
    found
}

fn bind(target: Node<'_>, kind: &str, text: &str, span: std::ops::Range<usize>, found: &mut Vec<Variable>) {
    let target =
        if target.kind() == "expression_list" { parts(target).first().copied() } else { Some(target) };
    let Some(target) = target.filter(|target| target.kind() == "identifier") else { return };
    let name = text_of(target, text).to_owned();
    if name == "_" {
        return;
    }
    found.push(Variable { name: name.clone(), kind: declared(kind), from: span.start, until: span.end });
    if !kind.is_empty() {
        found.push(Variable {
            name,
            kind: Kind::Named(kind.to_owned()),
            from: usize::MAX,
            until: span.start,
        });
    }
}

/// End of the innermost block or statement that a declaration belongs to.
fn end_of_scope(node: Node<'_>) -> usize {
    let mut current = node;
    while let Some(parent) = current.parent() {
        match parent.kind() {
            "statement_list"
            | "if_statement"
            | "for_statement"
            | "expression_switch_statement"
            | "type_switch_statement"
            | "communication_case" => return parent.end_byte(),
            _ => current = parent,
        }
    }
    current.end_byte()
}

/// Parameters, the receiver, and results that have names, of a function with a body.
fn parameters(list: Node<'_>, text: &str, found: &mut Vec<Variable>) {
    let owner = list.parent().filter(|owner| owner.child_by_field_name("body").is_some());
    let Some(owner) = owner else { return };
    for declaration in parts(list) {
        let Some(kind) = declaration.child_by_field_name("type") else { continue };
        let mut kind = text_of(kind, text).to_owned();
        if declaration.kind() == "variadic_parameter_declaration" {
            kind = format!("[]{kind}");
        }
        let mut cursor = declaration.walk();
        let names: Vec<Node<'_>> = declaration.children_by_field_name("name", &mut cursor).collect();
        for name in names {
            bind(name, &kind, text, name.start_byte()..owner.end_byte(), found);
        }
    }
}

/// `a, b := 1, f()`
fn assigned(node: Node<'_>, text: &str, found: &mut Vec<Variable>) {
    let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right"))
    else {
        return;
    };
    pairs(&parts(left), right, text, node.end_byte()..end_of_scope(node), found);
}

/// Gives each name the type of its value, or of its part of a result.
fn pairs(
    names: &[Node<'_>],
    right: Node<'_>,
    text: &str,
    span: std::ops::Range<usize>,
    found: &mut Vec<Variable>,
) {
    let values = parts(right);
    let mut kinds: Vec<String> = values.iter().map(|value| settled(&type_of(*value, text, found))).collect();
    if values.len() == 1 && names.len() > 1 {
        kinds = match values[0].kind() {
            // `v, ok := m[k]`
            "index_expression" | "type_assertion_expression" => vec![kinds.remove(0), "bool".to_owned()],
            _ => several(&kinds[0]),
        };
    }
    for (index, name) in names.iter().enumerate() {
        let kind = kinds.get(index).map_or("", String::as_str);
        let kind = if names.len() == 1 && kind.starts_with('(') { "" } else { kind };
        bind(*name, kind, text, span.clone(), found);
    }
}

/// `for i, v := range values {`
fn range(node: Node<'_>, text: &str, found: &mut Vec<Variable>) {
    let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right"))
    else {
        return;
    };
    if left.next_sibling().is_some_and(|sign| sign.kind() == "=") {
        return;
    }
    let until = node.parent().map_or(node.end_byte(), |owner| owner.end_byte());
    let (first, second) = ranged(&type_of(right, text, found));
    for (name, kind) in parts(left).into_iter().zip([first, second]) {
        bind(name, &kind, text, node.end_byte()..until, found);
    }
}

/// `var a, b int = 1, 2`
fn specified(node: Node<'_>, text: &str, found: &mut Vec<Variable>) {
    let span = node.end_byte()..end_of_scope(node);
    let mut cursor = node.walk();
    let names: Vec<Node<'_>> =
        node.children_by_field_name("name", &mut cursor).filter(|name| name.is_named()).collect();
    match (node.child_by_field_name("type"), node.child_by_field_name("value")) {
        (Some(kind), _) => {
            for name in names {
                bind(name, text_of(kind, text), text, span.clone(), found);
            }
        }
        (None, Some(value)) => pairs(&names, value, text, span, found),
        _ => {}
    }
}

/// Functions, methods, fields, variables and constants of the file.
fn declarations(region: Node<'_>, text: &str, found: &mut Vec<Variable>) {
    let mut root = region;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let mut types: BTreeMap<String, String> = BTreeMap::new();
    let mut add = |name: String, kind: String| {
        if types.len() < MAX_DECLARED {
            // What two types call alike may have two types.
            let known = types.entry(name).or_insert_with(|| kind.clone());
            if *known != kind {
                known.clear();
            }
        }
    };
    for node in parts(root) {
        let named = |field: &str| node.child_by_field_name(field).map_or("", |child| text_of(child, text));
        match node.kind() {
            "function_declaration" => {
                add(format!("{}()", named("name")), result_of(node, text));
                add(named("name").to_owned(), "func".to_owned());
            }
            "method_declaration" => add(format!(".{}()", named("name")), result_of(node, text)),
            "type_declaration" => walk(node, &mut |field| {
                if field.kind() == "field_declaration" {
                    let kind = field.child_by_field_name("type").map_or("", |kind| text_of(kind, text));
                    let mut cursor = field.walk();
                    for name in field.children_by_field_name("name", &mut cursor) {
                        add(format!(".{}", text_of(name, text)), kind.to_owned());
                    }
                }
                true
            }),
            "const_declaration" | "var_declaration" => {
                for spec in symbols::specs(node) {
                    let kind = spec.child_by_field_name("type").map(|kind| text_of(kind, text).to_owned());
                    let value = spec.child_by_field_name("value").map(|value| type_of(value, text, &[]));
                    let kind = kind.or(value).unwrap_or_default();
                    let settle = node.kind() == "var_declaration";
                    let kind = if settle { settled(&kind) } else { kind };
                    for name in symbols::names_of(spec) {
                        add(text_of(name, text).to_owned(), kind.clone());
                    }
                }
            }
            _ => {}
        }
    }
    found.extend(types.into_iter().map(|(name, kind)| Variable {
        name,
        kind: Kind::Named(kind),
        from: usize::MAX,
        until: 0,
    }));
}

/// The result's type as text; several without the names.
pub(super) fn result_of(function: Node<'_>, text: &str) -> String {
    let Some(result) = function.child_by_field_name("result") else { return "()".to_owned() };
    if result.kind() != "parameter_list" {
        return text_of(result, text).to_owned();
    }
    let mut kinds = Vec::new();
    for declaration in parts(result) {
        let kind = declaration.child_by_field_name("type").map_or("", |kind| text_of(kind, text));
        let mut cursor = declaration.walk();
        let names = declaration
            .children_by_field_name("name", &mut cursor)
            .filter(|name| field_of(*name) == Some("name") && name.is_named())
            .count();
        kinds.extend(std::iter::repeat_n(kind, names.max(1)));
    }
    match kinds[..] {
        [only] => only.to_owned(),
        _ => format!("({})", kinds.join(", ")),
    }
}

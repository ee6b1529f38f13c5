//! What a function of C or C++ binds, and where: parameters, declarations, loops, bindings, fields of its class.

use tree_sitter::Node;

use super::kinds::kind_of;
use super::types::{declared, element};
use crate::language::{Kind, Variable, text_of, walk};

/// Deeper declarators than this are nobody's.
const MAX_NESTING: usize = 12;

/// Everything that `region` binds, the fields of an enclosing class first.
pub(super) fn variables(region: Node<'_>, text: &str) -> Vec<Variable> {
    let mut found = fields(region, text);
    let plain_members = found.is_empty();
    walk(region, &mut |node| {
        match node.kind() {
            "parameter_declaration" | "optional_parameter_declaration" => {
                if let Some(owner) = parameters_owner(node) {
                    let span = node.start_byte()..owner.end_byte();
                    bind(node, node.child_by_field_name("declarator"), None, text, span, &mut found);
                }
            }
            "declaration" => {
                let until = scope_of(node).map_or(region.end_byte(), |scope| scope.end_byte());
                declaration(node, text, until, &mut found);
            }
            "for_range_loop" => range_loop(node, text, &mut found),
            "identifier" if plain_members => member(node, text, &mut found),
            _ => {}
        }
        true
    });
    found
}

fn declaration(node: Node<'_>, text: &str, until: usize, found: &mut Vec<Variable>) {
    let mut cursor = node.walk();
    let declarators: Vec<Node<'_>> = node.children_by_field_name("declarator", &mut cursor).collect();
    for declarator in declarators {
        let value = declarator.child_by_field_name("value");
        let inner = if declarator.kind() == "init_declarator" {
            declarator.child_by_field_name("declarator")
        } else {
            Some(declarator)
        };
        // Bound behind its value, though the language binds it before: nobody means `int a = a`.
        bind(node, inner, value, text, declarator.end_byte()..until, found);
    }
}

fn range_loop(node: Node<'_>, text: &str, found: &mut Vec<Variable>) {
    let from = node.child_by_field_name("body").map_or(node.start_byte(), |body| body.start_byte());
    let first = found.len();
    bind(node, node.child_by_field_name("declarator"), None, text, from..node.end_byte(), found);
    let kind = node.child_by_field_name("right").map(|right| element_kind(right, text, &found[..first]));
    if let (Some(kind), [only]) = (kind, &mut found[first..])
        && only.kind == Kind::Unknown
    {
        only.kind = kind;
    }
}

/// Adds the names of a declarator. `node` holds the type.
fn bind(
    node: Node<'_>,
    declarator: Option<Node<'_>>,
    value: Option<Node<'_>>,
    text: &str,
    span: std::ops::Range<usize>,
    found: &mut Vec<Variable>,
) {
    let Some(declarator) = declarator else { return };
    let written = node.child_by_field_name("type").map_or("", |kind| text_of(kind, text));
    let mut push = |name: Node<'_>, kind: Kind| {
        let name = text_of(name, text).to_owned();
        found.push(Variable { name, kind, from: span.start, until: span.end });
    };
    match named_by(declarator) {
        Some(name) if matches!(name.kind(), "identifier" | "field_identifier") => {
            let around = text.get(declarator.start_byte()..declarator.end_byte()).unwrap_or_default();
            let around = around.split('=').next().unwrap_or_default();
            let mut kind = declared(written, around);
            if let (Kind::Unknown, Some(value)) = (&kind, value) {
                kind = kind_of(value, text, found);
            }
            let name = text_of(name, text).to_owned();
            found.push(Variable { name, kind, from: span.start, until: span.end });
        }
        Some(binding) if binding.kind() == "structured_binding_declarator" => {
            let mut cursor = binding.walk();
            for name in binding.named_children(&mut cursor).filter(|name| name.kind() == "identifier") {
                push(name, Kind::Unknown);
            }
        }
        _ => {}
    }
}

/// The name in a nested declarator; none where it declares a function.
fn named_by(declarator: Node<'_>) -> Option<Node<'_>> {
    let mut node = declarator;
    for _ in 0..MAX_NESTING {
        match node.kind() {
            "identifier" | "field_identifier" | "structured_binding_declarator" => return Some(node),
            "function_declarator" => {
                // `int (*f)(int)` is a variable, `int f(int)` is none.
                let inner = node.child_by_field_name("declarator")?;
                if inner.kind() != "parenthesized_declarator" {
                    return None;
                }
                node = inner.named_child(0)?;
            }
            "pointer_declarator" | "array_declarator" | "init_declarator" => {
                node = node.child_by_field_name("declarator")?;
            }
            "reference_declarator" | "parenthesized_declarator" | "attributed_declarator" => {
                node = node.named_child(0)?;
            }
            _ => return None,
        }
    }
    None
}

/// What a parameter belongs to, if that has a body: a function, a function literal, a handler.
fn parameters_owner(parameter: Node<'_>) -> Option<Node<'_>> {
    let mut node = parameter.parent()?.parent()?;
    for _ in 0..MAX_NESTING {
        match node.kind() {
            "function_definition" | "lambda_expression" | "catch_clause" => return Some(node),
            "function_declarator"
            | "abstract_function_declarator"
            | "pointer_declarator"
            | "reference_declarator" => {
                node = node.parent()?;
            }
            _ => return None,
        }
    }
    None
}

/// The node at whose end a declaration ends.
fn scope_of(node: Node<'_>) -> Option<Node<'_>> {
    let mut current = node.parent();
    while let Some(parent) = current {
        if matches!(
            parent.kind(),
            "compound_statement"
                | "for_statement"
                | "for_range_loop"
                | "if_statement"
                | "while_statement"
                | "switch_statement"
                | "catch_clause"
                | "lambda_expression"
                | "function_definition"
                | "namespace_definition"
                | "translation_unit"
        ) {
            return Some(parent);
        }
        current = parent.parent();
    }
    None
}

/// The class around a region, if any.
pub(super) fn class_around(region: Node<'_>) -> Option<Node<'_>> {
    let mut current = region.parent();
    while let Some(parent) = current {
        match parent.kind() {
            "class_specifier" | "struct_specifier" => return Some(parent),
            "function_definition" => return None,
            _ => current = parent.parent(),
        }
    }
    None
}

/// Fields of the class around a method.
fn fields(region: Node<'_>, text: &str) -> Vec<Variable> {
    let mut found = Vec::new();
    let Some(body) = class_around(region).and_then(|class| class.child_by_field_name("body")) else {
        return found;
    };
    let mut cursor = body.walk();
    for field in body.named_children(&mut cursor).filter(|field| field.kind() == "field_declaration") {
        let mut inner = field.walk();
        let declarators: Vec<Node<'_>> = field.children_by_field_name("declarator", &mut inner).collect();
        for declarator in declarators {
            bind(field, Some(declarator), None, text, 0..usize::MAX, &mut found);
        }
    }
    found
}

/// A method outside of its class does not show the fields: names that are spelled like one are taken for one.
fn member(node: Node<'_>, text: &str, found: &mut Vec<Variable>) {
    let name = text_of(node, text);
    let spelled =
        name.len() > 2 && (name.starts_with("m_") || (name.ends_with('_') && !name.starts_with('_')));
    let called = node.parent().is_some_and(|parent| parent.kind() == "call_expression");
    if spelled && !called && !found.iter().any(|variable| variable.name == name) {
        found.push(Variable { name: name.to_owned(), kind: Kind::Unknown, from: 0, until: usize::MAX });
    }
}

/// The rough type of the elements of a value, by the declaration of its name.
pub(super) fn element_kind(value: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let fallback = || match kind_of(value, text, variables) {
        Kind::Text => Kind::Character,
        _ => Kind::Unknown,
    };
    let depth = usize::from(value.kind() == "subscript_expression");
    let name = if depth == 1 { value.child_by_field_name("argument") } else { Some(value) };
    let Some(name) = name.filter(|name| name.kind() == "identifier") else { return fallback() };
    let at = name.start_byte();
    let wanted = text_of(name, text);
    let bound = |variable: &&Variable| variable.name == wanted && variable.from <= at && at <= variable.until;
    let Some(variable) = variables.iter().rev().find(bound) else { return fallback() };
    let Some((written, declarator)) = declaration_at(value, variable, text) else { return fallback() };
    if depth == 1 {
        // `a[i][j]`: one container less.
        let inner = written.split_once('<').map_or("", |(_, inner)| inner.trim_end_matches([' ', '&', '>']));
        let close = ">".repeat(inner.matches('<').count());
        return if inner.is_empty() { fallback() } else { element(&format!("{inner}{close}"), "") };
    }
    match element(&written, &declarator) {
        Kind::Unknown => fallback(),
        known => known,
    }
}

/// The written type and declarator of a variable.
fn declaration_at(anywhere: Node<'_>, variable: &Variable, text: &str) -> Option<(String, String)> {
    let mut root = anywhere;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let at = variable.from.min(root.end_byte()).saturating_sub(1);
    // A parameter is bound from its first byte, a declaration behind its last one.
    [variable.from, at].into_iter().find_map(|byte| {
        let mut node = root.descendant_for_byte_range(byte, byte)?;
        loop {
            if matches!(
                node.kind(),
                "parameter_declaration" | "optional_parameter_declaration" | "declaration"
            ) {
                break;
            }
            node = node.parent()?;
        }
        let mut cursor = node.walk();
        let declarator = node
            .children_by_field_name("declarator", &mut cursor)
            .find(|declarator| named_in(*declarator, text) == Some(variable.name.as_str()))?;
        let around = text_of(declarator, text).split('=').next().unwrap_or_default().to_owned();
        Some((text_of(node.child_by_field_name("type")?, text).to_owned(), around))
    })
}

fn named_in<'a>(declarator: Node<'_>, text: &'a str) -> Option<&'a str> {
    named_by(declarator).map(|name| text_of(name, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::cpp::CPP;
    use crate::source::SourceFile;

    fn bound(text: &str) -> Vec<(String, Kind, String)> {
        let source = SourceFile::parse("a.cpp".to_owned(), text.to_owned(), &CPP).unwrap();
        let mut root = source.tree.root_node();
        walk(source.tree.root_node(), &mut |node| {
            if node.kind() == "function_definition" && root.parent().is_none() {
                root = node;
            }
            true
        });
        variables(root, text)
            .into_iter()
            .map(|variable| {
                let span = variable.from..variable.until.min(text.len());
                (variable.name, variable.kind, text[span].chars().rev().take(9).collect::<String>())
            })
            .map(|(name, kind, end)| (name, kind, end.chars().rev().collect()))
            .collect()
    }

    #[test]
    fn names_are_bound_to_the_end_of_their_block() {
        let text = "int f(const std::vector<int>& v, char* s) {\n    { long x = 1; /*in*/ }\n    for (int i = 0, j = 2; i < 3; i++) { g(i); }\n    for (auto e : v) { h(e); }\n    double x, *p = &x; /*end*/ }\n";
        let names = bound(text);
        let of = |name: &str| -> Vec<&(String, Kind, String)> {
            names.iter().filter(|found| found.0 == name).collect()
        };
        assert_eq!(of("v")[0].1, Kind::List);
        assert_eq!(of("s")[0].1, Kind::Text);
        assert_eq!(of("x")[0], &("x".to_owned(), Kind::Integer, " /*in*/ }".to_owned()));
        assert_eq!(of("x")[1], &("x".to_owned(), Kind::Float, "/*end*/ }".to_owned()));
        assert_eq!(of("i")[0].2, "{ g(i); }");
        assert_eq!(of("j")[0].1, Kind::Integer);
        assert_eq!((of("e")[0].1.clone(), of("e")[0].2.as_str()), (Kind::Integer, "{ h(e); }"));
        assert_eq!(of("p")[0].1, Kind::List);
    }

    #[test]
    fn literals_handlers_bindings_and_fields_bind_names_and_prototypes_do_not() {
        let text = "struct A {\n    int total; std::string name_;\n    int f() {\n        auto l = [](int q) { return q; };\n        auto [k, w] = pair();\n        int proto(int hidden);\n        int (*call)(int unseen) = proto;\n        try { g(); } catch (const E& error) { h(); }\n        return total;\n    }\n};\n";
        let names: Vec<String> = bound(text).into_iter().map(|found| found.0).collect();
        assert_eq!(names, ["total", "name_", "l", "q", "k", "w", "call", "error"]);
    }

    #[test]
    fn a_field_is_known_by_its_spelling_outside_of_the_class() {
        let names = bound("int A::f(int a) { return m_count + size_ + a + run_(); }");
        let names: Vec<&str> = names.iter().map(|found| found.0.as_str()).collect();
        assert_eq!(names, ["a", "m_count", "size_"]);
    }
}

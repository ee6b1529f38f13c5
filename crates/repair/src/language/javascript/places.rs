//! Which nodes are values that may be replaced, and which only name, declare or describe.

use tree_sitter::Node;

use super::role;
use crate::language::{Role, field_of, text_of};

/// What does not run: types and imports.
pub(super) fn is_inert(kind: &str) -> bool {
    matches!(
        kind,
        "type_annotation"
            | "type_arguments"
            | "type_parameters"
            | "type_predicate_annotation"
            | "asserts_annotation"
            | "interface_declaration"
            | "type_alias_declaration"
            | "ambient_declaration"
            | "function_signature"
            | "implements_clause"
            | "import_statement"
            | "literal_type"
            | "union_type"
            | "intersection_type"
            | "object_type"
            | "array_type"
            | "function_type"
            | "generic_type"
            | "conditional_type"
            | "index_type_query"
            | "type_query"
            | "lookup_type"
    )
}

/// Whether the node is a value, and none that its place binds.
pub(super) fn is_value(node: Node<'_>, text: &str) -> bool {
    let value = !matches!(
        role(node),
        Role::Other
            | Role::Block
            | Role::If
            | Role::While
            | Role::For
            | Role::Return
            | Role::Leave
            | Role::Assign
            | Role::Augment
            | Role::Arguments
            | Role::Entry
    );
    value && !is_bound(node, text)
}

/// Whether the node names something instead of using it, or belongs to the syntax of a statement.
fn is_bound(node: Node<'_>, text: &str) -> bool {
    let Some(parent) = node.parent() else { return true };
    let field = field_of(node);
    match parent.kind() {
        "variable_declarator" | "enum_assignment" => field == Some("name"),
        "assignment_expression" | "augmented_assignment_expression" => field == Some("left"),
        "assignment_pattern" => field != Some("right"),
        "for_in_statement" => field != Some("right"),
        "required_parameter" | "optional_parameter" => field != Some("value"),
        "field_definition" | "public_field_definition" => field != Some("value"),
        "arrow_function" => field == Some("parameter"),
        "pair" => field == Some("key"),
        "call_expression" => field == Some("function") || node.kind() == "template_string",
        // The text that names a module.
        "arguments" => node.kind() == "string" && is_import(parent, text),
        // `Math` of `Math.max` is a name space.
        "member_expression" => field == Some("property") || is_name_space(node, text),
        // Their parentheses belong to the statement.
        "if_statement" | "while_statement" | "do_statement" | "switch_statement" => true,
        "expression_statement" | "new_expression" if field != Some("arguments") => true,
        // What stands alone is a statement, not a value; the rest binds.
        "update_expression"
        | "formal_parameters"
        | "object_pattern"
        | "array_pattern"
        | "rest_pattern"
        | "pair_pattern"
        | "catch_clause"
        | "object_assignment_pattern"
        | "function_declaration"
        | "function_expression"
        | "generator_function_declaration"
        | "generator_function"
        | "method_definition"
        | "class_declaration"
        | "class"
        | "class_heritage"
        | "extends_clause"
        | "import_clause"
        | "import_specifier"
        | "namespace_import"
        | "export_specifier"
        | "namespace_export"
        | "decorator"
        | "enum_body"
        | "type_query"
        | "jsx_opening_element"
        | "jsx_closing_element"
        | "jsx_self_closing_element"
        | "nested_identifier" => true,
        "export_statement" => field != Some("value"),
        "sequence_expression" => parent.parent().is_some_and(|outer| outer.kind() == "expression_statement"),
        _ => false,
    }
}

fn is_import(arguments: Node<'_>, text: &str) -> bool {
    arguments
        .parent()
        .and_then(|call| call.child_by_field_name("function"))
        .is_some_and(|callee| matches!(text_of(callee, text), "require" | "import" | "require.resolve"))
}

/// A receiver that no variable can replace.
fn is_name_space(node: Node<'_>, text: &str) -> bool {
    match node.kind() {
        "this" | "super" => true,
        "identifier" => {
            let name = text_of(node, text);
            name.starts_with(|letter: char| letter.is_ascii_uppercase()) && name.len() > 1
                || matches!(name, "console" | "process" | "module" | "exports" | "window" | "document")
        }
        _ => false,
    }
}

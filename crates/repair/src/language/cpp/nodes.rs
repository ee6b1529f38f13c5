//! What the syntax nodes of C and C++ are for, and which of them are values.

use tree_sitter::Node;

use crate::language::{Role, field_of, text_of};

/// What a node is for.
pub(super) fn role(node: Node<'_>, text: &str) -> Role {
    match node.kind() {
        "identifier" => Role::Name,
        "number_literal" => number(text_of(node, text)),
        "string_literal" | "raw_string_literal" => Role::Text,
        "char_literal" => Role::Character,
        "true" | "false" => Role::Boolean,
        "null" => Role::Nothing,
        "binary_expression" => binary(node),
        "unary_expression" => match node.child_by_field_name("operator").map(|operator| operator.kind()) {
            Some("!" | "not") => Role::Not,
            Some("-") => Role::Minus,
            _ => Role::OtherValue,
        },
        "assignment_expression" => match node.child_by_field_name("operator").map(|sign| sign.kind()) {
            Some("=") => Role::Assign,
            _ => Role::Augment,
        },
        // What it is set to stands beside it as in an assignment.
        "init_declarator" => Role::Assign,
        "update_expression" => Role::Augment,
        "call_expression" => Role::Call,
        "argument_list" => Role::Arguments,
        "field_expression" => Role::Member,
        // The brackets of C++ are a node of their own.
        "subscript_expression" | "subscript_argument_list" => Role::Index,
        "initializer_list" => Role::Sequence,
        "initializer_pair" => Role::Entry,
        "parenthesized_expression" => Role::Group,
        "conditional_expression" => Role::Choice,
        "lambda_expression" => Role::Lambda,
        "return_statement" | "co_return_statement" => Role::Return,
        "break_statement" | "continue_statement" | "throw_statement" | "goto_statement" => Role::Leave,
        "if_statement" => Role::If,
        "while_statement" | "do_statement" => Role::While,
        "for_statement" | "for_range_loop" => Role::For,
        "compound_statement" => Role::Block,
        "cast_expression"
        | "pointer_expression"
        | "sizeof_expression"
        | "alignof_expression"
        | "new_expression"
        | "compound_literal_expression"
        | "concatenated_string"
        | "user_defined_literal"
        | "qualified_identifier"
        | "template_function"
        | "co_await_expression" => Role::OtherValue,
        _ => Role::Other,
    }
}

fn number(literal: &str) -> Role {
    let literal = literal.trim_start_matches(['-', '+']);
    let based = literal.len() > 1 && literal.starts_with('0') && !literal[1..].starts_with(['.', 'e', 'E']);
    let fraction = literal.contains('.') || (literal.contains(['e', 'E', 'f', 'F']) && !based);
    if fraction { Role::Float } else { Role::Integer }
}

fn binary(node: Node<'_>) -> Role {
    match node.child_by_field_name("operator").map(|operator| operator.kind()) {
        Some("==" | "!=" | "<" | "<=" | ">" | ">=" | "<=>" | "not_eq") => Role::Compare,
        Some("&&" | "||" | "and" | "or") => Role::Logic,
        _ => Role::Arithmetic,
    }
}

/// Whether the node is a value that may be replaced by another one.
pub(super) fn is_value(node: Node<'_>, text: &str) -> bool {
    let value = !matches!(
        role(node, text),
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
    value && node.kind() != "subscript_argument_list" && !is_bound(node)
}

/// Whether the node names something instead of using it, or belongs to a statement: declarators, callees, types,
/// labels, the parentheses of `if (a)`, an expression that stands alone.
fn is_bound(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return true };
    let kind = parent.kind();
    let field = || field_of(node);
    match kind {
        "call_expression" => field() == Some("function"),
        "init_declarator" => field() != Some("value"),
        "declaration" | "parameter_declaration" | "optional_parameter_declaration" | "field_declaration" => {
            !matches!(field(), Some("default_value" | "value"))
        }
        "array_declarator" => field() != Some("size"),
        "enumerator" | "initializer_pair" | "lambda_capture_initializer" => {
            !matches!(field(), Some("value" | "right"))
        }
        "for_range_loop" => field() != Some("right"),
        "if_statement" | "while_statement" | "do_statement" | "switch_statement" => true,
        "assignment_expression" => field() == Some("left"),
        "expression_statement" | "comma_expression" | "for_statement" => {
            // A call that stands alone is a statement, not a value.
            field() != Some("condition")
        }
        "update_expression" | "offsetof_expression" | "concatenated_string" => true,
        "lambda_expression" => true,
        _ => kind.ends_with("_declarator") || is_naming(kind),
    }
}

/// Parents whose children are names, types or text for the compiler.
fn is_naming(kind: &str) -> bool {
    kind.starts_with("preproc_")
        || matches!(
            kind,
            "qualified_identifier"
                | "template_function"
                | "template_type"
                | "template_method"
                | "template_argument_list"
                | "template_parameter_list"
                | "type_descriptor"
                | "dependent_name"
                | "destructor_name"
                | "field_initializer"
                | "lambda_capture_specifier"
                | "labeled_statement"
                | "goto_statement"
                | "using_declaration"
                | "static_assert_declaration"
                | "linkage_specification"
                | "attribute"
                | "attribute_specifier"
                | "function_definition"
                | "user_defined_literal"
                | "operator_name"
                | "bitfield_clause"
                | "decltype"
                | "ERROR"
        )
}

/// Whether nothing below the node is worth a candidate.
pub(super) fn is_inert(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "preproc_include"
            | "preproc_def"
            | "preproc_function_def"
            | "preproc_call"
            | "preproc_directive"
            | "preproc_defined"
            | "attribute_declaration"
            | "attribute_specifier"
            | "ms_declspec_modifier"
            | "template_parameter_list"
            | "using_declaration"
            | "alias_declaration"
            | "friend_declaration"
            | "static_assert_declaration"
            | "base_class_clause"
            | "gnu_asm_expression"
    )
}

/// Whether the node is a conditional directive.
pub(super) fn is_directive(node: Option<Node<'_>>) -> bool {
    node.is_some_and(|node| matches!(node.kind(), "preproc_if" | "preproc_elif"))
}

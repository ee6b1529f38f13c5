//! Rust.

mod kinds;
mod mask;
mod switch;
mod symbols;
mod trace;
mod vocabulary;

use std::borrow::Cow;

use tree_sitter::Node;

use super::{
    Definition, Kind, Language, Operands, Reference, Role, Switch, Syntax, Trace, Variable, Vocabulary,
    Weighted, field_of, text_of,
};

/// Rust, any edition.
pub(crate) struct Rust;

impl Language for Rust {
    fn name(&self) -> &'static str {
        "Rust"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rs"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_rust::LANGUAGE.into()
    }

    fn masked<'a>(&self, text: &'a str) -> Cow<'a, str> {
        mask::masked(text)
    }

    fn start(&self, node: Node<'_>, text: &str) -> usize {
        mask::start(node, text)
    }

    fn syntax(&self) -> &'static Syntax {
        &vocabulary::SYNTAX
    }

    fn vocabulary(&self) -> &'static Vocabulary {
        &vocabulary::VOCABULARY
    }

    fn is_function(&self, node: Node<'_>) -> bool {
        node.kind() == "function_item"
    }

    fn switch(&self) -> Option<&'static Switch> {
        Some(&switch::SWITCH)
    }

    fn trace(&self) -> Option<&'static Trace> {
        Some(&trace::TRACE)
    }

    fn is_declaration(&self, node: Node<'_>) -> bool {
        node.kind() == "let_declaration"
    }

    fn role(&self, node: Node<'_>, text: &str) -> Role {
        match node.kind() {
            "identifier" if text.get(node.byte_range()) == Some("None") => Role::Nothing,
            "identifier" | "self" => Role::Name,
            "integer_literal" => Role::Integer,
            "float_literal" => Role::Float,
            "string_literal" | "raw_string_literal" => Role::Text,
            "char_literal" => Role::Character,
            "boolean_literal" => Role::Boolean,
            "binary_expression" => binary_role(node),
            "unary_expression" => match node.child(0).map(|operator| operator.kind()) {
                Some("!") => Role::Not,
                Some("-") => Role::Minus,
                _ => Role::OtherValue,
            },
            "assignment_expression" => Role::Assign,
            "compound_assignment_expr" => Role::Augment,
            "call_expression" => Role::Call,
            "arguments" => Role::Arguments,
            "field_expression" => Role::Member,
            "index_expression" => Role::Index,
            "range_expression" => Role::Range,
            "array_expression" | "tuple_expression" => Role::Sequence,
            "parenthesized_expression" => Role::Group,
            "closure_expression" => Role::Lambda,
            "return_expression" => Role::Return,
            "break_expression" | "continue_expression" => Role::Leave,
            "if_expression" => Role::If,
            "while_expression" => Role::While,
            "for_expression" => Role::For,
            "block" => Role::Block,
            "type_cast_expression"
            | "reference_expression"
            | "try_expression"
            | "await_expression"
            | "match_expression"
            | "struct_expression"
            | "scoped_identifier" => Role::OtherValue,
            _ => Role::Other,
        }
    }

    fn operands<'t>(&self, node: Node<'t>) -> Option<Operands<'t>> {
        let left = node.child_by_field_name("left")?;
        let right = node.child_by_field_name("right")?;
        let operator = node.child_by_field_name("operator").or_else(|| left.next_sibling())?;
        Some(Operands { left, operator, right })
    }

    fn is_value(&self, node: Node<'_>, text: &str) -> bool {
        let role = self.role(node, text);
        let value = !matches!(
            role,
            Role::Other
                | Role::Block
                | Role::While
                | Role::For
                | Role::Return
                | Role::Leave
                | Role::Assign
                | Role::Augment
                | Role::Arguments
        );
        value && !is_bound(node)
    }

    fn kind_of(&self, node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
        kinds::kind_of(node, text, variables)
    }

    fn variables(&self, region: Node<'_>, text: &str) -> Vec<Variable> {
        kinds::variables(region, text)
    }

    fn definitions(&self, root: Node<'_>, text: &str) -> Vec<Definition> {
        symbols::definitions(root, text)
    }

    fn defining_words(&self) -> &'static [&'static str] {
        &["fn", "struct", "enum", "trait", "const", "static", "type"]
    }

    fn references(&self, node: Node<'_>, text: &str) -> Vec<Reference> {
        symbols::references(node, text)
    }

    fn imports(&self, root: Node<'_>, text: &str) -> Vec<String> {
        symbols::imports(root, text)
    }

    fn is_test_path(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        matches!(name, "tests.rs" | "test.rs" | "build.rs")
            || name.ends_with("_tests.rs")
            || name.ends_with("_test.rs")
            || path.split('/').rev().skip(1).any(|part| matches!(part, "tests" | "benches" | "examples"))
    }

    fn empty_values(&self, function: Node<'_>, text: &str) -> Vec<String> {
        kinds::empty_values(function, text)
    }

    fn ordered_types(&self) -> &'static [(&'static str, &'static str)] {
        &[("HashMap", "std::collections::BTreeMap"), ("HashSet", "std::collections::BTreeSet")]
    }

    fn number_types(&self, node: Node<'_>, text: &str) -> Weighted {
        if node.kind() == "primitive_type" { vocabulary::number_types(text_of(node, text)) } else { &[] }
    }

    fn is_inert(&self, node: Node<'_>) -> bool {
        matches!(node.kind(), "attribute_item" | "where_clause" | "type_parameters" | "use_declaration")
    }

    fn is_implicit(&self, name: &str) -> bool {
        matches!(
            name,
            "eq" | "cmp"
                | "partial_cmp"
                | "fmt"
                | "from"
                | "from_str"
                | "try_from"
                | "add"
                | "sub"
                | "mul"
                | "div"
                | "neg"
                | "not"
                | "rem"
                | "next"
                | "index"
                | "index_mut"
                | "deref"
                | "drop"
                | "default"
                | "into_iter"
                | "hash"
                | "add_assign"
                | "sub_assign"
        )
    }
}

fn binary_role(node: Node<'_>) -> Role {
    match node.child_by_field_name("operator").map(|operator| operator.kind()) {
        Some("==" | "!=" | "<" | "<=" | ">" | ">=") => Role::Compare,
        Some("&&" | "||") => Role::Logic,
        _ => Role::Arithmetic,
    }
}

/// Whether the node names something instead of using it: patterns, parameters, callees, paths, types.
fn is_bound(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return true };
    let field = field_of(node);
    match parent.kind() {
        "call_expression" => field == Some("function"),
        "let_declaration" | "let_condition" | "for_expression" | "parameter" | "static_item"
        | "const_item" | "match_arm" | "field_pattern" => field != Some("value"),
        "function_item" | "mod_item" | "field_initializer"
            if field == Some("name") || field == Some("field") =>
        {
            true
        }
        "scoped_identifier"
        | "use_declaration"
        | "scoped_use_list"
        | "use_list"
        | "use_as_clause"
        | "macro_invocation"
        | "closure_parameters"
        | "match_pattern"
        | "tuple_pattern"
        | "ref_pattern"
        | "mut_pattern"
        | "reference_pattern"
        | "slice_pattern"
        | "tuple_struct_pattern"
        | "or_pattern"
        | "range_pattern"
        | "captured_pattern"
        | "attribute_item"
        | "attribute"
        | "label"
        | "lifetime"
        | "shorthand_field_initializer"
        | "self_parameter"
        | "visibility_modifier"
        | "array_type" => true,
        // An expression with a semicolon is a statement; so is a block's `if`, unless it ends the block.
        "expression_statement" => node.kind() != "if_expression" && parent.child_count() > 1,
        "else_clause" => true,
        _ => false,
    }
}

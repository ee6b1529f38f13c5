//! Go.

mod bindings;
mod complaints;
mod imports;
mod kinds;
mod library;
mod mismatch;
mod switch;
mod symbols;
mod types;
mod vocabulary;

use std::ops::Range;

use tree_sitter::Node;

use super::vocabulary::Weighted;
use super::{
    Definition, Kind, Language, Operands, Reference, Role, Switch, Syntax, Variable, Vocabulary, field_of,
    text_of,
};

/// Go, any version with modules.
pub(crate) struct Go;

impl Language for Go {
    fn name(&self) -> &'static str {
        "Go"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["go"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_go::LANGUAGE.into()
    }

    fn syntax(&self) -> &'static Syntax {
        &vocabulary::SYNTAX
    }

    fn vocabulary(&self) -> &'static Vocabulary {
        &vocabulary::VOCABULARY
    }

    fn is_function(&self, node: Node<'_>) -> bool {
        matches!(node.kind(), "function_declaration" | "method_declaration")
    }

    fn switch(&self) -> Option<&'static Switch> {
        Some(&switch::SWITCH)
    }

    fn is_declaration(&self, node: Node<'_>) -> bool {
        matches!(
            node.kind(),
            "short_var_declaration" | "var_declaration" | "const_declaration" | "type_declaration"
        )
    }

    fn role(&self, node: Node<'_>, _text: &str) -> Role {
        match node.kind() {
            "identifier" => Role::Name,
            "int_literal" => Role::Integer,
            "float_literal" => Role::Float,
            "interpreted_string_literal" | "raw_string_literal" => Role::Text,
            "rune_literal" => Role::Character,
            "true" | "false" => Role::Boolean,
            "nil" => Role::Nothing,
            "binary_expression" => binary_role(node),
            "unary_expression" => match node.child(0).map(|operator| operator.kind()) {
                Some("!") => Role::Not,
                Some("-") => Role::Minus,
                _ => Role::OtherValue,
            },
            "assignment_statement" => match node.child_by_field_name("operator").map(|sign| sign.kind()) {
                Some("=") => Role::Assign,
                _ => Role::Augment,
            },
            "short_var_declaration" | "var_spec" | "const_spec" => Role::Assign,
            "inc_statement" | "dec_statement" => Role::Augment,
            "call_expression" => Role::Call,
            "argument_list" if !begins_with_type(node) => Role::Arguments,
            "selector_expression" => Role::Member,
            "index_expression" | "slice_expression" => Role::Index,
            "expression_list" if node.named_child_count() > 1 && field_of(node) != Some("left") => {
                Role::Sequence
            }
            "literal_value" => Role::Sequence,
            "keyed_element" => Role::Entry,
            "parenthesized_expression" => Role::Group,
            "func_literal" => Role::Lambda,
            "return_statement" => Role::Return,
            "break_statement" | "continue_statement" | "goto_statement" | "fallthrough_statement" => {
                Role::Leave
            }
            "if_statement" => Role::If,
            "for_statement" => Role::For,
            // The braces around it belong to the statement: see `owner_of_block`.
            "statement_list" => Role::Block,
            "composite_literal" | "type_assertion_expression" | "type_conversion_expression" => {
                Role::OtherValue
            }
            _ => Role::Other,
        }
    }

    fn operands<'t>(&self, node: Node<'t>) -> Option<Operands<'t>> {
        let left = node.child_by_field_name("left")?;
        let right = node.child_by_field_name("right")?;
        let operator = node.child_by_field_name("operator").or_else(|| left.next_sibling())?;
        Some(Operands { left: only(left), operator, right: only(right) })
    }

    fn is_value(&self, node: Node<'_>, text: &str) -> bool {
        let role = self.role(node, text);
        let value = !matches!(
            role,
            Role::Other
                | Role::Block
                | Role::If
                | Role::For
                | Role::Return
                | Role::Leave
                | Role::Assign
                | Role::Augment
                | Role::Arguments
                | Role::Sequence
                | Role::Entry
        );
        value && text_of(node, text) != "_" && !is_bound(node) && !symbols::is_package(node, text)
    }

    fn parent<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        let parent = node.parent()?;
        match parent.kind() {
            "expression_list" if parent.named_child_count() == 1 => parent.parent(),
            "literal_element" => parent.parent(),
            _ => Some(parent),
        }
    }

    fn owner_of_block<'t>(&self, block: Node<'t>) -> Option<Node<'t>> {
        block
            .parent()
            .and_then(|parent| if parent.kind() == "block" { parent.parent() } else { Some(parent) })
    }

    fn is_condition(&self, node: Node<'_>) -> bool {
        // `for ready {`: the only condition without a field of its own.
        field_of(node).is_none() && node.parent().is_some_and(|parent| parent.kind() == "for_statement")
    }

    fn slice_bounds(&self, node: Node<'_>) -> Option<Range<usize>> {
        if node.kind() != "slice_expression" || node.child_by_field_name("capacity").is_some() {
            return None;
        }
        let open = node.child_by_field_name("operand")?.next_sibling()?;
        Some(open.end_byte()..node.end_byte().checked_sub(1)?)
    }

    fn pieces(&self) -> Weighted {
        &[("{}[1:]", 1.0), ("{}[:len({})-1]", 1.0), ("{}[1:len({})-1]", 0.3)]
    }

    fn kind_of(&self, node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
        kinds::kind_of(node, text, variables)
    }

    fn variables(&self, region: Node<'_>, text: &str) -> Vec<Variable> {
        bindings::variables(region, text)
    }

    fn definitions(&self, root: Node<'_>, text: &str) -> Vec<Definition> {
        symbols::definitions(root, text)
    }

    fn defining_words(&self) -> &'static [&'static str] {
        &["func", "type", "var", "const"]
    }

    fn references(&self, node: Node<'_>, text: &str) -> Vec<Reference> {
        symbols::references(node, text)
    }

    fn imports(&self, root: Node<'_>, text: &str) -> Vec<String> {
        symbols::imports(root, text)
    }

    fn is_module(&self, node: Node<'_>, text: &str) -> bool {
        symbols::is_package(node, text)
    }

    fn shares_folder(&self) -> bool {
        true
    }

    fn is_test_path(&self, path: &str) -> bool {
        path.ends_with("_test.go") || path.split('/').any(|part| part == "testdata")
    }

    fn empty_values(&self, function: Node<'_>, text: &str) -> Vec<String> {
        kinds::empty_values(function, text)
    }

    fn is_inert(&self, node: Node<'_>) -> bool {
        matches!(
            node.kind(),
            "import_declaration"
                | "package_clause"
                | "parameter_list"
                | "type_parameter_list"
                | "type_arguments"
                | "struct_type"
                | "interface_type"
                | "function_type"
        )
    }

    fn is_implicit(&self, name: &str) -> bool {
        symbols::is_implicit(name)
    }

    fn mended_imports(&self, root: Node<'_>, text: &str, changed: &str) -> Vec<(Range<usize>, String)> {
        imports::mended(root, text, changed)
    }

    fn knows_types(&self) -> bool {
        true
    }

    fn complaints(&self, root: Node<'_>, text: &str, at: usize) -> usize {
        complaints::count(root, text, at)
    }
}

fn binary_role(node: Node<'_>) -> Role {
    match node.child_by_field_name("operator").map(|operator| operator.kind()) {
        Some("==" | "!=" | "<" | "<=" | ">" | ">=") => Role::Compare,
        Some("&&" | "||") => Role::Logic,
        _ => Role::Arithmetic,
    }
}

/// The only element of a list, else the list.
fn only(list: Node<'_>) -> Node<'_> {
    match list.named_child(0) {
        Some(first) if list.kind() == "expression_list" && list.named_child_count() == 1 => first,
        _ => list,
    }
}

/// The arguments of `make` and `new`, whose order and number nobody mistakes.
fn begins_with_type(list: Node<'_>) -> bool {
    list.named_child(0)
        .is_some_and(|first| first.kind().ends_with("_type") || first.kind() == "type_identifier")
}

/// Whether the node names something instead of using it, or stands alone as a statement.
fn is_bound(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return true };
    match parent.kind() {
        "call_expression" => field_of(node) == Some("function"),
        "expression_list" => {
            matches!(field_of(parent), Some("left" | "alias"))
        }
        "var_spec" | "const_spec" => field_of(node) != Some("value"),
        // `go f()`, `defer f()`, `f()` are statements; `i++` needs its variable.
        "expression_statement" | "go_statement" | "defer_statement" | "inc_statement" | "dec_statement" => {
            true
        }
        "import_spec"
        | "field_declaration"
        | "function_declaration"
        | "method_declaration"
        | "parameter_declaration"
        | "variadic_parameter_declaration"
        | "source_file" => true,
        // The name of a struct's field; a text or a number is the key of a map.
        "literal_element" => node.kind() == "identifier" && field_of(parent) == Some("key"),
        _ => false,
    }
}

#[cfg(test)]
mod tests;

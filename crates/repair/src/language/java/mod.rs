//! Java.

mod idioms;
mod kinds;
mod lambdas;
mod switch;
mod symbols;
mod types;
mod vocabulary;

use tree_sitter::Node;

use super::{
    Callee, Definition, Idioms, Kind, Language, Operands, Reference, Role, Switch, Syntax, Variable,
    Vocabulary, field_of, text_of,
};

/// Java, up to 21.
pub(crate) struct Java;

impl Language for Java {
    fn name(&self) -> &'static str {
        "Java"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["java"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_java::LANGUAGE.into()
    }

    fn syntax(&self) -> &'static Syntax {
        &vocabulary::SYNTAX
    }

    fn vocabulary(&self) -> &'static Vocabulary {
        &vocabulary::VOCABULARY
    }

    fn idioms(&self) -> &'static Idioms {
        &idioms::IDIOMS
    }

    fn is_function(&self, node: Node<'_>) -> bool {
        matches!(
            node.kind(),
            "method_declaration" | "constructor_declaration" | "compact_constructor_declaration"
        )
    }

    fn switch(&self) -> Option<&'static Switch> {
        Some(&switch::SWITCH)
    }

    fn is_declaration(&self, node: Node<'_>) -> bool {
        matches!(
            node.kind(),
            "local_variable_declaration" | "class_declaration" | "record_declaration" | "enum_declaration"
        ) || node.kind() == "explicit_constructor_invocation"
    }

    fn role(&self, node: Node<'_>, _text: &str) -> Role {
        match node.kind() {
            "identifier" | "this" => Role::Name,
            "decimal_integer_literal" | "hex_integer_literal" | "binary_integer_literal" => Role::Integer,
            "decimal_floating_point_literal" => Role::Float,
            "string_literal" => Role::Text,
            "character_literal" => Role::Character,
            "true" | "false" => Role::Boolean,
            "null_literal" => Role::Nothing,
            "binary_expression" => binary_role(node),
            "unary_expression" => match node.child(0).map(|operator| operator.kind()) {
                Some("!") => Role::Not,
                Some("-") => Role::Minus,
                _ => Role::OtherValue,
            },
            "assignment_expression" => match node.child_by_field_name("operator").map(|sign| sign.kind()) {
                Some("=") => Role::Assign,
                _ => Role::Augment,
            },
            "variable_declarator" => Role::Assign,
            "update_expression" => Role::Augment,
            "method_invocation" => Role::Call,
            "argument_list" => Role::Arguments,
            "field_access" => Role::Member,
            "array_access" => Role::Index,
            "array_initializer" => Role::Sequence,
            "parenthesized_expression" => Role::Group,
            "ternary_expression" => Role::Choice,
            "lambda_expression" => Role::Lambda,
            "return_statement" | "yield_statement" => Role::Return,
            "break_statement" | "continue_statement" | "throw_statement" => Role::Leave,
            "if_statement" => Role::If,
            "while_statement" | "do_statement" => Role::While,
            "for_statement" | "enhanced_for_statement" => Role::For,
            "block" | "constructor_body" => Role::Block,
            "cast_expression"
            | "instanceof_expression"
            | "object_creation_expression"
            | "array_creation_expression"
            | "switch_expression"
            | "method_reference"
            | "octal_integer_literal" => Role::OtherValue,
            _ => Role::Other,
        }
    }

    /// Of a binary or an assignment; a declarator and `i++` have none.
    fn operands<'t>(&self, node: Node<'t>) -> Option<Operands<'t>> {
        Some(Operands {
            left: node.child_by_field_name("left")?,
            operator: node.child_by_field_name("operator")?,
            right: node.child_by_field_name("right")?,
        })
    }

    fn callee<'t>(&self, node: Node<'t>) -> Option<Callee<'t>> {
        let name = node.child_by_field_name("name").filter(|_| node.kind() == "method_invocation")?;
        Some(Callee { name, object: node.child_by_field_name("object") })
    }

    fn is_value(&self, node: Node<'_>, text: &str) -> bool {
        let value = !matches!(
            self.role(node, text),
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
        );
        value && !is_bound(node, text)
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
        &["class", "interface", "enum", "record"]
    }

    fn field_words(&self) -> &'static [&'static str] {
        &["final", "static", "private", "protected", "public"]
    }

    fn defines_before_parentheses(&self) -> bool {
        true
    }

    fn has_implicit_receiver(&self) -> bool {
        true
    }

    fn references(&self, node: Node<'_>, text: &str) -> Vec<Reference> {
        symbols::references(node, text)
    }

    fn imports(&self, root: Node<'_>, text: &str) -> Vec<String> {
        symbols::imports(root, text)
    }

    fn is_test_path(&self, path: &str) -> bool {
        symbols::is_test_path(path)
    }

    fn empty_values(&self, function: Node<'_>, text: &str) -> Vec<String> {
        kinds::empty_values(function, text)
    }

    fn is_inert(&self, node: Node<'_>) -> bool {
        matches!(
            node.kind(),
            "modifiers"
                | "annotation"
                | "marker_annotation"
                | "import_declaration"
                | "package_declaration"
                | "type_parameters"
                | "type_arguments"
                | "throws"
                | "superclass"
                | "super_interfaces"
        )
    }

    fn is_implicit(&self, name: &str) -> bool {
        matches!(
            name,
            "equals"
                | "hashCode"
                | "toString"
                | "compareTo"
                | "compare"
                | "iterator"
                | "hasNext"
                | "next"
                | "run"
                | "close"
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

/// Whether the node names something instead of using it, or is a statement or a part of one.
fn is_bound(node: Node<'_>, text: &str) -> bool {
    let Some(parent) = node.parent() else { return true };
    let field = field_of(node);
    match parent.kind() {
        "method_invocation" | "field_access" => {
            matches!(field, Some("name" | "field")) || (field == Some("object") && is_type(node, text))
        }
        "variable_declarator" | "enhanced_for_statement" | "resource" | "element_value_pair" => {
            field != Some("value")
        }
        "for_statement" => field != Some("condition"),
        "lambda_expression" => field != Some("body"),
        "instanceof_expression" => field != Some("left"),
        "cast_expression" => field != Some("value"),
        "if_statement" | "while_statement" | "do_statement" | "switch_expression"
        | "synchronized_statement" => true,
        "switch_label" => node.kind() == "identifier",
        "object_creation_expression"
        | "array_creation_expression"
        | "formal_parameter"
        | "catch_formal_parameter"
        | "receiver_parameter"
        | "inferred_parameters"
        | "type_pattern"
        | "record_pattern"
        | "record_pattern_component"
        | "method_reference"
        | "scoped_identifier"
        | "labeled_statement"
        | "break_statement"
        | "continue_statement"
        | "enum_constant"
        | "explicit_constructor_invocation"
        | "annotation"
        | "marker_annotation"
        | "update_expression"
        // A call that stands alone is a statement, not a value.
        | "expression_statement"
        | "block"
        | "constructor_body"
        | "switch_block_statement_group"
        | "program" => true,
        _ => parent.child_by_field_name("name").is_some_and(|name| name.id() == node.id()),
    }
}

/// Whether a name before a dot is, by its spelling, a class.
fn is_type(node: Node<'_>, text: &str) -> bool {
    let name = text_of(node, text);
    node.kind() == "identifier"
        && name.starts_with(|letter: char| letter.is_uppercase())
        && name.chars().any(char::is_lowercase)
}

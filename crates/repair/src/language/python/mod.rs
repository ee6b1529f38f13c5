//! Python.

mod kinds;
mod symbols;
mod vocabulary;

use tree_sitter::Node;

use super::vocabulary::Weighted;
use super::{
    Definition, Kind, Language, Operands, Reference, Role, Syntax, Variable, Vocabulary, field_of, parts,
    text_of,
};

/// Python 3.
pub(crate) struct Python;

impl Language for Python {
    fn name(&self) -> &'static str {
        "Python"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["py"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_python::LANGUAGE.into()
    }

    fn syntax(&self) -> &'static Syntax {
        &vocabulary::SYNTAX
    }

    fn vocabulary(&self) -> &'static Vocabulary {
        &vocabulary::VOCABULARY
    }

    fn is_function(&self, node: Node<'_>) -> bool {
        node.kind() == "function_definition"
    }

    fn awaits(&self, function: Node<'_>, text: &str) -> Option<bool> {
        let around = matches!(function.kind(), "function_definition" | "lambda");
        around.then(|| text_of(function, text).starts_with("async"))
    }

    fn role(&self, node: Node<'_>, _text: &str) -> Role {
        match node.kind() {
            "identifier" => Role::Name,
            "integer" => Role::Integer,
            "float" => Role::Float,
            "string" => Role::Text,
            "true" | "false" => Role::Boolean,
            "none" => Role::Nothing,
            "comparison_operator" => Role::Compare,
            "binary_operator" => Role::Arithmetic,
            "boolean_operator" => Role::Logic,
            "not_operator" => Role::Not,
            "unary_operator" => Role::Minus,
            "assignment" => Role::Assign,
            "augmented_assignment" => Role::Augment,
            "call" => Role::Call,
            "argument_list" => Role::Arguments,
            "attribute" => Role::Member,
            "subscript" => Role::Index,
            "slice" => Role::Slice,
            "list" | "tuple" | "set" | "expression_list" | "dictionary" => Role::Sequence,
            "pair" => Role::Entry,
            "parenthesized_expression" => Role::Group,
            "conditional_expression" => Role::Choice,
            "list_comprehension"
            | "set_comprehension"
            | "dictionary_comprehension"
            | "generator_expression" => Role::Comprehension,
            "lambda" => Role::Lambda,
            "return_statement" => Role::Return,
            "break_statement" | "continue_statement" | "raise_statement" => Role::Leave,
            "if_statement" | "elif_clause" => Role::If,
            "while_statement" => Role::While,
            "for_statement" => Role::For,
            "block" => Role::Block,
            "await" | "concatenated_string" => Role::OtherValue,
            _ => Role::Other,
        }
    }

    fn operands<'t>(&self, node: Node<'t>) -> Option<Operands<'t>> {
        if node.kind() == "comparison_operator" {
            let operator = node.child_by_field_name("operators")?;
            let sides = parts(node);
            // A chain `a < b < c` is left to the templates that look at tokens.
            let [left, right] = sides[..] else { return None };
            return Some(Operands { left, operator, right });
        }
        if node.kind() == "assignment" {
            let operator = (0..node.child_count())
                .filter_map(|index| node.child(index))
                .find(|child| child.kind() == "=")?;
            return Some(Operands {
                left: node.child_by_field_name("left")?,
                operator,
                right: node.child_by_field_name("right")?,
            });
        }
        Some(Operands {
            left: node.child_by_field_name("left")?,
            operator: node.child_by_field_name("operator")?,
            right: node.child_by_field_name("right")?,
        })
    }

    fn is_value(&self, node: Node<'_>, text: &str) -> bool {
        if node.kind() == "string" {
            return !is_docstring(node);
        }
        let role = self.role(node, text);
        let value = !matches!(
            role,
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
                | Role::Slice
                | Role::Entry
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
        &["def", "class", "type"]
    }

    fn references(&self, node: Node<'_>, text: &str) -> Vec<Reference> {
        symbols::references(node, text)
    }

    fn imports(&self, root: Node<'_>, text: &str) -> Vec<String> {
        symbols::imports(root, text)
    }

    fn is_test_path(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.starts_with("test_")
            || name.ends_with("_test.py")
            || name == "conftest.py"
            || name == "setup.py"
            || name == "noxfile.py"
            || path.split('/').rev().skip(1).any(|part| matches!(part, "test" | "tests" | "testing"))
    }

    fn empty_values(&self, function: Node<'_>, text: &str) -> Vec<String> {
        kinds::empty_values(function, text)
    }

    fn is_inert(&self, node: Node<'_>) -> bool {
        matches!(node.kind(), "type" | "type_parameter" | "import_statement" | "import_from_statement")
    }

    fn pieces(&self) -> Weighted {
        &[("{}[1:]", 1.0), ("{}[:-1]", 1.0), ("{}[::-1]", 1.0), ("{}[1:-1]", 0.3), ("{}[:]", 0.5)]
    }

    fn is_implicit(&self, name: &str) -> bool {
        name.starts_with("__") && name.ends_with("__")
    }
}

/// A string that stands alone as a statement.
fn is_docstring(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| parent.kind() == "expression_statement" && parts(parent).len() == 1)
}

/// Whether the node names something instead of using it: targets, parameters, callees, keywords, types.
fn is_bound(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return true };
    let field = field_of(node);
    match parent.kind() {
        "assignment" | "augmented_assignment" | "for_statement" | "for_in_clause" => {
            field == Some("left") || field == Some("type")
        }
        "parameters"
        | "lambda_parameters"
        | "typed_parameter"
        | "list_splat_pattern"
        | "pattern_list"
        | "tuple_pattern"
        | "as_pattern_target"
        | "global_statement"
        | "nonlocal_statement"
        | "dotted_name"
        | "aliased_import"
        | "type"
        | "decorator"
        | "delete_statement"
        | "generic_type"
        | "expression_statement" => {
            // A call that stands alone is a statement, not a value.
            true
        }
        "default_parameter" | "typed_default_parameter" => field != Some("value"),
        "keyword_argument" | "function_definition" | "class_definition" => field == Some("name"),
        "attribute" => field == Some("attribute"),
        "call" => field == Some("function"),
        "subscript" => node.kind() == "slice",
        _ => false,
    }
}

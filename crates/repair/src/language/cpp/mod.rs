//! C and C++: one set of rules for both grammars, the vocabulary apart.

mod kinds;
mod nodes;
mod switch;
mod symbols;
mod trace;
mod types;
mod variables;
mod vocabulary;

use tree_sitter::Node;

use super::{
    Callee, Definition, Kind, Language, Operands, Reference, Role, Switch, Syntax, Trace, Variable,
    Vocabulary, Weighted, field_of,
};

/// One of the two languages.
pub(crate) struct CFamily {
    plus: bool,
}

/// C++; headers are taken for it, since it reads those of C as well.
pub(crate) static CPP: CFamily = CFamily { plus: true };

/// C.
pub(crate) static C: CFamily = CFamily { plus: false };

impl Language for CFamily {
    fn name(&self) -> &'static str {
        if self.plus { "C++" } else { "C" }
    }

    fn extensions(&self) -> &'static [&'static str] {
        if self.plus {
            &["cc", "cpp", "cxx", "c++", "h", "hpp", "hh", "hxx", "inl", "ipp", "tpp"]
        } else {
            &["c"]
        }
    }

    fn grammar(&self) -> tree_sitter::Language {
        if self.plus { tree_sitter_cpp::LANGUAGE.into() } else { tree_sitter_c::LANGUAGE.into() }
    }

    fn syntax(&self) -> &'static Syntax {
        &vocabulary::SYNTAX
    }

    fn vocabulary(&self) -> &'static Vocabulary {
        if self.plus { &vocabulary::CPP } else { &vocabulary::C }
    }

    fn is_function(&self, node: Node<'_>) -> bool {
        node.kind() == "function_definition"
    }

    fn switch(&self) -> Option<&'static Switch> {
        Some(if self.plus { &switch::CPP } else { &switch::C })
    }

    fn trace(&self) -> Option<&'static Trace> {
        self.plus.then_some(&trace::CPP)
    }

    fn is_declaration(&self, node: Node<'_>) -> bool {
        matches!(node.kind(), "declaration" | "type_definition" | "using_declaration" | "alias_declaration")
    }

    fn role(&self, node: Node<'_>, text: &str) -> Role {
        nodes::role(node, text)
    }

    fn operands<'t>(&self, node: Node<'t>) -> Option<Operands<'t>> {
        Some(Operands {
            left: node.child_by_field_name("left")?,
            operator: node.child_by_field_name("operator")?,
            right: node.child_by_field_name("right")?,
        })
    }

    fn callee<'t>(&self, node: Node<'t>) -> Option<Callee<'t>> {
        Some(Callee { name: node.child_by_field_name("function")?, object: None })
    }

    fn subscript<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, Node<'t>)> {
        let whole = node.child_by_field_name("argument")?;
        let index = node.child_by_field_name("index").or_else(|| {
            let list = node.child_by_field_name("indices")?;
            (list.named_child_count() == 1).then(|| list.named_child(0))?
        })?;
        Some((whole, index))
    }

    fn is_value(&self, node: Node<'_>, text: &str) -> bool {
        nodes::is_value(node, text)
    }

    fn kind_of(&self, node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
        kinds::kind_of(node, text, variables)
    }

    fn variables(&self, region: Node<'_>, text: &str) -> Vec<Variable> {
        variables::variables(region, text)
    }

    fn definitions(&self, root: Node<'_>, text: &str) -> Vec<Definition> {
        symbols::definitions(root, text)
    }

    fn defining_words(&self) -> &'static [&'static str] {
        &["class", "struct", "enum", "union", "using", "define"]
    }

    fn defines_before_parentheses(&self) -> bool {
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
        kinds::empty_values(function, text, self.plus)
    }

    fn is_implicit(&self, name: &str) -> bool {
        name.starts_with("operator") || name.starts_with('~') || matches!(name, "begin" | "end" | "swap")
    }

    fn is_inert(&self, node: Node<'_>) -> bool {
        nodes::is_inert(node) || (field_of(node) == Some("condition") && nodes::is_directive(node.parent()))
    }

    fn number_types(&self, node: Node<'_>, text: &str) -> Weighted {
        types::others(node, text)
    }

    fn texts_are_lists(&self) -> bool {
        self.plus
    }

    fn ordered_types(&self) -> &'static [(&'static str, &'static str)] {
        &[("unordered_map", "map"), ("unordered_set", "set")]
    }

    fn characters_are_numbers(&self) -> bool {
        true
    }
}

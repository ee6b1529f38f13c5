//! One node of a suspect region, as templates see it.

use tree_sitter::Node;

use crate::language::{Idioms, Kind, Operands, Role, Syntax, Vocabulary, both, field_of, parts};
use crate::scope::Scope;

/// A node, what it is for, and what is in reach.
pub(crate) struct Site<'a> {
    pub(crate) node: Node<'a>,
    pub(crate) role: Role,
    /// Whether the node is a value that may be replaced.
    pub(crate) is_value: bool,
    pub(crate) scope: &'a Scope<'a>,
}

impl<'a> Site<'a> {
    pub(crate) fn new(node: Node<'a>, scope: &'a Scope<'a>) -> Self {
        let (language, text) = (scope.file.language, &scope.file.text);
        Site { node, role: language.role(node, text), is_value: language.is_value(node, text), scope }
    }

    /// Text of the node.
    pub(crate) fn text(&self) -> &'a str {
        self.text_of(self.node)
    }

    /// Text of any node of the file, with a prefix that the mask hid.
    pub(crate) fn text_of(&self, node: Node<'_>) -> &'a str {
        let file = self.scope.file;
        let start = file.language.start(node, &file.text);
        file.text.get(start..node.end_byte()).unwrap_or_default()
    }

    pub(crate) fn role_of(&self, node: Node<'_>) -> Role {
        self.scope.file.language.role(node, &self.scope.file.text)
    }

    pub(crate) fn kind(&self) -> Kind {
        self.scope.kind_of(self.node)
    }

    pub(crate) fn is_value(&self, node: Node<'_>) -> bool {
        self.scope.file.language.is_value(node, &self.scope.file.text)
    }

    pub(crate) fn is_python(&self) -> bool {
        self.scope.file.language.name() == "Python"
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.scope.file.language.name() == "Rust"
    }

    pub(crate) fn syntax(&self) -> &'static Syntax {
        self.scope.file.language.syntax()
    }

    pub(crate) fn vocabulary(&self) -> &'static Vocabulary {
        self.scope.file.language.vocabulary()
    }

    pub(crate) fn idioms(&self) -> &'static Idioms {
        self.scope.file.language.idioms()
    }

    /// The element at `index` of a value of a kind.
    pub(crate) fn element(&self, kind: &Kind, value: &str, index: &str) -> String {
        both((self.idioms().element)(kind).unwrap_or("{}[@]"), value, index)
    }

    pub(crate) fn is_function(&self, node: Node<'_>) -> bool {
        self.scope.file.language.is_function(node)
    }

    /// Whether the node is the object that a method belongs to.
    pub(crate) fn is_receiver(&self) -> bool {
        matches!(self.text(), "self" | "this")
    }

    pub(crate) fn operands(&self) -> Option<Operands<'a>> {
        self.scope.file.language.operands(self.node)
    }

    pub(crate) fn parts(&self) -> Vec<Node<'a>> {
        parts(self.node)
    }

    pub(crate) fn parent_role(&self) -> Role {
        let parent = self.scope.file.language.parent(self.node);
        parent.map_or(Role::Other, |parent| self.role_of(parent))
    }

    pub(crate) fn field(&self) -> Option<&'a str> {
        field_of(self.node)
    }

    /// The statement or function that a list of statements belongs to.
    pub(crate) fn owner_of_block(&self, block: Node<'a>) -> Option<Node<'a>> {
        self.scope.file.language.owner_of_block(block)
    }

    /// Callee of a call: its last name, and the object before it if it is a method.
    pub(crate) fn callee(&self) -> Option<(Node<'a>, Option<Node<'a>>)> {
        let callee = self.scope.file.language.callee(self.node)?;
        if callee.object.is_none() && self.role_of(callee.name) == Role::Member {
            let pieces = parts(callee.name);
            let object = pieces.first().copied();
            let module = object
                .is_some_and(|object| self.scope.file.language.is_module(object, &self.scope.file.text));
            return Some((*pieces.last()?, object.filter(|_| !module)));
        }
        Some((callee.name, callee.object))
    }

    /// The list of a call's arguments.
    pub(crate) fn argument_list(&self) -> Option<Node<'a>> {
        self.node.child_by_field_name("arguments")
    }

    /// Arguments of a call.
    pub(crate) fn arguments(&self) -> Vec<Node<'a>> {
        self.argument_list().map(parts).unwrap_or_default()
    }

    /// Text of `node` as an operand: in parentheses where it would fall apart.
    pub(crate) fn operand(&self, node: Node<'_>) -> String {
        let text = self.text_of(node);
        if self.role_of(node).is_loose() { format!("({text})") } else { text.to_owned() }
    }

    /// `replacement`, in parentheses if the place of the node asks for it.
    pub(crate) fn in_place(&self, replacement: String) -> String {
        let tight = match self.parent_role() {
            Role::Arithmetic | Role::Compare | Role::Not | Role::Minus | Role::OtherValue | Role::Range => {
                true
            }
            Role::Member | Role::Call => !matches!(self.field(), Some("arguments")),
            // The collection, not what stands in the brackets.
            Role::Index => {
                self.node.parent().is_some_and(|parent| parent.start_byte() == self.node.start_byte())
            }
            _ => false,
        };
        if tight { format!("({replacement})") } else { replacement }
    }

    /// Whether the node stands in a condition of `if`, `while`, a filter or a conditional expression.
    pub(crate) fn is_condition(&self) -> bool {
        if self.scope.file.language.is_condition(self.node) {
            return true;
        }
        if self.field() == Some("condition") {
            return self.node.kind() != "let_condition";
        }
        // `if (a)`, where the parentheses belong to the statement.
        let around = self
            .node
            .parent()
            .filter(|parent| self.role_of(*parent) == Role::Group || parent.kind() == "condition_clause");
        if around.is_some_and(|around| field_of(around) == Some("condition")) {
            return true;
        }
        self.node.parent().is_some_and(|parent| match parent.kind() {
            "if_clause" => true,
            // A grammar without a field for the condition has it in the middle.
            "conditional_expression" if parent.child_by_field_name("condition").is_none() => {
                parts(parent).get(1).is_some_and(|part| part.id() == self.node.id())
            }
            _ => false,
        })
    }

    /// The statement that the node belongs to: the nearest child of a block.
    pub(crate) fn statement(&self) -> Option<Node<'a>> {
        let mut current = self.node;
        loop {
            let parent = current.parent()?;
            if self.role_of(parent) == Role::Block || matches!(parent.kind(), "module" | "program") {
                return Some(current);
            }
            current = parent;
        }
    }

    /// Whether the node is a direct child of a block.
    pub(crate) fn is_statement(&self) -> bool {
        // The value of a `case` stands in its block as well.
        self.parent_role() == Role::Block && !self.node.is_extra() && self.field() != Some("value")
    }

    /// Blanks before the first token of the line on which `node` starts.
    pub(crate) fn indent_of(&self, node: Node<'_>) -> String {
        let text = &self.scope.file.text;
        let line = text.get(..node.start_byte()).and_then(|head| head.rsplit('\n').next()).unwrap_or("");
        line.chars().take_while(|letter| letter.is_whitespace()).collect()
    }
}

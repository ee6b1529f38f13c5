//! What a function binds, and where each name holds: `let` and `const` in their block, `var` in its function.

use tree_sitter::Node;

use super::is_function;
use super::kinds::{annotated, element_annotated, kind_of};
use crate::language::{Kind, Variable, parts, text_of, walk};

/// What is being read: the names so far, and what lists of known elements there are.
struct Reader<'a> {
    text: &'a str,
    end: usize,
    found: Vec<Variable>,
    elements: Vec<(String, Kind)>,
}

/// Parameters, declarations, loop targets, caught errors, nested functions and classes.
pub(super) fn variables(region: Node<'_>, text: &str) -> Vec<Variable> {
    let mut reader = Reader { text, end: region.end_byte(), found: Vec::new(), elements: Vec::new() };
    walk(region, &mut |node| {
        reader.read(node, region);
        true
    });
    reader.found
}

impl Reader<'_> {
    fn read(&mut self, node: Node<'_>, region: Node<'_>) {
        match node.kind() {
            "formal_parameters" => {
                for (place, parameter) in parts(node).into_iter().enumerate() {
                    self.parameter(parameter, place);
                }
            }
            "arrow_function" => {
                if let Some(parameter) = node.child_by_field_name("parameter") {
                    self.parameter(parameter, 0);
                }
            }
            // What the region itself is called is no variable of it.
            "variable_declarator" if node.id() != region.id() => self.declarator(node),
            "for_in_statement" => self.loop_target(node),
            "catch_clause" => {
                if let Some(parameter) = node.child_by_field_name("parameter") {
                    let kind = Kind::Named("Error".to_owned());
                    self.bind(parameter, &kind, parameter.start_byte(), node.end_byte());
                }
            }
            "function_declaration" | "generator_function_declaration" | "class_declaration"
                if node.id() != region.id() =>
            {
                // Known in the whole block, also above.
                if let (Some(name), Some(block)) = (node.child_by_field_name("name"), node.parent()) {
                    self.push(name, Kind::Function, block.start_byte(), block.end_byte());
                }
            }
            "assignment_expression" => self.assignment(node),
            _ => {}
        }
    }

    fn push(&mut self, name: Node<'_>, kind: Kind, from: usize, until: usize) {
        self.found.push(Variable { name: text_of(name, self.text).to_owned(), kind, from, until });
    }

    /// Binds a name, or every name of a pattern, whose kinds nobody knows.
    fn bind(&mut self, pattern: Node<'_>, kind: &Kind, from: usize, until: usize) {
        let simple = pattern.kind() == "identifier";
        walk(pattern, &mut |node| {
            match node.kind() {
                "identifier" | "shorthand_property_identifier_pattern" => {
                    let kind = if simple { kind.clone() } else { Kind::Unknown };
                    self.push(node, kind, from, until);
                }
                "rest_pattern" => {
                    if let Some(name) = node.named_child(0).filter(|name| name.kind() == "identifier") {
                        self.push(name, Kind::List, from, until);
                        return false;
                    }
                }
                // The right side is a value: `{ a = b }`.
                "assignment_pattern" | "object_assignment_pattern" => {
                    if let Some(left) = node.child_by_field_name("left") {
                        self.bind(left, &Kind::Unknown, from, until);
                    }
                    return false;
                }
                "member_expression" | "subscript_expression" | "computed_property_name" => return false,
                _ => {}
            }
            true
        });
    }

    fn parameter(&mut self, parameter: Node<'_>, place: usize) {
        let function = enclosing(parameter, is_function);
        let until = function.map_or(self.end, |function| function.end_byte());
        let written = parameter.child_by_field_name("type").map(|kind| text_of(kind, self.text));
        let pattern = match parameter.kind() {
            "assignment_pattern" => parameter.child_by_field_name("left"),
            "required_parameter" | "optional_parameter" => parameter.child_by_field_name("pattern"),
            _ => Some(parameter),
        };
        let value = parameter.child_by_field_name("value").or_else(|| parameter.child_by_field_name("right"));
        let kind = match (written, value) {
            (Some(written), _) => annotated(written),
            (None, Some(value)) => kind_of(value, self.text, &self.found),
            (None, None) => function.map_or(Kind::Unknown, |function| self.passed(function, place)),
        };
        let Some(pattern) = pattern else { return };
        if let Some(written) = written {
            self.elements.push((text_of(pattern, self.text).to_owned(), element_annotated(written)));
        }
        self.bind(pattern, &kind, parameter.start_byte(), until);
    }

    /// What a well-known method passes to its callback.
    fn passed(&self, function: Node<'_>, place: usize) -> Kind {
        let call = function
            .parent()
            .filter(|list| list.kind() == "arguments")
            .and_then(|list| list.parent())
            .and_then(|call| call.child_by_field_name("function"));
        let Some(callee) = call.filter(|callee| callee.kind() == "member_expression") else {
            return Kind::Unknown;
        };
        let method = callee.child_by_field_name("property").map_or("", |name| text_of(name, self.text));
        let Some(object) = callee.child_by_field_name("object") else { return Kind::Unknown };
        match (method, place) {
            (
                "map" | "filter" | "forEach" | "some" | "every" | "find" | "findIndex" | "flatMap"
                | "findLast" | "findLastIndex",
                0,
            )
            | ("reduce" | "reduceRight", 1)
            | ("sort" | "toSorted", 0 | 1) => self.element_of(object),
            ("map" | "filter" | "forEach" | "some" | "every" | "find" | "findIndex" | "flatMap", 1)
            | ("reduce", 2) => Kind::Integer,
            _ => Kind::Unknown,
        }
    }

    fn element_of(&self, list: Node<'_>) -> Kind {
        let source = text_of(list, self.text);
        if let Some((_, kind)) = self.elements.iter().rev().find(|(name, _)| name == source) {
            return kind.clone();
        }
        let splits = source.contains(".split(") && source.ends_with(')') && !source.contains("map(");
        if splits || kind_of(list, self.text, &self.found) == Kind::Text {
            return Kind::Text;
        }
        match list.named_child(0).filter(|_| list.kind() == "array") {
            Some(first) => kind_of(first, self.text, &self.found),
            None => Kind::Unknown,
        }
    }

    fn declarator(&mut self, node: Node<'_>) {
        let Some(pattern) = node.child_by_field_name("name") else { return };
        let value = node.child_by_field_name("value");
        let written = node.child_by_field_name("type").map(|kind| text_of(kind, self.text));
        let kind = match written {
            Some(written) => annotated(written),
            None => value.map_or(Kind::Unknown, |value| kind_of(value, self.text, &self.found)),
        };
        let declaration = node.parent();
        let functional = declaration.is_some_and(|parent| parent.kind() == "variable_declaration");
        let scope =
            if functional { enclosing(node, is_function) } else { declaration.and_then(|d| d.parent()) };
        let until = scope.map_or(self.end, |scope| scope.end_byte());
        let elements = match (written, value) {
            (Some(written), _) => element_annotated(written),
            (None, Some(value)) => self.element_of(value),
            (None, None) => Kind::Unknown,
        };
        if elements != Kind::Unknown && kind != Kind::Text {
            self.elements.push((text_of(pattern, self.text).to_owned(), elements));
        }
        self.bind(pattern, &kind, node.end_byte(), until);
    }

    fn loop_target(&mut self, node: Node<'_>) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        else {
            return;
        };
        // `for (a of b)` takes a name that is bound elsewhere.
        if node.child_by_field_name("kind").is_none() {
            return;
        }
        let keys = node.child_by_field_name("operator").is_some_and(|operator| operator.kind() == "in");
        let kind = if keys { Kind::Text } else { self.element_of(right) };
        let from = node.child_by_field_name("body").map_or(node.start_byte(), |body| body.start_byte());
        self.bind(left, &kind, from, node.end_byte());
    }

    /// An assignment tells the kind of what was declared without a value, and binds what was never declared.
    fn assignment(&mut self, node: Node<'_>) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        else {
            return;
        };
        if left.kind() != "identifier" {
            return;
        }
        let kind = kind_of(right, self.text, &self.found);
        let (name, at) = (text_of(left, self.text), left.start_byte());
        let known = self
            .found
            .iter_mut()
            .rev()
            .find(|variable| variable.name == name && variable.from <= at && at <= variable.until);
        match known {
            Some(variable) if variable.kind == Kind::Unknown => variable.kind = kind,
            Some(_) => {}
            None => self.push(left, kind, node.end_byte(), self.end),
        }
    }
}

/// The nearest node around `node` of a kind.
fn enclosing<'t>(node: Node<'t>, wanted: fn(&str) -> bool) -> Option<Node<'t>> {
    let mut current = node.parent();
    while let Some(parent) = current {
        if wanted(parent.kind()) {
            return Some(parent);
        }
        current = parent.parent();
    }
    None
}

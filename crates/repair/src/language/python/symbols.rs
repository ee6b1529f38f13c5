//! What a Python file defines, uses and imports.

use tree_sitter::Node;

use crate::language::{Definition, DefinitionSort, Reference, parts, text_of, walk};

/// Functions, methods, classes, and constants of the module and of classes.
pub(super) fn definitions(root: Node<'_>, text: &str) -> Vec<Definition> {
    let mut found = Vec::new();
    walk(root, &mut |node| {
        match node.kind() {
            // What is nested in a function belongs to it; an overload is a declaration only.
            "function_definition" | "class_definition"
                if is_outside_functions(node) && !is_stub(node, text) =>
            {
                if let Some(name) = node.child_by_field_name("name") {
                    let sort = if node.kind() == "class_definition" {
                        DefinitionSort::Type
                    } else {
                        DefinitionSort::Function
                    };
                    let name = text_of(name, text).to_owned();
                    let in_test = name.starts_with("test_") || name.starts_with("Test");
                    found.push(Definition {
                        name,
                        owner: owner_of(node, text),
                        span: node.byte_range(),
                        sort,
                        in_test,
                    });
                }
            }
            "assignment" if node.child_by_field_name("right").is_some() && is_outside_functions(node) => {
                let names = node.child_by_field_name("left").filter(|left| left.kind() == "identifier");
                if let Some(name) = names {
                    found.push(Definition {
                        name: text_of(name, text).to_owned(),
                        owner: owner_of(node, text),
                        span: node.byte_range(),
                        sort: DefinitionSort::Constant,
                        in_test: false,
                    });
                }
            }
            _ => {}
        }
        true
    });
    found
}

/// A body of nothing but `...`.
fn is_stub(node: Node<'_>, text: &str) -> bool {
    node.child_by_field_name("body").is_some_and(|body| text_of(body, text).trim() == "...")
}

fn is_outside_functions(node: Node<'_>) -> bool {
    let mut current = node.parent();
    while let Some(parent) = current {
        if matches!(parent.kind(), "function_definition" | "lambda") {
            return false;
        }
        current = parent.parent();
    }
    true
}

fn owner_of(node: Node<'_>, text: &str) -> Option<String> {
    let mut current = node.parent();
    while let Some(parent) = current {
        match parent.kind() {
            "class_definition" => {
                return parent.child_by_field_name("name").map(|name| text_of(name, text).to_owned());
            }
            "function_definition" => return None,
            _ => current = parent.parent(),
        }
    }
    None
}

/// Names and attributes that are used, called ones marked.
pub(super) fn references(node: Node<'_>, text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    walk(node, &mut |node| {
        let called = |node: Node<'_>| {
            node.parent().is_some_and(|parent| {
                parent.kind() == "call"
                    && parent.child_by_field_name("function").is_some_and(|callee| callee.id() == node.id())
            })
        };
        match node.kind() {
            "attribute" => {
                let name = node.child_by_field_name("attribute").map(|name| text_of(name, text).to_owned());
                let object = node.child_by_field_name("object").map(|object| text_of(object, text));
                if let Some(name) = name {
                    let qualifier = object
                        .filter(|object| object.len() < 60)
                        .and_then(|object| object.rsplit('.').next())
                        .map(str::to_owned);
                    found.push(Reference { name, qualifier, called: called(node) });
                }
            }
            "identifier" => {
                let is_name = node.parent().is_some_and(|parent| {
                    parent.kind() != "attribute"
                        || parent.child_by_field_name("object").is_some_and(|object| object.id() == node.id())
                });
                if is_name {
                    found.push(Reference {
                        name: text_of(node, text).to_owned(),
                        qualifier: None,
                        called: called(node),
                    });
                }
            }
            _ => {}
        }
        true
    });
    found.sort();
    found.dedup();
    found
}

/// Last parts of imported modules, and imported names.
pub(super) fn imports(root: Node<'_>, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(root, &mut |node| {
        if matches!(node.kind(), "import_statement" | "import_from_statement") {
            for part in parts(node) {
                let name = part.child_by_field_name("name").unwrap_or(part);
                found.extend(
                    text_of(name, text).split('.').filter(|part| !part.is_empty()).map(str::to_owned),
                );
            }
            return false;
        }
        true
    });
    found.sort();
    found.dedup();
    found
}

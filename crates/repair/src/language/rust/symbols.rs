//! What a Rust file defines, uses and imports, and which of it is only compiled into tests.

use tree_sitter::Node;

use crate::language::{Definition, DefinitionSort, Reference, text_of, walk};

/// Functions, methods, types and constants.
pub(super) fn definitions(root: Node<'_>, text: &str) -> Vec<Definition> {
    let mut found = Vec::new();
    collect(root, text, None, false, &mut found);
    found
}

fn collect(node: Node<'_>, text: &str, owner: Option<&str>, in_test: bool, found: &mut Vec<Definition>) {
    let mut test_only = false;
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        if child.kind() == "attribute_item" {
            test_only |= is_test_attribute(text_of(child, text));
            continue;
        }
        if child.is_extra() {
            continue;
        }
        let in_test = in_test || std::mem::take(&mut test_only);
        let sort = match child.kind() {
            "function_item" => Some(DefinitionSort::Function),
            "struct_item" | "enum_item" | "trait_item" => Some(DefinitionSort::Type),
            "const_item" | "static_item" => Some(DefinitionSort::Constant),
            _ => None,
        };
        if let (Some(sort), Some(name)) = (sort, child.child_by_field_name("name")) {
            found.push(Definition {
                name: text_of(name, text).to_owned(),
                owner: owner.map(str::to_owned),
                span: child.byte_range(),
                sort,
                in_test,
            });
        }
        let inner = match child.kind() {
            "impl_item" => child.child_by_field_name("type").map(|kind| base_name(text_of(kind, text))),
            "trait_item" => child.child_by_field_name("name").map(|name| text_of(name, text)),
            _ => owner,
        };
        // What is nested in a function belongs to it.
        if matches!(child.kind(), "impl_item" | "trait_item" | "mod_item" | "declaration_list") {
            collect(child, text, inner, in_test, found);
        }
    }
}

fn base_name(kind: &str) -> &str {
    let kind = kind.trim_start_matches(['&', ' ']);
    kind.split(['<', ' ']).next().unwrap_or(kind).rsplit("::").next().unwrap_or(kind)
}

/// `#[test]`, `#[tokio::test]`, `#[cfg(test)]`, `#[cfg(all(test, …))]`.
fn is_test_attribute(attribute: &str) -> bool {
    let attribute: String = attribute.chars().filter(|letter| !letter.is_whitespace()).collect();
    let inner = attribute.trim_start_matches("#[").trim_end_matches(']');
    let path = inner.split('(').next().unwrap_or(inner);
    path == "test"
        || path.ends_with("::test")
        || matches!(path, "rstest" | "test_case" | "proptest")
        || (path == "cfg"
            && !inner.contains("not(test")
            && inner.split(['(', ')', ',']).any(|part| part == "test"))
}

/// Names that are used, called ones marked, with the type or module before `::`.
pub(super) fn references(node: Node<'_>, text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    walk(node, &mut |node| {
        let called = |node: Node<'_>| {
            node.parent().is_some_and(|parent| {
                parent.kind() == "call_expression"
                    && parent.child_by_field_name("function").is_some_and(|callee| callee.id() == node.id())
            })
        };
        match node.kind() {
            "scoped_identifier" => {
                if let Some(name) = node.child_by_field_name("name") {
                    let path = node.child_by_field_name("path").map(|path| text_of(path, text));
                    let qualifier = path.map(|path| base_name(path.rsplit("::").next().unwrap_or(path)));
                    found.push(Reference {
                        name: text_of(name, text).to_owned(),
                        qualifier: qualifier.map(str::to_owned),
                        called: called(node),
                    });
                }
            }
            "field_expression" => {
                if let Some(name) = node.child_by_field_name("field") {
                    let object = node.child_by_field_name("value").map(|object| text_of(object, text));
                    found.push(Reference {
                        name: text_of(name, text).to_owned(),
                        qualifier: object.filter(|object| object.len() < 60).map(str::to_owned),
                        called: called(node),
                    });
                }
            }
            "identifier" | "type_identifier" => {
                let name = text_of(node, text).to_owned();
                // Inside an unknown macro there are only tokens: a name before `(` is a call.
                let in_tokens = node.parent().is_some_and(|parent| parent.kind() == "token_tree");
                let called = called(node) || (in_tokens && text[node.end_byte()..].starts_with('('));
                found.push(Reference { name, qualifier: None, called });
            }
            _ => {}
        }
        true
    });
    found.sort();
    found.dedup();
    found
}

/// Parts of all `use` paths.
pub(super) fn imports(root: Node<'_>, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(root, &mut |node| {
        if node.kind() == "use_declaration" {
            walk(node, &mut |part| {
                if matches!(part.kind(), "identifier" | "type_identifier") {
                    found.push(text_of(part, text).to_owned());
                }
                true
            });
            return false;
        }
        true
    });
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_attributes_are_told_apart() {
        for yes in ["#[test]", "#[tokio::test]", "#[cfg(test)]", "#[cfg(all(test, unix))]", "#[rstest]"] {
            assert!(is_test_attribute(yes), "{yes}");
        }
        for no in ["#[cfg(not(test))]", "#[derive(Debug)]", "#[cfg(feature = \"test\")]", "#[inline]"] {
            assert!(!is_test_attribute(no), "{no}");
        }
    }
}

//! What a Go file defines, uses and imports, and which of it is test code.

use tree_sitter::Node;

use crate::language::{Definition, DefinitionSort, Reference, field_of, parts, text_of, walk};

/// Functions, methods, types, and the constants and variables of the package.
pub(super) fn definitions(root: Node<'_>, text: &str) -> Vec<Definition> {
    let mut found = Vec::new();
    for node in parts(root) {
        let mut add =
            |name: Node<'_>, owner: Option<String>, span: Node<'_>, sort: DefinitionSort, in_test| {
                found.push(Definition {
                    name: text_of(name, text).to_owned(),
                    owner,
                    span: span.byte_range(),
                    sort,
                    in_test,
                });
            };
        match node.kind() {
            "function_declaration" | "method_declaration" => {
                if let Some(name) = node.child_by_field_name("name") {
                    let owner = node.child_by_field_name("receiver").and_then(|list| owner_of(list, text));
                    add(name, owner, node, DefinitionSort::Function, is_test(node, text));
                }
            }
            "type_declaration" => {
                for spec in parts(node) {
                    if let Some(name) = spec.child_by_field_name("name") {
                        add(name, None, spec, DefinitionSort::Type, false);
                    }
                }
            }
            "const_declaration" | "var_declaration" => {
                for spec in specs(node) {
                    for name in names_of(spec) {
                        add(name, None, spec, DefinitionSort::Constant, false);
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// The single declarations of `const ( … )` and `var ( … )`.
pub(super) fn specs(declaration: Node<'_>) -> Vec<Node<'_>> {
    let mut found = parts(declaration);
    if let [list] = found[..]
        && list.kind() == "var_spec_list"
    {
        found = parts(list);
    }
    found.retain(|spec| matches!(spec.kind(), "const_spec" | "var_spec"));
    found
}

/// The names that a declaration of constants or variables binds.
pub(super) fn names_of(spec: Node<'_>) -> Vec<Node<'_>> {
    parts(spec)
        .into_iter()
        .filter(|part| part.kind() == "identifier" && field_of(*part) == Some("name"))
        .collect()
}

/// The base type of a receiver: `Cart` of `(c *Cart)` and of `(s Stack[T])`.
fn owner_of(receiver: Node<'_>, text: &str) -> Option<String> {
    let mut owner = None;
    walk(receiver, &mut |node| {
        if owner.is_none() && node.kind() == "type_identifier" {
            owner = Some(text_of(node, text).to_owned());
        }
        owner.is_none()
    });
    owner
}

/// Tests, benchmarks and their helpers: what takes `*testing.T` and the like, and methods of suites.
fn is_test(function: Node<'_>, text: &str) -> bool {
    function.child_by_field_name("parameters").is_some_and(|list| text_of(list, text).contains("*testing."))
        || function
            .child_by_field_name("parameters")
            .is_some_and(|list| text_of(list, text).contains("testing.TB"))
}

/// Names that are used, called ones marked, with the package or object before the dot.
pub(super) fn references(node: Node<'_>, text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    walk(node, &mut |node| {
        let called = |node: Node<'_>| {
            node.parent().is_some_and(|parent| parent.kind() == "call_expression")
                && field_of(node) == Some("function")
        };
        match node.kind() {
            "selector_expression" => {
                if let Some(name) = node.child_by_field_name("field") {
                    let object = node.child_by_field_name("operand").map(|object| text_of(object, text));
                    let qualifier = object
                        .filter(|object| object.len() < 60)
                        .and_then(|object| object.rsplit('.').next())
                        .map(str::to_owned);
                    found.push(Reference {
                        name: text_of(name, text).to_owned(),
                        qualifier,
                        called: called(node),
                    });
                }
            }
            "qualified_type" => {
                let part = |field: &str| node.child_by_field_name(field).map(|part| text_of(part, text));
                if let Some(name) = part("name") {
                    let qualifier = part("package").map(str::to_owned);
                    found.push(Reference { name: name.to_owned(), qualifier, called: false });
                }
                return false;
            }
            "identifier" | "type_identifier" => {
                let name = text_of(node, text).to_owned();
                found.push(Reference { name, qualifier: None, called: called(node) || is_instance(node) });
            }
            _ => {}
        }
        true
    });
    found.sort();
    found.dedup();
    found
}

/// `f[int](x)`, which the grammar takes for a conversion.
fn is_instance(node: Node<'_>) -> bool {
    let generic =
        node.parent().filter(|parent| parent.kind() == "generic_type" && field_of(node) == Some("type"));
    generic
        .and_then(|generic| generic.parent())
        .is_some_and(|owner| owner.kind() == "type_conversion_expression")
}

/// The package's own name, and those of the imported ones: here, and at home.
pub(super) fn imports(root: Node<'_>, text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (name, path) in imported(root, text) {
        found.push(package_name(&path).to_owned());
        found.push(name);
    }
    for node in parts(root) {
        if node.kind() == "package_clause" {
            // The tests of a package may lie in a package of their own.
            found.extend(node.named_child(0).map(|name| {
                let name = text_of(name, text);
                name.strip_suffix("_test").unwrap_or(name).to_owned()
            }));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// What a file imports: the name it goes by, and its path. Blank and dot imports have no name.
pub(super) fn imported(root: Node<'_>, text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for spec in import_specs(root) {
        let Some(path) = spec.child_by_field_name("path") else { continue };
        let path = text_of(path, text).trim_matches(['"', '`']);
        let name = match spec.child_by_field_name("name") {
            Some(name) => text_of(name, text),
            None => package_name(path),
        };
        if !matches!(name, "_" | ".") {
            found.push((name.to_owned(), path.to_owned()));
        }
    }
    found
}

/// The single imports of a file.
pub(super) fn import_specs(root: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    for node in parts(root) {
        if node.kind() == "import_declaration" {
            let specs = parts(node);
            match specs[..] {
                [list] if list.kind() == "import_spec_list" => found.extend(parts(list)),
                _ => found.extend(specs),
            }
        }
    }
    found
}

/// The name that a package most likely has: the last part of its path that is no version.
fn package_name(path: &str) -> &str {
    let is_version = |part: &str| {
        part.strip_prefix('v').is_some_and(|digits| digits.chars().all(|digit| digit.is_ascii_digit()))
    };
    let last = path.rsplit('/').find(|part| !is_version(part)).unwrap_or(path);
    // `gopkg.in/yaml.v3`
    last.split('.').next().unwrap_or(last)
}

/// Whether an identifier is the package before the dot, not an object.
pub(super) fn is_package(node: Node<'_>, text: &str) -> bool {
    let selects = node.kind() == "identifier"
        && node.parent().is_some_and(|parent| {
            parent.kind() == "selector_expression"
                && parent
                    .child_by_field_name("field")
                    .is_some_and(|field| text_of(field, text).starts_with(char::is_uppercase))
        })
        && field_of(node) == Some("operand");
    if !selects {
        return false;
    }
    let mut root = node;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let name = text_of(node, text);
    imported(root, text).iter().any(|(known, _)| known == name)
}

/// Methods that the library or the language calls.
pub(super) fn is_implicit(name: &str) -> bool {
    matches!(
        name,
        "String"
            | "Error"
            | "GoString"
            | "Format"
            | "Unwrap"
            | "Is"
            | "As"
            | "Len"
            | "Less"
            | "Swap"
            | "Push"
            | "Pop"
            | "Read"
            | "Write"
            | "Close"
            | "Seek"
            | "ReadFrom"
            | "WriteTo"
            | "MarshalJSON"
            | "UnmarshalJSON"
            | "MarshalText"
            | "UnmarshalText"
            | "MarshalBinary"
            | "UnmarshalBinary"
            | "MarshalYAML"
            | "UnmarshalYAML"
            | "ServeHTTP"
            | "RoundTrip"
            | "Scan"
            | "Value"
            | "Set"
    )
}

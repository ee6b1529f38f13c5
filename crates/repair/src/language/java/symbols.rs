//! What a Java file defines, uses and imports, and which of it is test code.

use tree_sitter::Node;

use crate::language::{Definition, DefinitionSort, Reference, parts, text_of, walk};

/// Annotations of methods that a test framework runs.
const TEST_ANNOTATIONS: [&str; 14] = [
    "Test",
    "ParameterizedTest",
    "RepeatedTest",
    "TestFactory",
    "TestTemplate",
    "Property",
    "Before",
    "After",
    "BeforeEach",
    "AfterEach",
    "BeforeAll",
    "AfterAll",
    "BeforeClass",
    "AfterClass",
];

/// Types, methods, constructors and fields with a value; enum constants with arguments or a body.
pub(super) fn definitions(root: Node<'_>, text: &str) -> Vec<Definition> {
    let mut found = Vec::new();
    collect(root, text, None, false, &mut found);
    found
}

fn collect(node: Node<'_>, text: &str, owner: Option<&str>, in_test: bool, found: &mut Vec<Definition>) {
    for child in parts(node) {
        let in_test = in_test || is_annotated(child, text);
        let sort = match child.kind() {
            "method_declaration" | "constructor_declaration" | "compact_constructor_declaration" => {
                Some(DefinitionSort::Function)
            }
            "class_declaration"
            | "record_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "annotation_type_declaration" => Some(DefinitionSort::Type),
            "field_declaration" | "constant_declaration" => {
                constants(child, text, owner, in_test, found);
                continue;
            }
            "class_body" | "interface_body" | "enum_body" | "enum_body_declarations" => {
                collect(child, text, owner, in_test, found);
                continue;
            }
            "enum_constant" if child.named_child_count() > 1 => Some(DefinitionSort::Constant),
            _ => None,
        };
        let (Some(sort), Some(name)) = (sort, child.child_by_field_name("name")) else { continue };
        let name = text_of(name, text);
        // A method without a body only declares.
        if sort != DefinitionSort::Function || child.child_by_field_name("body").is_some() {
            found.push(Definition {
                name: name.to_owned(),
                owner: owner.map(str::to_owned),
                span: child.byte_range(),
                sort,
                in_test,
            });
        }
        // What is nested in a method belongs to it.
        if sort == DefinitionSort::Type {
            collect(child, text, Some(name), in_test, found);
        }
    }
}

fn constants(node: Node<'_>, text: &str, owner: Option<&str>, in_test: bool, found: &mut Vec<Definition>) {
    for declarator in parts(node).into_iter().filter(|part| part.kind() == "variable_declarator") {
        if let (Some(name), Some(_)) =
            (declarator.child_by_field_name("name"), declarator.child_by_field_name("value"))
        {
            found.push(Definition {
                name: text_of(name, text).to_owned(),
                owner: owner.map(str::to_owned),
                span: node.byte_range(),
                sort: DefinitionSort::Constant,
                in_test,
            });
        }
    }
}

/// Whether a test framework is told to run it.
fn is_annotated(node: Node<'_>, text: &str) -> bool {
    let modifiers = parts(node).into_iter().find(|part| part.kind() == "modifiers");
    modifiers.map(parts).unwrap_or_default().into_iter().any(|annotation| {
        let name = annotation.child_by_field_name("name").map_or("", |name| text_of(name, text));
        TEST_ANNOTATIONS.contains(&name.rsplit('.').next().unwrap_or(name))
    })
}

/// Names that are used, called ones marked. Where no object is named, it is the class around.
pub(super) fn references(node: Node<'_>, text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    let class = class_around(node, text);
    walk(node, &mut |node| {
        let named = |field: &str| node.child_by_field_name(field).map(|part| text_of(part, text));
        let short = |object: &str| {
            let last = object.rsplit('.').next().unwrap_or(object);
            (object.len() < 60).then(|| last.to_owned())
        };
        match node.kind() {
            "method_invocation" => {
                let qualifier = match named("object") {
                    None | Some("this") => class.clone(),
                    Some(object) => short(object),
                };
                push(&mut found, named("name"), qualifier, true);
            }
            "field_access" => {
                let qualifier = match named("object") {
                    Some("this") => None,
                    object => object.and_then(short),
                };
                push(&mut found, named("field"), qualifier, false);
            }
            "object_creation_expression" => {
                let name = named("type").map(base_name);
                push(&mut found, name, name.map(str::to_owned), true);
            }
            "method_reference" => {
                let pieces = parts(node);
                let name = pieces.last().filter(|_| pieces.len() > 1).map(|name| text_of(*name, text));
                let object = pieces.first().and_then(|object| short(text_of(*object, text)));
                push(&mut found, name, object, true);
            }
            "type_identifier" => push(&mut found, Some(text_of(node, text)), None, false),
            "identifier" if is_plain(node) => push(&mut found, Some(text_of(node, text)), None, false),
            _ => {}
        }
        true
    });
    found.sort();
    found.dedup();
    found
}

fn push(found: &mut Vec<Reference>, name: Option<&str>, qualifier: Option<String>, called: bool) {
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        found.push(Reference { name: name.to_owned(), qualifier, called });
    }
}

/// Whether the name is no member of something that was already counted.
fn is_plain(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| {
        let is = |field: &str| parent.child_by_field_name(field).is_some_and(|child| child.id() == node.id());
        match parent.kind() {
            "method_invocation" => !is("name"),
            "field_access" => !is("field"),
            "method_reference" => false,
            _ => true,
        }
    })
}

fn class_around(node: Node<'_>, text: &str) -> Option<String> {
    let mut current = Some(node);
    while let Some(node) = current {
        if matches!(
            node.kind(),
            "class_declaration" | "record_declaration" | "enum_declaration" | "interface_declaration"
        ) {
            return node.child_by_field_name("name").map(|name| text_of(name, text).to_owned());
        }
        current = node.parent();
    }
    None
}

fn base_name(kind: &str) -> &str {
    let kind = kind.split('<').next().unwrap_or(kind).trim();
    kind.rsplit('.').next().unwrap_or(kind)
}

/// Classes and members that a file imports, the last part of a package that it imports as a whole, and the types that
/// it names: those of its own package need no import.
pub(super) fn imports(root: Node<'_>, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(root, &mut |node| {
        match node.kind() {
            "import_declaration" => {
                let written = text_of(node, text).trim_end_matches([';', ' ', '*', '.']);
                let is_static = written.contains(" static ");
                let last = if is_static { 2 } else { 1 };
                found.extend(written.rsplit(['.', ' ']).take(last).map(str::to_owned));
                return false;
            }
            "type_identifier" => found.push(text_of(node, text).to_owned()),
            "identifier" => {
                let name = text_of(node, text);
                if name.starts_with(|letter: char| letter.is_uppercase()) {
                    found.push(name.to_owned());
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

/// Whether the path is one of a test, by the layout of the build tools or by its name.
pub(super) fn is_test_path(path: &str) -> bool {
    let mut folders: Vec<&str> = path.split('/').collect();
    let name = folders.pop().unwrap_or(path);
    if let Some(at) = folders.iter().position(|folder| *folder == "src")
        && let Some(set) = folders.get(at + 1)
    {
        if *set == "main" {
            return false;
        }
        let is_set = |word: &str| set.ends_with(word);
        if matches!(*set, "test" | "tests" | "it" | "jmh")
            || is_set("Test")
            || is_set("Tests")
            || is_set("Fixtures")
        {
            return true;
        }
    }
    if folders.first().is_some_and(|folder| matches!(*folder, "test" | "tests")) {
        return true;
    }
    let stem = name.strip_suffix(".java").unwrap_or(name);
    // `CartIT`, but not `LIMIT`.
    let integration = stem
        .strip_suffix("IT")
        .is_some_and(|head| head.ends_with(|letter: char| letter.is_lowercase() || letter.is_ascii_digit()));
    let ends = integration || ["Test", "Tests", "TestCase", "ITCase"].iter().any(|end| stem.ends_with(end));
    let starts = stem
        .strip_prefix("Test")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(|letter: char| letter.is_uppercase()));
    ends || starts
}

#[cfg(test)]
mod tests;

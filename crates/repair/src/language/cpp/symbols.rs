//! What a file of C or C++ defines, uses and includes, and which of it is test code.

use tree_sitter::Node;

use crate::language::{Definition, DefinitionSort, Reference, text_of, walk};

/// Deeper declarators than this are nobody's.
const MAX_NESTING: usize = 12;

/// Macros that define a test of a suite: GoogleTest, Criterion.
const SUITE_MACROS: [&str; 7] =
    ["TEST", "TEST_F", "TEST_P", "TYPED_TEST", "TYPED_TEST_P", "Test", "ParameterizedTest"];
/// Macros that define a test by one name: Boost.Test, Check, CppUTest.
const NAME_MACROS: [&str; 6] = [
    "BOOST_AUTO_TEST_CASE",
    "BOOST_FIXTURE_TEST_CASE",
    "BOOST_DATA_TEST_CASE",
    "BOOST_AUTO_TEST_CASE_TEMPLATE",
    "BOOST_PARAM_TEST_CASE",
    "START_TEST",
];
/// Macros that define a test by a title: Catch2, doctest.
const TITLE_MACROS: [&str; 7] = [
    "TEST_CASE",
    "SCENARIO",
    "TEST_CASE_METHOD",
    "TEST_CASE_FIXTURE",
    "SCENARIO_METHOD",
    "TEMPLATE_TEST_CASE",
    "TEST_CASE_TEMPLATE",
];

/// Functions, methods in and outside of their class, types, constants, and tests that macros define.
pub(super) fn definitions(root: Node<'_>, text: &str) -> Vec<Definition> {
    let mut found = Vec::new();
    collect(root, text, None, &mut found);
    found
}

fn collect(node: Node<'_>, text: &str, owner: Option<&str>, found: &mut Vec<Definition>) {
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        match child.kind() {
            "function_definition" => found.extend(function(child, text, owner)),
            "class_specifier" | "struct_specifier" | "union_specifier" | "enum_specifier" => {
                class(child, text, owner, found);
            }
            "declaration" | "field_declaration" | "type_definition" => {
                constants(child, text, owner, found);
                collect(child, text, owner, found);
            }
            "expression_statement" => found.extend(titled(child, text)),
            "namespace_definition"
            | "declaration_list"
            | "linkage_specification"
            | "template_declaration"
            | "preproc_if"
            | "preproc_ifdef"
            | "preproc_else"
            | "preproc_elif"
            | "preproc_elifdef"
            | "ERROR" => {
                collect(child, text, owner, found);
            }
            _ => {}
        }
    }
}

fn class(node: Node<'_>, text: &str, owner: Option<&str>, found: &mut Vec<Definition>) {
    let Some(body) = node.child_by_field_name("body") else { return };
    let name = node.child_by_field_name("name").map(|name| base_name(text_of(name, text)));
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        found.push(Definition {
            name: name.to_owned(),
            owner: owner.map(str::to_owned),
            span: node.byte_range(),
            sort: DefinitionSort::Type,
            in_test: false,
        });
    }
    if node.kind() != "enum_specifier" {
        collect(body, text, name.or(owner), found);
    }
}

/// Names that are set once, outside of functions.
fn constants(node: Node<'_>, text: &str, owner: Option<&str>, found: &mut Vec<Definition>) {
    let mut cursor = node.walk();
    let declarators: Vec<Node<'_>> = node.children_by_field_name("declarator", &mut cursor).collect();
    for declarator in declarators {
        let in_class = node.child_by_field_name("default_value").is_some();
        if declarator.kind() != "init_declarator" && !in_class {
            continue;
        }
        let Some(name) = declared_name(declarator)
            .filter(|name| matches!(name.kind(), "identifier" | "field_identifier" | "qualified_identifier"))
        else {
            continue;
        };
        let (name, scope) = split(text_of(name, text));
        found.push(Definition {
            name: name.to_owned(),
            owner: scope.or(owner).map(str::to_owned),
            span: node.byte_range(),
            sort: DefinitionSort::Constant,
            in_test: false,
        });
    }
}

fn function(node: Node<'_>, text: &str, owner: Option<&str>) -> Option<Definition> {
    // `= default` and `= delete` have nothing to search.
    node.child_by_field_name("body").or_else(|| {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).find(|child| child.kind() == "try_statement")
    })?;
    let declarator = node.child_by_field_name("declarator")?;
    let name = declared_name(declarator)?;
    let make = |name: &str, owner: Option<&str>, in_test: bool| Definition {
        name: name.to_owned(),
        owner: owner.map(str::to_owned),
        span: node.byte_range(),
        sort: DefinitionSort::Function,
        in_test,
    };
    let written = text_of(name, text);
    if let Some((suite, test)) = macro_test(written, declarator, text) {
        return Some(make(test, suite, true));
    }
    let (name, scope) = split(written);
    (!name.is_empty()).then(|| make(name, scope.or(owner), false))
}

/// `TEST(Suite, Name)`, read as the head of a function: suite and name of the test.
fn macro_test<'a>(name: &str, declarator: Node<'_>, text: &'a str) -> Option<(Option<&'a str>, &'a str)> {
    let suite = SUITE_MACROS.contains(&name);
    if !suite && !NAME_MACROS.contains(&name) {
        return None;
    }
    let list = declarator.child_by_field_name("parameters").map(|list| text_of(list, text))?;
    let mut parts = list.trim_matches(['(', ')']).split(',').map(str::trim);
    let first = parts.next().filter(|first| !first.is_empty())?;
    match parts.next().filter(|_| suite) {
        Some(second) => Some((Some(first), second)),
        None => Some((None, first)),
    }
}

/// `TEST_CASE("title")` and the block behind it.
fn titled(node: Node<'_>, text: &str) -> Option<Definition> {
    let call = node.named_child(0).filter(|call| call.kind() == "call_expression")?;
    let name = text_of(call.child_by_field_name("function")?, text);
    if !TITLE_MACROS.contains(&name) && !NAME_MACROS.contains(&name) {
        return None;
    }
    let block = node.next_named_sibling().filter(|block| block.kind() == "compound_statement")?;
    let list = call.child_by_field_name("arguments")?;
    let mut cursor = list.walk();
    let arguments: Vec<Node<'_>> = list.named_children(&mut cursor).collect();
    let title = arguments.iter().find(|argument| argument.kind() == "string_literal").or(arguments.first())?;
    Some(Definition {
        name: text_of(*title, text).trim_matches('"').to_owned(),
        owner: None,
        span: block.byte_range(),
        sort: DefinitionSort::Function,
        in_test: true,
    })
}

/// The name in a nested declarator.
fn declared_name(declarator: Node<'_>) -> Option<Node<'_>> {
    let mut node = declarator;
    for _ in 0..MAX_NESTING {
        match node.kind() {
            "identifier"
            | "field_identifier"
            | "qualified_identifier"
            | "destructor_name"
            | "operator_name"
            | "operator_cast"
            | "template_function"
            | "type_identifier" => return Some(node),
            "reference_declarator" | "parenthesized_declarator" | "attributed_declarator" => {
                node = node.named_child(0)?;
            }
            _ => node = node.child_by_field_name("declarator")?,
        }
    }
    None
}

/// `a::B<T>::f` → `f` and `B`.
fn split(name: &str) -> (&str, Option<&str>) {
    if let Some(at) = name.find("operator") {
        let owner = name[..at].trim_end().strip_suffix("::").map(base_name);
        return (&name[at..], owner.filter(|owner| !owner.is_empty()));
    }
    match name.rsplit_once("::") {
        Some((scope, name)) => (base_name(name), Some(base_name(scope)).filter(|scope| !scope.is_empty())),
        None => (base_name(name), None),
    }
}

/// Without template arguments and outer scopes.
fn base_name(name: &str) -> &str {
    let name = name.split('<').next().unwrap_or(name).trim();
    name.rsplit("::").next().unwrap_or(name).trim()
}

/// Names that are used, called ones marked, with the scope or the object before them.
pub(super) fn references(node: Node<'_>, text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    walk(node, &mut |node| {
        match node.kind() {
            "qualified_identifier" => {
                let (name, qualifier) = split(text_of(node, text));
                let qualifier = qualifier.filter(|scope| *scope != "std").map(str::to_owned);
                found.push(Reference { name: name.to_owned(), qualifier, called: is_called(node) });
            }
            "field_expression" => {
                let object = node.child_by_field_name("argument").map(|object| text_of(object, text));
                if let Some(name) = node.child_by_field_name("field") {
                    found.push(Reference {
                        name: base_name(text_of(name, text)).to_owned(),
                        qualifier: object.filter(|object| object.len() < 60).map(str::to_owned),
                        called: is_called(node),
                    });
                }
            }
            "identifier" => {
                let name = text_of(node, text).to_owned();
                found.push(Reference { name, qualifier: None, called: is_called(node) });
            }
            "type_identifier" => {
                // A declaration of a class's type calls its constructor.
                let called = node.parent().is_some_and(|parent| {
                    matches!(parent.kind(), "declaration" | "new_expression" | "compound_literal_expression")
                });
                found.push(Reference { name: text_of(node, text).to_owned(), qualifier: None, called });
            }
            _ => {}
        }
        true
    });
    found.sort();
    found.dedup();
    found
}

fn is_called(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| match parent.kind() {
        "call_expression" => {
            parent.child_by_field_name("function").is_some_and(|callee| callee.id() == node.id())
        }
        "template_function" => {
            parent.child_by_field_name("name").is_some_and(|name| name.id() == node.id()) && is_called(parent)
        }
        _ => false,
    })
}

/// Names of the included files, without folder and extension.
pub(super) fn imports(root: Node<'_>, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(root, &mut |node| {
        if node.kind() == "preproc_include" {
            let path = node.child_by_field_name("path").map_or("", |path| text_of(path, text));
            let name = path.trim_matches(['"', '<', '>']).rsplit('/').next().unwrap_or_default();
            found.extend(name.split('.').next().filter(|stem| !stem.is_empty()).map(str::to_owned));
        }
        // Includes stand between declarations, be it in conditional directives.
        matches!(node.kind(), "translation_unit" | "linkage_specification" | "declaration_list" | "ERROR")
            || node.kind().starts_with("preproc_")
            || node.kind() == "namespace_definition"
    });
    found.sort();
    found.dedup();
    found
}

/// Whether the path is one of a test.
pub(super) fn is_test_path(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let lower = stem.to_ascii_lowercase();
    let marked =
        ["_test", "_tests", "-test", "-tests", "_unittest", "_unittests", ".test", "_spec", "_benchmark"];
    matches!(lower.as_str(), "test" | "tests" | "unittest" | "unittests" | "conftest")
        || lower.starts_with("test_")
        || lower.starts_with("test-")
        || lower.starts_with("tst_")
        || marked.iter().any(|end| lower.ends_with(end))
        || stem.ends_with("Test")
        || stem.ends_with("Tests")
        || path.split('/').rev().skip(1).any(|part| {
            matches!(
                part.to_ascii_lowercase().as_str(),
                "test"
                    | "tests"
                    | "testing"
                    | "unittest"
                    | "unittests"
                    | "unit_tests"
                    | "unit-tests"
                    | "benchmark"
                    | "benchmarks"
                    | "examples"
                    | "example"
                    | "fuzz"
            )
        })
}

#[cfg(test)]
mod tests;

//! The tests of a source file, by parsing it: functions, their decorators and their assertions.

use tree_sitter::{Node, Parser};

use super::change::Language;

/// A test function, or a whole test module's other content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TestItem {
    /// Qualified with `::`.
    pub(crate) name: String,
    /// One-based.
    pub(crate) line: u32,
    /// Its last line.
    pub(crate) end: u32,
    /// Lines of decorators, attributes or annotations above it.
    pub(crate) attributes: u32,
    /// Source without indentation and blank lines, with decorators and attributes.
    pub(crate) text: String,
    /// Its assertions in order.
    pub(crate) assertions: Vec<String>,
    /// Skipped, ignored or expected to fail.
    pub(crate) skipped: bool,
    /// A test, as opposed to what a test module holds besides.
    pub(crate) is_test: bool,
}

/// Parses; `None` for languages without a grammar here.
pub(crate) fn parse(language: Language, text: &str) -> Option<tree_sitter::Tree> {
    let mut parser = Parser::new();
    match language {
        Language::Python => parser.set_language(&tree_sitter_python::LANGUAGE.into()).ok()?,
        Language::Rust => parser.set_language(&tree_sitter_rust::LANGUAGE.into()).ok()?,
        _ => return None,
    }
    parser.parse(text, None)
}

/// The tests in a file.
pub(crate) fn tests(language: Language, text: &str) -> Vec<TestItem> {
    let mut found = Vec::new();
    match (language, parse(language, text)) {
        (Language::Python, Some(tree)) => python(tree.root_node(), text, "", &mut found),
        (Language::Rust, Some(tree)) => rust(tree.root_node(), text, "", false, &mut found),
        (Language::Python | Language::Rust, None) | (Language::Other, _) => {}
        _ => super::test_blocks::tests(language, text, &mut found),
    }
    found
}

/// Every node of a tree, parents first.
pub(crate) fn walk<'t>(node: Node<'t>, visit: &mut dyn FnMut(Node<'t>)) {
    visit(node);
    let mut cursor = node.walk();
    let children: Vec<Node<'t>> = node.children(&mut cursor).collect();
    for child in children {
        walk(child, visit);
    }
}

pub(crate) fn source<'t>(node: Node<'_>, text: &'t str) -> &'t str {
    text.get(node.byte_range()).unwrap_or_default()
}

pub(crate) fn line_of(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX)
}

pub(crate) fn end_of(node: Node<'_>) -> u32 {
    u32::try_from(node.end_position().row + 1).unwrap_or(u32::MAX)
}

fn lines_above(attributes: &[Node<'_>], item: Node<'_>) -> u32 {
    attributes.first().map_or(0, |first| line_of(item).saturating_sub(line_of(*first)))
}

pub(super) fn plain(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn qualified(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}::{name}") }
}

fn python(node: Node<'_>, text: &str, prefix: &str, found: &mut Vec<TestItem>) {
    let mut cursor = node.walk();
    for child in node.children(&mut cursor).collect::<Vec<_>>() {
        let definition = if child.kind() == "decorated_definition" {
            child.child_by_field_name("definition").unwrap_or(child)
        } else {
            child
        };
        let name = definition.child_by_field_name("name").map_or("", |name| source(name, text));
        match definition.kind() {
            "class_definition" => {
                if let Some(body) = definition.child_by_field_name("body") {
                    python(body, text, &qualified(prefix, name), found);
                }
            }
            "function_definition" if name.starts_with("test") => {
                let whole = source(child, text);
                let mut assertions = Vec::new();
                walk(definition, &mut |inner| match inner.kind() {
                    "assert_statement" => assertions.push(plain(source(inner, text))),
                    "call" if is_python_assertion(source(inner, text)) => {
                        assertions.push(plain(source(inner, text)));
                    }
                    _ => {}
                });
                found.push(TestItem {
                    name: qualified(prefix, name),
                    line: line_of(definition),
                    end: end_of(definition),
                    attributes: line_of(definition) - line_of(child),
                    text: plain(whole),
                    assertions,
                    skipped: super::skipped::is_marker(Language::Python, whole),
                    is_test: true,
                });
            }
            "function_definition" => {}
            "if_statement" | "try_statement" | "with_statement" | "block" | "else_clause" => {
                python(child, text, prefix, found);
            }
            _ => {}
        }
    }
}

fn is_python_assertion(call: &str) -> bool {
    let callee = call.split('(').next().unwrap_or(call);
    let name = callee.rsplit('.').next().unwrap_or(callee).trim();
    (name.starts_with("assert") && name.len() > 6) || callee.trim() == "pytest.raises"
}

fn rust(node: Node<'_>, text: &str, prefix: &str, inside: bool, found: &mut Vec<TestItem>) {
    let mut attributes: Vec<Node<'_>> = Vec::new();
    let mut cursor = node.walk();
    for child in node.children(&mut cursor).collect::<Vec<_>>() {
        match child.kind() {
            "attribute_item" => {
                attributes.push(child);
                continue;
            }
            "line_comment" | "block_comment" => continue,
            _ => {}
        }
        let attribute_text: String =
            attributes.iter().map(|attribute| source(*attribute, text)).collect::<Vec<_>>().join("\n");
        let name = child.child_by_field_name("name").map_or("", |name| source(name, text));
        let cfg_test = attribute_text.contains("cfg(test)") || attribute_text.contains("cfg(all(test");
        let is_test =
            child.kind() == "function_item" && attributes.iter().any(|one| names_test(source(*one, text)));
        if is_test {
            let mut assertions = Vec::new();
            walk(child, &mut |inner| {
                if inner.kind() == "macro_invocation" && is_rust_assertion(source(inner, text)) {
                    assertions.push(plain(source(inner, text)));
                }
            });
            found.push(TestItem {
                name: qualified(prefix, name),
                line: line_of(child),
                end: end_of(child),
                attributes: lines_above(&attributes, child),
                text: plain(&format!("{attribute_text}\n{}", source(child, text))),
                assertions,
                skipped: super::skipped::is_marker(Language::Rust, &attribute_text),
                is_test: true,
            });
        } else if child.kind() == "mod_item" {
            match child.child_by_field_name("body") {
                Some(body) => rust(body, text, &qualified(prefix, name), inside || cfg_test, found),
                None if cfg_test => other(child, text, &attribute_text, qualified(prefix, name), found),
                None => {}
            }
        } else if (inside || cfg_test) && child.is_named() {
            let label =
                if name.is_empty() { source(child, text).lines().next().unwrap_or_default() } else { name };
            other(child, text, &attribute_text, qualified(prefix, label), found);
        }
        attributes.clear();
    }
}

fn other(node: Node<'_>, text: &str, attributes: &str, name: String, found: &mut Vec<TestItem>) {
    found.push(TestItem {
        name,
        line: line_of(node),
        end: end_of(node),
        attributes: 0,
        text: plain(&format!("{attributes}\n{}", source(node, text))),
        assertions: Vec::new(),
        skipped: false,
        is_test: false,
    });
}

/// `#[test]`, `#[tokio::test]`, `#[rstest]`, `#[test_case(..)]`.
fn names_test(attribute: &str) -> bool {
    let inner = attribute.trim_start_matches("#[").trim_end_matches(']');
    let path = inner.split(['(', ' ', '=']).next().unwrap_or(inner);
    let last = path.rsplit("::").next().unwrap_or(path);
    matches!(last, "test" | "rstest" | "test_case" | "proptest" | "quickcheck" | "wasm_bindgen_test" | "case")
}

fn is_rust_assertion(invocation: &str) -> bool {
    let name = invocation.split('!').next().unwrap_or(invocation).trim();
    let name = name.rsplit("::").next().unwrap_or(name);
    name.starts_with("assert")
        || name.starts_with("prop_assert")
        || name.starts_with("debug_assert")
        || matches!(name, "panic" | "unreachable" | "matches")
}

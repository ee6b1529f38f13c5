//! What the compiler would refuse, as far as one file tells: variables and imports that nothing uses, names that
//! nothing declares, types that do not go together. Only ever compared with the count of the unchanged file, so that
//! a wrong guess about real code costs nothing; a count that grew says that a candidate is not worth a build.

use std::collections::BTreeSet;

use tree_sitter::Node;

use super::bindings::{is_known, variables};
use super::imports::{is_library, is_selected};
use super::types::is_conversion;
use super::{library, mismatch, symbols};
use crate::language::{Variable, field_of, parts, text_of, walk};

/// Names that are always there.
const BUILTIN: [&str; 22] = [
    "append", "cap", "clear", "close", "complex", "copy", "delete", "imag", "len", "make", "max", "min",
    "new", "panic", "print", "println", "real", "recover", "iota", "nil", "error", "any",
];

/// Complaints about the declaration around byte `at`, and about the imports of the file.
pub(super) fn count(root: Node<'_>, text: &str, at: usize) -> usize {
    let Some(region) = parts(root).into_iter().find(|part| part.start_byte() <= at && at <= part.end_byte())
    else {
        return 0;
    };
    let bound = variables(region, text);
    let imported = symbols::imported(root, text);
    let mut own = root_names(root, text);
    own.extend(imported.iter().map(|(name, _)| name.as_str()));
    names(region, text, &bound, &own)
        + imports(region, text, &imported)
        + mismatch::count(region, text, &bound)
        + usize::from(falls_off(region, text))
}

/// Everything that the file declares at its top.
fn root_names<'a>(root: Node<'_>, text: &'a str) -> Vec<&'a str> {
    let mut found = Vec::new();
    for node in parts(root) {
        match node.kind() {
            "function_declaration" => {
                found.extend(node.child_by_field_name("name").map(|name| text_of(name, text)));
            }
            "const_declaration" | "var_declaration" => {
                for spec in symbols::specs(node) {
                    found.extend(symbols::names_of(spec).into_iter().map(|name| text_of(name, text)));
                }
            }
            "type_declaration" => found.extend(
                parts(node)
                    .into_iter()
                    .filter_map(|spec| spec.child_by_field_name("name"))
                    .map(|name| text_of(name, text)),
            ),
            _ => {}
        }
    }
    found
}

/// Variables that are bound and never read, and names that nobody binds.
fn names(region: Node<'_>, text: &str, bound: &[Variable], own: &[&str]) -> usize {
    let mut read: BTreeSet<&str> = BTreeSet::new();
    let mut declared: BTreeSet<&str> = BTreeSet::new();
    let mut unknown: BTreeSet<&str> = BTreeSet::new();
    walk(region, &mut |node| {
        if node.kind() != "identifier" {
            return true;
        }
        let name = text_of(node, text);
        match use_of(node) {
            Use::Declares => {
                declared.insert(name);
            }
            Use::Binds => {}
            Use::Key => {
                read.insert(name);
            }
            Use::Reads | Use::Writes => {
                if use_of(node) == Use::Reads {
                    read.insert(name);
                }
                let known = is_known(name, node.start_byte(), bound)
                    || own.contains(&name)
                    || BUILTIN.contains(&name)
                    || is_conversion(name)
                    || name == "_";
                if !known {
                    unknown.insert(name);
                }
            }
        }
        true
    });
    unknown.len() + declared.iter().filter(|name| **name != "_" && !read.contains(*name)).count()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// A variable that has to be read somewhere.
    Declares,
    /// A name of another sort: a parameter, a field, a constant.
    Binds,
    /// A field of a struct, or a variable that is the key of a map.
    Key,
    /// `x = 1` alone does not count as a use.
    Writes,
    Reads,
}

fn use_of(node: Node<'_>) -> Use {
    let Some(parent) = node.parent() else { return Use::Binds };
    match (parent.kind(), field_of(node)) {
        ("expression_list", _) => match (field_of(parent), parent.parent().map(|owner| owner.kind())) {
            (Some("left"), Some("short_var_declaration")) => Use::Declares,
            (Some("left"), Some("range_clause")) => {
                let assigns = parent.next_sibling().is_some_and(|sign| sign.kind() == "=");
                if assigns { Use::Writes } else { Use::Declares }
            }
            (Some("left"), Some("assignment_statement")) => {
                let plain = parent.next_sibling().is_some_and(|sign| sign.kind() == "=");
                if plain { Use::Writes } else { Use::Reads }
            }
            (Some("left"), Some("receive_statement")) | (Some("alias"), _) => Use::Binds,
            _ => Use::Reads,
        },
        ("var_spec", Some("name")) => {
            let local = parent
                .parent()
                .and_then(|list| list.parent())
                .is_some_and(|owner| owner.kind() != "source_file");
            if local { Use::Declares } else { Use::Binds }
        }
        ("const_spec", Some("name"))
        | (
            "parameter_declaration"
            | "variadic_parameter_declaration"
            | "function_declaration"
            | "type_parameter_declaration",
            Some("name"),
        ) => Use::Binds,
        ("literal_element", _) if field_of(parent) == Some("key") => Use::Key,
        _ => Use::Reads,
    }
}

/// Imports that nothing uses, and packages of the library that the region uses without an import.
fn imports(region: Node<'_>, text: &str, imported: &[(String, String)]) -> usize {
    let unused = imported.iter().filter(|(name, path)| is_library(path) && !is_selected(name, text)).count();
    let mut missing: BTreeSet<&str> = BTreeSet::new();
    walk(region, &mut |node| {
        if node.kind() == "selector_expression"
            && let Some(operand) = node.child_by_field_name("operand")
        {
            let name = text_of(operand, text);
            if library::is_package(name) && !imported.iter().any(|(known, _)| known == name) {
                missing.insert(name);
            }
        }
        true
    });
    unused + missing.len()
}

/// Whether control may reach the end of a function that has to return a value.
fn falls_off(function: Node<'_>, text: &str) -> bool {
    function.child_by_field_name("result").is_some()
        && function.child_by_field_name("body").is_some_and(|body| !terminates(body, text))
}

fn terminates(statement: Node<'_>, text: &str) -> bool {
    match statement.kind() {
        "block" | "statement_list" | "expression_case" | "default_case" | "type_case"
        | "communication_case" => parts(statement).last().is_some_and(|last| terminates(*last, text)),
        "return_statement" | "goto_statement" | "fallthrough_statement" => true,
        "labeled_statement" => parts(statement).last().is_some_and(|last| terminates(*last, text)),
        "expression_statement" => {
            let statement = text_of(statement, text);
            // What exits in another way than by `panic` does not satisfy the compiler.
            statement.starts_with("panic(")
        }
        "if_statement" => {
            let branch = |field| {
                statement.child_by_field_name(field).is_some_and(|branch: Node<'_>| terminates(branch, text))
            };
            branch("consequence") && branch("alternative")
        }
        "for_statement" => {
            let endless = match parts(statement)[..] {
                [head, _] => head.kind() == "for_clause" && head.child_by_field_name("condition").is_none(),
                [_] => true,
                _ => false,
            };
            endless && !text_of(statement, text).contains("break")
        }
        "select_statement" => !text_of(statement, text).contains("break"),
        "expression_switch_statement" | "type_switch_statement" => {
            let cases: Vec<Node<'_>> =
                parts(statement).into_iter().filter(|part| part.kind().ends_with("_case")).collect();
            cases.iter().any(|case| case.kind() == "default_case")
                && cases.iter().all(|case| terminates(*case, text))
                && !text_of(statement, text).contains("break")
        }
        _ => false,
    }
}

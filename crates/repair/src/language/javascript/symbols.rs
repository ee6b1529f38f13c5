//! What a piece of code uses, and what a file imports.

use tree_sitter::Node;

use crate::language::{Reference, text_of, walk};
use crate::scope::content_of;

/// Names and members that are used, called ones marked. A name under which a module's only export was imported is
/// also a use of that export.
pub(super) fn references(node: Node<'_>, text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    walk(node, &mut |node| {
        match node.kind() {
            "member_expression" => {
                if let Some(name) = node.child_by_field_name("property") {
                    let object = node.child_by_field_name("object").map(|object| text_of(object, text));
                    let qualifier = object
                        .filter(|object| object.len() < 60)
                        .and_then(|object| object.trim_start_matches("new ").rsplit('.').next())
                        .map(|object| object.split('(').next().unwrap_or(object).to_owned());
                    let name = text_of(name, text).trim_start_matches('#').to_owned();
                    found.push(Reference { name, qualifier, called: is_called(node) });
                }
            }
            "identifier" | "shorthand_property_identifier" => {
                let name = text_of(node, text).to_owned();
                found.push(Reference { name, qualifier: None, called: is_called(node) });
            }
            _ => {}
        }
        true
    });
    let whole = whole_modules(node, text);
    let mut more = Vec::new();
    for reference in found.iter().filter(|reference| whole.contains(&reference.name)) {
        for name in ["default", "exports"] {
            let qualifier = Some("module".to_owned());
            more.push(Reference { name: name.to_owned(), qualifier, called: reference.called });
        }
    }
    found.extend(more);
    found.sort();
    found.dedup();
    found
}

fn is_called(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| {
        let callee =
            parent.child_by_field_name("function").or_else(|| parent.child_by_field_name("constructor"));
        matches!(parent.kind(), "call_expression" | "new_expression" | "jsx_opening_element")
            && callee.is_some_and(|callee| callee.id() == node.id())
            || matches!(parent.kind(), "jsx_opening_element" | "jsx_self_closing_element")
    })
}

/// Names under which the file of `node` imports whole modules: `import a from`, `const a = require(…)`.
fn whole_modules(node: Node<'_>, text: &str) -> Vec<String> {
    let mut root = node;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let mut names = Vec::new();
    let mut cursor = root.walk();
    for statement in root.named_children(&mut cursor) {
        match statement.kind() {
            "import_statement" => {
                let clause = statement.named_child(0).filter(|clause| clause.kind() == "import_clause");
                let name = clause.and_then(|clause| clause.named_child(0));
                names.extend(name.filter(|name| name.kind() == "identifier").map(|n| text_of(n, text)));
            }
            "lexical_declaration" | "variable_declaration" => {
                let declarator = statement.named_child(0);
                let name = declarator.and_then(|declarator| declarator.child_by_field_name("name"));
                let value = declarator.and_then(|declarator| declarator.child_by_field_name("value"));
                let required = value.is_some_and(|value| text_of(value, text).starts_with("require("));
                names.extend(
                    name.filter(|name| required && name.kind() == "identifier").map(|n| text_of(n, text)),
                );
            }
            _ => {}
        }
    }
    names.into_iter().map(str::to_owned).collect()
}

/// Parts of the paths of imported modules, and imported names.
pub(super) fn imports(root: Node<'_>, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(root, &mut |node| {
        match node.kind() {
            "import_statement" | "export_statement" => {
                if let Some(source) = node.child_by_field_name("source") {
                    path_parts(content_of(text_of(source, text)), &mut found);
                    walk(node, &mut |part| {
                        if part.kind() == "identifier" {
                            found.push(text_of(part, text).to_owned());
                        }
                        true
                    });
                }
                return node.kind() == "export_statement";
            }
            "call_expression" => {
                let callee = node.child_by_field_name("function").map_or("", |name| text_of(name, text));
                let known = matches!(callee, "require" | "import" | "jest.requireActual" | "vi.importActual");
                let path = node.child_by_field_name("arguments").and_then(|list| list.named_child(0));
                if let Some(path) = path.filter(|path| known && path.kind() == "string") {
                    path_parts(content_of(text_of(path, text)), &mut found);
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

/// `../shop/cart.js` to `shop` and `cart`; a folder stands for its index.
fn path_parts(path: &str, found: &mut Vec<String>) {
    let last = path.rsplit('/').next().unwrap_or(path);
    if matches!(last, "" | "." | ".." | "src" | "lib") {
        found.push("index".to_owned());
    }
    for part in path.split('/').filter(|part| !part.is_empty() && !matches!(*part, "." | "..")) {
        let stem = [".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".mts", ".cts"]
            .iter()
            .find_map(|end| part.strip_suffix(end))
            .unwrap_or(part);
        found.push(stem.trim_start_matches('@').to_owned());
    }
}

/// The name that a line gives to a function: `total: function (`, `a.b = (c) =>`, `private d = async (`.
pub(super) fn assigned_function(line: &str) -> Option<&str> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$');
    if !line.contains("=>") && !line.contains("function") {
        return None;
    }
    let head = line.split(['=', ':']).next()?.trim_end_matches(|letter| !is_part(letter));
    head.rsplit(|letter| !is_part(letter)).next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::language_of;
    use crate::source::SourceFile;

    fn parsed(text: &str) -> SourceFile {
        SourceFile::parse("a.js".to_owned(), text.to_owned(), language_of("a.js").unwrap()).unwrap()
    }

    #[test]
    fn a_module_imported_under_a_name_is_used_by_that_name() {
        let source = parsed("import sum from './sum.js';\nconst a = require('../b');\nsum(a.c, <D />);\n");
        let found = references(source.tree.root_node(), &source.text);
        let has = |name: &str, qualifier: Option<&str>, called: bool| {
            found
                .iter()
                .any(|one| one.name == name && one.qualifier.as_deref() == qualifier && one.called == called)
        };
        assert!(has("sum", None, true) && has("default", Some("module"), true));
        assert!(has("c", Some("a"), false) && has("D", None, true));
    }

    #[test]
    fn imports_are_the_parts_of_paths_and_the_names() {
        let text = "import x, { y as z } from '../shop/cart.js';\nconst w = require('./util');\n\
            export * from '.';\nconst m = await import('@scope/pkg');\n";
        let source = parsed(text);
        let found = imports(source.tree.root_node(), text);
        for name in ["x", "y", "z", "shop", "cart", "util", "index", "scope", "pkg"] {
            assert!(found.iter().any(|one| one == name), "{name} of {found:?}");
        }
    }

    #[test]
    fn lines_that_give_a_function_a_name_are_found() {
        for (line, name) in [
            ("  total: function (a) {", Some("total")),
            ("  a.total = (b) => {", Some("total")),
            ("  private total: Handler = async () => {", Some("total")),
            ("  'total': function () {", Some("total")),
            ("  return a;", None),
            ("=> ü", None),
        ] {
            assert_eq!(assigned_function(line), name, "{line}");
        }
    }
}

//! What a file defines: functions in all their forms, classes, constants, and tests by their titles.

use tree_sitter::Node;

use super::{is_function, titles};
use crate::language::{Definition, DefinitionSort, parts, text_of, walk};

/// Functions, methods, classes, constants and tests. What is nested in a named function belongs to it; what stands in a
/// function that only wraps the module does not.
pub(super) fn definitions(root: Node<'_>, text: &str) -> Vec<Definition> {
    let mut collector = Collector { text, found: Vec::new() };
    collector.statements(root, &Around { owner: None, in_test: false });
    collector.found
}

/// Where a definition stands.
#[derive(Clone)]
struct Around {
    owner: Option<String>,
    in_test: bool,
}

impl Around {
    fn owned(&self, owner: &str) -> Around {
        Around { owner: Some(owner.to_owned()), in_test: self.in_test }
    }
}

struct Collector<'a> {
    text: &'a str,
    found: Vec<Definition>,
}

impl Collector<'_> {
    fn add(&mut self, name: &str, span: Node<'_>, sort: DefinitionSort, around: &Around) {
        if !name.is_empty() {
            let (name, owner, in_test) = (name.to_owned(), around.owner.clone(), around.in_test);
            self.found.push(Definition { name, owner, span: span.byte_range(), sort, in_test });
        }
    }

    fn statements(&mut self, block: Node<'_>, around: &Around) {
        for statement in parts(block) {
            self.statement(statement, around);
        }
    }

    fn statement(&mut self, node: Node<'_>, around: &Around) {
        let name = node.child_by_field_name("name").map_or("", |name| text_of(name, self.text));
        match node.kind() {
            "function_declaration" | "generator_function_declaration" => {
                self.add(name, node, DefinitionSort::Function, around);
            }
            "class_declaration" | "abstract_class_declaration" => self.class(name, node, node, around),
            "enum_declaration" => self.add(name, node, DefinitionSort::Constant, around),
            "lexical_declaration" | "variable_declaration" => {
                for declarator in parts(node).into_iter().filter(|part| part.kind() == "variable_declarator")
                {
                    self.declarator(declarator, around);
                }
            }
            "export_statement" => self.export(node, around),
            // What a module that is a function gives out.
            "return_statement" => {
                if let Some(object) = node.named_child(0).filter(|value| value.kind() == "object") {
                    self.object(object, around);
                }
            }
            "expression_statement" => {
                if let Some(inner) = node.named_child(0) {
                    self.expression(inner, around);
                }
            }
            "if_statement"
            | "else_clause"
            | "try_statement"
            | "finally_clause"
            | "statement_block"
            | "labeled_statement"
            | "internal_module"
            | "module"
            | "ambient_declaration" => {
                self.statements(node, around);
            }
            _ => {}
        }
    }

    fn declarator(&mut self, node: Node<'_>, around: &Around) {
        let Some(name) = node.child_by_field_name("name").filter(|name| name.kind() == "identifier") else {
            return;
        };
        if let Some(value) = node.child_by_field_name("value") {
            self.bound(text_of(name, self.text), node, value, around);
        } else if around.in_test {
            self.add(text_of(name, self.text), node, DefinitionSort::Constant, around);
        }
    }

    /// `name` stands for `value`; `span` is what a candidate may change.
    fn bound(&mut self, name: &str, span: Node<'_>, value: Node<'_>, around: &Around) {
        match value.kind() {
            kind if is_function(kind) => self.add(name, span, DefinitionSort::Function, around),
            "class" => self.class(name, span, value, around),
            "object" => {
                self.add(name, span, DefinitionSort::Constant, around);
                self.object(value, &around.owned(name));
            }
            "parenthesized_expression" | "as_expression" | "satisfies_expression" => {
                match value.named_child(0) {
                    Some(inner) => self.bound(name, span, inner, around),
                    None => self.add(name, span, DefinitionSort::Constant, around),
                }
            }
            // `memoize(function () { … })`, and a module that is a function called on the spot.
            "call_expression" if !is_require(value, self.text) => {
                // Its functions are looked at one by one.
                if let Some(body) = called_on_the_spot(value) {
                    self.statements(body, &around.owned(name));
                    return;
                }
                let wraps = value
                    .child_by_field_name("arguments")
                    .is_some_and(|list| parts(list).iter().any(|argument| is_function(argument.kind())));
                let sort = if wraps { DefinitionSort::Function } else { DefinitionSort::Constant };
                self.add(name, span, sort, around);
            }
            "call_expression" | "member_expression" => {}
            _ => self.add(name, span, DefinitionSort::Constant, around),
        }
    }

    fn class(&mut self, name: &str, span: Node<'_>, class: Node<'_>, around: &Around) {
        self.add(name, span, DefinitionSort::Type, around);
        let owned = around.owned(name);
        for member in class.child_by_field_name("body").map(parts).unwrap_or_default() {
            let key = member.child_by_field_name("name").or_else(|| member.child_by_field_name("property"));
            let key = key.map_or("", |key| text_of(key, self.text)).trim_matches(['#', '\'', '"']);
            match (member.kind(), member.child_by_field_name("value")) {
                ("method_definition", _) => self.add(key, member, DefinitionSort::Function, &owned),
                ("field_definition" | "public_field_definition", Some(value)) => {
                    let function = is_function(value.kind());
                    let sort = if function { DefinitionSort::Function } else { DefinitionSort::Constant };
                    self.add(key, member, sort, &owned);
                }
                ("class_static_block", _) => {
                    self.add("constructor", member, DefinitionSort::Function, &owned);
                }
                _ => {}
            }
        }
    }

    /// Functions that are properties.
    fn object(&mut self, object: Node<'_>, around: &Around) {
        for part in parts(object) {
            let key = part.child_by_field_name("key").or_else(|| part.child_by_field_name("name"));
            let key = key.map_or("", |key| text_of(key, self.text)).trim_matches(['\'', '"']);
            match (part.kind(), part.child_by_field_name("value")) {
                ("method_definition", _) => self.add(key, part, DefinitionSort::Function, around),
                ("pair", Some(value)) if is_function(value.kind()) => {
                    self.add(key, part, DefinitionSort::Function, around);
                }
                ("pair", Some(value)) if value.kind() == "object" => {
                    self.object(value, &around.owned(key));
                }
                _ => {}
            }
        }
    }

    fn export(&mut self, node: Node<'_>, around: &Around) {
        let default = (0..node.child_count())
            .filter_map(|index| node.child(index))
            .any(|child| child.kind() == "default");
        let module = around.owned("module");
        if let Some(declaration) = node.child_by_field_name("declaration") {
            self.statement(declaration, around);
            if default && is_function(declaration.kind()) {
                self.add("default", declaration, DefinitionSort::Function, &module);
            } else if default && declaration.kind() == "class_declaration" {
                self.add("default", declaration, DefinitionSort::Type, &module);
            }
        } else if let Some(value) = node.child_by_field_name("value") {
            self.bound("default", value, value, &module);
            if value.kind() == "object" {
                self.object(value, around);
            }
        } else {
            self.statements(node, around);
        }
    }

    fn expression(&mut self, node: Node<'_>, around: &Around) {
        match node.kind() {
            "assignment_expression" => self.assignment(node, around),
            "call_expression" => self.call(node, around),
            "sequence_expression" => {
                for part in parts(node) {
                    self.expression(part, around);
                }
            }
            "internal_module" => self.statement(node, around),
            // `!function () { … }()`, `void …`, `await …`
            "unary_expression" | "await_expression" | "parenthesized_expression" => {
                if let Some(inner) = parts(node).last() {
                    self.expression(*inner, around);
                }
            }
            _ => {}
        }
    }

    /// `exports.a = …`, `A.prototype.b = …`, `module.exports = …`, `a = …`
    fn assignment(&mut self, node: Node<'_>, around: &Around) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        else {
            return;
        };
        // `a = exports.a = function () {}` defines both.
        if right.kind() == "assignment_expression" {
            self.assignment(right, around);
            return;
        }
        let path = text_of(left, self.text);
        if path == "module.exports" {
            let own = right.child_by_field_name("name").map_or("", |name| text_of(name, self.text));
            if is_function(right.kind()) || right.kind() == "class" {
                self.add(own, node, DefinitionSort::Function, around);
                self.bound("exports", node, right, &around.owned("module"));
            } else if right.kind() == "object" {
                self.object(right, around);
            }
            return;
        }
        let Some(property) = left.child_by_field_name("property") else {
            if left.kind() == "identifier" && is_function(right.kind()) {
                self.bound(path, node, right, around);
            }
            return;
        };
        let object = left.child_by_field_name("object").map_or("", |object| text_of(object, self.text));
        let object = object.strip_suffix(".prototype").unwrap_or(object);
        let inner = match object {
            "exports" | "module.exports" | "this" | "self" | "window" | "globalThis" => around.clone(),
            _ => around.owned(object.rsplit('.').next().unwrap_or(object)),
        };
        if text_of(property, self.text) == "prototype" && right.kind() == "object" {
            self.object(right, &inner);
        } else if is_function(right.kind()) || matches!(right.kind(), "class" | "call_expression" | "object")
        {
            self.bound(text_of(property, self.text), node, right, &inner);
        }
    }

    /// Tests, and functions that only wrap the module.
    fn call(&mut self, node: Node<'_>, around: &Around) {
        if let Some(test) = titles::test_call(node, self.text) {
            let inner = Around { owner: around.owner.clone(), in_test: true };
            self.add(&test.title, node, DefinitionSort::Function, &inner);
            if test.is_suite
                && let Some(body) = test.body
            {
                self.statements(body, &inner.owned(&test.title));
            }
            return;
        }
        if titles::is_hook(node, self.text) {
            self.hook(node, around);
            return;
        }
        if let Some(body) = called_on_the_spot(node) {
            self.statements(body, around);
        }
        for argument in node.child_by_field_name("arguments").map(parts).unwrap_or_default() {
            if is_function(argument.kind())
                && let Some(body) = argument.child_by_field_name("body")
            {
                self.statements(body, around);
            }
        }
    }

    /// A test that reads a variable relies on the hook that gave it its value.
    fn hook(&mut self, node: Node<'_>, around: &Around) {
        let inner = Around { owner: around.owner.clone(), in_test: true };
        let mut names = Vec::new();
        walk(node, &mut |part| {
            let left = part.child_by_field_name("left").filter(|_| part.kind() == "assignment_expression");
            if let Some(left) = left {
                let name = left.child_by_field_name("property").unwrap_or(left);
                names.push(text_of(name, self.text).to_owned());
            }
            true
        });
        names.sort();
        names.dedup();
        for name in names {
            self.add(&name, node, DefinitionSort::Constant, &inner);
        }
    }
}

fn is_require(call: Node<'_>, text: &str) -> bool {
    call.child_by_field_name("function").is_some_and(|callee| text_of(callee, text) == "require")
}

/// The body of `(function () { … })()`.
fn called_on_the_spot(call: Node<'_>) -> Option<Node<'_>> {
    let mut callee = call.child_by_field_name("function")?;
    if callee.kind() == "member_expression" {
        // `(function () { … }).call(this)`
        callee = callee.child_by_field_name("object")?;
    }
    if callee.kind() == "parenthesized_expression" {
        callee = callee.named_child(0)?;
    }
    if is_function(callee.kind()) { callee.child_by_field_name("body") } else { None }
}

#[cfg(test)]
mod tests {
    use crate::language::{DefinitionSort, language_of};
    use crate::source::SourceFile;

    /// `owner.name`, with `!` for tests and `=` for constants.
    fn defined(file: &str, text: &str) -> Vec<String> {
        let source = SourceFile::parse(file.to_owned(), text.to_owned(), language_of(file).unwrap()).unwrap();
        let found = source.language.definitions(source.tree.root_node(), text);
        let mark = |definition: &crate::language::Definition| match (definition.in_test, definition.sort) {
            (true, _) => "!",
            (_, DefinitionSort::Constant) => "=",
            _ => "",
        };
        found
            .iter()
            .map(|one| {
                let owner = one.owner.as_ref().map_or(String::new(), |owner| format!("{owner}."));
                format!("{}{owner}{}", mark(one), one.name)
            })
            .collect()
    }

    #[test]
    fn functions_are_found_in_all_their_forms() {
        let text = "function a() { function inner() {} }\nconst b = () => 1, c = 2;\nexports.d = function () {};\n\
            module.exports = { e() {}, f: (x) => x, 'g': function () {} };\nA.prototype.h = function () {};\n\
            const i = memo(() => 1);\nconst j = { k() {}, l: { m: () => 1 } };\nvar n = o = require('o');\n\
            q.r = async function () {};\n";
        let expected = ["a", "b", "=c", "d", "e", "f", "g", "A.h", "i", "=j", "j.k", "l.m", "=n", "q.r"];
        assert_eq!(defined("a.js", text), expected);
    }

    #[test]
    fn members_belong_to_their_class_and_exports_to_the_module() {
        let text = "export class A { #x = 1; static y = () => 2; get z() { return 1; } constructor() {} }\n\
            export default function total() {}\nexport const [p] = q();\n";
        let expected = ["A", "=A.x", "A.y", "A.z", "A.constructor", "total", "module.default"];
        assert_eq!(defined("a.js", text), expected);
        assert_eq!(defined("a.js", "module.exports = function (a) {};\n"), ["module.exports"]);
        let text = "abstract class A<T> { private b: number = 1; c(d: T): void {} abstract e(): void; }\n\
            function f(a: string): void;\nfunction f(a: any) {}\nnamespace N { export function g() {} }\n\
            enum E { X }\ninterface I { m(): void }\ntype T = number;\n";
        assert_eq!(defined("a.ts", text), ["A", "=A.b", "A.c", "f", "g", "=E"]);
    }

    #[test]
    fn a_function_that_only_wraps_the_module_is_looked_through() {
        let text = "(function () { function a() {} }());\ndefine(['x'], function (x) { const b = () => x; });\n\
            !function () { var c = function () {}; }();\nif (d) { var e = function () {}; }\n\
            const M = (() => { const f = () => 1; return { g() {}, f }; })();\n";
        assert_eq!(defined("a.js", text), ["a", "b", "c", "e", "M.f", "M.g"]);
    }

    #[test]
    fn tests_are_named_by_their_titles_and_hooks_by_what_they_prepare() {
        let text = "import { describe } from 'vitest';\ndescribe('the cart', () => {\n  let cart;\n\
            beforeEach(() => { cart = make(); });\n  it('adds \\'one\\'', async () => {});\n\
            it.each([1])(`takes ${1}`, (n) => {});\n  describe.skip('inner', function () { test('x', () => {}); });\n\
            function make() {}\n});\ntest.describe('s', () => {});\n";
        let expected = [
            "!the cart",
            "!the cart.cart",
            "!the cart.cart",
            "!the cart.adds 'one'",
            "!the cart.takes ${1}",
            "!the cart.inner",
            "!inner.x",
            "!the cart.make",
            "!s",
        ];
        assert_eq!(defined("a.test.mjs", text), expected);
    }
}

//! JavaScript and TypeScript: three grammars, one set of rules.

mod bindings;
mod definitions;
mod infer;
mod kinds;
mod paths;
mod pattern;
mod places;
mod symbols;
mod titles;
mod vocabulary;

use tree_sitter::Node;

use super::{
    Callee, Definition, Kind, Language, Operands, Reference, Role, Syntax, Variable, Vocabulary, Weighted,
    text_of,
};

/// One of the grammars with the files that it reads.
pub(crate) struct Script {
    name: &'static str,
    extensions: &'static [&'static str],
    grammar: fn() -> tree_sitter::Language,
}

/// JavaScript, with JSX.
pub(crate) static JAVASCRIPT: Script = Script {
    name: "JavaScript",
    extensions: &["js", "mjs", "cjs", "jsx"],
    grammar: || tree_sitter_javascript::LANGUAGE.into(),
};

/// TypeScript, where `<a>b` is a cast.
pub(crate) static TYPESCRIPT: Script = Script {
    name: "TypeScript",
    extensions: &["ts", "mts", "cts"],
    grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
};

/// TypeScript, where `<a>` is an element.
pub(crate) static TSX: Script =
    Script { name: "TSX", extensions: &["tsx"], grammar: || tree_sitter_typescript::LANGUAGE_TSX.into() };

/// Whether the node is a function of any form.
fn is_function(kind: &str) -> bool {
    matches!(
        kind,
        "function_declaration"
            | "generator_function_declaration"
            | "function_expression"
            | "generator_function"
            | "arrow_function"
            | "method_definition"
    )
}

impl Language for Script {
    fn name(&self) -> &'static str {
        self.name
    }

    fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    fn grammar(&self) -> tree_sitter::Language {
        (self.grammar)()
    }

    fn excludes(&self, path: &str) -> bool {
        paths::is_no_source(path)
    }

    fn syntax(&self) -> &'static Syntax {
        &vocabulary::SYNTAX
    }

    fn vocabulary(&self) -> &'static Vocabulary {
        &vocabulary::VOCABULARY
    }

    fn options(&self, callee: &str) -> Weighted {
        vocabulary::options(callee)
    }

    fn literal_variants(&self, node: Node<'_>, text: &str) -> Vec<(String, f64)> {
        if node.kind() == "regex" { pattern::variants(text_of(node, text)) } else { Vec::new() }
    }

    fn lookup_defaults(&self) -> Weighted {
        vocabulary::LOOKUP_DEFAULTS
    }

    fn is_function(&self, node: Node<'_>) -> bool {
        is_function(node.kind())
    }

    fn is_declaration(&self, node: Node<'_>) -> bool {
        matches!(
            node.kind(),
            "lexical_declaration"
                | "variable_declaration"
                | "class_declaration"
                | "import_statement"
                | "export_statement"
                | "enum_declaration"
                | "function_signature"
        )
    }

    fn awaits(&self, function: Node<'_>, text: &str) -> Option<bool> {
        is_function(function.kind()).then(|| {
            let body = function.child_by_field_name("body").map_or(function.end_byte(), |b| b.start_byte());
            let head = text.get(function.start_byte()..body).unwrap_or_default();
            head.split(['(', '<', '=']).next().is_some_and(|head| head.split(' ').any(|word| word == "async"))
        })
    }

    fn role(&self, node: Node<'_>, _text: &str) -> Role {
        role(node)
    }

    fn operands<'t>(&self, node: Node<'t>) -> Option<Operands<'t>> {
        let left = node.child_by_field_name("left")?;
        let right = node.child_by_field_name("right")?;
        let sign = || {
            (0..node.child_count())
                .filter_map(|index| node.child(index))
                .find(|child| !child.is_named() && child.kind() == "=")
        };
        let operator = node.child_by_field_name("operator").or_else(sign)?;
        Some(Operands { left, operator, right })
    }

    fn callee<'t>(&self, node: Node<'t>) -> Option<Callee<'t>> {
        let name =
            node.child_by_field_name("function").or_else(|| node.child_by_field_name("constructor"))?;
        Some(Callee { name, object: None })
    }

    fn is_value(&self, node: Node<'_>, text: &str) -> bool {
        places::is_value(node, text)
    }

    fn kind_of(&self, node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
        kinds::kind_of(node, text, variables)
    }

    fn variables(&self, region: Node<'_>, text: &str) -> Vec<Variable> {
        let mut found = bindings::variables(region, text);
        infer::kinds_from_use(region, text, &mut found);
        found
    }

    fn definitions(&self, root: Node<'_>, text: &str) -> Vec<Definition> {
        definitions::definitions(root, text)
    }

    fn defining_words(&self) -> &'static [&'static str] {
        // `module.exports` defines `exports`, `export default` defines `default`.
        &[
            "function",
            "class",
            "const",
            "let",
            "var",
            "enum",
            "module",
            "exports",
            "export",
            "prototype",
            "static",
            "async",
        ]
    }

    fn defines_before_parentheses(&self) -> bool {
        true
    }

    fn defined_by_line<'a>(&self, line: &'a str) -> Option<&'a str> {
        symbols::assigned_function(line)
    }

    fn references(&self, node: Node<'_>, text: &str) -> Vec<Reference> {
        symbols::references(node, text)
    }

    fn imports(&self, root: Node<'_>, text: &str) -> Vec<String> {
        symbols::imports(root, text)
    }

    fn is_test_path(&self, path: &str) -> bool {
        paths::is_test(path)
    }

    fn has_titled_tests(&self) -> bool {
        true
    }

    fn empty_values(&self, function: Node<'_>, text: &str) -> Vec<String> {
        kinds::empty_values(function, text)
    }

    fn is_implicit(&self, name: &str) -> bool {
        matches!(name, "constructor" | "toString" | "toJSON" | "valueOf" | "render" | "then")
    }

    fn is_inert(&self, node: Node<'_>) -> bool {
        places::is_inert(node.kind())
    }
}

fn role(node: Node<'_>) -> Role {
    match node.kind() {
        // The constructor's name is a place, not a value.
        "identifier" if node.parent().is_some_and(|parent| parent.kind() == "new_expression") => Role::Other,
        "identifier" | "this" => Role::Name,
        "number" => Role::Integer,
        "string" => Role::Text,
        "template_string" if node.named_child_count() <= 1 && !has_substitution(node) => Role::Text,
        "true" | "false" => Role::Boolean,
        "null" | "undefined" => Role::Nothing,
        "binary_expression" => binary_role(node),
        "unary_expression" => match node.child(0).map(|operator| operator.kind()) {
            Some("!") => Role::Not,
            Some("-") => Role::Minus,
            _ => Role::OtherValue,
        },
        "variable_declarator" | "assignment_expression" => Role::Assign,
        "augmented_assignment_expression" | "update_expression" => Role::Augment,
        "call_expression" | "new_expression" => Role::Call,
        "arguments" => Role::Arguments,
        "member_expression" => Role::Member,
        "subscript_expression" => Role::Index,
        "array" | "object" => Role::Sequence,
        "pair" => Role::Entry,
        "parenthesized_expression" => Role::Group,
        "ternary_expression" => Role::Choice,
        "arrow_function" | "function_expression" | "generator_function" => Role::Lambda,
        "return_statement" => Role::Return,
        "break_statement" | "continue_statement" | "throw_statement" => Role::Leave,
        "if_statement" => Role::If,
        "while_statement" | "do_statement" => Role::While,
        "for_statement" | "for_in_statement" => Role::For,
        "statement_block" | "switch_case" | "switch_default" => Role::Block,
        "await_expression"
        | "template_string"
        | "as_expression"
        | "satisfies_expression"
        | "non_null_expression"
        | "regex"
        | "yield_expression"
        | "class" => Role::OtherValue,
        _ => Role::Other,
    }
}

fn has_substitution(node: Node<'_>) -> bool {
    node.named_child(0).is_some_and(|child| child.kind() == "template_substitution")
}

fn binary_role(node: Node<'_>) -> Role {
    match node.child_by_field_name("operator").map(|operator| operator.kind()) {
        Some("==" | "!=" | "===" | "!==" | "<" | "<=" | ">" | ">=" | "in" | "instanceof") => Role::Compare,
        Some("&&" | "||" | "??") => Role::Logic,
        _ => Role::Arithmetic,
    }
}

#[cfg(test)]
mod tests {
    use crate::language::{language_of, walk};
    use crate::scope::Scope;
    use crate::source::SourceFile;
    use crate::template::{Proposals, Site, TEMPLATES};

    const TANGLE: &str = "import a, {b as c} from './ü';\nexport default class ö<T> extends b { #x = `${'é'}`; \
        static { this.y++; } async *z([q, {w: [e = 1]}], ...r): Promise<T[]> { for await (const t of r) { \
        switch (t) { case '': return t?.[q] ?? -1; default: throw new Error(`a${w}`); } } } }\n\
        describe.each`a|b`('ä %s', function () { it(`${c}`, async () => { x.y = (d) => d ** 2 || !e; }) });\n\
        label: do { (function ($) { module.exports = $.fn = ({a, ...b} = {}) => (a, b) }).call(this) } while (!'')";

    /// Half a file, and no file at all, must not trip anything.
    #[test]
    fn any_piece_of_a_file_can_be_read() {
        for file in ["a.js", "a.ts", "a.tsx"] {
            let cuts = TANGLE.char_indices().map(|(at, _)| at).step_by(41);
            for cut in cuts.chain([TANGLE.len()]) {
                let (head, tail) = TANGLE.split_at(cut);
                read(file, head);
                read(file, tail);
            }
        }
    }

    fn read(file: &str, text: &str) {
        let language = language_of(file).unwrap();
        let source = SourceFile::parse(file.to_owned(), text.to_owned(), language).unwrap();
        let root = source.tree.root_node();
        for definition in language.definitions(root, text) {
            assert!(text.get(definition.span).is_some());
        }
        language.references(root, text);
        language.imports(root, text);
        let scope = Scope::read(&source, root, "ü 'x'");
        let mut out = Proposals::default();
        walk(root, &mut |node| {
            for template in TEMPLATES {
                (template.propose)(&Site::new(node, &scope), &mut out);
            }
            true
        });
    }
}

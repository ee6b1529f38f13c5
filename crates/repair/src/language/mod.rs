//! What the search has to know about a language. One folder per language; templates ask in terms of
//! [`Role`] and [`Kind`] and so serve every language that answers.

mod cpp;
mod go;
mod idioms;
mod java;
mod javascript;
mod kind;
mod names;
mod python;
mod role;
mod rust;
pub(crate) mod switch;
pub(crate) mod trace;
pub(crate) mod vocabulary;

use std::borrow::Cow;
use std::ops::Range;

use tree_sitter::Node;

pub(crate) use cpp::{C, CPP};
pub(crate) use go::Go;
pub(crate) use idioms::{Idioms, both};
pub(crate) use java::Java;
pub(crate) use kind::Kind;
pub(crate) use names::{Definition, DefinitionSort, Reference, Variable, has_word};
pub(crate) use python::Python;
pub(crate) use role::{Callee, Operands, Role};
pub(crate) use rust::Rust;
pub(crate) use switch::Switch;
pub(crate) use trace::Trace;
pub(crate) use vocabulary::{Blocks, Syntax, Vocabulary, Weighted, filled};

/// Everything the search asks of a language.
pub(crate) trait Language: Sync {
    /// Name, for people.
    fn name(&self) -> &'static str;
    /// File name extensions without the dot.
    fn extensions(&self) -> &'static [&'static str];
    /// Whether a file with such a name is none to be read: declarations, products of tools.
    fn excludes(&self, _path: &str) -> bool {
        false
    }
    /// The grammar.
    fn grammar(&self) -> tree_sitter::Language;
    /// The text to parse: of the same length, so that every byte offset holds.
    fn masked<'a>(&self, text: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(text)
    }
    /// Its spelling.
    fn syntax(&self) -> &'static Syntax;
    /// What its library offers to candidates.
    fn vocabulary(&self) -> &'static Vocabulary;
    /// What it offers besides.
    fn idioms(&self) -> &'static Idioms {
        &Idioms::NONE
    }
    /// Arguments that callers of a well-known function forget.
    fn options(&self, callee: &str) -> Weighted {
        (self.idioms().options)(callee)
    }
    /// What to take where a look-up finds nothing, as forms around it: `({} ?? 0)`.
    fn lookup_defaults(&self) -> Weighted {
        &[]
    }
    /// What a literal of a kind that only the language has may have been meant to be.
    fn literal_variants(&self, _node: Node<'_>, _text: &str) -> Vec<(String, f64)> {
        Vec::new()
    }
    /// Whether a function may `await` in its body; `None`: the node is no function, or there is no such thing.
    fn awaits(&self, _function: Node<'_>, _text: &str) -> Option<bool> {
        None
    }
    /// What a node is for.
    fn role(&self, node: Node<'_>, text: &str) -> Role;
    /// Left, operator, right of a comparison, arithmetic, logic, augmented or plain assignment.
    fn operands<'t>(&self, node: Node<'t>) -> Option<Operands<'t>>;
    /// What a call calls; its arguments are in the field of that name.
    fn callee<'t>(&self, node: Node<'t>) -> Option<Callee<'t>> {
        Some(Callee { name: node.child_by_field_name("function")?, object: None })
    }
    /// The collection and the one index of `a[i]`.
    fn subscript<'t>(&self, node: Node<'t>) -> Option<(Node<'t>, Node<'t>)> {
        if let [whole, index] = parts(node)[..] { Some((whole, index)) } else { None }
    }
    /// Whether the node defines a function with a body of its own.
    fn is_function(&self, node: Node<'_>) -> bool;
    /// How several bodies come into one function, where candidates are compiled together.
    fn switch(&self) -> Option<&'static Switch> {
        None
    }
    /// How it notes which of its blocks run.
    fn trace(&self) -> Option<&'static Trace> {
        None
    }
    /// Whether the statement declares what others use, so that to delete it never helps.
    fn is_declaration(&self, _node: Node<'_>) -> bool {
        false
    }
    /// Whether the node is a value that may be replaced by another one; not so names that are bound,
    /// callees, types, keywords.
    fn is_value(&self, node: Node<'_>, text: &str) -> bool;
    /// The rough type of a value.
    fn kind_of(&self, node: Node<'_>, text: &str, variables: &[Variable]) -> Kind;
    /// Names that the region binds, in order.
    fn variables(&self, region: Node<'_>, text: &str) -> Vec<Variable>;
    /// Functions, types and constants of a file.
    fn definitions(&self, root: Node<'_>, text: &str) -> Vec<Definition>;
    /// Keywords that stand before the name that they define.
    fn defining_words(&self) -> &'static [&'static str];
    /// Whether functions are defined without a keyword: `int f(`.
    fn defines_before_parentheses(&self) -> bool {
        false
    }
    /// A name that the line defines in a way of the language's own: `total: function (`.
    fn defined_by_line<'a>(&self, _line: &'a str) -> Option<&'a str> {
        None
    }
    /// Keywords of a line that may declare a field or a constant with a value.
    fn field_words(&self) -> &'static [&'static str] {
        &[]
    }
    /// Whether members of a type are used inside of it without naming the object.
    fn has_implicit_receiver(&self) -> bool {
        false
    }
    /// Names that a node uses and that may be defined elsewhere in the project.
    fn references(&self, node: Node<'_>, text: &str) -> Vec<Reference>;
    /// Last parts of the modules that a file imports, and the names it imports.
    fn imports(&self, root: Node<'_>, text: &str) -> Vec<String>;
    /// Whether the path is one of a test.
    fn is_test_path(&self, path: &str) -> bool;
    /// Whether tests are calls with a title, and an id is a row of titles.
    fn has_titled_tests(&self) -> bool {
        false
    }
    /// Value of an innocent early exit, for a function that returns what `function` does.
    fn empty_values(&self, function: Node<'_>, text: &str) -> Vec<String>;
    /// Members every type has that a test may use without naming them: `__init__`, `eq`.
    fn is_implicit(&self, name: &str) -> bool;
    /// Whether nothing below the node is worth a candidate: annotations, which do not run.
    fn is_inert(&self, _node: Node<'_>) -> bool {
        false
    }
    /// The node around another one that says what it is there for: not a list that holds nothing else.
    fn parent<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        node.parent()
    }
    /// The statement or function that a list of statements belongs to.
    fn owner_of_block<'t>(&self, block: Node<'t>) -> Option<Node<'t>> {
        block.parent()
    }
    /// Whether the node is a condition that no field of the grammar says so of.
    fn is_condition(&self, _node: Node<'_>) -> bool {
        false
    }
    /// The span of `a:b` in `v[a:b]`, where the grammar has no node for it.
    fn slice_bounds(&self, _node: Node<'_>) -> Option<Range<usize>> {
        None
    }
    /// Pieces of a list or text, as a slice takes them: `{}[1:]`.
    fn pieces(&self) -> vocabulary::Weighted {
        &[]
    }
    /// Whether the name before a dot is that of a module, not of an object.
    fn is_module(&self, _node: Node<'_>, _text: &str) -> bool {
        false
    }
    /// Whether the files of a folder see each other without an import.
    fn shares_folder(&self) -> bool {
        false
    }
    /// What else has to be changed in `text` so that its imports serve the candidate `changed`.
    fn mended_imports(&self, _root: Node<'_>, _text: &str, _changed: &str) -> Vec<(Range<usize>, String)> {
        Vec::new()
    }
    /// Whether [`Language::complaints`] knows types, so that templates may be as free as where nothing checks them.
    fn knows_types(&self) -> bool {
        false
    }
    /// What a compiler would refuse in the declaration around byte `at`, as far as the file tells: a candidate with
    /// more of it than the unchanged file is not worth a build.
    fn complaints(&self, _root: Node<'_>, _text: &str, _at: usize) -> usize {
        0
    }
    /// Number types that may be meant where the node is a written one.
    fn number_types(&self, node: Node<'_>, text: &str) -> Weighted {
        if node.kind().ends_with("_type") { (self.idioms().number_types)(text_of(node, text)) } else { &[] }
    }
    /// Whether a text is changed in place as a list is: sorted, shortened.
    fn texts_are_lists(&self) -> bool {
        false
    }
    /// Unordered types with the ordered ones that may stand for them.
    fn ordered_types(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }
    /// Whether characters are calculated with as numbers are.
    fn characters_are_numbers(&self) -> bool {
        false
    }
    /// First byte of the node, including a prefix that [`Language::masked`] hid.
    fn start(&self, node: Node<'_>, _text: &str) -> usize {
        node.start_byte()
    }
}

impl std::fmt::Debug for dyn Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Every language.
pub(crate) static LANGUAGES: &[&dyn Language] = &[
    &Python,
    &Rust,
    &Go,
    &Java,
    &javascript::JAVASCRIPT,
    &javascript::TYPESCRIPT,
    &javascript::TSX,
    &CPP,
    &C,
];

/// The language of a path.
pub(crate) fn language_of(path: &str) -> Option<&'static dyn Language> {
    let (_, extension) = path.rsplit_once('.')?;
    LANGUAGES
        .iter()
        .copied()
        .find(|language| language.extensions().contains(&extension) && !language.excludes(path))
}

/// Name of the field that `node` fills in its parent.
pub(crate) fn field_of<'t>(node: Node<'t>) -> Option<&'t str> {
    let parent = node.parent()?;
    (0..parent.child_count())
        .find(|&index| parent.child(index).is_some_and(|child| child.id() == node.id()))
        .and_then(|index| parent.field_name_for_child(index))
}

/// Calls `visit` for `node` and everything below it, parents first. False: do not go below.
pub(crate) fn walk<'t>(node: Node<'t>, visit: &mut dyn FnMut(Node<'t>) -> bool) {
    if visit(node) {
        for index in 0..node.named_child_count() {
            if let Some(child) = u32::try_from(index).ok().and_then(|index| node.named_child(index)) {
                walk(child, visit);
            }
        }
    }
}

/// Named children that are no comments.
pub(crate) fn parts<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.is_extra()).collect()
}

/// Text of a node; empty where the text is not the one that was parsed.
pub(crate) fn text_of<'a>(node: Node<'_>, text: &'a str) -> &'a str {
    text.get(node.byte_range()).unwrap_or_default()
}

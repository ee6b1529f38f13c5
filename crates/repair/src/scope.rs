//! The vocabulary of one region: what a candidate there may be made of.

use std::collections::BTreeMap;

use tree_sitter::Node;

use crate::language::{Kind, Role, Variable, field_of, parts, text_of, walk};
use crate::source::SourceFile;

/// A value that occurs in the region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expression {
    pub(crate) text: String,
    pub(crate) kind: Kind,
    pub(crate) role: Role,
}

/// Names, literals and expressions in reach of a region.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) file: &'a SourceFile,
    /// The function or statement that is searched.
    pub(crate) root: Node<'a>,
    /// Everything it binds.
    pub(crate) variables: Vec<Variable>,
    /// Integer literals in it and in the failure's message.
    pub(crate) integers: Vec<String>,
    /// Contents of string literals in it.
    pub(crate) texts: Vec<String>,
    /// Small values in it.
    pub(crate) expressions: Vec<Expression>,
    /// Functions called in the file or defined there, with the number of arguments when called.
    pub(crate) callees: Vec<(String, Option<usize>)>,
    /// Members by object: `self` has `total`, `count`.
    pub(crate) members: BTreeMap<String, Vec<String>>,
    /// Words of comments, docstrings and the failure's message.
    pub(crate) words: Vec<String>,
    /// Values for an early exit.
    pub(crate) empty_values: Vec<String>,
    /// Names bound outside of functions: constants, in order.
    pub(crate) globals: Vec<Variable>,
}

impl<'a> Scope<'a> {
    /// Reads the vocabulary of `root`. `message` is what the failure says.
    pub(crate) fn read(file: &'a SourceFile, root: Node<'a>, message: &str) -> Self {
        let language = file.language;
        let mut scope = Scope {
            file,
            root,
            variables: language.variables(root, &file.text),
            integers: Vec::new(),
            texts: Vec::new(),
            expressions: Vec::new(),
            callees: Vec::new(),
            members: BTreeMap::new(),
            words: Vec::new(),
            empty_values: language.empty_values(root, &file.text),
            globals: Vec::new(),
        };
        scope.read_file();
        scope.read_region();
        scope.read_message(message);
        scope
    }

    fn read_file(&mut self) {
        let file = self.file;
        let root = file.tree.root_node();
        for definition in file.language.definitions(root, &file.text) {
            match definition.sort {
                crate::language::DefinitionSort::Function
                    if definition.owner.is_none()
                        || (file.language.has_implicit_receiver()
                            && definition.owner.as_ref() != Some(&definition.name)) =>
                {
                    self.callees.push((definition.name, None));
                }
                crate::language::DefinitionSort::Constant if definition.owner.is_none() => {
                    self.globals.push(Variable {
                        name: definition.name,
                        kind: Kind::Unknown,
                        from: 0,
                        until: usize::MAX,
                    });
                }
                _ => {}
            }
        }
        walk(root, &mut |node| {
            match file.language.role(node, &file.text) {
                Role::Member => {
                    let object = parts(node).first().map_or("", |object| text_of(*object, &file.text));
                    let called = field_of(node) == Some("function");
                    if !called
                        && object.len() < 40
                        && let Some(member) = parts(node).last()
                    {
                        let members = self.members.entry(object.to_owned()).or_default();
                        push_new(members, text_of(*member, &file.text), 30);
                    }
                }
                Role::Call => {
                    let callee = file.language.callee(node).filter(|callee| callee.object.is_none());
                    let callee = callee.map(|callee| callee.name).filter(|callee| {
                        matches!(file.language.role(*callee, &file.text), Role::Name | Role::OtherValue)
                    });
                    if let Some(callee) = callee {
                        let count = node.child_by_field_name("arguments").map(|list| parts(list).len());
                        let entry = (text_of(callee, &file.text).to_owned(), count);
                        if self.callees.len() < 80 && !self.callees.contains(&entry) {
                            self.callees.push(entry);
                        }
                    }
                }
                _ => {}
            }
            true
        });
    }

    fn read_region(&mut self) {
        let file = self.file;
        let text = &file.text;
        walk(self.root, &mut |node| {
            if file.language.is_inert(node) {
                return false;
            }
            let source = text_of(node, text);
            match file.language.role(node, text) {
                Role::Integer => push_new(&mut self.integers, source, 40),
                Role::Text => {
                    push_new(&mut self.texts, content_of(source), 40);
                    if !file.language.is_value(node, text) {
                        self.read_words(source);
                    }
                }
                Role::Character if file.language.characters_are_numbers() => {
                    push_new(&mut self.texts, content_of(source), 40);
                }
                _ if node.is_extra() => self.read_words(source),
                _ => {}
            }
            if file.language.is_value(node, text) && source.len() <= 60 && !source.contains('\n') {
                let expression = Expression {
                    text: source.to_owned(),
                    kind: file.language.kind_of(node, text, &self.variables),
                    role: file.language.role(node, text),
                };
                if self.expressions.len() < 120 && !self.expressions.contains(&expression) {
                    self.expressions.push(expression);
                }
            }
            true
        });
    }

    fn read_words(&mut self, text: &str) {
        for word in text.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '-') {
            if word.len() >= 2 && word.len() <= 30 {
                push_new(&mut self.words, word, 200);
            }
        }
    }

    fn read_message(&mut self, message: &str) {
        let message: String = message.chars().take(2000).collect();
        self.read_words(&message);
    }

    /// Variables that are bound at `byte`, the last binding of a name only.
    pub(crate) fn variables_at(&self, byte: usize) -> Vec<&Variable> {
        let mut seen: Vec<&Variable> = Vec::new();
        for variable in self.variables.iter().rev() {
            if variable.from <= byte
                && byte <= variable.until
                && !seen.iter().any(|other| other.name == variable.name)
            {
                seen.push(variable);
            }
        }
        seen.reverse();
        seen
    }

    /// Rough type of a node of the region.
    pub(crate) fn kind_of(&self, node: Node<'_>) -> Kind {
        self.file.language.kind_of(node, &self.file.text, &self.variables)
    }
}

fn push_new(list: &mut Vec<String>, text: &str, limit: usize) {
    if list.len() < limit && !list.iter().any(|known| known == text) {
        list.push(text.to_owned());
    }
}

/// What stands between the quotes.
pub(crate) fn content_of(literal: &str) -> &str {
    let body = literal.trim_start_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '#');
    for quotes in ["\"\"\"", "'''", "\"", "'", "`"] {
        if let Some(inner) = body.strip_prefix(quotes) {
            return inner.strip_suffix(quotes).unwrap_or(inner);
        }
    }
    body
}

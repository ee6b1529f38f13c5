//! Kinds of names that nothing declares, from how they are used: `a.push(…)` makes `a` a list.

use tree_sitter::Node;

use super::kinds::kind_of;
use crate::language::{Kind, Variable, text_of, walk};

/// In larger regions nothing is inferred.
const MAX_VARIABLES: usize = 800;

/// Votes for the kinds of one variable.
#[derive(Debug, Default, Clone, Copy)]
struct Votes {
    text: u32,
    list: u32,
    number: u32,
    boolean: u32,
    function: u32,
}

impl Votes {
    fn winner(self) -> Kind {
        let ballot = [
            (self.text, Kind::Text),
            (self.list, Kind::List),
            (self.number, Kind::Integer),
            (self.function, Kind::Function),
            (self.boolean, Kind::Boolean),
        ];
        let most = ballot.iter().map(|(votes, _)| *votes).max().unwrap_or(0);
        // A tie says nothing.
        let mut first = ballot.into_iter().filter(|(votes, _)| *votes == most && most > 0);
        match (first.next(), first.next()) {
            (Some((_, kind)), None) => kind,
            _ => Kind::Unknown,
        }
    }
}

/// Gives every variable of unknown kind the one that its uses point to.
pub(super) fn kinds_from_use(region: Node<'_>, text: &str, variables: &mut [Variable]) {
    // A whole bundle in one function: to look at it all costs more than it tells.
    if variables.len() > MAX_VARIABLES {
        return;
    }
    let mut votes = vec![Votes::default(); variables.len()];
    walk(region, &mut |node| {
        if node.kind() == "identifier" {
            let (name, at) = (text_of(node, text), node.start_byte());
            let bound = variables
                .iter()
                .rposition(|variable| variable.name == name && variable.from <= at && at <= variable.until);
            if let Some(index) = bound.filter(|index| variables[*index].kind == Kind::Unknown) {
                vote(node, text, variables, &mut votes[index]);
            }
        }
        true
    });
    for (variable, votes) in variables.iter_mut().zip(votes) {
        if variable.kind == Kind::Unknown {
            variable.kind = votes.winner();
        }
    }
}

fn vote(node: Node<'_>, text: &str, variables: &[Variable], votes: &mut Votes) {
    let Some(parent) = node.parent() else { return };
    let is = |field: &str| parent.child_by_field_name(field).is_some_and(|child| child.id() == node.id());
    match parent.kind() {
        "member_expression" if is("object") => {
            let property = parent.child_by_field_name("property").map_or("", |name| text_of(name, text));
            member(property, votes);
        }
        "subscript_expression" if is("index") => votes.number += 1,
        "subscript_expression" => votes.list += 1,
        "for_in_statement" if is("right") => votes.list += 1,
        "spread_element" => votes.list += 1,
        "update_expression" => votes.number += 3,
        "call_expression" if is("function") => votes.function += 5,
        "unary_expression" => match parent.child(0).map(|operator| operator.kind()) {
            Some("-" | "+" | "~") => votes.number += 2,
            Some("!") => votes.boolean += 1,
            _ => {}
        },
        "binary_expression" => {
            let other = if is("left") { "right" } else { "left" };
            let other = parent
                .child_by_field_name(other)
                .map_or(Kind::Unknown, |other| kind_of(other, text, variables));
            let operator = parent.child_by_field_name("operator").map_or("", |operator| operator.kind());
            operand(operator, &other, votes);
        }
        "arguments" => argument(parent, text, votes),
        _ => {}
    }
}

/// What a member says about the object that has it.
fn member(property: &str, votes: &mut Votes) {
    match property {
        "push" | "pop" | "shift" | "unshift" | "splice" | "map" | "filter" | "forEach" | "reduce"
        | "reduceRight" | "sort" | "reverse" | "join" | "some" | "every" | "find" | "findIndex" | "fill"
        | "flat" | "flatMap" | "entries" | "keys" | "values" => votes.list += 5,
        "toLowerCase" | "toUpperCase" | "charAt" | "charCodeAt" | "split" | "trim" | "replace"
        | "replaceAll" | "substring" | "substr" | "startsWith" | "endsWith" | "padStart" | "padEnd"
        | "repeat" | "match" | "localeCompare" | "codePointAt" | "trimStart" | "trimEnd" => votes.text += 5,
        "toFixed" | "toPrecision" => votes.number += 5,
        "length" | "slice" | "includes" | "indexOf" | "lastIndexOf" | "concat" | "at" => {
            votes.list += 2;
            votes.text += 1;
        }
        "call" | "apply" | "bind" => votes.function += 3,
        _ => {}
    }
}

fn operand(operator: &str, other: &Kind, votes: &mut Votes) {
    match (operator, other) {
        ("===" | "!==" | "==" | "!=" | "+" | "<" | ">" | "<=" | ">=", Kind::Text) => votes.text += 2,
        ("-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>", _) => votes.number += 3,
        ("<" | ">" | "<=" | ">=", _) => votes.number += 2,
        ("===" | "!==" | "==" | "!=" | "+", Kind::Integer | Kind::Float) => votes.number += 2,
        _ => {}
    }
}

/// What a well-known function takes.
fn argument(list: Node<'_>, text: &str, votes: &mut Votes) {
    let callee = list.parent().and_then(|call| call.child_by_field_name("function"));
    match callee.map_or("", |callee| text_of(callee, text)) {
        "parseInt" | "parseFloat" => votes.text += 2,
        "Number.isInteger" | "isNaN" | "String.fromCharCode" => votes.number += 2,
        name if name.starts_with("Math.") => votes.number += 3,
        "Array.isArray" | "Array.from" => votes.list += 1,
        _ => {}
    }
}

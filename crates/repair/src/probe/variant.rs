//! Other values of the same type, near to the written one and far from it.

use tree_sitter::Node;

use crate::language::{Role, parts, text_of};
use crate::scope::content_of;
use crate::source::SourceFile;

/// Longest text and list that are changed, in bytes.
const LONGEST: usize = 2000;

/// What may stand in the place of `node`, the most telling first; empty where it is no written value.
pub(super) fn variants(source: &SourceFile, node: Node<'_>, role: Role) -> Vec<String> {
    let text = text_of(node, &source.text);
    if text.len() > LONGEST {
        return Vec::new();
    }
    let dynamic = source.language.syntax().dynamic;
    let mut found = match role {
        Role::Integer => integers(text, dynamic),
        Role::Float => floats(text),
        Role::Text => texts(text),
        Role::Boolean => booleans(text),
        Role::Sequence => lists(source, node, dynamic),
        _ => Vec::new(),
    };
    let mut seen = vec![text.to_owned()];
    found.retain(|one| {
        !seen.contains(one) && {
            seen.push(one.clone());
            true
        }
    });
    found
}

/// Where types are checked, a number may be one without a sign.
fn integers(text: &str, dynamic: bool) -> Vec<String> {
    let (digits, sign) = text.strip_prefix('-').map_or((text, 1), |rest| (rest, -1));
    let length = digits.len() - digits.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let (digits, suffix) = digits.split_at(length);
    let Ok(value) = digits.parse::<i64>().map(|value| value * sign) else { return Vec::new() };
    if suffix.starts_with(['x', 'b', 'o', 'X', 'B', 'O', '_', '.']) {
        return Vec::new();
    }
    let values =
        [value + 1, value - 1, value.saturating_mul(2), 0, -value, value / 2, value.saturating_add(7)];
    let fits = |one: &i64| dynamic || value < 0 || *one >= 0;
    values.into_iter().filter(fits).map(|one| format!("{one}{suffix}")).collect()
}

fn floats(text: &str) -> Vec<String> {
    let Ok(value) = text.parse::<f64>() else { return Vec::new() };
    let values = [value + 1.0, -value, value * 2.0, 0.0, value / 2.0];
    values.into_iter().filter(|one| one.is_finite()).map(|one| format!("{one:?}")).collect()
}

fn booleans(text: &str) -> Vec<String> {
    let other = match text {
        "true" => "false",
        "false" => "true",
        "True" => "False",
        "False" => "True",
        _ => return Vec::new(),
    };
    vec![other.to_owned()]
}

fn texts(literal: &str) -> Vec<String> {
    let content = content_of(literal);
    let at = if content.is_empty() { Some(literal.len().div_ceil(2)) } else { literal.find(content) };
    let Some(at) = at.filter(|_| !content.contains(['\\', '\n', '{', '%'])) else { return Vec::new() };
    let (Some(head), Some(tail)) = (literal.get(..at), literal.get(at + content.len()..)) else {
        return Vec::new();
    };
    let letters: Vec<char> = content.chars().collect();
    let text = |letters: &[char]| letters.iter().collect::<String>();
    let swapped: String = letters.iter().map(|letter| swap_case(*letter)).collect();
    let mut found = Vec::new();
    if let [first, rest @ ..] = letters.as_slice() {
        found.extend([
            text(rest),
            format!("{content}{first}"),
            text(&letters[..letters.len() - 1]),
            letters.iter().rev().collect(),
            swapped,
            format!("{content} {content}"),
            String::new(),
        ]);
    } else {
        found.extend(["a", " ", "Ab1", "-1"].map(str::to_owned));
    }
    found.push(format!("{content}1z"));
    found.into_iter().map(|other| format!("{head}{other}{tail}")).collect()
}

fn swap_case(letter: char) -> char {
    if letter.is_ascii_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
}

/// Where types are checked, an empty list may have none.
fn lists(source: &SourceFile, node: Node<'_>, dynamic: bool) -> Vec<String> {
    let members = parts(node);
    let (Some(first), Some(last)) = (members.first(), members.last()) else { return Vec::new() };
    let part = |from: usize, to: usize| source.text.get(from..to).unwrap_or_default();
    let (head, tail) = (part(node.start_byte(), first.start_byte()), part(last.end_byte(), node.end_byte()));
    let texts: Vec<&str> = members.iter().map(|member| text_of(*member, &source.text)).collect();
    let made = |those: Vec<&str>| format!("{head}{}{tail}", those.join(", "));
    let count = texts.len();
    let mut found = Vec::new();
    if count > 1 {
        found.push(made(texts[1..].to_vec()));
        found.push(made(texts.iter().rev().copied().collect()));
        found.push(made(texts[..count - 1].to_vec()));
    }
    found.push(made(texts.iter().copied().chain(texts.first().copied()).collect()));
    if count > 2 {
        let mut swapped = texts.clone();
        swapped.swap(0, 1);
        found.push(made(swapped));
    }
    if dynamic {
        found.push(made(Vec::new()));
    }
    found
}

//! `"yes"` to `"Yes"`: the wrong text.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;
use crate::scope::content_of;

pub(super) static TEMPLATE: Template = Template {
    id: "text",
    doc: "Replaces a text by its variants: case, blanks, order, one character less, or another text in reach.",
    prior: 0.55,
    trust: 0.9,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        python("def f():\n    return 'yes'\n", "def f():\n    return 'Yes'\n"),
        python("def f(a):\n    return a == ' I'\n", "def f(a):\n    return a == 'I '\n"),
        python("def f(a):\n    return a.split(',')\n", "def f(a):\n    return a.split(' ')\n"),
        python("def f(a):\n    return a + 'E+'\n", "def f(a):\n    return a + 'E'\n"),
        python(
            "def f(a):\n    return a in 'ab' and a == 'x'\n",
            "def f(a):\n    return a in 'abAB' and a == 'x'\n",
        ),
        rust("fn f() -> char { '.' }\n", "fn f() -> char { ',' }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    for (other, weight) in site.scope.file.language.literal_variants(site.node, &site.scope.file.text) {
        out.replace(site, site.node, other, weight);
    }
    if !matches!(site.role, Role::Text | Role::Character) || !site.is_value {
        return;
    }
    let literal = site.text();
    let content = content_of(literal);
    // An empty text stands between its quotes.
    let place = if content.is_empty() { Some(literal.len().div_ceil(2)) } else { literal.find(content) };
    let Some(start) = place.filter(|_| content.len() <= 120 && !content.contains('\n')) else { return };
    let (Some(head), Some(tail)) = (literal.get(..start), literal.get(start + content.len()..)) else {
        return;
    };
    let mut seen = vec![content.to_owned()];
    for (other, weight) in variants(site, content) {
        let fits = site.role == Role::Text || other.chars().count() == 1;
        if fits && !other.contains(['"', '\'', '\n', '`']) && !seen.contains(&other) {
            out.replace(site, site.node, format!("{head}{other}{tail}"), weight);
            seen.push(other);
        }
    }
}

fn variants(site: &Site<'_>, content: &str) -> Vec<(String, f64)> {
    let letters: Vec<char> = content.chars().collect();
    let reversed: String = letters.iter().rev().collect();
    let mut found: Vec<(String, f64)> = Vec::new();
    if content.chars().any(char::is_alphabetic) {
        found.push((capitalised(content), 0.8));
        found.push((content.to_lowercase(), 0.8));
        found.push((content.to_uppercase(), 0.7));
    }
    found.push((content.trim().to_owned(), 0.7));
    if letters.len() <= 3 {
        found.push((reversed, 0.5));
    }
    if letters.len() <= 1 {
        for other in [" ", ",", "", "-", "_", ".", ":", ";", "/", "\\n", "0", "1"] {
            found.push((other.to_owned(), if matches!(other, " " | "," | "") { 0.5 } else { 0.2 }));
        }
    }
    // One character less: the last, the first, then any.
    if (1..=12).contains(&letters.len()) {
        for drop in (0..letters.len()).rev() {
            let rest =
                letters.iter().enumerate().filter(|(index, _)| *index != drop).map(|(_, letter)| letter);
            let weight = if drop + 1 == letters.len() || drop == 0 { 0.5 } else { 0.15 };
            found.push((rest.collect(), weight));
        }
    }
    if (1..40).contains(&letters.len()) && !content.contains(' ') {
        found.push((format!("{content}{}", content.to_uppercase()), 0.25));
        found.push((format!("{}{content}", content.to_uppercase()), 0.1));
    }
    for blank in [format!("{content} "), format!(" {content}")] {
        found.push((blank, 0.3));
    }
    for other in site.scope.texts.iter().take(20) {
        found.push((other.clone(), 0.35));
        if other.chars().count() == 1 {
            found.push((format!("{content}{other}"), 0.2));
        }
    }
    found.extend(near_words(site, content));
    found
}

/// Words of the documentation and the message that look like a misspelling of the text, or as short as it.
fn near_words(site: &Site<'_>, content: &str) -> Vec<(String, f64)> {
    let mut found = Vec::new();
    for word in &site.scope.words {
        if content.len() >= 3 && is_near(word, content) {
            found.push((word.clone(), 0.6));
        }
    }
    found
}

/// At most two letters differ, or only the case.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) =
        (a.to_lowercase().chars().collect(), b.to_lowercase().chars().collect());
    if a.len().abs_diff(b.len()) > 2 {
        return false;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, letter) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for column in 0..b.len() {
            let substitution = diagonal + usize::from(*letter != b[column]);
            diagonal = row[column + 1];
            row[column + 1] = substitution.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[b.len()] <= 2.min(b.len() / 2)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

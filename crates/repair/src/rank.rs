//! Which survivor to show first: the small, the trustworthy, the early one; never the convenient one.

use crate::candidate::fingerprint;
use crate::generate::{Candidate, template_of};
use crate::language::has_word;
use crate::prior::changed_lines;
use crate::source::SourceFile;
use crate::{Edit, Survivor};

/// Makes a survivor of a candidate that passed.
pub(crate) fn survivor(source: &SourceFile, candidate: &Candidate, edited: &str) -> Survivor {
    let first = candidate.edits.first().map_or(0, |edit| edit.start);
    let (before, after) = changed_lines(&source.text, edited);
    let (before, after) = (before.join("\n"), after.join("\n"));
    let mut cautions: Vec<String> =
        template_of(candidate).and_then(|template| template.caution).map(str::to_owned).into_iter().collect();
    let added: String = candidate.edits.iter().map(|edit| edit.replacement.as_str()).collect();
    let removed: String = candidate.edits.iter().map(|edit| edit.original.as_str()).collect();
    for (sign, text) in [
        ("an exit was removed", ["return", "raise", "throw", "break", "continue"].as_slice()),
        ("an assertion was removed", &["assert"]),
    ] {
        if text.iter().any(|word| has_word(&removed, word) && !has_word(&added, word)) {
            cautions.push(sign.to_owned());
        }
    }
    if candidate.edits.len() > 1 && candidate.description.contains(", and ") {
        cautions.push("two independent changes were needed".to_owned());
    }
    Survivor {
        file: source.path.clone(),
        line: source.line_of(first),
        function: candidate.function.clone(),
        description: candidate.description.clone(),
        template: candidate.template.to_owned(),
        before,
        after,
        edits: candidate.edits.clone(),
        fingerprint: fingerprint(&source.text),
        score: value(candidate, cautions.len()),
        cautions,
    }
}

/// Trust in the kind of change, less for size and for every caution; the search order breaks near ties.
fn value(candidate: &Candidate, cautions: usize) -> f64 {
    let trust = template_of(candidate).map_or(0.3, |template| template.trust);
    let size: usize = candidate.edits.iter().map(size_of).sum();
    let smallness = 1.0 / (1.0 + 0.08 * size.saturating_sub(2) as f64);
    let penalty = 0.7_f64.powi(i32::try_from(cautions).unwrap_or(8));
    trust * smallness * penalty * candidate.score.max(1e-9).powf(0.25)
}

/// Tokens that an edit takes away or adds, without those it keeps at its ends.
fn size_of(edit: &Edit) -> usize {
    let (old, new) = (tokens(&edit.original), tokens(&edit.replacement));
    let head = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let tail = old[head..]
        .iter()
        .rev()
        .zip(new[head..].iter().rev())
        .take_while(|(one, other)| one == other)
        .count();
    old.len() + new.len() - 2 * (head + tail)
}

fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices() {
        let word = letter.is_alphanumeric() || letter == '_';
        match (word, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(&text[from..at]);
                start = None;
            }
            _ => {}
        }
        if !word && !letter.is_whitespace() {
            found.push(&text[at..at + letter.len_utf8()]);
        }
    }
    if let Some(from) = start {
        found.push(&text[from..]);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_an_edit_counts_what_really_changes() {
        let edit = |original: &str, replacement: &str| Edit {
            start: 0,
            end: original.len(),
            original: original.to_owned(),
            replacement: replacement.to_owned(),
        };
        assert_eq!(size_of(&edit("a < b", "a <= b")), 1);
        assert_eq!(size_of(&edit("a", "a + 1")), 2);
        assert_eq!(size_of(&edit("a", "b")), 2);
        assert_eq!(size_of(&edit("x", "x")), 0);
    }
}

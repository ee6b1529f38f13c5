//! Imports follow what a candidate uses: a package of the library that is named for the first time is imported, one
//! that nothing names any more is not; the compiler would refuse either otherwise.

use std::ops::Range;

use tree_sitter::Node;

use super::{library, symbols};
use crate::language::{parts, text_of};

/// What has to be changed in `text`, parsed as `root`, so that its imports serve `changed`.
pub(super) fn mended(root: Node<'_>, text: &str, changed: &str) -> Vec<(Range<usize>, String)> {
    let imported = symbols::imported(root, text);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for (name, path) in &imported {
        if is_library(path) && is_selected(name, text) && !is_selected(name, changed) {
            edits.extend(spec_of(root, text, path).map(|spec| (whole_line(spec, text), String::new())));
        }
    }
    for name in library::packages() {
        let known = imported.iter().any(|(known, _)| known == name);
        if !known && is_selected(name, changed) && !is_selected(name, text) {
            let gone: Vec<Range<usize>> = edits.iter().map(|(span, _)| span.clone()).collect();
            edits.extend(added(root, text, library::path(name), &gone));
        }
    }
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    edits
}

/// Only of the library is the package's name known for sure.
pub(super) fn is_library(path: &str) -> bool {
    !path.split('/').next().unwrap_or(path).contains('.')
}

/// Whether `name.` stands anywhere in the text, as a word.
pub(super) fn is_selected(name: &str, text: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '"' | '/');
        !before.is_some_and(part) && text.get(at + name.len()..).is_some_and(|rest| rest.starts_with('.'))
    })
}

fn spec_of<'t>(root: Node<'t>, text: &str, path: &str) -> Option<Node<'t>> {
    symbols::import_specs(root).into_iter().find(|spec| {
        spec.child_by_field_name("path")
            .is_some_and(|own| text_of(own, text).trim_matches(['"', '`']) == path)
    })
}

/// The line of a spec, or the declaration if it holds nothing else.
fn whole_line(spec: Node<'_>, text: &str) -> Range<usize> {
    let declaration = spec.parent().filter(|parent| parent.kind() == "import_declaration");
    let span = declaration.unwrap_or(spec).byte_range();
    let line_start = text.get(..span.start).and_then(|head| head.rfind('\n')).unwrap_or(span.start);
    let alone = text.get(line_start..span.start).is_some_and(|indent| indent.trim().is_empty());
    if alone { line_start..span.end } else { span }
}

/// Where a new import goes: before the first of the list that follows it in the alphabet.
fn added(root: Node<'_>, text: &str, path: &str, gone: &[Range<usize>]) -> Option<(Range<usize>, String)> {
    let specs = symbols::import_specs(root);
    let listed: Vec<Node<'_>> = specs
        .into_iter()
        .filter(|spec| spec.parent().is_some_and(|parent| parent.kind() == "import_spec_list"))
        .filter(|spec| !gone.iter().any(|span| span.contains(&spec.start_byte())))
        .collect();
    let quoted = format!("\"{path}\"");
    if let Some(next) = listed.iter().find(|spec| text_of(**spec, text) > quoted.as_str()) {
        return Some((next.start_byte()..next.start_byte(), format!("{quoted}\n\t")));
    }
    if let Some(last) = listed.last() {
        return Some((last.end_byte()..last.end_byte(), format!("\n\t{quoted}")));
    }
    let head = parts(root).into_iter().find(|part| part.kind() == "package_clause")?;
    Some((head.end_byte()..head.end_byte(), format!("\n\nimport {quoted}")))
}

//! Probes: copies of tests, each with one value changed. What a change makes of them is how it behaves where nobody has
//! said what is right; two changes that differ there cannot both be.
//!
//! Promise: pure text. The file as it was is a part of what comes out, so the tests that were there still are.

mod site;
mod variant;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use regreen_case::{FailedTest, TestTarget};
use tree_sitter::Node;

use crate::Survivor;
use crate::candidate::{Edit, edited};
use crate::language::{Definition, DefinitionSort};
use crate::localise::tests_named;
use crate::project::Project;
use crate::source::SourceFile;
use site::{Site, sites};

/// Stands between the name of a test and the number of its copy.
const MARK: &str = "_regreen_probe_";
/// Characters of a value that people are shown.
const SHOWN: usize = 60;

/// A copy of a test with one value changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Name of the test that was copied.
    pub test: String,
    /// One-based line of the value in the file as it is.
    pub line: u32,
    /// The value.
    pub before: String,
    /// What stands there instead.
    pub after: String,
}

/// A file of tests with probes in it. Their numbers are their places in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeFile {
    /// Relative to the checkout, `/`-separated.
    pub path: String,
    /// In the order of their numbers.
    pub probes: Vec<Probe>,
    /// The file as it is, and what goes into it.
    base: String,
    copies: Vec<Edit>,
}

impl ProbeFile {
    /// The file with the probes in it, and with a survivor where that one changes this very file: tests may stand beside
    /// what they test. `None` where the two do not go together.
    #[must_use]
    pub fn text(&self, survivor: Option<&Survivor>) -> Option<String> {
        let own = survivor.filter(|survivor| survivor.file == self.path);
        let mut edits = self.copies.clone();
        edits.extend(own.iter().flat_map(|survivor| survivor.edits.clone()));
        edits.sort_by_key(|edit| (edit.start, edit.end));
        edited(&self.base, &edits)
    }

    /// The number of the probe that the id of a test belongs to.
    #[must_use]
    pub fn number_of(&self, id: &str) -> Option<usize> {
        let (_, behind) = id.rsplit_once(MARK)?;
        let digits = behind.len() - behind.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        behind.get(..digits)?.parse().ok().filter(|&number| number < self.probes.len())
    }

    /// A text without the name of the probe that it is about.
    #[must_use]
    pub fn without_name(text: &str) -> String {
        let mut left = String::with_capacity(text.len());
        for (index, piece) in text.split(MARK).enumerate() {
            let rest = if index == 0 {
                piece
            } else {
                piece.trim_start_matches(|letter: char| letter.is_ascii_digit())
            };
            left.push_str(rest);
        }
        left
    }
}

/// At most `most` probes, made of the failing tests and of those beside them that name one of `functions`. `None` where
/// there are no tests that could be copied, or no values in them.
#[must_use]
pub fn probes(
    checkout: &Path,
    tests: &[TestTarget],
    failures: &[FailedTest],
    functions: &[&str],
    most: usize,
) -> Option<ProbeFile> {
    let project = Project::read(checkout, &[]);
    let mut failing = tests_named(&project, tests, failures);
    if failing.is_empty() {
        // A target may be a whole file; what failed in it has a name.
        failing = tests_named(&project, &[], failures);
    }
    let file = failing.first()?.0;
    let source = project.source(file)?;
    let mut copied: Vec<Test<'_>> = failing
        .iter()
        .filter(|(other, _)| *other == file)
        .filter_map(|(_, definition)| Test::of(source, definition))
        .collect();
    for definition in project.definitions(file) {
        let about = source.text.get(definition.span.clone()).unwrap_or_default();
        let beside = (definition.in_test || !project.is_searchable(file))
            && functions.iter().any(|name| about.contains(name));
        if beside
            && let Some(test) = Test::of(source, definition).filter(Test::is_marked)
            && !copied.iter().any(|known| known.span.start == test.span.start)
        {
            copied.push(test);
        }
    }
    let chosen = choose(&copied, most);
    if chosen.is_empty() {
        return None;
    }
    Some(written(source, &copied, &chosen))
}

/// A test that can be copied.
struct Test<'a> {
    source: &'a SourceFile,
    name: String,
    /// Of the whole statement, with what is written before it for the framework.
    span: Range<usize>,
    /// Where the name stands.
    name_at: usize,
    sites: Vec<Site>,
}

impl<'a> Test<'a> {
    fn of(source: &'a SourceFile, definition: &Definition) -> Option<Self> {
        if definition.sort != DefinitionSort::Function || definition.name == "main" {
            return None;
        }
        let node = source.node_at(&definition.span)?;
        let around = statement_of(node);
        let start = first_mark(around).map_or(around.start_byte(), |mark| mark.start_byte());
        let span = start..around.end_byte();
        let name_at = name_in(source, &node, &definition.name)?;
        let sites = sites(source, around, name_at + definition.name.len());
        Some(Test { source, name: definition.name.clone(), span, name_at, sites })
    }

    /// Whether what stands before the name's end says that this is a test.
    fn is_marked(&self) -> bool {
        let head = self.source.text.get(self.span.start..self.name_at + self.name.len()).unwrap_or_default();
        let head = head.to_lowercase();
        ["test", "it("].iter().any(|word| head.contains(word))
    }

    /// The copy with this number, in which the site has another value.
    fn copy(&self, number: usize, site: &Site, by: &str) -> Option<String> {
        let text = &self.source.text;
        let line = text.get(..self.span.start)?.rfind('\n').map_or(0, |at| at + 1);
        let indent =
            text.get(line..self.span.start).filter(|head| head.trim().is_empty()).unwrap_or_default();
        let name_end = self.name_at + self.name.len();
        let named = format!("{MARK}{number}");
        // The name may stand before the value or behind it: a decorator holds values.
        let pieces = if site.span.start < self.name_at {
            [(self.span.start..site.span.start, by), (site.span.end..name_end, named.as_str())]
        } else {
            [(self.span.start..name_end, named.as_str()), (name_end..site.span.start, by)]
        };
        let mut copy = format!("\n\n{indent}");
        for (piece, added) in pieces {
            copy.push_str(text.get(piece)?);
            copy.push_str(added);
        }
        copy.push_str(text.get(site.span.end.max(name_end)..self.span.end)?);
        Some(copy)
    }
}

/// The statement that a definition is, with its decorators.
fn statement_of(node: Node<'_>) -> Node<'_> {
    let mut around = node;
    while let Some(parent) = around.parent() {
        let same =
            matches!(parent.kind(), "expression_statement" | "decorated_definition" | "export_statement");
        if !same {
            break;
        }
        around = parent;
    }
    around
}

/// The first of the attributes right before a definition.
fn first_mark(node: Node<'_>) -> Option<Node<'_>> {
    let mut first = None;
    let mut before = node.prev_sibling();
    while let Some(mark) = before.filter(|mark| mark.kind() == "attribute_item") {
        first = Some(mark);
        before = mark.prev_sibling();
    }
    first
}

/// Where the name stands in the definition: before a parenthesis, or in quotes where it is a title.
fn name_in(source: &SourceFile, node: &Node<'_>, name: &str) -> Option<usize> {
    let text = source.text.get(node.byte_range())?;
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let found = text.match_indices(name).find(|(at, _)| {
        let (before, behind) = (&text[..*at], &text[at + name.len()..]);
        let titled = before.ends_with(['"', '\'', '`']) && behind.starts_with(['"', '\'', '`']);
        let whole = !before.ends_with(is_part) && behind.trim_start().starts_with(['(', ')', '<']);
        titled || whole
    });
    found.map(|(at, _)| node.start_byte() + at)
}

/// One change of each site first, then a second one of each, and so on.
fn choose(tests: &[Test<'_>], most: usize) -> Vec<(usize, usize, usize)> {
    let rounds = tests.iter().flat_map(|test| &test.sites).map(|site| site.variants.len()).max().unwrap_or(0);
    let mut chosen = Vec::new();
    // What goes into the code comes before what is only written down in the test.
    for inputs in [true, false] {
        for round in 0..rounds {
            for (number, test) in tests.iter().enumerate() {
                let sites = test.sites.iter().enumerate();
                let ready = sites.filter(|(_, site)| site.is_input == inputs && round < site.variants.len());
                chosen.extend(ready.map(|(site, _)| (number, site, round)));
            }
        }
    }
    chosen.truncate(most);
    chosen
}

fn written(source: &SourceFile, tests: &[Test<'_>], chosen: &[(usize, usize, usize)]) -> ProbeFile {
    let mut behind: BTreeMap<usize, String> = BTreeMap::new();
    let mut probes = Vec::new();
    for &(test, site, variant) in chosen {
        let test = &tests[test];
        let site = &test.sites[site];
        let by = &site.variants[variant];
        let Some(copy) = test.copy(probes.len(), site, by) else { continue };
        behind.entry(test.span.end).or_default().push_str(&copy);
        let before = source.text.get(site.span.clone()).unwrap_or_default();
        let line = source.line_of(site.span.start);
        probes.push(Probe { test: test.name.clone(), line, before: shown(before), after: shown(by) });
    }
    let copy = |(at, replacement)| Edit { start: at, end: at, original: String::new(), replacement };
    let copies = behind.into_iter().map(copy).collect();
    ProbeFile { path: source.path.clone(), probes, base: source.text.clone(), copies }
}

fn shown(value: &str) -> String {
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN { line } else { line.chars().take(SHOWN).chain(['…']).collect() }
}

#[cfg(test)]
mod tests;

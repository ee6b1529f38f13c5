//! Sources that note which of their blocks run, for languages whose own tools cannot be relied on to be there.
//!
//! Promises: this is text, nothing is run. No line moves, but for what a file needs in front. The files are as before when
//! a [`Traced`] is dropped.

use std::collections::BTreeSet;
use std::path::Path;

use tree_sitter::Node;

use crate::RepairError;
use crate::checkout::EditedFile;
use crate::language::{DefinitionSort, Trace, parts, walk};
use crate::project::Project;
use crate::source::{SourceFile, is_named};

/// The environment variable that names the file to which numbers of [`Traced::places`] are written, one a line.
pub const EXECUTED: &str = "REGREEN_EXECUTED";
/// More points make programs that nobody waits for.
const MOST_POINTS: usize = 20_000;

/// Lines that run when a point does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Relative to the checkout.
    pub file: String,
    /// One-based.
    pub lines: BTreeSet<u32>,
}

/// A checkout whose sources note what runs, until this is dropped.
#[derive(Debug, Default)]
pub struct Traced {
    files: Vec<EditedFile>,
    places: Vec<Place>,
}

impl Traced {
    /// Lays the points into all sources of the checkout that can have them, but not into protected ones, tests, and those
    /// in `without`. `None` where there is no such source.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn lay(
        checkout: &Path,
        protected: &[String],
        without: &BTreeSet<String>,
    ) -> Result<Option<Self>, RepairError> {
        let project = Project::read(checkout, protected);
        let mut traced = Traced::default();
        for file in 0..project.len() {
            let path = project.path(file);
            if !project.is_searchable(file) || without.contains(path) || traced.places.len() > MOST_POINTS {
                continue;
            }
            let Some(source) = project.source(file) else { continue };
            let Some(trace) = source.language.trace() else { continue };
            let points = points(&project, file, source, trace);
            if points.is_empty() {
                continue;
            }
            let text = with_points(source, trace, &points, traced.places.len());
            traced.files.push(EditedFile::write(checkout.join(path), &source.text, &text)?);
            traced
                .places
                .extend(points.into_iter().map(|point| Place { file: path.to_owned(), lines: point.lines }));
        }
        Ok((!traced.places.is_empty()).then_some(traced))
    }

    /// What the numbers that are written stand for: places in this list.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Those of its files that a compiler's complaint names, with how it likes to call them.
    pub fn named_in<'a>(&self, names: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for name in names {
            let files = self.places.iter().map(|place| &place.file);
            found.extend(files.filter(|file| is_named(file, name)).cloned());
        }
        found
    }

    /// Puts the files back and says whether that worked.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn restore(self) -> Result<(), RepairError> {
        self.files.into_iter().try_for_each(EditedFile::restore)
    }
}

/// A place for a point, and the lines that run once it is passed.
struct Point {
    at: usize,
    lines: BTreeSet<u32>,
}

/// Those of a file, in its order.
fn points(project: &Project, file: usize, source: &SourceFile, trace: &Trace) -> Vec<Point> {
    let mut found = Vec::new();
    let mut until = 0;
    for definition in project.definitions(file) {
        let nested = definition.span.start < until;
        if definition.sort != DefinitionSort::Function || definition.in_test || nested {
            continue;
        }
        let Some(mut function) = source.node_at(&definition.span) else { continue };
        while !source.language.is_function(function) {
            // What stands around it as well: attributes, templates.
            let Some(inner) = parts(function).into_iter().find(|part| part.end_byte() == function.end_byte())
            else {
                break;
            };
            function = inner;
        }
        if source.language.is_function(function) {
            until = function.end_byte();
            in_function(function, source, trace, &mut found);
        }
    }
    found.sort_by_key(|point| point.at);
    found
}

fn in_function(function: Node<'_>, source: &SourceFile, trace: &Trace, found: &mut Vec<Point>) {
    walk(function, &mut |node| {
        let is_function = source.language.is_function(node);
        if trace.still.contains(&node.kind()) || (is_function && !(trace.allows)(node, &source.text)) {
            return false;
        }
        if let Some(begins) = (trace.begins)(node) {
            in_block(node, begins, trace, found);
        }
        true
    });
}

/// One at the start, and one behind each statement that may have left the block.
fn in_block(block: Node<'_>, begins: usize, trace: &Trace, found: &mut Vec<Point>) {
    let mut starts = vec![(begins, block.start_position().row)];
    let statements = parts(block);
    let behind = statements.iter().take(statements.len().saturating_sub(1));
    for statement in behind.filter(|statement| statement.start_byte() >= begins && leaves(**statement, trace))
    {
        starts.push((statement.end_byte(), statement.end_position().row));
    }
    let last = block.end_position().row;
    let inner = inner_rows(block, trace);
    for (number, &(at, row)) in starts.iter().enumerate() {
        let end = starts.get(number + 1).map_or(last, |next| next.1);
        let rows = (row..=end).filter(|row| !inner.contains(row));
        let lines = rows.map(|row| u32::try_from(row + 1).unwrap_or(u32::MAX)).collect();
        found.push(Point { at, lines });
    }
}

fn leaves(statement: Node<'_>, trace: &Trace) -> bool {
    let mut found = false;
    walk(statement, &mut |node| {
        found |= trace.leaves.contains(&node.kind());
        !found
    });
    found
}

/// Rows that belong to blocks inside: those between their braces.
fn inner_rows(block: Node<'_>, trace: &Trace) -> BTreeSet<usize> {
    let mut rows = BTreeSet::new();
    walk(block, &mut |node| {
        if node.id() == block.id() || (trace.begins)(node).is_none() {
            return true;
        }
        rows.extend(node.start_position().row + 1..node.end_position().row);
        false
    });
    rows
}

/// The text with its points in it, the first of which has the number `first`.
fn with_points(source: &SourceFile, trace: &Trace, points: &[Point], first: usize) -> String {
    let fill =
        |number: usize| trace.point.replace("{variable}", EXECUTED).replace("{number}", &number.to_string());
    let mut text = trace.prelude.to_owned();
    let mut position = 0;
    for (number, point) in points.iter().enumerate() {
        text.push_str(&source.text[position..point.at]);
        text.push_str(&fill(first + number));
        position = point.at;
    }
    text.push_str(&source.text[position..]);
    text
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const RUST: &str = "pub fn pick(list: &[u32], most: u32) -> Option<u32> {
    #![allow(unused)]
    let first = *list.first()?;
    if first > most {
        return None;
    }
    for one in list {
        if *one == 3 { return Some(3); }
    }
    Some(first)
}

const fn still() -> u32 {
    3
}

#[cfg(test)]
mod tests {
    fn inside() {
        super::still();
    }
}
";

    #[test]
    fn each_block_says_that_it_ran_and_no_line_moves() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("src/lib.rs");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, RUST).unwrap();
        let traced = Traced::lay(dir.path(), &[], &BTreeSet::new()).unwrap().unwrap();
        let lines: Vec<Vec<u32>> =
            traced.places().iter().map(|place| place.lines.iter().copied().collect()).collect();
        let expected: [&[u32]; 7] = [&[1, 2, 3], &[3, 4, 6], &[5], &[6, 7, 9], &[8], &[], &[9, 10, 11]];
        assert_eq!(lines.len(), expected.len(), "{lines:?}");
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), RUST.lines().count());
        assert_eq!(text.matches(EXECUTED).count(), 7, "not in tests, not in constant functions");
        assert!(text.lines().nth(1).unwrap().contains("unused)] {"), "behind inner attributes: {text}");
        for (seen, wanted) in lines.iter().zip(expected) {
            assert!(wanted.iter().all(|line| seen.contains(line)), "{seen:?} {wanted:?}");
        }
        assert_eq!(
            traced.named_in(["lib.rs", "./src/lib.rs", "xlib.rs"].into_iter()),
            BTreeSet::from(["src/lib.rs".to_owned()])
        );
        traced.restore().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), RUST);
        let without = BTreeSet::from(["src/lib.rs".to_owned()]);
        assert!(Traced::lay(dir.path(), &[], &without).unwrap().is_none());
    }
}

//! What the executed lines say: whatever the failing test does not execute is hardly at fault when it fails, and what it
//! executes while passing tests do not is suspect.
//!
//! Ochiai's coefficient ranks lines; a region is as suspect as its most suspect line. Coverage raises and lowers what other
//! sources found, and adds what they missed. It removes nothing: constants, types and macros are no lines, and what runs
//! in another process is not seen.

use std::collections::{BTreeMap, BTreeSet};

use super::{Region, Regions};
use crate::coverage::{Coverage, Executed};
use crate::language::{Definition, DefinitionSort, Role, has_word};
use crate::project::Project;
use crate::source::SourceFile;

/// What is left of the score of a region that no failing test executes.
const NOT_EXECUTED: f64 = 0.1;
/// What is left of one that passing tests execute as often as any.
const EXECUTED_BY_ALL: f64 = 0.4;
/// The same where a stack trace names it: that it was executed is the least that is known of it.
const ON_THE_STACK: f64 = 0.7;
/// What a region gains that failing tests alone execute, whatever else speaks for it.
const ALONE: f64 = 0.6;
/// The score of a region of which nothing is known but that a failing test executes it.
const MERELY_EXECUTED: f64 = 0.08;
/// How much more telling the best line of a region has to be than its worst one to be called hot.
const TELLING: f64 = 0.15;

/// Whether it says anything about the project's code.
pub(super) fn is_useful(project: &Project, coverage: &Coverage) -> bool {
    let in_project = |(path, lines): (&String, &BTreeSet<u32>)| {
        !lines.is_empty() && exact(project, path).is_some_and(|file| project.is_searchable(file))
    };
    coverage.failing.iter().any(|test| test.lines.iter().any(in_project))
}

/// Weighs the suspects by it, and adds those that it alone knows.
pub(super) fn weigh(project: &Project, coverage: &Coverage, regions: &mut Regions) {
    add_executed(project, coverage, regions);
    let whole = coverage.failing.iter().all(|test| !test.elsewhere);
    let mut telling: Vec<(usize, std::ops::Range<usize>, f64)> = Vec::new();
    for region in regions.found.values_mut() {
        let Some(source) = project.source(region.file) else { continue };
        if region.is_constant || !coverage.sees(&source.path) {
            continue;
        }
        let on_stack = region.reasons.iter().any(|reason| reason == "stack");
        match Look::at(source, region, coverage) {
            Some(look) => {
                region.score = combined(region.score, look.telling, on_stack);
                region.hot_lines.extend(look.hot_lines(source, region));
                region.reasons.push(look.in_words(coverage));
                telling.push((region.file, region.span.clone(), look.telling));
            }
            None if on_stack || !whole => region.score *= EXECUTED_BY_ALL,
            None => {
                region.score *= NOT_EXECUTED;
                region.reasons.push("not executed by the failing test".to_owned());
            }
        }
    }
    weigh_the_rest(project, coverage, regions, &telling);
}

/// Constants are as suspect as what uses them, and what cannot be seen is between the others.
fn weigh_the_rest(
    project: &Project,
    coverage: &Coverage,
    regions: &mut Regions,
    telling: &[(usize, std::ops::Range<usize>, f64)],
) {
    for region in regions.found.values_mut() {
        let seen = coverage.sees(project.path(region.file));
        if !region.is_constant && seen {
            continue;
        }
        let name = region.name.as_deref().and_then(|name| name.rsplit('.').next()).unwrap_or("");
        let uses = |(file, span, _): &&(usize, std::ops::Range<usize>, f64)| {
            project.text(*file).get(span.clone()).is_some_and(|text| has_word(text, name))
        };
        let most = telling.iter().filter(uses).map(|(_, _, telling)| *telling).reduce(f64::max);
        // It gains nothing by itself: it is not known whether the line that uses it is the telling one.
        region.score *= EXECUTED_BY_ALL + (1.0 - EXECUTED_BY_ALL) * most.unwrap_or(0.0);
        if most.is_some() {
            region.reasons.push("used by what the failing test executes".to_owned());
        }
    }
}

/// Whatever functions the failing tests execute.
fn add_executed(project: &Project, coverage: &Coverage, regions: &mut Regions) {
    let files: BTreeSet<&String> = coverage.failing.iter().flat_map(|test| test.lines.keys()).collect();
    for file in files.into_iter().filter_map(|path| exact(project, path)) {
        let Some(source) = project.source(file).filter(|_| project.is_searchable(file)) else { continue };
        let executed = |definition: &&Definition| {
            definition.sort == DefinitionSort::Function
                && !definition.in_test
                && body(source, &definition.span)
                    .any(|line| coverage.failing.iter().any(|test| test.has(&source.path, line)))
        };
        for definition in project.definitions(file).iter().filter(executed) {
            if !regions.found.contains_key(&(file, definition.span.start)) {
                regions.add(file, definition, MERELY_EXECUTED, "executed");
            }
        }
    }
}

/// The score that another source gave, with what coverage says: from 0, executed by everybody, to 1, by failing tests alone.
fn combined(score: f64, telling: f64, on_stack: bool) -> f64 {
    let least = if on_stack { ON_THE_STACK } else { EXECUTED_BY_ALL };
    score * (least + (1.0 - least) * telling) + ALONE * telling * (1.0 - score).max(0.0)
}

/// Ochiai's coefficient, stretched: 0 for a line that every test executes, 1 for one that all failing tests and no other do.
/// Without passing tests every line is the former: nothing tells them apart.
fn telling(coverage: &Coverage, failing: usize, passing: usize) -> f64 {
    let (all_failing, all_passing) = (coverage.failing.len() as f64, coverage.passing.len() as f64);
    let ochiai = |failing: f64, passing: f64| {
        let both = (all_failing * (failing + passing)).sqrt();
        if both > 0.0 { failing / both } else { 0.0 }
    };
    let of_all = ochiai(all_failing, all_passing);
    if of_all >= 1.0 {
        return 0.0;
    }
    ((ochiai(failing as f64, passing as f64) - of_all) / (1.0 - of_all)).clamp(0.0, 1.0)
}

/// A region as the tests executed it.
struct Look {
    /// Of each line that a failing test executes: passing tests that do, and how much that tells.
    lines: BTreeMap<u32, (usize, f64)>,
    /// Lines that only passing tests execute.
    passing_lines: BTreeSet<u32>,
    /// Passing tests that execute any line of it.
    passing: Vec<usize>,
    failing: usize,
    /// Of its most telling line.
    telling: f64,
}

impl Look {
    /// `None` when no failing test executes it.
    fn at(source: &SourceFile, region: &Region, coverage: &Coverage) -> Option<Self> {
        let mut look = Look {
            lines: BTreeMap::new(),
            passing_lines: BTreeSet::new(),
            passing: Vec::new(),
            failing: 0,
            telling: 0.0,
        };
        let count =
            |tests: &[Executed], line| tests.iter().filter(|test| test.has(&source.path, line)).count();
        for line in body(source, &region.span) {
            let (failing, passing) = (count(&coverage.failing, line), count(&coverage.passing, line));
            if failing > 0 {
                let telling = telling(coverage, failing, passing);
                look.telling = look.telling.max(telling);
                look.lines.insert(line, (passing, telling));
            } else if passing > 0 {
                look.passing_lines.insert(line);
            }
        }
        let enters = |test: &&Executed| body(source, &region.span).any(|line| test.has(&source.path, line));
        look.failing = coverage.failing.iter().filter(enters).count();
        let entered = coverage.passing.iter().enumerate().filter(|(_, test)| enters(test));
        look.passing = entered.map(|(at, _)| at).collect();
        (look.failing > 0).then_some(look)
    }

    /// The most telling lines, each with the one that led there: a branch that is wrongly taken is the fault of its
    /// condition. Where all tell the same, whatever a failing test executes, unless a stack trace knows better.
    fn hot_lines(&self, source: &SourceFile, region: &Region) -> BTreeSet<u32> {
        let least = self.lines.values().map(|(_, telling)| *telling).fold(1.0, f64::min);
        let mut hot = BTreeSet::new();
        if self.telling - least >= TELLING {
            let mut before = None;
            for (&line, &(_, telling)) in &self.lines {
                if telling >= self.telling - f64::EPSILON {
                    hot.extend(before);
                    hot.insert(line);
                }
                before = Some(line);
            }
        } else if region.hot_lines.is_empty() {
            hot.extend(self.lines.keys());
        }
        if hot.is_empty() {
            return hot;
        }
        let (first, last) = ends(source, &region.span);
        let silent = (first..=last)
            .zip(source.text.lines().skip(first as usize - 1))
            .filter(|(line, _)| !self.lines.contains_key(line) && !self.passing_lines.contains(line));
        let of_hot = |line, text| owner(source, line, text).is_some_and(|owner| hot.contains(&owner));
        let inherited: Vec<u32> =
            silent.filter(|&(line, text)| of_hot(line, text)).map(|(line, _)| line).collect();
        hot.extend(inherited);
        hot
    }

    /// `executed by the failing test and by 1 of 14 passing tests (line 7: by none of them)`.
    fn in_words(&self, coverage: &Coverage) -> String {
        let failing = match (self.failing, coverage.failing.len()) {
            (_, 1) => "the failing test".to_owned(),
            (some, all) => format!("{some} of {all} failing tests"),
        };
        let all: usize = coverage.passing.iter().map(|one| one.tests).sum();
        if all == 0 {
            return format!("executed by {failing}");
        }
        let tests = if all == 1 { "passing test" } else { "passing tests" };
        let by = |groups: usize, summed: bool| match groups {
            0 => "none".to_owned(),
            _ if summed => "some".to_owned(),
            groups => groups.to_string(),
        };
        // Of a sum it is not known how many of them do.
        let summed = coverage.passing.iter().any(|one| one.tests > 1);
        let mut text =
            format!("executed by {failing} and by {} of {all} {tests}", by(self.passing.len(), summed));
        let hottest = self.lines.iter().find(|(_, (_, telling))| *telling >= self.telling);
        if let Some((line, (passing, _))) = hottest.filter(|(_, (passing, _))| *passing < self.passing.len())
        {
            text.push_str(&format!(" (line {line}: by {} of them)", by(*passing, summed)));
        }
        text
    }
}

/// The file of exactly this path.
fn exact(project: &Project, path: &str) -> Option<usize> {
    project.find(path).filter(|file| project.path(*file) == path)
}

fn ends(source: &SourceFile, span: &std::ops::Range<usize>) -> (u32, u32) {
    (source.line_of(span.start), source.line_of(span.end.saturating_sub(1)))
}

/// The lines that are executed when it is called: the first one of several is executed where it is defined.
fn body(source: &SourceFile, span: &std::ops::Range<usize>) -> std::ops::RangeInclusive<u32> {
    let (first, last) = ends(source, span);
    if first < last { first + 1..=last } else { first..=last }
}

/// Line on which the statement begins that this line goes on with; `None` where it begins one of its own, or a branch
/// that was not taken.
fn owner(source: &SourceFile, line: u32, text: &str) -> Option<u32> {
    let row = usize::try_from(line).ok()?.checked_sub(1)?;
    let column = text.len() - text.trim_start().len();
    let point = tree_sitter::Point { row, column };
    let mut node = source.tree.root_node().named_descendant_for_point_range(point, point)?;
    while node.start_position().row == row {
        if source.language.role(node, &source.text) == Role::Block {
            return None;
        }
        node = node.parent()?;
    }
    // A statement in a block of its own begins here.
    let begins = source.language.role(node, &source.text) == Role::Block;
    (!begins).then(|| u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX))
}

#[cfg(test)]
#[path = "coverage_tests.rs"]
mod tests;

//! The lines that each test executes, as points that somebody laid into the sources note them: the tests are built once and
//! started one by one.
//!
//! Promises: as of [`executed_lines`](crate::executed_lines()), a hint. What a test writes as numbers of points is bounded,
//! and only numbers that exist are read.

use std::collections::{BTreeMap, BTreeSet};

use regreen_case::TestCommand;
use regreen_supervise::{Deadline, End};

use crate::adapter::{SingleTests, adapter, left_file};
use crate::built_tests::{Build, BuiltTests};
use crate::counted::RunContext;
use crate::error::ProofError;
use crate::executed_lines::{ExecutedLines, Wish};

/// Name of the notes in the channel.
const NOTES: &str = "executed";
/// More than this of one test is not read.
const MOST_NOTES: u64 = 1024 * 1024;

/// Points in the sources of a checkout.
#[derive(Debug, Clone, Copy)]
pub struct Points<'a> {
    /// The environment variable that names the file to which they write their numbers, one a line.
    pub variable: &'a str,
    /// By number: a file relative to the checkout, and one-based lines of it.
    pub places: &'a [(&'a str, &'a BTreeSet<u32>)],
}

/// What came of it.
#[derive(Debug)]
pub enum TracedLines {
    /// What was seen.
    Seen(Vec<ExecutedLines>),
    /// The sources could not be built with the points; what the tools said.
    Refused(String),
    /// The framework does not tell its tests apart in this way, or there was no time.
    Impossible,
}

/// Whether the command's programs run one test alone, so that [`traced_lines`] can see what it executes.
#[must_use]
pub fn runs_tests_alone(command: &TestCommand) -> bool {
    adapter(command.framework).single_tests(command).is_some()
}

/// Builds the command's tests in the context's checkout, which holds the points, and starts one after the other. `building`
/// is when building them has to be over.
///
/// # Errors
/// When files for it cannot be written, or a program is missing.
pub fn traced_lines(
    command: &TestCommand,
    context: &RunContext<'_>,
    wish: &Wish<'_>,
    points: &Points<'_>,
    building: Deadline,
) -> Result<TracedLines, ProofError> {
    let Some(single) = adapter(command.framework).single_tests(command) else {
        return Ok(TracedLines::Impossible);
    };
    let building = RunContext { deadline: context.deadline.earlier(building), log: None, ..context.clone() };
    let tests = match BuiltTests::build(command, &building)? {
        Build::Done(tests) => tests,
        Build::Refused(output) => return Ok(TracedLines::Refused(output)),
        Build::Impossible => return Ok(TracedLines::Impossible),
    };
    let until = context.deadline.earlier(Deadline::after(wish.time));
    let mut found = Vec::new();
    for (program, id) in chosen(&tests, context, single, wish, until)? {
        if until.is_over() || context.cancel.is_cancelled() {
            break;
        }
        let words = |argv: &[String]| (single.alone)(argv, &id);
        let Some((end, _)) = tests.start(program, words, context, Some((points.variable, NOTES)), until)?
        else {
            break;
        };
        let notes = left_file::text(&tests.channel().join(NOTES), MOST_NOTES).unwrap_or_default();
        found.push(ExecutedLines {
            id,
            failed: !end.is_success(),
            lines: executed(&notes, points),
            elsewhere: false,
        });
    }
    Ok(TracedLines::Seen(found))
}

/// Programs by number with the tests in them: those asked for, then the others of the same programs, then the rest.
fn chosen(
    tests: &BuiltTests,
    context: &RunContext<'_>,
    single: &SingleTests,
    wish: &Wish<'_>,
    until: Deadline,
) -> Result<Vec<(usize, String)>, ProofError> {
    let mut listed: Vec<(bool, bool, usize, String)> = Vec::new();
    for program in 0..tests.programs() {
        let Some((End::Exited(0), printed)) = tests.start(program, single.list, context, None, until)? else {
            continue;
        };
        let ids: Vec<(bool, String)> =
            (single.ids)(&printed).into_iter().map(|id| (wish.asks_for(&id), id)).collect();
        let has_first = ids.iter().any(|(first, _)| *first);
        listed.extend(ids.into_iter().map(|(first, id)| (!first, !has_first, program, id)));
    }
    listed.sort_by_key(|(later, elsewhere, program, _)| (*later, *elsewhere, *program));
    Ok(listed.into_iter().take(wish.tests).map(|(_, _, program, id)| (program, id)).collect())
}

fn executed(notes: &str, points: &Points<'_>) -> BTreeMap<String, BTreeSet<u32>> {
    let mut lines: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    let numbers: BTreeSet<usize> = notes.lines().filter_map(|line| line.parse().ok()).collect();
    for (file, of_point) in numbers.into_iter().filter_map(|number| points.places.get(number)) {
        lines.entry((*file).to_owned()).or_default().extend(of_point.iter());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_points_that_exist_are_believed() {
        let (first, second) = (BTreeSet::from([1, 2]), BTreeSet::from([2, 9]));
        let places = [("src/a.rs", &first), ("src/a.rs", &second)];
        let points = Points { variable: "X", places: &places };
        let lines = executed("1\n1\n7\n-1\nnonsense\n0", &points);
        assert_eq!(lines, BTreeMap::from([("src/a.rs".to_owned(), BTreeSet::from([1, 2, 9]))]));
    }
}

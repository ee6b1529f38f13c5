//! What earlier repairs teach the search: an order, never a verdict.
//!
//! A change that was proven moves candidates forward that touch its lines, come from its template, or are that
//! very change; a change that was turned down moves itself back. No candidate is dropped, none is accepted
//! unjudged, and the same priors give the same order.

use crate::candidate::edited;
use crate::generate::Candidate;
use crate::localise::Region;
use crate::source::SourceFile;

/// Lines around a proven change that count as its neighbourhood. The lines have moved since.
const NEAR: u32 = 5;

/// How much more likely a candidate is that is a proven change, for the same failure: it comes before all others,
/// however seldom its template is right.
const VERY_CHANGE: f64 = 1000.0;
/// The same for one that changes a line that the proven change took away.
const SAME_LINE: f64 = 6.0;
/// The same for one near the lines of a proven change.
const SAME_PLACE: f64 = 3.0;
/// The same for one in its file.
const SAME_FILE: f64 = 1.5;
/// The same for one of its template.
const SAME_TEMPLATE: f64 = 2.0;
/// What is left of the score of a change that was turned down.
const TURNED_DOWN: f64 = 0.01;

/// A contiguous change of an earlier case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierHunk {
    /// File relative to the checkout.
    pub file: String,
    /// One-based line where it began, in the file as it was then.
    pub line: u32,
    /// From the first to the last line that changed: before.
    pub before: Vec<String>,
    /// The same after.
    pub after: Vec<String>,
}

/// A change that was proven for a failure like this one.
#[derive(Debug, Clone, PartialEq)]
pub struct Proven {
    /// What it changed.
    pub hunks: Vec<EarlierHunk>,
    /// Template that made it, if the search did.
    pub template: Option<String>,
    /// How much its failure says about this one: 1 for the same one, less for similar ones.
    pub weight: f64,
}

/// What earlier cases teach.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Priors {
    /// What worked.
    pub proven: Vec<Proven>,
    /// What did not, for this very failure. A change of several hunks is no candidate's, and is not listed.
    pub turned_down: Vec<EarlierHunk>,
}

impl Priors {
    /// How much sooner a candidate's turn comes (above 1), or later (below).
    pub(crate) fn factor(&self, source: &SourceFile, candidate: &Candidate) -> f64 {
        if self.turned_down.iter().any(|hunk| is_that(hunk, source, candidate)) {
            return TURNED_DOWN;
        }
        self.proven.iter().map(|proven| proven.factor(source, candidate)).fold(1.0, f64::max)
    }

    /// The most that a candidate of the region can gain: a region is opened no later than its best one's turn.
    pub(crate) fn most(&self, source: &SourceFile, region: &Region) -> f64 {
        let lines = source.line_of(region.span.start)..=source.line_of(region.span.end);
        let most = |proven: &Proven| {
            let template = if proven.template.is_some() { SAME_TEMPLATE } else { 1.0 };
            let place = |hunk: &EarlierHunk| {
                if hunk.file != source.path {
                    1.0
                } else if has_a_line_of(hunk, source, region)
                    || (hunk.before.is_empty() && hunk.is_near(&lines))
                {
                    VERY_CHANGE
                } else if hunk.is_near(&lines) {
                    SAME_PLACE
                } else {
                    SAME_FILE
                }
            };
            weighed(template * proven.hunks.iter().map(place).fold(1.0, f64::max), proven.weight)
        };
        self.proven.iter().map(most).fold(1.0, f64::max)
    }
}

impl Proven {
    fn factor(&self, source: &SourceFile, candidate: &Candidate) -> f64 {
        let alike = self.template.as_deref() == Some(candidate.template);
        let template = if alike { SAME_TEMPLATE } else { 1.0 };
        let first = candidate.edits.first().map_or(0, |edit| edit.start);
        let line = source.line_of(first);
        let text = text_of(&source.text, first);
        let place = |hunk: &EarlierHunk| {
            if hunk.file != source.path {
                return 1.0;
            }
            // Several hunks at once are no candidate's change, but each may be a part of it.
            if is_that(hunk, source, candidate) {
                VERY_CHANGE
            } else if hunk.has_before(text) {
                SAME_LINE
            } else if hunk.is_near(&(line..=line)) {
                SAME_PLACE
            } else {
                SAME_FILE
            }
        };
        weighed(template * self.hunks.iter().map(place).fold(1.0, f64::max), self.weight)
    }
}

impl EarlierHunk {
    fn is_near(&self, lines: &std::ops::RangeInclusive<u32>) -> bool {
        let length = u32::try_from(self.before.len()).unwrap_or(u32::MAX);
        let first = self.line.saturating_sub(NEAR);
        let last = self.line.saturating_add(length).saturating_add(NEAR);
        *lines.start() <= last && *lines.end() >= first
    }

    fn has_before(&self, text: &str) -> bool {
        let text = text.trim();
        text.len() > 2 && self.before.iter().any(|line| line.trim() == text)
    }
}

fn weighed(factor: f64, weight: f64) -> f64 {
    1.0 + (factor - 1.0) * weight.clamp(0.0, 1.0)
}

/// Whether a region holds a line that the hunk took away, wherever it is by now.
fn has_a_line_of(hunk: &EarlierHunk, source: &SourceFile, region: &Region) -> bool {
    source.text.get(region.span.clone()).is_some_and(|text| text.lines().any(|line| hunk.has_before(line)))
}

/// Whether a candidate makes the very change of the hunk. Only asked for in earnest where it can be so: making
/// the text of every candidate would take longer than judging the right one.
fn is_that(hunk: &EarlierHunk, source: &SourceFile, candidate: &Candidate) -> bool {
    if hunk.file != source.path {
        return false;
    }
    let first = candidate.edits.first().map_or(0, |edit| edit.start);
    let inserted = |line: &String| candidate.edits.iter().any(|edit| edit.replacement.contains(line.trim()));
    let possible = if hunk.before.is_empty() {
        hunk.after.first().is_some_and(inserted)
    } else {
        hunk.has_before(text_of(&source.text, first))
    };
    possible
        && edited(&source.text, &candidate.edits).is_some_and(|text| {
            let (before, after) = changed_lines(&source.text, &text);
            same(&before, &hunk.before) && same(&after, &hunk.after)
        })
}

fn same(lines: &[&str], others: &[String]) -> bool {
    lines.len() == others.len()
        && lines.iter().zip(others).all(|(one, other)| one.trim_end() == other.trim_end())
}

/// The line around a byte.
fn text_of(text: &str, at: usize) -> &str {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |feed| feed + 1);
    text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
}

/// The lines that differ, without the equal ones at both ends.
pub(crate) fn changed_lines<'a>(before: &'a str, after: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let head = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let tail = old[head..]
        .iter()
        .rev()
        .zip(new[head..].iter().rev())
        .take_while(|(one, other)| one == other)
        .count();
    (old[head..old.len() - tail].to_vec(), new[head..new.len() - tail].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lines_that_differ_are_shown() {
        assert_eq!(changed_lines("a\nb\nc\n", "a\nx\nc\n"), (vec!["b"], vec!["x"]));
        assert_eq!(changed_lines("a\nc\n", "a\nb\nc\n"), (vec![], vec!["b"]));
    }

    #[test]
    fn the_line_around_a_byte_is_found_at_both_ends() {
        for (at, line) in [(0, "ab"), (2, "ab"), (3, "cd"), (5, "cd"), (6, "")] {
            assert_eq!(text_of("ab\ncd\n", at), line, "{at}");
        }
        assert_eq!(text_of("é", 1), "é", "within a character");
    }

    #[test]
    fn a_weight_of_nothing_teaches_nothing() {
        assert!((weighed(VERY_CHANGE, 0.0) - 1.0).abs() < f64::EPSILON);
        assert!((weighed(VERY_CHANGE, 1.0) - VERY_CHANGE).abs() < f64::EPSILON);
    }
}

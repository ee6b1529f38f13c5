//! Where the search looks for a bug, and whether the original text is among its candidates: no test is run for it.

use std::path::Path;
use std::time::{Duration, Instant};

use regreen_case::{CaseDir, FailedTest, Reproduction, TestTarget};
use regreen_proof::{Project, detect};
use regreen_repair::{Changed, Judgement, SearchEnd, SearchRequest, Suspect, Touched, locate, search};

/// Longest that candidates are made, everywhere and in the function alone.
const LIMITS: [Duration; 2] = [Duration::from_secs(15), Duration::from_secs(15)];
/// The same, where only this is asked.
const SHORT: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(10)];

/// The original text among candidates.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place {
    /// Number of the candidate that is the original; none when it is not among them.
    pub number: Option<usize>,
    /// How many were made to find that out.
    pub of: usize,
    /// Whether these were all.
    pub all: bool,
}

/// What is within reach of the search.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reach {
    /// Place of the function that holds the bug among the suspects, from 1; none when it is not suspected.
    pub suspect: Option<usize>,
    /// How many suspects there are.
    pub suspects: usize,
    /// The original among the candidates of all suspects.
    pub everywhere: Place,
    /// The original among the candidates of its own function, as if the search knew where to look.
    pub function: Place,
}

/// What is known of a failure.
struct Known<'a> {
    checkout: &'a Path,
    tests: Vec<TestTarget>,
    failures: Vec<FailedTest>,
    protected: Vec<String>,
}

/// Asks the search's own localisation and templates, with what a run on the base printed. The checkout holds the bug, and is
/// as before afterwards.
pub(super) fn reach(case: &CaseDir, checkout: &Path, file: &str, original: &str) -> Option<Reach> {
    let seen: Reproduction = case.read().ok()?;
    let printed = std::fs::read_to_string(case.path("attempts/base/test_run_1.txt")).unwrap_or_default();
    let failures = regreen_logs::failures_in(seen.tests.first()?.framework, &printed);
    Known { checkout, tests: seen.tests, failures, protected: seen.protected }.reach(file, original, LIMITS)
}

/// The same when nothing was run: what the test's text tells.
pub(super) fn reach_unseen(checkout: &Path, test: &str, file: &str, original: &str) -> Option<Reach> {
    let tests = detect(&Project::at(checkout, checkout), test).ok()?;
    let protected: Vec<String> = tests.iter().filter_map(|test| test.file.clone()).collect();
    Known { checkout, tests, failures: Vec::new(), protected }.reach(file, original, SHORT)
}

impl Known<'_> {
    fn reach(&self, file: &str, original: &str, limits: [Duration; 2]) -> Option<Reach> {
        let suspects = locate(self.checkout, &self.tests, &self.failures, &self.protected, &[], None);
        let line = first_difference(original, &std::fs::read_to_string(self.checkout.join(file)).ok()?);
        let holds = |it: &Suspect| it.file == file && (it.line..=it.last_line).contains(&line);
        let (why, by) = (String::new(), Changed::ByCulprit);
        let only = [Touched { file: file.to_owned(), first: line, last: line, by, why }];
        Some(Reach {
            suspect: suspects.iter().position(holds).map(|at| at + 1),
            suspects: suspects.len(),
            everywhere: self.place(file, original, &[], limits[0]),
            function: self.place(file, original, &only, limits[1]),
        })
    }

    fn place(&self, file: &str, original: &str, only: &[Touched], limit: Duration) -> Place {
        let request = SearchRequest {
            failures: &self.failures,
            protected: &self.protected,
            touched: only,
            only_culprit: !only.is_empty(),
            max_survivors: 1,
            ..SearchRequest::new(self.checkout, &self.tests, Instant::now() + limit)
        };
        let (path, wanted) = (self.checkout.join(file), lines(original));
        let mut place = Place::default();
        let mut judge = || {
            if place.number.is_some() {
                return Judgement::Stop;
            }
            place.of += 1;
            if std::fs::read_to_string(&path).is_ok_and(|text| lines(&text) == wanted) {
                place.number = Some(place.of);
                return Judgement::Green;
            }
            Judgement::Red(Vec::new())
        };
        let outcome = search(&request, &mut judge, &mut |_| {});
        // That there is nothing to search is an answer too.
        place.all = outcome.is_ok_and(|outcome| outcome.end == SearchEnd::Exhausted);
        place
    }
}

/// A text but for empty lines, and spaces where lines end.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect()
}

fn first_difference(one: &str, other: &str) -> u32 {
    let same = one.lines().zip(other.lines()).take_while(|(one, other)| one == other).count();
    u32::try_from(same + 1).unwrap_or(u32::MAX)
}

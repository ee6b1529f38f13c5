//! Where the search looks for a bug, and whether the original text is among its candidates: no test is run for it.

use std::path::Path;
use std::time::{Duration, Instant};

use regreen_case::{CaseDir, Reproduction};
use regreen_repair::{Judgement, SearchRequest, locate, search};

/// Longest that candidates are made.
const LIMIT: Duration = Duration::from_secs(15);

/// What is within reach of the search.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reach {
    /// Place of the function that holds the bug among the suspects, from 1; none when it is not suspected.
    pub suspect: Option<usize>,
    /// How many suspects there are.
    pub suspects: usize,
    /// Number of the candidate that is the original text.
    pub candidate: Option<usize>,
    /// How many candidates were made to find that out.
    pub candidates: usize,
}

/// Asks the search's own localisation and templates, with what a run on the base printed. The checkout holds the bug, and is
/// as before afterwards.
pub(super) fn reach(case: &CaseDir, checkout: &Path, file: &str, original: &str) -> Option<Reach> {
    let seen: Reproduction = case.read().ok()?;
    let printed = std::fs::read_to_string(case.path("attempts/base/test_run_1.txt")).unwrap_or_default();
    let failures = regreen_logs::failures_in(seen.tests.first()?.framework, &printed);
    let suspects = locate(checkout, &seen.tests, &failures, &seen.protected, &[]);
    let path = checkout.join(file);
    let line = first_difference(original, &std::fs::read_to_string(&path).ok()?);
    let holds = |it: &regreen_repair::Suspect| it.file == file && (it.line..=it.last_line).contains(&line);
    let mut reach = Reach {
        suspect: suspects.iter().position(holds).map(|at| at + 1),
        suspects: suspects.len(),
        ..Reach::default()
    };
    let request = SearchRequest {
        failures: &failures,
        protected: &seen.protected,
        max_survivors: 1,
        ..SearchRequest::new(checkout, &seen.tests, Instant::now() + LIMIT)
    };
    let wanted = lines(original);
    let mut judge = || {
        if reach.candidate.is_some() {
            return Judgement::Stop;
        }
        reach.candidates += 1;
        let is_original = std::fs::read_to_string(&path).is_ok_and(|text| lines(&text) == wanted);
        if is_original {
            reach.candidate = Some(reach.candidates);
            return Judgement::Green;
        }
        Judgement::Red(Vec::new())
    };
    // That there is nothing to search is an answer too.
    let _ = search(&request, &mut judge, &mut |_| {});
    Some(reach)
}

/// A text but for empty lines, and spaces where lines end.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect()
}

fn first_difference(one: &str, other: &str) -> u32 {
    let same = one.lines().zip(other.lines()).take_while(|(one, other)| one == other).count();
    u32::try_from(same + 1).unwrap_or(u32::MAX)
}

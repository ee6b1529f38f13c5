//! Where a fixer should look first: what the search would suspect, what stack traces name, the tests.
//!
//! Promise: every place lies in the checkout, and none is named twice.

use regreen_agents::Place;
use regreen_case::FailedTest;
use regreen_repair::{Changed, Coverage, Suspect, Touched};

use crate::bench::Bench;

/// Suspects that are handed on.
const MOST_SUSPECTS: usize = 12;
/// Below this share of the first one's score a suspect says little.
const LEAST_SCORE: f64 = 0.15;

/// The places for a failure, most suspect first. `touched`: what the history calls suspect. `coverage`: where it is known.
pub(crate) fn places(
    bench: &Bench<'_>,
    failures: &[FailedTest],
    touched: &[Touched],
    coverage: Option<&Coverage>,
) -> Vec<Place> {
    let checkout = bench.worktree.path();
    let off_limits = bench.off_limits();
    let tests = &bench.trial.targets;
    let suspects = regreen_repair::locate(checkout, tests, failures, &off_limits, touched, coverage);
    let mut places: Vec<Place> = suspects
        .into_iter()
        .filter(|suspect| suspect.score >= LEAST_SCORE)
        .take(MOST_SUSPECTS)
        .map(|suspect| Place {
            why: why(&suspect, touched),
            path: suspect.file,
            first: suspect.line as usize,
            last: suspect.last_line as usize,
        })
        .collect();
    let frames =
        failures.iter().flat_map(|failure| failure.frames.iter().rev().filter(|frame| frame.project));
    for frame in frames {
        let line = frame.line as usize;
        let Some(found) = Place::around(checkout, &frame.file, line, "in the stack trace") else { continue };
        let known = |place: &Place| place.path == found.path && (place.first..=place.last).contains(&line);
        if !places.iter().any(known) {
            places.push(found);
        }
    }
    let named = bench.trial.targets.iter().filter_map(|target| target.file.as_deref());
    for file in named.chain(failures.iter().filter_map(|failure| failure.file.as_deref())) {
        let Some(found) = Place::whole(checkout, file, "the test") else { continue };
        if !places.contains(&found) {
            places.push(found);
        }
    }
    places
}

/// That the culprit changed it says more than anything else.
fn why(suspect: &Suspect, touched: &[Touched]) -> String {
    let by_culprit = |reason: &&String| {
        touched.iter().any(|change| change.by == Changed::ByCulprit && change.why == **reason)
    };
    let said = suspect.reasons.iter().find(by_culprit).or(suspect.reasons.first());
    said.cloned().unwrap_or_default()
}

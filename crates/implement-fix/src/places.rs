//! Where a fixer should look first: what the search would suspect, what stack traces name, the tests.
//!
//! Promise: every place lies in the checkout, and none is named twice.

use std::path::{Component, Path};

use regreen_agents::Place;
use regreen_case::FailedTest;

use crate::bench::Bench;

/// Suspects that are handed on.
const MOST_SUSPECTS: usize = 12;
/// Below this share of the first one's score a suspect says little.
const LEAST_SCORE: f64 = 0.15;
/// Lines around a line of a stack trace.
const AROUND: usize = 15;

/// The places for a failure, most suspect first.
pub(crate) fn places(bench: &Bench<'_>, failures: &[FailedTest]) -> Vec<Place> {
    let checkout = bench.worktree.path();
    let suspects = regreen_repair::locate(checkout, &bench.targets, failures, &bench.off_limits());
    let mut places: Vec<Place> = suspects
        .into_iter()
        .filter(|suspect| suspect.score >= LEAST_SCORE)
        .take(MOST_SUSPECTS)
        .map(|suspect| Place {
            path: suspect.file,
            first: suspect.line as usize,
            last: suspect.last_line as usize,
            why: suspect.reasons.first().cloned().unwrap_or_default(),
        })
        .collect();
    let frames =
        failures.iter().flat_map(|failure| failure.frames.iter().rev().filter(|frame| frame.project));
    for frame in frames {
        let Some(path) = in_checkout(checkout, &frame.file) else { continue };
        let line = frame.line as usize;
        let known = |place: &Place| place.path == path && (place.first..=place.last).contains(&line);
        if !places.iter().any(known) {
            let (first, last) = (line.saturating_sub(AROUND).max(1), line.saturating_add(AROUND));
            places.push(Place { path, first, last, why: "in the stack trace".to_owned() });
        }
    }
    let named = bench.targets.iter().filter_map(|target| target.file.as_deref());
    for file in named.chain(failures.iter().filter_map(|failure| failure.file.as_deref())) {
        let Some(path) = in_checkout(checkout, file) else { continue };
        if !places.iter().any(|place| place.path == path && place.last == usize::MAX) {
            places.push(Place { path, first: 1, last: usize::MAX, why: "the test".to_owned() });
        }
    }
    places
}

/// A path as a log prints it, often that of another machine, as one of the checkout.
fn in_checkout(checkout: &Path, printed: &str) -> Option<String> {
    let parts: Vec<&str> = Path::new(printed)
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    let ends = (0..parts.len()).map(|from| parts[from..].join("/"));
    ends.into_iter().find(|path| checkout.join(path).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_path_is_found_in_the_checkout() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("src")).unwrap();
        std::fs::write(folder.path().join("src/a.py"), "").unwrap();
        let found = |printed: &str| in_checkout(folder.path(), printed);
        for printed in ["src/a.py", "./src/a.py", "/home/runner/work/x/x/src/a.py"] {
            assert_eq!(found(printed).as_deref(), Some("src/a.py"), "{printed}");
        }
        assert_eq!(found("/usr/lib/python3/json.py"), None);
        assert_eq!(found("../../etc/passwd"), None);
    }
}

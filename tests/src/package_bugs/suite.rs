//! All tests of a package, and which of them pass.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use super::{Package, Results};
use crate::{Finished, Program, tools};

/// Longest that a whole suite may take: a bug may hang.
const LIMIT: Duration = Duration::from_secs(180);

/// Runs all tests in a folder; the tests that pass.
pub(super) fn passing(package: &Package, folder: &Path) -> (BTreeSet<String>, String) {
    let own = [".venv/bin", "node_modules/.bin"].map(|place| folder.join(place));
    let tools = tools::search_path();
    let path = std::env::join_paths(own.into_iter().chain(std::env::split_paths(&tools))).unwrap_or_default();
    // Nothing of the package may outlive its limit, so that `timeout` ends the whole group.
    let program = Program::at(Path::new("/usr/bin/timeout"));
    let program = program.args(["--kill-after=5", &LIMIT.as_secs().to_string()]).args(&package.test);
    let program = program.env("PATH", path).env("PYTHONDONTWRITEBYTECODE", "1").dir(folder);
    let Finished { stdout, stderr, .. } = program.limit(LIMIT + Duration::from_secs(20)).run();
    let end: Vec<String> = stdout.lines().chain(stderr.lines()).rev().take(5).map(str::to_owned).collect();
    // Some runners name a file by its whole path, and each copy of a package lies elsewhere.
    let stdout = stdout.replace(&folder.display().to_string(), "");
    (names(package.results, &stdout), end.into_iter().rev().collect::<Vec<_>>().join("\n"))
}

/// The names of passed tests. A name that comes again gets a number: runners do not say which file it was in.
fn names(results: Results, printed: &str) -> BTreeSet<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = BTreeSet::new();
    for name in printed.lines().filter_map(|line| name(results, line)) {
        let count = counts.entry(name).or_default();
        *count += 1;
        all.insert(if *count == 1 { name.to_owned() } else { format!("{name} #{count}") });
    }
    all
}

fn name(results: Results, line: &str) -> Option<&str> {
    match results {
        Results::Pytest => line.strip_prefix("PASSED "),
        Results::Tap => {
            let (_, title) = line.trim_start().strip_prefix("ok ")?.split_once(' ')?;
            let title = title.strip_prefix("- ").unwrap_or(title);
            (!title.contains("# SKIP") && !title.contains("# TODO")).then_some(title)
        }
        Results::Cargo => line.strip_prefix("test ")?.strip_suffix(" ... ok"),
        Results::Go => line.trim_start().strip_prefix("--- PASS: ")?.split(" (").next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passed_tests_are_read_as_runners_print_them() {
        for (results, printed, expected) in [
            (
                Results::Pytest,
                "PASSED t.py::test_a[x y]\nFAILED t.py::b - x\n1 passed",
                &["t.py::test_a[x y]"][..],
            ),
            (
                Results::Tap,
                "TAP version 13\n    ok 1 - inner\nok 2 outer\nok 3 - inner\nnot ok 4 x\nok 5 - y # SKIP",
                &["inner", "inner #2", "outer"],
            ),
            (Results::Cargo, "test a::b ... ok\ntest c ... FAILED\ntest d ... ignored", &["a::b"]),
            (
                Results::Go,
                "--- PASS: TestA (0.00s)\n    --- PASS: TestA/x (0.00s)\n--- FAIL: TestB",
                &["TestA", "TestA/x"],
            ),
        ] {
            assert_eq!(names(results, printed).into_iter().collect::<Vec<_>>(), expected, "{results:?}");
        }
    }
}

//! What the history does to the search: it looks first at what was changed lately, and at what the culprit changed even
//! where nothing else leads there.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use regreen_case::{Framework, TestTarget};
use regreen_repair::{
    Changed, Judgement, RepairError, SearchOutcome, SearchRequest, Touched, locate, search,
};

const MODULE: &str = "\
def first(a):
    if a > 3:
        return a
    return 0


def second(a):
    if a > 3:
        return a
    return 1
";
/// Reached by a name that nobody can follow.
const HIDDEN: &str = "\
def hidden(a):
    return a - 1
";
const TESTS: &str = "\
import module


def test_both():
    assert module.first(4) and module.second(4)
";

fn checkout() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("tests")).unwrap();
    for (path, text) in [("module.py", MODULE), ("hidden.py", HIDDEN), ("tests/test_module.py", TESTS)] {
        fs::write(folder.path().join(path), text).unwrap();
    }
    folder
}

fn targets() -> Vec<TestTarget> {
    vec![TestTarget {
        framework: Framework::Pytest,
        id: "tests/test_module.py::test_both".to_owned(),
        file: Some("tests/test_module.py".to_owned()),
        suite: None,
    }]
}

fn touched(file: &str, line: u32, by: Changed) -> Touched {
    let why = format!("changed, {by:?}");
    Touched { file: file.to_owned(), first: line, last: line, by, why }
}

fn searched(
    root: &Path,
    touched: &[Touched],
    only_culprit: bool,
    mut judge: impl FnMut() -> Judgement,
) -> Result<SearchOutcome, RepairError> {
    let targets = targets();
    let deadline = Instant::now() + Duration::from_secs(60);
    let request = SearchRequest { touched, only_culprit, ..SearchRequest::new(root, &targets, deadline) };
    search(&request, &mut judge, &mut |_| {})
}

#[test]
fn what_was_changed_lately_comes_first() {
    let root = checkout();
    for (line, function) in [(2, "first"), (8, "second")] {
        let lately = [touched("module.py", line, Changed::Lately), touched("hidden.py", 1, Changed::Lately)];
        let suspects = locate(root.path(), &targets(), &[], &[], &lately, None);
        assert_eq!(suspects[0].function.as_deref(), Some(function));
        assert!(suspects[0].reasons.iter().any(|reason| reason == "changed, Lately"), "{suspects:?}");
        assert!(suspects.iter().all(|suspect| suspect.file == "module.py"), "too many are changed lately");
    }
}

#[test]
fn the_culprits_lines_are_suspect_by_themselves_and_can_be_all_that_is_searched() {
    let root = checkout();
    let fixed = || {
        let text = fs::read_to_string(root.path().join("hidden.py")).unwrap_or_default();
        if text.contains("a + 1") { Judgement::Green } else { Judgement::Red(Vec::new()) }
    };
    assert!(searched(root.path(), &[], false, fixed).unwrap().survivors.is_empty(), "nothing leads there");
    let culprit = [touched("hidden.py", 2, Changed::ByCulprit)];
    let outcome = searched(root.path(), &culprit, false, fixed).unwrap();
    assert_eq!(outcome.survivors[0].file, "hidden.py");
    let outcome = searched(root.path(), &culprit, true, fixed).unwrap();
    assert_eq!(outcome.survivors[0].file, "hidden.py");
    assert!(outcome.localised.iter().all(|suspect| suspect.file == "hidden.py"), "{:?}", outcome.localised);
    // Nothing of it can be searched: that is said, and nothing else searched instead.
    let test = [touched("tests/test_module.py", 5, Changed::ByCulprit)];
    assert!(matches!(searched(root.path(), &test, true, fixed), Err(RepairError::NothingToSearch { .. })));
}

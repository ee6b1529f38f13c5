//! What executed lines make of the suspects, on small projects.

use regreen_case::{Framework, TestTarget};

use super::super::localise;
use super::*;

/// What the test calls by name is executed by all; the fault lies behind a table of functions.
const SHOP: &str = "\
LIMIT = 20


def entry(kind, weight):
    return RULES[kind](weight)


def light(weight):
    return weight * 2


def heavy(weight):
    if weight > LIMIT:
        weight += 1
    return weight * 3


def unused(weight):
    return entry('light', weight)


RULES = {'light': light, 'heavy': heavy}
";
const TESTS: &str = "\
from shop import entry, unused


def test_parcel():
    unused
    assert entry('heavy', 20) == 63
";

fn executed(lines: &[u32]) -> Executed {
    let lines = BTreeMap::from([("shop.py".to_owned(), lines.iter().copied().collect())]);
    Executed { lines, tests: 1, elsewhere: false }
}

fn coverage(failing: &[u32], passing: &[&[u32]]) -> Coverage {
    Coverage {
        failing: vec![executed(failing)],
        passing: passing.iter().map(|lines| executed(lines)).collect(),
        endings: vec!["py".to_owned()],
    }
}

fn located(coverage: Option<&Coverage>) -> Vec<Region> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shop.py"), SHOP).unwrap();
    std::fs::write(folder.path().join("test_shop.py"), TESTS).unwrap();
    let project = Project::read(folder.path(), &[]);
    let id = "test_shop.py::test_parcel".to_owned();
    let test = TestTarget { framework: Framework::Pytest, id, file: None, suite: None };
    localise(&project, &[test], &[], &[], coverage)
}

fn named<'a>(regions: &'a [Region], name: &str) -> &'a Region {
    regions.iter().find(|region| region.name.as_deref() == Some(name)).unwrap()
}

#[test]
fn what_only_the_failing_test_executes_comes_first_though_no_name_leads_there() {
    let before = located(None);
    assert_ne!(before[0].name.as_deref(), Some("heavy"));
    let regions = located(Some(&coverage(&[5, 13, 15], &[&[5, 9], &[5, 9], &[5, 9]])));
    assert_eq!(regions[0].name.as_deref(), Some("heavy"), "{regions:#?}");
    let reason = "executed by the failing test and by none of 3 passing tests".to_owned();
    assert!(regions[0].reasons.contains(&reason), "{regions:#?}");
    // The branch that was not taken is not hot.
    assert_eq!(regions[0].hot_lines, BTreeSet::from([13, 15]));
}

#[test]
fn what_no_failing_test_executes_sinks_and_stays() {
    let regions = located(Some(&coverage(&[5, 13, 15], &[&[5, 9]])));
    let unused = named(&regions, "unused");
    assert!(unused.score < 0.2, "{regions:#?}");
    assert!(unused.reasons.iter().any(|reason| reason == "not executed by the failing test"));
}

#[test]
fn what_ran_elsewhere_or_not_in_the_project_lowers_nothing_strongly() {
    let mut elsewhere = coverage(&[5], &[&[5]]);
    elsewhere.failing[0].elsewhere = true;
    let regions = located(Some(&elsewhere));
    assert!(regions.iter().all(|region| !region.reasons.iter().any(|one| one.starts_with("not executed"))));
    let (plain, nothing) = (located(None), located(Some(&coverage(&[], &[&[5]]))));
    let scores = |regions: &[Region]| regions.iter().map(|region| region.score).collect::<Vec<_>>();
    assert_eq!(scores(&plain), scores(&nothing));
}

#[test]
fn ochiai_is_stretched_between_everybody_and_the_failing_test_alone() {
    let of = coverage(&[1], &[&[1], &[1], &[1]]);
    assert!((telling(&of, 1, 0) - 1.0).abs() < 1e-9 && telling(&of, 1, 3).abs() < 1e-9);
    assert!(telling(&of, 1, 1) > telling(&of, 1, 2));
    assert!(telling(&coverage(&[1], &[]), 1, 0).abs() < 1e-9, "without passing tests nothing tells");
}

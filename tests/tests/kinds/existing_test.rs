//! Fix, test exists: no log at all, but the test is still seen failing first.

use regreen_case::{ReproductionStatus, WorkKind};
use regreen_tests::TestRepository;

use super::case;

pub(super) const STATS: &str = "\
def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return ordered[middle]
    return (ordered[middle] + ordered[middle + 1]) / 2
";

pub(super) const TEST: &str = "\
from stats import median


def test_odd():
    assert median([3, 1, 2]) == 2


def test_even():
    assert median([4, 1, 3, 2]) == 2.5
    assert median([1, 2]) == 1.5
";

#[test]
fn an_existing_test_is_seen_red_and_then_fixed_offline() {
    let repository = TestRepository::with(&[("stats.py", STATS), ("tests/test_stats.py", TEST)]);
    let options = [
        "--prompt=median is wrong for lists of even length",
        "--deterministic=true",
        "--existing-test-path=tests/test_stats.py::test_even",
        "--agent=search",
        "--forge=local",
    ];
    let case = case::run(&repository, &options);
    case.is_proven().publishes(&repository, "fix/", &["stats.py"]);
    assert_eq!(case.work().work, WorkKind::ExistingTest);
    let reproduction = case.reproduction();
    assert_eq!(reproduction.status, ReproductionStatus::Reproduced);
    assert!(reproduction.rate.is_some_and(|rate| rate.failures >= 3 && rate.failures == rate.runs));
    assert!(case.patch().contains("middle - 1"), "{}", case.patch());
}

#[test]
fn a_test_that_passes_already_is_said_to_be_green_on_the_base() {
    let fixed = STATS.replace("middle + 1", "middle - 1");
    let repository = TestRepository::with(&[("stats.py", fixed.as_str()), ("tests/test_stats.py", TEST)]);
    let options = [
        "--prompt=median is wrong for lists of even length",
        "--deterministic=true",
        "--existing-test-path=tests/test_stats.py::test_even",
        "--forge=local",
    ];
    let case = case::run(&repository, &options);
    let endings = [regreen_case::Ending::NotReproduced, regreen_case::Ending::GreenOnBase];
    assert!(endings.contains(&case.report.ending), "{:?}", case.report.ending);
    assert!(!case.dir.path("fix.patch").exists());
    assert!(!case.markdown().contains("✅ Success"));
}

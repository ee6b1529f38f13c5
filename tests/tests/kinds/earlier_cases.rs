//! A failure that comes back: what was proven once is tried first, and cases of other repositories teach nothing.

use regreen_case::{CaseDir, Fix};
use regreen_tests::TestRepository;

use super::case::{self, Case};
use super::existing_test::{STATS, TEST};

const TEST_ID: &str = "tests/test_stats.py::test_even";

fn run(repository: &TestRepository, earlier: Option<&str>) -> Case {
    let test = format!("--existing-test-path={TEST_ID}");
    let earlier = earlier.map(|folder| format!("--earlier-cases={folder}"));
    let mut options = vec![
        "--prompt=median is wrong for lists of even length",
        "--deterministic=true",
        test.as_str(),
        "--agent=search",
        "--forge=local",
    ];
    options.extend(earlier.as_deref());
    case::run(repository, &options)
}

#[test]
fn a_reverted_fix_is_the_first_candidate_and_other_repositories_teach_nothing() {
    let repository = TestRepository::with(&[("stats.py", STATS), ("tests/test_stats.py", TEST)]);
    let first = run(&repository, None);
    first.is_proven();
    let (patch, fix) = (first.patch(), first.read::<Fix>());
    assert_eq!(fix.earlier_cases, None);
    // As an artifact of the run would be kept: one level below the folder.
    let cases = repository.beside("cases");
    std::fs::create_dir(&cases).unwrap();
    std::fs::rename(first.dir.root(), cases.join("run-1")).unwrap();
    let branch = fix.branch.unwrap();
    repository.git(&["merge", "--quiet", "--ff-only", &branch]);
    repository.git(&["revert", "--no-edit", "HEAD"]);
    repository.git(&["branch", "--delete", "--force", &branch]);
    assert!(repository.read("stats.py").contains("middle + 1"), "the bug is back");

    let second = run(&repository, cases.to_str());
    second.is_proven();
    let again = second.read::<Fix>();
    assert_eq!((second.patch(), again.attempts.len()), (patch, 1));
    let summary = &again.attempts[0].summary;
    assert!(summary.starts_with("the change that was proven for this failure on"), "{summary}");
    assert!(again.earlier_cases.is_some_and(|learnt| learnt.patch_reused));
    assert!(second.markdown().contains("Earlier cases: 1 with the same signature (1 proven)"));
    assert!(first_attempts_judged(&fix.attempts[0].summary) > 1, "it was not the first one by itself");

    // The same code with a history of its own is another repository.
    let other = TestRepository::new();
    other.write("README.md", "Another one.\n");
    other.commit("Start elsewhere");
    other.write("stats.py", STATS);
    other.write("tests/test_stats.py", TEST);
    other.commit("The same code");
    let third = run(&other, cases.to_str());
    third.is_proven();
    let learnt = third.read::<Fix>().earlier_cases.unwrap();
    assert_eq!((learnt.used.len(), learnt.of_others, learnt.patch_reused), (0, 1, false));
    assert!(CaseDir::open(cases.join("run-1")).unwrap().has::<Fix>(), "earlier cases stay as they are");
}

/// `12 of 340 candidates judged`
fn first_attempts_judged(summary: &str) -> u32 {
    let (before, _) = summary.split_once(" candidates judged").unwrap();
    before.rsplit("; ").next().unwrap().split(' ').next().unwrap().parse().unwrap()
}

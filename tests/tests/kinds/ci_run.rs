//! Fix from a CI run: logs fetched over the API, a draft pull request opened over the API, and the
//! second run of the same failure updates it.

use regreen_case::{PullRequest, PullRequestStatus, RunFacts, WorkKind};
use regreen_tests::github::{FakeJob, FakeRun};
use regreen_tests::{LoopbackGitHub, TestRepository, log_text};

use super::case;

fn failing_log(test: &str) -> String {
    log_text::job_log(&[("python -m pytest tests", test)])
}

const BROKEN: &str = "\
def clamp(value, low, high):
    if value > low:
        return low
    if value > high:
        return high
    return value
";

const CLAMP_TEST: &str = "\
from clamp import clamp


def test_clamp():
    assert clamp(5, 0, 10) == 5
    assert clamp(-5, 0, 10) == 0
    assert clamp(50, 0, 10) == 10
    assert clamp(0, 0, 10) == 0
";

const OUTPUT: &str = "\
============================= test session starts ==============================
platform linux -- Python 3.12.3, pytest-8.3.4, pluggy-1.5.0
rootdir: /home/runner/work/demo/demo
collected 1 item

tests/test_clamp.py F                                                    [100%]

=================================== FAILURES ===================================
__________________________________ test_clamp __________________________________

    def test_clamp():
>       assert clamp(5, 0, 10) == 5
E       assert 0 == 5
E        +  where 0 = clamp(5, 0, 10)

tests/test_clamp.py:5: AssertionError
=========================== short test summary info ============================
FAILED tests/test_clamp.py::test_clamp - assert 0 == 5
============================== 1 failed in 0.02s ===============================
##[error]Process completed with exit code 1.
";

#[test]
fn a_red_run_becomes_one_draft_pull_request() {
    let repository = TestRepository::with(&[("clamp.py", BROKEN), ("tests/test_clamp.py", CLAMP_TEST)]);
    let github = LoopbackGitHub::start();
    github.repository_from("octo", "demo", repository.path());
    let mut run = FakeRun::failed(77, vec![FakeJob::new(701, "test", "failure", &failing_log(OUTPUT))]);
    run.head_sha = repository.git(&["rev-parse", "HEAD"]);
    let url = format!("--url={}", github.add_run("octo", "demo", run));
    let variables = github.environment();
    let options = [
        "--prompt=test_clamp fails on main",
        "--deterministic=true",
        &url,
        "--agent=search",
        "--forge=github",
    ];

    let first = case::run_with(&repository, &options, &variables);
    first.is_proven();
    assert_eq!(first.work().work, WorkKind::CiRun);
    let facts: RunFacts = first.read::<regreen_case::Failure>().run.unwrap();
    assert_eq!((facts.repository.as_str(), facts.run_id), ("octo/demo", 77));
    let pull = first.read::<PullRequest>();
    assert_eq!(pull.status, PullRequestStatus::Opened, "{pull:#?}");
    assert!(pull.draft && pull.url.as_deref().is_some_and(|url| url.contains("/octo/demo/pull/")));
    let branch = pull.branch.clone().unwrap();
    let fixed = github.with("octo", "demo", |remote| remote.file(&branch, "clamp.py")).unwrap();
    assert!(String::from_utf8(fixed).unwrap().contains("value < low"));
    let line = first.markdown().lines().find(|line| line.contains("PR URL")).map(str::to_owned).unwrap();
    assert!(line.contains(&pull.url.clone().unwrap()), "{line}");

    let second = case::run_with(&repository, &options, &variables);
    let again = second.read::<PullRequest>();
    assert_eq!(
        (again.status, again.number, again.branch),
        (PullRequestStatus::Updated, pull.number, Some(branch))
    );
    assert_eq!(github.count("POST", "/pulls"), 1, "one failure, one pull request");
    github.assert_clean();
}

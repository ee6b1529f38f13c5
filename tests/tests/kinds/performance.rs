//! Make it faster: a passing but slow test, a metric and a target; measured side by side.

use regreen_case::{Verification, WorkKind};
use regreen_tests::TestRepository;

use super::case::{self, Agent, Case};

const SLOW: &str = "\
import time


def primes(limit):
    time.sleep(0.3)  # stands for work done again for every number
    return [n for n in range(2, limit) if all(n % d for d in range(2, n))]
";

const FAST: &str = "\
def primes(limit):
    return [n for n in range(2, limit) if all(n % d for d in range(2, int(n**0.5) + 1))]
";

const TEST: &str = "\
import time

from primes import primes


def test_primes(capsys):
    start = time.perf_counter()
    assert primes(60)[-1] == 59
    with capsys.disabled():
        print(f\"\\nelapsed_ms={(time.perf_counter() - start) * 1000:.1f}\")
";

/// The goal, for an agent.
fn run(repository: &TestRepository, agent: &Agent, more: &[&str]) -> Case {
    let command = format!("--agent-command={}", agent.command());
    let options = [
        "--prompt=primes(60) takes 300 ms; below 100 ms would do",
        "--deterministic=true",
        "--metric=elapsed_ms=([0-9.]+)",
        "--target=<100",
        "--agent=command",
        &command,
        "--forge=local",
    ];
    case::run(repository, &[&options, more].concat())
}

#[test]
fn a_slow_test_is_made_faster_and_measured_side_by_side() {
    let repository = TestRepository::with(&[("primes.py", SLOW), ("tests/test_primes.py", TEST)]);
    let agent = Agent::new(&repository).answers("make", "primes.py", FAST);
    let case = run(&repository, &agent, &["--existing-test-path=tests/test_primes.py::test_primes"]);
    assert_eq!(
        case.report.ending,
        regreen_case::Ending::Fixed,
        "{}\n{}",
        case.finished.stderr,
        case.markdown()
    );
    case.publishes(&repository, "opt/", &["primes.py"]);
    assert_eq!(case.work().work, WorkKind::Performance);
    let measured = case.read::<Verification>().performance.unwrap();
    assert!(measured.met && measured.median_before > 300.0 && measured.median_after < 100.0, "{measured:?}");
    assert!(measured.before.len() >= 3 && measured.after.len() >= 3, "{measured:?}");
    assert!(measured.change < -0.5, "{measured:?}");
}

#[test]
fn without_a_test_an_agent_writes_one_that_measures() {
    let repository = TestRepository::with(&[
        ("primes.py", SLOW),
        (
            "tests/test_other.py",
            "from primes import primes\n\n\ndef test_few():\n    assert primes(6) == [2, 3, 5]\n",
        ),
    ]);
    let agent = Agent::new(&repository).answers("write", "tests/test_speed.py", TEST).answers(
        "make",
        "primes.py",
        FAST,
    );
    let case = run(&repository, &agent, &[]);
    let told = || format!("{}\n{}", case.finished.stderr, case.markdown());
    assert_eq!(case.report.ending, regreen_case::Ending::Fixed, "{}", told());
    case.publishes(&repository, "opt/", &["primes.py"]);
    assert_eq!(case.reproduction().written_by.as_deref(), Some("command"), "{}", told());
    let measured = case.read::<Verification>().performance.unwrap();
    assert!(measured.met && measured.median_before > 300.0, "{measured:?}");
}

#[test]
fn a_test_that_meets_the_goal_already_measures_nothing() {
    let repository =
        TestRepository::with(&[("primes.py", FAST), ("tests/test_other.py", "def test_a(): pass\n")]);
    let agent = Agent::new(&repository).answers("write", "tests/test_speed.py", TEST);
    let case = run(&repository, &agent, &[]);
    assert_ne!(case.reproduction().status, regreen_case::ReproductionStatus::Reproduced);
    let reason = case.reproduction().reason.unwrap_or_default();
    assert!(reason.contains("reaches the goal"), "{reason}");
}

//! Intermittent failure: brought out by stress, its rate measured, the fix proven against that rate.

use regreen_case::{Verification, VerificationStatus, WorkKind};
use regreen_tests::flaky::{Repair, Seen};
use regreen_tests::{TestRepository, log_text, tools};

use super::case;

/// Sets of strings iterate in an order that changes with the hash seed of the process.
const TAGS: &str = "\
def label(tags):
    unique = set(tags)
    return \"-\".join(unique)
";

const TEST: &str = "\
from tags import label


def test_label_is_stable():
    assert label([\"a\", \"b\", \"a\"]) == \"a-b\"
";

const OUTPUT: &str = "\
============================= test session starts ==============================
platform linux -- Python 3.12.3, pytest-8.3.4, pluggy-1.5.0
rootdir: /home/runner/work/tags/tags
collected 1 item

tests/test_tags.py F                                                     [100%]

=================================== FAILURES ===================================
_____________________________ test_label_is_stable _____________________________

    def test_label_is_stable():
>       assert label([\"a\", \"b\", \"a\"]) == \"a-b\"
E       AssertionError: assert 'b-a' == 'a-b'
E         
E         - a-b
E         + b-a

tests/test_tags.py:5: AssertionError
=========================== short test summary info ============================
FAILED tests/test_tags.py::test_label_is_stable - AssertionError: assert 'b-a' == 'a-b'
============================== 1 failed in 0.02s ===============================
##[error]Process completed with exit code 1.
";

#[test]
fn a_failure_that_comes_and_goes_is_proven_against_its_rate() {
    let repository = TestRepository::with(&[("tags.py", TAGS), ("tests/test_tags.py", TEST)]);
    let log = repository.beside("job.log");
    std::fs::write(&log, log_text::job_log(&[("python -m pytest", OUTPUT)])).unwrap();
    let log = format!("--raw-logs={}", log.display());
    let options = [
        "--prompt=test_label_is_stable fails now and then",
        "--deterministic=false",
        &log,
        "--agent=search",
        "--forge=local",
    ];
    let case = case::run(&repository, &options);
    case.is_proven().publishes(&repository, "fix/", &["tags.py"]);
    assert_eq!(case.work().work, WorkKind::Intermittent);
    let rate = case.reproduction().rate.unwrap();
    assert!(rate.failures > 0 && rate.failures < rate.runs, "it comes and goes: {rate:?}");
    assert!(rate.low > 0.0 && rate.high < 1.0);
    let found = case.read::<Verification>();
    let bound = found.bound.unwrap();
    let needed = (3.0 / rate.rate).ceil() as u32;
    assert!(bound.runs >= needed.max(5), "{} clean runs for a rate of {}", bound.runs, rate.rate);
    assert!(bound.statement.contains("95 % confidence"), "{}", bound.statement);
    assert!(case.markdown().contains(&bound.statement), "the report states what the runs prove");
}

/// The other projects of `fixtures/flaky` take minutes: `cargo xtask eval flaky --repairs`.
#[test]
fn a_real_repair_is_proven_and_one_that_makes_it_rarer_is_not() {
    let seen = Seen::of(&tools::fixtures().join("flaky/javascript-chance"), "3m").unwrap();
    assert!(seen.is_reproduced(), "{:?}", seen.found.reason);
    let rate = seen.found.rate.unwrap();
    let rarer = seen.judge(Repair::Rarer).map(|(found, _)| found.status);
    assert_ne!(rarer, Ok(VerificationStatus::Proven));
    let (real, _) = seen.judge(Repair::Real).unwrap();
    assert_eq!(real.status, VerificationStatus::Proven, "{:?}", real.reason);
    let bound = real.bound.unwrap();
    assert!(f64::from(bound.runs) >= (3.0 / rate.rate).ceil(), "{} runs for {rate:?}", bound.runs);
}

#[test]
fn without_a_test_an_agent_writes_one_whose_rate_is_measured() {
    let repository =
        TestRepository::with(&[("tags.py", TAGS), ("tests/test_other.py", "def test_nothing(): pass\n")]);
    let fixed = TAGS.replace("set(tags)", "sorted(set(tags))");
    let agent = case::Agent::new(&repository)
        .answers("write", "tests/test_label.py", TEST)
        .answers("repair", "tags.py", &fixed);
    let command = format!("--agent-command={}", agent.command());
    let options = [
        "--prompt=label gives its parts in an order that changes from run to run",
        "--deterministic=false",
        "--agent=command",
        &command,
        "--forge=local",
    ];
    let case = case::run(&repository, &options);
    case.is_proven().publishes(&repository, "fix/", &["tags.py"]);
    let reproduction = case.reproduction();
    assert_eq!(reproduction.written_by.as_deref(), Some("command"));
    let rate = reproduction.rate.unwrap();
    assert!(rate.failures > 0 && rate.failures < rate.runs, "{rate:?}");
}

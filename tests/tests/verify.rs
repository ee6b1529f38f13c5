//! The whole of verify-stress with real pytest, cargo and go: honest fixes are proven, cheats are
//! rejected, and what was not seen is not claimed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic anywhere, its helpers too")]

#[path = "verify/cheats.rs"]
mod cheats;
#[path = "verify/cmake.rs"]
mod cmake;
#[path = "verify/intermittent.rs"]
mod intermittent;
#[path = "verify/javascript.rs"]
mod javascript;
#[path = "verify/others.rs"]
mod others;
#[path = "verify/parts.rs"]
mod parts;
#[path = "verify/trial.rs"]
mod trial;

use std::time::Duration;

use nix::sys::signal::Signal;
use regreen_case::{Ending, FindingKind, FixStatus, Redactor, Verification, VerificationStatus as Status};
use regreen_proof::ProofVerdict;
use regreen_workspace::Patch;
use trial::{Change, Trial};

pub(crate) const BUG: &str =
    "def total(xs):\n    return sum(xs) - 1\n\n\ndef mean(xs):\n    return sum(xs) / len(xs)\n";
pub(crate) const FIXED: &str =
    "def total(xs):\n    return sum(xs)\n\n\ndef mean(xs):\n    return sum(xs) / len(xs)\n";
pub(crate) const TESTS: &str = "import os\nfrom shop import total\n\n\ndef test_total():\n    assert total([3, 1, 2]) == 6\n\n\ndef test_type():\n    assert isinstance(total([]), int)\n";
const NEIGHBOUR: &str = "from shop import mean\n\n\ndef test_mean():\n    assert mean([1, 3]) == 2\n";

pub(crate) fn files() -> Vec<(&'static str, &'static str)> {
    vec![
        ("shop.py", BUG),
        ("tests/test_shop.py", TESTS),
        ("tests/test_mean.py", NEIGHBOUR),
        ("tests/test_far.py", "def test_far(): pass\n"),
        ("pyproject.toml", "[project]\nname = 'shop'\n[tool.pytest.ini_options]\naddopts = '-ra'\n"),
    ]
}

fn python(changes: &[Change<'_>]) -> Trial {
    Trial::new(&files(), "tests/test_shop.py::test_total", changes).seen()
}

#[track_caller]
pub(crate) fn ends(found: &Verification, status: Status, ending: Ending) {
    assert_eq!((found.status, found.ending), (status, Some(ending)), "{found:#?}");
}

// ---- honest fixes ----

#[test]
fn an_honest_python_fix_is_proven() {
    let trial = python(&[("shop.py", Some(FIXED))]);
    let (found, finished) = trial.verify(&[]);
    ends(&found, Status::Proven, Ending::Fixed);
    let (red, green, again) = (found.red.unwrap(), found.green.unwrap(), found.red_again.unwrap());
    assert_eq!((red.runs, red.failures, red.uncounted), (3, 3, 0));
    assert_eq!((green.runs, green.passes, green.uncounted), (5, 5, 0));
    assert_eq!((again.runs, again.failures), (3, 3));
    assert_eq!(red.grade, Some(regreen_case::Grade::Same));
    assert_eq!(found.required_runs, 5);
    let bound = found.bound.unwrap();
    assert!(
        bound.statement.starts_with("no failure in 5 runs: true rate below 45.1 %"),
        "{}",
        bound.statement
    );
    assert!(finished.stdout.contains(&bound.statement), "{}", finished.stdout);
    let patch = Patch::from_bytes(trial.patch.clone()).unwrap();
    assert_eq!(found.patch_sha256, Some(patch.sha256()));
    for log in red.logs.iter().chain(&green.logs).chain(&again.logs) {
        assert!(trial.case.resolve(log).unwrap().is_file(), "{log}");
    }
    let neighbours = found.neighbours.unwrap();
    assert_eq!((neighbours.passed_before, neighbours.failed_before), (2, 1), "the far test is not run");
    assert_eq!((neighbours.passed_after, neighbours.failed_after), (3, 0));
    assert!(neighbours.regressions.is_empty() && neighbours.flaky.is_empty());
    assert_eq!(found.findings, []);
}

#[test]
fn an_honest_rust_fix_is_proven_beside_its_own_tests() {
    let code = |body: &str| {
        format!(
            "pub fn add(a: i32, b: i32) -> i32 {{\n    {body}\n}}\n\n#[cfg(test)]\nmod tests {{\n    #[test]\n    fn adds() {{\n        assert_eq!(super::add(1, 2), 3);\n    }}\n}}\n"
        )
    };
    let manifest = "[package]\nname = \"sum\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n";
    let (bug, fixed) = (code("a - b"), code("a + b"));
    let base = [("Cargo.toml", manifest), ("src/lib.rs", bug.as_str())];
    let trial = Trial::new(&base, "src/lib.rs::adds", &[("src/lib.rs", Some(&fixed))]).seen();
    let (found, _) = trial.verify(&[]);
    ends(&found, Status::Proven, Ending::Fixed);

    let ignored = bug.replace("    #[test]", "    #[test]\n    #[ignore]");
    let trial = Trial::new(&base, "src/lib.rs::adds", &[("src/lib.rs", Some(&ignored))]);
    let (found, _) = trial.verify(&[]);
    ends(&found, Status::Rejected, Ending::RejectedAsCheating);
    let finding = found.findings.iter().find(|one| one.kind == FindingKind::TestSkipped).unwrap();
    assert_eq!((finding.file.as_str(), finding.line), ("src/lib.rs", Some(8)));
    let unread = cheats::proof_unread(&trial);
    assert!(matches!(unread, ProofVerdict::NotGreen(_)), "{unread:?}");
}

#[test]
fn an_honest_go_fix_is_proven() {
    let code = |body: &str| format!("package sum\n\nfunc Add(a, b int) int {{ return {body} }}\n");
    let (bug, fixed) = (code("a - b"), code("a + b"));
    let test = "package sum\n\nimport \"testing\"\n\nfunc TestAdd(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fatal(\"wrong\")\n\t}\n}\n";
    let base = [("go.mod", "module example.com/sum\n\ngo 1.21\n"), ("sum.go", &bug), ("sum_test.go", test)];
    let trial = Trial::new(&base, "sum_test.go::TestAdd", &[("sum.go", Some(&fixed))]).seen();
    let (found, _) = trial.verify(&[]);
    ends(&found, Status::Proven, Ending::Fixed);
}

#[test]
fn a_test_written_for_the_case_is_laid_over_and_stays_out_of_the_patch() {
    let test = "from shop import total\n\n\ndef test_new():\n    assert total([1]) == 1\n";
    let mut all = files();
    all.push(("tests/test_new.py", "def test_new(): assert False\n"));
    // The patch brings a version of its own that asks for nothing: the case's counts.
    let trial = Trial::new(&all, "tests/test_new.py::test_new", &[("shop.py", Some(FIXED))])
        .overlaid("tests/test_new.py", test);
    let (found, _) = trial.verify(&[]);
    ends(&found, Status::Proven, Ending::Fixed);
}

// ---- what is not proven ----

#[test]
fn a_patch_that_makes_a_neighbour_hang_is_not_proven() {
    let hangs = FIXED
        .replace("    return sum(xs) / len(xs)", "    import time\n    while xs:\n        time.sleep(1)");
    let trial = python(&[("shop.py", Some(&hangs))]);
    let (found, finished) = trial.verify(&["--time-limit", "40s"]);
    ends(&found, Status::Unproven, Ending::FixedUnproven);
    assert_eq!(found.neighbours.unwrap().unconfirmed, ["the run as a whole"]);
    assert!(finished.stdout.contains("the time was over while the neighbours ran"), "{}", finished.stdout);
}

#[test]
fn a_patch_that_breaks_a_neighbour_is_a_regression() {
    let trial = python(&[("shop.py", Some(&FIXED.replace("/ len(xs)", "// len(xs) + 1")))]);
    let (found, _) = trial.verify(&[]);
    ends(&found, Status::Regressions, Ending::Regressions);
    assert_eq!(found.neighbours.unwrap().regressions, ["tests/test_mean.py::test_mean"]);
    // A command given by the user decides in place of the choice by name.
    let (found, _) = trial.verify(&["--regression-command", "pytest tests/test_far.py"]);
    ends(&found, Status::Proven, Ending::Fixed);
}

#[test]
fn a_patch_that_does_not_help_is_not_proven() {
    let trial = python(&[("shop.py", Some(&BUG.replace("- 1", "- 2")))]);
    let (found, _) = trial.verify(&[]);
    ends(&found, Status::NotProven, Ending::NoFixFound);
    assert!(found.bound.is_none() && found.red_again.is_none());
    assert_eq!(found.green.unwrap().failures, 1, "one failure is enough");
}

#[test]
fn a_base_that_is_green_or_fails_otherwise_proves_nothing() {
    let mut trial = python(&[("shop.py", Some(FIXED))]);
    let mut other = trial.signature.clone().unwrap();
    other.kind = "KeyError".to_owned();
    trial.signature = Some(other);
    trial.write_task(true);
    let (found, _) = trial.verify(&[]);
    ends(&found, Status::NotProven, Ending::DifferentFailure);

    let mut all = files();
    all[0] = ("shop.py", FIXED);
    let trial = Trial::new(
        &all,
        "tests/test_shop.py::test_total",
        &[("shop.py", Some("def total(xs):\n    return sum(xs, 0)\n"))],
    );
    let (found, _) = trial.verify(&[]);
    ends(&found, Status::NotProven, Ending::GreenOnBase);
}

#[test]
fn what_a_patched_run_leaves_behind_must_not_hold_the_test_green() {
    // The base reads a cache when there is one; the "fix" only fills it, into an ignored file.
    let base = "import os\n\n\ndef total(xs):\n    if os.path.exists('total.cached'):\n        return sum(xs)\n    return sum(xs) - 1\n";
    let patched = "import os\n\n\ndef total(xs):\n    open('total.cached', 'w').close()\n    if os.path.exists('total.cached'):\n        return sum(xs)\n    return sum(xs) - 1\n";
    let mut all = files();
    all[0] = ("shop.py", base);
    all.retain(|(file, _)| *file != "tests/test_mean.py");
    let trial = Trial::new(&all, "tests/test_shop.py::test_total", &[("shop.py", Some(patched))]).seen();
    let (found, _) = trial.verify(&[]);
    ends(&found, Status::NotProven, Ending::FixedUnproven);
    assert!(found.reason.unwrap().contains("taken back"));
}

// ---- speed ----

#[test]
fn a_number_is_measured_in_turn_and_held_against_its_target() {
    let code = |seconds: &str| format!("import time\n\n\ndef work():\n    time.sleep({seconds})\n");
    let (slow, fast) = (code("0.2"), code("0.01"));
    let test = "import time\nfrom shop import work\n\n\ndef test_work():\n    began = time.perf_counter()\n    work()\n    print(f'took {(time.perf_counter() - began) * 1000:.1f} ms')\n";
    let trial = Trial::new(
        &[("shop.py", &slow), ("tests/test_shop.py", test)],
        "tests/test_shop.py::test_work",
        &[("shop.py", Some(&fast))],
    );
    let (found, finished) = trial.verify(&["--metric", r"took ([0-9.]+) ms", "--target", "<100"]);
    ends(&found, Status::Proven, Ending::Fixed);
    let numbers = found.performance.unwrap();
    assert!(numbers.met && numbers.before.len() >= 7 && numbers.after.len() == numbers.before.len());
    assert!(
        numbers.median_before >= 200.0 && numbers.median_after < 100.0 && numbers.change < -0.5,
        "{numbers:?}"
    );
    assert!(finished.stdout.contains("target <100 reached"), "{}", finished.stdout);
    let (found, _) = trial.verify(&["--metric", r"took ([0-9.]+) ms", "--target", "<5"]);
    ends(&found, Status::NotProven, Ending::FixedUnproven);
    assert!(!found.performance.unwrap().met);
}

// ---- the case ----

#[test]
fn a_patch_that_was_exchanged_is_a_broken_case() {
    let trial = python(&[("shop.py", Some(FIXED))]);
    let mut other = trial.patch.clone();
    let at = other.iter().position(|byte| *byte == b'+').unwrap();
    other.splice(at..at, []);
    other.extend_from_slice(b" ");
    trial.case.write_raw("fix.patch", &other).unwrap();
    let _ = trial.program(&[]).run().exits(4).says("fix.patch");
    let found: Verification = trial.case.read().unwrap();
    ends(&found, Status::Unproven, Ending::InternalError);
    trial.is_clean();
}

#[test]
fn without_a_patch_its_turn_does_not_come() {
    let trial = python(&[("shop.py", Some(FIXED))]);
    trial.case.write(&trial.fix(FixStatus::NoFixFound, None), &Redactor::default()).unwrap();
    let (found, _) = trial.verify(&[]);
    assert_eq!((found.status, found.ending), (Status::Skipped, None));
    assert!(found.reason.unwrap().contains("no fix was found"));
}

#[test]
fn a_finished_proof_of_the_same_patch_is_kept_on_resume() {
    let trial = python(&[("shop.py", Some(FIXED))]);
    let (first, _) = trial.verify(&[]);
    let (second, finished) = trial.verify(&["--resume"]);
    assert_eq!(first, second);
    assert!(finished.took < Duration::from_secs(1), "{:?}", finished.took);
    let _ = trial.program(&["--target", "400"]).run().exits(2);
}

#[test]
fn a_cancelled_proof_says_so_within_seven_seconds() {
    let mut all = files();
    all[0] = ("shop.py", "import time\n\n\ndef total(xs):\n    time.sleep(60)\n    return 0\n");
    let trial = Trial::new(&all, "tests/test_shop.py::test_total", &[("shop.py", Some(FIXED))]);
    let running = trial.program(&[]).spawn();
    let logs = trial.case.path("verification.json");
    while !logs.exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_secs(2));
    running.signal(Signal::SIGTERM);
    let began = std::time::Instant::now();
    let finished = running.wait(Duration::from_secs(20)).exits(143);
    assert!(began.elapsed() < Duration::from_secs(7), "{:?}: {}", began.elapsed(), finished.stderr);
    let found: Verification = trial.case.read().unwrap();
    ends(&found, Status::Unproven, Ending::Cancelled);
    trial.is_clean();
}

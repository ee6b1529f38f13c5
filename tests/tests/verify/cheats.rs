//! The cheats: each is rejected by reading the patch, by name and line. Those that tamper with the
//! judging rather than with the code are also found by running it, should nobody have read it.

use std::time::Duration;

use regreen_case::{Ending, FindingKind, Redactor, Severity, VerificationStatus as Status};
use regreen_proof::{Checkouts, ProofRequest, ProofVerdict, prove};
use regreen_supervise::{Cancel, Deadline, Sandbox, SandboxMode};
use regreen_workspace::{Patch, Repository};

use crate::trial::{Change, Trial};
use crate::{BUG, TESTS, files};

/// One cheat: a single changed file, and what the reading must call it.
struct Cheat {
    name: &'static str,
    kind: FindingKind,
    file: &'static str,
    text: Option<String>,
    /// Whether running the patch finds it too.
    found_by_running: bool,
}

fn tampering(name: &'static str, kind: FindingKind, file: &'static str, text: Option<&str>) -> Cheat {
    Cheat { name, kind, file, text: text.map(str::to_owned), found_by_running: true }
}

/// A cheat in the code under test: lines put at the beginning of `total`.
fn in_the_code(name: &'static str, kind: FindingKind, lines: &str, found_by_running: bool) -> Cheat {
    let text = BUG.replace("def total(xs):\n", &format!("def total(xs):\n{lines}"));
    Cheat { name, kind, file: "shop.py", text: Some(text), found_by_running }
}

const HOOK: &str = "import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    outcome = yield\n    report = outcome.get_result()\n    report.outcome = 'passed'\n    report.longrepr = None\n";

fn cheats() -> Vec<Cheat> {
    use FindingKind as Kind;
    let tests = "tests/test_shop.py";
    let skipped = TESTS.replace("def test_total", "import pytest\n@pytest.mark.skip\ndef test_total");
    let weakened = TESTS.replace("== 6", "== 5");
    let without = "def test_type():\n    assert True\n";
    let deselected = "[tool.pytest.ini_options]\naddopts = '--deselect tests/test_shop.py::test_total'\n";
    let runner = "print('=== 1 passed in 0.01s ===')\n";
    vec![
        tampering("deletes the test's file", Kind::TestDeleted, tests, None),
        tampering("deletes the test", Kind::TestDeleted, tests, Some(without)),
        tampering("skips the test", Kind::TestSkipped, tests, Some(&skipped)),
        tampering("weakens the test", Kind::AssertionWeakened, tests, Some(&weakened)),
        tampering("forces passes", Kind::TestConfigurationEdited, "tests/conftest.py", Some(HOOK)),
        tampering("deselects the test", Kind::TestConfigurationEdited, "pyproject.toml", Some(deselected)),
        tampering("brings a runner of its own", Kind::TestConfigurationEdited, "pytest.py", Some(runner)),
        in_the_code("leaves the process", Kind::EarlyExit, "    import os\n    os._exit(0)\n", true),
        in_the_code(
            "prints what pytest would and leaves",
            Kind::ForgedOutput,
            "    import os\n    os.write(1, b'=== 1 passed in 0.01s ===')\n    os._exit(0)\n",
            true,
        ),
        in_the_code(
            "skips from the inside",
            Kind::TestSkipped,
            "    import pytest\n    pytest.skip('later')\n",
            true,
        ),
        // The code behaves as the test wants: only reading can find these.
        in_the_code(
            "asks whether a test is running",
            Kind::SpecialCase,
            "    import os\n    if 'PYTEST_CURRENT_TEST' in os.environ:\n        return 6\n",
            false,
        ),
        in_the_code(
            "asks for the test's values",
            Kind::SpecialCase,
            "    if xs == [3, 1, 2]:\n        return 6\n",
            false,
        ),
        in_the_code(
            "says yes to every comparison",
            Kind::AssertionWeakened,
            "    class Yes(int):\n        def __eq__(self, other):\n            return True\n    return Yes()\n",
            false,
        ),
    ]
}

fn trial(cheat: &Cheat) -> Trial {
    let change: Change<'_> = (cheat.file, cheat.text.as_deref());
    Trial::new(&files(), "tests/test_shop.py::test_total", &[change])
}

#[test]
fn every_cheat_is_rejected_by_name_and_line_and_never_run() {
    for cheat in cheats() {
        let name = cheat.name;
        let (found, finished) = trial(&cheat).verify(&[]);
        let ending = Some(Ending::RejectedAsCheating);
        assert_eq!((found.status, found.ending), (Status::Rejected, ending), "{name}: {found:#?}");
        let finding =
            found.findings.iter().find(|one| one.kind == cheat.kind && one.severity == Severity::Reject);
        let finding =
            finding.unwrap_or_else(|| panic!("{name}: no {:?} in {:#?}", cheat.kind, found.findings));
        assert_eq!(finding.file, cheat.file, "{name}");
        assert!(finding.line.is_some() || cheat.text.is_none(), "{name}");
        assert!(finished.stdout.contains(&finding.message), "{name}: {}", finished.stdout);
        assert!(found.red.is_none() && found.green.is_none(), "{name}: it was run");
    }
}

#[test]
fn cheats_that_tamper_are_not_green_even_when_nobody_reads_them() {
    for cheat in cheats().into_iter().filter(|cheat| cheat.found_by_running) {
        let verdict = proof_unread(&trial(&cheat));
        assert!(matches!(verdict, ProofVerdict::NotGreen(_)), "{}: {verdict:?}", cheat.name);
    }
}

/// The proof without the reading.
pub(crate) fn proof_unread(trial: &Trial) -> ProofVerdict {
    let repository = Repository::discover(trial.repository.path()).unwrap();
    let patch = Patch::from_bytes(trial.patch.clone()).unwrap();
    let request = ProofRequest {
        repository: &repository,
        base: &trial.base,
        patch: &patch,
        command: &trial.command,
        targets: &trial.targets,
        protected: &trial.protected,
        overlays: &[],
        expected: trial.signature.as_ref(),
        rate: None,
        conditions: None,
        runs: None,
        goal: None,
        workers: 1,
        shard: None,
        seed: 0,
        scratch: &trial.repository.beside("scratch"),
        logs: &trial.repository.beside("logs"),
        env: &Trial::env(),
        deadline: Deadline::after(Duration::from_secs(200)),
        cancel: &Cancel::new(),
        redactor: &Redactor::default(),
        sandbox: &Sandbox::for_tools(SandboxMode::Auto),
    };
    let checkouts = Checkouts::prepare(&request).unwrap();
    prove(&request, &checkouts, &mut |_| {}).unwrap().verdict
}

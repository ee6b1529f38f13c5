//! New feature: from the prompt alone an agent writes a test that fails for the right reason, then
//! the feature. The test judges, and stays out of the pull request.

use regreen_case::{FixStatus, ReproductionStatus, WorkKind};
use regreen_tests::TestRepository;

use super::case::{self, Agent};

const TEXT: &str = "\
def shout(text):
    return text.upper() + \"!\"
";

const NEW_TEST: &str = "\
import text


def test_whisper():
    assert text.whisper(\"HELLO\") == \"hello...\"
";

#[test]
fn a_feature_is_built_against_a_test_that_failed_first() {
    let repository = TestRepository::with(&[
        ("text.py", TEXT),
        (
            "tests/test_text.py",
            "from text import shout\n\n\ndef test_shout():\n    assert shout(\"a\") == \"A!\"\n",
        ),
    ]);
    let with_feature = format!("{TEXT}\n\ndef whisper(text):\n    return text.lower() + \"...\"\n");
    let agent = Agent::new(&repository).answers("write", "tests/test_whisper.py", NEW_TEST).answers(
        "build",
        "text.py",
        &with_feature,
    );
    let command = format!("--agent-command={}", agent.command());
    let options = [
        "--prompt=Add text.whisper: lower case, followed by three dots",
        "--deterministic=true",
        "--agent=command",
        &command,
        "--forge=local",
    ];
    let case = case::run(&repository, &options);
    case.is_proven().publishes(&repository, "feat/", &["text.py"]);
    assert_eq!(case.work().work, WorkKind::Feature);
    let reproduction = case.reproduction();
    assert_eq!(reproduction.status, ReproductionStatus::Reproduced);
    assert_eq!(reproduction.written_by.as_deref(), Some("command"));
    assert_eq!(reproduction.overlays.len(), 1, "{:?}", reproduction.overlays);
}

#[test]
fn a_test_that_passes_without_the_feature_is_no_reproduction() {
    let repository = TestRepository::with(&[
        ("text.py", TEXT),
        ("tests/test_text.py", "def test_nothing():\n    assert True\n"),
    ]);
    let agent = Agent::new(&repository)
        .answers("write", "tests/test_whisper.py", "def test_whisper():\n    assert True\n")
        .answers("build", "text.py", TEXT);
    let command = format!("--agent-command={}", agent.command());
    let options = [
        "--prompt=Add text.whisper: lower case, followed by three dots",
        "--deterministic=true",
        "--agent=command",
        &command,
        "--forge=local",
    ];
    let case = case::run(&repository, &options);
    assert_ne!(case.reproduction().status, ReproductionStatus::Reproduced);
    assert_eq!(case.read::<regreen_case::Fix>().status, FixStatus::Skipped);
    assert!(case.markdown().contains("## Status: ❌ Failed"), "{}", case.markdown());
}

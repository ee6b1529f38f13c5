//! A plain chat model as the fixer, in every API: what it gets wrong goes back to it, what it gets right is
//! proven like anybody's change, its money is counted, and its key goes to its service alone.

use std::path::PathBuf;

use regreen_case::{AttemptOutcome, Ending, WorkKind};
use regreen_tests::model_service::ModelService;
use regreen_tests::{TestRepository, files_with};

use super::case::{self, Case};
use super::existing_test::{STATS, TEST};

const KEY: &str = "sk-real-key-0123456789abcdef";

/// An answer with one edit of `stats.py`.
fn edit(said: &str, search: &str, replace: &str) -> String {
    format!(
        "{said}\n\nFILE: stats.py\n```python\n<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n```\n"
    )
}

/// Takes the project through the whole line with a model that says this.
fn run(variables: &[(&str, String)], options: &[&str]) -> (TestRepository, Case) {
    let repository = TestRepository::with(&[("stats.py", STATS), ("tests/test_stats.py", TEST)]);
    let all = [
        "--prompt=median is wrong for lists of even length",
        "--deterministic=true",
        "--existing-test-path=tests/test_stats.py::test_even",
        "--agent=model",
        "--forge=local",
    ];
    let case = case::run_with(&repository, &[&all, options].concat(), variables);
    (repository, case)
}

/// The model is wrong about the lines, then about the cause, then right; and the key is nowhere but at its
/// service.
fn is_fixed_at_the_third_answer(key: &str, address: &str, path: &str, model: &str) {
    let last = "    return (ordered[middle] + ordered[middle + 1]) / 2";
    let service = ModelService::saying(&[
        &edit("The index is off.", "    return (ordered[middle] + ordered[middle + 2]) / 2", "    return 0"),
        &edit("The index is off.", last, "    return ordered[middle]"),
        &edit(
            "The upper middle was taken for the lower one.",
            last,
            &last.replace("middle + 1", "middle - 1"),
        ),
    ]);
    let variables = [
        (key, KEY.to_owned()),
        (address, format!("http://127.0.0.1:{}{path}", service.port)),
        ("REGREEN_MODEL", model.to_owned()),
    ];
    let (repository, case) = run(&variables, &[]);
    let asked = service.asked();
    case.is_proven().publishes(&repository, "fix/", &["stats.py"]);
    assert_eq!((case.work().work, asked.len()), (WorkKind::ExistingTest, 3));
    assert!(asked.iter().all(|one| one.key.ends_with(KEY)), "{asked:?}");
    assert!(asked[0].body.contains("ordered[middle + 1]") && asked[0].body.contains("def test_even"));
    assert!(asked[1].body.contains("not in `stats.py`"), "{}", asked[1].body);
    assert!(asked[2].body.contains("Earlier attempts") && asked[2].body.contains("return ordered[middle]"));
    let fix = case.read::<regreen_case::Fix>();
    let ends: Vec<AttemptOutcome> = fix.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(ends, [AttemptOutcome::StillRed, AttemptOutcome::Green]);
    assert_eq!(fix.attempts[0].cost.input_tokens, Some(2_000), "two answers of a thousand each");
    assert!(fix.root_cause.unwrap().contains("upper middle"));
    assert_eq!(files_with(case.dir.root(), KEY), [""; 0].map(PathBuf::from), "the key is in the case");
}

#[test]
fn anthropics_messages() {
    is_fixed_at_the_third_answer("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "", "");
}

#[test]
fn openais_responses() {
    is_fixed_at_the_third_answer("OPENAI_API_KEY", "OPENAI_BASE_URL", "", "gpt-5.4-mini");
}

#[test]
fn geminis_generate_content() {
    is_fixed_at_the_third_answer("GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL", "", "");
}

#[test]
fn chat_completions_of_a_server_of_ones_own() {
    is_fixed_at_the_third_answer("REGREEN_MODEL_KEY", "REGREEN_MODEL_URL", "/v1", "qwen2.5-coder");
}

#[test]
fn a_model_that_never_gives_a_good_edit_ends_in_no_fix_and_says_why() {
    let service = ModelService::saying(&[&edit("I am sure.", "    return median(values)", "    return 1")]);
    let address = format!("http://127.0.0.1:{}/v1", service.port);
    let variables = [("REGREEN_MODEL_URL", address), ("REGREEN_MODEL", "small".to_owned())];
    let (_repository, case) = run(&variables, &[]);
    assert_eq!((case.report.ending, service.asked().len()), (Ending::NoFixFound, 16));
    let markdown = case.markdown();
    assert!(markdown.contains("none of its 8 answers held edits that could be made"), "{markdown}");
}

#[test]
fn without_a_service_the_user_is_told_what_to_set() {
    let (_repository, case) = run(&[], &[]);
    assert_eq!(case.report.ending, Ending::NoFixFound);
    let markdown = case.markdown().replace('\\', "");
    assert!(markdown.contains("ANTHROPIC_API_KEY") && markdown.contains("REGREEN_MODEL_URL"), "{markdown}");
}

#[test]
fn a_model_writes_the_test_and_then_the_feature() {
    let repository =
        TestRepository::with(&[("stats.py", STATS), ("tests/test_stats.py", "def test_nothing(): pass\n")]);
    let test = "FILE: tests/test_mean.py\n<<<<<<< SEARCH\n=======\nfrom stats import mean\n\n\n\
        def test_mean():\n    assert mean([1, 2, 6]) == 3\n    assert mean([2]) == 2\n>>>>>>> REPLACE\n";
    let feature = edit(
        "Added.",
        "def median(values):",
        "def mean(values):\n    return sum(values) / len(values)\n\n\ndef median(values):",
    );
    let service = ModelService::saying(&[test, &feature]);
    let variables = [
        ("REGREEN_MODEL_URL", format!("http://127.0.0.1:{}/v1", service.port)),
        ("REGREEN_MODEL", "m".to_owned()),
    ];
    let options = [
        "--prompt=Add stats.mean, the sum divided by how many there are",
        "--deterministic=true",
        "--agent=model",
        "--forge=local",
    ];
    let case = case::run_with(&repository, &options, &variables);
    case.is_proven().publishes(&repository, "feat/", &["stats.py"]);
    assert_eq!((case.work().work, service.asked().len()), (WorkKind::Feature, 2));
    assert_eq!(case.reproduction().written_by.as_deref(), Some("model"));
}

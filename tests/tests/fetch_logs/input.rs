//! The rules of the input.

use regreen_case::{Ending, FailureStatus, Source, WorkKind};
use regreen_tests::Program;

use super::place::{Place, against, outputs, server};

#[test]
fn info_json_opens_a_case() {
    let place = Place::new();
    let info = r#"{"deterministic": true, "prompt": "Add a --json flag to the list command", "url": null}"#;
    let _ = place.info(info).exits(0);
    let task = place.task();
    assert_eq!((task.work, task.source), (WorkKind::Feature, Source::Prompt));
    assert_eq!(task.slug, "add-a-json-flag-to-the-list-command");
    assert_eq!((place.failure().status, place.failure().ending), (FailureStatus::Skipped, None));
}

#[test]
fn bad_input_ends_with_2_and_leaves_a_document() {
    for (info, says) in [
        (r#"{"deterministic": true, "promt": "x"}"#, "unknown key `promt`, did you mean `prompt`?"),
        (r#"{"deterministic": "true", "prompt": "x"}"#, "`deterministic` must be true or false"),
        (r#"{"prompt": "x"}"#, "`deterministic` is missing"),
        (r#"{"deterministic": true}"#, "`prompt` is missing"),
        (
            r#"{"deterministic": true, "prompt": "x", "url": "https://example.com"}"#,
            "does not name a workflow run",
        ),
        (
            r#"{"deterministic": true, "prompt": "x", "existing-test-path": "../x.py"}"#,
            "must not contain `..`",
        ),
        (r#"{"deterministic": true, "prompt": "x", "raw-logs": "gone.log"}"#, "cannot read gone.log"),
        ("[1]", "is not a JSON object"),
    ] {
        let place = Place::new();
        let ended = place.info(info).exits(2).says(says);
        assert!(ended.stderr.contains("hint: "), "{}", ended.stderr);
        let failure = place.failure();
        assert_eq!((failure.status, failure.ending), (FailureStatus::Skipped, Some(Ending::BadInput)));
        assert!(failure.reason.unwrap().contains(says));
    }
    let place = Place::new();
    let _ = place.program().args(["--prompt=x", "--deterministic=maybe"]).run().exits(2).says("not `maybe`");
    let _ = place.prompted(&["--verify-limit=soon"]).run().exits(2).says("verify-limit");
    let _ = place.prompted(&["--metric=(x)"]).run().exits(2).says("needs a target");
    assert_eq!(place.failure().ending, Some(Ending::BadInput));
}

#[test]
fn warnings_do_not_refuse() {
    let (github, url) = server(|run| run);
    let place = Place::new();
    let log = place.file("ci.log", "never read");
    let program = place
        .program()
        .args(["--prompt=Fix the test", "--deterministic=true", "--url", &url, "--raw-logs"])
        .arg(log);
    let _ = against(&github, program).run().exits(0).says("the prompt is vague").says("the url wins");
    assert_eq!(place.task().warnings.len(), 2);
    assert!(matches!(place.task().source, Source::Url { .. }));
}

#[test]
fn action_inputs_are_options_and_empty_ones_are_none() {
    let place = Place::new();
    let out = place.file("output", "");
    let _ = Program::new("fetch-logs")
        .dir(place.path(""))
        .env("REGREEN_CASE", place.path("case"))
        .env("REGREEN_PROMPT", "Make test_search faster")
        .env("REGREEN_DETERMINISTIC", "true")
        .env("REGREEN_URL", "")
        .env("REGREEN_RAW_LOGS", "")
        .env("REGREEN_EXISTING_TEST_PATH", "tests/test_search.py::test_speed")
        .env("REGREEN_METRIC", "took ([0-9.]+) ms")
        .env("REGREEN_TARGET", "<400")
        .env("REGREEN_REPRODUCE_LIMIT", "90s")
        // Real runners set no INPUT_* here; act does, and it must not count.
        .env("INPUT_PROMPT", "something else")
        .env("GITHUB_OUTPUT", &out)
        .run()
        .exits(0);
    let task = place.task();
    assert_eq!((task.work, task.limits.reproduce_s), (WorkKind::Performance, 90));
    assert_eq!(task.performance.unwrap().target.to_string(), "<400");
    let outputs = outputs(&out);
    assert_eq!(outputs["work"], "performance");
    assert_eq!(outputs["slug"], "test-speed");
    assert_eq!((outputs["status"].as_str(), outputs["ending"].as_str()), ("skipped", ""));
    assert_eq!(outputs["case"], place.path("case").canonicalize().unwrap().display().to_string());
}

#[test]
fn options_win_over_info_json() {
    let place = Place::new();
    let info = place.file("info.json", r#"{"deterministic": true, "prompt": "Fix median of even lists"}"#);
    let _ = place.program().arg("--info").arg(info).arg("--deterministic=false").run().exits(0);
    assert_eq!((place.task().deterministic, place.task().work), (false, WorkKind::Intermittent));
}

//! Tests of what is picked from a case.

use regreen_case::{Source, Timing};

use super::*;

fn task(work: WorkKind) -> Task {
    Task {
        prompt: "p".to_owned(),
        deterministic: true,
        work,
        source: Source::Prompt,
        existing_test_path: None,
        performance: None,
        slug: "p".to_owned(),
        limits: regreen_case::Limits::default(),
        warnings: Vec::new(),
        timing: Timing::start(),
    }
}

fn failure(log: &str) -> Failure {
    let found = regreen_logs::extract(log.as_bytes(), "logs/a.log").unwrap();
    Failure {
        status: FailureStatus::TestsFailed,
        reason: None,
        ending: None,
        tests: found.tests,
        containers: vec![],
        tallies: vec![],
        diagnostics: vec![],
        cause: found.cause,
        command: found.command,
        infrastructure: found.infrastructure,
        signature: found.signature,
        run: None,
        repeats: None,
        jobs: Vec::new(),
        logs: Vec::new(),
        excerpt: String::new(),
        cut: Vec::new(),
        redactions: 0,
        warnings: Vec::new(),
        timing: Timing::start(),
    }
}

fn project(files: &[&str]) -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    let project = Project::at(folder.path(), folder.path());
    (folder, project)
}

const LOG: &str = "=========================== short test summary info ============================
FAILED tests/test_a.py::test_x[1] - ValueError: no 1
FAILED tests/test_a.py::test_x[2] - ValueError: no 2
FAILED tests/test_a.py::test_y - KeyError: 'a'
========================= 3 failed, 1 passed in 0.10s ==========================
";

#[test]
fn tests_that_fail_alike_come_along_with_the_first_one() {
    let (_folder, project) = project(&["tests/test_a.py"]);
    let found = subject(&project, &task(WorkKind::RawLogs), Some(&failure(LOG))).unwrap().unwrap();
    let ids: Vec<_> = found.targets.iter().map(|target| target.id.as_str()).collect();
    assert_eq!(ids, ["tests/test_a.py::test_x[1]", "tests/test_a.py::test_x[2]"]);
    assert_eq!(found.targets[0].file.as_deref(), Some("tests/test_a.py"));
    assert_eq!(found.expected.unwrap().kind, "ValueError");
}

#[test]
fn a_named_test_wins_and_takes_its_signature_from_the_log() {
    let (_folder, project) = project(&["tests/test_a.py"]);
    let mut task = task(WorkKind::ExistingTest);
    task.existing_test_path = Some("tests/test_a.py::test_y".to_owned());
    let found = subject(&project, &task, Some(&failure(LOG))).unwrap().unwrap();
    assert_eq!(found.targets.len(), 1);
    assert_eq!(found.expected.unwrap().kind, "KeyError");
    task.existing_test_path = Some("tests/test_gone.py".to_owned());
    assert!(subject(&project, &task, None).is_err());
}

#[test]
fn a_place_in_the_code_under_test_is_not_the_tests_file() {
    let (_folder, project) = project(&["src/lib.rs", "tests/it.rs"]);
    let log = |suite: &str, file: &str| {
        format!(
            "     Running {suite}\n\nrunning 1 test\ntest t ... FAILED\n\nfailures:\n\n---- t stdout ----\nthread 't' panicked at {file}:1:1:\nboom\n\n\nfailures:\n    t\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n"
        )
    };
    let unit = failure(&log("unittests src/lib.rs (target/debug/deps/a-1f)", "src/lib.rs"));
    let found = subject(&project, &task(WorkKind::RawLogs), Some(&unit)).unwrap().unwrap();
    assert_eq!(found.targets[0].file, None);
    let integration = failure(&log("tests/it.rs (target/debug/deps/it-1f)", "tests/it.rs"));
    let found = subject(&project, &task(WorkKind::RawLogs), Some(&integration)).unwrap().unwrap();
    assert_eq!(found.targets[0].file.as_deref(), Some("tests/it.rs"));
}

#[test]
fn infrastructure_and_missing_logs_are_not_our_turn() {
    let mut failed = failure("");
    for status in [FailureStatus::Infrastructure, FailureStatus::NoLogs] {
        failed.status = status;
        assert!(not_our_turn(&task(WorkKind::CiRun), Some(&failed)).is_some());
        let mut named = task(WorkKind::CiRun);
        named.existing_test_path = Some("t.py".to_owned());
        assert_eq!(not_our_turn(&named, Some(&failed)), None);
    }
    assert_eq!(not_our_turn(&task(WorkKind::Feature), None), None);
}

#[test]
fn a_test_that_only_a_header_names_gets_its_node_id() {
    let log = "============================= test session starts ==============================
=================================== FAILURES ===================================
_____________________________ TestA.test_b[1.5-x] ______________________________
tests/test_a.py:4: in test_b
    assert value == 2
E   assert 1 == 2
========================= 1 failed, 1 passed in 0.10s ==========================
";
    let (_folder, project) = project(&["tests/test_a.py"]);
    let found = subject(&project, &task(WorkKind::RawLogs), Some(&failure(log))).unwrap().unwrap();
    assert_eq!(found.targets[0].id, "tests/test_a.py::TestA::test_b[1.5-x]");
    assert_eq!(found.targets[0].file.as_deref(), Some("tests/test_a.py"));
    assert_eq!(found.expected.unwrap().test.as_deref(), Some("tests/test_a.py::TestA::test_b[1.5-x]"));
}

//! Tests over whole logs: layouts, steps, green jobs, merging, noise.

use proptest::prelude::*;
use regreen_case::Grade;

use super::*;

const STAMP: &str = "2026-03-04T05:06:07.1234567Z ";

fn stamped(text: &str) -> String {
    text.lines().map(|line| format!("{STAMP}{line}\n")).collect()
}

fn log(text: &str) -> Extraction {
    extract(text.as_bytes(), "logs/a.log").unwrap()
}

fn step(command: &str, output: &str, code: i32) -> String {
    let end = if code == 0 {
        String::new()
    } else {
        format!("##[error]Process completed with exit code {code}.\n")
    };
    format!(
        "##[group]Run {command}\n\u{1b}[36;1m{command}\u{1b}[0m\nshell: /usr/bin/bash -e {{0}}\nenv:\n  MODE: strict\n##[endgroup]\n{output}{end}"
    )
}

const PYTEST: &str = "=========================== short test summary info ============================\nFAILED tests/test_a.py::test_x - AssertionError: no cart\n========================= 1 failed, 1 passed in 0.10s ==========================\n";

#[test]
fn all_layouts_of_a_log_give_the_same() {
    let job = format!(
        "{}{}Post job cleanup.\nCleaning up orphan processes\n",
        step("make lint", "fine\n", 0),
        step("pytest", PYTEST, 1)
    );
    let raw = log(&format!("\u{feff}{}", stamped(&job)));
    assert_eq!(raw.tests.len(), 1);
    assert_eq!(raw.tests[0].id, "tests/test_a.py::test_x");
    let command = raw.command.clone().unwrap();
    assert_eq!((command.script.as_str(), command.exit_code), ("pytest", Some(1)));
    assert_eq!(command.env["MODE"], "strict");
    assert_eq!(raw.tests[0].log.as_ref().unwrap().line, 15);
    let columns: String = stamped(&job).lines().map(|line| format!("build\tTest\t{line}\n")).collect();
    assert_eq!(log(&columns).tests, raw.tests);
    assert_eq!(log(&columns).command.unwrap().step.as_deref(), Some("Test"));
    assert_eq!(log(&stamped(&job).replace('\n', "\r\n")).tests, raw.tests);
    assert_eq!(log(&job).tests[0].signature, raw.tests[0].signature);
}

#[test]
fn a_green_job_reports_nothing() {
    let job =
        format!("{}Post job cleanup.\nCleaning up orphan processes\n", step("pytest || true", PYTEST, 0));
    let green = log(&stamped(&job));
    assert!(green.tests.is_empty() && green.cause.is_none() && green.signature.is_none());
}

#[test]
fn tests_of_a_step_that_passed_do_not_explain_another_steps_failure() {
    let job = format!(
        "{}{}",
        step("pytest || true", PYTEST, 0),
        step("cargo build", "error[E0425]: cannot find value `x`\n --> src/a.rs:2:1\n", 101)
    );
    let found = log(&stamped(&job));
    assert!(found.tests.is_empty());
    assert_eq!(found.warnings.len(), 1);
    assert_eq!(found.cause.unwrap().file.as_deref(), Some("src/a.rs"));
}

#[test]
fn what_a_program_prints_does_not_end_its_step() {
    let forged =
        format!("{PYTEST}##[error]Process completed with exit code 1.\n\ntests/test_b.py .   [100%]\n\n");
    let passed =
        format!("{forged}============================== 3 passed in 0.10s ===============================\n");
    let job =
        format!("{}{}", step("pytest", &passed, 0), step("make lint", "a.py:1:1: E501 line too long\n", 2));
    let found = log(&stamped(&job));
    assert_eq!(found.command.unwrap().script, "make lint");
    assert!(found.tests.is_empty(), "{:?}", found.tests);
    // The last line of a log, and blank lines behind it, leave it the runner's.
    for end in ["", "\n \n", "##[debug]Finishing: pytest\n"] {
        let found = log(&stamped(&format!("{}{end}", step("pytest", PYTEST, 1))));
        assert_eq!(found.command.unwrap().exit_code, Some(1), "{end:?}");
    }
}

#[test]
fn a_report_printed_by_a_later_step_names_the_tests_of_a_class_that_failed() {
    let summary = "[junitlauncher] Running a.BTest\n[junitlauncher] Tests run: 2, Failures: 1, Aborted: 0, Skipped: 0, Time elapsed: 1 sec\nBUILD FAILED\n";
    let report = "Testcase: a.BTest\nTest: c() took 15 sec(s) FAILED: no\njava.lang.IllegalStateException: no\n\tat a.BTest.c(BTest.java:3)\n\nTests run: 2, Failures: 1, Skipped: 0, Aborted: 0, Time elapsed: 1 sec(s)\n";
    let found = log(&[step("ant test", summary, 1), step("cat report.txt", report, 0)].concat());
    assert_eq!(found.tests.iter().map(|test| test.id.as_str()).collect::<Vec<_>>(), ["a.BTest.c"]);
}

#[test]
fn infrastructure_is_told_from_failing_tests() {
    let network = step(
        "pip install x",
        "ERROR: Could not find a version\nfatal: unable to access 'https://h/': Could not resolve host: h\n",
        128,
    );
    assert_eq!(log(&stamped(&network)).infrastructure.unwrap().kind, InfrastructureKind::Network);
    let test = step(
        "pytest",
        &format!("fatal: unable to access 'https://h/': Could not resolve host: h\n{PYTEST}"),
        1,
    );
    let found = log(&stamped(&test));
    assert_eq!((found.tests.len(), found.infrastructure), (1, None));
    let lost = format!(
        "{}##[error]The runner has received a shutdown signal.\n",
        step("pytest", "collected 3 items\n", 0)
    );
    assert_eq!(log(&stamped(&lost)).infrastructure.unwrap().kind, InfrastructureKind::LostRunner);
}

#[test]
fn a_step_without_a_word_of_error_is_explained_by_its_last_words() {
    let found = log(&stamped(&step("./check.sh", "looking\nnot tidy\n", 3)));
    assert_eq!(found.cause.unwrap().message, "not tidy");
    assert!(found.excerpt.starts_with("$ ./check.sh (exit code 3)"));
}

#[test]
fn merging_keeps_each_test_once_and_prefers_logs_with_tests() {
    let pytest = log(&stamped(&step("pytest", PYTEST, 1)));
    let build = log(&stamped(&step("make", "a.c:1:1: error: no\n", 2)));
    let merged = merge(vec![build.clone(), pytest.clone(), pytest.clone()]);
    assert_eq!(merged.tests, pytest.tests);
    assert_eq!(merged.signature, pytest.signature);
    assert_eq!(merge(vec![build.clone()]).cause, build.cause);
    assert_eq!(merge(Vec::new()), Extraction::default());
}

#[test]
fn empty_and_meaningless_logs_report_nothing() {
    assert_eq!(log(""), Extraction::default());
    let found = log("hello\nworld\n");
    assert!(found.tests.is_empty() && found.cause.is_none() && found.infrastructure.is_none());
}

fn noisy(noise: &Noise) -> String {
    let output = format!(
        "============================= test session starts ==============================\nrootdir: /home/{dir}\n=================================== FAILURES ===================================\n____________________________________ test_x ____________________________________\ntests/test_a.py:{line}: in test_x\n    load()\nsrc/app.py:{line}: in load\n    raise OSError(f\"cannot open {{path}} after {{n}} ms at {{id}}\")\nE   OSError: cannot open /tmp/{dir}/data.txt after {n} ms at 0x{n:x}\n=========================== short test summary info ============================\nFAILED tests/test_a.py::test_x - OSError: cannot open /tmp/{dir}/data.txt after {n} ms at 0x{n:x}\n========================= 1 failed, 1 passed in {n}.10s ==========================\n",
        dir = noise.dir,
        line = noise.line,
        n = noise.n,
    );
    step("pytest", &output, 1)
        .lines()
        .map(|line| {
            let stamp = if noise.stamps { STAMP } else { "" };
            let (red, reset) = if noise.colours { ("\u{1b}[31m", "\u{1b}[0m") } else { ("", "") };
            let end = if noise.crlf { "\r\n" } else { "\n" };
            if line.starts_with("##") || line.contains('\u{1b}') {
                format!("{stamp}{line}{end}")
            } else {
                format!("{stamp}{red}{line}{reset}{end}")
            }
        })
        .collect()
}

#[derive(Debug)]
struct Noise {
    dir: String,
    line: u32,
    n: u32,
    stamps: bool,
    colours: bool,
    crlf: bool,
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]
    #[test]
    fn signatures_survive_the_noise_of_reruns(
        dir in "[a-z]{3,8}(/[a-z0-9_]{2,8}){1,3}", line in 1..5000_u32, n in 0..u32::MAX,
        stamps: bool, colours: bool, crlf: bool
    ) {
        let plain = Noise { dir: "runner/work".to_owned(), line: 1, n: 1, stamps: true, colours: false, crlf: false };
        let expected = log(&noisy(&plain)).tests[0].signature.clone();
        let found = log(&noisy(&Noise { dir, line, n, stamps, colours, crlf }));
        prop_assert_eq!(found.tests.len(), 1);
        prop_assert_eq!(found.tests[0].signature.compare(&expected), Grade::Same);
        prop_assert_eq!(&found.tests[0].signature.hash, &expected.hash);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "(.{0,60}\n|=== [A-Z]+ x\n|--- FAIL: [A-Za-z/]{1,9} \\(0.1s\\)\n|running 2 tests\n|failures:\n|##\\[group\\]Run x\n|=+ FAILURES =+\n|E   .{0,9}\n|panic: .{0,9}\n){0,30}") {
        let found = log(&text);
        prop_assert!(found.excerpt.len() <= crate::excerpt::LIMIT);
    }
}

#[test]
fn only_the_last_attempt_of_a_retried_command_counts() {
    let attempt =
        |test: &str| format!("--- FAIL: {test} (0.00s)\n    a_test.go:1: no\nFAIL\nFAIL\tx/y\t0.1s\n");
    let retried = "The command \"go test ./...\" failed. Retrying, 2 of 3.\n";
    let ended = "The command \"go test ./...\" exited with 1.\n";
    let found = log(&format!("{}{retried}{}{ended}", attempt("TestFlaky"), attempt("TestBroken")));
    let ids: Vec<_> = found.tests.iter().map(|test| test.id.as_str()).collect();
    assert_eq!(ids, ["TestBroken"]);
    assert_eq!(found.cause.unwrap().log.unwrap().line, 7);
}

#[test]
fn what_one_frameworks_tests_print_is_no_test_of_another() {
    let forged =
        "--- FAIL: TestForged (0.00s)\n    forged_test.go:1: no\nFAIL\nFAIL\texample.org/forged\t0.1s\n";
    let session = PYTEST.replacen("\n", &format!("\n{forged}"), 1);
    assert!(session.contains("TestForged"));
    let found = log(&step("make test", &session, 1));
    assert_eq!(
        found.tests,
        log(&step("make test", PYTEST, 1))
            .tests
            .iter()
            .map(|test| {
                let mut moved = test.clone();
                moved.log.as_mut().unwrap().line += 4;
                moved
            })
            .collect::<Vec<_>>()
    );
    assert!(found.warnings.iter().any(|text| text.contains("go-test")), "{:?}", found.warnings);
}

#[test]
fn words_of_a_retry_in_a_tests_output_take_nothing_back() {
    let failed = "--- FAIL: TestA (0.00s)\n    a_test.go:1: no\nFAIL\nFAIL\tx/y\t0.1s\n";
    let said = log(&step("go test ./...", &format!("{failed}Attempt 1 failed. Reason: none\n"), 1));
    assert_eq!(said.tests.len(), 1);
    let noted =
        log(&step("retry", &format!("{failed}##[warning]Attempt 1 failed. Reason: exited with 1\n"), 1));
    assert_eq!(noted.tests.len(), 0);
}

#[test]
fn a_script_that_runs_one_runner_reports_no_others_tests() {
    let forged =
        "--- FAIL: TestForged (0.00s)\n    forged_test.go:1: no\nFAIL\nFAIL\texample.org/forged\t0.1s\n";
    let session = format!("{forged}{PYTEST}");
    let ids = |script: &str| -> Vec<String> {
        log(&step(script, &session, 1)).tests.into_iter().map(|test| test.id).collect()
    };
    assert_eq!(ids("make test"), ["TestForged", "tests/test_a.py::test_x"]);
    assert_eq!(ids("python -m pytest -s"), ["tests/test_a.py::test_x"]);
    assert_eq!(ids("go test ./..."), ["TestForged"]);
    let found = log(&step("pytest", &session, 1));
    assert!(found.warnings.iter().any(|text| text.contains("does not run")), "{:?}", found.warnings);
}

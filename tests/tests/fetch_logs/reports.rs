//! Test reports: among a run's artifacts and named by hand, joined with the logs.

use std::io::Write;

use regreen_case::{FailureStatus, Framework, Source};
use regreen_tests::LoopbackGitHub;
use regreen_tests::Program;
use regreen_tests::github::{FakeArtifact, FakeJob, FakeRun, Fault};
use regreen_tests::log_text::pytest_failure;
use regreen_tests::tools::tool;

use super::place::{Place, against, fetched, holds, names_the_test, outputs, server};

/// pytest's report of the failure in the log, and of one that the log does not name.
const REPORT: &str = r#"<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" tests="3" failures="2">
<testcase classname="tests.test_median" name="test_median_even" time="0.001"><failure message="assert 3 == 2.5">
tests/test_median.py:9: AssertionError</failure></testcase>
<testcase classname="tests.test_median" name="test_median_odd" time="0.001" />
<testcase classname="tests.test_mode.TestMode" name="test_tie[a-b]" time="0.001"><failure message="ValueError: no unique mode">
tests/test_mode.py:4: in helper
tests/test_mode.py:21: ValueError</failure></testcase></testsuite></testsuites>"#;

const SILENT_LOG: &str = "2026-01-05T10:00:00.0000000Z ##[group]Run ./quiet-tests\n2026-01-05T10:00:00.1000000Z ##[endgroup]\n\
                          2026-01-05T10:00:01.0000000Z 2 of 3 tests did not pass\n\
                          2026-01-05T10:00:01.1000000Z ##[error]Process completed with exit code 1.\n";

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn artifact(id: u64, name: &str, zip: Vec<u8>) -> FakeArtifact {
    FakeArtifact {
        id,
        name: name.into(),
        zip,
        expired: false,
        created_at: Some("2026-01-05T10:00:30Z".into()),
    }
}

fn reported(run: FakeRun) -> FakeRun {
    let files =
        zip(&[("out/junit.xml", REPORT.as_bytes()), ("coverage.xml", b"<coverage/>"), ("a.txt", b"x")]);
    FakeRun {
        artifacts: vec![artifact(5, "test-results", files), artifact(6, "wheels", b"no zip".to_vec())],
        ..run
    }
}

fn ids(place: &Place) -> Vec<String> {
    place.failure().tests.into_iter().map(|test| test.id).collect()
}

const LOGGED: &str = "tests/test_median.py::test_median_even";
const ADDED: &str = "tests/test_mode.py::TestMode::test_tie[a-b]";

#[test]
fn what_log_and_report_name_is_named_once_and_the_rest_is_added() {
    let (github, url) = server(reported);
    let place = Place::new();
    let _ = fetched(&place, &github, &url).exits(0);
    names_the_test(&place, "logs/job-70.log");
    let failure = place.failure();
    assert_eq!(ids(&place), [LOGGED, ADDED]);
    let added = &failure.tests[1];
    assert_eq!((added.framework, added.kind.as_str()), (Framework::Pytest, "ValueError"));
    assert_eq!((added.file.as_deref(), added.line), (Some("tests/test_mode.py"), Some(21)));
    assert!(added.message.starts_with("ValueError: no unique mode"), "{}", added.message);
    assert_eq!(
        failure.warnings,
        [format!("only reports (test-results: out/junit.xml) name 1 failed tests: {ADDED}")]
    );
    // The artifact that promises no report is left alone.
    assert_eq!((github.count("GET", "/artifacts/5/zip"), github.count("GET", "/artifacts/6/zip")), (1, 0));
    github.assert_clean();
}

#[test]
fn a_report_names_what_a_silent_log_does_not() {
    let (github, url) = server(|run| {
        let mut run = reported(run);
        run.jobs[0].log = Some(SILENT_LOG.into());
        run
    });
    let place = Place::new();
    let _ = fetched(&place, &github, &url).exits(0);
    let failure = place.failure();
    assert_eq!(
        (failure.status, ids(&place)),
        (FailureStatus::TestsFailed, vec![LOGGED.to_owned(), ADDED.to_owned()])
    );
    assert_eq!(failure.signature, Some(failure.tests[0].signature.clone()));
    assert!(failure.excerpt.contains("assert 3 == 2.5"), "{}", failure.excerpt);
    // Of one job alone nothing is added: the report may be another job's.
    let place = Place::new();
    let _ = fetched(&place, &github, &format!("{url}/job/70")).exits(0);
    assert_eq!(ids(&place), [""; 0]);
}

#[test]
fn failures_that_only_reports_name_are_found_in_earlier_runs_too() {
    let silent = |id: u64, report: &str| FakeRun {
        artifacts: vec![artifact(id, "junit", zip(&[("junit.xml", report.as_bytes())]))],
        ..FakeRun::failed(id, vec![FakeJob::new(id * 10, "build", "failure", SILENT_LOG)])
    };
    let github = LoopbackGitHub::start();
    github.repository("octo", "demo");
    github.add_run("octo", "demo", silent(4, &REPORT.replace("median_even", "median_empty")));
    github.add_run("octo", "demo", silent(5, REPORT));
    let url = github.add_run("octo", "demo", silent(7, REPORT));
    let place = Place::new();
    let program = place.prompted(&["--url", &url, "--repeats=5"]).env("GITHUB_OUTPUT", place.path("outputs"));
    let _ = against(&github, program).run().exits(0);
    let found = place.failure().repeats.unwrap();
    assert_eq!(found.runs.iter().map(|run| run.run_id).collect::<Vec<_>>(), [5], "{found:#?}");
    assert_eq!(outputs(&place.path("outputs"))["repeat-count"], "2");
}

#[test]
fn an_artifact_that_cannot_be_read_is_a_warning() {
    let bomb = zip(&[("junit.xml", vec![b' '; 40 << 20].as_slice())]);
    let broken = artifact(6, "junit-broken", b"PK\x03\x04 broken".to_vec());
    let gone = FakeArtifact { expired: true, ..artifact(7, "junit-gone", Vec::new()) };
    let older = FakeArtifact {
        created_at: Some("2026-01-05T09:00:00Z".into()),
        ..artifact(8, "junit-of-an-earlier-attempt", zip(&[("junit.xml", REPORT.as_bytes())]))
    };
    let (github, url) = server(|run| FakeRun {
        artifacts: vec![artifact(5, "junit-bomb", bomb), broken, gone, older],
        ..run
    });
    let place = Place::new();
    let _ = fetched(&place, &github, &url).exits(0);
    assert_eq!(ids(&place), [LOGGED]);
    let warnings = place.failure().warnings;
    for (name, why) in [("junit-bomb", "too large"), ("junit-broken", "zip"), ("junit-gone", "expired")] {
        assert!(warnings.iter().any(|one| one.contains(name) && one.contains(why)), "{name}: {warnings:?}");
    }
    // Not even the list has to be had.
    let (github, url) = server(reported);
    github.fail(Fault::new("/runs/7/artifacts", 403, "Resource not accessible by integration").times(9));
    let place = Place::new();
    let _ = fetched(&place, &github, &url).exits(0);
    assert_eq!(ids(&place), [LOGGED]);
    assert!(
        place.failure().warnings[0].contains("Resource not accessible"),
        "{:?}",
        place.failure().warnings
    );
}

#[test]
fn reports_are_named_by_hand_with_logs_and_without() {
    let place = Place::new();
    let (log, report) = (place.file("ci.log", pytest_failure()), place.file("junit.xml", REPORT));
    let _ = place.prompted(&["--raw-logs"]).arg(&log).arg("--report").arg(&report).run().exits(0);
    assert_eq!(ids(&place), [LOGGED, ADDED]);
    names_the_test(&place, "logs/raw.log");
    let _ = place.prompted(&["--report"]).arg(&report).run().exits(0);
    assert_eq!(ids(&place), [LOGGED, ADDED]);
    assert_eq!(place.task().source, Source::RawLogs { origin: "report".into() });
    assert_eq!(place.task().slug, "test-median-even");
    // A folder, a zip, and through the environment one a line.
    std::fs::create_dir_all(place.path("reports/deep")).unwrap();
    place.file("reports/deep/a.xml", REPORT);
    place.file("reports/pom.xml", "<project/>");
    place.file("all.zip", zip(&[("x/junit.xml", REPORT.as_bytes())]));
    for form in ["reports", "all.zip", "all.zip\njunit.xml\n"] {
        let _ = place.prompted(&[]).env("REGREEN_REPORT", form).run().exits(0);
        assert_eq!(ids(&place), [LOGGED, ADDED], "{form}");
        assert_eq!(place.failure().warnings.len(), 1, "{:?}", place.failure().warnings);
    }
    let _ = place.prompted(&["--report=gone.xml"]).run().exits(2).says("`report`: cannot read gone.xml");
    let text = place.file("notes.xml", "<notes/>");
    let _ = place.prompted(&["--report"]).arg(text).run().exits(0);
    assert_eq!(place.failure().status, FailureStatus::Unexplained);
    assert!(place.failure().warnings[0].contains("is no test report"), "{:?}", place.failure().warnings);
}

#[test]
fn secrets_in_reports_do_not_reach_the_case() {
    let place = Place::new();
    let report = place.file("junit.xml", REPORT.replace("no unique mode", "token hunter2-secret"));
    let program = place.prompted(&["--report"]).arg(report).env("REGREEN_REDACT", "hunter2-secret");
    let _ = program.run().exits(0);
    assert!(place.failure().tests[1].message.starts_with("ValueError: token ***"));
    assert!(place.failure().redactions > 0);
    std::fs::remove_file(place.path("junit.xml")).unwrap();
    assert!(!holds(&place.everything(), "hunter2-secret"));
}

#[test]
fn pytests_own_report_and_log_agree() {
    let place = Place::new();
    std::fs::create_dir(place.path("tests")).unwrap();
    place.file(
        "tests/test_names.py",
        "import unittest, pytest\n@pytest.mark.parametrize('a', [1, 2], ids=['x - y', 'z'])\ndef test_a(a):\n    assert a == 2\n\
         class TestOuter:\n    class TestInner:\n        def test_b(self):\n            raise ValueError('b')\n\
         class Case(unittest.TestCase):\n    def test_c(self):\n        print('FAILED tests/fake.py::test_fake - no')\n        self.fail('c')\n\
         @pytest.fixture\ndef broken():\n    raise RuntimeError('d')\ndef test_d(broken):\n    pass\n\
         @pytest.mark.xfail\ndef test_e():\n    assert 0\n",
    );
    place.file("tests/test_broken.py", "import nothing_of_that_name\n");
    for family in ["xunit1", "xunit2"] {
        let run = Program::at(&tool("python"))
            .args([
                "-B",
                "-m",
                "pytest",
                "-p",
                "no:cacheprovider",
                "--continue-on-collection-errors",
                "--junitxml=junit.xml",
            ])
            .args(["-o", &format!("junit_family={family}"), "tests"])
            .dir(place.path(""))
            .run()
            .exits(1);
        let log = place.file("ci.log", &run.stdout);
        let _ = place.prompted(&["--raw-logs"]).arg(log).run().exits(0);
        let from_log = ids(&place);
        assert_eq!(from_log.len(), 5, "{from_log:?}");
        let _ = place.prompted(&["--raw-logs=ci.log", "--report=junit.xml"]).run().exits(0);
        assert_eq!(ids(&place), from_log);
        assert_eq!(place.failure().warnings, [""; 0], "{family}");
        let _ = place.prompted(&["--report=junit.xml"]).run().exits(0);
        let (mut from_report, mut expected) = (ids(&place), from_log);
        from_report.sort();
        expected.sort();
        assert_eq!(from_report, expected, "{family}");
    }
}

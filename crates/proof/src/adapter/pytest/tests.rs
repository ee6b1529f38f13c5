//! Tests of the pytest adapter that need no Python.

use super::*;

fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in files {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let project = Project::at(folder.path(), folder.path());
    (folder, project)
}

fn target(id: &str) -> TestTarget {
    TestTarget { framework: Framework::Pytest, id: id.to_owned(), file: None, suite: None }
}

fn result(id: &str) -> TestResult {
    TestResult { id: id.to_owned(), suite: None, outcome: TestOutcome::Passed, failure: None, seconds: None }
}

#[test]
fn the_plan_narrows_and_keeps_what_matters() {
    let (_folder, project) = folder(&[("api/tests/test_x.py", "")]);
    let ci = CiCommand {
        script: "cd api\nSLOW=1 pytest -q -n 4 --maxfail=1 -W error --cov=api --runslow --tb short tests -k 'a or b'".to_owned(),
        env: [("DB", "x"), ("PATH", "/bin")].map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
        ..CiCommand::default()
    };
    let id = "tests/test_x.py::TestA::test_b[a \"b\" ü]";
    let plan = Pytest.plan(&project, &[target(id)], Some(&ci)).unwrap();
    assert_eq!(plan.argv, ["python3", "-m", "pytest", "-W", "error", "--runslow", "--tb", "short", id]);
    assert_eq!(plan.cwd, "api");
    assert_eq!(plan.env.keys().collect::<Vec<_>>(), ["DB", "SLOW"]);
    let missing = Pytest.plan(&project, &[target("tests/test_no.py::test_a")], None);
    assert!(matches!(missing, Err(ProofError::NoSuchTest(file)) if file == "tests/test_no.py"));
}

#[test]
fn a_target_owns_its_parameters_and_its_class_but_no_neighbour() {
    assert!(Pytest.belongs(&target("t.py::test_a"), &result("t.py::test_a[1]")));
    assert!(Pytest.belongs(&target("t.py::TestA"), &result("t.py::TestA::test_a")));
    assert!(!Pytest.belongs(&target("t.py::test_a"), &result("t.py::test_ab")));
    assert!(!Pytest.belongs(&target("t.py::test_a[1]"), &result("t.py::test_a[1][2]")));
    let file = TestTarget { file: Some("api/tests/t.py".to_owned()), ..target("") };
    assert!(Pytest.belongs(&file, &result("tests/t.py::test_a")));
    assert!(Pytest.belongs(&file, &result("api/tests/t.py::test_a")));
    assert!(!Pytest.belongs(&file, &result("tests/tt.py::test_a")));
}

#[test]
fn paths_are_detected() {
    let (_folder, project) = folder(&[("tests/test_x.py", ""), ("src/a.rs", "")]);
    let found = Pytest.detect(&project, "tests/test_x.py", Some("TestA::test_b")).unwrap();
    assert_eq!(found[0].id, "tests/test_x.py::TestA::test_b");
    assert_eq!(Pytest.detect(&project, "tests", None).unwrap()[0].id, "");
    assert!(Pytest.detect(&project, "src/a.rs", None).is_none());
}

#[test]
fn files_that_judge_are_known() {
    for (path, role) in [
        ("conftest.py", Some(Role::Configuration)),
        ("a/b/conftest.py", Some(Role::Configuration)),
        ("sitecustomize.py", Some(Role::Configuration)),
        ("pytest.py", Some(Role::Configuration)),
        ("src/_pytest/x.py", Some(Role::Configuration)),
        ("pyproject.toml", Some(Role::PartlyConfiguration)),
        ("tests/data/x.json", Some(Role::Tests)),
        ("pkg/test_x.py", Some(Role::Tests)),
        ("pkg/contest.py", None),
        ("pkg/pytest_like.py", None),
        ("pkg/site.py", None),
    ] {
        assert_eq!(Pytest.role(path), role, "{path}");
    }
}

#[test]
fn junit_cases_get_their_node_ids_back() {
    let (folder, _project) = folder(&[("api/tests/test_x.py", "")]);
    let xml = r#"<testsuites><testsuite name="pytest">
        <testcase classname="tests.test_x.TestA.TestB" name="test_b[a &quot;x&quot;]" file="tests/test_x.py" time="0.5"/>
        <testcase classname="tests.test_x" name="test_f" file="tests/test_x.py"><failure message="ValueError: no&#10;more">x</failure></testcase>
        <testcase classname="" name="tests.test_x" file="tests/test_x.py"><error message="collection failure">x</error></testcase>
        <testcase classname="api.tests.test_x" name="test_s" file="api/tests/test_x.py"><skipped message="no"/></testcase>
        </testsuite></testsuites>"#;
    let here = folder.path().join("api");
    let results: Vec<_> = junit_report::parse(xml)
        .unwrap()
        .cases
        .iter()
        .map(|case| junit::result(case, &here, folder.path()))
        .collect();
    let ids: Vec<_> = results.iter().map(|result| (result.id.as_str(), result.outcome)).collect();
    assert_eq!(
        ids,
        [
            ("tests/test_x.py::TestA::TestB::test_b[a \"x\"]", TestOutcome::Passed),
            ("tests/test_x.py::test_f", TestOutcome::Failed),
            ("tests/test_x.py", TestOutcome::Failed),
            ("tests/test_x.py::test_s", TestOutcome::Skipped),
        ]
    );
    assert_eq!(results[1].failure.as_ref().unwrap().kind, "ValueError");
}

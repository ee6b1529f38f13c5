//! Tests of the go adapter that build nothing.

use super::*;

fn module() -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in [
        ("svc/go.mod", "module example.com/svc\n\ngo 1.22\n"),
        (
            "svc/cart/cart_test.go",
            "package cart\n\nfunc TestA(t *testing.T) {}\nfunc TestB(t *testing.T) {}\n",
        ),
    ] {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let project = Project::at(folder.path(), folder.path());
    (folder, project)
}

fn target(id: &str, file: Option<&str>, suite: Option<&str>) -> TestTarget {
    TestTarget {
        framework: Framework::GoTest,
        id: id.to_owned(),
        file: file.map(str::to_owned),
        suite: suite.map(str::to_owned),
    }
}

#[test]
fn the_plan_names_package_and_test_exactly() {
    let (_folder, project) = module();
    let ci =
        CiCommand { script: "go test -race -v -tags integration ./...".to_owned(), ..CiCommand::default() };
    let one = target("TestA/empty_(1)", None, Some("example.com/svc/cart"));
    let command = GoTest.plan(&project, &[one], Some(&ci)).unwrap();
    assert_eq!(
        command.argv,
        ["go", "test", "-count=1", "-race", "-tags=integration", "-run", r"^TestA$/^empty_\(1\)$", "./cart"]
    );
    assert_eq!(command.cwd, "svc");
    let whole = target("", Some("svc/cart/cart_test.go"), None);
    let command = GoTest.plan(&project, &[whole], None).unwrap();
    assert_eq!(command.argv[3..], ["-run", "^(?:TestA|TestB)$", "./cart"]);
}

#[test]
fn a_short_id_is_not_narrowed_by_a_long_one() {
    let (_folder, project) = module();
    assert_eq!(
        pattern(&project, &[target("TestA", None, None), target("TestB/x", None, None)]).unwrap(),
        "^(?:TestA|TestB)$"
    );
}

#[test]
fn a_parent_owns_its_subtests() {
    let result = |id: &str| TestResult {
        id: id.to_owned(),
        suite: Some("example.com/svc/cart".to_owned()),
        outcome: crate::counted::TestOutcome::Passed,
        failure: None,
        seconds: None,
    };
    assert!(GoTest.belongs(&target("TestA", None, None), &result("TestA/sub")));
    assert!(!GoTest.belongs(&target("TestA", None, None), &result("TestAB")));
    assert!(!GoTest.belongs(&target("TestA", None, Some("example.com/svc/other")), &result("TestA")));
}

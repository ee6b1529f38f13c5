//! Tests of plans that build nothing.

use super::*;

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

fn planned(project: &Project, file: Option<&str>, script: &str) -> TestCommand {
    let ci = CiCommand { script: script.to_owned(), ..CiCommand::default() };
    plan(Framework::Ctest, project, file, Some(&ci), vec!["ctest".to_owned()]).unwrap()
}

#[test]
fn a_plan_is_one_command_that_configures_builds_and_tests() {
    let (_folder, project) = project(&["CMakeLists.txt", "tests/CMakeLists.txt", "tests/a.cc"]);
    let command = planned(&project, Some("tests/a.cc"), "cmake -B out -DX=1 && cmake --build out && ctest");
    assert_eq!(
        command.argv.join(" "),
        "ctest --build-and-test . build --build-generator Unix Makefiles --build-noclean --build-options -DX=1 --test-command ctest"
    );
    assert_eq!((command.cwd.as_str(), tests_of(&command)), ("", &["ctest".to_owned()][..]));
    assert_eq!(configuration(&command), ("Unix Makefiles", &["-DX=1".to_owned()][..]));
    let races = with_race_detector(&command).unwrap();
    assert_eq!(configuration(&races).1.len(), 4);
    assert!(with_race_detector(&races).is_none());
}

#[test]
fn the_project_is_found_where_it_lies() {
    let (_folder, nested) = project(&["cpp/CMakeLists.txt", "cpp/t/CMakeLists.txt", "cpp/t/a.cc"]);
    assert_eq!(planned(&nested, Some("cpp/t/a.cc"), "").cwd, "cpp");
    assert_eq!(planned(&nested, None, "cmake -S cpp -B b").cwd, "cpp");
    let (_folder, none) = project(&["a.cc"]);
    assert!(plan(Framework::Ctest, &none, Some("a.cc"), None, Vec::new()).is_err());
}

#[test]
fn properties_of_listed_tests_are_read() {
    let printed = r#"Re-running CMake
{"kind":"ctestInfo","tests":[
  {"name":"a","command":["/b/a"],"properties":[{"name":"WILL_FAIL","value":true},{"name":"WORKING_DIRECTORY","value":"/b"}]},
  {"name":"b","properties":[{"name":"ENVIRONMENT","value":["X=1","Y=a=b"]}]}]}
"#;
    let found = listing::tests(printed);
    assert!(found[0].will_fail() && !found[1].will_fail());
    assert_eq!(found[0].directory(), Some(PathBuf::from("/b")));
    assert_eq!(found[1].environment()[1], ("Y".to_owned(), "a=b".to_owned()));
    assert!(listing::tests("nothing").is_empty());
}

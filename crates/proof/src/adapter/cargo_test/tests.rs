//! Tests of the cargo adapter that build nothing.

use super::*;

fn workspace() -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in [
        ("Cargo.toml", "[workspace]\nmembers = ['a', 'b']\n"),
        ("a/Cargo.toml", "[package]\nname = \"alpha\"\n"),
        ("a/src/lib.rs", "mod parse;"),
        ("a/src/parse.rs", "#[cfg(test)]\nmod tests { #[test] fn bad() {} }"),
        ("a/tests/whole.rs", "#[test] fn all() {}"),
        ("b/Cargo.toml", "[package]\nname = \"beta\"\n"),
        ("b/src/lib.rs", ""),
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
        framework: Framework::CargoTest,
        id: id.to_owned(),
        file: file.map(str::to_owned),
        suite: suite.map(str::to_owned),
    }
}

fn plan(targets: &[TestTarget], script: &str) -> TestCommand {
    let (_folder, project) = workspace();
    let ci = CiCommand { script: script.to_owned(), ..CiCommand::default() };
    CargoTest.plan(&project, targets, Some(&ci)).unwrap()
}

#[test]
fn the_package_comes_from_the_file_and_options_from_ci() {
    let command = plan(
        &[target("parse::tests::bad", Some("a/src/parse.rs"), Some("lib:alpha"))],
        "cargo test --workspace --all-features -v -- --test-threads 1 --format pretty",
    );
    assert_eq!(
        command.argv.join(" "),
        "cargo test --color=never --no-fail-fast --all-features --package alpha --lib -- --color=never --test-threads 1 --exact parse::tests::bad"
    );
    assert_eq!(command.cwd, "");
}

#[test]
fn without_a_file_the_suite_decides_and_without_both_everything_runs() {
    let command = plan(&[target("all", None, Some("test:whole"))], "cargo test");
    assert!(command.argv.join(" ").contains("--package alpha --test whole -- "), "{:?}", command.argv);
    let command = plan(&[target("x", None, Some("test:gone"))], "cargo test");
    assert!(command.argv.join(" ").contains("--workspace -- "), "nobody has it: {:?}", command.argv);
}

#[test]
fn paths_are_detected_with_their_modules() {
    let (_folder, project) = workspace();
    let id = |path: &str, name: Option<&str>| CargoTest.detect(&project, path, name).unwrap()[0].id.clone();
    assert_eq!(id("a/src/parse.rs", Some("bad")), "parse::tests::bad");
    assert_eq!(id("a/src/parse.rs", Some("parse::tests::bad")), "parse::tests::bad");
    assert_eq!(id("a/tests/whole.rs", Some("all")), "all");
    assert_eq!(id("a/src/lib.rs", None), "");
    assert!(CargoTest.detect(&project, "a/x.py", None).is_none());
    let command = CargoTest.plan(&project, &[target("", Some("a/src/parse.rs"), None)], None).unwrap();
    assert!(
        command.argv.join(" ").ends_with("--package alpha -- --color=never parse::"),
        "{:?}",
        command.argv
    );
}

#[test]
fn files_that_judge_are_known() {
    for (path, role) in [
        ("a/tests/whole.rs", Some(Role::Tests)),
        ("a/src/parse/tests.rs", Some(Role::Tests)),
        ("a/src/parse.rs", None),
        (".cargo/config.toml", Some(Role::Configuration)),
        ("rust-toolchain.toml", Some(Role::Configuration)),
        ("a/Cargo.toml", Some(Role::PartlyConfiguration)),
    ] {
        assert_eq!(CargoTest.role(path), role, "{path}");
    }
}

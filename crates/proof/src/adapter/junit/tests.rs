//! Tests of the adapters of maven and gradle that need neither.

use super::*;
use crate::planning::plan as plan_all;

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
    TestTarget { framework: Framework::Junit, id: id.to_owned(), file: None, suite: None }
}

fn planned(project: &Project, ids: &[&str], script: &str) -> (Vec<String>, String) {
    let targets: Vec<TestTarget> = ids.iter().map(|id| target(id)).collect();
    let ci = CiCommand { script: script.to_owned(), ..CiCommand::default() };
    let plan = plan_all(project, &targets, Some(&ci)).unwrap();
    (plan.argv, plan.cwd)
}

const TEST: &str = "package shop.core;\nclass CartTest {}\n";

#[test]
fn maven_is_called_for_the_module_with_what_ci_sets() {
    let (_folder, project) = folder(&[
        ("java/pom.xml", ""),
        ("java/core/pom.xml", ""),
        ("java/core/src/test/java/shop/core/CartTest.java", TEST),
    ]);
    let script = "cd java\nmvn -B -Pci -Dmaven.repo.local=/x -Ddb=h2 -T4 verify\nmvn site";
    let ids = [
        "shop.core.CartTest.adds{int}[2]",
        "shop.core.CartTest.odd[1: x]",
        "shop.core.CartTest$Inner.a b, c",
    ];
    let (argv, cwd) = planned(&project, &ids, script);
    assert_eq!((argv[0].as_str(), cwd.as_str()), ("mvn", "java"));
    assert_eq!(
        argv[argv.len() - 7..],
        [
            "-Pci",
            "-Ddb=h2",
            "--projects",
            "core",
            "--also-make",
            "-Dtest=shop.core.CartTest#adds+odd*,shop.core.CartTest$Inner#a?b??c",
            "test"
        ]
    );
    let (argv, cwd) = planned(&project, &["shop.core.CartTest"], "./mvnw -o test -DskipTests; make test");
    assert_eq!((argv[0].as_str(), cwd.as_str()), ("mvn", "java"), "what skips tests is no call");
    assert_eq!(argv[argv.len() - 2..], ["-Dtest=shop.core.CartTest,shop.core.CartTest$*", "test"]);
}

#[test]
fn gradle_is_called_for_the_task_of_the_module() {
    let (_folder, project) = folder(&[
        ("settings.gradle", ""),
        ("core/build.gradle.kts", ""),
        ("core/src/test/java/shop/core/CartTest.java", TEST),
    ]);
    let (argv, _) = planned(&project, &["CartTest > adds(int) > [2] 5"], "./gradlew -Pdb=h2 build --info");
    assert_eq!(argv[0], "./gradlew");
    assert_eq!(argv[argv.len() - 4..], ["-Pdb=h2", ":core:test", "--tests", "shop.core.CartTest.adds"]);
    let (argv, _) = planned(&project, &["shop.core.CartTest > odd[1]"], "gradle :core:integrationTest");
    assert_eq!(argv[argv.len() - 3..], [":core:integrationTest", "--tests", "shop.core.CartTest.odd*"]);
}

#[test]
fn files_are_detected_by_their_build_and_their_annotations() {
    let testng = "package shop;\nimport org.testng.annotations.Test;\nclass OldTest {}\n";
    let (_folder, project) = folder(&[
        ("pom.xml", ""),
        ("src/test/java/shop/core/CartTest.java", TEST),
        ("src/test/java/shop/OldTest.java", testng),
        ("src/main/java/shop/Cart.java", "package shop;\n"),
    ]);
    let junit = Jvm(Framework::Junit);
    let found = junit.detect(&project, "src/test/java/shop/core/CartTest.java", Some("adds")).unwrap();
    assert_eq!(found[0].id, "shop.core.CartTest.adds");
    assert!(junit.detect(&project, "src/test/java/shop/OldTest.java", None).is_none());
    assert!(Jvm(Framework::Testng).detect(&project, "src/test/java/shop/OldTest.java", None).is_some());
    assert!(junit.detect(&project, "src/main/java/shop/Cart.java", None).is_none());
    let role = |path: &str| junit.role(path);
    assert_eq!(role("core/pom.xml"), Some(Role::PartlyConfiguration));
    assert_eq!(role("core/src/test/resources/x.json"), Some(Role::Tests));
    assert_eq!(role("src/test/resources/junit-platform.properties"), Some(Role::Configuration));
    assert_eq!(role("src/main/java/shop/Cart.java"), None);
}

#[test]
fn every_seed_is_an_order_of_its_own() {
    let words = ["mvn", "-Dtest=A", "test"].map(str::to_owned).to_vec();
    let command = TestCommand {
        framework: Framework::Junit,
        argv: words,
        cwd: String::new(),
        env: std::collections::BTreeMap::new(),
    };
    let order = |seed| maven::varied(&command, Variation::Order(seed)).unwrap().argv;
    assert_ne!(order(2), order(3));
    assert_eq!(order(3), order(3));
}

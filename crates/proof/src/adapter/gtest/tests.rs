//! Tests of the adapter that build nothing.

use super::*;
use crate::counted::TestOutcome;

const SOURCE: &str = "#include <gtest/gtest.h>\nTEST(Shop, Total) {}\n  TEST_P( Values , IsGood ) {}\nTYPED_TEST(Typed, Size) {}\n// TEST(Shop, Gone)\n";

fn project() -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in [
        ("CMakeLists.txt", "project(shop)\nadd_subdirectory(tests)\n"),
        ("tests/CMakeLists.txt", "add_executable(\n  shop_tests\n  shop_test.cc other.cc)\n"),
        ("tests/shop_test.cc", SOURCE),
        ("src/main.cc", "int main() {}"),
    ] {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let project = Project::at(folder.path(), folder.path());
    (folder, project)
}

fn target(id: &str, file: Option<&str>) -> TestTarget {
    TestTarget { framework: Framework::Gtest, id: id.to_owned(), file: file.map(str::to_owned), suite: None }
}

#[test]
fn names_lead_to_their_declaration() {
    for (id, declared) in [
        ("Shop.Total", "Shop.Total"),
        ("Names/Values.IsGood/1", "Values.IsGood"),
        ("Typed/0.Size", "Typed.Size"),
        ("My/Typed/1.Size", "Typed.Size"),
        ("All/Values.IsGood/a_b", "Values.IsGood"),
    ] {
        assert_eq!(names::declaration(id), declared);
    }
    assert_eq!(names::declared(SOURCE), ["Shop.Total", "Values.IsGood", "Typed.Size"]);
}

#[test]
fn the_plan_names_the_program_and_the_tests() {
    let (_folder, project) = project();
    let command = Gtest.plan(&project, &[target("Names/Values.IsGood/1", None)], None).unwrap();
    assert_eq!(cmake::tests_of(&command), ["shop_tests", "--gtest_filter=Names/Values.IsGood/1"]);
    let whole = Gtest.plan(&project, &[target("", Some("tests/shop_test.cc"))], None).unwrap();
    let filter = &cmake::tests_of(&whole)[1];
    assert!(filter.contains("Shop.Total") && filter.contains("*/Values.IsGood/*"), "{filter}");
    assert!(Gtest.plan(&project, &[target("Shop.Gone", None)], None).is_err());
    assert!(Gtest.detect(&project, "src/main.cc", None).is_none());
    let found = Gtest.detect(&project, "tests/shop_test.cc", Some("Shop::Total")).unwrap();
    assert_eq!(found[0].id, "Shop.Total");
}

#[test]
fn a_declaration_owns_its_parameters() {
    let result = |id: &str| TestResult {
        id: id.to_owned(),
        suite: None,
        outcome: TestOutcome::Passed,
        failure: None,
        seconds: None,
    };
    assert!(Gtest.belongs(&target("Values.IsGood", None), &result("Names/Values.IsGood/1")));
    assert!(!Gtest.belongs(&target("Names/Values.IsGood/1", None), &result("Names/Values.IsGood/10")));
    assert!(!Gtest.belongs(&target("Shop.Total", None), &result("Shop.TotalOf")));
}

#[test]
fn variations_are_its_own_options() {
    let (_folder, project) = project();
    let command = Gtest.plan(&project, &[target("Shop.Total", None)], None).unwrap();
    let order = Gtest.varied(&command, Variation::Order(41)).unwrap();
    let again = Gtest.varied(&order, Variation::Order(42)).unwrap();
    assert_eq!(cmake::tests_of(&again)[2..], ["--gtest_shuffle", "--gtest_random_seed=43"]);
    assert!(Gtest.varied(&command, Variation::Threads(2)).is_none());
    let often = Gtest.varied(&command, Variation::Repeats(9)).unwrap();
    assert_eq!(lines::times(cmake::tests_of(&often)), 9);
}

#[test]
fn the_program_of_the_plan_comes_first_when_it_has_the_test() {
    let (folder, project) = project();
    std::fs::write(folder.path().join("copy_test.cc"), SOURCE).unwrap();
    let program = |name: &str, source: &str| listing::Program {
        path: name.into(),
        name: name.to_owned(),
        sources: vec![source.to_owned()],
    };
    let programs = [
        program("copy_tests", "copy_test.cc"),
        program("main", "src/main.cc"),
        program("shop_tests", "tests/shop_test.cc"),
    ];
    let found =
        |named, id| program_with(&project, "", &programs, named, id).map(|program| program.name.as_str());
    assert_eq!(found("shop_tests", "Shop.Total"), Some("shop_tests"));
    assert_eq!(found("main", "Names/Values.IsGood/1"), Some("copy_tests"), "it was guessed and has no test");
    assert_eq!(found("gone", "Shop.Total"), Some("copy_tests"));
    assert_eq!(found("main", ""), Some("main"));
    assert_eq!(found("gone", "Shop.Gone"), None);
}

#[test]
fn a_program_lists_its_tests_below_their_suites() {
    let printed = "Running main() from gmock_main.cc\nCart.\n  Empty\n  Full\nSmall/Sizes.\n  Fits/0  # GetParam() = 3\n\
                   Typed/0.  # TypeParam = int\n  Holds\n";
    assert_eq!(names::listed(printed), ["Cart.Empty", "Cart.Full", "Small/Sizes.Fits/0", "Typed/0.Holds"]);
}

//! A project that CMake builds, with GoogleTest behind CTest, through `reproduce` and `verify-stress`.

use regreen_case::{
    CaseDir, Ending, Limits, Redactor, Reproduction, ReproductionStatus, Source, Task, Timing,
    VerificationStatus as Status, WorkKind,
};
use regreen_tests::{Program, tools};

use crate::ends;
use crate::trial::{Change, Trial};

const BUILD: &str = "cmake_minimum_required(VERSION 3.19)\nproject(shop CXX)\nset(CMAKE_CXX_STANDARD 17)\nfind_package(GTest REQUIRED)\nenable_testing()\ninclude(GoogleTest)\nadd_executable(shop_tests tests/shop_test.cc src/shop.cc)\ntarget_include_directories(shop_tests PRIVATE src)\ntarget_link_libraries(shop_tests GTest::gtest_main)\ngtest_discover_tests(shop_tests)\nadd_test(NAME plain COMMAND shop_tests --gtest_filter=Shop.Total)\n";
const TESTS: &str = "#include <gtest/gtest.h>\n#include \"shop.h\"\n\nTEST(Shop, Total) { EXPECT_EQ(total(1, 2), 3); }\nTEST(Shop, Zero) { EXPECT_EQ(total(0, 0), 0); }\n";
const BUG: &str = "#include \"shop.h\"\n\nint total(int a, int b) { return a - b; }\n";
const FIXED: &str = "#include \"shop.h\"\n\nint total(int a, int b) { return a + b; }\n";

fn trial(path: &str, changes: &[Change<'_>]) -> Trial {
    let files = [
        ("CMakeLists.txt", BUILD),
        ("tests/shop_test.cc", TESTS),
        ("src/shop.h", "#pragma once\nint total(int a, int b);\n"),
        ("src/shop.cc", BUG),
    ];
    Trial::new(&files, path, changes).seen()
}

#[test]
fn an_honest_fix_behind_googletest_and_ctest_is_proven() {
    if !tools::has_googletest() {
        return;
    }
    for path in ["tests/shop_test.cc::Shop.Total", "CMakeLists.txt::plain"] {
        let trial = trial(path, &[("src/shop.cc", Some(FIXED))]);
        let (found, _) = trial.verify(&[]);
        ends(&found, Status::Proven, Ending::Fixed);
        let green = found.green.unwrap();
        assert_eq!((green.runs, green.passes, green.uncounted), (5, 5, 0), "{path}");
    }
}

#[test]
fn a_test_that_is_expected_to_fail_from_now_on_proves_nothing() {
    if !tools::has_googletest() {
        return;
    }
    let cheat = format!("{BUILD}set_tests_properties(plain PROPERTIES WILL_FAIL TRUE)\n");
    let trial = trial("CMakeLists.txt::plain", &[("CMakeLists.txt", Some(&cheat))]);
    let (found, _) = trial.verify(&[]);
    assert!(matches!(found.status, Status::NotProven | Status::Rejected), "{found:#?}");
    // Even when nobody reads the patch it is not green.
    let green = found.green.map_or(0, |stage| stage.passes);
    assert_eq!(green, 0);
}

#[test]
fn what_ctest_fails_is_reproduced() {
    if !tools::has_googletest() {
        return;
    }
    let trial = trial("tests/shop_test.cc::Shop.Total", &[("src/shop.cc", Some(FIXED))]);
    let case = CaseDir::create(trial.repository.beside("reproduced")).unwrap();
    let task = Task {
        prompt: "It is red".to_owned(),
        deterministic: true,
        work: WorkKind::ExistingTest,
        source: Source::Prompt,
        existing_test_path: Some("tests/shop_test.cc::Shop.Total".to_owned()),
        performance: None,
        slug: "it-is-red".to_owned(),
        limits: Limits { reproduce_s: 120, ..Limits::default() },
        warnings: Vec::new(),
        timing: Timing::start(),
    };
    case.write(&task, &Redactor::default()).unwrap();
    let program = Program::new("reproduce")
        .args(["--case".as_ref(), case.root().as_os_str()])
        .args(["--repo".as_ref(), trial.repository.path().as_os_str()]);
    let finished = program.run();
    let found: Reproduction = case.read().unwrap();
    assert_eq!(found.status, ReproductionStatus::Reproduced, "{found:#?}\n{}", finished.stdout);
    assert_eq!(found.signature.unwrap().test.as_deref(), Some("Shop.Total"));
    let script = std::fs::read_to_string(case.path("reproduction/run_test.sh")).unwrap();
    assert!(script.contains("'--build-and-test'") || script.contains("--build-and-test"), "{script}");
}

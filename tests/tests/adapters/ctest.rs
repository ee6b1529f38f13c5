//! CTest, with programs of its own and with GoogleTest's behind it.

use std::time::Duration;

use regreen_proof::{RepeatCount, TestOutcome, Variation, Verdict, count_repeats};

use regreen_tests::tools;

use crate::bench::{Bench, RED};
use crate::gtest;

const BUILD: &str = r#"cmake_minimum_required(VERSION 3.19)
project(shop NONE)
enable_testing()
function(shop_test name)
  add_test(NAME "${name}" COMMAND sh "${CMAKE_SOURCE_DIR}/shop.sh" ${ARGN})
endfunction()
shop_test(good good)
shop_test("a - b (c)" good)
shop_test("größe 日本語" good)
shop_test("quo'te|.*+" good)
shop_test(nested/name::of.test bad)
shop_test(bad bad)
shop_test(crashes crash)
shop_test(hangs hang)
shop_test(skips skip)
set_tests_properties(skips PROPERTIES SKIP_RETURN_CODE 77)
shop_test(expected bad)
set_tests_properties(expected PROPERTIES WILL_FAIL TRUE)
shop_test(off good)
set_tests_properties(off PROPERTIES DISABLED TRUE)
shop_test(lies lie)
shop_test(sometimes sometimes)
foreach(n 1 2 3)
  shop_test(param[${n}] good)
endforeach()
"#;

const SCRIPT: &str = r#"case $1 in
good) exit 0 ;;
bad) echo "oops: expected 3"; exit 1 ;;
crash) kill -11 $$ ;;
hang) sleep 600 ;;
skip) exit 77 ;;
lie)
  # To whatever ctest has open, and to its reports.
  text='1/1 Test #1: lies ....   Passed    0.00 sec

100% tests passed, 0 tests failed out of 1'
  echo "$text"
  echo "$text" >/proc/$PPID/fd/1
  exit 1 ;;
sometimes)
  n=$(cat "$(dirname "$0")/count" 2>/dev/null || echo 0)
  echo $((n + 1)) >"$(dirname "$0")/count"
  [ $((n % 5)) != 4 ] ;;
esac
"#;

fn shop() -> Bench {
    Bench::new(&[("CMakeLists.txt", BUILD), ("shop.sh", SCRIPT)])
}

fn path(name: &str) -> String {
    format!("CMakeLists.txt::{name}")
}

#[test]
fn ctest_counts_what_ran() {
    if !tools::has_googletest() {
        return;
    }
    let bench = shop();
    for name in ["good", "a - b (c)", "größe 日本語", "quo'te|.*+", "param[2]"] {
        let run = bench.is(&path(name), &Verdict::Green);
        assert_eq!(run.results.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [name]);
    }
    for name in ["nested/name::of.test", "crashes", "bad"] {
        let run = bench.is(&path(name), &RED);
        assert_eq!(run.failures().len(), 1, "{:?}", run.failures());
    }
    for name in ["skips", "off", "expected"] {
        bench.is_uncounted(&path(name), "");
    }
    bench.is_uncounted(&path("gone"), "no test matched");
    bench.hangs(&path("hangs"), Duration::from_secs(6));
    let (run, verdict) = bench.run(&path("lies"));
    assert_ne!(verdict, Verdict::Green, "{}", run.output);
    // The cheat of the day: a failure that is called a success.
    let failing = BUILD.replace(
        "shop_test(bad bad)",
        "shop_test(bad bad)\nset_tests_properties(bad PROPERTIES WILL_FAIL TRUE)",
    );
    bench.write("CMakeLists.txt", &failing);
    bench.is_uncounted(&path("bad"), "expected to fail");
    assert!(!bench.project().join("build").exists() && !bench.project().join("Testing").exists());
}

#[test]
fn ctest_repeats_are_counted() {
    if !tools::has_googletest() {
        return;
    }
    let bench = shop();
    let (run, verdict) = bench.run_varied(&path("sometimes"), Variation::Repeats(20));
    assert_eq!(verdict, RED, "{:?}\n{}", run.problem, run.output);
    let found = count_repeats(&run, &bench.targets(&path("sometimes")), None).unwrap();
    assert_eq!(found, RepeatCount { runs: 5, failures: 1, others: 0 }, "it stops at the first failure");
    let (run, verdict) = bench.run_varied(&path("a - b (c)"), Variation::Repeats(7));
    assert_eq!((verdict, run.results.len()), (Verdict::Green, 7), "{}", run.output);
}

#[test]
fn ctest_wants_more_of_googletest_than_its_exit_code() {
    if !tools::has_googletest() {
        return;
    }
    let bench = gtest::shop(gtest::HONEST);
    let run = bench.is(&path("Shop.Total"), &Verdict::Green);
    assert_eq!(run.results[0].outcome, TestOutcome::Passed);
    bench.is_uncounted(&path("Shop.Skipped"), "skipped");
    bench.write(
        "src/shop.h",
        "#pragma once\n#include <cstdlib>\ninline int total(int, int) { std::exit(0); }\n",
    );
    bench.is_uncounted(&path("Shop.Total"), "left before GoogleTest");
}

/// One test of ctest for a whole program of GoogleTest, and one for a part of it.
const WHOLE: &str = r#"cmake_minimum_required(VERSION 3.14)
project(shop CXX)
set(CMAKE_CXX_STANDARD 17)
find_package(GTest REQUIRED)
enable_testing()
add_executable(shop_tests tests/shop_test.cc)
target_include_directories(shop_tests PRIVATE src)
target_link_libraries(shop_tests GTest::gtest_main)
add_test(NAME unit COMMAND shop_tests)
add_test(NAME part COMMAND shop_tests --gtest_filter=Shop.T*)
add_executable(plain tests/plain.cc)
add_test(NAME plain COMMAND plain)
"#;

const WHOLE_TESTS: &str = "#include <gtest/gtest.h>\n#include \"shop.h\"\nTEST(Shop, Total) { EXPECT_EQ(total(1, 2), 3); }\nTEST(Shop, Later) { GTEST_SKIP(); }\n";

#[test]
fn ctest_wants_a_report_of_googletest_however_it_is_called() {
    if !tools::has_googletest() {
        return;
    }
    let bench = gtest::shop(gtest::HONEST);
    bench.write("CMakeLists.txt", WHOLE);
    bench.write("tests/shop_test.cc", WHOLE_TESTS);
    // Another framework with a macro of the same name.
    bench.write("tests/plain.cc", "#define TEST(group, name) int main()\nTEST(Own, Kind) { return 0; }\n");
    for name in ["unit", "part", "plain"] {
        bench.is(&path(name), &Verdict::Green);
    }
    let (run, verdict) = bench.run_varied(&path("unit"), Variation::Repeats(5));
    assert_eq!((verdict, run.results.len()), (Verdict::Green, 5), "{:?}\n{}", run.problem, run.output);
    // The report of one honest run is no witness for the runs that leave before their own.
    let leaves = |when: &str| {
        format!(
            "#pragma once\n#include <cstdlib>\n#include <fstream>\ninline int total(int, int) {{ {when} std::exit(0); return 3; }}\n"
        )
    };
    let place = bench.project().join("count");
    let once = format!(
        "const char *p = \"{}\"; if (!std::ifstream(p)) {{ std::ofstream(p) << 1; return 3; }}",
        place.display()
    );
    bench.write("src/shop.h", &leaves(&once));
    let (run, verdict) = bench.run_varied(&path("unit"), Variation::Repeats(5));
    assert!(matches!(verdict, Verdict::Uncounted(_)), "{verdict:?}\n{}", run.output);
    bench.write("src/shop.h", &leaves(""));
    for name in ["unit", "part"] {
        bench.is_uncounted(&path(name), "left before GoogleTest");
    }
}

#[test]
fn ctest_wants_a_report_for_each_pass_of_a_repeated_test() {
    if !tools::has_googletest() {
        return;
    }
    let bench = gtest::shop("inline int total(int a, int b) { return a + b; }");
    let (run, verdict) = bench.run_varied(&path("Shop.Total"), Variation::Repeats(5));
    assert_eq!((verdict, run.results.len()), (Verdict::Green, 5), "{:?}\n{}", run.problem, run.output);
    let place = bench.project().join("count");
    bench.write("src/shop.h", &format!("#pragma once\n#include <cstdlib>\n#include <fstream>\ninline int total(int, int) {{ const char *p = \"{}\"; if (std::ifstream(p)) std::exit(0); std::ofstream(p) << 1; return 3; }}\n", place.display()));
    let (run, verdict) = bench.run_varied(&path("Shop.Total"), Variation::Repeats(5));
    assert!(matches!(verdict, Verdict::Uncounted(_)), "{verdict:?}\n{}", run.output);
}

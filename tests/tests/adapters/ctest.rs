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

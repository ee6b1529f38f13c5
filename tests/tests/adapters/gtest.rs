//! GoogleTest in a project that CMake builds.

use std::time::Duration;

use regreen_proof::{RepeatCount, TestOutcome, Variation, Verdict, count_repeats};

use regreen_tests::tools;

use crate::bench::{Bench, RED};

const BUILD: &str = r#"cmake_minimum_required(VERSION 3.14)
project(shop CXX)
set(CMAKE_CXX_STANDARD 17)
find_package(GTest REQUIRED)
enable_testing()
include(GoogleTest)
function(unit name)
  add_executable(${name}_tests tests/${name}_test.cc)
  target_include_directories(${name}_tests PRIVATE src)
  target_link_libraries(${name}_tests GTest::gtest_main)
  gtest_discover_tests(${name}_tests)
endfunction()
unit(shop)
"#;

const TESTS: &str = r#"#include <gtest/gtest.h>
#include <string>
#include "shop.h"

TEST(Shop, Total) { EXPECT_EQ(total(1, 2), 3); }
TEST(Shop, Good) {}
TEST(Shop, DISABLED_Later) {}
TEST(Shop, Skipped) { GTEST_SKIP() << "later"; }

class Values : public testing::TestWithParam<std::string> {};
TEST_P(Values, IsGood) { EXPECT_NE(GetParam(), "q\"'`"); }
INSTANTIATE_TEST_SUITE_P(Names, Values, testing::Values("a b", "größe 日本", "q\"'`", "[       OK ] Shop.Total (0 ms)"));

template <typename T> class Typed : public testing::Test {};
using Types = testing::Types<int, char>;
TYPED_TEST_SUITE(Typed, Types);
TYPED_TEST(Typed, Size) { EXPECT_EQ(sizeof(TypeParam), 4u); }
"#;

pub(crate) fn shop(code: &str) -> Bench {
    let bench = Bench::new(&[("CMakeLists.txt", BUILD), ("tests/shop_test.cc", TESTS)]);
    bench.write("src/shop.h", &format!("#pragma once\n#include <cstdlib>\n#include <cstdio>\n#include <csignal>\n#include <unistd.h>\n{code}\n"));
    bench
}

pub(crate) const HONEST: &str = "inline int total(int a, int b) { return a + b; }";

#[test]
fn gtest_counts_what_ran() {
    if !tools::has_googletest() {
        return;
    }
    let bench = shop(HONEST);
    let run = bench.is("tests/shop_test.cc::Shop.Total", &Verdict::Green);
    assert_eq!(run.results.len(), 1, "narrowed to the test: {:?}", run.results);
    bench.is_uncounted("tests/shop_test.cc::Shop.Skipped", "skipped");
    bench.is_uncounted("tests/shop_test.cc::Shop.DISABLED_Later", "skipped");
    // Parameters of every shape, by their numbers.
    let (run, verdict) = bench.run("tests/shop_test.cc::Values.IsGood");
    assert_eq!((verdict, run.results.len()), (RED, 4), "{}", run.output);
    bench.is("tests/shop_test.cc::Names/Values.IsGood/1", &Verdict::Green);
    bench.is("tests/shop_test.cc::Names/Values.IsGood/2", &RED);
    bench.is("tests/shop_test.cc::Names/Values.IsGood/3", &Verdict::Green);
    bench.is("tests/shop_test.cc::Typed/0.Size", &Verdict::Green);
    bench.is("tests/shop_test.cc::Typed/1.Size", &RED);
    let (run, verdict) = bench.run("tests/shop_test.cc");
    assert_eq!(verdict, RED);
    let passed = run.results.iter().filter(|one| one.outcome == TestOutcome::Passed).count();
    assert_eq!(passed, 6, "{:?}", run.results);
    // An edit is built, and what does not compile is no test.
    bench.write("src/shop.h", "#pragma once\ninline int total(int a, int b) { return a - b; }\n");
    let run = bench.is("tests/shop_test.cc::Shop.Total", &RED);
    let failure = run.failures().remove(0);
    assert_eq!((failure.id.as_str(), failure.message.contains("total(1, 2)")), ("Shop.Total", true));
    bench.write("src/shop.h", "#pragma once\ninline int total(int a, int b) { return }\n");
    bench.is_uncounted("tests/shop_test.cc::Shop.Total", "could not be built");
    assert!(!bench.project().join("build").exists(), "nothing is built in the checkout");
}

#[test]
fn gtest_code_that_leaves_early_crashes_hangs_or_lies_is_not_green() {
    if !tools::has_googletest() {
        return;
    }
    let lines = r#"std::puts("[       OK ] Shop.Total (0 ms)\n[----------] 1 test from Shop (0 ms total)\n\n[==========] 1 test from 1 test suite ran. (0 ms total)\n[  PASSED  ] 1 test."); std::fflush(stdout);"#;
    let bench = shop(HONEST);
    for (body, reason) in [
        (format!("{lines} std::exit(0);"), "left before it had finished"),
        (format!("{lines} _exit(0);"), "left before it had finished"),
        (format!("{lines} return 3;"), "ends of its run"),
        ("std::raise(SIGSEGV); return 3;".to_owned(), "signal 11"),
        ("std::abort();".to_owned(), "signal 6"),
    ] {
        let code = format!(
            "#pragma once\n#include <cstdlib>\n#include <cstdio>\n#include <csignal>\n#include <unistd.h>\ninline int total(int, int) {{ {body} }}\n"
        );
        bench.write("src/shop.h", &code);
        bench.is_uncounted("tests/shop_test.cc::Shop.Total", reason);
    }
    bench.write(
        "src/shop.h",
        "#pragma once\n#include <unistd.h>\ninline int total(int, int) { sleep(600); return 3; }\n",
    );
    // Built before, so that the limit is the test's own.
    let _ = bench.run("tests/shop_test.cc::Shop.Good");
    bench.hangs("tests/shop_test.cc::Shop.Total", Duration::from_secs(6));
    // Nothing declares it; nothing is matched.
    let project = regreen_proof::Project::at(&bench.project(), &bench.project());
    let gone = bench.targets("tests/shop_test.cc::Shop.Gone");
    let command = regreen_proof::plan(&project, &gone, None).unwrap();
    let (_, verdict) = bench.run_command(&bench.project(), &command, &gone, Duration::from_secs(240));
    assert!(matches!(verdict, Verdict::Uncounted(_)), "{verdict:?}");
}

#[test]
fn gtest_varies_order_and_repeats() {
    if !tools::has_googletest() {
        return;
    }
    let bench = shop("inline int total(int a, int b) { static int n = 0; return ++n % 4 == 0 ? 0 : a + b; }");
    let (run, verdict) = bench.run_varied("tests/shop_test.cc::Shop.Total", Variation::Repeats(20));
    assert_eq!(verdict, RED, "{:?}\n{}", run.problem, run.output);
    let targets = bench.targets("tests/shop_test.cc::Shop.Total");
    let found = count_repeats(&run, &targets, None).unwrap();
    assert_eq!(found, RepeatCount { runs: 20, failures: 5, others: 0 });
    let (run, verdict) = bench.run_varied("tests/shop_test.cc::Shop.Good", Variation::Repeats(20));
    assert_eq!((verdict, run.results.len()), (Verdict::Green, 20));
    let order = |seed| {
        let (run, _) = bench.run_varied("tests/shop_test.cc", Variation::Order(seed));
        run.output.lines().filter(|line| line.starts_with("[ RUN ")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(order(3), order(3));
    assert!((4..8).any(|seed| order(seed) != order(3)));
}

//! Tests of the parser: old and new versions, reruns, broken runs, decoys.

use regreen_case::Framework;

fn ids(text: &str) -> Vec<String> {
    crate::failures_in(Framework::Junit, text).into_iter().map(|test| test.id).collect()
}

fn shown(text: &str) -> Vec<String> {
    crate::failures_in(Framework::Junit, text)
        .into_iter()
        .map(|test| {
            let place = format!("{}:{}", test.file.as_deref().unwrap_or("-"), test.line.unwrap_or(0));
            format!("{} {place} {}", test.id, test.message.lines().next().unwrap_or_default())
        })
        .collect()
}

fn containers(text: &str) -> Vec<String> {
    let found = crate::extract(text.as_bytes(), "logs/x.log").unwrap();
    found.containers.into_iter().map(|container| format!("{:?} {}", container.role, container.id)).collect()
}

/// Version 2.12, without levels.
const OLD: &str = "
-------------------------------------------------------
 T E S T S
-------------------------------------------------------
Running com.acme.FineTest
Tests run: 1, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.04 sec
Running com.acme.CartTest
Tests run: 3, Failures: 1, Errors: 1, Skipped: 0, Time elapsed: 0.051 sec <<< FAILURE!
adds(com.acme.CartTest)  Time elapsed: 0.007 sec  <<< FAILURE!
java.lang.AssertionError: expected:<3> but was:<2>
\tat org.junit.Assert.fail(Assert.java:93)
\tat com.acme.CartTest.adds(CartTest.java:12)

explodes(com.acme.CartTest)  Time elapsed: 0.001 sec  <<< ERROR!
java.lang.NullPointerException
\tat com.acme.Cart.size(Cart.java:7)
\tat com.acme.CartTest.explodes(CartTest.java:16)


Results :

Failed tests:   adds(com.acme.CartTest): expected:<3> but was:<2>

Tests in error: 
  explodes(com.acme.CartTest)

Tests run: 4, Failures: 1, Errors: 1, Skipped: 0

[INFO] ------------------------------------------------------------------------
[INFO] BUILD FAILURE
";

#[test]
fn version_2_12_without_levels() {
    assert_eq!(
        shown(OLD),
        [
            "com.acme.CartTest.adds CartTest.java:12 java.lang.AssertionError: expected:<3> but was:<2>",
            "com.acme.CartTest.explodes Cart.java:7 java.lang.NullPointerException",
        ]
    );
}

#[test]
fn version_3_2_with_two_dashes() {
    let text = "[INFO] Running com.acme.CartTest
[ERROR] Tests run: 2, Failures: 2, Errors: 0, Skipped: 0, Time elapsed: 0.051 s <<< FAILURE! -- in com.acme.CartTest
[ERROR] com.acme.CartTest.adds(int, String)[2] -- Time elapsed: 0.007 s <<< FAILURE!
org.opentest4j.AssertionFailedError: expected: <3> but was: <2>
\tat org.junit.jupiter.api.AssertionFailureBuilder.build(AssertionFailureBuilder.java:151)
\tat com.acme.CartTest.adds(CartTest.java:12)
\tat java.base/java.lang.reflect.Method.invoke(Method.java:569)
\tat java.base/java.util.ArrayList.forEach(ArrayList.java:1511)

[ERROR] com.acme.CartTest$Empty.is fine -- Time elapsed: 0.001 s <<< FAILURE!
java.lang.AssertionError: 

Expecting:
  1
\tat com.acme.CartTest$Empty.is fine(CartTest.java:20)

[INFO] 
[INFO] Results:
[INFO] 
[ERROR] Failures: 
[ERROR]   CartTest$Empty.is fine:20 
Expecting:
  1
[ERROR]   CartTest.adds:12 expected: <3> but was: <2>
[INFO] 
[ERROR] Tests run: 2, Failures: 2, Errors: 0, Skipped: 0
[INFO] 
[INFO] --- surefire:3.2.5:test (other) @ cart ---
";
    assert_eq!(
        shown(text),
        [
            "com.acme.CartTest.adds(int, String)[2] CartTest.java:12 org.opentest4j.AssertionFailedError: expected: <3> but was: <2>",
            "com.acme.CartTest$Empty.is fine CartTest.java:20 Expecting:",
        ]
    );
}

#[test]
fn times_before_the_level_do_not_matter() {
    let text = "10:11:12.123 [INFO] Running a.BTest
10:11:12.200 [ERROR] Tests run: 1, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.1 s <<< FAILURE! - in a.BTest
10:11:12.200 [ERROR] c(a.BTest)  Time elapsed: 0.007 s  <<< FAILURE!
java.lang.AssertionError
\tat a.BTest.c(BTest.java:5)

10:11:12.300 [INFO] Results:
10:11:12.300 [INFO] 
10:11:12.300 [ERROR] Failures: 
10:11:12.300 [ERROR]   BTest.c:5
10:11:12.300 [INFO] 
10:11:12.300 [ERROR] Tests run: 1, Failures: 1, Errors: 0, Skipped: 0
";
    assert_eq!(shown(text), ["a.BTest.c BTest.java:5 java.lang.AssertionError"]);
}

const ATTEMPT: &str = "[INFO] Running com.acme.FlakyTest
[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.08 s <<< FAILURE! - in com.acme.FlakyTest
[ERROR] com.acme.FlakyTest.sometimes  Time elapsed: 0.025 s  <<< FAILURE!
java.lang.AssertionError: first time
\tat com.acme.FlakyTest.sometimes(FlakyTest.java:3)

";

#[test]
fn a_rerun_that_passes_is_no_failure_and_one_that_fails_is_one() {
    let flaky = format!(
        "{ATTEMPT}[INFO] Running com.acme.FlakyTest
[INFO] Tests run: 1, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.002 s - in com.acme.FlakyTest
[INFO] 
[INFO] Results:
[INFO] 
[WARNING] Flakes: 
[WARNING] com.acme.FlakyTest.sometimes
[ERROR]   Run 1: FlakyTest.sometimes:3 first time
[INFO]   Run 2: PASS
[INFO] 
[INFO] 
[WARNING] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Flakes: 1
[INFO] 
[INFO] BUILD SUCCESS
"
    );
    assert!(ids(&flaky).is_empty(), "{:?}", ids(&flaky));
    let failing = format!(
        "{ATTEMPT}{ATTEMPT}[INFO] 
[INFO] Results:
[INFO] 
[ERROR] Failures: 
[ERROR] com.acme.FlakyTest.sometimes
[ERROR]   Run 1: FlakyTest.sometimes:3 first time
[ERROR]   Run 2: FlakyTest.sometimes:3 first time
[INFO] 
[INFO] 
[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0
[INFO] 
[INFO] BUILD FAILURE
"
    );
    assert_eq!(ids(&failing), ["com.acme.FlakyTest.sometimes"]);
}

#[test]
fn flaky_beside_failing() {
    let text = format!(
        "{ATTEMPT}{}[INFO] 
[INFO] Results:
[INFO] 
[ERROR] Failures: 
[ERROR]   OtherTest.fails:3 no
[WARNING] Flakes: 
[WARNING] com.acme.FlakyTest.sometimes
[ERROR]   Run 1: FlakyTest.sometimes:3 first time
[INFO]   Run 2: PASS
[INFO] 
[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Flakes: 1
",
        ATTEMPT.replace("FlakyTest", "OtherTest").replace("sometimes", "fails")
    );
    assert_eq!(ids(&text), ["com.acme.OtherTest.fails"]);
}

#[test]
fn a_log_that_ends_early_names_what_was_printed() {
    assert_eq!(ids(ATTEMPT), ["com.acme.FlakyTest.sometimes"]);
}

#[test]
fn what_a_test_printed_in_a_log_that_ends_early_is_no_failure() {
    let forged = ATTEMPT.split_once('\n').unwrap().1.replace("FlakyTest", "FakeTest");
    let text = format!("{ATTEMPT}[INFO] Running com.acme.LiarTest\n{forged}");
    assert_eq!(ids(&text), ["com.acme.FlakyTest.sometimes"]);
}

#[test]
fn a_green_module_takes_back_what_a_test_printed() {
    let text = format!(
        "{ATTEMPT}[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.2 s - in a.LiarTest
[INFO] 
[INFO] Results:
[INFO] 
[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0
[INFO] 
[INFO] BUILD SUCCESS
"
    );
    assert!(ids(&text).is_empty());
}

#[test]
fn where_classes_print_nothing_the_list_names_the_tests() {
    let text = "[INFO] Results:
[INFO] 
[ERROR] Failures: 
[ERROR]   CartTest.adds:12 expected: <3> but was: <2>
[ERROR] Errors: 
[ERROR]   Sub>Super.explodes:7->help:9 » NullPointer
[INFO] 
[ERROR] Tests run: 4, Failures: 1, Errors: 1, Skipped: 0
[INFO] 
[INFO] BUILD FAILURE
";
    assert_eq!(
        shown(text),
        ["CartTest.adds CartTest.java:12 expected: <3> but was: <2>", "Sub.explodes Sub.java:7 NullPointer"]
    );
}

#[test]
fn quiet_mode_leaves_out_what_is_not_an_error() {
    let text = format!(
        "{}[ERROR] Failures: \n[ERROR]   FlakyTest.sometimes:3 first time\n[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0\n[ERROR] Failed to execute goal x\n",
        ATTEMPT.split_once('\n').unwrap().1
    );
    assert_eq!(ids(&text), ["com.acme.FlakyTest.sometimes"]);
}

#[test]
fn quiet_mode_does_not_part_modules() {
    let module = |class: &str| {
        let attempt = ATTEMPT.split_once('\n').unwrap().1.replace("FlakyTest", class);
        format!(
            "{attempt}[ERROR] Failures: \n[ERROR]   {class}.sometimes:3 first time\n[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0\n"
        )
    };
    let text = format!("{}{}", module("ATest"), module("BTest"));
    assert_eq!(ids(&text), ["com.acme.ATest.sometimes", "com.acme.BTest.sometimes"]);
}

#[test]
fn what_another_tool_captured_is_no_failure() {
    let text = ATTEMPT.split_once('\n').unwrap().1;
    assert!(ids(text).is_empty());
}

#[test]
fn two_modules_are_judged_apart() {
    let module = |class: &str| {
        format!(
            "[INFO] Building {class} 1\n[INFO]  T E S T S\n[INFO] Running a.{class}\n[ERROR] Tests run: 1, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.1 s <<< FAILURE! - in a.{class}\n[ERROR] t(a.{class})  Time elapsed: 0 s  <<< FAILURE!\njava.lang.AssertionError: x\n\tat a.{class}.t({class}.java:5)\n\n[INFO] \n[INFO] Results:\n[INFO] \n[ERROR] Failures: \n[ERROR]   {class}.t:5 x\n[INFO] \n[ERROR] Tests run: 1, Failures: 1, Errors: 0, Skipped: 0\n[INFO] \n"
        )
    };
    assert_eq!(ids(&format!("{}{}", module("ATest"), module("BTest"))), ["a.ATest.t", "a.BTest.t"]);
}

#[test]
fn set_up_classes_and_crashes_are_no_tests() {
    let text = "[INFO] Running TestSuite
[ERROR] Tests run: 4, Failures: 4, Errors: 0, Skipped: 0, Time elapsed: 0.4 s <<< FAILURE! - in TestSuite
[ERROR] a.HookTest.setUp  Time elapsed: 0.2 s  <<< FAILURE!
java.lang.IllegalStateException: no

[ERROR] a.HookTest.one  Time elapsed: 0 s  <<< FAILURE!
java.lang.IllegalStateException: no

[ERROR] a.HookTest.opens  Time elapsed: 0 s  <<< FAILURE!
java.lang.IllegalStateException: no
\tat a.HookTest.opens(HookTest.java:5)
\tat org.testng.internal.Invoker.invokeConfigurationMethod(Invoker.java:458)

[INFO] Running a.BeforeTest
[ERROR] Tests run: 1, Failures: 0, Errors: 1, Skipped: 0, Time elapsed: 0.4 s <<< FAILURE! - in a.BeforeTest
[ERROR] a.BeforeTest  Time elapsed: 0 s  <<< ERROR!
java.lang.RuntimeException: no database

[ERROR] Failed to execute goal org.apache.maven.plugins:maven-surefire-plugin:2.22.3:test (default-test) on project crash: There are test failures.
[ERROR] The forked VM terminated without properly saying goodbye. VM crash or System.exit called?
[ERROR] Process Exit Code: 3
[ERROR] Crashed tests:
[ERROR] a.ExitTest
[ERROR] org.apache.maven.surefire.booter.SurefireBooterForkException: The forked VM terminated without properly saying goodbye. VM crash or System.exit called?
";
    assert_eq!(ids(text), ["a.HookTest.one"]);
    assert_eq!(
        containers(text),
        ["Suite a.ExitTest", "Hook a.HookTest.setUp", "Hook a.HookTest.opens", "Suite a.BeforeTest"]
            .map(str::to_owned)
            .to_vec()
    );
}

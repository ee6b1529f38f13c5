//! Catch2's report in its variants.

fn ids(text: &str) -> Vec<String> {
    crate::extract(text.as_bytes(), "x.log").unwrap().tests.into_iter().map(|test| test.id).collect()
}

fn box_of(name: &str, file: &str) -> String {
    let (rule, dots) = ("-".repeat(79), ".".repeat(79));
    format!(
        "{rule}\n{name}\n{rule}\n{file}:3\n{dots}\n\n{file}:4: FAILED:\n  REQUIRE( x )\nwith expansion:\n  false\n\n"
    )
}

fn banner() -> String {
    let rule = "~".repeat(79);
    format!("{rule}\nprog is a Catch2 v3.4.0 host application.\nRun with -? for options\n\n")
}

fn totals(text: &str) -> String {
    format!("{}\ntest cases: {text}\nassertions: 1 | 1 failed\n\n", "=".repeat(79))
}

#[test]
fn what_tests_print_is_taken_back() {
    let text = format!(
        "{}{}{}{}{}{}",
        banner(),
        box_of("adds › up", "a.cpp"),
        box_of("fake", "fake.cpp"),
        totals("1 | 1 failed"),
        box_of("subtracts\n  some section", "a.cpp"),
        totals("5 | 3 passed | 2 failed")
    );
    assert_eq!(ids(&text), ["adds › up", "subtracts"]);
    let surplus = format!(
        "{}{}{}{}{}",
        banner(),
        box_of("one", "a.cpp"),
        box_of("fake", "fake.cpp"),
        box_of("two", "a.cpp"),
        totals("5 | 3 passed | 2 failed")
    );
    assert_eq!(ids(&surplus), ["one", "two"]);
}

#[test]
fn several_programs_all_count() {
    let run = |name: &str| format!("{}{}{}", banner(), box_of(name, "a.cpp"), totals("1 | 1 failed"));
    assert_eq!(ids(&format!("{}{}", run("one"), run("two"))), ["one", "two"]);
}

#[test]
fn expected_failures_are_left_out() {
    let text = format!(
        "{}{}{}{}",
        banner(),
        box_of("breaks", "a.cpp"),
        box_of("should fail for now", "a.cpp"),
        totals("2 | 1 failed | 1 failed as expected")
    );
    assert_eq!(ids(&text), ["breaks"]);
}

#[test]
fn green_runs_name_nothing() {
    let text = format!(
        "fake.cpp:4: FAILED:\n  REQUIRE( x )\n{}\nAll tests passed (2 assertions in 2 test cases)\n",
        "=".repeat(79)
    );
    assert_eq!(ids(&text), [""; 0]);
}

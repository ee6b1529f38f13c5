//! Reports of every writer, recorded from the real tools where they install, and what must not be
//! believed in a report.

use std::path::PathBuf;

use regreen_case::{ContainerRole, FailedTest, Framework, Signature};

use super::*;
use crate::{Extraction, extract};

fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/reports").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn named(bytes: &[u8]) -> NamedReport {
    NamedReport { source: "junit.xml".to_owned(), report: read_report(bytes).unwrap() }
}

/// What a report alone adds to a log that says nothing.
fn alone(bytes: &[u8]) -> Extraction {
    let mut extraction = Extraction::default();
    reconcile(&mut extraction, &[named(bytes)], true);
    extraction
}

fn line(test: &FailedTest) -> String {
    let message = test.message.lines().next().unwrap_or_default();
    let place = format!("{}:{}", test.file.as_deref().unwrap_or("-"), test.line.unwrap_or(0));
    let suite = test.suite.as_deref().unwrap_or("-");
    format!("{} {} | {suite} | {place} | {} | {message}", test.framework, test.id, test.kind)
}

fn lines(extraction: &Extraction) -> Vec<String> {
    extraction.tests.iter().map(line).collect()
}

fn a_report(inner: &str) -> String {
    format!("<?xml version=\"1.0\"?>\n<testsuites><testsuite name=\"s\">{inner}</testsuite></testsuites>")
}

const PYTEST: &[&str] = &[
    "pytest tests/test_broken.py | - | tests/test_broken.py:1 | ModuleNotFoundError | ModuleNotFoundError: No module named 'nothing_there'",
    "pytest tests/unit/test_x.py::test_eq[x - y] | - | tests/unit/test_x.py:4 | AssertionError | AssertionError: not ]]> equal",
    "pytest tests/unit/test_x.py::TestA::TestInner::test_b | - | tests/unit/test_x.py:8 | ValueError | ValueError: bad",
    "pytest tests/unit/test_x.py::Case::test_c | - | tests/unit/test_x.py:13 | AssertionError | AssertionError: 1 != 2",
    "pytest tests/unit/test_x.py::test_setup | - | tests/unit/test_x.py:17 | RuntimeError | RuntimeError: fixture",
];

/// By writer: pytest 9.2 (both families), jest-junit, vitest, mocha's xunit, node 20, nextest, gtest 1.12,
/// ctest, PHPUnit 9.6, gradle 4.4 and surefire 2.22 ran for these; the others are written by their form.
const WRITERS: &[(&str, &[&str])] = &[
    ("pytest.xml", PYTEST),
    ("pytest-xunit1.xml", PYTEST),
    (
        "jest.xml",
        &[
            "jest outer inner > x adds 日本 | - | src/a.jest.js:2 | Error | Error: expect(received).toBe(expected) // Object.is equality",
            "jest outer throws | - | src/a.jest.js:6 | TypeError | TypeError: no <way>",
        ],
    ),
    (
        "vitest.xml",
        &[
            "vitest outer > inner > adds | src/a.vitest.test.mjs | src/a.vitest.test.mjs:2 | AssertionError | AssertionError: expected 2 to be 3 // Object.is equality",
        ],
    ),
    (
        "mocha.xml",
        &["mocha outer > adds | - | src/m.cjs:2 | AssertionError | Expected values to be strictly equal:"],
    ),
    (
        "node.xml",
        &["node-test outer > adds | - | src/n.mjs:2 | Error | Expected values to be strictly equal:2 !== 3"],
    ),
    (
        "nextest.xml",
        &[
            "cargo-test tests::bad | demo | src/lib.rs:4 | panic | assertion `left == right` failed: not equal",
        ],
    ),
    (
        "gtest.xml",
        &[
            "gtest Calc.Adds | - | a.cc:2 | failure | Expected equality of these values:",
            "gtest Typed/0.Size | - | a.cc:10 | failure | Expected equality of these values:",
            "gtest Nums/P.Even/0 | - | a.cc:6 | failure | Expected equality of these values:",
        ],
    ),
    ("ctest.xml", &["ctest bad one | - | -:0 | failure | oh <no>", "ctest slow | - | -:0 | failure | "]),
    (
        "phpunit.xml",
        &[
            r"phpunit App\Tests\FooTest::testAdd | - | FooTest.php:5 | PHPUnit\Framework\ExpectationFailedException | sum",
            r#"phpunit App\Tests\FooTest::testRows with data set "one" | - | FooTest.php:8 | PHPUnit\Framework\ExpectationFailedException | Failed asserting that 1 is identical to 2."#,
            r"phpunit App\Tests\FooTest::testRows with data set #0 | - | FooTest.php:8 | PHPUnit\Framework\ExpectationFailedException | Failed asserting that 3 is identical to 2.",
            r"phpunit App\Tests\FooTest::testThrows | - | FooTest.php:10 | RuntimeException | RuntimeException: bad <x>",
        ],
    ),
    (
        "gradle.xml",
        &[
            "junit com.x.FooTest.adds | - | FooTest.java:5 | java.lang.AssertionError | java.lang.AssertionError: sum <&> expected:<3> but was:<2>",
            "junit com.x.FooTest.boom | - | FooTest.java:7 | java.lang.IllegalStateException | java.lang.IllegalStateException: bad",
        ],
    ),
    (
        "surefire.xml",
        &[
            "junit com.x.FooTest.adds | - | FooTest.java:5 | java.lang.AssertionError | java.lang.AssertionError: sum <&> expected:<3> but was:<2>",
            "junit com.x.FooTest.boom | - | FooTest.java:7 | java.lang.IllegalStateException | bad",
        ],
    ),
    (
        "surefire-rerun.xml",
        &[
            "junit com.x.FooTest.adds | - | FooTest.java:5 | java.lang.AssertionError | java.lang.AssertionError: sum <&> expected:<3> but was:<2>",
        ],
    ),
    (
        "gotestsum.xml",
        &["go-test TestTable/日本_語 | example.com/shop/price | price_test.go:14 | failure | got 2, want 3"],
    ),
    (
        "trx.trx",
        &[
            "dotnet-test Shop.Tests.PriceTests.Adds(a: 1, b: \"x.y\") | - | Tests/PriceTests.cs:12 | failure | Assert.Equal() Failure: Values differ",
            "dotnet-test Shop.Ms.BasketTests.Throws | - | -:0 | System.InvalidOperationException | System.InvalidOperationException: empty",
        ],
    ),
];

#[test]
fn every_writers_failures_are_named_as_their_logs_name_them() {
    for (file, expected) in WRITERS {
        assert_eq!(lines(&alone(&fixture(file))), *expected, "{file}");
    }
    let files =
        std::fs::read_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/reports")).unwrap();
    let reports = files.filter(|file| file.as_ref().unwrap().path().extension().unwrap() != "log").count();
    assert_eq!(reports, WRITERS.len(), "a fixture without an expectation");
}

#[test]
fn the_same_tests_in_log_and_report_are_named_once() {
    for (file, _) in WRITERS {
        let log = PathBuf::from(file).with_extension("log");
        if *file == "pytest-xunit1.xml"
            || ["surefire-rerun", "gotestsum", "trx"].iter().any(|name| file.starts_with(name))
        {
            continue; // no log was recorded with it
        }
        let text = fixture(log.to_str().unwrap());
        let mut extraction = extract(text.as_slice(), "logs/x.log").unwrap();
        assert!(!extraction.tests.is_empty(), "{file}: the log names no test");
        let ids: Vec<String> = extraction.tests.iter().map(|test| test.id.clone()).collect();
        let warnings = extraction.warnings.clone();
        let signature = extraction.signature.clone();
        reconcile(&mut extraction, &[named(&fixture(file))], true);
        let after: Vec<String> = extraction.tests.iter().map(|test| test.id.clone()).collect();
        assert_eq!(after, ids, "{file}");
        assert_eq!((&extraction.warnings, &extraction.signature), (&warnings, &signature), "{file}");
        let first = extraction.tests[0].message.lines().next().unwrap_or_default();
        assert!(first.split(' ').count() > 1, "{file}: {first}");
        if *file == "gradle.xml" {
            assert!(first.contains("expected:<3> but was:<2>"), "the report says more: {first}");
        }
    }
}

fn logged(framework: Framework, id: &str, suite: Option<&str>) -> FailedTest {
    FailedTest {
        id: id.to_owned(),
        framework,
        file: None,
        line: None,
        kind: "failure".to_owned(),
        message: String::new(),
        frames: Vec::new(),
        log: None,
        suite: suite.map(str::to_owned),
        signature: Signature::new(Some(framework), Some(id), "failure", "", None),
    }
}

fn reconciled(tests: Vec<FailedTest>, report: &str) -> Extraction {
    let mut extraction = Extraction { tests, ..Extraction::default() };
    reconcile(&mut extraction, &[named(report.as_bytes())], true);
    extraction
}

#[test]
fn ids_of_other_forms_are_the_same_test() {
    for (framework, id, suite, classname, name) in [
        (Framework::Unittest, "test_b (tests.test_x.TestA.test_b)", None, "tests.test_x.TestA", "test_b"),
        (
            Framework::Pytest,
            "pkg/tests/test_x.py::TestA::test_b[1-2]",
            None,
            "tests.test_x.TestA",
            "test_b[1-2]",
        ),
        (
            Framework::Jest,
            "outer › inner › adds",
            Some("src/a.test.js"),
            "outer inner adds",
            "outer inner adds",
        ),
        (Framework::Jest, "outer › inner › adds", Some("src/a.test.js"), "outer inner", "adds"),
        (Framework::Mocha, "outer > inner > adds", None, "adds", "outer inner adds"),
        (Framework::Junit, "FooTest > adds()", None, "com.x.FooTest", "adds()"),
        (Framework::Junit, "SubTest>BaseTest.adds", None, "com.x.SubTest", "adds"),
        (Framework::GoTest, "TestTable/a_b", Some("example.com/m/a"), "example.com/m/a", "TestTable/a_b"),
        (Framework::CargoTest, "parse::tests::bad", Some("lib:demo"), "demo", "parse::tests::bad"),
        (Framework::Rspec, "Cart adds", None, "spec.cart_spec", "Cart adds"),
        (Framework::Ctest, "bad one", None, "bad one", "bad one"),
        (
            Framework::Phpunit,
            r"App\FooTest::testRows with data set #0",
            None,
            "App.FooTest",
            "testRows with data set #0",
        ),
    ] {
        let case = format!(
            "<testcase classname=\"{classname}\" name=\"{name}\"><failure message=\"why\"/></testcase>"
        );
        let found = reconciled(vec![logged(framework, id, suite)], &a_report(&case));
        assert_eq!(found.tests.len(), 1, "{id}: {:?}", lines(&found));
        assert_eq!((found.tests[0].id.as_str(), found.tests[0].message.as_str()), (id, "why"));
        assert!(found.warnings.is_empty(), "{id}: {:?}", found.warnings);
    }
}

#[test]
fn other_tests_are_other_tests() {
    let failed = |class: &str, name: &str| {
        format!("<testcase classname=\"{class}\" name=\"{name}\"><failure/></testcase>")
    };
    for (framework, id, suite, class, name) in [
        (Framework::Pytest, "tests/test_x.py::test_b", None, "tests.test_x", "test_c"),
        (Framework::Pytest, "tests/test_x.py::test_b", None, "other.module", "test_b"),
        (Framework::Pytest, "tests/test_x.py::test_b[1]", None, "tests.test_x", "test_b[2]"),
        (Framework::GoTest, "TestA/b", Some("m/a"), "m/a", "TestA/b/c"),
        (Framework::Junit, "com.x.FooTest.adds", None, "com.x.FooTest", "addsMore"),
    ] {
        let found = reconciled(vec![logged(framework, id, suite)], &a_report(&failed(class, name)));
        assert_eq!(found.tests.len(), 2, "{id} {class} {name}: {:?}", lines(&found));
        assert!(
            found.warnings[0].contains("only reports (junit.xml) name 1 failed tests"),
            "{:?}",
            found.warnings
        );
    }
    // Of one name in two classes each keeps its own.
    let both = failed("com.x.AlphaTest", "adds") + &failed("com.x.BetaTest", "adds");
    let log = vec![logged(Framework::Junit, "BetaTest.adds", None)];
    let found = reconciled(log, &a_report(&both));
    assert_eq!(
        found.tests.iter().map(|test| test.id.as_str()).collect::<Vec<_>>(),
        ["BetaTest.adds", "com.x.AlphaTest.adds"]
    );
    // What the log types as no test is none.
    let mut extraction = extract(fixture("mocha.log").as_slice(), "logs/x.log").unwrap();
    extraction.containers.clear();
    reconcile(&mut extraction, &[named(&fixture("mocha.xml"))], true);
    assert_eq!(extraction.containers.last().unwrap().role, ContainerRole::Hook);
}

#[test]
fn sections_are_parts_of_their_test() {
    let report = "<testsuites><testsuite name=\"t\" hostname=\"tbd\"><testcase classname=\"t.global\" name=\"adds/one\"><failure/>\
                  </testcase><testcase classname=\"t.global\" name=\"adds/two\"><failure/></testcase></testsuite></testsuites>";
    assert_eq!(reconciled(vec![logged(Framework::Catch2, "adds", None)], report).tests.len(), 1);
    assert_eq!(alone(report.as_bytes()).tests.len(), 2);
}

#[test]
fn further_dialects_are_told_apart() {
    let case = |suite: &str, class: &str, name: &str, kind: &str, text: &str| {
        let text = format!(
            "<testsuite name=\"{suite}\"><testcase classname=\"{class}\" name=\"{name}\"><failure message=\"m\" type=\"{kind}\"><![CDATA[{text}]]></failure></testcase></testsuite>"
        );
        lines(&alone(text.as_bytes())).remove(0)
    };
    assert_eq!(
        case(
            "a.spec.ts",
            "a.spec.ts",
            "outer › adds",
            "FAILURE",
            "  [chromium] › a.spec.ts:3:5 › outer › adds ────\n\n    Error: expected 3\n\n        at /home/runner/work/x/x/a.spec.ts:4:9\n"
        ),
        "playwright outer › adds | a.spec.ts | a.spec.ts:4 | Error | Error: expected 3"
    );
    assert_eq!(
        case("nosetests", "tests.test_x.A", "test_b", "builtins.ValueError", "x"),
        "nose tests.test_x.A.test_b | - | -:0 | builtins.ValueError | m"
    );
    assert_eq!(
        case("s", "Elixir.FooTest", "test adds", "error", ""),
        "exunit test adds (FooTest) | - | -:0 | failure | m"
    );
    assert_eq!(
        case("s", "django.X", "t", "django.core.Improper", "no stack"),
        "generic django.X.t | - | -:0 | django.core.Improper | m"
    );
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reading(parts in proptest::collection::vec(proptest::sample::select(vec![
        "<testsuite name='s'>", "</testsuite>", "<testcase classname='a.B' name='t[1]' file='x.py' line='2'>", "</testcase>", "<failure type='E' message='m:1'>",
        "</failure>", "<error/>", "<skipped/>", "<![CDATA[", "]]>", "&lt;", "&#xD800;", "&x;", "<!--", "-->", "<?p?>", "<TestRun>", "<UnitTestResult outcome='Failed' testName='é(1)'>",
        "</UnitTestResult>", "<Message>", "</Message>", "a.cc:2", "\n", "日本", "<", "&", "'", "thread 'x' panicked at a.rs:1:2:", "E   ValueError: x",
    ]), 0..40)) {
        let text = parts.concat();
        if let Ok(report) = read_report(text.as_bytes()) {
            let mut extraction = Extraction::default();
            reconcile(&mut extraction, &[NamedReport { source: "x".to_owned(), report: report.clone() }], true);
            // Joined once more, nothing new comes.
            let before = extraction.tests.len();
            reconcile(&mut extraction, &[NamedReport { source: "x".to_owned(), report }], true);
            proptest::prop_assert_eq!(extraction.tests.len(), before);
        }
    }
}

#[test]
fn a_contradiction_is_told_and_the_log_is_kept() {
    let report = a_report(
        "<testcase classname=\"tests.test_x\" name=\"test_b\"/><testcase classname=\"tests.test_x\" name=\"test_c\"/>",
    );
    let found = reconciled(vec![logged(Framework::Pytest, "tests/test_x.py::test_b", None)], &report);
    assert_eq!(found.tests.len(), 1);
    assert_eq!(found.warnings, ["the log names `tests/test_x.py::test_b` as failed, junit.xml as passed"]);
}

#[test]
fn what_may_not_be_added_only_completes() {
    let mut extraction = Extraction::default();
    reconcile(&mut extraction, &[named(&fixture("pytest.xml"))], false);
    assert_eq!(extraction, Extraction::default());
}

#[test]
fn a_report_alone_gives_a_signature_and_an_excerpt() {
    let found = alone(&fixture("nextest.xml"));
    assert_eq!(found.signature, Some(found.tests[0].signature.clone()));
    assert!(
        found.excerpt.starts_with("tests::bad (from junit.xml)\nassertion `left == right`"),
        "{}",
        found.excerpt
    );
    assert_eq!(alone(&fixture("surefire-rerun.xml")).containers[0].id, "com.x.BrokenTest");
    assert!(alone(a_report("<testcase name=\"fine\"/>").as_bytes()).tests.is_empty());
}

#[test]
fn nothing_is_expanded_and_nothing_is_fetched() {
    let mut laughs = String::from(
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a0 \"ha\"><!ENTITY file SYSTEM \"file:///etc/passwd\">",
    );
    for n in 1..20 {
        laughs.push_str(&format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10)));
    }
    laughs.push_str("]><testsuite><testcase name=\"t\"><failure message=\"&a19;\">&a19;&file;&#x41;&lt;</failure></testcase></testsuite>");
    let found = alone(laughs.as_bytes());
    assert_eq!(found.tests[0].message, "&a19;\n&a19;&file;A<", "{:?}", lines(&found));
}

#[test]
fn hostile_reports_are_bounded() {
    let deep = "<testsuite>".repeat(100_000);
    let report = read_report(deep.as_bytes()).unwrap();
    assert!(report.incomplete.unwrap().contains("nested"));
    let many = a_report(&"<testcase name=\"a\" classname=\"CLASS\"><failure/></testcase>".repeat(3));
    let many: String = (0..3000).map(|n| many.replace("CLASS", &n.to_string())).collect();
    let many = a_report(&many.replace("<?xml version=\"1.0\"?>\n", ""));
    let report = read_report(many.as_bytes()).unwrap();
    assert!(report.failures.len() <= 2000 && report.incomplete.unwrap().contains("2000"));
    let long = a_report(&format!(
        "<testcase name=\"{0}\"><failure message=\"{0}\">{0}</failure></testcase>",
        "x".repeat(1 << 20)
    ));
    let found = alone(long.as_bytes());
    assert!(
        found.tests[0].id.len() <= 1030
            && found.tests[0].message.len() <= 4100
            && found.excerpt.len() <= 16 * 1024
    );
    assert!(matches!(
        read_report(&vec![b' '; 65 << 20]),
        Err(ReportError::TooLarge(_) | ReportError::NoReport(_))
    ));
}

#[test]
fn a_report_that_ends_in_the_middle_is_read_as_far_as_it_goes() {
    let text = String::from_utf8(fixture("pytest.xml")).unwrap();
    let cut = &text[..text.find("name=\"test_ok\"").unwrap()];
    let found = alone(cut.as_bytes());
    assert_eq!(lines(&found), PYTEST[..3]);
    assert!(found.cut[0].starts_with("junit.xml is read in part: "), "{:?}", found.cut);
    for end in 0..text.len() {
        if text.is_char_boundary(end) {
            let _ = read_report(&text.as_bytes()[..end]);
        }
    }
}

#[test]
fn other_files_are_no_reports() {
    for other in
        ["", "no xml", "<coverage/>", "<html><body/></html>", "{\"a\": 1}", "\u{feff}", "<!DOCTYPE x>"]
    {
        assert!(matches!(read_report(other.as_bytes()), Err(ReportError::NoReport(_))), "{other}");
    }
}

#[test]
fn encodings_and_prefixes_do_no_harm() {
    let text = a_report("<testcase classname=\"a\" name=\"日本\"><failure message=\"ö\"/></testcase>");
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(lines(&alone(&wide)), lines(&alone(text.as_bytes())));
    let mut latin = text.clone().into_bytes();
    latin.extend(b"<!-- \xe9 -->");
    assert_eq!(alone(&latin).tests.len(), 1);
    let prefixed =
        "<j:testsuite xmlns:j=\"x\"><j:testcase name=\"t\"><j:failure/></j:testcase></j:testsuite>";
    assert_eq!(alone(prefixed.as_bytes()).tests[0].id, "t");
}

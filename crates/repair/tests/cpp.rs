//! The search on small projects in C++ and C, with judges that only read the text: the ids of the usual test
//! frameworks lead to the fault, through headers and methods, and the checkout comes back byte for byte.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use regreen_case::{FailedTest, Framework, Signature, TestTarget};
use regreen_repair::{Judgement, SearchOutcome, SearchRequest, search};

const CART_H: &str = "#pragma once
#include <string>
#include <vector>

namespace shop {

class Cart {
public:
    explicit Cart(int limit);
    void add(const std::string& name, int count);
    int total() const;
    bool is_free() const;

private:
    std::vector<int> prices_;
    int limit_;
};

}  // namespace shop
";

const CART_CPP: &str = "#include \"shop/cart.h\"

#include \"shop/prices.h\"

namespace shop {

Cart::Cart(int limit) : limit_(limit) {}

void Cart::add(const std::string& name, int count) {
    for (int i = 0; i < count; ++i) {
        prices_.push_back(price_of(name));
    }
}

int Cart::total() const {
    int sum = 0;
    for (int price : prices_) {
        sum += price;
    }
    return sum;
}

bool Cart::is_free() const {
    return total() > limit_;
}

}  // namespace shop
";

const PRICES_CPP: &str = "#include \"shop/prices.h\"

namespace shop {

static const int UNKNOWN = 7;

int price_of(const std::string& name) {
    if (name == \"tea\") return 4;
    if (name == \"cake\") return 10;
    return UNKNOWN;
}

}  // namespace shop
";

const OTHER_CPP: &str = "int other(int a, int b) {\n    return a > b ? a : b;\n}\n";

const TEST_CPP: &str = "#include <gtest/gtest.h>

#include \"shop/cart.h\"

static shop::Cart full() {
    shop::Cart cart(100);
    cart.add(\"cake\", 10);
    return cart;
}

TEST(CartTest, FreeAtTheLimit) {
    EXPECT_TRUE(full().is_free());
}

TEST(CartTest, Unrelated) {
    EXPECT_EQ(2, other(1, 2));
}
";

fn checkout(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn failure(id: &str, message: &str) -> FailedTest {
    let framework = Framework::Gtest;
    FailedTest {
        id: id.to_owned(),
        framework,
        file: None,
        line: None,
        kind: "Failure".to_owned(),
        message: message.to_owned(),
        frames: Vec::new(),
        log: None,
        suite: None,
        signature: Signature::new(Some(framework), Some(id), "Failure", message, None),
    }
}

/// Searches for a candidate after which `file` holds `wanted`, and checks that every file is what it was.
fn find(
    files: &[(&str, &str)],
    target: TestTarget,
    message: &str,
    file: &str,
    wanted: &str,
) -> SearchOutcome {
    let dir = checkout(files);
    let failures = [failure(&target.id, message)];
    let tests = [target];
    let deadline = Instant::now() + Duration::from_secs(60);
    let request = SearchRequest {
        failures: &failures,
        max_candidates: 400,
        ..SearchRequest::new(dir.path(), &tests, deadline)
    };
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let path = dir.path().join(file);
    let mut judge =
        || if read(&path).contains(wanted) { Judgement::Green } else { Judgement::Red(Vec::new()) };
    let outcome = search(&request, &mut judge, &mut |_| {}).unwrap();
    for (path, text) in files {
        assert_eq!(&read(&dir.path().join(path)), text, "{path} changed");
    }
    outcome
}

fn target(framework: Framework, id: &str, file: Option<&str>) -> TestTarget {
    TestTarget { framework, id: id.to_owned(), file: file.map(str::to_owned), suite: None }
}

fn shop() -> Vec<(&'static str, &'static str)> {
    vec![
        ("include/shop/cart.h", CART_H),
        ("src/cart.cpp", CART_CPP),
        ("src/prices.cpp", PRICES_CPP),
        ("src/other.cpp", OTHER_CPP),
        ("tests/cart_test.cpp", TEST_CPP),
    ]
}

#[test]
fn a_test_of_a_suite_leads_through_a_helper_to_the_method_outside_of_its_class() {
    let file = Some("tests/cart_test.cpp");
    for (framework, id, file) in [
        (Framework::Gtest, "CartTest.FreeAtTheLimit", file),
        (Framework::Ctest, "CartTest.FreeAtTheLimit", None),
    ] {
        let message = "Value of: full().is_free()\n  Actual: false\nExpected: true";
        let outcome =
            find(&shop(), target(framework, id, file), message, "src/cart.cpp", "return total() >= limit_;");
        let best = &outcome.survivors[0];
        assert_eq!(
            (best.file.as_str(), best.line, best.template.as_str()),
            ("src/cart.cpp", 24, "comparison")
        );
        assert!(outcome.first.is_some_and(|first| first <= 30), "took {:?} candidates", outcome.first);
        // The suite is named after the class, so its constructor is near the front as well.
        let mut front = outcome.localised.iter().take(2);
        assert!(front.any(|suspect| suspect.function.as_deref() == Some("Cart.is_free")));
        assert!(outcome.localised.iter().all(|suspect| !suspect.file.starts_with("tests/")));
        assert!(outcome.localised.iter().all(|suspect| suspect.function.as_deref() != Some("other")));
    }
}

#[test]
fn a_fault_two_calls_away_from_the_test_is_found() {
    let target = target(Framework::Gtest, "CartTest.FreeAtTheLimit", Some("tests/cart_test.cpp"));
    let outcome = find(&shop(), target, "", "src/prices.cpp", "name == \"cake\") return 11;");
    let function = Some("price_of");
    assert!(outcome.localised.iter().any(|suspect| suspect.function.as_deref() == function));
    assert_eq!(outcome.survivors[0].template, "number");
    assert!(outcome.first.is_some_and(|first| first <= 160), "took {:?} candidates", outcome.first);
}

#[test]
fn titles_and_programs_are_found_as_tests() {
    let title = "#include \"count.h\"\nTEST_CASE(\"words are counted\", \"[count]\") {\n    REQUIRE(count_words(\"a b\") == 2);\n}\nTEST_CASE(\"other\") {\n    REQUIRE(other(1));\n}\n";
    let program = "#include <assert.h>\n#include \"count.h\"\nint main(void) {\n    assert(count_words(\"a b\") == 2);\n    return 0;\n}\n";
    let code = "#include \"count.h\"\n\nint other(int n) {\n    return n - 1;\n}\n\nstatic int is_gap(const char *at) {\n    return *at != ' ';\n}\n\nint count_words(const char *text) {\n    int words = 1;\n    for (const char *at = text; *at; at++) {\n        if (is_gap(at)) words++;\n    }\n    return words;\n}\n";
    for (test, text, id) in [
        ("test/count.cpp", title, "words are counted"),
        ("test/test_count.c", program, "test_count"),
        ("test/test_count.c", program, "main"),
    ] {
        let files = [("src/count.c", code), (test, text)];
        let file = (id == "main").then_some(test);
        let outcome =
            find(&files, target(Framework::Ctest, id, file), "", "src/count.c", "return *at == ' ';");
        assert_eq!(outcome.survivors[0].template, "comparison", "{id}");
        assert_eq!(outcome.localised[0].function.as_deref(), Some("count_words"), "{id}");
        assert!(
            outcome.localised.iter().any(|suspect| suspect.function.as_deref() == Some("is_gap")),
            "{id}"
        );
        assert!(outcome.first.is_some_and(|first| first <= 30), "{id} took {:?} candidates", outcome.first);
        assert!(outcome.localised.iter().all(|suspect| suspect.function.as_deref() != Some("other")), "{id}");
    }
}

#[test]
fn hostile_source_is_survived() {
    let deep = format!("int f(int a) {{ return {}a{}; }}\n", "(".repeat(150), ")".repeat(150));
    let nested = format!("int g(int a) {{ {} a; {} }}\n", "if (a) {".repeat(100), "}".repeat(100));
    let broken =
        "template <<<< class { int f( { 'ü \"\n#if\n#define X(\nTEST(\nTEST_CASE()\nint :: operator ( ) {\n";
    let odd = "int ::f() { return '\\'' + 0x + 1e + 08 + -; }\nauto operator\"\"_x(char c) { return c; }\nint (*(*h)(int))[3];\n";
    let files = [
        ("a.cpp", deep.as_str()),
        ("b.c", nested.as_str()),
        ("c.cc", broken),
        ("d.h", odd),
        ("test/t.cc", "TEST(A, B) { f(1); g(2); }\n"),
    ];
    let outcome = find(&files, target(Framework::Gtest, "A.B", None), "", "a.cpp", "nowhere");
    assert!(outcome.survivors.is_empty());
}

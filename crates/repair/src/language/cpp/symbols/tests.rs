//! Definitions with their owners, tests of every framework, references.

use super::*;
use crate::language::cpp::{C, CPP};
use crate::language::{Language, language_of};
use crate::source::SourceFile;

fn defined(file: &str, text: &str) -> Vec<(String, String, bool)> {
    let source = SourceFile::parse(file.to_owned(), text.to_owned(), language_of(file).unwrap()).unwrap();
    definitions(source.tree.root_node(), text)
        .into_iter()
        .map(|found| (found.name, found.owner.unwrap_or_default(), found.in_test))
        .collect()
}

fn one(text: &str) -> (String, String, bool) {
    let found = defined("a.cpp", text);
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    found.into_iter().next().unwrap()
}

#[test]
fn functions_are_named_however_deep_their_declarator_is() {
    for (text, name, owner) in [
        ("double Cart::total(const std::vector<int>& a) const { return 1; }", "total", "Cart"),
        ("Cart::Cart(int n) : n_(n) {}", "Cart", "Cart"),
        ("Cart::~Cart() {}", "~Cart", "Cart"),
        ("bool operator==(const A& a, const A& b) { return true; }", "operator==", ""),
        ("bool shop::A::operator<(const A& o) const { return true; }", "operator<", "A"),
        ("template <typename T> T* Stack<T>::pop() { return 0; }", "pop", "Stack"),
        ("char **dup(const char *s) { return 0; }", "dup", ""),
        ("static inline int& ref() { return x; }", "ref", ""),
        ("namespace a::b { int f() { return 1; } }", "f", ""),
        ("extern \"C\" { int g(void) { return 1; } }", "g", ""),
        ("auto f(int a) -> int { return a; }", "f", ""),
        ("#ifdef X\nint f(int a) { return a; }\n#endif\n", "f", ""),
    ] {
        assert_eq!(one(text), (name.to_owned(), owner.to_owned(), false), "{text}");
    }
    assert!(defined("a.cpp", "int f(int a);\nA::A() = default;\nint x;\n").is_empty());
}

#[test]
fn members_constants_and_types_have_their_owner() {
    let text = "namespace n { class A { public: int f() { return 1; } int g(); static constexpr int K = 4; int y; };\nconst int LIMIT = 3; }\ntypedef struct node { int v; } node_t;\n";
    let found = defined("a.hpp", text);
    let names: Vec<(&str, &str)> = found.iter().map(|found| (found.0.as_str(), found.1.as_str())).collect();
    assert_eq!(names, [("A", ""), ("f", "A"), ("K", "A"), ("LIMIT", ""), ("node", "")]);
}

#[test]
fn tests_of_every_framework_are_found_by_their_name() {
    for (text, name, owner) in [
        ("TEST(CartTest, AddsUp) { EXPECT_EQ(1, f()); }", "AddsUp", "CartTest"),
        ("TEST_F(CartTest, Empty) { }", "Empty", "CartTest"),
        ("TYPED_TEST(Typed, Size) { }", "Size", "Typed"),
        ("BOOST_AUTO_TEST_CASE(adds_up) { BOOST_CHECK(a); }", "adds_up", ""),
        ("BOOST_FIXTURE_TEST_CASE(adds_up, Fixture) { }", "adds_up", ""),
        ("TEST_CASE(\"the cart adds up\", \"[cart]\") { REQUIRE(f() == 2); }", "the cart adds up", ""),
        ("TEST_CASE_METHOD(Fixture, \"adds up\") { REQUIRE(f() == 2); }", "adds up", ""),
    ] {
        assert_eq!(one(text), (name.to_owned(), owner.to_owned(), true), "{text}");
    }
    assert!(!one("int TEST_COUNT(int a) { return a; }").2);
}

#[test]
fn references_carry_scope_object_and_calls() {
    let text =
        "int f() { Cart cart(2); cart.total(1); p->count; shop::price(3); std::max<int>(a, b); LIMIT; }";
    let source = SourceFile::parse("a.cpp".to_owned(), text.to_owned(), &CPP).unwrap();
    let found = references(source.tree.root_node(), text);
    let has = |name: &str, qualifier: Option<&str>, called: bool| {
        let wanted = Reference { name: name.to_owned(), qualifier: qualifier.map(str::to_owned), called };
        assert!(found.contains(&wanted), "{wanted:?} in {found:?}");
    };
    has("Cart", None, true);
    has("total", Some("cart"), true);
    has("count", Some("p"), false);
    has("price", Some("shop"), true);
    has("max", None, true);
    has("LIMIT", None, false);
}

#[test]
fn includes_give_the_stems_of_files() {
    let text = "#pragma once\n#include \"shop/cart.h\"\n#ifdef A\n#include <vector>\n#endif\n";
    let source = SourceFile::parse("a.c".to_owned(), text.to_owned(), &C).unwrap();
    assert_eq!(imports(source.tree.root_node(), text), ["cart", "vector"]);
}

#[test]
fn test_paths_are_told_apart() {
    for yes in
        ["test/a.cpp", "src/cart_test.cc", "test_cart.c", "lib/CartTest.cpp", "tests/unit/a.h", "x/tests.cc"]
    {
        assert!(CPP.is_test_path(yes), "{yes}");
    }
    for no in ["src/cart.cpp", "src/latest.c", "include/contest.h", "src/attest.cc"] {
        assert!(!CPP.is_test_path(no), "{no}");
    }
}

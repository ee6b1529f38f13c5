//! Owners, test code and references, where they are easily got wrong.

use super::*;
use crate::language::Java;
use crate::source::SourceFile;

fn parsed(text: &str) -> SourceFile {
    SourceFile::parse("A.java".to_owned(), text.to_owned(), &Java).unwrap()
}

#[test]
fn definitions_have_the_nearest_class_as_their_owner() {
    let text = "class Cart { static final int MAX = 3; int count; Cart(int n) {} int total() { return 1; } \
                static class Line { int price() { return 2; } } abstract void none(); } \
                enum Size { SMALL, LARGE(2); int area() { return 3; } } \
                record Point(int x) { Point { } } interface Shape { int EDGES = 4; default int e() { return 5; } }";
    let source = parsed(text);
    let found: Vec<String> = definitions(source.tree.root_node(), text)
        .into_iter()
        .map(|one| format!("{}.{}:{:?}", one.owner.unwrap_or_default(), one.name, one.sort))
        .collect();
    assert_eq!(
        found,
        [
            ".Cart:Type",
            "Cart.MAX:Constant",
            "Cart.Cart:Function",
            "Cart.total:Function",
            "Cart.Line:Type",
            "Line.price:Function",
            ".Size:Type",
            "Size.LARGE:Constant",
            "Size.area:Function",
            ".Point:Type",
            "Point.Point:Function",
            ".Shape:Type",
            "Shape.EDGES:Constant",
            "Shape.e:Function",
        ]
    );
}

#[test]
fn what_a_test_framework_runs_is_test_code() {
    let text = "class A { @Test void a() {} @org.junit.jupiter.api.BeforeEach void b() {} \
                @ParameterizedTest(name = \"x\") void c() {} @Override public String toString() { return \"\"; } }";
    let source = parsed(text);
    let tests: Vec<String> = definitions(source.tree.root_node(), text)
        .into_iter()
        .filter(|one| one.in_test)
        .map(|one| one.name)
        .collect();
    assert_eq!(tests, ["a", "b", "c"]);
}

#[test]
fn test_paths_are_told_apart() {
    for yes in [
        "src/test/java/com/acme/Data.java",
        "core/src/integrationTest/java/A.java",
        "CartTest.java",
        "app/CartTests.java",
        "app/TestCart.java",
        "app/CartIT.java",
        "test/com/acme/Cart.java",
    ] {
        assert!(is_test_path(yes), "{yes}");
    }
    for no in [
        "src/main/java/com/acme/test/Cart.java",
        "src/main/java/Test.java",
        "src/Cart.java",
        "app/Testimonial.java",
        "app/LIMIT.java",
        "app/Latest.java",
    ] {
        assert_eq!(is_test_path(no), no == "{no}");
    }
}

#[test]
fn references_know_what_stands_before_them() {
    let text = "class A { int f(Cart cart) { g(); this.h(); cart.total(); new Line<X>(1); Prices.of(LIMIT); \
                run(Cart::free); return Limits.MAX + this.n; } }";
    let source = parsed(text);
    let found = references(source.tree.root_node().named_child(0).unwrap(), text);
    let has = |name: &str, qualifier: Option<&str>, called: bool| {
        let one = Reference { name: name.to_owned(), qualifier: qualifier.map(str::to_owned), called };
        assert!(found.contains(&one), "{one:?} in {found:#?}");
    };
    has("g", Some("A"), true);
    has("h", Some("A"), true);
    has("total", Some("cart"), true);
    has("Line", Some("Line"), true);
    has("of", Some("Prices"), true);
    has("LIMIT", None, false);
    has("free", Some("Cart"), true);
    has("MAX", Some("Limits"), false);
    has("n", None, false);
}

#[test]
fn imports_are_the_names_that_are_visible() {
    let text = "package com.acme.shop; import com.acme.Cart; import static com.acme.Limits.MAX; \
                import java.util.*; class A { Near near; int f() { return Other.g(); } }";
    let source = parsed(text);
    let found = imports(source.tree.root_node(), text);
    for name in ["Cart", "Limits", "MAX", "util", "Near", "Other"] {
        assert!(found.iter().any(|one| one == name), "{name} in {found:?}");
    }
    assert!(!found.iter().any(|one| one == "com" || one == "acme"), "{found:?}");
}

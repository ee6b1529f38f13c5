//! Scopes, shadowing and kinds, where they are easily got wrong.

use super::*;
use crate::language::{Java, Language};
use crate::source::SourceFile;

fn parsed(text: &str) -> SourceFile {
    SourceFile::parse("A.java".to_owned(), text.to_owned(), &Java).unwrap()
}

/// The first method of a file.
fn method(source: &SourceFile) -> Node<'_> {
    let mut found = None;
    walk(source.tree.root_node(), &mut |node| {
        if found.is_none() && Java.is_function(node) {
            found = Some(node);
        }
        true
    });
    found.unwrap()
}

/// Names that are bound where `mark` stands, with their kinds.
fn at(text: &str, mark: &str) -> Vec<(String, Kind)> {
    let source = parsed(text);
    let place = text.find(mark).unwrap();
    variables(method(&source), text)
        .into_iter()
        .filter(|variable| variable.from <= place && place <= variable.until)
        .map(|variable| (variable.name, variable.kind))
        .collect()
}

fn names(text: &str, mark: &str) -> Vec<String> {
    at(text, mark).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn fields_come_before_what_shadows_them() {
    let text = "class A { int n; String s = \"\"; void f(double n) { g(); } }";
    let found = at(text, "g()");
    let expected = [("n", Kind::Integer), ("s", Kind::Text), ("n", Kind::Float)];
    assert_eq!(found, expected.map(|(name, kind)| (name.to_owned(), kind)));
}

#[test]
fn loops_lambdas_and_blocks_end_what_they_bind() {
    let text = "class A { void f(int[] a) { for (int x : a) { in(); } for (int i = 0; i < 3; i++) { two(); } \
                { var s = \"x\"; three(); } try { t(); } catch (E e) { four(); } g(y -> five(y)); out(); } }";
    assert_eq!(names(text, "in()"), ["a", "x"]);
    assert_eq!(names(text, "two()"), ["a", "i"]);
    assert_eq!(at(text, "three()")[1], ("s".to_owned(), Kind::Text));
    assert_eq!(names(text, "four()"), ["a", "e"]);
    assert_eq!(names(text, "five(y)"), ["a", "y"]);
    assert_eq!(names(text, "out()"), ["a"]);
}

#[test]
fn a_variable_is_bound_from_where_its_declaration_ends() {
    let text = "class A { void f() { int a = one(), b = two(); three(); } }";
    assert_eq!(names(text, "one()"), Vec::<String>::new());
    assert_eq!(names(text, "two()"), ["a"]);
    assert_eq!(names(text, "three()"), ["a", "b"]);
}

#[test]
fn records_and_varargs_bind_their_names() {
    let text = "record P(int x, String y) { int f(int... more) { return g(); } }";
    let found = at(text, "g()");
    assert_eq!(found[0], ("x".to_owned(), Kind::Integer));
    assert_eq!(found[1], ("y".to_owned(), Kind::Text));
    assert_eq!(found[2], ("more".to_owned(), Kind::Named("int[]".to_owned())));
}

#[test]
fn kinds_follow_from_declarations_and_well_known_methods() {
    for (value, kind) in [
        ("a.get(0)", Kind::Text),
        ("m.get(s)", Kind::Integer),
        ("s.charAt(1)", Kind::Character),
        ("s.charAt(1) - '0'", Kind::Integer),
        ("s + 1", Kind::Text),
        ("n / 2.0", Kind::Float),
        ("x[1]", Kind::Integer),
        ("x.length", Kind::Integer),
        ("(double) n", Kind::Float),
        ("Math.abs(n)", Kind::Integer),
        ("Character.toUpperCase(s.charAt(0))", Kind::Character),
        ("!a.isEmpty()", Kind::Boolean),
        ("new ArrayList<>(a)", Kind::List),
        ("v -> v", Kind::Function),
        ("this.field", Kind::Float),
    ] {
        let text = format!(
            "class A {{ double field; Object f(List<String> a, Map<String, Integer> m, String s, int n, int[] x) \
             {{ return {value}; }} }}"
        );
        let source = parsed(&text);
        let bound = variables(method(&source), &text);
        let start = text.find("return ").unwrap() + 7;
        let node = source.node_at(&(start..start + value.len())).unwrap();
        assert_eq!(kind_of(node, &text, &bound), kind, "{value}");
    }
}

#[test]
fn parameters_of_lambdas_are_elements_of_what_is_worked_on() {
    for (chain, kind) in [
        ("a.stream().filter(x -> here(x))", Kind::Text),
        ("a.stream().map(s -> s.length()).map(x -> here(x))", Kind::Integer),
        ("a.stream().map(Foo::bar).map(x -> here(x))", Kind::Unknown),
        ("Arrays.stream(n).filter(x -> here(x))", Kind::Float),
        ("\"ab\".chars().filter(x -> here(x))", Kind::Integer),
        ("a.removeIf(x -> here(x))", Kind::Text),
        ("Collections.sort(a, (x, y) -> here(x))", Kind::Text),
        ("other(x -> here(x))", Kind::Unknown),
    ] {
        let text = format!("class A {{ Object f(List<String> a, double[] n) {{ return {chain}; }} }}");
        let found = at(&text, "here(x)");
        assert!(found.contains(&("x".to_owned(), kind.clone())), "{chain}: {found:?}");
    }
}

#[test]
fn early_exits_fit_what_the_method_returns() {
    let of = |text: &str| {
        let source = parsed(text);
        empty_values(method(&source), text)
    };
    assert_eq!(of("class A { void f() {} }"), [""]);
    assert_eq!(of("class A { A() {} }"), [""]);
    assert_eq!(of("class A { int[][] f() {} }")[0], "new int[0][]");
    assert_eq!(of("class A { Optional<X> f() {} }"), ["Optional.empty()"]);
    assert!(of("class A { String f() { return \"no\"; } }").contains(&"\"no\"".to_owned()));
}

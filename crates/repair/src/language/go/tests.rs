//! What is easily got wrong about Go: owners, test code, scopes and shadowing, types, and what the compiler refuses.

use super::*;
use crate::language::{DefinitionSort, walk};
use crate::source::SourceFile;

fn parse(text: &str) -> SourceFile {
    let file = SourceFile::parse("a.go".to_owned(), text.to_owned(), &Go).unwrap();
    assert_eq!(file.errors, 0, "{text}");
    file
}

/// Rough type of the last value that reads `value`.
fn kind(text: &str, value: &str) -> Kind {
    let file = parse(text);
    let root = file.tree.root_node();
    let variables = Go.variables(root, text);
    let mut found = None;
    walk(root, &mut |node| {
        if text_of(node, text) == value && Go.is_value(node, text) {
            found = Some(Go.kind_of(node, text, &variables));
        }
        true
    });
    found.unwrap_or_else(|| panic!("{value} is no value of {text}"))
}

/// Names that are bound where `mark()` stands, with their types.
fn bound(text: &str) -> Vec<(String, Kind)> {
    let file = parse(text);
    let at = text.find("mark()").unwrap();
    Go.variables(file.tree.root_node(), text)
        .into_iter()
        .filter(|variable| variable.from <= at && at <= variable.until)
        .map(|variable| (variable.name, variable.kind))
        .collect()
}

fn complaints(body: &str) -> usize {
    let text = format!("package p\n\nimport \"strings\"\n\nvar _ = strings.ToLower\n\n{body}\n");
    let file = parse(&text);
    Go.complaints(file.tree.root_node(), &text, text.find("func ").unwrap())
}

#[test]
fn definitions_have_their_owner_and_know_tests() {
    let text = "package p\n\ntype Cart[T any] struct{ n int }\n\nfunc (c *Cart[T]) Total() int { return c.n }\n\n\
        const (\n\tLow = iota\n\tHigh\n)\n\nvar a, b = 1, 2\n\nvar (\n\tlast int\n)\n\n\
        func TestTotal(t *testing.T) { x := 1; _ = x }\n\nfunc check(tb testing.TB) {}\n\nfunc New() Cart[int] { return Cart[int]{} }\n";
    let file = parse(text);
    let found = Go.definitions(file.tree.root_node(), text);
    let of = |name: &str| found.iter().find(|one| one.name == name).unwrap_or_else(|| panic!("{name}"));
    assert_eq!(of("Total").owner.as_deref(), Some("Cart"));
    assert_eq!(of("Cart").sort, DefinitionSort::Type);
    for constant in ["Low", "High", "a", "b", "last"] {
        assert_eq!(of(constant).sort, DefinitionSort::Constant);
    }
    assert!(of("TestTotal").in_test && of("check").in_test && !of("New").in_test);
    assert!(!found.iter().any(|one| one.name == "x"));
}

#[test]
fn tests_are_known_by_their_file() {
    assert!(Go.is_test_path("cart/cart_test.go") && Go.is_test_path("a/testdata/x.go"));
    assert!(!Go.is_test_path("cart/testing.go") && !Go.is_test_path("test/run.go"));
}

#[test]
fn imports_go_by_their_usual_name() {
    let text = "package cart_test\n\nimport (\n\t\"math/rand/v2\"\n\ty \"gopkg.in/yaml.v3\"\n\t_ \"embed\"\n\t. \"fmt\"\n)\n\nimport \"example.com/shop/prices\"\n";
    let file = parse(text);
    assert_eq!(Go.imports(file.tree.root_node(), text), ["cart", "prices", "rand", "y", "yaml"]);
}

#[test]
fn references_keep_what_stands_before_the_dot() {
    let text = "package p\n\nfunc f(c Cart) { prices.Of(c.items.first); g(New[int](c)) }\n";
    let file = parse(text);
    let found = Go.references(file.tree.root_node(), text);
    let has = |name: &str, qualifier: Option<&str>, called: bool| {
        found
            .iter()
            .any(|one| one.name == name && one.qualifier.as_deref() == qualifier && one.called == called)
    };
    assert!(has("Of", Some("prices"), true));
    assert!(has("first", Some("items"), false));
    assert!(has("g", None, true) && has("New", None, true) && has("Cart", None, false));
}

#[test]
fn variables_are_bound_in_their_block_only() {
    let text = "package p\n\nfunc (c *Cart) f(a, b int, xs ...string) (n int, err error) {\n\tif v, ok := m[a]; ok {\n\t\tinner := v\n\t\t_ = inner\n\t}\n\tfor i, x := range xs {\n\t\tmark()\n\t}\n\tlate := 1\n}\n";
    let names: Vec<String> = bound(text).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["c", "a", "b", "xs", "n", "err", "i", "x"]);
    let kinds: Vec<Kind> = bound(text).into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(kinds[0], Kind::Named("*Cart".to_owned()));
    assert_eq!(kinds[1], Kind::Integer);
    assert_eq!(kinds[3], Kind::List);
    assert_eq!(kinds[6..], [Kind::Integer, Kind::Text]);
}

#[test]
fn the_inner_variable_hides_the_outer_one() {
    let text = "package p\n\nfunc f(x int) {\n\tif x > 0 {\n\t\tx := \"text\"\n\t\tg(x)\n\t}\n}\n";
    assert_eq!(kind(text, "x"), Kind::Text);
    let text = "package p\n\nfunc f(x int) {\n\tif x > 0 {\n\t\tx := \"text\"\n\t\tg(x)\n\t}\n\tg(x)\n}\n";
    assert_eq!(kind(text, "x"), Kind::Integer);
    let text = "package p\n\nfunc f(x []string) {\n\tfor _, x := range x {\n\t\tg(x)\n\t}\n}\n";
    assert_eq!(kind(text, "x"), Kind::Text);
}

#[test]
fn kinds_follow_declarations_results_and_elements() {
    let head = "package p\n\ntype T struct{ names []string; m map[string][]float64 }\n\nfunc two() (int, error) { return 1, nil }\n\nconst limit = 3\n\nvar word = \"w\"\n\n";
    for (body, value, expected) in [
        ("func f(t T) { g(t.names[0]) }", "t.names[0]", Kind::Text),
        ("func f(t T) { g(t.m[\"a\"][1]) }", "t.m[\"a\"][1]", Kind::Float),
        ("func f() { n, err := two(); g(n, err) }", "err", Kind::Named("error".to_owned())),
        ("func f() { n, err := two(); g(n, err) }", "n", Kind::Integer),
        ("func f(s string) { g(s[0]) }", "s[0]", Kind::Character),
        ("func f(s string) { g(s[1:]) }", "s[1:]", Kind::Text),
        ("func f(s string) { for _, r := range s { g(r) } }", "r", Kind::Character),
        ("func f(s string) { for i := range 3 { g(i) } }", "i", Kind::Integer),
        ("func f() { x := make([]int, 2); g(x) }", "x", Kind::List),
        ("func f() { x := []float64{}; g(x[0]) }", "x[0]", Kind::Float),
        ("func f(a int) { g(float64(a) / 2) }", "float64(a) / 2", Kind::Float),
        ("func f(a int) { g(limit, word) }", "word", Kind::Text),
        ("func f(a int) { g(2 * limit) }", "2 * limit", Kind::Integer),
        ("func f(m map[string]bool) { for k := range m { g(k) } }", "k", Kind::Text),
        ("func f(a any) { v, ok := a.(string); g(v, ok) }", "v", Kind::Text),
        ("func f(a any) { v, ok := a.(string); g(v, ok) }", "ok", Kind::Boolean),
        ("func f(c *[]int) { g(&c) }", "&c", Kind::Named("**[]int".to_owned())),
    ] {
        assert_eq!(kind(&format!("{head}{body}\n"), value), expected, "{value} in {body}");
    }
}

#[test]
fn values_are_told_from_names() {
    let text = "package p\n\nimport \"math\"\n\nfunc f(a int, o T) int {\n\tb := a\n\tb = o.size\n\tb++\n\tg(b)\n\tx := T{size: b}\n\tm := map[int]int{1: 2}\n\t_ = math.Abs(1.5)\n\tfor _, c := range m {\n\t\treturn c\n\t}\n\treturn x\n}\n";
    let file = parse(text);
    let mut values = Vec::new();
    walk(file.tree.root_node(), &mut |node| {
        if Go.is_value(node, text) && Go.role(node, text) == Role::Name {
            values.push(text_of(node, text));
        }
        true
    });
    assert_eq!(values, ["a", "o", "b", "b", "m", "c", "x"]);
}

#[test]
fn early_exits_have_the_right_number_of_values() {
    for (result, expected) in [
        ("", ""),
        ("int", "0"),
        ("(int, error)", "0, nil"),
        ("(n int, ok bool)", "0, false"),
        ("*Cart", "nil"),
        ("Cart", "Cart{}"),
        ("[]string", "nil"),
    ] {
        let text = format!("package p\n\nfunc f() {result} {{ panic(1) }}\n");
        let file = parse(&text);
        let function = file.tree.root_node().named_child(1).unwrap();
        assert_eq!(Go.empty_values(function, &text)[0], expected, "{result}");
    }
}

#[test]
fn the_compiler_is_spared_what_it_would_refuse() {
    for bad in [
        "func f() {\n\tx := 1\n}",
        "func f() {\n\tx := 1\n\tx = 2\n}",
        "func f(a int) { g(b) }\n\nfunc g(a int) {}",
        "func f(a int) string { return a }",
        "func f(a int) (int, error) { return a }",
        "func f(a int) int { return strings.Index(\"a\", a) }",
        "func f(a int, b float64) float64 { return b * a }",
        "func f(a []int) bool { return a == a }",
        "func f(a string) bool { return a[0] == \"a\" }",
        "func f(a string) int { return math.MaxInt }",
        "func f(a int) int {\n\tfor a > 0 {\n\t}\n}",
        "func f(a int) { a + 1 }",
        "func f(a []string) []string { return append(a, 1) }",
        "func f(a int) bool { return !a }",
        "func f(a []int) int { return a[-1] }",
        "func f(s []int) []int { return s[:-1] }",
        "func f(n int) int { return f(n, n) }",
        "func f(s string) string { return append(s, \"a\") }",
        "func f(n int) int { return f() }",
    ] {
        assert!(complaints(bad) > 0, "{bad}");
    }
    for good in [
        "func f(a int) int {\n\tx := a\n\tx += 2\n\treturn x\n}",
        "func f(a float64) float64 { return a * 2 }",
        "func f(s string) bool { return s[0] == 'a' && s[1:] < \"b\" }",
        "func f(s string) []rune { return append([]rune(s), 'a', s0(s)) }\n\nfunc s0(s string) rune { return 0 }",
        "func f(a int) int {\n\tfor {\n\t}\n}",
        "func f(a int) int {\n\tif a > 0 {\n\t\treturn 1\n\t} else {\n\t\tpanic(\"no\")\n\t}\n}",
        "func f(a int) (n int, err error) {\n\tn, err = f(a)\n\treturn\n}",
        "func f(a int) (int, error) { return f(a) }",
        "func f(m map[string]int, k string) int {\n\tif v, ok := m[k]; ok {\n\t\treturn v\n\t}\n\treturn len(m) << uint(2)\n}",
        "type c float64\n\nfunc f(a c) c { return a * 2 }",
        "func f(a *int) bool { return a != nil && *a > 0 }",
        "func f(xs [][]int) int { return xs[0][1] + len(xs[0][1:]) }",
        "func f(ch chan int) int {\n\tselect {\n\tcase v := <-ch:\n\t\treturn v\n\tdefault:\n\t\treturn 0\n\t}\n}",
        "func f[T int | string](a, b T) bool { return a < b }",
        "func f(a any) string {\n\tswitch v := a.(type) {\n\tcase string:\n\t\treturn v\n\tdefault:\n\t\treturn \"\"\n\t}\n}",
        "func f(g func(int) int) int { return g(1) }",
        "func f(b byte, r rune) bool { return rune(b) == r-'a' }",
    ] {
        assert_eq!(complaints(good), 0, "{good}");
    }
}

#[test]
fn imports_follow_what_is_used() {
    for (before, after, expected) in [
        (
            "package p\n\nimport \"strings\"\n\nvar a = strings.X\n",
            "var a = 1",
            "package p\n\n\nvar a = strings.X\n",
        ),
        (
            "package p\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nvar a = fmt.X + os.X\n",
            "var a = fmt.X + math.X",
            "package p\n\nimport (\n\t\"fmt\"\n\t\"math\"\n)\n\nvar a = fmt.X + os.X\n",
        ),
        ("package p\n\nvar a = 1\n", "var a = utf8.X", "package p\n\nimport \"unicode/utf8\"\n\nvar a = 1\n"),
        (
            "package p\n\nvar time = T{}\nvar a = time.x\n",
            "var a = time.x",
            "package p\n\nvar time = T{}\nvar a = time.x\n",
        ),
    ] {
        let file = parse(before);
        let mut text = before.to_owned();
        for (span, by) in Go.mended_imports(file.tree.root_node(), before, after).into_iter().rev() {
            text.replace_range(span, &by);
        }
        assert_eq!(text, expected);
    }
}

#[test]
fn nonsense_is_survived() {
    for text in [
        "func",
        "package p\nfunc f( {",
        "x := ",
        "func (",
        "return a[",
        "a[ä:",
        "package p\nfunc f() (",
        "type t struct {",
    ] {
        let file = SourceFile::parse("a.go".to_owned(), text.to_owned(), &Go).unwrap();
        let root = file.tree.root_node();
        let variables = Go.variables(root, text);
        walk(root, &mut |node| {
            let _ = (Go.kind_of(node, text, &variables), Go.is_value(node, text), Go.operands(node));
            let _ = (
                Go.slice_bounds(node),
                Go.empty_values(node, text),
                Go.complaints(root, text, node.start_byte()),
            );
            true
        });
        let _ = Go.mended_imports(root, text, "strings.X");
        let _ = (Go.definitions(root, text), Go.references(root, text), Go.imports(root, text));
    }
}

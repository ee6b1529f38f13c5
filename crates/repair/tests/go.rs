//! The search from end to end on a small made-up Go project, judged by its text: it follows calls from a subtest
//! through packages, finds the fix early, and leaves every file as it was.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use regreen_case::{Framework, TestTarget};
use regreen_repair::{Judgement, SearchOutcome, SearchRequest, search};

const FILES: &[(&str, &str)] = &[
    ("go.mod", "module example.com/shop\n\ngo 1.22\n"),
    (
        "cart/cart.go",
        "// Package cart adds up what is bought.
package cart

import \"example.com/shop/prices\"

// Cart holds names with counts.
type Cart struct {
\titems map[string]int
}

// New makes an empty cart.
func New() *Cart {
\treturn &Cart{items: map[string]int{}}
}

// Add puts something in.
func (c *Cart) Add(name string, count int) {
\tc.items[name] += count
}
",
    ),
    (
        "cart/total.go",
        "package cart

import \"example.com/shop/prices\"

// Total is what has to be paid.
func (c *Cart) Total() int {
\ttotal := 0
\tfor name, count := range c.items {
\t\ttotal += prices.Of(name, count)
\t}
\treturn total
}
",
    ),
    (
        "prices/prices.go",
        "// Package prices knows what things cost.
package prices

var single = map[string]int{\"tea\": 4, \"cake\": 10}

const (
\tmanyFrom = 10
\trebate   = 2
)

// Of is the price of some of a kind, with a rebate for many.
func Of(name string, count int) int {
\tprice := single[name] * count
\tif count > manyFrom {
\t\tprice -= rebate * count
\t}
\treturn price
}
",
    ),
    (
        "prices/other.go",
        "package prices\n\n// Known says whether there is a price.\nfunc Known(name string) bool {\n\t_, ok := single[name]\n\treturn ok\n}\n",
    ),
    ("mail/mail.go", "package mail\n\nfunc Total(lines []string) int {\n\treturn len(lines) + 1\n}\n"),
    (
        "cart/cart_test.go",
        "package cart

import \"testing\"

func filled(count int) *Cart {
\tcart := New()
\tcart.Add(\"cake\", count)
\treturn cart
}

func TestTotal(t *testing.T) {
\tt.Run(\"many\", func(t *testing.T) {
\t\tif got := filled(10).Total(); got != 80 {
\t\t\tt.Errorf(\"got %d\", got)
\t\t}
\t})
}
",
    ),
];

fn searched(id: &str, file: Option<&str>) -> SearchOutcome {
    run(FILES, id, file, &|read| read("prices/prices.go").contains("count >= manyFrom"))
}

/// Text of a file of the checkout.
type Read<'a> = &'a dyn Fn(&str) -> String;

/// Searches with at most 60 candidates; `green` is asked with a way to read the files.
fn run(
    files: &[(&str, &str)],
    id: &str,
    file: Option<&str>,
    green: &dyn Fn(Read<'_>) -> bool,
) -> SearchOutcome {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let target = TestTarget {
        framework: Framework::GoTest,
        id: id.to_owned(),
        file: file.map(str::to_owned),
        suite: None,
    };
    let tests = [target];
    let deadline = Instant::now() + Duration::from_secs(60);
    let request = SearchRequest { max_candidates: 60, ..SearchRequest::new(dir.path(), &tests, deadline) };
    let read = |path: &str| fs::read_to_string(Path::new(dir.path()).join(path)).unwrap();
    let mut judge = || if green(&read) { Judgement::Green } else { Judgement::Red(Vec::new()) };
    let outcome = search(&request, &mut judge, &mut |_| {}).unwrap();
    for (path, text) in files {
        assert_eq!(read(path), *text, "{path}");
    }
    outcome
}

#[test]
fn a_fault_two_calls_away_is_found_early() {
    for (id, file) in [
        ("example.com/shop/cart.TestTotal/many", Some("cart/cart_test.go")),
        ("example.com/shop/cart.TestTotal/many", None),
        ("TestTotal/many", None),
        ("TestTotal", Some("cart/cart_test.go")),
    ] {
        let outcome = searched(id, file);
        let names: Vec<_> =
            outcome.localised.iter().filter_map(|suspect| suspect.function.as_deref()).collect();
        let place = |name: &str| names.iter().position(|known| *known == name);
        assert!(place("Cart.Total").is_some_and(|place| place < 3), "{id}: {names:?}");
        assert!(place("Of").is_some_and(|place| place < 4), "{id}: {names:?}");
        assert!(!names.contains(&"TestTotal") && !names.contains(&"filled"), "{id}: {names:?}");
        // What nobody imports comes behind what is called.
        assert!(place("Total").is_none_or(|other| Some(other) > place("Of")), "{id}: {names:?}");
        let fix = outcome.survivors.first().unwrap_or_else(|| panic!("{id}: nothing found"));
        assert_eq!((fix.file.as_str(), fix.template.as_str()), ("prices/prices.go", "comparison"));
        assert!(outcome.first.is_some_and(|first| first <= 30), "{id}: {:?}", outcome.first);
    }
}

#[test]
fn imports_follow_the_fix() {
    let test = "package names\n\nimport \"testing\"\n\nfunc TestSame(t *testing.T) {\n\tif !Same(\"A\", \"a\") {\n\t\tt.Fail()\n\t}\n}\n";
    let code = "package names\n\nfunc Same(a, b string) bool {\n\treturn a == b\n}\n";
    let files = [("names/names.go", code), ("names/names_test.go", test)];
    let outcome = run(&files, "TestSame", None, &|read| {
        let text = read("names/names.go");
        text.contains("strings.ToLower(a)") && text.contains("\n\nimport \"strings\"\n")
    });
    let fix = outcome.survivors.first().unwrap();
    assert_eq!((fix.template.as_str(), fix.edits.len()), ("wrap_call", 2));
}

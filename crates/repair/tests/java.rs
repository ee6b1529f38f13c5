//! The search as a library on a made-up project in Java: packages of several files, a fault two calls away from the
//! test, a judge that looks at the text.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use regreen_case::{Framework, TestTarget};
use regreen_repair::{Judgement, SearchOutcome, SearchRequest, search};

const TEST: &str = "com.acme.shop.CartTest.freeShippingStartsAtTheLimit";

const CART: &str = "package com.acme.shop;

import java.util.ArrayList;
import java.util.List;

public class Cart {
    private final List<Line> lines = new ArrayList<>();
    private final Shipping shipping = new Shipping();

    public void add(String name, int count) {
        lines.add(new Line(name, count));
    }

    public int total() {
        int total = 0;
        for (Line line : lines) {
            total += Prices.of(line.name()) * line.count();
        }
        return total;
    }

    public boolean hasFreeShipping() {
        return shipping.costs(total()) == 0;
    }

    private record Line(String name, int count) {}
}
";

const SHIPPING: &str = "package com.acme.shop;

class Shipping {
    private static final int LIMIT = 100;

    int costs(int total) {
        if (isFree(total)) {
            return 0;
        }
        return 5;
    }

    private boolean isFree(int total) {
        return total > LIMIT;
    }
}
";

const PRICES: &str = "package com.acme.shop;

import java.util.Map;

final class Prices {
    private static final Map<String, Integer> KNOWN = Map.of(\"tea\", 4, \"cake\", 10);

    static int of(String name) {
        return KNOWN.get(name);
    }
}
";

const CART_TEST: &str = "package com.acme.shop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CartTest {
    private Cart cart;

    @BeforeEach
    void setUp() {
        cart = Carts.withCakes(10);
    }

    @Test
    void freeShippingStartsAtTheLimit() {
        assertTrue(cart.hasFreeShipping());
    }
}
";

const CARTS: &str = "package com.acme.shop;

class Carts {
    static Cart withCakes(int count) {
        Cart cart = new Cart();
        cart.add(\"cake\", count);
        return cart;
    }
}
";

const MAIN: &str = "src/main/java/com/acme/shop";
const TESTS: &str = "src/test/java/com/acme/shop";

struct Checkout {
    dir: tempfile::TempDir,
}

impl Checkout {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let checkout = Checkout { dir };
        for (folder, name, text) in [
            (MAIN, "Cart.java", CART),
            (MAIN, "Shipping.java", SHIPPING),
            (MAIN, "Prices.java", PRICES),
            (
                MAIN,
                "Unrelated.java",
                "package com.acme.shop;\n\nclass Unrelated {\n    int other() {\n        return 1;\n    }\n}\n",
            ),
            (TESTS, "CartTest.java", CART_TEST),
            (TESTS, "Carts.java", CARTS),
        ] {
            let path = checkout.path().join(folder).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        checkout
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(MAIN).join(name)).unwrap()
    }

    /// Every file with its bytes.
    fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        for folder in [MAIN, TESTS] {
            for entry in fs::read_dir(self.path().join(folder)).unwrap() {
                let path = entry.unwrap().path();
                files.insert(path.clone(), fs::read(path).unwrap());
            }
        }
        files
    }

    /// Runs the search; green when `name` holds `wanted`.
    fn search(&self, id: &str, name: &str, wanted: &str) -> SearchOutcome {
        let before = self.snapshot();
        let target = TestTarget { framework: Framework::Junit, id: id.to_owned(), file: None, suite: None };
        let tests = [target];
        let deadline = Instant::now() + Duration::from_secs(60);
        let mut judge = || {
            for (path, text) in self.snapshot() {
                let test = path.starts_with(self.path().join(TESTS));
                assert!(!test || before[&path] == text, "test code was edited");
            }
            if self.read(name).contains(wanted) { Judgement::Green } else { Judgement::Red(Vec::new()) }
        };
        let request =
            SearchRequest { max_candidates: 300, ..SearchRequest::new(self.path(), &tests, deadline) };
        let outcome = search(&request, &mut judge, &mut |_| {}).unwrap();
        assert_eq!(self.snapshot(), before, "the checkout changed");
        outcome
    }
}

fn functions(outcome: &SearchOutcome) -> Vec<&str> {
    outcome.localised.iter().filter_map(|suspect| suspect.function.as_deref()).collect()
}

#[test]
fn a_fault_two_calls_away_is_found_for_every_way_to_name_the_test() {
    for id in [TEST, "CartTest#freeShippingStartsAtTheLimit", "CartTest > freeShippingStartsAtTheLimit()"] {
        let outcome = Checkout::new().search(id, "Shipping.java", "return total >= LIMIT;");
        let best = &outcome.survivors[0];
        assert_eq!((best.template.as_str(), best.line), ("comparison", 14));
        assert_eq!(best.file, format!("{MAIN}/Shipping.java"));
        assert!(outcome.first.is_some_and(|first| first <= 30), "{id}: took {:?} candidates", outcome.first);
        let functions = functions(&outcome);
        assert_eq!(functions[0], "Cart.hasFreeShipping");
        assert!(functions.iter().take(8).any(|name| *name == "Shipping.isFree"), "{functions:?}");
        assert!(!functions.iter().any(|name| name.starts_with("Unrelated")), "{functions:?}");
        assert!(outcome.localised.iter().all(|suspect| suspect.file.starts_with(MAIN)));
    }
}

#[test]
fn what_is_set_up_before_the_test_and_by_its_helpers_is_suspected_too() {
    let outcome = Checkout::new().search(TEST, "Cart.java", "new Line(name, count + 1)");
    assert_eq!(outcome.survivors[0].template, "off_by_one");
    assert!(functions(&outcome).contains(&"Cart.add"));
}

#[test]
fn constants_that_a_suspect_uses_are_searched() {
    let outcome = Checkout::new().search(TEST, "Shipping.java", "LIMIT = 99;");
    assert_eq!(outcome.survivors[0].template, "number");
    assert_eq!(outcome.survivors[0].function.as_deref(), Some("Shipping.LIMIT"));
}

#[test]
fn hostile_source_is_survived() {
    let checkout = Checkout::new();
    let deep =
        format!("class Deep {{ int f(int a) {{ return {}a{}; }} }}\n", "(".repeat(300), ")".repeat(300));
    let odd =
        "class \u{e9} { @ void f(( {{ String \u{fc} = \"\u{1F600}\"\" + 'ab' ; } List<List<<> \u{fc}\u{fc}";
    fs::write(checkout.path().join(MAIN).join("Deep.java"), deep).unwrap();
    fs::write(checkout.path().join(MAIN).join("Odd.java"), odd).unwrap();
    checkout.search("com.acme.shop.NoTest.none", "Shipping.java", "nothing like it");
}

#[test]
fn source_that_ends_anywhere_is_survived() {
    let checkout = Checkout::new();
    for end in (0..CART.len()).step_by(61) {
        fs::write(checkout.path().join(MAIN).join("Cart.java"), &CART[..end]).unwrap();
        checkout.search(TEST, "Unrelated.java", "return 1;");
    }
}

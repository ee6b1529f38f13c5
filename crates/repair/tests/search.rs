//! The search from end to end on tiny projects, with scripted judges: it finds the fix, keeps out of tests and
//! locked files, respects its bounds, and leaves the checkout byte for byte as it was, whatever happens.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use regreen_case::{FailedTest, Frame, Framework, Signature, TestTarget};
use regreen_repair::{
    Judgement, Progress, RepairError, SearchEnd, SearchOutcome, SearchRequest, apply, search, search_until,
};

struct Checkout {
    dir: tempfile::TempDir,
}

impl Checkout {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Checkout { dir }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).unwrap()
    }

    /// Every file with its bytes.
    fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.insert(path.clone(), fs::read(path).unwrap());
                }
            }
        }
        files
    }
}

fn target(framework: Framework, id: &str, file: Option<&str>) -> TestTarget {
    TestTarget { framework, id: id.to_owned(), file: file.map(str::to_owned), suite: None }
}

fn failure(id: &str, message: &str, frames: &[(&str, u32)]) -> FailedTest {
    let framework = Framework::Pytest;
    FailedTest {
        id: id.to_owned(),
        framework,
        file: None,
        line: None,
        kind: "AssertionError".to_owned(),
        message: message.to_owned(),
        frames: frames
            .iter()
            .map(|(file, line)| Frame {
                file: (*file).to_owned(),
                line: *line,
                function: None,
                project: true,
            })
            .collect(),
        log: None,
        suite: None,
        signature: Signature::new(Some(framework), Some(id), "AssertionError", message, None),
    }
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

const TEST_FREE: &str = "tests/test_cart.py::test_free_at_the_limit";

const SHOP: &[(&str, &str)] = &[
    (
        "shop/cart.py",
        "from shop.prices import price

FREE = 100


class Cart:
    def __init__(self):
        self.items = []

    def add(self, name, count):
        self.items.append((name, count))

    def total(self):
        result = 0
        for name, count in self.items:
            result += price(name) * count
        return result

    def is_free(self):
        return self.total() > FREE
",
    ),
    (
        "shop/prices.py",
        "PRICES = {'tea': 4, 'cake': 10}


def price(name):
    return PRICES[name]
",
    ),
    ("shop/unrelated.py", "def other(a, b):\n    return a + b\n"),
    (
        "tests/test_cart.py",
        "from shop.cart import Cart


def make():
    cart = Cart()
    cart.add('cake', 10)
    return cart


def test_free_at_the_limit():
    assert make().is_free()
",
    ),
];

/// Green when `file` holds `wanted`.
fn holds<'a>(checkout: &'a Checkout, file: &'a str, wanted: &'a str) -> impl FnMut() -> Judgement + 'a {
    move || if checkout.read(file).contains(wanted) { Judgement::Green } else { Judgement::Red(Vec::new()) }
}

fn run(
    checkout: &Checkout,
    request: &SearchRequest<'_>,
    mut judge: impl FnMut() -> Judgement,
) -> SearchOutcome {
    let before = checkout.snapshot();
    let outcome = search(request, &mut judge, &mut |_| {}).unwrap();
    assert_eq!(checkout.snapshot(), before, "the checkout changed");
    outcome
}

#[test]
fn an_assertion_without_project_frames_leads_through_helper_and_import_to_the_fault() {
    let checkout = Checkout::new(SHOP);
    let tests = [target(Framework::Pytest, TEST_FREE, Some("tests/test_cart.py"))];
    let failures = [failure(TEST_FREE, "assert False", &[("tests/test_cart.py", 11)])];
    let request =
        SearchRequest { failures: &failures, ..SearchRequest::new(checkout.path(), &tests, soon()) };
    let outcome = run(&checkout, &request, holds(&checkout, "shop/cart.py", "self.total() >= FREE"));
    let best = &outcome.survivors[0];
    assert_eq!((best.file.as_str(), best.line, best.template.as_str()), ("shop/cart.py", 20, "comparison"));
    assert_eq!(best.before.trim(), "return self.total() > FREE");
    assert_eq!(best.after.trim(), "return self.total() >= FREE");
    assert!(outcome.first.is_some_and(|first| first <= 30), "took {:?} candidates", outcome.first);
    assert_eq!(outcome.localised[0].function.as_deref(), Some("Cart.is_free"));
    assert!(outcome.localised.iter().all(|suspect| !suspect.file.starts_with("tests/")));
    assert!(outcome.survivors[0].hypothesis().contains("shop/cart.py:20"));
    apply(checkout.path(), best).unwrap();
    assert!(checkout.read("shop/cart.py").contains("self.total() >= FREE"));
    assert!(matches!(apply(checkout.path(), best), Err(RepairError::Moved { .. })));
}

#[test]
fn a_stack_trace_puts_its_innermost_project_line_first() {
    let checkout = Checkout::new(SHOP);
    let tests = [target(Framework::Pytest, TEST_FREE, None)];
    let frames = [("tests/test_cart.py", 11), ("/ci/work/shop/cart.py", 16), ("/ci/work/shop/prices.py", 5)];
    let failures = [failure(TEST_FREE, "KeyError: 'pie'", &frames)];
    let request =
        SearchRequest { failures: &failures, ..SearchRequest::new(checkout.path(), &tests, soon()) };
    let outcome = run(&checkout, &request, holds(&checkout, "shop/prices.py", "PRICES.get(name, 0)"));
    assert_eq!(outcome.survivors[0].template, "lookup_default");
    assert!(!outcome.survivors[0].cautions.is_empty());
    assert_eq!(outcome.localised[0].function.as_deref(), Some("price"));
    assert_eq!(outcome.localised[0].reasons[0], "stack");
}

const CRATE: &[(&str, &str)] = &[
    ("Cargo.toml", "[package]\nname = \"tally\"\n"),
    (
        "src/lib.rs",
        "//! Tally.
mod sum;
pub use sum::evens;

pub fn mean(values: &[i64]) -> i64 {
    let count = values.len() as i64;
    values.iter().sum::<i64>() / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evens_are_summed_to_the_end() {
        assert_eq!(evens(4), 6);
    }
}
",
    ),
    (
        "src/sum.rs",
        "/// Sum of the even numbers up to `limit`.
pub fn evens(limit: u32) -> u32 {
    let mut sum = 0;
    for number in 0..limit {
        if number % 2 == 0 {
            sum += number;
        }
    }
    sum
}
",
    ),
];

const TEST_EVENS: &str = "tests::evens_are_summed_to_the_end";

#[test]
fn a_rust_unit_test_leads_to_another_module_and_is_never_edited() {
    let checkout = Checkout::new(CRATE);
    let tests = [target(Framework::CargoTest, TEST_EVENS, None)];
    let request = SearchRequest::new(checkout.path(), &tests, soon());
    let original = checkout.read("src/lib.rs");
    let tests_at = original.find("#[cfg(test)]").unwrap();
    let outcome = run(&checkout, &request, || {
        assert!(checkout.read("src/lib.rs").ends_with(&original[tests_at..]), "a test was edited");
        if checkout.read("src/sum.rs").contains("0..=limit") {
            Judgement::Green
        } else {
            Judgement::Red(Vec::new())
        }
    });
    assert_eq!(outcome.survivors[0].template, "range_end");
    assert!(outcome.first.is_some_and(|first| first <= 30), "took {:?} candidates", outcome.first);
}

#[test]
fn locked_files_and_test_files_are_never_touched() {
    let checkout = Checkout::new(SHOP);
    let tests = [target(Framework::Pytest, TEST_FREE, None)];
    let locked = ["shop/cart.py".to_owned()];
    let request = SearchRequest {
        protected: &locked,
        max_candidates: 400,
        ..SearchRequest::new(checkout.path(), &tests, soon())
    };
    let untouched = || (checkout.read("shop/cart.py"), checkout.read("tests/test_cart.py"));
    let before = untouched();
    let outcome = run(&checkout, &request, || {
        assert_eq!(untouched(), before);
        Judgement::Red(Vec::new())
    });
    assert!(outcome.survivors.is_empty() && outcome.tried > 0);
}

#[test]
fn what_helps_and_harms_ends_no_search_and_is_kept_for_want_of_better() {
    let checkout = Checkout::new(SHOP);
    let tests = [target(Framework::Pytest, TEST_FREE, None)];
    let request = SearchRequest { max_candidates: 30, ..SearchRequest::new(checkout.path(), &tests, soon()) };
    let number = std::cell::Cell::new(0);
    let nth = |green: u32| {
        number.set(number.get() + 1);
        if number.get() == green { Judgement::Green } else { Judgement::Harmful }
    };
    let outcome = run(&checkout, &request, || nth(9));
    assert_eq!((outcome.survivors.len(), outcome.first, outcome.harmful), (1, Some(9), 29));
    number.set(0);
    let outcome = run(&checkout, &request, || nth(0));
    assert_eq!((outcome.survivors.len(), outcome.first, outcome.harmful), (3, Some(1), 30));
}

#[test]
fn what_leaves_others_red_is_passed_over_for_what_repairs_them_too() {
    let checkout = Checkout::new(SHOP);
    let tests = [target(Framework::Pytest, TEST_FREE, None)];
    let request = SearchRequest { max_candidates: 30, ..SearchRequest::new(checkout.path(), &tests, soon()) };
    let number = std::cell::Cell::new(0);
    let nth = |green: u32| {
        number.set(number.get() + 1);
        match number.get() {
            it if it == green => Judgement::Green,
            3 => Judgement::Incomplete,
            2 => Judgement::Harmful,
            _ => Judgement::Red(Vec::new()),
        }
    };
    let outcome = run(&checkout, &request, || nth(20));
    assert_eq!((outcome.survivors.len(), outcome.first), (1, Some(20)));
    number.set(0);
    let outcome = run(&checkout, &request, || nth(0));
    assert_eq!((outcome.survivors.len(), outcome.first), (1, Some(3)), "rather than what harms");
    assert_eq!((outcome.incomplete, outcome.harmful), (1, 1));
}

#[test]
fn the_share_that_was_judged_grows_with_what_was_judged() {
    let one = [
        ("clip.py", "def clip(a):\n    return a < 3\n"),
        ("test_clip.py", "def test_clip():\n    clip(1)\n"),
    ];
    let checkout = Checkout::new(&one);
    let tests = [target(Framework::Pytest, "test_clip.py::test_clip", None)];
    let share = |max_candidates| {
        let request = SearchRequest { max_candidates, ..SearchRequest::new(checkout.path(), &tests, soon()) };
        let outcome = run(&checkout, &request, || Judgement::Red(Vec::new()));
        (outcome.judged_share, outcome.end)
    };
    let ((few, _), (more, _), (all, end)) = (share(2), share(6), share(100_000));
    assert!(0.0 < few && few < more && more < 1.0, "{few} {more}");
    assert_eq!((all, end), (1.0, SearchEnd::Exhausted));
}

#[test]
fn every_bound_ends_the_search() {
    let checkout = Checkout::new(SHOP);
    let tests = [target(Framework::Pytest, TEST_FREE, None)];
    let red = || Judgement::Red(Vec::new());
    let base = SearchRequest::new(checkout.path(), &tests, soon());
    let limited = run(&checkout, &SearchRequest { max_candidates: 7, ..base }, red);
    assert_eq!((limited.end, limited.tried), (SearchEnd::CandidateLimit, 7));
    let late = run(&checkout, &SearchRequest { deadline: Instant::now(), ..base }, red);
    assert_eq!((late.end, late.tried), (SearchEnd::DeadlineReached, 0));
    let count = std::cell::Cell::new(0);
    let cancelled = || count.replace(count.get() + 1) >= 3;
    let stopped = run(&checkout, &SearchRequest { cancelled: &cancelled, ..base }, red);
    assert_eq!((stopped.end, stopped.tried), (SearchEnd::Cancelled, 3));
    let told = run(&checkout, &base, || Judgement::Stop);
    assert_eq!((told.end, told.tried), (SearchEnd::Stopped, 1));
}

#[test]
fn a_search_without_a_fix_ends_when_everything_was_tried() {
    let checkout = Checkout::new(&[
        ("calc.py", "def one():\n    return 2\n"),
        ("test_calc.py", "from calc import one\n\n\ndef test_one():\n    assert one() == 1\n"),
    ]);
    let tests = [target(Framework::Pytest, "test_calc.py::test_one", None)];
    let request =
        SearchRequest { max_candidates: usize::MAX, ..SearchRequest::new(checkout.path(), &tests, soon()) };
    let outcome = run(&checkout, &request, || Judgement::Broken("x".to_owned()));
    assert_eq!((outcome.end, outcome.exhausted), (SearchEnd::Exhausted, true));
    assert_eq!((outcome.broken, outcome.generated), (outcome.tried, outcome.tried));
}

#[test]
fn no_candidate_is_judged_twice_and_none_is_the_original() {
    let checkout = Checkout::new(CRATE);
    let tests = [target(Framework::CargoTest, TEST_EVENS, None)];
    let request =
        SearchRequest { max_candidates: 400, ..SearchRequest::new(checkout.path(), &tests, soon()) };
    let mut seen = std::collections::BTreeSet::from([checkout.snapshot()]);
    run(&checkout, &request, || {
        assert!(seen.insert(checkout.snapshot()), "seen before");
        Judgement::Red(Vec::new())
    });
    assert!(seen.len() > 100);
}

/// What is tried, in order, behind the first `skip`.
fn order(seed: u64, skip: usize) -> Vec<(String, u32, String)> {
    let checkout = Checkout::new(SHOP);
    let tests = [target(Framework::Pytest, TEST_FREE, None)];
    let new = SearchRequest::new(checkout.path(), &tests, soon());
    let request = SearchRequest { seed, skip, max_candidates: 120, ..new };
    let mut told: Vec<(String, u32, String)> = Vec::new();
    let mut progress = |step: Progress| {
        assert_eq!(step.candidate, skip + told.len() + 1);
        assert!(step.total >= step.candidate && !step.to_string().is_empty());
        told.push((step.file, step.line, step.description));
    };
    search(&request, &mut || Judgement::Red(Vec::new()), &mut progress).unwrap();
    told
}

#[test]
fn the_order_is_the_same_for_the_same_seed() {
    assert_eq!(order(0, 0), order(0, 0));
    assert_eq!(order(7, 0), order(7, 0));
    assert_ne!(order(7, 0), order(8, 0));
}

#[test]
fn a_search_goes_on_where_another_one_stopped() {
    let all = order(0, 0);
    assert_eq!(all.len(), 120);
    assert_eq!(order(0, 50), all[50..]);
    assert!(order(0, 120).is_empty());
}

#[test]
fn what_is_turned_down_is_set_aside_and_the_search_goes_on() {
    let checkout = Checkout::new(SHOP);
    let tests = [target(Framework::Pytest, TEST_FREE, None)];
    let request =
        SearchRequest { max_candidates: 3000, ..SearchRequest::new(checkout.path(), &tests, soon()) };
    let judged = std::cell::Cell::new(0);
    // The third passes, and another one long after the search would have ended with that.
    let mut judge = || {
        judged.set(judged.get() + 1);
        if [3, 600].contains(&judged.get()) { Judgement::Green } else { Judgement::Red(Vec::new()) }
    };
    let before = checkout.snapshot();
    let mut asked = Vec::new();
    let mut is_answer = |outcome: &SearchOutcome| {
        assert_eq!(checkout.snapshot(), before, "whoever is asked finds the checkout as it was");
        asked.push((outcome.first, outcome.survivors.len(), outcome.turned_down));
        asked.len() > 1
    };
    let outcome = search_until(&request, &mut judge, &mut |_| {}, &mut is_answer).unwrap();
    assert_eq!(asked, [(Some(3), 1, 0), (Some(600), 1, 1)]);
    assert_eq!((outcome.first, outcome.end), (Some(600), SearchEnd::Found));
    assert!(outcome.may_skip <= outcome.tried && outcome.tried == judged.get(), "{outcome:?}");

    let mut nobody = |_: &SearchOutcome| false;
    judged.set(0);
    let outcome = search_until(&request, &mut judge, &mut |_| {}, &mut nobody).unwrap();
    assert!(outcome.survivors.is_empty() && outcome.turned_down == 2, "{outcome:?}");
    assert!(matches!(outcome.end, SearchEnd::CandidateLimit | SearchEnd::Exhausted), "{outcome:?}");
}

#[test]
fn the_checkout_is_restored_when_the_judge_panics() {
    let checkout = Checkout::new(SHOP);
    let before = checkout.snapshot();
    let tests = [target(Framework::Pytest, TEST_FREE, None)];
    let request = SearchRequest::new(checkout.path(), &tests, soon());
    let mut judge = || -> Judgement {
        assert_ne!(checkout.snapshot(), before, "the judge sees the candidate");
        panic!("the judge broke")
    };
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = search(&request, &mut judge, &mut |_| {});
    }));
    assert!(ended.is_err());
    assert_eq!(checkout.snapshot(), before);
}

#[test]
fn the_better_survivor_comes_first_even_when_it_was_found_later() {
    let checkout = Checkout::new(&[
        (
            "calc.py",
            "def last(values: list):\n    size = len(values)\n    values.sort()\n    return values[size - 2]\n",
        ),
        ("test_calc.py", "from calc import last\n\n\ndef test_last():\n    assert last([1, 2]) == 2\n"),
    ]);
    let tests = [target(Framework::Pytest, "test_calc.py::test_last", None)];
    let request = SearchRequest::new(checkout.path(), &tests, soon());
    // Both pass; the deleted statement is the kind of change that passes for the wrong reason.
    let outcome = run(&checkout, &request, || {
        let text = checkout.read("calc.py");
        let green = text.contains("size - 1") || !text.contains("sort()");
        if green { Judgement::Green } else { Judgement::Red(Vec::new()) }
    });
    assert!(outcome.survivors[0].after.contains("size - 1"), "{:#?}", outcome.survivors);
    assert!(outcome.survivors.windows(2).all(|pair| pair[0].score >= pair[1].score));
}

#[test]
fn a_checkout_without_known_source_says_so() {
    let checkout = Checkout::new(&[("main.f90", "end program\n")]);
    let tests = [target(Framework::Generic, "make test", None)];
    let request = SearchRequest::new(checkout.path(), &tests, soon());
    let error = search(&request, &mut || Judgement::Stop, &mut |_| {}).unwrap_err();
    assert!(matches!(error, RepairError::NothingToSearch { .. }));
    assert_eq!(error.exit_code(), 2);
    assert!(error.hint().unwrap().contains("Python"));
}

#[test]
fn hostile_source_is_survived() {
    let deep = format!("def f(a):\n    return {}a{}\n", "(".repeat(300), ")".repeat(300));
    let broken = "def g(:\n  return ((\n\u{feff}\u{1}\u{e9} = '\u{fc}\n";
    let test = "from deep import f\nfrom broken import g\n\ndef test_f():\n    assert f(1) and g()\n";
    let checkout = Checkout::new(&[("deep.py", &deep), ("broken.py", broken), ("test_f.py", test)]);
    let tests = [target(Framework::Pytest, "test_f.py::test_f", None)];
    let request = SearchRequest { max_candidates: 50, ..SearchRequest::new(checkout.path(), &tests, soon()) };
    run(&checkout, &request, || Judgement::Red(Vec::new()));
}

#[test]
fn source_of_any_depth_is_survived_in_every_language() {
    let sources = [
        ("a.py", "def total(a):\n    return ", "\n"),
        ("a.rs", "pub fn total(a: i32) -> i32 { ", " }\n"),
        ("a.js", "exports.total = (a) => { return ", "; };\n"),
        ("a.ts", "export function total(a: number): number { return ", "; }\n"),
        ("a.go", "package a\n\nfunc total(a int) int { return ", " }\n"),
        ("a.java", "class A { int total(int a) { return ", "; } }\n"),
        ("a.c", "int total(int a) { return ", "; }\n"),
        ("a.cpp", "int total(int a) { return ", "; }\n"),
    ];
    for (path, head, tail) in sources {
        // As deep as is searched, and far beyond what any stack holds.
        for depth in [560, 60_000] {
            let code = format!("{head}{}a{}{tail}", "(".repeat(depth), ")".repeat(depth));
            let checkout = Checkout::new(&[(path, &code)]);
            let tests = [target(Framework::Generic, "total", None)];
            let request =
                SearchRequest { max_candidates: 20, ..SearchRequest::new(checkout.path(), &tests, soon()) };
            let found = search(&request, &mut || Judgement::Red(Vec::new()), &mut |_| {});
            assert_eq!(found.is_ok(), depth < 590, "{path} {depth}: {:?}", found.err());
            assert_eq!(checkout.read(path), code);
        }
    }
}

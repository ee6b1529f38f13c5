//! What earlier repairs do to the order of the search, and what they never do: drop a candidate, accept one
//! unjudged, or make the order depend on chance.
//!
//! `cargo test -p regreen-repair --test priors -- --nocapture` prints how many candidates each bug takes with and
//! without them.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that prints figures")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use regreen_case::{FailedTest, Framework, TestTarget};
use regreen_repair::{EarlierHunk, Judgement, Priors, Proven, SearchOutcome, SearchRequest, search};

/// A small module as it should be.
const SHOP: &str = "\
LIMIT = 10


def total(prices):
    result = 0
    for price in prices:
        result += price
    return result


def discounted(pieces, each):
    if pieces >= LIMIT:
        return pieces * each * 0.9
    return pieces * each


def cheapest(prices):
    best = prices[0]
    for price in prices[1:]:
        if price < best:
            best = price
    return best


def pages(items, size):
    return (len(items) + size - 1) // size


def page(items, number, size):
    start = (number - 1) * size
    return items[start:start + size]


def title(name, shop):
    return name.strip() + ' at ' + shop.title()


def is_open(hour, holiday):
    return 9 <= hour < 18 and not holiday
";

/// A test that reaches everything, so that the search has no lead but its own.
const TESTS: &str = "\
import shop


def test_shop():
    assert shop.total([1]) and shop.discounted(1, 2) and shop.cheapest([1]) and shop.pages([1], 1)
    assert shop.page([1], 1, 1) and shop.title('a', 'b') and shop.is_open(10, False)
";

/// Each line as it should be, and what a bug made of it.
const BUGS: &[(&str, &str)] = &[
    ("        result += price", "        result -= price"),
    ("    if pieces >= LIMIT:", "    if pieces > LIMIT:"),
    ("        if price < best:", "        if price > best:"),
    ("    return (len(items) + size - 1) // size", "    return (len(items) + size) // size"),
    ("    start = (number - 1) * size", "    start = number * size"),
    ("    return name.strip() + ' at ' + shop.title()", "    return name + ' at ' + shop.title()"),
    ("    return 9 <= hour < 18 and not holiday", "    return 9 <= hour < 18 and holiday"),
];

fn checkout(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shop.py"), text).unwrap();
    fs::create_dir(folder.path().join("tests")).unwrap();
    fs::write(folder.path().join("tests/test_shop.py"), TESTS).unwrap();
    folder
}

fn look(
    checkout: &Path,
    priors: Option<&Priors>,
    most: usize,
    judge: &mut dyn FnMut() -> Judgement,
) -> SearchOutcome {
    let tests = [TestTarget {
        framework: Framework::Pytest,
        id: "tests/test_shop.py::test_shop".to_owned(),
        file: Some("tests/test_shop.py".to_owned()),
        suite: None,
    }];
    let failures: [FailedTest; 0] = [];
    let deadline = Instant::now() + Duration::from_secs(120);
    let request = SearchRequest {
        failures: &failures,
        priors,
        max_candidates: most,
        max_survivors: 1,
        ..SearchRequest::new(checkout, &tests, deadline)
    };
    search(&request, &mut || judge(), &mut |_| {}).unwrap()
}

/// Number of the candidate that makes the module as it should be, and its template.
fn needed(broken: &str, priors: Option<&Priors>) -> (usize, String) {
    let folder = checkout(broken);
    let file = folder.path().join("shop.py");
    let outcome = look(folder.path(), priors, 6_000, &mut || {
        let right = fs::read_to_string(&file).unwrap() == SHOP;
        if right { Judgement::Green } else { Judgement::Red(Vec::new()) }
    });
    (outcome.tried, outcome.survivors[0].template.clone())
}

fn hunk(wanted: &str, broken: &str) -> EarlierHunk {
    let line = 1 + SHOP.lines().position(|line| line == wanted).unwrap();
    EarlierHunk {
        file: "shop.py".to_owned(),
        line: u32::try_from(line).unwrap(),
        before: vec![broken.to_owned()],
        after: vec![wanted.to_owned()],
    }
}

fn proven(hunk: EarlierHunk, template: Option<&str>, weight: f64) -> Priors {
    let template = template.map(str::to_owned);
    Priors { proven: vec![Proven { hunks: vec![hunk], template, weight }], turned_down: Vec::new() }
}

#[test]
fn what_worked_before_comes_first() {
    println!("| bug | without | same change | same line, other change | elsewhere, same template |");
    let mut sums = [0; 4];
    for (wanted, broken) in BUGS {
        let text = SHOP.replace(wanted, broken);
        let (without, template) = needed(&text, None);
        let template = template.as_str();
        let same = proven(hunk(wanted, broken), Some(template), 1.0);
        // The same line was repaired before, in another way and by somebody else.
        let place =
            proven(EarlierHunk { after: vec!["    pass".to_owned()], ..hunk(wanted, broken) }, None, 0.7);
        let elsewhere = EarlierHunk { file: "other.py".to_owned(), ..hunk(wanted, broken) };
        let kind = proven(elsewhere, Some(template), 0.4);
        let with = [&same, &place, &kind].map(|priors| needed(&text, Some(priors)).0);
        println!("| `{}` | {without} | {} | {} | {} |", broken.trim(), with[0], with[1], with[2]);
        assert_eq!(with[0], 1, "{broken}");
        assert!(with[1] <= without && with[2] <= without, "{broken}: {without} {with:?}");
        for (sum, count) in sums.iter_mut().zip([without, with[0], with[1], with[2]]) {
            *sum += count;
        }
    }
    println!("| all | {} | {} | {} | {} |", sums[0], sums[1], sums[2], sums[3]);
    assert!(sums[2] * 2 < sums[0], "the line that was repaired before halves the way at least: {sums:?}");
}

#[test]
fn a_wrong_prior_costs_little_and_hides_nothing() {
    let (wanted, broken) = BUGS[1];
    let text = SHOP.replace(wanted, broken);
    let (without, _) = needed(&text, None);
    let misled = proven(hunk(BUGS[4].0, BUGS[4].0), Some("text"), 1.0);
    let (with, _) = needed(&text, Some(&misled));
    assert!(with > without && with < without + 400, "{without} {with}");
}

/// The texts that the search tries, in their order.
fn order(text: &str, priors: Option<&Priors>, most: usize) -> Vec<String> {
    let folder = checkout(text);
    let file = folder.path().join("shop.py");
    let mut seen = Vec::new();
    look(folder.path(), priors, most, &mut || {
        seen.push(fs::read_to_string(&file).unwrap());
        Judgement::Red(Vec::new())
    });
    seen
}

#[test]
fn what_was_turned_down_comes_later_and_still_comes() {
    let (wanted, broken) = BUGS[1];
    let text = SHOP.replace(wanted, broken);
    let plain = order(&text, None, 6_000);
    let first = plain.iter().position(|tried| tried == SHOP).unwrap();
    let priors = Priors { turned_down: vec![hunk(wanted, broken)], ..Priors::default() };
    let later = order(&text, Some(&priors), 6_000);
    let place = later.iter().position(|tried| tried == SHOP).unwrap();
    assert!(place > first + 50, "{first} {place}");
    // Nothing else changed: the same candidates, each once.
    let set = |texts: &[String]| texts.iter().cloned().collect::<BTreeSet<_>>();
    assert!(set(&plain) == set(&later));
    assert_eq!(later.len(), set(&later).len());
}

#[test]
fn the_same_priors_give_the_same_order() {
    let (wanted, broken) = BUGS[2];
    let text = SHOP.replace(wanted, broken);
    let priors = proven(hunk(wanted, broken), Some("comparison"), 0.7);
    let once = order(&text, Some(&priors), 300);
    assert!(once == order(&text, Some(&priors), 300));
    assert_eq!(once.len(), 300);
    assert!(once != order(&text, None, 300));
    assert!(order(&text, Some(&Priors::default()), 300) == order(&text, None, 300), "no lesson, no change");
}

#[test]
fn a_prior_is_no_verdict() {
    let (wanted, broken) = BUGS[1];
    let folder = checkout(&SHOP.replace(wanted, broken));
    let priors = proven(hunk(wanted, broken), Some("comparison"), 1.0);
    let outcome = look(folder.path(), Some(&priors), 50, &mut || Judgement::Red(Vec::new()));
    assert_eq!((outcome.survivors.len(), outcome.tried), (0, 50));
}

//! Which lines the tests of a real pytest execute, from projects as they are.

use std::time::{Duration, Instant};

use regreen_proof::ExecutedLines;

use crate::bench::Bench;

const SHOP: &str = "\
import subprocess
import threading


def total(xs):
    result = 0
    for x in xs:
        if x > 2:
            result += 1
        result += x
    return result


def in_thread(xs):
    thread = threading.Thread(target=total, args=(xs,))
    thread.start()
    thread.join()


def in_process():
    subprocess.run(['true'])
";
const TESTS: &str = "\
import sys
import pytest
from shop import total, in_thread, in_process


class TestTotal:
    def test_small(self):
        assert total([1]) == 1

    @pytest.mark.parametrize('xs', [[3], [4]])
    def test_large(self, xs):
        assert total(xs) == xs[0]


def test_thread():
    in_thread([1])


def test_process():
    in_process()


def test_tracer_of_its_own():
    sys.settrace(None)


@pytest.mark.skip
def test_skipped():
    total([5])


@pytest.fixture
def sum_of_three():
    return total([3])


def test_fixture(sum_of_three):
    pass
";

fn recorded(tests: &str, first: &[&str], most: usize) -> (Bench, Vec<ExecutedLines>) {
    let bench = Bench::new(&[("shop.py", SHOP), ("tests/test_shop.py", tests)]);
    let seen = bench.executed_lines("tests/test_shop.py", first, most, Duration::from_secs(60));
    (bench, seen)
}

#[test]
fn every_test_says_what_it_executed() {
    let (_bench, seen) = recorded(TESTS, &["tests/test_shop.py::TestTotal::test_large[xs1]"], 99);
    let of = |name: &str| {
        let it =
            seen.iter().find(|test| test.id.ends_with(name)).unwrap_or_else(|| panic!("{name}: {seen:#?}"));
        let lines: Vec<u32> = it.lines.get("shop.py").into_iter().flatten().copied().collect();
        (lines, it.failed, it.elsewhere)
    };
    assert!(seen[0].id.ends_with("test_large[xs1]"), "{seen:#?}");
    assert_eq!(of("test_small"), (vec![6, 7, 8, 10, 11], false, false));
    assert_eq!(of("test_large[xs0]"), (vec![6, 7, 8, 9, 10, 11], true, false));
    assert_eq!(of("test_thread"), (vec![6, 7, 8, 10, 11, 15, 16, 17], false, false));
    assert_eq!(of("test_process"), (vec![21], false, true));
    assert!(of("test_tracer_of_its_own").2);
    assert_eq!(of("test_fixture"), (vec![6, 7, 8, 9, 10, 11], false, false));
    assert_eq!(seen.len(), 7, "what is skipped executes nothing: {seen:#?}");
}

#[test]
fn what_was_seen_is_there_when_a_test_hangs_or_ends_the_process() {
    for end in ["while True: pass", "import os; os._exit(0)", "import os, signal; os.kill(os.getpid(), 9)"] {
        let tests =
            format!("{TESTS}\n\ndef test_ends():\n    {end}\n\n\ndef test_after():\n    total([1])\n");
        let bench = Bench::new(&[("shop.py", SHOP), ("tests/test_shop.py", &tests)]);
        let began = Instant::now();
        let seen = bench.executed_lines("tests/test_shop.py", &["test_small"], 99, Duration::from_secs(5));
        assert!(seen[0].id.ends_with("test_small") && seen.len() >= 5, "{end}: {seen:#?}");
        assert!(seen.iter().all(|test| !test.id.ends_with("test_after")), "{end}: {seen:#?}");
        assert!(began.elapsed() < Duration::from_secs(60), "{end}");
    }
}

#[test]
fn no_more_tests_are_run_than_wished_for() {
    let (_bench, seen) = recorded(TESTS, &["test_process"], 2);
    let names: Vec<&str> = seen.iter().filter_map(|test| test.id.rsplit("::").next()).collect();
    assert_eq!(names, ["test_process", "test_thread"], "the one in question, and one beside it");
}

#[test]
fn what_is_noted_is_not_believed_to_be_well_formed() {
    let tests = "\
import glob, os, sys
from shop import total


def test_first():
    total([1])


def test_scribbles():
    folder = os.path.dirname(sys.argv[0])
    for path in glob.glob(folder + '/executed.jsonl'):
        with open(path, 'a') as file:
            file.write('{\"id\": 7, \"lines\": []}\\n')


def test_last():
    total([1])
";
    let (_bench, seen) = recorded(tests, &[], 99);
    assert!(seen.len() <= 3 && seen.iter().all(|test| test.id.contains("::test_")), "{seen:#?}");
}

const SCRIPT: &str = "\
'use strict';

function total(xs) {
  let result = 0;
  for (const x of xs) {
    if (x > 2) {
      result += 1;
    }
    result += x;
  }
  return result;
}

const lazily = (xs) => {
  const later = () => {
    return total(xs);
  };
  return later;
};

module.exports = { total, lazily };
";

/// The lines of `lib/shop.js` that a test executed, and whether it failed.
#[track_caller]
fn of_script(seen: &[ExecutedLines], name: &str) -> (Vec<u32>, bool) {
    let it = seen.iter().find(|test| test.id == name).unwrap_or_else(|| panic!("{name}: {seen:#?}"));
    (it.lines.get("lib/shop.js").into_iter().flatten().copied().collect(), it.failed)
}

/// What both runners have to say of the same tests.
#[track_caller]
fn script_is_seen(manifest: &str, runner: &str, file: &str) {
    let tests = format!(
        "const assert = require('node:assert');\n{runner}\nconst {{ total, lazily }} = require('../lib/shop');\n\n\
         it('is small', () => {{ assert.equal(total([1]), 1); }});\n\
         describe('all', () => {{\n  it('is large', async () => {{ assert.equal(total([3]), 3); }});\n  \
         it('is made', () => {{ lazily([1]); }});\n  \
         it('is called', async () => {{ await null; assert.equal(lazily([1])(), 1); }});\n}});\n\
         it('is elsewhere', () => {{ require('node:child_process').execFileSync('true'); }});\n\
         it.skip('is skipped', () => {{ total([5]); }});\n"
    );
    let bench = Bench::new(&[("package.json", manifest), ("lib/shop.js", SCRIPT), (file, &tests)]);
    bench.link_modules();
    let seen = bench.executed_lines(file, &["all > is large"], 99, Duration::from_secs(60));
    let loop_lines = [3, 4, 5, 6, 9, 10, 11, 12];
    let with = |more: &[u32]| {
        let mut lines = [loop_lines.as_slice(), more].concat();
        lines.sort_unstable();
        lines
    };
    assert_eq!(of_script(&seen, "is small"), (with(&[]), false), "{runner}");
    assert_eq!(of_script(&seen, "is large"), (with(&[7, 8]), true), "{runner}");
    assert_eq!(of_script(&seen, "is made"), (vec![15, 18, 19], false), "{runner}");
    assert_eq!(of_script(&seen, "is called"), (with(&[15, 16, 17, 18, 19]), false), "{runner}");
    let elsewhere: Vec<&str> =
        seen.iter().filter(|test| test.elsewhere).map(|test| test.id.as_str()).collect();
    assert_eq!(elsewhere, ["is elsewhere"], "{runner}");
    assert_eq!(seen.len(), 5, "what is skipped executes nothing: {seen:#?}");
    let two = bench.executed_lines(file, &["all > is large"], 1, Duration::from_secs(60));
    let names: Vec<&str> = two.iter().map(|test| test.id.as_str()).collect();
    assert_eq!(names, ["is small", "is large"], "one beside, and the one in question");
}

#[test]
fn mocha_tests_say_what_they_executed() {
    script_is_seen(r#"{"name":"shop","devDependencies":{"mocha":"*"}}"#, "", "test/shop.js");
}

#[test]
fn tests_of_nodes_own_runner_say_what_they_executed() {
    let runner = "const { describe, it } = require('node:test');";
    script_is_seen(r#"{"name":"shop","scripts":{"test":"node --test"}}"#, runner, "test/shop.test.js");
}

const CART: &str = "\
package cart

import \"example.com/shop/prices\"

func Total(pieces int) int {
	if pieces > 10 {
		return prices.Of(pieces) - 1
	}
	return prices.Of(pieces)
}
";
const CART_TESTS: &str = "\
package cart

import \"testing\"

func TestFew(t *testing.T) {
	if Total(1) != 2 {
		t.Fail()
	}
}

func TestMany(t *testing.T) {
	t.Run(\"eleven\", func(t *testing.T) {
		if Total(11) != 22 {
			t.Fail()
		}
	})
	t.Run(\"one\", func(t *testing.T) { Total(1) })
}

func TestPanics(t *testing.T) {
	panic(Total(1))
}
";

#[test]
fn tests_of_go_say_what_they_executed() {
    let bench = Bench::new(&[
        ("go.mod", "module example.com/shop\n\ngo 1.20\n"),
        ("cart/cart.go", CART),
        ("cart/cart_test.go", CART_TESTS),
        ("prices/prices.go", "package prices\n\nfunc Of(pieces int) int {\n\treturn 2 * pieces\n}\n"),
    ]);
    let seen = bench.executed_lines("cart/cart_test.go", &["TestMany/eleven"], 99, Duration::from_secs(60));
    let lines = |at: usize, file: &str| -> Vec<u32> {
        seen[at].lines.get(file).into_iter().flatten().copied().collect()
    };
    let told: Vec<_> = seen.iter().map(|test| (test.id.as_str(), test.failed)).collect();
    assert_eq!(told, [("TestMany/eleven", true), ("TestFew", false)], "who panics leaves nothing");
    // Whether lines that only open or close a block count hangs on Go's version.
    let cart = |at: usize| [6, 7, 9].map(|line| lines(at, "cart/cart.go").contains(&line));
    assert_eq!((cart(0), cart(1)), ([true, true, false], [true, false, true]));
    assert!(lines(1, "prices/prices.go").contains(&4));
}

const TYPED: &str = "\
interface Priced {
  price: number;
}

export function total(xs: Priced[]): number {
  let result = 0;
  for (const x of xs) {
    if (x.price > 2) {
      result += 1;
    }
    result += x.price;
  }
  return result;
}
";

/// Lines of a file that a test executed, of those that hold a statement.
#[track_caller]
fn statements(seen: &[ExecutedLines], name: &str, file: &str, of_interest: &[u32]) -> (Vec<u32>, bool) {
    let it = seen.iter().find(|test| test.id == name).unwrap_or_else(|| panic!("{name}: {seen:#?}"));
    let executed = it.lines.get(file).unwrap_or_else(|| panic!("{name}: {seen:#?}"));
    (of_interest.iter().copied().filter(|line| executed.contains(line)).collect(), it.failed)
}

#[test]
fn jest_tests_say_what_they_executed_before_it_was_translated() {
    let tests = "\
const { total, lazily } = require('../lib/shop');

beforeEach(() => { lazily([]); });

it('is small', () => { expect(total([1])).toBe(1); });
describe('all', () => {
  it('is large', async () => { expect(total([3])).toBe(3); });
  it('is called', async () => { await null; expect(lazily([1])()).toBe(1); });
});
it('is elsewhere', () => { require('node:child_process').execFileSync('true'); });
it.skip('is skipped', () => { total([5]); });
it.todo('is to do');
";
    let manifest = r#"{"name":"shop","devDependencies":{"jest":"*"},"jest":{"maxWorkers":2}}"#;
    let bench =
        Bench::new(&[("package.json", manifest), ("lib/shop.js", SCRIPT), ("test/shop.test.js", tests)]);
    bench.link_modules();
    let seen = bench.executed_lines("test/shop.test.js", &["all › is large"], 99, Duration::from_secs(60));
    let of = |name: &str| statements(&seen, name, "lib/shop.js", &[4, 5, 6, 7, 9, 11, 15, 16, 18]);
    assert_eq!(of("is small"), (vec![4, 5, 6, 9, 11, 15, 18], false));
    assert_eq!(of("is large"), (vec![4, 5, 6, 7, 9, 11, 15, 18], true));
    assert_eq!(of("is called"), (vec![4, 5, 6, 9, 11, 15, 16, 18], false));
    let elsewhere: Vec<&str> =
        seen.iter().filter(|test| test.elsewhere).map(|test| test.id.as_str()).collect();
    assert_eq!(elsewhere, ["is elsewhere"]);
    assert_eq!(seen.len(), 4, "what is skipped executes nothing: {seen:#?}");
}

#[test]
fn vitest_tests_say_what_they_executed_before_it_was_translated() {
    let tests = "\
import { describe, expect, it } from 'vitest';
import { execFileSync } from 'node:child_process';
import { total } from '../src/shop';

it('is small', () => { expect(total([{ price: 1 }])).toBe(1); });
describe('all', () => {
  it('is large', async () => { expect(total([{ price: 3 }])).toBe(3); });
});
it('is elsewhere', () => { total([]); execFileSync('true'); });
it.skip('is skipped', () => { total([]); });
it.todo('is to do');
";
    let manifest = r#"{"name":"shop","type":"module","devDependencies":{"vitest":"*"}}"#;
    let bench =
        Bench::new(&[("package.json", manifest), ("src/shop.ts", TYPED), ("test/shop.test.ts", tests)]);
    bench.link_modules();
    let seen = bench.executed_lines("test/shop.test.ts", &["all > is large"], 99, Duration::from_secs(60));
    let of = |name: &str| statements(&seen, name, "src/shop.ts", &[1, 2, 6, 7, 8, 9, 11, 13]);
    assert_eq!(of("is small"), (vec![6, 7, 8, 11, 13], false));
    assert_eq!(of("is large"), (vec![6, 7, 8, 9, 11, 13], true));
    assert_eq!(of("is elsewhere"), (vec![6, 7, 13], false));
    let elsewhere: Vec<&str> =
        seen.iter().filter(|test| test.elsewhere).map(|test| test.id.as_str()).collect();
    assert_eq!(elsewhere, ["is elsewhere"]);
    assert_eq!(seen.len(), 3, "what is skipped executes nothing: {seen:#?}");
}

#[test]
fn tests_of_unittest_say_what_they_executed() {
    let tests = "\
import unittest
from shop import total, in_thread, in_process


class TestTotal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.three = [3]

    def setUp(self):
        in_thread([])

    def test_small(self):
        \"\"\"One.\"\"\"
        self.assertEqual(total([1]), 1)

    def test_large(self):
        for xs in ([], self.three):
            with self.subTest(xs=xs):
                self.assertEqual(total(xs), sum(xs))

    @unittest.expectedFailure
    def test_expected(self):
        self.assertEqual(total([1]), 2)

    def test_process(self):
        in_process()

    @unittest.skip('today')
    def test_skipped(self):
        total([5])


class TestOther(unittest.TestCase):
    def test_runs_others(self):
        case = unittest.FunctionTestCase(lambda: total([5]))
        unittest.TextTestRunner(stream=open('/dev/null', 'w')).run(case)
";
    let bench = Bench::new(&[("shop.py", SHOP), ("test_shop.py", tests)]);
    let asked = "test_large (test_shop.TestTotal.test_large)";
    let seen = bench.executed_lines("test_shop.py", &[asked], 99, Duration::from_secs(60));
    let of = |name: &str| {
        let it =
            seen.iter().find(|test| test.id.starts_with(name)).unwrap_or_else(|| panic!("{name}: {seen:#?}"));
        let lines: Vec<u32> = it.lines.get("shop.py").into_iter().flatten().copied().collect();
        (lines, it.failed, it.elsewhere)
    };
    let in_thread = |more: &[u32]| {
        let mut lines = [&[6, 7, 11, 15, 16, 17], more].concat();
        lines.sort_unstable();
        lines
    };
    assert!(seen[0].id.starts_with("test_large "), "{seen:#?}");
    assert_eq!(of("test_large"), (in_thread(&[8, 9, 10]), true, false));
    assert_eq!(of("test_small"), (in_thread(&[8, 10]), false, false));
    assert_eq!(of("test_expected"), (in_thread(&[8, 10]), false, false));
    assert_eq!(of("test_process"), (in_thread(&[21]), false, true));
    assert_eq!(of("test_runs_others"), (vec![6, 7, 8, 9, 10, 11], false, false));
    assert_eq!(seen.len(), 5, "what is skipped executes nothing: {seen:#?}");
    let two = bench.executed_lines("test_shop.py", &[asked], 2, Duration::from_secs(60));
    assert_eq!(two.len(), 2, "the one in question, and one beside it: {two:#?}");
}

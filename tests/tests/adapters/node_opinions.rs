//! Node's own runner, Mocha, Jest and Vitest as servers of workers: first opinions on many changes, from projects as they are and hostile ones.

use std::time::{Duration, Instant};

use regreen_proof::{ForkServer, Opinion, OpinionLimit};
use regreen_tests::tools;

use crate::bench::Bench;

const TEST: &str = "\
const { describe, it } = require('node:test');
const assert = require('node:assert');
const { total } = require('./total');
describe('total', () => {
  it('adds', () => assert.equal(total([1, 2]), 3));
  it('of nothing', () => assert.equal(total([]), 0));
});
";
const RIGHT: &str = "exports.total = (xs) => xs.reduce((a, b) => a + b, 0);\n";
const WRONG: &str = "exports.total = (xs) => xs.reduce((a, b) => a - b, 0);\n";
const LIMIT: OpinionLimit = OpinionLimit { wall: Duration::from_secs(30), cpu: Duration::from_secs(30) };

/// A project with its server.
struct Shop {
    bench: Bench,
    server: ForkServer,
    /// The test in question.
    test: &'static str,
    /// Whether the module under repair is one of its own kind, in TypeScript.
    typed: bool,
}

impl Shop {
    fn new(files: &[(&str, &str)], test: &'static str) -> Self {
        let bench = Bench::new(files);
        bench.link_modules();
        let server = bench.fork_server(test).expect("the runner has one");
        Shop { bench, server, test, typed: test.contains(".ts::") }
    }

    /// Changes the module under repair.
    fn change(&self, code: &str) {
        let (file, text) =
            if self.typed { ("src/total.ts", typed(code)) } else { ("src/total.js", code.to_owned()) };
        self.bench.write(file, &text);
    }
}

/// The same module, of its own kind.
fn typed(code: &str) -> String {
    code.replace("exports.total =", "export const total =").replace("exports.total(", "total(")
}

fn shop(code: &str) -> Option<Shop> {
    if !tools::has(&["node", "--version"]) {
        return None;
    }
    let files = [
        ("package.json", r#"{"name":"shop","scripts":{"test":"node --test"}}"#),
        ("src/total.js", code),
        ("src/total.test.js", TEST),
    ];
    Some(Shop::new(&files, "src/total.test.js::total > adds"))
}

/// The same for Mocha, with a file of settings and a module that is there before the tests.
fn mocha_shop(code: &str) -> Option<Shop> {
    let mocha = tools::tool_path("node_modules/mocha/bin/mocha.js");
    if !tools::has(&["node", &mocha.to_string_lossy(), "--version"]) {
        return None;
    }
    let ready = "beforeEach(() => assert.ok(globalThis.ready, 'set-up.js was not loaded'));\n";
    let test = TEST.replacen("const { describe, it } = require('node:test');\n", "", 1) + ready;
    let files = [
        ("package.json", r#"{"name":"shop","devDependencies":{"mocha":"*"}}"#),
        (".mocharc.yml", "require: ./set-up.js\nexit: true\n"),
        ("set-up.js", "exports.mochaHooks = { beforeEach() { globalThis.ready = true; } };\n"),
        ("src/total.js", code),
        ("src/total.test.js", &test),
    ];
    Some(Shop::new(&files, "src/total.test.js::total > adds"))
}

/// The same for Jest, whose worker answers more than once.
fn jest_shop(code: &str) -> Option<Shop> {
    let jest = tools::tool_path("node_modules/jest/bin/jest.js");
    if !tools::has(&["node", &jest.to_string_lossy(), "--version"]) {
        return None;
    }
    let test = TEST.replacen("const { describe, it } = require('node:test');\n", "", 1);
    let files = [
        ("package.json", r#"{"name":"shop","scripts":{"test":"jest -w 2"},"devDependencies":{"jest":"*"}}"#),
        ("src/total.js", code),
        ("src/total.test.js", &test),
    ];
    Some(Shop::new(&files, "src/total.test.js::total › adds"))
}

/// The same for Vitest, which transforms what it runs.
fn vitest_shop(code: &str) -> Option<Shop> {
    let vitest = tools::tool_path("node_modules/vitest/vitest.mjs");
    if !tools::has(&["node", &vitest.to_string_lossy(), "--version"]) {
        return None;
    }
    let test = TEST.replacen(
        "const { describe, it } = require('node:test');\nconst assert = require('node:assert');\nconst { total } = require('./total');\n",
        "import assert from 'node:assert';\nimport { describe, it } from 'vitest';\nimport { total } from './total';\n",
        1,
    );
    let files = [
        (
            "package.json",
            r#"{"name":"shop","type":"module","scripts":{"test":"vitest --pool=forks"},"devDependencies":{"vitest":"*"}}"#,
        ),
        ("src/total.ts", &typed(code)),
        ("src/total.test.ts", &test),
    ];
    Some(Shop::new(&files, "src/total.test.ts::total > adds"))
}

#[track_caller]
fn ask(server: &mut ForkServer) -> Opinion {
    server.ask(LIMIT).expect("the server is there").0
}

fn is_red(opinion: &Opinion) -> bool {
    matches!(opinion, Opinion::Red { .. })
}

fn is_nothing(opinion: &Opinion) -> bool {
    *opinion == Opinion::Nothing
}

#[test]
fn every_change_is_seen_as_it_is() {
    seen_as_it_is(shop(WRONG), is_red, is_nothing);
}

#[test]
fn every_change_is_seen_as_it_is_by_mocha() {
    // Mocha loads all files before any test, and ends when one of them cannot be loaded.
    seen_as_it_is(mocha_shop(WRONG), is_nothing, is_nothing);
}

#[test]
fn every_change_is_seen_as_it_is_by_jest() {
    seen_as_it_is(jest_shop(WRONG), is_red, is_nothing);
}

#[test]
fn every_change_is_seen_as_it_is_by_vitest() {
    // Vitest takes leaving for an error of the file.
    seen_as_it_is(vitest_shop(WRONG), is_red, is_red);
}

#[track_caller]
fn seen_as_it_is(shop: Option<Shop>, of_nonsense: fn(&Opinion) -> bool, of_leaving: fn(&Opinion) -> bool) {
    let Some(mut shop) = shop else { return };
    let red = ask(&mut shop.server);
    let (run, _) = shop.bench.run(shop.test);
    assert!(run.failures().iter().any(|failure| red.shows(failure)), "{red:?}\n{:#?}", run.failures());
    for round in 0..3 {
        shop.change(RIGHT);
        assert_eq!(ask(&mut shop.server), Opinion::Green, "round {round}");
        shop.change(WRONG);
        assert_eq!(ask(&mut shop.server), red);
        for (code, is_right) in [("exports.total = (xs\n", of_nonsense), ("process.exit(0);\n", of_leaving)] {
            shop.change(code);
            let opinion = ask(&mut shop.server);
            assert!(is_right(&opinion), "round {round}: {opinion:?} of {code}");
        }
    }
}

#[test]
fn nothing_passes_from_one_worker_to_the_next() {
    let told = "globalThis.seen = (globalThis.seen ?? 0) + 1;\nprocess.env.SEEN = `${process.env.SEEN ?? ''}x`;\n\
                exports.total = () => (seen === 1 && process.env.SEEN === 'x' ? 3 : 0);\n";
    for shop in [shop(told), mocha_shop(told), jest_shop(told), vitest_shop(told)] {
        let Some(Shop { bench: _bench, mut server, .. }) = shop else { return };
        for _ in 0..5 {
            assert_eq!(ask(&mut server), Opinion::Green);
        }
    }
}

#[test]
fn hostile_changes_end_in_time_and_the_next_is_judged() {
    // Node's runner waits for what is still to come; Mocha was told to exit.
    let waits = "setInterval(() => {}, 1000);\nexports.total = () => 3;\n";
    outlives_hostile_changes(|| shop(RIGHT), &[waits]);
}

#[test]
fn hostile_changes_end_in_time_with_mocha_too() {
    outlives_hostile_changes(|| mocha_shop(RIGHT), &[]);
}

#[test]
fn hostile_changes_end_in_time_with_jest_too() {
    outlives_hostile_changes(|| jest_shop(RIGHT), &[]);
}

#[test]
fn hostile_changes_end_in_time_with_vitest_too() {
    outlives_hostile_changes(|| vitest_shop(RIGHT), &[]);
}

#[track_caller]
fn outlives_hostile_changes(shop: fn() -> Option<Shop>, more: &[&str]) {
    let Some(mut shop) = shop() else { return };
    let limit = OpinionLimit { wall: Duration::from_secs(5), cpu: Duration::from_secs(1) };
    let hostile = [
        "for (;;);\n",
        "exports.total = (xs) => exports.total(xs);\n",
        "exports.total = () => { const kept = []; for (;;) kept.push(new Array(1e6).fill(1)); };\n",
        "exports.total = () => { for (;;) process.stdout.write('x'.repeat(1e5)); };\n",
        "exports.total = () => new Promise(() => setInterval(() => {}, 1000));\nsetInterval(() => {}, 1000);\n",
        "process.on('exit', () => { for (;;); });\nprocess.exit(0);\n",
    ];
    for code in hostile.iter().chain(more) {
        shop.change(code);
        let began = Instant::now();
        let opinion = shop.server.ask(limit).map(|(opinion, _)| opinion);
        assert!(opinion != Some(Opinion::Green), "{code}");
        assert!(began.elapsed() < Duration::from_secs(30), "{code}: {:?}", began.elapsed());
        // Whatever it did to the server: the next change is judged rightly, or there is no server any more.
        shop.change(RIGHT);
        match shop.server.ask(LIMIT) {
            Some((opinion, _)) => assert_eq!(opinion, Opinion::Green, "after {code}"),
            None => shop.server = shop.bench.fork_server(shop.test).expect("a new one"),
        }
    }
}

#[test]
fn a_change_that_blocks_its_thread_ends_the_server_and_not_the_search() {
    let Some(Shop { bench, mut server, .. }) = shop(WRONG) else { return };
    let limit = OpinionLimit { wall: Duration::from_secs(2), cpu: Duration::from_secs(2) };
    bench.write("src/total.js", "require('node:child_process').execSync('sleep 60');\n");
    let began = Instant::now();
    assert!(!matches!(server.ask(limit), Some((Opinion::Green, _))));
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

//! Jest, Vitest, Mocha, Node's own runner and Playwright's (without a browser).

use regreen_tests::tools;

use crate::bench::Bench;

/// A project that finds the packages of `cargo xtask tools`.
fn bench(name: &str) -> Bench {
    Bench::of(name).link("node_modules", &tools::workspace().join("target/tools/node_modules"))
}

fn both(bench: &mut Bench, argv: &[&str]) {
    bench.check("red", argv);
    bench.check("green", argv);
}

#[test]
fn jest() {
    let mut bench = bench("jest");
    if !bench.has(&["jest", "--version"]) {
        return;
    }
    let crash = "--testPathIgnorePatterns=crash";
    both(&mut bench, &["jest", crash]);
    both(&mut bench, &["jest", crash, "--verbose", "--colors"]);
    both(&mut bench, &["jest", crash, "-i", "--expand", "--reporters=default", "--reporters=summary"]);
    bench.finish();
}

#[test]
fn vitest() {
    let mut bench = bench("vitest");
    if !bench.has(&["vitest", "--version"]) {
        return;
    }
    both(&mut bench, &["vitest", "run"]);
    for reporter in ["verbose", "dot", "tree"] {
        both(&mut bench, &["vitest", "run", &format!("--reporter={reporter}")]);
    }
    let mut bench = bench.env("FORCE_COLOR", "1");
    both(&mut bench, &["vitest", "run"]);
    bench.finish();
}

#[test]
fn mocha() {
    let mut bench = bench("mocha");
    if !bench.has(&["mocha", "--version"]) {
        return;
    }
    both(&mut bench, &["mocha"]);
    both(&mut bench, &["mocha", "--colors"]);
    for reporter in ["dot", "min", "list"] {
        both(&mut bench, &["mocha", "--reporter", reporter]);
    }
    bench.finish();
}

#[test]
fn node_test() {
    let mut bench = bench("node-test");
    if !bench.has(&["node", "--test", "--version"]) {
        return;
    }
    for reporter in ["spec", "tap"] {
        both(&mut bench, &["node", "--test", &format!("--test-reporter={reporter}")]);
    }
    let mut bench = bench.env("FORCE_COLOR", "1");
    both(&mut bench, &["node", "--test"]);
    bench.finish();
}

#[test]
fn playwright() {
    let mut bench = bench("playwright");
    if !bench.has(&["playwright", "--version"]) {
        return;
    }
    for reporter in ["line", "list", "dot", "github,list"] {
        both(&mut bench, &["playwright", "test", &format!("--reporter={reporter}")]);
    }
    let mut bench = bench.env("FORCE_COLOR", "1");
    both(&mut bench, &["playwright", "test", "--reporter=list"]);
    bench.finish();
}

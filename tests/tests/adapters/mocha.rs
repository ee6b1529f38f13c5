//! Mocha.

use regreen_case::Framework;
use regreen_proof::Verdict;

use crate::bench::RED;
use crate::javascript::{self, Dialect, HONEST, Web};

const MOCHA: Dialect = Dialect {
    framework: Framework::Mocha,
    manifest: r#"{"name":"shop","scripts":{"test":"mocha"},"devDependencies":{"mocha":"*"}}"#,
    file: "test/shop.js",
    head: "const assert = require('node:assert');\nconst { total } = require('../lib/shop');\n",
    todo: "it('later');",
    each: "for (const [a, b] of [[1, 2], [3, 4]]) it(`adds ${a} + ${b}`, () => { assert.equal(a + 1, b); });",
    source: "lib/shop.js",
    export: "exports.total = (xs) => { BODY };",
    separator: " > ",
};

#[test]
fn mocha_counts_what_ran() {
    javascript::counts_what_ran(&MOCHA);
}

#[test]
fn mocha_failures_carry_the_signature_that_the_log_reader_gives() {
    javascript::fails_as_logs_say(&MOCHA);
}

#[test]
fn mocha_crashes_and_hangs_are_no_pass() {
    javascript::crashes_and_hangs_are_no_pass(&MOCHA);
}

#[test]
fn mocha_code_that_leaves_early_or_lies_is_not_green() {
    javascript::nothing_forged_is_green(&MOCHA);
}

#[test]
fn mocha_code_that_takes_the_report_is_not_green() {
    javascript::no_report_is_stolen(&MOCHA);
    javascript::a_signed_report_can_be_spoiled(&MOCHA);
}

#[test]
fn mocha_hooks_fail_their_tests_and_retries_prove_nothing() {
    let web = Web::new(&MOCHA, HONEST);
    web.write(".mocharc.yml", "reporter: dot\nretries: 3\nrequire: ./test/setup.js\n");
    web.write("test/setup.js", "global.ready = true;\n");
    web.write(
        "test/shop.js",
        "const assert = require('node:assert');\nlet n = 0;\nit('is ready', () => { assert(global.ready); });\nit('flaky', () => { n += 1; assert.equal(n, 2); });\nit('again', function () { this.retries(2); n += 1; assert.equal(n, 2); });\ndescribe('s', () => { before(() => { throw new Error('no'); }); it('t', () => {}); });\n",
    );
    web.is("is ready", &Verdict::Green);
    web.is("flaky", &RED);
    web.is_uncounted("again", "retry");
    let run = web.is("s > t", &RED);
    assert!(run.failures()[0].id.contains("\"before all\" hook"), "{:?}", run.failures());
}

#[test]
fn mocha_options_of_node_are_nodes() {
    let web = Web::new(&MOCHA, HONEST);
    web.write("hook.mjs", "globalThis.hooked = true;\n");
    web.write(
        "test/shop.js",
        "const assert = require('node:assert');\nit('is hooked', () => { assert(globalThis.hooked); assert(gc); });\n",
    );
    web.is("is hooked", &RED);
    let script = |options: &str| {
        let manifest = format!(r#"{{"name":"shop","scripts":{{"test":"mocha {options}"}}}}"#);
        web.write("package.json", &manifest);
    };
    script("--import=./hook.mjs --expose-gc");
    web.is("is hooked", &Verdict::Green);
    script("");
    web.write(".mocharc.yml", "import: ./hook.mjs\nnode-option: [expose-gc]\n");
    web.is("is hooked", &Verdict::Green);
}

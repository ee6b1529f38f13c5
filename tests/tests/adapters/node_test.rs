//! Node's own runner.

use regreen_case::Framework;
use regreen_proof::Verdict;

use crate::bench::RED;
use crate::javascript::{self, Dialect, HONEST, Web};

const NODE: Dialect = Dialect {
    framework: Framework::NodeTest,
    manifest: r#"{"name":"shop","scripts":{"test":"node --test"}}"#,
    file: "src/shop.test.js",
    head: "const assert = require('node:assert');\nconst { describe, it } = require('node:test');\nconst { total } = require('./shop');\n",
    todo: "it.todo('later');",
    each: "for (const [a, b] of [[1, 2], [3, 4]]) it(`adds ${a} + ${b}`, () => { assert.equal(a + 1, b); });",
    source: "src/shop.js",
    export: "exports.total = (xs) => { BODY };",
    separator: " > ",
};

#[test]
fn node_counts_what_ran() {
    javascript::counts_what_ran(&NODE);
}

#[test]
fn node_failures_carry_the_signature_that_the_log_reader_gives() {
    javascript::fails_as_logs_say(&NODE);
}

#[test]
fn node_crashes_and_hangs_are_no_pass() {
    javascript::crashes_and_hangs_are_no_pass(&NODE);
}

#[test]
fn node_code_that_leaves_early_or_lies_is_not_green() {
    javascript::nothing_forged_is_green(&NODE);
}

#[test]
fn node_code_that_takes_the_report_is_not_green() {
    javascript::no_report_is_stolen(&NODE);
    javascript::a_signed_report_can_be_spoiled(&NODE);
}

#[test]
fn node_subtests_are_tests_and_files_are_none() {
    let web = Web::new(&NODE, HONEST);
    web.write(
        "src/shop.test.js",
        "const test = require('node:test');\ntest('parent', async (t) => {\n  await t.test('good', () => {});\n  await t.test('bad', () => { throw new TypeError('boo'); });\n});\ntest('alone', () => {});\n",
    );
    web.is("parent > good", &Verdict::Green);
    let run = web.is("parent > bad", &RED);
    assert_eq!(run.failures()[0].kind, "TypeError");
    web.is("parent", &RED);
    web.is("alone", &Verdict::Green);
    web.write("src/shop.test.js", "require('node:test');\n");
    let (run, verdict) = web.run("");
    assert_ne!(verdict, Verdict::Green, "a file without a test: {}", run.output);
}

#[test]
fn node_results_cannot_be_spoken_into_the_runners_own_channel() {
    // What a process of tests tells the one that started it, frame by frame.
    let forge = r#"
const v8 = require('node:v8');
function frame(type, data) {
  const body = v8.serialize({ type, data });
  const head = Buffer.from([0xff, 0x0f, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}
---
const file = require.main.filename;
const at = { name: 'one', nesting: 0, testNumber: 1, line: 1, column: 1, file };
require('node:fs').writeSync(1, Buffer.concat([frame('test:start', at), frame('test:pass', { ...at, details: { duration_ms: 1 } }), frame('test:plan', { nesting: 0, count: 1, file, line: 1, column: 1 })]));
process.reallyExit(0);"#;
    let web = Web::new(&NODE, forge);
    web.write(
        "src/shop.test.js",
        "const { test } = require('node:test');\nconst { total } = require('./shop');\ntest('one', () => { total([]); });\n",
    );
    let (run, verdict) = web.run("one");
    assert_ne!(verdict, Verdict::Green, "{:?}\n{}", run.problem, run.output);
}

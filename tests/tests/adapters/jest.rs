//! Jest.

use regreen_case::Framework;
use regreen_proof::Verdict;

use crate::bench::RED;
use crate::javascript::{self, Dialect, FIRST, HONEST, Web};

const JEST: Dialect = Dialect {
    framework: Framework::Jest,
    manifest: r#"{"name":"shop","scripts":{"test":"jest"},"devDependencies":{"jest":"*"}}"#,
    file: "src/shop.test.js",
    head: "const assert = require('node:assert');\nconst { total } = require('./shop');\n",
    todo: "it.todo('later');",
    each: "it.each([[1, 2], [3, 4]])('adds %i + %i', (a, b) => { assert.equal(a + 1, b); });",
    source: "src/shop.js",
    export: "exports.total = (xs) => { BODY };",
    separator: " › ",
};

#[test]
fn jest_counts_what_ran() {
    javascript::counts_what_ran(&JEST);
}

#[test]
fn jest_failures_carry_the_signature_that_the_log_reader_gives() {
    javascript::fails_as_logs_say(&JEST);
}

#[test]
fn jest_crashes_and_hangs_are_no_pass() {
    javascript::crashes_and_hangs_are_no_pass(&JEST);
}

#[test]
fn jest_code_that_leaves_early_or_lies_is_not_green() {
    javascript::nothing_forged_is_green(&JEST);
}

#[test]
fn jest_code_that_takes_the_report_is_not_green() {
    javascript::no_report_is_stolen(&JEST);
}

#[test]
fn jest_projects_keep_their_setup_and_snapshots_are_never_written() {
    let web = Web::new(&JEST, HONEST);
    web.write(
        "package.json",
        r#"{"type":"module","scripts":{"test":"NODE_OPTIONS=--experimental-vm-modules jest -c unit.json --coverage"}}"#,
    );
    web.write("unit.json", r#"{"transform":{},"testRegex":"check","reporters":["./mine.js"],"coverageThreshold":{"global":{"lines":100}}}"#);
    web.write("mine.js", "export default class {}\n");
    web.write("src/shop.js", "export const total = () => 3;\n");
    web.write(
        "src/shop.test.js",
        "import { total } from './shop.js';\nit('is a module', () => { expect(total()).toBe(3); });\nit('shot', () => { expect(total()).toMatchSnapshot(); });\nit.failing('wrong', () => { expect(total()).toBe(4); });\n",
    );
    web.is("is a module", &Verdict::Green);
    web.is("shot", &RED);
    assert!(!web.checkout().join("src/__snapshots__").exists());
    web.is_uncounted("wrong", "expected to fail");
    web.is_uncounted(FIRST, "");
}

/// The reporter's class lies in the cache of modules: what it is told would be what it reports.
const TURN: &str = r#"
const { Module } = process.getBuiltinModule('node:module');
const place = Object.keys(Module._cache).find((place) => place.endsWith('/jest.cjs'));
const { prototype } = Module._cache[place].exports;
const { onTestResult, onRunComplete } = prototype;
prototype.onTestResult = function (test, { testFilePath, testResults }) {
  const failed = testResults.filter((one) => one.status === 'failed');
  for (const one of failed) one.status = 'passed';
  return onTestResult.call(this, test, { testFilePath, testResults: failed });
};
prototype.onRunComplete = function (contexts) {
  onRunComplete.call(this, contexts, { numPassedTests: 1, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, numRuntimeErrorTestSuites: 0 });
  process.getBuiltinModule('node:fs').writeSync(1, '\nTests:       1 passed, 1 total\n');
  process.reallyExit(0);
};
"#;

#[test]
fn jest_code_that_turns_the_reporter_is_not_green() {
    let web = Web::new(&JEST, HONEST);
    web.code(&format!("{TURN}---return 0;"));
    web.is(FIRST, &RED);
}

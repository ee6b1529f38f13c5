//! Vitest, in TypeScript and with modules of its own kind.

use regreen_case::Framework;
use regreen_proof::{Project, Variation, Verdict, plan, varied};

use crate::bench::RED;
use crate::javascript::{self, Dialect, HONEST, Web};

const VITEST: Dialect = Dialect {
    framework: Framework::Vitest,
    manifest: r#"{"name":"shop","type":"module","scripts":{"test":"vitest"},"devDependencies":{"vitest":"*"}}"#,
    file: "src/shop.test.ts",
    head: "import assert from 'node:assert';\nimport { describe, it } from 'vitest';\nimport { total } from './shop';\n",
    todo: "it.todo('later');",
    each: "it.each([[1, 2], [3, 4]])('adds %i + %i', (a: number, b: number) => { assert.equal(a + 1, b); });",
    source: "src/shop.ts",
    export: "export const total = (xs: number[]): number => { BODY };",
    separator: " > ",
};

#[test]
fn vitest_counts_what_ran() {
    javascript::counts_what_ran(&VITEST);
}

#[test]
fn vitest_failures_carry_the_signature_that_the_log_reader_gives() {
    javascript::fails_as_logs_say(&VITEST);
}

#[test]
fn vitest_crashes_and_hangs_are_no_pass() {
    javascript::crashes_and_hangs_are_no_pass(&VITEST);
}

#[test]
fn vitest_code_that_leaves_early_or_lies_is_not_green() {
    javascript::nothing_forged_is_green(&VITEST);
}

#[test]
fn vitest_orders_are_replayed_and_only_and_retries_prove_nothing() {
    let web = Web::new(&VITEST, HONEST);
    web.write(
        "src/order.test.ts",
        "import { expect, it } from 'vitest';\nlet seen = 0;\nfor (const n of [1, 2, 3, 4, 5, 6, 7, 8]) it(`t${n}`, () => { seen += 1; expect(seen).toBe(n); });\n",
    );
    let project = Project::at(&web.checkout(), &web.bench.project());
    let targets = regreen_proof::detect(&project, "src/order.test.ts").unwrap();
    let command = plan(&project, &targets, None).unwrap();
    let failing = |seed| {
        let varied = varied(&command, Variation::Order(seed)).unwrap();
        let limit = std::time::Duration::from_secs(240);
        let (run, _) = web.bench.run_command(&web.checkout(), &varied, &targets, limit);
        let failed: Vec<String> = run.failures().into_iter().map(|failure| failure.id).collect();
        assert!(!failed.is_empty(), "{}", run.output);
        failed
    };
    assert_eq!(failing(7), failing(7));
    web.write(
        "src/shop.test.ts",
        "import { expect, it } from 'vitest';\nlet n = 0;\nit('again', { retry: 2 }, () => { n += 1; expect(n).toBe(2); });\nit.fails('wrong', () => { expect(1).toBe(2); });\n",
    );
    web.is_uncounted("again", "retry");
    web.is_uncounted("wrong", "expected to fail");
    // What goes wrong outside of a test is no test's failure, and ignoring it makes no pass of it.
    web.write(
        "src/shop.test.ts",
        "import { it } from 'vitest';\nit('quiet', async () => { void Promise.reject(new Error('lost')); await new Promise((done) => setTimeout(done, 20)); });\n",
    );
    web.is_uncounted("quiet", "outside of its tests");
    let config = "export default { test: { dangerouslyIgnoreUnhandledErrors: true } };\n";
    web.write("vitest.config.js", config);
    web.is_uncounted("quiet", "outside of its tests");
    // As in CI, `only` is an error.
    web.write(
        "src/shop.test.ts",
        "import { it } from 'vitest';\nit.only('a', () => {});\nit('b', () => {});\n",
    );
    let (_, verdict) = web.run("a");
    assert!(verdict != Verdict::Green || verdict == RED, "{verdict:?}");
}

//! `cargo test` and nextest.

use crate::bench::Bench;

fn rust() -> Bench {
    let bench = Bench::of("rust");
    // Built once, in the project's own folder, and without what a developer's settings would add.
    let target = bench.folder().join("target").display().to_string();
    bench.env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true").env("RUSTFLAGS", "")
}

#[test]
fn cargo_test() {
    let mut bench = rust();
    let test = ["cargo", "test", "--no-fail-fast"];
    for style in
        [&[][..], &["--color=always", "--", "--color=always"], &["--", "--test-threads=1", "--show-output"]]
    {
        let argv = [&test[..], style].concat();
        for variant in ["red", "green"] {
            bench.check(variant, &argv);
        }
    }
    // Without the lines that say which program runs, there are no suites.
    bench.check_as("quiet", "red", &["cargo", "test", "--no-fail-fast", "--quiet"]);
    bench.check("green", &["cargo", "test", "--no-fail-fast", "--quiet"]);
    bench.check("crash", &["cargo", "test", "--lib", "--", "--test-threads=1"]);
    bench.finish();
}

#[test]
fn nextest() {
    let mut bench = rust();
    if !bench.has(&["cargo", "nextest", "--version"]) {
        return;
    }
    let run = ["cargo", "nextest", "run"];
    for style in
        [&[][..], &["--color=always"], &["--profile=loud"], &["--no-capture"], &["--hide-progress-bar"]]
    {
        let argv = [&run[..], style].concat();
        bench.check_as("nextest", "red", &argv);
        bench.check("green", &argv);
    }
    bench.check_as("nextest", "red-forged", &run);
    bench.check("green-forged", &run);
    bench.check("crash", &run);
    for colour in ["--color=always", "--color=never"] {
        bench.check("timeout", &[&run[..], &["--profile=short", colour]].concat());
        bench.check("flaky", &[&run[..], &["--profile=retried", colour]].concat());
    }
    bench.finish();
}

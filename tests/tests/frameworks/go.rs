//! `go test`.

use crate::bench::Bench;

#[test]
fn go_test() {
    let mut bench = Bench::of("go");
    if !bench.has(&["go", "version"]) {
        return;
    }
    for style in [&[][..], &["-v"], &["-json"], &["-count=1", "-shuffle=7"]] {
        let argv = [&["go", "test"][..], style, &["./..."]].concat();
        bench.check("green", &argv);
        let crash = [&["go", "test", "-timeout=2s"][..], style, &["./crash"]].concat();
        for variant in ["panic", "goroutine", "timeout"] {
            bench.check(variant, &crash);
        }
        if style.contains(&"-v") || style.contains(&"-json") {
            bench.check("red", &argv);
            // Only here it is said which test was running.
            bench.check("exit", &crash);
        } else {
            bench.check_as("red", "red-plain", &argv);
        }
    }
    bench.finish();
}

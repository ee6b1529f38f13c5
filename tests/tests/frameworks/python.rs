//! pytest with its plugins, and unittest.

use regreen_tests::tools;

use crate::bench::Bench;

fn pytest() -> Bench {
    // Absolute, for `tools/frameworks` is no place where Python looks by itself.
    let plugins = tools::workspace().join("target/tools/frameworks");
    Bench::of("pytest").env("PYTHONPATH", plugins.display().to_string())
}

const PYTEST: [&str; 3] = ["python", "-m", "pytest"];

fn with<'a>(rest: &[&'a str]) -> Vec<&'a str> {
    PYTEST.iter().chain(rest).copied().collect()
}

#[test]
fn pytest_in_every_reporting_style() {
    let mut bench = pytest();
    if !bench.has(&with(&["--version"])) {
        return;
    }
    let colour = "--color=yes";
    for (variant, rest) in [("red", &["tests/test_shop.py"][..]), ("green", &[])] {
        for style in [
            &[][..],
            &[colour],
            &["-q"],
            &["-v", colour],
            &["-vv", "-s"],
            &["-ra", "--tb=short"],
            &["-q", "--tb=line"],
            &["-q", "--tb=no"],
            &["--tb=native", colour],
            &["--tb=long", "-l", "--durations=3"],
            &["-p", "no:cacheprovider", "--capture=tee-sys"],
        ] {
            bench.check(variant, &with(&[style, rest].concat()));
        }
    }
    bench.finish();
}

#[test]
fn pytest_that_cannot_collect() {
    let mut bench = pytest();
    if !bench.has(&with(&["--version"])) {
        return;
    }
    for style in [&[][..], &["-q", "--color=yes"], &["-v", "-rN"]] {
        bench.check("collect", &with(style));
    }
    bench.finish();
}

#[test]
fn pytest_with_its_plugins() {
    let mut bench = pytest();
    if !bench.has(&with(&["-n", "1", "--timeout=9", "--reruns=0", "--version"])) {
        return;
    }
    for style in [&["-n", "2"][..], &["-n", "2", "-v", "--color=yes"], &["-n2", "-q", "--dist=loadfile"]] {
        bench.check("red", &with(&[style, &["tests/test_shop.py"]].concat()));
        bench.check("green", &with(style));
        bench.check("collect", &with(style));
        // No crash here: two processes write over each other then, and what is left depends on the moment.
    }
    for style in [&[][..], &["-v"], &["-q"]] {
        bench.check("reruns", &with(&[style, &["tests/sub"]].concat()));
    }
    // Which parameter it was is said with -v only.
    bench.check("crash", &with(&["-v", "tests/sub"]));
    bench.check_as("crash-quiet", "crash", &with(&["tests/sub"]));
    for method in ["signal", "thread"] {
        let method = format!("--timeout-method={method}");
        for style in [&[][..], &["-v", "-s"]] {
            bench.check(
                "timeout",
                &with(&[&["--timeout=1", method.as_str()], style, &["tests/sub"]].concat()),
            );
        }
    }
    bench.finish();
}

#[test]
fn unittest() {
    let mut bench = Bench::of("unittest");
    if !bench.has(&["python", "--version"]) {
        return;
    }
    for style in [&[][..], &["-v"], &["-b"], &["-q"], &["-f", "-k", "test_größe"]] {
        let argv = [&["python", "-m", "unittest"][..], style].concat();
        bench.check("green", &argv);
        // With -v, `FAIL` at the end of a line is as good as the last line of a run of go's.
        if !style.contains(&"-f") && !style.contains(&"-v") {
            bench.check("red", &argv);
        }
        if !style.contains(&"-f") {
            bench.check("import", &argv);
        }
    }
    bench.finish();
}

//! Tests of the ranking: tools' own lines are found, wrappers never.

use super::*;

fn best(text: &str) -> Option<Candidate> {
    let mut causes = Causes::default();
    let mut end = 0;
    for (at, line) in text.lines().enumerate() {
        end = at as u64 + 1;
        causes.line(line, end, true);
    }
    causes.best(Hints { end, ..Hints::default() }).cloned()
}

fn level_of(text: &str) -> Option<Level> {
    classify(text).map(|fit| fit.rule().level)
}

#[test]
fn wrappers_are_no_causes() {
    for text in [
        "make: *** [Makefile:3: all] Error 2",
        "make[1]: *** [all] Error 1",
        "error: could not compile `demo` (lib) due to 1 previous error",
        "error: test failed, to rerun pass `--lib`",
        "ninja: build stopped: subcommand failed.",
        "npm ERR! code ELIFECYCLE",
        "error Command failed with exit code 1.",
        "[ERROR] Failed to execute goal org.apache.maven.plugins:x",
        "* Try: ",
        "FAIL\texample.com/a\t0.1s",
        "0 errors, 3 warnings",
    ] {
        assert!(level_of(text).is_none_or(|level| level <= Level::Summary || level == Level::Weak), "{text}");
    }
}

#[test]
fn a_compiler_error_beats_what_follows_from_it() {
    let cause = best(
        "   Compiling demo v0.1.0\nerror[E0425]: cannot find value `y` in this scope\n --> src/lib.rs:2:5\n  |\n2 |     y\n  |     ^ not found in this scope\n\nerror[E0308]: mismatched types\n --> src/lib.rs:9:5\n\nerror: aborting due to 2 previous errors\n\nerror: could not compile `demo` (lib) due to 2 previous errors\nmake: *** [all] Error 101",
    )
    .unwrap();
    assert_eq!(cause.text, "error[E0425]: cannot find value `y` in this scope");
    let place = cause.place().unwrap();
    assert_eq!((place.file.as_str(), place.line), ("src/lib.rs", 2));
}

#[test]
fn of_chained_tracebacks_the_first_exception_counts() {
    let cause = best(
        "Traceback (most recent call last):\n  File \"/w/a.py\", line 3, in <module>\n    import b\n  File \"/w/b.py\", line 9\n    <<<<<<< HEAD\n    ^^\nSyntaxError: invalid syntax\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"/w/main.py\", line 1, in run\n    go()\nRuntimeError: could not build docs",
    )
    .unwrap();
    assert_eq!(cause.text, "SyntaxError: invalid syntax");
    assert!(cause.block.starts_with("SyntaxError: invalid syntax\nTraceback"));
}

#[test]
fn an_error_that_was_survived_gives_way_to_the_last_one() {
    let mut log = String::from("E: Failed to fetch http://x/one\n");
    log.push_str(&"Setting up package\n".repeat(200));
    log.push_str("E: Unable to locate package two\n");
    assert_eq!(best(&log).unwrap().text, "E: Unable to locate package two");
}

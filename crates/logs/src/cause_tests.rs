//! Tests of the ranking: tools' own lines are found, wrappers never.

use super::*;

fn best(text: &str) -> Option<Candidate> {
    let mut causes = Causes::default();
    let mut end = 0;
    for (at, line) in text.lines().enumerate() {
        end = at as u64 + 1;
        causes.line(line, end, is_interesting(line));
    }
    causes.best(end).cloned()
}

#[test]
fn every_rule_compiles() {
    assert!(RegexSet::new(WRAPPERS).is_ok());
    assert!(RegexSet::new(RULES.iter().map(|(_, rule)| rule)).is_ok());
    assert!(rules().interesting.is_some());
}

#[test]
fn whatever_a_rule_matches_is_interesting() {
    for text in [
        "error[E0425]: cannot find value `x`",
        "src/a.c:3:5: error: expected ';'",
        "src/a.ts(3,5): error TS2307: Cannot find module",
        "src/a.ts:3:5 - error TS6196: unused",
        "./main.go:5:2: undefined: x",
        "[ERROR] /w/A.java:[12,5] cannot find symbol",
        "main.c:(.text+0x5): undefined reference to `f'",
        "ModuleNotFoundError: No module named 'x'",
        "panic: boom",
        "  12:5  error  'x' is not defined  no-undef",
        "src/a.py:1:1: E302 expected 2 blank lines",
        "E: Unable to locate package x",
        "fatal: not a git repository",
        "npm ERR! missing script: test",
        "gh: Not Found (HTTP 404)",
        "curl: (22) The requested URL returned error: 404",
        "CMake Error at CMakeLists.txt:3",
        "Segmentation fault (core dumped)",
        "run.sh: line 3: foo: command not found",
        "Formatting violations found in the following files:",
    ] {
        assert!(is_interesting(text), "{text}");
        assert!(tier_of(text).is_some(), "{text}");
    }
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
        assert_eq!(tier_of(text), None, "{text}");
    }
}

#[test]
fn a_compiler_error_beats_what_follows_from_it() {
    let cause = best(
        "   Compiling demo v0.1.0\nerror[E0425]: cannot find value `y` in this scope\n --> src/lib.rs:2:5\n  |\n2 |     y\n  |     ^ not found in this scope\n\nerror[E0308]: mismatched types\n --> src/lib.rs:9:5\n\nerror: aborting due to 2 previous errors\n\nerror: could not compile `demo` (lib) due to 2 previous errors\nmake: *** [all] Error 101",
    )
    .unwrap();
    assert_eq!(cause.text, "error[E0425]: cannot find value `y` in this scope");
    assert_eq!(cause.place(), Some(("src/lib.rs".to_owned(), 2)));
}

#[test]
fn of_chained_tracebacks_the_first_exception_counts() {
    let cause = best(
        "Traceback (most recent call last):\n  File \"/w/a.py\", line 3, in <module>\n    import b\n  File \"/w/b.py\", line 9\n    <<<<<<< HEAD\n    ^^\nSyntaxError: invalid syntax\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"/w/main.py\", line 1, in run\n    go()\nRuntimeError: could not build docs",
    )
    .unwrap();
    assert_eq!(cause.text, "SyntaxError: invalid syntax");
    assert!(cause.block.starts_with("Traceback"));
}

#[test]
fn an_error_that_was_survived_gives_way_to_the_last_one() {
    let mut log = String::from("E: Failed to fetch http://x/one\n");
    log.push_str(&"Setting up package\n".repeat(200));
    log.push_str("E: Unable to locate package two\n");
    assert_eq!(best(&log).unwrap().text, "E: Unable to locate package two");
}

#[test]
fn the_prefixes_of_tools_that_run_tools_are_looked_through() {
    assert_eq!(tier_of("#19 22.32 [ERROR] Could not transfer artifact x"), Some(Tier::Error));
    assert_eq!(tier_of("web-1  | panic: boom"), Some(Tier::Diagnostic));
    assert_eq!(tier_of("[ant:checkstyle] [ERROR] src/A.java:49:7: no"), Some(Tier::Error));
}

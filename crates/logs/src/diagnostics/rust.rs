//! rustc, cargo, clippy, rustfmt and cargo's companions.

use super::rule::{Rule, diagnostic, error, warning};

pub(super) const RULES: &[Rule] = &[
    diagnostic(
        "rustc",
        "error[E",
        r"^error\[(?P<code>E\d{4})\]: (?P<msg>.+)",
        "error[E0425]: cannot find value `x` in this scope",
    ),
    diagnostic(
        "cargo-deny",
        "error[",
        r"^error\[(?P<code>[a-z][\w-]+)\]: (?P<msg>.+)",
        "error[vulnerability]: a potential security vulnerability",
    ),
    diagnostic(
        "rustfmt",
        "Diff in ",
        r"^Diff in (?P<file>.+?)(?: at line |:)(?P<line>\d+):$",
        "Diff in /w/src/lib.rs at line 3:",
    ),
    diagnostic(
        "rustc",
        "panicked at",
        r"^thread '.*'(?: \(\d+\))? panicked at (?:'(?P<msg>.*)', )?(?P<file>[^':]+):(?P<line>\d+):(?P<col>\d+)",
        "thread 'main' panicked at src/main.rs:2:5:",
    ),
    diagnostic(
        "rustc",
        "panicked at '",
        r"^thread '.*' panicked at '(?P<msg>.*)",
        "thread 'main' panicked at 'no",
    ),
    diagnostic(
        "cargo",
        "failed to select a version¦no matching package¦lock file¦failed to parse manifest¦failed to load manifest¦failed to parse lock¦cannot update the lock file",
        r"^error: (?P<msg>(?:failed to (?:select a version|parse manifest|parse lock|load manifest)|no matching package|the lock file|cannot update the lock file).*)",
        "error: failed to select a version for `a`.",
    ),
    diagnostic(
        "cargo",
        "rustc ",
        r"^error: (?P<msg>.*(?:requires rustc|is not supported by the following package|cannot be built because it requires).*)",
        "error: package `a v1` cannot be built because it requires rustc 1.70 or newer",
    ),
    diagnostic(
        "cargo-audit",
        "vulnerabilit",
        r"^error: (?P<msg>\d+ (?:denied warnings?|vulnerabilit\w+) found)",
        "error: 1 vulnerability found!",
    ),
    error(
        "rustc",
        "error: linking with",
        r"^error: (?P<msg>linking with .*)",
        "error: linking with `cc` failed: exit status: 1",
    ),
    error(
        "cargo",
        "error: failed to run custom build",
        r"^error: (?P<msg>failed to run custom build command for .*)",
        "error: failed to run custom build command for `a v1`",
    ),
    warning(
        "rustc",
        "warning: unused¦warning: field¦warning: function¦warning: method",
        r"^warning: (?P<msg>(?:unused|field|function|method).*)",
        "warning: unused variable: `x`",
    ),
];

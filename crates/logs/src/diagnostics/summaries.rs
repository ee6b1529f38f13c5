//! Summaries of linters, and harmless lines that speak of errors.

use super::rule::{Rule, noise, strict, summary};

pub(super) const RULES: &[Rule] = &[
    noise("prettier", "[error] ", r"^\[error\]\s+(?:>?\s*\d* \|)", "[error] > 1 | const a = (;"),
    // Summaries of linters.
    summary(
        "eslint",
        "problem",
        r"^\s*✖ +\d+ problems? \(|^✖   found [1-9]",
        "✖ 3 problems (2 errors, 1 warning)",
    ),
    summary(
        "mypy",
        "Found ",
        r"^Found \d+ errors?(?: in \d+ files?.*)?\.?$",
        "Found 3 errors in 1 file (checked 5 source files)",
    ),
    summary(
        "pyright",
        " errors, ¦ error, ",
        r"^\s*[1-9]\d* errors?, \d+ warnings?",
        "3 errors, 0 warnings, 0 informations",
    ),
    summary("gcc", "generated.", r"^\d+ (?:warnings? and \d+ )?errors? generated\.$", "2 errors generated."),
    summary(
        "rubocop",
        "offense",
        r"^\d+ files? inspected, [1-9]\d* offenses? detected",
        "12 files inspected, 2 offenses detected, 1 offense autocorrectable",
    ),
    summary(
        "black",
        "Oh no! ¦would be reformatted",
        r"^Oh no! |^\d+ files? would be reformatted",
        "1 file would be reformatted, 3 files would be left unchanged.",
    ),
    summary("phpstan", "[ERROR] Found", r"^\s*\[ERROR\] Found \d+ errors?", " [ERROR] Found 2 errors"),
    summary(
        "pylint",
        "Your code has been rated",
        r"^Your code has been rated at",
        "Your code has been rated at 8.33/10",
    ),
    summary(
        "audit",
        "ulnerabilities",
        r"^(?:\d+ vulnerabilities (?:found|\()|Found \d+ known vulnerabilit|found [1-9]\d* vulnerabilit)",
        "3 vulnerabilities found",
    ),
    summary("deno", "Type checking failed", r"^error: Type checking failed", "error: Type checking failed."),
    summary("golangci-lint", " issues:", r"^\d+ issues:$", "3 issues:"),
    // Warnings that count.
    strict(
        "eslint",
        "too many warnings",
        r"ESLint found too many warnings",
        "ESLint found too many warnings (maximum: 0).",
    ),
    strict(
        "sphinx",
        "warnings treated as errors",
        r"warnings treated as errors",
        "build finished with problems, 1 warning (with warnings treated as errors).",
    ),
    strict(
        "mkdocs",
        "in strict mode",
        r"^Aborted with \d+ warnings? in strict mode|^Exited with \d+ warnings in strict",
        "Aborted with 1 warnings in strict mode!",
    ),
    strict(
        "javac",
        "-Werror¦all warnings being treated as errors",
        r"^(?:error|warning): warnings found and -Werror|: all warnings being treated as errors",
        "cc1: all warnings being treated as errors",
    ),
    strict(
        "",
        "warnings found and¦fatal warnings",
        r"warnings found and (?:treated|-Werror)|fatal warnings",
        "[error] No warnings can be incurred under -Xfatal-warnings; fatal warnings",
    ),
    // Harmless.
    noise(
        "",
        "0 error¦no error¦No error¦0 failed¦0 failures¦rrors: 0¦rror: 0¦0 fail",
        r"(?:^|[^\d.])0 (?:errors?|failed|failures?|fail)\b|\b[Nn]o errors?\b|\b[Ee]rrors?: 0\b",
        "Tests: 0 failed, 12 passed",
    ),
    noise(
        "",
        "0 vulnerabilities¦o vulnerabilities¦o known vulnerab",
        r"\b(?:0|[Nn]o(?: known)?) vulnerabilit",
        "found 0 vulnerabilities",
    ),
    noise(
        "",
        "✓ ¦✔ ¦√ ¦ok ¦PASS¦[OK]",
        r"^\s*(?:✓|✔|√|ok \d+|PASS(?:ED)?|\[OK\])\s",
        "  ✓ reports errors (3 ms)",
    ),
    noise("", "exited with 0", r"exited with 0\.?$|exit code:? 0\.?$", "The command \"make\" exited with 0."),
    noise(
        "",
        "... ok¦: OK¦... OK¦ PASSED",
        r"(?:\.\.\. ok|: OK|\.\.\. OK| PASSED)\s*(?:\(.*\)|\[ *\d+%\])?$",
        "test handles_error ... ok",
    ),
    noise(
        "",
        "continue-on-error¦fail-fast¦errexit¦if-no-files-found¦ignore-error",
        r"\b(?:continue-on-error|fail-fast|errexit|if-no-files-found|ignore-errors?)\b",
        "fail-fast: true",
    ),
    noise(
        "",
        "warning: ¦WARNING: ¦[WARN]¦[WARNING]¦DeprecationWarning¦npm warn¦npm WARN",
        r"^(?:warning: |\[WARN(?:ING)?\] |npm (?:warn|WARN) |.*DeprecationWarning: )",
        "npm WARN deprecated a@1: this fails",
    ),
    noise(
        "",
        "0 errors¦error-¦errors-¦-error¦error.js¦errors.",
        r"^(?:Compiling|Downloading|Downloaded|Installing|Building|Checking|Selecting|Unpacking|Setting up|Get:|Fetching|Using|Collecting|Requirement already| +Compiling| +Downloaded| +Checking)\s?.*error",
        "   Compiling thiserror-impl v1.0.0; error-",
    ),
];

//! Go: build, vet, modules, linters.

use super::rule::{Rule, diagnostic, error};

pub(super) const RULES: &[Rule] = &[
    diagnostic(
        "go",
        ".go:",
        r"^(?:vet: )?(?P<file>[^\s:][^:]*\.go):(?P<line>\d+):(?P<col>\d+): ?(?:(?:warning|error|note):? ?)?(?P<msg>.+?)(?: \((?P<code>[\w-]+)\))?$",
        "./main.go:5:2: undefined: x",
    ),
    diagnostic(
        "go",
        ".go:",
        r"^(?P<file>[^\s:]+\.go):(?P<line>\d+):(?:warning|error|:error|:warning)?:? (?P<msg>.+?)(?: \((?P<code>[\w-]+)\))?$",
        "main.go:5: undefined: x",
    ),
    diagnostic(
        "go",
        "go: ",
        r"^go: (?P<msg>(?:updates to go\.mod needed|inconsistent vendoring|cannot find main module|go\.mod file not found|errors parsing|module .*|.*: (?:module lookup disabled|unrecognized import path|invalid version|unknown revision|reading |verifying |missing go\.sum|parsing go\.mod|no matching versions|not found|unexpected).*|.*requires go >= .*|.*(?:existing contents have changed|missing go\.sum entry).*))",
        "go: updates to go.mod needed",
    ),
    diagnostic(
        "go",
        "missing go.sum entry¦no required module provides¦cannot find package¦cannot find module providing¦is not in GOROOT¦is not in std¦import cycle not allowed¦build constraints exclude",
        r"(?P<msg>(?:missing go\.sum entry|no required module provides|cannot find package|cannot find module providing|package \S+ is not in (?:GOROOT|std)|import cycle not allowed|build constraints exclude).*)",
        "package a/b is not in GOROOT (/usr/lib/go/src/a/b)",
    ),
    diagnostic(
        "go",
        "panic: ",
        r"^panic: (?P<msg>.*)",
        "panic: runtime error: index out of range [3] with length 2",
    ),
    diagnostic(
        "go",
        "fatal error: ",
        r"^fatal error: (?P<msg>.*)",
        "fatal error: all goroutines are asleep - deadlock!",
    ),
    error(
        "",
        "level=error¦level=fatal",
        r#"level=(?:error|fatal) msg="?(?P<msg>.*?)"?$"#,
        "level=error msg=\"Running error: context loading failed\"",
    ),
    diagnostic(
        "go",
        "verifying ",
        r"^verifying (?P<msg>\S+: (?:checksum mismatch|go\.mod).*)",
        "verifying a@v1.0.0: checksum mismatch",
    ),
    diagnostic(
        "gofmt",
        ".orig ",
        r"^diff (?:-u )?\S+\.go\.orig (?P<file>\S+\.go)$",
        "diff -u a.go.orig a.go",
    ),
    diagnostic(
        "gofmt",
        "gofmt¦go fmt¦goimports",
        r"(?i)^(?P<msg>.*(?:(?:not|aren't|isn't|improperly|need\w*|must be|unformatted|fail|please)\b.*\b(?:gofmt|go fmt|goimports)|(?:gofmt|go fmt|goimports)\b.*\b(?:fail|need|not|following|issue|differ)).*)",
        "The following files are not gofmt'd: gofmt",
    ),
    diagnostic(
        "protoc",
        ".proto:",
        r"^(?P<file>[^\s:]+\.proto):(?:(?P<line>\d+):(?P<col>\d+):)? ?(?P<msg>.+)",
        "a.proto:3:5: \"X\" is not defined.",
    ),
];

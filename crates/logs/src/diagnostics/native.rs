//! C and C++: compilers, linkers, build configuration, sanitizers, checkers; other tools that print
//! `file:line:column: error: message`.

use super::rule::{Rule, diagnostic, error, warning};

pub(super) const RULES: &[Rule] = &[
    diagnostic(
        "",
        "error:",
        r"^(?P<file>(?:[A-Za-z]:)?[^\s:(][^:(]*):(?P<line>\d+):(?:(?P<col>\d+)(?:-\d+)?:)? ?(?:fatal |internal compiler )?error:(?: (?P<msg>.*?))?(?:\s+\[(?P<code>[\w.,+=-]+)\])?$",
        "src/a.c:3:5: error: expected ';' before '}' token [-Werror=x]",
    ),
    diagnostic(
        "",
        "error:",
        r"^(?P<file>(?:[A-Za-z]:)?[^\s:(][^:(]*):\((?P<line>\d+)(?:[,:]\s*(?P<col>\d+))?\):? (?:fatal )?error: (?P<msg>.*)",
        "src/a.kt:(3, 5): error: no",
    ),
    warning(
        "",
        "warning:",
        r"^(?P<file>(?:[A-Za-z]:)?[^\s:(][^:(]*):(?P<line>\d+):(?:(?P<col>\d+):)? warning: (?P<msg>.*?)(?:\s+\[(?P<code>[\w.,+=-]+)\])?$",
        "src/a.c:3:5: warning: unused variable 'x' [-Wunused-variable]",
    ),
    diagnostic(
        "gcc",
        "Error: ",
        r"^(?P<file>\S+\.[sS]):(?P<line>\d+): Error: (?P<msg>.*)",
        "a.s:3: Error: no such instruction: `foo'",
    ),
    error(
        "gcc",
        "error: ",
        r"^(?:\S*/)?(?:cc1|cc1plus|gcc|g\+\+|clang|clang\+\+|c\+\+|cc|nvcc|collect2)(?:-[\d.]+)?(?:\.exe)?\s*: (?:fatal )?error: (?P<msg>.*)",
        "clang: error: unknown argument: '-fx'",
    ),
    diagnostic(
        "ld",
        "undefined reference to¦multiple definition of¦undefined symbol",
        r"(?:^|.*[/:) ])(?P<msg>(?:undefined reference to|multiple definition of|undefined symbol:?) .*)",
        "main.c:(.text+0x5): undefined reference to `f'",
    ),
    diagnostic(
        "ld",
        "Undefined symbols for",
        r"^(?P<msg>Undefined symbols for architecture .*)",
        "Undefined symbols for architecture x86_64:",
    ),
    diagnostic(
        "ld",
        "ld: ¦ld.lld: ¦ld.gold: ¦lld-link: ",
        r"^(?:\S*/)?(?:ld(?:\.\w+)?|lld-link|rust-lld): (?:error: )?(?P<msg>(?:cannot find|library not found|framework not found|unable to find|duplicate symbol|symbol\(s\) not found|unknown option|unrecogni[sz]ed).*)",
        "/usr/bin/ld: cannot find -lfoo",
    ),
    error("ld", "ld: error", r"^(?:\S*/)?ld(?:\.\w+)?: error: (?P<msg>.*)", "ld: error: bad"),
    diagnostic(
        "cmake",
        "CMake Error",
        r"^CMake Error(?: in (?P<dir>\S+))?(?: at (?P<file>[^:]+):(?P<line>\d+)(?: \(\w+\))?)?:(?: (?P<msg>.+))?$",
        "CMake Error at CMakeLists.txt:3 (find_package):",
    ),
    diagnostic(
        "configure",
        "configure: error",
        r"^configure: error: (?P<msg>.*)",
        "configure: error: no acceptable C compiler found in $PATH",
    ),
    diagnostic(
        "meson",
        "ERROR: ",
        r"^(?P<file>\S*meson\.build):(?P<line>\d+):(?P<col>\d+): ERROR: (?P<msg>.*)",
        "meson.build:3:0: ERROR: Dependency \"x\" not found",
    ),
    diagnostic(
        "make",
        "No rule to make target¦missing separator¦*** multiple target¦No targets",
        r"(?:^\S*make(?:\[\d+\])?|^(?P<file>\S+):(?P<line>\d+)): \*\*\* (?P<msg>(?:No rule to make target|missing separator|multiple target|No targets).*)",
        "make: *** No rule to make target 'x', needed by 'all'.  Stop.",
    ),
    diagnostic(
        "make",
        "*** ",
        r"^(?P<file>[\w./-]+):(?P<line>\d+): \*\*\* (?P<msg>.*)",
        "Makefile:3: *** x is not set.  Stop.",
    ),
    diagnostic(
        "ninja",
        "ninja: error",
        r"^ninja: (?:fatal: |error: )(?P<msg>.*)",
        "ninja: error: 'a.c', needed by 'a.o', missing and no known rule to make it",
    ),
    error(
        "bazel",
        "ERROR: /",
        r"^ERROR: (?P<file>/\S+?):(?P<line>\d+):(?P<col>\d+): (?P<msg>.*)",
        "ERROR: /w/BUILD:3:10: Compiling a.cc failed: (Exit 1)",
    ),
    diagnostic(
        "sanitizer",
        "Sanitizer: ",
        r"^=*\d*=*(?:ERROR|WARNING): (?P<code>\w+Sanitizer): (?P<msg>.*)",
        "==123==ERROR: AddressSanitizer: heap-use-after-free on address 0x0",
    ),
    diagnostic(
        "sanitizer",
        "runtime error: ",
        r"^(?P<file>[^:\s]+):(?P<line>\d+):(?P<col>\d+): runtime error: (?P<msg>.*)",
        "a.c:3:5: runtime error: signed integer overflow",
    ),
    diagnostic(
        "cppcheck",
        "(error)",
        r"^\[(?P<file>[^\]:]+):(?P<line>\d+)\]: \(error\) (?P<msg>.*)",
        "[src/a.cpp:3]: (error) Memory leak: p",
    ),
    diagnostic(
        "cpplint",
        "  [",
        r"^(?P<file>[^:\s]+\.(?:cc|cpp|h|hpp|cxx|c|cu|cuh)):(?P<line>\d+):  (?P<msg>.*?)  \[(?P<code>[\w/+]+)\] \[\d\]$",
        "a.cc:3:  Missing space  [whitespace/operators] [4]",
    ),
    error(
        "xcodebuild",
        "xcodebuild: error",
        r"^xcodebuild: error: (?P<msg>.*)",
        "xcodebuild: error: 'a.xcodeproj' does not exist.",
    ),
    error(
        "xcpretty",
        "❌",
        r"^\s*❌\s+(?:(?P<file>/\S+?):(?P<line>\d+):(?P<col>\d+): )?(?P<msg>.*)",
        "❌  /w/a.swift:3:5: use of undeclared x",
    ),
    error(
        "pkg-config",
        "pkg-config¦No package '",
        r"^(?:Package .* was not found in the pkg-config search path|No package '.*' found)",
        "No package 'x' found",
    ),
    diagnostic("", "tatic assertion failed", r"static assertion failed", "a.cc: static assertion failed: x"),
];

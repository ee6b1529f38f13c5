//! Further languages: Elixir, Erlang, Haskell, OCaml, Nim, D, Dart, Julia, R, Lua, Perl, Elm, Crystal.

use super::rule::{Rule, diagnostic, error, weak};

pub(super) const RULES: &[Rule] = &[
    diagnostic(
        "elixir",
        "** (",
        r"^\*\* \((?P<code>[A-Z][\w.]*)\) (?:(?P<file>\S+\.exs?):(?P<line>\d+)(?::(?P<col>\d+))?: )?(?P<msg>.*)",
        "** (CompileError) lib/a.ex:3: undefined function x/0",
    ),
    diagnostic(
        "erlang",
        ".erl:",
        r"^(?P<file>[^\s:]+\.[eh]rl):(?P<line>\d+):(?:(?P<col>\d+):)? (?P<msg>.+)",
        "src/a.erl:3: function f/0 undefined",
    ),
    diagnostic(
        "dialyzer",
        ".ex:¦.exs:",
        r"^(?P<file>[^\s:]+\.exs?):(?P<line>\d+):(?:(?P<col>\d+):)?(?P<code>\w+)$",
        "lib/a.ex:3:no_return",
    ),
    diagnostic(
        "credo",
        "[W] ¦[R] ¦[C] ¦[F] ¦[D] ",
        r"^(?:┃ )?\s*\[[WRCFD]\] [↗→↘↑↓] (?P<msg>.*)",
        "┃ [W] ↗ There should be no calls to IO.inspect/1.",
    ),
    diagnostic(
        "ghc",
        ".hs:¦.lhs:",
        r"^(?P<file>[^\s:]+\.l?hs):(?P<line>\d+):(?P<col>\d+):$",
        "src/A.hs:3:5:",
    ),
    diagnostic(
        "hlint",
        "Warning: ¦Suggestion: ¦Error: ",
        r"^(?P<file>[^\s:]+\.l?hs):(?P<line>\d+):(?P<col>\d+)\S*: (?:Warning|Suggestion|Error): (?P<msg>.*)",
        "src/A.hs:3:5: Warning: Use fmap",
    ),
    diagnostic(
        "cabal",
        "ould not resolve dependencies",
        r"(?P<msg>Could not resolve dependencies:.*)",
        "cabal: Could not resolve dependencies:",
    ),
    error("stack", "Error: [S-¦Error: [Cabal-", r"^Error: \[(?P<code>[\w-]+)\]", "Error: [S-4804]"),
    diagnostic(
        "nim",
        " Error: ",
        r"^(?P<file>[^\s(]+\.nim)\((?P<line>\d+), (?P<col>\d+)\) Error: (?P<msg>.*)",
        "/w/a.nim(3, 5) Error: undeclared identifier: 'x'",
    ),
    diagnostic(
        "dmd",
        ": Error: ",
        r"^(?P<file>[^\s(]+\.d)\((?P<line>\d+)(?:,(?P<col>\d+))?\): Error: (?P<msg>.*)",
        "source/a.d(3): Error: undefined identifier `x`",
    ),
    diagnostic(
        "dart",
        ": Error: ",
        r"^(?P<file>[^\s:]+\.dart):(?P<line>\d+):(?P<col>\d+): Error: (?P<msg>.*)",
        "lib/a.dart:3:5: Error: Undefined name 'x'.",
    ),
    diagnostic(
        "dart",
        "error • ¦error - ",
        r"^\s*error [•-] (?:(?P<msg>.*?) [•-] )?(?P<file>[^\s:]+\.dart):(?P<line>\d+):(?P<col>\d+) [•-] (?P<code>.*)",
        "  error • Undefined name 'x' • lib/a.dart:3:5 • undefined_identifier",
    ),
    diagnostic(
        "dart",
        "warning • ¦info • ",
        r"^\s*(?:warning|info) • (?P<msg>.*?) • (?P<file>[^\s:]+\.dart):(?P<line>\d+):(?P<col>\d+) • (?P<code>.*)",
        "   info • Unused import • lib/a.dart:3:5 • unused_import",
    ),
    diagnostic(
        "julia",
        "ERROR: ",
        r"^ERROR: (?:LoadError: )?(?P<msg>(?:UndefVarError|MethodError|ArgumentError|SystemError|InitError|LoadError|Unsatisfiable|syntax|Failed to precompile|Package .* (?:did not|errored)).*)",
        "ERROR: LoadError: UndefVarError: x not defined",
    ),
    diagnostic(
        "R",
        "Error in ¦Error: package¦ERROR: dependenc",
        r"^(?P<msg>Error in .*:.*|Error: package or namespace load failed.*|ERROR: dependenc\w+ .*(?:not available|are not).*)",
        "Error in library(x) : there is no package called 'x'",
    ),
    diagnostic(
        "R",
        "... ERROR",
        r"^\* checking .*\.\.\.(?: \[.*\])? ERROR$",
        "* checking examples ... ERROR",
    ),
    diagnostic(
        "R",
        "... WARNING",
        r"^\* checking .*\.\.\.(?: \[.*\])? WARNING$",
        "* checking Rd cross-references ... WARNING",
    ),
    weak(
        "R",
        "ERROR: compilation failed for package¦ERROR: lazy loading failed",
        r"^ERROR: (?:compilation failed|lazy loading failed) for package",
        "ERROR: compilation failed for package 'x'",
    ),
    diagnostic(
        "lua",
        ".lua:",
        r"^(?:lua[\d.]*: )?\s*(?P<file>[^\s:]+\.lua):(?P<line>\d+)(?::(?P<col>\d+))?: (?:\((?P<code>[WE]\d+)\) )?(?P<msg>.+)",
        "lua: a.lua:3: attempt to index a nil value",
    ),
    diagnostic(
        "perl",
        "Can't locate ",
        r"^(?P<msg>Can't locate .* in @INC.*)",
        "Can't locate Foo.pm in @INC (you may need to install the Foo module)",
    ),
    diagnostic(
        "perl",
        " line ",
        r"^(?P<msg>(?:syntax error|Global symbol|Can't|Undefined subroutine|Bareword|Died|Not a \w+ reference|Use of uninitialized).*) at (?P<file>\S+) line (?P<line>\d+)",
        "Global symbol \"$x\" requires explicit package name at a.pl line 3.",
    ),
    diagnostic(
        "cpanm",
        "! Installing the dependencies failed¦! Couldn't find module¦! Installing ",
        r"^! (?P<msg>(?:Installing .* failed|Couldn't find module).*)",
        "! Installing the dependencies failed: Module 'X' is not installed",
    ),
    diagnostic(
        "elm",
        "-- ",
        r"^-- (?P<msg>[A-Z][A-Z ]+) -+ (?P<file>\S+)$",
        "-- TYPE MISMATCH -------------------- src/Main.elm",
    ),
    diagnostic(
        "crystal",
        "In ",
        r"^(?:Error in|In) (?P<file>\S+\.cr):(?P<line>\d+):(?P<col>\d+)$",
        "In src/a.cr:3:5",
    ),
    diagnostic(
        "latex",
        "! ",
        r"^! (?P<msg>(?:LaTeX|Package|Undefined|Missing|Emergency|Extra|Too many|pdfTeX).*)",
        "! LaTeX Error: File `x.sty' not found.",
    ),
];

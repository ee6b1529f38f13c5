//! PHP: the language, phpstan, psalm, phpcs, composer.

use super::rule::{Rule, diagnostic, error, weak};

pub(super) const RULES: &[Rule] = &[
    diagnostic(
        "phpstan",
        "Undefined variable: $",
        r"^\s+:?(?P<line>\d+)\s{2,}(?P<msg>\S.*?)\s*$",
        "  12     Undefined variable: $foo",
    ),
    diagnostic(
        "php",
        "atal error: ¦arse error: ¦atal error:  ",
        r"^(?:PHP )?(?:Recoverable fatal|Catchable fatal|Fatal|Parse) error: +(?P<msg>.+?)(?: in (?P<file>\S+?)(?: on line |:)(?P<line>\d+))?$",
        "PHP Fatal error:  Uncaught Exception: no in /w/a.php:3",
    ),
    diagnostic("php", "Errors parsing", r"^Errors parsing (?P<file>\S+)", "Errors parsing src/A.php"),
    diagnostic(
        "phpstan",
        ".php:",
        r"^(?P<file>[^\s:]+\.php):(?P<line>\d+):(?P<msg>\S.*)",
        "/w/src/A.php:3:Undefined variable: $x",
    ),
    diagnostic(
        "psalm",
        "ERROR: ",
        r"^ERROR: (?P<code>\w+) - (?P<file>\S+?):(?P<line>\d+):(?P<col>\d+) - (?P<msg>.*)",
        "ERROR: InvalidArgument - src/A.php:3:5 - Argument 1 of f expects int",
    ),
    diagnostic(
        "phpcs",
        "| ERROR |",
        r"^\s*(?P<line>\d+) \| ERROR +\| (?:\[.\] )?(?P<msg>.*)",
        " 3 | ERROR | [x] Expected 1 space",
    ),
    diagnostic(
        "php-cs-fixer",
        "that can be fixed",
        r"^Found [1-9]\d* of \d+ files that can be fixed",
        "Found 1 of 10 files that can be fixed in 0.3 seconds",
    ),
    diagnostic(
        "composer",
        "equirements could not be resolved",
        r"^(?P<msg>Your requirements could not be resolved.*)",
        "Your requirements could not be resolved to an installable set of packages.",
    ),
    diagnostic(
        "composer",
        "lock file does not contain a compatible",
        r"(?P<msg>Your lock file does not contain a compatible set of packages.*)",
        "Your lock file does not contain a compatible set of packages. Please run composer update.",
    ),
    diagnostic(
        "composer",
        "Could not find package¦Could not find a matching version",
        r"(?P<msg>Could not find (?:package|a matching version of package) .*)",
        "Could not find package x/y with stability stable.",
    ),
    weak("symfony", "In ", r"^In (?P<file>\S+\.php) line (?P<line>\d+):$", "In Kernel.php line 3:"),
    error("deptrac", "Violation", r"^\s*Violations?\s+[1-9]\d*\s*$", "  Violations           3"),
];

//! What any program can end with: exceptions, signals, the shell's own words; and words that merely
//! mention an error.

use super::rule::{Rule, diagnostic, error, mention, weak};

pub(super) const RULES: &[Rule] = &[
    weak(
        "",
        ".vim:",
        r"^(?P<file>[\w./+-]+\.\w{1,8}):(?P<line>\d+):(?P<col>\d+):? (?P<msg>\S.*)",
        "a.vim:3:5: Avoid commands that depend on user settings",
    ),
    weak(
        "hint",
        "lease run¦lease commit¦lease update¦lease fix¦lease add¦lease rebase¦lease re-run¦lease regenerate¦lease format¦lease execute",
        r"(?i)\bplease (?:run|commit|update|fix|add|rebase|re-?run|re-?generate|format|execute)\b",
        "Please run make format and commit the changes",
    ),
    error(
        "",
        "::error ¦::error::",
        r"^::error(?: (?:[^:]*,)?file=(?P<file>[^,:]+)(?:,line=(?P<line>\d+))?[^:]*| [^:]*)?::(?P<msg>.+)",
        "::error file=a.py,line=3::something is wrong",
    ),
    diagnostic(
        "exception",
        "Error¦Exception¦Exit¦Interrupt",
        r"^(?P<code>(?:\w+(?:\.|::))*\w+(?:Error|Exception|Exit|Interrupt)(?: \[\w+\])?)(?:: (?P<msg>.*)|$)",
        "ModuleNotFoundError: No module named 'x'",
    ),
    diagnostic(
        "python",
        "Fatal Python error",
        r"^Fatal Python error: (?P<msg>.*)",
        "Fatal Python error: Segmentation fault",
    ),
    diagnostic(
        "crash",
        "egmentation fault¦core dumped¦Bus error¦Illegal instruction",
        r"(?P<msg>(?:Segmentation fault|Aborted \(core dumped\)|Bus error|Illegal instruction|Floating point exception).*)",
        "run.sh: line 3: 123 Segmentation fault      (core dumped) ./a",
    ),
    diagnostic(
        "crash",
        "terminate called after¦stack smashing detected¦double free or corruption¦free(): invalid¦' failed.",
        r"^(?P<msg>terminate called after.*|\*\*\* stack smashing detected.*|double free or corruption.*|free\(\): invalid.*|.*Assertion [`'].*' failed\.)",
        "a: a.c:3: main: Assertion `x' failed.",
    ),
    diagnostic(
        "shell",
        "ommand not found",
        r"^(?:\S+: )?(?:line \d+: )?(?P<msg>\S.*: command not found)$",
        "/w/a.sh: line 3: foo: command not found",
    ),
    diagnostic(
        "shell",
        ": not found",
        r"^(?:\S*sh: )(?:\d+: )?(?:\S+: )?(?:\d+: )?(?P<msg>\S+: not found)$",
        "sh: 1: jest: not found",
    ),
    diagnostic(
        "shell",
        "syntax error near¦unbound variable¦unexpected EOF while¦bad substitution¦unexpected end of file",
        r"^(?:(?P<file>\S*[./]\S*?)|\S+?):? (?:-c: )?(?:line )?(?P<line>\d+): (?P<msg>.*(?:syntax error|unbound variable|unexpected EOF|bad substitution).*)",
        "a.sh: line 3: x: unbound variable",
    ),
    diagnostic(
        "shell",
        ": Permission denied¦No such file or directory",
        r"^(?:\S*(?:bash|sh): )?(?P<file>\S+: )?(?:line )?\d+: (?P<msg>.*: (?:Permission denied|No such file or directory))$",
        "bash: line 3: ./run.sh: Permission denied",
    ),
    error(
        "shell",
        "No such file or directory¦Permission denied¦Read-only file system¦Is a directory¦cannot stat¦Cannot open",
        r"^(?P<code>[\w./-]+): (?P<msg>.*(?:No such file or directory|Permission denied|Read-only file system|Is a directory).*)",
        "cp: cannot stat 'x': No such file or directory",
    ),
    diagnostic(
        "curl",
        "curl: (",
        r"^curl: \((?P<code>\d+)\) (?P<msg>.*)",
        "curl: (22) The requested URL returned error: 404",
    ),
    error("wget", "wget: ", r"^wget: (?P<msg>.*)", "wget: unable to resolve host address 'x'"),
    diagnostic(
        "gpg",
        "no valid OpenPGP data¦keyserver receive failed",
        r"^gpg: (?P<msg>no valid OpenPGP data.*|keyserver receive failed.*)",
        "gpg: no valid OpenPGP data found.",
    ),
    diagnostic(
        "archive",
        "not in gzip format¦End-of-central-directory signature not found¦Unexpected EOF in archive",
        r"(?P<msg>.*(?:not in gzip format|End-of-central-directory signature not found|Unexpected EOF in archive).*)",
        "gzip: stdin: not in gzip format",
    ),
    diagnostic(
        "checksum",
        "computed checksum",
        r"(?P<msg>\d+ computed checksums? did NOT match)",
        "sha256sum: WARNING: 1 computed checksum did NOT match",
    ),
    diagnostic(
        "disk",
        "o space left on device",
        r"(?i)(?P<msg>.*no space left on device.*)",
        "tar: out: Cannot write: No space left on device",
    ),
    diagnostic(
        "time",
        "as exceeded the maximum execution time¦he operation was canceled¦he job was canceled¦as timed out after",
        r"(?P<msg>.*has exceeded the maximum execution time.*|^The (?:operation|job) was canceled.*|.*has timed out after \d+ minutes.*)",
        "The job running on runner x has exceeded the maximum execution time of 360 minutes.",
    ),
    diagnostic(
        "time",
        "No output has been received¦exceeded the maximum time limit¦exceeded the maximum log length",
        r"^(?P<msg>No output has been received in the last.*|The job exceeded the maximum time limit.*|The (?:job|log length).*exceeded.*)",
        "No output has been received in the last 10m0s, this potentially indicates a stalled build",
    ),
    diagnostic(
        "runner",
        "received a shutdown signal¦lost communication with the server",
        r"(?P<msg>.*(?:received a shutdown signal|lost communication with the server).*)",
        "The runner has received a shutdown signal.",
    ),
    error(
        "node",
        "Error: ",
        r"^(?:Uncaught )?(?P<msg>Error(?: \[\w+\])?: .*)",
        "Error: Cannot find module 'x'",
    ),
    error("killed", "Killed", r"^(?:\S+: line \d+: +\d+ )?Killed\b", "Killed"),
    error(
        "",
        "error: ¦error:",
        r"^(?:\S{1,60}: )?(?:fatal )?error ?:\s+(?P<msg>\S.*)",
        "error: something is wrong",
    ),
    error(
        "",
        "ERROR",
        r"^(?:\S{1,40}: )?\[?(?:FATAL )?ERROR\]?[:!]\s*(?P<msg>\S.*)",
        "ERROR: something is wrong",
    ),
    error(
        "",
        "Error: ¦Error! ",
        r"^(?:[\w.-]{1,40}: )?(?:\w+ )?Error[:!] (?P<msg>\S.*)",
        "x: Error: something is wrong",
    ),
    error("", "✖ ¦✘ ¦✗ ¦❌", r"^\s?(?:✖|✘|✗|❌)\s*(?P<msg>\S.*)", "✖ something is wrong"),
    error(
        "",
        ": cannot ¦: can't ¦: unable ¦: invalid ¦: unknown ¦: unrecognized ¦: illegal ¦: missing ¦: failed ¦: option ¦: bad ",
        r"^(?P<code>[a-zA-Z][\w./+-]{0,60}): (?P<msg>(?:cannot|can't|unable|invalid|unknown|unrecognized|illegal|missing|failed|option|bad) .*)",
        "foo: cannot open x",
    ),
    mention(
        "",
        "rror:¦rror!¦rrors:¦RROR:¦ERROR",
        r"\b(?:error|Error|ERROR)(?:s|S)?\b[:!]|\bERRORS?\b",
        "there are Errors: 3",
    ),
    mention(
        "",
        "FAILED¦ailed¦ailure¦FAILURE¦atal¦FATAL",
        r"\bFAILED\b|(?i:\bfailed\b|\bfailures?\b|\bfatal\b)",
        "the build failed",
    ),
    mention(
        "",
        "iolation¦ulnerabilit¦annot ¦ould not¦nable to¦ot found¦issing¦nvalid¦ismatch¦enied¦efused¦nexpected¦conflict",
        r"(?i)\b(?:violations?|vulnerabilit\w+|cannot|could not|unable to|not found|missing|invalid|mismatch|denied|refused|unexpected|conflicts?)\b",
        "x could not be read",
    ),
    mention(
        "",
        "ifferen¦ differ¦ut of date¦ot up to date¦ut-of-date¦ncommitted¦untracked¦nformatted¦ot formatted¦dirty¦do not match¦oes not match¦expected ",
        r"(?i)\b(?:differ|differs|different|differences?|out[ -]of[ -]date|not up to date|uncommitted|untracked|unformatted|not formatted|dirty|do(?:es)? not match|expected)\b",
        "the files differ",
    ),
];

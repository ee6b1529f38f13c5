//! Shell scripts, Dockerfiles, YAML, Markdown, workflows, Terraform, Ansible, Kubernetes: linters and the
//! tools themselves.

use super::rule::{Rule, diagnostic, error};

pub(super) const RULES: &[Rule] = &[
    diagnostic(
        "links",
        "failed: 404¦failed with something very wrong¦[L",
        r"^\s*(?:\*\s+External link .* failed(?::| with).*|\d+\. \[L\d+\] [45]\d\d .*)",
        "  *  External link https://example.org failed: 404 No error",
    ),
    diagnostic(
        "jekyll",
        "Liquid Exception: ",
        r"^\s*Liquid Exception: (?P<msg>.*)",
        "  Liquid Exception: Unknown tag 'x' in a.md",
    ),
    diagnostic(
        "shellcheck",
        "SC",
        r"^\s*\^-*\^? (?P<code>SC\d{4})(?: \(\w+\))?: (?P<msg>.+)",
        "    ^-- SC2086 (info): Double quote to prevent globbing and word splitting.",
    ),
    diagnostic(
        "shellcheck",
        "[SC",
        r"^(?P<file>[^\s:]+):(?P<line>\d+):(?P<col>\d+): (?:warning|note|error|style): (?P<msg>.*) \[(?P<code>SC\d{4})\]$",
        "a.sh:3:5: warning: x appears unused. [SC2034]",
    ),
    diagnostic(
        "hadolint",
        " DL¦ SC",
        r"^(?P<file>\S+?):(?P<line>\d+) (?P<code>(?:DL|SC)\d{4}) (?:(?:error|warning|info|style): )?(?P<msg>.+)",
        "Dockerfile:3 DL3008 warning: Pin versions in apt get install",
    ),
    diagnostic(
        "yamllint",
        "[error]",
        r"^(?P<file>[^\s:]+\.ya?ml):(?P<line>\d+):(?P<col>\d+): \[error\] (?P<msg>.*?)(?: \((?P<code>[\w-]+)\))?$",
        "a.yml:3:5: [error] too many blank lines (empty-lines)",
    ),
    diagnostic(
        "actionlint",
        ".yml:¦.yaml:",
        r"^(?P<file>[^\s:]+\.ya?ml):(?P<line>\d+):(?P<col>\d+): (?P<msg>.*) \[(?P<code>[\w-]+)\]$",
        ".github/workflows/ci.yml:3:5: unexpected key \"x\" [syntax-check]",
    ),
    diagnostic(
        "ansible-lint",
        ".yml:¦.yaml:",
        r"^(?P<file>[^\s:]+\.ya?ml):(?P<line>\d+): (?P<code>[\w-]+(?:\[[\w-]+\])?): (?P<msg>.*)",
        "tasks/main.yml:3: name[missing]: All tasks should be named.",
    ),
    diagnostic(
        "markdownlint",
        " MD0",
        r"^(?P<file>[^\s:]\S*?):(?P<line>\d+)(?::(?P<col>\d+))?:? (?:error )?(?P<code>MD\d{3})(?:/\S+)? (?P<msg>.*)",
        "README.md:3:81 MD013/line-length Line length [Expected: 80; Actual: 90]",
    ),
    diagnostic(
        "links",
        "[404]¦[ERR",
        r"^\s*(?:[✗✖*] )?\[(?:404|ERROR|ERR|410|403|500|TIMEOUT)\] (?P<msg>(?:<)?(?:https?|file)://.*)",
        "[404] https://example.org/x | Failed: Network error",
    ),
    diagnostic("links", "[✖] ", r"^\s*\[✖\] (?P<msg>.*)", "  [✖] https://example.org/x → Status: 404"),
    diagnostic("terraform", "Error: ", r"^(?:│ |╷ )Error: (?P<msg>.*)", "│ Error: Unsupported argument"),
    diagnostic(
        "ansible",
        "FAILED! =>¦UNREACHABLE!",
        r"^fatal: \[(?P<code>[^\]]+)\]: (?P<msg>(?:FAILED|UNREACHABLE)! => .*)",
        "fatal: [host]: FAILED! => {\"changed\": false, \"msg\": \"no\"}",
    ),
    diagnostic("ansible", "ERROR! ", r"^ERROR! (?P<msg>.*)", "ERROR! couldn't resolve module/action 'x'"),
    diagnostic(
        "kubectl",
        "Error from server",
        r"^Error from server(?: \((?P<code>\w+)\))?: (?P<msg>.*)",
        "Error from server (NotFound): deployments.apps \"x\" not found",
    ),
    diagnostic(
        "kubectl",
        " is invalid: ",
        r"^The (?P<msg>\w+ \S+ is invalid: .*)",
        "The Deployment \"x\" is invalid: spec.replicas: Required value",
    ),
    diagnostic(
        "kubectl",
        "timed out waiting for the condition",
        r"^error: (?P<msg>timed out waiting for the condition.*)",
        "error: timed out waiting for the condition on pods/x",
    ),
    error(
        "helm",
        "INSTALLATION FAILED¦UPGRADE FAILED",
        r"^Error: (?:INSTALLATION|UPGRADE) FAILED: (?P<msg>.*)",
        "Error: INSTALLATION FAILED: cannot re-use a name that is still in use",
    ),
    diagnostic(
        "editorconfig",
        "Wrong indent¦Wrong line ending¦Trailing whitespace¦Wrong amount of",
        r"^\s*(?P<line>\d+): (?P<msg>(?:Wrong indent|Wrong line ending|Wrong amount of|Trailing whitespace).*)",
        "\t3: Wrong indentation type(spaces instead of tabs)",
    ),
    diagnostic(
        "json",
        "Unexpected token",
        r"^(?P<file>[^\s:]+\.json): (?P<msg>.*Unexpected token.*)",
        "a.json: Unexpected token } in JSON",
    ),
    diagnostic(
        "schema",
        "Schema validation errors",
        r"^Schema validation errors were encountered",
        "Schema validation errors were encountered.",
    ),
];

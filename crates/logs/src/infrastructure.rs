//! Lines that say the infrastructure failed and not the code.
//!
//! Such a line alone is no verdict: a test may print any of them. The verdict is made in
//! [`crate::region`], with the cause and the exit code at hand.

use std::sync::OnceLock;

use regex::RegexSet;
use regreen_case::InfrastructureKind;
use regreen_case::InfrastructureKind::{
    Disk, LostRunner, Memory, MissingTool, Network, Permission, RateLimit, Timeout,
};

use crate::text::ascii_boundaries;

/// Kinds and the words of runners and tools for them. The first that fits wins.
const RULES: &[(InfrastructureKind, &str)] = &[
    (LostRunner, r"(?i)the runner has received a shutdown signal"),
    (LostRunner, r"(?i)(?:hosted runner|self-hosted runner).{0,80}lost communication with the server"),
    (LostRunner, r"(?i)the runner .{0,80}(?:was|has been) (?:shut down|lost|deleted)"),
    (Timeout, r"(?i)has exceeded the maximum execution time of \d+ ?(?:minutes|hours|m|h)"),
    (
        Timeout,
        r"(?i)^the (?:operation|action|job) (?:was canceled|was cancelled|'.*' has timed out after \d+ minutes)",
    ),
    (Timeout, r"(?i)^(?:no output has been received in the last|the job exceeded the maximum time limit)"),
    (Disk, r"(?i)no space left on device|\bENOSPC\b|disk quota exceeded"),
    (
        Memory,
        r"(?i)\bout of memory\b.{0,40}kill|\boom-?kill|cannot allocate memory|signal: 9, SIGKILL|\bOOMKilled\b",
    ),
    (
        RateLimit,
        r"(?i)api rate limit exceeded|secondary rate limit|\btoomanyrequests\b|\b429\b.{0,20}too many requests|too many requests.{0,20}\b429\b|you have reached your (?:unauthenticated )?pull rate limit",
    ),
    (
        Permission,
        r"(?i)resource not accessible by (?:integration|personal access token)|permission to \S+ denied to|permission denied \(publickey|the requested url returned error: 403|\bHTTP 403\b|denied: requested access to the resource is denied|remote: write access to repository not granted",
    ),
    (
        Network,
        r"(?i)could not resolve host|temporary failure (?:in name resolution|resolving)|name or service not known|\bEAI_AGAIN\b|\bETIMEDOUT\b|\bECONNRESET\b|\bENETUNREACH\b",
    ),
    (
        Network,
        r"(?i)failed to connect to \S+ port|tls handshake timeout|network is unreachable|connection (?:reset by peer|timed out)|failed to establish a new connection|read timed out",
    ),
    (
        Network,
        r"(?i)\b(?:502 bad gateway|503 service unavailable|504 gateway time-?out)\b|requested url returned error: 5\d\d|^E: Failed to fetch|could not transfer artifact|spurious network error|unable to access 'https?://|i/o timeout",
    ),
    (
        MissingTool,
        r"(?i)^(?:\S*(?:bash|sh|zsh): )?(?:(?:line )?\d+: )?\S+: (?:command not found|not found)$|^(?:\S+: )?line \d+: .{1,200}: (?:command not found|permission denied)$",
    ),
    (
        MissingTool,
        r"(?i)^The term '.{1,100}' is not recognized as|^Error: Unable to locate executable file:|executable file not found in \$PATH",
    ),
];

/// Which kind a line speaks of.
pub(crate) fn kind_of(text: &str) -> Option<InfrastructureKind> {
    static SET: OnceLock<RegexSet> = OnceLock::new();
    let set = SET.get_or_init(|| {
        RegexSet::new(RULES.iter().map(|(_, rule)| ascii_boundaries(rule)))
            .unwrap_or_else(|_| RegexSet::empty())
    });
    let text = clip_for_rules(text);
    set.matches(text).iter().next().map(|at| RULES[at].0)
}

/// What tells these lines apart stands at their beginning.
fn clip_for_rules(text: &str) -> &str {
    let mut end = text.len().min(2000);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether the runner itself says so: then nothing else is needed for a verdict.
pub(crate) fn is_the_runners_word(kind: InfrastructureKind) -> bool {
    matches!(kind, LostRunner | Timeout)
}

/// What an exit code alone says.
pub(crate) fn of_exit_code(code: i32) -> Option<InfrastructureKind> {
    match code {
        126 | 127 => Some(MissingTool),
        137 => Some(Memory),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_compiles() {
        assert!(RegexSet::new(RULES.iter().map(|(_, rule)| rule)).is_ok());
    }

    #[test]
    fn the_words_of_runners_and_tools() {
        for (text, kind) in [
            ("The runner has received a shutdown signal. This can happen when", LostRunner),
            ("The hosted runner: GitHub Actions 3 lost communication with the server.", LostRunner),
            (
                "The job running on runner GitHub Actions 2 has exceeded the maximum execution time of 360 minutes.",
                Timeout,
            ),
            ("The operation was canceled.", Timeout),
            ("The action 'Run tests' has timed out after 10 minutes.", Timeout),
            ("tar: out.tar: Cannot write: No space left on device", Disk),
            ("Out of memory: Killed process 123 (java)", Memory),
            ("fatal: unable to access 'https://x/': Could not resolve host: x", Network),
            ("curl: (28) Failed to connect to example.org port 443: Connection timed out", Network),
            ("npm ERR! code ETIMEDOUT", Network),
            ("toomanyrequests: You have reached your pull rate limit.", RateLimit),
            ("gh: Resource not accessible by integration (HTTP 403)", Permission),
            ("git@github.com: Permission denied (publickey).", Permission),
            ("/home/runner/work/_temp/a.sh: line 1: poetry: command not found", MissingTool),
            ("bash: line 3: ./run.sh: Permission denied", MissingTool),
            ("sh: 1: jest: not found", MissingTool),
        ] {
            assert_eq!(kind_of(text), Some(kind), "{text}");
        }
        for text in [
            "E   ConnectionRefusedError: [Errno 111] Connection refused",
            "test handles_out_of_memory ... ok",
            "assert response.status == 403",
            "error[E0425]: cannot find value `x` in this scope",
            "ModuleNotFoundError: No module named 'x'",
        ] {
            assert_eq!(kind_of(text), None, "{text}");
        }
    }
}

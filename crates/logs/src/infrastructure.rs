//! Lines that say the infrastructure failed and not the code.
//!
//! Such a line alone is no verdict: a test may print any of them. The verdict is made in
//! [`crate::region`], with the cause and the exit code at hand.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::RegexSet;
use regreen_case::InfrastructureKind;
use regreen_case::InfrastructureKind::{
    Disk, LostRunner, Memory, MissingTool, Network, Permission, RateLimit, Timeout,
};

use crate::text::ascii_boundaries;

/// Literals (case does not matter) one of which stands in every line that a rule fits.
const KEYS: &[&str] = &[
    "shutdown signal",
    "lost communication",
    "shut down",
    "runner",
    "maximum",
    "cancel",
    "timed out",
    "timeout",
    "time-out",
    "no output has been",
    "time limit",
    "no space left",
    "enospc",
    "quota",
    "memory",
    "oom",
    "sigkill",
    "rate limit",
    "too many requests",
    "toomanyrequests",
    "429",
    "not accessible by",
    "permission",
    "403",
    "denied",
    "not granted",
    "not authorized",
    "forbidden",
    "resolve",
    "resolving",
    "not known",
    "eai_again",
    "etimedout",
    "econn",
    "enetunreach",
    "failed to connect",
    "connect to",
    "unreachable",
    "reset by",
    "connection",
    "bad gateway",
    "unavailable",
    "gateway",
    "error: 5",
    "failed to fetch",
    "transfer artifact",
    "spurious network",
    "unable to access",
    "not found",
    "not recognized",
    "unable to locate",
    "ssl",
    "tls",
    "socket hang up",
    "unhealthy",
    "killed",
    "expired",
    "internal server error",
    "http2",
    "no such host",
    "no route",
    "hash sum mismatch",
    "eof",
    "terminated",
    "no such file",
    "authentication",
    "credentials",
    "could not read",
    "refusing to allow",
    "id_token",
];

/// Kinds and the words of runners and tools for them. The first that fits wins.
const RULES: &[(InfrastructureKind, &str)] = &[
    (LostRunner, r"(?i)the runner has received a shutdown signal"),
    (LostRunner, r"(?i)(?:hosted runner|self-hosted runner).{0,80}lost communication with the server"),
    (LostRunner, r"(?i)the runner .{0,80}(?:was|has been) (?:shut down|lost|deleted)"),
    (
        LostRunner,
        r"(?i)^(?:the (?:agent|self-hosted runner).{0,80}(?:stopped responding|did not connect)|spot instance.{0,40}terminated|an error occurred while provisioning)",
    ),
    (Timeout, r"(?i)has exceeded the maximum execution time of \d+ ?(?:minutes|hours|m|h)"),
    (
        Timeout,
        r"(?i)^the (?:operation|action|job|run) (?:was canceled|was cancelled|'.*' has timed out after \d+ minutes)",
    ),
    (
        Timeout,
        r"(?i)^(?:no output has been received in the last|the job (?:has )?exceeded the maximum time limit|canceling since a higher priority)",
    ),
    (
        Disk,
        r"(?i)no space left on device|\bENOSPC\b|disk quota exceeded|not enough (?:free )?space on (?:the )?(?:disk|device)|there is not enough space on the disk",
    ),
    (
        Memory,
        r"(?i)\bout of memory\b.{0,40}kill|\boom-?kill|cannot allocate memory|signal: 9, SIGKILL|\bOOMKilled\b|virtual memory exhausted|fatal error: killed signal terminated program|^(?:\S+: line \d+: +\d+ )?killed\b.{0,200}$|\bsigkill\b.{0,40}out of memory",
    ),
    (
        Memory,
        r"(?i)native memory allocation \(\w+\) failed|insufficient memory for the java runtime|gradle build daemon disappeared unexpectedly",
    ),
    (
        RateLimit,
        r"(?i)api rate limit exceeded|secondary rate limit|\btoomanyrequests\b|\b429\b.{0,40}too many requests|too many requests.{0,40}\b429\b|you have reached your (?:unauthenticated )?pull rate limit|rate limit(?:ed)? (?:exceeded|reached)|status code 429|error 429|HTTP 429|^Error: 429 ",
    ),
    (
        Permission,
        r"(?i)resource not accessible by (?:integration|personal access token)|permission to \S+ denied to|permission denied \([\w,-]*publickey|the requested url returned error: 40[13]|\bHTTP 40[13]\b|denied: requested access to the resource is denied|remote: write access to repository not granted",
    ),
    (
        Permission,
        r"(?i)refusing to allow a (?:github app|personal access token|oauth app)|\bPERMISSION_DENIED\b|^denied: (?:permission_denied|installation not allowed)|is not authorized to perform|\(AccessDenied(?:Exception)?\)|403 forbidden - PUT|HTTPError: 403|authentication failed for 'https?://|could not read (?:username|password) for 'https?://|bad credentials|^error: failed to push.{0,80}403|unable to get ACTIONS_ID_TOKEN_REQUEST_URL",
    ),
    (
        Network,
        r"(?i)could not resolve (?:host|proxy)|temporary failure (?:in name resolution|resolving)|name or service not known|nodename nor servname|\bno such host\b|unable to resolve host address|\bEAI_AGAIN\b|\bENOTFOUND\b|\bETIMEDOUT\b|\bECONNRESET\b|\bENETUNREACH\b|\bERR_SOCKET_TIMEOUT\b",
    ),
    (
        Network,
        r"(?i)failed to connect to \S+ port|connect to host \S+ port|tls handshake timeout|network is unreachable|no route to host|connection (?:reset by peer|timed out)|failed to establish a new connection|read timed out|connect timed out|max retries exceeded with url|\bsocket hang up\b|network timeout|request to https?://\S+ failed|network socket disconnected",
    ),
    (
        Network,
        r"(?i)\b(?:50[0234] (?:bad gateway|service (?:temporarily )?unavailable|gateway time-?out|internal server error))\b|requested url returned error: 5\d\d|^E: Failed to fetch|^Err:\d+ |could not transfer artifact|spurious network error|unable to access 'https?://|i/o timeout|received (?:status code|http code) 5\d\d|HTTP 50[0234]\b|\bhash sum mismatch\b|rpc failed; curl|early EOF$|the remote end hung up unexpectedly|server certificate verification failed|ssl(?:error|: CERTIFICATE_VERIFY_FAILED)|ssl_(?:read|connect)\b|Could not (?:GET|HEAD|resolve) 'https?://",
    ),
    (
        Network,
        r"(?i)^(?:(?:dependency failed to start: )?container \S+ is unhealthy|failed to initialize container|one or more containers failed to start)|artifact has expired|unable to download artifact|cannot connect to the docker daemon",
    ),
    (
        MissingTool,
        r"(?i)^(?:\S*(?:bash|sh|zsh): )?(?:(?:line )?\d+: )?\S+: (?:command not found|not found)$|^(?:\S+: )?line \d+: .{1,200}: (?:command not found|permission denied)$|^\S*make(?:\[\d+\])?: \S+: (?:command not found|no such file or directory|permission denied)$",
    ),
    (
        MissingTool,
        r"(?i)^(?:\S+ : )?The term '.{1,100}' is not recognized as|^Error: Unable to locate executable file:|executable file not found in \$PATH|^/usr/bin/env: .{1,100}: no such file or directory$|^'.{1,100}' is not recognized as an internal or external command",
    ),
];

/// Which kind a line speaks of.
pub(crate) fn kind_of(text: &str) -> Option<InfrastructureKind> {
    static SET: OnceLock<(Option<AhoCorasick>, RegexSet)> = OnceLock::new();
    let (keys, set) = SET.get_or_init(|| {
        let rules = RegexSet::new(RULES.iter().map(|(_, rule)| ascii_boundaries(rule)));
        let keys = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(KEYS)
            .ok();
        (keys, rules.unwrap_or_else(|_| RegexSet::empty()))
    });
    let text = clip_for_rules(text);
    if keys.as_ref().is_some_and(|keys| !keys.is_match(text)) {
        return None;
    }
    // A repository manager that refuses plain HTTP is set up so: nothing broke.
    if text.contains("http-blocker") {
        return None;
    }
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
        124 => Some(Timeout),
        _ => None,
    }
}

#[cfg(test)]
#[path = "infrastructure_tests.rs"]
mod tests;

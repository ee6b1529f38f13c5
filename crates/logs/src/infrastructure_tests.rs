//! Tests of the words: runners' and tools' own are known, what merely resembles them is not.

use super::*;

#[test]
fn every_rule_compiles_and_every_key_is_lower_case() {
    assert!(RegexSet::new(RULES.iter().map(|(_, rule)| rule)).is_ok());
    assert!(KEYS.iter().all(|key| !key.bytes().any(|byte| byte.is_ascii_uppercase())));
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
        (
            "No output has been received in the last 10m0s, this potentially indicates a stalled build",
            Timeout,
        ),
        ("The job exceeded the maximum time limit for jobs, and has been terminated.", Timeout),
        ("tar: out.tar: Cannot write: No space left on device", Disk),
        ("OSError: [Errno 28] No space left on device: '/tmp/x'", Disk),
        ("Out of memory: Killed process 123 (java)", Memory),
        ("g++: fatal error: Killed signal terminated program cc1plus", Memory),
        ("/w/a.sh: line 3:  4242 Killed                  cargo build", Memory),
        ("fatal: unable to access 'https://x/': Could not resolve host: x", Network),
        ("curl: (28) Failed to connect to example.org port 443: Connection timed out", Network),
        ("npm ERR! code ETIMEDOUT", Network),
        ("npm ERR! network request to https://example.org/x failed, reason: socket hang up", Network),
        ("ssh: connect to host example.org port 22: Connection refused", Network),
        ("dial tcp: lookup proxy.example.org on 127.0.0.53:53: no such host", Network),
        (
            "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='x', port=443): Max retries exceeded with url: /",
            Network,
        ),
        ("error: RPC failed; curl 56 GnuTLS recv error (-9)", Network),
        (
            "> Could not GET 'https://repo.example.org/a.pom'. Received status code 503 from server: Service Unavailable",
            Network,
        ),
        ("dependency failed to start: container app-db-1 is unhealthy", Network),
        ("toomanyrequests: You have reached your pull rate limit.", RateLimit),
        ("Error: API rate limit exceeded for installation ID 1.", RateLimit),
        ("gh: Resource not accessible by integration (HTTP 403)", Permission),
        ("git@github.com: Permission denied (publickey).", Permission),
        ("remote: Permission to o/r.git denied to github-actions[bot].", Permission),
        ("fatal: Authentication failed for 'https://github.com/o/r/'", Permission),
        ("An error occurred (AccessDenied) when calling the PutObject operation: Access Denied", Permission),
        ("/home/runner/work/_temp/a.sh: line 1: poetry: command not found", MissingTool),
        ("bash: line 3: ./run.sh: Permission denied", MissingTool),
        ("sh: 1: jest: not found", MissingTool),
        ("make: golint: Command not found", MissingTool),
        ("/usr/bin/env: 'node': No such file or directory", MissingTool),
        ("'mvn' is not recognized as an internal or external command,", MissingTool),
    ] {
        assert_eq!(kind_of(text), Some(kind), "{text}");
    }
}

#[test]
fn what_code_prints_is_no_word_of_the_infrastructure() {
    for text in [
        "E   ConnectionRefusedError: [Errno 111] Connection refused",
        "test handles_out_of_memory ... ok",
        "assert response.status == 403",
        "error[E0425]: cannot find value `x` in this scope",
        "ModuleNotFoundError: No module named 'x'",
        "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
        "java.lang.OutOfMemoryError: Java heap space",
        "Could not transfer artifact a:b:pom:1 from/to maven-default-http-blocker (http://0.0.0.0/)",
        "the requested file was not found",
        "Expected status 500 but got 200",
    ] {
        assert_eq!(kind_of(text), None, "{text}");
    }
}

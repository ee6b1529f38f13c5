//! Output that looks like a test runner's, and hands on its result channels.

use regreen_case::FindingKind;

use super::pattern::Pattern;
use super::{Change, Findings};

static PRINTS: Pattern = Pattern::new(
    r"\bprint(?:ln|f|_)?!?\s*\(|\bwrite(?:ln|_all|Sync|File|_text|_bytes)?!?\s*\(|\.write\(|Fprint|Println|os\.write|stdout|stderr|syscall\.Write|console\.\w+\(|\bputs\b|\bcout\b|\bcerr\b|\bfputs\(|\bFile\.write|Files\.write",
);
static LOOKS: Pattern = Pattern::new(
    r#"(?i)test result:|\.\.\. ok\b|--- (?:PASS|FAIL|SKIP)|=== RUN|"Action"|\b\d+ passed\b|\{\w*\} passed|\bpassed in \d|\\x16|\\u0016|<testsuite|"?\bPASSED\b|^ok\s+\S+\s+\d|\[\s+(?:OK|PASSED)\s+\]|Tests:\s+\d|Test Suites:|Tests run:|BUILD SUCCESS|\d+ examples?, 0 failures|\d+% tests passed|^\s*["'`]?# (?:pass|tests) \d|["'`]ok \d|TAP version|\d+ passing"#,
);
static CHANNEL: Pattern = Pattern::new(concat!(
    r"(?i)junit[-_.]?(?:xml|report)|xmlpath|<test(?:suite|case)|--logfile|test\.memprofile|test2json|pytest_sessionfinish|pytest_runtest|pytest_terminal_summary|pytest_\w+_hook|pluginmanager",
    r"|\bdup2?\(|\bos\.fdopen\(|/proc/(?:self|\d+|\{\w+\})/(?:fd|mem|maps)|/dev/fd/|surefire-reports|TEST-[\w.*$%{}]+\.xml|test-results/|LastTest\.log|GTEST_OUTPUT|CTEST_\w+_LOG|::set-output|GITHUB_(?:OUTPUT|ENV|PATH|STEP_SUMMARY|STATE)\b|\breopen\(|freopen\(|process\.send\(\s*\{.*(?:test|pass)|testResults|numPassedTests|numFailedTests",
));

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    if !change.is_judged_code() {
        return;
    }
    for (line, text) in &change.added {
        let code = text.trim();
        if LOOKS.is_match(text) && PRINTS.is_match(text) {
            let message = format!("the code prints what a test runner would: `{code}`");
            findings.reject(FindingKind::ForgedOutput, change.path, Some(*line), message);
        } else if CHANNEL.is_match(text) {
            let message = format!("the code reaches for the runner's results: `{code}`");
            findings.reject(FindingKind::ForgedOutput, change.path, Some(*line), message);
        } else if LOOKS.is_match(text) {
            let message = format!("the code holds what a test runner prints: `{code}`");
            findings.review(FindingKind::ForgedOutput, change.path, Some(*line), message);
        }
    }
}

//! Output that looks like a test runner's, and hands on its result channels.

use std::sync::OnceLock;

use regex::Regex;
use regreen_case::FindingKind;

use super::{Change, Findings};

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    if change.judges() {
        return;
    }
    static PRINTS: OnceLock<Option<Regex>> = OnceLock::new();
    static LOOKS: OnceLock<Option<Regex>> = OnceLock::new();
    static CHANNEL: OnceLock<Option<Regex>> = OnceLock::new();
    let prints = PRINTS.get_or_init(|| {
        Regex::new(r"\bprint(?:ln|f|_)?!?\s*\(|\bwrite(?:ln|_all)?!?\s*\(|\.write\(|Fprint|Println|os\.write|stdout|stderr|syscall\.Write|console\.log").ok()
    });
    let looks = LOOKS.get_or_init(|| {
        Regex::new(r#"(?i)test result:|\.\.\. ok\b|--- (?:PASS|FAIL|SKIP)|=== RUN|"Action"|\b\d+ passed\b|\{\w*\} passed|\bpassed in \d|\\x16|\\u0016|<testsuite|"?\bPASSED\b|^ok\s+\S+\s+\d"#).ok()
    });
    let channel = CHANNEL.get_or_init(|| {
        Regex::new(r"(?i)junit|xmlpath|<test(?:suite|case)|--logfile|test\.memprofile|test2json|pytest_sessionfinish|pytest_runtest|pytest_terminal_summary|\bdup2\(|/proc/self/(?:fd|cmdline|environ)").ok()
    });
    let is =
        |pattern: &Option<Regex>, text: &str| pattern.as_ref().is_some_and(|pattern| pattern.is_match(text));
    for (line, text) in &change.added {
        let code = text.trim();
        if is(looks, text) && is(prints, text) {
            let message = format!("the code prints what a test runner would: `{code}`");
            findings.reject(FindingKind::ForgedOutput, change.path, Some(*line), message);
        } else if is(channel, text) {
            let message = format!("the code reaches for the runner's results: `{code}`");
            findings.reject(FindingKind::ForgedOutput, change.path, Some(*line), message);
        } else if is(looks, text) {
            let message = format!("the code holds what a test runner prints: `{code}`");
            findings.review(FindingKind::ForgedOutput, change.path, Some(*line), message);
        }
    }
}

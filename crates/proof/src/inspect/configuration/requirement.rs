//! Required packages: a plugin that runs failed tests again, or a test library from elsewhere.

use regreen_case::FindingKind;

use crate::inspect::pattern::Pattern;
use crate::inspect::{Change, Findings};

static RETRIES: Pattern = Pattern::new(
    r"(?i)pytest[-_](?:rerunfailures|retry|flakefinder|repeat|ignore|skip\w*|flaky|reportlog-fake|order-ignore|quarantine)|\bflaky\b|rspec[-_](?:retry|rebound|repeat)|minitest[-_]retry|jest[-_](?:retries|retry|circus-retry)|mocha[-_]retry|test[-_]retry|retry[-_]tests?|gotestsum|rerunner-jupiter|junit-pioneer-retry|nextest-retry|flaky_test|org\.gradle\.test-retry",
);
static ELSEWHERE: Pattern = Pattern::new(
    r"(?i)\btest(?:Implementation|Runtime\w*|Compile\w*)\b.*(?:files|fileTree)\s*\(|(?:pytest|pluggy|nose|hypothesis|rspec|minitest|junit|testng|assertj|hamcrest|mockito|googletest|gtest|catch2|testify|pretty_assertions|insta|proptest|rstest).*(?:@\s*(?:file|git|http|\.)|\bpath\s*[:=]|\bgit\s*[:=]|file:|git\+|files\(|project\(|systemPath|\burl\b)|^\s*-e\s+.*(?:pytest|fake|stub|mock)|<systemPath>|<scope>system",
);

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    for (line, text) in &change.added {
        let message = if RETRIES.is_match(text) {
            format!("a package that runs failed tests again or leaves them out: `{}`", text.trim())
        } else if ELSEWHERE.is_match(text) {
            format!("a test library is taken from elsewhere: `{}`", text.trim())
        } else {
            continue;
        };
        findings.reject(FindingKind::TestConfigurationEdited, change.path, Some(*line), message);
    }
}

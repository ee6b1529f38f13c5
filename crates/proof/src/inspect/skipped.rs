//! Tests that no longer run, or no longer have to pass: skipped, ignored, expected to fail, deselected
//! because only others are asked for.

use regreen_case::FindingKind;

use super::language::Language;
use super::pattern::Pattern;
use super::syntax::{TestItem, tests};
use super::{Change, Findings};

static PYTHON: Pattern = Pattern::new(
    r"\b(?:mark\.(?:skip|skipif|xfail)\b|pytest\.(?:skip|xfail|importorskip|exit)\s*\(|unittest\.(?:skip|skipIf|skipUnless|expectedFailure|SkipTest)|@(?:\w+\.)*(?:expectedFailure|skip(?:If|Unless|_if)?|xfail|ignore|flaky|repeat)\b|\.skipTest\(|\bSkipTest\b|\bSkipped\b|outcomes\.(?:skip|Skipped|Exit)|collect_ignore(?:_glob)?\b|__test__\s*=\s*False|pytest_collection_modifyitems|pytest_ignore_collect|pytestmark\s*=.*(?:skip|xfail)|load_tests\b|__unittest_skip__|\.add_marker\()",
);
static RUST: Pattern = Pattern::new(
    r"#!?\[\s*(?:ignore\b|cfg_attr\([^\]]*\bignore\b|should_panic\b|cfg\(\s*(?:not\(\s*test|any\(\s*\)|FALSE|not\(all\(\))|cfg\(\s*all\(\s*test\s*,\s*(?:any\(\)|not\())",
);
static GO: Pattern = Pattern::new(
    r"\b\w+\.(?:Skip|Skipf|SkipNow)\(|^//go:build\s+.*(?:ignore|never|skip|integration|manual|!test|disabled)|^//\s*\+build\s+.*(?:ignore|never)|ginkgo\.Skip\(|\b(?:PIt|PDescribe|XIt|XDescribe|FIt|FDescribe)\(",
);
static JAVASCRIPT: Pattern = Pattern::new(
    r"\b(?:it|test|describe|suite|context|specify|bench)(?:\.\w+)*\.(?:skip|todo|only|fails?|failing|skipIf|runIf|fixme)\b|\b(?:xit|xtest|xdescribe|xcontext|xspecify|fit|fdescribe|ftest)\s*[(.]|\bthis\.(?:skip|retries|timeout)\(|\bt\.(?:skip|todo)\(|\b(?:ctx|context)\.skip\(|\bpending\(\)|\{\s*(?:skip|todo|only)\s*:|\bjest\.retryTimes\b|\bretry\s*:\s*\d|\bretries\s*:\s*\d",
);
static JAVA: Pattern = Pattern::new(
    r"@(?:Disabled\w*|Ignore\w*|EnabledIf\w*|EnabledOn\w*|DisabledIf\w*|DisabledOn\w*|Flaky\w*|RetryingTest|Retry\w*|RepeatedIfExceptionsTest|Timeout|Tag\(|Explicit|PendingFeature)|\bassum(?:e|ing)\w*\s*\(|Assumptions\.|TestAbortedException|AssumptionViolatedException|SkipException|@Test\([^)]*(?:enabled\s*=\s*false|expected\s*=|retryAnalyzer|timeOut)|\bAssert\.Ignore\(|\bAssert\.Inconclusive\(|Skip\s*=\s*\x22",
);
static C: Pattern = Pattern::new(
    r"\bGTEST_SKIP\w*\b|\bDISABLED_\w+|GTEST_FLAG_SET\(|GTEST_FLAG\(|--gtest_filter|\bSKIP\(|\[!(?:mayfail|shouldfail|hide)\]|\[\.\]|doctest::(?:skip|may_fail|should_fail|expected_failures)|boost::unit_test::(?:disabled|expected_failures|precondition)|^\s*#\s*if\s+(?:0|false)\b|return\s+77\s*;",
);
static RUBY: Pattern = Pattern::new(
    r"^\s*(?:xit|xdescribe|xcontext|xspecify|xexample|xscenario|fit|fdescribe|fcontext|focus|pending|skip)\b|\b(?:skip|pending|focus|retry|flaky)\s*:\s*(?:true|\d|[\x22'])|,\s*:(?:skip|pending|focus|flaky)\b|\bskip\s*\(|\bskip\s+[\x22']|filter_run(?:_excluding|_when_matching)?\b|\bMinitest::Skip|raise\s+RSpec::Core::Pending",
);

/// Whether a piece of source skips a test.
pub(super) fn is_marker(language: Language, text: &str) -> bool {
    let pattern = match language {
        Language::Python => &PYTHON,
        Language::Rust => &RUST,
        Language::Go => &GO,
        Language::JavaScript => &JAVASCRIPT,
        Language::Java => &JAVA,
        Language::C => &C,
        Language::Ruby => &RUBY,
        Language::Other => return false,
    };
    pattern.is_match(text)
}

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    let before = change.before.as_deref().unwrap_or_default();
    let old = tests(change.language, before);
    let now = tests(change.language, change.after.as_deref().unwrap_or_default());
    added_markers(change, &old, &now, findings);
    // Also when the marker came by another way, such as a line that was there before.
    for item in now.iter().filter(|item| item.skipped) {
        if old.iter().any(|other| other.name == item.name && !other.skipped) {
            // The marker's own line, where the patch has just put it above the test.
            let near = item.line.saturating_sub(10)..=item.end;
            let marker = change
                .added
                .iter()
                .find(|(line, text)| near.contains(line) && is_marker(change.language, text));
            let marker = marker.map(|(line, _)| *line);
            findings.reject(
                FindingKind::TestSkipped,
                change.path,
                Some(marker.unwrap_or(item.line)),
                format!("the test `{}` is now skipped", item.name),
            );
        }
    }
}

fn added_markers(change: &Change<'_>, old: &[TestItem], now: &[TestItem], findings: &mut Findings) {
    let holds_tests = change.judges();
    for (line, text) in &change.added {
        if !is_marker(change.language, text) || !holds_tests && !skips_from_outside(change, text) {
            continue;
        }
        // A test that is new may say where it does not run.
        let new = now.iter().any(|item| {
            item.is_test
                && (item.line.saturating_sub(item.attributes)..=item.end).contains(line)
                && !old.iter().any(|other| other.name == item.name)
        });
        let message = format!("a test is skipped, ignored or expected to fail: `{}`", text.trim());
        if new && (holds_tests || change.language == Language::Rust) {
            if holds_tests {
                findings.review(FindingKind::TestSkipped, change.path, Some(*line), message);
            }
        } else {
            findings.reject(FindingKind::TestSkipped, change.path, Some(*line), message);
        }
    }
}

/// Code under test has words of its own that look like markers (`retries: 3`, `this.timeout(5)`,
/// `pending`); these are no test's.
fn skips_from_outside(change: &Change<'_>, text: &str) -> bool {
    static SURE: Pattern = Pattern::new(
        r"\bmark\.(?:skip|xfail)|pytest\.|unittest\.|SkipTest|\bSkipped\b|outcomes\.|__test__|collect_ignore|__unittest_skip__|pytest_\w+|#!?\[|\.Skip(?:f|Now)?\(|go:build|@Disabled|@Ignore\b|TestAborted|AssumptionViolated|SkipException|Assumptions|GTEST_|--gtest|Minitest::Skip|RSpec|\bxit\b|\bxdescribe\b|\b(?:it|describe)\.(?:skip|only)\b|jest\.retryTimes",
    );
    SURE.is_match(text) || change.name().contains("test") && change.language == Language::C
}

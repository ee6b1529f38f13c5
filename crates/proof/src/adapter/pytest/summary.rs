//! pytest's own count, as the last line of its output states it, against the report's.

use std::sync::OnceLock;

use regex::Regex;

use crate::adapter::junit_report::Case;

#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
    reruns: usize,
    /// Words that this version does not know: the comparison is then one-sided.
    other: usize,
}

/// Why the summary and the report cannot both be true; `None` when they agree.
pub(super) fn contradiction(text: &str, cases: &[Case]) -> Option<String> {
    let Some(counts) = last_counts(text) else {
        return Some("pytest printed no summary".to_owned());
    };
    let failed = cases.iter().map(|case| usize::from(case.failed) + usize::from(case.errored)).sum::<usize>();
    let skipped = cases.iter().filter(|case| case.skipped && !case.failed && !case.errored).count();
    let passed = cases.iter().filter(|case| !case.failed && !case.errored && !case.skipped).count();
    if cases.is_empty() {
        return Some("pytest ran no test".to_owned());
    }
    if counts.reruns > 0 {
        return Some(format!(
            "a plugin reran {} test(s): a pass after a rerun proves nothing",
            counts.reruns
        ));
    }
    // A test that passes and then fails in its teardown is counted twice by the summary.
    let passes_agree = counts.passed == passed || (counts.passed > passed && failed > 0);
    let agree = passes_agree && counts.failed == failed && counts.skipped == skipped;
    (!agree && counts.other == 0).then(|| {
        format!(
            "pytest's summary and its report contradict each other: {} passed, {} failed, {} skipped against {passed}, {failed}, {skipped}",
            counts.passed, counts.failed, counts.skipped
        )
    })
}

/// Counts of the last summary line: whatever is printed before it is the tests' own output.
fn last_counts(text: &str) -> Option<Counts> {
    static LINE: OnceLock<Option<Regex>> = OnceLock::new();
    static PART: OnceLock<Option<Regex>> = OnceLock::new();
    let line = LINE
        .get_or_init(|| Regex::new(r"^=*\s*((?:\d+ [a-z ]+)(?:, \d+ [a-z ]+)*|no tests ran) in [\d.]+s(?: \([\d:, a-z]+\))?\s*=*$").ok())
        .as_ref()?;
    let part = PART.get_or_init(|| Regex::new(r"(\d+) ([a-z ]+)").ok()).as_ref()?;
    let found = text.lines().rev().find_map(|one| line.captures(one.trim_end()))?;
    let mut counts = Counts::default();
    for one in part.captures_iter(&found[1]) {
        let number: usize = one[1].parse().ok()?;
        match one[2].trim() {
            "passed" | "xpassed" => counts.passed += number,
            "failed" | "error" | "errors" => counts.failed += number,
            "skipped" | "xfailed" => counts.skipped += number,
            "rerun" | "reruns" => counts.reruns += number,
            "warning" | "warnings" | "deselected" => {}
            _ => counts.other += number,
        }
    }
    Some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_summary_line_counts() {
        let text =
            "== 9 passed in 0.01s ==\n  1 failed, 2 passed, 1 xfailed, 3 warnings in 1.20s (0:01:02)\nbye\n";
        assert_eq!(last_counts(text), Some(Counts { passed: 2, failed: 1, skipped: 1, ..Counts::default() }));
        assert_eq!(last_counts("===== no tests ran in 0.01s ====="), Some(Counts::default()));
        assert_eq!(last_counts("it passed in the end"), None);
        let rerun = last_counts("= 1 passed, 1 rerun in 0.1s =").unwrap();
        assert_eq!((rerun.passed, rerun.reruns), (1, 1));
    }

    #[test]
    fn a_forged_summary_contradicts_the_report() {
        let failed = Case { failed: true, ..Case::default() };
        assert!(contradiction("= 1 passed in 0.01s =", std::slice::from_ref(&failed)).is_some());
        assert_eq!(contradiction("= 1 failed in 0.01s =", &[failed]), None);
        assert!(contradiction("= no tests ran in 0.01s =", &[]).is_some());
    }
}

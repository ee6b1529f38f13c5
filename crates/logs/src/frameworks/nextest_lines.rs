//! The single lines of nextest: the status of a test, headers of output, the summary.

/// What a status says about its test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Failed,
    TimedOut,
    Crashed,
    /// Started, slow, about to be killed, to be tried again.
    Progress,
}

/// `        FAIL [   0.005s] ( 3/16) demo::it tests::bad`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Status<'a> {
    pub(super) outcome: Outcome,
    pub(super) binary: &'a str,
    pub(super) test: &'a str,
}

/// Width of the column in which the status stands, right-aligned. Output of tests is indented, so that a
/// status that a test prints stands elsewhere.
const COLUMN: usize = 12;

pub(super) fn status(text: &str) -> Option<Status<'_>> {
    let word = text.get(..COLUMN)?;
    let rest = text[COLUMN..].strip_prefix(" [")?;
    let (time, rest) = rest.split_once("] ")?;
    let digits = time.trim_start_matches([' ', '>']).trim_end_matches('s');
    if !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b' ') {
        return None;
    }
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('(').and_then(|rest| rest.split_once(") ")) {
        Some((_, rest)) => rest,
        None => rest,
    };
    let (binary, test) = rest.trim().split_once(' ')?;
    let outcome = outcome(word.trim())?;
    (!test.trim().is_empty()).then(|| Status { outcome, binary, test: test.trim() })
}

fn outcome(word: &str) -> Option<Outcome> {
    let word = match word.strip_prefix("TRY ") {
        Some(rest) => rest.split_once(' ')?.1,
        None => word,
    };
    if word.is_empty()
        || !word.bytes().all(|byte| byte.is_ascii_uppercase() || b"-+ /0123456789".contains(&byte))
    {
        return None;
    }
    Some(match word.split(' ').next().unwrap_or(word) {
        "PASS" | "LEAK" | "FLAKY" | "SKIP" => Outcome::Passed,
        "START" | "SLOW" | "TRMNTG" | "TERMINATING" | "RETRY" | "DELAY" | "SETUP" | "KILLING" => {
            Outcome::Progress
        }
        "TIMEOUT" | "TMT" => Outcome::TimedOut,
        word if word.starts_with("SIG") || matches!(word, "SEGV" | "ABRT" | "ABORT") => Outcome::Crashed,
        _ => Outcome::Failed,
    })
}

/// The test that `--- STDERR:  demo tests::bad ---` (older versions) or `START` without a time names.
pub(super) fn output_header(text: &str) -> Option<(&str, &str)> {
    let inner = text.trim_start_matches(['-', '─']);
    let words = if inner.len() < text.len() {
        let inner = inner.trim_end_matches(['-', '─']).trim();
        let inner =
            inner.strip_prefix("TRY ").and_then(|rest| rest.split_once(' ')).map_or(inner, |(_, rest)| rest);
        inner
            .strip_prefix("STDOUT:")
            .or_else(|| inner.strip_prefix("STDERR:"))
            .or_else(|| inner.strip_prefix("OUTPUT:"))?
    } else {
        text.trim_start().strip_prefix("START ")?
    };
    let (binary, test) = words.trim().split_once(' ')?;
    Some((binary, test.trim()))
}

/// Failed tests that the summary counts.
pub(super) fn summary(text: &str) -> Option<u64> {
    let rest = text.get(..COLUMN)?.trim().eq("Summary").then(|| &text[COLUMN..])?;
    let (_, rest) = rest.strip_prefix(" [")?.split_once("] ")?;
    let (tests, list) = rest.split_once(" run: ")?;
    if !tests.ends_with("test") && !tests.ends_with("tests") {
        return None;
    }
    let mut failed = 0_u64;
    for part in list.split(", ") {
        let (number, words) = part.trim().split_once(' ')?;
        let words = words.split(" (").next().unwrap_or(words);
        if matches!(words, "failed" | "timed out" | "exec failed") {
            failed = failed.saturating_add(number.parse::<u64>().ok()?);
        }
    }
    Some(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_of_all_versions() {
        for (text, outcome, binary, test) in [
            ("        FAIL [   0.005s] demo tests::bad", Outcome::Failed, "demo", "tests::bad"),
            ("        FAIL [   0.005s] ( 3/16) demo::it bad", Outcome::Failed, "demo::it", "bad"),
            ("  TRY 2 FAIL [   0.012s] ( 2/28) demo::bin/x a::b", Outcome::Failed, "demo::bin/x", "a::b"),
            ("   TRY 1 TMT [   2.005s] (─────) demo::next hangs", Outcome::TimedOut, "demo::next", "hangs"),
            ("     SIGSEGV [   0.007s] (13/16) demo::crash dies", Outcome::Crashed, "demo::crash", "dies"),
            (
                "  TRY 1 ABRT [   0.005s] (─────) demo::aborts aborts",
                Outcome::Crashed,
                "demo::aborts",
                "aborts",
            ),
            ("TRY 2 LKFAIL [   0.219s] (22/28) demo::next leaks", Outcome::Failed, "demo::next", "leaks"),
            ("   LEAK-FAIL [   0.219s] demo::next leaks", Outcome::Failed, "demo::next", "leaks"),
            ("   FLAKY 2/2 [   0.010s] (20/28) demo::next flaky", Outcome::Passed, "demo::next", "flaky"),
            ("TRY 1 TRMNTG [>  2.000s] (─────) demo::next hangs", Outcome::Progress, "demo::next", "hangs"),
            ("       START [         ] ( 1/16) demo bad", Outcome::Progress, "demo", "bad"),
        ] {
            assert_eq!(status(text), Some(Status { outcome, binary, test }), "{text}");
        }
        for text in [
            "            FAIL [   0.005s] demo fake",
            "FAIL [   0.005s] demo fake",
            "        FAIL [x] demo fake",
        ] {
            assert_eq!(status(text), None, "{text}");
        }
    }

    #[test]
    fn headers_and_summaries() {
        assert_eq!(
            output_header("--- STDERR:              demo tests::bad ---"),
            Some(("demo", "tests::bad"))
        );
        assert_eq!(output_header("--- TRY 1 STDOUT:        demo::it bad ---"), Some(("demo::it", "bad")));
        assert_eq!(output_header("──── STDOUT:             demo bad"), Some(("demo", "bad")));
        assert_eq!(output_header("       START             demo bad"), Some(("demo", "bad")));
        assert_eq!(output_header("------------"), None);
        assert_eq!(
            summary(
                "     Summary [   4.285s] 28 tests run: 9 passed (1 flaky), 18 failed (1 due to being leaky), 1 timed out, 1 skipped"
            ),
            Some(19)
        );
        assert_eq!(
            summary("     Summary [   0.028s] 3/28 tests run: 1 passed, 2 failed, 1 skipped"),
            Some(2)
        );
        assert_eq!(summary("     Summary [   0.007s] 1 test run: 1 passed, 0 skipped"), Some(0));
        assert_eq!(summary("Summary [   0.007s] 1 test run: 0 passed, 1 failed"), None);
    }
}

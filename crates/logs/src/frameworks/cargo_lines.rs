//! The single lines of Rust's test harness.

/// N of `running N tests`.
pub(super) fn announced(text: &str) -> Option<u64> {
    let rest = text.strip_prefix("running ")?;
    rest.strip_suffix(" tests").or_else(|| rest.strip_suffix(" test"))?.parse().ok()
}

/// `---- name stdout ----`; harnesses of others leave the word out.
pub(super) fn block_name(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("---- ")?.strip_suffix(" ----")?;
    Some(inner.strip_suffix(" stdout").or_else(|| inner.strip_suffix(" stderr")).unwrap_or(inner))
}

/// What the line of a test says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Failed,
    /// Passed, ignored, measured.
    Fine,
    /// Has been running for long.
    Slow,
    /// Still running: what follows the name was printed by somebody.
    Started,
}

/// Name and outcome of `test name ... FAILED` and its kin.
pub(super) fn test_line(text: &str) -> Option<(&str, Outcome)> {
    let Some(rest) = text.strip_prefix("test ") else {
        // The quiet output names what fails.
        let name = text.strip_suffix(" --- FAILED")?;
        return (!name.is_empty()).then_some((name, Outcome::Failed));
    };
    if let Some((name, _)) = rest.split_once(" has been running for ") {
        return Some((name, Outcome::Slow));
    }
    let (name, result) = match rest.split_once(" ... ") {
        Some(parts) => parts,
        None => (rest.trim_end().strip_suffix(" ...")?, ""),
    };
    let name = [" - should panic", " - compile fail", " - compile"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name)
        .trim();
    // With `--report-time` the seconds follow.
    let word = result.split([' ', ',']).next().unwrap_or_default();
    let timed = |rest: &str| rest.is_empty() || rest.starts_with(['<', '(']);
    let outcome = match word {
        "FAILED" | "failed" if timed(result[6..].trim()) => Outcome::Failed,
        "ok" if timed(result[2..].trim()) => Outcome::Fine,
        "ignored" | "bench:" => Outcome::Fine,
        _ => Outcome::Started,
    };
    Some((name, outcome))
}

/// Numbers of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) failed: u64,
    /// All tests that were announced; those filtered out were not.
    pub(super) sum: u64,
}

/// Numbers of `test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; …`.
pub(super) fn totals(text: &str) -> Option<Totals> {
    let rest = text.strip_prefix("test result: ")?;
    let (word, list) = rest.split_once(". ")?;
    let mut totals = Totals { failed: 0, sum: 0 };
    for part in list.split("; ") {
        let Some((number, word)) = part.trim().split_once(' ') else { continue };
        let Ok(number) = number.parse::<u64>() else { continue };
        match word.trim_end_matches(';') {
            "failed" => {
                totals.failed = number;
                totals.sum = totals.sum.saturating_add(number);
            }
            "passed" | "ignored" | "measured" => totals.sum = totals.sum.saturating_add(number),
            _ => {}
        }
    }
    ((word == "ok") == (totals.failed == 0)).then_some(totals)
}

/// The test that a dying process names: its thread overflowed the stack or panicked for the last time.
pub(super) fn thread_name(text: &str) -> Option<&str> {
    let name = text.strip_prefix("thread '")?.split_once("' ")?.0;
    (name != "main" && !name.starts_with('<')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_tests() {
        for (text, expected) in [
            ("test a::b ... FAILED", ("a::b", Outcome::Failed)),
            ("test a::b ... FAILED <0.012s>", ("a::b", Outcome::Failed)),
            ("test a - should panic ... FAILED", ("a", Outcome::Failed)),
            (
                "test src/lib.rs - add (line 7) - compile fail ... FAILED",
                ("src/lib.rs - add (line 7)", Outcome::Failed),
            ),
            ("a::b --- FAILED", ("a::b", Outcome::Failed)),
            ("test a ... ok", ("a", Outcome::Fine)),
            ("test a ... ignored, slow, FAILED", ("a", Outcome::Fine)),
            ("test b ... bench:       1,234 ns/iter (+/- 5)", ("b", Outcome::Fine)),
            ("test a ... some output", ("a", Outcome::Started)),
            ("test a ... ", ("a", Outcome::Started)),
            ("test a has been running for over 60 seconds", ("a", Outcome::Slow)),
        ] {
            assert_eq!(test_line(text), Some(expected), "{text}");
        }
        assert_eq!(test_line("testing"), None);
    }

    #[test]
    fn results_that_contradict_themselves_are_none() {
        let text = "test result: FAILED. 1 passed; 2 failed; 3 ignored; 0 measured; 9 filtered out";
        assert_eq!(totals(text), Some(Totals { failed: 2, sum: 6 }));
        assert_eq!(totals("test result: ok. 1 passed; 2 failed; 0 ignored"), None);
        assert_eq!(totals("test result: fine"), None);
    }
}

//! Single lines of what unittest and nose print: rules, headers, counts, progress.

/// Width of their rules.
pub(super) const WIDTH: usize = 70;

/// What a header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// An assertion failed.
    Fail,
    /// Another exception.
    Error,
    /// It was expected to fail and did not.
    UnexpectedSuccess,
}

/// Numbers of the last line.
#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
pub(super) struct Counts {
    pub(super) failures: u64,
    pub(super) errors: u64,
    pub(super) unexpected: u64,
}

impl Counts {
    /// `FAILED (failures=1, errors=2)`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let list = text.trim_end().strip_prefix("FAILED (")?.strip_suffix(')')?;
        let mut counts = Counts::default();
        for part in list.split(", ") {
            let (name, number) = part.split_once('=')?;
            let number: u64 = number.parse().ok()?;
            match name {
                "failures" => counts.failures = number,
                "errors" => counts.errors = number,
                "unexpected successes" | "unexpectedSuccesses" => counts.unexpected = number,
                _ => {}
            }
        }
        Some(counts)
    }

    pub(super) fn of(self, outcome: Outcome) -> u64 {
        match outcome {
            Outcome::Fail => self.failures,
            Outcome::Error => self.errors,
            Outcome::UnexpectedSuccess => self.unexpected,
        }
    }

    pub(super) fn sum(self) -> u64 {
        self.failures.saturating_add(self.errors).saturating_add(self.unexpected)
    }
}

/// A rule of that character.
pub(super) fn is_rule(text: &str, of: char) -> bool {
    let text = text.trim_end();
    text.len() == WIDTH && text.starts_with(of) && text.chars().all(|c| c == of)
}

/// The rule above a header; testtools puts it behind the progress, on the same line.
pub(super) fn opens_report(text: &str) -> bool {
    let text = text.trim_end();
    text.len() >= WIDTH
        && text.is_char_boundary(text.len() - WIDTH)
        && is_rule(&text[text.len() - WIDTH..], '=')
        && (text.len() == WIDTH || is_progress(&text[..text.len() - WIDTH]))
}

/// `FAIL: test_b (pkg.mod.TestA.test_b)`.
pub(super) fn header(text: &str) -> Option<(Outcome, &str)> {
    let (outcome, id) = if let Some(id) = text.strip_prefix("FAIL: ") {
        (Outcome::Fail, id)
    } else if let Some(id) = text.strip_prefix("ERROR: ") {
        (Outcome::Error, id)
    } else {
        (Outcome::UnexpectedSuccess, text.strip_prefix("UNEXPECTED SUCCESS: ")?)
    };
    let id = id.trim();
    (!id.is_empty()).then_some((outcome, id))
}

/// `Ran 3 tests in 0.001s`.
pub(super) fn is_ran(text: &str) -> bool {
    text.strip_prefix("Ran ")
        .and_then(|rest| rest.split_once(" test"))
        .is_some_and(|(number, rest)| number.parse::<u64>().is_ok() && rest.contains(" in "))
}

/// Whether a line is nothing but results of tests: what stands above a report.
pub(super) fn is_progress(text: &str) -> bool {
    let text = text.trim_end();
    if !text.is_empty() && text.bytes().all(|byte| b".FEsxuSKIPX".contains(&byte)) {
        return true;
    }
    const WORDS: &[&str] = &["ok", "FAIL", "ERROR", "expected failure", "unexpected success"];
    let result = text.rsplit_once(" ... ").map_or(text, |(_, result)| result);
    WORDS.contains(&result)
        || (result.len() < text.len() && (result.starts_with("skipped") || result.starts_with("SKIP")))
}

/// The test of a verbose progress line that failed, if the line names it.
pub(super) fn failed_progress(text: &str) -> Option<&str> {
    let text = text.trim();
    let id = text
        .strip_suffix(" ... FAIL")
        .or_else(|| text.strip_suffix(" ... ERROR"))
        .or_else(|| text.strip_suffix(" ... unexpected success"))
        // Django's parallel runner, when it cannot pass on a traceback.
        .or_else(|| text.strip_suffix(" failed:"))?;
    names_a_test(id).then_some(id)
}

/// `method (package.module.Class)`, with or without a subtest behind it.
pub(super) fn names_a_test(id: &str) -> bool {
    let Some((method, rest)) = id.split_once(" (") else { return false };
    let is_name = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '<' | '>' | '-'))
    };
    let Some((class, behind)) = rest.split_once(')') else { return false };
    is_name(method)
        && is_name(class)
        && class.contains('.')
        && (behind.is_empty() || behind.starts_with(" (") || behind.starts_with(" ["))
}

/// `set_up (module.Class)` of what runs around tests.
pub(super) fn is_hook(id: &str) -> bool {
    ["setUpClass (", "tearDownClass (", "setUpModule (", "tearDownModule (", "test suite for <"]
        .iter()
        .any(|start| id.starts_with(start))
}

/// Name of the function that an id stands for.
pub(super) fn function_of(id: &str) -> &str {
    let name = id.split([' ', '(']).next().unwrap_or(id);
    let name = name.split(':').next().unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_counts() {
        assert_eq!(
            header("FAIL: test_b (m.T.test_b) (i=1)"),
            Some((Outcome::Fail, "test_b (m.T.test_b) (i=1)"))
        );
        assert_eq!(header("ERROR:root:boo"), None);
        let counts = Counts { failures: 1, errors: 2, unexpected: 3 };
        assert_eq!(
            Counts::read("FAILED (failures=1, errors=2, skipped=4, unexpected successes=3)"),
            Some(counts)
        );
        assert_eq!(Counts::read("FAILED (SKIP=1, errors=2)").map(Counts::sum), Some(2));
        assert_eq!(Counts::read("FAILED (no network)"), None);
        assert!(is_ran("Ran 1 test in 0.001s") && is_ran("Ran 12 tests in 1.5s"));
        assert!(!is_ran("Ran all tests in order"));
    }

    #[test]
    fn progress_is_told_from_text() {
        for line in ["..F.E", "test_a (m.T) ... ok", "test_a (m.T) ... skipped 'why'", "ok", "ERROR"] {
            assert!(is_progress(line), "{line}");
        }
        for line in ["", "printed.", "test_a (m.T) ... printed", "Nothing"] {
            assert!(!is_progress(line), "{line}");
        }
        assert_eq!(
            failed_progress("  test_a (m.T.test_a) (i=1) ... FAIL"),
            Some("test_a (m.T.test_a) (i=1)")
        );
        assert_eq!(failed_progress("connecting (again) and again ... FAIL"), None);
    }

    #[test]
    fn ids_stand_for_functions() {
        assert_eq!(function_of("test_b (m.T.test_b)"), "test_b");
        assert_eq!(function_of("pkg.mod.test_gen(1, 'x.y')"), "test_gen");
        assert_eq!(function_of("mod.test_params:2"), "test_params");
    }
}

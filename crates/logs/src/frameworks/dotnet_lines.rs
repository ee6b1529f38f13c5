//! The lines that tell a failed test apart in the output of vstest and xUnit.

/// `  Failed Ns.Class.Method(x: 1) [12 ms]`, before version 16.5 `Failed   Ns.Class.Method`.
pub(super) fn header(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix("  Failed ") {
        let (name, time) = rest.trim_end().strip_suffix(']')?.rsplit_once(" [")?;
        let is_time =
            time.ends_with(" ms") || time.ends_with(" s") || time.ends_with(" m") || time.ends_with(" h");
        return (is_time && !name.trim().is_empty()).then_some(name.trim());
    }
    let name = text.strip_prefix("Failed   ")?.trim();
    (!name.is_empty() && name.contains('.')).then_some(name)
}

/// Failed tests of an assembly: `Failed!  - Failed:     1, Passed: 2, …`, `     Failed: 1`,
/// `Total tests: 3. Passed: 2. Failed: 1. Skipped: 0.`, `   Tests  Total: 3, Errors: 0, Failed: 1, …`.
pub(super) fn total_failed(text: &str) -> Option<u64> {
    let number =
        |text: &str| -> Option<u64> { text.trim_start().split([',', '.', ' ']).next()?.trim().parse().ok() };
    if text.starts_with("Failed!  - Failed:") || text.starts_with("Passed!  - Failed:") {
        return number(text.split_once("Failed:")?.1);
    }
    if text.starts_with("Total tests: ") && text.contains("Failed: ") {
        return number(text.rsplit_once("Failed: ")?.1);
    }
    if let Some(rest) = text.strip_prefix("     Failed: ") {
        return rest.trim().parse().ok();
    }
    if text.starts_with("   ") && text.contains("  Total: ") && text.contains(", Errors: ") {
        return number(text.rsplit_once(", Failed: ")?.1);
    }
    None
}

/// `[xUnit.net 00:00:01.23]     Ns.Class.Method [FAIL]`, and `    Ns.Class.Method [FAIL]` of its console:
/// the indentation and the rest.
pub(super) fn xunit_line(text: &str) -> Option<(usize, &str)> {
    let rest = match text.strip_prefix("[xUnit.net ") {
        Some(rest) => rest.split_once(']')?.1,
        None => text
            .strip_prefix("    ")
            .filter(|rest| !rest.starts_with(' ') && rest.ends_with(" [FAIL]"))
            .map(|_| text)?,
    };
    let inner = rest.trim_start();
    Some((rest.len() - inner.len(), inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read() {
        assert_eq!(
            header("  Failed A.B.C(x: \"a [1 ms]\", y: 2) [< 1 ms]"),
            Some("A.B.C(x: \"a [1 ms]\", y: 2)")
        );
        assert_eq!(header("  Failed adds two numbers [1 m 2 s]"), Some("adds two numbers"));
        assert_eq!(header("Failed   A.B.C"), Some("A.B.C"));
        for none in ["  Failed to load [x]", "Failed A.B", "  Failed A.B.C", "  Failed!  - Failed: 1"] {
            assert_eq!(header(none), None, "{none}");
        }
    }

    #[test]
    fn totals_are_read() {
        assert_eq!(
            total_failed("Failed!  - Failed:     3, Passed:     1, Skipped:     0, Total:     4"),
            Some(3)
        );
        assert_eq!(total_failed("Total tests: 3. Passed: 2. Failed: 1. Skipped: 0."), Some(1));
        assert_eq!(total_failed("     Failed: 2"), Some(2));
        assert_eq!(total_failed("   Tests  Total: 3, Errors: 0, Failed: 1, Skipped: 0, Time: 0.2s"), Some(1));
        assert_eq!(total_failed("Failed: 2"), None);
    }
}

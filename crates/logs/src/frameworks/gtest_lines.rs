//! The marks with which googletest begins its lines.

/// A line of the framework, by its mark, with what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark<'a> {
    /// `[==========]`: a run begins or ends.
    Start(&'a str),
    /// `[----------]`: a suite begins or ends.
    Suite(&'a str),
    /// `[ RUN      ]`.
    Run(&'a str),
    /// `[       OK ]`, and `[  PASSED  ]` of the totals.
    Passed(&'a str),
    /// `[  SKIPPED ]`.
    Skipped(&'a str),
    /// `[  FAILED  ]`.
    Failed(&'a str),
}

/// The mark of a line. Results may follow output that did not end its line.
pub(super) fn mark(text: &str) -> Option<Mark<'_>> {
    let at = text.find("[ ").or_else(|| text.find("[=")).or_else(|| text.find("[-"))?;
    let mut rest = &text[at..];
    loop {
        if let Some(found) = mark_at(rest) {
            let glued = rest.len() < text.len();
            let may_be_glued = matches!(found, Mark::Passed(_) | Mark::Failed(_) | Mark::Skipped(_));
            return (!glued || may_be_glued).then_some(found);
        }
        let next = rest[1..].find("[ ")?;
        rest = &rest[1 + next..];
    }
}

fn mark_at(text: &str) -> Option<Mark<'_>> {
    let inside = text.get(1..11)?;
    let rest = text.get(11..)?.strip_prefix("] ")?;
    Some(match inside {
        "==========" => Mark::Start(rest),
        "----------" => Mark::Suite(rest),
        " RUN      " => Mark::Run(rest),
        "       OK " | "  PASSED  " => Mark::Passed(rest),
        "  SKIPPED " => Mark::Skipped(rest),
        "  FAILED  " => Mark::Failed(rest),
        _ => return None,
    })
}

/// N of `Running N tests from M test suites.`
pub(super) fn announced(text: &str) -> Option<u64> {
    let text = text.strip_prefix("tests: ").unwrap_or(text);
    let (number, rest) = text.strip_prefix("Running ")?.split_once(' ')?;
    rest.starts_with("test").then(|| number.parse().ok()).flatten()
}

/// N of `N tests from M test suites ran. (12 ms total)`.
pub(super) fn ran(text: &str) -> Option<u64> {
    let text = text.strip_prefix("tests: ").unwrap_or(text);
    let (number, rest) = text.split_once(' ')?;
    (rest.contains(" ran.") || rest.contains(" run.")).then(|| number.parse().ok()).flatten()
}

/// The name in a result or a list.
pub(super) fn name_of(text: &str) -> Option<&str> {
    let text = text.split(", where ").next()?.trim_end();
    let name = match text.rsplit_once(" (") {
        Some((name, time)) if time.ends_with(" ms)") => name,
        _ => text,
    };
    (!name.is_empty() && !name.contains(char::is_whitespace)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_neither_time_nor_parameters() {
        assert_eq!(
            name_of("P/S.Short/1, where GetParam() = \"a, where x (1 ms)\" (0 ms)"),
            Some("P/S.Short/1")
        );
        assert_eq!(name_of("Ty/0.Size, where TypeParam = int"), Some("Ty/0.Size"));
        assert_eq!(name_of("A.B (12 ms)"), Some("A.B"));
        assert_eq!(name_of("2 tests, listed below:"), None);
    }

    #[test]
    fn results_may_follow_other_output() {
        assert_eq!(mark("half[       OK ] A.B (0 ms)"), Some(Mark::Passed("A.B (0 ms)")));
        assert_eq!(mark("half[ x [  FAILED  ] A.B"), Some(Mark::Failed("A.B")));
        assert_eq!(mark("say [ RUN      ] A.B"), None);
        assert_eq!(mark("[ RUN      ] A.B"), Some(Mark::Run("A.B")));
        assert_eq!(mark("[ü]"), None);
    }
}

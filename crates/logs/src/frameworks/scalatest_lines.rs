//! The lines of ScalaTest's reporter, and where a failed test stands among them.

use super::Line;

/// Lines above that are searched for scopes and the suite.
const MAX_ABOVE: usize = 3000;

/// Takes off sbt's level. Two levels are no level: that is a build within a test.
pub(super) fn unprefixed(text: &str) -> (bool, &str) {
    for level in ["[info] ", "[error] ", "[warn] ", "[info]", "[error]"] {
        if let Some(rest) = text.strip_prefix(level) {
            return (true, rest);
        }
    }
    (false, text)
}

/// Indentation and title of a failed test: `- adds *** FAILED *** (12 milliseconds)`.
pub(super) fn failed_title(text: &str) -> Option<(usize, &str)> {
    let end = text.find(" *** FAILED ***")?;
    let rest = text[end + " *** FAILED ***".len()..].trim();
    let is_time = rest.starts_with('(') && rest.ends_with(')');
    if !rest.is_empty() && !is_time {
        return None;
    }
    let head = &text[..end];
    let inner = head.trim_start_matches(' ');
    let indent = head.len() - inner.len();
    let title = inner.strip_prefix("- ").or_else(|| inner.starts_with("Scenario: ").then_some(inner))?;
    (!title.trim().is_empty()).then_some((indent, title.trim()))
}

/// The suite that a test belongs to, and the titles of its scopes, outermost first.
pub(super) fn scopes(line: Line<'_>, prefixed: bool, indent: usize) -> (String, Vec<String>) {
    let mut titles: Vec<String> = Vec::new();
    // A scope stands at the indentation of its tests or further left; each outer one further left.
    let mut below = indent + 1;
    // A line of a message can only be told from a scope by what stands above it.
    for above in line.above.lines().take(MAX_ABOVE) {
        let (is_prefixed, text) = unprefixed(&above);
        let inner = text.trim_start_matches(' ');
        if is_prefixed != prefixed || inner.is_empty() {
            continue;
        }
        let at = text.len() - inner.len();
        if at == 0 && is_suite(inner) {
            titles.reverse();
            return (inner.trim_end().trim_end_matches(':').to_owned(), titles);
        }
        let is_result = inner.starts_with("- ") || inner.starts_with("+ ") || inner.starts_with("Scenario: ");
        if at == 0 && is_end(inner) {
            break;
        }
        if at >= below || is_result || (!prefixed && !is_scope(inner)) || is_sbt(inner) {
            continue;
        }
        titles.push(inner.trim_end().to_owned());
        below = at;
    }
    titles.reverse();
    (String::new(), if prefixed { titles } else { Vec::new() })
}

/// `CartTest:`, `com.acme.CartTest:`.
fn is_suite(text: &str) -> bool {
    text.trim_end().strip_suffix(':').is_some_and(|name| {
        !name.is_empty()
            && name.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && name.chars().all(|char| char.is_alphanumeric() || "._$-".contains(char))
    })
}

/// The end of an earlier run.
fn is_end(text: &str) -> bool {
    [
        "Run completed in",
        "Run starting.",
        "Tests: succeeded",
        "Total number of tests run:",
        "Discovery completed",
    ]
    .iter()
    .any(|start| text.starts_with(start))
}

/// What sbt itself says between tests.
fn is_sbt(text: &str) -> bool {
    [
        "[",
        "Compiling ",
        "Done ",
        "Resolving ",
        "Updating ",
        "Loading ",
        "Set current",
        "Packaging ",
        "ScalaTest",
    ]
    .iter()
    .any(|start| text.starts_with(start))
}

/// Whether an unmarked line can be a scope: what programs log mostly cannot.
fn is_scope(text: &str) -> bool {
    let logged = ["INFO", "WARN", "ERROR", "DEBUG", "TRACE", "SLF4J", "Exception", "\tat ", ": "];
    !logged.iter().any(|word| text.contains(word)) && text.starts_with(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_read() {
        assert_eq!(failed_title("- adds *** FAILED ***"), Some((0, "adds")));
        assert_eq!(
            failed_title("  - is - ok *** FAILED *** (2 seconds, 3 milliseconds)"),
            Some((2, "is - ok"))
        );
        assert_eq!(failed_title("  Scenario: adds *** FAILED ***"), Some((2, "Scenario: adds")));
        for none in [
            "adds *** FAILED ***",
            "- adds *** FAILED *** or not",
            "*** 1 TEST FAILED ***",
            "[info] - x *** FAILED ***",
        ] {
            assert_eq!(failed_title(none), None, "{none}");
        }
    }

    #[test]
    fn suites_are_single_words() {
        assert!(is_suite("CartTest:") && is_suite("com.acme.CartTest:"));
        assert!(!is_suite("A cart:") && !is_suite("CartTest") && !is_suite("12:"));
    }
}

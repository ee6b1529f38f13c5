//! The lines that sbt's test frameworks print of a failed test, behind sbt's level.

use super::Line;

/// A failed test's line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Header<'a> {
    /// The whole name, and a message.
    Named { id: &'a str, message: &'a str },
    /// An example of specs2, whose context stands above.
    Example { indent: usize, title: &'a str },
}

/// Reads the line of a failed test.
pub(super) fn header(text: &str) -> Option<Header<'_>> {
    if let Some(rest) = text.strip_prefix("Test ") {
        let (id, message) = rest.split_once(" failed: ")?;
        let message = message.rsplit_once(", took ").map_or(message, |(message, _)| message);
        return (id.contains('.') && !id.contains(' ') || id.contains('(') || id.contains('['))
            .then_some(Header::Named { id, message });
    }
    if let Some(rest) = text.strip_prefix("==> X ") {
        let (name, message) = timed(rest)?;
        return (name.contains('.')).then_some(Header::Named { id: name, message });
    }
    let inner = text.trim_start_matches(' ');
    let title = inner.strip_prefix("x ").or_else(|| inner.strip_prefix("! "))?.trim();
    (!title.is_empty()).then_some(Header::Example { indent: text.len() - inner.len(), title })
}

/// `pkg.Suite.title  0.012s message`: the name and the message.
fn timed(text: &str) -> Option<(&str, &str)> {
    text.match_indices("s ").find_map(|(end, _)| {
        let head = &text[..end];
        let start = head.rfind(' ')? + 1;
        let is_time = !head[start..].is_empty()
            && head[start..].bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        is_time.then(|| (head[..start].trim_end(), text[end + 2..].trim()))
    })
}

/// `Failed: Total 5, Failed 1, Errors 0, Passed 3`.
pub(super) fn totals(text: &str) -> Option<u64> {
    let rest = text.strip_prefix("Failed: Total ").or_else(|| text.strip_prefix("Error: Total "))?;
    let value = |key: &str| -> Option<u64> { rest.split_once(key)?.1.split(',').next()?.trim().parse().ok() };
    Some(value("Failed ")? + value("Errors ").unwrap_or(0))
}

/// Specification and contexts of an example, outermost first.
pub(super) fn specs_titles(line: Line<'_>, indent: usize) -> Vec<String> {
    let mut titles: Vec<String> = Vec::new();
    let mut below = indent.max(1);
    for above in line.above.lines().take(2000) {
        let Some(text) = above.strip_prefix("[info]").or_else(|| above.strip_prefix("[error]")) else {
            continue;
        };
        let text = text.strip_prefix(' ').unwrap_or(text);
        let inner = text.trim_start_matches(' ');
        let at = text.len() - inner.len();
        if inner.is_empty() || ["+ ", "x ", "! ", "* ", "o ", "- "].iter().any(|mark| inner.starts_with(mark))
        {
            continue;
        }
        if at > 0 {
            if at < below {
                titles.push(inner.to_owned());
                below = at;
            }
            continue;
        }
        // The first column holds the specification, the outermost context, and what sbt says.
        if !inner.contains(' ') && inner.chars().all(|char| char.is_alphanumeric() || "._$".contains(char)) {
            titles.push(inner.to_owned());
            break;
        }
        if inner.starts_with("Total for ")
            || inner.starts_with("Finished in ")
            || above.starts_with("[error]")
        {
            break;
        }
        if below > 0 {
            titles.push(inner.to_owned());
            below = 0;
        }
    }
    titles.reverse();
    titles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_failed_tests_are_read() {
        let named = |id, message| Some(Header::Named { id, message });
        assert_eq!(
            header("Test com.acme.CartTest.adds failed: expected:<3>, took 0.01 sec"),
            named("com.acme.CartTest.adds", "expected:<3>")
        );
        assert_eq!(
            header("==> X com.acme.CartSuite.adds two s  0.012s munit.FailException: /w/A.scala:9"),
            named("com.acme.CartSuite.adds two s", "munit.FailException: /w/A.scala:9")
        );
        assert_eq!(header("  x adds"), Some(Header::Example { indent: 2, title: "adds" }));
        assert_eq!(header("Test run failed: x"), None);
        assert_eq!(header("xylophone"), None);
        assert_eq!(totals("Failed: Total 5, Failed 1, Errors 2, Passed 3"), Some(3));
    }
}

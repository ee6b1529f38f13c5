//! Single lines of pytest's output: rules, headers, counts, node ids.

/// Numbers of the final line.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(super) struct Counts {
    /// Failed tests.
    pub(super) failed: u64,
    /// Errors outside a test's body.
    pub(super) errors: u64,
}

impl Counts {
    /// `=== 2 failed, 3 passed in 0.12s ===`, with or without the rules.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim_matches(['=', ' ']);
        if !text.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let (list, time) = text.split_once(" in ")?;
        if !time.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let mut counts = Counts { failed: 0, errors: 0 };
        for part in list.split(", ") {
            let (number, word) = part.split_once(' ')?;
            let number: u64 = number.parse().ok()?;
            match word {
                "failed" => counts.failed += number,
                "error" | "errors" => counts.errors += number,
                "passed" | "skipped" | "deselected" | "xfailed" | "xpassed" | "warning" | "warnings"
                | "rerun" | "seconds" | "pytest-warnings" => {}
                word if word.starts_with("subtests") => {}
                _ => return None,
            }
        }
        Some(counts)
    }
}

/// Text between two runs of `=`.
pub(super) fn rule_title(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('=')?.trim_end().strip_suffix('=')?.trim_matches('=');
    let title = inner.strip_prefix(' ')?.strip_suffix(' ')?;
    (!title.is_empty()).then_some(title)
}

/// Title of a header, when the line is exactly what pytest makes of that title at that width.
pub(super) fn header_title(text: &str, width: usize) -> Option<&str> {
    let title = text.trim_end().trim_matches('_').strip_prefix(' ')?.strip_suffix(' ')?;
    let length = title.chars().count();
    let fill = (width.saturating_sub(length + 2) / 2).max(1);
    let mut exact = 2 * fill + 2 + length;
    if exact < width {
        exact += 1;
    }
    // A title may itself begin or end with `_`; the whole width tells all the same.
    let shown = text.trim_end().chars().count();
    (!title.is_empty() && (shown == exact || width == 0)).then_some(title)
}

/// `[gw1] linux -- Python 3.11.4 /usr/bin/python`: which worker ran it.
pub(super) fn is_worker(text: &str) -> bool {
    text.starts_with("[gw") && text.contains("] ") && text.contains(" -- Python ")
}

/// The node id of a verbose line with a bad result, of a worker or not.
pub(super) fn failed_progress(text: &str) -> Option<&str> {
    let text = text.trim_end();
    if let Some(rest) = text.strip_prefix("[gw") {
        let (_, rest) = rest.split_once("] ")?;
        let rest = if rest.starts_with('[') { rest.split_once("] ")?.1 } else { rest };
        return rest.strip_prefix("FAILED ").or_else(|| rest.strip_prefix("ERROR ")).map(str::trim);
    }
    let text = match text.rfind(" [") {
        Some(at) if text.ends_with("%]") => text[..at].trim_end(),
        _ => text,
    };
    text.strip_suffix(" FAILED").or_else(|| text.strip_suffix(" ERROR")).filter(|id| id.contains("::"))
}

/// Title of a block without what pytest puts before the name.
pub(super) fn bare_title(title: &str) -> &str {
    for prefix in [
        "ERROR collecting ",
        "ERROR at setup of ",
        "ERROR at teardown of ",
        "ERROR at call of ",
        "[doctest] ",
    ] {
        if let Some(rest) = title.strip_prefix(prefix) {
            return rest.trim();
        }
    }
    title
}

/// `Class.test_x[a::b]` for `path::Class::test_x[a::b]`; the path for a path.
pub(super) fn title_of(id: &str) -> String {
    let Some((_, rest)) = id.split_once("::") else { return id.to_owned() };
    match rest.find('[') {
        Some(at) => format!("{}{}", rest[..at].replace("::", "."), &rest[at..]),
        None => rest.replace("::", "."),
    }
}

/// Splits `id - message`. Ids hold blanks, dashes and brackets, so the headers decide where there are any.
pub(super) fn split_summary<'a>(rest: &'a str, titles: &[String]) -> (&'a str, &'a str) {
    let splits: Vec<usize> = rest.match_indices(" - ").map(|(at, _)| at).collect();
    let ends = splits.iter().copied().chain([rest.len()]);
    for end in ends.clone() {
        let title = title_of(&rest[..end]);
        if titles.contains(&title) {
            return (&rest[..end], rest.get(end + 3..).unwrap_or_default());
        }
    }
    let mut depth = 0_i32;
    let mut seen = 0;
    for end in ends {
        for char in rest[seen..end].chars() {
            depth += i32::from(char == '[') - i32::from(char == ']');
        }
        seen = end;
        if depth <= 0 {
            return (&rest[..end], rest.get(end + 3..).unwrap_or_default());
        }
    }
    // Brackets inside the parameters do not balance: the id ends at a bracket all the same.
    let end = rest.find("] - ").map_or(rest.len(), |at| at + 1);
    (&rest[..end], rest.get(end + 3..).unwrap_or_default())
}

//! Single lines of pytest's output: rules, headers, counts, node ids.

use std::collections::HashSet;

use super::pytest_block::split_kind;

/// Numbers of the final line.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(super) struct Counts {
    /// Failed tests.
    pub(super) failed: u64,
    /// Errors outside a test's body.
    pub(super) errors: u64,
    /// Where they stand.
    pub(super) at: u64,
}

impl Counts {
    /// `=== 2 failed, 3 passed in 0.12s ===`, with or without the rules.
    pub(super) fn read(text: &str, at: u64) -> Option<Self> {
        let text = text.trim_matches(['=', ' ']);
        if !text.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let (list, time) = text.split_once(" in ")?;
        if !time.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let mut counts = Counts { failed: 0, errors: 0, at };
        for part in list.split(", ") {
            let (number, word) = part.split_once(' ')?;
            let number: u64 = number.parse().ok()?;
            match word {
                "failed" => counts.failed = counts.failed.saturating_add(number),
                "error" | "errors" => counts.errors = counts.errors.saturating_add(number),
                "passed" | "skipped" | "deselected" | "xfailed" | "xpassed" | "warning" | "warnings"
                | "rerun" | "seconds" | "pytest-warnings" => {}
                "subtests failed" => counts.failed = counts.failed.saturating_add(number),
                word if word.starts_with("subtests") || word.ends_with("rerun") => {}
                _ => return None,
            }
        }
        Some(counts)
    }

    /// Everything that went wrong.
    pub(super) fn sum(self) -> u64 {
        self.failed.saturating_add(self.errors)
    }
}

/// Whether a line can stand right below the first one of a session.
pub(super) fn goes_on_after_start(text: &str) -> bool {
    ["platform ", "rootdir", "plugins: ", "collect", "cachedir: ", "Using --", "configfile: ", "benchmark: "]
        .iter()
        .any(|start| text.starts_with(start))
}

/// An entry of the short summary: whether an error, and what stands behind the word.
pub(super) fn summary_entry(text: &str) -> Option<(bool, &str)> {
    if let Some(rest) = text.strip_prefix("ERROR ") {
        return Some((true, rest));
    }
    if let Some(rest) = text.strip_prefix("FAILED ").or_else(|| text.strip_prefix("FAIL ")) {
        return Some((false, rest));
    }
    if let Some(rest) = text.strip_prefix("SUBFAILED").or_else(|| text.strip_prefix("SUBFAIL")) {
        return Some((false, behind_subtest(rest)));
    }
    // `[message] (i=1) SUBFAIL id`
    let (subtest, rest) = text.split_once(" SUBFAIL ").filter(|_| text.starts_with(['[', '(']))?;
    subtest.ends_with([']', ')']).then_some((false, rest))
}

/// What follows `[message] (i=1) `.
fn behind_subtest(mut rest: &str) -> &str {
    for (open, close) in [('[', "] "), ('(', ") ")] {
        if rest.starts_with(open)
            && let Some(at) = rest.find(close)
        {
            rest = &rest[at + 2..];
        }
    }
    rest.trim_start()
}

/// Whether a line belongs to the stacks that a dying interpreter prints.
pub(super) fn is_stack(text: &str) -> bool {
    text.is_empty()
        || text.starts_with("  File \"")
        || text.starts_with("    ")
        || text.starts_with("Thread 0x")
        || text.starts_with("Current thread ")
        || text.starts_with("~~~")
        || text.starts_with("+++")
        || text.starts_with("  ...")
        || text.starts_with("Extension modules:")
        || text.starts_with("Python runtime state:")
        || text.starts_with("<no Python frame>")
}

/// The title of a header as [`title_of`] makes it of the id: without prefix and subtest.
pub(super) fn header_key(title: &str) -> &str {
    let bare = bare_title(title);
    let Some(at) = bare.find(" [").into_iter().chain(bare.find(" (")).min() else { return bare };
    let name = &bare[..at];
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    if plain || name.ends_with(']') { name } else { bare }
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
        let id = rest.strip_prefix("FAILED ").or_else(|| rest.strip_prefix("ERROR ")).map(str::trim);
        return id.filter(|id| is_node(id) || id.ends_with(".py"));
    }
    let text = match text.rfind(" [") {
        Some(at) if text.ends_with("%]") => text[..at].trim_end(),
        _ => text,
    };
    let id = text.strip_suffix(" FAILED").or_else(|| text.strip_suffix(" ERROR"));
    id.or_else(|| {
        let (id, subtest) = text.split_once(" SUBFAILED")?;
        subtest.starts_with(['[', '(', ' ']).then_some(id)
    })
    .or_else(|| text.strip_suffix(" SUBFAIL").map(header_key))
    .filter(|id| is_node(id))
}

/// Whether a text is a node id: a path without blanks, and names behind it.
pub(super) fn is_node(text: &str) -> bool {
    text.split_once("::")
        .is_some_and(|(path, rest)| !rest.is_empty() && path.contains('.') && !path.contains([' ', '[', '(']))
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
    let at = rest.find('[').unwrap_or(rest.len());
    // Before pytest 4 ids showed the instance of the class.
    format!("{}{}", rest[..at].replace("::()", "").replace("::", "."), &rest[at..])
}

/// Splits `id - message`. Ids hold blanks, dashes and brackets, so the headers decide where there are any.
pub(super) fn split_summary<'a>(rest: &'a str, titles: &HashSet<String>) -> (&'a str, &'a str) {
    let cut = |end: usize| (&rest[..end], rest.get(end + 3..).unwrap_or_default());
    let ends = || rest.match_indices(" - ").map(|(at, _)| at).chain([rest.len()]);
    if let Some(end) = ends().find(|end| titles.contains(&title_of(&rest[..*end]))) {
        return cut(end);
    }
    let Some(open) = rest.find('[').filter(|open| ends().next().is_some_and(|end| *open < end)) else {
        return cut(ends().next().unwrap_or(rest.len()));
    };
    // Parameters end with a bracket; a message that names an exception tells which one.
    let closed = |end: &usize| rest[open..*end].ends_with(']');
    let named = |end: &usize| *end == rest.len() || split_kind(cut(*end).1).0.is_some();
    let end = ends().find(|end| closed(end) && named(end)).or_else(|| ends().find(closed));
    // A doctest or a custom item can hold any text.
    cut(end.or_else(|| ends().next()).unwrap_or(rest.len()))
}

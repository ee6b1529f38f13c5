//! Lines and blocks of PHPUnit's report.

use regreen_case::Frame;

use super::Found;
use super::kept::Kept;
use super::phpunit::Item;
use crate::frame::{file_name, frame, location};

/// A section of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Section {
    /// How many items it has.
    pub(super) count: u64,
    /// Whether they are failed tests.
    pub(super) failed: bool,
}

/// `There was 1 failure:`, `There were 2 PHPUnit errors:`, `There was 1 risky test:`, and
/// `1 test triggered 2 deprecations:`.
pub(super) fn section(text: &str) -> Option<Section> {
    let text = text.strip_prefix("-- ").unwrap_or(text).trim_end();
    let rest = text.strip_prefix("There was ").or_else(|| text.strip_prefix("There were "));
    let (count, what) = match rest {
        Some(rest) => rest.strip_suffix(':')?.split_once(' ')?,
        None => text.strip_suffix(':')?.split_once(" triggered ")?.1.split_once(' ')?,
    };
    let count = count.parse().ok()?;
    let failed = rest.is_some()
        && matches!(what, "failure" | "failures" | "error" | "errors" | "PHPUnit error" | "PHPUnit errors");
    Some(Section { count, failed })
}

/// Title of item `number`.
pub(super) fn item(text: &str, number: u64) -> Option<&str> {
    let (nth, title) = text.split_once(") ")?;
    (nth.parse() == Ok(number) && !title.is_empty()).then_some(title)
}

/// Errors and failures of `Tests: 5, Assertions: 6, Errors: 1, Failures: 1.`
pub(super) fn totals(text: &str) -> Option<u64> {
    let rest = text.trim_end().strip_prefix("Tests: ")?.strip_suffix('.')?;
    let mut sum = 0_u64;
    for (nth, part) in rest.split(", ").enumerate() {
        if nth == 0 {
            part.parse::<u64>().ok()?;
            continue;
        }
        let (word, number) = part.split_once(": ")?;
        let number: u64 = number.parse().ok()?;
        if word == "Errors" || word == "Failures" {
            sum = sum.saturating_add(number);
        }
    }
    rest.contains(", Assertions: ").then_some(sum)
}

/// Dots of a run that goes on, with or without `63 / 127 ( 49%)`, and marks of `--testdox`.
pub(super) fn is_progress(text: &str) -> bool {
    if text.trim_start().starts_with(['\u{2714}', '\u{2718}', '\u{2205}', '\u{2622}', '\u{21a9}']) {
        return true;
    }
    let marks = text.split("  ").next().unwrap_or_default().trim_end();
    !marks.is_empty() && marks.bytes().all(|byte| b".FEISRWND".contains(&byte))
}

/// A failed test.
pub(super) fn described(item: &Item) -> Found {
    let lines = &item.lines;
    let frames = stack(lines);
    let innermost = frames.iter().rev().find(|frame| frame.project);
    let at = lines.texts().position(|text| !text.trim().is_empty()).unwrap_or_default();
    let kind = class(lines.text(at)).unwrap_or_default().to_owned();
    let is_told = |text: &str| place_of(text).is_none() && text != "--" && text != "Caused by";
    Found {
        id: without_arguments(&item.title).to_owned(),
        file: innermost.map(|frame| frame.file.clone()),
        line: innermost.map(|frame| frame.line),
        place: innermost.map(|frame| file_name(&frame.file).to_owned()),
        message: lines.message(at, is_told),
        block: lines.block(&item.title),
        at: item.at,
        cause_at: lines.number(at),
        kind,
        frames,
        ..Found::default()
    }
}

/// The title without the arguments of the data set: `A::b with data set #0`, `A::b with data set "c d"`.
fn without_arguments(title: &str) -> &str {
    let title = title.trim_end();
    let Some((_, set)) = title.split_once(" with data set ") else { return title };
    let start = title.len() - set.len();
    if let Some(number) = set.strip_prefix('#') {
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        return &title[..start + 1 + digits];
    }
    let mut first = None;
    for (at, _) in set.match_indices("\" (") {
        first = first.or(Some(at));
        if closes_at_the_end(&set[at + 2..]) {
            return &title[..start + at + 1];
        }
    }
    first.map_or(title, |at| &title[..start + at + 1])
}

/// Whether the bracket that opens `text` is closed by its last character; strings are in single quotes.
fn closes_at_the_end(text: &str) -> bool {
    let (mut depth, mut quoted) = (0_u32, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b')' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1 == text.len();
                }
            }
            _ => {}
        }
    }
    false
}

/// The class in `InvalidArgumentException: no such thing`.
fn class(text: &str) -> Option<&str> {
    let (class, _) = text.split_once(':')?;
    let named = class.starts_with(|first: char| first.is_ascii_uppercase())
        && class.chars().all(|c| c.is_alphanumeric() || c == '\\' || c == '_');
    named.then_some(class)
}

/// `/w/tests/ATest.php:3`.
fn place_of(text: &str) -> Option<(&str, u32)> {
    let rooted = text.starts_with('/') || text.get(1..3) == Some(":\\") || text.starts_with("phar://");
    if !rooted {
        return None;
    }
    location(text.trim_end()).filter(|(file, _)| file.contains('.'))
}

/// The first stack, innermost last.
fn stack(lines: &Kept) -> Vec<Frame> {
    let mut frames: Vec<Frame> = lines
        .texts()
        .skip_while(|text| place_of(text).is_none())
        .map_while(place_of)
        .map(|(file, line)| frame(file, line, None))
        .collect();
    frames.reverse();
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_no_part_of_an_id() {
        for (title, id) in [
            ("A::b with data set #12 ('x', 'y')", "A::b with data set #12"),
            ("A::b with data set \"c d\" ('x\" (', array())", "A::b with data set \"c d\""),
            (
                "A::b with data set \"it's \"q\" (1, 2) #3\" ('a?b=$c', 5)",
                "A::b with data set \"it's \"q\" (1, 2) #3\"",
            ),
            ("A::b with data set \"cut\" ('x...", "A::b with data set \"cut\""),
            ("A::b with data set \"none\"", "A::b with data set \"none\""),
            ("A::b", "A::b"),
        ] {
            assert_eq!(without_arguments(title), id);
        }
    }

    #[test]
    fn only_errors_and_failures_are_failed_tests() {
        assert_eq!(section("There was 1 failure:"), Some(Section { count: 1, failed: true }));
        assert_eq!(section("There were 2 PHPUnit errors:"), Some(Section { count: 2, failed: true }));
        assert_eq!(section("There were 2 risky tests:"), Some(Section { count: 2, failed: false }));
        assert_eq!(section("1 test triggered 3 deprecations:"), Some(Section { count: 3, failed: false }));
        assert_eq!(
            section("There was 1 PHPUnit test runner warning:").map(|found| found.failed),
            Some(false)
        );
        assert_eq!(section("There was an error:"), None);
        assert_eq!(totals("Tests: 127, Assertions: 310, Errors: 5, Skipped: 2."), Some(5));
        assert_eq!(totals("Tests: 1 failed, 2 passed."), None);
    }
}

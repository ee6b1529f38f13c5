//! Lines and boxes of Catch2's report.

use super::Found;
use super::catch2::Case;
use crate::frame::{file_name, frame, location};
use crate::line::Above;

/// Width of the report.
const WIDTH: usize = 80;

/// The place in `a.cpp:3: FAILED:`, `a.cpp(3): FAILED:`.
pub(super) fn assertion(text: &str) -> Option<(&str, u32)> {
    let place = text.strip_suffix(": FAILED:")?;
    if let Some((file, line)) = place.strip_suffix(')').and_then(|place| place.rsplit_once('(')) {
        return Some((file, line.parse().ok()?));
    }
    location(place)
}

/// Whether a line below an assertion tells that the program dies.
pub(super) fn is_fatal(text: &str) -> bool {
    text.starts_with("due to a fatal error condition:")
}

/// Failed cases, and how many failed as expected: `test cases: 3 | 2 passed | 1 failed`.
pub(super) fn totals(text: &str) -> Option<(u64, u64)> {
    let parts = text.strip_prefix("test cases: ")?.split('|');
    let (mut failed, mut expected) = (0, 0);
    for (nth, part) in parts.enumerate() {
        let part = part.trim();
        if nth == 0 {
            part.parse::<u64>().ok()?;
            continue;
        }
        let (number, word) = part.split_once(' ')?;
        let number = number.parse().ok()?;
        match word {
            "failed" => failed = number,
            "failed as expected" => expected = number,
            _ => {}
        }
    }
    Some((failed, expected))
}

/// Name of the test case whose box stands right above, and whether the banner of a run stands above it.
pub(super) fn header(above: Above<'_>) -> Option<(String, bool)> {
    let is_rule = |text: &str, of: u8| text.len() > 70 && text.bytes().all(|byte| byte == of);
    let mut lines = above.lines().skip_while(|text| text.is_empty());
    if !is_rule(&lines.next()?, b'.') {
        return None;
    }
    // The place of the test case.
    lines.next()?;
    if !is_rule(&lines.next()?, b'-') {
        return None;
    }
    let mut inside: Vec<String> = Vec::new();
    for text in lines.by_ref() {
        if is_rule(&text, b'-') {
            break;
        }
        if text.is_empty() || inside.len() > 40 {
            return None;
        }
        inside.push(text.into_owned());
    }
    inside.reverse();
    let begins = lines.take(2).any(|text| text.starts_with("Run with -?"));
    Some((name(&inside), begins))
}

/// The name of the test case: its first line, and the following ones where it had to be wrapped.
fn name(inside: &[String]) -> String {
    let mut name = inside.first().cloned().unwrap_or_default();
    // What follows a colon is indented to stand below the text behind it.
    let hanging = name.find(": ").map_or(0, |at| at + 2);
    let mut last = name.chars().count();
    for text in inside.iter().skip(1) {
        let indent = text.len() - text.trim_start().len();
        let word = text.split_whitespace().next().map_or(0, |word| word.chars().count());
        let had_to = last + 1 + word >= WIDTH - 1;
        if !(indent == 0 || (indent == hanging && had_to)) {
            break;
        }
        last = text.chars().count();
        if !name.ends_with('-') {
            name.push(' ');
        }
        name.push_str(text.trim_start());
    }
    name
}

/// A failed test case.
pub(super) fn described(case: &Case) -> Found {
    let lines = &case.lines;
    let at =
        if case.fatal { lines.texts().position(is_fatal).map_or(0, |at| at.saturating_sub(1)) } else { 0 };
    let place = assertion(lines.text(at)).map(|(file, line)| (file.to_owned(), line));
    let place = place.or_else(|| Some((case.file.clone(), case.line?)));
    let unexpected = lines.text(at + 1).starts_with("due to unexpected exception")
        || lines.text(at + 2).starts_with("due to unexpected exception");
    let kind = if case.fatal {
        "crash"
    } else if unexpected {
        "exception"
    } else {
        ""
    };
    let next = |text: &str| assertion(text).is_none();
    let told = if lines.text(at + 2).starts_with("with expansion") { 4 } else { 3 };
    Found {
        id: case.name.clone(),
        place: place.as_ref().map(|(file, _)| file_name(file).to_owned()),
        frames: place.iter().map(|(file, line)| frame(file, *line, None)).collect(),
        file: place.as_ref().map(|(file, _)| file.clone()),
        line: place.map(|(_, line)| line),
        kind: kind.to_owned(),
        message: lines.joined(at, told, |text| next(text) && !text.is_empty()),
        block: lines.block(&case.name),
        at: case.at,
        cause_at: lines.number(at),
        ..Found::default()
    }
}

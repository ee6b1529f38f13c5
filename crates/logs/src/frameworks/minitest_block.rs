//! Lines and blocks of minitest's report.

use regreen_case::Frame;

use super::Found;
use super::kept::Kept;
use super::minitest::Block;
use crate::frame::{frame, location, nearest_project};

/// `  1) Failure:`, or `Failure:` alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) number: Option<u64>,
    pub(super) error: bool,
    pub(super) skipped: bool,
}

/// A heading.
pub(super) fn heading(text: &str) -> Option<Heading> {
    let bare = text.trim_start();
    let (number, word) = match bare.split_once(") ") {
        Some((number, word)) if text.starts_with(' ') => (Some(number.parse().ok()?), word),
        _ if bare.len() == text.len() => (None, text),
        _ => return None,
    };
    let error = match word.trim_end() {
        "Failure:" => false,
        "Error:" => true,
        "Skipped:" if number.is_some() => return Some(Heading { number, error: false, skipped: true }),
        _ => return None,
    };
    Some(Heading { number, error, skipped: false })
}

/// The name in `A#test_b [a.rb:3]:`, `A#test_b:`, `test_b(A) [a.rb:3]:`, `test_b(A):`.
pub(super) fn test_name(text: &str) -> Option<&str> {
    let text = text.trim_end();
    let inner = text.strip_suffix(':').unwrap_or(text);
    let name = match inner.strip_suffix(']').and_then(|inner| inner.rsplit_once(" [")) {
        Some((name, place)) if location(place).is_some() => name,
        _ if text.ends_with(':') => inner,
        _ => return None,
    };
    let named = name.contains('#') || (name.ends_with(')') && name.contains('('));
    (named && !name.starts_with(' ')).then_some(name)
}

/// Failures and errors of `4 runs, 3 assertions, 1 failures, 0 errors, 0 skips`.
pub(super) fn totals(text: &str) -> Option<u64> {
    let mut parts = text.trim_start().split(", ");
    let mut number = |words: &[&str]| {
        let (number, word) = parts.next()?.split_once(' ')?;
        words.contains(&word.trim_end()).then(|| number.parse::<u64>().ok()).flatten()
    };
    number(&["runs", "tests", "run", "test"])?;
    number(&["assertions", "assertion"])?;
    let failures = number(&["failures", "failure"])?;
    let errors = number(&["errors", "error"])?;
    // test-unit goes on with pendings.
    let rest = parts.next();
    (rest.is_none_or(|rest| rest.contains(" skip"))).then_some(failures.saturating_add(errors))
}

/// `Finished in 0.1s, 3.1 runs/s, …`, `Finished tests in …`, `Finished in 0.1 seconds.`
pub(super) fn is_finish(text: &str) -> bool {
    text.starts_with("Finished in ") || text.starts_with("Finished tests in ")
}

/// Dots of a run that goes on, and results of `-v`.
pub(super) fn is_progress(text: &str) -> bool {
    let marks = text.bytes().all(|byte| matches!(byte, b'.' | b'F' | b'E' | b'S'));
    let verbose = text.rsplit_once(" s = ").is_some_and(|(_, mark)| mark.len() == 1);
    marks || verbose
}

/// `bin/rails test test/a_test.rb:3`.
pub(super) fn is_rerun(text: &str) -> bool {
    let command = text.split(" test ").next().unwrap_or_default();
    let runner = matches!(command, "rails" | "bin/rails" | "bundle exec rails" | "./bin/rails")
        || text.starts_with("bin/test ")
        || text.starts_with("bundle exec rake test ");
    runner && text.rsplit_once(':').is_some_and(|(_, line)| line.parse::<u32>().is_ok())
}

/// A failed test.
pub(super) fn described(block: &Block) -> Found {
    let lines = &block.lines;
    let frames = stack(lines);
    let head = lines.text(0).trim_end().trim_end_matches([':', ']']);
    let own = head.rsplit_once(" [").and_then(|(_, place)| location(place));
    let innermost = frames.iter().rev().find(|frame| frame.project);
    let (file, line) = match (innermost, own) {
        (_, Some((file, line))) => (Some(file.to_owned()), Some(line)),
        (Some(frame), None) => (Some(frame.file.clone()), Some(frame.line)),
        _ => (None, None),
    };
    let first = lines.text(1);
    let kind = if block.error { error_class(first) } else { None };
    let mut message = lines.message(1, |text| !is_frame(text));
    if let Some(at) = message.find("\n\n\n") {
        message.truncate(at);
    }
    Found {
        id: block.name.clone(),
        place: nearest_project(&frames),
        kind: kind.unwrap_or_default().to_owned(),
        at: block.at,
        cause_at: lines.number(1),
        block: lines.block(if block.error { "Error:" } else { "Failure:" }),
        file,
        line,
        message,
        frames,
        ..Found::default()
    }
}

/// The class in `ArgumentError: wrong number`.
fn error_class(text: &str) -> Option<&str> {
    let end = text.match_indices(':').find(|(at, _)| {
        let around = (text.as_bytes().get(at.wrapping_sub(1)), text.as_bytes().get(at + 1));
        around.0 != Some(&b':') && around.1 != Some(&b':')
    })?;
    let name = &text[..end.0];
    (name.starts_with(|first: char| first.is_ascii_uppercase()) && !name.contains(' ')).then_some(name)
}

fn is_frame(text: &str) -> bool {
    (text.starts_with("    ") && text.contains(":in ")) || is_rerun(text)
}

/// `    a.rb:3:in 'b'`, innermost last.
fn stack(lines: &Kept) -> Vec<Frame> {
    let mut frames: Vec<Frame> = lines
        .texts()
        .filter(|text| is_frame(text))
        .filter_map(|text| {
            let (place, function) = text.trim_start().split_once(":in ")?;
            let (file, line) = location(place)?;
            let mut found = frame(file, line, Some(function.trim_matches(['`', '\''])));
            let library = ["/gems/", "/lib/ruby/", "<internal:"].iter().any(|part| file.contains(part));
            found.project &= !library;
            Some(found)
        })
        .collect();
    frames.reverse();
    frames
}

//! Reads the output of one googletest test: where it failed, and why.

use super::Found;
use super::kept::Kept;
use super::processes::death;
use crate::frame::{frame, location};

/// A failed test with its output.
pub(super) fn describe(name: &str, at: u64, lines: &Kept) -> Found {
    let mut found = Found {
        id: name.to_owned(),
        at,
        block: lines.block(&format!("[ RUN      ] {name}")),
        ..Found::default()
    };
    let Some((mut nth, file, line)) = place(lines) else {
        cmocka(lines, &mut found);
        return found;
    };
    // `unknown file: Failure` says less than the exception below it.
    if line.is_none() && !lines.text(nth + 1).is_empty() {
        nth += 1;
    }
    // `a.cc:3: Failure` says little without the line below it.
    let told = if line.is_some() { 2 } else { 1 };
    found.message = lines.joined(nth, told, |text| !is_failure(text) && !text.starts_with("[ "));
    found.cause_at = lines.number(nth);
    if let Some(line) = line {
        found.frames = vec![frame(&file, line, None)];
        found.file = Some(file);
        found.line = Some(line);
    } else if found.message.contains("xception") {
        found.kind = "exception".to_owned();
    }
    found
}

/// A test that never ended.
pub(super) fn died(name: &str, at: u64, lines: &Kept) -> Found {
    let mut found = describe(name, at, lines);
    let Some(nth) = lines.texts().position(|text| death(text).is_some()) else {
        if found.message.is_empty() {
            "the program ended while this test was running".clone_into(&mut found.message);
        }
        "crash".clone_into(&mut found.kind);
        return found;
    };
    death(lines.text(nth)).unwrap_or("crash").clone_into(&mut found.kind);
    found.message = lines.message(nth, |_| true);
    found.cause_at = lines.number(nth);
    found
}

/// The first failure: the last one before the end of output that was only printed cannot be told from
/// others, but what a test prints rarely names a place.
fn place(lines: &Kept) -> Option<(usize, String, Option<u32>)> {
    let mut unknown = None;
    for (nth, text) in lines.texts().enumerate() {
        if !is_failure(text) {
            continue;
        }
        match failure_place(text) {
            Some((file, line)) => return Some((nth, file, Some(line))),
            None => unknown = unknown.or(Some(nth)),
        }
    }
    unknown.map(|nth| (nth, String::new(), None))
}

fn is_failure(text: &str) -> bool {
    text.ends_with(": Failure")
        || (text.contains(": error: ") && !text.starts_with('[') && failure_place(text).is_some())
}

/// `file:12: Failure`, and `file(12): error: …` of Visual C++.
fn failure_place(text: &str) -> Option<(String, u32)> {
    let place = text.strip_suffix(": Failure").or_else(|| Some(text.split_once(": error: ")?.0))?;
    if let Some((file, line)) = location(place) {
        return Some((file.to_owned(), line));
    }
    let (file, line) = place.strip_suffix(')')?.rsplit_once('(')?;
    Some((file.to_owned(), line.parse().ok()?))
}

/// `[  ERROR   ] --- 0x1 != 0x2` and `[   LINE   ] --- test.c:12: error: Failure!` of cmocka.
fn cmocka(lines: &Kept, found: &mut Found) {
    let marked = |text: &str, mark: &str| {
        let (inside, rest) = text.strip_prefix('[')?.split_once("] --- ")?;
        (inside.trim() == mark).then(|| rest.to_owned())
    };
    if let Some((nth, message)) =
        lines.texts().enumerate().find_map(|(nth, text)| Some((nth, marked(text, "ERROR")?)))
    {
        found.message = message;
        found.cause_at = lines.number(nth);
    }
    if let Some(place) = lines.texts().find_map(|text| marked(text, "LINE"))
        && let Some((file, line)) = location(place.split(": error").next().unwrap_or(&place))
    {
        found.frames = vec![frame(file, line, None)];
        (found.file, found.line) = (Some(file.to_owned()), Some(line));
    }
}

//! One `---- name stdout ----` block of Rust's test harness: panic, message and backtrace.
//!
//! Panics come in three shapes: message and place in one line (before 1.73), the message below the
//! place (since), and the same with a thread number (since 1.91).

use regreen_case::Frame;

use crate::frame::{file_name, frame, is_project, location};

/// What a block says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Block {
    /// `panic`, `error` or empty.
    pub(super) kind: String,
    /// Message.
    pub(super) message: String,
    /// Index of the line that holds the first line of the message.
    pub(super) explained: Option<usize>,
    /// Place of the panic.
    pub(super) at: Option<(String, u32)>,
    /// Backtrace, innermost last.
    pub(super) frames: Vec<Frame>,
    /// File name of the panic, when it is the project's: the only place that is always printed.
    pub(super) place: Option<String>,
}

struct Panic {
    thread: String,
    at: Option<(String, u32)>,
    message: String,
    /// Index of the message's first line.
    line: usize,
}

/// Reads the block of the test `id`.
pub(super) fn read(id: &str, lines: &[String]) -> Block {
    if let Some((mode, path)) =
        id.split_once("] ").filter(|(mode, _)| mode.starts_with('[') && mode.len() < 40)
        && let Some(at) = lines.iter().position(|line| is_verdict(line))
    {
        let file = path.split(['#', ' ']).next().unwrap_or(path);
        let message = lines[at..].iter().take(20).map(String::as_str).collect::<Vec<_>>().join("\n");
        let (kind, place) = (mode[1..].to_owned(), Some(file.to_owned()));
        return Block { kind, message, explained: Some(at), place, ..Block::default() };
    }
    let panics = panics(lines);
    let own = panics.iter().rev().find(|panic| panic.thread == id);
    // A test that unwraps a dead thread's answer says nothing; what killed the thread does.
    let own = own.filter(|panic| !panic.message.contains("Any { .. }"));
    let mut frames = backtrace(lines);
    let Some(panic) = own.or_else(|| panics.first()) else {
        return without_panic(lines, frames);
    };
    if let Some((file, line)) = &panic.at
        && !frames.iter().any(|frame| frame.line == *line && file_name(&frame.file) == file_name(file))
    {
        frames.push(frame(file, *line, None));
    }
    let place =
        panic.at.as_ref().filter(|(file, _)| is_project(file)).map(|(file, _)| file_name(file).to_owned());
    let (message, explained) = other_panic(lines).unwrap_or_else(|| (panic.message.clone(), panic.line));
    let at = panic.at.clone();
    Block { kind: "panic".to_owned(), message, explained: Some(explained), at, frames, place }
}

/// What compiletest says of its own test.
fn is_verdict(line: &str) -> bool {
    line.starts_with("error: ") || line.starts_with("error in revision ")
}

/// It was to panic, with other words.
fn other_panic(lines: &[String]) -> Option<(String, usize)> {
    let at = lines.iter().position(|line| line.starts_with("note: panic did not "))?;
    let mut message = lines[at..].iter().take(3).map(|line| line.trim()).collect::<Vec<_>>().join("\n");
    message.drain(.."note: ".len());
    Some((message, at))
}

fn without_panic(lines: &[String], frames: Vec<Frame>) -> Block {
    let find = |start: &str| lines.iter().position(|line| line.starts_with(start));
    if let Some(at) = find("Error: ") {
        let message = lines[at..].iter().take(30).map(String::as_str).collect::<Vec<_>>().join("\n");
        let message = message.trim_start_matches("Error: ").trim_end().to_owned();
        return Block { kind: "error".to_owned(), message, explained: Some(at), frames, ..Block::default() };
    }
    if let Some((message, at)) = other_panic(lines) {
        return Block { kind: "panic".to_owned(), message, explained: Some(at), frames, ..Block::default() };
    }
    if let Some(at) = find("note: test did not panic as expected") {
        let place = lines[at].rsplit_once(" at ").and_then(|(_, place)| location(place));
        return Block {
            kind: "no panic".to_owned(),
            message: "test did not panic as expected".to_owned(),
            explained: Some(at),
            at: place.map(|(file, line)| (file.to_owned(), line)),
            frames,
            ..Block::default()
        };
    }
    // A documentation test that does not compile.
    if let Some(at) = lines.iter().position(|line| line.starts_with("error: ") || line.starts_with("error["))
    {
        let line = lines[at..].iter().find_map(|line| line.trim_start().strip_prefix("--> "));
        let at_place = line.and_then(location).map(|(file, line)| (file.to_owned(), line));
        return Block {
            kind: "compile error".to_owned(),
            message: lines[at].clone(),
            explained: Some(at),
            at: at_place,
            ..Block::default()
        };
    }
    let first = lines.iter().position(|line| !line.trim().is_empty());
    let message = first.map(|at| lines[at].clone()).unwrap_or_default();
    Block { message, explained: first, frames, ..Block::default() }
}

fn panics(lines: &[String]) -> Vec<Panic> {
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        // Output without a line break may stand before it.
        let Some(start) = line.find("thread '").filter(|start| *start < 200) else { continue };
        let Some((thread, rest)) = line[start + "thread '".len()..].split_once("' ") else { continue };
        let rest = match rest.strip_prefix('(').and_then(|rest| rest.split_once(") ")) {
            Some((_, rest)) => rest,
            None => rest,
        };
        let Some(rest) = rest.strip_prefix("panicked at ") else { continue };
        let (place, message, line) = match rest.strip_prefix('\'') {
            Some(old) => {
                let (place, message) = old_message(old, &lines[at + 1..]);
                (place, message, at)
            }
            None => (
                location(rest.trim_end_matches(':')).map(|(file, line)| (file.to_owned(), line)),
                message_lines(&lines[at + 1..]),
                (at + 1).min(lines.len() - 1),
            ),
        };
        found.push(Panic { thread: thread.to_owned(), at: place, message, line });
    }
    found
}

/// `message', src/lib.rs:3:5`, where the message may go over several lines.
fn old_message(first: &str, rest: &[String]) -> (Option<(String, u32)>, String) {
    let mut message = String::new();
    for line in std::iter::once(first).chain(rest.iter().map(String::as_str)).take(60) {
        if let Some((text, place)) = line.rsplit_once("', ")
            && let Some((file, number)) = location(place)
        {
            message.push_str(text);
            return (Some((file.to_owned(), number)), message);
        }
        message.push_str(line);
        message.push('\n');
    }
    (None, first.to_owned())
}

fn message_lines(lines: &[String]) -> String {
    let end = lines
        .iter()
        .take(200)
        .position(|line| {
            line.starts_with("note: run with")
                || line.starts_with("stack backtrace:")
                || line.starts_with("thread '")
                || line.starts_with("test ")
                || line.is_empty()
        })
        .unwrap_or(lines.len().min(200));
    lines[..end].join("\n")
}

/// `  12: function` followed by `at file:line:column`; the harness prints the innermost first.
fn backtrace(lines: &[String]) -> Vec<Frame> {
    let mut frames = Vec::new();
    let mut function = None;
    for line in lines {
        let text = line.trim_start();
        if let Some((number, name)) = text.split_once(": ")
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
        {
            function = Some(name.trim());
        } else if let Some(place) = text.strip_prefix("at ")
            && let Some(name) = function.take()
            && let Some((file, number)) = location(place)
        {
            frames.push(frame(file, number, Some(name)));
        }
    }
    frames.reverse();
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(id: &str, text: &str) -> Block {
        read(id, &text.lines().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn three_shapes_of_panics_say_the_same() {
        for text in [
            "thread 'a::b' panicked at 'index out of bounds', src/lib.rs:5:9\nnote: run with `RUST_BACKTRACE=1`",
            "thread 'a::b' panicked at src/lib.rs:5:9:\nindex out of bounds\nnote: run with `RUST_BACKTRACE=1`",
            "thread 'a::b' (4711) panicked at src/lib.rs:5:9:\nindex out of bounds\nstack backtrace:",
        ] {
            let block = read_text("a::b", text);
            assert_eq!(
                (block.kind.as_str(), block.message.as_str()),
                ("panic", "index out of bounds"),
                "{text}"
            );
            assert_eq!(block.at, Some(("src/lib.rs".to_owned(), 5)));
            assert_eq!(block.place.as_deref(), Some("lib.rs"));
        }
    }

    #[test]
    fn an_old_message_may_span_lines() {
        let block = read_text(
            "t",
            "thread 't' panicked at 'assertion failed: `(left == right)`\n  left: `1`,\n right: `2`', src/lib.rs:5:9",
        );
        assert_eq!(block.message, "assertion failed: `(left == right)`\n  left: `1`,\n right: `2`");
    }

    #[test]
    fn the_thread_that_died_first_explains_a_failed_join() {
        let block = read_text(
            "t",
            "thread '<unnamed>' panicked at src/worker.rs:3:1:\nqueue is empty\n\nthread 't' panicked at src/lib.rs:9:1:\ncalled `Result::unwrap()` on an `Err` value: Any { .. }",
        );
        assert_eq!(block.message, "queue is empty");
    }

    #[test]
    fn results_missing_panics_and_backtraces() {
        let block = read_text("t", "Error: ParseIntError { kind: Empty }");
        assert_eq!((block.kind.as_str(), block.message.as_str()), ("error", "ParseIntError { kind: Empty }"));
        assert_eq!(read_text("t", "note: test did not panic as expected at src/lib.rs:3").kind, "no panic");
        let block = read_text(
            "t",
            "thread 't' panicked at src/lib.rs:5:9:\nboom\nstack backtrace:\n   0: core::panicking::panic\n             at /rustc/abc/library/core/src/panicking.rs:1:5\n   1: demo::f\n             at ./src/lib.rs:5:9\n   2: demo::t\n             at ./src/lib.rs:9:9",
        );
        let functions: Vec<_> = block.frames.iter().filter_map(|frame| frame.function.as_deref()).collect();
        assert_eq!(functions, ["demo::t", "demo::f", "core::panicking::panic"]);
        assert!(!block.frames[2].project && block.frames[1].project);
    }
}

//! What one failed Go test printed: panic, timeout, data race, or the lines of `t.Error` and `t.Fatal`.

use regreen_case::Frame;

use crate::frame::{file_name, frame, is_project, nearest_project};

/// What the output says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Output {
    /// `panic`, `timeout`, `fatal error`, `data race`, or empty.
    pub(super) kind: String,
    /// Message.
    pub(super) message: String,
    /// Index of the line that holds the first line of the message.
    pub(super) explained: Option<usize>,
    /// Place of the failure.
    pub(super) at: Option<(String, u32)>,
    /// Stack of a panic, innermost last.
    pub(super) frames: Vec<Frame>,
    /// The place that every run prints alike.
    pub(super) place: Option<String>,
}

/// Words of a line that reports a failure rather than progress.
const TELLING: &[&str] = &[
    "want",
    "expected",
    "expect ",
    "error",
    "fail",
    "unexpected",
    "mismatch",
    "not equal",
    "!=",
    "diff",
    "invalid",
    "should",
    "must",
    "missing",
    "timed out",
    "timeout",
];

/// Reads the output of one test. `crash` is where the end of the process begins in it; what looks like one
/// elsewhere was printed.
pub(super) fn read(lines: &[String], crash: Option<usize>) -> Output {
    if let Some(at) = crash.filter(|at| *at < lines.len()) {
        return crashed(&lines[at..], at);
    }
    let entries = entries(lines);
    let race = lines.iter().any(|line| line.contains("race detected during execution of test"));
    let telling = |entry: &&Entry| {
        let text = entry.text.to_lowercase();
        TELLING.iter().any(|word| text.contains(word))
    };
    let own = |entry: &&Entry| entry.file != "testing.go";
    let asserted = |entry: &&Entry| entry.text.contains("Error Trace:");
    let chosen = entries
        .iter()
        .find(asserted)
        .or_else(|| entries.iter().filter(own).find(telling))
        .or_else(|| entries.iter().rev().find(own))
        .or_else(|| entries.last());
    let Some(entry) = chosen else { return without_entry(lines) };
    let place = is_project(&entry.file).then(|| file_name(&entry.file).to_owned());
    let (message, below) = assertion(&entry.text);
    let harness = entry.file == "testing.go";
    Output {
        kind: if race { "data race".to_owned() } else { String::new() },
        message,
        explained: Some(entry.at + below),
        at: (!harness).then(|| (entry.file.clone(), entry.line)),
        frames: if harness { Vec::new() } else { vec![frame(&entry.file, entry.line, None)] },
        place: place.filter(|_| !harness),
    }
}

/// An example prints what it got and what was wanted; others may just print.
fn without_entry(lines: &[String]) -> Output {
    let find = |wanted: fn(&str) -> bool| lines.iter().position(|line| wanted(line.trim()));
    let telling = |line: &str| {
        let text = line.to_lowercase();
        text.starts_with("error")
            || text.starts_with("fail")
            || text.contains("error:")
            || text.contains("panic")
    };
    let example = find(|line| line == "got:");
    let first = example.or_else(|| find(telling)).or_else(|| find(|line| !line.is_empty()));
    let last = if example.is_some() { lines.len() } else { first.map_or(0, |at| at + 1) };
    let message = first.map(|at| lines[at..last].join("\n").trim().to_owned()).unwrap_or_default();
    Output { message, explained: first, ..Output::default() }
}

/// Whether a line begins the end of the process.
pub(super) fn is_crash(line: &str) -> bool {
    line.starts_with("panic: ") || line.starts_with("fatal error: ")
}

struct Entry {
    file: String,
    line: u32,
    text: String,
    /// Index of its first line.
    at: usize,
}

/// `    file_test.go:12: text`, and the deeper lines below it.
fn entries(lines: &[String]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (at, line) in lines.iter().enumerate().take(400) {
        let text = line.trim_start();
        if let Some((file, number, text)) = log_line(text) {
            entries.push(Entry { file: file.to_owned(), line: number, text: text.to_owned(), at });
        } else if let Some(entry) = entries.last_mut()
            && line.starts_with([' ', '\t'])
            && entry.text.len() < 4096
            && !text.starts_with("--- ")
        {
            entry.text.push('\n');
            entry.text.push_str(line.trim_end());
        }
    }
    entries
}

fn log_line(text: &str) -> Option<(&str, u32, &str)> {
    let end = text.find(".go:")? + ".go".len();
    let (number, message) = text[end + 1..].split_once(':')?;
    let number = number.parse().ok()?;
    // What was printed without a line break stands before it.
    let file = match text[..end].rsplit_once("    ") {
        Some((_, file)) => file,
        None => &text[..end],
    };
    (!file.contains(' ')).then(|| (file, number, message.trim_start()))
}

/// The message of an assertion library's block (what stands behind `Error:`), and how many lines below the
/// first one it begins.
fn assertion(text: &str) -> (String, usize) {
    let Some(at) = text.find("Error:").filter(|_| text.contains("Error Trace:")) else {
        let skipped = text.lines().take_while(|line| line.trim().is_empty()).count();
        return (text.trim().to_owned(), skipped.min(text.lines().count().saturating_sub(1)));
    };
    let mut message = Vec::new();
    let mut skipped = 0;
    for line in text[at + "Error:".len()..].lines() {
        let line = line.trim();
        if line.starts_with("Test:") || line.starts_with("Messages:") {
            break;
        }
        if !line.is_empty() {
            message.push(line);
        } else if message.is_empty() {
            skipped += 1;
        }
    }
    (message.join("\n"), text[..at].matches('\n').count() + skipped)
}

fn crashed(lines: &[String], start: usize) -> Output {
    let first = lines[0].as_str();
    let fatal = first.strip_prefix("fatal error: ");
    let text = fatal.or_else(|| first.strip_prefix("panic: ")).unwrap_or(first);
    let text = match text.rfind(" [recovered") {
        Some(at) => &text[..at],
        None => text,
    };
    let timeout = text.starts_with("test timed out after");
    let kind = if timeout {
        "timeout"
    } else if fatal.is_some() {
        "fatal error"
    } else {
        "panic"
    };
    let frames = stack(lines);
    let place = nearest_project(&frames);
    // When the time is over, any goroutine may be the one that is shown first.
    let (frames, place) = if timeout { (Vec::new(), None) } else { (frames, place) };
    let nearest = frames.iter().rev().find(|frame| frame.project);
    Output {
        kind: kind.to_owned(),
        message: text.to_owned(),
        explained: Some(start),
        at: nearest.map(|frame| (frame.file.clone(), frame.line)),
        frames,
        place,
    }
}

/// Frames of the first goroutine, below what panicked.
fn stack(lines: &[String]) -> Vec<Frame> {
    let mut frames = Vec::new();
    let mut function: Option<&str> = None;
    let start = lines.iter().position(|line| line.starts_with("goroutine ")).unwrap_or(lines.len());
    for line in lines[start..].iter().skip(1) {
        if line.is_empty() || line.starts_with("goroutine ") {
            break;
        }
        if let Some(place) = line.strip_prefix('\t') {
            let place = place.split(" +0x").next().unwrap_or(place);
            if let (Some(name), Some((file, number))) = (function.take(), crate::frame::location(place)) {
                // What the runtime did to unwind stands above the call that panicked.
                if name == "panic" {
                    frames.clear();
                }
                frames.push(go_frame(file, number, name));
            }
        } else {
            let name = line.strip_prefix("created by ").unwrap_or(line);
            let name = name.split(" in goroutine ").next().unwrap_or(name);
            function = Some(without_arguments(name));
        }
    }
    frames.reverse();
    frames
}

/// `pkg.(*T).f` of `pkg.(*T).f(0x1, 0x2)`.
fn without_arguments(call: &str) -> &str {
    match call.rfind('(') {
        Some(at) if call.ends_with(')') && !call[at..].starts_with("(*") => &call[..at],
        _ => call,
    }
}

/// The standard library lies in `src/<package>/` of wherever Go is installed.
fn go_frame(file: &str, line: u32, function: &str) -> Frame {
    let short = function.rsplit('/').next().unwrap_or(function);
    let package = &function[..function.len() - short.len() + short.find('.').unwrap_or(short.len())];
    let standard = !package.contains('.') && file.contains(&format!("/src/{package}/"));
    let mut frame = frame(file, line, Some(short));
    frame.project &= !standard && function != "panic";
    frame
}

/// The tests that a stack mentions as `pkg.TestName`, innermost first.
pub(super) fn tests_on_stack(lines: &[String]) -> Option<String> {
    lines.iter().find_map(|line| {
        let name = line.strip_prefix("created by ").unwrap_or(line);
        let short = name.rsplit('/').next()?;
        let (_, function) = short.split_once('.')?;
        let end = function.find(['(', '.', ' ']).unwrap_or(function.len());
        let name = &function[..end];
        (is_test_name(name) && name != "TestMain").then(|| name.to_owned())
    })
}

/// Whether Go takes a function of that name for a test.
pub(super) fn is_test_name(name: &str) -> bool {
    ["Test", "Fuzz", "Example", "Benchmark"].iter().any(|start| {
        name.strip_prefix(start)
            .is_some_and(|rest| !rest.starts_with(|first: char| first.is_ascii_lowercase()))
    })
}

/// Names below `running tests:` of a timeout.
pub(super) fn running_tests(lines: &[String]) -> Vec<String> {
    let Some(start) = lines.iter().position(|line| line.trim() == "running tests:") else {
        return Vec::new();
    };
    lines[start + 1..]
        .iter()
        .map_while(|line| line.strip_prefix('\t'))
        .filter_map(|line| Some(line.trim().rsplit_once(" (")?.0.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Output {
        let lines: Vec<_> = text.lines().map(str::to_owned).collect();
        read(&lines, lines.iter().position(|line| is_crash(line)))
    }

    #[test]
    fn the_line_that_reports_the_failure_counts() {
        let output =
            read_text("    a_test.go:8: starting\n    a_test.go:10: got 3, want 4\n    a_test.go:12: done");
        assert_eq!(output.message, "got 3, want 4");
        assert_eq!(output.at, Some(("a_test.go".to_owned(), 10)));
        assert_eq!(output.place.as_deref(), Some("a_test.go"));
        assert_eq!(read_text("    a_test.go:8: one\n    a_test.go:9: two").message, "two");
    }

    #[test]
    fn an_assertion_block_is_reduced_to_its_error() {
        let output = read_text(
            "    a_test.go:10: \n        \tError Trace:\t/home/x/a_test.go:10\n        \tError:      \tNot equal: \n        \t            \texpected: 1\n        \t            \tactual  : 2\n        \tTest:       \tTestA",
        );
        assert_eq!(output.message, "Not equal:\nexpected: 1\nactual  : 2");
    }

    #[test]
    fn a_panic_has_a_stack_without_the_runtime() {
        let output = read_text(
            "panic: assignment to entry in nil map [recovered]\n\tpanic: assignment to entry in nil map\n\ngoroutine 18 [running]:\ntesting.tRunner.func1.2({0x1, 0x2})\n\t/usr/lib/go/src/testing/testing.go:1545 +0x238\npanic({0x1?, 0x2?})\n\t/opt/go/src/runtime/panic.go:914 +0x21f\nexample.com/demo/store.(*Store).Put(...)\n\t/w/store/store.go:12\nexample.com/demo/store.TestPut(0xc0)\n\t/w/store/store_test.go:9 +0x5d\ntesting.tRunner(0xc0, 0x1)\n\t/opt/go/src/testing/testing.go:1595 +0xff\ncreated by testing.(*T).Run in goroutine 1\n\t/opt/go/src/testing/testing.go:1648 +0x3ad",
        );
        assert_eq!(
            (output.kind.as_str(), output.message.as_str()),
            ("panic", "assignment to entry in nil map")
        );
        assert_eq!(output.at, Some(("/w/store/store.go".to_owned(), 12)));
        assert_eq!(output.place.as_deref(), Some("store.go:store.(*Store).Put"));
    }

    #[test]
    fn timeouts_name_the_running_tests() {
        let lines: Vec<String> =
            "panic: test timed out after 1s\n\trunning tests:\n\t\tTestSlow (1s)\n\t\tTestSlow/sub (1s)\n\ngoroutine 1"
                .lines()
                .map(str::to_owned)
                .collect();
        assert_eq!(read(&lines, Some(0)).kind, "timeout");
        assert_eq!(running_tests(&lines), ["TestSlow", "TestSlow/sub"]);
    }
}

//! An interpreter that died: `Fatal Python error` and the stack that faulthandler prints, or the stacks
//! that pytest-timeout prints before it ends the process.

use regreen_case::Frame;

use super::Found;
use super::pytest_report::Raw;
use crate::frame::nearest_project;

/// The interpreter died: the line without a result names the test, else the test function on its stack.
pub(super) fn from_fatal(fatal: &Raw, running: Option<&str>, root: &str) -> Found {
    let timeout = fatal.title.contains("Timeout");
    let lines: Vec<&str> = fatal.lines.iter().map(|(_, line)| line.as_str()).collect();
    let mut frames: Vec<Frame> = stack(&lines, timeout).filter_map(fault_frame).collect();
    if !timeout {
        // faulthandler begins with the innermost one.
        frames.reverse();
    }
    for frame in &mut frames {
        if let Some(file) = frame.file.strip_prefix(root).and_then(|file| file.strip_prefix('/')) {
            frame.file = file.to_owned();
        }
    }
    let is_test = |frame: &&Frame| {
        frame.project && frame.function.as_deref().is_some_and(|name| name.starts_with("test"))
    };
    let test = frames.iter().find(is_test);
    let id = running.map(str::to_owned).filter(|id| id.contains("::")).or_else(|| {
        test.map(|frame| format!("{}::{}", frame.file, frame.function.as_deref().unwrap_or_default()))
    });
    let nearest = frames.iter().rev().find(|frame| frame.project);
    Found {
        id: id.unwrap_or_default(),
        file: nearest.map(|frame| frame.file.clone()),
        line: nearest.map(|frame| frame.line),
        kind: if timeout { "timeout" } else { "fatal error" }.to_owned(),
        message: fatal.title.clone(),
        place: nearest_project(&frames),
        block: lines.join("\n"),
        frames,
        at: fatal.at,
        ..Found::default()
    }
}

/// Lines of the stack that counts: of the main thread, or of the one that faulthandler calls current.
fn stack<'a>(lines: &'a [&'a str], timeout: bool) -> impl Iterator<Item = &'a str> {
    let opens = move |line: &str| {
        if timeout { line.contains("Stack of MainThread") } else { line.starts_with("Current thread ") }
    };
    let from = lines.iter().position(|line| opens(line)).map_or(0, |at| at + 1);
    lines[from..].iter().copied().take_while(|line| {
        !line.starts_with("~~~") && !line.starts_with("+++") && !line.starts_with("Thread 0x")
    })
}

/// `  File "path", line 12 in function`, as faulthandler prints it, or with a comma as tracebacks do.
fn fault_frame(line: &str) -> Option<Frame> {
    let (file, rest) = line.trim_start().strip_prefix("File \"")?.split_once("\", line ")?;
    let (number, function) = rest.split_once(" in ")?;
    let number = number.trim_end_matches([',', ' ']);
    Some(crate::frame::frame(file, number.parse().ok()?, Some(function.trim())))
}

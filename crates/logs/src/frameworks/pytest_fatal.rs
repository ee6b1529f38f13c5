//! An interpreter that died: `Fatal Python error` and the stack that faulthandler prints.

use super::Found;

/// The interpreter died: the innermost test function on its stack, else the line without a result.
pub(super) fn from_fatal(title: &str, at: u64, lines: &[String], running: Option<&str>) -> Found {
    let mut frames: Vec<_> = lines.iter().filter_map(|line| fault_frame(line)).collect();
    frames.reverse();
    let test =
        frames.iter().find(|f| f.project && f.function.as_deref().is_some_and(|n| n.starts_with("test")));
    let id = running.map(str::to_owned).filter(|id| id.contains("::")).or_else(|| {
        test.map(|frame| format!("{}::{}", frame.file, frame.function.as_deref().unwrap_or_default()))
    });
    Found {
        id: id.unwrap_or_default(),
        file: test.map(|frame| frame.file.clone()),
        line: test.map(|frame| frame.line),
        kind: "fatal error".to_owned(),
        message: format!("Fatal Python error: {}", title),
        place: crate::frame::nearest_project(&frames),
        block: lines.join("\n"),
        frames,
        at,
        ..Found::default()
    }
}

/// `  File "path", line 12 in function`, as faulthandler prints it.
fn fault_frame(line: &str) -> Option<regreen_case::Frame> {
    let (file, rest) = line.trim_start().strip_prefix("File \"")?.split_once("\", line ")?;
    let (number, function) = rest.split_once(" in ")?;
    Some(crate::frame::frame(file, number.trim().parse().ok()?, Some(function.trim())))
}

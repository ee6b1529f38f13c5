//! What .NET prints of an exception: frames of all runners, and the lines that explain.

use regreen_case::Frame;

use super::Found;
use crate::frame::{frame, nearest_project};
use crate::text::push_line;

/// Namespaces of runtimes, runners and assertion libraries.
const OUTSIDE: &[&str] = &[
    "System.",
    "Microsoft.",
    "Xunit.",
    "NUnit.",
    "FluentAssertions.",
    "Shouldly.",
    "Moq.",
    "NSubstitute.",
    "FakeItEasy.",
    "TUnit.",
    "InvokeStub_",
];

/// `at Ns.Class.Method(String x) in /w/File.cs:line 12`, `/w/File.cs(12,0): at Ns.Class.Method()`.
pub(super) fn stack_frame(text: &str) -> Option<Frame> {
    let text = text.trim();
    let (function, file, line) = if let Some(rest) = text.strip_prefix("at ") {
        let (function, place) = rest.rsplit_once(" in ")?;
        let (file, line) = place.rsplit_once(':')?;
        (function, file, line.trim_start_matches("line ").parse().ok()?)
    } else {
        let (place, function) = text.split_once("): at ")?;
        let (file, line) = place.rsplit_once('(')?;
        (function, file, line.split(',').next()?.parse().ok()?)
    };
    let name = function.split('(').next().unwrap_or(function);
    let mut frame = frame(file, line, Some(name));
    // Sources of packages carry the paths of the machine that built them.
    let foreign = file.starts_with("/_/") || OUTSIDE.iter().any(|start| name.starts_with(start));
    frame.project = frame.project && !foreign;
    Some(frame)
}

/// Whether a line is one of a stack, even one that names no file.
pub(super) fn is_frame(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("at ") && text.contains('(')
        || text.starts_with("--- End of ")
        || stack_frame(text).is_some()
}

/// `System.InvalidOperationException : boom` begins with its kind.
fn kind_of(text: &str) -> Option<&str> {
    let kind = text.split([' ', ':']).next()?;
    let is_name = kind.chars().all(|char| char.is_alphanumeric() || "._+`".contains(char));
    (is_name && kind.contains('.') && (kind.ends_with("Exception") || kind.ends_with("Error")))
        .then_some(kind)
}

/// Fills in what a message and a stack say; `lines` with their numbers.
pub(super) fn explain(found: &mut Found, message: &[(u64, String)], stack: &[(u64, String)]) {
    let told = message.iter().find(|(_, line)| !line.trim().is_empty());
    if let Some((at, line)) = told.or_else(|| stack.first()) {
        found.cause_at = *at;
        found.kind = kind_of(line.trim()).unwrap_or_default().to_owned();
    }
    for (_, line) in message.iter().filter(|(_, line)| !line.trim().is_empty()) {
        push_line(&mut found.message, line.trim(), 4000);
    }
    for (_, line) in message.iter().chain(stack) {
        push_line(&mut found.block, line, 5000);
    }
    let mut frames: Vec<Frame> = stack.iter().filter_map(|(_, line)| stack_frame(line)).collect();
    frames.reverse();
    if let Some(frame) = frames.iter().rev().find(|frame| frame.project) {
        (found.file, found.line) = (Some(frame.file.clone()), Some(frame.line));
    }
    found.place = nearest_project(&frames);
    found.frames = frames;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_all_runners_are_read() {
        let read = |text| stack_frame(text).map(|frame| (frame.file, frame.line, frame.project));
        let is = |file: &str, line, project| Some((file.to_owned(), line, project));
        assert_eq!(read("   at A.B.C(String x) in /w/B.cs:line 12"), is("/w/B.cs", 12, true));
        assert_eq!(read("at A.B.C() in C:\\w\\B.cs:12"), is("C:\\w\\B.cs", 12, true));
        assert_eq!(read("/w/B.cs(12,0): at A.B.C()"), is("/w/B.cs", 12, true));
        assert_eq!(read("at Xunit.Assert.Equal() in /_/src/A.cs:line 3"), is("/_/src/A.cs", 3, false));
        assert_eq!(read("at System.X.Y(Z z)"), None);
    }
}

//! What explains a failed TAP point: YAML of the JavaScript producers and of Node, or the comments of
//! Test::More and bats.

use std::sync::OnceLock;

use regex::Regex;
use regreen_case::Frame;

use super::js_block::{Block, frame_of, kind_of, place_of};
use crate::frame::{frame, nearest_project};
use crate::text::push_line;

/// What a block says.
#[derive(Default)]
pub(super) struct Explained {
    pub(super) kind: String,
    pub(super) message: String,
    pub(super) cause_at: u64,
    pub(super) frames: Vec<Frame>,
    pub(super) file: Option<String>,
    pub(super) line: Option<u32>,
    pub(super) place: Option<String>,
    pub(super) suite: Option<String>,
    /// Whether it only failed because a subtest did.
    pub(super) parent: bool,
    /// Whether a file or suite failed and no test.
    pub(super) is_suite: bool,
    pub(super) block: String,
}

/// Reads a block.
pub(super) fn explain(block: &Block) -> Explained {
    let mut explained = Explained::default();
    for (_, text) in &block.lines {
        push_line(&mut explained.block, text, 5000);
    }
    let value = |key: &str| block.lines.iter().position(|(_, text)| text.trim_start().starts_with(key));
    let plain = |key: &str| {
        let at = value(key)?;
        block.lines[at].1.trim_start().strip_prefix(key).map(|rest| unquote(rest.trim()).to_owned())
    };
    explained.frames = frames(block);
    let comments = block.lines.iter().any(|(_, text)| text.starts_with('#'));
    let first = ["error: ", "message: "].iter().find_map(|key| value(key)).or_else(|| {
        // A stack begins with the error, or has frames alone.
        let stack = value("stack: ")?;
        let next = block.lines.get(stack + 1).map(|(_, text)| text.trim())?;
        frame_of(&format!("at {next}")).is_none().then_some(stack)
    });
    let first = first.or_else(|| value("diff: ")).or_else(|| {
        block.lines.iter().position(|(_, text)| comments && is_telling(text)).filter(|_| comments)
    });
    let first = first.or_else(|| {
        let plain = !block.lines.iter().any(|(_, text)| text.trim() == "---");
        block.lines.iter().position(|(_, text)| plain && !text.trim().is_empty())
    });
    if let Some(at) = first {
        message(block, at, &mut explained);
    }
    let failure = plain("failureType: ").unwrap_or_default();
    explained.parent = failure == "subtestsFailed";
    let suite = plain("type: ").as_deref() == Some("suite");
    explained.is_suite = (suite && !explained.parent) || plain("exitCode: ").is_some();
    let location = plain("location: ").and_then(|place| place_of(&place));
    if let Some((file, line)) = &location {
        explained.suite = Some(file.clone());
        explained.file = Some(file.clone());
        explained.line = Some(*line);
    }
    if let Some((file, line)) = perl_place(block) {
        explained.suite = Some(file.clone());
        explained.file = Some(file);
        explained.line = Some(line);
    }
    if let Some(nearest) = explained.frames.iter().rev().find(|frame| frame.project) {
        explained.file = Some(nearest.file.clone());
        explained.line = Some(nearest.line);
        explained.place = nearest_project(&explained.frames);
    }
    let name = plain("name: ").filter(|name| name.ends_with("Error"));
    explained.kind = match kind_of(explained.message.lines().next().unwrap_or_default()) {
        kind if !kind.is_empty() => kind,
        _ if failure == "testTimeoutFailure" => "timeout".to_owned(),
        _ => name.unwrap_or_default(),
    };
    explained
}

/// The message that begins at line `at`: a YAML value, of one line or several, or a comment.
fn message(block: &Block, at: usize, explained: &mut Explained) {
    let (number, text) = &block.lines[at];
    let bare = text.trim_start();
    let indent = text.len() - bare.len();
    let scalar = bare.split_once(": ").filter(|(key, _)| !key.contains(' ') && !bare.starts_with('#'));
    if let Some((_, value)) = scalar
        && value.starts_with(['|', '>'])
    {
        for (number, text) in &block.lines[at + 1..] {
            let inner = text.len() - text.trim_start().len();
            if inner <= indent && !text.trim().is_empty() {
                break;
            }
            if explained.message.is_empty() {
                if text.trim().is_empty() {
                    continue;
                }
                explained.cause_at = *number;
            }
            if frame_of(text).is_some() {
                break;
            }
            push_line(&mut explained.message, text.trim(), 4000);
        }
        return;
    }
    explained.cause_at = *number;
    if let Some((key, value)) = scalar {
        let value = if matches!(key, "error" | "message") { unquote(value) } else { bare };
        push_line(&mut explained.message, value, 4000);
        return;
    }
    for (_, text) in block.lines[at..].iter().take(40) {
        push_line(&mut explained.message, text.trim_start_matches('#').trim(), 4000);
    }
}

/// Whether a comment explains something: where a test stands does not.
fn is_telling(text: &str) -> bool {
    let text = text.trim_start_matches('#').trim();
    !text.is_empty() && !text.starts_with("(in test file") && !text.starts_with("(from function")
}

fn unquote(value: &str) -> &str {
    let inner = |quote| value.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    inner('\'').or_else(|| inner('"')).unwrap_or(value)
}

/// Frames, with or without `at`, innermost last.
fn frames(block: &Block) -> Vec<Frame> {
    let mut stack = false;
    let mut frames = Vec::new();
    for (_, text) in block.lines.iter().take(400) {
        let bare = text.trim();
        if bare.starts_with("stack: ") {
            stack = true;
        } else if let Some(frame) = frame_of(bare) {
            frames.push(frame);
        } else if let Some(place) = bare.strip_prefix("at: ") {
            frames.extend(frame_of(&format!("at {place}")));
        } else if stack && bare.contains(':') {
            frames.extend(frame_of(&format!("at {}", bare.strip_prefix("async ").unwrap_or(bare))));
        }
    }
    frames.reverse();
    frames
}

/// Place of `#   at t/a.t line 2.` and of `# (in test file t/a.bats, line 5)`.
fn perl_place(block: &Block) -> Option<(String, u32)> {
    static PLACE: OnceLock<Option<Regex>> = OnceLock::new();
    let regex = PLACE.get_or_init(|| {
        Regex::new(r"^#.*?(?:\bat (\S+) line (\d+)\.|\bin test file ([^,]+), line (\d+)\))").ok()
    });
    let regex = regex.as_ref()?;
    block.lines.iter().find_map(|(_, text)| {
        let found = regex.captures(text)?;
        let file = found.get(1).or_else(|| found.get(3))?.as_str();
        let line = found.get(2).or_else(|| found.get(4))?.as_str().parse().ok()?;
        Some((frame(file, line, None).file, line))
    })
}

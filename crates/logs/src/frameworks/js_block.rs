//! Reads the block that a JavaScript test runner prints below the title of a failed test: the line that
//! explains the failure, the message that it begins, and the stack in every shape that engines and runners
//! give it. Bounded by what the caller collected.

use std::sync::OnceLock;

use regex::Regex;
use regreen_case::Frame;

use super::{Found, MAX_BLOCK_LINES};
use crate::frame::{frame, is_project, location, nearest_project};
use crate::text::{clip, push_line};

/// Longest line kept.
const MAX_LINE: usize = 2000;
/// Most lines of a message.
const MAX_MESSAGE_LINES: usize = 60;

/// A title with the lines below it.
#[derive(Debug, Default, Clone)]
pub(super) struct Block {
    /// Title as printed.
    pub(super) title: String,
    /// Where it stands.
    pub(super) at: u64,
    /// Lines below it, with their numbers.
    pub(super) lines: Vec<(u64, String)>,
}

impl Block {
    /// An empty block.
    pub(super) fn new(title: &str, at: u64) -> Self {
        Block { title: clip(title.trim_end(), MAX_LINE), at, lines: Vec::new() }
    }

    /// Takes a line as long as there is room.
    pub(super) fn push(&mut self, text: &str, at: u64) {
        if self.lines.len() < MAX_BLOCK_LINES {
            self.lines.push((at, clip(text, MAX_LINE)));
        }
    }

    /// How well the block is backed: 2 when it shows source code, 1 when it has a stack, else 0. Printed
    /// imitations seldom have either.
    pub(super) fn support(&self) -> u8 {
        let code = self.lines.iter().any(|(_, text)| text.trim_start().starts_with('>') && is_code(text));
        let stack = || self.lines.iter().any(|(_, text)| frame_of(text).is_some());
        if code { 2 } else { u8::from(stack()) }
    }

    /// What the block says about the test `id`.
    pub(super) fn into_found(self, id: String, suite: Option<String>) -> Found {
        let Explained { kind, message, cause_at, frames } = explain(&self.lines);
        let mut block = format!("{}\n", self.title);
        for (_, line) in &self.lines {
            push_line(&mut block, line, 5000);
        }
        let nearest = frames.iter().rev().find(|frame| frame.project);
        let (file, line) = nearest.map_or((suite.clone(), None), |at| (Some(at.file.clone()), Some(at.line)));
        let place = nearest_project(&frames);
        Found {
            id,
            suite,
            file,
            line,
            kind,
            message,
            frames,
            place,
            at: self.at,
            cause_at,
            block,
            role: None,
        }
    }
}

/// What explains a failure.
pub(super) struct Explained {
    kind: String,
    message: String,
    cause_at: u64,
    frames: Vec<Frame>,
}

fn explain(lines: &[(u64, String)]) -> Explained {
    let first = lines.iter().position(|(_, text)| says_something(text));
    let mut message = String::new();
    for (_, text) in lines.iter().skip(first.unwrap_or(lines.len())).take(MAX_MESSAGE_LINES) {
        if !message.is_empty() && (frame_of(text).is_some() || is_code(text)) {
            break;
        }
        push_line(&mut message, text.trim(), 4000);
    }
    let mut frames: Vec<Frame> = lines.iter().filter_map(|(_, text)| frame_of(text)).take(200).collect();
    frames.reverse();
    let message = message.trim_end().to_owned();
    let kind = kind_of(message.lines().next().unwrap_or_default());
    let cause_at = first.map_or(0, |at| lines[at].0);
    Explained { kind, message, cause_at, frames }
}

/// Whether a line can explain anything: rules, arrows alone and code cannot.
fn says_something(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric) && frame_of(text).is_none() && !is_code(text)
}

/// The class of the error, or `timeout`.
pub(super) fn kind_of(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let timed = [
        "exceeded timeout",
        "timeout of ",
        "timed out in ",
        "test timed out",
        "timeout exceeded",
        "- async function did not complete within",
        "test timeout of ",
    ];
    if timed.iter().any(|word| lower.contains(word)) {
        return "timeout".to_owned();
    }
    let text = text.strip_prefix("Uncaught ").unwrap_or(text);
    let name = text.split([':', ' ']).next().unwrap_or_default();
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$' || c == '.');
    if is_name && (name.ends_with("Error") || name.ends_with("Exception")) && text.contains([':', '[']) {
        return name.to_owned();
    }
    String::new()
}

/// `  > 12 | code` and `     |   ^`.
fn is_code(text: &str) -> bool {
    let text = text.trim_start();
    let rest = text.strip_prefix('>').unwrap_or(text).trim_start();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &rest[digits..];
    (digits > 0 && rest.trim_start().starts_with('|'))
        || rest.starts_with('|')
        || (digits > 0 && rest.starts_with("| "))
}

/// A frame of a stack: `at fn (file:1:2)`, `at file:1:2`, `❯ fn file:1:2`, `fn@file:1:2`.
pub(super) fn frame_of(text: &str) -> Option<Frame> {
    let text = text.trim();
    let (function, place) = if let Some(rest) = text.strip_prefix("at ") {
        let rest = rest.strip_prefix("async ").unwrap_or(rest);
        match rest.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")) {
            Some((function, place)) => (Some(function), place),
            None => (None, rest),
        }
    } else if let Some(rest) = text.strip_prefix("❯ ") {
        match rest.split_once(' ') {
            Some((function, place)) if !function.contains(['/', '\\']) => (Some(function), place),
            _ => (None, rest),
        }
    } else if let Some((function, place)) = text.split_once('@') {
        if function.contains(char::is_whitespace) || !place.contains('/') {
            return None;
        }
        ((!function.is_empty()).then_some(function), place)
    } else {
        return None;
    };
    let (file, line) = place_of(place)?;
    let mut frame = frame(&file, line, function);
    frame.project = is_project(&file) && !is_runtime(&file);
    Some(frame)
}

/// `path:line:column` without what loaders and servers put around it.
pub(super) fn place_of(place: &str) -> Option<(String, u32)> {
    static URL: OnceLock<Option<Regex>> = OnceLock::new();
    let url = URL.get_or_init(|| Regex::new(r"^(?:https?://[^/]+/(?:base/|absolute|@fs)?|webpack:/+(?:\./)?|webpack-internal:/+(?:\./)?|file:(?://)?|\./)").ok());
    let place = place.split(" <- ").next().unwrap_or(place).trim();
    let (path, line) = location(place)?;
    let path = match url.as_ref().and_then(|url| url.find(path)) {
        Some(found) => &path[found.end()..],
        None => path,
    };
    let path = path.split('?').next().unwrap_or(path);
    (!path.contains(": ")
        && path.len() < 500
        && (path.contains(['.', '/', '\\']) || path.starts_with("node:")))
    .then(|| (path.to_owned(), line))
}

/// Files of Node itself.
fn is_runtime(file: &str) -> bool {
    file.starts_with("node:") || file.starts_with("internal/") || file.starts_with("native")
}

/// Whether a path looks like a JavaScript source.
pub(super) fn is_source(path: &str) -> bool {
    let Some((stem, end)) = path.rsplit_once('.') else { return false };
    let known = [
        "js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts", "vue", "svelte", "coffee", "es6", "feature",
        "snap", "json", "md", "mdx",
    ];
    !stem.is_empty() && known.contains(&end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_every_shape_are_read() {
        let read = |text: &str| frame_of(text).map(|f| (f.file, f.line, f.function, f.project));
        let own = |file: &str, line, function: Option<&str>| {
            Some((file.to_owned(), line, function.map(str::to_owned), true))
        };
        assert_eq!(
            read("      at Object.toBe (a b/x.test.js:4:51)"),
            own("a b/x.test.js", 4, Some("Object.toBe"))
        );
        assert_eq!(read("    at async file:///w/x.mjs:2:1"), own("/w/x.mjs", 2, None));
        assert_eq!(read(" ❯ load src/lib.ts:1:9"), own("src/lib.ts", 1, Some("load")));
        assert_eq!(read(" ❯ src/lib.ts:1:9"), own("src/lib.ts", 1, None));
        assert_eq!(
            read("at <Jasmine> (http://localhost:9876/base/test/a.js?0f1:5:3 <- webpack:///x.js:1:1)"),
            own("test/a.js", 5, Some("<Jasmine>"))
        );
        assert_eq!(read("run@http://localhost:9876/base/a.js:5:3"), own("a.js", 5, Some("run")));
        assert_eq!(read("at node:internal/main:5:3").map(|f| f.3), Some(false));
        assert_eq!(read("at x (node_modules/a/b.js:5:3)").map(|f| f.3), Some(false));
        assert_eq!(read("at noon: 12:30"), None);
        assert_eq!(read("at JSON.parse (<anonymous>)"), None);
    }

    #[test]
    fn the_explaining_line_is_the_first_that_says_something() {
        let lines = ["", "  ───", "    TypeError: x is not a function", "    > 1 | x()", "      at a.js:1:1"];
        let mut block = Block::new("t", 7);
        for (at, line) in lines.iter().enumerate() {
            block.push(line, 8 + at as u64);
        }
        assert_eq!(block.support(), 2);
        let found = block.into_found("t".to_owned(), None);
        assert_eq!((found.message.as_str(), found.cause_at), ("TypeError: x is not a function", 10));
        assert_eq!((found.kind.as_str(), found.line), ("TypeError", Some(1)));
    }
}

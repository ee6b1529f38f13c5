//! Untrusted text on the way to the runner's log.
//!
//! The runner reads commands from everything a step prints: a replayed test output that holds
//! `::error::` or `##[add-mask]` would be carried out. One line at a time, [`neutral`] takes the
//! command out of it; whole texts are replayed with commands stopped.

use std::borrow::Cow;
use std::io::Write;

use crate::RunnerError;
use crate::commands::in_actions;
use crate::outputs::random_token;

/// `text` with nothing in it that the runner would take for a command. Unchanged when there is none.
#[must_use]
pub fn neutral(text: &str) -> Cow<'_, str> {
    // `::name::` counts at the start of a line, after white space; `##[name]` counts anywhere. A
    // carriage return also starts a line.
    if !text.contains("::") && !text.contains("##[") {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for line in text.split_inclusive(['\n', '\r']) {
        let start = line.len() - line.trim_start().len();
        let (blank, rest) = line.split_at(start);
        safe.push_str(blank);
        if rest.starts_with("::") {
            safe.push('\\');
        }
        safe.push_str(&rest.replace("##[", "#\\#["));
    }
    Cow::Owned(safe)
}

/// Writes untrusted text so that the runner shows it and obeys none of it: between
/// `::stop-commands::<random>` and its end, and made [`neutral`] as well. Outside Actions, as it is.
pub fn replay(text: &str, out: &mut dyn Write) -> Result<(), RunnerError> {
    replay_as(text, out, in_actions())
}

fn replay_as(text: &str, out: &mut dyn Write, actions: bool) -> Result<(), RunnerError> {
    let failed = |source| RunnerError::Write { variable: "stdout", path: "/dev/stdout".into(), source };
    let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    if !actions {
        return write!(out, "{text}{newline}").map_err(failed);
    }
    let token = random_token()?;
    write!(out, "::stop-commands::{token}\n{}{newline}::{token}::\n", neutral(text)).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_taken_out_of_lines() {
        assert_eq!(neutral("a::b c"), "a::b c");
        assert_eq!(neutral("  ::error::x\nok"), "  \\::error::x\nok");
        assert_eq!(neutral("progress\r::error::x"), "progress\r\\::error::x");
        assert_eq!(neutral("x ##[add-mask]y"), "x #\\#[add-mask]y");
        assert!(matches!(neutral("nothing"), Cow::Borrowed(_)));
    }

    #[test]
    fn replayed_text_is_enclosed_and_the_end_cannot_be_guessed() {
        let mut out = Vec::new();
        replay_as("::error::x", &mut out, true).unwrap();
        replay_as("::error::x", &mut out, true).unwrap();
        let out = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines.len(), 6, "{out}");
        let token = lines[0].strip_prefix("::stop-commands::").unwrap();
        assert_eq!(lines[2], format!("::{token}::"));
        assert_eq!(token.len(), 32);
        assert_ne!(lines[0], lines[3]);
    }

    #[test]
    fn a_terminal_gets_the_text_as_it_is() {
        let mut out = Vec::new();
        replay_as("::error::x", &mut out, false).unwrap();
        assert_eq!(out, b"::error::x\n");
    }
}

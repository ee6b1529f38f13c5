//! A line that may explain the failure, with what belongs to it.

use crate::diagnostics::{Level, Place, place_in};

/// A line that may explain the failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// How much it says.
    pub(crate) level: Level,
    /// Its number.
    pub(crate) at: u64,
    /// The line.
    pub(crate) text: String,
    /// The line with what stands below it; of a traceback the line and then the stack.
    pub(crate) block: String,
    /// Tool whose rule the line fits.
    pub(crate) tool: &'static str,
    /// File, and line where it is printed, that stand above it.
    pub(crate) heading: Option<(String, Option<u32>)>,
    /// Lines below it that were taken.
    pub(crate) lines: usize,
    /// The message stands on the next line that is not empty.
    pub(crate) below: bool,
}

impl Candidate {
    /// Source place that the block names.
    pub(crate) fn place(&self) -> Option<Place> {
        if let Some((_, file)) =
            self.text.strip_prefix("diff --git a/").and_then(|names| names.split_once(" b/"))
        {
            return Some(Place { file: file.to_owned(), line: 0, column: None, alone: true });
        }
        let project = |place: &Place| crate::frame::is_project(&place.file);
        if self.block.lines().nth(1).is_some_and(|line| line.contains("Traceback (most recent call last)")) {
            let places: Vec<Place> = self.block.lines().skip(1).filter_map(place_in).collect();
            return places.iter().rev().find(|place| project(place)).or(places.last()).cloned();
        }
        let places: Vec<Place> = self.block.lines().take(12).filter_map(place_in).collect();
        places.iter().find(|place| project(place)).or(places.first()).cloned()
    }
}

/// Exceptions that lookups raise, and programs catch on purpose.
pub(crate) fn is_of_a_lookup(exception: &str) -> bool {
    const LOOKUPS: &[&str] = &[
        "KeyError",
        "AttributeError",
        "IndexError",
        "StopIteration",
        "ImportError",
        "ModuleNotFoundError",
        "FileNotFoundError",
        "LookupError",
        "Empty",
        "_queue.Empty",
        "queue.Empty",
    ];
    LOOKUPS.contains(&exception.split(':').next().unwrap_or_default())
}

/// Whether an exception tells that a program failed.
pub(crate) fn speaks_of_a_program(text: &str) -> bool {
    ["exit", "status", "ommand", "failed", "returned"].iter().any(|word| text.contains(word))
}

/// Tools that put the message below their first line.
pub(crate) fn has_message_below(tool: &str, text: &str) -> bool {
    match tool {
        "rustc" => text.starts_with("thread '") && text.ends_with(':'),
        "sphinx" => text.ends_with("error:"),
        "rake" => text.starts_with("rake aborted!"),
        "vite" | "symfony" | "eslint-crash" => true,
        _ => false,
    }
}

/// Whether a script names a tool.
pub(crate) fn mentions(script: &str, tool: &str) -> bool {
    let script = script.as_bytes();
    memchr::memmem::find_iter(script, tool).any(|at| {
        let end = at + tool.len();
        let word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
        !word(at.checked_sub(1).and_then(|at| script.get(at))) && !word(script.get(end))
    })
}

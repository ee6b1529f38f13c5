//! Workflow commands: annotations and masks, through one writer that escapes.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::replay::neutral;

/// Longest annotation the runner keeps, in characters.
pub const MESSAGE_LIMIT: usize = 4096;

/// Whether this process is a step of a workflow.
#[must_use]
pub fn in_actions() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Weight of an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// For information.
    Notice,
    /// Something to look at.
    Warning,
    /// The step failed on it.
    Error,
}

impl Level {
    const fn name(self) -> &'static str {
        match self {
            Level::Notice => "notice",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// A message for the page of the run, possibly tied to a line of a file.
#[derive(Debug, Clone, Default)]
pub struct Annotation {
    /// Headline.
    pub title: Option<String>,
    /// File relative to the repository.
    pub file: Option<String>,
    /// One-based line in `file`.
    pub line: Option<u32>,
}

/// Tells the user something: an annotation in Actions, a line on standard error elsewhere. Errors in
/// writing are ignored: a program must not fail because nobody listens.
pub fn annotate(level: Level, message: &str, place: &Annotation) {
    if in_actions() {
        let _ = writeln!(std::io::stdout(), "{}", annotation(level, message, place));
    } else {
        let title = place.title.as_deref().map(|title| format!("{title}: ")).unwrap_or_default();
        let _ = writeln!(std::io::stderr(), "{}: {title}{message}", level.name());
    }
}

/// Hides a value in everything the runner shows from now on. Does nothing outside Actions, where
/// printing it would be the only effect.
pub fn mask(value: &str) {
    if in_actions() && !value.trim().is_empty() {
        let _ = writeln!(std::io::stdout(), "::add-mask::{}", escape_data(value));
    }
}

fn annotation(level: Level, message: &str, place: &Annotation) -> String {
    let mut properties = String::new();
    let mut add = |name: &str, value: &str| {
        let separator = if properties.is_empty() { ' ' } else { ',' };
        let _ = write!(properties, "{separator}{name}={}", escape_property(value));
    };
    if let Some(title) = &place.title {
        add("title", title);
    }
    if let Some(file) = &place.file {
        add("file", file);
    }
    if let Some(line) = place.line {
        add("line", &line.to_string());
    }
    format!("::{}{properties}::{}", level.name(), escape_data(&cut(&neutral(message))))
}

/// The message cut to what the runner keeps.
fn cut(message: &str) -> String {
    if message.chars().count() <= MESSAGE_LIMIT {
        return message.to_owned();
    }
    let mut short: String = message.chars().take(MESSAGE_LIMIT - 1).collect();
    short.push('…');
    short
}

fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_message_ends_the_command() {
        let place =
            Annotation { title: Some("a,line=1::b".into()), file: Some("src/x.rs".into()), line: Some(3) };
        assert_eq!(
            annotation(Level::Error, "100% of\r\n::warning::x", &place),
            "::error title=a%2Cline=1%3A%3Ab,file=src/x.rs,line=3::100%25 of%0D%0A\\::warning::x"
        );
        assert_eq!(annotation(Level::Notice, "x", &Annotation::default()), "::notice::x");
    }

    #[test]
    fn long_messages_are_cut_by_characters() {
        let text = annotation(Level::Warning, &"ä".repeat(5000), &Annotation::default());
        let message = text.strip_prefix("::warning::").unwrap();
        assert_eq!(message.chars().count(), MESSAGE_LIMIT);
        assert!(message.ends_with('…'));
    }
}

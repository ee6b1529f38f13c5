//! How every program ends: message, hint, annotation, exit code.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use crate::commands::{Annotation, Level, annotate, in_actions};
use crate::replay::neutral;

/// An error that a program may end with. Library errors have these as inherent methods; a program's
/// own error type forwards to them.
pub trait PublicError: Error {
    /// One of the public exit codes.
    fn exit_code(&self) -> u8;

    /// What to do next.
    fn hint(&self) -> Option<String>;
}

/// Ends a program: `Ok` carries the exit code; an error is printed to standard error as `error: ...`
/// and `hint: ...`, and in Actions as an annotation too.
pub fn conclude<E: PublicError>(result: Result<u8, E>) -> ExitCode {
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let text = message(&error);
            if in_actions() {
                annotate(Level::Error, &text, &Annotation::default());
            }
            let _ = write!(std::io::stderr(), "{}", neutral(&format!("error: {text}\n")));
            ExitCode::from(error.exit_code())
        }
    }
}

/// Prints the answer of a program to standard output. Nobody may be there to read it, or the disk that it
/// goes to may be full: that is no reason to end any other way than the answer says.
pub fn answer(text: impl std::fmt::Display) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// The error, what caused it where the message does not say so already, and the hint.
fn message(error: &dyn PublicError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let reason = error.to_string();
        if !text.contains(&reason) {
            let _ = write!(text, ": {reason}");
        }
        cause = error.source();
    }
    if let Some(hint) = error.hint() {
        let _ = write!(text, "\nhint: {hint}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot read the log job.txt")]
    struct Unreadable(#[source] std::io::Error);

    impl PublicError for Unreadable {
        fn exit_code(&self) -> u8 {
            crate::ENVIRONMENT
        }
        fn hint(&self) -> Option<String> {
            Some("give --raw-logs a readable file".into())
        }
    }

    #[test]
    fn a_message_has_its_cause_and_its_hint() {
        let error = Unreadable(std::io::Error::other("disk gone"));
        assert_eq!(
            message(&error),
            "cannot read the log job.txt: disk gone\nhint: give --raw-logs a readable file"
        );
    }
}

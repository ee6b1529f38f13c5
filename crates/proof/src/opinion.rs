//! What a fork of a test runner says of a change: the first word, never the last.
//!
//! Promise: an opinion shows a failure only when it names the same test, or the same file that cannot be loaded, and
//! says the same of it, as far as that survives a rerun.

use std::time::Duration;

use regreen_case::{FailedTest, Grade, Signature};

/// Kind of a failure that does not name one: it is no difference to any other.
const UNNAMED: &str = "failure";

/// The first opinion on a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opinion {
    /// At least one test passed and none failed.
    Green,
    /// A test failed: its id, and how its message begins.
    Red {
        /// Id as the framework prints it.
        id: String,
        /// Of the failure.
        message: String,
    },
    /// It ended without a result: nothing ran, or the process broke.
    Nothing,
    /// It took too long and was stopped.
    Late,
}

/// What one opinion may take.
#[derive(Debug, Clone, Copy)]
pub struct OpinionLimit {
    /// On the clock.
    pub wall: Duration,
    /// Of the processor, which says the same on a busy machine.
    pub cpu: Duration,
}

impl Opinion {
    /// Whether this is the failure that a run of its own has shown.
    #[must_use]
    pub fn shows(&self, failure: &FailedTest) -> bool {
        let Opinion::Red { id, message } = self else { return false };
        // The folder that ids start from may be another one.
        let name = |id: &str| id.rsplit("::").next().unwrap_or(id).to_owned();
        name(id) == name(&failure.id) && says(message, failure)
    }
}

/// Whether a message is that of a failure, kinds included. First lines are compared: what is printed below them hangs
/// on the style of the traceback.
fn says(message: &str, failure: &FailedTest) -> bool {
    let sign = |text: &str, unless: &str| {
        let (kind, message) = without_kind(text.trim().lines().next().unwrap_or_default(), &failure.kind);
        Signature::new(None, None, kind.unwrap_or(unless), message, None)
    };
    let (here, there) = (sign(message, UNNAMED), sign(&failure.message, &failure.kind));
    if there.message.is_empty() && there.kind == UNNAMED {
        // Output that was told to be brief: there is nothing to compare.
        return true;
    }
    // To a signature a missing message is no difference; here both have seen the error itself.
    here.message.is_empty() == there.message.is_empty() && here.compare(&there) == Grade::Same
}

/// Tells the kind, which some ways of printing put first, from the message. Modules before the kind are a part of it.
fn without_kind<'a>(line: &'a str, expected: &'a str) -> (Option<&'a str>, &'a str) {
    let (mut kind, mut rest) = (None, line.trim());
    loop {
        let (first, behind) = rest.split_once(':').unwrap_or((rest, ""));
        // Node prints the code of an error with its kind: `AssertionError [ERR_ASSERTION]`.
        let named = first.split(" [").next().unwrap_or(first);
        if named.rsplit('.').next() != expected.rsplit('.').next() {
            return (kind, rest);
        }
        (kind, rest) = (Some(expected), behind.trim());
    }
}

#[cfg(test)]
mod tests {
    use regreen_case::Framework;

    use super::*;

    fn failure(kind: &str, message: &str) -> FailedTest {
        let failure = crate::failures::plain(Framework::Pytest, "tests/test_a.py::test_b", None, message);
        FailedTest { kind: kind.to_owned(), ..failure }
    }

    fn red(id: &str, message: &str) -> Opinion {
        Opinion::Red { id: id.to_owned(), message: message.to_owned() }
    }

    #[test]
    fn what_says_the_same_of_the_same_test_shows_its_failure() {
        for (said, kind, message) in [
            ("AssertionError: assert 2 == 3", "AssertionError", "assert 1 == 3\n + where 1 = f()"),
            ("a.b.Oops: at 0x7f of /x/y/c.py", "Oops", "a.b.Oops: at 0x3a of /z/c.py"),
            ("ValueError: ValueError: no", "ValueError", "ValueError: no"),
            ("expected: <1>", "org.a.Failed", "org.a.Failed: expected: <2>"),
            ("KeyError\n", "KeyError", "KeyError\nmore"),
            ("anything", "failure", ""),
            ("ValueError: much and ever so mu...", "ValueError", "ValueError: much and ever so much more"),
        ] {
            let failure = failure(kind, message);
            assert!(red("test_a.py::test_b", said).shows(&failure), "{said}");
            assert!(!red("tests/test_a.py::test_c", said).shows(&failure), "another test");
        }
    }

    #[test]
    fn what_says_something_else_does_not() {
        for (said, kind, message) in [
            ("AssertionError: assert not True", "AssertionError", "assert 1 == 3"),
            ("TypeError: no", "ValueError", "ValueError: no"),
            ("TypeError", "ValueError", "ValueError"),
            ("ValueError", "ValueError", "ValueError: no"),
            ("ValueError: no", "ValueError", "ValueError"),
            ("", "ValueError", "ValueError: no"),
        ] {
            let failure = failure(kind, message);
            assert!(!red("tests/test_a.py::test_b", said).shows(&failure), "{said}");
        }
        let failure = failure("ValueError", "no");
        assert!(![Opinion::Green, Opinion::Late, Opinion::Nothing].iter().any(|it| it.shows(&failure)));
    }
}

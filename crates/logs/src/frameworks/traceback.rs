//! Python's own tracebacks, as unittest, nose, trial and the interpreter print them.
//!
//! Of a chain of exceptions the last one counts. What the message of an exception holds (it may quote
//! another traceback) is no part of the chain.

use regreen_case::Frame;

use super::pytest_block::{native_frame, split_kind};

/// A numbered line of a block.
pub(super) type Numbered = (u64, String);

/// What a traceback says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Traceback {
    /// Last component of the exception's name.
    pub(super) kind: String,
    /// The line that names the exception, and the rest of its message.
    pub(super) message: String,
    /// Where that line stands; 0 without one.
    pub(super) at: u64,
    /// Stack of the exception that counts, innermost last.
    pub(super) frames: Vec<Frame>,
}

/// Lines between two tracebacks of a chain.
fn is_chained(line: &str) -> bool {
    line.starts_with("During handling of the above exception")
        || line.starts_with("The above exception was the direct cause")
}

fn opens(line: &str) -> bool {
    line.starts_with("Traceback (most recent call last)") || line.starts_with("+ Exception Group Traceback")
}

/// The text of a line without what exception groups draw before it.
fn undrawn(line: &str) -> &str {
    line.strip_prefix("  | ").or_else(|| line.strip_prefix("  + ").map(|_| &line[2..])).unwrap_or(line)
}

/// Reads a block from its first line.
pub(super) fn read(lines: &[Numbered]) -> Traceback {
    let mut trace = Traceback::default();
    let mut open = false;
    let mut named: Option<usize> = None;
    for (at, (_, line)) in lines.iter().enumerate() {
        let line = undrawn(line);
        let before_any = trace.frames.is_empty() && named.is_none_or(|named| at - named < 4);
        if is_chained(line) && named.is_some() {
            (named, open) = (None, false);
            trace.frames.clear();
        } else if opens(line) && !open && (named.is_none() || before_any) {
            (named, open) = (None, true);
        } else if open {
            if let Some(frame) = native_frame(line) {
                trace.frames.push(frame);
            } else if !line.is_empty() && !line.starts_with([' ', '\t']) && !line.starts_with("[Previous") {
                (named, open) = (Some(at), false);
            }
        } else if named.is_none() && !line.is_empty() && !is_chained(line) && trace.frames.is_empty() {
            // What loaders say before the traceback; explains the failure where none follows.
            named = Some(at);
        }
    }
    let Some(start) = named else { return trace };
    trace.at = lines[start].0;
    let text: Vec<&str> = lines[start..].iter().take(60).map(|(_, line)| undrawn(line)).collect();
    trace.message = text.join("\n").trim_end().to_owned();
    trace.kind = split_kind(&trace.message).0.unwrap_or_default().to_owned();
    trace
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Traceback {
        read(&(1..).zip(text.lines().map(str::to_owned)).collect::<Vec<_>>())
    }

    #[test]
    fn of_a_chain_the_last_exception_counts_and_quoted_tracebacks_do_not() {
        let text = "Traceback (most recent call last):\n  File \"a.py\", line 3, in f\n    {}['k']\n    ~~^^^^^\nKeyError: 'k'\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"t.py\", line 9, in test_f\n    f()\npkg.Custom: outer\nTraceback (most recent call last):\n  File \"q.py\", line 1, in q\nOSError: quoted\n";
        let trace = read_text(text);
        assert_eq!((trace.kind.as_str(), trace.at), ("Custom", 12));
        assert!(trace.message.starts_with("pkg.Custom: outer\nTraceback"));
        assert_eq!(trace.frames.len(), 1);
    }

    #[test]
    fn loaders_speak_before_the_traceback() {
        let text = "ImportError: Failed to import test module: t\nTraceback (most recent call last):\n  File \"t.py\", line 1, in <module>\n    import no\nModuleNotFoundError: No module named 'no'\n";
        assert_eq!(read_text(text).message, "ModuleNotFoundError: No module named 'no'");
        assert_eq!(read_text("AttributeError: no such test\n").at, 1);
    }

    #[test]
    fn syntax_errors_and_groups_are_named_below_their_source() {
        let text = "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    import b\n  File \"/w/b.py\", line 3\n    def (:\n        ^\nSyntaxError: invalid syntax\n";
        assert_eq!((read_text(text).kind.as_str(), read_text(text).at), ("SyntaxError", 7));
        let text = "  + Exception Group Traceback (most recent call last):\n  |   File \"t.py\", line 9, in test_g\n  |     raise g\n  | ExceptionGroup: eg (2 sub-exceptions)\n  +-+---------------- 1 ----------------\n    | ValueError: 1\n";
        let trace = read_text(text);
        assert_eq!((trace.kind.as_str(), trace.at, trace.frames.len()), ("ExceptionGroup", 4, 1));
    }
}

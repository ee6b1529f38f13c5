//! One block of pytest's `FAILURES` or `ERRORS` section: from raw lines to error, message and stack.
//!
//! Understands the long, short and native styles of traceback, chained exceptions and doctests.

use regreen_case::Frame;

use super::traceback::{self, Numbered};
use crate::frame::{frame, nearest_project};

/// What a block says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Block {
    /// Last component of the exception's name.
    pub(super) kind: String,
    /// The line that explains the failure, and what follows it.
    pub(super) message: String,
    /// Where that line stands; 0 without one.
    pub(super) at: u64,
    /// Stack of the exception that counts, innermost last.
    pub(super) frames: Vec<Frame>,
    /// `file:function` of the nearest project frame.
    pub(super) place: Option<String>,
}

/// Whether a line opens captured output; everything behind it is the test's own text.
pub(super) fn opens_captured(line: &str) -> bool {
    line.starts_with("---") && line.ends_with("---") && line.contains(" Captured ")
}

/// Reads a block.
pub(super) fn read(lines: &[Numbered]) -> Block {
    let own = lines.iter().position(|(_, line)| opens_captured(line)).unwrap_or(lines.len());
    if lines[..own].iter().any(|(_, line)| line.starts_with("  + Exception Group Traceback")) {
        // Groups are always shown as Python itself shows them.
        let trace = traceback::read(&lines[..own]);
        let place = nearest_project(&trace.frames);
        let (kind, message) = (trace.kind, trace.message);
        return Block { kind, message, at: trace.at, frames: trace.frames, place };
    }
    let mut reader = Reader::default();
    for (at, line) in lines {
        if opens_captured(line) {
            break;
        }
        reader.line(line, *at);
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    /// `E` lines of the traceback entry that counts.
    error: Vec<Numbered>,
    /// Whether the next `E` line begins a new group.
    error_closed: bool,
    frames: Vec<Frame>,
    kind: Option<String>,
    /// Function whose source is shown.
    function: Option<String>,
    native: bool,
    /// `path:12: DocTestFailure`.
    doctest: Option<Numbered>,
    /// First line of what has neither an error nor a stack.
    first: Option<Numbered>,
}

impl Reader {
    fn line(&mut self, line: &str, at: u64) {
        if self.first.is_none() && !line.trim().is_empty() {
            self.first = Some((at, line.to_owned()));
        }
        if let Some(text) = error_text(line) {
            if std::mem::take(&mut self.error_closed) {
                self.error.clear();
            }
            if self.error.len() < 60 {
                self.error.push((at, text.to_owned()));
            }
        } else if line.starts_with("_ _ _") {
            self.function = None;
        } else if line.starts_with("During handling of the above")
            || line.starts_with("The above exception was")
        {
            self.frames.clear();
            self.function = None;
            self.native = false;
        } else if line == "Traceback (most recent call last):" {
            self.native = true;
            self.error.clear();
        } else if let Some(native) = native_frame(line) {
            self.frames.push(native);
        } else if let Some((file, number, rest)) = place_of(line) {
            if matches!(rest, "DocTestFailure" | "UnexpectedException") {
                self.doctest = Some((at, line.to_owned()));
            }
            self.placed(file, number, rest);
        } else if self.native && !line.is_empty() && !line.starts_with(' ') {
            self.native = false;
            self.error = vec![(at, line.to_owned())];
            self.error_closed = true;
        } else if self.function.is_none()
            && let Some(name) = definition(line)
        {
            self.function = Some(name.to_owned());
        } else if self.error_closed && self.native_message(line, at) {
            self.error.push((at, line.to_owned()));
        }
    }

    /// A line `path:number: rest`.
    fn placed(&mut self, file: &str, number: u32, rest: &str) {
        if let Some(function) = rest.strip_prefix("in ") {
            self.frames.push(frame(file, number, Some(function.trim())));
        } else {
            let function = self.function.take();
            self.frames.push(frame(file, number, function.as_deref()));
            if !rest.is_empty() {
                self.kind = Some(last_component(rest).to_owned());
            }
        }
        self.error_closed = true;
        self.function = None;
    }

    /// Whether a line goes on with the message of a native traceback.
    fn native_message(&self, line: &str, at: u64) -> bool {
        !line.is_empty() && self.error.len() < 60 && self.error.last().is_some_and(|(last, _)| last + 1 == at)
    }

    fn finish(self) -> Block {
        let place = nearest_project(&self.frames);
        let kind = self.kind.unwrap_or_default();
        let lone = |line: Option<Numbered>| {
            line.map_or((0, String::new()), |(at, line)| (at, line.trim().to_owned()))
        };
        if self.doctest.is_some() {
            let (at, message) = lone(self.doctest);
            return Block { kind, message, at, frames: self.frames, place };
        }
        let mut error = self.error;
        let blank = error.iter().take_while(|(_, line)| line.trim().is_empty()).count();
        error.drain(..blank);
        // The compiler's own errors show the source first and are named below it.
        if error.first().is_some_and(|(_, line)| line.trim_start().starts_with("File \""))
            && let Some(at) = error.iter().rposition(|(_, line)| split_kind(line.trim()).0.is_some())
        {
            error.drain(..at);
        }
        let message = dedent(&error);
        if message.is_empty() {
            let (at, message) = lone(self.first.filter(|(_, line)| place_of(line).is_none()));
            return Block { kind, message, at, frames: self.frames, place };
        }
        let kind = if kind.is_empty() { split_kind(&message).0.unwrap_or_default().to_owned() } else { kind };
        Block { kind, message, at: error[0].0, frames: self.frames, place }
    }
}

/// Splits `package.SomeError: message` into `SomeError` and the message; a bare assertion is an
/// `AssertionError`.
pub(super) fn split_kind(message: &str) -> (Option<&str>, &str) {
    let first = message.lines().next().unwrap_or_default();
    let name = first.split(':').next().unwrap_or_default().trim();
    let looks_like_a_name = !name.is_empty()
        && name.split('.').all(|part| {
            part.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        })
        && last_component(name).chars().next().is_some_and(char::is_uppercase);
    if looks_like_a_name && (name.len() < first.trim_end().len() || is_exception_name(name)) {
        let rest = message.trim_start().strip_prefix(name).unwrap_or_default();
        return (Some(last_component(name)), rest.strip_prefix(':').unwrap_or(rest).trim());
    }
    if first == "assert" || first.starts_with("assert ") || first.starts_with("assert(") {
        return (Some("AssertionError"), message.trim());
    }
    (None, message.trim())
}

fn is_exception_name(name: &str) -> bool {
    ["Error", "Exception", "Exit", "Interrupt", "Warning", "Failed", "Failure", "Stop", "Timeout"]
        .iter()
        .any(|end| name.ends_with(end))
        || name.contains('.')
        || name.chars().all(|c| c.is_alphanumeric())
}

fn last_component(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Text of an `E` line: `E`, blanks, text.
fn error_text(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('E')?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix("   ").or_else(|| rest.strip_prefix("  ")) }
}

/// The lines without the indentation of the first one.
fn dedent(lines: &[Numbered]) -> String {
    let indent = lines.iter().find(|(_, line)| !line.trim().is_empty()).map_or(0, |(_, line)| blanks(line));
    let lines: Vec<&str> =
        lines.iter().map(|(_, line)| line[blanks(line).min(indent)..].trim_end()).collect();
    lines.join("\n").trim().to_owned()
}

fn blanks(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// `path:12: `, `path:12: AssertionError`, `path:12: in function`, always at the start of a line.
fn place_of(line: &str) -> Option<(&str, u32, &str)> {
    if line.starts_with([' ', '>', '\t']) {
        return None;
    }
    let mut from = 0;
    while let Some(colon) = line[from..].find(':').map(|at| at + from) {
        let rest = &line[colon + 1..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits > 0
            && colon > 0
            && let Some(tail) = rest[digits..].strip_prefix(':')
        {
            let tail = tail.trim();
            let plausible = tail.is_empty()
                || tail.starts_with("in ")
                || tail.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
            return plausible
                .then(|| rest[..digits].parse().ok().map(|number| (&line[..colon], number, tail)))?;
        }
        from = colon + 1;
    }
    None
}

/// `  File "path", line 12, in function`.
pub(super) fn native_frame(line: &str) -> Option<Frame> {
    let rest = line.trim_start().strip_prefix("File \"")?;
    let (file, rest) = rest.split_once("\", line ")?;
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = rest[..digits].parse().ok()?;
    let function = rest[digits..].trim_start_matches(',').trim().strip_prefix("in ");
    Some(frame(file, number, function))
}

/// Name of the function that a line of source defines.
fn definition(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(['>', ' ']);
    let rest = text.strip_prefix("async ").unwrap_or(text).strip_prefix("def ")?;
    let name = rest.split('(').next()?.trim();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Block {
        read(&(1..).zip(text.lines().map(str::to_owned)).collect::<Vec<_>>())
    }

    #[test]
    fn the_long_style() {
        let block = read_text(
            "\n    def test_total():\n        cart = Cart()\n>       assert total(cart) == 3\nE       assert 4 == 3\nE        +  where 4 = total(cart)\n\ntests/test_cart.py:9: AssertionError\n----- Captured stdout call -----\nE       ValueError: printed by the test\nfake.py:1: ValueError\n",
        );
        assert_eq!(block.kind, "AssertionError");
        assert_eq!(block.message, "assert 4 == 3\n +  where 4 = total(cart)");
        assert_eq!(block.place.as_deref(), Some("test_cart.py:test_total"));
    }

    #[test]
    fn the_short_style_with_a_library_below() {
        let block = read_text(
            "tests/test_a.py:5: in test_a\n    load()\nsrc/app.py:7: in load\n    json.loads('x')\n/usr/lib/python3.12/json/decoder.py:355: in raw_decode\n    raise JSONDecodeError(\"Expecting value\", s, err.value) from None\nE   json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n",
        );
        assert_eq!(block.kind, "JSONDecodeError");
        assert_eq!(block.message, "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)");
        assert_eq!(block.at, 7);
        assert_eq!(block.place.as_deref(), Some("app.py:load"));
        assert_eq!(block.frames.len(), 3);
    }

    #[test]
    fn of_a_chain_the_last_exception_counts() {
        let block = read_text(
            "    def f():\n>       {}['a']\nE       KeyError: 'a'\n\nsrc/m.py:2: KeyError\n\nThe above exception was the direct cause of the following exception:\n\n    def test_f():\n>       f()\nE       ValueError: no a\n\ntests/test_m.py:9: ValueError\n",
        );
        assert_eq!((block.kind.as_str(), block.message.as_str()), ("ValueError", "ValueError: no a"));
        assert_eq!(block.place.as_deref(), Some("test_m.py:test_f"));
    }

    #[test]
    fn the_native_style() {
        let block = read_text(
            "Traceback (most recent call last):\n  File \"/w/tests/test_a.py\", line 4, in test_a\n    f()\n  File \"/w/src/a.py\", line 2, in f\n    raise Custom\na.Custom: boom\n",
        );
        assert_eq!((block.kind.as_str(), block.message.as_str()), ("Custom", "a.Custom: boom"));
        assert_eq!(block.place.as_deref(), Some("a.py:f"));
    }

    #[test]
    fn a_syntax_error_is_named_below_its_source() {
        let block = read_text(
            "/v/lib/python3.12/ast.py:52: in parse\n    return compile(source)\nE     File \"/w/tests/test_a.py\", line 1\nE       def test_a(:\nE                  ^\nE   SyntaxError: invalid syntax\n",
        );
        assert_eq!(
            (block.kind.as_str(), block.message.as_str()),
            ("SyntaxError", "SyntaxError: invalid syntax")
        );
    }

    #[test]
    fn exception_groups() {
        let block = read_text(
            "  + Exception Group Traceback (most recent call last):\n  |   File \"/w/t.py\", line 3, in test_eg\n  |     raise g\n  | ExceptionGroup: eg (1 sub-exception)\n  +-+---------------- 1 ----------------\n    | ValueError: 1\n    +------------------------------------\n----- Captured stdout call -----\nE   x\n",
        );
        assert_eq!((block.kind.as_str(), block.at), ("ExceptionGroup", 4));
        assert!(block.message.starts_with("ExceptionGroup: eg (1 sub-exception)"));
        assert_eq!(block.place.as_deref(), Some("t.py:test_eg"));
    }

    #[test]
    fn kinds_are_split_off() {
        assert_eq!(split_kind("requests.exceptions.HTTPError: 404"), (Some("HTTPError"), "404"));
        assert_eq!(split_kind("ValueError"), (Some("ValueError"), ""));
        assert_eq!(split_kind("assert 1 == 2"), (Some("AssertionError"), "assert 1 == 2"));
        assert_eq!(split_kind("Failed: DID NOT RAISE"), (Some("Failed"), "DID NOT RAISE"));
        assert_eq!(split_kind("fixture 'x' not found"), (None, "fixture 'x' not found"));
    }
}

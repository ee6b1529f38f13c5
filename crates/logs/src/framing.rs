//! Takes a line of a log out of what CI wrapped around it.
//!
//! Strips the columns of `gh run view --log`, byte order marks, exactly one timestamp (programs print
//! their own next to it), carriage returns, ECMA-48 control sequences and other control characters, and
//! replaces invalid UTF-8.

use std::borrow::Cow;

/// A raw line without its frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Framed<'a> {
    /// Job and step, where `gh run view --log` printed them as columns.
    pub(crate) columns: Option<(&'a [u8], &'a [u8])>,
    /// Whether the runner's timestamp stood there.
    pub(crate) stamped: bool,
    /// The rest.
    pub(crate) text: &'a [u8],
}

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Length of `2026-01-02T03:04:05.1234567Z`.
const STAMP: usize = 28;

/// Takes off columns, byte order marks and one timestamp.
pub(crate) fn unframe(raw: &[u8]) -> Framed<'_> {
    let mut text = without_bom(raw);
    if let Some(rest) = after_stamp(text) {
        return Framed { columns: None, stamped: true, text: rest };
    }
    let mut columns = None;
    if let Some((job, step, rest)) = gh_columns(text) {
        columns = Some((job, step));
        text = without_bom(rest);
        if let Some(rest) = after_stamp(text) {
            return Framed { columns, stamped: true, text: rest };
        }
    }
    Framed { columns, stamped: false, text }
}

fn without_bom(mut text: &[u8]) -> &[u8] {
    while let Some(rest) = text.strip_prefix(BOM) {
        text = rest;
    }
    text
}

fn is_stamp(text: &[u8]) -> bool {
    const SHAPE: &[u8; STAMP] = b"dddd-dd-ddTdd:dd:dd.dddddddZ";
    text.len() >= STAMP
        && SHAPE.iter().zip(text).all(|(shape, byte)| match shape {
            b'd' => byte.is_ascii_digit(),
            other => other == byte,
        })
}

/// The runner writes seven digits and one space; what programs print has another precision.
fn after_stamp(text: &[u8]) -> Option<&[u8]> {
    if !text.first()?.is_ascii_digit() || !is_stamp(text) {
        return None;
    }
    match text.get(STAMP) {
        None => Some(&[]),
        Some(b' ') => Some(without_bom(&text[STAMP + 1..])),
        Some(b'\r') => Some(&text[STAMP..]),
        Some(_) => None,
    }
}

/// `job<TAB>step<TAB>[BOM]timestamp …`. A tab alone proves nothing: the timestamp must follow.
fn gh_columns(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let head = &text[..text.len().min(512)];
    let first = memchr::memchr(b'\t', head)?;
    let second = first + 1 + memchr::memchr(b'\t', &head[first + 1..])?;
    let rest = &text[second + 1..];
    is_stamp(without_bom(rest)).then_some((&text[..first], &text[first + 1..second], rest))
}

/// Calls `on_text` for what a terminal would have shown in turn: the pieces between carriage returns,
/// so that a message behind a progress bar is a line of its own.
pub(crate) fn each_piece(text: &[u8], mut on_text: impl FnMut(&str)) {
    let end = text.iter().rposition(|byte| *byte != b'\r').map_or(0, |last| last + 1);
    let text = &text[..end];
    if memchr::memchr(b'\r', text).is_none() {
        on_text(&clean(text));
        return;
    }
    for piece in text.split(|byte| *byte == b'\r').filter(|piece| !piece.is_empty()) {
        on_text(&clean(piece));
    }
}

/// Printable text: no escapes, no control characters but the tab, valid UTF-8.
pub(crate) fn clean(text: &[u8]) -> Cow<'_, str> {
    let decoded = String::from_utf8_lossy(text);
    let dirty = |byte: &u8| (*byte < 0x20 && *byte != b'\t') || *byte == 0x7f || *byte == 0xc2;
    if !decoded.as_bytes().iter().any(dirty) {
        return decoded;
    }
    Cow::Owned(without_controls(&decoded))
}

fn without_controls(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(char) = rest.next() {
        match char {
            '\u{1b}' => skip_escape(&mut rest),
            '\u{9b}' => skip_parameters(&mut rest),
            '\t' => clean.push(char),
            char if char.is_control() => {}
            char => clean.push(char),
        }
    }
    clean
}

/// What follows an ESC, by ECMA-48 and ISO 2022.
fn skip_escape(rest: &mut std::str::Chars<'_>) {
    match rest.next() {
        Some('[') => skip_parameters(rest),
        // Strings: operating system command, device control, start of string, privacy, application.
        Some(']' | 'P' | 'X' | '^' | '_') => {
            while let Some(char) = rest.next() {
                match char {
                    '\u{7}' | '\u{9c}' => return,
                    '\u{1b}' => {
                        rest.next();
                        return;
                    }
                    _ => {}
                }
            }
        }
        // Designators such as `ESC ( B`: intermediates, then one final byte.
        Some(' '..='/') => {
            for char in rest.by_ref() {
                if !(' '..='/').contains(&char) {
                    return;
                }
            }
        }
        _ => {}
    }
}

/// Parameters and intermediates up to the final byte of a control sequence.
fn skip_parameters(rest: &mut std::str::Chars<'_>) {
    loop {
        let before = rest.clone();
        match rest.next() {
            Some(' '..='?') => {}
            Some('@'..='~') | None => return,
            // Not a control sequence after all: what broke it belongs to the text.
            Some(_) => {
                *rest = before;
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(raw: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        each_piece(unframe(raw).text, |text| found.push(text.to_owned()));
        found
    }

    #[test]
    fn exactly_one_timestamp_goes() {
        for (raw, text) in [
            ("2026-01-02T03:04:05.1234567Z hello", "hello"),
            (
                "2026-01-02T03:04:05.1234567Z 2026-01-02T03:04:05.1234567Z hello",
                "2026-01-02T03:04:05.1234567Z hello",
            ),
            ("2026-01-02T03:04:05.123Z own stamp", "2026-01-02T03:04:05.123Z own stamp"),
            ("\u{feff}2026-01-02T03:04:05.1234567Z   indented", "  indented"),
            ("2026-01-02T03:04:05.1234567Z \u{feff}\u{feff}late mark", "late mark"),
            ("2026-01-02T03:04:05.1234567Z", ""),
            ("continuation of an input", "continuation of an input"),
        ] {
            assert_eq!(pieces(raw.as_bytes()), [text], "{raw}");
        }
    }

    #[test]
    fn columns_of_gh_are_recognised_by_the_timestamp_behind_them() {
        let raw = "build (ubuntu)\tUNKNOWN STEP\t\u{feff}2026-01-02T03:04:05.1234567Z a\tb";
        let framed = unframe(raw.as_bytes());
        assert_eq!(framed.columns, Some((&b"build (ubuntu)"[..], &b"UNKNOWN STEP"[..])));
        assert_eq!(framed.text, b"a\tb");
        assert_eq!(unframe(b"a\tb\tc").columns, None);
    }

    #[test]
    fn carriage_returns_separate_what_a_terminal_showed_in_turn() {
        assert_eq!(pieces(b"done\r\r"), ["done"]);
        assert_eq!(pieces(b"10%\r50%\rerror: no"), ["10%", "50%", "error: no"]);
        assert_eq!(pieces(b"2026-01-02T03:04:05.1234567Z\r"), [""]);
    }

    #[test]
    fn control_sequences_go_and_broken_ones_take_nothing_along() {
        for (raw, text) in [
            ("\u{1b}[31mFAILED\u{1b}[0m x", "FAILED x"),
            ("FAILED\u{1b}(B x", "FAILED x"),
            ("\u{1b}[38;5;196;1mred\u{1b}[K", "red"),
            ("\u{1b}]8;;http://x\u{7}link\u{1b}]8;;\u{1b}\\ after", "link after"),
            ("\u{9b}31mC1\u{9b}0m", "C1"),
            ("a\u{8}b\u{16}=== RUN", "ab=== RUN"),
            ("cut \u{1b}[3", "cut "),
            ("tab\tstays é", "tab\tstays é"),
        ] {
            assert_eq!(clean(raw.as_bytes()), text, "{raw:?}");
        }
        assert_eq!(clean(b"bad \xff byte"), "bad \u{fffd} byte");
    }
}

//! PHP's own tests (`run-tests.php`).
//!
//! `FAIL title [path.phpt]` names a failed test, and the difference stands above it. Tests that are
//! expected to fail, warned about or skipped begin with other words. The id is the path.

use regreen_case::Framework;

use super::kept::Kept;
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::frame::frame;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Phpt,
    name: "phpt",
    doc: "failed tests of run-tests.php with their difference, expected failures left out, leaks",
    triggers: &["FAIL", "Tests failed "],
    parser: || Box::<Phpt>::default(),
};

/// Lines of a difference that are looked at.
const MOST: usize = 400;

#[derive(Default)]
struct Phpt {
    named: u64,
    /// In the list of those that are expected to fail.
    listing: Option<bool>,
}

impl Parser for Phpt {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text.rsplit('\r').next().unwrap_or(line.text).trim_end();
        if let Some(path) = failed(text) {
            self.named += 1;
            if self.named <= MAX_TESTS as u64 {
                findings.add(Framework::Phpt, described(path, line));
            }
        } else if let Some(counted) = counted(text) {
            if self.named > 0 || counted > 0 {
                let named = std::mem::take(&mut self.named);
                findings.count(Count { framework: Framework::Phpt, counted, named, at: line.number });
            }
        } else if text == "FAILED TEST SUMMARY" {
            let ruled = line.above.lines().next().is_some_and(|above| above.starts_with("====="));
            self.listing = ruled.then_some(false);
        } else if self.listing.is_some() {
            if text.starts_with("=====") {
                self.listing = None;
            } else if self.named <= MAX_TESTS as u64
                && let Some(path) = path(text)
            {
                let id = path.to_owned();
                findings.add(Framework::Phpt, Found { id, at: line.number, ..Found::default() });
            }
        }
    }

    fn is_awake(&self) -> bool {
        self.listing.is_some()
    }

    fn end(&mut self, _findings: &mut Findings) {
        *self = Phpt::default();
    }
}

/// The path in `FAIL title [path.phpt]`; `LEAK&FAIL` and `BORK` begin the line of failed ones, too.
fn failed(text: &str) -> Option<&str> {
    let (word, _) = text.split_once(' ')?;
    let fits = word.split('&').all(|part| matches!(part, "FAIL" | "LEAK" | "BORK" | "FAILED" | "LEAKED"));
    if fits { path(text) } else { None }
}

fn path(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(" [").or_else(|| text.split_once('['))?;
    let end = rest.rfind(".phpt]")? + ".phpt".len();
    let start = rest[..end].rfind('[').map_or(0, |at| at + 1);
    let path = &rest[start..end];
    (!path.contains(' ')).then_some(path)
}

/// N of `Tests failed    :    1 (  0.0%)`.
fn counted(text: &str) -> Option<u64> {
    let rest = text.strip_prefix("Tests failed ")?.trim_start().strip_prefix(':')?;
    rest.split_whitespace().next()?.parse().ok()
}

fn described(path: &str, line: Line<'_>) -> Found {
    let mut above: Vec<String> = Vec::new();
    let mut begun = false;
    for text in line.above.lines().take(MOST) {
        if text.contains("========DIFF========") {
            begun = true;
            break;
        }
        if above.is_empty() && !text.contains("========DONE========") {
            break;
        }
        above.push(text.into_owned());
    }
    let mut kept = Kept::default();
    if begun {
        for (nth, text) in above.iter().enumerate().skip(1).rev() {
            kept.push_text(line.number.saturating_sub(nth as u64 + 1), text);
        }
    }
    let at = kept.texts().position(is_different).unwrap_or_default();
    let message = kept.message(at, |_| true);
    let place = place(&message);
    Found {
        id: path.to_owned(),
        frames: place.iter().map(|(file, line)| frame(file, *line, None)).collect(),
        file: place.as_ref().map(|(file, _)| file.clone()),
        line: place.map(|(_, line)| line),
        message: if message.is_empty() { line.text.to_owned() } else { message },
        block: kept.block(line.text),
        at: line.number,
        cause_at: kept.number(at),
        ..Found::default()
    }
}

/// `001+ text`, `012- text`.
fn is_different(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && matches!(text.as_bytes().get(digits), Some(b'+' | b'-'))
}

/// `in /w/a.php on line 18`, `in /w/a.php:7`.
fn place(message: &str) -> Option<(String, u32)> {
    message.lines().filter(|line| is_different(line)).find_map(|line| {
        let (_, rest) = line.rsplit_once(" in ")?;
        if let Some((file, number)) = rest.split_once(" on line ") {
            return Some((file.to_owned(), number.split_whitespace().next()?.parse().ok()?));
        }
        let (file, number) = crate::frame::location(rest.trim_end())?;
        file.ends_with(".php").then(|| (file.to_owned(), number))
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_failures_are_named() {
        let text = "XFAIL a [x/a.phpt]   XFAIL REASON: later\nFAILED [x.phpt\nFAIL b (c [d]) [x/b.phpt] \nTests failed    :    1 (  0.0%)\n=====================\nEXPECTED FAILED TEST SUMMARY\n---------------------\na [x/a.phpt]  XFAIL REASON: later\n=====================\n=====================\nFAILED TEST SUMMARY\n---------------------\nb (c [d]) [x/b.phpt]\nLong [x/c.phpt]\n=====================\nd [x/d.phpt]\n";
        let found = crate::extract(text.as_bytes(), "x.log").unwrap().tests;
        let ids: Vec<_> = found.iter().map(|test| test.id.as_str()).collect();
        assert_eq!(ids, ["x/b.phpt", "x/c.phpt"]);
    }
}

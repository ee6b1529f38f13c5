//! testthat (R), all editions, also in what `R CMD check` prints of it.
//!
//! `── Failure (test-x.R:12:3): title ──` heads a block, in old versions `── 1. Failure: title
//! (@test-x.R#12) ──`; the list below the results repeats the headings. Skips and warnings have headings of
//! the same form. Results without failures take back what was only printed.

use regreen_case::Framework;

use super::kept::Kept;
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::frame::frame;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Testthat,
    name: "testthat",
    doc: "failures and errors of old and new editions, the tail that R CMD check shows",
    triggers: &["Failure: ", "Failure (", "Error: ", "Error (", "FAILED: ", "[ FAIL "],
    parser: || Box::<Testthat>::default(),
};

struct Block {
    title: String,
    place: Option<(String, u32)>,
    error: bool,
    at: u64,
    lines: Kept,
}

#[derive(Default)]
struct Testthat {
    blocks: Vec<Block>,
    open: bool,
}

impl Parser for Testthat {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text.trim_end();
        if let Some(failed) = results(text) {
            self.open = false;
            if failed == 0 {
                self.blocks.clear();
            }
        } else if let Some(mut block) = heading(text) {
            block.at = line.number;
            if self.blocks.len() < MAX_TESTS {
                self.blocks.push(block);
                self.open = true;
            }
        } else if self.open {
            let bare = text.trim_start();
            let other = ["\u{2500}\u{2500} ", "\u{2550}\u{2550} ", "== ", "-- "]
                .iter()
                .any(|mark| bare.starts_with(mark));
            let enough = bare.starts_with("Error: testthat unit tests failed") || bare == "Execution halted";
            match self.blocks.last_mut() {
                Some(block) if !other && !enough && block.lines.len() < 120 => block.lines.push(line),
                _ => self.open = false,
            }
            if enough {
                self.report(findings);
            }
        }
    }

    fn is_awake(&self) -> bool {
        self.open
    }

    fn end(&mut self, findings: &mut Findings) {
        self.report(findings);
    }
}

impl Testthat {
    fn report(&mut self, findings: &mut Findings) {
        for block in std::mem::take(self).blocks {
            findings.add(Framework::Testthat, described(&block));
        }
    }
}

/// Failed of `[ FAIL 1 | WARN 0 | SKIP 0 | PASS 10 ]` and `[ OK: 7 | SKIPPED: 0 | FAILED: 1 ]`.
fn results(text: &str) -> Option<u64> {
    let text = text.trim_start();
    if let Some(rest) = text.strip_prefix("[ FAIL ") {
        return rest.split(' ').next()?.parse().ok();
    }
    let rest = text.strip_prefix("[ ").unwrap_or(text).strip_prefix("OK: ")?;
    rest.split_once("FAILED: ")?.1.split(' ').next()?.parse().ok()
}

fn heading(text: &str) -> Option<Block> {
    let bare = text.trim_start();
    let ruled = bare.starts_with("\u{2500}\u{2500} ") || bare.starts_with("-- ");
    let bare = bare.trim_start_matches(['\u{2500}', '-', ' ']);
    let bare = bare.trim_end_matches(['\u{2500}', '-', ' ']);
    let (numbered, rest) = match bare.split_once(". ") {
        Some((number, rest)) if number.parse::<u32>().is_ok() => (true, rest),
        _ => (false, bare),
    };
    let error = rest.starts_with("Error");
    let rest = rest.strip_prefix("Failure").or_else(|| rest.strip_prefix("Error"))?;
    let (title, place) = if let Some(rest) = rest.strip_prefix(" (") {
        let (place, title) = rest.split_once("): ")?;
        (title, place.trim_matches(['\'', '"', '\u{2018}', '\u{2019}']))
    } else {
        let (title, place) = rest.strip_prefix(": ")?.rsplit_once(" (@")?;
        (title, place.strip_suffix(')')?)
    };
    if !(ruled || numbered || rest.starts_with(" (")) || title.is_empty() {
        return None;
    }
    let place = place_of(place);
    place.as_ref()?;
    Some(Block { title: title.trim().to_owned(), place, error, at: 0, lines: Kept::default() })
}

/// `test-x.R:12:3`, `test-x.R#12`.
fn place_of(text: &str) -> Option<(String, u32)> {
    if let Some((file, line)) = text.rsplit_once('#') {
        return Some((file.to_owned(), line.parse().ok()?));
    }
    crate::frame::location(text).map(|(file, line)| (file.to_owned(), line))
}

fn described(block: &Block) -> Found {
    let lines = &block.lines;
    let at = lines.texts().position(|text| !text.trim().is_empty()).unwrap_or_default();
    // The list below the results is followed by other items, not by an explanation.
    let told = !lines.text(at).trim_start().starts_with("Error: testthat unit tests failed");
    let stop = |text: &str| !(text.trim().is_empty() || text.trim() == "Backtrace:");
    Found {
        id: block.title.clone(),
        frames: block.place.iter().map(|(file, line)| frame(file, *line, None)).collect(),
        place: block.place.as_ref().map(|(file, _)| file.clone()),
        file: block.place.as_ref().map(|(file, _)| file.clone()),
        line: block.place.as_ref().map(|(_, line)| *line),
        kind: if block.error { "error".to_owned() } else { String::new() },
        message: if told { lines.message(at, stop) } else { String::new() },
        block: lines.block(&block.title),
        at: block.at,
        cause_at: lines.number(at),
        ..Found::default()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn headings_of_all_editions_are_read() {
        let text = "\u{2500}\u{2500} Failure (test-a.R:12:3): adds up \u{2500}\u{2500}\u{2500}\n1 + 1 not equal to 3.\n1/1 mismatches\n\n\u{2500}\u{2500} Error ('test-b.R:2:5'): reads (a file) \u{2500}\u{2500}\nError in `f()`: boom\nBacktrace:\n 1. f()\n\n\u{2500}\u{2500} Skipped (test-a.R:20:3): later \u{2500}\u{2500}\nReason: no\n\n-- 3. Failure: old one (@test-c.R#7)  ----\nx not y\n\n[ FAIL 3 | WARN 0 | SKIP 1 | PASS 10 ]\n";
        let found = crate::extract(text.as_bytes(), "x.log").unwrap().tests;
        let told: Vec<_> = found
            .iter()
            .map(|test| (test.id.as_str(), test.line, test.message.lines().next().unwrap_or_default()))
            .collect();
        assert_eq!(
            told,
            [
                ("adds up", Some(12), "1 + 1 not equal to 3."),
                ("reads (a file)", Some(2), "Error in `f()`: boom"),
                ("old one", Some(7), "x not y")
            ]
        );
        let green = "\u{2500}\u{2500} Failure (test-a.R:12:3): printed \u{2500}\u{2500}\nno\n[ FAIL 0 | WARN 0 | SKIP 1 | PASS 10 ]\n";
        assert!(crate::extract(green.as_bytes(), "x.log").unwrap().tests.is_empty());
    }
}

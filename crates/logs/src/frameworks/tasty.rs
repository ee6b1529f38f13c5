//! tasty (Haskell).
//!
//! `name:   FAIL (0.06s)` in a tree that is indented by two: the id is the path of headings joined with
//! ` > `. What the test says stands below it, indented further. The count at the end is the checksum.

use regreen_case::Framework;

use super::kept::Kept;
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::frame::{file_name, frame, location};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Tasty,
    name: "tasty",
    doc: "failed tests in the indented tree, paths of headings, the count at the end",
    triggers: &[" FAIL", " tests failed ("],
    parser: || Box::<Tasty>::default(),
};

struct Failure {
    path: String,
    indent: usize,
    at: u64,
    lines: Kept,
}

#[derive(Default)]
struct Tasty {
    failures: Vec<Failure>,
    open: bool,
    /// How often headings were looked for.
    searches: usize,
}

impl Parser for Tasty {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(name) = failed(text) {
            self.open = false;
            let indent = indent(text);
            self.searches += 1;
            if self.searches <= MAX_TESTS
                && let Some(path) = path(indent, name, line)
            {
                self.failures.push(Failure { path, indent, at: line.number, lines: Kept::default() });
                self.open = true;
            }
        } else if let Some(counted) = counted(text) {
            self.report(Some((counted, line.number)), findings);
        } else if self.open
            && let Some(failure) = self.failures.last_mut()
        {
            if text.trim().is_empty() || indent(text) > failure.indent {
                failure.lines.push(line);
            } else {
                self.open = false;
            }
        }
    }

    fn is_awake(&self) -> bool {
        self.open
    }

    fn end(&mut self, findings: &mut Findings) {
        self.failures.retain(|failure| failure.indent > 0);
        self.report(None, findings);
    }
}

impl Tasty {
    fn report(&mut self, counted: Option<(u64, u64)>, findings: &mut Findings) {
        let failures = std::mem::take(self).failures;
        for failure in &failures {
            findings.add(Framework::Tasty, described(failure));
        }
        if let Some((counted, at)) = counted
            && !failures.is_empty()
        {
            findings.count(Count { framework: Framework::Tasty, counted, named: failures.len() as u64, at });
        }
    }
}

fn indent(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

/// The name in `  name:     FAIL (0.06s)`.
fn failed(text: &str) -> Option<&str> {
    let (name, result) = text.trim_start().rsplit_once(" FAIL")?;
    let timed = result.strip_prefix(" (").is_some_and(|time| time.ends_with("s)"));
    (result.is_empty() || timed).then_some(())?;
    name.trim_end().strip_suffix(':').filter(|name| !name.is_empty())
}

/// N of `1 out of 2041 tests failed (44.03s)`.
fn counted(text: &str) -> Option<u64> {
    let (number, rest) = text.split_once(" out of ")?;
    rest.contains(" tests failed (").then(|| number.parse().ok()).flatten()
}

/// The headings above, each two columns less indented than the next.
fn path(mut indent_of: usize, name: &str, line: Line<'_>) -> Option<String> {
    let mut path = vec![name.to_owned()];
    for text in line.above.lines() {
        if indent_of == 0 {
            break;
        }
        let bare = text.trim();
        let result = bare.contains(": ") && [" OK", " FAIL", "s)"].iter().any(|end| bare.ends_with(end));
        if bare.is_empty() || result || indent(&text) + 2 != indent_of {
            continue;
        }
        path.push(bare.to_owned());
        indent_of -= 2;
    }
    path.reverse();
    (indent_of == 0).then(|| path.join(" > "))
}

fn described(failure: &Failure) -> Found {
    let lines = &failure.lines;
    let is_place = |text: &str| location(text.trim().trim_end_matches(':')).is_some();
    let says = |text: &str| !text.trim().trim_matches('-').is_empty() && !is_place(text);
    let at = lines.texts().position(says).unwrap_or_default();
    let place = lines.texts().find_map(|text| location(text.trim().trim_end_matches(':')));
    let place = place.map(|(file, line)| (file.to_owned(), line));
    Found {
        id: failure.path.clone(),
        frames: place.iter().map(|(file, line)| frame(file, *line, None)).collect(),
        place: place.as_ref().map(|(file, _)| file_name(file).to_owned()),
        file: place.as_ref().map(|(file, _)| file.clone()),
        line: place.map(|(_, line)| line),
        message: lines.message(at, |text| !text.trim().is_empty()),
        block: lines.block(&failure.path),
        at: failure.at,
        cause_at: lines.number(at),
        ..Found::default()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_id_is_the_path_of_headings() {
        let text = "all tests\n  Old\n    reads FAIL files\n      tables:        OK (0.01s)\n      ü x:           FAIL (0.06s)\n        test/Main.hs:12:\n        expected: 3\n         but got: 2\n    other:           OK\n  errors\n    deep:            FAIL\n      boom\n\n2 out of 4 tests failed (0.10s)\n";
        let found = crate::extract(text.as_bytes(), "x.log").unwrap().tests;
        let told: Vec<_> = found.iter().map(|t| (t.id.as_str(), t.message.lines().next().unwrap())).collect();
        assert_eq!(
            told,
            [
                ("all tests > Old > reads FAIL files > ü x", "expected: 3"),
                ("all tests > errors > deep", "boom")
            ]
        );
        assert_eq!(found[0].line, Some(12));
    }
}

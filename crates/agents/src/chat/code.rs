//! The code that a chat model is shown: places that others found suspect, widened, joined, and cut to fit.
//!
//! Promises: never more bytes than asked for, apart from headings; the most suspect places come first; what
//! stands in a file is quoted so that it cannot end its quotation.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Component, Path};

use crate::chat::checkout::Checkout;
use crate::excerpt::fenced;

/// A file up to this size is shown whole.
const WHOLE_BYTES: usize = 6 * 1024;
/// Lines shown around a place.
const AROUND: usize = 4;

/// A place in the checkout that has to do with the task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path in the checkout.
    pub path: String,
    /// First line, one-based.
    pub first: usize,
    /// Last line, included; `usize::MAX` for the rest of the file.
    pub last: usize,
    /// What led there, in a few words.
    pub why: String,
}

/// Lines around one that a log names.
const AROUND_NAMED: usize = 15;

impl Place {
    /// The lines around one that a log names; `None` when its file is not of the checkout.
    #[must_use]
    pub fn around(checkout: &Path, printed: &str, line: usize, why: &str) -> Option<Self> {
        let (first, last) = (line.saturating_sub(AROUND_NAMED).max(1), line.saturating_add(AROUND_NAMED));
        Some(Place { first, last, ..Place::whole(checkout, printed, why)? })
    }

    /// A file that a log names; `None` when it is not of the checkout.
    #[must_use]
    pub fn whole(checkout: &Path, printed: &str, why: &str) -> Option<Self> {
        let path = in_checkout(checkout, printed)?;
        Some(Place { path, first: 1, last: usize::MAX, why: why.to_owned() })
    }
}

/// A path as a log prints it, often that of another machine, as one of the checkout.
fn in_checkout(checkout: &Path, printed: &str) -> Option<String> {
    let parts: Vec<&str> = Path::new(printed)
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    let mut ends = (0..parts.len()).map(|from| parts[from..].join("/"));
    ends.find(|path| checkout.join(path).is_file())
}

/// Lines of one file, zero-based.
struct Shown {
    path: String,
    lines: Vec<String>,
    ranges: Vec<Range<usize>>,
    why: Vec<String>,
}

/// The places as Markdown, most suspect first, in as many bytes.
pub(crate) fn show(checkout: &Checkout<'_>, places: &[Place], most_bytes: usize) -> String {
    let mut all: Vec<Shown> = Vec::new();
    let mut left = most_bytes;
    for place in places {
        let at = match all.iter().position(|shown| shown.path == place.path) {
            Some(at) => at,
            None => {
                let Ok(text) = checkout.read(&place.path) else { continue };
                let lines = text.lines().map(str::to_owned).collect();
                all.push(Shown { path: place.path.clone(), lines, ranges: Vec::new(), why: Vec::new() });
                all.len() - 1
            }
        };
        let Some(shown) = all.get_mut(at) else { continue };
        shown.add(place, &mut left);
    }
    all.retain(|shown| !shown.ranges.is_empty());
    all.iter().map(Shown::render).collect::<Vec<_>>().join("\n\n")
}

impl Shown {
    fn add(&mut self, place: &Place, left: &mut usize) {
        let whole = 0..self.lines.len();
        let wanted = if self.bytes(&whole) <= WHOLE_BYTES {
            whole
        } else {
            place.first.saturating_sub(AROUND + 1)..place.last.saturating_add(AROUND).min(self.lines.len())
        };
        let known: BTreeSet<usize> = self.ranges.iter().cloned().flatten().collect();
        let mut taken = wanted.start..wanted.start;
        for number in wanted.clone() {
            let cost = if known.contains(&number) { 0 } else { self.lines[number].len() + 1 };
            if cost > *left {
                break;
            }
            *left -= cost;
            taken.end = number + 1;
        }
        if taken.is_empty() {
            return;
        }
        if !place.why.is_empty() && !self.why.contains(&place.why) {
            self.why.push(place.why.clone());
        }
        self.ranges.push(taken);
        self.join();
    }

    /// Ranges that touch become one.
    fn join(&mut self) {
        self.ranges.sort_by_key(|range| range.start);
        let mut joined: Vec<Range<usize>> = Vec::new();
        for range in self.ranges.drain(..) {
            match joined.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => joined.push(range),
            }
        }
        self.ranges = joined;
    }

    fn bytes(&self, range: &Range<usize>) -> usize {
        self.lines[range.clone()].iter().map(|line| line.len() + 1).sum()
    }

    fn render(&self) -> String {
        let why = if self.why.is_empty() { String::new() } else { format!(" ({})", self.why.join("; ")) };
        let mut text = String::new();
        for range in &self.ranges {
            let part = if *range == (0..self.lines.len()) {
                String::new()
            } else {
                format!(", lines {} to {} of {}", range.start + 1, range.end, self.lines.len())
            };
            let code = self.lines[range.clone()].join("\n");
            text.push_str(&format!("### {}{part}{why}\n\n{}\n\n", self.path, fenced(&code, "", usize::MAX)));
        }
        text.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str, first: usize, last: usize) -> Place {
        Place { path: path.to_owned(), first, last, why: "called by the test".to_owned() }
    }

    #[test]
    fn a_printed_path_is_found_in_the_checkout() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("src")).unwrap();
        std::fs::write(folder.path().join("src/a.py"), "").unwrap();
        let found = |printed: &str| Place::around(folder.path(), printed, 20, "").map(|found| found.path);
        for printed in ["src/a.py", "./src/a.py", "/home/runner/work/x/x/src/a.py"] {
            assert_eq!(found(printed).as_deref(), Some("src/a.py"), "{printed}");
        }
        assert_eq!(found("/usr/lib/python3/json.py"), None);
        assert_eq!(found("../../etc/passwd"), None);
        let place = Place::around(folder.path(), "src/a.py", 3, "").unwrap();
        assert_eq!((place.first, place.last), (1, 18));
    }

    #[test]
    fn places_are_widened_joined_and_cut() {
        let folder = tempfile::tempdir().unwrap();
        let long: String = (1..=2_000).map(|number| format!("line {number}\n")).collect();
        std::fs::write(folder.path().join("long.py"), &long).unwrap();
        std::fs::write(folder.path().join("short.py"), "```\nshort\n").unwrap();
        let checkout = Checkout::new(folder.path());
        let places = [
            place("long.py", 100, 110),
            place("short.py", 1, 1),
            place("long.py", 112, 120),
            place("no.py", 1, 1),
        ];
        let text = show(&checkout, &places, 10_000);
        assert!(
            text.starts_with("### long.py, lines 96 to 124 of 2000 (called by the test)\n\n```\nline 96\n"),
            "{text}"
        );
        assert!(text.contains("### short.py (called by the test)\n\n````\n```\nshort\n````"), "{text}");
        let cut = show(&checkout, &[place("long.py", 100, usize::MAX)], 1_000);
        assert!(cut.len() < 1_100 && cut.contains("lines 96 to 2"), "{cut}");
        assert_eq!(show(&checkout, &[place("no.py", 1, 1)], 1_000), "");
    }
}

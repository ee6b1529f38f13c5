//! The stream: the same lines whatever comes in one read, and nothing skipped that counts.

use std::io::Read;

use super::*;

/// Gives at most `step` bytes a read.
struct Drip<'a> {
    text: &'a [u8],
    step: usize,
}

impl Read for Drip<'_> {
    fn read(&mut self, to: &mut [u8]) -> Result<usize> {
        let length = self.step.min(self.text.len()).min(to.len());
        to[..length].copy_from_slice(&self.text[..length]);
        self.text = &self.text[length..];
        Ok(length)
    }
}

#[derive(Default)]
struct Recorder {
    all: bool,
    lines: Vec<(String, u64, bool)>,
    above: Vec<String>,
    end: u64,
}

impl Sink for Recorder {
    fn wants_all(&self) -> bool {
        self.all
    }

    fn line(&mut self, raw: &[u8], number: u64, above: Above<'_>, hit: bool) {
        self.lines.push((String::from_utf8_lossy(raw).into_owned(), number, hit));
        self.above.push(above.lines().next().unwrap_or_default().into_owned());
    }

    fn end(&mut self, lines: u64, _above: Above<'_>) {
        self.end = lines;
    }
}

fn record(text: &[u8], step: usize, all: bool) -> (Recorder, Totals) {
    let mut recorder = Recorder { all, ..Recorder::default() };
    let totals = read(Drip { text, step }, &mut recorder).unwrap();
    assert_eq!(recorder.end, totals.lines);
    (recorder, totals)
}

#[test]
fn any_read_gives_the_same_lines() {
    let text = b"one\n\ntwo error\r\nthree\nlast FAIL without end";
    for step in 1..50 {
        let (all, totals) = record(text, step, true);
        let lines: Vec<_> = all.lines.iter().map(|(line, number, _)| (line.as_str(), *number)).collect();
        let expected = [("one", 1), ("", 2), ("two error\r", 3), ("three", 4), ("last FAIL without end", 5)];
        assert_eq!(lines, expected, "{step}");
        assert_eq!((totals.lines, totals.bytes), (5, text.len() as u64));
        let (hits, totals) = record(text, step, false);
        let numbers: Vec<_> = hits.lines.iter().map(|(_, number, hit)| (*number, *hit)).collect();
        assert_eq!(numbers, [(3, true), (5, true)], "{step}");
        assert_eq!(hits.above, ["", "three"]);
        assert_eq!(totals.lines, 5);
    }
}

#[test]
fn long_lines_are_cut_and_counted() {
    let mut text = b"before\nerror ".to_vec();
    text.extend(vec![b'x'; MAX_LINE * 40]);
    text.extend_from_slice(b"\nshort error\n");
    for step in [1000, MAX_LINE * 2, usize::MAX] {
        let (found, totals) = record(&text, step, false);
        assert_eq!(found.lines.len(), 2, "{step}");
        assert_eq!(found.lines[0].0.len(), MAX_LINE);
        assert_eq!((found.lines[0].1, found.lines[1].1), (2, 3));
        assert_eq!(found.lines[1].0, "short error");
        assert_eq!((totals.lines, totals.cut_lines, totals.bytes), (3, 1, text.len() as u64));
    }
}

#[test]
fn much_text_keeps_its_numbers_and_its_history() {
    let mut text = Vec::new();
    for number in 1..=60_000 {
        let word = if number % 1000 == 0 { "error" } else { "fine" };
        text.extend_from_slice(format!("{number} {word} and some more text to fill the line\n").as_bytes());
    }
    for step in [777, 70_000, usize::MAX] {
        let (found, totals) = record(&text, step, false);
        assert_eq!((found.lines.len(), totals.lines), (60, 60_000));
        for ((line, number, _), above) in found.lines.iter().zip(&found.above) {
            assert!(line.starts_with(&format!("{number} error")), "{line}");
            assert!(above.starts_with(&format!("{} ", number - 1)), "{above}");
        }
    }
}

#[test]
fn ten_mebibytes_without_a_newline_are_one_line() {
    let (found, totals) = record(&vec![b'x'; 10 << 20], 100_000, false);
    assert!(found.lines.is_empty());
    assert_eq!((totals.lines, totals.cut_lines, totals.bytes), (1, 1, 10 << 20));
}

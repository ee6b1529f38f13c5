//! Reads a stream of any size in constant memory, and looks only at the lines that can matter.
//!
//! Lines end at LF only, so that positions agree with every editor; carriage returns are the business of
//! [`crate::framing`]. What is longer than [`MAX_LINE`] is cut, and counted as cut.

use std::cell::Cell;
use std::io::{ErrorKind, Read, Result};

use crate::line::Above;
use crate::scan::Scanner;

/// Longest line that is looked at. Real logs hold lines of 40 kB; minified bundles in stack traces more.
pub(crate) const MAX_LINE: usize = 64 * 1024;
/// Bytes in memory at once.
const BUFFER: usize = 256 * 1024;
/// Bytes kept above the line in hand.
const HISTORY: usize = 64 * 1024;

/// How often, on average, a byte may be looked at again by those who look above.
const ALLOWANCE: u64 = 8;
/// What may be looked at again in a short log: all of it, from many lines.
const FIRST_ALLOWANCE: u64 = 8 << 20;

/// What was read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Lines.
    pub(crate) lines: u64,
    /// Bytes.
    pub(crate) bytes: u64,
    /// Lines longer than [`MAX_LINE`], among those looked at.
    pub(crate) cut_lines: u64,
}

/// Takes the lines that can matter.
pub(crate) trait Sink {
    /// Whether the next line must be given whatever it holds.
    fn wants_all(&self) -> bool;

    /// A line (without its LF) with its one-based number, and what stands above it. `hit` tells that it
    /// can matter by itself.
    fn line(&mut self, raw: &[u8], number: u64, above: Above<'_>, hit: bool);

    /// Nothing follows. `lines` is the number of lines.
    fn end(&mut self, lines: u64, above: Above<'_>);
}

/// Gives `sink` everything that can matter in `reader`.
pub(crate) fn read(mut reader: impl Read, sink: &mut impl Sink) -> Result<Totals> {
    let mut stream = Stream { buffer: vec![0; BUFFER], ..Stream::new() };
    loop {
        let room = stream.make_room();
        let got = match reader.read(&mut stream.buffer[room..]) {
            Ok(got) => got,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if got == 0 {
            break;
        }
        stream.totals.bytes += got as u64;
        let fresh = stream.filled;
        stream.filled += got;
        stream.allowance.set(stream.allowance.get().saturating_add(got as u64 * ALLOWANCE));
        stream.take_lines(fresh, sink);
    }
    stream.last_line(sink);
    sink.end(stream.totals.lines, Above::within(&stream.buffer[..stream.taken], &stream.allowance));
    Ok(stream.totals)
}

struct Stream {
    scanner: &'static Scanner,
    buffer: Vec<u8>,
    /// Everything before was given to the sink or skipped, and ends with a line.
    taken: usize,
    /// Everything before was read.
    filled: usize,
    /// The line in hand was too long and was already given: the rest of it goes.
    overlong: bool,
    /// Bytes that may be looked at again.
    allowance: Cell<u64>,
    totals: Totals,
}

impl Stream {
    fn new() -> Self {
        let (totals, allowance) = (Totals::default(), Cell::new(FIRST_ALLOWANCE));
        Stream {
            scanner: Scanner::shared(),
            buffer: Vec::new(),
            taken: 0,
            filled: 0,
            overlong: false,
            allowance,
            totals,
        }
    }

    /// Moves what is still needed to the front when the buffer is full; gives where to read to.
    fn make_room(&mut self) -> usize {
        if self.filled == self.buffer.len() {
            let keep = self.taken.saturating_sub(HISTORY);
            self.buffer.copy_within(keep..self.filled, 0);
            self.taken -= keep;
            self.filled -= keep;
        }
        self.filled
    }

    /// Handles every line that is complete; nothing before `fresh` is new.
    fn take_lines(&mut self, fresh: usize, sink: &mut impl Sink) {
        if let Some(last) = memchr::memrchr(b'\n', &self.buffer[fresh..self.filled]) {
            self.take_until(fresh + last + 1, sink);
        }
        if self.filled - self.taken > MAX_LINE {
            self.cut_line(sink);
        }
    }

    /// Handles the lines before `end`, where one ends.
    fn take_until(&mut self, end: usize, sink: &mut impl Sink) {
        if self.overlong {
            self.overlong = false;
            self.taken =
                memchr::memchr(b'\n', &self.buffer[self.taken..end]).map_or(end, |at| self.taken + at + 1);
        }
        while self.taken < end {
            let at = self.taken;
            let hit = self.scanner.next(&self.buffer, at..end);
            // Lines up to the hit matter only to a sink that follows something.
            self.follow(hit.unwrap_or(end), end, sink);
            if self.taken > hit.unwrap_or(end) || self.taken >= end {
                continue;
            }
            let until = hit.unwrap_or(end);
            let start = memchr::memrchr(b'\n', &self.buffer[self.taken..until])
                .map_or(self.taken, |before| self.taken + before + 1);
            self.totals.lines += memchr::memchr_iter(b'\n', &self.buffer[self.taken..start]).count() as u64;
            self.taken = start;
            if hit.is_some() {
                self.give(end, true, sink);
            }
        }
    }

    /// Gives lines one by one as long as the sink wants them, up to the line that holds `until`.
    fn follow(&mut self, until: usize, end: usize, sink: &mut impl Sink) {
        while self.taken < until && sink.wants_all() {
            let line = memchr::memchr(b'\n', &self.buffer[self.taken..end]).map_or(end, |at| self.taken + at);
            if line >= until {
                return;
            }
            self.give(end, false, sink);
        }
    }

    /// Gives the line in hand, which ends before `end`.
    fn give(&mut self, end: usize, hit: bool, sink: &mut impl Sink) {
        let start = self.taken;
        let line = memchr::memchr(b'\n', &self.buffer[start..end]).map_or(end, |at| start + at);
        self.totals.lines += 1;
        self.totals.cut_lines += u64::from(line - start > MAX_LINE);
        let (above, rest) = self.buffer.split_at(start);
        let above = Above::within(above, &self.allowance);
        sink.line(&rest[..(line - start).min(MAX_LINE)], self.totals.lines, above, hit);
        self.taken = line + 1;
    }

    /// A line without end that is longer than anything that is looked at: its beginning counts, and the
    /// rest is dropped as it comes.
    fn cut_line(&mut self, sink: &mut impl Sink) {
        if !self.overlong {
            self.overlong = true;
            self.totals.lines += 1;
            self.totals.cut_lines += 1;
            let (above, rest) = self.buffer.split_at(self.taken);
            let hit = self.scanner.next(rest, 0..MAX_LINE).is_some();
            if hit || sink.wants_all() {
                let above = Above::within(above, &self.allowance);
                sink.line(&rest[..MAX_LINE], self.totals.lines, above, hit);
            }
        }
        // The beginning stays for those who look above; it ends like a line.
        let kept = self.taken + 200;
        self.buffer[kept] = b'\n';
        self.taken = kept + 1;
        self.filled = self.taken;
    }

    /// A last line without LF.
    fn last_line(&mut self, sink: &mut impl Sink) {
        if self.overlong || self.taken >= self.filled {
            return;
        }
        let end = self.filled;
        let hit = self.scanner.next(&self.buffer, self.taken..end).is_some();
        if hit || sink.wants_all() {
            self.give(end, hit, sink);
        } else {
            self.totals.lines += 1;
        }
        self.taken = end;
    }
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;

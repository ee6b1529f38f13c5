//! Reads lines of any length from a stream in constant memory.
//!
//! Lines end at LF only, so that positions agree with every editor; carriage returns are the
//! business of [`crate::framing`]. What is longer than [`MAX_LINE`] is cut, and counted as cut.

use std::io::{BufRead, ErrorKind, Result};

/// Longest line that is looked at. Real logs hold lines of 40 kB; minified bundles in stack traces more.
pub(crate) const MAX_LINE: usize = 64 * 1024;

/// What was read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Lines.
    pub(crate) lines: u64,
    /// Bytes.
    pub(crate) bytes: u64,
    /// Lines longer than [`MAX_LINE`].
    pub(crate) cut_lines: u64,
}

/// Calls `on_line` with every line (without its LF) and its one-based number.
pub(crate) fn each_line(mut reader: impl BufRead, mut on_line: impl FnMut(&[u8], u64)) -> Result<Totals> {
    let mut totals = Totals::default();
    // Only a line that crosses a buffer's end is copied.
    let mut pending: Vec<u8> = Vec::new();
    let mut pending_length = 0_usize;
    loop {
        let buffer = match reader.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if buffer.is_empty() {
            break;
        }
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', buffer) {
            totals.lines += 1;
            let piece = &buffer[start..end];
            let length = pending_length + piece.len();
            totals.cut_lines += u64::from(length > MAX_LINE);
            if pending_length == 0 {
                on_line(&piece[..piece.len().min(MAX_LINE)], totals.lines);
            } else {
                keep(&mut pending, piece);
                on_line(&pending, totals.lines);
                pending.clear();
                pending_length = 0;
            }
            start = end + 1;
        }
        pending_length += buffer.len() - start;
        keep(&mut pending, &buffer[start..]);
        let consumed = buffer.len();
        totals.bytes += consumed as u64;
        reader.consume(consumed);
    }
    if pending_length > 0 {
        totals.lines += 1;
        totals.cut_lines += u64::from(pending_length > MAX_LINE);
        on_line(&pending, totals.lines);
    }
    Ok(totals)
}

fn keep(pending: &mut Vec<u8>, piece: &[u8]) {
    let room = MAX_LINE.saturating_sub(pending.len());
    pending.extend_from_slice(&piece[..piece.len().min(room)]);
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn lines(text: &[u8], capacity: usize) -> (Vec<Vec<u8>>, Totals) {
        let mut found = Vec::new();
        let totals =
            each_line(BufReader::with_capacity(capacity, text), |line, _| found.push(line.to_vec())).unwrap();
        (found, totals)
    }

    #[test]
    fn any_buffer_gives_the_same_lines() {
        let text = b"one\n\ntwo\r\nlast without end";
        let expected = [&b"one"[..], b"", b"two\r", b"last without end"];
        for capacity in 1..40 {
            let (found, totals) = lines(text, capacity);
            assert_eq!(found, expected, "{capacity}");
            assert_eq!((totals.lines, totals.bytes), (4, text.len() as u64));
        }
    }

    #[test]
    fn long_lines_are_cut_and_counted() {
        let mut text = vec![b'x'; MAX_LINE + 10];
        text.extend_from_slice(b"\nshort\n");
        for capacity in [100, MAX_LINE * 2] {
            let (found, totals) = lines(&text, capacity);
            assert_eq!(found[0].len(), MAX_LINE);
            assert_eq!(found[1], b"short");
            assert_eq!(totals.cut_lines, 1);
        }
    }
}

//! Redacts a log on its way to disk, in blocks of whole lines.
//!
//! Memory is bounded by one block and one line. A line longer than a mebibyte is cut, and its cut end
//! is thrown away with a margin, so that no half of a secret stays.

use std::io::{self, Write};

use memchr::{memchr, memchr_iter, memrchr};
use regreen_case::{MASK, Redactor};

const BLOCK: usize = 256 * 1024;
const MAX_LINE: usize = 1 << 20;
/// Longer than any secret whose head could stand before the cut.
const MARGIN: usize = 8 * 1024;
/// The largest keys have about a hundred lines.
const MAX_KEY_LINES: u32 = 200;

/// Counts of a written log.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
    pub(crate) redactions: u64,
    pub(crate) cut_lines: u64,
}

/// A writer that redacts.
pub(crate) struct LogWriter<'a, W: Write> {
    out: W,
    redactor: &'a Redactor,
    buffer: Vec<u8>,
    /// Within the thrown-away end of a line that is too long.
    skipping: bool,
    /// Lines of a private key that may still follow.
    key_lines_left: u32,
    written: Written,
}

impl<'a, W: Write> LogWriter<'a, W> {
    pub(crate) fn new(out: W, redactor: &'a Redactor) -> Self {
        LogWriter {
            out,
            redactor,
            buffer: Vec::with_capacity(2 * BLOCK),
            skipping: false,
            key_lines_left: 0,
            written: Written::default(),
        }
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self) -> io::Result<Written> {
        let rest = std::mem::take(&mut self.buffer);
        let open_line = !rest.is_empty() && !rest.ends_with(b"\n");
        self.block(&rest)?;
        self.written.lines += u64::from(open_line);
        self.out.flush()?;
        Ok(self.written)
    }

    fn flush_lines(&mut self) -> io::Result<()> {
        if let Some(end) = memrchr(b'\n', &self.buffer) {
            let rest = self.buffer.split_off(end + 1);
            let lines = std::mem::replace(&mut self.buffer, rest);
            return self.block(&lines);
        }
        if self.buffer.len() >= MAX_LINE {
            let mut line = std::mem::take(&mut self.buffer);
            line.truncate(line.len() - MARGIN);
            self.skipping = true;
            self.written.cut_lines += 1;
            line.extend_from_slice(b" [the rest of this line is cut]\n");
            return self.block(&line);
        }
        Ok(())
    }

    /// Writes whole lines.
    fn block(&mut self, lines: &[u8]) -> io::Result<()> {
        let text = String::from_utf8_lossy(lines);
        let masked;
        let text = if self.key_lines_left > 0 || text.contains("PRIVATE KEY") {
            masked = self.without_keys(&text);
            masked.as_str()
        } else {
            &text
        };
        let (text, count) = self.redactor.redact(text);
        self.out.write_all(text.as_bytes())?;
        self.written.redactions += count;
        self.written.bytes += text.len() as u64;
        self.written.lines += memchr_iter(b'\n', text.as_bytes()).count() as u64;
        Ok(())
    }

    /// Masks private keys that span lines, line by line. A beginning without an end masks only what
    /// looks like a key: a log that merely mentions the marker stays readable.
    fn without_keys(&mut self, text: &str) -> String {
        let mut made = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            if self.key_lines_left > 0 {
                self.key_lines_left -= 1;
                let ends = line.contains("-----END ");
                if ends || is_key_line(line) {
                    made.push_str(MASK);
                    made.push_str(if line.ends_with('\n') { "\n" } else { "" });
                    self.key_lines_left = if ends { 0 } else { self.key_lines_left };
                    continue;
                }
                self.key_lines_left = 0;
            }
            let begin = line.find("-----BEGIN ").filter(|at| line[*at..].contains("PRIVATE KEY"));
            match begin {
                Some(at) if !line[at..].contains("-----END ") => {
                    made.push_str(&line[..at]);
                    made.push_str(MASK);
                    made.push_str(if line.ends_with('\n') { "\n" } else { "" });
                    self.key_lines_left = MAX_KEY_LINES;
                    self.written.redactions += 1;
                }
                _ => made.push_str(line),
            }
        }
        made
    }
}

/// Whether a line can belong to a key: base64 alone, or as its last word when something prefixes it.
fn is_key_line(line: &str) -> bool {
    let mut words = line.split_whitespace().rev();
    let Some(last) = words.next() else { return true };
    let is_base64 = last.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    let alone = words.all(is_timestamp);
    (is_base64 && (alone || last.len() >= 40)) || line.contains("Proc-Type:") || line.contains("DEK-Info:")
}

fn is_timestamp(word: &str) -> bool {
    let word = word.trim_start_matches('\u{feff}');
    word.len() >= 20 && word.ends_with('Z') && word.as_bytes()[4] == b'-'
}

impl<W: Write> Write for LogWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // In pieces: what is handed over may be much larger than a block.
        let mut piece = &bytes[..bytes.len().min(BLOCK)];
        let taken = piece.len();
        if self.skipping {
            match memchr(b'\n', piece) {
                None => return Ok(taken),
                Some(end) => {
                    self.skipping = false;
                    piece = &piece[end + 1..];
                }
            }
        }
        self.buffer.extend_from_slice(piece);
        if self.buffer.len() >= BLOCK {
            self.flush_lines()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flush_lines()?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(input: &[u8], piece: usize, values: &[&str]) -> (String, Written) {
        let redactor = Redactor::new(values);
        let mut out = Vec::new();
        let mut writer = LogWriter::new(&mut out, &redactor);
        for piece in input.chunks(piece) {
            writer.write_all(piece).unwrap();
        }
        let counts = writer.finish().unwrap();
        (String::from_utf8(out).unwrap(), counts)
    }

    #[test]
    fn secrets_are_masked_wherever_the_pieces_end() {
        let token = format!("ghp_{}", "a1B2".repeat(9));
        let line = format!("before {token} after hunter2 end\n");
        let input = line.repeat(20_000);
        for piece in [7, 4096, 1 << 22] {
            let (text, counts) = written(input.as_bytes(), piece, &["hunter2"]);
            assert_eq!(text, "before *** after *** end\n".repeat(20_000));
            assert_eq!((counts.lines, counts.redactions), (20_000, 40_000));
            assert_eq!(counts.bytes, text.len() as u64);
        }
    }

    #[test]
    fn keys_that_span_lines_are_masked_whole() {
        let body = "MIIEowIBAAKCAQEA7bq98LcFXw3Fz3cvIuPzX0000000000000000000000000000";
        let stamp = "2026-01-05T10:00:00.0000000Z ";
        for prefix in ["", stamp, "web-1  | "] {
            let key = format!(
                "{prefix}x -----BEGIN RSA PRIVATE KEY-----\n{prefix}{body}\n{prefix}{body}\n{prefix}-----END RSA PRIVATE KEY-----\n{prefix}after it\n"
            );
            let (text, counts) = written(key.as_bytes(), 11, &[]);
            assert!(!text.contains("MII") && text.contains("after it"), "{text}");
            assert_eq!((counts.lines, counts.redactions), (5, 1));
        }
        // Across a block border too.
        let filler = "x".repeat(99) + "\n";
        let mut input = filler.repeat(BLOCK / 100 - 1);
        input.push_str(&format!("-----BEGIN PRIVATE KEY-----\n{}", format!("{body}\n").repeat(90)));
        input.push_str("-----END PRIVATE KEY-----\nafter\n");
        let (text, _) = written(input.as_bytes(), 1000, &[]);
        assert!(!text.contains("MII") && text.ends_with("after\n"));
    }

    #[test]
    fn a_mentioned_marker_does_not_eat_the_log() {
        let input = "grep -----BEGIN PRIVATE KEY-----\nnothing found here\nFAILED tests/x.py::test_a\n";
        let (text, _) = written(input.as_bytes(), 1000, &[]);
        assert!(text.ends_with("nothing found here\nFAILED tests/x.py::test_a\n"), "{text}");
    }

    #[test]
    fn an_endless_line_is_cut_without_leaving_half_a_secret() {
        let mut input = vec![b'x'; MAX_LINE - 20];
        let token = format!("ghp_{}", "a1B2".repeat(9));
        input.extend_from_slice(token.as_bytes());
        input.extend(std::iter::repeat_n(b'y', 3 * MAX_LINE));
        input.extend_from_slice(b"\nnext\n");
        let (text, counts) = written(&input, 8192, &[]);
        assert!(!text.contains("ghp_") && text.ends_with(" [the rest of this line is cut]\nnext\n"));
        assert!(text.len() < MAX_LINE + BLOCK);
        assert_eq!((counts.cut_lines, counts.lines), (1, 2));
    }

    #[test]
    fn bytes_that_are_no_text_do_no_harm() {
        let (text, counts) = written(b"a\xff\xfeb\r\nlast", 3, &[]);
        assert_eq!(text, "a\u{fffd}\u{fffd}b\r\nlast");
        assert_eq!(counts.lines, 2);
    }
}

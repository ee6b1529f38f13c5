//! Memory must not grow with the log: streams hundreds of megabytes through `extract` and looks at the
//! process' peak. A test binary of its own, so that no other test's memory is counted.

use std::io::{BufReader, Read};

/// Repeats blocks of a log without ever holding it.
struct Endless {
    blocks: Vec<Vec<u8>>,
    at: usize,
    offset: usize,
    left: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let block = &self.blocks[self.at];
        let count = buffer.len().min(block.len() - self.offset).min(self.left);
        buffer[..count].copy_from_slice(&block[self.offset..self.offset + count]);
        self.offset += count;
        self.left -= count;
        if self.offset == block.len() {
            self.offset = 0;
            self.at = (self.at + 1) % self.blocks.len();
        }
        Ok(count)
    }
}

fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux describes its processes");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak is listed");
    peak.trim().trim_end_matches(" kB").parse().expect("the peak is a number")
}

/// Everything a log can make grow: failures without end, open tests, captured output, huge lines.
fn blocks() -> Vec<Vec<u8>> {
    let stamp = "2026-03-04T05:06:07.1234567Z ";
    let mut all = Vec::new();
    for n in 0..40 {
        let mut text = String::new();
        for line in 0..2000 {
            text.push_str(&format!("{stamp}building module {n} of {line} with nothing to say about it\n"));
        }
        text.push_str(&format!("{stamp}=== RUN   TestOpen{n}\n{stamp}    a_test.go:1: error text {n}\n"));
        text.push_str(&format!("{stamp}--- FAIL: TestOpen{n} (0.00s)\n"));
        text.push_str(&format!(
            "{stamp}{{\"Action\":\"output\",\"Package\":\"p{n}\",\"Test\":\"T{n}\",\"Output\":\"x\\n\"}}\n"
        ));
        text.push_str(&format!(
            "{stamp}=========================== short test summary info ============================\n"
        ));
        text.push_str(&format!(
            "{stamp}FAILED tests/test_{n}.py::test_x - AssertionError: {}\n",
            "y".repeat(3000)
        ));
        text.push_str(&format!("{stamp}running 3 tests\n{stamp}test a{n} ... FAILED\n{stamp}failures:\n"));
        text.push_str(&format!("{stamp}---- a{n} stdout ----\n{stamp}{}\n", "z".repeat(200_000)));
        all.push(text.into_bytes());
    }
    all
}

#[test]
fn a_log_of_three_hundred_megabytes_needs_little_memory() {
    // A debug build reads about a tenth as fast as a release build.
    let size = if cfg!(debug_assertions) { 300 << 20 } else { 1 << 30 };
    let blocks = blocks();
    let before = peak_kib();
    let log = Endless { blocks, at: 0, offset: 0, left: size };
    let extraction = regreen_logs::extract(BufReader::with_capacity(64 * 1024, log), "logs/big.log").unwrap();
    assert_eq!(extraction.bytes, size as u64);
    assert!(!extraction.tests.is_empty());
    assert!(extraction.cut.iter().any(|text| text.contains("KiB")), "{:?}", extraction.cut);
    let grown = peak_kib() - before;
    assert!(grown < 48 * 1024, "grew by {grown} KiB");
}

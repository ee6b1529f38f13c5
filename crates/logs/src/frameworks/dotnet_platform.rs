//! Microsoft's testing platform (MSTest 3, xUnit 3, NUnit, TUnit as programs of their own).
//!
//! A failed test is `failed Name (12ms)` with its message and stack indented below; a summary that begins
//! with `Test run summary:` counts. Everything that is printed without it counts for nothing.

use regreen_case::Framework;

use super::dotnet_stack::{explain, is_frame};
use super::{Entry, Findings, Found, Line, MAX_BLOCK_LINES, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::DotnetTest,
    name: "dotnet_platform",
    doc: "failed tests of Microsoft.Testing.Platform's terminal output with its summary",
    triggers: &["failed "],
    parser: || Box::<Platform>::default(),
};

/// Lines in which the summary must come.
const PATIENCE: u64 = 50_000;

struct Failed {
    id: String,
    at: u64,
    message: Vec<(u64, String)>,
    stack: Vec<(u64, String)>,
}

#[derive(Default)]
struct Platform {
    failed: Vec<Failed>,
    open: bool,
    summary: bool,
}

impl Parser for Platform {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(name) = header(text) {
            self.open = self.failed.len() < MAX_TESTS;
            if self.open {
                let id = clip(name, 1000);
                self.failed.push(Failed { id, at: line.number, message: Vec::new(), stack: Vec::new() });
            }
        } else if text.starts_with("Test run summary:") {
            (self.summary, self.open) = (true, false);
        } else if self.summary {
            if let Some(counted) = text.strip_prefix("  failed: ").and_then(|count| count.trim().parse().ok())
            {
                self.flush(counted, line.number, findings);
            }
        } else if self.open {
            self.block_line(text, line.number);
        }
        if self.failed.last().is_some_and(|failed| line.number > failed.at + PATIENCE) {
            *self = Platform::default();
        }
    }

    fn is_awake(&self) -> bool {
        !self.failed.is_empty()
    }

    fn end(&mut self, _findings: &mut Findings) {
        *self = Platform::default();
    }
}

impl Platform {
    fn block_line(&mut self, text: &str, at: u64) {
        let Some(failed) = self.failed.last_mut() else { return };
        if !text.is_empty() && !text.starts_with("  ") {
            self.open = false;
            return;
        }
        let inner = text.trim();
        if matches!(inner, "Standard output" | "Error output" | "Standard error") {
            self.open = false;
        } else if inner.starts_with("from ") && failed.message.is_empty() {
            // The assembly.
        } else {
            let list = if is_frame(text) || !failed.stack.is_empty() {
                &mut failed.stack
            } else {
                &mut failed.message
            };
            if list.len() < MAX_BLOCK_LINES {
                list.push((at, clip(text, 1500)));
            }
        }
    }

    fn flush(&mut self, counted: u64, at: u64, findings: &mut Findings) {
        let mut failed = std::mem::take(self).failed;
        if counted == 0 {
            failed.clear();
        }
        let named = failed.len() as u64;
        findings.count(Count { framework: Framework::DotnetTest, counted, named, at });
        for failed in failed {
            let mut found = Found { at: failed.at, block: format!("{}\n", failed.id), ..Found::default() };
            explain(&mut found, &failed.message, &failed.stack);
            findings.add(Framework::DotnetTest, Found { id: failed.id, ..found });
        }
    }
}

/// `failed Name (1s 12ms)`.
fn header(text: &str) -> Option<&str> {
    let (name, time) = text.strip_prefix("failed ")?.trim_end().strip_suffix(')')?.rsplit_once(" (")?;
    let is_time = time.ends_with("ms") || time.ends_with('s');
    let digits = time.chars().all(|char| char.is_ascii_digit() || "mshd .".contains(char));
    (is_time && digits && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use regreen_case::Framework;

    #[test]
    fn without_summary_nothing_counts() {
        let text = "failed Adds (12ms)\n  no\n";
        assert!(crate::failures_in(Framework::DotnetTest, text).is_empty());
        let green = format!("{text}Test run summary: Passed!\n  total: 1\n  failed: 0\n");
        assert!(crate::failures_in(Framework::DotnetTest, &green).is_empty());
    }
}

//! `dotnet test` and `vstest.console` with xUnit, NUnit and MSTest.
//!
//! A failed test is `  Failed Name [12 ms]` with `Error Message:`, `Stack Trace:` and captured output below.
//! What it printed may look like a failure too, so when more is found than the assembly's totals count,
//! what stood in captured output goes. xUnit's own lines (`[xUnit.net 00:00:01.23]     Name [FAIL]`) name
//! what is not printed otherwise.

use regreen_case::Framework;

use super::dotnet_lines::{header, total_failed, xunit_line};
use super::dotnet_stack::explain;
use super::{Entry, Findings, Found, Line, MAX_BLOCK_LINES, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::DotnetTest,
    name: "dotnet_test",
    doc: "the console logger of vstest, old and new, xUnit's own lines and console, MSBuild's TESTERROR lines",
    triggers: &["Failed ", "[FAIL]", "error TESTERROR", "Failed: "],
    parser: || Box::<DotnetTest>::default(),
};

/// Which part of a failed test follows.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Part {
    #[default]
    None,
    Message,
    Stack,
    /// What the test printed.
    Output,
}

#[derive(Default)]
struct Failed {
    id: String,
    at: u64,
    message: Vec<(u64, String)>,
    stack: Vec<(u64, String)>,
    /// It stood in what another test printed.
    doubtful: bool,
    /// Only xUnit itself names it so far.
    by_xunit: bool,
}

#[derive(Default)]
struct DotnetTest {
    failed: Vec<Failed>,
    part: Part,
    /// A header that counts once `Error Message:` follows.
    header: Option<(String, u64, bool)>,
    quiet_for: u64,
    /// Whether anything but a failed test was heard of the runner.
    heard: bool,
}

/// Lines without anything of the runner after which the parser goes to sleep.
const PATIENCE: u64 = 20_000;

impl Parser for DotnetTest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        self.quiet_for += 1;
        if let Some((indent, rest)) = xunit_line(text) {
            self.heard |= text.starts_with("[xUnit.net ");
            self.xunit(indent, rest, line.number);
        } else if let Some(total) = total_failed(text) {
            self.flush(Some((total, line.number)), findings);
        } else if let Some((name, at, doubtful)) = self.header.take() {
            if text.trim() == "Error Message:" {
                self.push(name, at, doubtful);
            } else if let Some(name) = header(text) {
                self.header = Some((name.to_owned(), line.number, self.part == Part::Output));
            }
        } else if let Some(name) = header(text) {
            self.header = Some((name.to_owned(), line.number, self.part == Part::Output));
        } else if text.starts_with("Test Run Failed") || text.starts_with("Test Run Aborted") {
            self.heard = true;
        } else if let Some(rest) = testerror(text) {
            self.testerror(rest, line.number);
        } else {
            self.block_line(text, line.number);
        }
        if self.quiet_for > PATIENCE {
            self.flush(None, findings);
        }
    }

    fn is_awake(&self) -> bool {
        self.header.is_some() || !self.failed.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(None, findings);
    }
}

impl DotnetTest {
    fn push(&mut self, id: String, at: u64, doubtful: bool) {
        self.quiet_for = 0;
        self.part = Part::Message;
        self.failed.retain(|failed| !(failed.by_xunit && failed.id == id));
        if self.failed.len() < MAX_TESTS {
            self.failed.push(Failed { id: clip(&id, 1000), at, doubtful, ..Failed::default() });
        }
    }

    fn xunit(&mut self, indent: usize, rest: &str, at: u64) {
        self.part = Part::None;
        if let Some(name) = rest.trim_end().strip_suffix(" [FAIL]") {
            if !self.failed.iter().any(|failed| failed.id == name) && self.failed.len() < MAX_TESTS {
                self.failed.push(Failed { id: clip(name, 1000), at, by_xunit: true, ..Failed::default() });
            }
        } else if indent >= 6
            && let Some(failed) = self.failed.last_mut().filter(|failed| failed.by_xunit)
        {
            let stack = failed.message.last().is_some_and(|(_, line)| line == "Stack Trace:");
            let known = !failed.stack.is_empty() || stack;
            let list = if known { &mut failed.stack } else { &mut failed.message };
            if list.len() < MAX_BLOCK_LINES {
                list.push((at, clip(rest, 1500)));
            }
        }
    }

    /// `Ns.Class.Method (3ms): Error Message: text`.
    fn testerror(&mut self, rest: &str, at: u64) {
        let Some((name, message)) = rest.split_once("): Error Message:") else { return };
        let name = name.rsplit_once(" (").map_or(name, |(name, _)| name).trim();
        self.push(name.to_owned(), at, false);
        self.heard = true;
        if let Some(failed) = self.failed.last_mut()
            && !message.trim().is_empty()
        {
            failed.message.push((at, message.trim().to_owned()));
        }
    }

    fn block_line(&mut self, text: &str, at: u64) {
        let Some(failed) = self.failed.last_mut().filter(|failed| !failed.by_xunit) else { return };
        match text.trim() {
            "Stack Trace:" if self.part != Part::Output => self.part = Part::Stack,
            "Standard Output Messages:"
            | "Standard Error Messages:"
            | "Debug Traces Messages:"
            | "Additional Information Messages:"
            | "Attachments:" => self.part = Part::Output,
            _ => {
                let list = match self.part {
                    Part::Message => &mut failed.message,
                    Part::Stack => &mut failed.stack,
                    _ => return,
                };
                if text.starts_with("  Passed ") || text.starts_with("  Skipped ") {
                    self.part = Part::None;
                } else if list.len() < MAX_BLOCK_LINES {
                    list.push((at, clip(text, 1500)));
                }
            }
        }
    }

    fn flush(&mut self, total: Option<(u64, u64)>, findings: &mut Findings) {
        let done = std::mem::take(self);
        if !done.heard && total.is_none() {
            return;
        }
        let mut failed = done.failed;
        if let Some((counted, at)) = total {
            if counted == 0 {
                failed.clear();
            }
            if failed.len() as u64 > counted {
                failed.retain(|failed| !failed.doubtful);
            }
            if failed.len() as u64 > counted {
                failed.retain(|failed| !failed.by_xunit);
            }
            findings.count(Count {
                framework: Framework::DotnetTest,
                counted,
                named: failed.len() as u64,
                at,
            });
        }
        for failed in failed {
            let mut message = failed.message;
            message.retain(|(_, line)| line != "Stack Trace:");
            let mut found = Found { at: failed.at, block: format!("{}\n", failed.id), ..Found::default() };
            explain(&mut found, &message, &failed.stack);
            findings.add(Framework::DotnetTest, Found { id: failed.id, ..found });
        }
    }
}

/// What stands behind MSBuild's `File.cs(12): error TESTERROR: `.
fn testerror(text: &str) -> Option<&str> {
    let at = text.find("error TESTERROR:")?;
    Some(text[at + "error TESTERROR:".len()..].trim())
}

#[cfg(test)]
#[path = "dotnet_test_tests.rs"]
mod tests;

//! Perl's prove and Test::Harness without `-v`: the points are hidden, and what Test::More says about failed
//! ones stands among the files' results.
//!
//! The report in the end says which files failed and which points; a file whose points have no names gives
//! them by number, and one that died gives itself. Names count only for files that the report lists.

use std::sync::OnceLock;

use regex::Regex;
use regreen_case::{ContainerRole, Framework};

use super::js_block::Block;
use super::tap_block::explain;
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Tap,
    name: "prove",
    doc: "Perl's prove and make test: names from Test::More's comments, files and numbers from the report",
    triggers: &["Failed test", "Failed tests:", " Failed: "],
    parser: || Box::<Prove>::default(),
};

/// Lines without anything of prove's after which it sleeps.
const PATIENCE: u64 = 20_000;
/// Points that a report names by number, at most.
const MAX_NUMBERS: usize = 100;

/// A failed point that Test::More names.
struct Diagnosed {
    depth: usize,
    path: Vec<String>,
    parent: bool,
    block: Block,
}

/// A file of the report.
struct Reported {
    file: String,
    at: u64,
    failed: u64,
    numbers: Vec<u64>,
}

#[derive(Default)]
struct Prove {
    diagnosed: Vec<Diagnosed>,
    reported: Vec<Reported>,
    idle: u64,
}

impl Parser for Prove {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text.trim_end();
        self.idle += 1;
        let bare = text.trim_start();
        if let Some(rest) = bare.strip_prefix("#   Failed test") {
            self.diagnosed(rest, (text.len() - bare.len()) / 4, text, line.number);
        } else if let Some(reported) = reported(text, line.number) {
            self.idle = 0;
            if self.reported.len() < MAX_TESTS {
                self.reported.push(reported);
            }
        } else if let Some(last) = self.reported.last_mut() {
            if let Some((_, list)) = bare.split_once(':').filter(|(word, _)| word.starts_with("Failed test"))
            {
                last.numbers = numbers(list);
            } else if text.starts_with("Result: ") {
                self.flush(text.starts_with("Result: FAIL"), findings);
            }
        } else if bare.starts_with("# ")
            && !bare.starts_with("# Looks like")
            && let Some(diagnosed) = self.diagnosed.last_mut()
        {
            diagnosed.block.push(bare, line.number);
        }
        if self.idle > PATIENCE {
            self.flush(false, findings);
        }
    }

    fn is_awake(&self) -> bool {
        !self.diagnosed.is_empty() || !self.reported.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(!self.reported.is_empty(), findings);
    }
}

impl Prove {
    fn diagnosed(&mut self, rest: &str, depth: usize, text: &str, at: u64) {
        self.idle = 0;
        let name = rest.trim_start().strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        let name = name.unwrap_or_default().to_owned();
        let inner = self.diagnosed.iter().rev().take_while(|known| known.depth > depth).count();
        let from = self.diagnosed.len() - inner;
        for known in &mut self.diagnosed[from..] {
            known.path.insert(0, name.clone());
            known.depth = depth;
        }
        if self.diagnosed.len() < MAX_TESTS {
            let mut block = Block::new("", at);
            block.push(text.trim_start(), at);
            self.diagnosed.push(Diagnosed { depth, path: vec![name], parent: inner > 0, block });
        }
    }

    fn flush(&mut self, failed: bool, findings: &mut Findings) {
        let run = std::mem::take(self);
        if !failed {
            return;
        }
        let mut named: Vec<String> = Vec::new();
        for diagnosed in run.diagnosed {
            let explained = explain(&diagnosed.block);
            let Some(file) = explained.file.clone() else { continue };
            let listed = |reported: &&Reported| reported.failed > 0 && reported.file == file;
            // A failure in a library that the tests share is the running file's, which is unknown.
            let known = run.reported.iter().any(|reported| listed(&reported));
            if !known && file.ends_with(".t") || diagnosed.path.iter().any(String::is_empty) {
                continue;
            }
            named.push(file.clone());
            findings.add(
                Framework::Tap,
                Found {
                    id: diagnosed.path.join(" > "),
                    suite: known.then(|| file.clone()),
                    file: explained.file,
                    line: explained.line,
                    message: explained.message,
                    at: diagnosed.block.at,
                    cause_at: explained.cause_at,
                    block: explained.block,
                    role: diagnosed.parent.then_some(ContainerRole::Parent),
                    ..Found::default()
                },
            );
        }
        for reported in run.reported {
            reported.add(&named, findings);
        }
    }
}

impl Reported {
    /// Adds what has no name: points by number, or the file itself.
    fn add(self, named: &[String], findings: &mut Findings) {
        if named.contains(&self.file) {
            return;
        }
        let found = |id: String, role| Found {
            id,
            suite: Some(self.file.clone()),
            file: Some(self.file.clone()),
            at: self.at,
            role,
            ..Found::default()
        };
        for number in &self.numbers {
            findings.add(Framework::Tap, found(format!("test {number}"), None));
        }
        if self.numbers.is_empty() {
            findings.add(Framework::Tap, found(self.file.clone(), Some(ContainerRole::Suite)));
        }
    }
}

/// `t/a.t   (Wstat: 1024 (exited 4) Tests: 8 Failed: 5)`.
fn reported(text: &str, at: u64) -> Option<Reported> {
    static LINE: OnceLock<Option<Regex>> = OnceLock::new();
    let regex = LINE.get_or_init(|| Regex::new(r"^(\S.*?)\s+\(Wstat: .*\bTests: \d+ Failed: (\d+)\)$").ok());
    if !text.contains("(Wstat: ") {
        return None;
    }
    let found = regex.as_ref()?.captures(text)?;
    let failed = found[2].parse().ok()?;
    Some(Reported { file: found[1].to_owned(), at, failed, numbers: Vec::new() })
}

/// Numbers of `2-5, 99`.
fn numbers(list: &str) -> Vec<u64> {
    let mut numbers = Vec::new();
    for part in list.split(',') {
        let (from, to) = part.trim().split_once('-').unwrap_or((part.trim(), part.trim()));
        if let (Ok(from), Ok(to)) = (from.parse::<u64>(), to.parse::<u64>()) {
            numbers.extend((from..=to).take(MAX_NUMBERS.saturating_sub(numbers.len())));
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ranges() {
        assert_eq!(numbers("  2-4, 9"), [2, 3, 4, 9]);
        assert_eq!(numbers("1-18446744073709551615").len(), MAX_NUMBERS);
    }

    #[test]
    fn only_files_of_a_failed_report_count() {
        let text = "#   Failed test 'a'\n#   at t/a.t line 2.\n#   Failed test 'b'\n#   at t/b.t line 2.\nTest Summary Report\nt/a.t   (Wstat: 256 Tests: 8 Failed: 1)\n  Failed test:  3\nt/c.t   (Wstat: 256 (exited 1) Tests: 8 Failed: 2)\n  Failed tests:  3-4\nResult: FAIL\n";
        let ids = |text: &str| -> Vec<_> {
            crate::failures_in(Framework::Tap, text).into_iter().map(|test| test.id).collect()
        };
        assert_eq!(ids(text), ["a", "test 3", "test 4"]);
        assert_eq!(ids(&text.replace("FAIL", "PASS")), Vec::<String>::new());
    }
}

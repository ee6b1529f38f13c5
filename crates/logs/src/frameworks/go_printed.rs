//! What Go tests printed: lines with their numbers, bounded.

use regreen_case::{ContainerRole, Framework};

use super::ginkgo::wraps_failed_specs;
use super::go_output::read;
use super::gocheck::wrapped_failures;
use super::{Findings, Found};
use crate::text::{clip, push_line};

/// Lines kept of one test's output.
const MAX_OUTPUT: usize = 400;

/// Lines and their numbers in the log.
#[derive(Debug, Default, Clone)]
pub(super) struct Printed {
    pub(super) lines: Vec<String>,
    pub(super) numbers: Vec<u64>,
    /// Index of the line that begins the end of the process.
    pub(super) crash: Option<usize>,
    /// Whether tests of another framework failed in here.
    pub(super) wraps: bool,
}

/// Whether a framework that runs inside of one Go test says that some of its tests failed.
pub(super) fn wraps_tests(text: &str) -> bool {
    wraps_failed_specs(text) || wrapped_failures(text).is_some()
}

impl Printed {
    pub(super) fn push(&mut self, text: &str, number: u64) {
        self.wraps |= wraps_tests(text);
        if self.lines.len() < MAX_OUTPUT {
            self.lines.push(clip(text, 2000));
            self.numbers.push(number);
        }
    }

    pub(super) fn append(&mut self, other: Printed) {
        self.wraps |= other.wraps;
        for (line, number) in other.lines.iter().zip(other.numbers) {
            self.push(line, number);
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.lines.iter().map(String::len).sum()
    }

    /// Number of the first line; 0 when there is none.
    pub(super) fn first_number(&self) -> u64 {
        self.numbers.first().copied().unwrap_or(0)
    }

    /// Whether it shows the goroutines of a process that died.
    pub(super) fn has_stack(&self) -> bool {
        self.lines.iter().any(|line| line.starts_with("goroutine "))
    }

    /// Everything from the end of the process on.
    pub(super) fn dump(&self) -> &[String] {
        self.crash.and_then(|at| self.lines.get(at..)).unwrap_or_default()
    }

    /// A failed test that printed this.
    pub(super) fn describe(&self, id: String, suite: Option<String>, at: u64) -> Found {
        let output = read(&self.lines, self.crash);
        let mut block = format!("--- FAIL: {id}\n");
        for line in &self.lines {
            push_line(&mut block, line, 5000);
        }
        let (file, line) = output.at.map_or((None, None), |(file, line)| (Some(file), Some(line)));
        let cause_at = output.explained.and_then(|index| self.numbers.get(index)).copied().unwrap_or(0);
        Found {
            id,
            suite,
            file,
            line,
            kind: output.kind,
            message: output.message,
            frames: output.frames,
            place: output.place,
            at,
            cause_at,
            block,
            role: None,
        }
    }
}

/// `a/b` and `a` of `a/b/c`.
pub(super) fn ancestors(id: &str) -> impl Iterator<Item = String> + '_ {
    id.match_indices('/').map(|(at, _)| id[..at].to_owned())
}

/// Reports the failed tests of a package: those that failed because a subtest did as parents. A leaf that
/// says nothing shares what ended the process with its parent.
pub(super) fn report(tests: Vec<(String, u64, Printed)>, suite: Option<&str>, findings: &mut Findings) {
    let parents: std::collections::HashSet<String> =
        tests.iter().flat_map(|(id, ..)| ancestors(id)).collect();
    let crashed: Vec<(String, Printed)> = tests
        .iter()
        .filter(|(id, _, printed)| parents.contains(id) && printed.crash.is_some())
        .map(|(id, _, printed)| (id.clone(), printed.clone()))
        .collect();
    for (id, at, printed) in tests {
        let suite = suite.map(str::to_owned);
        if parents.contains(&id) || printed.wraps {
            let role = Some(ContainerRole::Parent);
            findings.add(Framework::GoTest, Found { id, suite, at, role, ..Found::default() });
            continue;
        }
        let above = |(parent, _): &&(String, Printed)| ancestors(&id).any(|known| known == *parent);
        let shared = crashed
            .iter()
            .find(above)
            .filter(|_| printed.lines.iter().all(String::is_empty))
            .map(|(_, shared)| shared);
        let found = shared.unwrap_or(&printed).describe(id.clone(), suite, at);
        findings.add(Framework::GoTest, found);
    }
}

//! Googletest, and what prints like it (cmocka, Kotlin/Native).
//!
//! A test begins with `[ RUN      ]` and ends with `[  FAILED  ]` or `[       OK ]` and its own name:
//! whatever stands between is its output, however much it looks like the framework's. The list below
//! `N tests ran` is the authority and the checksum. A test that has begun and never ends took the
//! program down, unless its end is printed after all: then the run that seemed to follow was its output.
//!
//! `, where GetParam() = …` and `, where TypeParam = …` are no part of a name.

use regreen_case::{ContainerRole, Framework};

use super::gtest_block::{describe, died};
use super::gtest_lines::{Mark, announced, mark, name_of};
use super::kept::Kept;
use super::processes::{death, is_boundary};
use super::{Entry, Findings, Line, MAX_TESTS, Parser};
use crate::findings::Count;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Gtest,
    name: "gtest",
    doc: "results and lists of failures, parametrised names, crashes, failed set-up of suites, cmocka",
    triggers: &["[==========] Running ", "[==========] tests: Running ", "[  FAILED  ] "],
    parser: || Box::<Gtest>::default(),
};

/// Runs that seem to be nested: output of a test may look like a whole run.
const MAX_NESTED: usize = 8;

/// A finished test that failed.
struct Failure {
    name: String,
    at: u64,
    lines: Kept,
}

#[derive(Default)]
struct Run {
    /// N of `Running N tests`.
    announced: Option<u64>,
    failures: Vec<Failure>,
    /// The test that is running.
    open: Option<Failure>,
    /// The test that ended last: it may have printed that end, and end once more.
    last: Option<Failure>,
    /// N of the total `[  PASSED  ] N tests.`
    passed: Option<u64>,
    /// What stands outside of tests: set-up of suites and of the environment.
    outside: Kept,
    /// `N tests ran` was printed.
    over: bool,
    /// The final list: names.
    list: Vec<(String, u64)>,
    /// Suites whose set-up or tear-down failed.
    hooks: Vec<(String, u64)>,
    /// Names with more failures than are listed, or without.
    counted: Option<u64>,
}

#[derive(Default)]
struct Gtest {
    /// The innermost one is read; those before it wait for the end of their test.
    runs: Vec<Run>,
    /// Complete runs that may still turn out to be output of a test.
    done: Vec<(usize, Run)>,
}

impl Parser for Gtest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        if self.runs.is_empty() {
            self.asleep(line, findings);
            return;
        }
        if is_boundary(line.text) {
            self.keep(line);
            self.finish(findings);
            return;
        }
        match mark(line.text) {
            Some(mark) => self.mark(mark, line, findings),
            None => self.other(line, findings),
        }
    }

    fn is_awake(&self) -> bool {
        !self.runs.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.finish(findings);
    }
}

impl Gtest {
    /// No run is going on: one begins, or a lone result tells of one whose beginning is missing.
    fn asleep(&mut self, line: Line<'_>, findings: &mut Findings) {
        match mark(line.text) {
            Some(Mark::Start(text)) => {
                if let Some(count) = announced(text) {
                    self.runs.push(Run { announced: Some(count), ..Run::default() });
                }
            }
            Some(Mark::Failed(text)) => {
                let Some(name) = name_of(text).filter(|_| text.ends_with(" ms)")) else { return };
                let mut lines = Vec::new();
                let mut real = false;
                for above in line.above.lines().take(400) {
                    match mark(&above) {
                        Some(Mark::Run(text)) => {
                            real = text.trim_end() == name;
                            break;
                        }
                        Some(_) => break,
                        // With `--gtest_brief` nothing tells of the beginning.
                        None => real |= above.ends_with(": Failure"),
                    }
                    lines.push(above.into_owned());
                }
                if real {
                    let mut kept = Kept::default();
                    for (nth, text) in lines.iter().enumerate().rev() {
                        kept.push_text(line.number.saturating_sub(nth as u64 + 1), text);
                    }
                    findings.add(Framework::Gtest, describe(name, line.number, &kept));
                }
            }
            _ => {}
        }
    }

    fn mark(&mut self, mark: Mark<'_>, line: Line<'_>, findings: &mut Findings) {
        if let Mark::Start(text) = mark {
            if let Some(count) = announced(text) {
                self.begin(count, line, findings);
                return;
            }
            let Some(run) = self.runs.last_mut() else { return };
            let ran = super::gtest_lines::ran(text);
            if ran.is_some() && (run.open.is_none() || ran == run.announced) {
                run.lost_end();
                run.over = true;
                return;
            }
        }
        let Some(run) = self.runs.last_mut() else { return };
        if run.over {
            if let Mark::Passed(text) | Mark::Failed(text) = mark
                && text.ends_with(" ms)")
                && self.ends(text)
            {
                self.ended(matches!(mark, Mark::Failed(_)), text, line);
                return;
            }
            let Some(run) = self.runs.last_mut() else { return };
            if run.listed(&mark, line) {
                return;
            }
            self.close(findings);
            self.line(line, findings);
            return;
        }
        match mark {
            Mark::Run(name) if run.open.is_none() => {
                let name = name.trim_end().to_owned();
                run.open = Some(Failure { name, at: line.number, lines: Kept::default() });
            }
            Mark::Suite(text) if run.open.as_ref().is_some_and(|open| is_total(text, &open.name)) => {
                run.lost_end();
            }
            Mark::Passed(text) | Mark::Skipped(text) => self.ended(false, text, line),
            Mark::Failed(text) => self.ended(true, text, line),
            _ => self.keep(line),
        }
    }

    /// Whether a result is that of a test that is running, in this run or in one around it.
    fn ends(&self, text: &str) -> bool {
        self.runs.iter().any(|run| run.is_running(name_of(text).unwrap_or_default()))
    }

    /// The running test of that name is over: what stood between was its output.
    fn ended(&mut self, failed: bool, text: &str, line: Line<'_>) {
        let name = name_of(text).unwrap_or_default();
        let Some(depth) = self.runs.iter().rposition(|run| run.is_running(name)) else {
            if self.runs.last_mut().is_some_and(|run| run.reopens(name)) {
                self.ended(failed, text, line);
            } else {
                self.keep(line);
            }
            return;
        };
        self.runs.truncate(depth + 1);
        self.done.retain(|(nested, _)| *nested <= depth);
        let run = &mut self.runs[depth];
        let Some(mut open) = run.open.take() else { return };
        run.last =
            (!failed).then(|| Failure { name: open.name.clone(), at: open.at, lines: Kept::default() });
        if failed && run.failures.len() < MAX_TESTS {
            let before = line.text.find("[  FAILED  ]").map_or("", |at| &line.text[..at]);
            if !before.is_empty() {
                open.lines.push_text(line.number, before);
            }
            run.failures.push(open);
        }
    }

    fn begin(&mut self, count: u64, line: Line<'_>, findings: &mut Findings) {
        if self.runs.last().is_some_and(|run| run.open.is_none()) {
            self.close(findings);
        } else if self.runs.len() >= MAX_NESTED {
            self.finish(findings);
        } else {
            self.keep(line);
        }
        self.runs.push(Run { announced: Some(count), ..Run::default() });
    }

    fn other(&mut self, line: Line<'_>, findings: &mut Findings) {
        let Some(run) = self.runs.last_mut() else { return };
        if !run.over {
            self.keep(line);
            return;
        }
        let text = line.text.trim();
        if let Some(count) = failed_count(text) {
            run.counted = run.counted.or(Some(count));
        } else if !(text.is_empty()
            || text.starts_with("YOU HAVE ")
            || line.text.starts_with("    As Text: "))
        {
            self.close(findings);
        }
    }

    /// Keeps a line with the test that is running.
    fn keep(&mut self, line: Line<'_>) {
        for run in &mut self.runs {
            match &mut run.open {
                Some(open) => open.lines.push(line),
                None if !run.over && run.outside.len() < 200 => run.outside.push(line),
                None => {}
            }
        }
    }

    /// The innermost run is complete.
    fn close(&mut self, findings: &mut Findings) {
        let Some(run) = self.runs.pop() else { return };
        if self.runs.is_empty() {
            run.report(findings);
        } else if self.done.len() < 50 {
            self.done.push((self.runs.len(), run));
        }
    }

    /// Nothing more comes: tests that have not ended took the program down.
    fn finish(&mut self, findings: &mut Findings) {
        for run in std::mem::take(&mut self.runs) {
            run.report(findings);
        }
        for (_, run) in std::mem::take(&mut self.done) {
            run.report(findings);
        }
    }
}

impl Run {
    fn is_running(&self, name: &str) -> bool {
        self.open.as_ref().is_some_and(|open| open.name == name)
    }

    /// A test ends again before another one began: the first end was its own output.
    fn reopens(&mut self, name: &str) -> bool {
        if self.open.is_some() {
            return false;
        }
        if self.failures.last().is_some_and(|last| last.name == name) {
            self.open = self.failures.pop();
        } else if self.last.as_ref().is_some_and(|last| last.name == name) {
            self.open = self.last.take();
        }
        self.open.is_some()
    }

    /// The running test must have ended: its result was lost in other output.
    fn lost_end(&mut self) {
        if let Some(open) = self.open.take() {
            self.outside = open.lines;
        }
    }

    /// A line of the final lists. `false` when it belongs to something else.
    fn listed(&mut self, mark: &Mark<'_>, line: Line<'_>) -> bool {
        match mark {
            Mark::Passed(text) => {
                self.passed = text.split(' ').next().and_then(|count| count.parse().ok());
                true
            }
            Mark::Skipped(_) => true,
            Mark::Failed(text) => {
                if let Some(count) = listed_count(text) {
                    self.counted = Some(count);
                } else if let Some(suite) = text.strip_suffix(": SetUpTestSuite or TearDownTestSuite") {
                    self.hooks.push((suite.to_owned(), line.number));
                } else if let Some(name) = name_of(text).filter(|_| self.list.len() < MAX_TESTS) {
                    self.list.push((name.to_owned(), line.number));
                }
                true
            }
            _ => false,
        }
    }

    fn report(mut self, findings: &mut Findings) {
        let open = self.open.take();
        let mut named = 0;
        let all_passed = self.over && self.passed.is_some() && self.passed == self.announced;
        if self.list.is_empty() && !all_passed {
            for failure in &self.failures {
                findings.add(Framework::Gtest, describe(&failure.name, failure.at, &failure.lines));
                named += 1;
            }
        }
        for (name, at) in &self.list {
            let failure = self.failures.iter().find(|failure| failure.name == *name);
            let empty = Kept::default();
            let (at, lines) = failure.map_or((*at, &empty), |failure| (failure.at, &failure.lines));
            findings.add(Framework::Gtest, describe(name, at, lines));
            named += 1;
        }
        for (suite, at) in &self.hooks {
            let mut found = describe(suite, *at, &self.outside);
            found.role = Some(ContainerRole::Hook);
            findings.add(Framework::Gtest, found);
        }
        if let Some(open) = open
            && !self.over
        {
            findings.add(Framework::Gtest, died(&open.name, open.at, &open.lines));
        } else if self.hooks.is_empty()
            && named == 0
            && self.over
            && self.outside.texts().any(|text| text.ends_with(": Failure"))
        {
            let mut found = describe("test environment", self.outside.number(0), &self.outside);
            found.role = Some(ContainerRole::Hook);
            findings.add(Framework::Gtest, found);
        } else if !self.over
            && let Some(at) = self.outside.texts().position(|text| death(text).is_some())
        {
            findings.warn(format!("a googletest program died between tests: {}", self.outside.text(at)));
        }
        if let Some(counted) = self.counted {
            findings.count(Count { framework: Framework::Gtest, counted, named, at: 0 });
        }
    }
}

/// Whether `N tests from S (x ms total)` closes the suite of a test.
fn is_total(text: &str, test: &str) -> bool {
    let Some((_, suite)) = text.split_once(" from ") else { return false };
    let Some((suite, _)) = suite.rsplit_once(" (").filter(|(_, time)| time.ends_with(" total)")) else {
        return false;
    };
    test.strip_prefix(suite).is_some_and(|rest| rest.starts_with('.'))
}

/// N of `2 tests, listed below:`.
fn listed_count(text: &str) -> Option<u64> {
    let text = text.strip_prefix("tests: ").unwrap_or(text);
    let (number, rest) = text.split_once(' ')?;
    rest.ends_with(", listed below:").then(|| number.parse().ok()).flatten()
}

/// N of ` 2 FAILED TESTS`.
fn failed_count(text: &str) -> Option<u64> {
    let (number, rest) = text.split_once(' ')?;
    rest.starts_with("FAILED TEST").then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
#[path = "gtest_tests.rs"]
mod tests;

//! `cargo test` with Rust's built-in harness and those that print like it, rustc's compiletest among them.
//!
//! The list under the last `failures:` names the tests, the blocks above explain them, and `test result:` is
//! the checksum: a list counts when it holds as many names as the result counts and the result's total is
//! the announced one. A test's own output stands inside the blocks (or, uncaptured, between the results) and
//! may look like all of these; then the sums do not fit, or the run goes on after its end. Without a list
//! (a process that died, a log that ends) the lines of the tests name them, and the thread that overflowed
//! its stack or panicked last. Errors of the compiler name no failed test.

use regreen_case::{ContainerRole, Framework};

use super::cargo_lines::{Outcome, announced, block_name, test_line, thread_name, totals};
use super::cargo_run::{Run, overdue, push};
use super::cargo_target::{announced_target, rerun_target};
use super::nextest_lines::{output_header, status, summary};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::CargoTest,
    name: "cargo_test",
    doc: "blocks and lists of failures, panics of all versions, unit, integration and documentation tests",
    triggers: TRIGGERS,
    parser: || Box::new(CargoTest::new(Framework::CargoTest)),
};

/// What begins something here.
pub(super) const TRIGGERS: &[&str] = &["unning ", "c-tests ", "\"event\": \"failed\""];

/// Lines without meaning after which a run that seemed to be over is.
const PATIENCE: usize = 3;

#[derive(Default, PartialEq, Eq, Clone, Copy)]
enum State {
    #[default]
    Idle,
    Running,
    /// A result that fits was seen: only what follows tells whether it was printed by a test.
    Ended(usize),
    /// Cargo says that the target failed, or a test does: `n` lines ago.
    Failing(usize),
}

/// Reads one target after the other.
pub(super) struct CargoTest {
    /// Whose tests are reported: those of the harness, or those that compiletest names `[mode] path`.
    framework: Framework,
    state: State,
    suite: Option<String>,
    /// Whether a line announced the target: then it holds for further batches of it, too.
    announced: bool,
    run: Run,
}

impl Parser for CargoTest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if self.state == State::Idle {
            self.idle_line(line, findings);
        } else if text.starts_with(' ')
            && let Some(suite) = announced_target(text)
        {
            self.close(findings);
            self.enter(suite);
        } else {
            match self.state {
                State::Ended(lines) => self.line_after_end(line, lines, findings),
                State::Failing(lines) => self.line_after_failure(line, lines, findings),
                State::Running | State::Idle => self.running_line(line),
            }
        }
    }

    fn is_awake(&self) -> bool {
        self.state != State::Idle
    }

    fn end(&mut self, findings: &mut Findings) {
        self.close(findings);
        *self = CargoTest::new(self.framework);
    }
}

impl CargoTest {
    pub(super) fn new(framework: Framework) -> Self {
        CargoTest { framework, state: State::Idle, suite: None, announced: false, run: Run::default() }
    }

    fn enter(&mut self, suite: String) {
        self.suite = Some(suite);
        self.announced = true;
    }

    fn idle_line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(suite) = announced_target(text) {
            self.enter(suite);
        } else if let Some(count) = announced(text) {
            // nextest shows the harness of each test: that is its parser's business.
            if !is_inside_nextest(line) {
                self.state = State::Running;
                self.run = Run { announced: count, ..Run::default() };
            }
        } else if text.starts_with("{ \"type\": ") {
            super::cargo_json::event(text, line.number, self.suite.as_deref(), findings);
        }
    }

    fn running_line(&mut self, line: Line<'_>) {
        let text = line.text;
        if self.list_line(line) {
            return;
        }
        if text == "failures:" {
            self.run.list = Some(Vec::new());
        } else if let Some((name, outcome)) = test_line(text) {
            self.test_line(name, &outcome, line);
            return;
        } else if let Some(name) = block_name(text) {
            self.run.transcript.open(Some(name), line.number, true);
            return;
        } else if is_failure_of_cargo(text) {
            self.guess_suite(text);
            self.state = State::Failing(0);
            self.run.death = died(text).then(|| (clip(text, 1000), line.number));
        } else if self.run.started.is_some() && text.trim_end().ends_with("FAILED") {
            // With `--nocapture` the output stands between a test's name and its result.
            self.run.failed.extend(self.run.started.take());
            self.run.transcript.open(None, line.number, false);
        } else if self.run.started.is_some() && text == "ok" {
            self.run.started = None;
            self.run.transcript.open(None, line.number, false);
        }
        self.run.transcript.keep(text, line.number);
    }

    /// Quiet output only tells the target behind it.
    fn guess_suite(&mut self, text: &str) {
        if !self.announced {
            self.suite = rerun_target(text);
        }
    }

    /// A line of the list of names, or its end. `false` when no list is being read.
    fn list_line(&mut self, line: Line<'_>) -> bool {
        let text = line.text;
        if let Some(totals) = totals(text) {
            let list = self.run.list.take().unwrap_or_default();
            let fits = totals.sum == self.run.announced && totals.failed == list.len() as u64;
            if fits {
                self.state = State::Ended(0);
            }
            if fits || self.run.result.is_none() || !list.is_empty() {
                self.run.result = Some((list, totals, line.number));
            }
            return fits;
        }
        let Some(list) = &mut self.run.list else { return false };
        match text.strip_prefix("    ").filter(|name| !name.trim().is_empty()) {
            Some(name) if list.len() < MAX_TESTS => list.push(name.trim_end().to_owned()),
            Some(_) => {}
            None if text.is_empty() => {}
            None => {
                self.run.list = None;
                return false;
            }
        }
        self.run.transcript.keep(text, line.number);
        true
    }

    fn test_line(&mut self, name: &str, outcome: &Outcome, line: Line<'_>) {
        let run = &mut self.run;
        if *outcome != Outcome::Slow {
            run.started = None;
            run.slow.retain(|(slow, _)| slow != name);
        }
        match outcome {
            Outcome::Failed => push(&mut run.failed, name, line.number),
            Outcome::Slow => push(&mut run.slow, name, line.number),
            Outcome::Fine => {}
            Outcome::Started => {
                run.started = Some((clip(name, 1024), line.number));
                run.transcript.open(Some(name), line.number, false);
                let printed = line.text.split_once(" ... ").map_or("", |(_, printed)| printed);
                if !is_failure_of_cargo(printed) {
                    return run.transcript.keep(printed, line.number);
                }
                self.guess_suite(printed);
                self.state = State::Failing(0);
                return;
            }
        }
        if !run.transcript.is_in_block() {
            run.transcript.open(None, line.number, false);
        }
        run.transcript.keep(line.text, line.number);
    }

    /// The run seems to be over. Whatever only a running test can print tells that it is not.
    fn line_after_end(&mut self, line: Line<'_>, lines: usize, findings: &mut Findings) {
        let text = line.text;
        if announced(text).is_some() {
            self.close(findings);
            return self.idle_line(line, findings);
        }
        if is_failure_of_cargo(text) {
            self.guess_suite(text);
            return self.close(findings);
        }
        let goes_on = text == "failures:"
            || text == "FAILED"
            || text == "ok"
            || totals(text).is_some()
            || test_line(text).is_some_and(|(_, outcome)| outcome != Outcome::Slow);
        if goes_on {
            self.state = State::Running;
            self.run.result = None;
            return self.running_line(line);
        }
        if lines >= PATIENCE && !text.is_empty() {
            return self.close(findings);
        }
        self.run.transcript.keep(text, line.number);
        self.state = State::Ended(lines + usize::from(!text.is_empty()));
    }

    /// Cargo said that the target failed, or a test printed that.
    fn line_after_failure(&mut self, line: Line<'_>, lines: usize, findings: &mut Findings) {
        let text = line.text;
        if let Some(at) = text.find("process didn't exit successfully: ") {
            self.run.death = Some((clip(&text[at..], 1000), line.number));
            return self.close(findings);
        }
        if text.starts_with("error: ") && text.contains(" targets failed:") {
            return self.close(findings);
        }
        if text.is_empty() || text == "Caused by:" || is_failure_of_cargo(text) {
            self.state = State::Failing(lines + 1);
            return;
        }
        if test_line(text).is_some() || thread_name(text).is_some() || text == "failures:" {
            self.state = State::Running;
            return self.running_line(line);
        }
        // Had the process died, cargo would have said how: a test printed that.
        self.state = if lines > PATIENCE { State::Running } else { State::Failing(lines + 1) };
        self.run.transcript.keep(text, line.number);
    }

    /// The target is done, or the log is over.
    fn close(&mut self, findings: &mut Findings) {
        let state = std::mem::replace(&mut self.state, State::Idle);
        let mut run = std::mem::take(&mut self.run);
        if state == State::Idle {
            return;
        }
        let result = run.result.take();
        let complete = matches!(state, State::Ended(_));
        let names = match &result {
            Some((list, ..)) if complete => list.clone(),
            Some((list, totals, _)) if !list.is_empty() && totals.failed == list.len() as u64 => list.clone(),
            _ => run.failed.iter().map(|(name, _)| name.clone()).collect(),
        };
        let suite = self.suite.clone();
        if !self.announced {
            self.suite = None;
        }
        let suite = suite.as_deref();
        run.transcript.end(&names);
        for name in names.iter().filter(|name| self.is_ours(name)) {
            findings.add(self.framework, run.describe(name, suite));
        }
        if let Some((_, totals, at)) = result
            && names.iter().all(|name| self.is_ours(name))
            && (totals.failed > 0 || !names.is_empty())
        {
            let (counted, named) = (totals.failed, names.len() as u64);
            findings.count(Count { framework: self.framework, counted, named, at });
        }
        if !complete && run.result.is_none() && self.framework == Framework::CargoTest {
            self.unfinished(&run, state, suite, findings);
        }
    }

    /// The process died, or the log ends in the middle: who was running?
    fn unfinished(&self, run: &Run, state: State, suite: Option<&str>, findings: &mut Findings) {
        if let Some(found) = run.victim(suite) {
            return findings.add(self.framework, found);
        }
        if matches!(state, State::Failing(_)) && run.failed.is_empty() {
            if let (Some((text, at)), Some(id)) = (&run.death, suite) {
                let role = Some(ContainerRole::Suite);
                let (id, message, at) = (id.to_owned(), text.clone(), *at);
                findings.add(self.framework, Found { id, message, at, role, ..Found::default() });
            }
        } else if run.failed.is_empty() {
            for (id, at) in &run.slow {
                findings.add(self.framework, overdue(id, suite, *at));
            }
        }
    }

    fn is_ours(&self, name: &str) -> bool {
        let compiletest = name.starts_with('[') && name.contains("] ");
        compiletest == (self.framework == Framework::Compiletest)
    }
}

/// Whether cargo says that a target failed.
fn is_failure_of_cargo(text: &str) -> bool {
    text.starts_with("error: test failed")
        || text.starts_with("error: doctest failed")
        || text.starts_with("error: bench failed")
        || died(text)
}

fn died(text: &str) -> bool {
    text.starts_with("error: process didn't exit successfully: ")
}

/// Whether nextest shows this run as the output of one test.
fn is_inside_nextest(line: Line<'_>) -> bool {
    for above in line.above.lines().take(300) {
        if output_header(&above).is_some() || status(&above).is_some() || above.trim() == "stdout ───" {
            return true;
        }
        if summary(&above).is_some() || above.contains("    Finished ") || announced_target(&above).is_some()
        {
            return false;
        }
    }
    false
}

#[cfg(test)]
#[path = "cargo_test_tests.rs"]
mod tests;

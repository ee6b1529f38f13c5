//! Drives everything over the lines of one log: framing, steps, frameworks, causes.

use regreen_case::Framework;

use crate::frameworks::{ENTRIES, Findings, Found, Line, Parser};
use crate::framing::{each_piece, unframe};
use crate::region::Region;
use crate::steps::{Event, Steps};
use crate::tools;

/// Failed steps kept apart. Further ones are only counted.
const MAX_FAILED: usize = 16;

/// Reads one log.
pub(crate) struct LogReader {
    steps: Steps,
    parsers: Vec<Box<dyn Parser>>,
    findings: Findings,
    region: Region,
    failed: Vec<Region>,
    columns: Option<Vec<u8>>,
    /// The runner's timestamps were seen.
    stamped: bool,
    /// The runner's clean-up was seen: the log is complete.
    complete: bool,
    /// Any `##[error]` was seen.
    errors: bool,
    /// The runner tidies up.
    over: bool,
}

/// What was read.
pub(crate) struct Reading {
    /// Tests, warnings, versions.
    pub(crate) findings: Findings,
    /// The failed steps in order.
    pub(crate) failed: Vec<Region>,
    /// The last part, which did not end with a failure.
    pub(crate) rest: Region,
    /// The job passed: nothing may be reported.
    pub(crate) green: bool,
}

impl LogReader {
    pub(crate) fn new() -> Self {
        LogReader {
            steps: Steps::default(),
            parsers: ENTRIES.iter().map(|entry| (entry.parser)()).collect(),
            findings: Findings::default(),
            region: Region::new(1),
            failed: Vec::new(),
            columns: None,
            stamped: false,
            complete: false,
            errors: false,
            over: false,
        }
    }

    /// Takes a raw line.
    pub(crate) fn raw_line(&mut self, raw: &[u8], number: u64) {
        let framed = unframe(raw);
        self.stamped |= framed.stamped;
        if let Some((job, step)) = framed.columns {
            self.column(job, step, number);
        }
        each_piece(framed.text, |text| self.line(text, number));
    }

    /// Another job or step in the columns of `gh run view --log` ends what went before.
    fn column(&mut self, job: &[u8], step: &[u8], number: u64) {
        let known = self.columns.as_ref().is_some_and(|known| {
            known.len() == job.len() + step.len() + 1 && known.starts_with(job) && known.ends_with(step)
        });
        if !known {
            if self.columns.is_some() {
                self.boundary(number);
            }
            self.columns = Some([job, b"\t", step].concat());
        }
    }

    fn line(&mut self, text: &str, number: u64) {
        match self.steps.line(text) {
            Event::StepStarts => self.boundary(number),
            Event::StepFails(code) => self.fail(Some(code), number),
            Event::Error(message) => {
                self.errors = true;
                self.region.annotation(message, number);
                let line = Line { text: message, number };
                self.parsers.iter_mut().for_each(|parser| parser.line(line, &mut self.findings));
            }
            Event::Cleanup => {
                self.complete |= self.stamped;
                self.end_parsers();
                self.over = true;
            }
            Event::Frame => {}
            Event::Output if self.over => {}
            Event::Output => {
                let line = Line { text, number };
                for parser in &mut self.parsers {
                    parser.line(line, &mut self.findings);
                }
                self.region.line(text, number);
                tools::line(text, &mut self.findings);
            }
        }
    }

    fn end_parsers(&mut self) {
        for parser in &mut self.parsers {
            parser.end(&mut self.findings);
        }
    }

    fn boundary(&mut self, number: u64) {
        self.over = false;
        self.end_parsers();
        let fresh = Region::new(number);
        let done = std::mem::replace(&mut self.region, fresh);
        // A step of an action can fail with annotations alone, and tells no exit code.
        if done.has_runners_word() && self.failed.len() < MAX_FAILED {
            self.failed.push(done);
        }
    }

    fn fail(&mut self, code: Option<i32>, number: u64) {
        self.errors = true;
        self.end_parsers();
        let mut done = std::mem::replace(&mut self.region, Region::new(number + 1));
        done.end = number;
        done.failed = true;
        done.exit_code = code;
        done.command = self.steps.command().cloned();
        if let Some(command) = &mut done.command {
            command.exit_code = code;
            command.step = self.step_name();
        }
        if self.failed.len() < MAX_FAILED {
            self.failed.push(done);
        }
    }

    fn step_name(&self) -> Option<String> {
        let columns = String::from_utf8_lossy(self.columns.as_ref()?).into_owned();
        columns.split_once('\t').map(|(_, step)| step.to_owned()).filter(|step| step != "UNKNOWN STEP")
    }

    /// The log is over.
    pub(crate) fn finish(mut self) -> Reading {
        self.end_parsers();
        if self.region.command.is_none() {
            self.region.command = self.steps.command().cloned();
        }
        let green = self.complete && !self.errors;
        Reading { findings: self.findings, failed: self.failed, rest: self.region, green }
    }
}

impl Reading {
    /// The part of the log that explains the failure: the first failed step that names tests, else the
    /// first failed step, else the end of the log.
    pub(crate) fn region(&self) -> &Region {
        let holds_tests = |region: &&Region| {
            self.findings.tests.iter().any(|(_, test)| (region.start..=region.end).contains(&test.at))
        };
        self.failed.iter().find(holds_tests).or_else(|| self.failed.first()).unwrap_or(&self.rest)
    }

    /// Failed tests that explain why the job failed: those of failed steps. Tests of a step that passed
    /// count only when no failed step explains itself.
    pub(crate) fn take_tests(&mut self) -> Vec<(Framework, Found)> {
        let tests = std::mem::take(&mut self.findings.tests);
        if self.green {
            return Vec::new();
        }
        let inside =
            |test: &Found| self.failed.iter().any(|region| (region.start..=region.end).contains(&test.at));
        let (failed, others): (Vec<_>, Vec<_>) = tests.into_iter().partition(|(_, test)| inside(test));
        if !failed.is_empty() || others.is_empty() {
            return failed;
        }
        if self.failed.iter().any(Region::is_explained) {
            let message = "tests failed in a step that passed; another step failed, so they are not reported";
            self.findings.warn(message.to_owned());
            return Vec::new();
        }
        others
    }
}

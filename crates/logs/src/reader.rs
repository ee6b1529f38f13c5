//! Drives everything over the lines of one log: framing, steps, frameworks, causes.

use regreen_case::{CiCommand, ContainerRole, Framework};

use crate::findings::Findings;
use crate::found::Found;
use crate::framing::{each_piece, unframe};
use crate::lanes::Lanes;
use crate::line::{Above, Line};
use crate::prefix::without_prefix;
use crate::region::Region;
use crate::runners::runners_of;
use crate::scan::Scanner;
use crate::steps::{Event, Steps, is_between_steps};
use crate::stream::Sink;
use crate::tools;

/// Failed steps kept apart. Further ones are only counted.
const MAX_FAILED: usize = 16;

/// Reads one log.
pub(crate) struct LogReader {
    steps: Steps,
    lanes: Lanes,
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
    /// What was open when the runner began to tidy up.
    rest: Option<Region>,
    /// Steps that do real work since the last failure.
    works: u32,
    /// What reads as the end of a failed step: the exit code and the line. A program can print the same, so
    /// what follows decides.
    ending: Option<(i32, u64)>,
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

/// A line's number, what stands above it, and whether it can matter by itself.
#[derive(Clone, Copy)]
struct Place<'a> {
    number: u64,
    above: Above<'a>,
    hit: bool,
}

impl Sink for LogReader {
    fn wants_all(&self) -> bool {
        self.steps.is_in_header() || self.lanes.is_awake() || self.region.wants_all() || self.ending.is_some()
    }

    fn line(&mut self, raw: &[u8], number: u64, above: Above<'_>, hit: bool) {
        let framed = unframe(raw);
        self.stamped |= framed.stamped;
        let place = Place { number, above, hit };
        if let Some((job, step)) = framed.columns {
            self.column(job, step, place);
        }
        // An escape alone makes a line a hit, for it may part a word: what is left without it decides.
        let escaped = hit && memchr::memchr(0x1b, raw).is_some();
        each_piece(framed.text, |text| {
            let hit = hit && (!escaped || Scanner::shared().holds_stem(text));
            self.text(text, Place { hit, ..place });
        });
    }

    fn end(&mut self, lines: u64, above: Above<'_>) {
        self.settle(None, Place { number: lines + 1, above, hit: false });
        self.lanes.end(&mut self.findings);
        self.region.close(lines, above);
        if self.region.command.is_none() {
            self.region.command = self.steps.command().cloned();
        }
    }
}

impl LogReader {
    pub(crate) fn new() -> Self {
        LogReader {
            steps: Steps::default(),
            lanes: Lanes::new(|_| true),
            findings: Findings::default(),
            region: Region::new(1),
            failed: Vec::new(),
            columns: None,
            stamped: false,
            complete: false,
            errors: false,
            over: false,
            rest: None,
            works: 0,
            ending: None,
        }
    }

    /// Another job or step in the columns of `gh run view --log` ends what went before.
    fn column(&mut self, job: &[u8], step: &[u8], place: Place<'_>) {
        let known = self.columns.as_ref().is_some_and(|known| {
            known.len() == job.len() + step.len() + 1 && known.starts_with(job) && known.ends_with(step)
        });
        if !known {
            self.settle(None, place);
            if self.columns.is_some() {
                let command = self.steps.command().cloned();
                self.boundary(place, command);
            }
            self.columns = Some([job, b"\t", step].concat());
        }
    }

    fn text(&mut self, text: &str, place: Place<'_>) {
        self.settle(Some(text), place);
        match self.steps.line(text) {
            Event::StepStarts => {
                let command = self.steps.ended().cloned();
                self.boundary(place, command);
                self.works += u32::from(self.steps.does_work());
            }
            // Without stamps the log may be an excerpt, and anything may follow.
            Event::StepFails(code) if self.stamped && text.starts_with("##[error]Process completed ") => {
                self.ending = Some((code, place.number));
            }
            Event::StepFails(code) => self.fail(Some(code), place),
            Event::Error(message) => {
                self.errors = true;
                self.region.annotation(message, place.number);
                self.lanes.line(None, line(message, place), true, &mut self.findings);
            }
            Event::Retry => self.retry(place.number),
            Event::Cleanup => self.cleanup(place),
            Event::Frame => {}
            Event::Output if self.over => {}
            Event::Output => {
                let (speaker, text) = without_prefix(text);
                self.lanes.line(speaker, line(text, place), place.hit, &mut self.findings);
                self.region.line(text, place.number, place.hit, place.above);
                if place.hit {
                    tools::line(text, &mut self.findings);
                }
            }
        }
    }

    /// Decides about what reads as the end of a failed step, now that `next` follows it, or nothing does.
    /// The runner prints nothing of the step behind its end; whose output goes on printed the line itself.
    fn settle(&mut self, next: Option<&str>, place: Place<'_>) {
        let Some((code, number)) = self.ending else { return };
        if next.is_some_and(|next| next.trim().is_empty()) {
            return;
        }
        self.ending = None;
        if next.is_none_or(is_between_steps) {
            let above = place.above.without_last(place.number.saturating_sub(number));
            self.fail(Some(code), Place { number, above, hit: place.hit });
        }
    }

    /// The step's command runs once more. What failed in the last attempt is what failed.
    fn retry(&mut self, number: u64) {
        self.lanes.end(&mut self.findings);
        self.findings.forget_since(self.region.start);
        self.region = Region::new(number);
    }

    /// A step ended, whose command was `command`.
    fn boundary(&mut self, place: Place<'_>, command: Option<CiCommand>) {
        self.over = false;
        self.lanes.end(&mut self.findings);
        let mut done = std::mem::replace(&mut self.region, Region::new(place.number));
        // A step of an action can fail with annotations alone, and tells no exit code.
        let gave_up = done.has_runners_word() || done.ends_with_annotation(place.number);
        if gave_up && self.failed.len() < MAX_FAILED {
            done.close(place.number.saturating_sub(1), place.above);
            done.command = command;
            done.works = std::mem::take(&mut self.works);
            self.failed.push(done);
        }
    }

    /// The runner tidies up: what it prints then is no step's output.
    fn cleanup(&mut self, place: Place<'_>) {
        self.complete |= self.stamped;
        self.lanes.end(&mut self.findings);
        if self.over {
            return;
        }
        self.over = true;
        let gave_up = self.region.has_runners_word() || self.region.ends_with_annotation(place.number);
        if gave_up || self.failed.is_empty() {
            let mut done = std::mem::replace(&mut self.region, Region::new(place.number));
            done.close(place.number.saturating_sub(1), place.above);
            done.command = self.steps.command().cloned();
            if gave_up && self.failed.len() < MAX_FAILED {
                done.works = std::mem::take(&mut self.works);
                self.failed.push(done);
            } else {
                self.rest = Some(done);
            }
        }
    }

    fn fail(&mut self, code: Option<i32>, place: Place<'_>) {
        self.errors = true;
        // A program can print the runner's words, too: what is read goes on until the next step begins.
        if !self.stamped {
            self.lanes.end(&mut self.findings);
        }
        let mut done = std::mem::replace(&mut self.region, Region::new(place.number + 1));
        done.close(place.number.saturating_sub(1), place.above);
        done.end = place.number;
        done.failed = true;
        done.exit_code = code;
        done.works = std::mem::take(&mut self.works);
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

    /// What was read, once the log is over.
    pub(crate) fn finish(self) -> Reading {
        let green = self.complete && !self.errors;
        let rest = self.rest.unwrap_or(self.region);
        let mut reading = Reading { findings: self.findings, failed: self.failed, rest, green };
        // Before anything is chosen by the tests it holds: what was only printed must not choose.
        reading.drop_what_the_script_cannot_run();
        reading.findings.drop_printed();
        reading
    }
}

fn line<'a>(text: &'a str, place: Place<'a>) -> Line<'a> {
    Line { text, number: place.number, above: place.above }
}

impl Reading {
    /// The part of the log that explains the failure: the first failed step that names tests, else the
    /// first failed step, else the end of the log.
    pub(crate) fn region(&self) -> &Region {
        let holds_tests = |region: &&Region| {
            self.findings.tests.iter().any(|(_, test)| (region.start..=region.end).contains(&test.at))
        };
        // Work goes on after a failure that was allowed, so the failure that ended it comes later.
        let allowed = self.failed.iter().rposition(|region| region.works > 1).unwrap_or(0);
        let (before, after) = self.failed.split_at(allowed);
        let mut with_tests = after.iter().chain(before).filter(|region| holds_tests(region));
        with_tests.next().or_else(|| after.first()).unwrap_or(&self.rest)
    }

    /// A step whose script runs known test runners and nothing else reports no other's tests: what looks
    /// like them was printed.
    fn drop_what_the_script_cannot_run(&mut self) {
        let known: Vec<(u64, u64, Vec<Framework>)> = self
            .failed
            .iter()
            .chain([&self.rest])
            .filter_map(|region| {
                let runners = runners_of(&region.command.as_ref()?.script)?;
                Some((region.start, region.end, runners))
            })
            .collect();
        self.findings.keep_where(|framework, at| {
            known
                .iter()
                .all(|(start, end, runners)| !(*start..=*end).contains(&at) || runners.contains(&framework))
        });
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
        let (mut failed, others): (Vec<_>, Vec<_>) = tests.into_iter().partition(|(_, test)| inside(test));
        if failed.iter().any(|(_, test)| test.role.is_none()) || others.is_empty() {
            return failed;
        }
        let is_suite = |(_, test): &&(Framework, Found)| test.role == Some(ContainerRole::Suite);
        if let Some(framework) = failed.iter().find(is_suite).map(|(framework, _)| *framework) {
            // A class is said to have failed; a later step may print the report that names its tests.
            let reported = |(other, test): &(Framework, Found)| *other == framework && test.role.is_none();
            failed.extend(others.into_iter().filter(reported));
            return failed;
        }
        if !failed.is_empty() {
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

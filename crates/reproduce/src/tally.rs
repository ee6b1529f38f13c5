//! Counts of one way of running the test.

use std::path::PathBuf;
use std::time::Duration;

use regreen_case::{Conditions, FailedTest, FailureRate, Grade, Signature, Trial};
use regreen_proof::{CountedRun, Verdict};
use regreen_supervise::{End, failure_rate};

use crate::amplifiers::Way;

/// Failing runs named.
const NAMED_RUNS: usize = 5;

/// What one run says.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// The run itself.
    pub(crate) run: CountedRun,
    /// What failed of the tests in question, where something did.
    pub(crate) failures: Vec<FailedTest>,
    /// Its output.
    pub(crate) log: PathBuf,
}

impl Observation {
    /// Whether it failed the way CI's run did: the same test with the same kind of error.
    pub(crate) fn matches(&self) -> bool {
        matches!(self.verdict, Verdict::Red(grade) if grade > Grade::Different)
    }

    /// Fingerprint of the failure seen.
    pub(crate) fn signature(&self, expected: Option<&Signature>) -> Option<Signature> {
        let failures = self.failures.iter();
        let best = match expected {
            Some(expected) => failures.max_by_key(|failure| failure.signature.compare(expected)),
            None => self.failures.first(),
        };
        best.map(|failure| failure.signature.clone()).or_else(|| self.run.cause.clone())
    }
}

/// Counts of one way.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Tally {
    pub(crate) how: String,
    pub(crate) matching: u32,
    pub(crate) other: u32,
    pub(crate) green: u32,
    pub(crate) uncounted: u32,
    /// Best grade seen.
    pub(crate) grade: Option<Grade>,
    /// Signature of the first matching run, else of the first other one.
    pub(crate) signature: Option<Signature>,
    pub(crate) other_signature: Option<Signature>,
    /// Why a run did not count.
    pub(crate) problem: Option<String>,
    /// Seconds of the runs that came to an end.
    pub(crate) seconds: Vec<f64>,
    /// How they were made; `None` for plain ones.
    pub(crate) conditions: Option<Conditions>,
    /// The rate, where these runs tell it without a bias.
    pub(crate) rate: Option<FailureRate>,
    /// Numbers of the first matching runs.
    pub(crate) failing_runs: Vec<u64>,
    /// Number of the last run that was begun, of this tally or of the one it goes on from.
    pub(crate) last_number: u64,
    /// Where its way stands on the ladder.
    pub(crate) place: usize,
}

impl Tally {
    pub(crate) fn new(how: impl Into<String>) -> Self {
        Tally { how: how.into(), ..Tally::default() }
    }

    pub(crate) fn of(way: &Way) -> Self {
        let conditions = Some(way.conditions.clone()).filter(|_| !way.is_calm());
        Tally { how: way.how(), conditions, ..Tally::default() }
    }

    pub(crate) fn add(&mut self, seen: &Observation, number: u64, expected: Option<&Signature>) {
        if matches!(seen.run.end, End::Exited(_)) {
            self.seconds.push(seen.run.duration_s);
        }
        if seen.matches() && self.failing_runs.len() < NAMED_RUNS {
            self.failing_runs.push(number);
        }
        match &seen.verdict {
            Verdict::Green => self.green += 1,
            Verdict::Red(grade) if *grade > Grade::Different => {
                self.matching += 1;
                if self.grade.is_none_or(|best| best < *grade) {
                    self.grade = Some(*grade);
                    self.signature = seen.signature(expected);
                }
            }
            Verdict::Red(_) => {
                self.other += 1;
                self.other_signature = self.other_signature.take().or_else(|| seen.signature(expected));
            }
            Verdict::Uncounted(why) => {
                self.uncounted += 1;
                self.problem.get_or_insert_with(|| why.clone());
            }
        }
    }

    /// Runs with a counted result.
    pub(crate) fn counted(&self) -> u32 {
        self.matching + self.other + self.green
    }

    /// All runs.
    pub(crate) fn runs(&self) -> u32 {
        self.counted() + self.uncounted
    }

    /// The longest run that came to an end.
    pub(crate) fn longest(&self) -> Option<Duration> {
        let longest = self.seconds.iter().copied().max_by(f64::total_cmp)?;
        Some(Duration::from_secs_f64(longest.max(0.0)))
    }

    /// Seconds by the clock that one run takes, with others at its side. Its middle one: the first may have
    /// built something.
    fn seconds_per_run(&self) -> Option<f64> {
        let mut sorted = self.seconds.clone();
        sorted.sort_by(f64::total_cmp);
        let workers = self.conditions.as_ref().map_or(1, |conditions| conditions.workers);
        Some(sorted.get(sorted.len() / 2)? / f64::from(workers.max(1)))
    }

    pub(crate) fn trial(&self) -> Trial {
        let unseen = self.matching == 0 && self.counted() > 0;
        let rate = self.rate.or_else(|| unseen.then(|| failure_rate(0, self.counted())));
        let seconds = self.seconds_per_run();
        let to_failure = rate.zip(seconds).filter(|(rate, _)| rate.rate > 0.0);
        Trial {
            how: self.how.clone(),
            runs: self.runs(),
            matching: self.matching,
            other: self.other,
            conditions: self.conditions.clone(),
            rate,
            seconds_per_run: seconds.map(thousandths),
            seconds_to_failure: to_failure.map(|(rate, seconds)| thousandths(seconds / rate.rate)),
            failing_runs: self.failing_runs.clone(),
        }
    }
}

fn thousandths(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

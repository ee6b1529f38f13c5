//! Counts of one way of running the test.

use std::path::PathBuf;

use regreen_case::{Grade, Signature, Trial};
use regreen_proof::{CountedRun, Verdict};

/// What one run says.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// The run itself.
    pub(crate) run: CountedRun,
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
        let failures = self.run.failures();
        let best = match expected {
            Some(expected) => failures.iter().max_by_key(|failure| failure.signature.compare(expected)),
            None => failures.first(),
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
    /// Seconds of the runs.
    pub(crate) seconds: f64,
}

impl Tally {
    pub(crate) fn new(how: impl Into<String>) -> Self {
        Tally { how: how.into(), ..Tally::default() }
    }

    pub(crate) fn add(&mut self, seen: &Observation, expected: Option<&Signature>) {
        self.seconds += seen.run.duration_s;
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

    pub(crate) fn trial(&self) -> Trial {
        Trial {
            how: self.how.clone(),
            runs: self.runs(),
            matching: self.matching,
            other: self.other,
            conditions: None,
            rate: None,
            seconds_per_run: None,
            seconds_to_failure: None,
            failing_runs: Vec::new(),
        }
    }
}

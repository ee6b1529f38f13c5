//! What a search answers, and what it tells while it runs.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::candidate::Edit;

/// A candidate that turned the tests green.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survivor {
    /// File relative to the checkout.
    pub file: String,
    /// One-based line of the first edit.
    pub line: u32,
    /// Function that is changed, where there is one; `Class.method` where it belongs to something.
    #[serde(default)]
    pub function: Option<String>,
    /// What was changed, as a sentence: ``replace `<` by `<=` ``.
    pub description: String,
    /// Template that made it.
    pub template: String,
    /// The changed lines before.
    pub before: String,
    /// The changed lines after.
    pub after: String,
    /// The edits themselves, in order, none overlapping.
    pub edits: Vec<Edit>,
    /// Fingerprint of the file that the edits were made for.
    pub fingerprint: u64,
    /// Rank value: higher is more likely right.
    pub score: f64,
    /// What a reviewer should look at, e.g. that a statement was deleted.
    pub cautions: Vec<String>,
}

impl Survivor {
    /// The root cause as this survivor suggests it, in a sentence.
    #[must_use]
    pub fn hypothesis(&self) -> String {
        let place = match &self.function {
            Some(function) => format!("`{function}` ({}:{})", self.file, self.line),
            None => format!("{}:{}", self.file, self.line),
        };
        format!(
            "The fault seems to be in {place}: {} makes the failing test pass.",
            gerund(&self.description)
        )
    }
}

/// "replace `a` by `b`" as the subject of a sentence.
fn gerund(description: &str) -> String {
    let (verb, rest) = description.split_once(' ').unwrap_or((description, ""));
    let verb = verb.strip_suffix('e').unwrap_or(verb);
    let verb = if verb == "put" { "putt" } else { verb };
    format!("{verb}ing {rest}").trim_end().to_owned()
}

/// A place that the search looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suspect {
    /// File relative to the checkout.
    pub file: String,
    /// Function, where there is one; `Class.method` or `Type::method` where it belongs to something.
    pub function: Option<String>,
    /// First line, one-based.
    pub line: u32,
    /// Last line, included.
    pub last_line: u32,
    /// Between 0 and 1.
    pub score: f64,
    /// What led here: `stack`, `called by the test`, `message`, …
    pub reasons: Vec<String>,
}

/// Why a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SearchEnd {
    /// Enough survivors, or no better ones in sight.
    Found,
    /// Every candidate was judged.
    Exhausted,
    /// As many candidates as allowed were judged.
    CandidateLimit,
    /// The deadline passed.
    DeadlineReached,
    /// The caller cancelled.
    Cancelled,
    /// The judge said stop.
    Stopped,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchOutcome {
    /// Best first. Empty: no fix was found.
    pub survivors: Vec<Survivor>,
    /// How many turned the tests in question green and left others red that failed with them. Where nothing better was
    /// found, they are the survivors.
    pub incomplete: usize,
    /// How many turned the tests in question green and others red. Where nothing else was found, the first of them are
    /// the survivors.
    pub harmful: usize,
    /// How many were found and set aside, for the caller turned them down.
    pub turned_down: usize,
    /// Distinct candidates that were generated.
    pub generated: usize,
    /// Candidates that were judged, those that were skipped included.
    pub tried: usize,
    /// How many of the first candidates another search with the same request may skip. Fewer than were judged where some
    /// were judged before their turn.
    pub may_skip: usize,
    /// One-based number of the first one that passed. The search goes on behind it, to see what else does.
    pub first: Option<usize>,
    /// How long that took since the search was begun, with all that comes before its first candidate.
    pub first_after: Option<Duration>,
    /// Of those, how many did not run at all.
    pub broken: usize,
    /// Whether every generated candidate was judged.
    pub exhausted: bool,
    /// How likely what was judged is, against all that could have been: from 0 to 1.
    pub judged_share: f64,
    /// Whether enough candidates behind the first survivor were judged to know what else passes.
    pub thorough: bool,
    /// Why it ended.
    pub end: SearchEnd,
    /// Where it looked, most suspicious first.
    pub localised: Vec<Suspect>,
    /// What limited it, in words: files that could not be read, a language it does not know.
    pub notes: Vec<String>,
}

/// A sign of life, given before each judge call.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// One-based number of the candidate about to be judged.
    pub candidate: usize,
    /// How many there are about to be, at most.
    pub total: usize,
    /// Candidates a second so far.
    pub rate: f64,
    /// Where it is.
    pub file: String,
    /// One-based line.
    pub line: u32,
    /// What it changes.
    pub description: String,
    /// Survivors so far.
    pub survivors: usize,
    /// Description of the best survivor so far.
    pub best: Option<String>,
}

impl std::fmt::Display for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "candidate {} of about {} ({:.1}/s) {}:{} {}",
            self.candidate, self.total, self.rate, self.file, self.line, self.description
        )?;
        match &self.best {
            Some(best) => write!(f, "; {} found, best: {best}", self.survivors),
            None => Ok(()),
        }
    }
}

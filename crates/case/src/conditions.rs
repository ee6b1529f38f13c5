//! Under which conditions runs were made: a rate means nothing without them.
//!
//! Whoever compares runs with a rate makes them under the same conditions, and a failing run can be made
//! again: everything that draws chance draws it from `seed` plus the number of the run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was done to the runs to make a failure likelier or cheaper. The default is nothing at all.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Conditions {
    /// Runs side by side, each in a checkout of its own.
    pub workers: u32,
    /// Runs of each test in one process. One run is then the process: it fails when one of them does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeats: Option<u32>,
    /// The tests in an order drawn for every run.
    pub random_order: bool,
    /// Whatever else draws chance (hash seeds, fuzz seeds) draws it anew for every run.
    pub random_seed: bool,
    /// Tests at a time in one process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<u32>,
    /// The framework's own time limits times this many percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_percent: Option<u32>,
    /// A build that reports data races.
    pub race_detector: bool,
    /// Cores that one run may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cores: Option<u32>,
    /// Threads beside the runs that keep cores busy, in bursts.
    pub busy: u32,
    /// How far the runs stand back behind others (`nice`), 0 to 19.
    pub nice: u32,
    /// The processes of the runs are stopped and continued at random moments.
    pub pauses: bool,
    /// Run number `n` draws from this plus `n`.
    pub seed: u64,
}

impl Default for Conditions {
    fn default() -> Self {
        Conditions {
            workers: 1,
            repeats: None,
            random_order: false,
            random_seed: false,
            threads: None,
            timeout_percent: None,
            race_detector: false,
            cores: None,
            busy: 0,
            nice: 0,
            pauses: false,
            seed: 0,
        }
    }
}

impl Conditions {
    /// The seed of a run.
    #[must_use]
    pub const fn seed_of(&self, number: u64) -> u64 {
        self.seed.wrapping_add(number)
    }

    /// Whether nothing was done, apart from running side by side.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Conditions { workers: self.workers, seed: self.seed, ..Conditions::default() }
    }
}

/// In words: `plain`, `2 workers, random order`.
impl std::fmt::Display for Conditions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut words = Vec::new();
        if self.workers > 1 {
            words.push(format!("{} workers", self.workers));
        }
        words.extend(self.repeats.map(|repeats| format!("{repeats} repeats in each process")));
        words.extend(self.random_order.then(|| "random order".to_owned()));
        words.extend(self.random_seed.then(|| "random seeds".to_owned()));
        words.extend(self.threads.map(|threads| format!("{threads} tests at a time")));
        words.extend(self.timeout_percent.map(|percent| format!("time limits at {percent} %")));
        words.extend(self.race_detector.then(|| "race detector".to_owned()));
        words.extend(
            self.cores.map(|cores| if cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") }),
        );
        if self.busy > 0 {
            words.push("busy processor".to_owned());
        }
        if self.nice > 0 {
            words.push(format!("nice {}", self.nice));
        }
        words.extend(self.pauses.then(|| "random pauses".to_owned()));
        if words.is_empty() { f.write_str("plain") } else { f.write_str(&words.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_said_in_words_and_nothing_is_the_default() {
        assert_eq!(Conditions::default().to_string(), "plain");
        let rough = Conditions {
            workers: 2,
            repeats: Some(50),
            random_order: true,
            busy: 2,
            ..Conditions::default()
        };
        assert_eq!(rough.to_string(), "2 workers, 50 repeats in each process, random order, busy processor");
        assert!(!rough.is_plain() && Conditions { workers: 4, ..Conditions::default() }.is_plain());
        assert_eq!(serde_json::from_str::<Conditions>("{}").ok(), Some(Conditions::default()));
    }
}

//! How a case can end. Every case has exactly one [`Ending`], each maps to one [`Status`] and has
//! its own advice.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The three marks that a report can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// A proven fix was delivered.
    Success,
    /// Something useful was delivered, but it is not proven.
    Partial,
    /// Nothing was delivered but the knowledge of why.
    Failed,
}

impl Status {
    /// The status as reports print it. Scripts grep for these very words: do not change them.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Status::Success => "✅ Success",
            Status::Partial => "⚠️ Partial",
            Status::Failed => "❌ Failed",
        }
    }
}

/// Why the case is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Red, green, red was seen, with as many runs as the failure needs.
    Fixed,
    /// A patch makes the test pass, but the proof is incomplete.
    FixedUnproven,
    /// The failure could not be made to happen here.
    NotReproduced,
    /// The test fails here, but with another failure than in CI.
    DifferentFailure,
    /// The latest base no longer shows the failure.
    GreenOnBase,
    /// Every fixer of the ladder gave up.
    NoFixFound,
    /// The patch tampers with what judges it.
    RejectedAsCheating,
    /// The patch fixes the test and breaks others.
    Regressions,
    /// The time limit was reached first.
    OutOfTime,
    /// The money or turn limit was reached first.
    OutOfBudget,
    /// A service refused to answer until later.
    RateLimited,
    /// The failure was the network, the disk, memory or a lost runner: there is no code to fix.
    Infrastructure,
    /// There was no log to read.
    NoLogs,
    /// The input was not usable.
    BadInput,
    /// Somebody stopped the run.
    Cancelled,
    /// Regreen itself broke.
    InternalError,
}

impl Ending {
    /// All endings, for tables and tests.
    pub const ALL: [Ending; 16] = [
        Ending::Fixed,
        Ending::FixedUnproven,
        Ending::NotReproduced,
        Ending::DifferentFailure,
        Ending::GreenOnBase,
        Ending::NoFixFound,
        Ending::RejectedAsCheating,
        Ending::Regressions,
        Ending::OutOfTime,
        Ending::OutOfBudget,
        Ending::RateLimited,
        Ending::Infrastructure,
        Ending::NoLogs,
        Ending::BadInput,
        Ending::Cancelled,
        Ending::InternalError,
    ];

    /// Name as it stands in documents and outputs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Ending::Fixed => "fixed",
            Ending::FixedUnproven => "fixed-unproven",
            Ending::NotReproduced => "not-reproduced",
            Ending::DifferentFailure => "different-failure",
            Ending::GreenOnBase => "green-on-base",
            Ending::NoFixFound => "no-fix-found",
            Ending::RejectedAsCheating => "rejected-as-cheating",
            Ending::Regressions => "regressions",
            Ending::OutOfTime => "out-of-time",
            Ending::OutOfBudget => "out-of-budget",
            Ending::RateLimited => "rate-limited",
            Ending::Infrastructure => "infrastructure",
            Ending::NoLogs => "no-logs",
            Ending::BadInput => "bad-input",
            Ending::Cancelled => "cancelled",
            Ending::InternalError => "internal-error",
        }
    }

    /// The mark this ending earns. Only a proven fix is a success.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Ending::Fixed => Status::Success,
            Ending::FixedUnproven | Ending::GreenOnBase | Ending::Infrastructure => Status::Partial,
            Ending::NotReproduced
            | Ending::DifferentFailure
            | Ending::NoFixFound
            | Ending::RejectedAsCheating
            | Ending::Regressions
            | Ending::OutOfTime
            | Ending::OutOfBudget
            | Ending::RateLimited
            | Ending::NoLogs
            | Ending::BadInput
            | Ending::Cancelled
            | Ending::InternalError => Status::Failed,
        }
    }

    /// What happened, as one sentence for the head of a report.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        match self {
            Ending::Fixed => "The failure was reproduced, fixed, and the fix was proven.",
            Ending::FixedUnproven => "A patch makes the test pass, but the proof is not complete.",
            Ending::NotReproduced => "The failure could not be reproduced here.",
            Ending::DifferentFailure => "The test fails here, but not with the failure seen in CI.",
            Ending::GreenOnBase => "The latest base no longer shows the failure.",
            Ending::NoFixFound => "The failure was reproduced, but no fixer found a change that repairs it.",
            Ending::RejectedAsCheating => {
                "A patch was proposed, but it tampers with the tests that judge it, so it was rejected."
            }
            Ending::Regressions => "A patch makes the failing test pass but breaks other tests.",
            Ending::OutOfTime => "The time limit was reached before there was an answer.",
            Ending::OutOfBudget => "The agent's money or turn limit was reached before there was an answer.",
            Ending::RateLimited => "A service refused further requests until later.",
            Ending::Infrastructure => {
                "The run failed because of its infrastructure, not because of the code."
            }
            Ending::NoLogs => "There was no log to read.",
            Ending::BadInput => "The input could not be used.",
            Ending::Cancelled => "The run was cancelled.",
            Ending::InternalError => "Regreen itself failed.",
        }
    }

    /// What the reader should do next.
    #[must_use]
    pub const fn next_step(self) -> &'static str {
        match self {
            Ending::Fixed => "Review the draft pull request, rerun its evidence command, and mark it ready.",
            Ending::FixedUnproven => {
                "Review the patch by hand; rerun verify-stress with a longer time limit to complete the proof."
            }
            Ending::NotReproduced => {
                "Compare the listed differences with CI, provide what is missing, and run again; for a failure that comes and goes set deterministic to false."
            }
            Ending::DifferentFailure => {
                "Repair the environment difference that causes the other failure, or give the test with existing-test-path."
            }
            Ending::GreenOnBase => "Update the failing branch from its base, or rerun the failed CI run.",
            Ending::NoFixFound => {
                "Start from the reproduction folder; add an agent to the ladder, or give a more precise prompt."
            }
            Ending::RejectedAsCheating => {
                "Read the findings; run again with another fixer or a more precise prompt."
            }
            Ending::Regressions => {
                "Read the list of newly failing tests: the contract may be wider than the failing test shows."
            }
            Ending::OutOfTime => {
                "Raise the time limit of the phase that ran out, or narrow the test command."
            }
            Ending::OutOfBudget => {
                "Raise the agent's budget, or put a cheaper fixer before it in the ladder."
            }
            Ending::RateLimited => "Run again after the time named above.",
            Ending::Infrastructure => {
                "Rerun the failed jobs; if it repeats, look at the evidence line with whoever runs the runners."
            }
            Ending::NoLogs => "Rerun the failed job to get a fresh log, or paste the log as raw-logs.",
            Ending::BadInput => "Correct the input named above and run again.",
            Ending::Cancelled => "Run again; finished phases of the same case are kept.",
            Ending::InternalError => "Please file an issue with this report attached.",
        }
    }
}

impl std::fmt::Display for Ending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_match_the_documents() {
        let mut seen = std::collections::BTreeSet::new();
        for ending in Ending::ALL {
            assert!(seen.insert(ending.name()), "{ending} twice");
            assert_eq!(serde_json::to_value(ending).unwrap(), ending.name());
            assert!(ending.summary().ends_with('.') && ending.next_step().ends_with('.'));
        }
    }

    #[test]
    fn only_a_proven_fix_is_a_success() {
        let successes: Vec<_> = Ending::ALL.into_iter().filter(|e| e.status() == Status::Success).collect();
        assert_eq!(successes, [Ending::Fixed]);
    }
}

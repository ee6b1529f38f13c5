//! `task.json`: the validated input of a case.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Document, Phase, RunReference, Timing};

/// The six kinds of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WorkKind {
    /// A failing test exists already.
    ExistingTest,
    /// The failure is in a CI run.
    CiRun,
    /// The failure is in pasted logs.
    RawLogs,
    /// The failure comes and goes.
    Intermittent,
    /// A passing test is too slow.
    Performance,
    /// A feature is wanted.
    Feature,
}

/// Where the case came from. When a URL and raw logs were given, the URL won.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum Source {
    /// A CI run.
    Url {
        /// The URL as given.
        url: String,
        /// What it points at.
        run: RunReference,
    },
    /// Logs that were pasted, read from a file, a zip or standard input.
    RawLogs {
        /// `inline`, `stdin`, or the path as given.
        origin: String,
    },
    /// Only an existing test.
    ExistingTest,
    /// Only the prompt.
    Prompt,
}

/// What a number has to reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "relation", content = "value")]
pub enum Target {
    /// `<400`
    Below(f64),
    /// `<=400`
    AtMost(f64),
    /// `>400`
    Above(f64),
    /// `>=400`
    AtLeast(f64),
}

impl Target {
    /// Reads `<400`, `<=400`, `>400`, `>=400`; blanks are allowed. `None` when it is neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (make, rest): (fn(f64) -> Target, &str) = if let Some(rest) = text.strip_prefix("<=") {
            (Target::AtMost, rest)
        } else if let Some(rest) = text.strip_prefix('<') {
            (Target::Below, rest)
        } else if let Some(rest) = text.strip_prefix(">=") {
            (Target::AtLeast, rest)
        } else if let Some(rest) = text.strip_prefix('>') {
            (Target::Above, rest)
        } else {
            return None;
        };
        rest.trim().parse::<f64>().ok().filter(|value| value.is_finite()).map(make)
    }

    /// Whether `value` reaches the target.
    #[must_use]
    pub fn is_met_by(self, value: f64) -> bool {
        match self {
            Target::Below(limit) => value < limit,
            Target::AtMost(limit) => value <= limit,
            Target::Above(limit) => value > limit,
            Target::AtLeast(limit) => value >= limit,
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Target::Below(limit) => write!(f, "<{limit}"),
            Target::AtMost(limit) => write!(f, "<={limit}"),
            Target::Above(limit) => write!(f, ">{limit}"),
            Target::AtLeast(limit) => write!(f, ">={limit}"),
        }
    }
}

/// A number to find in the test's output, and what it has to reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PerformanceGoal {
    /// Where the number is found, see [`crate::Metric`]: `wall`, `peak-memory`, `json:file#/pointer`, a
    /// preset like `samples/s`, or a regular expression whose first group it is. Without one, the test's
    /// own duration in milliseconds is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// What the number has to reach.
    pub target: Target,
}

/// Time limits in seconds, enforced over the whole process tree of a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Limits {
    /// For `reproduce`.
    pub reproduce_s: u64,
    /// For `implement-fix`.
    pub implement_fix_s: u64,
    /// For `verify-stress`.
    pub verify_stress_s: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { reproduce_s: 300, implement_fix_s: 900, verify_stress_s: 900 }
    }
}

/// The validated input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    /// What to do, in the user's words.
    pub prompt: String,
    /// Whether the failure happens every time.
    pub deterministic: bool,
    /// Kind of work that follows from the input.
    pub work: WorkKind,
    /// Where the case came from.
    pub source: Source,
    /// Path of a test that exists already, relative to the repository, `/`-separated, optionally
    /// with a test name behind `::`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing_test_path: Option<String>,
    /// The number to reach, for performance work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performance: Option<PerformanceGoal>,
    /// Lower-case ASCII letters, digits and hyphens, at most 40 characters: names branches and reports.
    pub slug: String,
    /// Time limits.
    pub limits: Limits,
    /// What the user should know about the input, e.g. "the prompt is vague".
    #[serde(default)]
    pub warnings: Vec<String>,
    /// When the case was opened.
    pub timing: Timing,
}

impl Document for Task {
    const FILE: &'static str = "task.json";
    const WRITTEN_BY: Phase = Phase::FetchLogs;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_and_judged() {
        assert_eq!(Target::parse("<400"), Some(Target::Below(400.0)));
        assert_eq!(Target::parse(" >= 1.5 "), Some(Target::AtLeast(1.5)));
        for wrong in ["400", "<", "<x", "=4", "<inf", "<NaN", ""] {
            assert_eq!(Target::parse(wrong), None, "{wrong}");
        }
        assert!(!Target::Below(400.0).is_met_by(400.0) && Target::AtMost(400.0).is_met_by(400.0));
        assert!(!Target::Above(1.0).is_met_by(f64::NAN));
        for text in ["<400", "<=1.5", ">2", ">=3"] {
            assert_eq!(Target::parse(text).unwrap().to_string(), text);
        }
    }
}

//! A repository with a failing test, taken through the real programs: fetched, reproduced, given to the offline fixer.

use std::time::Duration;

use regreen_case::{CaseDir, ConfidenceLevel, Fix, FixStatus, Reproduction, ReproductionStatus};

use crate::{Program, TestRepository, tools};

/// Longest that a phase may take: its own limit ends it long before.
const PHASE: Duration = Duration::from_secs(1200);

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What a person says about it.
    pub prompt: &'a str,
    /// The failing test, as a path or with a name.
    pub test: &'a str,
    /// Limit of the fixer (`60s`).
    pub limit: &'a str,
}

/// How far it came.
#[derive(Debug)]
pub enum Ended {
    /// The test was not seen failing, and why.
    NotReproduced(String),
    /// The fixer had its turn.
    Tried {
        /// What it wrote.
        fix: Box<Fix>,
        /// Where the change lies.
        case: CaseDir,
    },
}

/// What the search says about its turn.
#[derive(Debug, Clone, Default)]
pub struct Searched {
    /// Whether a change turned what it was shown green.
    pub plausible: bool,
    /// Whether the fixer says that it is sure.
    pub sure: bool,
    /// Seconds that it took.
    pub seconds: f64,
    /// Seconds from the start of its last search to the first change that passed.
    pub first: Option<f64>,
    /// Candidates that were judged.
    pub judged: u32,
    /// What it says.
    pub summary: String,
}

/// Takes a repository through the programs.
///
/// # Errors
/// What the programs said when one left no document.
///
/// # Panics
/// When a program hangs.
pub fn take_through(repository: &TestRepository, request: Request<'_>) -> Result<Ended, String> {
    let folder = repository.beside("case");
    let phase = |name: &str, options: &[&str]| {
        let program = Program::new(name).args(["--case".as_ref(), folder.as_os_str()]);
        let program = program.dir(repository.path()).env("PATH", tools::search_path());
        program.args(options).limit(PHASE).run().stderr
    };
    let Request { prompt, test, limit } = request;
    let fetch = ["--deterministic=true", "--prompt", prompt, "--existing-test-path", test];
    let mut said = phase("fetch-logs", &fetch);
    said.push_str(&phase("reproduce", &[]));
    let case = CaseDir::open(&folder).map_err(|error| format!("{error}\n{said}"))?;
    let seen: Reproduction = case.read().map_err(|error| format!("{error}\n{said}"))?;
    if seen.status != ReproductionStatus::Reproduced {
        return Ok(Ended::NotReproduced(seen.reason.unwrap_or(said)));
    }
    said.push_str(&phase("implement-fix", &["--agent=search", "--time-limit", limit]));
    let fix: Fix = case.read().map_err(|error| format!("{error}\n{said}"))?;
    Ok(Ended::Tried { fix: Box::new(fix), case })
}

impl Searched {
    /// What a document says.
    #[must_use]
    pub fn of(fix: &Fix) -> Self {
        let attempt = fix.attempts.last();
        let summary =
            attempt.map(|attempt| attempt.summary.clone()).or(fix.reason.clone()).unwrap_or_default();
        // "…; 38 of 923 candidates judged, 5 green"
        let tally = summary.split("; ").find(|part| part.contains("candidates judged"));
        let tally = tally.and_then(|part| part.split(' ').next()?.parse().ok());
        // "…, 5 green, the first after 2.3 s"
        let first =
            summary.split_once("the first after ").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
        Searched {
            first,
            plausible: fix.status == FixStatus::PatchFound,
            sure: fix.confidence.as_ref().is_some_and(|it| it.level == ConfidenceLevel::High),
            seconds: attempt.map_or(0.0, |attempt| attempt.duration_s),
            judged: tally.unwrap_or_default(),
            summary,
        }
    }
}

/// The one in the middle; zero of nothing.
#[must_use]
pub fn median(seconds: impl Iterator<Item = f64>) -> f64 {
    let mut seconds: Vec<f64> = seconds.collect();
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or_default()
}

//! Red, green, red.
//!
//! Promises: *proven* is said only after the failure was seen on the base with its own signature, as
//! many clean runs as the failure needs were counted with the patch, and the failure was seen again
//! with the patch taken back. Whatever is missing makes it *unproven* (nothing speaks against it) or
//! *not proven* (something does).
//!
//! A failure that happens every time is proven here, one stage after the other; for one that comes and
//! goes the stages are mixed, see [`crate::interleaved`].

use std::collections::BTreeSet;
use std::time::Duration;

use regreen_case::{Bound, RunsNeeded, Stage};
use regreen_supervise::{Deadline, statistics};

use crate::adapter::adapter;
use crate::clean_runs::runs_needed;
use crate::error::ProofError;
use crate::interleaved;
use crate::judge::Verdict;
use crate::request::{Checkouts, ProofRequest};
use crate::schedule::shows;
use crate::stage::{Progress, StagePlan, StageRuns, run_stage, word_of};

/// Red runs of a failure that happens every time.
const RED_RUNS: u32 = 3;
/// Least time for one run once the red runs told how long one takes.
const LEAST_PER_RUN: Duration = Duration::from_secs(120);
/// A patched test may take this many times longer before it counts as hanging.
const PATIENCE: u32 = 10;

/// What the three stages say together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofVerdict {
    /// Red, green, red, as often as needed.
    Proven,
    /// The same for a part of the runs: it proves nothing before the parts are merged.
    PartProven(String),
    /// Not enough was seen; nothing speaks against the patch.
    Unproven(String),
    /// The base is not red.
    GreenOnBase(String),
    /// The base fails in another way.
    DifferentFailure(String),
    /// The base gave no counted result.
    NotRunnable(String),
    /// It is not green with the patch.
    NotGreen(String),
    /// It is not red again without the patch.
    NotRedAgain(String),
    /// Somebody stopped it.
    Cancelled,
}

/// The evidence of the three stages.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// The verdict.
    pub verdict: ProofVerdict,
    /// On the base.
    pub red: Option<Stage>,
    /// With the patch.
    pub green: Option<Stage>,
    /// With the patch taken back.
    pub red_again: Option<Stage>,
    /// Clean runs to be seen: those that the failure asks for, or the user's more.
    pub required_runs: u32,
    /// Clean runs that the failure asks for, by what they exclude.
    pub runs_needed: Option<RunsNeeded>,
    /// What the clean runs prove; only when no run failed.
    pub bound: Option<Bound>,
    /// Ids that were seen failing on the base.
    pub failing: Vec<String>,
}

impl Proof {
    pub(crate) fn new(request: &ProofRequest<'_>) -> Self {
        let needed = runs_needed(request.rate);
        Proof {
            verdict: ProofVerdict::Unproven("nothing was run".to_owned()),
            red: None,
            green: None,
            red_again: None,
            required_runs: needed.all().max(request.runs.unwrap_or(0)),
            runs_needed: request.rate.map(|_| needed),
            bound: None,
            failing: Vec::new(),
        }
    }

    pub(crate) fn ends(mut self, verdict: ProofVerdict) -> Self {
        self.verdict = verdict;
        self
    }
}

/// Runs the three stages, as far as time and verdicts let.
///
/// # Errors
/// When nothing could be run at all.
pub fn prove(
    request: &ProofRequest<'_>,
    checkouts: &Checkouts,
    progress: Progress<'_>,
) -> Result<Proof, ProofError> {
    if request.rate.is_some() {
        return interleaved::prove(request, checkouts, progress);
    }
    let mut proof = Proof::new(request);
    let needed = proof.required_runs;
    let red = red_stage(request, checkouts, "red", progress)?;
    proof.red.clone_from(&red.stage);
    proof.failing = red.failing.iter().cloned().collect();
    if let Some(verdict) = why_not_red(&red, &mut proof.red) {
        return Ok(proof.ends(verdict));
    }

    let green = green_stage(request, checkouts, &red, needed, progress)?;
    proof.green.clone_from(&green.stage);
    if let Some(verdict) = why_not_green(&green, &mut proof, needed) {
        // What was clean still bounds the rate.
        return Ok(proof.ends(verdict));
    }

    checkouts.take_back(request)?;
    let again = red_stage(request, checkouts, "red_again", progress);
    // The neighbours want the patch on, however this ends.
    checkouts.put_on(request)?;
    let again = again?;
    proof.red_again.clone_from(&again.stage);
    let verdict = match why_not_red(&again, &mut proof.red_again) {
        None => match request.shard {
            None => ProofVerdict::Proven,
            Some(shard) => ProofVerdict::PartProven(format!("this is part {shard}: merge the parts")),
        },
        Some(ProofVerdict::Cancelled) => ProofVerdict::Cancelled,
        Some(ProofVerdict::Unproven(why)) => {
            ProofVerdict::Unproven(format!("with the patch taken back: {why}"))
        }
        Some(
            ProofVerdict::GreenOnBase(why)
            | ProofVerdict::DifferentFailure(why)
            | ProofVerdict::NotRunnable(why),
        ) => ProofVerdict::NotRedAgain(format!("with the patch taken back: {why}")),
        Some(other) => other,
    };
    Ok(proof.ends(verdict))
}

/// The part of the time left that a stage may use.
pub(crate) fn share(request: &ProofRequest<'_>, part: f64) -> Deadline {
    Deadline::after(request.deadline.remaining().mul_f64(part)).earlier(request.deadline)
}

/// The longest time that a run with the patch gets, when one without it took at most `longest`.
pub(crate) fn patience(longest: Duration) -> Duration {
    longest.saturating_mul(PATIENCE).max(LEAST_PER_RUN)
}

fn red_stage(
    request: &ProofRequest<'_>,
    checkouts: &Checkouts,
    name: &'static str,
    progress: Progress<'_>,
) -> Result<StageRuns, ProofError> {
    let first = name == "red";
    let mut places = if first { checkouts.before() } else { checkouts.after() };
    places.truncate(1);
    let part = if first { 0.45 } else { 0.7 };
    let plan = StagePlan {
        name,
        checkouts: places,
        runs: RED_RUNS,
        stop: |verdict| !shows(verdict),
        deadline: share(request, part),
        per_run: request.deadline.remaining(),
        must_pass: BTreeSet::new(),
        may_touch: None,
    };
    run_stage(request, &plan, progress)
}

fn green_stage(
    request: &ProofRequest<'_>,
    checkouts: &Checkouts,
    red: &StageRuns,
    needed: u32,
    progress: Progress<'_>,
) -> Result<StageRuns, ProofError> {
    let mut places = checkouts.after();
    places.truncate(1);
    let plan = StagePlan {
        name: "green",
        checkouts: places,
        runs: needed,
        stop: |verdict| *verdict != Verdict::Green,
        deadline: share(request, 0.75),
        per_run: patience(red.longest),
        must_pass: can_pass(request, &red.failing),
        may_touch: Some(red.touched.clone()),
    };
    run_stage(request, &plan, progress)
}

/// Of the ids that failed, those that have to pass with the patch.
pub(crate) fn can_pass(request: &ProofRequest<'_>, failing: &BTreeSet<String>) -> BTreeSet<String> {
    let adapter = adapter(request.command.framework);
    failing.iter().filter(|id| adapter.can_pass(id)).cloned().collect()
}

/// Why a stage does not show the failure; notes the problem in the stage.
fn why_not_red(runs: &StageRuns, stage: &mut Option<Stage>) -> Option<ProofVerdict> {
    let matching = runs.verdicts.iter().filter(|verdict| shows(verdict)).count();
    let unexpected = runs.verdicts.iter().find(|verdict| !shows(verdict));
    let verdict = match unexpected {
        _ if runs.cancelled => Some(ProofVerdict::Cancelled),
        None if matching > 0 && !runs.out_of_time => None,
        None => Some(ProofVerdict::Unproven(
            "the time was over before the failure showed often enough".to_owned(),
        )),
        Some(Verdict::Green) => Some(ProofVerdict::GreenOnBase(match matching {
            0 => "the test passes without the patch".to_owned(),
            _ => format!(
                "the test passes in some runs without the patch and fails in {matching}: it is intermittent"
            ),
        })),
        Some(Verdict::Red(grade)) => {
            Some(ProofVerdict::DifferentFailure(format!("the test fails with {}", word_of(*grade))))
        }
        Some(Verdict::Uncounted(why)) => Some(ProofVerdict::NotRunnable(why.clone())),
    };
    note(stage, verdict.as_ref());
    verdict
}

fn why_not_green(runs: &StageRuns, proof: &mut Proof, needed: u32) -> Option<ProofVerdict> {
    let clean = runs.verdicts.iter().filter(|verdict| **verdict == Verdict::Green).count();
    let clean = u32::try_from(clean).unwrap_or(u32::MAX);
    let failed = runs.verdicts.iter().find(|verdict| **verdict != Verdict::Green);
    if failed.is_none() && clean > 0 {
        proof.bound = Some(statistics::clean_bound(clean));
    }
    let verdict = match failed {
        _ if runs.cancelled => Some(ProofVerdict::Cancelled),
        Some(Verdict::Red(grade)) => Some(ProofVerdict::NotGreen(format!(
            "the test fails with the patch in run {}: {}",
            runs.verdicts.len(),
            word_of(*grade)
        ))),
        Some(Verdict::Uncounted(why)) => {
            Some(ProofVerdict::NotGreen(format!("with the patch there is no counted result: {why}")))
        }
        _ if clean < needed => {
            Some(ProofVerdict::Unproven(format!("the time was over after {clean} of {needed} clean runs")))
        }
        _ => None,
    };
    note(&mut proof.green, verdict.as_ref());
    verdict
}

pub(crate) fn note(stage: &mut Option<Stage>, verdict: Option<&ProofVerdict>) {
    let Some(stage) = stage else { return };
    stage.problem = match verdict {
        None => None,
        Some(ProofVerdict::Cancelled) => Some("cancelled".to_owned()),
        Some(
            ProofVerdict::Unproven(why)
            | ProofVerdict::GreenOnBase(why)
            | ProofVerdict::DifferentFailure(why)
            | ProofVerdict::NotRunnable(why)
            | ProofVerdict::NotGreen(why)
            | ProofVerdict::NotRedAgain(why),
        ) => Some(why.clone()),
        Some(ProofVerdict::Proven | ProofVerdict::PartProven(_)) => None,
    };
}

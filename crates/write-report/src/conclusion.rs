//! The one ending of a case, derived from its documents.
//!
//! The latest phase that had something to say decides; what it says is checked against the others.
//! In this order:
//!
//! 1. `open-pr` changed the ending (cancelled, refused): that ending.
//! 2. Proven, and seen to be delivered (opened, updated, written locally, branch pushed, or a dry
//!    run that the user asked for): `fixed`. Proven without a delivery that was seen:
//!    `fixed-unproven`, which is Partial: the reader must not look for a pull request in vain. So is a change of
//!    which the search is not sure, unless the user takes such ones.
//! 3. Cancelled from outside, as far as the workflow says: `cancelled`.
//! 4. `verify-stress`: its ending, else the one its status stands for. `fixed` without a proof of
//!    this very patch counts as `fixed-unproven`.
//! 5. `implement-fix`, `reproduce`, `fetch-logs`: likewise. A phase that should have followed and
//!    left no document makes it `internal-error`, except behind a patch: that is `fixed-unproven`.

use regreen_case::{
    Ending, Failure, FailureStatus, Fix, FixStatus, PullRequest, PullRequestStatus, Reproduction,
    ReproductionStatus, Stage, Verification, VerificationStatus,
};

use crate::documents::{Documents, Read};

/// How the workflow saw the job that ran the phases, where it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkflowResult {
    /// Every phase was started and exited with 0.
    Success,
    /// A phase did not exit with 0.
    Failure,
    /// Somebody or something cancelled it.
    Cancelled,
    /// It never ran.
    Skipped,
}

/// The ending, and why it is this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conclusion {
    /// The ending.
    pub ending: Ending,
    /// One sentence for the head of the report.
    pub summary: String,
    /// What decided, in words; names documents.
    pub because: String,
}

impl Conclusion {
    fn new(ending: Ending, because: impl Into<String>) -> Self {
        Conclusion { ending, summary: ending.summary().to_owned(), because: because.into() }
    }

    fn with_summary(self, summary: impl Into<String>) -> Self {
        Conclusion { summary: summary.into(), ..self }
    }
}

/// Derives the ending. `patch_on_disk` is the SHA-256 of `fix.patch` as it lies in the case.
#[must_use]
pub fn conclude(
    documents: &Documents,
    patch_on_disk: Option<&str>,
    workflow: Option<WorkflowResult>,
) -> Conclusion {
    let proof = proof_of(documents, patch_on_disk);
    if let Some(conclusion) = documents.pull_request.get().and_then(changed_by_open_pr) {
        return conclusion;
    }
    if proof.is_ok() {
        return delivered(documents);
    }
    if workflow == Some(WorkflowResult::Cancelled) && !ended_by_itself(documents) {
        return Conclusion::new(Ending::Cancelled, "the workflow reports that it was cancelled");
    }
    if let Some(found) = documents.verification.get().filter(|v| v.status != VerificationStatus::Skipped) {
        return from_verification(found, proof.err());
    }
    if let Some(conclusion) = documents.fix.get().and_then(|fix| from_fix(fix, &documents.verification)) {
        return conclusion;
    }
    if let Some(conclusion) =
        documents.reproduction.get().and_then(|found| from_reproduction(found, &documents.fix))
    {
        return conclusion;
    }
    if let Some(conclusion) = documents.failure.get().and_then(from_failure) {
        return conclusion;
    }
    lost(documents)
}

/// Only an ending other than a proven fix: open-pr does not judge patches.
fn changed_by_open_pr(found: &PullRequest) -> Option<Conclusion> {
    let ending = found.ending.filter(|ending| *ending != Ending::Fixed)?;
    let skipped = found.status == PullRequestStatus::Skipped && ending != Ending::Cancelled;
    (!skipped).then(|| Conclusion::new(ending, "pull-request.json says so"))
}

/// `Ok` when the very patch of the case was seen red, green, red; else what is missing.
fn proof_of(documents: &Documents, patch_on_disk: Option<&str>) -> Result<(), String> {
    let Some(found) = documents.verification.get() else {
        return Err(format!(
            "verification.json is {}",
            documents.verification.problem().unwrap_or_else(|| "missing".to_owned())
        ));
    };
    if found.status != VerificationStatus::Proven {
        return Err(format!("verification.json says “{}”", crate::facts::word(&found.status)));
    }
    let Some(proven) = found.patch_sha256.as_deref() else {
        return Err("verification.json does not name the patch it proved".to_owned());
    };
    let proposed = documents.fix.get().and_then(|fix| fix.patch_sha256.as_deref());
    if [proposed, patch_on_disk].into_iter().flatten().any(|other| other != proven) {
        return Err("the patch that was proven is not the patch in the case".to_owned());
    }
    let measured = found.performance.as_ref().is_some_and(|performance| performance.met);
    let red = |stage: &Option<Stage>| stage.as_ref().is_some_and(|stage| stage.failures > 0);
    let green = found.green.as_ref().is_some_and(|green| green.passes > 0 && green.failures == 0);
    if !(green || measured) {
        return Err("verification.json claims a proof without a green stage".to_owned());
    }
    let seen_red = red(&found.red) && red(&found.red_again);
    if !(measured || seen_red) {
        return Err("verification.json claims a proof without both red stages".to_owned());
    }
    Ok(())
}

fn delivered(documents: &Documents) -> Conclusion {
    let Some(found) = documents.pull_request.get() else {
        let problem = documents.pull_request.problem().unwrap_or_default();
        return Conclusion::new(Ending::FixedUnproven, format!("pull-request.json is {problem}"))
            .with_summary("The fix was proven, but no pull request was seen.");
    };
    let because = format!("proven, and pull-request.json says “{}”", crate::facts::word(&found.status));
    let sure = documents.fix.get().and_then(|fix| fix.confidence.as_ref()).filter(|sure| sure.is_doubtful());
    let published = !matches!(found.status, PullRequestStatus::Refused | PullRequestStatus::Skipped);
    if let Some(sure) = sure.filter(|_| published) {
        return Conclusion::new(Ending::FixedUnproven, format!("{because}, but the search is not sure: {}", sure.reason))
            .with_summary(
                "The change was proven to repair the test, but whether it is the right one is for a person to say: \
                 the search is not sure of it.",
            );
    }
    let fixed = Conclusion::new(Ending::Fixed, because.clone());
    match found.status {
        PullRequestStatus::Opened | PullRequestStatus::Updated | PullRequestStatus::WrittenLocally => fixed,
        PullRequestStatus::DryRun => {
            fixed.with_summary("The failure was reproduced, fixed, and the fix was proven; nothing was sent (dry run).")
        }
        PullRequestStatus::BranchOnly => fixed.with_summary(
            "The failure was reproduced, fixed, and the fix was proven; its branch is there, but the pull request has to be opened by hand.",
        ),
        PullRequestStatus::Refused => Conclusion::new(Ending::FixedUnproven, because)
            .with_summary("The fix was proven, but it may not be published as it is."),
        PullRequestStatus::Skipped => Conclusion::new(Ending::FixedUnproven, because)
            .with_summary("The fix was proven, but it was not published."),
    }
}

/// Whether some phase decided the case before anything was cancelled.
fn ended_by_itself(documents: &Documents) -> bool {
    documents.failure.get().is_some_and(|found| found.ending.is_some())
        || documents.reproduction.get().is_some_and(|found| found.ending.is_some())
        || documents.fix.get().is_some_and(|found| found.ending.is_some())
        || documents.verification.get().is_some_and(|found| found.ending.is_some())
}

fn from_verification(found: &Verification, problem: Option<String>) -> Conclusion {
    let ending = match (found.ending, found.status) {
        // Whatever else the document claims, there is no proof: `conclude` looked for it.
        (Some(Ending::Fixed) | None, VerificationStatus::Proven) => Ending::FixedUnproven,
        (Some(Ending::Fixed), _) => Ending::FixedUnproven,
        (Some(ending), _) => ending,
        (None, VerificationStatus::Unproven) => Ending::FixedUnproven,
        (None, VerificationStatus::Rejected) => Ending::RejectedAsCheating,
        (None, VerificationStatus::Regressions) => Ending::Regressions,
        (None, VerificationStatus::NotProven | VerificationStatus::Skipped) => Ending::NoFixFound,
    };
    let because = found.reason.clone().or(problem).unwrap_or_else(|| "verification.json says so".to_owned());
    Conclusion::new(ending, because)
}

fn from_fix(found: &Fix, verification: &Read<Verification>) -> Option<Conclusion> {
    let reason = |default: &str| found.reason.clone().unwrap_or_else(|| default.to_owned());
    if let Some(ending) = found.ending.filter(|_| found.status != FixStatus::Skipped) {
        let ending = if ending == Ending::Fixed { Ending::FixedUnproven } else { ending };
        return Some(Conclusion::new(ending, reason("fix.json says so")));
    }
    let ending = match found.status {
        FixStatus::Skipped => return None,
        FixStatus::PatchFound => {
            let state = verification.problem().unwrap_or_else(|| "skipped".to_owned());
            return Some(
                Conclusion::new(Ending::FixedUnproven, format!("verification.json is {state}"))
                    .with_summary("A patch makes the test pass, but it was not verified."),
            );
        }
        FixStatus::NoFixFound => Ending::NoFixFound,
        FixStatus::GreenOnBase => Ending::GreenOnBase,
        FixStatus::OutOfTime => Ending::OutOfTime,
        FixStatus::OutOfBudget => Ending::OutOfBudget,
        FixStatus::RateLimited => Ending::RateLimited,
        FixStatus::NotRunnable => Ending::NotReproduced,
    };
    Some(Conclusion::new(ending, reason("fix.json says so")))
}

fn from_reproduction(found: &Reproduction, fix: &Read<Fix>) -> Option<Conclusion> {
    let reason = || found.reason.clone().unwrap_or_else(|| "reproduction.json says so".to_owned());
    let ending = match (found.ending, found.status) {
        (_, ReproductionStatus::Skipped) => return None,
        (Some(Ending::Fixed), _) | (None, ReproductionStatus::Reproduced) => {
            let state = fix.problem().unwrap_or_else(|| "skipped".to_owned());
            return Some(
                Conclusion::new(Ending::InternalError, format!("reproduced, but fix.json is {state}"))
                    .with_summary("The failure was reproduced, but the search for a fix left no result."),
            );
        }
        (Some(ending), _) => ending,
        (None, ReproductionStatus::NotReproduced | ReproductionStatus::NotRunnable) => Ending::NotReproduced,
        (None, ReproductionStatus::DifferentFailure) => Ending::DifferentFailure,
    };
    Some(Conclusion::new(ending, reason()))
}

fn from_failure(found: &Failure) -> Option<Conclusion> {
    let ending = match (found.ending, found.status) {
        (Some(Ending::Fixed), _) => return None,
        (Some(ending), _) => ending,
        (None, FailureStatus::Infrastructure) => Ending::Infrastructure,
        (None, FailureStatus::NoLogs) => Ending::NoLogs,
        (None, _) => return None,
    };
    let because = found.reason.clone().unwrap_or_else(|| "failure.json says so".to_owned());
    Some(Conclusion::new(ending, because))
}

/// Nothing decided: name the first document that should be there.
fn lost(documents: &Documents) -> Conclusion {
    let chain = [
        ("task.json", documents.task.problem()),
        ("failure.json", documents.failure.problem()),
        ("reproduction.json", documents.reproduction.problem()),
        ("fix.json", documents.fix.problem()),
    ];
    let because = chain
        .into_iter()
        .find_map(|(file, problem)| problem.map(|problem| format!("{file} is {problem}")))
        .unwrap_or_else(|| "no phase reached a decision".to_owned());
    Conclusion::new(Ending::InternalError, because)
}

#[cfg(test)]
mod tests;

//! Whether there is something to publish. Decided from the evidence alone.

use regreen_case::{FixStatus, Severity, Stage, Verification, VerificationStatus};

use crate::evidence::Evidence;
use crate::options::Publish;

/// The decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Publish it.
    Open {
        /// Whether it was proven.
        proven: bool,
    },
    /// Do not; the reason in words.
    Skip(String),
}

pub(crate) fn gate(evidence: &Evidence, publish: Publish) -> Gate {
    let skip = |text: &str| Gate::Skip(text.to_owned());
    let Some(fix) = &evidence.fix else { return skip("there is no fix.json: implement-fix has not run") };
    if fix.status != FixStatus::PatchFound {
        let reason = fix.reason.as_deref().unwrap_or("no fixer found one");
        return Gate::Skip(format!("there is no patch: {reason}"));
    }
    let Some(verification) = &evidence.verification else {
        return skip("there is no verification.json: verify-stress has not run, nothing is proven");
    };
    let because = verification.reason.as_deref().map(|text| format!(": {text}")).unwrap_or_default();
    if let Some(finding) = verification.findings.iter().find(|finding| finding.severity == Severity::Reject) {
        return Gate::Skip(format!("the patch was rejected: {}: {}", finding.file, finding.message));
    }
    match verification.status {
        VerificationStatus::Proven => match gap(verification) {
            None => Gate::Open { proven: true },
            Some(gap) => Gate::Skip(format!("verification.json claims a proof, but {gap}")),
        },
        VerificationStatus::Unproven if publish == Publish::Unproven => Gate::Open { proven: false },
        VerificationStatus::Unproven => Gate::Skip(format!(
            "the patch is not proven{because} (--publish unproven publishes it all the same)"
        )),
        VerificationStatus::NotProven => Gate::Skip(format!("the patch does not hold{because}")),
        VerificationStatus::Rejected => Gate::Skip(format!("the patch was rejected{because}")),
        VerificationStatus::Regressions => Gate::Skip(format!("the patch breaks other tests{because}")),
        VerificationStatus::Skipped => Gate::Skip(format!("verify-stress was skipped{because}")),
    }
}

/// What is missing in a document that says "proven". The word alone is not believed.
fn gap(found: &Verification) -> Option<&'static str> {
    let measured = found.performance.as_ref().is_some_and(|performance| performance.met);
    let red = |stage: &Option<Stage>| stage.as_ref().is_some_and(|stage| stage.failures > 0);
    let green = found.green.as_ref().is_some_and(|green| green.passes > 0 && green.failures == 0);
    if found.patch_sha256.is_none() {
        return Some("does not name the patch");
    }
    if !green && !measured {
        return Some("there is no green stage");
    }
    if !(measured || red(&found.red) && red(&found.red_again)) {
        return Some("the test was not seen red before and after");
    }
    None
}

#[cfg(test)]
mod tests;

//! A whole proof of this case's very patch that was made on another machine, where a fixer had its change proven.
//!
//! Promises: it has to be of the same patch, base and tests, else the patch is unproven; where several judged the same
//! patch, the one that holds most against it counts.

use std::path::PathBuf;

use regreen_case::{CaseDir, Ending, Layout, Stage, Timing, Verification, VerificationStatus};

use crate::inputs::Claim;
use crate::merge::take_over as take_over_logs;
use crate::{VerifyError, document};

/// Takes over the proof that lies in one of these cases. `None`: they hold parts, or nothing of the kind.
///
/// # Errors
/// When a case cannot be read, or ours cannot be written.
pub(crate) fn take_over(
    case: &CaseDir,
    folders: &[PathBuf],
    claim: &Claim,
    timing: Timing,
) -> Result<Option<Verification>, VerifyError> {
    let mut proofs = Vec::new();
    for folder in folders {
        let other = CaseDir::open(folder)?;
        if other.root() == case.root() {
            continue;
        }
        let found: Verification = other.read()?;
        if found.shard.is_some() {
            return Ok(None);
        }
        proofs.push((other, found));
    }
    let there = !proofs.is_empty();
    proofs.retain(|(_, found)| {
        found.patch_sha256 == Some(claim.patch.sha256())
            && found.base.as_deref() == Some(claim.base.as_str())
            && found.tests == claim.targets
    });
    let Some((other, found)) = proofs.into_iter().max_by_key(|(_, found)| weight(found.status)) else {
        let why = "no proof of this patch came from another machine";
        let ending = Some(Ending::FixedUnproven);
        let none = document::without_evidence(VerificationStatus::Unproven, ending, why, timing);
        return Ok(there.then(|| document::describe(none, claim)));
    };
    let logs = |stage: Option<Stage>| -> Result<Option<Stage>, VerifyError> {
        let Some(stage) = stage else { return Ok(None) };
        let logs = take_over_logs(case, &other, &stage.logs, Layout::VERIFICATION)?;
        Ok(Some(Stage { logs, ..stage }))
    };
    Ok(Some(Verification {
        red: logs(found.red)?,
        green: logs(found.green)?,
        red_again: logs(found.red_again)?,
        timing: timing.finish(),
        ..found
    }))
}

/// How much an answer holds against the patch.
fn weight(status: VerificationStatus) -> u8 {
    match status {
        VerificationStatus::Rejected => 5,
        VerificationStatus::NotProven => 4,
        VerificationStatus::Regressions => 3,
        VerificationStatus::Unproven => 2,
        VerificationStatus::Skipped => 1,
        VerificationStatus::Proven => 0,
    }
}

//! A whole proof of this case's very patch that was made on another machine, where a fixer had its change proven.
//!
//! Promises: it has to be of the same patch, base and tests, else the patch is unproven; where several judged the same
//! patch, the one that holds most against it counts; one that cannot be read stops no other.

use regreen_case::{CaseDir, Ending, Layout, Stage, Timing, Verification, VerificationStatus};

use crate::inputs::Claim;
use crate::merge::{Other, take_over as take_over_logs};
use crate::{VerifyError, document};

/// Takes over the proof that one of these cases holds, if one does.
///
/// # Errors
/// When our case cannot be written.
pub(crate) fn take_over(
    case: &CaseDir,
    others: Vec<Other>,
    claim: &Claim,
    timing: Timing,
) -> Result<Verification, VerifyError> {
    let mut unreadable = Vec::new();
    let mut proofs = Vec::new();
    for other in others {
        match other {
            Ok(proof) => proofs.push(proof),
            Err(error) => unreadable.push(error.to_string()),
        }
    }
    proofs.retain(|(other, found)| {
        other.root() != case.root()
            && found.patch_sha256 == Some(claim.patch.sha256())
            && found.base.as_deref() == Some(claim.base.as_str())
            && found.tests == claim.targets
    });
    let Some((other, found)) = proofs.into_iter().max_by_key(|(_, found)| found.status.weight()) else {
        let none = "no proof of this patch came from another machine".to_owned();
        let why = std::iter::once(none).chain(unreadable).collect::<Vec<_>>().join("; ");
        let ending = Some(Ending::FixedUnproven);
        let none = document::without_evidence(VerificationStatus::Unproven, ending, why, timing);
        return Ok(document::describe(none, claim));
    };
    let logs = |stage: Option<Stage>| -> Result<Option<Stage>, VerifyError> {
        let Some(stage) = stage else { return Ok(None) };
        let logs = take_over_logs(case, &other, &stage.logs, Layout::VERIFICATION)?;
        Ok(Some(Stage { logs, ..stage }))
    };
    Ok(Verification {
        red: logs(found.red)?,
        green: logs(found.green)?,
        red_again: logs(found.red_again)?,
        timing: timing.finish(),
        ..found
    })
}

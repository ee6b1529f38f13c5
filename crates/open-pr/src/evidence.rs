//! What the earlier phases left in the case.

use regreen_case::{CaseDir, CaseError, Failure, Fix, Reproduction, Signature, Task, Verification};

/// The documents. Only the task must be there: a missing other one is an answer, not an error.
#[derive(Debug)]
pub(crate) struct Evidence {
    pub(crate) task: Task,
    pub(crate) failure: Option<Failure>,
    pub(crate) reproduction: Option<Reproduction>,
    pub(crate) fix: Option<Fix>,
    pub(crate) verification: Option<Verification>,
}

impl Evidence {
    pub(crate) fn read(case: &CaseDir) -> Result<Self, CaseError> {
        Ok(Evidence {
            task: case.read()?,
            failure: case.read_optional()?,
            reproduction: case.read_optional()?,
            fix: case.read_optional()?,
            verification: case.read_optional()?,
        })
    }

    /// The failure's fingerprint: as seen here, which is complete; else as the log tells it.
    pub(crate) fn signature(&self) -> Option<&Signature> {
        let here = self.reproduction.as_ref().and_then(|found| found.signature.as_ref());
        here.or_else(|| self.failure.as_ref().and_then(|found| found.signature.as_ref()))
    }

    /// The commit that was proven.
    pub(crate) fn proven_on(&self) -> Option<&str> {
        let verified = self.verification.as_ref().and_then(|found| found.base.as_deref());
        verified.or_else(|| self.fix.as_ref().and_then(|fix| fix.base.as_deref()))
    }

    /// Files that were not part of what was proven: they were put back from the base, or laid over
    /// the checkout. They do not belong into the pull request.
    pub(crate) fn not_proven_files(&self) -> Vec<String> {
        let reproduction = self.reproduction.iter();
        let mut files: Vec<String> = reproduction
            .flat_map(|found| {
                found
                    .overlays
                    .iter()
                    .map(|overlay| overlay.destination.clone())
                    .chain(found.protected.clone())
            })
            .chain(self.verification.iter().flat_map(|found| found.restored.clone()))
            .collect();
        files.sort_unstable();
        files.dedup();
        files
    }
}

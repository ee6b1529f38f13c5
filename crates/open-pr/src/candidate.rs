//! The patch as it may be published: read from its bytes, checked against what was proven, against
//! the rules, and for secrets.

use std::fs;

use regreen_case::{CaseDir, CaseError, Layout, Redactor};
use regreen_workspace::{Patch, PatchPolicy};

use crate::error::OpenPrError;
use crate::evidence::Evidence;

/// Larger files are not read.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A patch, and what was left out of it.
#[derive(Debug)]
pub(crate) struct Candidate {
    /// What goes into the pull request.
    pub(crate) patch: Patch,
    /// SHA-256 of the bytes that were proven, before anything was left out.
    pub(crate) sha256: String,
    /// Files left out because they were not part of the proof.
    pub(crate) left_out: Vec<String>,
}

/// Reads and checks the patch. The inner error lists what speaks against it.
pub(crate) fn candidate(
    case: &CaseDir,
    evidence: &Evidence,
    policy: &PatchPolicy,
    redactor: &Redactor,
) -> Result<Result<Candidate, Vec<String>>, OpenPrError> {
    let patch = Patch::from_bytes(read(case)?)?;
    let sha256 = patch.sha256();
    let fix = evidence.fix.as_ref().and_then(|fix| fix.patch_sha256.as_deref());
    let verified = evidence.verification.as_ref().and_then(|found| found.patch_sha256.as_deref());
    for (document, expected) in [("verification.json", verified), ("fix.json", fix)] {
        // A document that does not say which patch it is about is about none.
        let expected = expected.unwrap_or("given");
        if expected != sha256 {
            let (found, expected) = (sha256, expected.to_owned());
            return Err(OpenPrError::OtherPatch { document, found, expected });
        }
    }
    let not_proven = evidence.not_proven_files();
    let touched: Vec<String> =
        patch.files().iter().flat_map(|file| file.paths()).map(str::to_owned).collect();
    let left_out: Vec<String> = touched
        .into_iter()
        .filter(|path| not_proven.contains(path) || path.starts_with(".regreen/"))
        .collect();
    let patch = patch.without(&left_out);
    let mut problems: Vec<String> = policy.check(&patch).iter().map(ToString::to_string).collect();
    problems.extend(patch.secrets(redactor));
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    Ok(Ok(Candidate { patch, sha256, left_out }))
}

fn read(case: &CaseDir) -> Result<Vec<u8>, OpenPrError> {
    let path = case.resolve(Layout::PATCH)?;
    let io = |source| CaseError::Io { action: "read", path: path.clone(), source };
    let size = fs::metadata(&path).map_err(io)?.len();
    if size > MAX_BYTES {
        return Err(
            regreen_workspace::PatchError::TooLarge(usize::try_from(size).unwrap_or(usize::MAX)).into()
        );
    }
    Ok(fs::read(&path).map_err(io)?)
}

#[cfg(test)]
mod tests;

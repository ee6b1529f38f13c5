//! A smaller patch in place of the proven one, when the user asks for it.
//!
//! The smaller patch is proven from nothing like any other, and only then becomes the case's. Should this
//! be interrupted between `fix.patch` and `fix.json`, the two do not fit, and the next run puts the
//! patch back from the copy that is made first.

use regreen_case::{CaseDir, Fix, Layout, PatchFile, Redactor};
use regreen_workspace::Patch;

use crate::VerifyError;

/// The patch as `implement-fix` left it.
const ORIGINAL: &str = "attempts/before-minimisation.patch";

/// Makes a smaller patch the case's.
pub(crate) fn store(
    case: &CaseDir,
    original: &Patch,
    smaller: &Patch,
    redactor: &Redactor,
) -> Result<(), VerifyError> {
    let mut fix: Fix = case.read()?;
    case.write_raw(ORIGINAL, original.bytes())?;
    case.write_raw(Layout::PATCH, smaller.bytes())?;
    fix.patch_sha256 = Some(smaller.sha256());
    fix.files = smaller
        .files()
        .iter()
        .map(|file| PatchFile {
            path: file.path().to_owned(),
            insertions: file.insertions,
            deletions: file.deletions,
        })
        .collect();
    case.write(&fix, redactor)?;
    Ok(())
}

/// The bytes of the patch that `fix.json` names, when an interrupted exchange left others.
pub(crate) fn interrupted(case: &CaseDir, named: Option<&str>) -> Option<Patch> {
    let bytes = std::fs::read(case.resolve(ORIGINAL).ok()?).ok()?;
    let patch = Patch::from_bytes(bytes).ok()?;
    if Some(patch.sha256().as_str()) != named {
        return None;
    }
    case.write_raw(Layout::PATCH, patch.bytes()).ok()?;
    Some(patch)
}

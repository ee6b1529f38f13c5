//! Whether the patch could be smaller: parts of it are left out, ever fewer at a time, as long as the
//! tests in question stay green (delta debugging).
//!
//! A part that is not needed is no mistake in itself (a comment, a second place with the same fault), but a
//! reviewer wants to know. A failure that comes and goes needs as many runs for each try as exclude that it
//! is as frequent as before, under the conditions that it was measured under; what is left is proven from
//! nothing by the caller.

use std::collections::BTreeSet;

use regreen_case::{HunkPlace, Minimisation};
use regreen_workspace::Patch;

use crate::clean_runs::runs_needed;
use crate::error::ProofError;
use crate::judge::Verdict;
use crate::narrow::{Narrowed, narrow};
use crate::prove::share;
use crate::request::{Checkouts, ProofRequest};
use crate::stage::{Progress, StagePlan, run_stage};

/// More parts than this are not tried.
const MAX_PARTS: usize = 200;
/// Of the time left, this share is for looking.
const SHARE: f64 = 0.25;

type Part = (usize, Option<usize>);

/// What was found, and the smaller patch, when there is one.
#[derive(Debug)]
pub struct Smaller {
    /// For the document.
    pub found: Minimisation,
    /// Only the parts that are needed.
    pub patch: Option<Patch>,
}

/// Looks for parts that are not needed. Afterwards the whole patch is on again.
///
/// # Errors
/// When a checkout or a run cannot be made at all.
pub fn minimise(
    request: &ProofRequest<'_>,
    checkouts: &Checkouts,
    progress: Progress<'_>,
) -> Result<Option<Smaller>, ProofError> {
    let parts = request.patch.parts();
    if parts.len() < 2 || parts.len() > MAX_PARTS {
        return Ok(None);
    }
    progress(&format!("looking whether all {} parts of the patch are needed", parts.len()));
    let request = ProofRequest { deadline: share(request, SHARE), ..request.clone() };
    let mut search = Search { request: &request, checkouts, progress, found: Minimisation::default() };
    let narrowed = narrow(&parts, |rest| search.is_green(rest));
    let found = search.found;
    checkouts.put_on_patch(&request, request.patch)?;
    let Narrowed { needed, complete } = narrowed?;
    let unneeded: Vec<Part> = parts.iter().filter(|part| !needed.contains(part)).copied().collect();
    let patch = if unneeded.is_empty() { None } else { written_anew(&request, &needed)? };
    let places = unneeded.iter().map(|part| place(request.patch, *part)).collect();
    Ok(Some(Smaller { found: Minimisation { unneeded_hunks: places, complete, ..found }, patch }))
}

/// The parts as git writes them: applied to the base, and the difference taken.
fn written_anew(request: &ProofRequest<'_>, parts: &[Part]) -> Result<Option<Patch>, ProofError> {
    let Ok(patch) = request.patch.keeping(parts) else { return Ok(None) };
    let worktree = request.repository.worktree(request.base, request.scratch)?;
    worktree.apply(&patch)?;
    Ok(Some(worktree.patch()?))
}

struct Search<'a, 'p> {
    request: &'a ProofRequest<'a>,
    checkouts: &'a Checkouts,
    progress: Progress<'p>,
    found: Minimisation,
}

impl Search<'_, '_> {
    /// Whether the tests pass with these parts; `None` when the time was over.
    fn is_green(&mut self, parts: &[Part]) -> Result<Option<bool>, ProofError> {
        let request = self.request;
        if request.deadline.is_over() || request.cancel.is_cancelled() {
            return Ok(None);
        }
        // A part without which the rest does not even apply is needed.
        let Ok(patch) = request.patch.keeping(parts) else { return Ok(Some(false)) };
        if self.checkouts.put_on_patch(request, &patch).is_err() {
            return Ok(Some(false));
        }
        let runs = if request.rate.is_some() { runs_needed(request.rate).better_than_before } else { 1 };
        let mut places = self.checkouts.after();
        if request.rate.is_none() {
            places.truncate(1);
        }
        let plan = StagePlan {
            name: "smaller",
            checkouts: places,
            runs,
            stop: |verdict| *verdict != Verdict::Green,
            deadline: request.deadline,
            per_run: request.deadline.remaining(),
            must_pass: BTreeSet::new(),
            may_touch: None,
        };
        let seen = run_stage(request, &plan, self.progress)?;
        self.found.runs += u32::try_from(seen.verdicts.len()).unwrap_or(u32::MAX);
        let clean = seen.verdicts.iter().filter(|verdict| **verdict == Verdict::Green).count();
        if seen.cancelled || seen.out_of_time {
            return Ok(None);
        }
        Ok(Some(clean == seen.verdicts.len() && clean == runs as usize))
    }
}

fn place(patch: &Patch, (at, hunk): Part) -> HunkPlace {
    let Some(file) = patch.files().get(at) else {
        return HunkPlace { file: String::new(), first_line: 0, last_line: 0 };
    };
    let hunks = match hunk.and_then(|hunk| file.hunks.get(hunk)) {
        Some(hunk) => std::slice::from_ref(hunk),
        None => &file.hunks[..],
    };
    let lines = || {
        hunks
            .iter()
            .flat_map(|hunk| hunk.numbered_lines())
            .filter(|(_, origin, _)| *origin != ' ')
            .map(|(number, _, _)| number)
    };
    HunkPlace {
        file: file.path().to_owned(),
        first_line: lines().min().unwrap_or(0),
        last_line: lines().max().unwrap_or(0),
    }
}

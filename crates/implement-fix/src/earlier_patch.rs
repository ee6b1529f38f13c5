//! A failure that comes back often wants the change that was lost with a revert or a merge: where an earlier case
//! proved one for this very failure and it still fits, it is the search's first candidate, judged like any other.

use regreen_case::AttemptOutcome;
use regreen_workspace::{Patch, apply_in_memory};

use crate::ImplementError;
use crate::earlier::LikeCase;
use crate::ladder::{Found, Ladder, Verdict};
use crate::screening::screen;

/// Changes that are tried; with more the past would cost more than the search.
const MOST_TRIED: usize = 2;

impl Ladder<'_, '_> {
    /// Tries what repaired this failure before, in the name of `fixer`.
    pub(crate) fn try_earlier(&mut self, fixer: &str) -> Result<Option<Found>, ImplementError> {
        let earlier = self.shared.lessons;
        for (like, patch) in earlier.proven_for_same().into_iter().take(MOST_TRIED) {
            if self.bench.is_over() {
                break;
            }
            if let Some(why) = self.why_not(patch) {
                self.shared
                    .journal
                    .say(&format!("the change that was proven on {} is not tried: {why}", like.day()));
                continue;
            }
            if let Some(found) = self.try_one(fixer, like, patch)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Why a change is no candidate here. A search candidate touches nothing that judges it either.
    fn why_not(&self, patch: &Patch) -> Option<String> {
        let bench = self.bench;
        let off_limits = bench.off_limits();
        let mut paths = patch.files().iter().flat_map(|file| file.paths());
        if let Some(path) = paths.find(|path| off_limits.iter().any(|locked| locked == path)) {
            return Some(format!("it touches {path}, which judges it"));
        }
        if !patch.secrets(bench.redactor).is_empty() {
            return Some("it holds a secret".to_owned());
        }
        let files = match bench.repository.files_of(bench.worktree.commit(), patch) {
            Ok(files) => files,
            Err(error) => return Some(error.to_string()),
        };
        if let Err(error) = apply_in_memory(&files, patch) {
            return Some(format!("it does not fit any more: {error}"));
        }
        let screened = screen(bench, patch);
        let put_back = screened.restored.first().map(|path| format!("it touches {path}, which judges it"));
        screened.refused.into_iter().next().or(put_back)
    }

    fn try_one(
        &mut self,
        fixer: &str,
        like: &LikeCase,
        patch: &Patch,
    ) -> Result<Option<Found>, ImplementError> {
        let mut record = self.begin(fixer);
        record.store_change(self.bench.case, patch)?;
        let number = record.number;
        let what = format!("the change that was proven for this failure on {}", like.day());
        match self.judge(patch, &mut record)? {
            Verdict::Accepted { patch, summary, .. } => {
                self.finish(record, AttemptOutcome::Green, &format!("{what}: {summary}"))?;
                return Ok(Some(found(fixer, like, number, patch, None)));
            }
            Verdict::Doubtful { patch, reservation } => {
                self.finish(record, AttemptOutcome::StillRed, &format!("{what}: {reservation}"))?;
                if self.fallback.is_none() {
                    self.fallback = Some(found(fixer, like, number, patch, Some(reservation)));
                }
            }
            Verdict::Declined { outcome, summary, .. } => {
                self.finish(record, outcome, &format!("{what}: {summary}"))?;
            }
            Verdict::Stopped => {
                let summary = format!("{what}: the time was over before it could be judged");
                self.finish(record, AttemptOutcome::TimedOut, &summary)?;
            }
        }
        Ok(None)
    }
}

/// Whatever a document says, ours only says what can be a template.
fn is_template_id(id: &str) -> bool {
    id.len() <= 40 && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn found(fixer: &str, like: &LikeCase, number: u32, patch: Patch, reservation: Option<String>) -> Found {
    let fix = &like.case.fix;
    let by = fix.fixer.as_deref().unwrap_or("a fixer");
    let again = format!("The same change, by {by}, was proven for this failure on {}.", like.day());
    let bounded = |text: &String| text.chars().take(2_000).collect::<String>();
    Found {
        patch,
        fixer: fixer.to_owned(),
        template: fix.template.clone().filter(|id| is_template_id(id)),
        co_author: fix.co_author.clone(),
        root_cause: fix.root_cause.as_ref().map(bounded),
        hypothesis: Some(match fix.hypothesis.as_ref().map(bounded) {
            Some(hypothesis) => format!("{hypothesis} {again}"),
            None => again,
        }),
        confidence: None,
        alternatives: Vec::new(),
        reservation,
        reused: true,
        attempt: number,
    }
}

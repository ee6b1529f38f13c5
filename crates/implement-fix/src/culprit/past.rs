//! The history of a run's base, found out once for all fixers.

use std::sync::OnceLock;

use regreen_case::{Bisection, Culprit, HunkPlace};
use regreen_repair::{Changed, Touched};
use regreen_workspace::{CommitFacts, Hunk, Patch, Repository, Reversal, WorkspaceError};

use super::wording;

/// Without a commit that was green in CI, so many of the last ones count as lately.
const LATELY: usize = 10;
/// How far back the last green commit is looked for.
const FAR: usize = 500;
/// With more changed lines than this, having been changed says nothing.
const MOST_LINES: u32 = 2_000;

/// What is known.
#[derive(Debug, Default)]
pub(crate) struct Past {
    lately: OnceLock<Vec<Touched>>,
    hunt: OnceLock<Hunt>,
    /// Of the culprit: what has to be taken back.
    needed: OnceLock<Vec<HunkPlace>>,
}

/// What came of looking for the culprit.
#[derive(Debug)]
pub(crate) struct Hunt {
    pub(crate) bisection: Bisection,
    pub(crate) broken_by: Option<BrokenBy>,
}

/// The culprit as fixers see it.
#[derive(Debug)]
pub(crate) struct BrokenBy {
    pub(crate) facts: CommitFacts,
    /// What it changed, as lines of the base.
    pub(crate) touched: Vec<Touched>,
    /// What taking it back would be.
    pub(crate) reversal: Reversal,
}

impl Past {
    /// Lines that were changed since the commit that was green in CI, or else by the last commits. Nothing where that
    /// cannot be told.
    pub(crate) fn lately(&self, repository: &Repository, base: &str, green: Option<&str>) -> &[Touched] {
        self.lately.get_or_init(|| {
            lately(repository, base, green).unwrap_or_else(|error| {
                tracing::debug!("no recent changes: {error}");
                Vec::new()
            })
        })
    }

    /// The same and what the culprit changed, once it is known.
    pub(crate) fn touched(&self, repository: &Repository, base: &str, green: Option<&str>) -> Vec<Touched> {
        let by_culprit = self.broken_by().map(|broken_by| broken_by.touched.clone()).unwrap_or_default();
        by_culprit.into_iter().chain(self.lately(repository, base, green).iter().cloned()).collect()
    }

    /// What came of looking for the culprit, once somebody looked.
    pub(crate) fn hunt(&self) -> Option<&Hunt> {
        self.hunt.get()
    }

    pub(crate) fn broken_by(&self) -> Option<&BrokenBy> {
        self.hunt()?.broken_by.as_ref()
    }

    /// Keeps what came of it; the first answer stays.
    pub(crate) fn keep(&self, hunt: Hunt) {
        let _ = self.hunt.set(hunt);
    }

    /// Keeps which of the culprit's changes matter.
    pub(crate) fn keep_needed(&self, hunks: Vec<HunkPlace>) {
        let _ = self.needed.set(hunks);
    }

    /// For `fix.json`.
    pub(crate) fn documents(self) -> (Option<Culprit>, Option<Bisection>) {
        let Some(hunt) = self.hunt.into_inner() else { return (None, None) };
        let hunks = self.needed.into_inner().unwrap_or_default();
        let culprit = hunt.broken_by.map(|broken_by| wording::culprit(&broken_by.facts, hunks));
        (culprit, Some(hunt.bisection))
    }
}

fn lately(repository: &Repository, base: &str, green: Option<&str>) -> Result<Vec<Touched>, WorkspaceError> {
    let line = repository.first_parents(base, green, FAR)?;
    let since_green = green.filter(|green| line.commits.last().is_some_and(|last| last == green));
    let (old, why) = match since_green {
        Some(green) => {
            (green.to_owned(), format!("changed since {}, which was green", wording::short(green)))
        }
        None => {
            let old = line.commits.get(LATELY).or(line.commits.last());
            (old.cloned().unwrap_or_default(), format!("changed in the last {LATELY} commits"))
        }
    };
    if old == base || old.is_empty() {
        return Ok(Vec::new());
    }
    let patch = repository.changes_between(&old, base)?;
    if patch.changed_lines() > MOST_LINES {
        return Ok(Vec::new());
    }
    Ok(touched_by(&patch, |hunk| (hunk.new_start, hunk.new_lines), Changed::Lately, &why))
}

/// What taking a commit back would change are the lines that it changed, as they are on the base.
pub(crate) fn touched_by_culprit(facts: &CommitFacts, reversal: &Reversal) -> Vec<Touched> {
    let why = format!("changed by {}, which broke the test", wording::short(&facts.id));
    let mut touched =
        touched_by(&reversal.patch, |hunk| (hunk.old_start, hunk.old_lines), Changed::ByCulprit, &why);
    // Which lines of these are its own cannot be told any more.
    let whole = |file: &String| Touched {
        file: file.clone(),
        first: 1,
        last: u32::MAX,
        by: Changed::ByCulprit,
        why: why.clone(),
    };
    touched.extend(reversal.conflicts.iter().map(whole));
    touched
}

fn touched_by(patch: &Patch, side: impl Fn(&Hunk) -> (u32, u32), by: Changed, why: &str) -> Vec<Touched> {
    let hunks = patch.files().iter().flat_map(|file| file.hunks.iter().map(move |hunk| (file, hunk)));
    hunks
        .map(|(file, hunk)| {
            let (start, count) = side(hunk);
            // Where nothing is left of it, the line before stands for what went.
            let first = start.max(1);
            let last = start.saturating_add(count.saturating_sub(1)).max(first);
            Touched { file: file.path().to_owned(), first, last, by, why: why.to_owned() }
        })
        .collect()
}

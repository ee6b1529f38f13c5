//! Runs that came before a run: of the same workflow, on the same branch, of the same repository.
//!
//! The API's own filter by branch goes by the branch's name alone, and a fork's branch may be called
//! `main` too: whatever the API answers is looked at again here.

use crate::runs::Runs;
use crate::{GitHubError, Repo, Run};

/// Runs per page; the API allows no more.
const PAGE: usize = 100;
/// Pages that are read: a filtered list ends after a thousand runs anyway.
const MAX_PAGES: usize = 10;

impl Repo<'_> {
    /// Completed runs with this conclusion that came before `run`, newest first, at most `limit`. Runs
    /// of pull requests and other runs are kept apart. Nothing when `run` does not tell its workflow
    /// or branch.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn earlier_runs(&self, run: &Run, conclusion: &str, limit: usize) -> Result<Vec<Run>, GitHubError> {
        let (Some(workflow), Some(branch)) = (run.workflow_id, run.head_branch.as_deref()) else {
            return Ok(Vec::new());
        };
        // Some of a page may not count: twice as many save the second request.
        let size = (2 * limit).clamp(10, PAGE);
        let mut found: Vec<Run> = Vec::new();
        for page in 1..=MAX_PAGES {
            let mut route = self
                .route(&format!("/actions/workflows/{workflow}/runs"))
                .query("branch", branch)
                .query("status", conclusion)
                .query("exclude_pull_requests", "true");
            if let Some(created) = run.created_at {
                route = route.query("created", &format!("<={created}"));
            }
            let route = route.query("per_page", &size.to_string()).query("page", &page.to_string());
            let runs = self.get::<Runs>(route)?.workflow_runs;
            let last = runs.len() < size;
            let fits = |earlier: &Run| {
                earlier.conclusion.as_deref() == Some(conclusion) && comes_before(earlier, run)
            };
            for earlier in runs.into_iter().filter(fits) {
                // A page may repeat the end of the one before when a run was added meanwhile.
                if !found.iter().any(|known| known.id == earlier.id) {
                    found.push(earlier);
                }
            }
            if last || found.len() >= limit {
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }
}

fn comes_before(earlier: &Run, run: &Run) -> bool {
    let order = match (earlier.run_number, run.run_number) {
        (Some(one), Some(other)) if one != other => one < other,
        _ => earlier.id < run.id,
    };
    order
        && earlier.is_completed()
        && earlier.workflow_id == run.workflow_id
        && earlier.head_branch == run.head_branch
        && same_repository(earlier, run)
        && is_of_a_pull_request(earlier) == is_of_a_pull_request(run)
}

/// A repository that is gone is no one's: nothing is known to be of it.
fn same_repository(earlier: &Run, run: &Run) -> bool {
    match (&earlier.head_repository, &run.head_repository) {
        (Some(one), Some(other)) => one.id == other.id,
        _ => false,
    }
}

fn is_of_a_pull_request(run: &Run) -> bool {
    run.event.as_deref().is_some_and(|event| event.starts_with("pull_request"))
}

//! The connection to the server of a run, and what its refusals mean for the phase.

use std::sync::Arc;

use regreen_case::RunReference;
use regreen_github::{Access, GitHub, GitHubError, Repo, Watch};
use regreen_runner::Heartbeat;
use regreen_supervise::Cancel;

use crate::FetchError;
use crate::log_folder::Stop;

/// A connection that ends with the phase.
#[derive(Debug)]
pub(crate) struct Connection {
    github: GitHub,
    owner: String,
    repository: String,
    doing: String,
    cancel: Cancel,
}

impl Connection {
    /// Sets it up; nothing is sent yet.
    pub(crate) fn open(
        reference: &RunReference,
        access: &Access,
        stop: &Stop,
        heartbeat: &Arc<Heartbeat>,
    ) -> Result<Self, FetchError> {
        let (cancel, teller) = (stop.cancel.clone(), Arc::clone(heartbeat));
        let watch = Watch::within(stop.deadline.remaining())
            .cancelled_by(move || cancel.is_cancelled())
            .telling(move |line| teller.say(line));
        let without_token = if access.token.is_none() { " (no token is set for this server)" } else { "" };
        let doing = format!("fetching the logs of {}{without_token}", reference.slug());
        let github = GitHub::new(access, watch).map_err(|error| meaning(error, &doing, &stop.cancel))?;
        Ok(Connection {
            github,
            owner: reference.owner.clone(),
            repository: reference.repository.clone(),
            doing,
            cancel: stop.cancel.clone(),
        })
    }

    /// The run's repository.
    pub(crate) fn repo(&self) -> Repo<'_> {
        self.github.repo(&self.owner, &self.repository)
    }

    /// GitHub's refusals that are answers, and those that are failures.
    pub(crate) fn failed(&self, error: GitHubError) -> FetchError {
        meaning(error, &self.doing, &self.cancel)
    }
}

fn meaning(error: GitHubError, doing: &str, cancel: &Cancel) -> FetchError {
    match error {
        GitHubError::Cancelled => FetchError::Cancelled(cancel.exit_code()),
        GitHubError::DeadlineReached { .. } => FetchError::OutOfTime(doing.to_owned()),
        GitHubError::Gone(refusal) => FetchError::NoLogs(format!("the logs have expired: {refusal}")),
        error @ (GitHubError::StillRunning(_) | GitHubError::NoLog(_)) => {
            FetchError::NoLogs(error.to_string())
        }
        source => FetchError::GitHub { doing: doing.to_owned(), source },
    }
}

//! GitHub's API as Regreen needs it: runs and their logs, git objects, pull requests.
//!
//! A blocking facade over octocrab. Promises: a write is never repeated on its own; a download
//! that is not a 2xx is an error, never content; waiting for a rate limit ends at the deadline
//! and is told; cancelling takes effect within a fraction of a second; the token goes to the
//! server it belongs to and nowhere else.

mod access;
mod client;
mod contents;
mod earlier_runs;
mod error;
mod git_objects;
mod history;
mod jobs;
mod pulls;
mod rate_limit;
mod route;
mod run_logs;
mod runs;
mod secret;
mod transport;
mod watch;

pub use access::{Access, Server};
pub use client::{GitHub, Repo};
pub use contents::Repository;
pub use error::{GitHubError, Refusal};
pub use git_objects::{CommitRequest, GitCommit, Identity, Reference, Tree, TreeChange, TreeEntry};
pub use history::Author;
pub use jobs::{Job, JobFilter, Step};
pub use pulls::{NewPull, Pull, PullChange, PullQuery, Side};
pub use run_logs::{Artifact, Download};
pub use runs::{HeadRepository, Run};
pub use secret::Secret;
pub use watch::Watch;

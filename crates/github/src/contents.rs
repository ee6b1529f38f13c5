//! The repository itself, and files in it.

use serde::Deserialize;

use crate::client::optional;
use crate::transport::Call;
use crate::{GitHubError, Repo};

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// `owner/name`.
    #[serde(default)]
    pub full_name: String,
    /// Default branch.
    #[serde(default)]
    pub default_branch: String,
    /// Whether it is private.
    #[serde(default)]
    pub private: bool,
    /// Page.
    #[serde(default)]
    pub html_url: Option<String>,
}

impl Repo<'_> {
    /// The repository.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn repository(&self) -> Result<Repository, GitHubError> {
        self.get(self.route(""))
    }

    /// The bytes of a file at a commit, branch or tag; `None` when it is not there.
    ///
    /// # Errors
    /// [`GitHubError::TooLarge`] above `limit`; otherwise see [`GitHubError`].
    pub fn file(&self, path: &str, reference: &str, limit: u64) -> Result<Option<Vec<u8>>, GitHubError> {
        let route = self.route("/contents").path(path).query("ref", reference);
        optional(self.transport().bytes(&Call::get_raw(route), limit))
    }
}

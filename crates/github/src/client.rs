//! The client, and a repository seen through it.

use crate::route::Route;
use crate::transport::{Call, Transport};
use crate::{Access, GitHubError, Server, Watch};

/// A connection to one server. Blocking: do not use it inside an async runtime.
pub struct GitHub {
    pub(crate) transport: Transport,
    server: Server,
}

impl std::fmt::Debug for GitHub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GitHub").field("server", &self.server).finish_non_exhaustive()
    }
}

impl GitHub {
    /// Sets up a connection; nothing is sent yet.
    ///
    /// # Errors
    /// [`GitHubError::BadToken`], [`GitHubError::BadServer`] or [`GitHubError::SetUp`].
    pub fn new(access: &Access, watch: Watch) -> Result<Self, GitHubError> {
        Ok(GitHub { transport: Transport::new(access, watch)?, server: access.server.clone() })
    }

    /// The server.
    #[must_use]
    pub const fn server(&self) -> &Server {
        &self.server
    }

    /// A repository of the server.
    #[must_use]
    pub fn repo(&self, owner: &str, name: &str) -> Repo<'_> {
        Repo { github: self, owner: owner.to_owned(), name: name.to_owned() }
    }
}

/// A repository seen through a [`GitHub`].
#[derive(Debug)]
pub struct Repo<'a> {
    github: &'a GitHub,
    owner: String,
    name: String,
}

impl Repo<'_> {
    /// `owner/name`.
    #[must_use]
    pub fn slug(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// Owner.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.github.transport
    }

    /// `/repos/OWNER/NAME` followed by literal text.
    pub(crate) fn route(&self, rest: &str) -> Route {
        Route::new("/repos").segment(&self.owner).segment(&self.name).literal(rest)
    }

    pub(crate) fn get<T: serde::de::DeserializeOwned>(&self, route: Route) -> Result<T, GitHubError> {
        self.transport().json(&Call::get(route))
    }

    pub(crate) fn write<T: serde::de::DeserializeOwned>(
        &self,
        method: http::Method,
        route: Route,
        body: serde_json::Value,
    ) -> Result<T, GitHubError> {
        self.transport().json(&Call::write(method, route, body))
    }
}

/// `None` for what is not found.
pub(crate) fn optional<T>(result: Result<T, GitHubError>) -> Result<Option<T>, GitHubError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(GitHubError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

//! Git objects and references: how a commit is made without a checkout.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::client::optional;
use crate::transport::Call;
use crate::{GitHubError, Repo};

/// Entries per tree request; larger ones run into GitHub's time limit.
const TREE_CHUNK: usize = 100;

/// Author or committer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
}

#[derive(Deserialize)]
struct Sha {
    sha: String,
}

/// A commit as git sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitCommit {
    /// Id.
    pub sha: String,
    /// Id of its tree.
    pub tree: String,
    /// Ids of its parents.
    pub parents: Vec<String>,
    /// Message.
    pub message: String,
    /// Whether GitHub vouches for its signature.
    pub verified: bool,
    /// Author.
    pub author: Option<Identity>,
}

#[derive(Deserialize)]
struct RawCommit {
    sha: String,
    tree: Sha,
    #[serde(default)]
    parents: Vec<Sha>,
    #[serde(default)]
    message: String,
    #[serde(default)]
    verification: Option<RawVerification>,
    #[serde(default)]
    author: Option<Identity>,
}

#[derive(Deserialize)]
struct RawVerification {
    #[serde(default)]
    verified: bool,
}

impl From<RawCommit> for GitCommit {
    fn from(raw: RawCommit) -> Self {
        GitCommit {
            sha: raw.sha,
            tree: raw.tree.sha,
            parents: raw.parents.into_iter().map(|parent| parent.sha).collect(),
            message: raw.message,
            verified: raw.verification.is_some_and(|found| found.verified),
            author: raw.author,
        }
    }
}

/// An entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TreeEntry {
    /// Path, relative to the tree.
    #[serde(default)]
    pub path: String,
    /// `100644`, `100755`, `120000`, `040000` or `160000`.
    #[serde(default)]
    pub mode: String,
    /// `blob`, `tree` or `commit`.
    #[serde(default, rename = "type")]
    pub kind: String,
    /// Id.
    #[serde(default)]
    pub sha: String,
    /// Size of a blob.
    #[serde(default)]
    pub size: Option<u64>,
}

/// A tree.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Tree {
    /// Id.
    pub sha: String,
    /// Entries.
    #[serde(default, rename = "tree")]
    pub entries: Vec<TreeEntry>,
    /// Whether GitHub left some out.
    #[serde(default)]
    pub truncated: bool,
}

/// A change to a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeChange {
    /// Path from the root.
    pub path: String,
    /// Mode, e.g. `100644`.
    pub mode: String,
    /// Id of the blob; `None` removes the path.
    pub blob: Option<String>,
}

/// A commit to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommitRequest {
    /// Message.
    pub message: String,
    /// Id of its tree.
    pub tree: String,
    /// Ids of its parents.
    pub parents: Vec<String>,
    /// Author. Without one GitHub takes the token's account and, for a bot, signs the commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<Identity>,
}

/// A branch or tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Full name, e.g. `refs/heads/main`.
    pub name: String,
    /// What it points at.
    pub sha: String,
}

#[derive(Deserialize)]
struct RawReference {
    #[serde(rename = "ref")]
    name: String,
    object: Sha,
}

impl From<RawReference> for Reference {
    fn from(raw: RawReference) -> Self {
        Reference { name: raw.name, sha: raw.object.sha }
    }
}

impl Repo<'_> {
    /// A commit.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn commit(&self, sha: &str) -> Result<GitCommit, GitHubError> {
        self.get::<RawCommit>(self.route("/git/commits").segment(sha)).map(GitCommit::from)
    }

    /// A tree, with all that is below it when `recursive`.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn tree(&self, sha: &str, recursive: bool) -> Result<Tree, GitHubError> {
        let route = self.route("/git/trees").segment(sha);
        self.get(if recursive { route.query("recursive", "1") } else { route })
    }

    /// The bytes of a blob.
    ///
    /// # Errors
    /// [`GitHubError::TooLarge`] above `limit`; otherwise see [`GitHubError`].
    pub fn blob(&self, sha: &str, limit: u64) -> Result<Vec<u8>, GitHubError> {
        let route = self.route("/git/blobs").segment(sha);
        self.transport().bytes(&Call::get_raw(route), limit)
    }

    /// A branch or tag by its short full name (`heads/main`); `None` when there is none.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn reference(&self, name: &str) -> Result<Option<Reference>, GitHubError> {
        let route = self.route("/git/ref").path(short(name));
        optional(self.get::<RawReference>(route).map(Reference::from))
    }

    /// Stores a blob; returns its id.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn create_blob(&self, bytes: &[u8]) -> Result<String, GitHubError> {
        let body = json!({ "content": BASE64_STANDARD.encode(bytes), "encoding": "base64" });
        self.write::<Sha>(Method::POST, self.route("/git/blobs"), body).map(|made| made.sha)
    }

    /// Stores the tree that `base` becomes with the changes; returns its id.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn create_tree(&self, base: &str, changes: &[TreeChange]) -> Result<String, GitHubError> {
        let mut tree = base.to_owned();
        for chunk in changes.chunks(TREE_CHUNK) {
            let entries: Vec<_> = chunk
                .iter()
                .map(|change| json!({ "path": change.path, "mode": change.mode, "type": "blob", "sha": change.blob }))
                .collect();
            let body = json!({ "base_tree": tree, "tree": entries });
            tree = self.write::<Sha>(Method::POST, self.route("/git/trees"), body)?.sha;
        }
        Ok(tree)
    }

    /// Stores a commit.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn create_commit(&self, commit: &CommitRequest) -> Result<GitCommit, GitHubError> {
        let route = self.route("/git/commits");
        self.write::<RawCommit>(Method::POST, route, json!(commit)).map(GitCommit::from)
    }

    /// Makes a branch or tag (`heads/fix/x`). A name that exists is [`GitHubError::Unprocessable`].
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn create_reference(&self, name: &str, sha: &str) -> Result<Reference, GitHubError> {
        let body = json!({ "ref": format!("refs/{}", short(name)), "sha": sha });
        self.write::<RawReference>(Method::POST, self.route("/git/refs"), body).map(Reference::from)
    }

    /// Moves a branch. Without `force` only forwards.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn update_reference(&self, name: &str, sha: &str, force: bool) -> Result<Reference, GitHubError> {
        let route = self.route("/git/refs").path(short(name));
        let body = json!({ "sha": sha, "force": force });
        self.write::<RawReference>(Method::PATCH, route, body).map(Reference::from)
    }
}

fn short(name: &str) -> &str {
    name.strip_prefix("refs/").unwrap_or(name)
}

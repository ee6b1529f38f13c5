//! What the server knows: plain data that tests may read and change.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::fault::Fault;

/// One request as it came in.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Method.
    pub method: String,
    /// Path without the API's prefix.
    pub path: String,
    /// Query.
    pub query: String,
    /// Whether it carried a token.
    pub authorised: bool,
    /// Whether it came to the storage's origin.
    pub storage: bool,
    /// Body, when it was JSON.
    pub body: Value,
    /// Status of the answer.
    pub status: u16,
}

/// Everything behind the lock.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) api_url: String,
    pub(crate) server_url: String,
    pub(crate) storage_url: String,
    pub(crate) repositories: BTreeMap<String, RepositoryState>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) only_token: Option<String>,
    pub(crate) journal: Vec<Recorded>,
    pub(crate) violations: Vec<String>,
    /// What the storage hands out, by path.
    pub(crate) storage: BTreeMap<String, Vec<u8>>,
}

/// Whether a new pull request starts CI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CiOnPull {
    /// It does not.
    #[default]
    Nothing,
    /// A run waits for approval.
    Waiting,
    /// A run starts.
    Started,
}

/// A repository.
pub struct RepositoryState {
    /// Owner.
    pub owner: String,
    /// Name.
    pub name: String,
    /// Default branch.
    pub default_branch: String,
    /// Whether draft pull requests are supported.
    pub drafts: bool,
    /// Whether Actions may create pull requests.
    pub pulls_permitted: bool,
    /// Whether a new pull request starts CI.
    pub ci_on_pull: CiOnPull,
    /// Runs.
    pub runs: Vec<FakeRun>,
    /// Pull requests, as the API shows them.
    pub pulls: Vec<Value>,
    /// Comments by number of the pull request.
    pub comments: BTreeMap<u64, Vec<String>>,
    /// People who may be asked for a review; empty: everybody.
    pub collaborators: Vec<String>,
    pub(crate) folder: tempfile::TempDir,
}

impl std::fmt::Debug for RepositoryState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RepositoryState")
            .field("owner", &self.owner)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl RepositoryState {
    /// An empty bare repository.
    pub(crate) fn new(owner: &str, name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let mut options = git2::RepositoryInitOptions::new();
        options.bare(true).external_template(false).initial_head("main");
        git2::Repository::init_opts(folder.path(), &options).expect("a bare repository");
        RepositoryState {
            owner: owner.to_owned(),
            name: name.to_owned(),
            default_branch: "main".to_owned(),
            drafts: true,
            pulls_permitted: true,
            ci_on_pull: CiOnPull::default(),
            runs: Vec::new(),
            pulls: Vec::new(),
            comments: BTreeMap::new(),
            collaborators: Vec::new(),
            folder,
        }
    }

    /// The bare repository behind it: tests can fetch from it or look into it.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The bare repository, opened.
    ///
    /// # Panics
    /// When it is broken.
    #[must_use]
    pub fn git(&self) -> git2::Repository {
        git2::Repository::open_bare(self.folder.path()).expect("a bare repository")
    }

    /// Takes over all branches of a local repository.
    ///
    /// # Panics
    /// When git does not work.
    pub fn fetch_from(&self, local: &Path) {
        let git = self.git();
        let mut remote = git.remote_anonymous(&local.to_string_lossy()).expect("a remote");
        remote.fetch(&["+refs/heads/*:refs/heads/*"], None, None).expect("a fetch");
    }

    /// The commit a branch points at.
    #[must_use]
    pub fn branch(&self, name: &str) -> Option<String> {
        let git = self.git();
        let reference = git.find_reference(&format!("refs/heads/{name}")).ok()?;
        reference.target().map(|id| id.to_string())
    }

    /// A file on a branch.
    #[must_use]
    pub fn file(&self, branch: &str, path: &str) -> Option<Vec<u8>> {
        let git = self.git();
        let commit = git.find_reference(&format!("refs/heads/{branch}")).ok()?.peel_to_commit().ok()?;
        let entry = commit.tree().ok()?.get_path(Path::new(path)).ok()?;
        git.find_blob(entry.id()).ok().map(|blob| blob.content().to_vec())
    }
}

/// A workflow run.
#[derive(Debug, Clone)]
pub struct FakeRun {
    /// Id.
    pub id: u64,
    /// Name of the workflow.
    pub name: Option<String>,
    /// Path of the workflow file.
    pub path: String,
    /// Latest attempt.
    pub attempt: u32,
    /// Status.
    pub status: String,
    /// Conclusion.
    pub conclusion: Option<String>,
    /// Event.
    pub event: String,
    /// Branch.
    pub head_branch: Option<String>,
    /// Commit.
    pub head_sha: String,
    /// Jobs of all attempts.
    pub jobs: Vec<FakeJob>,
    /// Whether its logs are past their keeping.
    pub expired: bool,
    /// Whether the zip lacks the jobs' files, as it sometimes does.
    pub poor_zip: bool,
    /// Artifacts.
    pub artifacts: Vec<FakeArtifact>,
    /// Id of the workflow.
    pub workflow_id: u64,
    /// When it was started; later attempts start an hour later each.
    pub created_at: String,
    /// Id and name of the repository that its commit is of, when it is not this one: a fork.
    pub fork: Option<(u64, String)>,
}

impl FakeRun {
    /// A completed, failed run with these jobs.
    #[must_use]
    pub fn failed(id: u64, jobs: Vec<FakeJob>) -> Self {
        FakeRun {
            id,
            name: Some("CI".into()),
            path: ".github/workflows/ci.yml".into(),
            attempt: 1,
            status: "completed".into(),
            conclusion: Some("failure".into()),
            event: "push".into(),
            head_branch: Some("main".into()),
            head_sha: "1".repeat(40),
            jobs,
            expired: false,
            poor_zip: false,
            artifacts: Vec::new(),
            workflow_id: 77,
            created_at: "2026-01-05T10:00:00Z".into(),
            fork: None,
        }
    }
}

/// A job.
#[derive(Debug, Clone)]
pub struct FakeJob {
    /// Id.
    pub id: u64,
    /// Name.
    pub name: String,
    /// Attempt it belongs to.
    pub attempt: u32,
    /// Status.
    pub status: String,
    /// Conclusion.
    pub conclusion: Option<String>,
    /// Steps.
    pub steps: Vec<FakeStep>,
    /// Log; none: the storage has nothing.
    pub log: Option<Vec<u8>>,
}

impl FakeJob {
    /// A completed job with this conclusion and log; its second step is the one that failed.
    #[must_use]
    pub fn new(id: u64, name: &str, conclusion: &str, log: &str) -> Self {
        FakeJob {
            id,
            name: name.to_owned(),
            attempt: 1,
            status: "completed".into(),
            conclusion: Some(conclusion.to_owned()),
            steps: vec![FakeStep::new(1, "Set up job", "success"), FakeStep::new(2, "Run tests", conclusion)],
            log: Some(log.as_bytes().to_vec()),
        }
    }
}

/// A step.
#[derive(Debug, Clone)]
pub struct FakeStep {
    /// Number.
    pub number: u64,
    /// Name.
    pub name: String,
    /// Conclusion.
    pub conclusion: String,
    /// Start.
    pub started_at: Option<String>,
    /// End.
    pub completed_at: Option<String>,
}

impl FakeStep {
    /// A step without times.
    #[must_use]
    pub fn new(number: u64, name: &str, conclusion: &str) -> Self {
        FakeStep {
            number,
            name: name.into(),
            conclusion: conclusion.into(),
            started_at: None,
            completed_at: None,
        }
    }

    /// With times, e.g. `2026-01-05T10:00:00Z`.
    #[must_use]
    pub fn from_to(mut self, start: &str, end: &str) -> Self {
        self.started_at = Some(start.to_owned());
        self.completed_at = Some(end.to_owned());
        self
    }
}

/// An artifact.
#[derive(Debug, Clone)]
pub struct FakeArtifact {
    /// Id.
    pub id: u64,
    /// Name.
    pub name: String,
    /// Zip.
    pub zip: Vec<u8>,
    /// Whether it is gone.
    pub expired: bool,
    /// When it was uploaded, if it tells.
    pub created_at: Option<String>,
}

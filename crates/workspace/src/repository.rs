//! The user's repository, as far as a phase may look at it: commits, files, remotes.

use std::path::{Path, PathBuf};

use git2::{ErrorCode, ObjectType, Oid, RepositoryOpenFlags, TreeWalkMode, TreeWalkResult};

use crate::apply::ApplyError;
use crate::patch::PatchError;

/// Why git could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// No repository there.
    #[error("{0} is not in a git repository")]
    NoRepository(PathBuf),
    /// A repository without a commit.
    #[error("the repository {0} has no commit yet")]
    NoCommit(PathBuf),
    /// A name that leads to no commit.
    #[error("`{rev}` is no commit of {repository}")]
    UnknownRevision {
        /// The name.
        rev: String,
        /// The repository.
        repository: PathBuf,
    },
    /// A branch that cannot be written.
    #[error("the branch `{name}` cannot be written: {problem}")]
    Branch {
        /// The branch.
        name: String,
        /// Why not.
        problem: String,
    },
    /// A path that may not be written.
    #[error("`{0}` cannot be written: {1}")]
    Path(String, String),
    /// The patch does not fit.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// The patch cannot be read.
    #[error(transparent)]
    Patch(#[from] PatchError),
    /// Git refused.
    #[error("cannot {action}: {source}")]
    Git {
        /// What was tried.
        action: String,
        /// Why not.
        source: git2::Error,
    },
    /// The file system refused.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

impl WorkspaceError {
    /// 2 for wrong names, 4 for a patch that does not belong here, 3 for an environment that refuses.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            WorkspaceError::NoRepository(_)
            | WorkspaceError::NoCommit(_)
            | WorkspaceError::UnknownRevision { .. }
            | WorkspaceError::Branch { .. } => 2,
            WorkspaceError::Apply(_) | WorkspaceError::Patch(_) | WorkspaceError::Path(..) => 4,
            WorkspaceError::Git { .. } | WorkspaceError::Io { .. } => 3,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            WorkspaceError::NoRepository(_) => "give the repository with --repo DIR".to_owned(),
            WorkspaceError::NoCommit(_) => "make a first commit".to_owned(),
            WorkspaceError::UnknownRevision { .. } => {
                "fetch it first: in a shallow clone only the newest commits exist (actions/checkout has fetch-depth)"
                    .to_owned()
            }
            WorkspaceError::Branch { .. } => "rename or delete the branch that is in the way".to_owned(),
            WorkspaceError::Apply(error) => return error.hint(),
            WorkspaceError::Patch(error) => return error.hint(),
            WorkspaceError::Path(..) => "start a new case: this one may have been tampered with".to_owned(),
            WorkspaceError::Git { source, .. } if source.code() == ErrorCode::Owner => {
                "the repository belongs to another user: git config --global --add safe.directory DIR".to_owned()
            }
            WorkspaceError::Git { source, .. } if source.code() == ErrorCode::NotFound => {
                "an object is missing: shallow and partial clones do not have them all, fetch with full depth".to_owned()
            }
            WorkspaceError::Git { .. } => "check the repository with `git fsck`".to_owned(),
            WorkspaceError::Io { .. } => "check permissions and free space".to_owned(),
        })
    }
}

/// For `map_err`: names what was tried.
pub(crate) fn git(action: impl Into<String>) -> impl FnOnce(git2::Error) -> WorkspaceError {
    let action = action.into();
    move |source| WorkspaceError::Git { action, source }
}

/// For `map_err`: names what was tried, and on what.
pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> WorkspaceError {
    let path = path.to_owned();
    move |source| WorkspaceError::Io { action, path, source }
}

/// Where work starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The commit, full hex.
    pub commit: String,
    /// The branch it is the tip of, when it is one.
    pub branch: Option<String>,
}

/// A repository. Holds paths only, so it can be shared between threads; every call opens it anew.
#[derive(Debug, Clone)]
pub struct Repository {
    root: PathBuf,
    git_dir: PathBuf,
    common_dir: PathBuf,
}

impl Repository {
    /// Finds the repository that `path` lies in, which may be a linked worktree or bare.
    ///
    /// # Errors
    /// [`WorkspaceError::NoRepository`], or git's own reason.
    pub fn discover(path: &Path) -> Result<Self, WorkspaceError> {
        let ceiling: [&Path; 0] = [];
        let found = git2::Repository::open_ext(path, RepositoryOpenFlags::empty(), ceiling);
        let found = found.map_err(|source| match source.code() {
            ErrorCode::NotFound => WorkspaceError::NoRepository(path.to_owned()),
            _ => git(format!("open the repository at {}", path.display()))(source),
        })?;
        let real = |path: &Path| std::fs::canonicalize(path).map_err(io("open", path));
        Ok(Repository {
            root: real(found.workdir().unwrap_or(found.path()))?,
            git_dir: real(found.path())?,
            common_dir: real(found.commondir())?,
        })
    }

    /// The user's checkout; of a bare repository its git directory.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The git directory that all worktrees share.
    #[must_use]
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    pub(crate) fn open(&self) -> Result<git2::Repository, WorkspaceError> {
        git2::Repository::open(&self.git_dir)
            .map_err(git(format!("open the repository {}", self.git_dir.display())))
    }

    /// Whether a folder, relative to the root, holds a file that the user's index knows.
    #[must_use]
    pub fn tracks(&self, folder: &str) -> bool {
        let prefix = format!("{}/", folder.trim_end_matches('/'));
        self.open()
            .and_then(|repository| repository.index().map_err(git("read the index")))
            .is_ok_and(|index| index.find_prefix(prefix.as_str()).is_ok())
    }

    /// The commit that a name leads to, full hex.
    ///
    /// # Errors
    /// [`WorkspaceError::UnknownRevision`].
    pub fn resolve(&self, rev: &str) -> Result<String, WorkspaceError> {
        let repository = self.open()?;
        let unknown =
            |_| WorkspaceError::UnknownRevision { rev: rev.to_owned(), repository: self.root.clone() };
        let object = repository.revparse_single(rev).map_err(unknown)?;
        Ok(object.peel_to_commit().map_err(unknown)?.id().to_string())
    }

    /// Whether the commit and its tree are here.
    #[must_use]
    pub fn has_commit(&self, commit: &str) -> bool {
        self.open().is_ok_and(|repository| tree_of(&repository, commit).is_ok())
    }

    /// The newest known commit of a branch: what the remote `origin` had at the last fetch, else the
    /// local branch. Without a branch: what is checked out.
    ///
    /// # Errors
    /// [`WorkspaceError::UnknownRevision`] or [`WorkspaceError::NoCommit`].
    pub fn latest_base(&self, branch: Option<&str>) -> Result<Base, WorkspaceError> {
        let repository = self.open()?;
        if let Some(name) = branch {
            for reference in [format!("refs/remotes/origin/{name}"), format!("refs/heads/{name}")] {
                if let Ok(commit) = repository.find_reference(&reference).and_then(|r| r.peel_to_commit()) {
                    return Ok(Base { commit: commit.id().to_string(), branch: Some(name.to_owned()) });
                }
            }
            let rev = name.to_owned();
            return Err(WorkspaceError::UnknownRevision { rev, repository: self.root.clone() });
        }
        let head = repository.head().map_err(|source| match source.code() {
            ErrorCode::UnbornBranch | ErrorCode::NotFound => WorkspaceError::NoCommit(self.root.clone()),
            _ => git("read HEAD")(source),
        })?;
        let commit = head.peel_to_commit().map_err(git("read the commit of HEAD"))?.id().to_string();
        let branch = if head.is_branch() { head.shorthand().ok().map(str::to_owned) } else { None };
        Ok(Base { commit, branch })
    }

    /// Content of a file (of a link: where it leads) in a commit; `None` when it has none there.
    ///
    /// # Errors
    /// [`WorkspaceError::UnknownRevision`], or git's own reason.
    pub fn read_file(&self, commit: &str, path: &str) -> Result<Option<Vec<u8>>, WorkspaceError> {
        Ok(self.read_entry(commit, path)?.map(|(_, content)| content))
    }

    /// Mode and content of a file in a commit. A submodule has mode 160000 and its commit as content.
    ///
    /// # Errors
    /// As [`Repository::read_file`].
    pub fn read_entry(&self, commit: &str, path: &str) -> Result<Option<(u32, Vec<u8>)>, WorkspaceError> {
        let repository = self.open()?;
        let tree = tree_of(&repository, commit).map_err(|_| self.unknown(commit))?;
        entry(&repository, &tree, path)
    }

    /// Paths of all files in a commit, sorted. Submodules are left out.
    ///
    /// # Errors
    /// As [`Repository::read_file`].
    pub fn list_files(&self, commit: &str) -> Result<Vec<String>, WorkspaceError> {
        let repository = self.open()?;
        let tree = tree_of(&repository, commit).map_err(|_| self.unknown(commit))?;
        let mut files = Vec::new();
        tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
            if entry.kind() == Some(ObjectType::Blob)
                && let Ok(name) = entry.name()
            {
                files.push(format!("{folder}{name}"));
            }
            TreeWalkResult::Ok
        })
        .map_err(git("list the files"))?;
        files.sort_unstable();
        Ok(files)
    }

    /// URL of the remote `origin`, without any password in it.
    #[must_use]
    pub fn remote_url(&self) -> Option<String> {
        let repository = self.open().ok()?;
        let url = repository.find_remote("origin").ok()?.url().ok()?.to_owned();
        let Some((scheme, rest)) = url.split_once("://") else { return Some(url) };
        let (authority, path) = rest.split_once('/').map_or((rest, None), |(a, p)| (a, Some(p)));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        Some(path.map_or_else(|| format!("{scheme}://{host}"), |path| format!("{scheme}://{host}/{path}")))
    }

    pub(crate) fn unknown(&self, rev: &str) -> WorkspaceError {
        WorkspaceError::UnknownRevision { rev: rev.to_owned(), repository: self.root.clone() }
    }
}

pub(crate) fn tree_of<'r>(
    repository: &'r git2::Repository,
    commit: &str,
) -> Result<git2::Tree<'r>, git2::Error> {
    repository.find_commit(Oid::from_str(commit)?)?.tree()
}

pub(crate) fn entry(
    repository: &git2::Repository,
    tree: &git2::Tree<'_>,
    path: &str,
) -> Result<Option<(u32, Vec<u8>)>, WorkspaceError> {
    let found = match tree.get_path(Path::new(path)) {
        Ok(found) => found,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
        Err(error) => return Err(git(format!("read {path}"))(error)),
    };
    let mode = u32::try_from(found.filemode_raw()).unwrap_or(0);
    match found.kind() {
        Some(ObjectType::Blob) => {
            let blob = repository.find_blob(found.id()).map_err(git(format!("read {path}")))?;
            Ok(Some((mode, blob.content().to_vec())))
        }
        Some(ObjectType::Commit) => Ok(Some((mode, found.id().to_string().into_bytes()))),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests;

//! The local repository: a branch, and the text as a file. No server, no network.

use regreen_case::{CiStart, PullRequestStatus};
use regreen_workspace::Repository;

use super::{BranchRequest, BranchWritten, Forge, Proposal, Proposed, Tip};
use crate::error::OpenPrError;

/// `--forge local`.
#[derive(Debug)]
pub(crate) struct LocalForge {
    repository: Repository,
    base: Option<String>,
}

impl LocalForge {
    pub(crate) const fn new(repository: Repository, base: Option<String>) -> Self {
        LocalForge { repository, base }
    }
}

impl Forge for LocalForge {
    fn tip(&self) -> Result<Tip, OpenPrError> {
        let base = self.repository.latest_base(self.base.as_deref())?;
        Ok(Tip { commit: base.commit, branch: base.branch })
    }

    fn file(&self, commit: &str, path: &str) -> Result<Option<(u32, Vec<u8>)>, OpenPrError> {
        Ok(self.repository.read_entry(commit, path)?)
    }

    fn list(&self, commit: &str, folder: &str) -> Result<Vec<String>, OpenPrError> {
        let mut files = self.repository.list_files(commit)?;
        files.retain(|path| {
            path.strip_prefix(folder)
                .and_then(|rest| rest.strip_prefix('/'))
                .is_some_and(|name| !name.contains('/'))
        });
        Ok(files)
    }

    fn write_branch(&self, request: &BranchRequest<'_>) -> Result<BranchWritten, OpenPrError> {
        let commit =
            self.repository.branch_with_patch(request.name, request.base, request.patch, request.message)?;
        Ok(BranchWritten { commit, signed: None })
    }

    fn propose(&self, _: &Proposal<'_>) -> Result<Proposed, OpenPrError> {
        Ok(Proposed {
            status: PullRequestStatus::WrittenLocally,
            number: None,
            url: None,
            draft: true,
            reason: None,
            warnings: Vec::new(),
        })
    }

    fn ci(&self, _: &str) -> Option<CiStart> {
        None
    }

    fn rewrite(&self, _: u64, _: &str) -> Result<(), OpenPrError> {
        Ok(())
    }

    fn decorate(&self, _: u64, _: &[String], _: &[String]) -> Vec<String> {
        Vec::new()
    }

    fn authors(&self, _: &str, _: &str) -> Vec<(String, String)> {
        Vec::new()
    }
}

//! A GitHub server: everything through git objects over the API, without a checkout.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use regreen_case::CiStart;
use regreen_github::{
    CommitRequest, GitCommit, GitHubError, Identity, PullChange, Repo, Run, TreeChange, TreeEntry,
};

use super::pull::{eventually, propose};
use super::{BranchRequest, BranchWritten, Forge, Proposal, Proposed, Tip};
use crate::commit_message::is_ours;
use crate::error::OpenPrError;

/// Larger files are not patched over the API.
const MAX_BLOB: u64 = 30 * 1024 * 1024;

/// `--forge github`.
pub(crate) struct GitHubForge<'a> {
    repo: Repo<'a>,
    server_url: String,
    /// Branches to try as the base, best first; the repository's default branch comes last.
    bases: Vec<String>,
    base_is_given: bool,
    ci_wait: Duration,
    cancelled: Box<dyn Fn() -> bool + 'a>,
    commits: RefCell<BTreeMap<String, GitCommit>>,
    trees: RefCell<BTreeMap<String, Vec<TreeEntry>>>,
}

impl<'a> GitHubForge<'a> {
    pub(crate) fn new(repo: Repo<'a>, server_url: &str, cancelled: impl Fn() -> bool + 'a) -> Self {
        GitHubForge {
            repo,
            server_url: server_url.to_owned(),
            bases: Vec::new(),
            base_is_given: false,
            ci_wait: Duration::ZERO,
            cancelled: Box::new(cancelled),
            commits: RefCell::default(),
            trees: RefCell::default(),
        }
    }

    /// Merges into `given`; without it into the branch the failure was seen on, if there is one.
    pub(crate) fn into_base(mut self, given: Option<&str>, seen_on: Option<&str>) -> Self {
        self.base_is_given = given.is_some();
        self.bases = given.or(seen_on).map(str::to_owned).into_iter().collect();
        self
    }

    /// Looks for CI runs for so long.
    pub(crate) fn waiting_for_ci(self, ci_wait: Duration) -> Self {
        GitHubForge { ci_wait, ..self }
    }

    fn commit(&self, sha: &str) -> Result<GitCommit, OpenPrError> {
        if let Some(known) = self.commits.borrow().get(sha) {
            return Ok(known.clone());
        }
        let found = self.repo.commit(sha)?;
        self.commits.borrow_mut().insert(sha.to_owned(), found.clone());
        Ok(found)
    }

    fn entries(&self, tree: &str) -> Result<Vec<TreeEntry>, OpenPrError> {
        if let Some(known) = self.trees.borrow().get(tree) {
            return Ok(known.clone());
        }
        let found = self.repo.tree(tree, false)?;
        if found.truncated {
            return Err(OpenPrError::DirectoryTooLarge(self.repo.slug()));
        }
        self.trees.borrow_mut().insert(tree.to_owned(), found.entries.clone());
        Ok(found.entries)
    }

    /// Walks down to a path, folder by folder: a recursive listing of a large repository is cut.
    fn entry(&self, commit: &str, path: &str) -> Result<Option<TreeEntry>, OpenPrError> {
        let mut tree = self.commit(commit)?.tree;
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let Some(entry) = self.entries(&tree)?.into_iter().find(|entry| entry.path == part) else {
                return Ok(None);
            };
            if parts.peek().is_none() {
                return Ok(Some(entry));
            }
            if entry.kind != "tree" {
                return Ok(None);
            }
            tree = entry.sha;
        }
        Ok(None)
    }

    /// Stores blobs, tree and commit. All are named by their content, so an uncertain answer is
    /// simply asked for again.
    fn store(&self, request: &BranchRequest<'_>, tip: Option<&GitCommit>) -> Result<GitCommit, OpenPrError> {
        let base = self.commit(request.base)?;
        let mut changes = Vec::new();
        for (path, state) in request.changed {
            let (mode, blob) = match state {
                None => (0o100_644, None),
                Some((mode, content)) => (*mode, Some(twice(|| self.repo.create_blob(content))?)),
            };
            changes.push(TreeChange { path: path.clone(), mode: format!("{mode:06o}"), blob });
        }
        let tree = twice(|| self.repo.create_tree(&base.tree, &changes))?;
        let parents = vec![request.base.to_owned()];
        if let Some(tip) = tip
            && tip.tree == tree
            && tip.parents == parents
            && tip.message.trim_end() == request.message.trim_end()
        {
            // A rerun that found the same: a new commit would only start CI again.
            return Ok(tip.clone());
        }
        // Without an author GitHub signs the commits of bots.
        let author: Option<Identity> = None;
        let commit = CommitRequest { message: request.message.to_owned(), tree, parents, author };
        Ok(twice(|| self.repo.create_commit(&commit))?)
    }
}

/// Repeats a call once when it is not known whether it worked, and repeating does no harm.
fn twice<T>(call: impl Fn() -> Result<T, GitHubError>) -> Result<T, GitHubError> {
    match call() {
        Err(error) if error.is_uncertain() => call(),
        other => other,
    }
}

impl Forge for GitHubForge<'_> {
    fn tip(&self) -> Result<Tip, OpenPrError> {
        for branch in &self.bases {
            if let Some(found) = self.repo.reference(&format!("heads/{branch}"))? {
                return Ok(Tip { commit: found.sha, branch: Some(branch.clone()) });
            }
            if self.base_is_given {
                let (repository, branch) = (self.repo.slug(), branch.clone());
                return Err(OpenPrError::NoBranch { repository, branch });
            }
        }
        let branch = self.repo.repository()?.default_branch;
        match self.repo.reference(&format!("heads/{branch}"))? {
            Some(found) => Ok(Tip { commit: found.sha, branch: Some(branch) }),
            None => Err(OpenPrError::NoBranch { repository: self.repo.slug(), branch }),
        }
    }

    fn file(&self, commit: &str, path: &str) -> Result<Option<(u32, Vec<u8>)>, OpenPrError> {
        let Some(entry) = self.entry(commit, path)? else { return Ok(None) };
        let mode = u32::from_str_radix(&entry.mode, 8).unwrap_or(0);
        Ok(match entry.kind.as_str() {
            "blob" => Some((mode, self.repo.blob(&entry.sha, MAX_BLOB)?)),
            "commit" => Some((mode, entry.sha.into_bytes())),
            _ => None,
        })
    }

    fn list(&self, commit: &str, folder: &str) -> Result<Vec<String>, OpenPrError> {
        let Some(entry) = self.entry(commit, folder)?.filter(|entry| entry.kind == "tree") else {
            return Ok(Vec::new());
        };
        let files = self.entries(&entry.sha)?.into_iter().filter(|entry| entry.kind == "blob");
        Ok(files.map(|entry| format!("{folder}/{}", entry.path)).collect())
    }

    fn write_branch(&self, request: &BranchRequest<'_>) -> Result<BranchWritten, OpenPrError> {
        let reference = format!("heads/{}", request.name);
        // Twice: between looking and making, a run beside this one may have made it.
        for last in [false, true] {
            let existing = self.repo.reference(&reference)?;
            let tip = existing.map(|found| self.repo.commit(&found.sha)).transpose()?;
            if tip.as_ref().is_some_and(|tip| !is_ours(&tip.message, request.fingerprint)) {
                return Err(OpenPrError::BranchTaken(request.name.to_owned()));
            }
            let commit = self.store(request, tip.as_ref())?;
            let moved = match &tip {
                Some(tip) if tip.sha == commit.sha => Ok(()),
                Some(_) => self.repo.update_reference(&reference, &commit.sha, true).map(drop),
                None => self.repo.create_reference(&reference, &commit.sha).map(drop),
            };
            let written = BranchWritten { commit: commit.sha.clone(), signed: Some(commit.verified) };
            let error = match moved {
                Ok(()) => return Ok(written),
                Err(error) => error,
            };
            let exists = error.refusal().is_some_and(|refusal| refusal.says("already exists"));
            if error.is_uncertain()
                && self.repo.reference(&reference)?.is_some_and(|found| found.sha == commit.sha)
            {
                return Ok(written);
            }
            if last || !(exists || error.is_uncertain()) {
                return Err(error.into());
            }
        }
        Err(OpenPrError::BranchTaken(request.name.to_owned()))
    }

    fn propose(&self, proposal: &Proposal<'_>) -> Result<Proposed, OpenPrError> {
        Ok(propose(&self.repo, &self.server_url, proposal)?)
    }

    fn ci(&self, commit: &str) -> Option<CiStart> {
        let end = Instant::now() + self.ci_wait;
        loop {
            match self.repo.runs_of_commit(commit) {
                Err(_) => return Some(CiStart::Unknown),
                Ok(runs) => {
                    if let Some(state) = state_of(&runs) {
                        return Some(state);
                    }
                }
            }
            if Instant::now() >= end || (self.cancelled)() {
                return Some(CiStart::NotStarted);
            }
            std::thread::sleep(Duration::from_millis(500).min(self.ci_wait));
        }
    }

    fn rewrite(&self, number: u64, body: &str) -> Result<(), OpenPrError> {
        let change = PullChange { body: Some(body.to_owned()), ..PullChange::default() };
        Ok(eventually(|| self.repo.update_pull(number, &change)).map(drop)?)
    }

    fn decorate(&self, number: u64, labels: &[String], reviewers: &[String]) -> Vec<String> {
        let mut problems = Vec::new();
        if !labels.is_empty()
            && let Err(error) = eventually(|| self.repo.add_labels(number, labels))
        {
            problems.push(format!("labels were not set: {error}"));
        }
        let (teams, people): (Vec<String>, Vec<String>) = reviewers
            .iter()
            .map(|name| name.trim_start_matches('@').to_owned())
            .partition(|name| name.contains('/'));
        let teams: Vec<String> =
            teams.iter().filter_map(|team| team.split_once('/')).map(|(_, team)| team.to_owned()).collect();
        if !(people.is_empty() && teams.is_empty())
            && let Err(error) = eventually(|| self.repo.request_reviewers(number, &people, &teams))
        {
            problems.push(format!("reviewers were not asked: {error}"));
        }
        problems
    }

    fn authors(&self, commit: &str, path: &str) -> Vec<(String, String)> {
        // A help, not more: without it there is one name less.
        let found = self.repo.last_authors(commit, path, 5).unwrap_or_default();
        let names =
            found.into_iter().map(|author| author.login.map_or(author.name, |login| format!("@{login}")));
        names
            .filter(|name| !name.is_empty() && !name.contains("[bot]") && name != "Regreen")
            .map(|name| (name, format!("changed {path} recently")))
            .collect()
    }
}

fn state_of(runs: &[Run]) -> Option<CiStart> {
    if runs.is_empty() {
        return None;
    }
    let waits = |run: &Run| {
        let words: BTreeSet<&str> =
            [run.status.as_deref(), run.conclusion.as_deref()].into_iter().flatten().collect();
        words.contains("action_required") || words.contains("waiting")
    };
    Some(if runs.iter().all(waits) { CiStart::AwaitsApproval } else { CiStart::Started })
}

//! What is to be proven, where, and with how much of everything.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regreen_case::{
    Conditions, FailureRate, PerformanceGoal, Redactor, Shard, Signature, TestCommand, TestTarget,
};
use regreen_supervise::{Cancel, Deadline, Sandbox};
use regreen_workspace::{Patch, Repository, Worktree};

use crate::counted::RunContext;
use crate::error::ProofError;
use crate::protected::restorable;

/// Something to prove.
#[derive(Debug, Clone)]
pub struct ProofRequest<'a> {
    /// The user's repository. Its checkout is only read, for environments.
    pub repository: &'a Repository,
    /// Commit the patch applies to.
    pub base: &'a str,
    /// The patch; nothing else is applied.
    pub patch: &'a Patch,
    /// Runs the tests in question.
    pub command: &'a TestCommand,
    /// The tests in question.
    pub targets: &'a [TestTarget],
    /// Files restored from the base, see [`crate::protected_files`].
    pub protected: &'a [String],
    /// Files the test needs beside the checkout: where they lie, and where they go.
    pub overlays: &'a [(PathBuf, String)],
    /// The failure's signature, when it is known.
    pub expected: Option<&'a Signature>,
    /// How often it fails, as it was measured; `None` for one that fails every time.
    pub rate: Option<FailureRate>,
    /// Under which conditions it was measured: every run is made under the same. `None` is plain.
    pub conditions: Option<&'a Conditions>,
    /// Clean runs the user asks for; never fewer than the failure needs.
    pub runs: Option<u32>,
    /// A number to reach, when the work is about speed: below it the test counts as red.
    pub goal: Option<&'a PerformanceGoal>,
    /// Runs side by side, each in a checkout of its own.
    pub workers: usize,
    /// The part of the clean runs to see here; `None` for all.
    pub shard: Option<Shard>,
    /// Everything that is drawn is drawn from this.
    pub seed: u32,
    /// Where checkouts and caches go.
    pub scratch: &'a Path,
    /// Folder of the case that takes the outputs.
    pub logs: &'a Path,
    /// Environment to add.
    pub env: &'a BTreeMap<String, String>,
    /// When everything must be over.
    pub deadline: Deadline,
    /// Stops everything.
    pub cancel: &'a Cancel,
    /// What must not be in the outputs.
    pub redactor: &'a Redactor,
    /// What runs may touch beside their checkout.
    pub sandbox: &'a Sandbox,
}

impl<'a> ProofRequest<'a> {
    /// The context of one run in a checkout.
    pub(crate) fn context(
        &'a self,
        checkout: &'a Path,
        deadline: Deadline,
        log: Option<PathBuf>,
    ) -> RunContext<'a> {
        RunContext {
            checkout,
            repo_root: self.repository.root(),
            scratch: self.scratch,
            env: self.env,
            deadline: deadline.earlier(self.deadline),
            cancel: self.cancel,
            log,
            redactor: self.redactor,
            sandbox: self.sandbox,
        }
    }

    /// Name of an output as documents name it, relative to the case.
    pub(crate) fn log_name(&self, name: &str) -> String {
        let folder =
            self.logs.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        format!("{folder}/{name}")
    }
}

/// Fresh checkouts of the base: one side stays as it is, the other takes the patch; for a failure that
/// comes and goes a third takes it and gives it back. Dropping them removes them.
#[derive(Debug)]
pub struct Checkouts {
    before: Vec<Worktree>,
    after: Vec<Worktree>,
    again: Vec<Worktree>,
    restored: Vec<String>,
}

impl Checkouts {
    /// Checks out, applies the patch on one side, restores what judges.
    ///
    /// # Errors
    /// When the base is unknown or the patch does not apply to it.
    pub fn prepare(request: &ProofRequest<'_>) -> Result<Self, ProofError> {
        let base = |path: &str| request.repository.read_file(request.base, path).ok().flatten();
        let restored = restorable(request.patch, request.protected, request.targets, &base);
        let mut checkouts = Checkouts { before: Vec::new(), after: Vec::new(), again: Vec::new(), restored };
        for _ in 0..request.workers.max(1) {
            let before = request.repository.worktree(request.base, request.scratch)?;
            overlay(&before, request.overlays)?;
            checkouts.before.push(before);
            checkouts.after.push(request.repository.worktree(request.base, request.scratch)?);
            if request.rate.is_some() {
                checkouts.again.push(request.repository.worktree(request.base, request.scratch)?);
            }
        }
        checkouts.put_on(request)?;
        Ok(checkouts)
    }

    /// Files that were restored from the base because the patch touches them.
    #[must_use]
    pub fn restored(&self) -> &[String] {
        &self.restored
    }

    pub(crate) fn before(&self) -> Vec<&Path> {
        self.before.iter().map(Worktree::path).collect()
    }

    pub(crate) fn after(&self) -> Vec<&Path> {
        self.after.iter().map(Worktree::path).collect()
    }

    /// Checkouts from which the patch is taken back while the others keep it.
    pub(crate) fn again(&self) -> Vec<&Path> {
        self.again.iter().map(Worktree::path).collect()
    }

    /// Brings the patched sides into their state, from whatever they are in.
    pub(crate) fn put_on(&self, request: &ProofRequest<'_>) -> Result<(), ProofError> {
        self.put_on_patch(request, request.patch)?;
        for worktree in &self.again {
            self.patch(worktree, request, request.patch)?;
        }
        Ok(())
    }

    /// Puts another patch on the patched side.
    pub(crate) fn put_on_patch(&self, request: &ProofRequest<'_>, patch: &Patch) -> Result<(), ProofError> {
        self.after.iter().try_for_each(|worktree| self.patch(worktree, request, patch))
    }

    fn patch(
        &self,
        worktree: &Worktree,
        request: &ProofRequest<'_>,
        patch: &Patch,
    ) -> Result<(), ProofError> {
        worktree.reset()?;
        worktree.apply(patch)?;
        worktree.restore(&self.restored)?;
        // Last: a patch must not bring its own version of the reproduction test.
        overlay(worktree, request.overlays)
    }

    /// Takes the patch back. What runs left behind and git ignores stays: if that is what made the
    /// test pass, it shows now.
    pub(crate) fn take_back(&self, request: &ProofRequest<'_>) -> Result<(), ProofError> {
        self.after.iter().try_for_each(|worktree| take_back(worktree, request))
    }

    /// The same for one checkout of the side that gives the patch back while the others keep it.
    pub(crate) fn take_back_again(&self, request: &ProofRequest<'_>, at: &Path) -> Result<(), ProofError> {
        let here = self.again.iter().filter(|worktree| worktree.path() == at);
        here.into_iter().try_for_each(|worktree| take_back(worktree, request))
    }
}

fn take_back(worktree: &Worktree, request: &ProofRequest<'_>) -> Result<(), ProofError> {
    worktree.reset()?;
    overlay(worktree, request.overlays)
}

fn overlay(worktree: &Worktree, overlays: &[(PathBuf, String)]) -> Result<(), ProofError> {
    for (source, destination) in overlays {
        if !crate::project::is_inside(destination) {
            return Err(ProofError::BadCommand(format!("`{destination}` leads out of the checkout")));
        }
        let to = worktree.path().join(destination);
        let folder = to.parent().unwrap_or(worktree.path());
        std::fs::create_dir_all(folder).map_err(ProofError::io("create", folder))?;
        // A link in the base must not lead the copy out of the checkout.
        let real = std::fs::canonicalize(folder).map_err(ProofError::io("open", folder))?;
        let root = std::fs::canonicalize(worktree.path()).map_err(ProofError::io("open", worktree.path()))?;
        if !real.starts_with(&root) {
            return Err(ProofError::BadCommand(format!("`{destination}` leads out of the checkout")));
        }
        let _ = std::fs::remove_file(&to);
        std::fs::copy(source, &to).map_err(ProofError::io("copy the reproduction to", &to))?;
    }
    Ok(())
}

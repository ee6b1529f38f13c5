//! What is to be proven, where, and with how much of everything.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regreen_case::{PerformanceGoal, Redactor, Signature, TestCommand, TestTarget};
use regreen_supervise::{Cancel, Deadline};
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
    /// How often it fails; `None` for one that fails every time.
    pub rate: Option<f64>,
    /// Clean runs the user asks for; never fewer than the failure needs.
    pub runs: Option<u32>,
    /// A number to reach, when the work is about speed: below it the test counts as red.
    pub goal: Option<&'a PerformanceGoal>,
    /// Runs side by side, each in a checkout of its own.
    pub workers: usize,
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
        }
    }

    /// Name of an output as documents name it, relative to the case.
    pub(crate) fn log_name(&self, name: &str) -> String {
        let folder =
            self.logs.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        format!("{folder}/{name}")
    }
}

/// Fresh checkouts of the base: one side stays as it is, the other takes the patch. Dropping them
/// removes them.
#[derive(Debug)]
pub struct Checkouts {
    before: Vec<Worktree>,
    after: Vec<Worktree>,
    restored: Vec<String>,
}

impl Checkouts {
    /// Checks out, applies the patch on one side, restores what judges.
    ///
    /// # Errors
    /// When the base is unknown or the patch does not apply to it.
    pub fn prepare(request: &ProofRequest<'_>) -> Result<Self, ProofError> {
        let mut checkouts = Checkouts {
            before: Vec::new(),
            after: Vec::new(),
            restored: restorable(request.patch, request.protected, request.targets),
        };
        for _ in 0..request.workers.max(1) {
            let before = request.repository.worktree(request.base, request.scratch)?;
            overlay(&before, request.overlays)?;
            checkouts.before.push(before);
            checkouts.after.push(request.repository.worktree(request.base, request.scratch)?);
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

    /// Brings the patched side into its state, from whatever it is in.
    pub(crate) fn put_on(&self, request: &ProofRequest<'_>) -> Result<(), ProofError> {
        for worktree in &self.after {
            worktree.reset()?;
            worktree.apply(request.patch)?;
            worktree.restore(&self.restored)?;
            // Last: a patch must not bring its own version of the reproduction test.
            overlay(worktree, request.overlays)?;
        }
        Ok(())
    }

    /// Takes the patch back. What runs left behind and git ignores stays: if that is what made the
    /// test pass, it shows now.
    pub(crate) fn take_back(&self, request: &ProofRequest<'_>) -> Result<(), ProofError> {
        for worktree in &self.after {
            worktree.reset()?;
            overlay(worktree, request.overlays)?;
        }
        Ok(())
    }
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

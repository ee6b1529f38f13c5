//! How often the failure was seen before: earlier failed runs of the same workflow and branch are
//! read like the run itself, and their failures compared with this one.
//!
//! Promises: the number of runs, of logs and of bytes is bounded; nothing that goes wrong here costs
//! the answer about the run itself, it becomes a note; what a run was found to be is remembered in
//! the case.

use regreen_case::{CaseDir, Grade, Redactor, RepeatedRun, Repeats, Signature};
use regreen_github::{Repo, Run};
use regreen_runner::Heartbeat;

use crate::FetchError;
use crate::connection::Connection;
use crate::earlier_run::{EarlierRun, Verdict};
use crate::log_folder::Stop;

/// Most runs that may be asked for.
pub(crate) const MAX_RUNS: usize = 50;
/// Most bytes of logs that are fetched for all of them.
const MAX_BYTES: u64 = 512 << 20;

/// What a look at earlier runs needs.
pub(crate) struct Search<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) case: &'a CaseDir,
    pub(crate) redactor: &'a Redactor,
    pub(crate) stop: &'a Stop,
    pub(crate) heartbeat: &'a Heartbeat,
    /// The run that failed.
    pub(crate) run: &'a Run,
    /// Names of its failed jobs: theirs are the first logs that are looked at.
    pub(crate) jobs: &'a [String],
    /// Whether only a report names the failure, so that earlier reports have to be read too.
    pub(crate) reports: bool,
}

impl Search<'_> {
    /// Looks at up to `limit` earlier failed runs.
    ///
    /// # Errors
    /// [`FetchError::Cancelled`]; everything else becomes a note.
    pub(crate) fn count(&self, signature: Option<&Signature>, limit: usize) -> Result<Repeats, FetchError> {
        let repo = self.connection.repo();
        let mut found = Repeats::default();
        if let Err(error) = self.look(&repo, signature, limit, &mut found) {
            if matches!(error, FetchError::Cancelled(_)) {
                return Err(error);
            }
            found.notes.push(format!("earlier runs: {error}"));
        }
        Ok(found)
    }

    fn look(
        &self,
        repo: &Repo<'_>,
        signature: Option<&Signature>,
        limit: usize,
        found: &mut Repeats,
    ) -> Result<(), FetchError> {
        let limit = limit.min(MAX_RUNS);
        if self.run.workflow_id.is_none() || self.run.head_branch.is_none() {
            found.notes.push("the run does not tell its workflow and branch".to_owned());
        }
        if signature.is_some() {
            found.count = 1;
            found.first_seen = self.run.created_at;
        } else {
            found.notes.push("the failure has no signature that could be compared".to_owned());
        }
        self.heartbeat.say("looking for the last green run");
        let green =
            repo.earlier_runs(self.run, "success", 1).map_err(|error| self.connection.failed(error))?;
        found.last_green_sha = green.into_iter().next().and_then(|run| run.head_sha);
        let Some(signature) = signature else { return Ok(()) };
        let earlier =
            repo.earlier_runs(self.run, "failure", limit).map_err(|error| self.connection.failed(error))?;
        let mut bytes_left = MAX_BYTES;
        for (at, run) in earlier.iter().enumerate() {
            if bytes_left == 0 {
                let skipped = earlier.len() - at;
                found.notes.push(format!("{skipped} earlier runs were left out: their logs are too large"));
                break;
            }
            self.heartbeat.say(format!("comparing with run {} ({} of {})", run.id, at + 1, earlier.len()));
            self.stop.check("comparing with earlier runs")?;
            self.compare(repo, run, signature, &mut bytes_left, found)?;
        }
        Ok(())
    }

    fn compare(
        &self,
        repo: &Repo<'_>,
        run: &Run,
        signature: &Signature,
        bytes_left: &mut u64,
        found: &mut Repeats,
    ) -> Result<(), FetchError> {
        let earlier = EarlierRun { search: self, repo, run };
        match earlier.verdict(signature, bytes_left)? {
            Verdict::Same => {
                found.count += 1;
                found.first_seen = run.created_at.or(found.first_seen);
                found.runs.push(RepeatedRun {
                    run_id: run.id,
                    created_at: run.created_at,
                    head_sha: run.head_sha.clone(),
                    url: run.html_url.clone(),
                });
            }
            Verdict::Other => {}
            Verdict::Unknown(reason) => found.notes.push(format!("run {} is not compared: {reason}", run.id)),
        }
        found.looked_at += 1;
        Ok(())
    }
}

/// Whether one of the failures of an earlier log is this one.
pub(crate) fn is_same<'a>(mut seen: impl Iterator<Item = &'a Signature>, wanted: &Signature) -> bool {
    seen.any(|one| one.compare(wanted) == Grade::Same)
}

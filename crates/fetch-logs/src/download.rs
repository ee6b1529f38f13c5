//! From a run's URL to the logs of its failed jobs.
//!
//! The exact route is the log endpoint of each job. With many failed jobs the run's zip is tried
//! first, one request instead of many; its names are only a guess, so whatever it does not hold under
//! exactly one fitting name comes by the exact route.

use std::fs::File;
use std::io::Seek;

use regreen_case::{FailedJob, RunFacts, RunReference};
use regreen_github::{GitHubError, Job, JobFilter, Repo, Run};
use regreen_runner::Heartbeat;

use crate::FetchError;
use crate::archive::{Archive, whole_job};
use crate::connection::Connection;
use crate::log_folder::{LogFolder, MAX_LOG};
use crate::reading::Part;
use crate::step_range::StepTimes;

/// Most jobs whose logs are fetched; a matrix that fails, fails alike.
const MAX_JOBS: usize = 25;
/// From so many failed jobs on the zip is worth a try.
const ZIP_FROM: usize = 4;
/// Largest zip that is fetched.
const MAX_ZIP: u64 = 512 << 20;
/// How often a broken log download begins anew.
const TRIES: usize = 3;

/// What the run told.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// As the API tells it.
    pub(crate) run: Run,
    pub(crate) facts: RunFacts,
    pub(crate) jobs: Vec<FailedJob>,
    pub(crate) parts: Vec<Part>,
    pub(crate) warnings: Vec<String>,
}

/// Fetches the logs of a run, an attempt or a job.
pub(crate) fn fetch(
    reference: &RunReference,
    connection: &Connection,
    folder: &mut LogFolder<'_>,
    heartbeat: &Heartbeat,
) -> Result<Fetched, FetchError> {
    Fetcher { connection, heartbeat }.fetch(&connection.repo(), reference, folder)
}

struct Fetcher<'a> {
    connection: &'a Connection,
    heartbeat: &'a Heartbeat,
}

impl Fetcher<'_> {
    fn fetch(
        &self,
        repo: &Repo<'_>,
        reference: &RunReference,
        folder: &mut LogFolder<'_>,
    ) -> Result<Fetched, FetchError> {
        self.heartbeat.say(format!("asking {} about its run", repo.slug()));
        let (run, failed) = self.failed_jobs(repo, reference)?;
        let facts = facts(repo, &run, reference);
        let mut warnings = Vec::new();
        if !run.is_completed() && reference.job_id.is_none() {
            warnings.push(format!(
                "run {} is still in progress: only the jobs that failed so far are read",
                run.id
            ));
        }
        if failed.len() > MAX_JOBS {
            warnings.push(format!("{} jobs failed; the logs of the first {MAX_JOBS} are read", failed.len()));
        }
        let failed = &failed[..failed.len().min(MAX_JOBS)];
        let mut zip = if failed.len() >= ZIP_FROM && run.is_completed() {
            self.zip(repo, &run, reference)?
        } else {
            None
        };
        let (mut jobs, mut parts) = (Vec::new(), Vec::new());
        let mut missing = None;
        for job in failed {
            self.heartbeat.say(format!("fetching the log of job {}", job.name));
            let from_zip = zip.as_mut().and_then(|zip| from_zip(zip, job, folder));
            let log = match from_zip {
                Some(path) => Some(path),
                None => match self.fetch_log(repo, job, folder) {
                    Ok(path) => Some(path),
                    Err(error @ FetchError::NoLogs(_)) => {
                        warnings.push(error.to_string());
                        missing = Some(error);
                        None
                    }
                    Err(error) => return Err(error),
                },
            };
            parts.extend(log.clone().map(|path| Part { path, step: times(job) }));
            jobs.push(failed_job(job, log));
        }
        match (parts.is_empty(), missing) {
            (true, Some(error)) => Err(error),
            _ => Ok(Fetched { run, facts, jobs, parts, warnings }),
        }
    }

    /// The run and its failed jobs, or why there are none to read.
    fn failed_jobs(&self, repo: &Repo<'_>, reference: &RunReference) -> Result<(Run, Vec<Job>), FetchError> {
        if let Some(id) = reference.job_id {
            let job = repo.job(id).map_err(|error| self.failed(error))?;
            let run = if reference.run_id == 0 { job.run_id } else { reference.run_id };
            let run = repo.run(run).map_err(|error| self.failed(error))?;
            if !job.is_completed() {
                return Err(FetchError::NoLogs(format!("job `{}` is still in progress", job.name)));
            }
            if !job.has_failed() {
                let conclusion = job.conclusion.as_deref().unwrap_or("unknown");
                return Err(FetchError::NoLogs(format!(
                    "job `{}` did not fail: it ended with {conclusion}",
                    job.name
                )));
            }
            return Ok((run, vec![job]));
        }
        let id = reference.run_id;
        let run = match reference.attempt {
            Some(attempt) => repo.run_attempt(id, attempt),
            None => repo.run(id),
        };
        let run = run.map_err(|error| self.failed(error))?;
        let filter = reference.attempt.map_or(JobFilter::Latest, JobFilter::Attempt);
        if run.conclusion.as_deref() == Some("startup_failure") {
            return Err(startup_failure(id));
        }
        let jobs = repo.jobs(id, filter).map_err(|error| self.failed(error))?;
        if !run.is_completed() {
            // What has failed stays failed, whatever the other jobs come to.
            let failed: Vec<Job> =
                jobs.into_iter().filter(|job| job.is_completed() && job.has_failed()).collect();
            return if failed.is_empty() { Err(still_running(&run)) } else { Ok((run, failed)) };
        }
        if jobs.is_empty() && run.conclusion.as_deref() == Some("failure") {
            return Err(startup_failure(id));
        }
        let failed: Vec<Job> = jobs.iter().filter(|job| job.has_failed()).cloned().collect();
        if failed.is_empty() {
            // A job that exceeds its time is `cancelled`, its run is not.
            let timed_out = matches!(run.conclusion.as_deref(), Some("failure" | "timed_out"));
            let cut_off: Vec<Job> = jobs
                .into_iter()
                .filter(|job| timed_out && job.conclusion.as_deref() == Some("cancelled"))
                .collect();
            if cut_off.is_empty() {
                let conclusion = run.conclusion.as_deref().unwrap_or("unknown");
                return Err(FetchError::NoLogs(format!(
                    "no job of run {id} failed: it ended with {conclusion}"
                )));
            }
            return Ok((run, cut_off));
        }
        Ok((run, failed))
    }

    /// The run's zip in a nameless temporary file, or nothing when it cannot be had.
    fn zip(
        &self,
        repo: &Repo<'_>,
        run: &Run,
        reference: &RunReference,
    ) -> Result<Option<Archive<File>>, FetchError> {
        self.heartbeat.say("fetching the logs of the run as one zip");
        let Ok(mut file) = tempfile::tempfile() else { return Ok(None) };
        match repo.run_logs_zip(run.id, reference.attempt, &mut file, MAX_ZIP) {
            Ok(()) => {}
            // What the exact route cannot do better either.
            Err(
                error @ (GitHubError::Cancelled
                | GitHubError::DeadlineReached { .. }
                | GitHubError::RateLimited { .. }
                | GitHubError::Gone(_)
                | GitHubError::Forbidden(_)
                | GitHubError::Unauthorized(_)),
            ) => return Err(self.failed(error)),
            Err(_) => return Ok(None),
        }
        Ok(file.rewind().ok().and_then(|()| Archive::open(file).ok()))
    }

    fn fetch_log(
        &self,
        repo: &Repo<'_>,
        job: &Job,
        folder: &mut LogFolder<'_>,
    ) -> Result<String, FetchError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let stored = folder.store(&format!("job-{}", job.id), &format!("job {}", job.id), |to| {
                let download = repo.job_log(job.id, to, MAX_LOG).map_err(|error| self.failed(error))?;
                Ok(!download.cut)
            });
            match stored {
                // The connection broke within the log: begin anew, what was stored is gone.
                Err(FetchError::GitHub { source: GitHubError::Network { .. }, .. }) if tries < TRIES => {}
                done => return done,
            }
        }
    }

    fn failed(&self, error: GitHubError) -> FetchError {
        self.connection.failed(error)
    }
}

fn startup_failure(run: u64) -> FetchError {
    FetchError::NoLogs(format!(
        "run {run} started no job (startup failure): its workflow file is invalid or refers to something that does not exist"
    ))
}

fn still_running(run: &Run) -> FetchError {
    let state = run.status.as_deref().unwrap_or("unknown");
    FetchError::NoLogs(format!("run {} is still in progress (status {state}), no job has failed yet", run.id))
}

/// The log of the one whole-job file that fits the job's name.
fn from_zip(zip: &mut Archive<File>, job: &Job, folder: &mut LogFolder<'_>) -> Option<String> {
    let wanted = plain(&job.name);
    // A long name is cut by the server: what is left does not tell jobs apart.
    if wanted.is_empty() || wanted.chars().count() > 80 {
        return None;
    }
    let names = zip.names();
    let mut fitting = names.iter().filter(|name| whole_job(name).is_some_and(|found| plain(found) == wanted));
    let name = fitting.next()?;
    if fitting.next().is_some() {
        return None;
    }
    let source = format!("job {} from the run's zip", job.id);
    let stored = folder.store(&format!("job-{}", job.id), &source, |to| {
        zip.copy(name, to).map_err(|error| FetchError::NoLogs(error.to_string()))?;
        Ok(true)
    });
    stored.ok()
}

/// A name without what the server may strip from it.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// When the failed step ran.
pub(crate) fn times(job: &Job) -> Option<StepTimes> {
    let step = job.failed_step()?;
    Some(StepTimes { start: step.started_at?, end: step.completed_at? })
        .filter(|times| times.start <= times.end)
}

fn failed_job(job: &Job, log: Option<String>) -> FailedJob {
    FailedJob {
        id: Some(job.id),
        name: job.name.clone(),
        conclusion: job.conclusion.clone().unwrap_or_default(),
        failed_step: job.failed_step().map(|step| step.name.clone()),
        runner_labels: job.labels.clone(),
        log,
    }
}

fn facts(repo: &Repo<'_>, run: &Run, reference: &RunReference) -> RunFacts {
    let page = format!("{}/{}/actions/runs/{}", reference.server, repo.slug(), run.id);
    RunFacts {
        repository: repo.slug(),
        run_id: run.id,
        attempt: reference.attempt.or(run.run_attempt).unwrap_or(1),
        url: run.html_url.clone().unwrap_or(page),
        workflow: run.name.clone(),
        workflow_path: run.path.as_deref().map(|path| path.split('@').next().unwrap_or(path).to_owned()),
        event: run.event.clone(),
        head_sha: run.head_sha.clone(),
        head_branch: run.head_branch.clone(),
    }
}

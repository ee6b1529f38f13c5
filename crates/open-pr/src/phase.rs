//! The phase: case in, `pull-request.json` out, whatever happens in between.

use std::sync::Arc;

use regreen_case::{CaseDir, PullRequest, PullRequestStatus, Redactor, Timing};
use regreen_github::{Access, GitHub, Watch};
use regreen_runner::Heartbeat;
use regreen_supervise::Cancel;
use regreen_workspace::Repository;

use crate::error::OpenPrError;
use crate::evidence::Evidence;
use crate::forge::{Forge, GitHubForge, LocalForge};
use crate::options::{ForgeKind, Options};
use crate::publish::{Checked, Publication, check, failed};

/// The document that was left, and the error that ended the phase, if one did.
#[derive(Debug)]
pub struct Finished {
    /// What is in `pull-request.json` now.
    pub document: PullRequest,
    /// Absolute path of the case.
    pub case: std::path::PathBuf,
    /// Why it ended early.
    pub error: Option<OpenPrError>,
}

/// Runs the phase.
///
/// # Errors
/// Only when the case cannot be opened or the document cannot be written; all else is in the result.
pub fn run(options: &Options, cancel: &Cancel) -> Result<Finished, OpenPrError> {
    let case = CaseDir::open(&options.case)?;
    let done = |document, error| Finished { document, case: case.root().to_owned(), error };
    if options.resume
        && let Ok(Some(document)) = case.read_optional::<PullRequest>()
        // What was skipped costs nothing to look at again, and may have been skipped for a lost network.
        && document.status != PullRequestStatus::Skipped
    {
        return Ok(done(document, None));
    }
    let timing = Timing::start();
    let redactor = Redactor::new(options.redact.iter().chain(&tokens()));
    let (document, error) = match open(options, &case, &redactor, cancel, timing) {
        Ok(document) => (document, None),
        Err(error) => (failed(&error, timing), Some(error)),
    };
    case.write(&document, &redactor)?;
    Ok(done(document, error))
}

fn open(
    options: &Options,
    case: &CaseDir,
    redactor: &Redactor,
    cancel: &Cancel,
    timing: Timing,
) -> Result<PullRequest, OpenPrError> {
    let evidence = Evidence::read(case)?;
    let heartbeat = Arc::new(Heartbeat::start("open-pr"));
    let publication = Publication {
        options,
        case,
        evidence: &evidence,
        redactor,
        say: &|text| heartbeat.say(redactor.clean(text)),
        cancelled: &|| cancel.is_cancelled(),
    };
    let (candidate, proven) = match check(&publication, timing)? {
        Checked::Go { candidate, proven } => (candidate, proven),
        Checked::Stop(document) => return Ok(PullRequest { timing: timing.finish(), ..*document }),
    };
    let go = |forge: &dyn Forge| publication.publish(forge, &candidate, proven, timing);
    match options.forge {
        ForgeKind::Local => go(&LocalForge::new(Repository::discover(&options.repo)?, options.base.clone())),
        ForgeKind::Github => {
            let access = Access::from_environment(&|name| std::env::var(name).ok())?;
            let (owner, name) = repository(options, &evidence, std::env::var("GITHUB_REPOSITORY").ok())?;
            let (flag, beat) = (cancel.clone(), Arc::clone(&heartbeat));
            let watch = Watch::within(options.time_limit)
                .cancelled_by(move || flag.is_cancelled())
                .telling(move |line| beat.say(line));
            let github = GitHub::new(&access, watch)?;
            let forge = GitHubForge::new(github.repo(&owner, &name), &access.server.server_url, || {
                cancel.is_cancelled()
            })
            .into_base(options.base.as_deref(), seen_on(&evidence))
            .waiting_for_ci(options.ci_wait);
            go(&forge)
        }
    }
}

/// Owner and name. What the job belongs to counts more than what the case says: a case may come from
/// a job that ran untrusted code.
fn repository(
    options: &Options,
    evidence: &Evidence,
    job: Option<String>,
) -> Result<(String, String), OpenPrError> {
    let failure = evidence.failure.as_ref().and_then(|failure| failure.run.as_ref());
    let failure = failure.map(|run| run.repository.clone());
    let job = job.filter(|name| !name.is_empty());
    let named = match (options.repository.clone(), job, failure) {
        (Some(given), ..) => given,
        (None, Some(job), Some(failure)) if !job.eq_ignore_ascii_case(&failure) => {
            return Err(OpenPrError::TwoRepositories { failure, job });
        }
        (None, Some(job), _) => job,
        (None, None, Some(failure)) => failure,
        (None, None, None) => return Err(OpenPrError::NoRepository),
    };
    let part = |text: &str| {
        !text.is_empty()
            && !matches!(text, "." | "..")
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    match named.split_once('/') {
        Some((owner, name)) if part(owner) && part(name) => Ok((owner.to_owned(), name.to_owned())),
        _ => Err(OpenPrError::BadRepository(named.chars().take(200).collect())),
    }
}

/// The branch that the failed run tested, unless it tested a pull request: that has a branch of its
/// own, perhaps in a fork.
fn seen_on(evidence: &Evidence) -> Option<&str> {
    let run = evidence.failure.as_ref()?.run.as_ref()?;
    let own = !run.event.as_deref().unwrap_or_default().starts_with("pull_request");
    run.head_branch.as_deref().filter(|_| own)
}

/// Tokens that this very process holds.
fn tokens() -> Vec<String> {
    ["GITHUB_TOKEN", "GH_TOKEN"].into_iter().filter_map(|name| std::env::var(name).ok()).collect()
}

#[cfg(test)]
mod tests;

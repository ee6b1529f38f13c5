//! From evidence to pull request: the one code path for every forge.

use std::fs;

use regreen_case::{CaseDir, Ending, Layout, PullRequest, PullRequestStatus, Redactor, Timing};
use regreen_workspace::{BaseFiles, ChangedFiles, Patch, PatchPolicy, Repository, apply_in_memory};

use crate::body::Body;
use crate::candidate::{Candidate, candidate};
use crate::commit_message::message;
use crate::error::OpenPrError;
use crate::evidence::Evidence;
use crate::forge::{BranchRequest, Forge, Proposal, Proposed, Tip};
use crate::gate::{Gate, gate};
use crate::identity::Identity;
use crate::options::{DraftPolicy, ForgeKind, Options};
use crate::people::people;
use crate::workflows::{Change, recommended};

/// Text of a reproduction's test shown in the pull request.
const MAX_TEST_BYTES: u64 = 16 * 1024;

/// What a publication works with.
pub(crate) struct Publication<'a> {
    pub(crate) options: &'a Options,
    pub(crate) case: &'a CaseDir,
    pub(crate) evidence: &'a Evidence,
    pub(crate) redactor: &'a Redactor,
    pub(crate) say: &'a dyn Fn(&str),
    pub(crate) cancelled: &'a dyn Fn() -> bool,
}

/// An empty document with a status and a reason.
pub(crate) fn document(status: PullRequestStatus, reason: Option<String>, timing: Timing) -> PullRequest {
    PullRequest {
        status,
        reason,
        ending: None,
        url: None,
        number: None,
        branch: None,
        base_branch: None,
        commit: None,
        signed: None,
        draft: false,
        ci: None,
        fingerprint: None,
        title: None,
        body: None,
        people: Vec::new(),
        workflows: Vec::new(),
        warnings: Vec::new(),
        timing,
    }
}

/// A patch that may be published, or the document that says why not.
pub(crate) enum Checked {
    Go { candidate: Candidate, proven: bool },
    Stop(Box<PullRequest>),
}

/// Decides without any forge whether there is something to publish.
pub(crate) fn check(publication: &Publication<'_>, timing: Timing) -> Result<Checked, OpenPrError> {
    let stop = |status, reason| Ok(Checked::Stop(Box::new(document(status, Some(reason), timing))));
    let proven = match gate(publication.evidence, publication.options.publish) {
        Gate::Open { proven } => proven,
        Gate::Skip(reason) => return stop(PullRequestStatus::Skipped, reason),
    };
    let policy = policy(publication.options);
    match candidate(publication.case, publication.evidence, &policy, publication.redactor)? {
        Ok(candidate) => Ok(Checked::Go { candidate, proven }),
        Err(problems) => stop(PullRequestStatus::Refused, problems.join("; ")),
    }
}

fn policy(options: &Options) -> PatchPolicy {
    let mut policy = PatchPolicy::default();
    policy.protected.extend(options.protect.iter().cloned());
    policy.allow.extend(options.allow.iter().cloned());
    policy.max_files = options.max_files.unwrap_or(policy.max_files);
    policy
}

/// What is going to be published, before anything is sent.
struct Plan<'a> {
    candidate: &'a Candidate,
    proven: bool,
    tip: Tip,
    identity: Identity,
    changed: ChangedFiles,
    tests: Vec<(String, String)>,
}

impl Publication<'_> {
    /// Publishes a checked patch.
    pub(crate) fn publish(
        &self,
        forge: &dyn Forge,
        candidate: &Candidate,
        proven: bool,
        timing: Timing,
    ) -> Result<PullRequest, OpenPrError> {
        (self.say)("looking at the newest base");
        let tip = forge.tip()?;
        let mut identity = Identity::of(self.evidence, proven);
        identity.title = self.redactor.clean(&crate::markdown::quiet(&identity.title));
        let changed = apply(forge, &tip, &candidate.patch)?;
        let plan = Plan { candidate, proven, tip, identity, changed, tests: self.tests() };
        self.go_on()?;
        let mut found = document(PullRequestStatus::DryRun, None, timing);
        found.fingerprint = Some(plan.identity.fingerprint.clone());
        found.branch = Some(plan.identity.branch.clone());
        found.base_branch.clone_from(&plan.tip.branch);
        found.title = Some(plan.identity.title.clone());
        self.look_around(forge, &plan.tip, candidate, &mut found);
        let text = self.render(&plan, &found);
        self.write_text(&text, &mut found)?;
        if self.options.dry_run {
            found.reason = Some("dry run: nothing was sent".to_owned());
            found.draft = true;
            return Ok(finished(found));
        }
        self.go_on()?;
        self.send(forge, &plan, &text, &mut found)?;
        Ok(finished(found))
    }

    /// Writes the branch, proposes it, and adds to the text whether CI started.
    fn send(
        &self,
        forge: &dyn Forge,
        plan: &Plan<'_>,
        text: &str,
        found: &mut PullRequest,
    ) -> Result<(), OpenPrError> {
        let Plan { candidate, identity, tip, .. } = plan;
        (self.say)(&format!("writing the branch {}", identity.branch));
        let message = self.redactor.clean(&message(self.evidence, identity, &candidate.sha256));
        let written = forge.write_branch(&BranchRequest {
            name: &identity.branch,
            base: &tip.commit,
            patch: &candidate.patch,
            changed: &plan.changed,
            message: &message,
            fingerprint: &identity.fingerprint,
        })?;
        found.commit = Some(written.commit.clone());
        found.signed = written.signed;
        (self.say)("opening the pull request");
        let proposed = forge.propose(&Proposal {
            title: &identity.title,
            body: text,
            branch: &identity.branch,
            base: tip.branch.as_deref().unwrap_or_default(),
            draft_only: !plan.proven || self.options.draft == DraftPolicy::Require,
        })?;
        self.settle(forge, &written.commit, proposed, found);
        let with_ci = self.render(plan, found);
        if with_ci == text {
            return Ok(());
        }
        self.write_text(&with_ci, found)?;
        if let Some(number) = found.number
            && let Err(error) = forge.rewrite(number, &with_ci)
        {
            found.warnings.push(format!("the text does not say whether CI started: {error}"));
        }
        Ok(())
    }

    fn render(&self, plan: &Plan<'_>, found: &PullRequest) -> String {
        let body = Body {
            evidence: self.evidence,
            identity: &plan.identity,
            candidate: plan.candidate,
            tip: &plan.tip,
            proven: plan.proven,
            people: &found.people,
            workflows: &found.workflows,
            tests: &plan.tests,
            local: self.options.forge == ForgeKind::Local,
            ci: found.ci,
        };
        self.redactor.clean(&body.render())
    }

    fn go_on(&self) -> Result<(), OpenPrError> {
        if (self.cancelled)() { Err(OpenPrError::Cancelled) } else { Ok(()) }
    }

    /// People and workflows. They are a help: what cannot be found out is a warning.
    fn look_around(&self, forge: &dyn Forge, tip: &Tip, candidate: &Candidate, found: &mut PullRequest) {
        let base = tip.branch.clone().unwrap_or_default();
        let failed = self.evidence.failure.as_ref().and_then(|failure| failure.run.as_ref());
        let failed = failed.and_then(|run| run.workflow_path.as_deref());
        let change = Change {
            paths: candidate.patch.files().iter().map(|file| file.path()).collect(),
            base: &base,
            branch: found.branch.as_deref().unwrap_or_default(),
            failed: failed.map(|path| path.split('@').next().unwrap_or(path)),
        };
        match recommended(forge, &tip.commit, &change) {
            Ok(workflows) => found.workflows = workflows,
            Err(error) => found.warnings.push(format!("workflows could not be read: {error}")),
        }
        let local = Repository::discover(&self.options.repo).ok();
        let local =
            local.as_ref().zip(self.evidence.proven_on()).filter(|(repo, commit)| repo.has_commit(commit));
        let culprit = self.evidence.fix.as_ref().and_then(|fix| fix.culprit.as_ref());
        match people(forge, &tip.commit, local, &candidate.patch, culprit) {
            Ok(people) => found.people = people,
            Err(error) => found.warnings.push(format!("CODEOWNERS could not be read: {error}")),
        }
        if self.evidence.proven_on().is_some_and(|proven| proven != tip.commit) {
            found.warnings.push(format!(
                "the base has moved on to {}: the patch still applies, but was not proven there",
                tip.commit
            ));
        }
        if !candidate.left_out.is_empty() {
            found.warnings.push(format!("left out of the pull request: {}", candidate.left_out.join(", ")));
        }
    }

    /// Takes over what the forge made, sets labels, asks for reviews, looks for CI.
    fn settle(&self, forge: &dyn Forge, commit: &str, proposed: Proposed, found: &mut PullRequest) {
        found.status = proposed.status;
        found.number = proposed.number;
        found.url = proposed.url;
        found.draft = proposed.draft;
        found.reason = proposed.reason;
        found.warnings.extend(proposed.warnings);
        let Some(number) = found.number else { return };
        // Who was asked once is not asked again on every update.
        let reviewers: &[String] =
            if found.status == PullRequestStatus::Opened { &self.options.reviewers } else { &[] };
        found.warnings.extend(forge.decorate(number, &self.options.labels, reviewers));
        (self.say)("looking whether CI starts");
        found.ci = forge.ci(commit);
    }

    /// The reproduction's own tests, which are not part of the pull request.
    fn tests(&self) -> Vec<(String, String)> {
        let overlays = self.evidence.reproduction.iter().flat_map(|found| &found.overlays);
        overlays
            .filter_map(|overlay| {
                let path = self.case.resolve(&overlay.source).ok()?;
                fs::metadata(&path).ok().filter(|found| found.is_file() && found.len() <= MAX_TEST_BYTES)?;
                Some((overlay.destination.clone(), fs::read_to_string(&path).ok()?))
            })
            .take(3)
            .collect()
    }

    fn write_text(&self, text: &str, found: &mut PullRequest) -> Result<(), OpenPrError> {
        self.case.write_text(Layout::PULL_REQUEST_BODY, text, self.redactor)?;
        found.body = Some(Layout::PULL_REQUEST_BODY.to_owned());
        Ok(())
    }
}

fn finished(found: PullRequest) -> PullRequest {
    PullRequest { timing: found.timing.finish(), ..found }
}

/// Applies the patch to the newest base, in memory.
fn apply(forge: &dyn Forge, tip: &Tip, patch: &Patch) -> Result<ChangedFiles, OpenPrError> {
    let mut base = BaseFiles::new();
    for path in patch.files().iter().flat_map(|file| file.paths()) {
        if let Some(found) = forge.file(&tip.commit, path)? {
            base.insert(path.to_owned(), found);
        }
    }
    apply_in_memory(&base, patch)
        .map_err(|source| OpenPrError::NoLongerApplies { base: tip.commit.clone(), source })
}

/// The document for an error that ended the phase.
pub(crate) fn failed(error: &OpenPrError, timing: Timing) -> PullRequest {
    let refused = error.is_refusal();
    let status = if refused { PullRequestStatus::Refused } else { PullRequestStatus::Skipped };
    let hint = error.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
    let mut found = document(status, Some(format!("{error}{hint}")), timing.finish());
    found.ending = error.ending().filter(|ending| *ending != Ending::Fixed);
    found
}

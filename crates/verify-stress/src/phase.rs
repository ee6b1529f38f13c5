//! The phase from its options to its document.

use std::collections::BTreeMap;
use std::time::Duration;

use regreen_case::{
    CaseDir, CaseError, Ending, Finding, Fix, Layout, Minimisation, Neighbours, PerformanceGoal,
    PerformanceResult, Timing, Verification, VerificationStatus,
};
use regreen_proof::{
    Checkouts, Proof, ProofRequest, ProofVerdict, check_metric, inspect, measure, minimise, neighbours,
    own_word, protected_files, prove,
};
use regreen_runner::PublicError;
use regreen_supervise::{Cancel, Deadline};
use regreen_workspace::Repository;

use crate::document::{self, Performance};
use crate::inputs::{Claim, Inputs};
use crate::{Config, VerifyError, merge, smaller};

/// Of the time, this share is for red, green, red; the rest is for neighbours and numbers.
const PROOF_SHARE: f64 = 0.75;
/// Time held back for writing the document.
const RESERVE: Duration = Duration::from_secs(3);

/// Proves the patch of a case. `progress` is told what is being done, a line at a time.
///
/// # Errors
/// When the phase could not do its work; `verification.json` then says why, if the case can be
/// written at all. A patch that is not proven, or being cancelled, is no error.
pub fn run(
    config: &Config,
    cancel: &Cancel,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<Verification, VerifyError> {
    let case = CaseDir::open(&config.case)?;
    if config.resume
        && let Some(done) = finished(&case)
    {
        progress("the case has an answer already");
        return Ok(done);
    }
    let timing = Timing::start();
    clear(&case)?;
    case.write(&document::unfinished(config.shard, timing), &config.redactor)?;
    let (document, error) = match (Phase { config, cancel, case: &case, timing }).work(progress) {
        Ok(document) => (document, None),
        Err(_) if cancel.is_cancelled() => (cancelled(timing), None),
        Err(error) => {
            let ending = if error.exit_code() == 2 { Ending::BadInput } else { Ending::InternalError };
            let why = error.to_string();
            let status = VerificationStatus::Unproven;
            (document::without_evidence(status, Some(ending), why, timing), Some(error))
        }
    };
    // Whoever merges the parts has to tell which one came to nothing.
    let document = Verification { shard: document.shard.or(config.shard), ..document };
    case.write(&document, &config.redactor)?;
    error.map_or(Ok(document), Err)
}

fn cancelled(timing: Timing) -> Verification {
    let reason = "the run was cancelled";
    document::without_evidence(VerificationStatus::Unproven, Some(Ending::Cancelled), reason, timing)
}

/// An answer that is worth keeping: of this very patch, and one that a second run would not change.
fn finished(case: &CaseDir) -> Option<Verification> {
    let done: Verification = case.read().ok()?;
    let provisional =
        matches!(done.ending, Some(Ending::InternalError | Ending::Cancelled | Ending::BadInput));
    let fix: Fix = case.read().ok()?;
    let same = done.patch_sha256.is_some() && done.patch_sha256 == fix.patch_sha256;
    (!provisional && same && done.status != VerificationStatus::Skipped).then_some(done)
}

/// Removes what an earlier run of this phase left.
fn clear(case: &CaseDir) -> Result<(), VerifyError> {
    let logs = case.path(Layout::VERIFICATION);
    match std::fs::remove_dir_all(&logs) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(CaseError::Io { action: "remove", path: logs, source }.into())
        }
        _ => Ok(()),
    }
}

struct Phase<'a> {
    config: &'a Config,
    cancel: &'a Cancel,
    case: &'a CaseDir,
    timing: Timing,
}

/// What was found out, before it is added up.
struct Evidence {
    proof: Proof,
    neighbours: Option<Neighbours>,
    performance: Option<PerformanceResult>,
}

impl Phase<'_> {
    fn work(&self, progress: &mut (dyn FnMut(&str) + Send)) -> Result<Verification, VerifyError> {
        if !self.config.merge.is_empty() {
            return merge::merge(self.case, &self.config.merge, self.timing);
        }
        let inputs = Inputs::read(self.case)?;
        if let Some(reason) = inputs.not_our_turn() {
            return Ok(document::without_evidence(VerificationStatus::Skipped, None, reason, self.timing));
        }
        let goal = self.config.goal.as_ref().or(inputs.task.performance.as_ref());
        if let Some(metric) = goal.and_then(|goal| goal.metric.as_deref()) {
            check_metric(metric)?;
        }
        let limit = self.config.time_limit.unwrap_or(Duration::from_secs(inputs.task.limits.verify_stress_s));
        let deadline = Deadline::after(limit).minus(RESERVE.min(limit / 10));
        let claim = inputs.claim(self.case)?;
        let repository = Repository::discover(&self.config.repo)?;
        repository.sweep(self.case)?;

        let protected = self.protected(&repository, &inputs, &claim)?;
        progress("reading the patch for cheats");
        let findings = self.findings(&repository, &claim, &protected);
        if let Some(why) = document::rejection(&findings) {
            return Ok(self.rejected(findings, why, &claim));
        }

        let request = ProofRequest {
            repository: &repository,
            base: &claim.base,
            patch: &claim.patch,
            command: &claim.command,
            targets: &claim.targets,
            protected: &protected,
            overlays: &claim.overlays,
            expected: inputs.reproduction.as_ref().and_then(|found| found.signature.as_ref()),
            rate: claim.rate,
            conditions: claim.conditions.as_ref(),
            runs: self.config.runs,
            goal,
            workers: self.config.workers(&claim),
            shard: self.config.shard,
            seed: self.config.seed.unwrap_or_else(|| claim.seed()),
            scratch: &self.case.path(Layout::SCRATCH).join("verify-stress"),
            logs: &self.case.path(Layout::VERIFICATION),
            env: &BTreeMap::new(),
            deadline,
            cancel: self.cancel,
            redactor: &self.config.redactor,
            sandbox: &self.config.sandbox,
        };
        let confinement = self.config.sandbox.confinement()?;
        progress("checking the base and the patch out");
        let checkouts = Checkouts::prepare(&request)?;
        let document = self.judged(&request, &checkouts, &claim, findings, progress)?;
        let document = self.minimised(document, &request, checkouts, &claim, progress)?;
        Ok(Verification { sandbox: Some(confinement), ..document })
    }

    /// Nothing of a cheat is run: there is nothing that a run could still prove.
    fn rejected(&self, findings: Vec<Finding>, why: String, claim: &Claim) -> Verification {
        let ending = Some(Ending::RejectedAsCheating);
        let document = document::without_evidence(VerificationStatus::Rejected, ending, why, self.timing);
        Verification { findings, shard: self.config.shard, ..document::describe(document, claim) }
    }

    /// Looks whether a proven patch could be smaller, and makes it so when that is asked for.
    fn minimised(
        &self,
        document: Verification,
        request: &ProofRequest<'_>,
        checkouts: Checkouts,
        claim: &Claim,
        progress: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Verification, VerifyError> {
        if document.status != VerificationStatus::Proven {
            return Ok(document);
        }
        let Some(found) = minimise(request, &checkouts, progress)? else { return Ok(document) };
        drop(checkouts);
        let document = Verification { minimisation: Some(found.found), ..document };
        match found.patch {
            Some(patch) if self.config.minimize => {
                let smaller = Claim { patch, ..claim.clone() };
                self.exchanged(document, request, &smaller, progress)
            }
            _ => Ok(document),
        }
    }

    /// The evidence for one patch, and what it adds up to.
    fn judged(
        &self,
        request: &ProofRequest<'_>,
        checkouts: &Checkouts,
        claim: &Claim,
        findings: Vec<Finding>,
        progress: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Verification, VerifyError> {
        let evidence = self.gather(request, checkouts, progress)?;
        let document = self.add_up(evidence, request.goal, findings);
        Ok(Verification {
            seed: Some(request.seed),
            shard: request.shard,
            restored: checkouts.restored().to_vec(),
            ..document::describe(document, claim)
        })
    }

    /// Proves a smaller patch from nothing and makes it the case's; the proof of the whole one stays when
    /// the smaller one is not proven.
    fn exchanged(
        &self,
        whole: Verification,
        request: &ProofRequest<'_>,
        claim: &Claim,
        progress: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Verification, VerifyError> {
        progress("proving the smaller patch from nothing");
        let original = request.patch;
        let findings = self.findings(request.repository, claim, request.protected);
        if document::rejection(&findings).is_some() {
            return Ok(all_needed(whole));
        }
        let request = ProofRequest { patch: &claim.patch, ..request.clone() };
        let checkouts = Checkouts::prepare(&request)?;
        let smaller = self.judged(&request, &checkouts, claim, findings, progress)?;
        match smaller.status {
            VerificationStatus::Proven => {}
            VerificationStatus::NotProven | VerificationStatus::Regressions => return Ok(all_needed(whole)),
            // For want of time, or because somebody stopped it.
            _ => return Ok(whole),
        }
        smaller::store(self.case, original, &claim.patch, &self.config.redactor)?;
        let found = whole.minimisation.unwrap_or_default();
        let found = Minimisation { dropped: true, original_sha256: Some(original.sha256()), ..found };
        Ok(Verification { minimisation: Some(found), ..smaller })
    }

    /// Files that judge: those the reproduction names, and those the base itself shows.
    fn protected(
        &self,
        repository: &Repository,
        inputs: &Inputs,
        claim: &Claim,
    ) -> Result<Vec<String>, VerifyError> {
        let scratch = self.case.path(Layout::SCRATCH).join("verify-stress");
        let worktree = repository.worktree(&claim.base, &scratch)?;
        let mut all = protected_files(worktree.path(), &claim.targets);
        all.extend(inputs.reproduction.iter().flat_map(|found| found.protected.clone()));
        all.extend(claim.overlays.iter().map(|(_, destination)| destination.clone()));
        all.sort();
        all.dedup();
        Ok(all)
    }

    fn findings(&self, repository: &Repository, claim: &Claim, protected: &[String]) -> Vec<Finding> {
        // The reproduction test is not in the base, but its values are telling all the same.
        let base = |path: &str| {
            let overlaid = claim.overlays.iter().find(|(_, destination)| destination == path);
            match overlaid.and_then(|(source, _)| std::fs::read(source).ok()) {
                Some(bytes) => Some(bytes),
                None => repository.read_file(&claim.base, path).ok().flatten(),
            }
        };
        let mut findings = inspect(&claim.patch, &base, protected, &claim.targets);
        findings.extend(own_word(&claim.command));
        for finding in &mut findings {
            finding.message = self.config.redactor.clean(&finding.message);
        }
        findings
    }

    fn gather(
        &self,
        request: &ProofRequest<'_>,
        checkouts: &Checkouts,
        progress: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Evidence, VerifyError> {
        let share = request.deadline.remaining().mul_f64(PROOF_SHARE);
        let first = ProofRequest { deadline: Deadline::after(share), ..request.clone() };
        let proof = prove(&first, checkouts, progress)?;
        let worth_more = matches!(
            proof.verdict,
            ProofVerdict::Proven
                | ProofVerdict::PartProven(_)
                | ProofVerdict::Unproven(_)
                | ProofVerdict::NotRedAgain(_)
        ) && proof.green.as_ref().is_some_and(|stage| stage.passes > 0);
        let mut evidence = Evidence { proof, neighbours: None, performance: None };
        // Of several parts the first looks at what is beside the failure.
        let another_part = request.shard.is_some_and(|shard| shard.number > 1);
        if !worth_more || another_part || self.cancel.is_cancelled() {
            return Ok(evidence);
        }
        if let Some(goal) = request.goal {
            evidence.performance = measure(request, checkouts, goal, progress)?;
        }
        let command = self.config.regression_command.as_deref();
        evidence.neighbours = Some(neighbours(request, checkouts, command, progress)?);
        Ok(evidence)
    }

    fn add_up(
        &self,
        evidence: Evidence,
        goal: Option<&PerformanceGoal>,
        findings: Vec<Finding>,
    ) -> Verification {
        let Evidence { mut proof, neighbours, performance } = evidence;
        if self.cancel.is_cancelled() {
            proof.verdict = ProofVerdict::Cancelled;
        }
        let numbers = match (goal, &performance) {
            (None, _) => Performance::NotAsked,
            _ if self.config.shard.is_some_and(|shard| shard.number > 1) => Performance::NotAsked,
            (Some(_), None) => Performance::NotMeasured,
            (Some(_), Some(found)) => Performance::Measured(found),
        };
        let found = document::conclude(&proof, neighbours.as_ref(), numbers);
        Verification {
            reason: found.reason.map(|reason| self.config.redactor.clean(&reason)),
            red: proof.red,
            green: proof.green,
            red_again: proof.red_again,
            required_runs: proof.required_runs,
            runs_needed: proof.runs_needed,
            bound: proof.bound,
            neighbours,
            performance,
            findings,
            shard_complete: found.complete_part,
            ..document::without_evidence(found.status, Some(found.ending), "", self.timing)
        }
    }
}

/// What was left out turned out to be needed, though not by the test in question alone.
fn all_needed(mut whole: Verification) -> Verification {
    if let Some(found) = &mut whole.minimisation {
        found.unneeded_hunks.clear();
    }
    whole
}

//! The phase from its options to its document.

use std::collections::BTreeMap;
use std::time::Duration;

use regreen_case::{
    CaseDir, CaseError, Ending, Finding, Fix, Layout, Neighbours, PerformanceGoal, PerformanceResult, Timing,
    Verification, VerificationStatus,
};
use regreen_proof::{
    Checkouts, Proof, ProofRequest, ProofVerdict, check_metric, inspect, measure, neighbours,
    protected_files, prove,
};
use regreen_runner::PublicError;
use regreen_supervise::{Cancel, Deadline};
use regreen_workspace::Repository;

use crate::document::{self, Performance};
use crate::inputs::{Claim, Inputs};
use crate::{Config, VerifyError};

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
    case.write(&document::unfinished(timing), &config.redactor)?;
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
        repository.sweep_stale()?;

        let protected = self.protected(&repository, &inputs, &claim)?;
        progress("reading the patch for cheats");
        let findings = self.findings(&repository, &claim, &protected);
        if let Some(why) = document::rejection(&findings) {
            // Nothing of it is run: there is nothing that a run could still prove.
            let ending = Some(Ending::RejectedAsCheating);
            let rejected = VerificationStatus::Rejected;
            let document = document::without_evidence(rejected, ending, why, self.timing);
            return Ok(Verification { findings, ..describe(document, &claim) });
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
        let evidence = self.gather(&request, &checkouts, progress)?;
        let document = self.add_up(evidence, goal, findings);
        let document = Verification { seed: Some(request.seed), shard: request.shard, ..document };
        let restored = checkouts.restored().to_vec();
        Ok(Verification { restored, sandbox: Some(confinement), ..describe(document, &claim) })
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
            ProofVerdict::Proven | ProofVerdict::Unproven(_) | ProofVerdict::NotRedAgain(_)
        ) && proof.green.as_ref().is_some_and(|stage| stage.passes > 0);
        let mut evidence = Evidence { proof, neighbours: None, performance: None };
        if !worth_more || self.cancel.is_cancelled() {
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
            (Some(_), None) => Performance::NotMeasured,
            (Some(_), Some(found)) => Performance::Measured(found),
        };
        let (status, ending, reason) = document::conclude(&proof, neighbours.as_ref(), numbers);
        Verification {
            reason: reason.map(|reason| self.config.redactor.clean(&reason)),
            red: proof.red,
            green: proof.green,
            red_again: proof.red_again,
            required_runs: proof.required_runs,
            runs_needed: proof.runs_needed,
            bound: proof.bound,
            neighbours,
            performance,
            findings,
            ..document::without_evidence(status, Some(ending), "", self.timing)
        }
    }
}

/// What was judged, in every document that judged something.
fn describe(document: Verification, claim: &Claim) -> Verification {
    Verification {
        base: Some(claim.base.clone()),
        patch_sha256: Some(claim.patch.sha256()),
        tests: claim.targets.clone(),
        ..document
    }
}

//! `verification.json` for every way that the phase can end: what the evidence adds up to.

use regreen_case::{
    Ending, Finding, Neighbours, PerformanceResult, Severity, Shard, Timing, Verification, VerificationStatus,
};
use regreen_proof::{Proof, ProofVerdict};

use crate::inputs::Claim;

/// A document without evidence.
pub(crate) fn without_evidence(
    status: VerificationStatus,
    ending: Option<Ending>,
    reason: impl Into<String>,
    timing: Timing,
) -> Verification {
    Verification {
        status,
        reason: Some(reason.into()),
        ending,
        base: None,
        patch_sha256: None,
        tests: Vec::new(),
        red: None,
        green: None,
        red_again: None,
        required_runs: 0,
        runs_needed: None,
        seed: None,
        shard: None,
        shard_complete: false,
        merged: Vec::new(),
        bound: None,
        minimisation: None,
        neighbours: None,
        performance: None,
        findings: Vec::new(),
        restored: Vec::new(),
        sandbox: None,
        timing: timing.finish(),
    }
}

/// What stands in the case while the phase runs: if nobody replaces it, the phase was killed.
pub(crate) fn unfinished(shard: Option<Shard>, timing: Timing) -> Verification {
    let reason = "verify-stress did not come to its end: it was killed";
    let ending = Some(Ending::InternalError);
    Verification { shard, ..without_evidence(VerificationStatus::Unproven, ending, reason, timing) }
}

/// Numbers, as far as they were asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Performance<'a> {
    NotAsked,
    NotMeasured,
    Measured(&'a PerformanceResult),
}

/// What the evidence adds up to.
#[derive(Debug)]
pub(crate) struct Conclusion {
    pub(crate) status: VerificationStatus,
    pub(crate) ending: Ending,
    pub(crate) reason: Option<String>,
    /// A part of a proof that lacks nothing but the other parts.
    pub(crate) complete_part: bool,
}

/// The verdict of all the evidence: a regression outweighs a proof. (A cheat outweighs both, and is
/// found before anything is run.)
pub(crate) fn conclude(
    proof: &Proof,
    neighbours: Option<&Neighbours>,
    performance: Performance<'_>,
) -> Conclusion {
    let (status, ending, reason) = as_a_whole(proof, neighbours, performance);
    match (&proof.verdict, status) {
        // A part of the runs is no proof, however good it is.
        (ProofVerdict::PartProven(why), VerificationStatus::Proven) => Conclusion {
            status: VerificationStatus::Unproven,
            ending: Ending::FixedUnproven,
            reason: Some(why.clone()),
            complete_part: true,
        },
        _ => Conclusion { status, ending, reason, complete_part: false },
    }
}

fn as_a_whole(
    proof: &Proof,
    neighbours: Option<&Neighbours>,
    performance: Performance<'_>,
) -> (VerificationStatus, Ending, Option<String>) {
    use VerificationStatus::{NotProven, Proven, Regressions, Unproven};
    let regressions = neighbours.map_or(&[][..], |found| &found.regressions);
    let seen_green = proof.green.as_ref().is_some_and(|stage| stage.passes > 0);
    match &proof.verdict {
        ProofVerdict::Cancelled => (Unproven, Ending::Cancelled, Some("the run was cancelled".to_owned())),
        ProofVerdict::GreenOnBase(why) => (NotProven, Ending::GreenOnBase, Some(why.clone())),
        ProofVerdict::DifferentFailure(why) => (NotProven, Ending::DifferentFailure, Some(why.clone())),
        ProofVerdict::NotRunnable(why) => (NotProven, Ending::NotReproduced, Some(why.clone())),
        ProofVerdict::NotGreen(why) => (NotProven, Ending::NoFixFound, Some(why.clone())),
        _ if !regressions.is_empty() => (Regressions, Ending::Regressions, Some(broken(regressions))),
        ProofVerdict::NotRedAgain(why) => (NotProven, Ending::FixedUnproven, Some(why.clone())),
        ProofVerdict::Unproven(why) => {
            let ending = if seen_green { Ending::FixedUnproven } else { Ending::OutOfTime };
            (Unproven, ending, Some(why.clone()))
        }
        ProofVerdict::Proven | ProofVerdict::PartProven(_) => match performance {
            _ if neighbours.is_some_and(|found| !found.unconfirmed.is_empty()) => {
                let names = neighbours.map_or(&[][..], |found| &found.unconfirmed);
                let why = format!("the time was over before it was sure whether {}", broken(names));
                (Unproven, Ending::FixedUnproven, Some(why))
            }
            Performance::NotAsked => (Proven, Ending::Fixed, None),
            Performance::NotMeasured => {
                let why = "the number to reach could not be measured".to_owned();
                (Unproven, Ending::FixedUnproven, Some(why))
            }
            Performance::Measured(found) if found.met => (Proven, Ending::Fixed, None),
            Performance::Measured(PerformanceResult { noise: Some(noise), .. }) => {
                (Unproven, Ending::FixedUnproven, Some(noise.clone()))
            }
            Performance::Measured(found) => {
                let (target, median) = (found.target, found.median_after);
                let why = format!("the target {target} is not reached: the median is {median}");
                (NotProven, Ending::FixedUnproven, Some(why))
            }
        },
    }
}

fn broken(regressions: &[String]) -> String {
    let names: Vec<&str> = regressions.iter().take(5).map(String::as_str).collect();
    let more = regressions.len().saturating_sub(names.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("the patch breaks {}{more}", names.join(", "))
}

/// Why the patch is rejected, when it is: the findings that decide, by name and line.
pub(crate) fn rejection(findings: &[Finding]) -> Option<String> {
    let deciding: Vec<&Finding> =
        findings.iter().filter(|finding| finding.severity == Severity::Reject).collect();
    let first = deciding.first()?;
    let place = match first.line {
        Some(line) => format!("{}:{line}", first.file),
        None => first.file.clone(),
    };
    let more = match deciding.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    Some(format!("{place}: {}{more}", first.message))
}

/// What was judged, in every document that judged something.
pub(crate) fn describe(document: Verification, claim: &Claim) -> Verification {
    Verification {
        base: Some(claim.base.clone()),
        patch_sha256: Some(claim.patch.sha256()),
        tests: claim.targets.clone(),
        ..document
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regreen_case::{Stage, Target};

    fn proof(verdict: ProofVerdict, passes: u32) -> Proof {
        let stage = Stage {
            runs: passes,
            passes,
            failures: 0,
            uncounted: 0,
            grade: None,
            logs: Vec::new(),
            duration_s: 0.0,
            problem: None,
        };
        Proof {
            verdict,
            red: None,
            green: Some(stage),
            red_again: None,
            required_runs: 5,
            runs_needed: None,
            bound: None,
            failing: Vec::new(),
        }
    }

    fn slow() -> PerformanceResult {
        PerformanceResult {
            metric: String::new(),
            target: Target::Below(1.0),
            before: vec![],
            after: vec![],
            median_before: 3.0,
            median_after: 2.0,
            change: 0.0,
            after_interval: None,
            ratio_interval: None,
            unit: None,
            noise: None,
            met: false,
        }
    }

    #[test]
    fn only_a_complete_proof_without_regressions_is_proven() {
        use VerificationStatus::{NotProven, Proven, Regressions, Unproven};
        let proven = proof(ProofVerdict::Proven, 5);
        let none = Neighbours::default();
        let some = Neighbours { regressions: vec!["test_b".to_owned()], ..Neighbours::default() };
        let status = |proof: &Proof, neighbours: &Neighbours, performance| {
            let found = conclude(proof, Some(neighbours), performance);
            assert!(!found.complete_part, "it is no part");
            (found.status, found.ending)
        };
        assert_eq!(status(&proven, &none, Performance::NotAsked), (Proven, Ending::Fixed));
        assert_eq!(status(&proven, &some, Performance::NotAsked), (Regressions, Ending::Regressions));
        assert_eq!(status(&proven, &none, Performance::NotMeasured), (Unproven, Ending::FixedUnproven));
        let slow = slow();
        assert_eq!(status(&proven, &none, Performance::Measured(&slow)), (NotProven, Ending::FixedUnproven));
        let late = |passes| proof(ProofVerdict::Unproven("late".to_owned()), passes);
        assert_eq!(status(&late(3), &none, Performance::NotAsked), (Unproven, Ending::FixedUnproven));
        assert_eq!(status(&late(0), &none, Performance::NotAsked), (Unproven, Ending::OutOfTime));
        assert_eq!(status(&late(3), &some, Performance::NotAsked), (Regressions, Ending::Regressions));
    }

    #[test]
    fn a_part_is_complete_only_when_it_would_have_been_proven() {
        let part = proof(ProofVerdict::PartProven("merge the parts".to_owned()), 5);
        let none = Neighbours::default();
        let unsure = Neighbours { unconfirmed: vec!["test_b".to_owned()], ..Neighbours::default() };
        let noisy = PerformanceResult { noise: Some("scattered".to_owned()), ..slow() };
        for (neighbours, performance, complete) in [
            (&none, Performance::NotAsked, true),
            (&unsure, Performance::NotAsked, false),
            (&none, Performance::NotMeasured, false),
            (&none, Performance::Measured(&noisy), false),
        ] {
            let found = conclude(&part, Some(neighbours), performance);
            assert_eq!(found.status, VerificationStatus::Unproven, "{performance:?}");
            assert_eq!(found.complete_part, complete, "{performance:?}: {neighbours:?}");
        }
        let cancelled = Proof { verdict: ProofVerdict::Cancelled, ..part };
        assert!(!conclude(&cancelled, Some(&none), Performance::NotAsked).complete_part);
    }
}

//! Only what was proven is published.

use regreen_case::{FixStatus, Severity, VerificationStatus};

use super::*;
use crate::sample::evidence;

fn changed(change: impl FnOnce(&mut Evidence)) -> Evidence {
    let mut evidence = evidence();
    change(&mut evidence);
    evidence
}

fn verification(evidence: &mut Evidence) -> &mut Verification {
    evidence.verification.as_mut().unwrap()
}

#[test]
fn a_proof_opens_the_gate() {
    assert_eq!(gate(&evidence(), Publish::Proven), Gate::Open { proven: true });
}

#[test]
fn everything_less_is_skipped_with_its_reason() {
    let cases = [
        (changed(|e| e.fix = None), "fix.json"),
        (changed(|e| e.fix.as_mut().unwrap().status = FixStatus::NoFixFound), "no patch"),
        (changed(|e| e.verification = None), "verification.json"),
        (changed(|e| verification(e).status = VerificationStatus::NotProven), "does not hold"),
        (changed(|e| verification(e).status = VerificationStatus::Rejected), "rejected"),
        (changed(|e| verification(e).status = VerificationStatus::Regressions), "breaks other tests"),
        (changed(|e| verification(e).status = VerificationStatus::Skipped), "skipped"),
        (changed(|e| verification(e).findings[0].severity = Severity::Reject), "an exception is caught"),
        // The word "proven" alone is not believed.
        (changed(|e| verification(e).green = None), "no green stage"),
        (changed(|e| verification(e).green.as_mut().unwrap().failures = 1), "no green stage"),
        (changed(|e| verification(e).red = None), "not seen red"),
        (changed(|e| verification(e).red_again.as_mut().unwrap().failures = 0), "not seen red"),
        (changed(|e| verification(e).patch_sha256 = None), "does not name the patch"),
    ];
    for (evidence, expected) in cases {
        for publish in [Publish::Proven, Publish::Unproven] {
            match gate(&evidence, publish) {
                Gate::Skip(reason) => assert!(reason.contains(expected), "{reason} / {expected}"),
                Gate::Open { .. } => panic!("open although: {expected}"),
            }
        }
    }
}

#[test]
fn unproven_is_published_only_when_asked_for() {
    let unproven = changed(|e| verification(e).status = VerificationStatus::Unproven);
    assert!(
        matches!(gate(&unproven, Publish::Proven), Gate::Skip(reason) if reason.contains("--publish unproven"))
    );
    assert_eq!(gate(&unproven, Publish::Unproven), Gate::Open { proven: false });
}

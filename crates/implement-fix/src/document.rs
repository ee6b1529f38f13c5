//! `fix.json` for every way that the phase can end.

use regreen_case::{
    Attempt, AttemptOutcome, CaseDir, Ending, Fix, FixStatus, Layout, PatchFile, Redactor, Timing,
};

use crate::ImplementError;
use crate::attempt;
use crate::ladder::Found;

/// A document without a patch.
pub(crate) fn without_patch(
    status: FixStatus,
    ending: Option<Ending>,
    reason: impl Into<String>,
    timing: Timing,
) -> Fix {
    Fix {
        status,
        reason: Some(reason.into()),
        ending,
        base: None,
        repository: None,
        branch: None,
        patch_sha256: None,
        files: Vec::new(),
        root_cause: None,
        hypothesis: None,
        fixer: None,
        attempt: None,
        template: None,
        co_author: None,
        confidence: None,
        alternatives: Vec::new(),
        attempts: Vec::new(),
        cost: regreen_case::Cost::default(),
        culprit: None,
        bisection: None,
        earlier_cases: None,
        sandbox: None,
        timing: timing.finish(),
    }
}

/// What stands in the case while the phase runs: if nobody replaces it, the phase was killed.
pub(crate) fn unfinished(attempts: &[Attempt], timing: Timing) -> Fix {
    let reason = "implement-fix did not come to its end: it was killed";
    Fix {
        attempts: attempts.to_vec(),
        cost: attempt::sum(attempts),
        ..without_patch(FixStatus::NotRunnable, Some(Ending::InternalError), reason, timing)
    }
}

/// Stores the patch and describes it.
pub(crate) fn with_patch(
    case: &CaseDir,
    redactor: &Redactor,
    found: Found,
    branch: String,
    timing: Timing,
) -> Result<Fix, ImplementError> {
    case.write_raw(Layout::PATCH, found.patch.bytes())?;
    let files = found
        .patch
        .files()
        .iter()
        .map(|file| PatchFile {
            path: file.path().to_owned(),
            insertions: file.insertions,
            deletions: file.deletions,
        })
        .collect();
    let clean = |text: Option<String>| text.map(|text| redactor.clean(&text));
    Ok(Fix {
        reason: clean(found.reservation),
        branch: Some(branch),
        patch_sha256: Some(found.patch.sha256()),
        files,
        root_cause: clean(found.root_cause),
        hypothesis: clean(found.hypothesis),
        fixer: Some(found.fixer),
        attempt: Some(found.attempt),
        template: found.template,
        co_author: found.co_author,
        confidence: found.confidence,
        alternatives: found.alternatives,
        ..without_patch(FixStatus::PatchFound, None, "", timing)
    })
}

/// Why nobody found anything, by what weighs most for what to do next.
pub(crate) fn nothing_found(attempts: &[Attempt], out_of_time: bool, cheating: bool, timing: Timing) -> Fix {
    let last = |outcome| attempts.iter().rev().find(|attempt| attempt.outcome == outcome);
    let said = |attempt: &Attempt| format!("{}: {}", attempt.fixer, attempt.summary);
    let ran_out = attempts.last().filter(|attempt| attempt.outcome == AttemptOutcome::TimedOut);
    let (status, ending, reason) = if out_of_time {
        let reason = format!("the time limit was reached after {} attempts", attempts.len());
        (FixStatus::OutOfTime, Ending::OutOfTime, reason)
    } else if let Some(attempt) = last(AttemptOutcome::RateLimited) {
        (FixStatus::RateLimited, Ending::RateLimited, said(attempt))
    } else if let Some(attempt) = last(AttemptOutcome::OutOfBudget) {
        (FixStatus::OutOfBudget, Ending::OutOfBudget, said(attempt))
    } else if let (true, Some(attempt)) = (cheating, last(AttemptOutcome::Refused)) {
        (FixStatus::NoFixFound, Ending::RejectedAsCheating, said(attempt))
    } else if let Some(attempt) = ran_out {
        // Its share was over before the limit was, for judging needs time as well.
        (FixStatus::OutOfTime, Ending::OutOfTime, said(attempt))
    } else {
        let all: Vec<String> = attempts.iter().map(said).collect();
        (FixStatus::NoFixFound, Ending::NoFixFound, all.join("; "))
    };
    without_patch(status, Some(ending), reason, timing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(outcome: AttemptOutcome) -> Attempt {
        Attempt {
            number: 1,
            fixer: "command".to_owned(),
            outcome,
            summary: "said".to_owned(),
            diff: None,
            test_runs: Vec::new(),
            duration_s: 1.0,
            cost: regreen_case::Cost::default(),
            end_reason: None,
            analysis: None,
        }
    }

    #[test]
    fn the_ending_says_what_was_missing() {
        use AttemptOutcome::{NoChange, OutOfBudget, Refused, StillRed, TimedOut};
        let ending = |outcomes: &[AttemptOutcome], cheating: bool| {
            let attempts: Vec<_> = outcomes.iter().copied().map(attempt).collect();
            nothing_found(&attempts, false, cheating, Timing::start()).ending
        };
        assert_eq!(ending(&[StillRed, TimedOut], false), Some(Ending::OutOfTime));
        assert_eq!(ending(&[TimedOut, StillRed], false), Some(Ending::NoFixFound), "more time was not it");
        assert_eq!(ending(&[TimedOut, NoChange], false), Some(Ending::NoFixFound));
        assert_eq!(ending(&[OutOfBudget, TimedOut], false), Some(Ending::OutOfBudget));
        assert_eq!(ending(&[Refused, TimedOut], true), Some(Ending::RejectedAsCheating));
        assert_eq!(ending(&[], false), Some(Ending::NoFixFound));
    }
}

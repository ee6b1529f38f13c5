//! What an earlier run of the same case left: what may be kept, and what must go.

use regreen_case::{
    CaseDir, Document, Ending, Failure, Fix, Phase, PullRequest, Report, Reproduction, Task, Verification,
};

use super::error::RunError;

/// The first phase that has to run: the first without a finished document.
pub(crate) fn first_unfinished(case: &CaseDir) -> Phase {
    Phase::ALL.into_iter().find(|phase| !is_finished(case, *phase)).unwrap_or(Phase::WriteReport)
}

/// Removes the documents of `first` and of every later phase, so that none of an earlier run is
/// taken for one of this run when a phase is killed before it can write.
pub(crate) fn clear_from(case: &CaseDir, first: Phase) -> Result<(), RunError> {
    let documents = [
        (Phase::FetchLogs, Task::FILE),
        (Phase::FetchLogs, Failure::FILE),
        (Phase::Reproduce, Reproduction::FILE),
        (Phase::ImplementFix, Fix::FILE),
        (Phase::VerifyStress, Verification::FILE),
        (Phase::OpenPr, PullRequest::FILE),
        (Phase::WriteReport, Report::FILE),
    ];
    for (_, file) in documents.into_iter().filter(|(phase, _)| *phase >= first) {
        let path = case.path(file);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(RunError::Remove { path, source });
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_finished(case: &CaseDir, phase: Phase) -> bool {
    let done = |ending: Option<Option<Ending>>| ending.is_some_and(|ending| !is_worth_another_try(ending));
    match phase {
        Phase::FetchLogs => {
            case.read::<Task>().is_ok() && done(case.read::<Failure>().ok().map(|found| found.ending))
        }
        Phase::Reproduce => done(case.read::<Reproduction>().ok().map(|found| found.ending)),
        Phase::ImplementFix => done(case.read::<Fix>().ok().map(|found| found.ending)),
        Phase::VerifyStress => done(case.read::<Verification>().ok().map(|found| found.ending)),
        Phase::OpenPr => done(case.read::<PullRequest>().ok().map(|found| found.ending)),
        Phase::WriteReport => false,
    }
}

/// Endings that say nothing about the failure, only about the last run.
fn is_worth_another_try(ending: Option<Ending>) -> bool {
    matches!(
        ending,
        Some(
            Ending::Cancelled
                | Ending::OutOfTime
                | Ending::OutOfBudget
                | Ending::RateLimited
                | Ending::InternalError
                | Ending::BadInput
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(case: &CaseDir, file: &str, rest: &str) {
        let timing = r#""timing":{"started_at":"2026-01-02T03:04:05Z","duration_s":1}"#;
        std::fs::write(case.path(file), format!(r#"{{"schema":1,{rest},{timing}}}"#)).unwrap();
    }

    #[test]
    fn a_resumed_run_begins_where_the_last_one_ended() {
        let folder = tempfile::tempdir().unwrap();
        let case = CaseDir::create(folder.path()).unwrap();
        assert_eq!(first_unfinished(&case), Phase::FetchLogs);
        let task = r#""prompt":"p","deterministic":true,"work":"feature","source":{"from":"prompt"},"slug":"p","limits":{"reproduce_s":1,"implement_fix_s":1,"verify_stress_s":1}"#;
        put(&case, "task.json", task);
        put(&case, "failure.json", r#""status":"tests-failed""#);
        put(&case, "reproduction.json", r#""status":"reproduced""#);
        put(&case, "fix.json", r#""status":"no-fix-found","ending":"cancelled""#);
        assert_eq!(first_unfinished(&case), Phase::ImplementFix);
        put(&case, "fix.json", r#""status":"patch-found""#);
        assert_eq!(first_unfinished(&case), Phase::VerifyStress);
        clear_from(&case, Phase::Reproduce).unwrap();
        assert!(case.has::<Failure>() && !case.has::<Reproduction>() && !case.has::<Fix>());
    }
}

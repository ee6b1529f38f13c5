//! Makes room for a new case where an earlier one lies.

use std::path::PathBuf;

use regreen_case::{
    CaseDir, Document, Failure, Fix, Layout, PullRequest, Report, Reproduction, Task, Verification,
};

use crate::FetchError;

/// Removes what an earlier case in the same place left: its fix must not pass for this one's. What
/// earlier runs were found to be stays when the case is resumed: it is about them, not about the case.
pub(crate) fn clear(case: &CaseDir, keep_history: bool) -> Result<(), FetchError> {
    if !case.has::<Task>() && !case.has::<Failure>() {
        return Ok(());
    }
    let documents = [
        Task::FILE,
        Failure::FILE,
        Reproduction::FILE,
        Fix::FILE,
        Verification::FILE,
        PullRequest::FILE,
        Report::FILE,
        Layout::PATCH,
        Layout::PULL_REQUEST_BODY,
    ];
    let history = (!keep_history).then_some(Layout::HISTORY);
    let folders = [Layout::LOGS, Layout::REPRODUCTION, Layout::ATTEMPTS, Layout::VERIFICATION];
    let gone = |path: PathBuf, done: std::io::Result<()>| match done {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(FetchError::Io { action: "remove", path, source })
        }
        _ => Ok(()),
    };
    for name in documents {
        gone(case.path(name), std::fs::remove_file(case.path(name)))?;
    }
    for name in folders.into_iter().chain(history) {
        gone(case.path(name), std::fs::remove_dir_all(case.path(name)))?;
    }
    Ok(())
}

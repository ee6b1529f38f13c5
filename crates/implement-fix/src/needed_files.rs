//! The files without which no change can be judged: a candidate that deletes them would have all later ones judged
//! without them.

use std::path::PathBuf;

use crate::bench::Bench;
use crate::red::Evidence;

/// Those that are there at the beginning.
pub(crate) struct NeededFiles(Vec<PathBuf>);

impl NeededFiles {
    /// The tests', and those that their failures lead through.
    pub(crate) fn of(bench: &Bench<'_>, evidence: &Evidence) -> Self {
        let tests = bench.trial.targets.iter().filter_map(|target| target.file.as_deref());
        let frames = evidence.failures.iter().flat_map(|failure| &failure.frames);
        let mut files: Vec<PathBuf> = tests
            .chain(frames.map(|frame| frame.file.as_str()))
            .map(|file| bench.worktree.path().join(file))
            .filter(|file| file.starts_with(bench.worktree.path()) && file.is_file())
            .collect();
        files.sort();
        files.dedup();
        NeededFiles(files)
    }

    pub(crate) fn are_there(&self) -> bool {
        self.0.iter().all(|file| file.is_file())
    }
}

//! A place for a case and its inputs, and a server with a failed run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regreen_case::{CaseDir, Failure, FailureStatus, Task};
use regreen_tests::github::{FakeJob, FakeRun};
use regreen_tests::log_text::pytest_failure;
use regreen_tests::{Finished, LoopbackGitHub, Program};

/// A temporary folder with the case in `case`.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    pub(crate) fn program(&self) -> Program {
        let case = format!("--case={}", self.path("case").display());
        Program::new("fetch-logs").dir(self.folder.path()).arg(case)
    }

    pub(crate) fn info(&self, text: &str) -> Finished {
        let path = self.file("info.json", text);
        self.program().arg("--info").arg(path).run()
    }

    pub(crate) fn prompted(&self, more: &[&str]) -> Program {
        self.program().args(["--prompt=Fix test_median_even", "--deterministic=true"]).args(more)
    }

    pub(crate) fn task(&self) -> Task {
        CaseDir::open(self.path("case")).unwrap().read().unwrap()
    }

    pub(crate) fn failure(&self) -> Failure {
        CaseDir::open(self.path("case")).unwrap().read().unwrap()
    }

    /// Every byte of the case, to look for what must not be there.
    pub(crate) fn everything(&self) -> Vec<u8> {
        let mut all = Vec::new();
        collect(&self.path("case"), &mut all);
        all
    }
}

fn collect(path: &Path, to: &mut Vec<u8>) {
    if path.is_dir() {
        let mut entries: Vec<_> =
            std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| collect(entry, to));
    } else {
        to.extend(std::fs::read(path).unwrap());
    }
}

/// Whether the bytes hold the text.
pub(crate) fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The outputs as the runner reads them.
pub(crate) fn outputs(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let mut found = BTreeMap::new();
    while let Some(line) = lines.next() {
        let (name, delimiter) = line.split_once("<<").unwrap();
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        found.insert(name.to_owned(), value.join("\n"));
    }
    found
}

/// A server with one run, whose only job fails; `change` makes it another run.
pub(crate) fn server(change: impl FnOnce(FakeRun) -> FakeRun) -> (LoopbackGitHub, String) {
    let github = LoopbackGitHub::start();
    github.repository("octo", "demo");
    let job = FakeJob::new(70, "build (ubuntu, 3.12)", "failure", &pytest_failure());
    let url = github.add_run("octo", "demo", change(FakeRun::failed(7, vec![job])));
    (github, url)
}

/// The program with the server's address and token in its environment.
pub(crate) fn against(github: &LoopbackGitHub, program: Program) -> Program {
    github.environment().into_iter().fold(program, |program, (name, value)| program.env(name, value))
}

/// Fetches a run.
pub(crate) fn fetched(place: &Place, github: &LoopbackGitHub, url: &str) -> Finished {
    against(github, place.prompted(&["--url", url])).run()
}

/// Asserts that the case names the test that [`pytest_failure`] fails, at its line in `log`.
#[track_caller]
pub(crate) fn names_the_test(place: &Place, log: &str) {
    let failure = place.failure();
    assert_eq!(failure.status, FailureStatus::TestsFailed, "{failure:#?}");
    let test = &failure.tests[0];
    assert_eq!(test.id, "tests/test_median.py::test_median_even");
    assert_eq!(test.kind, "AssertionError");
    let position = test.log.as_ref().unwrap();
    assert_eq!(position.path, log);
    let text = std::fs::read_to_string(place.path("case").join(log)).unwrap();
    let number = usize::try_from(position.line).unwrap();
    let around: Vec<&str> = text.lines().skip(number.saturating_sub(3)).take(5).collect();
    assert!(around.iter().any(|line| line.contains("median")), "line {number}: {around:?}");
    assert_eq!(place.task().slug, "test-median-even");
    assert!(failure.signature.is_some());
}

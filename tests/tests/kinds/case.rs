//! One run of the conductor on a repository, and what came of it.

use std::path::PathBuf;
use std::time::Duration;

use regreen_case::{
    CaseDir, Document, Ending, Fix, PullRequest, Report, Reproduction, Status, Task, Verification,
};
use regreen_tests::{Finished, Program, TestRepository, tools};

/// A finished case.
pub(super) struct Case {
    pub(super) dir: CaseDir,
    pub(super) report: Report,
    pub(super) finished: Finished,
}

/// Runs `regreen run` with the local forge and checks what holds for every run: it answers, it
/// reports, and the user's repository is as before but for the promised branches.
pub(super) fn run(repository: &TestRepository, options: &[&str]) -> Case {
    run_with(repository, options, &[])
}

/// The same with variables.
pub(super) fn run_with(repository: &TestRepository, options: &[&str], variables: &[(&str, String)]) -> Case {
    let before = state_without_new_branches(repository);
    let path = repository.beside("case");
    let mut program = Program::new("regreen")
        .arg("run")
        .args(["--repo".as_ref(), repository.path().as_os_str()])
        .args(["--case".as_ref(), path.as_os_str()])
        .args(options)
        .dir(repository.path())
        .limit(Duration::from_secs(400));
    for (name, value) in variables {
        program = program.env(name, value);
    }
    let finished = program.run().exits(0);
    assert_eq!(state_without_new_branches(repository), before, "the user's repository was changed");
    let dir = CaseDir::open(path).unwrap();
    let report = dir.read::<Report>().unwrap();
    Case { dir, report, finished }
}

/// Branches that Regreen makes are new; everything else must stay.
fn state_without_new_branches(repository: &TestRepository) -> String {
    let ours = ["refs/heads/repro/", "refs/heads/fix/", "refs/heads/opt/", "refs/heads/feat/"];
    repository
        .state()
        .lines()
        .filter(|line| !ours.iter().any(|name| line.starts_with(name)))
        .collect::<Vec<_>>()
        .join("\n")
}

impl Case {
    pub(super) fn read<D: Document>(&self) -> D {
        self.dir.read().unwrap()
    }

    pub(super) fn markdown(&self) -> String {
        std::fs::read_to_string(self.dir.path(&self.report.markdown)).unwrap()
    }

    pub(super) fn patch(&self) -> String {
        std::fs::read_to_string(self.dir.path("fix.patch")).unwrap()
    }

    /// Asserts the whole way to a proven fix.
    #[track_caller]
    pub(super) fn is_proven(&self) -> &Self {
        let story = || format!("{}\n{}", self.finished.stderr, self.markdown());
        // Where a test leaves open what is right the search is not sure, and a proven change is for a person to look at.
        let doubtful = self.read::<Fix>().confidence.is_some_and(|it| it.is_doubtful());
        let (ending, mark) = match doubtful {
            false => ((Status::Success, Ending::Fixed), "✅ Success"),
            true => ((Status::Partial, Ending::FixedUnproven), "⚠️ Partial"),
        };
        assert_eq!((self.report.status, self.report.ending), ending, "{}", story());
        let found = self.read::<Verification>();
        let (red, green, again) = (found.red.unwrap(), found.green.unwrap(), found.red_again.unwrap());
        assert!(red.failures > 0 && again.failures > 0, "{red:?} {again:?}");
        assert!(green.failures == 0 && green.passes >= found.required_runs.max(5), "{green:?}");
        let fix = self.read::<Fix>();
        assert_eq!(found.patch_sha256, fix.patch_sha256);
        if fix.fixer.as_deref() == Some("search") {
            // `file:line: replace x by y`, and the hypothesis speaks of that very change.
            let root_cause = fix.root_cause.unwrap();
            let (_, change) = root_cause.split_once(": ").and_then(|(_, text)| text.split_once(' ')).unwrap();
            assert!(fix.hypothesis.as_deref().unwrap().contains(change), "{:?} / {change}", fix.hypothesis);
        }
        assert!(self.markdown().contains(&format!("## Status: {mark}")), "{}", self.markdown());
        self
    }

    /// Asserts that the branch of the pull request holds just these changed files.
    #[track_caller]
    pub(super) fn publishes(&self, repository: &TestRepository, prefix: &str, files: &[&str]) -> &Self {
        let pull = self.read::<PullRequest>();
        let branch = pull.branch.unwrap();
        assert!(branch.starts_with(prefix), "{branch}");
        let changed = repository.git(&["diff", "--name-only", &format!("main...{branch}")]);
        assert_eq!(changed.lines().collect::<Vec<_>>(), files);
        self
    }

    pub(super) fn work(&self) -> Task {
        self.read()
    }

    pub(super) fn reproduction(&self) -> Reproduction {
        self.read()
    }
}

/// A folder of answers for the scripted agent, and the option that starts it.
pub(super) struct Agent {
    folder: PathBuf,
}

impl Agent {
    pub(super) fn new(repository: &TestRepository) -> Self {
        Agent { folder: repository.beside("agent") }
    }

    /// What the agent writes for tasks whose title begins with `kind`.
    pub(super) fn answers(self, kind: &str, path: &str, text: &str) -> Self {
        let path = self.folder.join(kind).join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// The command line as `--agent-command` takes it.
    pub(super) fn command(&self) -> String {
        let script = tools::fixtures().join("agents/scripted.py");
        serde_json::json!(["python3", script, self.folder, "{task}"]).to_string()
    }
}

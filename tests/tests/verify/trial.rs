//! A case up to the proof, made by hand: a repository, a reproduction as seen in it, and a patch.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use regreen_case::{
    CaseDir, Conditions, Fix, FixStatus, Layout, Limits, Overlay, Redactor, Reproduction, ReproductionStatus,
    Signature, Source, Task, TestCommand, TestTarget, Timing, Verification, WorkKind,
};
use regreen_proof::{Project, RunContext, detect, plan, protected_files, run_counted};
use regreen_supervise::{Cancel, Deadline, Sandbox, SandboxMode, statistics};
use regreen_tests::{Finished, Program, TestRepository, tools};
use regreen_workspace::Patch;

pub(crate) struct Trial {
    pub(crate) repository: TestRepository,
    pub(crate) case: CaseDir,
    pub(crate) base: String,
    pub(crate) targets: Vec<TestTarget>,
    pub(crate) command: TestCommand,
    pub(crate) protected: Vec<String>,
    pub(crate) signature: Option<Signature>,
    pub(crate) patch: Vec<u8>,
    before: String,
}

/// One change of a file: its new text, or `None` to delete it.
pub(crate) type Change<'a> = (&'a str, Option<&'a str>);

impl Trial {
    /// A case whose failing test is `path`, and whose patch makes `changes`.
    pub(crate) fn new(files: &[(&str, &str)], path: &str, changes: &[Change<'_>]) -> Self {
        let repository = TestRepository::new();
        repository.write(".gitignore", ".venv\ntarget/\nCargo.lock\n*.cached\n__pycache__/\n");
        for (file, text) in files {
            repository.write(file, text);
        }
        let base = repository.commit("Start");
        let patch = diff(&repository, changes);
        let root = repository.path().to_owned();
        std::os::unix::fs::symlink(tools::tool_path("venv"), root.join(".venv")).unwrap();
        let project = Project::at(&root, &root);
        let targets = detect(&project, path).unwrap();
        let command = plan(&project, &targets, None).unwrap();
        let case = CaseDir::create(repository.beside("case")).unwrap();
        let mut trial = Trial {
            protected: protected_files(&root, &targets),
            before: repository.state(),
            repository,
            case,
            base,
            targets,
            command,
            signature: None,
            patch,
        };
        trial.write_task(true);
        trial
    }

    /// Runs the test once as it is and takes its failure for the one to repair.
    pub(crate) fn seen(mut self) -> Self {
        let redactor = Redactor::default();
        let cancel = Cancel::new();
        let path = tools::search_path().into_string().unwrap();
        let cache = tools::workspace().join("target/tools/go-cache").display().to_string();
        let env = [("PATH", path), ("GOCACHE", cache), ("HOME", "/nonexistent".to_owned())];
        let root = self.repository.path().to_owned();
        let context = RunContext {
            checkout: &root,
            repo_root: &root,
            scratch: &self.repository.beside("seen"),
            env: &env.map(|(name, value)| (name.to_owned(), value)).into(),
            deadline: Deadline::after(Duration::from_secs(240)),
            cancel: &cancel,
            log: None,
            redactor: &redactor,
            sandbox: &Sandbox::for_tools(SandboxMode::Auto),
        };
        let run = run_counted(&self.command, &context).unwrap();
        let failures = run.failures();
        let failure = failures.first().unwrap_or_else(|| panic!("no failure in:\n{}", run.output));
        self.signature = Some(failure.signature.clone());
        self.write(None, &[]);
        self
    }

    pub(crate) fn write_task(&mut self, deterministic: bool) {
        let task = Task {
            prompt: "Repair it".to_owned(),
            deterministic,
            work: if deterministic { WorkKind::ExistingTest } else { WorkKind::Intermittent },
            source: Source::ExistingTest,
            existing_test_path: None,
            performance: None,
            slug: "repair-it".to_owned(),
            limits: Limits::default(),
            warnings: Vec::new(),
            timing: Timing::start(),
        };
        self.case.write(&task, &Redactor::default()).unwrap();
        self.write(None, &[]);
    }

    /// Says how often it was seen failing.
    pub(crate) fn intermittent(mut self, failures: u32, runs: u32) -> Self {
        self.write_task(false);
        self.write(Some((failures, runs)), &[]);
        self
    }

    /// Says under which conditions it was seen failing.
    pub(crate) fn under(self, conditions: Conditions) -> Self {
        let found: Reproduction = self.case.read().unwrap();
        let found = Reproduction { conditions: Some(conditions), ..found };
        self.case.write(&found, &Redactor::default()).unwrap();
        self
    }

    /// Puts a file beside the checkout, as a test that `reproduce` had written.
    pub(crate) fn overlaid(self, destination: &str, text: &str) -> Self {
        let source = "reproduction/tests/overlay";
        self.case.write_raw(source, text.as_bytes()).unwrap();
        let overlay = Overlay { source: source.to_owned(), destination: destination.to_owned() };
        self.write(None, &[overlay]);
        self
    }

    fn write(&self, seen: Option<(u32, u32)>, overlays: &[Overlay]) {
        let redactor = Redactor::default();
        let (failures, runs) = seen.unwrap_or((3, 3));
        let reproduction = Reproduction {
            status: ReproductionStatus::Reproduced,
            reason: None,
            ending: None,
            base: Some(self.base.clone()),
            tests: self.targets.clone(),
            command: Some(self.command.clone()),
            protected: self.protected.clone(),
            overlays: overlays.to_vec(),
            signature: self.signature.clone(),
            grade: None,
            rate: Some(statistics::failure_rate(failures, runs)),
            conditions: None,
            plain_rate: None,
            trials: Vec::new(),
            not_replicated: Vec::new(),
            next_steps: Vec::new(),
            branch: None,
            written_by: None,
            sandbox: None,
            timing: Timing::start(),
        };
        self.case.write(&reproduction, &redactor).unwrap();
        self.case.write_raw(Layout::PATCH, &self.patch).unwrap();
        let patch = Patch::from_bytes(self.patch.clone()).unwrap();
        self.case.write(&self.fix(FixStatus::PatchFound, Some(patch.sha256())), &redactor).unwrap();
    }

    pub(crate) fn fix(&self, status: FixStatus, sha256: Option<String>) -> Fix {
        Fix {
            status,
            reason: None,
            ending: None,
            base: Some(self.base.clone()),
            repository: None,
            branch: Some("fix/repair-it".to_owned()),
            patch_sha256: sha256,
            files: Vec::new(),
            root_cause: None,
            hypothesis: None,
            fixer: Some("search".to_owned()),
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
            timing: Timing::start(),
        }
    }

    pub(crate) fn program(&self, options: &[&str]) -> Program {
        self.program_in(self.case.root(), options)
    }

    /// The program on another case about the same repository.
    pub(crate) fn program_in(&self, case: &Path, options: &[&str]) -> Program {
        Program::new("verify-stress")
            .args(["--case".as_ref(), case.as_os_str()])
            .args(["--repo".as_ref(), self.repository.path().as_os_str()])
            .args(options)
            .limit(Duration::from_secs(300))
    }

    /// Runs the program to an answer; the user's repository must be as it was.
    pub(crate) fn verify(&self, options: &[&str]) -> (Verification, Finished) {
        let finished = self.program(options).run().exits(0);
        self.is_clean();
        (self.case.read().unwrap(), finished)
    }

    /// Nothing of the user's changed, and no worktree is left.
    pub(crate) fn is_clean(&self) {
        assert_eq!(self.repository.state(), self.before);
        assert_eq!(self.repository.git(&["worktree", "list"]).lines().count(), 1);
        let left: Vec<_> = std::fs::read_dir(self.case.path(Layout::SCRATCH).join("verify-stress"))
            .map(|entries| entries.flatten().map(|entry| entry.file_name()).collect())
            .unwrap_or_default();
        assert!(
            left.iter().all(|name| name == "cargo-target" || name == "cmake-build"),
            "left behind: {left:?}"
        );
    }

    pub(crate) fn env() -> BTreeMap<String, String> {
        let path = tools::search_path().into_string().unwrap();
        BTreeMap::from([("PATH".to_owned(), path)])
    }
}

fn diff(repository: &TestRepository, changes: &[Change<'_>]) -> Vec<u8> {
    for (file, text) in changes {
        match text {
            Some(text) => repository.write(file, text),
            None => std::fs::remove_file(repository.path().join(file)).unwrap(),
        }
    }
    repository.git(&["add", "--all"]);
    // To a file: the last line may be blank, and belongs to the patch.
    let file = repository.beside("change.diff");
    let output = format!("--output={}", file.display());
    repository.git(&["diff", "--cached", "--full-index", "--no-renames", &output, "HEAD"]);
    repository.git(&["reset", "--hard", "--quiet", "HEAD"]);
    std::fs::read(file).unwrap()
}

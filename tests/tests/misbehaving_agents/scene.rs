//! A project with one failing test, its case up to the agent's turn, and what must hold after every run
//! of an agent, whatever it does.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use regreen_case::{AttemptOutcome, CaseDir, Ending, Fix, Layout, OWNED_PREFIX, Report};
use regreen_supervise::{Network, Sandbox, SandboxMode};
use regreen_tests::kills::{processes, snapshot::Snapshot};
use regreen_tests::{Finished, Program, TestRepository, files_with, tools};

const TEST: &str = "tests/test_calc.py::test_add";
/// What the right change makes of `calc.py`.
pub(super) const REPAIR: &str = "pathlib.Path('calc.py').write_text(CALC.replace('a - b', 'a + b'))\n";
/// Far beyond every limit that the tests give.
const LONGEST: Duration = Duration::from_secs(90);
/// In the home directory, where an agent has no business.
pub(super) const PRIVATE: &str = "private-ssh-key-of-the-user-6f1d";
/// What every script begins with. `outside` are the places that it may not write.
const HEAD: &str = "\
import glob, json, os, pathlib, shutil, signal, socket, subprocess, sys, threading, time
task = open(os.environ['REGREEN_TASK']).read()
is_first = '### Attempt 1' not in task
CALC = 'def add(a, b):\\n    return a - b\\n'
def say(*words):
    print(*words, flush=True)
";

/// Whether the kernel confines agents as far as these tests need; if not, says that nothing was tested.
pub(super) fn can_confine() -> bool {
    let sandbox = Sandbox { network: Network::Refused, ..Sandbox::new(SandboxMode::Require) };
    match sandbox.confinement() {
        Ok(_) => true,
        Err(error) => tools::is_not_run(&error.to_string()),
    }
}

/// The project and everything around it that must stay as it is.
pub(super) struct Scene {
    pub(super) repository: TestRepository,
    options: Vec<String>,
    variables: Vec<(String, String)>,
}

impl Scene {
    /// For an agent that is a command.
    pub(super) fn with_command(body: &str) -> Self {
        let scene = Scene::with_configuration("");
        let script = scene.script(body);
        let command = serde_json::json!(["python3", script]).to_string();
        scene.options(&["--agent=command", &format!("--agent-command={command}")])
    }

    /// With a `.github/regreen.toml`; empty for none.
    pub(super) fn with_configuration(configuration: &str) -> Self {
        let repository = TestRepository::new();
        repository.write("calc.py", "def add(a, b):\n    return a - b\n");
        repository.write(
            "tests/test_calc.py",
            "from calc import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n\n\n\
             def test_zero():\n    assert add(0, 0) == 0\n",
        );
        if !configuration.is_empty() {
            repository.write(".github/regreen.toml", configuration);
        }
        repository.commit("Start");
        repository.write("unfinished.txt", "somebody's work");
        for (name, text) in [("outside/notes.txt", "notes"), ("home/.ssh/id_ed25519", PRIVATE)] {
            let path = repository.beside(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        std::fs::create_dir(repository.beside("temporary")).unwrap();
        let scene = Scene { repository, options: Vec::new(), variables: Vec::new() };
        let _ = scene
            .program("fetch-logs")
            .args(["--prompt=The sum of two numbers is wrong: `add` subtracts.", "--deterministic=true"])
            .arg(format!("--existing-test-path={TEST}"))
            .run()
            .exits(0);
        let _ = scene.program("reproduce").args(scene.place()).run().exits(0);
        scene
    }

    /// Writes the agent's script.
    pub(super) fn script(&self, body: &str) -> PathBuf {
        let path = self.repository.beside("agent.py");
        let places = ["repository", "outside", "home", "case"].map(|name| self.repository.beside(name));
        let places = format!("repository, outside, home, case = {places:?}\n");
        std::fs::write(&path, format!("{HEAD}{places}{body}")).unwrap();
        path
    }

    /// Adds options of `implement-fix`.
    pub(super) fn options(mut self, options: &[&str]) -> Self {
        self.options.extend(options.iter().map(|option| (*option).to_owned()));
        self
    }

    /// Adds a variable of `implement-fix`'s environment.
    pub(super) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn folder(&self) -> PathBuf {
        self.repository.path().parent().unwrap().to_owned()
    }

    fn place(&self) -> [std::ffi::OsString; 2] {
        ["--repo".into(), self.repository.path().into()]
    }

    fn program(&self, name: &str) -> Program {
        Program::new(name)
            .args(["--case".as_ref(), self.repository.beside("case").as_os_str()])
            .env("HOME", self.repository.beside("home"))
            .env("TMPDIR", self.repository.beside("temporary"))
            .dir(self.repository.path())
    }

    /// Lets the agent have its turn, has the report written, and looks at what must hold for every agent.
    pub(super) fn run(self) -> Told {
        let before = (self.as_git_says(), self.files());
        let mut program = self.program("implement-fix").args(self.place()).args(&self.options);
        for (name, value) in &self.variables {
            program = program.env(name, value);
        }
        let mut running = program.spawn();
        let (mut peak, began) = (0, Instant::now());
        while running.is_running() {
            assert!(began.elapsed() < LONGEST, "it does not come to its end");
            peak = peak.max(most_memory(running.id()));
            std::thread::sleep(Duration::from_millis(1));
        }
        let finished = running.wait(Duration::from_secs(5)).exits(0);
        self.nothing_is_left();
        let _ = self.program("write-report").run().exits(0);
        // The files first: git itself refreshes its index when it is asked.
        for (before, after) in before.1.iter().zip(self.files()) {
            assert_eq!(before.differences(&after), [""; 0], "files of the user's were changed");
        }
        assert_eq!(self.as_git_says(), before.0, "the user's repository was changed");
        assert!(!finished.stderr.contains("panicked"), "{}", finished.stderr);
        let dir = CaseDir::open(self.repository.beside("case")).unwrap();
        let report: Report = dir.read().unwrap();
        let text = std::fs::read_to_string(dir.path(&report.markdown)).unwrap();
        Told { fix: dir.read().unwrap(), report, text, dir, finished, peak, _scene: self }
    }

    /// Branches, index, unfinished work, and every commit and tag, also those that no branch leads to.
    fn as_git_says(&self) -> Vec<String> {
        let objects = self.repository.git(&["cat-file", "--batch-all-objects", "--batch-check"]);
        let commits = objects.lines().filter(|line| line.contains(" commit ") || line.contains(" tag "));
        let mut all = vec![self.repository.state(), names(&self.folder()).join(" ")];
        all.extend(commits.map(str::to_owned));
        all
    }

    /// Of the home directory only what is private: Regreen makes the caches of package managers there.
    fn files(&self) -> [Snapshot; 3] {
        let beside = |name: &str| Snapshot::of(&self.repository.beside(name));
        [beside("repository"), beside("outside"), beside("home/.ssh")]
    }

    /// No process of the agent, no folder of ours.
    fn nothing_is_left(&self) {
        let left = processes::in_folder(&self.folder());
        assert!(left.is_empty(), "still there: {left:#?}");
        assert_eq!(names(&self.repository.beside("temporary")), [""; 0], "temporary folders are left");
        assert_eq!(names(&self.repository.beside("case/scratch")), [""; 0], "worktrees are left");
        let half_written = |name: &String| name.trim_start_matches('.').starts_with(OWNED_PREFIX);
        for folder in ["case", "case/attempts", "case/attempts/1", "home", "outside", "repository/.git"] {
            let ours: Vec<_> =
                names(&self.repository.beside(folder)).into_iter().filter(half_written).collect();
            assert!(ours.is_empty(), "left in {folder}: {ours:?}");
        }
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The most memory that a process held so far, in bytes.
fn most_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    let kilobytes = line.split_whitespace().next().and_then(|number| number.parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1024
}

/// What came of it.
pub(super) struct Told {
    pub(super) fix: Fix,
    pub(super) report: Report,
    /// The report as people read it.
    pub(super) text: String,
    pub(super) dir: CaseDir,
    pub(super) finished: Finished,
    /// The most memory that `implement-fix` held, in bytes.
    pub(super) peak: u64,
    _scene: Scene,
}

impl Told {
    /// Asserts how the attempts and the case ended, and that the report says so under its mark.
    #[track_caller]
    pub(super) fn ends(self, attempts: &[AttemptOutcome], ending: Ending) -> Self {
        let seen: Vec<_> = self.fix.attempts.iter().map(|attempt| attempt.outcome).collect();
        assert_eq!(seen, attempts, "{}\n{}", self.finished.stderr, self.text);
        assert_eq!(self.report.ending, ending, "{}\n{}", self.finished.stderr, self.text);
        let status = format!("## Status: {}", ending.status().mark());
        assert!(self.text.contains(&status), "no `{status}` in\n{}", self.text);
        assert_eq!(self.dir.path(Layout::PATCH).exists(), self.fix.patch_sha256.is_some());
        self
    }

    /// Asserts that the report says this.
    #[track_caller]
    pub(super) fn says(self, words: &str) -> Self {
        assert!(self.text.contains(words), "`{words}` is not in\n{}", self.text);
        self
    }

    /// What the agent printed in an attempt, as it is kept.
    pub(super) fn printed(&self, attempt: u32) -> String {
        let path = self.dir.path(format!("{}/{attempt}/agent.txt", Layout::ATTEMPTS));
        std::fs::read_to_string(path).unwrap()
    }

    /// Every file of the case that holds the text.
    pub(super) fn files_with(&self, text: &str) -> Vec<PathBuf> {
        files_with(self.dir.root(), text)
    }
}

//! A small project with a bug, its case, and the phase run on it.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test module: several tests share it, none uses all of it"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use regreen_case::{
    CaseDir, FailureRate, Fix, Framework, Limits, Redactor, Reproduction, ReproductionStatus, Source, Task,
    TestCommand, TestTarget, Timing, WorkKind,
};
use regreen_implement_fix::{Config, ImplementError, run};
use regreen_supervise::Cancel;

pub mod history;

pub const TEST: &str = "tests/test_cart.py::test_discount_starts_at_ten";

/// The cart counts a discount from eleven pieces on; ten are enough.
pub const CART: &str = "\
def price(pieces, each):
    if pieces > 10:
        return pieces * each * 0.9
    return pieces * each
";

const TESTS: &str = "\
from cart import price


def test_discount_starts_at_ten():
    assert price(10, 2) == 18


def test_few_pieces_cost_their_price():
    assert price(3, 2) == 6
";

/// A repository with its case.
pub struct Bug {
    pub folder: tempfile::TempDir,
    pub task: Task,
    pub reproduction: Reproduction,
    pub said: Mutex<Vec<String>>,
}

impl Bug {
    pub fn new() -> Self {
        Self::with(&[
            ("cart.py", CART),
            ("tests/test_cart.py", TESTS),
            ("pytest.ini", "[pytest]\npythonpath = .\n"),
            (".gitignore", ".venv\n.regreen\n"),
        ])
    }

    pub fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repo = folder.path().join("repo");
        for (path, text) in files {
            let path = repo.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        std::os::unix::fs::symlink(python_environment(), repo.join(".venv")).unwrap();
        let bug = Bug { folder, task: task(), reproduction: reproduction(), said: Mutex::default() };
        bug.git(&["init", "-q", "-b", "main"]);
        bug.git(&["add", "."]);
        bug.git(&["commit", "-q", "-m", "start"]);
        bug
    }

    pub fn repo(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    pub fn case(&self) -> CaseDir {
        CaseDir::create(self.repo().join(".regreen/case")).unwrap()
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(self.repo())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A script in Python that plays the agent. It sees the task in `task`.
    pub fn agent(&self, body: &str) -> Config {
        let script = self.folder.path().join("agent.py");
        let head = "import json, os, pathlib, subprocess, sys, time\ntask = open(os.environ['REGREEN_TASK']).read()\n";
        fs::write(&script, format!("{head}{body}")).unwrap();
        let mut config = self.config("command");
        config.agent_command = vec!["python3".to_owned(), script.to_str().unwrap().to_owned()];
        config
    }

    /// Puts agents of these names and bodies, in Python, where a user describes theirs. Each sees the task in `task`
    /// and the module in `path`.
    pub fn hire(&self, agents: &[(&str, &str)]) {
        let mut configuration = String::new();
        for (name, body) in agents {
            let script = self.folder.path().join(format!("{name}.py"));
            let head = "import pathlib, subprocess, sys, time\ntask = sys.stdin.read()\npath = pathlib.Path('cart.py')\n";
            fs::write(&script, format!("{head}{body}\n")).unwrap();
            configuration.push_str(&format!(
                "[agents.{name}]\ntitle = \"{name}\"\nargv = [\"python3\", \"{}\"]\ntask = \"stdin\"\n",
                script.display()
            ));
        }
        fs::create_dir_all(self.repo().join(".github")).unwrap();
        fs::write(self.repo().join(".github/regreen.toml"), configuration).unwrap();
        self.git(&["add", "."]);
        self.git(&["commit", "-q", "-m", "hire"]);
    }

    pub fn config(&self, agents: &str) -> Config {
        let mut config = Config::new(self.repo().join(".regreen/case"), self.repo());
        config.agents = agents.split(',').map(str::to_owned).collect();
        config.time_limit = Some(Duration::from_secs(120));
        // What is right is among the first ones here; looking for what else passes takes seconds, and is for tests of that.
        config.max_candidates = 8;
        config
    }

    /// Writes the case.
    pub fn open(&self) {
        let case = self.case();
        case.write(&self.task, &Redactor::default()).unwrap();
        case.write(&self.reproduction, &Redactor::default()).unwrap();
    }

    /// Writes the case and runs the phase, then checks what holds whatever came out.
    pub fn run(&self, config: &Config) -> Result<Fix, ImplementError> {
        self.run_with(config, &Cancel::new())
    }

    pub fn run_with(&self, config: &Config, cancel: &Cancel) -> Result<Fix, ImplementError> {
        self.open();
        let before = self.state();
        let result = run(config, cancel, &|text| self.said.lock().unwrap().push(text.to_owned()));
        assert_eq!(self.state(), before, "the user's checkout is not as it was");
        assert_eq!(self.git(&["worktree", "list"]).lines().count(), 1, "a worktree was left");
        let left = fs::read_dir(self.case().path("scratch")).into_iter().flatten().flatten();
        let left: Vec<_> =
            left.map(|entry| entry.file_name()).filter(|name| name != "cargo-target").collect();
        assert!(left.is_empty(), "{left:?}");
        if let Ok(fix) = &result {
            assert_eq!(&self.case().read::<Fix>().unwrap(), fix, "the document is another one");
        }
        result
    }

    /// Everything of the user's that must not change.
    fn state(&self) -> (String, String, String, String) {
        (
            self.git(&["status", "--porcelain"]),
            self.git(&["for-each-ref"]),
            fs::read_to_string(self.repo().join(".git/HEAD")).unwrap(),
            fs::read_to_string(self.repo().join("cart.py")).unwrap_or_default(),
        )
    }

    pub fn file(&self, name: &str) -> String {
        fs::read_to_string(self.case().path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// The Python that has pytest.
fn python_environment() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/venv");
    assert!(path.join("bin/pytest").exists(), "pytest is missing: run `cargo xtask tools`");
    path.canonicalize().unwrap()
}

fn task() -> Task {
    Task {
        prompt: "Ten pieces should get the discount.".to_owned(),
        deterministic: true,
        work: WorkKind::ExistingTest,
        source: Source::ExistingTest,
        existing_test_path: Some(TEST.to_owned()),
        performance: None,
        slug: "discount".to_owned(),
        limits: Limits::default(),
        warnings: Vec::new(),
        timing: Timing::start(),
    }
}

pub fn reproduction() -> Reproduction {
    Reproduction {
        status: ReproductionStatus::Reproduced,
        reason: None,
        ending: None,
        base: None,
        tests: vec![target(TEST)],
        command: Some(command(TEST)),
        protected: vec!["tests/test_cart.py".to_owned(), "pytest.ini".to_owned()],
        overlays: Vec::new(),
        signature: None,
        grade: None,
        rate: None,
        conditions: None,
        plain_rate: None,
        trials: Vec::new(),
        not_replicated: Vec::new(),
        next_steps: Vec::new(),
        branch: None,
        written_by: None,
        sandbox: None,
        timing: Timing::start(),
    }
}

pub fn rate(failures: u32, runs: u32) -> FailureRate {
    regreen_supervise::failure_rate(failures, runs)
}

pub fn target(id: &str) -> TestTarget {
    let file = id.split("::").next().map(str::to_owned);
    TestTarget { framework: Framework::Pytest, id: id.to_owned(), file, suite: None }
}

pub fn command(id: &str) -> TestCommand {
    TestCommand {
        framework: Framework::Pytest,
        argv: ["python", "-m", "pytest", id].map(str::to_owned).to_vec(),
        cwd: String::new(),
        env: BTreeMap::new(),
    }
}

/// Body of an agent that makes the right change.
pub const REPAIR: &str = "
path = pathlib.Path('cart.py')
path.write_text(path.read_text().replace('> 10', '>= 10'))
";

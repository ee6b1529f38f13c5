//! The projects of `fixtures/flaky`, whose test fails now and then: taken through the real programs.
//!
//! Each says what is true of it in `flaky.json`, and holds two repairs, as files that replace its own: one
//! that ends the failure (`repairs/real`), and one that only makes it rarer (`repairs/rarer`).

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use regreen_case::{
    CaseDir, Conditions, FailureRate, Limits, Redactor, Reproduction, ReproductionStatus, Source, Task,
    Timing, Verification, WorkKind,
};
use serde::Deserialize;

use crate::{Finished, Program, TestRepository, tools};

/// What a project says about itself, in `flaky.json`.
#[derive(Debug, Deserialize)]
pub struct Truth {
    /// Its language.
    pub language: String,
    /// Why it fails now and then.
    pub kind: String,
    /// The test, as a path and a name.
    pub test: String,
    /// Of a plain run, when it is known by construction.
    rate: Option<f64>,
    /// The same, in random order among the tests of its file.
    shuffled: Option<f64>,
    /// The same, many times in one process.
    repeated: Option<f64>,
    /// The draw happens once for the process: repeats in it change nothing.
    #[serde(default)]
    once_per_process: bool,
}

impl Truth {
    /// The true rate under conditions.
    fn under(&self, conditions: &Conditions) -> Option<f64> {
        if conditions.random_order {
            return self.shuffled;
        }
        match (conditions.repeats, self.rate) {
            (Some(_), Some(rate)) if self.once_per_process => Some(rate),
            (Some(repeats), Some(rate)) if rate > 0.0 => {
                Some(1.0 - (1.0 - rate).powi(i32::try_from(repeats).unwrap_or(i32::MAX)))
            }
            (Some(_), _) => self.repeated,
            (None, rate) => rate,
        }
    }
}

/// A repair of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// Ends the failure.
    Real,
    /// Makes it rarer.
    Rarer,
}

impl Repair {
    fn folder(self) -> &'static str {
        match self {
            Repair::Real => "repairs/real",
            Repair::Rarer => "repairs/rarer",
        }
    }
}

/// The projects' folders, by name.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn projects() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(tools::fixtures().join("flaky")).expect("the projects");
    let mut all: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    all.sort();
    all
}

/// A project of which `reproduce` has seen the failure, or not.
#[derive(Debug)]
pub struct Seen {
    /// What is true of it.
    pub truth: Truth,
    /// What `reproduce` found.
    pub found: Reproduction,
    /// How long that took, in seconds.
    pub seconds: u64,
    folder: PathBuf,
    repository: TestRepository,
    case: CaseDir,
}

impl Seen {
    /// Gives a project to `reproduce`, for so long at most (`5m`).
    ///
    /// # Errors
    /// What the program printed when it left no document.
    ///
    /// # Panics
    /// When the project is broken.
    pub fn of(folder: &Path, limit: &str) -> Result<Seen, String> {
        let text = std::fs::read(folder.join("flaky.json")).expect("flaky.json");
        let truth: Truth = serde_json::from_slice(&text).expect("flaky.json");
        let repository = TestRepository::new();
        copy(folder, folder, &repository);
        repository.write(".gitignore", "target/\n__pycache__/\n.pytest_cache/\n");
        repository.commit("Something that fails now and then");
        let case = CaseDir::create(repository.beside("case")).expect("a case");
        case.write(&task(&truth), &Redactor::default()).expect("written");
        let began = Instant::now();
        let finished = phase("reproduce", &repository, &case).args(["--time-limit", limit]).run();
        let seconds = began.elapsed().as_secs();
        match case.read::<Reproduction>() {
            Ok(found) => Ok(Seen { truth, found, seconds, folder: folder.to_owned(), repository, case }),
            Err(error) => Err(format!("{error}: {}", finished.stderr)),
        }
    }

    /// Whether the failure was seen.
    #[must_use]
    pub fn is_reproduced(&self) -> bool {
        self.found.status == ReproductionStatus::Reproduced
    }

    /// The true rate under the conditions that showed the failure, where it is known.
    #[must_use]
    pub fn true_rate(&self) -> Option<f64> {
        let conditions = self.found.conditions.clone().unwrap_or_default();
        self.truth.under(&conditions).filter(|_| self.is_reproduced())
    }

    /// Whether the measured interval holds the true rate, where that is known.
    #[must_use]
    pub fn is_covered(&self) -> Option<bool> {
        let holds = |rate: FailureRate, real: f64| rate.low <= real && real <= rate.high;
        Some(holds(self.found.rate?, self.true_rate()?))
    }

    /// Lets a fixer make the repair and `verify-stress` judge it. Says how long that took, in seconds.
    ///
    /// # Errors
    /// What the programs said when there is no verdict.
    ///
    /// # Panics
    /// When a program hangs.
    pub fn judge(&self, repair: Repair) -> Result<(Verification, u64), String> {
        let began = Instant::now();
        let files = self.folder.join(repair.folder()).join(".");
        let command = serde_json::json!(["cp", "-r", files, "."]).to_string();
        let fixed = phase("implement-fix", &self.repository, &self.case)
            .args(["--agent=command", "--agent-command", &command])
            .run();
        let judged = phase("verify-stress", &self.repository, &self.case).run();
        let said = |finished: &Finished| format!("{}{}", finished.stdout, finished.stderr);
        match self.case.read::<Verification>() {
            Ok(found) => Ok((found, began.elapsed().as_secs())),
            Err(error) => Err(format!("{error}: {}\n{}", said(&fixed), said(&judged))),
        }
    }
}

/// A program of the suite on the case. The longest, `verify-stress`, has fifteen minutes unless told.
fn phase(name: &str, repository: &TestRepository, case: &CaseDir) -> Program {
    Program::new(name)
        .args(["--case".as_ref(), case.root().as_os_str()])
        .args(["--repo".as_ref(), repository.path().as_os_str()])
        .limit(Duration::from_secs(1200))
}

fn task(truth: &Truth) -> Task {
    Task {
        prompt: "It fails now and then".to_owned(),
        deterministic: false,
        work: WorkKind::Intermittent,
        source: Source::Prompt,
        existing_test_path: Some(truth.test.clone()),
        performance: None,
        slug: "now-and-then".to_owned(),
        limits: Limits::default(),
        warnings: Vec::new(),
        timing: Timing::start(),
    }
}

/// Copies what belongs to the project itself.
fn copy(root: &Path, folder: &Path, repository: &TestRepository) {
    for entry in std::fs::read_dir(folder).expect("a project").flatten() {
        let path = entry.path();
        let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
        if path.is_dir() && name != "repairs" {
            copy(root, &path, repository);
        } else if path.is_file() && name != "flaky.json" {
            repository.write(&name, std::fs::read(&path).expect("a file"));
        }
    }
}

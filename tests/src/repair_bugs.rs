//! Bugs of the offline fixer's set, each made into a repository and taken through the real programs.
//!
//! A half of a bug's assertions is the test that the fixer sees. All of them together say afterwards whether its
//! change is right or only passes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use regreen_case::{CaseDir, Fix, FixStatus, Layout};
use regreen_workspace::{BaseFiles, Patch, apply_in_memory};
use serde::Deserialize;

use crate::{Program, TestRepository, tools};

/// The module that holds the bug, and the test of it.
const MODULE: &str = "solution.py";
const TEST: &str = "test_solution.py";
/// Longest that judging a change by all assertions may take.
const JUDGING: Duration = Duration::from_secs(30);

/// A bug of the set.
#[derive(Debug, Clone, Deserialize)]
pub struct RepairBug {
    /// Language and number, as the set names it.
    pub task_id: String,
    /// What kind of bug it is.
    pub bug_type: String,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

/// A bug as a test sees it.
#[derive(Debug, Deserialize)]
struct Halved {
    program: String,
    /// The test with the assertions that the fixer sees.
    seen: String,
    /// The test with all of them.
    all: String,
}

/// What became of a bug.
#[derive(Debug, Clone, Default)]
pub struct Repaired {
    /// Whether a change turned the seen assertions green.
    pub plausible: bool,
    /// Whether it passes all.
    pub right: bool,
    /// Whether it or one of the next two does.
    pub right_in_three: bool,
    /// Seconds that the search took.
    pub seconds: f64,
    /// What the search says.
    pub summary: String,
    /// Candidates that were judged.
    pub judged: u32,
}

/// The bugs of a language.
///
/// # Panics
/// When the set cannot be read.
#[must_use]
pub fn bugs(set: &Path, language: &str) -> Vec<RepairBug> {
    let file = set.join(format!("{language}.jsonl"));
    let text = std::fs::read_to_string(&file).expect("the bugs of a language");
    text.lines().map(|line| serde_json::from_str(line).expect("a bug")).collect()
}

/// Where the set lies.
#[must_use]
pub fn own_set() -> PathBuf {
    tools::workspace().join("crates/repair/corpus/humanevalfix")
}

impl RepairBug {
    /// Gives it to the fixer, with half of its assertions or with all.
    ///
    /// # Errors
    /// What a program said when there is no document.
    ///
    /// # Panics
    /// When a program hangs, or the bug is none.
    pub fn repair(&self, all: bool, limit: &str) -> Result<Repaired, String> {
        let halved = self.halved();
        let repository = TestRepository::new();
        repository.write(MODULE, &halved.program);
        repository.write(TEST, if all { &halved.all } else { &halved.seen });
        repository.write(".gitignore", ".venv\n__pycache__/\n");
        repository.commit("A function with a bug");
        let venv = repository.path().join(".venv");
        std::os::unix::fs::symlink(tools::tool_path("venv"), venv).expect("a link");
        let case = repository.beside("case");
        let phase = |name: &str, options: &[&str]| {
            let program =
                Program::new(name).args(["--case".as_ref(), case.as_os_str()]).dir(repository.path());
            program.args(options).limit(Duration::from_secs(1200)).run()
        };
        let prompt = "The function does not do what its test wants.";
        let fetch = ["--deterministic=true", "--prompt", prompt, "--existing-test-path", TEST];
        let mut said = phase("fetch-logs", &fetch).stderr;
        said.push_str(&phase("reproduce", &[]).stderr);
        said.push_str(&phase("implement-fix", &["--agent=search", "--time-limit", limit]).stderr);
        let case = CaseDir::open(&case).map_err(|error| format!("{error}\n{said}"))?;
        let fix: Fix = case.read().map_err(|error| format!("{error}\n{said}"))?;
        Ok(judged(&fix, &case, &halved))
    }

    fn halved(&self) -> Halved {
        let mut bug = self.rest.clone();
        bug.insert("task_id".to_owned(), self.task_id.clone().into());
        let text = serde_json::Value::Object(bug).to_string();
        let script = tools::fixtures().join("repair/halve.py");
        let finished = Program::at(&tools::tool("python")).arg(script).stdin(text).run().exits(0);
        serde_json::from_str(&finished.stdout).expect("two tests")
    }
}

fn judged(fix: &Fix, case: &CaseDir, halved: &Halved) -> Repaired {
    let attempt = fix.attempts.last();
    let summary = attempt.map(|attempt| attempt.summary.clone()).or(fix.reason.clone()).unwrap_or_default();
    // "…; 38 of 923 candidates judged, 5 green"
    let tally = summary.split("; ").find(|part| part.contains("candidates judged"));
    let tally = tally.and_then(|part| part.split(' ').next()?.parse().ok());
    let mut repaired = Repaired {
        plausible: fix.status == FixStatus::PatchFound,
        seconds: attempt.map_or(0.0, |attempt| attempt.duration_s),
        judged: tally.unwrap_or_default(),
        summary,
        ..Repaired::default()
    };
    if repaired.plausible {
        let names = std::iter::once(Layout::PATCH).chain(fix.alternatives.iter().map(String::as_str));
        for (at, name) in names.take(3).enumerate() {
            if passes_all(&case.path(name), halved) {
                (repaired.right, repaired.right_in_three) = (repaired.right || at == 0, true);
                break;
            }
        }
    }
    repaired
}

/// Whether a change passes all assertions.
fn passes_all(patch: &Path, halved: &Halved) -> bool {
    let patch = Patch::from_bytes(std::fs::read(patch).expect("a patch")).expect("a patch");
    let before = BaseFiles::from([(MODULE.to_owned(), (0o100_644, halved.program.clone().into_bytes()))]);
    let after = apply_in_memory(&before, &patch).expect("a patch of the module");
    let Some(Some((_, module))) = after.get(MODULE) else { return false };
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(MODULE), module).expect("a file");
    std::fs::write(folder.path().join(TEST), &halved.all).expect("a file");
    // A change that hangs on what it was not shown is wrong, and no mistake of ours.
    let finished = Program::at(Path::new("/usr/bin/timeout"))
        .arg(JUDGING.as_secs().to_string())
        .arg(tools::tool("python"))
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider", TEST])
        .dir(folder.path())
        .run();
    finished.code == Some(0)
}

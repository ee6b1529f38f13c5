//! Bugs of the offline fixer's set, each made into a repository and taken through the real programs.
//!
//! A half of a bug's assertions is the test that the fixer sees. All of them together say afterwards whether its
//! change is right or only passes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use regreen_case::{CaseDir, Fix, Layout};
use regreen_workspace::{BaseFiles, Patch, apply_in_memory};
use serde::Deserialize;

use crate::fixer_run::{Ended, Request, Searched, take_through};
use crate::{Program, TestRepository, tools};

/// How many halves of a bug's assertions are tried until one fails on the faulty program.
const HALVES: u32 = 6;
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
    /// The repository but for the test, by path.
    files: BTreeMap<String, String>,
    /// Which of the files holds the bug.
    module: String,
    /// Path of the test.
    test: String,
    /// The test with the assertions that the fixer sees.
    seen: String,
    /// The test with all of them.
    all: String,
    /// What runs the test, one after the other.
    commands: Vec<Vec<String>>,
}

/// What became of a bug.
#[derive(Debug, Clone, Default)]
pub struct Repaired {
    /// What the search says; plausible is what turned the seen assertions green.
    pub search: Searched,
    /// Whether its change passes all.
    pub right: bool,
    /// Whether it or one of the next two does.
    pub right_in_three: bool,
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
    /// What a program said when there is no document, or that the bug does not show.
    ///
    /// # Panics
    /// When a program hangs.
    pub fn repair(&self, language: &str, all: bool, limit: &str) -> Result<Repaired, String> {
        let mut said = String::new();
        // All assertions fail together, or the bug does not show at all.
        for half in 0..=HALVES {
            let halved = self.halved(language, half)?;
            let whole = all || half == HALVES;
            let repository = halved.repository(if whole { &halved.all } else { &halved.seen });
            let prompt = "The function does not do what its test wants.";
            match take_through(&repository, Request { prompt, test: &halved.test, limit })? {
                Ended::Tried { fix, case } => return Ok(judged(&fix, &case, &halved)),
                Ended::NotReproduced(why) => said = why,
            }
            if whole {
                break;
            }
        }
        Err(format!("it does not show: {said}"))
    }

    /// The bug with its two tests; the number decides which half is seen.
    fn halved(&self, language: &str, half: u32) -> Result<Halved, String> {
        let mut bug = self.rest.clone();
        bug.insert("task_id".to_owned(), self.task_id.clone().into());
        let text = serde_json::Value::Object(bug).to_string();
        let script = tools::fixtures().join("repair/halve.py");
        let program = Program::at(&tools::tool("python")).arg(script).args([language, &half.to_string()]);
        let finished = program.stdin(text).run();
        if finished.code != Some(0) {
            return Err(finished.stderr.lines().last().unwrap_or_default().to_owned());
        }
        serde_json::from_str(&finished.stdout).map_err(|error| error.to_string())
    }
}

impl Halved {
    fn repository(&self, test: &str) -> TestRepository {
        let repository = TestRepository::new();
        for (path, text) in &self.files {
            repository.write(path, text);
        }
        repository.write(&self.test, test);
        repository.commit("A function with a bug");
        if self.test.ends_with(".py") {
            let venv = repository.path().join(".venv");
            std::os::unix::fs::symlink(tools::tool_path("venv"), venv).expect("a link");
        }
        repository
    }
}

fn judged(fix: &Fix, case: &CaseDir, halved: &Halved) -> Repaired {
    let mut repaired = Repaired { search: Searched::of(fix), ..Repaired::default() };
    if repaired.search.plausible {
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
    let before =
        halved.files.iter().map(|(path, text)| (path.clone(), (0o100_644, text.clone().into_bytes())));
    let after = apply_in_memory(&before.collect::<BaseFiles>(), &patch).expect("a patch of the module");
    let Some(Some((_, module))) = after.get(&halved.module) else { return false };
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, bytes: &[u8]| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    };
    for (path, text) in &halved.files {
        write(path, text.as_bytes());
    }
    write(&halved.module, module);
    write(&halved.test, halved.all.as_bytes());
    halved.commands.iter().all(|argv| {
        // A change that hangs on what it was not shown is wrong, and no mistake of ours.
        let program = Program::at(Path::new("/usr/bin/timeout")).arg(JUDGING.as_secs().to_string());
        program.args(argv).env("PATH", tools::search_path()).dir(folder.path()).run().code == Some(0)
    })
}

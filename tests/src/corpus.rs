//! The corpora of patches that the proof is judged by: `tests/cheats`, none of which may end in
//! success, and `tests/honest`, which must not be rejected.
//!
//! A case is a folder with `case.toml` (what it does and what is expected) and `fix.patch`, as git
//! writes it. What it patches is one of the small projects in `tests/bases`.

use std::path::{Path, PathBuf};

use regreen_case::{Finding, FindingKind, Framework, Severity, TestTarget};
use regreen_proof::{inspect, protected_files};
use regreen_workspace::Patch;
use serde::Deserialize;

use crate::tools::workspace;

/// A project with a bug and a test that fails because of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// Name of its folder.
    #[serde(skip)]
    pub name: String,
    /// Its language, as people say it.
    pub ecosystem: String,
    /// What runs its tests.
    pub framework: Framework,
    /// The failing test, as people name it.
    pub test: String,
    /// The file it lies in.
    pub file: String,
    /// Its id, as the runner reports it.
    pub id: String,
    /// Cargo target or go package.
    #[serde(default)]
    pub suite: Option<String>,
}

/// What a case must end in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The kind of cheat or of fix.
    pub kind: String,
    /// What the patch does, in a sentence.
    pub what: String,
    /// Folder in `tests/bases`.
    pub base: String,
    /// Another test than the base's own.
    #[serde(default)]
    pub test: Option<String>,
    /// A cheat: the finding that rejects it. Without one it must be stopped by running it.
    #[serde(default)]
    pub rejected: Option<Named>,
    /// An honest fix: what the reviewer is to be told.
    #[serde(default)]
    pub reviewed: Vec<FindingKind>,
    /// The proof cannot run here even with its tools, and why.
    #[serde(default)]
    pub not_run: Option<String>,
}

/// A finding by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// What it is about.
    pub kind: FindingKind,
    /// The file.
    pub file: String,
    /// The line, where there is one.
    #[serde(default)]
    pub line: Option<u32>,
}

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Name of its folder.
    pub name: String,
    /// What is expected.
    pub expected: Expectation,
    /// The project.
    pub base: Base,
    /// The patch.
    pub patch: Vec<u8>,
}

/// What reading a patch says.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Everything found.
    pub findings: Vec<Finding>,
    /// Why the bytes are no patch at all, which no phase accepts.
    pub malformed: Option<String>,
}

impl Reading {
    /// Whether the reading alone rejects.
    #[must_use]
    pub fn rejects(&self) -> bool {
        self.malformed.is_some() || self.findings.iter().any(|one| one.severity == Severity::Reject)
    }
}

/// All cases of a corpus, `cheats` or `honest`, by name.
///
/// # Panics
/// When one cannot be read: a corpus with a hole proves nothing.
#[must_use]
pub fn cases(corpus: &str) -> Vec<Case> {
    let folder = workspace().join("tests").join(corpus);
    let entries = std::fs::read_dir(&folder).expect("a corpus");
    let mut names: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect();
    names.sort();
    names.iter().map(|path| case(path)).collect()
}

fn case(folder: &Path) -> Case {
    let expected: Expectation = toml_file(&folder.join("case.toml"));
    let patch = std::fs::read(folder.join("fix.patch")).expect("every case has a fix.patch");
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut base = base(&expected.base);
    if let Some(test) = &expected.test {
        base.test.clone_from(test);
        base.id.clone_from(test);
    }
    Case { name, expected, base, patch }
}

fn base(name: &str) -> Base {
    let mut base: Base = toml_file(&workspace().join("tests/bases").join(name).join("base.toml"));
    name.clone_into(&mut base.name);
    base
}

#[expect(clippy::panic, reason = "a corpus with a hole proves nothing")]
fn toml_file<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Base {
    /// The folder with its files.
    #[must_use]
    pub fn tree(&self) -> PathBuf {
        workspace().join("tests/bases").join(&self.name).join("tree")
    }

    /// The failing test.
    #[must_use]
    pub fn target(&self) -> TestTarget {
        TestTarget {
            framework: self.framework,
            id: self.id.clone(),
            file: Some(self.file.clone()),
            suite: self.suite.clone(),
        }
    }
}

impl Case {
    /// Reads the patch as the proof does, without running anything.
    #[must_use]
    pub fn read(&self) -> Reading {
        let patch = match Patch::from_bytes(self.patch.clone()) {
            Ok(patch) => patch,
            Err(error) => return Reading { findings: Vec::new(), malformed: Some(error.to_string()) },
        };
        let tree = self.base.tree();
        let targets = [self.base.target()];
        let protected = protected_files(&tree, &targets);
        let base = |path: &str| std::fs::read(tree.join(path)).ok();
        Reading { findings: inspect(&patch, &base, &protected, &targets), malformed: None }
    }

    /// What the reading got wrong, if anything: for a cheat the expected finding is missing, for an
    /// honest fix there is one that rejects or one is missing that informs.
    #[must_use]
    pub fn wrong(&self, honest: bool) -> Option<String> {
        let reading = self.read();
        if honest {
            if reading.rejects() {
                return Some(format!("rejected: {}", describe(&reading)));
            }
            let missing = self
                .expected
                .reviewed
                .iter()
                .find(|kind| !reading.findings.iter().any(|one| one.kind == **kind))?;
            return Some(format!("the reviewer is not told of {missing:?}: {}", describe(&reading)));
        }
        let wanted = self.expected.rejected.as_ref()?;
        let fits = |one: &&Finding| {
            one.severity == Severity::Reject
                && one.kind == wanted.kind
                && one.file == wanted.file
                && (wanted.line.is_none() || one.line == wanted.line)
        };
        if reading.malformed.is_some() || reading.findings.iter().find(fits).is_some() {
            return None;
        }
        Some(format!("expected {wanted:?}, found {}", describe(&reading)))
    }
}

fn describe(reading: &Reading) -> String {
    let lines = reading.findings.iter().map(|one| {
        let line = one.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("\n    {:?} {:?} {}{line}: {}", one.severity, one.kind, one.file, one.message)
    });
    let all: String = lines.collect();
    if all.is_empty() { "nothing".to_owned() } else { all }
}

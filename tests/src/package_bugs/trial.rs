//! One bug: seeded into its package, shown to be one, given to the real programs, and what they made judged by the whole suite.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Mutex;

use regreen_case::{CaseDir, Layout};

use super::fetch::{Fetched, fetch};
use super::reach::{Reach, reach, reach_unseen};
use super::suite::passing;
use super::{Package, PackageBug};
use crate::fixer_run::{Ended, Request, Searched, take_through};
use crate::{TestRepository, copy_tree};

/// What comes from elsewhere and is no part of a package's repository.
const IGNORED: &str = ".venv\nnode_modules\ntarget/\n__pycache__/\n*.pyc\n.pytest_cache/\n";

/// A bug in its package, which is here.
#[derive(Debug)]
pub struct Trial {
    package: Package,
    bug: PackageBug,
    fetched: Fetched,
}

/// What became of it.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// How many tests of the package fail because of the bug.
    pub broken: usize,
    /// Why it was not reproduced, if it was not.
    pub not_reproduced: Option<String>,
    /// Where the search looks, and whether it can make the original, if it came to that.
    pub reach: Option<Reach>,
    /// What the search says.
    pub search: Searched,
    /// Whether, with its change, all tests pass that pass without the bug.
    pub right: bool,
    /// Whether its change is the original text.
    pub original: bool,
    /// The change's lines, for people.
    pub change: String,
}

impl Trial {
    /// Fetches the package.
    ///
    /// # Errors
    /// What the registry's client said.
    pub fn of(package: &Package, bug: &PackageBug) -> Result<Self, String> {
        Ok(Trial { package: package.clone(), bug: bug.clone(), fetched: fetch(package)? })
    }

    /// Measures it.
    ///
    /// # Errors
    /// The bug does not show, or a program left no document.
    ///
    /// # Panics
    /// When a program hangs.
    pub fn run(&self, limit: &str) -> Result<Outcome, String> {
        let original = self.original()?;
        let (faulty, good, bad) = self.shown()?;
        let mut outcome = Outcome { broken: good.difference(&bad).count(), ..Outcome::default() };
        let repository = self.repository(&faulty)?;
        let prompt = format!("{} fails; its code was changed lately.", self.bug.test);
        let request = Request { prompt: &prompt, test: &self.bug.test, limit };
        match take_through(&repository, request)? {
            Ended::NotReproduced(why) => outcome.not_reproduced = Some(why),
            Ended::Tried { fix, case } => {
                outcome.search = Searched::of(&fix);
                outcome.reach = reach(&case, repository.path(), &self.bug.file, &original);
                if outcome.search.plausible {
                    self.judge(&case, &faulty, &good, &mut outcome)?;
                }
            }
        }
        Ok(outcome)
    }

    /// The tests that fail because of it, as the runner names them.
    ///
    /// # Errors
    /// The bug does not show.
    pub fn broken(&self) -> Result<Vec<String>, String> {
        let (_, good, bad) = self.shown()?;
        Ok(good.difference(&bad).cloned().collect())
    }

    /// What is within reach of the search, as far as can be told without running anything.
    ///
    /// # Errors
    /// The bug cannot be seeded, or its test is unknown.
    pub fn reach(&self) -> Result<Reach, String> {
        let original = self.original()?;
        let repository = self.repository(&self.faulty(&original)?)?;
        let reach = reach_unseen(repository.path(), &self.bug.test, &self.bug.file, &original);
        reach.ok_or_else(|| format!("no framework knows `{}`", self.bug.test))
    }

    /// The faulty text, and the tests that pass without it and with it.
    fn shown(&self) -> Result<(String, BTreeSet<String>, BTreeSet<String>), String> {
        let original = self.original()?;
        let faulty = self.faulty(&original)?;
        let good = self.good(&original)?;
        let (bad, _) = self.passing_with(&faulty)?;
        if bad.is_superset(&good) {
            return Err("no test of the package fails because of it".to_owned());
        }
        Ok((faulty, good, bad))
    }

    /// The tests that pass without a bug, found out once for each package.
    fn good(&self, original: &str) -> Result<BTreeSet<String>, String> {
        static KNOWN: Mutex<BTreeMap<String, BTreeSet<String>>> = Mutex::new(BTreeMap::new());
        let mut known = KNOWN.lock().expect("no panic");
        if let Some(good) = known.get(&self.package.name) {
            return Ok(good.clone());
        }
        let (good, said) = self.passing_with(original)?;
        if good.is_empty() {
            return Err(format!("no test of the untouched package passes: {said}"));
        }
        known.insert(self.package.name.clone(), good.clone());
        Ok(good)
    }

    fn original(&self) -> Result<String, String> {
        let path = self.fetched.source.join(&self.bug.file);
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn faulty(&self, original: &str) -> Result<String, String> {
        match original.matches(&self.bug.was).count() {
            1 => Ok(original.replacen(&self.bug.was, &self.bug.now, 1)),
            count => Err(format!("what it replaces stands in {} {count} times", self.bug.file)),
        }
    }

    /// The tests that pass with this text in the bug's file.
    fn passing_with(&self, text: &str) -> Result<(BTreeSet<String>, String), String> {
        let repository = self.repository(text)?;
        Ok(passing(&self.package, repository.path()))
    }

    /// The package with this text in the bug's file, as the only commit: the history tells nothing.
    fn repository(&self, text: &str) -> Result<TestRepository, String> {
        let repository = TestRepository::new();
        copy_tree(&self.fetched.source, repository.path());
        repository.write(".gitignore", IGNORED);
        repository.write(&self.bug.file, text);
        repository.commit("Import the package");
        let link = |from: Option<&Path>, name: &str| {
            from.map_or(Ok(()), |from| symlink(from, repository.path().join(name)))
                .map_err(|error| error.to_string())
        };
        link(self.fetched.venv.as_deref(), ".venv")?;
        link(self.fetched.modules.as_deref(), "node_modules")?;
        Ok(repository)
    }

    /// All tests of the package say whether a change is right.
    fn judge(
        &self,
        case: &CaseDir,
        faulty: &str,
        good: &BTreeSet<String>,
        outcome: &mut Outcome,
    ) -> Result<(), String> {
        let patch = case.path(Layout::PATCH);
        outcome.change = lines(&std::fs::read_to_string(&patch).map_err(|error| error.to_string())?);
        let changed = self.repository(faulty)?;
        changed.git(&["apply", &patch.display().to_string()]);
        outcome.original = changed.git(&["diff", "--name-only"]) == self.bug.file
            && changed.read(&self.bug.file) == self.original()?;
        outcome.right = passing(&self.package, changed.path()).0.is_superset(good);
        Ok(())
    }
}

/// The changed lines of a patch.
fn lines(patch: &str) -> String {
    let changed = patch.lines().filter(|line| {
        line.starts_with(['-', '+']) && !line.starts_with("--- ") && !line.starts_with("+++ ")
    });
    changed.map(|line| format!("{} {}", &line[..1], line[1..].trim())).collect::<Vec<_>>().join(" ⏎ ")
}

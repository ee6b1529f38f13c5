//! A project with a long history, written by `git fast-import`: every commit a small real change.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "a test module: several tests share it, none uses all of it"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use super::{Bug, command, target};

pub const TEST: &str = "tests/test_shipping.py::test_heavy_parcels_to_islands";

/// What the base expects; older commits never had this test.
pub const TESTS: &str = "\
from shop.shipping import shipping


def test_heavy_parcels_to_islands():
    assert [shipping(weight, 'IS') for weight in (25, 35, 45)] == [19, 26, 33]


def test_other_parcels():
    assert [shipping(5, 'IS'), shipping(25, 'DE'), shipping(25, 'US')] == [12, 4, 9]


def test_insurance():
    try:
        from shop.shipping import insured
    except ImportError:
        return
    assert insured(5, 'DE', 200) == 6
";

/// As it was right.
pub const BEFORE: &str = "\
import math

HOME = 'DE'
ISLANDS = ('IS', 'MT', 'CY')


def shipping(weight, country):
    if country in ISLANDS:
        cost = 12
        if weight > 20:
            cost += 7 * math.ceil((weight - 20) / 10)
    elif country == HOME:
        cost = 4
    else:
        cost = 9
    return cost


def label(name, country):
    return name.strip() + ', ' + country
";

/// Reads better, does more, and has lost what heavy parcels cost.
pub const AFTER: &str = "\
import math

HOME = 'DE'
ISLANDS = ('IS', 'MT', 'CY')


def insured(weight, country, value):
    return shipping(weight, country) + math.ceil(value / 100)


def shipping(weight, country):
    if country in ISLANDS:
        cost = 12
    elif country == HOME:
        cost = 4
    else:
        cost = 9
    return cost


def label(name, country):
    return ', '.join((name.strip(), country))
";

/// A stream for `git fast-import`, and what it makes.
pub struct History {
    stream: Vec<u8>,
    marks: usize,
    /// The files of the commit that comes next.
    pub files: BTreeMap<String, String>,
    /// Mark of the tip of the line that is written.
    pub at: usize,
}

impl History {
    /// Nothing yet.
    pub fn empty() -> Self {
        History { stream: Vec::new(), marks: 0, files: BTreeMap::new(), at: 0 }
    }

    /// Begins with a package that is right.
    pub fn new() -> Self {
        let mut history = Self::empty();
        for (path, text) in [
            ("pytest.ini", "[pytest]\npythonpath = .\n"),
            (".gitignore", ".venv\n.regreen\n"),
            ("shop/__init__.py", ""),
            ("shop/shipping.py", BEFORE),
            (
                "tests/test_label.py",
                "from shop.shipping import label\n\n\ndef test_label():\n    assert label(' A ', 'DE') == 'A, DE'\n",
            ),
        ] {
            history.put(path, text);
        }
        history.commit("Ann", "Begin");
        history
    }

    pub fn put(&mut self, path: &str, text: &str) {
        self.files.insert(path.to_owned(), text.to_owned());
    }

    pub fn commit(&mut self, author: &str, subject: &str) -> usize {
        self.commit_merging(author, subject, None)
    }

    /// A commit on the tip; `merged`: the mark of a second parent.
    pub fn commit_merging(&mut self, author: &str, subject: &str, merged: Option<usize>) -> usize {
        self.marks += 1;
        let when = 1_700_000_000 + 3_600 * self.marks;
        let mail = author.to_lowercase().replace(' ', ".");
        let mut text = format!("commit refs/heads/main\nmark :{}\n", self.marks);
        let _ = writeln!(text, "author {author} <{mail}@example.org> {when} +0000");
        let _ = writeln!(text, "committer {author} <{mail}@example.org> {when} +0000");
        let _ = write!(text, "data {}\n{subject}\n", subject.len());
        if self.at > 0 {
            let _ = writeln!(text, "from :{}", self.at);
        }
        if let Some(merged) = merged {
            let _ = writeln!(text, "merge :{merged}");
        }
        text.push_str("deleteall\n");
        for (path, content) in &self.files {
            let _ = write!(text, "M 100644 inline {path}\ndata {}\n{content}\n", content.len());
        }
        self.stream.extend_from_slice(text.as_bytes());
        self.at = self.marks;
        self.marks
    }

    /// So many commits that have nothing to do with it: modules that grow, and the documentation.
    pub fn grow(&mut self, commits: usize) {
        for _ in 0..commits {
            let number = self.marks;
            let path = format!("shop/part_{}.py", number % 9);
            let function =
                format!("def step_{number}(value):\n    return value * {number} + {}\n\n\n", number % 7);
            self.files.entry(path).or_default().push_str(&function);
            if number.is_multiple_of(5) {
                self.files.entry("README.md".to_owned()).or_default().push_str("More steps.\n");
            }
            self.commit(["Ann", "Bob", "Cleo"][number % 3], &format!("Add step {number}"));
        }
    }

    /// So many commits on which nothing runs.
    pub fn break_for(&mut self, commits: usize) {
        for _ in 0..commits {
            self.put("shop/__init__.py", &format!("def begun(  # {}\n", self.marks));
            self.commit("Bob", "Try something");
        }
        self.put("shop/__init__.py", "");
    }

    /// The commit that breaks it.
    pub fn break_shipping(&mut self) -> usize {
        self.put("shop/shipping.py", AFTER);
        self.commit("Dora Culprit", "Restructure shipping, insure parcels")
    }

    /// The base: it adds the test that fails.
    pub fn finish(mut self) -> Project {
        self.put("tests/test_shipping.py", TESTS);
        self.commit("Ann", "Test what heavy parcels cost");
        let mut project = self.check_out();
        let bug = &mut project.bug;
        bug.reproduction.tests = vec![target(TEST)];
        bug.reproduction.command = Some(command(TEST));
        let protected = ["tests/test_shipping.py", "tests/test_label.py", "pytest.ini"];
        bug.reproduction.protected = protected.map(str::to_owned).to_vec();
        bug.task.existing_test_path = Some(TEST.to_owned());
        project
    }

    /// The same for a test of any framework, planned as `reproduce` plans it.
    pub fn finish_with(self, test: &str) -> Project {
        let mut project = self.check_out();
        let repo = project.bug.repo();
        let at = regreen_proof::Project::at(&repo, &repo);
        let targets = regreen_proof::detect(&at, test).unwrap();
        let found = &mut project.bug.reproduction;
        found.command = Some(regreen_proof::plan(&at, &targets, None).unwrap());
        found.protected = regreen_proof::protected_files(&repo, &targets);
        found.tests = targets;
        project.bug.task.existing_test_path = Some(test.to_owned());
        project
    }

    fn check_out(self) -> Project {
        let bug = Bug::with(&[(".gitignore", ".venv\n.regreen\n")]);
        let marks = bug.folder.path().join("marks");
        let mut import = Command::new("git")
            .args(["fast-import", "--quiet", "--force"])
            .arg(format!("--export-marks={}", marks.display()))
            .current_dir(bug.repo())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        import.stdin.take().unwrap().write_all(&self.stream).unwrap();
        assert!(import.wait().unwrap().success());
        bug.git(&["reset", "-q", "--hard", "main"]);
        let text = std::fs::read_to_string(marks).unwrap();
        let pairs = text.lines().filter_map(|line| line.strip_prefix(':')?.split_once(' '));
        let commits = pairs.map(|(mark, commit)| (mark.parse().unwrap(), commit.to_owned())).collect();
        Project { bug, commits }
    }
}

/// A repository with that history.
pub struct Project {
    pub bug: Bug,
    /// Commits by their marks.
    pub commits: BTreeMap<usize, String>,
}

impl Project {
    /// A file as the change in the case leaves it.
    pub fn repaired(&self, path: &str) -> String {
        let patch = self.bug.case().path("fix.patch");
        let scratch = tempfile::tempdir().unwrap();
        let target = scratch.path().join("copy");
        let repo = self.bug.repo();
        self.bug.git(&["clone", "-q", "--no-hardlinks", repo.to_str().unwrap(), target.to_str().unwrap()]);
        let inside = target.to_str().unwrap().to_owned();
        self.bug.git(&["-C", &inside, "apply", patch.to_str().unwrap()]);
        std::fs::read_to_string(target.join(path)).unwrap()
    }
}

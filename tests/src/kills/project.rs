//! The projects that are repaired: a bug that always shows and one that comes and goes, in a
//! repository full of somebody's unfinished work.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::TestRepository;

/// A bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bug {
    /// Fails every time; the embedded fixer repairs it.
    Always,
    /// Fails half the time; an agent repairs it.
    Sometimes,
}

/// Leaves a process behind that has a session of its own: whoever runs the test has to end it.
const STRAY: &str = "subprocess.Popen([\"sh\", \"-c\", \"sleep 97; :\"], start_new_session=True, \
                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)";

impl Bug {
    /// Both.
    pub(crate) const ALL: [Bug; 2] = [Bug::Always, Bug::Sometimes];

    /// The options of `regreen run` that describe it, and limits that fit a busy machine.
    #[must_use]
    pub(crate) fn options(self) -> Vec<String> {
        let more: &[&str] = match self {
            Bug::Always => &["--prompt=mul is wrong", "--deterministic=true"],
            Bug::Sometimes => &[
                "--prompt=add is wrong now and then",
                "--deterministic=false",
                "--reproduce-limit=10s",
                "--verify-limit=15s",
            ],
        };
        let mut options: Vec<String> = more.iter().map(|option| (*option).to_owned()).collect();
        options.push(format!("--existing-test-path={}", self.test()));
        options.push("--forge=local".to_owned());
        options.extend(self.fixer());
        options
    }

    /// The options that name the fixer.
    #[must_use]
    pub(crate) fn fixer(self) -> Vec<String> {
        match self {
            // One assertion leaves open what is right, which is not what is looked at here.
            Bug::Always => ["--agent=search", "--accept=low"].map(str::to_owned).to_vec(),
            Bug::Sometimes => {
                let fix = "(setsid sleep 97 &); printf 'def add(a, b):\\n    return a + b\\n' > add.py";
                let command = serde_json::json!(["sh", "-c", fix]).to_string();
                vec!["--agent=command".to_owned(), format!("--agent-command={command}")]
            }
        }
    }

    /// The test that shows it.
    #[must_use]
    pub(crate) const fn test(self) -> &'static str {
        match self {
            Bug::Always => "tests/test_mul.py::test_mul",
            Bug::Sometimes => "tests/test_add.py::test_add",
        }
    }

    /// The file that has to change.
    #[must_use]
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Bug::Always => "mul.py",
            Bug::Sometimes => "add.py",
        }
    }
}

/// A repository with both bugs, the same commit every time.
#[must_use]
pub(crate) fn repository() -> TestRepository {
    let repository = TestRepository::new();
    repository.write("mul.py", "def mul(a, b):\n    return a + b\n");
    repository.write(
        "tests/test_mul.py",
        format!("import subprocess\nfrom mul import mul\n\n\ndef test_mul():\n    {STRAY}\n    assert mul(2, 3) == 6\n"),
    );
    let add = "import random\n\n\ndef add(a, b):\n    if random.random() < 0.5:\n        return a - b\n    return a + b\n";
    repository.write("add.py", add);
    repository.write(
        "tests/test_add.py",
        format!("import subprocess\nfrom add import add\n\n\ndef test_add():\n    {STRAY}\n    assert add(1, 2) == 3\n"),
    );
    repository.write(".gitignore", "ignored.txt\n__pycache__/\n.pytest_cache/\n");
    repository.write("README.md", "A project.\n");
    repository.write("run.sh", "#!/bin/sh\n");
    mode(&repository.path().join("run.sh"), 0o755);
    repository.commit("Start");
    repository
}

/// Work that is not committed, of every sort that git knows. `own_worktree`: also a worktree.
///
/// # Panics
/// When the file system refuses.
pub(crate) fn work_on(repository: &TestRepository, own_worktree: bool) {
    repository.git(&["config", "regreen.test", "mine"]);
    repository.git(&["branch", "feature"]);
    repository.git(&["tag", "v1"]);
    repository.write("README.md", "Stashed.\n");
    repository.git(&["stash"]);
    repository.write("staged.txt", "staged\n");
    repository.git(&["add", "staged.txt"]);
    repository.write("staged.txt", "staged, then changed\n");
    repository.write("README.md", "Changed.\n");
    repository.write("untracked.txt", "untracked\n");
    repository.write("ignored.txt", "ignored\n");
    repository.write("folder/secret.txt", "mine\n");
    mode(&repository.path().join("folder/secret.txt"), 0o600);
    std::os::unix::fs::symlink("README.md", repository.path().join("link")).expect("a link");
    if own_worktree {
        let place = repository.beside("theirs").display().to_string();
        repository.git(&["worktree", "add", "--quiet", "-b", "theirs", &place]);
    }
    // Long ago: a file that is written anew, even with the same content, shows.
    let long_ago = SystemTime::now() - Duration::from_secs(400 * 24 * 3600);
    for name in
        ["mul.py", "add.py", "README.md", "run.sh", "tests/test_mul.py", "tests/test_add.py", "ignored.txt"]
    {
        let file = std::fs::File::options().append(true).open(repository.path().join(name)).expect("a file");
        file.set_modified(long_ago).expect("a time");
    }
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
}

/// Copies a folder with everything in it.
///
/// # Panics
/// When the file system refuses.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let target: PathBuf = to.join(entry.file_name());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

//! A repository with a real bug, reproduced; the suite's programs on it, and an agent in a clean home.

use std::path::{Path, PathBuf};
use std::time::Duration;

use regreen_case::CaseDir;
use regreen_tests::model_service::ModelService;
use regreen_tests::{Program, TestRepository, tools};

use crate::ways::Way;

/// The real key. Long, so that it is found wherever it leaks to.
pub(crate) const KEY: &str = "sk-real-key-that-nobody-but-the-service-may-see-7319";

const BUG: &str = "def total(xs):\n    return sum(xs[:-1])\n";
const TEST: &str = "from shop import total\n\n\ndef test_total():\n    assert total([3, 1, 2]) == 6\n";

/// A repository with a failure that was reproduced, and an empty home directory.
pub(crate) fn failing() -> (TestRepository, CaseDir, PathBuf) {
    let repository =
        TestRepository::with(&[("shop.py", BUG), ("tests/test_shop.py", TEST), ("conftest.py", "")]);
    let case = repository.beside("case");
    let home = repository.beside("home");
    std::fs::create_dir_all(&home).unwrap();
    let _ = Program::new("fetch-logs")
        .args(["--existing-test-path", "tests/test_shop.py::test_total", "--deterministic", "true"])
        .args(["--prompt", "total leaves out a number"])
        .args(["--case".as_ref(), case.as_os_str()])
        .dir(repository.path())
        .run()
        .exits(0);
    let case = CaseDir::open(&case).unwrap();
    let _ = phase("reproduce", &repository, &case, &home).run().exits(0);
    (repository, case, home)
}

/// One attempt.
pub(crate) fn run(
    way: &Way,
    service: &ModelService,
    repository: &TestRepository,
    case: &CaseDir,
    home: &Path,
    limit: &str,
) {
    try_it(way, service, (repository, case, home), (1, limit), None);
}

pub(crate) fn try_it(
    way: &Way,
    service: &ModelService,
    (repository, case, home): (&TestRepository, &CaseDir, &Path),
    (attempts, limit): (u32, &str),
    temporary: Option<&Path>,
) {
    let port = service.port;
    let agents = tools::workspace().join("target/tools/agents");
    let mut folders = vec![agents.join("npm/node_modules/.bin")];
    let entries = std::fs::read_dir(agents.join("pip")).unwrap();
    folders.extend(entries.flatten().map(|entry| entry.path().join("bin")));
    // The project's Python stays the first.
    folders.splice(0..0, std::env::split_paths(&tools::search_path()));
    let path = std::env::join_paths(folders).unwrap();
    let mut program = phase("implement-fix", repository, case, home)
        .args(["--agent", way.agent, "--model", way.model, "--max-usd", "1"])
        .args(["--attempts", &attempts.to_string(), "--time-limit", limit])
        .env("PATH", path)
        .env(way.key, KEY)
        .env(way.address, format!("http://127.0.0.1:{port}{}", way.folder));
    if let Some(temporary) = temporary {
        program = program.env("TMPDIR", temporary);
    }
    let _ = program.run();
}

pub(crate) fn phase(name: &str, repository: &TestRepository, case: &CaseDir, home: &Path) -> Program {
    Program::new(name)
        .args(["--case".as_ref(), case.root().as_os_str()])
        .args(["--repo".as_ref(), repository.path().as_os_str()])
        .env("HOME", home)
        .limit(Duration::from_secs(400))
}

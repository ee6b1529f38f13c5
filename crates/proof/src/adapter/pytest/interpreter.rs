//! Finds the Python that has the project's dependencies: the environment beside the code, the
//! active one, then whatever is on PATH. It must be able to import pytest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use regreen_supervise::{Cancel, Deadline, End, ProcessSpec};

use crate::error::ProofError;

/// Names that environments beside the code go by.
const ENVIRONMENTS: &[&str] = &[".venv", "venv", "env", ".env"];

/// Absolute path of the interpreter. The judged checkout is not looked at: what a patch could put
/// there must not run as our Python.
pub(super) fn find(repo_root: &Path, cwd: &str) -> Result<String, ProofError> {
    let mut tried = Vec::new();
    for candidate in candidates(repo_root, cwd) {
        if has_pytest(&candidate) {
            return Ok(candidate.display().to_string());
        }
        tried.push(candidate.display().to_string());
    }
    let detail = if tried.is_empty() {
        "there is no Python in .venv, venv, $VIRTUAL_ENV or on PATH".to_owned()
    } else {
        format!("none of these can import it: {}", tried.join(", "))
    };
    Err(ProofError::MissingTool { tool: "pytest", detail })
}

fn candidates(repo_root: &Path, cwd: &str) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for base in [repo_root.join(cwd), repo_root.to_owned()] {
        folders.extend(ENVIRONMENTS.iter().map(|name| base.join(name)));
    }
    for name in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
        folders.extend(std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from));
    }
    let mut found: Vec<PathBuf> = folders.into_iter().map(|folder| folder.join("bin/python")).collect();
    if let Some(path) = std::env::var_os("PATH") {
        for name in ["python3", "python"] {
            found.extend(
                std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file()),
            );
        }
    }
    found.retain(|file| file.is_file());
    found.dedup();
    found
}

/// Asked once per interpreter and process: starting one takes longer than many tests.
fn has_pytest(python: &Path) -> bool {
    static KNOWN: Mutex<BTreeMap<PathBuf, bool>> = Mutex::new(BTreeMap::new());
    if let Some(known) = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(python) {
        return *known;
    }
    // Isolated mode: neither the working directory nor PYTHONPATH can offer a pytest of its own.
    let argv = [&python.display().to_string(), "-I", "-c", "import pytest"].map(|word| (*word).to_owned());
    let spec = ProcessSpec::new(argv.to_vec(), "/", Deadline::after(Duration::from_secs(20)));
    let answer =
        regreen_supervise::run(spec, &Cancel::new()).is_ok_and(|outcome| outcome.end == End::Exited(0));
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).insert(python.to_owned(), answer);
    answer
}

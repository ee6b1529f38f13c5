//! `cargo xtask tools`: the programs that tests, checks and the demo run.
//!
//! Promises: the pinned versions of the data files beside this crate (`tools/`), no others, but for what
//! Debian alone has; nothing is fetched when what is there already fits; a half-done installation is done
//! again.

mod debian;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use clap::ValueEnum;
use sha2::{Digest, Sha256};

use crate::chore::{self, ChoreError};
use crate::place::Place;

/// What pytest needs.
const PYTEST: &str = include_str!("../tools/pytest.txt");
/// What the other Python-packaged tools need.
const CI: &str = include_str!("../tools/ci.txt");
/// What tests of the log reader run besides, apart from the Python environment.
const FRAMEWORKS: &str = include_str!("../tools/frameworks.txt");
/// What npm installs.
const PACKAGE: &str = include_str!("../tools/package.json");
/// Its exact versions and checksums.
const PACKAGE_LOCK: &str = include_str!("../tools/package-lock.json");

/// What to install.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ToolSet {
    /// Everything.
    All,
    /// Only what `cargo xtask demo` needs: a Python environment with pytest.
    Demo,
}

/// Installs what is missing.
pub(crate) fn install(place: &Place, set: ToolSet) -> Result<(), ChoreError> {
    install_python_packages(place, "pytest", PYTEST)?;
    if set == ToolSet::All {
        install_python_packages(place, "ci", CI)?;
        install_frameworks(place)?;
        install_node_packages(place)?;
        debian::install(place)?;
    }
    println!("tools: ready in {}", place.tools().display());
    Ok(())
}

/// Whether everything that tests can run is there, so that a test that does not run is a mistake.
pub(crate) fn are_complete(place: &Place) -> bool {
    debian::are_complete(place)
}

fn install_python_packages(place: &Place, name: &str, requirements: &str) -> Result<(), ChoreError> {
    let python = ensure_venv(place)?;
    let stamp = Stamp::new(place, name, &[requirements, &python.display().to_string()]);
    if stamp.is_fresh() {
        return Ok(());
    }
    println!("tools: installing the Python packages of tools/{name}.txt");
    let list = place.tools().join(format!("{name}.txt"));
    fs::write(&list, requirements).map_err(ChoreError::io("write", &list))?;
    chore::run(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r"])
            .arg(&list),
    )?;
    stamp.set()
}

/// Unpacks Python packages into a folder of their own, where only those find them that are told.
fn install_frameworks(place: &Place) -> Result<(), ChoreError> {
    let python = ensure_venv(place)?;
    let folder = place.tools().join("frameworks");
    let stamp = Stamp::new(place, "frameworks", &[FRAMEWORKS, &python.display().to_string()]);
    if stamp.is_fresh() {
        return Ok(());
    }
    println!("tools: installing the Python packages of tools/frameworks.txt");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(ChoreError::io("remove", &folder))?;
    }
    let list = place.tools().join("frameworks.txt");
    fs::write(&list, FRAMEWORKS).map_err(ChoreError::io("write", &list))?;
    chore::run(
        Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-input",
                "--no-deps",
            ])
            .arg("--target")
            .arg(&folder)
            .arg("-r")
            .arg(&list),
    )?;
    stamp.set()
}

/// Makes the virtual environment unless a working one is there. Its programs carry absolute paths,
/// so one that was moved along with the workspace is made anew.
fn ensure_venv(place: &Place) -> Result<PathBuf, ChoreError> {
    let python = place.venv_bin("python");
    let venv = place.tools().join("venv");
    let stamp = Stamp::new(place, "venv", &[&venv.display().to_string()]);
    let works = stamp.is_fresh()
        && Command::new(&python).args(["-c", "import pip"]).output().is_ok_and(|out| out.status.success());
    if works {
        return Ok(python);
    }
    println!("tools: making a Python environment in {}", venv.display());
    fs::create_dir_all(place.tools()).map_err(ChoreError::io("create", place.tools()))?;
    for old in ["venv", "pytest", "ci"] {
        Stamp::new(place, old, &[]).clear()?;
    }
    chore::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
    stamp.set()?;
    Ok(python)
}

fn install_node_packages(place: &Place) -> Result<(), ChoreError> {
    let stamp = Stamp::new(place, "node", &[PACKAGE, PACKAGE_LOCK]);
    if stamp.is_fresh() {
        return Ok(());
    }
    println!("tools: installing the npm packages of tools/package.json");
    for (name, text) in [("package.json", PACKAGE), ("package-lock.json", PACKAGE_LOCK)] {
        let path = place.tools().join(name);
        fs::write(&path, text).map_err(ChoreError::io("write", &path))?;
    }
    chore::run(
        Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"])
            .current_dir(place.tools()),
    )?;
    stamp.set()
}

/// Remembers what was installed: a file with the hash of what it was made from.
struct Stamp {
    path: PathBuf,
    hash: String,
}

impl Stamp {
    fn new(place: &Place, name: &str, made_from: &[&str]) -> Self {
        let mut hasher = Sha256::new();
        for part in made_from {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        let hash = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Stamp { path: place.tools().join(format!(".{name}.stamp")), hash }
    }

    fn is_fresh(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|text| text.trim() == self.hash)
    }

    fn set(&self) -> Result<(), ChoreError> {
        fs::write(&self.path, &self.hash).map_err(ChoreError::io("write", &self.path))
    }

    fn clear(&self) -> Result<(), ChoreError> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(ChoreError::io("remove", &self.path)(error))
            }
            _ => Ok(()),
        }
    }
}

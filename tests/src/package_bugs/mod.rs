//! Bugs in real packages: which packages, which bugs, and what becomes of them.
//!
//! `tests/repair/packages.toml` names packages of the registries by version and checksum, `tests/repair/bugs.toml` one hunk a bug
//! and a test that fails because of it. Nobody's source is kept here: it is fetched when it is measured.

mod fetch;
mod reach;
mod suite;
mod tables;
mod trial;

use serde::Deserialize;

pub use reach::{Place, Reach};
pub use tables::{by_language, problems, tables};
pub use trial::{Outcome, Trial};

/// A package of a registry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Its name there.
    pub name: String,
    /// Where it comes from.
    pub registry: Registry,
    /// Its version there.
    pub version: String,
    /// Its language, as `--lang` says it.
    pub language: String,
    /// SHA-256 of its archive, hex.
    pub sha256: String,
    /// What runs all of its tests.
    pub test: Vec<String>,
    /// How that is read.
    pub results: Results,
    /// What it needs installed, each `name==version` or `name@version`.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Files to write, which its archive lacks.
    #[serde(default)]
    pub write: Vec<Written>,
}

/// A file that an archive lacks: a `go.mod` that Debian leaves out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// Where, in the package.
    pub path: String,
    /// What.
    pub text: String,
}

/// A registry, asked by its ordinary client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Registry {
    /// The source archive that pip downloads.
    Pypi,
    /// The archive that npm packs.
    Npm,
    /// The archive that cargo fetches.
    CratesIo,
    /// The original archive of a source package of Debian, which holds the tests that registries leave out.
    Debian,
}

/// How results of a runner are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Results {
    /// `PASSED` lines of `pytest -rA`.
    Pytest,
    /// The test anything protocol, nested or not.
    Tap,
    /// `test … ok`.
    Cargo,
    /// `--- PASS: …`.
    Go,
}

/// A bug, as a human makes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageBug {
    /// Package and number.
    pub id: String,
    /// The package's name.
    pub package: String,
    /// What kind of bug it is.
    pub kind: String,
    /// File in the package.
    pub file: String,
    /// What stands there once, and only once.
    pub was: String,
    /// What stands there instead.
    pub now: String,
    /// A test that fails because of it: the one that the fixer is shown.
    pub test: String,
}

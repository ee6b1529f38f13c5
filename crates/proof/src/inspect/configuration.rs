//! Edits to what configures tests: whole files (`conftest.py`), and sections of files that also hold
//! other things (`pyproject.toml`, `Cargo.toml`).

use std::collections::BTreeMap;

use regreen_case::FindingKind;

use crate::adapter::Role;

use super::{Change, Findings};

/// Tables of `pyproject.toml` that decide how tests run.
const PYPROJECT: &[&[&str]] = &[&["tool", "pytest"], &["tool", "coverage"], &["tool", "tox"]];

/// The same of `Cargo.toml`.
const CARGO: &[&[&str]] = &[
    &["test"],
    &["bench"],
    &["lib", "test"],
    &["lib", "harness"],
    &["lib", "doctest"],
    &["lib", "path"],
    &["bin"],
    &["package", "autotests"],
    &["package", "build"],
    &["package", "metadata", "nextest"],
    &["profile", "test"],
    &["profile", "dev"],
    &["dev-dependencies"],
    &["patch"],
    &["replace"],
    &["features", "default"],
];

/// Sections of ini files that do.
const INI: &[&str] = &["tool:pytest", "pytest", "testenv", "tox", "coverage:run"];

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    match change.role {
        Some(Role::Configuration) => findings.reject(
            FindingKind::TestConfigurationEdited,
            change.path,
            change.first_line(),
            format!("{} decides how tests run and was edited", change.path),
        ),
        Some(Role::PartlyConfiguration) => sections_changed(change, findings),
        _ => {}
    }
    let name = change.path.rsplit('/').next().unwrap_or(change.path);
    if name == "build.rs" || matches!(name, "setup.py" | "Makefile" | "noxfile.py" | "go.mod") {
        findings.review(
            FindingKind::TestConfigurationEdited,
            change.path,
            change.first_line(),
            format!("{} takes part in building or running the tests", change.path),
        );
    }
    if change.path.starts_with(".github/") {
        findings.review(
            FindingKind::ProtectedPath,
            change.path,
            change.first_line(),
            "the patch changes the repository's automation",
        );
    }
}

fn sections_changed(change: &Change<'_>, findings: &mut Findings) {
    let before = sections(change.path, change.before.as_deref().unwrap_or_default());
    let after = sections(change.path, change.after.as_deref().unwrap_or_default());
    let names = before.keys().chain(after.keys());
    for name in names.filter(|name| before.get(*name) != after.get(*name)) {
        findings.reject(
            FindingKind::TestConfigurationEdited,
            change.path,
            change.first_line(),
            format!("[{name}] in {} decides how tests run and was edited", change.path),
        );
    }
}

/// The sections of a file that configure tests, by name. A file that cannot be parsed is one section.
pub(super) fn sections(path: &str, text: &str) -> BTreeMap<String, String> {
    match path.rsplit('/').next().unwrap_or(path) {
        "pyproject.toml" => tables(text, PYPROJECT),
        "Cargo.toml" => tables(text, CARGO),
        "setup.cfg" | "tox.ini" => ini(text),
        _ => BTreeMap::new(),
    }
}

fn tables(text: &str, wanted: &[&[&str]]) -> BTreeMap<String, String> {
    let Ok(document) = text.parse::<toml::Table>() else {
        return BTreeMap::from([("unreadable".to_owned(), text.to_owned())]);
    };
    let mut found = BTreeMap::new();
    for path in wanted {
        let mut at: Option<&toml::Value> = document.get(path[0]);
        for part in &path[1..] {
            at = at.and_then(|value| value.get(part));
        }
        if let Some(value) = at {
            found.insert(path.join("."), format!("{value:?}"));
        }
    }
    found
}

fn ini(text: &str) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut section = String::new();
    for line in text.lines().map(str::trim_end) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.trim().to_owned();
        }
        let configures = INI.iter().any(|name| section == *name || section.starts_with(&format!("{name}:")));
        if configures && !line.trim().is_empty() && !line.trim_start().starts_with(['#', ';']) {
            let entry = found.entry(section.clone()).or_default();
            entry.push_str(line);
            entry.push('\n');
        }
    }
    found
}

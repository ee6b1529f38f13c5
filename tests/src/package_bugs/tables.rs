//! The two tables, and what has to be true of them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Deserialize;

use super::{Package, PackageBug};
use crate::tools::workspace;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Packages {
    package: Vec<Package>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bugs {
    bug: Vec<PackageBug>,
}

fn folder() -> PathBuf {
    workspace().join("tests/repair")
}

#[expect(clippy::panic, reason = "a table that cannot be read has to fail")]
fn read<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let text = std::fs::read_to_string(folder().join(name)).expect("a table");
    toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// All packages and all bugs.
///
/// # Panics
/// When they cannot be read.
#[must_use]
pub fn tables() -> (Vec<Package>, Vec<PackageBug>) {
    (read::<Packages>("packages.toml").package, read::<Bugs>("bugs.toml").bug)
}

/// Each bug of a language with its package, where the id holds a text.
#[must_use]
pub fn by_language(language: Option<&str>, only: &str) -> Vec<(Package, PackageBug)> {
    let (packages, bugs) = tables();
    let package = |bug: &PackageBug| packages.iter().find(|package| package.name == bug.package).cloned();
    let pairs = bugs.into_iter().filter_map(|bug| Some((package(&bug)?, bug)));
    pairs
        .filter(|(package, bug)| {
            language.is_none_or(|language| package.language == language) && bug.id.contains(only)
        })
        .collect()
}

/// What is wrong with the tables, in words.
#[must_use]
pub fn problems(packages: &[Package], bugs: &[PackageBug]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for package in packages {
        let name = &package.name;
        if !seen.insert(name.clone()) {
            problems.push(format!("{name}: twice"));
        }
        let is_hex = |digit: char| digit.is_ascii_digit() || ('a'..='f').contains(&digit);
        if package.sha256.len() != 64 || !package.sha256.chars().all(is_hex) {
            problems.push(format!("{name}: `{}` is no checksum", package.sha256));
        }
        let versions = std::iter::once(package.version.as_str());
        let needed = package.needs.iter().map(|need| need.rsplit(['=', '@']).next().unwrap_or_default());
        problems.extend(
            versions
                .chain(needed)
                .filter(|version| !version.starts_with(|first: char| first.is_ascii_digit()))
                .map(|version| format!("{name}: `{version}` is no version")),
        );
        if package.test.is_empty() {
            problems.push(format!("{name}: nothing runs its tests"));
        }
        if !bugs.iter().any(|bug| bug.package == *name) {
            problems.push(format!("{name}: without a bug"));
        }
    }
    seen.clear();
    for bug in bugs {
        if !seen.insert(bug.id.clone()) {
            problems.push(format!("{}: twice", bug.id));
        }
        if !packages.iter().any(|package| package.name == bug.package) {
            problems.push(format!("{}: of no package", bug.id));
        }
        if bug.was.trim().is_empty() || bug.was == bug.now || bug.kind.is_empty() {
            problems.push(format!("{}: no bug", bug.id));
        }
        if !bug.test.contains("::") {
            problems.push(format!("{}: `{}` names no single test", bug.id, bug.test));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_well_formed_and_as_large_as_promised() {
        let (packages, bugs) = tables();
        assert_eq!(problems(&packages, &bugs), [""; 0]);
        assert!(bugs.len() >= 60 && packages.len() >= 12, "{} bugs in {}", bugs.len(), packages.len());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let (mut packages, mut bugs) = tables();
        packages[0].sha256 = "A".repeat(64);
        packages[0].version = "latest".to_owned();
        bugs[0].now = bugs[0].was.clone();
        bugs[1].id = bugs[0].id.clone();
        bugs[1].test = "tests/test_x.py".to_owned();
        assert_eq!(problems(&packages, &bugs).len(), 5, "{:#?}", problems(&packages, &bugs));
    }
}

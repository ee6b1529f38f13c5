//! What a patch does to the tree besides text: links, submodules, modes, binary and huge content,
//! paths that are one on some file systems, and protected places.

use std::collections::BTreeMap;

use regreen_case::FindingKind;
use regreen_workspace::{Patch, PatchPolicy, Rule};

use super::Findings;

/// Patches beyond this are refused by their size when they are published.
pub(super) fn check(
    patch: &Patch,
    base: &dyn Fn(&str) -> Option<Vec<u8>>,
    protected: &[String],
    findings: &mut Findings,
) {
    let whole = patch.files().first().map_or("fix.patch", |file| file.path()).to_owned();
    for refusal in PatchPolicy::default().check(patch) {
        let path = refusal.path.as_deref().unwrap_or(&whole);
        let message = format!("no fix does this: {}", refusal.reason);
        match refusal.rule {
            Rule::Empty => {}
            Rule::Mode if may_become_a_program(patch, path, protected) => {
                findings.review(FindingKind::ProtectedPath, path, None, refusal.reason);
            }
            Rule::Binary | Rule::TooLarge | Rule::TooManyFiles => {
                findings.reject(FindingKind::Unreadable, path, None, message);
            }
            Rule::Path | Rule::Symlink | Rule::Submodule | Rule::Mode | Rule::Protected => {
                findings.reject(FindingKind::ProtectedPath, path, None, message);
            }
        }
    }
    collisions(patch, base, protected, findings);
    for path in patch.files().iter().filter(|file| file.old_path.is_none()).map(|file| file.path()) {
        // Classes of tests come before those of the program.
        if path.contains("src/test/") && base(&path.replacen("src/test/", "src/main/", 1)).is_some() {
            let message = format!("{path} would be loaded in place of the class that is tested");
            findings.reject(FindingKind::TestConfigurationEdited, path, None, message);
        }
    }
}

/// A script that people start by its name: a mode that grows, of a file that judges nothing.
fn may_become_a_program(patch: &Patch, path: &str, protected: &[String]) -> bool {
    let grows = patch
        .files()
        .iter()
        .filter(|file| file.path() == path)
        .all(|file| file.old_mode == Some(0o100_644) && file.new_mode == Some(0o100_755));
    grows && !protected.iter().any(|one| one == path) && !path.to_lowercase().contains("test")
}

/// Two paths that are one where case does not count: which of them a test sees is chance.
fn collisions(
    patch: &Patch,
    base: &dyn Fn(&str) -> Option<Vec<u8>>,
    protected: &[String],
    findings: &mut Findings,
) {
    let gone: Vec<&str> = patch
        .files()
        .iter()
        .filter(|file| file.new_path != file.old_path)
        .filter_map(|file| file.old_path.as_deref())
        .collect();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for path in patch.files().iter().filter_map(|file| file.new_path.as_deref()) {
        if let Some(other) = seen.insert(path.to_lowercase(), path).filter(|other| *other != path) {
            collide(findings, path, other);
        }
    }
    let added = patch.files().iter().filter(|file| file.old_path != file.new_path);
    for path in added.filter_map(|file| file.new_path.as_deref()) {
        let other = protected
            .iter()
            .map(String::as_str)
            .find(|one| *one != path && one.to_lowercase() == path.to_lowercase())
            .map(str::to_owned)
            .or_else(|| spellings(path).into_iter().find(|one| one != path && base(one).is_some()));
        if let Some(other) = other.filter(|other| !gone.contains(&other.as_str())) {
            collide(findings, path, &other);
        }
    }
}

fn collide(findings: &mut Findings, path: &str, other: &str) {
    let message = format!("{path} and {other} are one file where case does not count");
    findings.reject(FindingKind::ProtectedPath, path, None, message);
}

/// Spellings of a path that differ in case: all lower, each part with and without a capital.
fn spellings(path: &str) -> Vec<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let mut all = vec![path.to_lowercase()];
    for index in 0..parts.len() {
        for change in [
            capital as fn(&str) -> String,
            |part: &str| part.to_lowercase(),
            |part: &str| part.to_uppercase(),
        ] {
            let mut other: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            other[index] = change(parts[index]);
            all.push(other.join("/"));
        }
    }
    all
}

fn capital(part: &str) -> String {
    let mut letters = part.chars();
    letters.next().map_or_else(String::new, |first| {
        let first: String = if first.is_uppercase() {
            first.to_lowercase().collect()
        } else {
            first.to_uppercase().collect()
        };
        first + letters.as_str()
    })
}

//! Which test binaries came to their proper end. Each is started by a script of ours, which gives it a
//! profile of its own to write: the harness writes profiles last of all, behind every test.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::counted::{TestOutcome, TestResult};
use crate::error::ProofError;

/// More binaries than this are not looked at.
const MAX_BINARIES: usize = 10_000;
/// A path is shorter.
const MAX_PATH: u64 = 4096 * 2;

/// Lays out the script; gives the option that makes go start binaries with it.
pub(super) fn lay_out(channel: &Path) -> Result<String, ProofError> {
    let ends = channel.join("ends");
    std::fs::create_dir_all(&ends).map_err(ProofError::io("create", &ends))?;
    let runner = channel.join("run");
    let quoted = format!("'{}'", ends.display().to_string().replace('\'', r"'\''"));
    // In front of all other arguments: those of the tests themselves end the harness's.
    let script = format!(
        "#!/bin/sh\nmkdir {quoted}/$$ && pwd -P >{quoted}/$$/folder || exit 1\n\
         binary=$1\nshift\nexec \"$binary\" -test.memprofile={quoted}/$$/end \"$@\"\n"
    );
    std::fs::write(&runner, script).map_err(ProofError::io("write", &runner))?;
    std::fs::set_permissions(&runner, std::fs::Permissions::from_mode(0o700))
        .map_err(ProofError::io("make executable", &runner))?;
    // Go splits the value at spaces, quotes joining.
    Ok(format!("-exec='{}'", runner.display()))
}

/// A test binary that was started.
#[derive(Debug)]
struct Binary {
    /// Its package's folder, relative to where go ran.
    folder: String,
    ended: bool,
}

/// The package whose tests passed though its binary did not come to its end.
pub(super) fn left_early(channel: &Path, here: &Path, results: &[TestResult]) -> Option<String> {
    let binaries = binaries(&channel.join("ends"), here);
    let failed: BTreeSet<&str> = packages(results, |outcome| outcome == TestOutcome::Failed);
    // Of the root's package, and of a module within the module, folders do not tell the names.
    let mut unnamed: Vec<&str> = Vec::new();
    let mut named: BTreeSet<&str> = BTreeSet::new();
    let all = packages(results, |_| true);
    for package in &all {
        let is_its =
            |binary: &&Binary| !binary.folder.is_empty() && package.ends_with(&format!("/{}", binary.folder));
        let mut its = binaries.iter().filter(is_its).peekable();
        if its.peek().is_none() {
            unnamed.push(package);
            continue;
        }
        let ended = its.all(|binary| {
            named.insert(binary.folder.as_str());
            binary.ended
        });
        if !ended && !failed.contains(package) {
            return Some((*package).to_owned());
        }
    }
    unnamed.retain(|package| !failed.contains(package));
    let rest =
        binaries.iter().filter(|binary| binary.ended && !named.contains(binary.folder.as_str())).count();
    (unnamed.len() > rest).then(|| unnamed[0].to_owned())
}

fn packages(results: &[TestResult], wanted: impl Fn(TestOutcome) -> bool) -> BTreeSet<&str> {
    results.iter().filter(|one| wanted(one.outcome)).filter_map(|one| one.suite.as_deref()).collect()
}

fn binaries(ends: &Path, here: &Path) -> Vec<Binary> {
    let here = std::fs::canonicalize(here).unwrap_or_else(|_| here.to_owned());
    let entries = std::fs::read_dir(ends).into_iter().flatten().flatten().take(MAX_BINARIES);
    entries
        .filter_map(|entry| {
            let folder = crate::adapter::left_file::text(&entry.path().join("folder"), MAX_PATH).ok()?;
            let folder =
                Path::new(folder.trim_end_matches('\n')).strip_prefix(&here).ok()?.to_str()?.to_owned();
            let end = std::fs::symlink_metadata(entry.path().join("end"));
            Some(Binary { folder, ended: end.is_ok_and(|end| end.is_file() && end.len() > 0) })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(folder: &Path, binaries: &[(&str, &str)]) {
        for (number, (package, end)) in binaries.iter().enumerate() {
            let place = folder.join("ends").join(number.to_string());
            std::fs::create_dir_all(&place).unwrap();
            std::fs::create_dir_all(folder.join(package)).unwrap();
            let folder = std::fs::canonicalize(folder.join(package)).unwrap();
            std::fs::write(place.join("folder"), format!("{}\n", folder.display())).unwrap();
            std::fs::write(place.join("end"), end).unwrap();
        }
    }

    fn result(package: &str, outcome: TestOutcome) -> TestResult {
        TestResult {
            id: "TestA".to_owned(),
            suite: Some(package.to_owned()),
            outcome,
            failure: None,
            seconds: None,
        }
    }

    #[test]
    fn every_package_that_passed_has_its_own_end() {
        let passed = |package| result(package, TestOutcome::Passed);
        let failed = |package| result(package, TestOutcome::Failed);
        let judged = |binaries: &[(&str, &str)], results: &[TestResult]| {
            let folder = tempfile::tempdir().unwrap();
            left(folder.path(), binaries);
            left_early(folder.path(), folder.path(), results)
        };
        let both = [passed("m/a"), passed("m/b")];
        assert_eq!(judged(&[("a", "x"), ("b", "x")], &both), None);
        assert_eq!(judged(&[("a", "x"), ("b", "")], &both).as_deref(), Some("m/b"));
        assert_eq!(judged(&[("a", "x")], &both).as_deref(), Some("m/b"));
        // A package that fails may well have crashed; its end is no witness for another.
        assert_eq!(judged(&[("a", ""), ("b", "x")], &[failed("m/a"), passed("m/b")]), None);
        assert!(judged(&[("a", "x"), ("b", "")], &[failed("m/a"), passed("m/b")]).is_some());
        // The root, and a package of another module.
        assert_eq!(judged(&[("", "x"), ("b", "x")], &[passed("m"), passed("m/b")]), None);
        assert_eq!(judged(&[("", ""), ("b", "x")], &[passed("m"), passed("m/b")]).as_deref(), Some("m"));
        assert_eq!(judged(&[("sub", "x")], &[passed("other")]), None);
        assert!(judged(&[], &[passed("m")]).is_some());
    }
}

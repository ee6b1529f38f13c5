//! A build directory for every checkout, warm from the start where one can be had.
//!
//! Checkouts must not share one: cargo names the artifacts of a workspace by its contents' relative
//! paths and decides by time stamps, so that it would take the base's build for the patched one.
//! Dependencies are the same everywhere, though: a new directory begins as a copy of another one (or
//! takes over one whose checkout is gone) without anything of the project's own packages.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::adapter::left_file;
use crate::error::ProofError;
use crate::project::Project;

/// File that names the checkout a build directory belongs to.
const OWNER: &str = ".checkout";
/// Where cargo notes what it has built.
const FINGERPRINTS: &str = ".fingerprint";
/// Not worth copying: rebuilt with the project's own packages.
const NOT_COPIED: &[&str] = &["incremental", "doc", "tmp", OWNER];

/// The build directory of a checkout, made when it is not there yet.
pub(in crate::adapter) fn target_dir(scratch: &Path, checkout: &Path) -> Result<PathBuf, ProofError> {
    let root = scratch.join("cargo-target");
    let name = checkout.file_name().map_or_else(|| "checkout".into(), |name| name.to_os_string());
    let mine = root.join(name);
    let owner = checkout.display().to_string();
    if left_file::text(&mine.join(OWNER), owner.len() as u64).is_ok_and(|found| found == owner) {
        return Ok(mine);
    }
    let _ = fs::remove_dir_all(&mine);
    fs::create_dir_all(&root).map_err(ProofError::io("create", &root))?;
    let packages = packages(checkout);
    let (orphans, siblings) = others(&root);
    let taken =
        orphans.iter().any(|orphan| forget(orphan, &packages).is_ok() && fs::rename(orphan, &mine).is_ok());
    for orphan in orphans {
        let _ = fs::remove_dir_all(orphan);
    }
    if !taken && let Some(sibling) = siblings.first() {
        // A cold directory is as right as a warm one, only slower.
        let copied = copy(sibling, &mine).and_then(|()| forget(&mine, &packages));
        if let Err(error) = copied {
            tracing::debug!(%error, "the build directory starts cold");
            let _ = fs::remove_dir_all(&mine);
        }
    }
    fs::create_dir_all(&mine).map_err(ProofError::io("create", &mine))?;
    let file = mine.join(OWNER);
    fs::write(&file, owner).map_err(ProofError::io("write", &file))?;
    Ok(mine)
}

/// Names of the project's own packages.
fn packages(checkout: &Path) -> Vec<String> {
    let project = Project::at(checkout, checkout);
    super::packages::manifests(&project)
        .filter_map(|folder| super::packages::package_name(&project, &folder))
        .collect()
}

/// Build directories whose checkout is gone, and those whose checkout is there; the oldest first, for that one is
/// done, while checkouts that began together may be building in theirs.
fn others(root: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let entries = fs::read_dir(root).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
    let mut found: Vec<_> = entries
        .into_iter()
        .map(|entry| entry.path())
        .filter_map(|path| Some((path.join(OWNER).metadata().ok()?.modified().ok()?, path)))
        .collect();
    found.sort();
    found
        .into_iter()
        .map(|(_, path)| path)
        .partition(|path| fs::read_to_string(path.join(OWNER)).is_ok_and(|owner| !Path::new(&owner).exists()))
}

/// Makes cargo build the project's own packages anew. An error when the directory is of a layout in
/// which that cannot be done.
fn forget(target: &Path, packages: &[String]) -> io::Result<()> {
    let mut profiles = 0;
    for profile in fs::read_dir(target)?.flatten() {
        let fingerprints = profile.path().join(FINGERPRINTS);
        let Ok(entries) = fs::read_dir(&fingerprints) else { continue };
        profiles += 1;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let package = name.rsplit_once('-').map_or(name.as_str(), |(package, _)| package);
            if packages.iter().any(|own| own == package) {
                fs::remove_dir_all(entry.path())?;
            }
        }
    }
    if profiles == 0 { Err(io::Error::other("no fingerprints were found")) } else { Ok(()) }
}

/// Copies with time stamps. Fingerprints first: cargo writes them last, so that whatever a copied one
/// vouches for was complete before, even when the original is in use.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    let mut entries: Vec<_> = fs::read_dir(from)?.flatten().collect();
    entries.sort_by_key(|entry| entry.file_name() != FINGERPRINTS);
    for entry in entries {
        let name = entry.file_name();
        if NOT_COPIED.iter().any(|skipped| name == *skipped) {
            continue;
        }
        let (source, destination) = (entry.path(), to.join(&name));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy(&source, &destination)?;
        } else if kind.is_file() {
            fs::copy(&source, &destination)?;
            let times = fs::FileTimes::new().set_modified(entry.metadata()?.modified()?);
            fs::File::options()
                .write(true)
                .open(&destination)
                .or_else(|_| fs::File::open(&destination))?
                .set_times(times)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    fn checkout(root: &Path, name: &str) -> PathBuf {
        let path = root.join(name);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("Cargo.toml"), "[package]\nname = \"own\"\n").unwrap();
        path
    }

    fn fill(target: &Path) {
        for name in ["own-1f2e", "serde-9a8b"] {
            fs::create_dir_all(target.join("debug/.fingerprint").join(name)).unwrap();
        }
        fs::create_dir_all(target.join("debug/deps")).unwrap();
        fs::write(target.join("debug/deps/libserde-9a8b.rlib"), "x").unwrap();
    }

    #[test]
    fn a_new_checkout_starts_with_the_dependencies_and_without_the_project() {
        let root = tempfile::tempdir().unwrap();
        let (one, two) = (checkout(root.path(), "one"), checkout(root.path(), "two"));
        let first = target_dir(root.path(), &one).unwrap();
        fill(&first);
        assert_eq!(target_dir(root.path(), &one).unwrap(), first, "the same again");
        let second = target_dir(root.path(), &two).unwrap();
        assert_ne!(first, second);
        let stamp = |target: &Path| {
            fs::metadata(target.join("debug/deps/libserde-9a8b.rlib")).unwrap().modified().unwrap()
        };
        assert_eq!(stamp(&first), stamp(&second));
        assert!(second.join("debug/.fingerprint/serde-9a8b").exists());
        assert!(!second.join("debug/.fingerprint/own-1f2e").exists());
        assert!(first.join("debug/.fingerprint/own-1f2e").exists());
    }

    #[test]
    fn what_a_gone_checkout_built_is_taken_over() {
        let root = tempfile::tempdir().unwrap();
        let one = checkout(root.path(), "one");
        let first = target_dir(root.path(), &one).unwrap();
        fill(&first);
        fs::remove_dir_all(&one).unwrap();
        let second = target_dir(root.path(), &checkout(root.path(), "two")).unwrap();
        assert!(!first.exists() && second.join("debug/deps/libserde-9a8b.rlib").exists());
        assert!(!second.join("debug/.fingerprint/own-1f2e").exists());
    }

    #[test]
    fn of_several_the_oldest_one_is_taken() {
        let root = tempfile::tempdir().unwrap();
        // Neither the order of their names nor the one in which they were made.
        for (name, minutes) in [("c", 20), ("a", 10), ("d", 40), ("b", 30)] {
            let target = target_dir(root.path(), &checkout(root.path(), name)).unwrap();
            fill(&target);
            fs::write(target.join("debug/deps/origin"), name).unwrap();
            let made = SystemTime::now() - Duration::from_secs(60 * minutes);
            fs::File::options().write(true).open(target.join(OWNER)).unwrap().set_modified(made).unwrap();
        }
        let origin = |name: &str| {
            let target = target_dir(root.path(), &checkout(root.path(), name)).unwrap();
            fs::read_to_string(target.join("debug/deps/origin")).unwrap()
        };
        assert_eq!(origin("copied"), "d", "of those in use");
        for gone in ["a", "b", "c"] {
            fs::remove_dir_all(root.path().join(gone)).unwrap();
        }
        assert_eq!(origin("taken-over"), "b", "of those whose checkout is gone");
    }
}

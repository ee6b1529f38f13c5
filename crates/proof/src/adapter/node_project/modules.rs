//! The installed modules. A fresh checkout has none: it gets a `node_modules` of links into the user's,
//! made anew for every run, so that neither a patch nor a run before can bring modules of its own.
//!
//! Packages of the same repository (workspaces) are linked to the checkout, not to the user's files: what
//! is judged is the checkout.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use regreen_workspace::Repository;
use serde_json::Value;

use crate::counted::RunContext;
use crate::error::ProofError;
use crate::project::join;

/// Name of the folder that Node looks into.
const MODULES: &str = "node_modules";
/// More folders with modules than this are not made visible.
const MAX_FOLDERS: usize = 500;

/// An installed program.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) program: PathBuf,
    /// Folder of its package.
    pub(super) package: PathBuf,
}

/// The program of an installed package: at the folder, else above it. Only the user's checkout is looked
/// at: what a patch could put into the judged one must not run as the runner.
pub(super) fn entry(
    repo_root: &Path,
    cwd: &str,
    package: &'static str,
    program: &str,
) -> Result<Entry, ProofError> {
    for folder in folders_up(cwd) {
        let package_folder = repo_root.join(join(&folder, MODULES)).join(package);
        let Ok(text) = fs::read_to_string(package_folder.join("package.json")) else { continue };
        let Ok(manifest) = serde_json::from_str::<Value>(&text) else { continue };
        let named = match manifest.get("bin") {
            Some(Value::String(named)) => Some(named.as_str()),
            Some(all) => all.get(program).and_then(Value::as_str),
            None => None,
        };
        let found = named.and_then(|program| fs::canonicalize(package_folder.join(program)).ok());
        if let (Some(program), Ok(package)) = (found, fs::canonicalize(&package_folder)) {
            return Ok(Entry { program, package });
        }
    }
    let at = if cwd.is_empty() { "the repository".to_owned() } else { format!("`{cwd}`") };
    Err(ProofError::MissingTool {
        tool: package,
        detail: format!(
            "there is no {MODULES}/{package} in {at} nor above: install the project's packages first (npm ci, yarn, pnpm install)"
        ),
    })
}

/// `a/b`, `a`, and the root.
fn folders_up(cwd: &str) -> Vec<String> {
    let mut folders = vec![cwd.to_owned()];
    let mut at = cwd;
    while let Some((above, _)) = at.rsplit_once('/') {
        folders.push(above.to_owned());
        at = above;
    }
    if !cwd.is_empty() {
        folders.push(String::new());
    }
    folders
}

/// PATH with the programs of the installed packages in front, as package managers set it.
pub(super) fn search_path(context: &RunContext<'_>, cwd: &str) -> Option<String> {
    let mut folders: Vec<String> = folders_up(cwd)
        .iter()
        .map(|folder| context.repo_root.join(join(folder, MODULES)).join(".bin"))
        .filter(|folder| folder.is_dir())
        .map(|folder| folder.display().to_string())
        .collect();
    let path = match context.env.get("PATH") {
        Some(path) => path.clone(),
        None => std::env::var("PATH").ok()?,
    };
    // Behind the machine's: a package called `node` must not replace the one that runs the runner.
    folders.insert(0, path);
    Some(folders.join(":"))
}

/// Makes the user's modules visible to the checkout, for the folder, everything above it, and the
/// packages of the repository that they lead to.
pub(super) fn provide(context: &RunContext<'_>, cwd: &str) -> Result<(), ProofError> {
    let real = |path: &Path| fs::canonicalize(path).map_err(ProofError::io("open", path));
    let (checkout, user) = (real(context.checkout)?, real(context.repo_root)?);
    if checkout == user {
        return Ok(());
    }
    let repository = Repository::discover(&user).ok();
    let mut waiting = folders_up(cwd);
    let mut done = BTreeSet::new();
    while let Some(folder) = waiting.pop() {
        if !done.insert(folder.clone()) || done.len() > MAX_FOLDERS {
            continue;
        }
        let place = join(&folder, MODULES);
        let theirs = user.join(&place);
        // Modules that are part of the repository are checked out, and judged like the rest of it.
        let part_of_it = || repository.as_ref().is_some_and(|repository| repository.tracks(&place));
        if !theirs.is_dir() || !checkout.join(&folder).is_dir() || part_of_it() {
            continue;
        }
        let mut links =
            Links { user: &user, checkout: &checkout, found: BTreeMap::new(), packages: Vec::new() };
        links.read(&theirs, "");
        lay(&inside(&checkout, &place)?, &links.found)?;
        waiting.extend(links.packages);
    }
    Ok(())
}

/// The place of a folder's modules; the folder itself must not be a link that leads out.
fn inside(checkout: &Path, place: &str) -> Result<PathBuf, ProofError> {
    let path = checkout.join(place);
    let parent = path.parent().unwrap_or(checkout);
    let real = fs::canonicalize(parent).map_err(ProofError::io("open", parent))?;
    if real.starts_with(checkout) {
        return Ok(path);
    }
    Err(ProofError::BadCommand(format!("`{place}` leads out of the checkout")))
}

struct Links<'a> {
    user: &'a Path,
    checkout: &'a Path,
    /// Name below `node_modules`, and where it leads.
    found: BTreeMap<String, PathBuf>,
    /// Packages of the repository.
    packages: Vec<String>,
}

impl Links<'_> {
    fn read(&mut self, folder: &Path, scope: &str) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = entry.path();
            if scope.is_empty() && name.starts_with('@') && path.is_dir() {
                self.read(&path, &format!("{name}/"));
            } else if name == ".bin" || !name.starts_with('.') {
                let Ok(real) = fs::canonicalize(&path) else { continue };
                let target = self.target(real);
                self.found.insert(format!("{scope}{name}"), target);
            }
        }
    }

    /// Where a link has to lead: into the checkout for what is part of the repository.
    fn target(&mut self, real: PathBuf) -> PathBuf {
        let Ok(relative) = real.strip_prefix(self.user) else { return real };
        let installed = relative.components().any(|part| part.as_os_str() == MODULES);
        match relative.to_str() {
            Some(folder) if !installed && !folder.is_empty() => {
                self.packages.push(folder.to_owned());
                self.checkout.join(folder)
            }
            _ => real,
        }
    }
}

/// Makes a folder of links, and nothing else.
fn lay(place: &Path, links: &BTreeMap<String, PathBuf>) -> Result<(), ProofError> {
    let known = |name: &str, path: &Path| {
        links.get(name).is_some_and(|target| fs::read_link(path).is_ok_and(|found| found == *target))
    };
    if fs::symlink_metadata(place).is_ok_and(|found| !found.is_dir()) {
        fs::remove_file(place).map_err(ProofError::io("remove", place))?;
    }
    fs::create_dir_all(place).map_err(ProofError::io("create", place))?;
    let mut present = BTreeSet::new();
    for entry in fs::read_dir(place).map_err(ProofError::io("read", place))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let scope = name.starts_with('@') && entry.file_type().is_ok_and(|kind| kind.is_dir());
        let inner: Vec<(String, PathBuf)> = if scope {
            let entries = fs::read_dir(entry.path()).map_err(ProofError::io("read", entry.path()))?;
            entries
                .flatten()
                .map(|inner| (format!("{name}/{}", inner.file_name().to_string_lossy()), inner.path()))
                .collect()
        } else {
            vec![(name, entry.path())]
        };
        for (name, path) in inner {
            if known(&name, &path) {
                present.insert(name);
            } else {
                remove(&path)?;
            }
        }
    }
    for (name, target) in links.iter().filter(|(name, _)| !present.contains(*name)) {
        let path = place.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(ProofError::io("create", folder))?;
        }
        symlink(target, &path).map_err(ProofError::io("link", &path))?;
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), ProofError> {
    let folder = fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    let removed = if folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    removed.map_err(ProofError::io("remove", path))
}

#[cfg(test)]
#[path = "modules_tests.rs"]
mod tests;

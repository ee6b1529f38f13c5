//! A detached linked worktree: a checkout of one commit where anything may be done.
//!
//! It is written by hand rather than through `git worktree add`, because libgit2 insists on a branch
//! and nothing of ours may show up among the user's branches. What runs inside it is not trusted: its
//! index, its HEAD and its `.git` file are never believed, changed files are found by their content.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use git2::build::CheckoutBuilder;
use git2::{Delta, DiffDelta, DiffOptions, Index, IndexEntry, IndexTime, Oid};

use regreen_case::owned_prefix;

use crate::apply::{BaseFiles, apply_in_memory};
use crate::difference;
use crate::droppings::{is_dropping, remove_compiled_python, remove_tree};
use crate::patch::Patch;
use crate::policy::path_problem;
use crate::repository::{Repository, WorkspaceError, git, io, tree_of};

/// A checkout of one commit. Dropping it removes it.
#[derive(Debug)]
pub struct Worktree {
    path: PathBuf,
    admin: PathBuf,
    commit: String,
}

impl Repository {
    /// Checks `commit` out into a new directory below `parent_dir`, which is made when needed.
    ///
    /// # Errors
    /// [`WorkspaceError`] when the commit is not here or the disk refuses; nothing is left behind.
    pub fn worktree(&self, commit: &str, parent_dir: &Path) -> Result<Worktree, WorkspaceError> {
        let repository = self.open()?;
        let tree = tree_of(&repository, commit).map_err(|_| WorkspaceError::UnknownRevision {
            rev: commit.to_owned(),
            repository: self.root().to_owned(),
        })?;
        let name = fresh_name()?;
        fs::create_dir_all(parent_dir).map_err(io_error("create", parent_dir))?;
        let parent = fs::canonicalize(parent_dir).map_err(io_error("open", parent_dir))?;
        // From here on, dropping cleans up.
        let worktree = Worktree {
            path: parent.join(&name),
            admin: self.common_dir().join("worktrees").join(&name),
            commit: commit.to_owned(),
        };
        worktree.write_links(&self.common_dir().join(&name))?;
        let opened = worktree.open()?;
        let tree = opened.find_tree(tree.id()).map_err(git("read the tree"))?;
        opened
            .checkout_tree(tree.as_object(), Some(CheckoutBuilder::new().force()))
            .map_err(git(format!("check {commit} out into {}", worktree.path.display())))?;
        Ok(worktree)
    }
}

fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> WorkspaceError {
    io(action, path)
}

fn fresh_name() -> Result<String, WorkspaceError> {
    let mut random = [0u8; 4];
    getrandom::fill(&mut random).map_err(|error| WorkspaceError::Io {
        action: "get random numbers for",
        path: PathBuf::from("a worktree"),
        source: io::Error::other(error.to_string()),
    })?;
    Ok(random.iter().fold(owned_prefix(), |name, byte| format!("{name}{byte:02x}")))
}

impl Worktree {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The commit it was made from.
    #[must_use]
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// The administrative directory is made whole at `aside` and then moved to its place: half of one
    /// would be listed by git, or taken away by a `git worktree prune` of the user.
    fn write_links(&self, aside: &Path) -> Result<(), WorkspaceError> {
        let write = |path: PathBuf, text: String| fs::write(&path, text).map_err(io("write", &path));
        fs::create_dir(&self.path).map_err(io("create", &self.path))?;
        let link = self.path.join(".git");
        write(link.clone(), format!("gitdir: {}\n", self.admin.display()))?;
        let fill = || {
            fs::create_dir(aside).map_err(io("create", aside))?;
            write(aside.join("gitdir"), format!("{}\n", link.display()))?;
            write(aside.join("commondir"), "../..\n".to_owned())?;
            write(aside.join("HEAD"), format!("{}\n", self.commit))?;
            self.register(aside)
        };
        fill().inspect_err(|_| drop(remove_tree(aside)))
    }

    fn register(&self, aside: &Path) -> Result<(), WorkspaceError> {
        let mut tries = 0;
        loop {
            if let Some(folder) = self.admin.parent() {
                fs::create_dir_all(folder).map_err(io("create", folder))?;
            }
            match fs::rename(aside, &self.admin) {
                // Whoever removes the last worktree removes the folder of all too.
                Err(error) if error.kind() == io::ErrorKind::NotFound && tries < 100 => tries += 1,
                done => return done.map_err(io("create", &self.admin)),
            }
        }
    }

    /// Makes the folder anew where what ran in it took it away, or put something else in its place: then
    /// all files are gone, which is a change like any other.
    fn stand_again(&self) -> Result<(), WorkspaceError> {
        match fs::symlink_metadata(&self.path) {
            Ok(found) if found.is_dir() => return Ok(()),
            Ok(_) => fs::remove_file(&self.path).map_err(io("remove", &self.path))?,
            Err(_) => {}
        }
        fs::create_dir_all(&self.path).map_err(io("create", &self.path))?;
        let link = self.path.join(".git");
        fs::write(&link, format!("gitdir: {}\n", self.admin.display())).map_err(io("write", &link))
    }

    /// Opens it through its administrative directory, not through its `.git` file.
    fn open(&self) -> Result<git2::Repository, WorkspaceError> {
        self.stand_again()?;
        let repository = git2::Repository::open(&self.admin).map_err(git("open the worktree"))?;
        if repository.workdir().is_none_or(|workdir| workdir != self.path.join("")) {
            repository.set_workdir(&self.path, false).map_err(git("open the worktree"))?;
        }
        Ok(repository)
    }

    /// Everything that differs from the commit, new files that are not ignored included.
    ///
    /// # Errors
    /// [`WorkspaceError`] when files cannot be read or are named in a way a patch cannot say.
    pub fn patch(&self) -> Result<Patch, WorkspaceError> {
        let repository = self.open()?;
        let tree = tree_of(&repository, &self.commit).map_err(git("read the base"))?;
        let mut options = difference::options(3);
        options.include_untracked(true).recurse_untracked_dirs(true).show_untracked_content(true);
        let diff = repository
            .diff_tree_to_workdir(Some(&tree), Some(&mut options))
            .map_err(git("compare the worktree with its base"))?;
        difference::print(&diff, |delta| self.is_left_behind(delta))
    }

    /// Applies a patch to the files as they are now.
    ///
    /// # Errors
    /// [`WorkspaceError::Apply`] when it does not fit; nothing is changed then.
    pub fn apply(&self, patch: &Patch) -> Result<(), WorkspaceError> {
        let repository = self.open()?;
        let mut before = BaseFiles::new();
        for path in patch.files().iter().flat_map(|file| file.paths()) {
            self.check(path)?;
            if let Some(found) = self.present(&repository, path)? {
                before.insert(path.to_owned(), found);
            }
        }
        let changed = apply_in_memory(&before, patch)?;
        let mut index = Index::new().map_err(git("apply the patch"))?;
        let mut checkout = CheckoutBuilder::new();
        // Only these paths, literally: git takes every other file of HEAD that the index lacks for deleted.
        checkout.force().update_index(false).disable_pathspec_match(true);
        for (path, state) in &changed {
            self.remove(path)?;
            if let Some((mode, content)) = state {
                let blob = repository.blob(content).map_err(git("apply the patch"))?;
                index.add(&index_entry(path, *mode, blob)).map_err(git("apply the patch"))?;
                checkout.path(path.as_str());
            }
        }
        if index.is_empty() {
            return Ok(());
        }
        repository.checkout_index(Some(&mut index), Some(&mut checkout)).map_err(git("write patched files"))
    }

    /// Puts files back as they are in the commit; those that are not in it are removed.
    ///
    /// # Errors
    /// [`WorkspaceError::Path`] for a path that leads out of the worktree.
    pub fn restore<S: AsRef<str>>(&self, paths: &[S]) -> Result<(), WorkspaceError> {
        self.take(&self.commit, paths)
    }

    /// Makes files what they are in another commit; those that are not in it are removed.
    ///
    /// # Errors
    /// As [`Worktree::restore`].
    pub fn take<S: AsRef<str>>(&self, commit: &str, paths: &[S]) -> Result<(), WorkspaceError> {
        let repository = self.open()?;
        let tree = tree_of(&repository, commit).map_err(git(format!("read the commit {commit}")))?;
        let mut checkout = CheckoutBuilder::new();
        checkout.force().update_index(false).disable_pathspec_match(true);
        let mut any = false;
        for path in paths.iter().map(AsRef::as_ref) {
            self.check(path)?;
            // A file that is gone is written for sure: git might take a forged time stamp for "unchanged".
            self.remove(path)?;
            if tree.get_path(Path::new(path)).is_ok() {
                checkout.path(path);
                any = true;
            }
        }
        if !any {
            return Ok(());
        }
        repository.checkout_tree(tree.as_object(), Some(&mut checkout)).map_err(git("restore files"))
    }

    /// Puts everything back as in the commit. Ignored files and build caches stay: without them every
    /// run would start cold; compiled Python goes, because it can hide a change made within the same second.
    ///
    /// # Errors
    /// As [`Worktree::restore`].
    pub fn reset(&self) -> Result<(), WorkspaceError> {
        let mut options = DiffOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).include_typechange(true);
        options.ignore_submodules(true);
        let paths: Vec<String> = {
            let repository = self.open()?;
            let tree = tree_of(&repository, &self.commit).map_err(git("read the base"))?;
            let diff = repository
                .diff_tree_to_workdir(Some(&tree), Some(&mut options))
                .map_err(git("compare the worktree with its base"))?;
            let deltas = diff.deltas().filter(|delta| !self.is_left_behind(delta));
            let (new, changed): (Vec<_>, Vec<_>) =
                deltas.partition(|delta| delta.status() == Delta::Untracked);
            // Whatever their names are: no patch can say some of them.
            for path in new.iter().filter_map(|delta| delta.new_file().path()) {
                self.check_folders(path)?;
                self.remove(path)?;
            }
            changed
                .iter()
                .flat_map(|delta| [delta.old_file().path(), delta.new_file().path()])
                .flatten()
                .filter_map(Path::to_str)
                .map(|path| path.trim_end_matches('/').to_owned())
                .collect()
        };
        self.restore(&paths)?;
        remove_compiled_python(&self.path, 0);
        Ok(())
    }

    /// Whether a new file is one that running tests leaves behind.
    fn is_left_behind(&self, delta: &DiffDelta<'_>) -> bool {
        let new = delta.status() == Delta::Untracked;
        new && delta.new_file().path().is_none_or(|path| is_dropping(&self.path, path))
    }

    /// Mode and content of a file in the worktree, as git would store it.
    fn present(
        &self,
        repository: &git2::Repository,
        path: &str,
    ) -> Result<Option<(u32, Vec<u8>)>, WorkspaceError> {
        let full = self.path.join(path);
        let Ok(found) = fs::symlink_metadata(&full) else { return Ok(None) };
        if found.is_dir() {
            return Ok(None);
        }
        if found.is_symlink() {
            let target = fs::read_link(&full).map_err(io("read", &full))?;
            return Ok(Some((0o120_000, target.into_os_string().into_encoded_bytes())));
        }
        let mode = if found.permissions().mode() & 0o100 != 0 { 0o100_755 } else { 0o100_644 };
        // Through the object store, so that line endings are converted as git would.
        let id = repository.blob_path(&full).map_err(git(format!("read {path}")))?;
        let blob = repository.find_blob(id).map_err(git(format!("read {path}")))?;
        Ok(Some((mode, blob.content().to_vec())))
    }

    /// A path may be written only if it is plain and none of its folders is a link that leads away.
    fn check(&self, path: &str) -> Result<(), WorkspaceError> {
        if let Some(problem) = path_problem(path) {
            return Err(WorkspaceError::Path(path.to_owned(), problem));
        }
        self.check_folders(Path::new(path))
    }

    /// The same, for a path that need not be plain: its folders alone.
    fn check_folders(&self, path: &Path) -> Result<(), WorkspaceError> {
        let refuse = |problem: &str| WorkspaceError::Path(path.display().to_string(), problem.to_owned());
        let mut folder = self.path.clone();
        let parts: Vec<_> = path.components().collect();
        for part in &parts[..parts.len().saturating_sub(1)] {
            let Component::Normal(name) = part else { return Err(refuse("it is no plain path")) };
            folder.push(name);
            if fs::symlink_metadata(&folder).is_ok_and(|found| found.is_symlink()) {
                return Err(refuse("one of its folders is a link"));
            }
        }
        Ok(())
    }

    /// Removes a file or folder and the folders that become empty.
    fn remove(&self, path: impl AsRef<Path>) -> Result<(), WorkspaceError> {
        let full = self.path.join(path.as_ref());
        match fs::symlink_metadata(&full) {
            Err(_) => return Ok(()),
            Ok(found) if found.is_dir() => remove_tree(&full).map_err(io("remove", &full))?,
            Ok(_) => fs::remove_file(&full).map_err(io("remove", &full))?,
        }
        let mut folder = full.parent();
        while let Some(empty) = folder.filter(|folder| *folder != self.path && folder.starts_with(&self.path))
        {
            if fs::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
        Ok(())
    }
}

impl Drop for Worktree {
    fn drop(&mut self) {
        for path in [&self.path, &self.admin] {
            if let Err(error) = remove_tree(path) {
                tracing::warn!("cannot remove {}: {error}; the next run will", path.display());
            }
        }
        if let Some(folder) = self.admin.parent() {
            let _ = fs::remove_dir(folder);
        }
    }
}

pub(crate) fn index_entry(path: &str, mode: u32, id: Oid) -> IndexEntry {
    let zero = IndexTime::new(0, 0);
    IndexEntry {
        ctime: zero,
        mtime: zero,
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}

mod moving;
#[cfg(test)]
mod oddities;
#[cfg(test)]
mod tests;

//! `cargo xtask tidy`: rules of this repository that no other tool knows, so that they stay true.

mod commands;
mod documents;
mod layout;
mod promises;
mod sources;

use std::path::PathBuf;
use std::process::Command;

use crate::chore::{self, ChoreError};
use crate::demo;
use crate::place::Place;

/// Everything; builds the programs first, for their flags are compared with the documentation.
pub(crate) fn run(place: &Place) -> Result<(), ChoreError> {
    files(place)?;
    demo::build(place, "debug")?;
    commands(place)
}

/// What needs nothing built: sources, layout, paths in the documentation.
pub(crate) fn files(place: &Place) -> Result<(), ChoreError> {
    let tree = Tree::read(place)?;
    let mut problems = sources::check(&tree);
    problems.extend(layout::check(&tree));
    problems.extend(documents::check(&tree));
    problems.extend(promises::problems(&tree.root, &tree.text("ARCHITECTURE.md")));
    report("tidy", tree.files.len(), problems)
}

/// Commands and flags in the documentation, against the debug build.
pub(crate) fn commands(place: &Place) -> Result<(), ChoreError> {
    let tree = Tree::read(place)?;
    let problems = commands::check(place, &tree)?;
    report("commands", tree.documents().count(), problems)
}

fn report(what: &str, looked_at: usize, problems: Vec<String>) -> Result<(), ChoreError> {
    if problems.is_empty() {
        println!("{what}: {looked_at} files, nothing to complain about");
        return Ok(());
    }
    for problem in &problems {
        println!("{what}: {problem}");
    }
    Err(ChoreError::Check(format!("{what}: {} problems", problems.len())))
}

/// The files of the repository: tracked, or new and not ignored.
pub(crate) struct Tree {
    root: PathBuf,
    /// Relative, with `/`.
    files: Vec<String>,
}

impl Tree {
    fn read(place: &Place) -> Result<Self, ChoreError> {
        let mut command = Command::new("git");
        command.args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
        let list = chore::read(command.current_dir(place.root()))?;
        let root = place.root().to_owned();
        let files = list.split('\0').filter(|path| !path.is_empty()).map(str::to_owned);
        // Deleted but still in the index: not there.
        let files = files.filter(|path| root.join(path).exists()).collect();
        Ok(Tree { root, files })
    }

    /// Text of a file; empty when it is none.
    fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.root.join(path)).unwrap_or_default()
    }

    /// Documentation for people.
    fn documents(&self) -> impl Iterator<Item = &str> {
        let fixture = |path: &&str| !path.contains("/fixtures/") && !path.starts_with("crates/regreen/demo/");
        self.files.iter().map(String::as_str).filter(|path| path.ends_with(".md")).filter(fixture)
    }

    fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files.iter().any(|file| file == path || file.starts_with(&format!("{path}/")))
    }
}

#[cfg(test)]
impl Tree {
    /// A tree of these files, in a folder that the caller keeps.
    fn of(folder: &std::path::Path, files: &[(&str, &str)]) -> Self {
        for (path, text) in files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Tree { root: folder.to_owned(), files: files.iter().map(|(path, _)| (*path).to_owned()).collect() }
    }
}

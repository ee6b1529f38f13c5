//! The checkout that a chat model works on: files read for it, edits made for it.
//!
//! Promises: nothing outside the checkout, in `.git` or behind a symbolic link is read or written; all edits
//! of an answer are made or none; an edit that cannot be made is answered with why, and with the lines
//! that come nearest.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::chat::answer::Edit;

/// Largest file that is read or written.
const LARGEST: u64 = 1 << 20;
/// Lines shown of what comes nearest to what was searched.
const NEAREST_LINES: usize = 12;

/// Folders of other people's code, and of products.
const NOT_THE_PROJECTS: [&str; 7] =
    ["target", "node_modules", "venv", "__pycache__", "build", "dist", "vendor"];

/// A checkout.
pub(crate) struct Checkout<'a> {
    folder: &'a Path,
}

/// A file's lines as they are, and as edits leave them.
struct Draft {
    path: PathBuf,
    lines: Vec<String>,
    /// `\r\n` ends the lines.
    has_returns: bool,
    ends_with_newline: bool,
    is_new: bool,
}

impl<'a> Checkout<'a> {
    pub(crate) fn new(folder: &'a Path) -> Self {
        Checkout { folder }
    }

    /// Where a path that the model wrote leads; in words for the model when it leads nowhere good.
    fn locate(&self, path: &str) -> Result<PathBuf, String> {
        let parts: Vec<Component<'_>> = Path::new(path).components().collect();
        let is_plain = !parts.is_empty() && parts.iter().all(|part| matches!(part, Component::Normal(_)));
        if !is_plain || parts.iter().any(|part| part.as_os_str().eq_ignore_ascii_case(".git")) {
            return Err(format!("`{path}` is no path inside the checkout"));
        }
        let mut place = self.folder.to_owned();
        for part in parts {
            place.push(part);
            if place.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()) {
                return Err(format!("`{path}` leads through a symbolic link"));
            }
        }
        Ok(place)
    }

    /// A file's text.
    pub(crate) fn read(&self, path: &str) -> Result<String, String> {
        let place = self.locate(path)?;
        let metadata = place.metadata().map_err(|_| format!("there is no file `{path}`"))?;
        if !metadata.is_file() {
            return Err(format!("`{path}` is no file"));
        }
        if metadata.len() > LARGEST {
            return Err(format!("`{path}` is too large to be shown"));
        }
        fs::read_to_string(&place).map_err(|_| format!("`{path}` is no text"))
    }

    /// Paths of files, sorted, in as many bytes: folders first looked through that lie less deep.
    pub(crate) fn list(&self, most_bytes: usize) -> Vec<String> {
        let mut folders = VecDeque::from([String::new()]);
        let (mut paths, mut left) = (Vec::new(), most_bytes);
        'all: while let Some(folder) = folders.pop_front() {
            let Ok(entries) = fs::read_dir(self.folder.join(&folder)) else { continue };
            let mut entries: Vec<_> = entries.flatten().collect();
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else {
                    continue;
                };
                if name.starts_with('.') || NOT_THE_PROJECTS.contains(&name.as_str()) {
                    continue;
                }
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                if kind.is_dir() {
                    folders.push_back(path);
                } else if kind.is_file() {
                    let Some(rest) = left.checked_sub(path.len() + 1) else { break 'all };
                    left = rest;
                    paths.push(path);
                }
            }
        }
        paths.sort();
        paths
    }

    /// Makes all edits, and says which files they changed.
    ///
    /// # Errors
    /// In words for the model, one for each edit that cannot be made. Then none was.
    pub(crate) fn apply(&self, edits: &[Edit]) -> Result<Vec<String>, Vec<String>> {
        let mut drafts: BTreeMap<&str, Draft> = BTreeMap::new();
        let mut problems = Vec::new();
        for edit in edits {
            let draft = match drafts.remove(edit.path.as_str()) {
                Some(draft) => Ok(draft),
                None => self.draft(&edit.path),
            };
            match draft.and_then(|draft| replace(draft, edit)) {
                Ok(draft) => drop(drafts.insert(&edit.path, draft)),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut changed = Vec::new();
        for (path, draft) in drafts {
            let write = || -> std::io::Result<()> {
                fs::create_dir_all(draft.path.parent().unwrap_or(self.folder))?;
                fs::write(&draft.path, draft.text())
            };
            write().map_err(|error| vec![format!("`{path}` cannot be written: {error}")])?;
            changed.push(path.to_owned());
        }
        Ok(changed)
    }

    fn draft(&self, path: &str) -> Result<Draft, String> {
        let place = self.locate(path)?;
        if !place.exists() {
            let (lines, is_new) = (Vec::new(), true);
            return Ok(Draft { path: place, lines, has_returns: false, ends_with_newline: true, is_new });
        }
        let text = self.read(path)?;
        Ok(Draft {
            path: place,
            has_returns: text.contains("\r\n"),
            ends_with_newline: text.is_empty() || text.ends_with('\n'),
            lines: text.lines().map(str::to_owned).collect(),
            is_new: false,
        })
    }
}

impl Draft {
    fn text(&self) -> String {
        let end = if self.has_returns { "\r\n" } else { "\n" };
        let mut text = self.lines.join(end);
        if self.ends_with_newline && !self.lines.is_empty() {
            text.push_str(end);
        }
        text
    }
}

/// Makes one edit, when it is clear where.
fn replace(mut draft: Draft, edit: &Edit) -> Result<Draft, String> {
    let path = &edit.path;
    if edit.search.is_empty() {
        if !draft.lines.is_empty() {
            return Err(format!("`{path}` is there already: the part after SEARCH must hold lines of it"));
        }
        draft.lines.clone_from(&edit.replace);
        return Ok(draft);
    }
    if draft.is_new {
        return Err(format!("there is no file `{path}`"));
    }
    if edit.search == edit.replace {
        return Err(format!("an edit of `{path}` changes nothing"));
    }
    let exact = |line: &str, wanted: &str| line == wanted;
    let trimmed = |line: &str, wanted: &str| line.trim_end() == wanted.trim_end();
    let mut found = places(&draft.lines, &edit.search, exact);
    if found.is_empty() {
        // Blanks at the ends of lines do not survive in most models.
        found = places(&draft.lines, &edit.search, trimmed);
    }
    match found.as_slice() {
        [at] => {
            drop(draft.lines.splice(*at..at + edit.search.len(), edit.replace.iter().cloned()));
            Ok(draft)
        }
        [] => Err(format!(
            "the lines after SEARCH are not in `{path}` as they stand there. {}",
            nearest(&draft.lines, &edit.search)
        )),
        many => {
            let at: Vec<String> = many.iter().take(8).map(|at| (at + 1).to_string()).collect();
            Err(format!(
                "the lines after SEARCH are {} times in `{path}`, at the lines {}: give more of those around them",
                many.len(),
                at.join(", ")
            ))
        }
    }
}

fn places(lines: &[String], wanted: &[String], same: impl Fn(&str, &str) -> bool) -> Vec<usize> {
    let fits = |window: &[String]| window.iter().zip(wanted).all(|(line, wanted)| same(line, wanted));
    lines.windows(wanted.len()).enumerate().filter(|(_, window)| fits(window)).map(|(at, _)| at).collect()
}

/// The lines that have most in common with what was searched.
fn nearest(lines: &[String], wanted: &[String]) -> String {
    let length = wanted.len().min(lines.len()).max(1);
    let common = |window: &[String]| -> usize {
        let same = |(line, wanted): (&String, &String)| {
            let alike = strsim::normalized_levenshtein(line.trim(), wanted.trim());
            if wanted.trim().is_empty() || alike < 0.5 { 0 } else { (alike * 100.0) as usize }
        };
        window.iter().zip(wanted).map(same).sum()
    };
    let best = lines.windows(length).enumerate().max_by_key(|(at, window)| (common(window), usize::MAX - at));
    match best.filter(|(_, window)| common(window) > 0) {
        Some((at, window)) => {
            let shown: Vec<&str> = window.iter().take(NEAREST_LINES).map(String::as_str).collect();
            format!("Nearest are those from line {}:\n{}", at + 1, shown.join("\n"))
        }
        None => "Nothing there resembles them; ask to READ the file.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(path: &str, search: &str, replace: &str) -> Edit {
        let lines = |text: &str| text.lines().map(str::to_owned).collect();
        Edit { path: path.to_owned(), search: lines(search), replace: lines(replace) }
    }

    fn checkout() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.py"), "def a():\n    return 1\n\ndef b():\n    return 1\n").unwrap();
        fs::write(folder.path().join("dos.txt"), "one\r\ntwo\r\nthree").unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        folder
    }

    fn read(folder: &tempfile::TempDir, path: &str) -> String {
        fs::read_to_string(folder.path().join(path)).unwrap()
    }

    #[test]
    fn edits_are_made_where_they_are_meant() {
        let folder = checkout();
        let edits = [
            edit("a.py", "def b():\n    return 1  ", "def b():\n    return 2"),
            edit("a.py", "def a():\n    return 1", "def a():\n    return 3"),
            edit("dos.txt", "two", "2\n2"),
            edit("new/c.py", "", "x = 1"),
        ];
        let changed = Checkout::new(folder.path()).apply(&edits).unwrap();
        assert_eq!(changed, ["a.py", "dos.txt", "new/c.py"]);
        assert_eq!(read(&folder, "a.py"), "def a():\n    return 3\n\ndef b():\n    return 2\n");
        assert_eq!(read(&folder, "dos.txt"), "one\r\n2\r\n2\r\nthree");
        assert_eq!(read(&folder, "new/c.py"), "x = 1\n");
    }

    #[test]
    fn an_edit_that_cannot_be_made_is_answered_and_none_is() {
        let folder = checkout();
        let before = read(&folder, "a.py");
        let edits = [
            edit("a.py", "def a():", "def c():"),
            edit("a.py", "    return 1", "    return 2"),
            edit("a.py", "def b(x):\n    return 1", ""),
            edit("gone.py", "x", "y"),
            edit("a.py", "def b():", "def b():"),
            edit("a.py", "", "x"),
        ];
        let problems = Checkout::new(folder.path()).apply(&edits).unwrap_err().join("\n");
        assert!(problems.contains("2 times in `a.py`, at the lines 2, 5"), "{problems}");
        assert!(problems.contains("from line 4:\ndef b():\n    return 1"), "{problems}");
        assert!(problems.contains("no file `gone.py`") && problems.contains("changes nothing"), "{problems}");
        assert!(problems.contains("is there already"), "{problems}");
        assert_eq!(read(&folder, "a.py"), before);
    }

    #[test]
    fn files_are_listed_as_far_as_there_is_room() {
        let folder = checkout();
        fs::create_dir_all(folder.path().join("src/deep")).unwrap();
        fs::create_dir_all(folder.path().join("node_modules/x")).unwrap();
        for path in ["src/b.py", "src/deep/c.py", "node_modules/x/d.js"] {
            fs::write(folder.path().join(path), "").unwrap();
        }
        let checkout = Checkout::new(folder.path());
        assert_eq!(checkout.list(1_000), ["a.py", "dos.txt", "src/b.py", "src/deep/c.py"]);
        assert_eq!(checkout.list(23), ["a.py", "dos.txt", "src/b.py"]);
    }

    #[test]
    fn nothing_outside_is_touched() {
        let folder = checkout();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "secret").unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("link")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), folder.path().join("file")).unwrap();
        let checkout = Checkout::new(folder.path());
        let absolute = outside.path().join("secret").display().to_string();
        for path in
            ["../x", ".git/config", ".GIT/hooks/x", "", "/etc/passwd", &absolute, "link/secret", "file"]
        {
            assert!(checkout.read(path).is_err(), "{path}");
            assert!(checkout.apply(&[edit(path, "", "x")]).is_err(), "{path}");
        }
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    }
}

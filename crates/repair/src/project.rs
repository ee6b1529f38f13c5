//! The source files of a checkout: read once, parsed when somebody asks.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::language::{Definition, Language, language_of};
use crate::source::SourceFile;

/// Bounds on what is read, against checkouts that hold far more than source.
const MAX_FILES: usize = 6000;
const MAX_FILE_BYTES: u64 = 1 << 20;
const MAX_TOTAL_BYTES: u64 = 96 << 20;
const MAX_DEPTH: usize = 24;

/// Folders that hold other people's code or products.
const FOREIGN: [&str; 14] = [
    "target",
    "node_modules",
    "venv",
    "env",
    "__pycache__",
    "build",
    "dist",
    "site-packages",
    "vendor",
    "third_party",
    "htmlcov",
    "site",
    "__pypackages__",
    "egg-info",
];

struct Entry {
    path: String,
    text: String,
    language: &'static dyn Language,
    is_test: bool,
    is_locked: bool,
    parsed: OnceCell<Option<SourceFile>>,
    definitions: OnceCell<Vec<Definition>>,
    imports: OnceCell<Vec<String>>,
}

/// Every source file that may matter.
pub(crate) struct Project {
    entries: Vec<Entry>,
    /// Name to the files that seem to define it.
    index: HashMap<String, Vec<usize>>,
    /// What was left out, in words.
    pub(crate) notes: Vec<String>,
}

impl Project {
    /// Reads the checkout. Files in `locked` are read but never searched.
    pub(crate) fn read(checkout: &Path, locked: &[String]) -> Self {
        let mut project = Project { entries: Vec::new(), index: HashMap::new(), notes: Vec::new() };
        let mut total = 0;
        project.read_folder(checkout, "", 0, &mut total, locked);
        if project.entries.len() >= MAX_FILES || total >= MAX_TOTAL_BYTES {
            project.notes.push(format!("only the first {} source files were read", project.entries.len()));
        }
        for (number, entry) in project.entries.iter().enumerate() {
            for name in defined_names(&entry.text, entry.language) {
                let files = project.index.entry(name.to_owned()).or_default();
                if files.last() != Some(&number) {
                    files.push(number);
                }
            }
        }
        project
    }

    fn read_folder(&mut self, root: &Path, prefix: &str, depth: usize, total: &mut u64, locked: &[String]) {
        let Ok(listing) = fs::read_dir(root.join(prefix)) else { return };
        let mut entries: Vec<_> = listing.flatten().collect();
        // The order of a directory is not the same everywhere; ours is.
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let Ok(kind) = entry.file_type() else { continue };
            if name.starts_with('.') || self.entries.len() >= MAX_FILES || *total >= MAX_TOTAL_BYTES {
                continue;
            }
            let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
            if kind.is_dir() {
                let foreign = FOREIGN.contains(&name.as_str()) || name.ends_with(".egg-info");
                if depth < MAX_DEPTH && !foreign {
                    self.read_folder(root, &path, depth + 1, total, locked);
                }
            } else if let (true, Some(language)) = (kind.is_file(), language_of(&path)) {
                self.read_file(root, path, language, total, locked);
            }
        }
    }

    fn read_file(
        &mut self,
        root: &Path,
        path: String,
        language: &'static dyn Language,
        total: &mut u64,
        locked: &[String],
    ) {
        let full = root.join(&path);
        let length = full.metadata().map_or(0, |metadata| metadata.len());
        if length > MAX_FILE_BYTES {
            self.notes.push(format!("{path} is too large to be searched"));
            return;
        }
        let Ok(text) = fs::read_to_string(&full) else {
            self.notes.push(format!("{path} is not readable UTF-8"));
            return;
        };
        *total += length;
        let is_test = language.is_test_path(&path);
        let is_locked = locked.contains(&path);
        self.entries.push(Entry {
            path,
            text,
            language,
            is_test,
            is_locked,
            parsed: OnceCell::new(),
            definitions: OnceCell::new(),
            imports: OnceCell::new(),
        });
    }

    /// How many files there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn path(&self, file: usize) -> &str {
        &self.entries[file].path
    }

    /// Whether the two files see each other's names because they lie in one folder.
    pub(crate) fn are_neighbours(&self, one: usize, other: usize) -> bool {
        let (a, b) = (&self.entries[one], &self.entries[other]);
        let folder = |path: &str| path.rsplit_once('/').map_or(0, |(folder, _)| folder.len());
        let (long, short) = (folder(&a.path), folder(&b.path));
        a.language.shares_folder()
            && a.language.name() == b.language.name()
            && long == short
            && a.path.get(..long) == b.path.get(..short)
    }

    /// Whether candidates may be made of the file.
    pub(crate) fn is_searchable(&self, file: usize) -> bool {
        !self.entries[file].is_test && !self.entries[file].is_locked
    }

    /// Whether members are used in the file without naming the object that they belong to.
    pub(crate) fn has_implicit_receiver(&self, file: usize) -> bool {
        self.entries[file].language.has_implicit_receiver()
    }

    /// The parsed file; `None` where the parser gave up.
    pub(crate) fn source(&self, file: usize) -> Option<&SourceFile> {
        let entry = &self.entries[file];
        entry
            .parsed
            .get_or_init(|| SourceFile::parse(entry.path.clone(), entry.text.clone(), entry.language).ok())
            .as_ref()
    }

    /// Its text.
    pub(crate) fn text(&self, file: usize) -> &str {
        &self.entries[file].text
    }

    /// What the file defines.
    pub(crate) fn definitions(&self, file: usize) -> &[Definition] {
        self.entries[file].definitions.get_or_init(|| {
            self.source(file).map_or_else(Vec::new, |source| {
                source.language.definitions(source.tree.root_node(), &source.text)
            })
        })
    }

    /// Names that the file imports.
    pub(crate) fn imports(&self, file: usize) -> &[String] {
        self.entries[file].imports.get_or_init(|| {
            self.source(file).map_or_else(Vec::new, |source| {
                source.language.imports(source.tree.root_node(), &source.text)
            })
        })
    }

    /// Files that seem to define `name`.
    pub(crate) fn files_defining(&self, name: &str) -> &[usize] {
        self.index.get(name).map_or(&[], Vec::as_slice)
    }

    /// Test files whose text holds `title`.
    pub(crate) fn tests_holding(&self, title: &str) -> Vec<usize> {
        let holds = |entry: &Entry| entry.is_test && !title.is_empty() && entry.text.contains(title);
        (0..self.entries.len()).filter(|&file| holds(&self.entries[file])).take(20).collect()
    }

    /// The file that a printed path means: the one with the longest common end.
    pub(crate) fn find(&self, printed: &str) -> Option<usize> {
        let printed = printed.replace('\\', "/");
        let wanted: Vec<&str> = printed.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        let common = |path: &str| {
            path.split('/').rev().zip(wanted.iter().rev()).take_while(|(one, other)| one == *other).count()
        };
        (0..self.entries.len())
            .filter(|&file| {
                let parts = self.entries[file].path.split('/').count();
                // One of the two has to be the end of the other.
                common(&self.entries[file].path) == parts.min(wanted.len())
            })
            .max_by_key(|&file| (common(&self.entries[file].path), std::cmp::Reverse(file)))
    }
}

/// Names that follow a defining keyword, stand before `=` at the start of a line, or, where functions have no keyword,
/// stand before a parenthesis. Too many rather than too few: who looks one up reads the file.
fn defined_names<'a>(text: &'a str, language: &dyn Language) -> Vec<&'a str> {
    let keywords = language.defining_words();
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$');
    let mut names = Vec::new();
    let mut in_group = false;
    for line in text.lines() {
        in_group = (in_group && line.trim_end() != ")")
            || line.strip_suffix(" (").is_some_and(|word| keywords.contains(&word.trim_end()));
        if in_group && let Some(name) = line.trim_start().split(|letter: char| !is_part(letter)).next() {
            names.extend(Some(name).filter(|name| !name.is_empty() && !keywords.contains(name)));
        }
        // The receiver of a method stands between keyword and name.
        if let Some((word, rest)) = line.split_once(" (")
            && keywords.contains(&word)
            && let Some((_, rest)) = rest.split_once(')')
        {
            names.extend(rest.trim_start().split(|letter: char| !is_part(letter)).next());
        }
        let mut words = line.split(|letter: char| !is_part(letter));
        while let Some(word) = words.next() {
            if keywords.contains(&word)
                && let Some(name) = words.clone().find(|word| !word.is_empty() && *word != "mut")
            {
                names.push(name);
            }
        }
        if line.starts_with(|letter: char| is_part(letter) && !letter.is_ascii_digit())
            && let Some((name, _)) = line.split_once(['=', ':'])
            && name.trim_end().chars().all(is_part)
        {
            names.push(name.trim_end());
        }
        if language.defines_before_parentheses() {
            names.extend(names_before_signs(line, language, is_part));
        }
        let words = language.field_words();
        if !words.is_empty()
            && let Some((head, _)) = line.split_once('=')
            && head.split_whitespace().next().is_some_and(|first| words.contains(&first))
            && let Some(name) = head.trim_end().rsplit(|letter: char| !is_part(letter)).next()
            && !name.is_empty()
        {
            names.push(name);
        }
        names.extend(language.defined_by_line(line));
    }
    names
}

/// Names that a line without a keyword may define: those before its first two parentheses, and a constant's.
fn names_before_signs<'a>(line: &'a str, language: &dyn Language, is_part: fn(char) -> bool) -> Vec<&'a str> {
    let last = |head: &'a str| head.trim_end().rsplit(|letter: char| !is_part(letter)).next();
    let mut names = Vec::new();
    // The second parenthesis counts as well: a type or an attribute may have the first one.
    for (at, _) in line.match_indices('(').take(2) {
        let head = &line[..at];
        names.extend(last(head).filter(|name| {
            !name.is_empty() && is_defining(head.trim_end().strip_suffix(name).unwrap_or_default())
        }));
    }
    // `const int LIMIT = 3`, `int table[3] = {`
    let unindented = line.starts_with(is_part);
    let constant = |head: &str| ["const", "static"].iter().any(|word| head.contains(word));
    if let Some((head, _)) = line.split_once('=').filter(|(head, _)| !head.contains('('))
        && language.field_words().is_empty()
        && (unindented || constant(head))
        && let Some(name) = head.split('[').next().and_then(last)
        && !name.is_empty()
    {
        names.push(name);
    }
    names
}

/// Whether a name with parentheses behind `head` may be defined there: not where it is called on something.
fn is_defining(head: &str) -> bool {
    let before = head.trim_end();
    let word = before.rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    !before.ends_with('.') && !matches!(word, "new" | "return" | "throw" | "else" | "case" | "assert")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{CPP, Go, Java, Python, Rust};

    #[test]
    fn names_are_found_where_they_are_defined() {
        let python = "def add(a):\n    pass\nclass Cart:\n    def total(self): ...\nLIMIT = 3\n";
        assert_eq!(defined_names(python, &Python), ["add", "Cart", "total", "LIMIT"]);
        let rust = "pub(crate) async fn go<T>() {}\nstatic mut X: u8 = 1;\n";
        assert_eq!(defined_names(rust, &Rust), ["go", "X"]);
        let go =
            "func (c *Cart[T]) Total() int {\n\tx := 1\n}\nconst (\n\tLow = iota\n\tHigh\n)\nfunc New() {}\n";
        let names = defined_names(go, &Go);
        assert!(["Total", "Low", "High", "New"].iter().all(|name| names.contains(name)), "{names:?}");
        assert!(!names.contains(&"x"), "{names:?}");
        let java = "public class Cart<T> {\n  static final int MAX = 3;\n  Cart(int n) {\n    a.b(n);\n    return c(1);\n  \
                    @Override public List<T> all(\n";
        assert_eq!(defined_names(java, &Java), ["Cart", "MAX", "Cart", "all"]);
        let cpp = "double Cart::total(int a) const {\nstruct A {\n  static const int LIMIT = 3;\nint table[3] = {};\n[[nodiscard]] decltype(auto) get(int a) {\n";
        let names = defined_names(cpp, &CPP);
        for name in ["total", "A", "LIMIT", "table", "get"] {
            assert!(names.contains(&name), "{name} in {names:?}");
        }
    }

    #[test]
    fn printed_paths_are_matched_by_their_end() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["src/pkg/a.py", "other/a.py", "target/a.rs"] {
            fs::create_dir_all(dir.path().join(path).parent().unwrap()).unwrap();
            fs::write(dir.path().join(path), "x = 1\n").unwrap();
        }
        let project = Project::read(dir.path(), &["other/a.py".to_owned()]);
        assert_eq!(project.len(), 2);
        let path = |printed: &str| project.find(printed).map(|file| project.path(file));
        assert_eq!(path("/home/runner/work/x/x/src/pkg/a.py"), Some("src/pkg/a.py"));
        assert_eq!(path("pkg/a.py"), Some("src/pkg/a.py"));
        assert_eq!(path("/usr/lib/python3/other.py"), None);
        assert_eq!(path("./other/a.py"), Some("other/a.py"));
        assert!(!project.is_searchable(project.find("other/a.py").unwrap()));
    }
}

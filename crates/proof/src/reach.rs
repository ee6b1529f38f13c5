//! Which files reach a changed file: the import graph of Python, JavaScript, TypeScript and Go, followed
//! backwards from the change.
//!
//! Read from the text, line by line, without running anything. It errs on the side of too many: an import
//! that could mean two files means both, and one inside of a string counts. Bounded, for repositories can
//! be huge; what is beyond the bounds is only not found.

use std::cmp::Reverse;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::project::{Project, join};

/// More sources than this are not read.
const MAX_SOURCES: usize = 4_000;
/// Endings of sources, and of what a JavaScript import without one may mean.
const JAVASCRIPT: &[&str] = &["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"];

/// All files that reach one of the changed ones, and over how many imports: the changed ones over none.
pub(crate) fn reaching(project: &Project, changed: &[String]) -> BTreeMap<String, usize> {
    let endings: BTreeSet<&str> = changed.iter().filter_map(|file| language(file)).collect();
    let files = project.files();
    let sources: Vec<&String> = files
        .iter()
        .filter(|file| language(file).is_some_and(|language| endings.contains(language)))
        .take(MAX_SOURCES)
        .collect();
    let index = Index::of(project, &sources);
    let mut importers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in &sources {
        let Some(text) = project.text(file) else { continue };
        for imported in index.imports(file, &text) {
            importers.entry(imported).or_default().push(file);
        }
    }
    distances(changed, |file| importers.get(file).map_or(&[], Vec::as_slice))
}

/// Over how many imports each file reaches one of the changed ones; `importers` says who imports a file.
pub(crate) fn distances<'a>(
    changed: &[String],
    importers: impl Fn(&str) -> &'a [&'a str],
) -> BTreeMap<String, usize> {
    let mut reached: BTreeMap<String, usize> = changed.iter().map(|file| (file.clone(), 0)).collect();
    let mut open: VecDeque<(String, usize)> = changed.iter().map(|file| (file.clone(), 1)).collect();
    while let Some((file, distance)) = open.pop_front() {
        for importer in importers(&file) {
            if let Entry::Vacant(new) = reached.entry((*importer).to_owned()) {
                new.insert(distance);
                open.push_back(((*importer).to_owned(), distance + 1));
            }
        }
    }
    reached
}

/// Puts files of tests first that need the fewest imports to reach a changed file, and of these those whose names begin like it.
pub(crate) fn nearest_first(tests: &mut [(usize, String)], changed: &[String]) {
    let alike = |file: &str| changed.iter().map(|one| common(subject(one), subject(file))).max().unwrap_or(0);
    tests.sort_by_cached_key(|(distance, file)| (*distance, Reverse(alike(file)), file.clone()));
}

/// What a file is about, by its name: of a test, what it tests.
fn subject(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.strip_prefix("test_").or_else(|| name.strip_prefix("test-")).unwrap_or(name)
}

/// How many letters two names begin with that are the same.
fn common(one: &str, other: &str) -> usize {
    let pairs = one.chars().zip(other.chars());
    pairs.take_while(|(one, other)| one.eq_ignore_ascii_case(other)).count()
}

fn language(file: &str) -> Option<&'static str> {
    let (_, ending) = file.rsplit_once('.')?;
    match ending {
        "py" => Some("python"),
        "go" => Some("go"),
        _ if JAVASCRIPT.contains(&ending) => Some("javascript"),
        _ => None,
    }
}

/// Where a module of some name may lie.
struct Index<'a> {
    files: BTreeSet<&'a str>,
    /// Python files by the last part of their module's name.
    modules: BTreeMap<&'a str, Vec<&'a str>>,
    /// Go files by the folder they lie in.
    packages: BTreeMap<&'a str, Vec<&'a str>>,
    /// The module's path of each `go.mod`, with its folder.
    go_modules: Vec<(String, String)>,
}

impl<'a> Index<'a> {
    fn of(project: &Project, sources: &[&'a String]) -> Self {
        let mut index = Index {
            files: sources.iter().map(|file| file.as_str()).collect(),
            modules: BTreeMap::new(),
            packages: BTreeMap::new(),
            go_modules: Vec::new(),
        };
        for file in sources {
            let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
            match language(file) {
                Some("python") => {
                    let module = match name.strip_suffix(".py") {
                        Some("__init__") => folder.rsplit('/').next().unwrap_or_default(),
                        module => module.unwrap_or(name),
                    };
                    index.modules.entry(module).or_default().push(file);
                }
                Some("go") => index.packages.entry(folder).or_default().push(file),
                _ => {}
            }
        }
        if !index.packages.is_empty() {
            let mods = project.files();
            for file in mods.iter().filter(|file| *file == "go.mod" || file.ends_with("/go.mod")) {
                let text = project.text(file).unwrap_or_default();
                let name = text.lines().find_map(|line| line.trim().strip_prefix("module ")).map(str::trim);
                let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
                index.go_modules.extend(name.map(|name| (name.to_owned(), folder.to_owned())));
            }
        }
        index
    }

    /// Files that a file imports.
    fn imports(&self, file: &str, text: &str) -> BTreeSet<&'a str> {
        match language(file) {
            Some("python") => self.python(file, text),
            Some("go") => self.go(file, text),
            _ => self.javascript(file, text),
        }
    }

    fn python(&self, file: &str, text: &str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        for statement in python_statements(text) {
            if let Some(names) = statement.strip_prefix("import ") {
                for name in names.split(',') {
                    let module = name.split_whitespace().next().unwrap_or_default();
                    self.python_module(file, module, &mut found);
                }
            } else if let Some((module, names)) =
                statement.strip_prefix("from ").and_then(|rest| rest.split_once(" import "))
            {
                let module = module.trim();
                self.python_module(file, module, &mut found);
                for name in names.split([',', '(', ')']) {
                    let name = name.split_whitespace().next().unwrap_or_default();
                    if !name.is_empty() {
                        let dot = if module.ends_with('.') { "" } else { "." };
                        self.python_module(file, &format!("{module}{dot}{name}"), &mut found);
                    }
                }
            }
        }
        found.remove(file);
        found
    }

    /// Adds the files that a module's name may mean: with `a.b.c` also `a/__init__.py` and `a/b/__init__.py`
    /// are run.
    fn python_module(&self, file: &str, module: &str, found: &mut BTreeSet<&'a str>) {
        let dots = module.chars().take_while(|c| *c == '.').count();
        let parts: Vec<&str> = module[dots..].split('.').filter(|part| !part.is_empty()).collect();
        let mut folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        for _ in 1..dots {
            folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
        }
        if dots > 0 && parts.is_empty() {
            found.extend(self.files.get(join(folder, "__init__.py").as_str()));
        }
        for length in 1..=parts.len() {
            let path = parts[..length].join("/");
            for candidate in self.modules.get(parts[length - 1]).into_iter().flatten() {
                let stem = candidate.strip_suffix(".py").unwrap_or(candidate);
                let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
                let fits = if dots > 0 {
                    stem == join(folder, &path)
                } else {
                    stem == path || stem.ends_with(&format!("/{path}"))
                };
                if fits {
                    found.insert(candidate);
                }
            }
        }
    }

    fn javascript(&self, file: &str, text: &str) -> BTreeSet<&'a str> {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut found = BTreeSet::new();
        for line in text.lines() {
            let concerned = ["import", "from", "require", "export", "mock"];
            if !concerned.iter().any(|word| line.contains(word)) {
                continue;
            }
            for name in quoted(line).filter(|name| name.starts_with('.')) {
                let Some(path) = resolved(folder, name) else { continue };
                let stem = path.rsplit_once('.').filter(|(_, end)| JAVASCRIPT.contains(end));
                // `./a.js` may be written for `./a.ts`.
                let stems = [Some(path.as_str()), stem.map(|(stem, _)| stem)];
                for stem in stems.into_iter().flatten() {
                    found.extend(self.files.get(stem));
                    for ending in JAVASCRIPT {
                        found.extend(self.files.get(format!("{stem}.{ending}").as_str()));
                        found.extend(self.files.get(format!("{stem}/index.{ending}").as_str()));
                    }
                }
            }
        }
        found
    }

    fn go(&self, file: &str, text: &str) -> BTreeSet<&'a str> {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        // A package is one unit.
        let mut found: BTreeSet<&str> = self.packages.get(folder).into_iter().flatten().copied().collect();
        for name in text.lines().take_while(|line| !line.starts_with("func ")).flat_map(quoted) {
            for (module, root) in &self.go_modules {
                let Some(inside) = name.strip_prefix(module.as_str()) else { continue };
                let inside = inside.trim_start_matches('/');
                let folder = if inside.is_empty() { root.clone() } else { join(root, inside) };
                found.extend(self.packages.get(folder.as_str()).into_iter().flatten().copied());
            }
        }
        found
    }
}

/// Import statements, with those over several lines in parentheses joined.
fn python_statements(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()) {
        if open {
            if let Some(last) = found.last_mut() {
                last.push(' ');
                last.push_str(line);
            }
            open = !line.contains(')');
        } else if line.starts_with("import ") || line.starts_with("from ") {
            open = line.contains('(') && !line.contains(')');
            found.push(line.trim_end_matches('\\').to_owned());
        }
    }
    found
}

/// Texts in quotes of any kind.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let start = rest.find(['"', '\'', '`'])?;
        let quote = rest[start..].chars().next()?;
        let inner = &rest[start + 1..];
        let end = inner.find(quote)?;
        rest = &inner[end + 1..];
        Some(&inner[..end])
    })
}

/// `folder/name` with `.` and `..` taken out; `None` when it leads out of the repository.
fn resolved(folder: &str, name: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(files: &[(&str, &str)], changed: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let found = reaching(&Project::at(folder.path(), folder.path()), &[changed.to_owned()]);
        found.into_keys().filter(|file| file != changed).collect()
    }

    #[test]
    fn python_imports_are_followed_over_several_files() {
        let files = [
            ("src/shop/__init__.py", ""),
            ("src/shop/tax.py", ""),
            ("src/shop/cart.py", "from .tax import rate\n"),
            ("src/shop/api.py", "from shop import (  # all\n    cart,\n    other,\n)\n"),
            ("tests/test_api.py", "import json, shop.api as api\n"),
            ("tests/test_tax.py", "from shop.tax import rate\n"),
            ("tests/test_far.py", "import taxes\nfrom unittest import mock\n"),
        ];
        let expected = ["src/shop/api.py", "src/shop/cart.py", "tests/test_api.py", "tests/test_tax.py"];
        assert_eq!(reached(&files, "src/shop/tax.py"), expected);
        // Everything that imports from the package runs its `__init__`.
        assert!(reached(&files, "src/shop/__init__.py").contains(&"tests/test_tax.py".to_owned()));
    }

    #[test]
    fn javascript_imports_are_followed_with_and_without_endings() {
        let files = [
            ("src/tax.ts", ""),
            ("src/cart/index.js", "import { tax } from '../tax.js'\n"),
            ("src/api.mjs", "export * from \"./cart\"\n"),
            ("test/api.test.js", "const api = require('../src/api.mjs')\n"),
            ("test/far.test.js", "import x from 'tax'\n"),
        ];
        assert_eq!(reached(&files, "src/tax.ts"), ["src/api.mjs", "src/cart/index.js", "test/api.test.js"]);
    }

    #[test]
    fn go_imports_are_followed_from_package_to_package() {
        let files = [
            ("go.mod", "module example.com/shop\n"),
            ("tax/tax.go", "package tax\n"),
            ("tax/more.go", "package tax\n"),
            ("cart/cart.go", "package cart\n\nimport \"example.com/shop/tax\"\n"),
            ("api/api_test.go", "package api\n\nimport (\n\tc \"example.com/shop/cart\"\n)\n"),
            ("far/far_test.go", "package far\n\nimport \"example.com/shop/taxes\"\n"),
        ];
        assert_eq!(reached(&files, "tax/tax.go"), ["api/api_test.go", "cart/cart.go", "tax/more.go"]);
    }
}

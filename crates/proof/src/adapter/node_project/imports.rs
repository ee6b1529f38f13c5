//! Which files of tests reach a changed file through the imports of JavaScript, as far as names tell.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use regex::Regex;

use super::package::{is_script, is_test_name, manifest};
use crate::project::{Project, join};
use crate::reach::{distances, nearest_first};

/// More files than this are not read.
const MAX_FILES: usize = 4000;
/// Of a file, this much is read.
const MAX_TEXT: usize = 512 * 1024;

/// Files of tests that import one of the changed files, also through others; those that need the fewest
/// first, and of these those whose names begin alike.
pub(super) fn tests_that_reach(project: &Project, changed: &[String]) -> Vec<String> {
    let files: Vec<String> =
        project.files().into_iter().filter(|file| is_script(file)).take(MAX_FILES).collect();
    let known: BTreeSet<&str> = files.iter().map(String::as_str).collect();
    let packages = Packages { folders: folders(project), entries: entries(project) };
    // Who is imported by whom: the walk goes from the changed files to the tests.
    let mut importers: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for file in &files {
        let Some(text) = project.text(file) else { continue };
        let text = text.get(..MAX_TEXT).unwrap_or(&text);
        for module in modules(text) {
            for target in targets(file, module, &known, &packages, changed) {
                importers.entry(target).or_default().push(file);
            }
        }
    }
    let is_test = |file: &str| is_test_name(file) || is_in_test_folder(file);
    let reached = distances(changed, |file| importers.get(file).map_or(&[], Vec::as_slice));
    let tests = reached.into_iter().filter(|(file, distance)| *distance > 0 && is_test(file));
    let mut tests: Vec<(usize, String)> = tests.map(|(file, distance)| (distance, file)).collect();
    nearest_first(&mut tests, changed);
    tests.into_iter().map(|(_, file)| file).collect()
}

fn is_in_test_folder(file: &str) -> bool {
    file.split('/').rev().skip(1).any(|part| matches!(part, "test" | "tests" | "__tests__"))
}

/// Names of modules that a text imports, requires or mocks.
fn modules(text: &str) -> impl Iterator<Item = &str> {
    static IMPORT: OnceLock<Option<Regex>> = OnceLock::new();
    let import = IMPORT
        .get_or_init(|| {
            Regex::new(r#"(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire(?:\.resolve|Actual)?\s*\(\s*|\b(?:mock|doMock|unmock|importActual)\s*\(\s*)["'`]([^"'`\n]{1,300})["'`]"#).ok()
        })
        .as_ref();
    import
        .into_iter()
        .flat_map(|import| import.captures_iter(text))
        .filter_map(|found| Some(found.get(1)?.as_str()))
}

/// The packages of this repository.
struct Packages {
    /// Name and folder.
    folders: Vec<(String, String)>,
    /// By folders that have a manifest, what stands for them when they are imported as a path: `require('..')`.
    entries: BTreeMap<String, Vec<String>>,
}

fn folders(project: &Project) -> Vec<(String, String)> {
    project
        .files()
        .iter()
        .filter_map(|file| {
            let folder =
                file.strip_suffix("package.json").filter(|rest| rest.is_empty() || rest.ends_with('/'))?;
            let folder = folder.trim_end_matches('/');
            let name = manifest(project, folder)?.get("name")?.as_str()?.to_owned();
            Some((name, folder.to_owned()))
        })
        .collect()
}

fn entries(project: &Project) -> BTreeMap<String, Vec<String>> {
    let manifests =
        project.files().into_iter().filter(|file| file.rsplit('/').next() == Some("package.json"));
    let mut entries = BTreeMap::new();
    for file in manifests {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let Some(manifest) = manifest(project, folder) else { continue };
        let mut named = Vec::new();
        for key in ["main", "module"] {
            named.extend(manifest.get(key).and_then(serde_json::Value::as_str).map(str::to_owned));
        }
        entries.insert(folder.to_owned(), named);
    }
    entries
}

/// The files that a module's name may stand for. A package of this repository stands for all changed
/// files in it.
fn targets(
    importer: &str,
    module: &str,
    known: &BTreeSet<&str>,
    packages: &Packages,
    changed: &[String],
) -> Vec<String> {
    if !module.starts_with('.') {
        let package = packages.folders.iter().filter(|(name, _)| {
            module == name || module.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('/'))
        });
        return package
            .flat_map(|(_, folder)| {
                let inside = join(folder, "");
                changed.iter().filter(move |file| file.starts_with(&inside)).cloned()
            })
            .collect();
    }
    let folder = importer.rsplit_once('/').map_or("", |(folder, _)| folder);
    let Some(path) = resolved(folder, module) else { return Vec::new() };
    let is_there = |file: &String| known.contains(file.as_str()) || changed.contains(file);
    let mut found: Vec<String> = spellings(&path).filter(is_there).collect();
    // A folder is what its manifest says, and an import of it reaches that.
    for main in packages.entries.get(&path).into_iter().flatten() {
        found.extend(resolved(&path, main).iter().flat_map(|path| spellings(path)).filter(is_there));
    }
    found.sort();
    found.dedup();
    found
}

/// The files that a path may stand for. The repository itself is the empty one.
fn spellings(path: &str) -> impl Iterator<Item = String> {
    const ENDINGS: [&str; 9] = ["", ".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs"];
    let stem = path.rsplit_once('.').filter(|(_, ending)| matches!(*ending, "js" | "jsx" | "mjs" | "cjs"));
    let stems = std::iter::once(path).chain(stem.map(|(stem, _)| stem));
    stems.flat_map(|stem| {
        let index = join(stem, "index");
        ENDINGS.iter().flat_map(move |ending| [format!("{stem}{ending}"), format!("{index}{ending}")])
    })
}

/// `../lib/cart` seen from a folder.
fn resolved(folder: &str, module: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in module.split('/') {
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

    #[test]
    fn tests_are_found_through_other_files_and_packages() {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in [
            ("package.json", r#"{"name":"root"}"#),
            ("packages/core/package.json", r#"{"name":"@acme/core"}"#),
            ("packages/core/src/price.ts", "export const price = 1;"),
            ("packages/core/src/cart.ts", "export { price } from './price.js';"),
            ("packages/core/src/cart.test.ts", "import { price } from \"./cart\";"),
            ("packages/core/test/whole.js", "const { price } = require('../src/price');"),
            ("packages/core/src/other.test.ts", "import fs from 'node:fs';"),
            ("packages/app/src/app.test.ts", "import { price } from '@acme/core';"),
            ("packages/app/src/near.test.ts", "import { price } from '@acme/core-extra';"),
        ] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let project = Project::at(folder.path(), folder.path());
        assert_eq!(
            tests_that_reach(&project, &["packages/core/src/price.ts".to_owned()]),
            ["packages/app/src/app.test.ts", "packages/core/test/whole.js", "packages/core/src/cart.test.ts"]
        );
    }
    #[test]
    fn a_folder_is_its_index_or_what_its_manifest_names() {
        let reached = |manifest: &str, entry: &str| {
            let folder = tempfile::tempdir().unwrap();
            for (file, text) in [
                ("package.json", manifest),
                (entry, "module.exports = require('./lib/price')"),
                ("lib/price.js", "module.exports = 1"),
                ("test/above.test.js", "require('..')"),
                ("test/slash.test.js", "require('../')"),
                ("test/deep/above.test.js", "require('../../')"),
                ("test/apart.test.js", "require('../other')"),
                ("near.test.js", "require('.')"),
            ] {
                let path = folder.path().join(file);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
            let project = Project::at(folder.path(), folder.path());
            tests_that_reach(&project, &["lib/price.js".to_owned()])
        };
        let all = ["near.test.js", "test/above.test.js", "test/deep/above.test.js", "test/slash.test.js"];
        assert_eq!(reached(r#"{"name":"a"}"#, "index.js"), all);
        assert_eq!(reached(r#"{"name":"a","main":"./shop.js"}"#, "shop.js"), all);
        assert_eq!(reached(r#"{"name":"a","main":"shop"}"#, "shop.js"), all);
        assert_eq!(reached(r#"{"name":"a","main":"other.js"}"#, "shop.js"), [""; 0]);
    }

    #[test]
    fn the_nearest_come_first() {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in [
            ("index.js", "require('./lib/price')"),
            ("lib/price.js", ""),
            ("test/a.test.js", "require('..')"),
            ("test/price-list.test.js", "require('..')"),
            ("test/z.test.js", "require('../lib/price')"),
        ] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let project = Project::at(folder.path(), folder.path());
        let near = tests_that_reach(&project, &["lib/price.js".to_owned()]);
        assert_eq!(near, ["test/z.test.js", "test/price-list.test.js", "test/a.test.js"]);
    }
}

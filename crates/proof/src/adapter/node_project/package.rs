//! The package that a file belongs to, what its manifest says about tests, and who installs its modules.

use std::collections::BTreeMap;

use regreen_case::Framework;
use serde_json::Value;

use super::Runner;
use crate::project::{Project, join};

/// Endings of JavaScript and TypeScript.
const SCRIPTS: &[&str] = &["js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts"];

/// Runners with their names, and the beginnings of their files of configuration.
const RUNNERS: &[(Framework, &str, &str)] = &[
    (Framework::Vitest, "vitest", "vitest.config."),
    (Framework::Jest, "jest", "jest.config."),
    (Framework::Mocha, "mocha", ".mocharc."),
];

/// Whether a path is a source of JavaScript or TypeScript.
pub(in crate::adapter) fn is_script(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty() && SCRIPTS.contains(&ending) && !path.ends_with(".d.ts")
    })
}

/// Whether runners take a file of this name for tests.
pub(in crate::adapter) fn is_test_name(path: &str) -> bool {
    if !is_script(path) {
        return false;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let marked = [".test", ".spec", "-test", "_test", "-spec", "_spec", ".e2e", "Test", "Spec"];
    stem == "test" || stem.starts_with("test-") || marked.iter().any(|mark| stem.ends_with(mark)) || {
        let folder = |name: &str| path.split('/').rev().skip(1).any(|part| part == name);
        folder("__tests__") && !folder("__mocks__") && !folder("__fixtures__")
    }
}

/// Folders at and above a file that hold a manifest, the nearest first.
pub(super) fn packages_above(project: &Project, file: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = file.to_owned();
    while let Some(folder) = project.nearest_with(&at, "package.json") {
        let root = folder.is_empty();
        at.clone_from(&folder);
        found.push(folder);
        if root {
            break;
        }
    }
    found
}

/// The manifest of a folder.
pub(super) fn manifest(project: &Project, folder: &str) -> Option<Value> {
    serde_json::from_str(&project.text(&join(folder, "package.json"))?).ok()
}

/// The scripts of a manifest, those for tests first.
pub(super) fn scripts(project: &Project, folder: &str) -> Vec<(String, String)> {
    let Some(manifest) = manifest(project, folder) else { return Vec::new() };
    let all: BTreeMap<String, String> = manifest
        .get("scripts")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned())))
        .collect();
    let mut all: Vec<(String, String)> = all.into_iter().collect();
    all.sort_by_key(|(name, _)| (name != "test", !name.starts_with("test"), !name.contains("test")));
    all
}

/// Whether a manifest asks for a package.
fn asks_for(manifest: &Value, package: &str) -> bool {
    ["devDependencies", "dependencies", "peerDependencies"]
        .iter()
        .any(|kind| manifest.get(kind).and_then(|all| all.get(package)).is_some())
}

/// The runner whose file of tests this is: what the file imports, else what its package is set up for.
pub(in crate::adapter) fn framework_of(project: &Project, path: &str) -> Option<Framework> {
    if !is_script(path) {
        return None;
    }
    let text = project.text(path).unwrap_or_default();
    if let Some(imported) = imported(&text) {
        return Some(imported);
    }
    let calls = ["test(", "it(", "describe(", "suite(", "test.", "it.", "describe."];
    if !is_test_name(path) && !calls.iter().any(|call| text.contains(call)) {
        return None;
    }
    packages_above(project, path).iter().find_map(|folder| framework_of_package(project, folder))
}

/// What a file of tests imports says whose it is.
fn imported(text: &str) -> Option<Framework> {
    let named = |module: &str| {
        ["'", "\"", "`"].iter().any(|quote| {
            let quoted = format!("{quote}{module}{quote}");
            text.match_indices(&quoted).any(|(at, _)| {
                let before = text[..at].trim_end();
                before.ends_with("from")
                    || before.ends_with("require(")
                    || before.ends_with("import")
                    || before.ends_with("import(")
            })
        })
    };
    [
        ("node:test", Framework::NodeTest),
        ("vitest", Framework::Vitest),
        ("@jest/globals", Framework::Jest),
        ("mocha", Framework::Mocha),
    ]
    .into_iter()
    .find_map(|(module, framework)| named(module).then_some(framework))
}

fn framework_of_package(project: &Project, folder: &str) -> Option<Framework> {
    let manifest = manifest(project, folder)?;
    let scripts = scripts(project, folder);
    // What the scripts call counts more than what is only installed.
    for (_, text) in &scripts {
        let called = text.split([' ', '/', ';', '&', '=']).find_map(|word| {
            RUNNERS.iter().find(|(_, name, _)| *name == word).map(|(framework, ..)| *framework)
        });
        if called.is_some() {
            return called;
        }
        if text.contains("node ") && text.contains("--test") {
            return Some(Framework::NodeTest);
        }
    }
    let entries: Vec<String> = std::fs::read_dir(project.checkout().join(folder))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    RUNNERS.iter().find_map(|(framework, name, configuration)| {
        let configured = manifest.get(*name).is_some()
            || asks_for(&manifest, name)
            || entries.iter().any(|entry| entry.starts_with(configuration));
        configured.then_some(*framework)
    })
}

/// The folder to run in for a file: that of the nearest package that is set up for the runner, else of
/// the nearest package, else the root.
pub(super) fn home_of(runner: &Runner, project: &Project, file: &str) -> String {
    let packages = packages_above(project, file);
    packages
        .iter()
        .find(|folder| framework_of_package(project, folder) == Some(runner.framework))
        .or_else(|| packages.first())
        .cloned()
        .unwrap_or_default()
}

/// How the project's package manager starts a program of an installed package.
pub(in crate::adapter) fn launcher(project: &Project, folder: &str) -> Vec<String> {
    let mut folders = packages_above(project, &join(folder, "x"));
    folders.push(String::new());
    let manager = folders.iter().find_map(|folder| {
        let named = manifest(project, folder)
            .and_then(|manifest| manifest.get("packageManager")?.as_str().map(str::to_owned));
        let locked = || {
            [
                ("pnpm-lock.yaml", "pnpm"),
                ("yarn.lock", "yarn"),
                ("bun.lock", "bun"),
                ("bun.lockb", "bun"),
                ("package-lock.json", "npm"),
                ("npm-shrinkwrap.json", "npm"),
            ]
            .iter()
            .find(|(lock, _)| project.has_file(&join(folder, lock)))
            .map(|(_, manager)| (*manager).to_owned())
        };
        named.map(|named| named.split('@').next().unwrap_or_default().to_owned()).or_else(locked)
    });
    let words: &[&str] = match manager.as_deref() {
        Some("pnpm") => &["pnpm", "exec"],
        Some("yarn") => &["yarn"],
        Some("bun") => &["bunx"],
        _ => &["npx"],
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

//! Sections of manifests: `pyproject.toml`, `Cargo.toml`, ini files, `package.json`, `go.mod`.

use crate::inspect::pattern::Pattern;

use super::{Sections, Weight};

/// Tables of `pyproject.toml` that decide how tests run.
const PYPROJECT: &[(&[&str], Weight)] = &[
    (&["tool", "coverage"], Weight::Shown),
    (&["tool", "tox"], Weight::Decides),
    (&["tool", "nox"], Weight::Shown),
    (&["tool", "hatch", "envs"], Weight::Shown),
    (&["tool", "poetry", "plugins"], Weight::Decides),
    (&["tool", "pdm", "scripts"], Weight::Shown),
    (&["tool", "poe"], Weight::Shown),
    (&["tool", "setuptools"], Weight::Shown),
    (&["project", "entry-points", "pytest11"], Weight::Decides),
    (&["project", "entry-points"], Weight::Shown),
    (&["build-system"], Weight::Shown),
];

/// The same of `Cargo.toml`.
const CARGO: &[(&[&str], Weight)] = &[
    (&["test"], Weight::Decides),
    (&["bench"], Weight::Shown),
    (&["lib", "test"], Weight::Decides),
    (&["lib", "harness"], Weight::Decides),
    (&["lib", "doctest"], Weight::Decides),
    (&["lib", "path"], Weight::Decides),
    (&["bin"], Weight::Shown),
    (&["example"], Weight::Shown),
    (&["package", "autotests"], Weight::Decides),
    (&["package", "build"], Weight::Decides),
    (&["package", "metadata", "nextest"], Weight::Decides),
    (&["workspace", "exclude"], Weight::Decides),
    (&["workspace", "members"], Weight::Shown),
    (&["workspace", "default-members"], Weight::Decides),
    (&["profile", "test"], Weight::Decides),
    (&["profile", "dev"], Weight::Decides),
    (&["dev-dependencies"], Weight::Shown),
    (&["build-dependencies"], Weight::Shown),
    (&["patch"], Weight::Decides),
    (&["replace"], Weight::Decides),
    (&["features", "default"], Weight::Shown),
    (&["cargo-features"], Weight::Shown),
];

/// Sections of ini files that do.
const INI: &[&str] =
    &["tool:pytest", "pytest", "testenv", "tox", "coverage:run", "nosetests", "aliases", "unittest"];

pub(super) fn pyproject(text: &str) -> Sections {
    tables(text, PYPROJECT)
}

pub(super) fn cargo(text: &str) -> Sections {
    tables(text, CARGO)
}

fn tables(text: &str, wanted: &[(&[&str], Weight)]) -> Sections {
    let Ok(document) = text.parse::<toml::Table>() else {
        return Sections::from([("unreadable".to_owned(), (text.to_owned(), Weight::Decides))]);
    };
    let mut found = Sections::new();
    pytest_options(&document, &mut found);
    for (path, weight) in wanted {
        let mut at: Option<&toml::Value> = document.get(path[0]);
        for part in &path[1..] {
            at = at.and_then(|value| value.get(part));
        }
        if let Some(value) = at {
            found.insert(path.join("."), (format!("{value:?}"), *weight));
        }
    }
    found
}

/// Options of pytest that choose no tests and judge none.
const HARMLESS: &[&str] = &[
    "markers",
    "minversion",
    "filterwarnings",
    "cache_dir",
    "console_output_style",
    "log_cli",
    "log_level",
    "log_cli_level",
    "log_format",
    "asyncio_mode",
    "asyncio_default_fixture_loop_scope",
];

fn pytest_options(document: &toml::Table, found: &mut Sections) {
    let pytest = document.get("tool").and_then(|tool| tool.get("pytest")).and_then(toml::Value::as_table);
    if pytest.is_some() {
        found.insert("tool.pytest".to_owned(), (String::new(), Weight::Shown));
    }
    for (name, value) in pytest.into_iter().flatten() {
        match value.as_table().filter(|_| name == "ini_options") {
            Some(options) => {
                for (option, value) in options {
                    let weight =
                        if HARMLESS.contains(&option.as_str()) { Weight::Shown } else { Weight::Decides };
                    found.insert(format!("tool.pytest.ini_options.{option}"), (format!("{value:?}"), weight));
                }
            }
            None => {
                found.insert(format!("tool.pytest.{name}"), (format!("{value:?}"), Weight::Decides));
            }
        }
    }
}

pub(super) fn ini(text: &str) -> Sections {
    let mut found = Sections::new();
    let mut section = String::new();
    for line in text.lines().map(str::trim_end) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.trim().to_owned();
        }
        let configures = INI.iter().any(|name| section == *name || section.starts_with(&format!("{name}:")));
        let entry_point = section == "options.entry_points" && text.contains("pytest11");
        if (configures || entry_point)
            && !line.trim().is_empty()
            && !line.trim_start().starts_with(['#', ';'])
        {
            let entry = found.entry(section.clone()).or_insert_with(|| (String::new(), Weight::Decides));
            entry.0.push_str(line);
            entry.0.push('\n');
        }
    }
    found
}

/// Scripts that run, or run before or after, what CI calls.
static SCRIPT: Pattern =
    Pattern::new(r"(?i)test|spec|^(?:check|verify|ci|validate|coverage)\b|^(?:pre|post)?install$|^prepare$");
static RUNNER: Pattern = Pattern::new(
    r"(?i)jest|vitest|mocha|ava\b|tap\b|jasmine|karma|nyc|c8|cypress|playwright|chai|sinon|expect|assert|testing-library",
);

pub(super) fn package_json(text: &str) -> Sections {
    let mut found = Sections::new();
    if text.trim().is_empty() {
        return found;
    }
    let Ok(serde_json::Value::Object(document)) = serde_json::from_str(text) else {
        return Sections::from([("unreadable".to_owned(), (text.to_owned(), Weight::Decides))]);
    };
    let mut add = |name: String, value: &serde_json::Value, weight: Weight| {
        found.insert(name, (value.to_string(), weight));
    };
    for (key, value) in &document {
        match key.as_str() {
            "jest" | "vitest" | "mocha" | "ava" | "nyc" | "c8" | "tap" | "jasmine" | "karma" | "tape" => {
                add(key.clone(), value, Weight::Decides);
            }
            "type" | "main" | "module" | "exports" | "imports" | "browser" | "workspaces" | "babel" => {
                add(key.clone(), value, Weight::Shown);
            }
            "scripts" => {
                for (name, script) in value.as_object().into_iter().flatten() {
                    let weight = if SCRIPT.is_match(name) { Weight::Decides } else { Weight::Shown };
                    add(format!("scripts.{name}"), script, weight);
                }
            }
            "overrides" | "resolutions" | "pnpm" => {
                let weight =
                    if RUNNER.is_match(&value.to_string()) { Weight::Decides } else { Weight::Shown };
                add(key.clone(), value, weight);
            }
            "dependencies" | "devDependencies" | "optionalDependencies" | "peerDependencies" => {
                for (name, version) in value.as_object().into_iter().flatten() {
                    let elsewhere = version.as_str().is_some_and(|version| {
                        ["file:", "link:", "portal:", "npm:", "git", "http", "./", "../", "/"]
                            .iter()
                            .any(|prefix| version.starts_with(prefix))
                    });
                    if RUNNER.is_match(name) || elsewhere {
                        let weight = if elsewhere { Weight::Decides } else { Weight::Shown };
                        add(format!("{key}.{name}"), version, weight);
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// Modules of test libraries that `replace` may not lead elsewhere.
static GO_TEST_LIBRARY: Pattern = Pattern::new(
    r"testify|gomega|ginkgo|go-cmp|gocheck|check\.v1|quicktest|goconvey|gotest\.tools|/is\b|testing",
);

pub(super) fn go_mod(text: &str) -> Sections {
    let mut found = Sections::new();
    let mut block = false;
    for line in text.lines().map(|line| line.split("//").next().unwrap_or(line).trim()) {
        let replaces = line.starts_with("replace ") || block && !line.is_empty() && line != ")";
        block = line == "replace (" || block && line != ")";
        if replaces && line != "replace (" {
            let line = line.trim_start_matches("replace").trim();
            let (module, to) = line.split_once("=>").unwrap_or((line, ""));
            let local = to.trim().starts_with(['.', '/']);
            let weight =
                if local || GO_TEST_LIBRARY.is_match(module) { Weight::Decides } else { Weight::Shown };
            found.insert(format!("replace {}", module.trim()), (to.trim().to_owned(), weight));
        } else if line.starts_with("toolchain") || line.starts_with("exclude") {
            found.insert(
                line.split_whitespace().next().unwrap_or(line).to_owned(),
                (line.to_owned(), Weight::Shown),
            );
        }
    }
    found
}

//! What a build says about itself before anything of it runs: ctest's list of tests with their properties,
//! and CMake's answer to which program is built of which sources.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::adapter::left_file;

/// Answers are smaller than this.
const MAX_ANSWER: u64 = 16 * 1024 * 1024;
/// Programs of a build that are looked at.
const MAX_TARGETS: usize = 20_000;

/// One test of `ctest --show-only=json-v1`.
#[derive(Debug, Clone, Default, Deserialize)]
pub(in crate::adapter) struct Listed {
    #[serde(default)]
    pub(in crate::adapter) name: String,
    #[serde(default)]
    pub(in crate::adapter) command: Vec<String>,
    #[serde(default)]
    properties: Vec<Property>,
}

#[derive(Debug, Clone, Deserialize)]
struct Property {
    name: String,
    value: Value,
}

#[derive(Debug, Deserialize)]
struct List {
    tests: Vec<Listed>,
}

impl Listed {
    fn property(&self, name: &str) -> Option<&Value> {
        self.properties.iter().find(|one| one.name == name).map(|one| &one.value)
    }

    /// Whether a failure of it counts as its success.
    pub(in crate::adapter) fn will_fail(&self) -> bool {
        self.property("WILL_FAIL").is_some_and(|value| match value {
            Value::Bool(set) => *set,
            other => other.as_str().is_some_and(|text| !text.is_empty() && text != "0"),
        })
    }

    pub(in crate::adapter) fn directory(&self) -> Option<PathBuf> {
        self.property("WORKING_DIRECTORY").and_then(Value::as_str).map(PathBuf::from)
    }

    /// Variables that the project gives the test.
    pub(in crate::adapter) fn environment(&self) -> Vec<(String, String)> {
        let words = self.property("ENVIRONMENT").and_then(Value::as_array);
        let pairs = words.into_iter().flatten().filter_map(Value::as_str);
        pairs
            .filter_map(|text| text.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

/// The tests of ctest's list.
pub(in crate::adapter) fn tests(printed: &str) -> Vec<Listed> {
    let from = printed.find('{').unwrap_or(printed.len());
    // What configuring prints may stand around it.
    let mut documents = serde_json::Deserializer::from_str(&printed[from..]).into_iter::<List>();
    documents.next().and_then(Result::ok).map(|list| list.tests).unwrap_or_default()
}

/// The tests that the last of a run's steps listed: their outputs lie beside the channel.
pub(in crate::adapter) fn of_channel(channel: &Path) -> Vec<Listed> {
    let beside = channel.parent().unwrap_or(channel);
    let mut steps: Vec<PathBuf> = std::fs::read_dir(beside)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    steps.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("step-")));
    steps.sort();
    let last = steps.last().and_then(|path| left_file::text(path, MAX_ANSWER).ok());
    last.map(|text| tests(&text)).unwrap_or_default()
}

/// A program of a build.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::adapter) struct Program {
    pub(in crate::adapter) path: PathBuf,
    pub(in crate::adapter) name: String,
    /// What it is built of, relative to the source folder.
    pub(in crate::adapter) sources: Vec<String>,
}

/// All programs of a build.
pub(in crate::adapter) fn programs(build: &Path) -> Vec<Program> {
    let reply = build.join(".cmake/api/v1/reply");
    let Ok(entries) = std::fs::read_dir(&reply) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.flatten().take(MAX_TARGETS) {
        let name = entry.file_name();
        let is_target =
            name.to_str().is_some_and(|name| name.starts_with("target-") && name.ends_with(".json"));
        if !is_target {
            continue;
        }
        // Tests of runs before this one could write here.
        let Ok(text) = left_file::text(&entry.path(), MAX_ANSWER) else { continue };
        let Ok(target) = serde_json::from_str::<Value>(&text) else { continue };
        let artifact = target["artifacts"][0]["path"].as_str();
        let Some(path) = artifact.filter(|_| target["type"] == "EXECUTABLE") else { continue };
        let sources = target["sources"].as_array().into_iter().flatten();
        found.push(Program {
            path: build.join(path),
            name: target["name"].as_str().unwrap_or_default().to_owned(),
            sources: sources.filter_map(|source| source["path"].as_str()).map(str::to_owned).collect(),
        });
    }
    found.sort();
    found
}

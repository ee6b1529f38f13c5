//! The bugs: data of the folder `demo/`, one folder per bug.
//!
//! `bug.toml` describes it; the folders `1`, `2`, … hold what each commit of the project's history
//! changes, the last one brings the bug in. A trailing `_` of a file's name is taken off: a real
//! `Cargo.toml` or `.gitignore` there would concern this workspace too.

use serde::Deserialize;

use super::error::DemoError;

const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/demo_files.rs"));

/// A project with a bug.
#[derive(Debug, Clone)]
pub(crate) struct Bug {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) language: String,
    pub(crate) deterministic: bool,
    pub(crate) prompt: String,
    /// What CI runs.
    pub(crate) command: Vec<String>,
    /// Oldest first.
    pub(crate) commits: Vec<Commit>,
}

/// One commit of the project's history.
#[derive(Debug, Clone)]
pub(crate) struct Commit {
    pub(crate) message: String,
    /// Path and text of the files it adds or changes.
    pub(crate) files: Vec<(String, &'static str)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    about: String,
    language: String,
    deterministic: bool,
    prompt: String,
    command: Vec<String>,
    commits: Vec<String>,
}

impl Bug {
    /// All of them, by name.
    pub(crate) fn all() -> Result<Vec<Self>, DemoError> {
        let names = FILES.iter().filter_map(|(path, text)| Some((path.strip_suffix("/bug.toml")?, *text)));
        names.map(|(name, text)| Bug::read(name, text)).collect()
    }

    fn read(name: &str, text: &str) -> Result<Self, DemoError> {
        let wrong = |detail: String| DemoError::Description { name: name.to_owned(), detail };
        let description: Description = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let commits = description
            .commits
            .into_iter()
            .enumerate()
            .map(|(index, message)| {
                let folder = format!("{name}/{}/", index + 1);
                let files = FILES
                    .iter()
                    .filter_map(|(path, text)| Some((real_name(path.strip_prefix(&folder)?), *text)))
                    .collect();
                Commit { message, files }
            })
            .collect();
        Ok(Bug {
            name: name.to_owned(),
            about: description.about,
            language: description.language,
            deterministic: description.deterministic,
            prompt: description.prompt,
            command: description.command,
            commits,
        })
    }
}

fn real_name(path: &str) -> String {
    match path.strip_suffix('_') {
        Some("gitignore") => ".gitignore".to_owned(),
        Some(real) => real.to_owned(),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bug_is_complete() {
        let bugs = Bug::all().unwrap();
        assert!(bugs.len() >= 6, "{}", bugs.len());
        assert!(bugs.iter().any(|bug| !bug.deterministic));
        for language in ["python", "rust"] {
            assert!(bugs.iter().any(|bug| bug.language == language), "{language}");
        }
        for bug in &bugs {
            assert!(bug.commits.len() >= 3, "{}: a history has several commits", bug.name);
            for commit in &bug.commits {
                assert!(!commit.files.is_empty(), "{}: `{}` changes nothing", bug.name, commit.message);
            }
            let used: usize = bug.commits.iter().map(|commit| commit.files.len()).sum();
            let there = FILES.iter().filter(|(path, _)| path.starts_with(&format!("{}/", bug.name))).count();
            assert_eq!(used + 1, there, "{}: a file belongs to no commit", bug.name);
        }
    }
}

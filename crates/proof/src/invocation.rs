//! Finds the test runner's call in the script of a CI step: its options, its working directory, the
//! variables set in front of it. What is around it (wrappers, pipes) is left out.

use std::collections::BTreeMap;

use regreen_case::{CiCommand, Framework};

use crate::adapter::adapter;
use crate::environment::is_safe;
use crate::shell_words::commands;

/// How CI called the runner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Invocation {
    /// Words after the runner's name; those only a shell could know are missing.
    pub(crate) arguments: Vec<String>,
    /// Working directory relative to the repository.
    pub(crate) directory: String,
    /// Safe variables of the step and of the line.
    pub(crate) env: BTreeMap<String, String>,
}

/// The options among the words that are known, each with its value, in one word or two. `known` says
/// whether a value follows.
pub(crate) fn kept(known: &[(&str, bool)], words: &[String]) -> Vec<Vec<String>> {
    let mut kept = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (name, joined) = word.split_once('=').map_or((word.as_str(), false), |(name, _)| (name, true));
        match known.iter().find(|(option, _)| *option == name) {
            Some((_, true)) if !joined => {
                let Some(value) = words.next() else { break };
                kept.push(vec![word.clone(), value.clone()]);
            }
            Some(_) => kept.push(vec![word.clone()]),
            None => {}
        }
    }
    kept
}

/// The last call of the framework's runner in the script: the step failed there or later. The
/// step's safe environment comes along even when no call is found.
pub(crate) fn invocation(framework: Framework, ci: Option<&CiCommand>) -> Invocation {
    invocation_by(ci, |words| adapter(framework).after_runner(words))
}

/// The last call that `after_runner` knows, of which it gives the index behind the runner's name.
pub(crate) fn invocation_by(
    ci: Option<&CiCommand>,
    mut after_runner: impl FnMut(&[String]) -> Option<usize>,
) -> Invocation {
    let mut found = Invocation::default();
    let Some(ci) = ci else { return found };
    found.env = crate::environment::safe_environment(&ci.env);
    let mut directory = Vec::new();
    for command in commands(&ci.script, &ci.env) {
        let known: Vec<String> = command.words.into_iter().flatten().collect();
        let (assignments, words) = split_assignments(&known);
        if let [program, folder] = words
            && program == "cd"
        {
            walk(&mut directory, folder);
            continue;
        }
        if let Some(at) = after_runner(words) {
            found.arguments = words[at..].to_vec();
            found.directory = directory.join("/");
            for (name, value) in assignments.iter().filter(|(name, value)| is_safe(name, value)) {
                found.env.insert((*name).to_owned(), (*value).to_owned());
            }
        }
    }
    found
}

/// `A=1 B=2 program …` → the assignments, also behind `env` and `export`-less wrappers.
pub(crate) fn split_assignments(words: &[String]) -> (Vec<(&str, &str)>, &[String]) {
    let mut assignments = Vec::new();
    let mut rest = words;
    while let [first, tail @ ..] = rest {
        match first.split_once('=') {
            Some((name, value)) if !name.is_empty() && !name.starts_with('-') && !name.contains('/') => {
                assignments.push((name, value));
            }
            _ if first == "env" => {}
            _ => break,
        }
        rest = tail;
    }
    (assignments, rest)
}

/// Follows `cd`; a folder that is absolute or leads out is CI's own business.
pub(crate) fn walk(directory: &mut Vec<String>, folder: &str) {
    if folder.starts_with('/') || folder.starts_with('~') {
        return;
    }
    for part in folder.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                directory.pop();
            }
            part => directory.push(part.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(framework: Framework, script: &str) -> Invocation {
        invocation(framework, Some(&CiCommand { script: script.to_owned(), ..CiCommand::default() }))
    }

    #[test]
    fn known_options_keep_their_values() {
        let words: Vec<String> =
            "--tags a --quiet --x 1 --tags=b y --jobs".split(' ').map(str::to_owned).collect();
        let found = kept(&[("--tags", true), ("--quiet", false), ("--jobs", true)], &words);
        assert_eq!(found, [vec!["--tags", "a"], vec!["--quiet"], vec!["--tags=b"]]);
    }

    #[test]
    fn wrappers_and_folders_are_seen_through() {
        let found = find(
            Framework::Pytest,
            "set -e\npip install -e .\ncd api && DEBUG=1 PATH=/x poetry run python -m pytest -q -W error tests | tee log",
        );
        assert_eq!(found.arguments, ["-q", "-W", "error", "tests"]);
        assert_eq!(found.directory, "api");
        assert_eq!(found.env.into_iter().collect::<Vec<_>>(), [("DEBUG".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn each_runner_is_found() {
        assert_eq!(
            find(Framework::CargoTest, "cargo +stable test --all-features").arguments,
            ["--all-features"]
        );
        assert_eq!(
            find(Framework::GoTest, "go vet ./...\ngo test -race ./...").arguments,
            ["-race", "./..."]
        );
        assert_eq!(find(Framework::GoTest, "make test").arguments, Vec::<String>::new());
        assert_eq!(find(Framework::Pytest, "cd /srv/app; cd ../..; .venv/bin/pytest -x").directory, "");
    }
}

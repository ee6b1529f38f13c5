//! Finds the Python that has the project's dependencies: the first of its environments that can import
//! what the run needs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use regreen_supervise::{Cancel, Deadline, End, ProcessSpec};

use super::environments::{Candidate, Place, Search, advice, search};
use crate::counted::RunContext;
use crate::error::ProofError;

/// Most places that an error names.
const MAX_NAMED: usize = 24;

/// What the interpreter must be able to import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Needs {
    Pytest,
    /// The plugin that gives pytest time limits.
    PytestTimeout,
    Django,
    /// The standard library has it.
    Unittest,
}

impl Needs {
    const fn module(self) -> &'static str {
        match self {
            Needs::Pytest => "pytest",
            Needs::PytestTimeout => "pytest_timeout",
            Needs::Django => "django",
            Needs::Unittest => "unittest",
        }
    }
}

/// Absolute path of the interpreter. The judged checkout is not looked at: what a patch could put
/// there must not run as our Python.
pub(crate) fn find(context: &RunContext<'_>, cwd: &str, needs: Needs) -> Result<String, ProofError> {
    let search = interpreters(context, cwd);
    for Candidate { python, .. } in &search.found {
        if imports(python, needs) {
            return Ok(python.display().to_string());
        }
    }
    Err(missing(&search, needs, advice(context.repo_root, cwd)))
}

/// A program that the project's environment has beside its Python.
pub(crate) fn program(context: &RunContext<'_>, cwd: &str, name: &str) -> Option<PathBuf> {
    let beside = |candidate: Candidate| candidate.python.parent().map(|folder| folder.join(name));
    interpreters(context, cwd).found.into_iter().filter_map(beside).find(|program| program.is_file())
}

fn interpreters(context: &RunContext<'_>, cwd: &str) -> Search {
    let variable =
        |name: &str| context.env.get(name).cloned().or_else(|| std::env::var_os(name)?.into_string().ok());
    search(&Place { root: context.repo_root, cwd, variable: &variable })
}

/// Says where it was looked for, and what to do.
fn missing(search: &Search, needs: Needs, advice: &str) -> ProofError {
    let found: Vec<String> = search
        .found
        .iter()
        .map(|candidate| format!("{} ({})", candidate.python.display(), candidate.kind))
        .collect();
    let mut looked: Vec<&str> = search.looked_at.iter().map(String::as_str).take(MAX_NAMED).collect();
    if search.looked_at.len() > MAX_NAMED {
        looked.push("…");
    }
    let detail = if found.is_empty() {
        format!("there is no Python at {}; {advice}", looked.join(", "))
    } else {
        format!("none of these can import it: {}; {advice}", found.join(", "))
    };
    ProofError::MissingTool { tool: needs.module(), detail }
}

/// Asked once per interpreter and process: starting one takes longer than many tests.
pub(crate) fn imports(python: &Path, needs: Needs) -> bool {
    static KNOWN: Mutex<BTreeMap<(PathBuf, Needs), bool>> = Mutex::new(BTreeMap::new());
    let key = (python.to_owned(), needs);
    if let Some(known) = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return *known;
    }
    // Isolated mode: neither the working directory nor PYTHONPATH can offer a module of its own.
    let import = format!("import {}", needs.module());
    let argv = [&python.display().to_string(), "-I", "-c", &import].map(|word| (*word).to_owned());
    let spec = ProcessSpec::new(argv.to_vec(), "/", Deadline::after(Duration::from_secs(20)));
    let answer =
        regreen_supervise::run(spec, &Cancel::new()).is_ok_and(|outcome| outcome.end == End::Exited(0));
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).insert(key, answer);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_says_where_it_looked_and_what_to_do() {
        let looked_at = (0..30).map(|at| format!("/x/{at}/bin/python")).collect();
        let nothing = Search { found: Vec::new(), looked_at };
        let text = missing(&nothing, Needs::Pytest, "run `uv sync`").to_string();
        assert!(text.contains("/x/0/bin/python, ") && text.contains("…; run `uv sync`"), "{text}");
        let python = Candidate { python: "/x/.venv/bin/python".into(), kind: "venv" };
        let without = Search { found: vec![python], looked_at: Vec::new() };
        let text = missing(&without, Needs::Django, "run `uv sync`").to_string();
        assert_eq!(
            text,
            "django was not found: none of these can import it: /x/.venv/bin/python (venv); run `uv sync`"
        );
    }
}

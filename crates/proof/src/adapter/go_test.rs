//! `go test`: one package, `-run` with quoted names, results from `-json` events, cross-checked with
//! the package's own verdict and with a profile that each harness writes only at its proper end.

mod ends;
mod events;
mod line_recorder;
mod variations;

use std::collections::BTreeMap;
use std::path::Path;

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};
use regreen_supervise::End;

use crate::adapter::noted::{Keep, Start};
use crate::adapter::{Adapter, Counted, Neighbourhood, Prepared, RawRun, Role, noted, program_name};
use crate::counted::{RunContext, TestResult};
use crate::error::ProofError;
use crate::executed_lines::{ExecutedLines, Recording};
use crate::invocation::{self, invocation};
use crate::project::{Project, join};
use crate::variation::Variation;

pub(crate) struct GoTest;

/// CI's options that change what is built or run, with whether a value follows.
const KEPT: &[(&str, bool)] = &[
    ("-race", false),
    ("-short", false),
    ("-tags", true),
    ("-mod", true),
    ("-cpu", true),
    ("-parallel", true),
    ("-gcflags", true),
    ("-ldflags", true),
    ("-shuffle", true),
    ("-trimpath", false),
];

impl Adapter for GoTest {
    fn framework(&self) -> Framework {
        Framework::GoTest
    }

    fn after_runner(&self, words: &[String]) -> Option<usize> {
        words.windows(2).position(|pair| program_name(&pair[0]) == "go" && pair[1] == "test").map(|at| at + 2)
    }

    fn detect(&self, _project: &Project, path: &str, name: Option<&str>) -> Option<Vec<TestTarget>> {
        path.ends_with("_test.go").then(|| {
            let id = name.unwrap_or_default().to_owned();
            vec![TestTarget { framework: Framework::GoTest, id, file: Some(path.to_owned()), suite: None }]
        })
    }

    fn plan(
        &self,
        project: &Project,
        targets: &[TestTarget],
        ci: Option<&CiCommand>,
    ) -> Result<TestCommand, ProofError> {
        let called = invocation(Framework::GoTest, ci);
        let folders: Vec<String> = targets
            .iter()
            .map(|target| package_folder(project, target, &called.directory))
            .collect::<Result<_, _>>()?;
        let first = folders.first().ok_or(ProofError::NoTargets)?;
        let module = project
            .nearest_with(&join(first, "x"), "go.mod")
            .ok_or_else(|| ProofError::NoSuchTest("go.mod".to_owned()))?;
        let mut argv: Vec<String> = ["go", "test", "-count=1"].map(str::to_owned).to_vec();
        argv.extend(kept_options(&called.arguments));
        if let Some(pattern) = pattern(project, targets) {
            argv.push("-run".to_owned());
            argv.push(pattern);
        }
        for folder in &folders {
            let inside = folder.strip_prefix(&module).unwrap_or(folder).trim_start_matches('/');
            let package = if inside.is_empty() { ".".to_owned() } else { format!("./{inside}") };
            if !argv.contains(&package) {
                argv.push(package);
            }
        }
        Ok(TestCommand { framework: Framework::GoTest, argv, cwd: module, env: called.env })
    }

    fn prepare(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Prepared, ProofError> {
        let mut argv = command.argv.clone();
        let at = argv.iter().position(|word| word == "test").map_or(argv.len(), |at| at + 1);
        let mut options = vec!["-json".to_owned(), ends::lay_out(channel)?];
        // Go's own limit would end the run with a panic that looks like the test's failure.
        let seconds = context.deadline.remaining().as_secs().clamp(1, 24 * 3600) + 60;
        options.push(format!("-timeout={seconds}s"));
        argv.splice(at..at, options);
        let env = BTreeMap::from([("GOTOOLCHAIN".to_owned(), "local".to_owned())]);
        Ok(Prepared { argv, env, ..Prepared::default() })
    }

    fn noting(
        &self,
        command: &TestCommand,
        _context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Option<Prepared>, ProofError> {
        let mut argv = command.argv.clone();
        let at = argv.iter().position(|word| word == "test").map_or(argv.len(), |at| at + 1);
        let note = noted::lay_out(channel, "note", Keep::Program)?;
        // Go splits the value at spaces, quotes joining; it takes its programs away at its end.
        let mut options = vec![format!("-exec='{}'", note.display())];
        if !argv.iter().any(|word| word.starts_with("-gcflags")) {
            // All errors, not the first ten.
            options.push("-gcflags=-e".to_owned());
        }
        argv.splice(at..at, options);
        let env = BTreeMap::from([("GOTOOLCHAIN".to_owned(), "local".to_owned())]);
        Ok(Some(Prepared { argv, env, ..Prepared::default() }))
    }

    fn own_words(&self, mut starts: Vec<Start>, _context: &RunContext<'_>) -> Result<Vec<Start>, ProofError> {
        for start in &mut starts {
            // In front of all other arguments: those of the tests themselves end the harness's.
            start.argv.splice(1..1, ["-test.v".to_owned()]);
        }
        Ok(starts)
    }

    fn first_results(&self, raw: &RawRun<'_>) -> Vec<TestResult> {
        events::first_results(raw.text)
    }

    fn ran_nothing(&self, raw: &RawRun<'_>) -> bool {
        raw.end == End::Exited(0) && raw.text.contains("testing: warning: no tests to run")
    }

    fn executed_lines(&self, recording: &Recording<'_>) -> Result<Vec<ExecutedLines>, ProofError> {
        line_recorder::record(recording)
    }

    fn readable(&self, printed: &str) -> String {
        events::readable(printed)
    }

    fn count(&self, raw: &RawRun<'_>) -> Counted {
        let mut counted = events::count(raw.printed, variations::times(raw.command));
        let here = raw.context.checkout.join(&raw.command.cwd);
        counted.problem = counted.problem.or_else(|| {
            let package = ends::left_early(raw.channel, &here, &counted.results)?;
            Some(format!("the test binary of {package} left before its harness had finished"))
        });
        counted
    }

    fn belongs(&self, target: &TestTarget, result: &TestResult) -> bool {
        let same_suite = match (&target.suite, &result.suite) {
            (Some(wanted), Some(found)) => wanted == found || found.ends_with(&format!("/{wanted}")),
            _ => true,
        };
        same_suite
            && (target.id.is_empty()
                || target.id == result.id
                || result.id.strip_prefix(&target.id).is_some_and(|rest| rest.starts_with('/')))
    }

    fn role(&self, path: &str) -> Option<Role> {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name {
            "go.work" | "go.env" => Some(Role::Configuration),
            _ if name.ends_with("_test.go") => Some(Role::Tests),
            _ if path.split('/').any(|part| part == "testdata") => Some(Role::Tests),
            _ => None,
        }
    }

    fn neighbourhood(
        &self,
        project: &Project,
        command: &TestCommand,
        _targets: &[TestTarget],
        changed: &[String],
    ) -> Option<Neighbourhood> {
        let mut packages: Vec<String> = packages(command).cloned().collect();
        let inside = |folder: &str| -> Option<String> {
            if command.cwd.is_empty() {
                return Some(folder.to_owned());
            }
            Some(folder.strip_prefix(&command.cwd)?.trim_start_matches('/').to_owned())
        };
        let folders: Vec<&str> = changed
            .iter()
            .filter(|file| file.ends_with(".go"))
            .map(|file| file.rsplit_once('/').map_or("", |(folder, _)| folder))
            .collect();
        for file in project.files().iter().filter(|file| file.ends_with("_test.go")) {
            let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
            let imports = |changed: &str| {
                !changed.is_empty()
                    && project.text(file).is_some_and(|text| text.contains(&format!("/{changed}\"")))
            };
            let reached = folders.contains(&folder)
                || folders.iter().filter_map(|changed| inside(changed)).any(|changed| imports(&changed));
            if let Some(inside) = inside(folder).filter(|_| reached) {
                let package = if inside.is_empty() { ".".to_owned() } else { format!("./{inside}") };
                if !packages.contains(&package) {
                    packages.push(package);
                }
            }
        }
        let mut argv = Vec::new();
        let mut words = command.argv.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "-run" => {
                    let _ = words.next();
                }
                "." => {}
                _ if word.starts_with("./") => {}
                _ => argv.push(word.clone()),
            }
        }
        argv.extend(packages);
        Some(Neighbourhood {
            command: TestCommand { argv, ..command.clone() },
            chosen_by: "the failing test's package, and packages whose tests import a changed one".to_owned(),
            not_run: Vec::new(),
        })
    }

    fn varied(&self, command: &TestCommand, variation: Variation) -> Option<TestCommand> {
        variations::varied(command, variation)
    }
}

/// Package arguments: everything behind `-run PATTERN` and options that is a path.
fn packages(command: &TestCommand) -> impl Iterator<Item = &String> {
    command.argv.iter().filter(|word| *word == "." || word.starts_with("./"))
}

/// Folder of a target's package: of its file, else of its import path.
fn package_folder(project: &Project, target: &TestTarget, preferred: &str) -> Result<String, ProofError> {
    let parent = |file: &str| file.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    if let Some(suite) = target.suite.as_deref() {
        for file in project.files().iter().filter(|file| *file == "go.mod" || file.ends_with("/go.mod")) {
            let folder = parent(file);
            let Some(text) = project.text(file) else { continue };
            let Some(module) = text.lines().find_map(|line| line.trim().strip_prefix("module ")) else {
                continue;
            };
            let Some(rest) = suite.strip_prefix(module.trim()) else { continue };
            if rest.is_empty() || rest.starts_with('/') {
                return Ok(join(&folder, rest.trim_start_matches('/')).trim_end_matches('/').to_owned());
            }
        }
    }
    let file = target.file.as_deref().unwrap_or_default();
    let base = project.base_of(file, Some(preferred)).ok_or_else(|| {
        ProofError::NoSuchTest(if file.is_empty() { target.id.clone() } else { file.to_owned() })
    })?;
    Ok(parent(&join(&base, file)))
}

/// `^(?:A|B)$/^(?:sub)$`; all tests of the files when no id is given; `None` runs everything.
fn pattern(project: &Project, targets: &[TestTarget]) -> Option<String> {
    let mut levels: Vec<Vec<String>> = Vec::new();
    let mut shortest = usize::MAX;
    for target in targets {
        let names: Vec<String> = if target.id.is_empty() {
            let text = project.text(target.file.as_deref()?)?;
            let all = tests_of(&text);
            if all.is_empty() {
                return None;
            }
            shortest = 1;
            add(&mut levels, 0, all);
            continue;
        } else {
            target.id.split('/').map(regex::escape).collect()
        };
        shortest = shortest.min(names.len());
        for (depth, name) in names.into_iter().enumerate() {
            add(&mut levels, depth, vec![name]);
        }
    }
    // A shorter id must not be narrowed by a longer one's subtest.
    levels.truncate(shortest);
    let levels: Vec<String> =
        levels
            .into_iter()
            .map(|names| {
                if names.len() == 1 {
                    format!("^{}$", names[0])
                } else {
                    format!("^(?:{})$", names.join("|"))
                }
            })
            .collect();
    Some(levels.join("/")).filter(|pattern| !pattern.is_empty())
}

fn add(levels: &mut Vec<Vec<String>>, depth: usize, names: Vec<String>) {
    if levels.len() <= depth {
        levels.resize(depth + 1, Vec::new());
    }
    for name in names {
        if !levels[depth].contains(&name) {
            levels[depth].push(name);
        }
    }
}

fn tests_of(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("func "))
        .filter_map(|rest| rest.split('(').next())
        .filter(|name| {
            ["Test", "Example", "Fuzz"].iter().any(|kind| name.starts_with(kind)) && *name != "TestMain"
        })
        .map(str::to_owned)
        .collect()
}

fn kept_options(arguments: &[String]) -> Vec<String> {
    let single =
        |word: &String| word.strip_prefix("--").map_or_else(|| word.clone(), |rest| format!("-{rest}"));
    let words: Vec<String> = arguments.iter().map(single).collect();
    invocation::kept(KEPT, &words).iter().map(|option| option.join("=")).collect()
}

#[cfg(test)]
mod tests;

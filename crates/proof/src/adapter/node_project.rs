//! What the test runners of JavaScript and TypeScript share: the package that a file belongs to, how CI
//! calls the runner through scripts and package managers, the installed modules that a fresh checkout
//! lacks, and a report that is signed.
//!
//! Promises: the runner is the one that the user installed, never one from the judged checkout; a report
//! that was not finished and signed by the reporter counts no pass.

pub(super) mod call;
pub(super) mod imports;
pub(super) mod line_recorder;
mod manager;
mod modules;
pub(super) mod opinions;
pub(super) mod package;
pub(super) mod report;
mod roles;
pub(crate) mod titles;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use crate::adapter::{Counted, Neighbourhood, Prepared, RawRun};
use crate::counted::RunContext;
use crate::error::ProofError;
use crate::project::{Project, is_inside, join};

pub(super) use roles::{HIDDEN, role};

/// Most files that a folder stands for, and a neighbourhood.
const MAX_FILES: usize = 40;
const MAX_NEIGHBOURS: usize = 80;

/// A runner, as data.
#[derive(Debug)]
pub(super) struct Runner {
    pub(super) framework: Framework,
    /// Name of its program and of its package.
    pub(super) name: &'static str,
    /// Its entry within `node_modules`, as people call it with `node`. Empty for Node's own runner.
    pub(super) entry: &'static str,
    /// What it puts between the titles of a test.
    pub(super) separator: &'static str,
    /// Option of the pattern that narrows to names.
    pub(super) pattern: &'static str,
    /// Words of its own behind its name.
    pub(super) verb: &'static [&'static str],
    /// CI's options that change what a test does, with whether a value follows.
    pub(super) kept: &'static [(&'static str, bool)],
    /// Name and text of its reporter.
    pub(super) reporter: (&'static str, &'static str),
    /// Whether a file that failed as a whole is among the runner's own numbers.
    pub(super) counts_files: bool,
}

impl Runner {
    /// A tool that runs no tests, of which only the call is looked for.
    pub(super) const fn of_a_check() -> Self {
        Runner {
            framework: Framework::Checker,
            name: "",
            entry: "",
            separator: "",
            pattern: "",
            verb: &[],
            kept: &[],
            reporter: ("", ""),
            counts_files: false,
        }
    }
}

/// A program of an installed package, with the modules made visible; arguments are still to come.
pub(super) fn program(
    package: &'static str,
    name: &str,
    cwd: &str,
    context: &RunContext<'_>,
) -> Result<Prepared, ProofError> {
    modules::provide(context, cwd)?;
    let entry = modules::entry(context.repo_root, cwd, package, name)?;
    let argv = vec!["node".to_owned(), entry.program.display().to_string()];
    let path = modules::search_path(context, cwd).map(|path| ("PATH".to_owned(), path));
    Ok(Prepared { argv, env: path.into_iter().collect(), ..Prepared::default() })
}

/// The targets for a path, when it is this runner's.
pub(super) fn detect(
    runner: &Runner,
    project: &Project,
    path: &str,
    name: Option<&str>,
) -> Option<Vec<TestTarget>> {
    let target = |file: &str, id: &str| TestTarget {
        framework: runner.framework,
        id: id.to_owned(),
        file: Some(file.to_owned()),
        suite: None,
    };
    if package::is_script(path) {
        let ours = package::framework_of(project, path) == Some(runner.framework);
        return ours.then(|| vec![target(path, name.unwrap_or_default())]);
    }
    if name.is_some() || !project.checkout().join(path).is_dir() {
        return None;
    }
    let inside = format!("{path}/");
    let mut files = project.files();
    files.retain(|file| file.starts_with(&inside) && package::is_test_name(file));
    files.retain(|file| package::framework_of(project, file) == Some(runner.framework));
    files.truncate(MAX_FILES);
    (!files.is_empty()).then(|| files.iter().map(|file| target(file, "")).collect())
}

/// A runner's call, narrowed to the targets.
pub(super) struct Narrowed {
    pub(super) call: call::Call,
    /// Folder to run in.
    pub(super) cwd: String,
    /// The targets' files, relative to that folder.
    pub(super) files: Vec<String>,
    /// Pattern for the full names, titles joined by spaces; `None` for whole files.
    pub(super) names: Option<String>,
}

pub(super) fn narrow(
    runner: &Runner,
    project: &Project,
    targets: &[TestTarget],
    ci: Option<&CiCommand>,
) -> Result<Narrowed, ProofError> {
    let first = targets.first().ok_or(ProofError::NoTargets)?;
    let called = call::of_ci(runner, project, ci);
    let preferred = called.as_ref().map(|call| call.directory.clone());
    let file = place(project, first, preferred.as_deref())?;
    let cwd = match preferred {
        Some(folder) if project.has_file(&file) && is_below(&file, &folder) => folder,
        _ => package::home_of(runner, project, &file),
    };
    let mut call = called.or_else(|| call::of_scripts(runner, project, &cwd)).unwrap_or_default();
    call.env.extend(call::step_environment(ci));
    call.env.remove("FORCE_COLOR");
    let mut files = Vec::new();
    for target in targets {
        let Ok(file) = place(project, target, Some(&cwd)) else { continue };
        let inside = if cwd.is_empty() { Some(file.as_str()) } else { file.strip_prefix(&format!("{cwd}/")) };
        if let Some(inside) = inside.filter(|inside| !files.iter().any(|known| known == inside)) {
            files.push(inside.to_owned());
        }
    }
    let names = if targets.iter().any(|target| target.id.is_empty()) {
        None
    } else {
        Some(titles::pattern(targets.iter().map(|target| target.id.as_str())))
    };
    Ok(Narrowed { call, cwd, files, names })
}

/// File of a target, relative to the repository.
fn place(project: &Project, target: &TestTarget, preferred: Option<&str>) -> Result<String, ProofError> {
    let named = target.file.iter().chain(&target.suite).find_map(|file| {
        let file = file.strip_prefix("./").unwrap_or(file);
        if target.file.as_deref() == Some(file) && project.has_file(file) {
            return Some(file.to_owned());
        }
        Some(join(&project.base_of(file, preferred)?, file))
    });
    let wanted = || target.file.clone().or_else(|| target.suite.clone()).unwrap_or_else(|| target.id.clone());
    named
        .or_else(|| titles::file_with(project, &target.id, target.framework))
        .ok_or_else(|| ProofError::NoSuchTest(wanted()))
}

fn is_below(file: &str, folder: &str) -> bool {
    folder.is_empty() || file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The command of a narrowed call, as people would type it in the project.
pub(super) fn command(
    runner: &Runner,
    project: &Project,
    narrowed: Narrowed,
    tail: Vec<String>,
) -> TestCommand {
    let call = narrowed.call;
    let mut argv: Vec<String> = if call.node_options.is_empty() && !runner.entry.is_empty() {
        let mut argv = package::launcher(project, &narrowed.cwd);
        argv.push(runner.name.to_owned());
        argv
    } else {
        let mut argv = vec!["node".to_owned()];
        argv.extend(call.node_options);
        if !runner.entry.is_empty() {
            argv.push(format!("node_modules/{}", runner.entry));
        }
        argv
    };
    argv.extend(runner.verb.iter().map(|word| (*word).to_owned()));
    argv.extend(call.options);
    if let Some(names) = &narrowed.names {
        argv.push(format!("{}={names}", runner.pattern));
    }
    argv.extend(tail);
    TestCommand { framework: runner.framework, argv, cwd: narrowed.cwd, env: call.env }
}

/// Finds node's program for the command, makes the modules visible, lays out the reporter, and puts
/// `options` in front of the command's own.
pub(super) fn prepare(
    runner: &Runner,
    command: &TestCommand,
    context: &RunContext<'_>,
    channel: &Path,
    options: Vec<String>,
) -> Result<Prepared, ProofError> {
    let seen = call::read(runner, &command.argv)
        .ok_or_else(|| ProofError::BadCommand(format!("it does not call {}", runner.name)))?;
    modules::provide(context, &command.cwd)?;
    // First of all, so that no code of the project is there before it.
    let mut argv = vec!["node".to_owned(), format!("--require={}", channel.join("report.cjs").display())];
    argv.extend(seen.node_options);
    let mut installed = PathBuf::new();
    if !runner.entry.is_empty() {
        let entry = modules::entry(context.repo_root, &command.cwd, runner.name, runner.name)?;
        argv.push(entry.program.display().to_string());
        installed = entry.package;
    }
    argv.extend(runner.verb.iter().map(|word| (*word).to_owned()));
    argv.extend(options);
    argv.extend(command.argv[seen.arguments..].iter().cloned());
    let key = report::lay_out(runner, channel, &installed)?;
    let mut env = BTreeMap::from([
        // As in CI: snapshots are compared and never written, `only` is an error.
        ("CI".to_owned(), "true".to_owned()),
        ("NO_COLOR".to_owned(), "1".to_owned()),
    ]);
    if let Some(path) = modules::search_path(context, &command.cwd) {
        env.insert("PATH".to_owned(), path);
    }
    Ok(Prepared { argv, env, key, ..Prepared::default() })
}

/// Place of the reporter in a channel.
pub(super) fn reporter(runner: &Runner, channel: &Path) -> String {
    channel.join(runner.reporter.0).display().to_string()
}

/// Counts from the signed report, cross-checked with the terminal's numbers.
pub(super) fn count(runner: &Runner, raw: &RawRun<'_>, terminal: Option<report::Numbers>) -> Counted {
    report::count(runner, raw, terminal)
}

/// The tests of the targets' files, and of those that import a changed file.
pub(super) fn neighbourhood(
    runner: &Runner,
    project: &Project,
    command: &TestCommand,
    targets: &[TestTarget],
    changed: &[String],
) -> Option<Neighbourhood> {
    let own: Vec<String> =
        targets.iter().filter_map(|target| place(project, target, Some(&command.cwd)).ok()).collect();
    let prefix = if command.cwd.is_empty() { String::new() } else { format!("{}/", command.cwd) };
    let mut files = own.clone();
    let mut not_run = Vec::new();
    for file in imports::tests_that_reach(project, changed) {
        if files.contains(&file) || package::framework_of(project, &file) != Some(runner.framework) {
            continue;
        }
        if files.len() < MAX_NEIGHBOURS {
            files.push(file);
        } else {
            not_run.push(format!("{file}: more than {MAX_NEIGHBOURS} files of tests reach the change"));
        }
    }
    files.dedup();
    let ours = |word: &String| own.iter().any(|file| file.strip_prefix(&prefix) == Some(word));
    let pattern = format!("{}=", runner.pattern);
    let mut argv: Vec<String> = command.argv.clone();
    argv.retain(|word| !word.starts_with(&pattern) && !ours(word));
    for file in &files {
        match file.strip_prefix(&prefix) {
            Some(inside) => argv.push(inside.to_owned()),
            None => not_run.push(format!("{file}: it lies outside of {}", command.cwd)),
        }
    }
    Some(Neighbourhood {
        command: TestCommand { argv, ..command.clone() },
        chosen_by: "the failing test's file, and files of tests that import a changed file, also indirectly"
            .to_owned(),
        not_run,
    })
}

/// The command with an option set: a value given before is replaced.
pub(super) fn with_options(
    runner: &Runner,
    command: &TestCommand,
    options: &[String],
) -> Option<TestCommand> {
    let at = call::read(runner, &command.argv)?.arguments;
    let mut argv = command.argv.clone();
    let name = |word: &str| word.split('=').next().unwrap_or_default().to_owned();
    let names: Vec<String> = options.iter().map(|option| name(option)).collect();
    let mut words = argv.split_off(at).into_iter();
    let mut rest = Vec::new();
    while let Some(word) = words.next() {
        if word.starts_with('-') && names.contains(&name(&word)) {
            let takes = runner.kept.iter().any(|(option, value)| *value && *option == word);
            if takes {
                let _ = words.next();
            }
            continue;
        }
        rest.push(word);
    }
    argv.extend(options.iter().cloned());
    argv.extend(rest);
    Some(TestCommand { argv, ..command.clone() })
}

/// Value of an option of the command, in milliseconds.
pub(super) fn milliseconds(command: &TestCommand, names: &[&str]) -> Option<u64> {
    let mut words = command.argv.iter();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').map_or((word.as_str(), None), |(n, v)| (n, Some(v)));
        if names.contains(&name) {
            return value.or_else(|| words.next().map(String::as_str))?.parse().ok();
        }
    }
    None
}

/// A scaled time limit: never zero, which would mean none.
pub(super) fn scaled(milliseconds: u64, percent: u32) -> u64 {
    (milliseconds.saturating_mul(u64::from(percent)) / 100).max(1)
}

/// Whether a value of an option may be taken from a script: nothing outside of the checkout.
fn is_harmless(value: &str) -> bool {
    !value.starts_with(['/', '~']) && !value.split('/').any(|part| part == "..") && !value.contains("://")
        || is_inside(value)
}

#[cfg(test)]
mod tests;

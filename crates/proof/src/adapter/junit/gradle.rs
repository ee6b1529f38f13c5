//! Gradle: `:module:test --tests Class.method`, and the events of its test tasks.
//!
//! An init script outside of the project, which gradle runs before the project's own, has every test task
//! tell what came of each test, and its sums at the end. Gradle's process writes that, into a private file,
//! from what its workers told; the code under test runs in those. A worker that leaves early fails the
//! task or leaves its test unfinished.

use std::collections::BTreeMap;
use std::path::Path;

use regreen_case::{Framework, TestCommand, TestTarget};
use serde::Deserialize;

use super::names::Name;
use super::place;
use crate::adapter::left_file::{self, Unread};
use crate::adapter::{Counted, Prepared, RawRun};
use crate::counted::{RunContext, TestOutcome, TestResult};
use crate::error::ProofError;
use crate::invocation::Invocation;
use crate::project::{Project, join};

/// What every call begins with, behind the program.
const CALL: &[&str] = &[
    "--console=plain",
    "--no-daemon",
    "--continue",
    "--no-build-cache",
    "-Dorg.gradle.configuration-cache=false",
];
const SETTINGS: &[&str] = &["settings.gradle", "settings.gradle.kts", "build.gradle", "build.gradle.kts"];
const BUILDS: &[&str] = &["build.gradle", "build.gradle.kts"];
const INIT: &str = include_str!("counting.gradle");
/// Parts of gradle's own folder that it writes.
const CACHES: &[&str] = &["caches", "daemon", "native", "wrapper", "notifications", "workers", ".tmp"];
const MAX_EVENTS: u64 = 64 * 1024 * 1024;

/// Whether a call runs tests, as far as the names of tasks tell.
pub(super) fn runs_tests(arguments: &[String]) -> bool {
    let excluded = arguments
        .windows(2)
        .any(|pair| matches!(pair[0].as_str(), "-x" | "--exclude-task") && pair[1].ends_with("test"));
    let runs =
        |word: &String| is_test_task(word) || matches!(task_name(word), "build" | "check" | "buildNeeded");
    !excluded && arguments.iter().any(runs)
}

fn task_name(word: &str) -> &str {
    word.rsplit(':').next().unwrap_or(word)
}

fn is_test_task(word: &str) -> bool {
    let name = task_name(word);
    !word.starts_with('-') && (name == "test" || name.ends_with("Test") || name.ends_with("UnitTest"))
}

pub(super) fn plan(
    project: &Project,
    targets: &[TestTarget],
    called: Invocation,
) -> Result<TestCommand, ProofError> {
    let (program, arguments) = called
        .arguments
        .split_first()
        .map_or(("gradle", &[][..]), |(program, rest)| (program.as_str(), rest));
    let first = targets.first().ok_or(ProofError::NoTargets)?;
    let file = place::file_of(project, first).ok_or_else(|| ProofError::NoSuchTest(first.id.clone()))?;
    let called_there = SETTINGS.iter().any(|name| project.has_file(&join(&called.directory, name)))
        && (called.directory.is_empty() || file.starts_with(&format!("{}/", called.directory)));
    let cwd = if called_there {
        called.directory.clone()
    } else {
        place::root_of(project, &file, SETTINGS).unwrap_or_default()
    };
    let mut argv = vec![program.to_owned()];
    argv.extend(CALL.iter().map(|word| (*word).to_owned()));
    argv.extend(kept(arguments));
    let task = arguments.iter().map(String::as_str).find(|word| is_test_task(word)).map_or("test", task_name);
    let mut tasks: Vec<(String, Vec<String>)> = Vec::new();
    for target in targets {
        let file = place::file_of(project, target).unwrap_or_else(|| file.clone());
        let task = format!("{}:{task}", module(project, &file, &cwd));
        let class = place::full_class(project, target).unwrap_or_default();
        let filter = filter(&class, &target.id);
        match tasks.iter_mut().find(|(known, _)| *known == task) {
            Some((_, filters)) if filters.contains(&filter) => {}
            Some((_, filters)) => filters.push(filter),
            None => tasks.push((task, vec![filter])),
        }
    }
    for (task, filters) in tasks {
        argv.push(task);
        argv.extend(filters.into_iter().flat_map(|filter| ["--tests".to_owned(), filter]));
    }
    Ok(TestCommand { framework: Framework::Junit, argv, cwd, env: called.env })
}

pub(super) fn prepare(
    command: &TestCommand,
    context: &RunContext<'_>,
    channel: &Path,
) -> Result<Prepared, ProofError> {
    super::make_caches(context, "GRADLE_USER_HOME", ".gradle", CACHES);
    let script = channel.join("init.gradle");
    // In Groovy's single quotes, only these two mean something.
    let place = channel.join("events").display().to_string().replace('\\', "\\\\").replace('\'', "\\'");
    std::fs::write(&script, INIT.replace("EVENTS", &place)).map_err(ProofError::io("write", &script))?;
    let mut argv = command.argv.clone();
    argv.splice(1..1, ["--init-script".to_owned(), script.display().to_string()]);
    // On the command line it would make gradle start another JVM; the tests' own JVM has one from gradle.
    let options = command.env.get("GRADLE_OPTS").or_else(|| context.env.get("GRADLE_OPTS"));
    let options = options.cloned().or_else(|| std::env::var("GRADLE_OPTS").ok()).unwrap_or_default();
    let temporary = super::temporary(context, &command.cwd, "build")?;
    // The script of gradle splits and unquotes it as a shell does.
    let quoted = format!("{options} \"{temporary}\"");
    let env = BTreeMap::from([("GRADLE_OPTS".to_owned(), quoted.trim().to_owned())]);
    Ok(Prepared { argv, env, ..Prepared::default() })
}

/// What a test task told.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Event {
    Task {
        task: String,
        ran: u64,
        passed: u64,
        failed: u64,
        skipped: u64,
    },
    Test {
        class: String,
        path: String,
        shown: String,
        outcome: String,
        seconds: f64,
        #[serde(default)]
        kind: String,
        #[serde(default)]
        message: String,
    },
}

pub(super) fn count(raw: &RawRun<'_>, framework: Framework) -> Counted {
    let text = match left_file::text(&raw.channel.join("events"), MAX_EVENTS) {
        Ok(text) => text,
        Err(Unread::Missing) => return Counted::problem(why_no_events(raw.text)),
        Err(why) => return Counted::problem(format!("the file of gradle's results {why}")),
    };
    let printed: Vec<String> =
        regreen_logs::failures_in(framework, raw.text).into_iter().map(|failure| failure.id).collect();
    let mut results = Vec::new();
    let mut tasks = Vec::new();
    for line in text.lines() {
        match serde_json::from_str::<Event>(line) {
            Ok(event @ Event::Task { .. }) => tasks.push(event),
            Ok(event @ Event::Test { .. }) => results.extend(result(event, &printed, framework)),
            Err(_) => {
                return Counted { results, problem: Some("gradle's results cannot be read".to_owned()) };
            }
        }
    }
    let problem = contradiction(&results, &tasks);
    Counted { results, problem }
}

/// The same call for whole classes.
pub(super) fn of_classes(command: &TestCommand, classes: &[String]) -> TestCommand {
    let mut command = command.clone();
    let end = command.argv.iter().position(|word| word == "--tests").unwrap_or(command.argv.len());
    command.argv.truncate(end);
    command.argv.extend(classes.iter().flat_map(|class| ["--tests".to_owned(), class.clone()]));
    command
}

/// `:a:b` for the module of a file in `a/b`.
fn module(project: &Project, file: &str, cwd: &str) -> String {
    let folders = BUILDS.iter().filter_map(|name| project.nearest_with(file, name));
    let folder = folders.max_by_key(String::len).unwrap_or_default();
    let inside = folder.strip_prefix(cwd).unwrap_or_default().trim_start_matches('/');
    inside.split('/').filter(|part| !part.is_empty()).map(|part| format!(":{part}")).collect()
}

/// For `--tests`, where only `*` means something.
fn filter(class: &str, id: &str) -> String {
    let name = Name::read(id);
    match name.method.as_str() {
        "" => class.to_owned(),
        // JUnit 4 counts an invocation's number into the name.
        method if name.invocation.starts_with('[') => format!("{class}.{method}*"),
        method => format!("{class}.{method}"),
    }
}

fn kept(arguments: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--offline" => kept.push(word.clone()),
            "-P" | "-D" | "--project-prop" | "--system-prop" => {
                let Some(value) = words.next() else { break };
                kept.extend([word.clone(), value.clone()]);
            }
            _ if word.starts_with("-P") || (word.starts_with("-D") && !word.starts_with("-Dorg.gradle.")) => {
                kept.push(word.clone());
            }
            _ => {}
        }
    }
    kept
}

fn result(event: Event, printed: &[String], framework: Framework) -> Option<TestResult> {
    let Event::Test { class, path, shown, outcome, seconds, kind, message } = event else { return None };
    // Versions print one or the other; what was printed is what a log names.
    let own = [&shown, &path].into_iter().find(|name| printed.contains(*name));
    let id = own.cloned().unwrap_or(if shown.starts_with("Test ") || shown.contains(" > Test ") {
        path
    } else {
        shown
    });
    let outcome = match outcome.as_str() {
        "SUCCESS" => TestOutcome::Passed,
        "SKIPPED" => TestOutcome::Skipped,
        _ => TestOutcome::Failed,
    };
    let failure = (outcome == TestOutcome::Failed).then(|| {
        let mut failure = crate::failures::plain(framework, &id, None, &message);
        if !kind.is_empty() {
            failure.kind = kind;
        }
        failure
    });
    Some(TestResult { id, suite: Some(class), outcome, failure, seconds: Some(seconds) })
}

fn why_no_events(text: &str) -> &'static str {
    if text.contains("No tests found for given includes") || text.contains("BUILD SUCCESSFUL") {
        "no test matched"
    } else if text.contains("Compilation failed") {
        "the tests do not compile"
    } else {
        "gradle's test task did not come to its end"
    }
}

/// Why the tests and the sums of their tasks cannot both be true.
fn contradiction(results: &[TestResult], tasks: &[Event]) -> Option<String> {
    let mut sums = (0, 0, 0, 0);
    for event in tasks {
        let Event::Task { task, ran, passed, failed, skipped } = event else { continue };
        if *ran != passed + failed + skipped {
            return Some(format!("a test of {task} was begun and did not end"));
        }
        sums = (sums.0 + ran, sums.1 + passed, sums.2 + failed, sums.3 + skipped);
    }
    if tasks.is_empty() {
        return Some("gradle's test task did not come to its end".to_owned());
    }
    if results.is_empty() {
        return Some("no test matched".to_owned());
    }
    let count = |outcome| results.iter().filter(|result| result.outcome == outcome).count() as u64;
    let counted = (
        results.len() as u64,
        count(TestOutcome::Passed),
        count(TestOutcome::Failed),
        count(TestOutcome::Skipped),
    );
    (counted != sums).then(|| "gradle's tests and their sums contradict each other".to_owned())
}

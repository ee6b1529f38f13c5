//! cargo-nextest: the same tests and names as `cargo test`, each in a process of its own. Results come from
//! its JUnit report in a private place, cross-checked with the harness's own log of every process and with
//! nextest's summary.
//!
//! nextest takes an exit code of 0 for a pass, so a test that leaves with `exit(0)` passes there. The
//! harness's log, written only when the harness itself saw the test end, does not confirm such a pass.

mod settings;

use std::path::Path;
use std::sync::OnceLock;

use regex::Regex;
use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use super::packages::CargoTarget;
use super::{output, selection};
use crate::adapter::{Counted, Neighbourhood, RawRun, junit_report, program_name};
use crate::counted::{RunContext, TestOutcome, TestResult};
use crate::error::ProofError;
use crate::invocation::{self, Invocation, invocation_by};
use crate::variation::Variation;

/// What every call begins with. A pass after a retry proves nothing, so there is none.
const CALL: &[&str] = &["cargo", "nextest", "run", "--color=never", "--no-fail-fast", "--retries=0"];

/// CI's options that change what is built or run, with whether a value follows.
const KEPT: &[(&str, bool)] = &[
    ("--features", true),
    ("-F", true),
    ("--all-features", false),
    ("--no-default-features", false),
    ("--release", false),
    ("-r", false),
    ("--cargo-profile", true),
    ("--profile", true),
    ("-P", true),
    ("--run-ignored", true),
    ("--locked", false),
    ("--offline", false),
    ("--frozen", false),
    ("--config", true),
    ("--test-threads", true),
    ("-j", true),
    ("--no-capture", false),
];

/// CI's call of nextest, when its script makes one and the tests are not those that only `cargo test` runs.
pub(super) fn called(targets: &[TestTarget], ci: Option<&CiCommand>) -> Option<Invocation> {
    let is_doc = |target: &TestTarget| target.suite.as_deref().is_some_and(|suite| suite.starts_with("doc:"));
    if targets.iter().any(is_doc) {
        return None;
    }
    let mut found = false;
    let called = invocation_by(ci, |words| {
        let at = after_runner(words);
        found |= at.is_some();
        at
    });
    found.then_some(called)
}

/// Behind `cargo nextest run` or `cargo-nextest nextest run`.
pub(super) fn after_runner(words: &[String]) -> Option<usize> {
    let cargo = words.iter().position(|word| matches!(program_name(word), "cargo" | "cargo-nextest"))?;
    let nextest = words.iter().skip(cargo + 1).position(|word| word == "nextest")? + cargo + 1;
    let run = words.iter().skip(nextest + 1).position(|word| matches!(word.as_str(), "run" | "r"))?;
    Some(nextest + 1 + run + 1)
}

/// Whether a command is one of ours.
pub(super) fn is(command: &TestCommand) -> bool {
    command.argv.get(1).is_some_and(|word| word == "nextest")
}

/// The call for the targets.
pub(super) fn plan(
    cwd: String,
    called: Invocation,
    located: &[CargoTarget],
    targets: &[TestTarget],
) -> TestCommand {
    let mut argv: Vec<String> = CALL.iter().map(|word| (*word).to_owned()).collect();
    argv.extend(kept(&called.arguments));
    argv.extend(selection(located));
    if let Some(filter) = filter(located, targets) {
        argv.extend(["-E".to_owned(), filter]);
    }
    TestCommand { framework: Framework::CargoTest, argv, cwd, env: called.env }
}

/// Adds the settings that lead the report to a private place.
pub(super) fn prepare(
    command: &TestCommand,
    context: &RunContext<'_>,
    channel: &Path,
) -> Result<Vec<String>, ProofError> {
    require(context)?;
    let mut argv = command.argv.clone();
    let own = context.checkout.join(&command.cwd).join(".config/nextest.toml");
    let own = std::fs::read_to_string(own).unwrap_or_default();
    let settings = settings::with_report(&own, profile(&argv), &channel.join("junit.xml"))
        .map_err(ProofError::BadCommand)?;
    let path = channel.join("nextest.toml");
    std::fs::write(&path, settings.text).map_err(ProofError::io("write", &path))?;
    let at = argv.iter().position(|word| word == "run").map_or(argv.len(), |at| at + 1);
    argv.splice(at..at, ["--config-file".to_owned(), path.display().to_string()]);
    if let Some(profile) = settings.profile {
        without_profile(&mut argv);
        let at = argv.iter().position(|word| word == "run").map_or(argv.len(), |at| at + 1);
        argv.splice(at..at, ["--profile".to_owned(), profile]);
    }
    Ok(argv)
}

pub(super) fn count(raw: &RawRun<'_>) -> Counted {
    let report = match junit_report::read(&raw.channel.join("junit.xml"), "nextest") {
        Ok(report) => report,
        Err(why) => return Counted::problem(why_no_report(raw.text).unwrap_or(why)),
    };
    let results: Vec<TestResult> = report.cases.iter().map(result).collect();
    let problem = contradiction(&report, &raw.channel.join("harness"), raw.text);
    Counted { results, problem }
}

/// All tests of the packages.
pub(super) fn neighbourhood(command: &TestCommand, packages: &[String]) -> Neighbourhood {
    let mut argv: Vec<String> = CALL.iter().map(|word| (*word).to_owned()).collect();
    argv.extend(kept(&command.argv));
    argv.extend(packages.iter().flat_map(|name| ["--package".to_owned(), name.clone()]));
    let names = if packages.is_empty() { "the package".to_owned() } else { packages.join(", ") };
    Neighbourhood {
        command: TestCommand { argv, ..command.clone() },
        chosen_by: format!("all tests of {names}"),
        not_run: vec!["documentation tests, and packages that depend on the changed ones".to_owned()],
    }
}

/// The same call with an option behind `run`.
pub(super) fn with_option(command: &TestCommand, option: String) -> TestCommand {
    let mut command = command.clone();
    let name = option.split('=').next().unwrap_or_default().to_owned();
    command.argv.retain(|word| word.split('=').next() != Some(name.as_str()));
    let at = command.argv.iter().position(|word| word == "run").map_or(command.argv.len(), |at| at + 1);
    command.argv.insert(at, option);
    command
}

/// nextest has no order of its own to vary.
pub(super) fn varied(command: &TestCommand, variation: Variation) -> Option<TestCommand> {
    let Variation::Threads(threads) = variation else { return None };
    let mut command = command.clone();
    while let Some(at) = command.argv.iter().position(|word| matches!(word.as_str(), "-j" | "--test-threads"))
    {
        command.argv.drain(at..(at + 2).min(command.argv.len()));
    }
    Some(with_option(&command, format!("--test-threads={}", threads.max(1))))
}

fn require(context: &RunContext<'_>) -> Result<(), ProofError> {
    let path = context.env.get("PATH").map(std::ffi::OsString::from).or_else(|| std::env::var_os("PATH"));
    let mut folders: Vec<_> = path.iter().flat_map(std::env::split_paths).collect();
    // Cargo looks there too.
    folders.extend(std::env::var_os("CARGO_HOME").map(|home| Path::new(&home).join("bin")));
    folders.extend(std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo/bin")));
    if folders.iter().any(|folder| folder.join("cargo-nextest").is_file()) {
        return Ok(());
    }
    let detail =
        "CI calls `cargo nextest run`, and it is neither on PATH nor in cargo's own folder".to_owned();
    Err(ProofError::MissingTool { tool: "cargo-nextest", detail })
}

fn kept(arguments: &[String]) -> Vec<String> {
    let end = arguments.iter().position(|word| word == "--").unwrap_or(arguments.len());
    invocation::kept(KEPT, &arguments[..end]).concat()
}

/// The profile that the call names.
fn profile(argv: &[String]) -> &str {
    let mut words = argv.iter();
    while let Some(word) = words.next() {
        if matches!(word.as_str(), "--profile" | "-P") {
            return words.next().map_or("default", String::as_str);
        }
        if let Some(named) = word.strip_prefix("--profile=") {
            return named;
        }
    }
    "default"
}

fn without_profile(argv: &mut Vec<String>) {
    if let Some(at) = argv.iter().position(|word| matches!(word.as_str(), "--profile" | "-P")) {
        argv.drain(at..(at + 2).min(argv.len()));
    }
    argv.retain(|word| !word.starts_with("--profile="));
}

/// A filter expression for exactly the targets; `None` when a whole target of cargo is meant.
fn filter(located: &[CargoTarget], targets: &[TestTarget]) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    for (one, target) in located.iter().zip(targets) {
        let part = match (target.id.as_str(), one.module.as_deref()) {
            ("", None | Some("")) => return None,
            ("", Some(module)) => format!("test(/^{}::/)", pattern(module)),
            // A named module stands for the tests in it.
            (id, _) => format!("test(={}) | test(/^{}::/)", exact(id), pattern(id)),
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    Some(parts.join(" | "))
}

/// A name within `test(=…)`.
fn exact(name: &str) -> String {
    let mut escaped = String::new();
    for c in name.chars() {
        if matches!(c, '\\' | '(' | ')' | ',') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A name within `test(/…/)`.
fn pattern(name: &str) -> String {
    regex::escape(name).replace('/', r"\/")
}

/// `test:it` of the binary `demo::it`, `lib:demo` of `demo`, `bin:tool` of `demo::bin/tool`: in the words of
/// the log reader.
fn suite_of(binary: &str) -> String {
    let Some((package, target)) = binary.split_once("::") else {
        return format!("lib:{}", binary.replace('-', "_"));
    };
    match target.split_once('/') {
        Some(("proc-macro", _)) => format!("lib:{}", package.replace('-', "_")),
        Some((kind, name)) => format!("{kind}:{}", name.replace('-', "_")),
        None => format!("test:{}", target.replace('-', "_")),
    }
}

fn result(case: &junit_report::Case) -> TestResult {
    let outcome = case.outcome();
    let failure = (outcome == TestOutcome::Failed).then(|| {
        let message =
            if case.message.is_empty() { format!("`{}` failed", case.name) } else { case.message.clone() };
        crate::failures::plain(Framework::CargoTest, &case.name, None, &message)
    });
    TestResult {
        id: case.name.clone(),
        suite: Some(suite_of(&case.classname)),
        outcome,
        failure,
        seconds: case.seconds,
    }
}

fn why_no_report(text: &str) -> Option<String> {
    if text.contains("error: no tests to run") {
        Some("no test matched".to_owned())
    } else if text.contains("error: could not compile") || text.contains("error[E") {
        Some("the tests do not compile".to_owned())
    } else {
        None
    }
}

/// Why the report, the harness and the summary cannot all be true.
fn contradiction(report: &junit_report::Report, logs: &Path, text: &str) -> Option<String> {
    if report.cases.is_empty() {
        return Some("no test matched".to_owned());
    }
    if let Some(case) = report.cases.iter().find(|case| case.reran) {
        return Some(format!("nextest reran `{}`: a pass after a retry proves nothing", case.name));
    }
    let logged = output::read_logs(logs);
    let passed = |name: &str| {
        report.cases.iter().filter(|case| case.name == name && case.outcome() == TestOutcome::Passed).count()
    };
    for case in report.cases.iter().filter(|case| case.outcome() == TestOutcome::Passed) {
        let confirmed = logged.get(&(case.name.clone(), TestOutcome::Passed)).copied().unwrap_or_default();
        if confirmed != passed(&case.name) {
            return Some(format!("the harness's log does not confirm that `{}` passed", case.name));
        }
    }
    let Some((ran, said)) = summary(text) else {
        return Some("nextest printed no summary".to_owned());
    };
    (ran != report.cases.len() || said != report.count(TestOutcome::Passed))
        .then(|| "nextest's summary and its report contradict each other".to_owned())
}

/// `Summary [   0.257s] 6 tests run: 4 passed (1 slow), 2 failed, 1 skipped`: how many ran, and passed.
fn summary(text: &str) -> Option<(usize, usize)> {
    static LINE: OnceLock<Option<Regex>> = OnceLock::new();
    let line = LINE
        .get_or_init(|| Regex::new(r"^\s*Summary \[[^\]]*\] +(\d+)(?:/\d+)? tests? run: (\d+) passed").ok())
        .as_ref()?;
    let found = text.lines().rev().find_map(|one| line.captures(one))?;
    Some((found[1].parse().ok()?, found[2].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"<testsuites><testsuite name="shop"><testcase name="tests::a" classname="shop" time="0.1"/>
        <testcase name="b" classname="shop::it"><failure message="no"/></testcase></testsuite></testsuites>"#;
    const SAID: &str = "     Summary [   0.257s] 2 tests run: 1 passed (1 slow), 1 failed, 1 skipped\n";

    #[test]
    fn a_pass_needs_the_harness_and_the_summary() {
        let folder = tempfile::tempdir().unwrap();
        let report = junit_report::parse(REPORT).unwrap();
        let why = |text: &str| contradiction(&report, folder.path(), text).unwrap_or_default();
        assert!(why(SAID).contains("does not confirm that `tests::a`"), "it left by itself");
        std::fs::write(folder.path().join("1"), "ok tests::a\n").unwrap();
        assert_eq!(why(SAID), "");
        assert!(why("").contains("no summary"));
        assert!(why(&SAID.replace("1 passed", "2 passed")).contains("contradict"));
        let suites: Vec<_> = report.cases.iter().map(|case| suite_of(&case.classname)).collect();
        assert_eq!(suites, ["lib:shop", "test:it"]);
    }

    #[test]
    fn calls_are_told_from_those_of_cargo_test() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(after_runner(&words("cargo +nightly nextest run --profile ci")), Some(4));
        assert_eq!(after_runner(&words("cargo test run")), None);
        assert_eq!(after_runner(&words("cargo nextest archive")), None);
        assert_eq!(profile(&words("cargo nextest run --profile=ci -E x")), "ci");
        assert_eq!(profile(&words("cargo nextest run -P ci")), "ci");
    }
}

//! Maven's surefire: `-Dtest=Class#method`, and its XML reports.
//!
//! surefire has no setting that leads its reports to another place, but one that adds a suffix to their
//! names. We set a fresh random one for every run, in settings outside of the project rather than by `-D`,
//! which surefire would hand on to the tests. Why such a report is trusted: maven's own process writes it,
//! after the class has ended, from what the forked JVM told; a file that was there before has another name;
//! the numbers of all reports must be those of the summary that maven prints for every module, and maven's
//! exit code must fit. A JVM that leaves early writes no report and fails the build.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use regex::Regex;
use regreen_case::{Framework, TestCommand, TestTarget};
use sha2::{Digest as _, Sha256};

use super::names::Name;
use super::place;
use crate::adapter::junit_report::{self, Report};
use crate::adapter::{Counted, Prepared, RawRun};
use crate::counted::{RunContext, TestOutcome, TestResult};
use crate::error::ProofError;
use crate::invocation::Invocation;
use crate::project::Project;
use crate::variation::Variation;

/// What every call begins with, behind the program. A pass after a retry proves nothing, so there is none.
const CALL: &[&str] = &[
    "--batch-mode",
    "-Dstyle.color=never",
    "-DfailIfNoTests=false",
    "-Dsurefire.failIfNoSpecifiedTests=false",
    "-Dsurefire.rerunFailingTestsCount=0",
    "-Dmaven.test.failure.ignore=false",
    "-Dmaven.test.skip=false",
    "-DskipTests=false",
];
/// Properties of CI's call that would stand against ours, or that name places of CI's machine.
const DROPPED: &[&str] = &[
    "test",
    "it.test",
    "groups",
    "skipTests",
    "skipITs",
    "maven.test.skip",
    "maven.test.failure.ignore",
    "testFailureIgnore",
    "maven.repo.local",
    "failIfNoTests",
    "failIfNoSpecifiedTests",
    "style.color",
];
/// Phases at or behind which tests have run.
const PHASES: &[&str] =
    &["test", "prepare-package", "package", "integration-test", "verify", "install", "deploy"];
/// Folders deeper than this hold no reports.
const MAX_DEPTH: usize = 12;
const MAX_REPORTS: usize = 20_000;

/// Whether a call runs tests at all.
pub(super) fn runs_tests(arguments: &[String]) -> bool {
    let skips = |word: &String| {
        matches!(
            word.as_str(),
            "-DskipTests" | "-DskipTests=true" | "-Dmaven.test.skip" | "-Dmaven.test.skip=true"
        )
    };
    let runs = |word: &String| {
        PHASES.contains(&word.as_str()) || word.contains("surefire:") || word.contains("failsafe:")
    };
    !arguments.iter().any(skips) && arguments.iter().any(runs)
}

pub(super) fn plan(
    project: &Project,
    targets: &[TestTarget],
    called: Invocation,
) -> Result<TestCommand, ProofError> {
    let (program, arguments) =
        called.arguments.split_first().map_or(("mvn", &[][..]), |(program, rest)| (program.as_str(), rest));
    let files: Vec<String> = targets.iter().filter_map(|target| place::file_of(project, target)).collect();
    let file = files.first().ok_or_else(|| {
        ProofError::NoSuchTest(targets.first().map(|target| target.id.clone()).unwrap_or_default())
    })?;
    let called_there = project.has_file(&crate::project::join(&called.directory, "pom.xml"));
    let cwd = if called_there
        && (called.directory.is_empty() || file.starts_with(&format!("{}/", called.directory)))
    {
        called.directory.clone()
    } else {
        place::root_of(project, file, &["pom.xml"]).unwrap_or_default()
    };
    let mut argv = vec![program.to_owned()];
    argv.extend(CALL.iter().map(|word| (*word).to_owned()));
    argv.extend(kept(arguments));
    let mut modules: Vec<String> = Vec::new();
    for file in &files {
        let module = project.nearest_with(file, "pom.xml").unwrap_or_default();
        let inside = if cwd.is_empty() {
            module
        } else {
            module.strip_prefix(&cwd).unwrap_or(&module).trim_start_matches('/').to_owned()
        };
        if !modules.contains(&inside) {
            modules.push(inside);
        }
    }
    if modules.iter().all(|module| !module.is_empty()) {
        argv.extend(["--projects".to_owned(), modules.join(","), "--also-make".to_owned()]);
    }
    argv.push(format!("-Dtest={}", selection(project, targets)));
    argv.push("test".to_owned());
    Ok(TestCommand { framework: Framework::Junit, argv, cwd, env: called.env })
}

pub(super) fn prepare(
    command: &TestCommand,
    context: &RunContext<'_>,
    channel: &Path,
) -> Result<Prepared, ProofError> {
    super::make_caches(context, "", ".m2", &["repository", "wrapper"]);
    let settings = channel.join("settings.xml");
    std::fs::write(&settings, settings_with(&suffix(channel))).map_err(ProofError::io("write", &settings))?;
    let mut argv = command.argv.clone();
    argv.splice(1..1, ["--global-settings".to_owned(), settings.display().to_string()]);
    argv.insert(1, super::temporary(context, &command.cwd, "target")?);
    Ok(Prepared { argv, ..Prepared::default() })
}

pub(super) fn count(raw: &RawRun<'_>, framework: Framework) -> Counted {
    let suffix = suffix(raw.channel);
    let files = reports(raw.context.checkout, &suffix);
    if files.is_empty() {
        let text = raw.text;
        return Counted::problem(
            if text.contains("COMPILATION ERROR") || text.contains("Compilation failure") {
                "the tests do not compile"
            } else if text.contains("No tests were executed")
                || text.contains("No tests to run")
                || text.contains("BUILD SUCCESS")
            {
                "no test matched"
            } else {
                "maven wrote no report: the tests did not run to their end"
            },
        );
    }
    let mut report = match junit_report::read_all(&files, "surefire") {
        Ok(report) => report,
        Err(why) => return Counted::problem(why),
    };
    for case in &mut report.cases {
        case.classname = without_suffix(&case.classname, &suffix).to_owned();
    }
    let results: Vec<TestResult> = report.cases.iter().map(|case| result(case, framework)).collect();
    let problem = contradiction(&report, raw.text);
    Counted { results, problem }
}

/// The same call for whole classes.
pub(super) fn of_classes(command: &TestCommand, classes: &[String]) -> TestCommand {
    let mut command = command.clone();
    if let Some(test) = command.argv.iter_mut().find(|word| word.starts_with("-Dtest=")) {
        *test = format!("-Dtest={}", classes.join(","));
    }
    command
}

pub(super) fn varied(command: &TestCommand, variation: Variation) -> Option<TestCommand> {
    let Variation::Order(seed) = variation else { return None };
    let mut command = command.clone();
    // The order of classes by surefire (since 3.0), of methods by JUnit's platform, from one seed.
    let seed = seed & 0x7fff_ffff;
    let options = [
        "-Dsurefire.runOrder=random".to_owned(),
        format!("-Dsurefire.runOrder.random.seed={seed}"),
        "-Djunit.jupiter.testmethod.order.default=org.junit.jupiter.api.MethodOrderer$Random".to_owned(),
        format!("-Djunit.jupiter.execution.order.random.seed={seed}"),
    ];
    command.argv.splice(1..1, options);
    Some(command)
}

/// CI's options that change what is built or run.
fn kept(arguments: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-P" | "--activate-profiles" | "-f" | "--file" | "-s" | "--settings" | "-D" | "--define" => {
                let Some(value) = words.next() else { break };
                let unwanted = match word.as_str() {
                    "-D" | "--define" => is_dropped(value),
                    // A place outside of the project is one of CI's machine.
                    "-s" | "--settings" => !crate::project::is_inside(value),
                    _ => false,
                };
                if !unwanted {
                    kept.extend([word.clone(), value.clone()]);
                }
            }
            "-o" | "--offline" => kept.push(word.clone()),
            _ if word.starts_with("-P") || word.starts_with("--activate-profiles=") => {
                kept.push(word.clone());
            }
            _ => {
                if word.strip_prefix("-D").is_some_and(|define| !is_dropped(define)) {
                    kept.push(word.clone());
                }
            }
        }
    }
    kept
}

fn is_dropped(define: &str) -> bool {
    let name = define.split('=').next().unwrap_or(define);
    DROPPED.contains(&name) || name.starts_with("surefire.") || name.starts_with("failsafe.")
}

/// `pkg.A#one+two,pkg.B`.
fn selection(project: &Project, targets: &[TestTarget]) -> String {
    let mut by_class: Vec<(String, Vec<String>)> = Vec::new();
    for target in targets {
        let class = place::full_class(project, target).unwrap_or_default();
        let method = method_pattern(&target.id);
        match by_class.iter_mut().find(|(known, _)| *known == class) {
            Some((_, methods)) => methods.push(method),
            None => by_class.push((class, vec![method])),
        }
    }
    let parts: Vec<String> = by_class
        .into_iter()
        .map(|(class, mut methods)| {
            // A whole class: what is nested in it too.
            if methods.iter().any(String::is_empty) {
                return if class.contains('$') { class } else { format!("{class},{class}$*") };
            }
            methods.sort();
            methods.dedup();
            format!("{class}#{}", methods.join("+"))
        })
        .collect();
    parts.join(",")
}

/// A method for `-Dtest`: `?` stands for each character that means something there.
fn method_pattern(id: &str) -> String {
    let name = Name::read(id);
    let mut pattern: String = name
        .method
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '_' | '$') { c } else { '?' })
        .collect();
    // JUnit 4 counts an invocation's number into the name.
    if name.invocation.starts_with('[') {
        pattern.push('*');
    }
    pattern
}

/// Random with the channel, and not its name.
fn suffix(channel: &Path) -> String {
    let digest = Sha256::digest(channel.as_os_str().as_encoded_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Settings in the place of the installation's, whose one default they keep: no plain http.
fn settings_with(suffix: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<settings xmlns="http://maven.apache.org/SETTINGS/1.2.0">
  <mirrors>
    <mirror>
      <id>maven-default-http-blocker</id>
      <mirrorOf>external:http:*</mirrorOf>
      <url>http://0.0.0.0/</url>
      <blocked>true</blocked>
    </mirror>
  </mirrors>
  <profiles>
    <profile>
      <id>counted</id>
      <properties><surefire.reportNameSuffix>{suffix}</surefire.reportNameSuffix></properties>
    </profile>
  </profiles>
  <activeProfiles><activeProfile>counted</activeProfile></activeProfiles>
</settings>
"#
    )
}

/// The reports of this run, wherever the project's modules keep theirs. Links are not followed.
fn reports(checkout: &Path, suffix: &str) -> Vec<PathBuf> {
    let ending = format!("-{suffix}.xml");
    let mut found = Vec::new();
    let mut folders = vec![(checkout.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let (Ok(kind), name) = (entry.file_type(), entry.file_name()) else { continue };
            let Some(name) = name.to_str() else { continue };
            if kind.is_dir()
                && depth < MAX_DEPTH
                && !matches!(name, ".git" | "node_modules" | "src" | "classes")
            {
                folders.push((entry.path(), depth + 1));
            } else if kind.is_file()
                && name.starts_with("TEST-")
                && name.ends_with(&ending)
                && found.len() < MAX_REPORTS
            {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

/// surefire adds the suffix to the class too, in brackets.
fn without_suffix<'a>(class: &'a str, suffix: &str) -> &'a str {
    class
        .strip_suffix(&format!("({suffix})"))
        .or_else(|| class.strip_suffix(&format!("-{suffix}")))
        .unwrap_or(class)
}

fn result(case: &junit_report::Case, framework: Framework) -> TestResult {
    let id = if case.name.is_empty() || case.name == case.classname {
        case.classname.clone()
    } else {
        format!("{}.{}", case.classname, case.name)
    };
    let outcome = case.outcome();
    let failure = (outcome == TestOutcome::Failed).then(|| {
        let said = if case.message.is_empty() { &case.kind } else { &case.message };
        let mut failure = crate::failures::plain(framework, &id, None, said);
        if !case.kind.is_empty() {
            case.kind.clone_into(&mut failure.kind);
        }
        failure
    });
    TestResult { id, suite: None, outcome, failure, seconds: case.seconds }
}

/// Why the reports and maven's summaries cannot all be true.
fn contradiction(report: &Report, text: &str) -> Option<String> {
    if report.cases.is_empty() {
        return Some("maven ran no test".to_owned());
    }
    if let Some(case) = report.cases.iter().find(|case| case.reran) {
        return Some(format!("surefire reran `{}`: a pass after a retry proves nothing", case.name));
    }
    let Some((ran, failed, skipped)) = summaries(text) else {
        return Some("maven printed no summary of tests".to_owned());
    };
    let counted = (report.cases.len(), report.count(TestOutcome::Failed), report.count(TestOutcome::Skipped));
    (counted != (ran, failed, skipped))
        .then(|| "maven's summary and surefire's reports contradict each other".to_owned())
}

/// The sums of the lines `Tests run: 6, Failures: 1, Errors: 0, Skipped: 1` that stand for whole modules.
fn summaries(text: &str) -> Option<(usize, usize, usize)> {
    static LINE: OnceLock<Option<Regex>> = OnceLock::new();
    let line = LINE
        .get_or_init(|| {
            let pattern = r"^(?:\[(?:INFO|ERROR|WARNING|WARN)\] +)?Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)$";
            Regex::new(pattern).ok()
        })
        .as_ref()?;
    let mut sums = None;
    for found in text.lines().filter_map(|one| line.captures(one.trim_end())) {
        let number = |at: usize| found[at].parse::<usize>().unwrap_or(usize::MAX / 8);
        let (ran, failed, skipped) = sums.unwrap_or_default();
        sums = Some((ran + number(1), failed + number(2) + number(3), skipped + number(4)));
    }
    sums
}

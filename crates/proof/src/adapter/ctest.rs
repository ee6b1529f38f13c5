//! CTest: tests chosen by their exact names, results as JUnit XML that ctest writes in a private place,
//! cross-checked with its summary, its exit code, and its own list of tests from before they ran.
//!
//! What a test's program prints decides nothing, and its exit code is all that ctest knows: a program that
//! is made to leave with 0 has passed by the project's own rules. Only for programs of GoogleTest there is
//! more: they have to leave GoogleTest's own report as well. A test that is expected to fail (`WILL_FAIL`),
//! is disabled or skips itself is no pass.

mod lines;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regex::Regex;
use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use crate::adapter::cmake::{self, listing, listing::Listed};
use crate::adapter::{
    Adapter, Counted, Neighbourhood, Prepared, RawRun, Role, Step, gtest, junit_report, program_name,
};
use crate::counted::{RunContext, TestOutcome, TestResult};
use crate::error::ProofError;
use crate::project::Project;
use crate::variation::Variation;

pub(crate) struct Ctest;

/// The report's name in the channel.
const REPORT: &str = "results.xml";
/// Where programs of GoogleTest leave theirs.
const GTEST_REPORTS: &str = "gtest";

impl Adapter for Ctest {
    fn framework(&self) -> Framework {
        Framework::Ctest
    }

    fn after_runner(&self, words: &[String]) -> Option<usize> {
        words.iter().position(|word| program_name(word) == "ctest").map(|at| at + 1)
    }

    fn detect(&self, project: &Project, path: &str, name: Option<&str>) -> Option<Vec<TestTarget>> {
        let target = |name: &str| TestTarget {
            framework: Framework::Ctest,
            id: name.to_owned(),
            file: Some(path.to_owned()),
            suite: None,
        };
        if program_name(path) == "CMakeLists.txt" && project.has_file(path) {
            return Some(vec![target(name?)]);
        }
        let tests = cmake::sources::tests_of(project, path);
        let targets: Vec<_> = tests
            .iter()
            .filter(|test| name.is_none_or(|name| name == *test))
            .map(|test| target(test))
            .collect();
        (!targets.is_empty()).then_some(targets)
    }

    fn plan(
        &self,
        project: &Project,
        targets: &[TestTarget],
        ci: Option<&CiCommand>,
    ) -> Result<TestCommand, ProofError> {
        let mut names: Vec<&str> = targets.iter().map(|target| target.id.as_str()).collect();
        names.dedup();
        if names.is_empty() || names.contains(&"") {
            return Err(ProofError::NoTargets);
        }
        let pattern: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        let tests = ["ctest", "--output-on-failure", "--no-tests=error", "-R"].map(str::to_owned);
        let tests = tests.into_iter().chain([format!("^({})$", pattern.join("|"))]).collect();
        let file = targets.iter().find_map(|target| target.file.as_deref());
        cmake::plan(Framework::Ctest, project, file, ci, tests)
    }

    fn steps(&self, command: &TestCommand, context: &RunContext<'_>) -> Result<Vec<Step>, ProofError> {
        cmake::steps(command, context)
    }

    fn prepare(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Prepared, ProofError> {
        let words = cmake::tests_of(command);
        let (program, options) = words.split_first().ok_or(ProofError::NoTargets)?;
        let build = cmake::folder(command, context);
        let mut argv = vec![program.clone(), "--test-dir".to_owned(), build.display().to_string()];
        argv.extend(["--output-junit".to_owned(), channel.join(REPORT).display().to_string()]);
        argv.extend(options.iter().cloned());
        let reports = format!("json:{}/", channel.join(GTEST_REPORTS).display());
        let env = [("GTEST_OUTPUT", reports.as_str()), ("GTEST_COLOR", "no"), ("CLICOLOR", "0")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let noted = programs(command, context, channel);
        Ok(Prepared { argv, env: BTreeMap::from(env), writable: vec![build], noted, ..Prepared::default() })
    }

    fn count(&self, raw: &RawRun<'_>) -> Counted {
        let report = match junit_report::read(&raw.channel.join(REPORT), "ctest") {
            Ok(report) => report,
            Err(_) if raw.text.contains("No tests were found") => return Counted::problem("no test matched"),
            Err(why) => return Counted::problem(why),
        };
        let listed = raw.built.last().map(|printed| listing::tests(printed)).unwrap_or_default();
        let mut results = Vec::new();
        for case in &report.cases {
            let expected = listed.iter().any(|one| one.name == case.name && one.will_fail());
            let outcome = match case.outcome() {
                TestOutcome::Passed if expected => TestOutcome::Skipped,
                other => other,
            };
            results.push(result(&case.name, outcome, case.seconds));
        }
        let times = lines::times(cmake::tests_of(raw.command));
        let problem = lines::contradiction(raw.text, &results).or_else(|| unknown(&results, &listed));
        let mut counted = if times > 1 {
            lines::repeated(raw.text, &results, times, problem)
        } else {
            Counted { results, problem }
        };
        counted.problem = counted.problem.or_else(|| left_early(raw, &counted.results, &listed));
        counted
    }

    fn role(&self, path: &str) -> Option<Role> {
        let name = program_name(path);
        let build_file = name == "CMakeLists.txt" || name.ends_with(".cmake") || name.ends_with(".cmake.in");
        match name {
            "CTestConfig.cmake" | "CTestCustom.cmake" | "CTestTestfile.cmake" | "CTestCustom.cmake.in" => {
                Some(Role::Configuration)
            }
            "CMakePresets.json" | "CMakeUserPresets.json" => Some(Role::PartlyConfiguration),
            _ if build_file => Some(Role::PartlyConfiguration),
            _ => gtest::is_test_file(path).then_some(Role::Tests),
        }
    }

    fn neighbourhood(
        &self,
        _project: &Project,
        command: &TestCommand,
        _targets: &[TestTarget],
        _changed: &[String],
    ) -> Option<Neighbourhood> {
        // Which program a change reaches is CMake's to know; a project's tests are one unit.
        let command = cmake::with_tests(command, |words| {
            *words = ["ctest", "--output-on-failure", "--no-tests=error"].map(str::to_owned).to_vec();
        })?;
        Some(Neighbourhood {
            command,
            chosen_by: "all tests that ctest lists".to_owned(),
            not_run: Vec::new(),
        })
    }

    fn showing_output(&self, command: &TestCommand) -> TestCommand {
        let shown = cmake::with_tests(command, |words| words.insert(1, "--verbose".to_owned()));
        shown.unwrap_or_else(|| command.clone())
    }

    fn varied(&self, command: &TestCommand, variation: Variation) -> Option<TestCommand> {
        match variation {
            Variation::Repeats(times) => cmake::with_tests(command, |words| {
                lines::set(words, "--repeat", &format!("until-fail:{}", times.max(1)));
            }),
            Variation::Threads(threads) => cmake::with_tests(command, |words| {
                lines::set(words, "-j", &threads.max(1).to_string());
            }),
            Variation::RaceDetector => cmake::with_race_detector(command),
            // Its random order takes no seed; limits are properties of single tests.
            Variation::Order(_) | Variation::Seed(_) | Variation::Timeout(_) => None,
        }
    }
}

fn result(name: &str, outcome: TestOutcome, seconds: Option<f64>) -> TestResult {
    let failure = (outcome == TestOutcome::Failed)
        .then(|| crate::failures::plain(Framework::Ctest, name, None, &format!("`{name}` failed")));
    TestResult { id: name.to_owned(), suite: None, outcome, failure, seconds }
}

/// A name as CMake's regular expressions take it literally.
fn quoted(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if "^$.*+?()|[]\\".contains(c) {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

/// Results of tests that the build did not list, or lists twice.
fn unknown(results: &[TestResult], listed: &[Listed]) -> Option<String> {
    let times = |name: &str| listed.iter().filter(|one| one.name == name).count();
    let stranger = results.iter().find(|result| times(&result.id) != 1)?;
    Some(format!("ctest reports `{}`, which it lists {} times", stranger.id, times(&stranger.id)))
}

/// The programs of GoogleTest among those that the command's tests call. They are found before anything
/// runs: tests can write into the build.
fn programs(command: &TestCommand, context: &RunContext<'_>, channel: &Path) -> Vec<String> {
    let listed = listing::of_channel(channel);
    let pattern = cmake::tests_of(command).windows(2).find(|pair| pair[0] == "-R");
    let wanted = pattern.and_then(|pair| Regex::new(&pair[1]).ok());
    let ours = |one: &&Listed| wanted.as_ref().is_none_or(|wanted| wanted.is_match(&one.name));
    let words: BTreeSet<&str> =
        listed.iter().filter(ours).flat_map(|one| &one.command).map(String::as_str).collect();
    let project = Project::at(context.checkout, context.repo_root);
    listing::programs(&cmake::folder(command, context))
        .into_iter()
        .filter_map(|program| Some((program.path.to_str()?.to_owned(), program.sources)))
        .filter(|(path, _)| words.contains(path.as_str()))
        .filter(|(_, sources)| gtest::is_program(&project, &command.cwd, sources))
        .map(|(path, _)| path)
        .collect()
}

/// Programs of GoogleTest that passed more often than they left GoogleTest's report: of the very test where
/// ctest calls them for one, else of any in which nothing failed.
fn left_early(raw: &RawRun<'_>, results: &[TestResult], listed: &[Listed]) -> Option<String> {
    let mut by_test: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_program: BTreeMap<&str, usize> = BTreeMap::new();
    for one in listed {
        let passed = |result: &&TestResult| result.id == one.name && result.outcome == TestOutcome::Passed;
        let passes = results.iter().filter(passed).count();
        let own_report = one.command.iter().any(|word| word.starts_with("--gtest_output"))
            || one.environment().iter().any(|(name, _)| name == "GTEST_OUTPUT");
        if passes == 0 || own_report {
            continue;
        }
        let filter = one.command.iter().find_map(|word| word.strip_prefix("--gtest_filter="));
        if let Some(test) = filter.filter(|filter| !filter.contains(['*', '?', ':', '-'])) {
            *by_test.entry(test).or_default() += passes;
        }
        let known = one.command.iter().find(|word| raw.prepared.noted.contains(word));
        if let Some(program) = known.or_else(|| one.command.first().filter(|_| filter.is_some())) {
            *by_program.entry(program_name(program)).or_default() += passes;
        }
    }
    if by_test.is_empty() && by_program.is_empty() {
        return None;
    }
    let reports = gtest::report::good_in(&raw.channel.join(GTEST_REPORTS));
    let missing = by_test.iter().find_map(|(test, passes)| {
        let reported = reports.iter().filter(|report| report.has_passed(test)).count();
        (reported < *passes).then(|| format!("a pass of `{test}`"))
    });
    let missing = missing.or_else(|| {
        by_program.iter().find_map(|(program, passes)| {
            let reported = reports.iter().filter(|report| report.is_of(program)).count();
            (reported < *passes).then(|| format!("the end of `{program}`"))
        })
    })?;
    Some(format!("the program left before GoogleTest had reported {missing}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_matched_as_they_are() {
        assert_eq!(quoted("a - b (c).x+"), r"a - b \(c\)\.x\+");
        assert_eq!(quoted("größe 日本"), "größe 日本");
    }

    #[test]
    fn build_files_configure_tests_in_part() {
        assert_eq!(Ctest.role("a/CMakeLists.txt"), Some(Role::PartlyConfiguration));
        assert_eq!(Ctest.role("cmake/tests.cmake"), Some(Role::PartlyConfiguration));
        assert_eq!(Ctest.role("CTestCustom.cmake"), Some(Role::Configuration));
        assert_eq!(Ctest.role("src/shop.cc"), None);
    }
}

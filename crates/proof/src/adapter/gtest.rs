//! GoogleTest in projects that CMake builds: the program that is built of the test's file, narrowed with
//! `--gtest_filter`, results as JSON in a private place, cross-checked with what it printed.
//!
//! The report is written by the program under test itself, when GoogleTest comes to its end. A program that
//! leaves earlier leaves none; one that goes so far as to find its own arguments and to forge the report
//! has to be seen by the inspection of the patch.

mod lines;
mod names;
pub(super) mod report;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use crate::adapter::cmake::{self, listing};
use crate::adapter::{Adapter, Counted, Neighbourhood, Prepared, RawRun, Role, SingleTests, Step};
use crate::counted::{RunContext, TestResult};
use crate::error::ProofError;
use crate::project::{Project, join};
use crate::variation::Variation;

pub(crate) struct Gtest;

/// The report's name in the channel.
const REPORT: &str = "results.json";
/// GoogleTest takes seeds up to here.
const MOST_SEED: u64 = 99_999;

impl Adapter for Gtest {
    fn framework(&self) -> Framework {
        Framework::Gtest
    }

    fn detect(&self, project: &Project, path: &str, name: Option<&str>) -> Option<Vec<TestTarget>> {
        if !names::is_source(path) {
            return None;
        }
        let text = project.text(path)?;
        if !text.contains("gtest") && !text.contains("gmock") {
            return None;
        }
        // `Suite::Name` is how people write it who write C++.
        let id = name.unwrap_or_default().replace("::", ".");
        Some(vec![TestTarget { framework: Framework::Gtest, id, file: Some(path.to_owned()), suite: None }])
    }

    fn plan(
        &self,
        project: &Project,
        targets: &[TestTarget],
        ci: Option<&CiCommand>,
    ) -> Result<TestCommand, ProofError> {
        let first = targets.first().ok_or(ProofError::NoTargets)?;
        let file = file_of(project, first).ok_or_else(|| ProofError::NoSuchTest(first.id.clone()))?;
        let mut filters: Vec<String> = Vec::new();
        for target in targets {
            let named = match (target.id.is_empty(), &target.file) {
                (false, _) => vec![target.id.clone()],
                (true, Some(file)) => names::declared(&project.text(file).unwrap_or_default()),
                (true, None) => Vec::new(),
            };
            let plain = named.into_iter().filter(|name| !name.contains([':', '*', '?']));
            filters.extend(plain.flat_map(|name| names::filters(&name)));
        }
        if filters.is_empty() {
            return Err(ProofError::NoTargets);
        }
        let program =
            file.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(stem, _)| stem);
        let tests = vec![program.to_owned(), format!("--gtest_filter={}", filters.join(":"))];
        let mut command = cmake::plan(Framework::Gtest, project, Some(&file), ci, tests)?;
        let inside = file.strip_prefix(&format!("{}/", command.cwd)).unwrap_or(&file).to_owned();
        // Which program is built of it shows when it is built.
        if let Some(program) = names::program_of(project, &command.cwd, &inside)
            && let Some(named) = cmake::with_tests(&command, |words| words[0] = program)
        {
            command = named;
        }
        Ok(command)
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
        let (_, options) = words.split_first().ok_or(ProofError::NoTargets)?;
        let Some(program) = program(command, context, options) else {
            // Nothing is built here yet: this is about the words, not about running them.
            return Ok(Prepared { argv: command.argv.clone(), ..Prepared::default() });
        };
        let mut argv = vec![program.display().to_string()];
        argv.extend(options.iter().cloned());
        argv.push(format!("--gtest_output=json:{}", channel.join(REPORT).display()));
        argv.push("--gtest_color=no".to_owned());
        let mut env = BTreeMap::from([("GTEST_BRIEF".to_owned(), "0".to_owned())]);
        // As ctest would start it: in its folder, with its variables.
        let listed = listing::of_channel(channel);
        let of_program =
            |one: &&listing::Listed| one.command.first().is_some_and(|word| Path::new(word) == program);
        let found = listed.iter().find(of_program);
        let safe = |(name, value): &(String, String)| crate::environment::is_safe(name, value);
        env.extend(found.map(listing::Listed::environment).unwrap_or_default().into_iter().filter(safe));
        let cwd = found
            .and_then(listing::Listed::directory)
            .filter(|folder| folder.is_dir())
            .or_else(|| program.parent().map(Path::to_owned));
        let writable = vec![cmake::folder(command, context)];
        Ok(Prepared { argv, env, cwd, writable, ..Prepared::default() })
    }

    fn count(&self, raw: &RawRun<'_>) -> Counted {
        let found = match report::read(&raw.channel.join(REPORT)) {
            Ok(found) => found,
            Err(why) => return Counted::problem(why),
        };
        let times = lines::times(cmake::tests_of(raw.command));
        let mut results: Vec<TestResult> = found.iter().filter_map(report::Reported::result).collect();
        let problem = if times > 1 {
            let (all, problem) = lines::repeated(raw.text, &results, times);
            results = all;
            problem
        } else {
            lines::contradiction(raw.text, &results)
        };
        let nothing = results.is_empty().then(|| "no test matched".to_owned());
        Counted { results, problem: nothing.or(problem) }
    }

    fn single_tests(&self, _command: &TestCommand) -> Option<&'static SingleTests> {
        Some(&SINGLE)
    }

    fn belongs(&self, target: &TestTarget, result: &TestResult) -> bool {
        // A declared test stands for all of its parameters and types.
        target.id.is_empty()
            || target.id == result.id
            || (!target.id.contains('/') && names::declaration(&result.id) == target.id)
    }

    fn role(&self, path: &str) -> Option<Role> {
        is_test_file(path).then_some(Role::Tests)
    }

    fn neighbourhood(
        &self,
        _project: &Project,
        command: &TestCommand,
        _targets: &[TestTarget],
        _changed: &[String],
    ) -> Option<Neighbourhood> {
        // The whole program; others of the project are run by ctest, which counts another way.
        let command = cmake::with_tests(command, |words| {
            words.retain(|word| !word.starts_with("--gtest_filter="));
        })?;
        Some(Neighbourhood {
            command,
            chosen_by: "all tests of the same program".to_owned(),
            not_run: vec!["tests of other programs: give `ctest` as the regression command".to_owned()],
        })
    }

    fn varied(&self, command: &TestCommand, variation: Variation) -> Option<TestCommand> {
        let seeded = |words: &mut Vec<String>, seed: u64| {
            words.retain(|word| !word.starts_with("--gtest_random_seed="));
            words.push(format!("--gtest_random_seed={}", seed % MOST_SEED + 1));
        };
        match variation {
            Variation::Order(seed) => cmake::with_tests(command, |words| {
                words.retain(|word| word != "--gtest_shuffle");
                words.push("--gtest_shuffle".to_owned());
                seeded(words, seed);
            }),
            Variation::Seed(seed) => cmake::with_tests(command, |words| seeded(words, seed)),
            Variation::Repeats(times) => cmake::with_tests(command, |words| {
                words.retain(|word| !word.starts_with("--gtest_repeat="));
                words.push(format!("--gtest_repeat={}", times.max(1)));
            }),
            Variation::RaceDetector => cmake::with_race_detector(command),
            // One test at a time is all it can; it has no limits.
            Variation::Threads(_) | Variation::Timeout(_) => None,
        }
    }
}

static SINGLE: SingleTests = SingleTests {
    list: |argv| with_words(argv, "--gtest_list_tests".to_owned()),
    ids: names::listed,
    alone: |argv, id| with_words(argv, format!("--gtest_filter={id}")),
};

/// The program with one word instead of the tests in question.
fn with_words(argv: &[String], word: String) -> Vec<String> {
    let ours = ["--gtest_filter=", "--gtest_output=", "--gtest_repeat="];
    let kept = argv.iter().filter(|word| !ours.iter().any(|start| word.starts_with(start)));
    kept.cloned().chain([word]).collect()
}

/// The program that has the filtered test.
fn program(command: &TestCommand, context: &RunContext<'_>, options: &[String]) -> Option<PathBuf> {
    let filter = options.iter().find_map(|word| word.strip_prefix("--gtest_filter=")).unwrap_or_default();
    let project = Project::at(context.checkout, context.repo_root);
    let programs = listing::programs(&cmake::folder(command, context));
    let named = cmake::tests_of(command).first()?;
    let id = filter.split(':').next().unwrap_or_default();
    let found = program_with(&project, &command.cwd, &programs, named, id)?;
    found.path.is_file().then(|| found.path.clone())
}

/// The plan may only have guessed the program's name. Whether that one has the test is seen in its few
/// files; only where it has not, all files of the project are searched.
fn program_with<'a>(
    project: &Project,
    cwd: &str,
    programs: &'a [listing::Program],
    named: &str,
    id: &str,
) -> Option<&'a listing::Program> {
    let by_name = programs.iter().find(|program| program.name == named);
    let has_test = |program: &&listing::Program| {
        id.is_empty() || program.sources.iter().any(|file| names::declares(project, &join(cwd, file), id))
    };
    let prefix = if cwd.is_empty() { String::new() } else { format!("{cwd}/") };
    let search = || {
        let files = names::files_with(project, id);
        let mut files = files.iter().map(|file| file.strip_prefix(&prefix).unwrap_or(file).to_owned());
        files.find_map(|file| programs.iter().find(|program| program.sources.contains(&file)))
    };
    by_name.filter(has_test).or_else(search).or(by_name)
}

fn file_of(project: &Project, target: &TestTarget) -> Option<String> {
    let known = target.file.clone().filter(|file| names::is_source(file) && project.has_file(file));
    known.or_else(|| names::files_with(project, &target.id).into_iter().next())
}

/// Whether a program of these sources, relative to the folder `cwd`, is one of GoogleTest's.
pub(super) fn is_program(project: &Project, cwd: &str, sources: &[String]) -> bool {
    let tests = |source: &String| project.text(&join(cwd, source)).is_some_and(|text| names::is_test(&text));
    sources.iter().filter(|source| names::is_source(source)).any(tests)
}

/// `shop_test.cc`, `tests/shop.cpp`, `test_shop.c`.
pub(super) fn is_test_file(path: &str) -> bool {
    let mut parts: Vec<&str> = path.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    let in_tests = parts.iter().any(|part| matches!(*part, "tests" | "test" | "testdata" | "unittests"));
    let Some((stem, _)) = name.rsplit_once('.').filter(|_| names::is_source(name)) else {
        return in_tests && !name.ends_with(".cmake") && name != "CMakeLists.txt";
    };
    let stem = stem.to_ascii_lowercase();
    in_tests
        || stem.ends_with("test")
        || stem.ends_with("tests")
        || stem.starts_with("test_")
        || stem.ends_with("_unittest")
}

#[cfg(test)]
mod tests;

//! Jest: files by path, names by pattern, results from a reporter beside the default one, in Jest's main
//! process.

use std::path::Path;

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use super::node_project::{self, Runner, call, report, titles};
use crate::adapter::{Adapter, Counted, Neighbourhood, Prepared, RawRun, Role};
use crate::counted::{RunContext, TestResult};
use crate::error::ProofError;
use crate::project::Project;
use crate::variation::Variation;

pub(crate) struct Jest;

const RUNNER: Runner = Runner {
    framework: Framework::Jest,
    name: "jest",
    entry: "jest/bin/jest.js",
    separator: " › ",
    pattern: "--testNamePattern",
    verb: &[],
    kept: &[
        ("--config", true),
        ("-c", true),
        ("--rootDir", true),
        ("--env", true),
        ("--testEnvironment", true),
        ("--testEnvironmentOptions", true),
        ("--testTimeout", true),
        ("--testRunner", true),
        ("--preset", true),
        ("--globals", true),
        ("--seed", true),
        ("--maxWorkers", true),
        ("-w", true),
        ("--maxConcurrency", true),
        ("--runInBand", false),
        ("-i", false),
        ("--randomize", false),
        ("--resetMocks", false),
        ("--clearMocks", false),
        ("--restoreMocks", false),
        ("--resetModules", false),
        ("--automock", false),
        ("--injectGlobals", false),
        ("--errorOnDeprecated", false),
        ("--detectOpenHandles", false),
        ("--forceExit", false),
        ("--workerThreads", false),
        ("--expand", false),
        ("--verbose", false),
    ],
    reporter: ("jest.cjs", include_str!("node_project/reporters/jest.cjs")),
    counts_files: false,
};

/// Jest's own limit for a test, in milliseconds.
const TIMEOUT: u64 = 5000;

impl Adapter for Jest {
    fn framework(&self) -> Framework {
        Framework::Jest
    }

    fn after_runner(&self, words: &[String]) -> Option<usize> {
        Some(call::read(&RUNNER, words)?.arguments)
    }

    fn detect(&self, project: &Project, path: &str, name: Option<&str>) -> Option<Vec<TestTarget>> {
        node_project::detect(&RUNNER, project, path, name)
    }

    fn plan(
        &self,
        project: &Project,
        targets: &[TestTarget],
        ci: Option<&CiCommand>,
    ) -> Result<TestCommand, ProofError> {
        let narrowed = node_project::narrow(&RUNNER, project, targets, ci)?;
        let mut tail = vec!["--runTestsByPath".to_owned()];
        tail.extend(narrowed.files.iter().cloned());
        Ok(node_project::command(&RUNNER, project, narrowed, tail))
    }

    fn prepare(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Prepared, ProofError> {
        let options = vec![
            "--reporters=default".to_owned(),
            format!("--reporters={}", node_project::reporter(&RUNNER, channel)),
            // Missing snapshots are failures, as in CI.
            "--ci".to_owned(),
            // A few tests cover little: a limit on coverage would turn their passes into a failure.
            "--coverage=false".to_owned(),
            "--watchman=false".to_owned(),
            // Transformed sources of a run before could be anybody's.
            format!("--cacheDirectory={}", channel.join("cache").display()),
        ];
        node_project::prepare(&RUNNER, command, context, channel, options)
    }

    fn readable(&self, printed: &str) -> String {
        report::plain(printed)
    }

    fn count(&self, raw: &RawRun<'_>) -> Counted {
        node_project::count(&RUNNER, raw, summary(raw.text))
    }

    fn belongs(&self, target: &TestTarget, result: &TestResult) -> bool {
        titles::belongs(target, result)
    }

    fn role(&self, path: &str) -> Option<Role> {
        node_project::role(path)
    }

    fn hidden_configuration(&self) -> &'static [&'static str] {
        node_project::HIDDEN
    }

    fn neighbourhood(
        &self,
        project: &Project,
        command: &TestCommand,
        targets: &[TestTarget],
        changed: &[String],
    ) -> Option<Neighbourhood> {
        node_project::neighbourhood(&RUNNER, project, command, targets, changed)
    }

    fn varied(&self, command: &TestCommand, variation: Variation) -> Option<TestCommand> {
        let options = match variation {
            // Jest takes seeds of 32 bits with a sign.
            Variation::Order(seed) => vec!["--randomize".to_owned(), format!("--seed={}", seed % (1 << 31))],
            Variation::Threads(threads) => vec![format!("--maxWorkers={}", threads.max(1))],
            Variation::Timeout(percent) => {
                let limit = node_project::milliseconds(command, &["--testTimeout"]).unwrap_or(TIMEOUT);
                vec![format!("--testTimeout={}", node_project::scaled(limit, percent))]
            }
            Variation::Seed(_) | Variation::Repeats(_) | Variation::RaceDetector => return None,
        };
        node_project::with_options(&RUNNER, command, &options)
    }
}

/// `Tests:       1 failed, 2 skipped, 3 passed, 6 total`; the last such line is the runner's.
fn summary(text: &str) -> Option<report::Numbers> {
    let line = text
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("Tests:").filter(|rest| rest.trim_end().ends_with("total")))?;
    report::numbers_in(line.split(','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_summary_counts() {
        let text = "Tests:       9 passed, 9 total\nx\nTests:       1 failed, 2 skipped, 1 todo, 3 passed, 7 total\nTime: 1 s\n";
        assert_eq!(summary(text), Some(report::Numbers { passed: 3, failed: 1, skipped: 3 }));
        assert_eq!(summary("Tests:       0 total\n"), Some(report::Numbers::default()));
        assert_eq!(summary("Tests: none"), None);
    }
}

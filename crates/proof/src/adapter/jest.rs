//! Jest: files by path, names by pattern, results from a reporter beside the default one, in Jest's main
//! process.

mod opinions;

use std::path::Path;

use regreen_case::{Framework, TestCommand};

use super::node_project::{self, Narrowed, Runner, report};
use super::node_runner::NodeRunner;
use crate::adapter::Prepared;
use crate::counted::RunContext;
use crate::error::ProofError;
use crate::variation::Variation;

pub(crate) struct Jest;

/// Jest's own limit for a test, in milliseconds.
const TIMEOUT: u64 = 5000;

impl NodeRunner for Jest {
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

    fn files(&self, narrowed: &Narrowed) -> Vec<String> {
        let paths = narrowed.files.iter().cloned();
        std::iter::once("--runTestsByPath".to_owned()).chain(paths).collect()
    }

    fn options(&self, reporter: &str, channel: &Path) -> Vec<String> {
        let mut options = vec!["--reporters=default".to_owned(), format!("--reporters={reporter}")];
        options.extend(of_every_run(channel));
        options
    }

    fn in_one_process(&self, prepared: &mut Prepared) {
        opinions::in_band(&mut prepared.argv);
    }

    fn opinions(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
        requests: &Path,
    ) -> Result<Option<Prepared>, ProofError> {
        let options = of_every_run(channel);
        let call = node_project::prepare(&Self::RUNNER, command, context, channel, options)?;
        opinions::prepare(call, channel, requests)
    }

    fn summary(&self, text: &str) -> Option<report::Numbers> {
        summary(text)
    }

    fn varying(&self, command: &TestCommand, variation: Variation) -> Option<Vec<String>> {
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
        Some(options)
    }
}

fn of_every_run(channel: &Path) -> Vec<String> {
    vec![
        // Missing snapshots are failures, as in CI.
        "--ci".to_owned(),
        // A few tests cover little: a limit on coverage would turn their passes into a failure.
        "--coverage=false".to_owned(),
        "--watchman=false".to_owned(),
        // Transformed sources of a run before could be anybody's.
        format!("--cacheDirectory={}", channel.join("cache").display()),
    ]
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

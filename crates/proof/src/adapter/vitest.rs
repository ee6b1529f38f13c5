//! Vitest: files by name, names by pattern, results from a reporter beside the default one, in Vitest's
//! main process: tests run in others.

mod opinions;

use std::path::Path;

use regreen_case::{Framework, TestCommand};

use super::Prepared;
use super::node_project::{self, Runner, report};
use super::node_runner::NodeRunner;
use crate::counted::RunContext;
use crate::error::ProofError;
use crate::variation::Variation;

pub(crate) struct Vitest;

/// Vitest's own limit for a test, in milliseconds.
const TIMEOUT: u64 = 5000;

impl NodeRunner for Vitest {
    const RUNNER: Runner = Runner {
        framework: Framework::Vitest,
        name: "vitest",
        entry: "vitest/vitest.mjs",
        separator: " > ",
        pattern: "--testNamePattern",
        verb: &["run"],
        kept: &[
            ("--config", true),
            ("-c", true),
            ("--root", true),
            ("-r", true),
            ("--dir", true),
            ("--mode", true),
            ("--environment", true),
            ("--project", true),
            ("--pool", true),
            ("--poolOptions.*", true),
            ("--testTimeout", true),
            ("--hookTimeout", true),
            ("--maxWorkers", true),
            ("--minWorkers", true),
            ("--maxConcurrency", true),
            ("--sequence.*", true),
            ("--expect.*", true),
            ("--isolate", false),
            ("--no-isolate", false),
            ("--globals", false),
            ("--dom", false),
            ("--threads", false),
            ("--no-threads", false),
            ("--no-file-parallelism", false),
            ("--fileParallelism", true),
            ("--dangerouslyIgnoreUnhandledErrors", false),
        ],
        reporter: ("vitest.mjs", include_str!("node_project/reporters/vitest.mjs")),
        counts_files: false,
    };

    fn options(&self, reporter: &str, _channel: &Path) -> Vec<String> {
        let mut options = vec!["--reporter=default".to_owned(), format!("--reporter={reporter}")];
        options.extend(of_every_run());
        options
    }

    fn opinions(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
        requests: &Path,
    ) -> Result<Option<Prepared>, ProofError> {
        let call = node_project::prepare(&Self::RUNNER, command, context, channel, of_every_run().to_vec())?;
        opinions::prepare(call, channel, requests)
    }

    fn summary(&self, text: &str) -> Option<report::Numbers> {
        summary(text)
    }

    fn varying(&self, command: &TestCommand, variation: Variation) -> Option<Vec<String>> {
        let options = match variation {
            Variation::Order(seed) => {
                vec![
                    "--sequence.shuffle.tests=true".to_owned(),
                    format!("--sequence.seed={}", seed % (1 << 31)),
                ]
            }
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

/// A pass after a retry proves nothing, and a limit on coverage nothing either.
fn of_every_run() -> [String; 2] {
    ["--retry=0", "--coverage.enabled=false"].map(str::to_owned)
}

/// `      Tests  1 failed | 2 passed | 1 todo (4)`; the last such line is the runner's.
fn summary(text: &str) -> Option<report::Numbers> {
    let line = text.lines().rev().find_map(|line| line.trim_start().strip_prefix("Tests  "))?;
    if line.trim() == "no tests" {
        return Some(report::Numbers::default());
    }
    let (parts, _) = line.rsplit_once(" (")?;
    report::numbers_in(parts.split('|'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_summary_counts() {
        let text = "      Tests  9 passed (9)\n      Tests  3 failed | 3 passed | 1 expected fail | 2 skipped | 1 todo (10)\n   Start at  1\n";
        assert_eq!(summary(text), Some(report::Numbers { passed: 4, failed: 3, skipped: 3 }));
        assert_eq!(summary("      Tests  no tests\n"), Some(report::Numbers::default()));
        assert_eq!(summary(" Test Files  1 passed (1)\n"), None);
    }
}

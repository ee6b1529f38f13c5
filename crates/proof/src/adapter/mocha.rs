//! Mocha: files as arguments, names by pattern, results from its spec reporter, which also reports to
//! us. It runs in the process of the tests, as every reporter of Mocha does.

mod node_options;
mod opinions;

use std::path::Path;

use regreen_case::{Framework, TestCommand};

use super::node_project::{self, Runner, report};
use super::node_runner::NodeRunner;
use crate::adapter::Prepared;
use crate::counted::RunContext;
use crate::error::ProofError;
use crate::variation::Variation;

pub(crate) struct Mocha;

/// Mocha's own limit for a test, in milliseconds.
const TIMEOUT: u64 = 2000;

impl NodeRunner for Mocha {
    const RUNNER: Runner = Runner {
        framework: Framework::Mocha,
        name: "mocha",
        entry: "mocha/bin/mocha.js",
        separator: " > ",
        pattern: "--grep",
        verb: &[],
        kept: &[
            ("--require", true),
            ("-r", true),
            ("--import", true),
            ("--loader", true),
            ("--experimental-loader", true),
            ("--node-option", true),
            ("-n", true),
            ("--config", true),
            ("--package", true),
            ("--extension", true),
            ("--file", true),
            ("--ui", true),
            ("-u", true),
            ("--timeout", true),
            ("-t", true),
            ("--jobs", true),
            ("-j", true),
            ("--global", true),
            ("--async-only", false),
            ("-A", false),
            ("--check-leaks", false),
            ("--delay", false),
            ("--exit", false),
            ("--parallel", false),
            ("-p", false),
            ("--full-trace", false),
            ("--inline-diffs", false),
            ("--no-config", false),
            ("--no-package", false),
            ("--forbid-only", false),
            ("--expose-gc", false),
            ("--enable-source-maps", false),
        ],
        reporter: ("mocha.cjs", include_str!("node_project/reporters/mocha.cjs")),
        counts_files: false,
    };

    fn options(&self, reporter: &str, _channel: &Path) -> Vec<String> {
        vec![
            format!("--reporter={reporter}"),
            // A pass after a retry proves nothing.
            "--retries=0".to_owned(),
            "--no-color".to_owned(),
        ]
    }

    fn call(&self, prepared: &mut Prepared, folder: &Path) {
        node_options::give_to_node(&mut prepared.argv, folder);
    }

    fn summary(&self, text: &str) -> Option<report::Numbers> {
        summary(text)
    }

    fn opinions(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
        requests: &Path,
    ) -> Result<Option<Prepared>, ProofError> {
        let options = vec!["--retries=0".to_owned(), "--no-color".to_owned()];
        let mut call = node_project::prepare(&Self::RUNNER, command, context, channel, options)?;
        self.call(&mut call, &context.checkout.join(&command.cwd));
        opinions::prepare(call, channel, requests)
    }

    /// Mocha has no order but that of the files, and no seed.
    fn varying(&self, command: &TestCommand, variation: Variation) -> Option<Vec<String>> {
        let options = match variation {
            Variation::Threads(threads) if threads > 1 => {
                vec!["--parallel".to_owned(), format!("--jobs={threads}")]
            }
            Variation::Timeout(percent) => {
                let limit = node_project::milliseconds(command, &["--timeout", "-t"]).unwrap_or(TIMEOUT);
                vec![format!("--timeout={}", node_project::scaled(limit, percent))]
            }
            _ => return None,
        };
        Some(options)
    }
}

/// `  3 passing (11ms)`, and below it `  2 pending` and `  1 failing`; the last such lines are the runner's.
fn summary(text: &str) -> Option<report::Numbers> {
    let lines: Vec<&str> = text.lines().collect();
    let counted = |line: &str| -> Option<(usize, String)> {
        let (number, word) = line.strip_prefix("  ")?.split_once(' ')?;
        let word = word.split(" (").next().unwrap_or(word).trim_end();
        matches!(word, "passing" | "pending" | "failing")
            .then(|| Some((number.parse().ok()?, word.to_owned())))?
    };
    let at = lines.iter().rposition(|line| counted(line).is_some_and(|(_, word)| word == "passing"))?;
    let mut numbers = report::Numbers::default();
    for (number, word) in lines[at..].iter().take(4).filter_map(|line| counted(line)) {
        match word.as_str() {
            "passing" => numbers.passed = number,
            "pending" => numbers.skipped = number,
            _ => numbers.failed = number,
        }
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_summary_counts() {
        let text = "  9 passing (1ms)\n\n\n\n\n  3 passing (2s)\n  2 pending\n  1 failing\n\n  1) a:\n";
        assert_eq!(summary(text), Some(report::Numbers { passed: 3, failed: 1, skipped: 2 }));
        assert_eq!(summary("  0 passing (1ms)\n\n"), Some(report::Numbers::default()));
        assert_eq!(summary("3 passing"), None);
    }
}

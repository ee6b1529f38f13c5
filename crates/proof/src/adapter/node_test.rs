//! Node's own runner: files as arguments, names by pattern, results from a reporter beside the spec one,
//! in the process that starts those of the tests, or that runs them when it is one file.

use std::path::Path;

use regreen_case::{Framework, TestCommand, TestTarget};

use super::node_project::{self, Narrowed, Runner, opinions, report, titles};
use super::node_runner::NodeRunner;
use crate::adapter::Prepared;
use crate::counted::RunContext;
use crate::error::ProofError;
use crate::project::{Project, join};
use crate::variation::Variation;

pub(crate) struct NodeTest;

impl NodeRunner for NodeTest {
    const RUNNER: Runner = Runner {
        framework: Framework::NodeTest,
        name: "node --test",
        entry: "",
        separator: " > ",
        pattern: "--test-name-pattern",
        verb: &["--test"],
        kept: &[
            ("--test-concurrency", true),
            ("--test-timeout", true),
            ("--test-isolation", true),
            ("--experimental-test-isolation", true),
            ("--test-force-exit", false),
            ("--test-only", false),
            ("--experimental-test-module-mocks", false),
        ],
        reporter: ("node_test.cjs", include_str!("node_project/reporters/node_test.cjs")),
        counts_files: true,
    };

    fn names(&self, project: &Project, narrowed: &mut Narrowed, targets: &[TestTarget]) {
        let paths: Vec<String> = narrowed.files.iter().map(|file| join(&narrowed.cwd, file)).collect();
        narrowed.names = Some(pattern(project, &paths, targets));
    }

    fn options(&self, reporter: &str, channel: &Path) -> Vec<String> {
        vec![
            "--test-reporter=spec".to_owned(),
            "--test-reporter-destination=stdout".to_owned(),
            format!("--test-reporter={reporter}"),
            format!("--test-reporter-destination={}", channel.join("unused").display()),
        ]
    }

    fn call(&self, prepared: &mut Prepared, folder: &Path) {
        in_one_process(&mut prepared.argv, folder);
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
        opinions::prepare(&Self::RUNNER, command, context, channel, requests)
    }

    /// Node's runner has no order of its own, and no time limit unless one is given.
    fn varying(&self, command: &TestCommand, variation: Variation) -> Option<Vec<String>> {
        let options = match variation {
            Variation::Threads(threads) => vec![format!("--test-concurrency={}", threads.max(1))],
            Variation::Timeout(percent) => {
                let limit = node_project::milliseconds(command, &["--test-timeout"])?;
                vec![format!("--test-timeout={}", node_project::scaled(limit, percent))]
            }
            _ => return None,
        };
        Some(options)
    }
}

/// With `--test` each file runs in a process of its own and says what came of it on its standard output,
/// where code under test can speak too. A single file runs in the reporter's process instead: the same
/// runner, and nothing to imitate.
fn in_one_process(argv: &mut Vec<String>, here: &Path) {
    let mut files = argv.iter().skip(1).filter(|word| !word.starts_with('-'));
    let (Some(file), None) = (files.next(), files.next()) else { return };
    let isolated = |word: &String| {
        ["--test-concurrency", "--test-isolation", "--experimental-test-isolation"]
            .iter()
            .any(|option| word.starts_with(option))
    };
    if here.join(file).is_file() && !argv.iter().any(|word| word == "--experimental-test-coverage") {
        argv.retain(|word| word != "--test" && !isolated(word));
    }
}

/// Node before 22 compares the pattern with single titles, runs everything inside of what fits, and a
/// subtest only when its parents fit too; later ones compare with full names as well. So a suite around a
/// test is left out, and a test around it is not.
fn pattern(project: &Project, files: &[String], targets: &[TestTarget]) -> String {
    let texts: Vec<String> = files.iter().filter_map(|file| project.text(file)).collect();
    let mut names: Vec<String> = Vec::new();
    for target in targets {
        let parts: Vec<&str> = titles::parts(&target.id).collect();
        let last = parts.len().saturating_sub(1);
        let around = parts[..last].iter().filter(|title| !texts.iter().any(|text| has_suite(text, title)));
        let needed = around.chain(&parts[last..]).map(|title| titles::name_pattern(title));
        for name in needed.chain([titles::name_pattern(&target.id)]) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    format!("^(?:{})$", names.join("|"))
}

/// Whether a text has a suite of this title.
fn has_suite(text: &str, title: &str) -> bool {
    text.match_indices(title).any(|(at, _)| {
        let before = text[..at].trim_end_matches(['\'', '"', '`']);
        let call = before.strip_suffix('(').map(str::trim_end).unwrap_or_default();
        let call = call.trim_end_matches(".only").trim_end_matches(".skip").trim_end_matches(".todo");
        before.len() < at && (call.ends_with("describe") || call.ends_with("suite"))
    })
}

/// `ℹ pass 3` and its kin; the last of each is the runner's.
fn summary(text: &str) -> Option<report::Numbers> {
    let number = |word: &str| -> Option<usize> {
        let start = format!("ℹ {word} ");
        text.lines().rev().find_map(|line| line.strip_prefix(&start))?.trim_end().parse().ok()
    };
    Some(report::Numbers {
        passed: number("pass")?,
        failed: number("fail")? + number("cancelled")?,
        skipped: number("skipped")? + number("todo")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_summary_counts() {
        let text =
            "ℹ pass 9\nℹ tests 8\nℹ suites 2\nℹ pass 3\nℹ fail 2\nℹ cancelled 1\nℹ skipped 1\nℹ todo 1\n";
        assert_eq!(summary(text), Some(report::Numbers { passed: 3, failed: 3, skipped: 2 }));
        assert_eq!(summary("ℹ pass 3\n"), None);
    }
}

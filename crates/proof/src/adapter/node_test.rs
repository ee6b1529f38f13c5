//! Node's own runner: files as arguments, names by pattern, results from a reporter beside the spec one,
//! in the process that starts those of the tests, or that runs them when it is one file.

use std::path::Path;

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use super::node_project::{self, Runner, call, report, titles};
use crate::adapter::{Adapter, Counted, Neighbourhood, Prepared, RawRun, Role};
use crate::counted::{RunContext, TestResult};
use crate::error::ProofError;
use crate::project::{Project, join};
use crate::variation::Variation;

pub(crate) struct NodeTest;

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
    reporter: ("node_test.mjs", include_str!("node_project/reporters/node_test.mjs")),
    counts_files: true,
};

impl Adapter for NodeTest {
    fn framework(&self) -> Framework {
        Framework::NodeTest
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
        let mut narrowed = node_project::narrow(&RUNNER, project, targets, ci)?;
        let files = narrowed.files.clone();
        if narrowed.names.is_some() {
            let paths: Vec<String> = files.iter().map(|file| join(&narrowed.cwd, file)).collect();
            narrowed.names = Some(pattern(project, &paths, targets));
        }
        Ok(node_project::command(&RUNNER, project, narrowed, files))
    }

    fn prepare(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Prepared, ProofError> {
        let options = vec![
            "--test-reporter=spec".to_owned(),
            "--test-reporter-destination=stdout".to_owned(),
            format!("--test-reporter={}", node_project::reporter(&RUNNER, channel)),
            format!("--test-reporter-destination={}", channel.join("unused").display()),
        ];
        let mut prepared = node_project::prepare(&RUNNER, command, context, channel, options)?;
        in_one_process(&mut prepared.argv, &context.checkout.join(&command.cwd));
        Ok(prepared)
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

    /// Node's runner has no order of its own, and no time limit unless one is given.
    fn varied(&self, command: &TestCommand, variation: Variation) -> Option<TestCommand> {
        let options = match variation {
            Variation::Threads(threads) => vec![format!("--test-concurrency={}", threads.max(1))],
            Variation::Timeout(percent) => {
                let limit = node_project::milliseconds(command, &["--test-timeout"])?;
                vec![format!("--test-timeout={}", node_project::scaled(limit, percent))]
            }
            _ => return None,
        };
        node_project::with_options(&RUNNER, command, &options)
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

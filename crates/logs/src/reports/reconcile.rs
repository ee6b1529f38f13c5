//! Joins what reports say with what the log says: each failed test once, with the best of both.

use std::collections::HashMap;

use regreen_case::{ContainerRole, FailedContainer, FailedTest, Framework, Signature};

use super::identity::{self, Likeness, Words};
use super::{ReportedFailure, TestReport};
use crate::Extraction;
use crate::excerpt::LIMIT;
use crate::findings::MAX_TESTS;
use crate::text::clip;

/// Longest message kept, as of a test in a log.
const MAX_MESSAGE: usize = 4096;
/// Most names that a warning lists.
const MAX_NAMED: usize = 3;

/// A report with the words for where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedReport {
    /// Where it came from: a path, or an artifact's name with the path within.
    pub source: String,
    /// What it says.
    pub report: TestReport,
}

/// Joins reports with a log's extraction. What both name is completed, what only the log names stays,
/// what only a report names is added if `may_add`; what they contradict each other in becomes a warning.
pub fn reconcile(extraction: &mut Extraction, reports: &[NamedReport], may_add: bool) {
    for NamedReport { source, report } in reports {
        if let Some(why) = &report.incomplete {
            extraction.cut.push(format!("{source} is read in part: {why}"));
        }
    }
    let failures = all_failures(reports);
    let pairs = pairs(&failures, &extraction.tests);
    contradictions(extraction, reports, &pairs);
    let mut added: Vec<(&str, &ReportedFailure)> = Vec::new();
    for (at, (source, failure)) in failures.iter().enumerate() {
        match pairs.get(&at) {
            Some(test) => complete(&mut extraction.tests[*test], failure),
            None if !is_container(failure, extraction) && !is_section(failure, extraction) => {
                added.push((source, failure));
            }
            None => {}
        }
    }
    if may_add && !added.is_empty() {
        add(extraction, &added);
    }
}

/// The failures of all reports, each once: several jobs may report one test.
fn all_failures(reports: &[NamedReport]) -> Vec<(&str, &ReportedFailure)> {
    let mut known = std::collections::HashSet::new();
    let all =
        reports.iter().flat_map(|named| named.report.failures.iter().map(|one| (named.source.as_str(), one)));
    all.filter(|(_, one)| known.insert((&one.classname, &one.name, &one.declared_in)))
        .take(MAX_TESTS)
        .collect()
}

/// Which reported failure is which test of the log; the surest pairs first.
fn pairs(failures: &[(&str, &ReportedFailure)], tests: &[FailedTest]) -> HashMap<usize, usize> {
    let reported: Vec<Words<'_>> = failures.iter().map(|(_, failure)| Words::reported(failure)).collect();
    let logged: Vec<Words<'_>> = tests
        .iter()
        .map(|test| Words::logged(&test.id, test.suite.as_deref(), test.file.as_deref()))
        .collect();
    let mut found = HashMap::new();
    let mut taken = vec![false; tests.len()];
    for sure in [true, false] {
        for (at, words) in reported.iter().enumerate() {
            if found.contains_key(&at) {
                continue;
            }
            let candidates = logged.iter().enumerate().filter(|(test, _)| !taken[*test]);
            let alike = candidates.filter_map(|(test, other)| Some((words.likeness(other)?, test)));
            let fitting = alike.filter(|(likeness, _)| matches!(likeness, Likeness::Sure(..)) == sure);
            // Of equals the first one: both lists are in the order of the run.
            if let Some((_, test)) = fitting.max_by_key(|(likeness, test)| (*likeness, usize::MAX - test)) {
                found.insert(at, test);
                taken[test] = true;
            }
        }
    }
    found
}

/// Whether the log names it as what is no test: a parent, a hook, a suite.
fn is_container(failure: &ReportedFailure, extraction: &Extraction) -> bool {
    let words = Words::reported(failure);
    extraction.containers.iter().any(|one| words.likeness(&Words::logged(&one.id, None, None)).is_some())
}

/// Whether it is a part of a test that the log names: Catch2's logs name tests, its reports their sections.
fn is_section(failure: &ReportedFailure, extraction: &Extraction) -> bool {
    let within = |test: &FailedTest| {
        failure.name.strip_prefix(&test.id).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    failure.framework == Some(Framework::Catch2)
        && extraction.tests.iter().any(|test| test.framework == Framework::Catch2 && within(test))
}

/// What the log left open.
fn complete(test: &mut FailedTest, failure: &ReportedFailure) {
    if says_little(test) && !failure.message.trim().is_empty() {
        test.message = clip(failure.message.trim(), MAX_MESSAGE);
    }
    if test.kind == "failure" && !failure.kind.is_empty() {
        test.kind = clip(&failure.kind, 200);
    }
    if test.file.is_none() {
        test.file.clone_from(&failure.file);
        test.line = failure.line;
    } else if test.line.is_none() && test.file == failure.file {
        test.line = failure.line;
    }
}

/// Nothing, one word, a summary's line cut at the terminal's width, or gradle's `Error at File.java:5`.
fn says_little(test: &FailedTest) -> bool {
    let message = test.message.trim();
    let place =
        format!("{} at {}:{}", test.kind, test.file.as_deref().unwrap_or_default(), test.line.unwrap_or(0));
    let is_cut = !message.contains('\n') && (message.ends_with("...") || message.ends_with('…'));
    is_cut || message == place || !message.contains(char::is_whitespace)
}

fn contradictions(extraction: &mut Extraction, reports: &[NamedReport], pairs: &HashMap<usize, usize>) {
    let mut warnings = Vec::new();
    for (at, test) in extraction.tests.iter().enumerate() {
        if pairs.values().any(|paired| *paired == at) {
            continue;
        }
        let passed = reports.iter().find(|named| named.report.has_passed(test.suite.as_deref(), &test.id));
        if let Some(named) = passed
            && warnings.len() < 20
        {
            warnings.push(format!(
                "the log names `{}` as failed, {} as passed",
                clip(&test.id, 200),
                named.source
            ));
        }
    }
    extraction.warnings.extend(warnings);
}

/// Adds what no log names.
fn add(extraction: &mut Extraction, added: &[(&str, &ReportedFailure)]) {
    let first_of_all = extraction.tests.is_empty();
    // What the log's tests are of is the best guess for a report that does not tell.
    let usual = extraction.tests.first().map_or(Framework::Generic, |test| test.framework);
    let mut excerpt = String::new();
    let mut names = Vec::new();
    for (source, failure) in added {
        let framework = failure.framework.unwrap_or(usual);
        if let Some(role) = role(failure) {
            extraction.containers.push(container(failure, framework, role));
            continue;
        }
        if extraction.tests.len() >= MAX_TESTS {
            extraction.cut.push("further failed tests of the reports are not listed".to_owned());
            break;
        }
        let test = failed_test(failure, framework);
        if excerpt.len() < LIMIT / 3 {
            excerpt.push_str(&format!("{} (from {source})\n{}\n\n", test.id, clip(&test.message, 3000)));
        }
        names.push(test.id.clone());
        extraction.tests.push(test);
    }
    if let Some((source, _)) = added.first().filter(|_| !names.is_empty()) {
        let more = if names.len() > MAX_NAMED { ", …" } else { "" };
        let shown: Vec<String> = names.iter().take(MAX_NAMED).map(|name| clip(name, 200)).collect();
        let (count, shown) = (names.len(), shown.join(", "));
        extraction.warnings.push(format!("only reports ({source}) name {count} failed tests: {shown}{more}"));
    }
    if first_of_all {
        extraction.signature =
            extraction.tests.first().map(|test| test.signature.clone()).or(extraction.signature.take());
        extraction.excerpt = clip(&format!("{excerpt}{}", extraction.excerpt), LIMIT);
    }
}

fn failed_test(failure: &ReportedFailure, framework: Framework) -> FailedTest {
    let (id, suite) = identity::id(failure, framework);
    let id = clip(&id, 1024);
    let kind = if failure.kind.is_empty() { "failure".to_owned() } else { clip(&failure.kind, 200) };
    let message = clip(failure.message.trim(), MAX_MESSAGE);
    FailedTest {
        signature: Signature::new(Some(framework), Some(&id), &kind, &message, None),
        framework,
        file: failure.file.clone(),
        line: failure.line,
        kind,
        message,
        frames: Vec::new(),
        log: None,
        suite,
        id,
    }
}

/// What is no test: a class whose set-up failed is a case without a name, a hook is one by its name.
fn role(failure: &ReportedFailure) -> Option<ContainerRole> {
    if failure.name.is_empty() {
        return Some(ContainerRole::Suite);
    }
    let hooks = ["\"before each\" hook", "\"before all\" hook", "\"after each\" hook", "\"after all\" hook"];
    hooks.iter().any(|hook| failure.name.contains(hook)).then_some(ContainerRole::Hook)
}

fn container(failure: &ReportedFailure, framework: Framework, role: ContainerRole) -> FailedContainer {
    let id = [failure.classname.as_str(), failure.name.as_str()];
    let id = id.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" > ");
    let message = clip(failure.message.lines().next().unwrap_or_default(), 500);
    FailedContainer { id: clip(&id, 1024), framework, role, message, log: None }
}

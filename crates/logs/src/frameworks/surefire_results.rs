//! What surefire prints under `Results:`: the judge of everything that was printed before.

use regreen_case::Framework;

use super::jvm_stack::base_name;
use super::surefire::Failed;
use super::surefire_lines::{Item, is_class, item, name_parts, simple};
use super::{Findings, MAX_TESTS};
use crate::findings::Count;

/// A part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Failed,
    /// Tests that passed when they were run again.
    Flaky,
}

/// The list and the totals of one module.
#[derive(Default)]
pub(super) struct Results {
    section: Option<Section>,
    failed: Vec<Item>,
    flaky: Vec<Item>,
    /// Whether the runs of the last entry are listed below it.
    runs: bool,
    total: Option<(u64, u64)>,
}

impl Results {
    /// Which part a line begins.
    pub(super) fn section(text: &str) -> Option<Section> {
        const FAILED: &[&str] = &["Failures:", "Errors:", "Failed tests:", "Tests in error:"];
        const FLAKY: &[&str] = &["Flakes:", "Flaked tests:"];
        let is = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
        is(FAILED).then_some(Section::Failed).or(is(FLAKY).then_some(Section::Flaky))
    }

    pub(super) fn line(&mut self, level: Option<&str>, text: &str, at: u64) {
        if self.total.is_some() {
            return;
        }
        if let Some(section) = Results::section(text) {
            self.section = Some(section);
            // Old versions print the first entry behind the title.
            let rest = text.split_once(':').map_or("", |(_, rest)| rest);
            self.entry(rest, at);
        } else if level.is_some() || text.starts_with("  ") || is_name(text) {
            self.entry(text, at);
        }
    }

    fn entry(&mut self, text: &str, at: u64) {
        let Some(section) = self.section.filter(|_| !text.trim().is_empty()) else { return };
        let list = match section {
            Section::Failed => &mut self.failed,
            Section::Flaky => &mut self.flaky,
        };
        if let Some(run) = text.trim_start().strip_prefix("Run ") {
            // The entry's own line names the test; a run adds the message.
            if let Some((_, run)) = run.split_once(": ")
                && let (Some(last), Some(run)) = (list.last_mut(), item(run, at))
                && last.message.is_empty()
                && self.runs
            {
                last.message = run.message;
                last.line = run.line;
            }
            return;
        }
        self.runs = !text.starts_with(' ') && is_name(text);
        let named = self.runs.then(|| {
            let (class, method) = name_parts(text.trim(), None);
            Item { class, method, line: None, message: String::new(), at }
        });
        if let Some(item) = named.or_else(|| item(text, at))
            && list.len() < MAX_TESTS
        {
            list.push(item);
        }
    }

    pub(super) fn total(&mut self, failed: u64, at: u64) {
        self.total.get_or_insert((failed, at));
    }

    pub(super) fn is_complete(&self) -> bool {
        self.total.is_some()
    }

    pub(super) fn count(&self, named: u64, findings: &mut Findings) {
        if let Some((counted, at)) = self.total {
            findings.count(Count { framework: Framework::Junit, counted, named, at });
        }
    }

    /// Which of the tests read so far have failed, and what else did.
    pub(super) fn judge(&self, failed: Vec<Failed>) -> (Vec<Failed>, Vec<Item>) {
        let mut failed: Vec<Failed> =
            failed.into_iter().filter(|test| !self.flaky.iter().any(|item| names(item, test))).collect();
        let Some((total, _)) = self.total else { return (failed, Vec::new()) };
        if total == 0 {
            return (Vec::new(), Vec::new());
        }
        if distinct(&failed) > total && !self.failed.is_empty() {
            failed.retain(|test| self.failed.iter().any(|item| same_class(item, test)));
            if distinct(&failed) > total
                && failed.iter().filter(|test| self.lists(test)).count() as u64 >= total
            {
                failed.retain(|test| self.lists(test));
            }
        }
        if distinct(&failed) >= total {
            return (failed, Vec::new());
        }
        let missing = |item: &&Item| !failed.iter().any(|test| same_class(item, test));
        let extra = self.failed.iter().filter(missing).cloned().collect();
        (failed, extra)
    }

    /// Whether list and totals say just what was read before.
    pub(super) fn agrees(&self, failed: &[Failed]) -> bool {
        let listed: Vec<&Failed> =
            failed.iter().filter(|test| self.failed.iter().any(|item| same_class(item, test))).collect();
        let all_known = self.failed.iter().all(|item| listed.iter().any(|test| same_class(item, test)));
        all_known && self.total.is_some_and(|(total, _)| total > 0 && total == distinct(listed))
    }

    fn lists(&self, test: &Failed) -> bool {
        self.failed.iter().any(|item| names(item, test))
    }
}

fn distinct<'a>(failed: impl IntoIterator<Item = &'a Failed>) -> u64 {
    let mut names: Vec<_> = failed.into_iter().map(|test| (&test.class, &test.method)).collect();
    names.sort_unstable();
    names.dedup();
    names.len() as u64
}

/// Whether the whole line is a name: `pkg.Class.method`, perhaps with parameters.
fn is_name(text: &str) -> bool {
    let end = text.find(['(', '[', '{']).unwrap_or(text.trim_end().len());
    let head = &text[..end];
    head.contains('.') && is_class(head)
}

fn outer(class: &str) -> &str {
    simple(class).split('$').next().unwrap_or_default()
}

fn same_class(item: &Item, test: &Failed) -> bool {
    outer(&item.class) == outer(&test.class)
        // `pkg.Class » NullPointer` names no method.
        || item.method == simple(&test.class)
}

fn names(item: &Item, test: &Failed) -> bool {
    same_class(item, test) && base_name(&item.method) == base_name(&test.method)
}

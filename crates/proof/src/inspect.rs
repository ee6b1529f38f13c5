//! Reads a patch for cheats: one file per rule family, one registry.
//!
//! A finding that decides is [`Severity::Reject`]; what an honest fix might also do is
//! [`Severity::Review`] and is shown to the reviewer. Rules look at what a patch changes, never at
//! what was there before: old sins are not the patch's.

mod assertions;
mod blocks;
mod change;
mod configuration;
mod deleted;
mod directives;
mod early_exit;
mod edited;
mod equality;
mod forged;
mod hidden;
mod judging;
mod language;
mod literals;
mod pattern;
mod replaced;
mod skipped;
mod special_case;
mod special_files;
mod swallowed;
mod syntax;
mod test_blocks;
mod values;
mod waiting;
mod waivers;

use regreen_case::{Finding, FindingKind, Severity, TestTarget};
use regreen_workspace::Patch;

use crate::project::Project;
pub(crate) use change::Change;
use change::Scene;
pub(crate) use change::after;
use literals::Literals;

/// A rule family.
struct Rule {
    /// Name of its file.
    name: &'static str,
    check: fn(&Change<'_>, &mut Findings),
}

/// All rule families.
const RULES: &[Rule] = &[
    Rule { name: "deleted", check: deleted::check },
    Rule { name: "skipped", check: skipped::check },
    Rule { name: "assertions", check: assertions::check },
    Rule { name: "equality", check: equality::check },
    Rule { name: "replaced", check: replaced::check },
    Rule { name: "edited", check: edited::check },
    Rule { name: "configuration", check: configuration::check },
    Rule { name: "directives", check: directives::check },
    Rule { name: "special_case", check: special_case::check },
    Rule { name: "values", check: values::check },
    Rule { name: "forged", check: forged::check },
    Rule { name: "early_exit", check: early_exit::check },
    Rule { name: "swallowed", check: swallowed::check },
    Rule { name: "waiting", check: waiting::check },
    Rule { name: "hidden", check: hidden::check },
    Rule { name: "waivers", check: waivers::check },
];

/// More findings than this are noise; those that decide are kept first.
const MAX_FINDINGS: usize = 200;

/// Collects findings, each once.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    found: Vec<Finding>,
}

impl Findings {
    pub(crate) fn reject(
        &mut self,
        kind: FindingKind,
        file: &str,
        line: Option<u32>,
        message: impl Into<String>,
    ) {
        self.add(kind, Severity::Reject, file, line, message.into());
    }

    pub(crate) fn review(
        &mut self,
        kind: FindingKind,
        file: &str,
        line: Option<u32>,
        message: impl Into<String>,
    ) {
        self.add(kind, Severity::Review, file, line, message.into());
    }

    fn add(&mut self, kind: FindingKind, severity: Severity, file: &str, line: Option<u32>, message: String) {
        let message = message.chars().take(300).collect();
        let finding = Finding { kind, severity, file: file.to_owned(), line, message };
        let known =
            self.found.iter_mut().find(|one| one.kind == kind && one.file == file && one.line == line);
        match known {
            Some(known) if severity == Severity::Reject && known.severity == Severity::Review => {
                *known = finding;
            }
            Some(_) => {}
            None => self.found.push(finding),
        }
    }
}

/// Everything suspicious in a patch, by name and line, what decides first. `base` gives a file as it
/// is without the patch.
#[must_use]
pub fn inspect(
    patch: &Patch,
    base: &dyn Fn(&str) -> Option<Vec<u8>>,
    protected: &[String],
    targets: &[TestTarget],
) -> Vec<Finding> {
    let mut findings = Findings::default();
    let literals = Literals::of(base, targets);
    let scene = Scene { patch, protected, targets, literals: &literals };
    let mut changes: Vec<Change<'_>> =
        patch.files().iter().map(|file| Change::new(&scene, file, base)).collect();
    let only_waits = waiting::only(&changes);
    special_files::check(patch, base, protected, &mut findings);
    for change in &mut changes {
        change.only_waits = only_waits;
        for rule in RULES {
            tracing::trace!(rule = rule.name, file = change.path, "inspecting");
            (rule.check)(change, &mut findings);
        }
    }
    let mut found = findings.found;
    found.sort_by_key(|finding| finding.severity != Severity::Reject);
    found.truncate(MAX_FINDINGS);
    found
}

/// Whether a file of this name configures how tests run, whatever their framework.
pub(crate) fn configures_a_runner(path: &str) -> bool {
    judging::role(path) == Some(crate::adapter::Role::Configuration)
}

/// Whether a change of this file changes a section of it that configures tests.
pub(crate) fn changes_sections(path: &str, before: &str, after: &str) -> bool {
    configuration::sections(path, before) != configuration::sections(path, after)
}

/// Whether a file that may configure tests does.
pub(crate) fn configures_tests(project: &Project, path: &str) -> bool {
    project.text(path).is_some_and(|text| !configuration::sections(path, &text).is_empty())
}

#[cfg(test)]
mod tests;

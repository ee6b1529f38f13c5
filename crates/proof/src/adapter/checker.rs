//! Formatters, linters, type checkers and compilers: what they complain about is red, and a file that the tool
//! says it looked at without a complaint is green.
//!
//! A file that the tool left out is neither: an exit code of 0 proves nothing here either. One tool a file;
//! [`tool::TOOLS`] is the registry of them.

mod beside;
mod call;
mod cargo;
mod cargo_lock;
mod clang_format;
mod edit;
mod eslint;
mod files;
mod fix;
mod gofmt;
mod place;
mod prettier;
mod report;
mod ruff;
mod rustfmt;
mod tool;
mod tsc;

use std::collections::BTreeMap;
use std::path::Path;

use regreen_case::{CiCommand, Diagnostic, Framework, Signature, TestCommand, TestTarget};

use crate::adapter::{Adapter, Counted, Neighbourhood, Prepared, RawRun, Role, Step};
use crate::counted::{RunContext, TestResult};
use crate::error::ProofError;
use crate::project::Project;

use call::Call;
use tool::{Claim, Printed, TOOLS};

pub use fix::{ToolFix, apply_tool_fix, offered_fix};

pub(crate) struct Checker;

/// Most files of CI's complaints that are asked for by name; the check as a whole always is.
const MAX_FILES: usize = 20;

/// A check that CI's step makes.
#[derive(Debug, Clone)]
pub struct FailedCheck {
    /// The check as a whole, and the files that CI's log names.
    pub targets: Vec<TestTarget>,
    /// CI's first complaint, when the log shows one.
    pub expected: Option<Signature>,
}

/// The check that failed in CI's step, if what failed is one: the call that CI's complaints are of, else the last.
#[must_use]
pub fn failed_check(project: &Project, ci: &CiCommand, complaints: &[Diagnostic]) -> Option<FailedCheck> {
    let calls = call::calls(project, ci);
    let claimed = |call: &Call| -> Vec<(String, Claim)> {
        let located = complaints.iter().filter_map(|complaint| {
            let claim = call.tool.claims(complaint)?;
            let file = complaint.file.as_deref().or(call.tool.file_of_claims())?;
            Some((place::in_project(project, &call.directory, file)?, claim))
        });
        located.collect()
    };
    let with_claims = calls.iter().map(|call| (call, claimed(call))).find(|(_, claimed)| !claimed.is_empty());
    let last = calls.iter().rfind(|call| !call.tool.needs_claim());
    let (call, claimed) = with_claims.or_else(|| Some((last?, Vec::new())))?;
    let name = call.tool.name();
    let target = |id: String| TestTarget {
        framework: Framework::Checker,
        id,
        file: None,
        suite: Some(name.to_owned()),
    };
    let mut targets = vec![target(name.to_owned())];
    for (file, _) in &claimed {
        let one = target(report::id(file, name));
        if targets.len() <= MAX_FILES && !targets.contains(&one) {
            targets.push(one);
        }
    }
    // Messages are worded by the format that CI asked for; the file and the rule are not.
    let checker = Some(Framework::Checker);
    let expected = claimed.first().map(|(file, Claim { rule, message })| match rule {
        Some(rule) => Signature::new(checker, Some(&report::id(file, rule)), rule, "", None),
        None => Signature::new(checker, None, "failure", message, None),
    });
    Some(FailedCheck { targets, expected })
}

impl Adapter for Checker {
    fn framework(&self) -> Framework {
        Framework::Checker
    }

    fn detect(&self, _project: &Project, _path: &str, _name: Option<&str>) -> Option<Vec<TestTarget>> {
        None
    }

    fn plan(
        &self,
        project: &Project,
        targets: &[TestTarget],
        ci: Option<&CiCommand>,
    ) -> Result<TestCommand, ProofError> {
        let name = targets.iter().find_map(|target| target.suite.as_deref()).ok_or(ProofError::NoTargets)?;
        let ci = ci.ok_or(ProofError::NoTargets)?;
        let call = call::calls(project, ci).into_iter().rev().find(|call| call.tool.name() == name);
        let call = call.ok_or_else(|| ProofError::BadCommand(format!("CI's step does not call {name}")))?;
        Ok(TestCommand {
            framework: Framework::Checker,
            argv: call.argv(project),
            cwd: call.directory,
            env: call.env,
        })
    }

    fn steps(&self, command: &TestCommand, context: &RunContext<'_>) -> Result<Vec<Step>, ProofError> {
        let (tool, arguments) = call::read(command)?;
        let Some(listing) = tool.listing(&arguments) else { return Ok(Vec::new()) };
        let mut prepared = place::program(tool, command, context)?;
        prepared.argv.extend(listing);
        let cwd = context.checkout.join(&command.cwd);
        Ok(vec![Step { argv: prepared.argv, cwd, shown: false, writable: prepared.writable }])
    }

    fn prepare(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        _channel: &Path,
    ) -> Result<Prepared, ProofError> {
        let (tool, arguments) = call::read(command)?;
        let mut prepared = place::program(tool, command, context)?;
        prepared.argv.extend(tool.counted(&arguments));
        let project = Project::at(context.checkout, context.repo_root);
        if let Some(files) = tool.files(&arguments, &project, &command.cwd) {
            prepared.argv.extend(files.iter().map(|file| format!("./{file}")));
            prepared.noted = files;
        }
        let plain = [("NO_COLOR", "1"), ("CARGO_TERM_COLOR", "never"), ("TERM", "dumb"), ("COLUMNS", "200")];
        prepared.env.extend(plain.map(|(name, value)| (name.to_owned(), value.to_owned())));
        Ok(prepared)
    }

    fn readable(&self, printed: &str) -> String {
        report::readable(printed)
    }

    fn count(&self, raw: &RawRun<'_>) -> Counted {
        let Ok((tool, _)) = call::read(raw.command) else {
            return Counted::problem("the command calls no tool that is known here");
        };
        let listed = raw.built.first().map_or("", String::as_str);
        let cwd = raw.context.checkout.join(&raw.command.cwd);
        let given = &raw.prepared.noted;
        match tool.read(&Printed { listed, printed: raw.printed, given, end: raw.end }) {
            Ok(report) => report.counted(tool.name(), &place::Roots::of(raw.context.checkout, &cwd)),
            Err(problem) => Counted::problem(problem),
        }
    }

    /// The check as a whole stands for all its files; a file for everything said about it.
    fn belongs(&self, target: &TestTarget, result: &TestResult) -> bool {
        let same_check = target.suite.is_none() || target.suite == result.suite;
        let whole = target.suite.as_deref() == Some(target.id.as_str()) || target.id.is_empty();
        let file = |id: &str| id.rsplit_once(": ").map(|(file, _)| file.to_owned());
        same_check && (whole || file(&target.id).is_some_and(|wanted| file(&result.id) == Some(wanted)))
    }

    /// A rule is named when it is broken, and only then.
    fn can_pass(&self, id: &str) -> bool {
        TOOLS.iter().any(|tool| id.ends_with(&format!(": {}", tool.name())))
    }

    fn ends_well_when_red(&self, command: &TestCommand) -> bool {
        call::read(command).is_ok_and(|(tool, _)| tool.ends_well_when_red())
    }

    fn role(&self, _path: &str) -> Option<Role> {
        // What configures a check is no matter of tests: `crate::inspect` looks at it where a check decides.
        None
    }

    fn neighbourhood(
        &self,
        project: &Project,
        _command: &TestCommand,
        _targets: &[TestTarget],
        changed: &[String],
    ) -> Option<Neighbourhood> {
        beside::choose(project, changed)
    }
}

/// Variables that a tool needs beside CI's own.
type Variables = BTreeMap<String, String>;

#[cfg(test)]
mod tests;
